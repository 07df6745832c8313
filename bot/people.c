/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/people.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/answer/tokens.h"
#include "messages/base/buf.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"
#include "messages/store/embedded.h"

enum { FILE_MAX = 256 * 1024, LINE_MAX_BYTES = 8192, PHRASE_WORDS = 12, MORE_WORDS = 4 };

struct phrase {
    struct answer_word words[PHRASE_WORDS];
    size_t n;
    bool exact;
};

/* One section: a matter or a wish. */
struct section {
    char *name;
    enum bot_wish wish; /* NONE: a matter */
    enum answer_trouble trouble;
    char *say, *say_en;
    bool urgent;
    struct phrase *phrases;
    size_t n;
    struct bot_matter matter; /* what callers see of it */
};

struct bot_people {
    struct section **sections;
    size_t n;
    unsigned held; /* by others than the first holder */
};

static const char *const wish_names[BOT_WISHES] = {"",   "about-me", "erase", "yes",
                                                   "no", "useful",   "wrong"};

static const struct {
    const char *name;
    enum answer_trouble trouble;
} troubles[] = {{"police", ANSWER_TROUBLE_POLICE},     {"fire", ANSWER_TROUBLE_FIRE},
                {"medical", ANSWER_TROUBLE_MEDICAL},   {"child", ANSWER_TROUBLE_CHILD},
                {"distress", ANSWER_TROUBLE_DISTRESS}, {"fraud", ANSWER_TROUBLE_FRAUD}};
enum { TROUBLES = sizeof(troubles) / sizeof(troubles[0]) };

static void section_clear(struct section *s)
{
    free(s->name);
    free(s->say);
    free(s->say_en);
    free(s->phrases);
    *s = (struct section){0};
}

struct bot_people *bot_people_hold(struct bot_people *p)
{
    p->held++;
    return p;
}

void bot_people_free(struct bot_people *p)
{
    if (p && p->held) {
        p->held--;
        return;
    }
    for (size_t i = 0; p && i < p->n; i++) {
        section_clear(p->sections[i]);
        free(p->sections[i]);
    }
    if (p)
        free(p->sections);
    free(p);
}

/* ---- reading the file ------------------------------------------------------------------ */

struct reader {
    struct bot_people *people;
    struct section *section;
    const char *name;
    unsigned line;
    struct loa_problem *why;
};

static enum loa_err fail(const struct reader *r, const char *text, const char *what)
{
    char where[64];

    (void)snprintf(where, sizeof(where), "%.48s:%u", r->name, r->line);
    return loa_fail(r->why, LOA_EINVAL, where, "%s%s%.120s%s", text, what ? " “" : "",
                    what ? what : "", what ? "”" : "");
}

static char *trim(char *s)
{
    size_t n;

    s += strspn(s, " \t\r");
    n = strlen(s);
    while (n && strchr(" \t\r", s[n - 1]))
        s[--n] = '\0';
    return s;
}

static struct section *find(struct bot_people *p, const char *name, enum bot_wish wish)
{
    for (size_t i = 0; i < p->n; i++) {
        if (p->sections[i]->wish == wish && strcmp(p->sections[i]->name, name) == 0)
            return p->sections[i];
    }
    return NULL;
}

/* "[matter police]", "[wish erase]". One of the same name in a later file begins anew. */
static enum loa_err open_section(struct reader *r, char *line)
{
    size_t n = strlen(line);
    enum bot_wish wish = BOT_WISH_NONE;
    bool matter = strncmp(line, "[matter ", 8) == 0;
    char *name;

    if (line[n - 1] != ']' || (!matter && strncmp(line, "[wish ", 6) != 0))
        return fail(r, "a section must be [matter NAME] or [wish NAME], not", line);
    line[n - 1] = '\0';
    name = trim(line + (matter ? 8 : 6));
    if (!*name || strlen(name) > 32 || name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")])
        return fail(r, "a name is 1 to 32 of a-z, 0-9 and dash, not", name);
    for (int i = 1; i < BOT_WISHES && !matter && !wish; i++) {
        if (strcmp(name, wish_names[i]) == 0)
            wish = (enum bot_wish)i;
    }
    if (!matter && !wish)
        return fail(r, "there is no wish", name);
    r->section = find(r->people, name, wish);
    if (!r->section) {
        r->people->sections =
            loa_xrealloc(r->people->sections, (r->people->n + 1) * sizeof(*r->people->sections));
        r->section = r->people->sections[r->people->n++] = loa_xcalloc(1, sizeof(*r->section));
    }
    section_clear(r->section);
    r->section->name = loa_xstrdup(name);
    r->section->wish = wish;
    r->section->urgent = true;
    return LOA_OK;
}

static enum loa_err add_phrase(struct reader *r, const char *text, bool exact)
{
    struct answer_tokens *t = loa_xcalloc(1, sizeof(*t));
    struct section *s = r->section;
    enum loa_err err = LOA_OK;

    answer_tokenize(text, t);
    if (t->n == 0 || t->n > PHRASE_WORDS) {
        err = fail(r, t->n ? "a phrase is too long:" : "an empty phrase in", text);
    } else {
        struct phrase *p;

        s->phrases = loa_xrealloc(s->phrases, (s->n + 1) * sizeof(*s->phrases));
        p = &s->phrases[s->n++];
        *p = (struct phrase){.n = t->n, .exact = exact};
        for (size_t i = 0; i < t->n; i++)
            p->words[i] = t->t[i].word;
    }
    free(t);
    return err;
}

static enum loa_err add_phrases(struct reader *r, char *list, bool exact)
{
    enum loa_err err = LOA_OK;

    while (!err) {
        size_t n = strcspn(list, ",");
        bool last = list[n] == '\0';

        list[n] = '\0';
        err = add_phrase(r, trim(list), exact);
        if (last)
            break;
        list += n + 1;
    }
    return err;
}

static enum loa_err set_trouble(struct reader *r, const char *value)
{
    for (size_t i = 0; i < TROUBLES; i++) {
        if (strcmp(troubles[i].name, value) == 0) {
            r->section->trouble = troubles[i].trouble;
            return LOA_OK;
        }
    }
    return fail(r, "there is no trouble", value);
}

static enum loa_err set_text(struct reader *r, char **to, const char *value)
{
    if (!*value || *to)
        return fail(r, *value ? "said twice:" : "nothing is said:", *value ? value : NULL);
    *to = loa_xstrdup(value);
    return LOA_OK;
}

static enum loa_err set_urgent(struct reader *r, const char *value)
{
    r->section->urgent = strcmp(value, "yes") == 0;
    if (!r->section->urgent && strcmp(value, "no") != 0)
        return fail(r, "urgent is yes or no, not", value);
    return LOA_OK;
}

static enum loa_err read_pair(struct reader *r, char *line)
{
    char *colon = strchr(line, ':'), *value;
    const struct section *s = r->section;

    if (!s)
        return fail(r, "a line before the first [section]:", line);
    if (!colon)
        return fail(r, "a line must be `key: value`, not", line);
    *colon = '\0';
    value = trim(colon + 1);
    line = trim(line);
    if (strcmp(line, "words") == 0)
        return add_phrases(r, value, false);
    if (s->wish && strcmp(line, "exact") == 0)
        return add_phrases(r, value, true);
    if (!s->wish && strcmp(line, "trouble") == 0)
        return set_trouble(r, value);
    if (!s->wish && strcmp(line, "say") == 0)
        return set_text(r, &r->section->say, value);
    if (!s->wish && strcmp(line, "say-en") == 0)
        return set_text(r, &r->section->say_en, value);
    if (!s->wish && strcmp(line, "urgent") == 0)
        return set_urgent(r, value);
    return fail(r, "there is no such key here:", line);
}

static enum loa_err read_text(struct bot_people *p, const char *name, const char *text,
                              struct loa_problem *why)
{
    struct reader r = {.people = p, .name = name, .why = why};
    enum loa_err err = LOA_OK;

    while (*text && !err) {
        size_t n = strcspn(text, "\n");
        char *line, *hash, *body;

        r.line++;
        if (n > LINE_MAX_BYTES)
            return fail(&r, "the line is too long", NULL);
        if (!loa_utf8_valid(text, n))
            return fail(&r, "not UTF-8", NULL);
        line = loa_xstrndup(text, n);
        hash = strchr(line, '#');
        if (hash)
            *hash = '\0';
        body = trim(line);
        if (*body == '[')
            err = open_section(&r, body);
        else if (*body)
            err = read_pair(&r, body);
        free(line);
        text += n + (text[n] == '\n');
    }
    return err;
}

/* Every matter says something, and is found somehow. */
static enum loa_err finish(struct bot_people *p, const char *name, struct loa_problem *why)
{
    for (size_t i = 0; i < p->n; i++) {
        struct section *s = p->sections[i];

        if (!s->wish && (!s->say || (!s->n && !s->trouble)))
            return loa_fail(why, LOA_EINVAL, name,
                            "[matter %s] needs `say`, and `words` or `trouble`", s->name);
        s->matter = (struct bot_matter){.name = s->name,
                                        .say = s->say,
                                        .say_en = s->say_en ? s->say_en : s->say,
                                        .urgent = s->urgent};
    }
    return LOA_OK;
}

enum loa_err bot_people_load_text(const char *name, const char *text, struct bot_people **out,
                                  struct loa_problem *why)
{
    struct bot_people *p = loa_xcalloc(1, sizeof(*p));
    enum loa_err err = LOA_OK;

    for (size_t i = 0; bot_data_files[i].name && !err; i++)
        err = read_text(p, bot_data_files[i].name, bot_data_files[i].text, why);
    if (!err && text)
        err = read_text(p, name, text, why);
    if (!err)
        err = finish(p, name ? name : "people.txt", why);
    if (err)
        bot_people_free(p);
    else
        *out = p;
    return err;
}

enum loa_err bot_people_load(const char *path, struct bot_people **out, struct loa_problem *why)
{
    struct loa_buf b = {.max = FILE_MAX};
    const char *slash = path ? strrchr(path, '/') : NULL;
    char chunk[4096];
    FILE *f;
    size_t n;
    bool failed;
    enum loa_err err;

    if (!path)
        return bot_people_load_text(NULL, NULL, out, why);
    f = fopen(path, "re");
    if (!f)
        return loa_fail(why, LOA_EIO, path, "cannot be opened: %s", strerror(errno));
    while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
        loa_buf_add(&b, chunk, n);
    failed = ferror(f);
    (void)fclose(f);
    if (failed || b.overflow)
        err = loa_fail(why, LOA_EINVAL, path, failed ? "cannot be read" : "is too large");
    else
        err = bot_people_load_text(slash ? slash + 1 : path, loa_buf_str(&b), out, why);
    loa_buf_release(&b);
    return err;
}

/* ---- finding --------------------------------------------------------------------------- */

/* Written with marks, a word without them means itself; without any, it may be either. */
static bool word_fits(const struct answer_tokens *t, size_t at, const struct answer_word *w)
{
    const struct answer_word *q = &t->t[at].word;

    if (strcmp(q->base, w->base) != 0)
        return false;
    if (t->marked)
        return q->shape == w->shape && q->tone == w->tone;
    return answer_marks_fit(q->shape, q->tone, w->shape, w->tone);
}

static bool stands_at(const struct answer_tokens *t, size_t at, const struct phrase *p)
{
    if (at + p->n > t->n)
        return false;
    for (size_t i = 0; i < p->n; i++) {
        if (!word_fits(t, at + i, &p->words[i]))
            return false;
    }
    return true;
}

static bool has(const struct answer_tokens *t, const struct section *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct phrase *p = &s->phrases[i];

        if (p->exact && t->n != p->n)
            continue;
        if (s->wish && t->n > p->n + MORE_WORDS) /* told at length, it is about something else */
            continue;
        for (size_t at = 0; at < t->n; at++) {
            if (stands_at(t, at, p))
                return true;
        }
    }
    return false;
}

const struct bot_matter *bot_people_matter(const struct bot_people *p, const char *text,
                                           enum answer_trouble trouble)
{
    struct answer_tokens *t = loa_xcalloc(1, sizeof(*t));
    const struct bot_matter *found = NULL;

    for (size_t i = 0; i < p->n && trouble && !found; i++) {
        if (!p->sections[i]->wish && p->sections[i]->trouble == trouble)
            found = &p->sections[i]->matter;
    }
    if (!found)
        answer_tokenize(text, t);
    for (size_t i = 0; i < p->n && !found; i++) {
        if (!p->sections[i]->wish && has(t, p->sections[i]))
            found = &p->sections[i]->matter;
    }
    free(t);
    return found;
}

enum bot_wish bot_people_wish(const struct bot_people *p, const char *text)
{
    struct answer_tokens *t = loa_xcalloc(1, sizeof(*t));
    enum bot_wish wish = BOT_WISH_NONE;

    answer_tokenize(text, t);
    for (size_t i = 0; i < p->n && !wish; i++) {
        if (p->sections[i]->wish && has(t, p->sections[i]))
            wish = p->sections[i]->wish;
    }
    free(t);
    return wish;
}
