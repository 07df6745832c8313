/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/wordfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/answer/rules.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"

enum section {
    SECTION_NONE,
    SECTION_CONCEPT,
    SECTION_REWRITE,
    SECTION_ENGLISH,
    SECTION_ALIAS,
    SECTION_DERIVE,
    SECTION_RULES,
    SECTION_THRESHOLDS
};

static const char *const threshold_names[] = {
#define X(id, name) name,
    ANSWER_THRESHOLDS(X)
#undef X
};

const char *answer_threshold_name(enum answer_threshold t)
{
    return t < ANSWER_THRESHOLD_COUNT ? threshold_names[t] : "";
}

enum { LINE_MAX_BYTES = 4000, NAME_MAX_BYTES = 40 };

struct reader {
    struct answer_wordfile *f;
    const char *name;
    unsigned line;
    enum section section;
    uint16_t concept;
    struct loa_problem *why;
};

void answer_wordfile_init(struct answer_wordfile *f)
{
    *f = (struct answer_wordfile){.words = loa_xcalloc(1, sizeof(*f->words))};
    for (int i = 0; i < ANSWER_THRESHOLD_COUNT; i++)
        f->words->thresholds[i] = -1;
}

void answer_wordfile_release(struct answer_wordfile *f)
{
    answer_words_free(f->words);
    for (size_t i = 0; i < f->n_rules; i++) {
        free(f->rules[i].where);
        free(f->rules[i].text);
    }
    free(f->rules);
    *f = (struct answer_wordfile){0};
}

static void *grow(void *items, size_t n, size_t size)
{
    if (n & (n - 1))
        return items;
    return loa_xrealloc(items, (n ? 2 * n : 1) * size);
}

static enum loa_err fail(struct reader *r, const char *what)
{
    char where[sizeof(r->why->field)];

    snprintf(where, sizeof(where), "%.40s:%u", r->name, r->line);
    return loa_fail(r->why, LOA_EINVAL, where, "%s", what);
}

/* Takes white space off both ends; s is changed. */
static char *trim(char *s)
{
    size_t n;

    s += strspn(s, " \t\r");
    n = strlen(s);
    while (n > 0 && strchr(" \t\r", s[n - 1]))
        s[--n] = '\0';
    return s;
}

static bool valid_name(const char *s)
{
    return *s && strlen(s) <= NAME_MAX_BYTES &&
           s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-")] == '\0';
}

static enum loa_err open_concept(struct reader *r, const char *name)
{
    struct answer_words *w = r->f->words;
    int at = answer_words_concept(w, name);

    if (!valid_name(name))
        return fail(r, "a concept's name is made of a-z, 0-9, '.' and '-'");
    if (at < 0) {
        if (w->n_concepts == ANSWER_CONCEPTS_MAX)
            return fail(r, "too many concepts");
        w->concepts = grow(w->concepts, w->n_concepts, sizeof(*w->concepts));
        w->concepts[w->n_concepts] = loa_xstrdup(name);
        at = (int)w->n_concepts++;
    }
    r->concept = (uint16_t)at;
    r->section = SECTION_CONCEPT;
    return LOA_OK;
}

static enum loa_err open_section(struct reader *r, char *line)
{
    size_t n = strlen(line);

    if (line[n - 1] != ']')
        return fail(r, "a section's line ends in ']'");
    line[n - 1] = '\0';
    line = trim(line + 1);
    if (strncmp(line, "concept ", 8) == 0)
        return open_concept(r, trim(line + 8));
    if (strcmp(line, "rewrite") == 0)
        r->section = SECTION_REWRITE;
    else if (strcmp(line, "english") == 0)
        r->section = SECTION_ENGLISH;
    else if (strcmp(line, "alias") == 0)
        r->section = SECTION_ALIAS;
    else if (strcmp(line, "derive") == 0)
        r->section = SECTION_DERIVE;
    else if (strcmp(line, "rules") == 0)
        r->section = SECTION_RULES;
    else if (strcmp(line, "thresholds") == 0)
        r->section = SECTION_THRESHOLDS;
    else
        return fail(r, "unknown section; known are concept NAME, rewrite, english, alias, derive, "
                       "rules, thresholds");
    return LOA_OK;
}

static void drop_phrase(struct answer_words *w, uint16_t concept, const char *text)
{
    for (size_t i = 0; i < w->n_phrases; i++) {
        if (w->phrases[i].concept == concept && strcmp(w->phrases[i].text, text) == 0)
            w->phrases[i].text[0] = '\0'; /* an empty phrase matches nothing */
    }
}

static enum loa_err add_phrase(struct reader *r, char *s)
{
    struct answer_words *w = r->f->words;
    bool exact = *s == '=';

    if (*s == '-') {
        drop_phrase(w, r->concept, trim(s + 1));
        return LOA_OK;
    }
    s = trim(s + (exact ? 1 : 0));
    if (!*s)
        return fail(r, "an empty phrase");
    w->phrases = grow(w->phrases, w->n_phrases, sizeof(*w->phrases));
    w->phrases[w->n_phrases++] = (struct answer_phrase){r->concept, exact, loa_xstrdup(s)};
    return LOA_OK;
}

static void add_pair(struct reader *r, char *from, char *to)
{
    struct answer_words *w = r->f->words;
    bool exact = *from == '=';

    from = trim(from + (exact ? 1 : 0));
    if (r->section == SECTION_ALIAS) {
        w->aliases = grow(w->aliases, w->n_aliases, sizeof(*w->aliases));
        w->aliases[w->n_aliases++] =
            (struct answer_alias){loa_xstrdup(from), loa_xstrdup(to), exact};
        return;
    }
    w->rewrites = grow(w->rewrites, w->n_rewrites, sizeof(*w->rewrites));
    w->rewrites[w->n_rewrites++] =
        (struct answer_rewrite){loa_xstrdup(from), loa_xstrdup(to), r->section == SECTION_ENGLISH};
}

/* Calls for each item of a list with commas. */
static enum loa_err each_item(struct reader *r, char *list, char *to)
{
    enum loa_err err = LOA_OK;
    char *rest = list;

    while (!err && rest) {
        char *item = strsep(&rest, ",");

        item = trim(item);
        if (!*item) {
            if (rest || item == list)
                err = fail(r, "nothing between two commas");
        } else if (to) {
            add_pair(r, item, to);
        } else {
            err = add_phrase(r, item);
        }
    }
    return err;
}

static enum loa_err add_pairs(struct reader *r, char *line)
{
    /* A leading "=" asks for exact marks, so the one that divides comes after a letter. */
    char *eq = strrchr(line, '=');

    if (!eq || eq == line)
        return fail(r, "expected: what is typed = what it stands for");
    *eq = '\0';
    return each_item(r, trim(line), trim(eq + 1));
}

/* name = number */
static enum loa_err set_threshold(struct reader *r, char *line)
{
    char *eq = strchr(line, '='), *end;
    const char *name;
    float v;

    if (!eq)
        return fail(r, "expected: name = number");
    *eq = '\0';
    name = trim(line);
    v = strtof(trim(eq + 1), &end);
    if (*end || end == eq + 1 || !(v >= 0 && v <= 10))
        return fail(r, "a threshold is a number from 0 to 10");
    for (int i = 0; i < ANSWER_THRESHOLD_COUNT; i++) {
        if (strcmp(threshold_names[i], name) == 0) {
            r->f->words->thresholds[i] = v;
            return LOA_OK;
        }
    }
    return fail(r, "no such threshold");
}

static enum loa_err add_rule(struct reader *r, const char *line)
{
    struct answer_wordfile *f = r->f;

    f->rules = grow(f->rules, f->n_rules, sizeof(*f->rules));
    f->rules[f->n_rules++] =
        (struct answer_rule_text){loa_xasprintf("%.40s:%u", r->name, r->line), loa_xstrdup(line),
                                  f->n_files, r->section == SECTION_DERIVE};
    return LOA_OK;
}

static enum loa_err read_line(struct reader *r, char *line)
{
    char *hash = strchr(line, '#');

    if (hash)
        *hash = '\0';
    line = trim(line);
    if (!*line)
        return LOA_OK;
    if (*line == '[')
        return open_section(r, line);
    switch (r->section) {
    case SECTION_NONE:
        return fail(r, "a line before the first [section]");
    case SECTION_CONCEPT:
        return each_item(r, line, NULL);
    case SECTION_REWRITE:
    case SECTION_ENGLISH:
    case SECTION_ALIAS:
        return add_pairs(r, line);
    case SECTION_DERIVE:
    case SECTION_RULES:
        return add_rule(r, line);
    case SECTION_THRESHOLDS:
        return set_threshold(r, line);
    }
    return LOA_OK;
}

enum loa_err answer_wordfile_read(struct answer_wordfile *f, const char *name, const char *text,
                                  struct loa_problem *why)
{
    struct reader r = {.f = f, .name = name, .why = why};
    enum loa_err err = LOA_OK;

    while (*text && !err) {
        size_t n = strcspn(text, "\n");
        char *line;

        r.line++;
        if (n > LINE_MAX_BYTES)
            return fail(&r, "the line is too long");
        if (!loa_utf8_valid(text, n))
            return fail(&r, "not UTF-8");
        line = loa_xstrndup(text, n);
        err = read_line(&r, line);
        free(line);
        text += n + (text[n] == '\n');
    }
    f->n_files++;
    return err;
}

static enum loa_err compile(struct answer_wordfile *f, const struct answer_rule_text *t,
                            struct loa_problem *why)
{
    struct answer_words *w = f->words;
    enum loa_err err;

    if (t->derive) {
        err = answer_derive_parse(w, t->where, t->text, &w->derived[w->n_derived], why);
        w->n_derived += !err;
    } else {
        err = answer_rule_parse(w, t->where, t->text, &w->rules[w->n_rules], why);
        w->n_rules += !err;
    }
    return err;
}

enum loa_err answer_wordfile_finish(struct answer_wordfile *f, struct answer_words **out,
                                    struct loa_problem *why)
{
    struct answer_words *w = f->words;

    for (int i = 0; i < ANSWER_THRESHOLD_COUNT; i++) {
        if (w->thresholds[i] < 0)
            return loa_fail(why, LOA_EINVAL, threshold_names[i], "no file sets this threshold");
    }
    w->rules = loa_xcalloc(f->n_rules + 1, sizeof(*w->rules));
    w->derived = loa_xcalloc(f->n_rules + 1, sizeof(*w->derived));
    for (size_t file = f->n_files; file-- > 0;) {
        for (size_t i = 0; i < f->n_rules; i++) {
            enum loa_err err = f->rules[i].file == file ? compile(f, &f->rules[i], why) : LOA_OK;

            if (err)
                return err;
        }
    }
    *out = w;
    f->words = NULL;
    return LOA_OK;
}
