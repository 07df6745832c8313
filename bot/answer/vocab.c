/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/vocab.h"

#include <stdlib.h>
#include <string.h>

#include "bot/answer/spell.h"
#include "messages/base/mem.h"

enum { GUESS_LEN_MIN = 4 }; /* in three letters nearly every edit is another word */

void answer_vocab_release(struct answer_vocab *v)
{
    free(v->folds);
    free(v->words);
    free(v->nears);
    answer_map_release(&v->by_base);
    answer_map_release(&v->near);
    *v = (struct answer_vocab){0};
}

/* Room for one more; doubles at powers of two. */
static void *grow(void *items, size_t n, size_t size)
{
    if (n & (n - 1))
        return items;
    return loa_xrealloc(items, (n ? 2 * n : 1) * size);
}

int32_t answer_vocab_fold(const struct answer_vocab *v, const char *base, size_t len)
{
    uint32_t at = answer_map_get(&v->by_base, answer_hash(base, len));

    if (at == ANSWER_MAP_NONE || v->folds[at].len != len ||
        memcmp(v->folds[at].base, base, len) != 0)
        return -1;
    return (int32_t)at;
}

static int32_t add_fold(struct answer_vocab *v, const struct answer_word *w)
{
    int32_t id = answer_vocab_fold(v, w->base, w->len);
    struct answer_vocab_fold *f;

    if (id >= 0)
        return id;
    v->folds = grow(v->folds, v->n_folds, sizeof(*v->folds));
    id = (int32_t)v->n_folds++;
    f = &v->folds[id];
    *f = (struct answer_vocab_fold){.len = w->len, .first = -1};
    memcpy(f->base, w->base, w->len);
    answer_map_put(&v->by_base, answer_hash(w->base, w->len), (uint32_t)id);
    return id;
}

int32_t answer_vocab_add(struct answer_vocab *v, const struct answer_word *w)
{
    int32_t fold = add_fold(v, w), id;

    v->folds[fold].count++;
    for (id = v->folds[fold].first; id >= 0; id = v->words[id].next) {
        if (v->words[id].shape == w->shape && v->words[id].tone == w->tone)
            return id;
    }
    v->words = grow(v->words, v->n_words, sizeof(*v->words));
    id = (int32_t)v->n_words++;
    v->words[id] = (struct answer_vocab_word){
        .shape = w->shape, .tone = w->tone, .fold = fold, .next = v->folds[fold].first};
    v->folds[fold].first = id;
    return id;
}

bool answer_vocab_exact(const struct answer_vocab *v, int32_t fold, uint64_t shape, uint8_t tone)
{
    if (fold < 0)
        return false;
    for (int32_t id = v->folds[fold].first; id >= 0; id = v->words[id].next) {
        if (v->words[id].shape == shape && v->words[id].tone == tone)
            return true;
    }
    return false;
}

static size_t without(const char *base, size_t len, size_t skip, char *out)
{
    memcpy(out, base, skip);
    memcpy(out + skip, base + skip + 1, len - skip - 1);
    return len - 1;
}

static void add_near(struct answer_vocab *v, uint64_t key, int32_t fold)
{
    uint32_t head = answer_map_get(&v->near, key);

    if (head != ANSWER_MAP_NONE && v->nears[head].fold == fold)
        return; /* "aab" less either a */
    v->nears = grow(v->nears, v->n_nears, sizeof(*v->nears));
    v->nears[v->n_nears] = (struct answer_vocab_near){fold, head};
    answer_map_put(&v->near, key, (uint32_t)v->n_nears++);
}

void answer_vocab_seal(struct answer_vocab *v)
{
    char less[ANSWER_WORD_MAX];

    for (size_t i = 0; i < v->n_folds; i++) {
        const struct answer_vocab_fold *f = &v->folds[i];

        if (f->len < GUESS_LEN_MIN - 1)
            continue;
        add_near(v, answer_hash(f->base, f->len), (int32_t)i);
        for (size_t k = 0; k < f->len; k++)
            add_near(v, answer_hash(less, without(f->base, f->len, k, less)), (int32_t)i);
    }
}

/* 0: not one edit apart; else how likely the slip is. */
static unsigned slip(const char *a, size_t na, const char *b, size_t nb)
{
    size_t head = 0, tail = 0;

    while (head < na && head < nb && a[head] == b[head])
        head++;
    while (tail < na - head && tail < nb - head && a[na - 1 - tail] == b[nb - 1 - tail])
        tail++;
    if (na == nb) {
        if (na - head - tail == 1)
            return answer_keys_adjacent(a[head], b[head]) ? 3 : 1;
        if (na - head - tail == 2 && a[head] == b[head + 1] && a[head + 1] == b[head])
            return 4;
        return 0;
    }
    return (na > nb ? na - nb : nb - na) == 1 && head + tail >= (na < nb ? na : nb) ? 2 : 0;
}

struct guess {
    int32_t fold;
    unsigned slip;
    uint32_t count;
};

static void try_bucket(const struct answer_vocab *v, const struct answer_word *w, uint64_t key,
                       struct guess *best)
{
    uint32_t at = answer_map_get(&v->near, key);

    for (; at != ANSWER_MAP_NONE; at = v->nears[at].next) {
        const struct answer_vocab_fold *f = &v->folds[v->nears[at].fold];
        unsigned s = slip(w->base, w->len, f->base, f->len);

        /* A first letter is rarely mistyped, except for its neighbour on the keyboard. */
        if (s == 1 && w->base[0] != f->base[0])
            continue;
        if (s > best->slip || (s && s == best->slip && f->count > best->count))
            *best = (struct guess){v->nears[at].fold, s, f->count};
    }
}

int32_t answer_vocab_guess(const struct answer_vocab *v, const struct answer_word *w)
{
    struct guess best = {.fold = -1};
    char less[ANSWER_WORD_MAX];

    if (w->len < GUESS_LEN_MIN)
        return -1;
    try_bucket(v, w, answer_hash(w->base, w->len), &best);
    for (size_t k = 0; k < w->len; k++)
        try_bucket(v, w, answer_hash(less, without(w->base, w->len, k, less)), &best);
    return best.fold;
}
