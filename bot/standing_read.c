/* SPDX-License-Identifier: Apache-2.0 */
/* From words and buttons to a wish. */
#include <stdio.h>
#include <string.h>

#include "bot/answer/tokens.h"
#include "bot/standing.h"

/* ---- words ------------------------------------------------------------------------------ */

static bool is_any(const struct answer_token *t, const char *const *words)
{
    for (size_t i = 0; words[i]; i++) {
        if (answer_token_is(t, words[i]))
            return true;
    }
    return false;
}

/* Polite and empty words around a command. */
static const char *const polite[] = {
    "di",   "nhe", "nha", "a",    "ah",   "giup", "dum",  "gium", "voi",   "please",
    "pls",  "oi",  "nua", "luon", "ngay", "da",   "vang", "bot",  "admin", "het",
    "minh", "toi", "em",  "lai",  "bo",   "cho",  "ak",   "nhen", "nhee",  NULL};
static const char *const stop_words[] = {"huy",   "stop", "dung", "ngung",  "ngunng", "hui",
                                         "stp",   "sotp", "dug",  "hyu",    "unsub",  "unsubscribe",
                                         "stopp", "quit", "end",  "cancel", NULL};
/* After one of those: what is to be ended. */
static const char *const of_messages[] = {"dky", "dk",  "tin",  "tn",    "nhan", "dangky", "dang",
                                          "ky",  "gui", "nhan", "thong", "bao",  NULL};

/* A typed mark counts: "đúng" is no "dừng", "đừng" is. "huỷ" and "hủy" are the same here. */
static bool marks_stop(const struct answer_token *t)
{
    uint8_t tone = t->word.tone;

    if (answer_token_is(t, "dung"))
        return tone == TONE_NONE ? !t->word.shape : tone == TONE_HUYEN && !(t->word.shape & 3);
    if (answer_token_is(t, "dug"))
        return tone == TONE_NONE || tone == TONE_HUYEN;
    if (answer_token_is(t, "huy") || answer_token_is(t, "hui"))
        return tone == TONE_NONE || tone == TONE_HOI || tone == TONE_NGA;
    if (answer_token_is(t, "ngung"))
        return tone == TONE_NONE || tone == TONE_HUYEN;
    return tone == TONE_NONE;
}

/* "H Ủ Y", "d.ừ.n.g": letters apart are one word. */
static bool is_spelled_out(const struct answer_tokens *t)
{
    static const char *const words[] = {"huy", "stop", "dung", "ngung", NULL};
    char word[16];

    if (t->n < 3 || t->n >= sizeof(word))
        return false;
    for (size_t i = 0; i < t->n; i++) {
        if (t->t[i].word.len != 1)
            return false;
        word[i] = t->t[i].word.base[0];
    }
    word[t->n] = '\0';
    for (size_t i = 0; words[i]; i++) {
        if (strcmp(words[i], word) == 0)
            return true;
    }
    return false;
}

static bool says(const struct answer_tokens *t, size_t from, const char *const *words)
{
    for (size_t i = 0; words[i]; i++) {
        if (from + i >= t->n || !answer_token_is(&t->t[from + i], words[i]))
            return false;
    }
    return true;
}

static bool has(const struct answer_tokens *t, const char *const *words, size_t *at)
{
    for (size_t i = 0; i < t->n; i++) {
        if (says(t, i, words)) {
            *at = i;
            return true;
        }
    }
    return false;
}

static bool refuses(const struct answer_tokens *t)
{
    static const char *const tu_choi[] = {"tu", "choi", "nhan", NULL};
    size_t at;

    return has(t, tu_choi, &at) && t->n <= 8;
}

bool bot_standing_is_stop(const char *text)
{
    /* "dung a" may well be "đúng ạ"; "dung lai di" is not. */
    static const char *const decided[] = {"lai", "di", "luon", "ngay", "nua", "giup", "dum", NULL};
    struct answer_tokens t;
    bool stop = false, weak = false, sure = false;

    answer_tokenize(text, &t);
    if (!t.n || t.n > 8 || t.question)
        return false;
    if (is_spelled_out(&t) || refuses(&t))
        return true;
    for (size_t i = 0; i < t.n; i++) {
        weak = weak || (answer_token_is(&t.t[i], "dung") && t.t[i].word.tone == TONE_NONE);
        sure = sure || is_any(&t.t[i], decided) || is_any(&t.t[i], of_messages);
        if (is_any(&t.t[i], stop_words) && marks_stop(&t.t[i]))
            stop = true;
        else if (!is_any(&t.t[i], polite) && !is_any(&t.t[i], of_messages))
            return false;
    }
    return stop && (!weak || sure || t.n == 1);
}

/* ---- reminders -------------------------------------------------------------------------- */

static const char *const me[] = {"toi", "minh", "em",  "anh", "chi", "tui", "t",   "m",  "mik",
                                 "mk",  "co",   "bac", "chu", "con", "tao", "ban", "ae", NULL};
/* What makes "nhạc tối nay" of "nhac toi nay". */
static const char *const of_day[] = {"nay", "mai", "qua", "thu", "mot", "kia", NULL};
static const char *const against[] = {"dung",     "thoi", "ngung",  "huy", "tat",  "bo",
                                      "khoi",     "ko",   "khong",  "k",   "hong", "hk",
                                      "khongcan", "stop", "ngunng", NULL};
static const char *const showing[] = {"xem", "dang", "danh", "sach", "gi", "nhung",
                                      "nao", "list", "lich", "cac",  NULL};

/* "nhắc": a typed "nhạc" or "nhác" is another word, an unmarked one needs somebody to be
 * reminded. */
static bool is_remind(const struct answer_tokens *t, size_t i)
{
    const struct answer_token *a = &t->t[i];
    bool marked = a->word.tone == TONE_SAC && a->word.shape;

    if (answer_token_is(a, "remind") || answer_token_is(a, "reminders") ||
        answer_token_is(a, "reminder"))
        return true;
    if (!answer_token_is(a, "nhac") || a->word.tone == TONE_NANG)
        return false;
    if (marked || (i + 1 < t->n &&
                   (answer_token_is(&t->t[i + 1], "nho") || answer_token_is(&t->t[i + 1], "hen"))))
        return true;
    return a->word.tone == TONE_NONE && i + 1 < t->n && is_any(&t->t[i + 1], me) &&
           !(i + 2 < t->n && is_any(&t->t[i + 2], of_day));
}

static bool find_remind(const struct answer_tokens *t, size_t *at)
{
    for (size_t i = 0; i < t->n; i++) {
        if (is_remind(t, i)) {
            *at = i;
            return true;
        }
    }
    return false;
}

/* Where the words after "nhắc tôi (về, trước, khi, có)" begin; the text's end if there are none. */
static const char *about(const struct answer_tokens *t, size_t at, const char *text)
{
    static const char *const links[] = {
        "ve",  "truoc", "khi",  "co",   "vu",   "nhe", "nho", "hen",  "nha",  "voi", "about", "of",
        "me",  "the",   "lich", "su",   "kien", "nay", "do",  "a",    "ngay", "gio", "1",     "mot",
        "nua", "tieng", "cai",  "buoi", "lop",  "den", "di",  "tham", "gia",  NULL};
    bool says_more = false;
    size_t from = at + 1;

    while (from < t->n && is_any(&t->t[from], me))
        from++;
    for (size_t i = from; i < t->n; i++)
        says_more = says_more || !is_any(&t->t[i], links);
    return says_more && from < t->n ? text + t->t[from].from : "";
}

static void set_event(struct bot_standing *w, const char *id)
{
    (void)snprintf(w->event, sizeof(w->event), "%s", id);
}

/* Does a title have every one of the words? Marks that were typed must stand there. */
static bool title_has(const char *title, const char *words)
{
    struct answer_tokens t, w;
    size_t known = 0;

    answer_tokenize(title, &t);
    answer_tokenize(words, &w);
    for (size_t i = 0; i < w.n; i++) {
        for (size_t k = 0; k < t.n; k++) {
            if (answer_token_is(&w.t[i], t.t[k].word.base) &&
                answer_marks_fit(w.t[i].word.shape, w.t[i].word.tone, t.t[k].word.shape,
                                 t.t[k].word.tone)) {
                known++;
                break;
            }
        }
    }
    return w.n > 1 && known == w.n;
}

static void add_choice(struct bot_standing *w, const struct msg_event *e, int64_t now)
{
    if (e->start_ms > now && strlen(e->id) < ANSWER_NAME_SIZE && w->n_choices < 5)
        (void)snprintf(w->choices[w->n_choices++], ANSWER_NAME_SIZE, "%s", e->id);
}

/* The event that these words name, else that was talked about last; several become choices. */
static void which_event(struct answer_index *x, const struct msg_catalog *c, const char *words,
                        int64_t now, const struct answer_context *ctx, struct bot_standing *w)
{
    struct answer_context copy = {0};
    struct answer_result r;

    if (ctx)
        copy = *ctx;
    if (!*words) {
        if (copy.query.event[0] && now - copy.at_ms < ANSWER_CONTEXT_LIFE_MS &&
            msg_catalog_event(c, copy.query.event))
            set_event(w, copy.query.event);
        return;
    }
    answer_ask(x, words, now, &copy, &r);
    if (r.n_events == 1)
        set_event(w, r.events[0]->id);
    for (size_t i = 0; i < r.n_events && !w->event[0]; i++)
        add_choice(w, r.events[i], now);
    for (size_t i = 0; i < r.n_suggestions && !w->event[0]; i++) {
        if (title_has(r.suggestions[i]->title, words))
            set_event(w, r.suggestions[i]->id);
        else
            add_choice(w, r.suggestions[i], now);
    }
    answer_result_release(&r);
}

static bool read_remind(struct answer_index *x, const struct msg_catalog *c, const char *text,
                        int64_t now, const struct answer_context *ctx, struct bot_standing *w)
{
    struct answer_tokens t;
    bool off = false, show = false;
    size_t at;

    answer_tokenize(text, &t);
    if (!find_remind(&t, &at))
        return false;
    for (size_t i = at > 3 ? at - 3 : 0; i < at; i++) {
        off = off || is_any(&t.t[i], against);
        show = show || is_any(&t.t[i], showing);
    }
    for (size_t i = at + 1; i < t.n && i <= at + 3; i++)
        show = show || answer_token_is(&t.t[i], "gi") || answer_token_is(&t.t[i], "nao");
    w->kind = off ? BOT_STANDING_UNREMIND : show ? BOT_STANDING_REMINDERS : BOT_STANDING_REMIND;
    if (w->kind != BOT_STANDING_REMINDERS)
        which_event(x, c, about(&t, at, text), now, w->kind == BOT_STANDING_REMIND ? ctx : NULL, w);
    return true;
}

/* ---- topics, places, audiences ------------------------------------------------------------ */

static void add_tag(struct bot_standing *w, const char *head, const char *name)
{
    if (w->n_tags < BOT_STANDING_TAGS && !strchr(name, ';'))
        (void)snprintf(w->tags[w->n_tags++], sizeof(w->tags[0]), "%s%s", head, name);
}

/* Of a keyword there are no messages, of a topic there are. */
static bool is_topic(const struct msg_catalog *c, const char *id)
{
    for (size_t i = 0; i < c->n_topics; i++) {
        if (strcmp(c->topics[i].id, id) == 0)
            return true;
    }
    return false;
}

bool bot_standing_of(const struct msg_catalog *c, const struct answer_result *r,
                     struct bot_standing *out)
{
    *out = (struct bot_standing){0};
    if (r->intent != ANSWER_SUBSCRIBE && r->intent != ANSWER_UNSUBSCRIBE)
        return false;
    for (size_t i = 0; i < ANSWER_SUBJECTS_MAX; i++) {
        if (r->query.subjects[i][0] && is_topic(c, r->query.subjects[i]))
            add_tag(out, "", r->query.subjects[i]);
    }
    if (r->query.audience[0])
        add_tag(out, BOT_STANDING_AUDIENCE, r->query.audience);
    if (r->place && r->place->kind == MSG_PLACE_AREA)
        (void)snprintf(out->district, sizeof(out->district), "%s", r->place->name);
    if (!out->n_tags && !out->district[0])
        return false; /* everything */
    out->kind = r->intent == ANSWER_SUBSCRIBE ? BOT_STANDING_FOLLOW : BOT_STANDING_UNFOLLOW;
    return true;
}

/* "đăng ký nhận tin về kỹ năng số ở Cam Ranh": messages are asked for, even where topic and place
 * leave a single event, which the answerer would show. */
static bool read_follow(struct answer_index *x, const struct msg_catalog *c, const char *text,
                        int64_t now, struct bot_standing *w)
{
    static const char *const get[] = {"nhan", "tin", NULL};
    static const char *const follow[] = {"theo", "doi", "chu", "de", NULL};
    struct answer_tokens t;
    struct answer_result r;
    size_t at = 0;
    bool found;

    answer_tokenize(text, &t);
    if (t.question || (!has(&t, get, &at) && !has(&t, follow, &at)))
        return false;
    for (size_t i = 0; i < at; i++) {
        if (is_any(&t.t[i], against))
            return false;
    }
    answer_ask(x, text, now, NULL, &r);
    found = r.intent == ANSWER_EVENT_BY_TOPIC || r.intent == ANSWER_EVENT_BY_PLACE ||
            r.intent == ANSWER_EVENT_DETAIL;
    if (found)
        r.intent = ANSWER_SUBSCRIBE;
    found = found && bot_standing_of(c, &r, w);
    answer_result_release(&r);
    return found;
}

static bool asks_what_i_get(const char *text)
{
    static const char *const words[][6] = {
        {"dang", "nhan", "tin", "gi", NULL},    {"dang", "theo", "doi", "gi", NULL},
        {"nhan", "nhung", "tin", "gi", NULL},   {"dang", "dang", "ky", "gi", NULL},
        {"dang", "nhan", "nhung", "tin", NULL}, {"da", "dang", "ky", "nhung", "gi", NULL},
        {"my", "subscriptions", NULL},
    };
    struct answer_tokens t;
    size_t at;

    answer_tokenize(text, &t);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (t.n <= 10 && has(&t, words[i], &at))
            return true;
    }
    return false;
}

/* ---- buttons ---------------------------------------------------------------------------- */

static bool after(const char *text, const char *head, const char **rest)
{
    size_t n = strlen(head);

    if (strncmp(text, head, n) != 0)
        return false;
    *rest = text + n;
    return true;
}

static bool read_payload(const struct msg_catalog *c, const char *text, struct bot_standing *w)
{
    const char *rest = "";

    if (strcmp(text, "#reminders") == 0)
        w->kind = BOT_STANDING_REMINDERS;
    else if (strcmp(text, "#unremind") == 0)
        w->kind = BOT_STANDING_UNREMIND;
    else if (strcmp(text, "#follows") == 0)
        w->kind = BOT_STANDING_SUBSCRIPTION;
    else if (strcmp(text, "#unfollow") == 0)
        w->kind = BOT_STANDING_UNFOLLOW;
    else if (after(text, "#remind:", &rest) && strlen(rest) < ANSWER_NAME_SIZE &&
             msg_catalog_event(c, rest))
        w->kind = BOT_STANDING_REMIND;
    else if (after(text, "#unremind:", &rest) && *rest && strlen(rest) < ANSWER_NAME_SIZE)
        w->kind = BOT_STANDING_UNREMIND;
    else
        return false;
    set_event(w, rest);
    return true;
}

bool bot_standing_read(struct answer_index *x, const struct msg_catalog *c, const char *text,
                       int64_t now, const struct answer_context *ctx, struct bot_standing *out)
{
    *out = (struct bot_standing){0};
    if (text[0] == '#')
        return read_payload(c, text, out);
    if (strlen(text) > 400)
        return false;
    if (bot_standing_is_stop(text)) {
        out->kind = BOT_STANDING_STOP;
        return true;
    }
    if (asks_what_i_get(text)) {
        out->kind = BOT_STANDING_SUBSCRIPTION;
        return true;
    }
    return read_remind(x, c, text, now, ctx, out) || read_follow(x, c, text, now, out);
}
