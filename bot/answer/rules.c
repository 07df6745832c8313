/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/rules.h"

#include <stdlib.h>
#include <string.h>

#include "bot/answer/answer.h"
#include "messages/base/mem.h"

static const char *const intent_names[] = {
#define X(id, name) name,
    ANSWER_INTENTS(X)
#undef X
};

static const char *const feature_names[] = {
#define X(id, name, meaning) name,
    ANSWER_FEATURES(X)
#undef X
};

const char *answer_intent_name(enum answer_intent intent)
{
    return (int)intent >= 0 && (int)intent < ANSWER_INTENT_COUNT ? intent_names[intent]
                                                                 : "out_of_scope";
}

const char *answer_feature_name(enum answer_feature feature)
{
    return feature < ANSWER_FEATURE_COUNT ? feature_names[feature] : "";
}

static int find_name(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0)
            return (int)i;
    }
    return -1;
}

static bool add_choice(struct answer_clause *c, unsigned id)
{
    if (c->n == ANSWER_CHOICES_MAX)
        return false;
    c->any[c->n++] = (uint16_t)id;
    return true;
}

/* One name between bars. NULL: fine, else what is wrong with it. */
static const char *parse_choice(const struct answer_words *w, const char *name,
                                struct answer_clause *c)
{
    size_t n = strlen(name);
    int id;

    if (name[0] == '@') {
        id = find_name(feature_names, ANSWER_FEATURE_COUNT, name + 1);
        if (id < 0)
            return "no such feature";
        return add_choice(c, (unsigned)(ANSWER_CONCEPTS_MAX + id)) ? NULL : "too many choices";
    }
    if (n > 2 && strcmp(name + n - 2, ".*") == 0) {
        uint8_t before = c->n;

        for (size_t i = 0; i < w->n_concepts; i++) {
            if (strncmp(w->concepts[i], name, n - 1) == 0 && !add_choice(c, (unsigned)i))
                return "too many choices";
        }
        return c->n > before ? NULL : "no concept begins like this";
    }
    id = answer_words_concept(w, name);
    if (id < 0)
        return "no such concept";
    return add_choice(c, (unsigned)id) ? NULL : "too many choices";
}

static const char *parse_clause(const struct answer_words *w, char *text, struct answer_clause *c,
                                const char **name)
{
    const char *wrong = NULL;
    char *rest = text;

    c->negated = *rest == '!';
    rest += c->negated;
    while (rest && !wrong) {
        *name = strsep(&rest, "|");
        wrong = parse_choice(w, *name, c);
    }
    return wrong;
}

/* What stands before the arrow. */
static const char *parse_target(const struct answer_words *w, const char *name, bool derive,
                                struct answer_rule *out)
{
    int id =
        derive ? answer_words_concept(w, name) : find_name(intent_names, ANSWER_INTENT_COUNT, name);

    if (id < 0)
        return derive ? "no such concept" : "no such intent";
    if (derive)
    out->concept = (uint16_t)id;
    else out->intent = (uint8_t)id;
    return NULL;
}

static enum loa_err parse(const struct answer_words *w, const char *where, const char *text,
                          bool derive, struct answer_rule *out, struct loa_problem *why)
{
    char *copy = loa_xstrdup(text), *rest = copy, *word;
    enum loa_err err = LOA_OK;
    size_t words = 0;

    *out = (struct answer_rule){0};
    while (!err && (word = strsep(&rest, " \t")) != NULL) {
        const char *name = word, *wrong = NULL;

        if (!*word)
            continue;
        if (words == 0) {
            wrong = parse_target(w, word, derive, out);
        } else if (words == 1) {
            wrong = strcmp(word, "<-") ? "expected: name <- conditions" : NULL;
        } else if (out->n == ANSWER_CLAUSES_MAX) {
            wrong = "too many conditions";
        } else {
            wrong = parse_clause(w, word, &out->clauses[out->n++], &name);
        }
        if (wrong)
            err = loa_fail(why, LOA_EINVAL, where, "%s: %s", name, wrong);
        words++;
    }
    if (!err && words < 2)
        err = loa_fail(why, LOA_EINVAL, where, "expected: name <- conditions");
    if (!err)
        out->source = loa_xasprintf("%s: %s", where, text);
    free(copy);
    return err;
}

enum loa_err answer_rule_parse(const struct answer_words *w, const char *where, const char *text,
                               struct answer_rule *out, struct loa_problem *why)
{
    return parse(w, where, text, false, out, why);
}

enum loa_err answer_derive_parse(const struct answer_words *w, const char *where, const char *text,
                                 struct answer_rule *out, struct loa_problem *why)
{
    return parse(w, where, text, true, out, why);
}

static bool clause_holds(const struct answer_clause *c, const struct answer_facts *f)
{
    for (size_t i = 0; i < c->n; i++) {
        if (answer_facts_has(f, c->any[i]))
            return !c->negated;
    }
    return c->negated;
}

static bool rule_holds(const struct answer_rule *r, const struct answer_facts *f)
{
    size_t k = 0;

    while (k < r->n && clause_holds(&r->clauses[k], f))
        k++;
    return k == r->n;
}

size_t answer_derive(const struct answer_words *w, struct answer_facts *f, uint16_t *out,
                     size_t max)
{
    size_t n = 0;

    for (size_t i = 0; i < w->n_derived; i++) {
        const struct answer_rule *r = &w->derived[i];

        if (answer_facts_has(f, r->concept) || !rule_holds(r, f))
            continue;
        answer_facts_set(f, r->concept);
        if (n < max)
        out[n++] = r->concept;
    }
    return n;
}

const struct answer_rule *answer_rules_decide(const struct answer_words *w,
                                              const struct answer_facts *f)
{
    for (size_t i = 0; i < w->n_rules; i++) {
        if (rule_holds(&w->rules[i], f))
            return &w->rules[i];
    }
    return NULL;
}
