/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/index.h"

#include <stdlib.h>
#include <string.h>

#include "bot/answer/answer.h"
#include "messages/base/buf.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"

static void *grow(void *items, size_t n, size_t size)
{
    if (n & (n - 1))
        return items;
    return loa_xrealloc(items, (n ? 2 * n : 1) * size);
}

/* --- words of the lists and names of the catalogue ------------------------------------- */

static struct answer_traits traits_of(const char *concept)
{
    static const char *const frames[] = {"list",    "plural", "register", "next",
                                         "general", "near",   "now"};
    struct answer_traits t = {.about = strncmp(concept, "about.", 6) == 0,
                              .ask = strncmp(concept, "ask.", 4) == 0,
                              .part = strncmp(concept, "i.", 2) == 0,
                              .when = (uint8_t)answer_when_named(concept),
                              .clock = (uint8_t)answer_clock_named(concept)};

    t.frame = t.ask;
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
        t.frame |= strcmp(concept, frames[i]) == 0;
    return t;
}

static void add_words(struct answer_index *x)
{
    const struct answer_words *w = x->words;

    for (size_t i = 0; i < w->n_phrases; i++)
        answer_phrases_add(&x->spots, &x->vocab, w->phrases[i].text, ANSWER_SPAN_CONCEPT,
                           w->phrases[i].concept, w->phrases[i].exact);
    for (size_t i = 0; i < w->n_rewrites; i++) {
        const struct answer_rewrite *r = &w->rewrites[i];

        answer_phrases_add(r->english ? &x->english : &x->rewrites, &x->vocab, r->from,
                           ANSWER_SPAN_REWRITE, (uint32_t)i, true);
    }
    x->filler = answer_words_concept(w, "filler");
    x->near = answer_words_concept(w, "near");
    x->english_word = answer_words_concept(w, "english");
    x->grammar = answer_words_concept(w, "english.grammar");
    x->traits = loa_xcalloc(w->n_concepts + 1, sizeof(*x->traits));
    for (size_t i = 0; i < w->n_concepts; i++)
        x->traits[i] = traits_of(w->concepts[i]);
}

/* What a rewrite stands for, taken apart once. */
static void add_rewritten(struct answer_index *x)
{
    const struct answer_words *w = x->words;
    struct answer_tokens t;

    x->rewritten = loa_xcalloc(w->n_rewrites + 1, sizeof(*x->rewritten));
    for (size_t i = 0; i < w->n_rewrites; i++) {
        answer_tokenize(w->rewrites[i].to, &t);
        x->rewritten[i] = (struct answer_rewritten){(uint32_t)x->n_rewritten_words, (uint16_t)t.n};
        for (size_t k = 0; k < t.n; k++) {
            answer_vocab_add(&x->vocab, &t.t[k].word);
            x->rewritten_words =
                grow(x->rewritten_words, x->n_rewritten_words, sizeof(*x->rewritten_words));
            x->rewritten_words[x->n_rewritten_words++] = t.t[k].word;
        }
    }
}

/* Without regard to the case of a-z. */
static uint64_t hash_of_name(const char *name)
{
    uint64_t h = 0;

    for (; *name; name++)
        h = h * 131 + (unsigned char)(*name >= 'A' && *name <= 'Z' ? *name + 32 : *name);
    return h;
}

/* Chains the aliases by the name they stand for. */
static void add_aliases(struct answer_index *x)
{
    const struct answer_words *w = x->words;

    x->alias_next = loa_xcalloc(w->n_aliases + 1, sizeof(*x->alias_next));
    for (size_t i = w->n_aliases; i-- > 0;) {
        uint64_t key = hash_of_name(w->aliases[i].name);

        x->alias_next[i] = answer_map_get(&x->aliases, key);
        answer_map_put(&x->aliases, key, (uint32_t)i);
    }
}

static void add_name(struct answer_index *x, const char *name, enum answer_span_kind kind,
                     uint32_t ref)
{
    const struct answer_words *w = x->words;

    answer_phrases_add(&x->spots, &x->vocab, name, kind, ref, false);
    for (uint32_t i = answer_map_get(&x->aliases, hash_of_name(name)); i < w->n_aliases;
         i = x->alias_next[i]) {
        if (strcasecmp(w->aliases[i].name, name) == 0)
            answer_phrases_add(&x->spots, &x->vocab, w->aliases[i].alias, kind, ref,
                               w->aliases[i].exact);
    }
}

/* "Quảng trường 2 Tháng 4" is spoken, and typed by who dictates, "hai tháng tư". Caller owns; NULL:
 * the name has no number up to 31. */
static char *spoken(const char *name)
{
    static const char *const ones[] = {"",    "một", "hai", "ba",  "bốn",
                                       "năm", "sáu", "bảy", "tám", "chín"};
    struct answer_tokens t;
    struct loa_buf b;
    bool any = false;

    answer_tokenize(name, &t);
    loa_buf_init(&b, 0);
    for (size_t i = 0; i < t.n; i++) {
        int v = answer_token_number(&t.t[i]);

        if (i)
            loa_buf_addc(&b, ' ');
        if (v < 1 || v > 31) {
            loa_buf_add(&b, name + t.t[i].from, t.t[i].to - t.t[i].from);
            continue;
        }
        any = true;
        if (v >= 20)
            loa_buf_addf(&b, "%s mươi%s", ones[v / 10], v % 10 ? " " : "");
        else if (v >= 10)
            loa_buf_addf(&b, "mười%s", v % 10 ? " " : "");
        loa_buf_adds(&b, v == 4 && i > 0 && answer_token_is(&t.t[i - 1], "thang") ? "tư"
                         : v > 10 && v % 10 == 5                                  ? "lăm"
                                                                                  : ones[v % 10]);
    }
    if (any)
        return loa_buf_take(&b);
    loa_buf_release(&b);
    return NULL;
}

static void add_places(struct answer_index *x)
{
    for (size_t i = 0; i < x->catalog->n_places; i++) {
        const struct msg_place *p = &x->catalog->places[i];
        char *aloud = spoken(p->name);

        add_name(x, p->name, ANSWER_SPAN_PLACE, (uint32_t)i);
        for (size_t k = 0; k < p->aliases.n; k++)
            add_name(x, p->aliases.items[k], ANSWER_SPAN_PLACE, (uint32_t)i);
        if (aloud)
            add_name(x, aloud, ANSWER_SPAN_PLACE, (uint32_t)i);
        free(aloud);
    }
}

/* --- subjects and audiences -------------------------------------------------------------- */

static void subject_add_event(struct answer_subject *s, uint32_t event)
{
    if (s->n && s->events[s->n - 1] == event)
        return;
    s->events = grow(s->events, s->n, sizeof(*s->events));
    s->events[s->n++] = event;
}

static void add_topics(struct answer_index *x, struct answer_map *topics)
{
    for (size_t i = 0; i < x->catalog->n_topics; i++) {
        const struct msg_topic *t = &x->catalog->topics[i];
        uint32_t ref = (uint32_t)x->n_subjects;

        x->subjects = grow(x->subjects, x->n_subjects, sizeof(*x->subjects));
        x->subjects[x->n_subjects++] = (struct answer_subject){.name = t->id, .topic = t};
        answer_map_put(topics, answer_hash(t->id, strlen(t->id)), ref);
        for (size_t k = 0; k < t->aliases.n; k++) {
            const char *alias = t->aliases.items[k];

            add_name(x, alias, ANSWER_SPAN_SUBJECT, ref);
            answer_map_put(topics, answer_hash(alias, strlen(alias)), ref);
        }
        for (size_t k = 0; k < t->aliases_en.n; k++)
            add_name(x, t->aliases_en.items[k], ANSWER_SPAN_SUBJECT, ref);
    }
}

/* `seen` holds topic ids, aliases of topics and keywords; an alias of a topic wins over a keyword
 * of the same name. */
static void add_keywords(struct answer_index *x, struct answer_map *seen)
{
    const struct msg_catalog *c = x->catalog;

    for (size_t i = 0; i < c->n_events; i++) {
        const struct msg_event *e = &c->events[i];

        for (size_t k = 0; k < e->topics.n; k++) {
            const char *id = e->topics.items[k];
            uint32_t ref = answer_map_get(seen, answer_hash(id, strlen(id)));

            if (ref != ANSWER_MAP_NONE)
                subject_add_event(&x->subjects[ref], (uint32_t)i);
        }
        for (size_t k = 0; k < e->keywords.n; k++) {
            const char *word = e->keywords.items[k];
            uint64_t key = answer_hash(word, strlen(word));
            uint32_t ref = answer_map_get(seen, key);

            if (ref == ANSWER_MAP_NONE) {
                ref = (uint32_t)x->n_subjects;
                x->subjects = grow(x->subjects, x->n_subjects, sizeof(*x->subjects));
                x->subjects[x->n_subjects++] = (struct answer_subject){.name = word};
                answer_map_put(seen, key, ref);
                add_name(x, word, ANSWER_SPAN_SUBJECT, ref);
            }
            if (!x->subjects[ref].topic)
                subject_add_event(&x->subjects[ref], (uint32_t)i);
        }
    }
}

static void add_audiences(struct answer_index *x)
{
    const struct msg_catalog *c = x->catalog;

    x->audiences = loa_xcalloc(c->audiences.n + 1, sizeof(*x->audiences));
    for (size_t i = 0; i < c->audiences.n; i++) {
        x->audiences[i].name = c->audiences.items[i];
        add_name(x, c->audiences.items[i], ANSWER_SPAN_AUDIENCE, (uint32_t)i);
    }
    for (size_t i = 0; i < c->n_events; i++) {
        for (size_t k = 0; k < c->events[i].audience.n; k++) {
            for (size_t a = 0; a < c->audiences.n; a++) {
                if (strcmp(c->events[i].audience.items[k], c->audiences.items[a]) == 0)
                    subject_add_event(&x->audiences[a], (uint32_t)i);
            }
        }
    }
}

/* --- rows for the filters ---------------------------------------------------------------- */

static int16_t place_named(const struct answer_map *names, const char *name)
{
    uint32_t at = name ? answer_map_get(names, answer_hash(name, strlen(name))) : ANSWER_MAP_NONE;

    return at == ANSWER_MAP_NONE || at > INT16_MAX ? -1 : (int16_t)at;
}

static struct answer_row row_of(const struct msg_event *e, const struct answer_map *names)
{
    struct loa_civil from = loa_tz_civil(e->start_ms), to = loa_tz_civil(e->end_ms);
    struct answer_row r = {
        .end_ms = e->end_ms,
        .day_from = answer_day_civil(from.year, from.month, from.day),
        .day_to = answer_day_civil(to.year, to.month, to.day),
        .minute_from = (int16_t)(from.hour * 60 + from.minute),
        .minute_to = (int16_t)(to.hour * 60 + to.minute),
        .venue = place_named(names, e->place),
        .district = place_named(names, e->district),
        .online = e->online_url != NULL,
    };

    if (r.minute_to <= r.minute_from) {
        r.minute_to = (int16_t)(r.minute_to + 24 * 60); /* past midnight */
        if (r.day_to > r.day_from)
            r.day_to--;
    }
    return r;
}

static void add_rows(struct answer_index *x)
{
    const struct msg_catalog *c = x->catalog;
    struct answer_map names = {0};

    for (size_t i = c->n_places; i-- > 0;)
        answer_map_put(&names, answer_hash(c->places[i].name, strlen(c->places[i].name)),
                       (uint32_t)i);
    x->rows = loa_xcalloc(c->n_events + 1, sizeof(*x->rows));
    x->first_day = INT32_MAX;
    x->last_day = INT32_MIN;
    for (size_t i = 0; i < c->n_events; i++) {
        x->rows[i] = row_of(&c->events[i], &names);
        if (x->rows[i].day_from < x->first_day)
            x->first_day = x->rows[i].day_from;
        if (x->rows[i].day_to > x->last_day)
            x->last_day = x->rows[i].day_to;
    }
    answer_map_release(&names);
}

struct answer_index *answer_index_new(const struct msg_catalog *c, const struct answer_words *w)
{
    struct answer_index *x = loa_xcalloc(1, sizeof(*x));
    struct answer_map topics = {0};

    x->catalog = c;
    x->words = w;
    add_words(x);
    add_rewritten(x);
    add_aliases(x);
    add_places(x);
    add_topics(x, &topics);
    add_keywords(x, &topics);
    add_audiences(x);
    add_rows(x);
    answer_index_add_texts(x);
    answer_vocab_seal(&x->vocab);
    answer_map_release(&topics);
    answer_map_release(&x->aliases);
    free(x->alias_next);
    x->alias_next = NULL;
    return x;
}

void answer_index_free(struct answer_index *x)
{
    if (!x)
        return;
    answer_vocab_release(&x->vocab);
    answer_phrases_release(&x->spots);
    answer_phrases_release(&x->rewrites);
    answer_phrases_release(&x->english);
    for (size_t i = 0; i < x->n_subjects; i++)
        free(x->subjects[i].events);
    for (size_t i = 0; x->audiences && i < x->catalog->audiences.n; i++)
        free(x->audiences[i].events);
    free(x->subjects);
    free(x->audiences);
    free(x->rows);
    answer_map_release(&x->pairs);
    answer_ranker_release(&x->events);
    answer_ranker_release(&x->questions);
    free(x->question_faq);
    free(x->rewritten);
    free(x->rewritten_words);
    free(x->traits);
    free(x);
}
