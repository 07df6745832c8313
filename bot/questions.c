/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/questions.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bot/answer/tokens.h"
#include "messages/base/mem.h"

enum { WORDS_MAX = 48 };

/* Alike are those that share this much of what they say. */
static const double alike = 0.6;

/* A question as the set of its syllables, each a hash; sorted. `sieve` has a bit for each, so that
 * most pairs need no closer look. */
struct set {
    uint64_t words[WORDS_MAX];
    size_t n;
    uint64_t sieve;
};

static uint64_t hash(const char *s)
{
    uint64_t h = 14695981039346656037U;

    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 1099511628211U;
    return h;
}

/* They say nothing of what a question is about. */
static bool is_small(const char *word)
{
    static const char *const small[] = {
        "a",    "ah",   "ak",   "anh", "ban", "bac",  "chi", "cho",   "chu", "co",  "cua", "da",
        "di",   "do",   "duoc", "em",  "gi",  "hoi",  "k",   "khong", "ko",  "kg",  "la",  "lam",
        "minh", "muon", "nao",  "nay", "nha", "nhe",  "nhi", "o",     "oi",  "sao", "the", "thi",
        "toi",  "vay",  "ve",   "voi", "xin", "with", "the", "is",    "are", "i",   "do",  "please",
    };

    for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++) {
        if (strcmp(small[i], word) == 0)
            return true;
    }
    return false;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void collect(const struct answer_tokens *t, bool small_too, struct set *s)
{
    size_t n = 0;

    s->n = 0;
    s->sieve = 0;
    for (size_t i = 0; i < t->n && s->n < WORDS_MAX; i++) {
        const char *word = t->t[i].word.base;

        if (word[0] && (small_too || !is_small(word)))
            s->words[s->n++] = hash(word);
    }
    qsort(s->words, s->n, sizeof(s->words[0]), by_value);
    for (size_t i = 0; i < s->n; i++) {
        if (n && s->words[n - 1] == s->words[i])
            continue;
        s->words[n++] = s->words[i];
        s->sieve |= UINT64_C(1) << (s->words[i] >> 58);
    }
    s->n = n;
}

static void set_of(const char *text, struct answer_tokens *t, struct set *s)
{
    answer_tokenize(text, t);
    collect(t, false, s);
    if (!s->n)
        collect(t, true, s);
}

static double likeness(const struct set *a, const struct set *b)
{
    size_t i = 0, k = 0, shared = 0;

    if (!a->n || !b->n)
        return a->n == b->n ? 1 : 0;
    if (!(a->sieve & b->sieve))
        return 0;
    while (i < a->n && k < b->n) {
        if (a->words[i] == b->words[k]) {
            shared++;
            i++;
            k++;
        } else if (a->words[i] < b->words[k]) {
            i++;
        } else {
            k++;
        }
    }
    return 2.0 * (double)shared / (double)(a->n + b->n);
}

double bot_questions_likeness(const char *a, const char *b)
{
    struct answer_tokens *t = loa_xcalloc(1, sizeof(*t));
    struct set x, y;

    set_of(a, t, &x);
    set_of(b, t, &y);
    free(t);
    return likeness(&x, &y);
}

static void join(struct bot_question_group *g, const struct msg_question *q, size_t index)
{
    if ((g->n & (g->n - 1)) == 0)
        g->items = loa_xrealloc(g->items, (g->n ? 2 * g->n : 1) * sizeof(*g->items));
    g->items[g->n++] = index;
    g->wrong += q->reason == MSG_QUESTION_WRONG;
    g->unsure += q->reason == MSG_QUESTION_UNSURE;
    if (q->at_ms > g->last_ms)
        g->last_ms = q->at_ms;
}

void bot_questions_group(const struct msg_question *questions, size_t n,
                         struct bot_question_groups *out)
{
    struct answer_tokens *t = loa_xcalloc(1, sizeof(*t));
    struct set *leaders = loa_xcalloc(n + 1, sizeof(*leaders));

    *out = (struct bot_question_groups){.items = loa_xcalloc(n + 1, sizeof(*out->items))};
    for (size_t i = 0; i < n; i++) {
        struct set s;
        size_t at = 0;

        set_of(questions[i].text, t, &s);
        while (at < out->n && likeness(&leaders[at], &s) < alike)
            at++;
        if (at == out->n) {
            leaders[at] = s;
            out->items[out->n++].id = questions[i].seq;
        }
        join(&out->items[at], &questions[i], i);
    }
    free(leaders);
    free(t);
}

void bot_question_groups_free(struct bot_question_groups *g)
{
    for (size_t i = 0; i < g->n; i++)
        free(g->items[i].items);
    free(g->items);
    *g = (struct bot_question_groups){0};
}

const struct bot_question_group *bot_questions_find(const struct bot_question_groups *g,
                                                    const struct msg_question *questions,
                                                    int64_t seq)
{
    for (size_t i = 0; i < g->n; i++) {
        for (size_t k = 0; k < g->items[i].n; k++) {
            if (questions[g->items[i].items[k]].seq == seq)
                return &g->items[i];
        }
    }
    return NULL;
}
