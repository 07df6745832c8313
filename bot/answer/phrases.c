/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/phrases.h"

#include <stdlib.h>

#include "messages/base/mem.h"

static const uint32_t none = ANSWER_MAP_NONE;

void answer_phrases_release(struct answer_phrases *p)
{
    answer_map_release(&p->next);
    free(p->roots);
    free(p->heads);
    free(p->entries);
    free(p->marks);
    *p = (struct answer_phrases){0};
}

static void *grow(void *items, size_t n, size_t size)
{
    if (n & (n - 1))
        return items;
    return loa_xrealloc(items, (n ? 2 * n : 1) * size);
}

static uint32_t add_node(struct answer_phrases *p)
{
    p->heads = grow(p->heads, p->n_nodes, sizeof(*p->heads));
    p->heads[p->n_nodes] = none;
    return (uint32_t)p->n_nodes++;
}

static uint64_t edge(uint32_t node, int32_t fold)
{
    return (uint64_t)node << 32 | (uint32_t)fold;
}

/* Where a word leads from a node, `none` when no phrase goes on with it. Most words begin no phrase
 * and every search begins at the root, so the root has a table. */
static uint32_t node_after(const struct answer_phrases *p, uint32_t node, int32_t fold)
{
    if (node)
        return answer_map_get(&p->next, edge(node, fold));
    return (size_t)fold < p->n_roots && p->roots[fold] ? p->roots[fold] : none;
}

static uint32_t first_step(struct answer_phrases *p, int32_t fold)
{
    size_t want = (size_t)fold + 1;

    if (want > p->n_roots) {
        size_t n = want > 2 * p->n_roots ? want : 2 * p->n_roots;

        p->roots = loa_xrealloc(p->roots, n * sizeof(*p->roots));
        for (size_t i = p->n_roots; i < n; i++)
            p->roots[i] = 0;
        p->n_roots = n;
    }
    if (!p->roots[fold])
        p->roots[fold] = add_node(p);
    return p->roots[fold];
}

static uint32_t step(struct answer_phrases *p, uint32_t node, int32_t fold)
{
    uint32_t to;

    if (node == 0)
        return first_step(p, fold);
    to = answer_map_intern(&p->next, edge(node, fold), (uint32_t)p->n_nodes);
    if (to == p->n_nodes)
        (void)add_node(p);
    return to;
}

void answer_phrases_add(struct answer_phrases *p, struct answer_vocab *v, const char *text,
                        enum answer_span_kind kind, uint32_t ref, bool exact)
{
    struct answer_tokens t;
    uint32_t node = 0, first = (uint32_t)p->n_marks;

    answer_tokenize(text, &t);
    if (t.n == 0)
        return;
    if (p->n_nodes == 0)
        add_node(p); /* the root */
    for (size_t i = 0; i < t.n; i++) {
        int32_t word = answer_vocab_add(v, &t.t[i].word);

        node = step(p, node, v->words[word].fold);
        p->marks = grow(p->marks, p->n_marks, sizeof(*p->marks));
        p->marks[p->n_marks++] = (struct answer_marks){t.t[i].word.shape, t.t[i].word.tone};
    }
    p->entries = grow(p->entries, p->n_entries, sizeof(*p->entries));
    p->entries[p->n_entries] = (struct answer_entry){.kind = (uint8_t)kind,
                                                     .exact = exact,
                                                     .n = (uint16_t)t.n,
                                                     .ref = ref,
                                                     .marks = first,
                                                     .next = p->heads[node]};
    p->heads[node] = (uint32_t)p->n_entries++;
}

/* How the typed words answer to the entry's: false when a typed mark is missing in it. */
static bool fits(const struct answer_phrases *p, const struct answer_vocab *v,
                 const struct answer_tokens *t, size_t at, const struct answer_entry *e,
                 bool *exact)
{
    *exact = true;
    for (size_t i = 0; i < e->n; i++) {
        const struct answer_word *w = &t->t[at + i].word;
        const struct answer_marks *m = &p->marks[e->marks + i];

        if (w->shape == m->shape && w->tone == m->tone)
            continue;
        if (e->exact || !answer_marks_fit(w->shape, w->tone, m->shape, m->tone))
            return false;
        *exact = false;
        /* Who writes with marks means "mua" (to buy) by it, and not "mưa" (rain). In a longer
         * phrase the neighbours tell, so a forgotten mark is forgiven there. */
        if (e->n == 1 && t->marked && answer_vocab_exact(v, t->t[at].fold, w->shape, w->tone))
            return false;
    }
    return true;
}

void answer_phrases_at(const struct answer_phrases *p, const struct answer_vocab *v,
                       const struct answer_tokens *t, size_t at, struct answer_spans *out)
{
    uint32_t node = 0;

    if (p->n_nodes == 0)
        return;
    for (size_t i = at; i < t->n; i++) {
        if (t->t[i].fold < 0 || (i > at && (t->t[i].glue == '|' || t->t[i].glue == ',')))
            return;
        node = node_after(p, node, t->t[i].fold);
        if (node == none)
            return;
        for (uint32_t e = p->heads[node]; e != none; e = p->entries[e].next) {
            bool exact;

            if (out->n == ANSWER_SPANS_MAX)
                return;
            if (fits(p, v, t, at, &p->entries[e], &exact))
                out->s[out->n++] = (struct answer_span){.kind = p->entries[e].kind,
                                                        .exact = exact,
                                                        .at = (uint16_t)at,
                                                        .n = p->entries[e].n,
                                                        .ref = p->entries[e].ref};
        }
    }
}

enum { SKIPS_MAX = 2, WORDS_MAX = 12 };

struct walk {
    const struct answer_phrases *p;
    const struct answer_vocab *v;
    const struct answer_tokens *t;
    struct answer_spans *out;
    size_t first;
    size_t at[WORDS_MAX]; /* the tokens taken */
};

static bool fits_loosely(const struct walk *w, const struct answer_entry *e)
{
    for (size_t i = 0; i < e->n; i++) {
        const struct answer_word *q = &w->t->t[w->at[i]].word;
        const struct answer_marks *m = &w->p->marks[e->marks + i];

        if (!answer_marks_fit(q->shape, q->tone, m->shape, m->tone))
            return false;
        /* With a gap the neighbours prove less, so who writes with marks is held to them. */
        if (w->t->marked && (q->shape != m->shape || q->tone != m->tone) &&
            answer_vocab_exact(w->v, w->t->t[w->at[i]].fold, q->shape, q->tone))
            return false;
    }
    return true;
}

static void walk_from(struct walk *w, uint32_t node, size_t taken, size_t next, size_t skips)
{
    for (uint32_t e = taken > 1 && skips ? w->p->heads[node] : none; e != none;
         e = w->p->entries[e].next) {
        const struct answer_entry *entry = &w->p->entries[e];

        if (entry->kind == ANSWER_SPAN_CONCEPT && !entry->exact && entry->n == taken &&
            (w->t->marked || taken > 2) && w->out->n < ANSWER_SPANS_MAX && fits_loosely(w, entry))
            w->out->s[w->out->n++] =
                (struct answer_span){.kind = entry->kind,
                                     .loose = true,
                                     .at = (uint16_t)w->first,
                                     .n = (uint16_t)(w->at[taken - 1] - w->first + 1),
                                     .ref = entry->ref};
    }
    if (taken == WORDS_MAX || next >= w->t->n || w->t->t[next].glue == '|' ||
        w->t->t[next].glue == ',')
        return;
    if (w->t->t[next].fold >= 0) {
        uint32_t to = node_after(w->p, node, w->t->t[next].fold);

        if (to != none) {
            w->at[taken] = next;
            walk_from(w, to, taken + 1, next + 1, skips);
        }
    }
    if (w->t->t[next].filler && skips < SKIPS_MAX)
        walk_from(w, node, taken, next + 1, skips + 1);
}

void answer_phrases_loose(const struct answer_phrases *p, const struct answer_vocab *v,
                          const struct answer_tokens *t, size_t at, struct answer_spans *out)
{
    struct walk w = {.p = p, .v = v, .t = t, .out = out, .first = at};
    uint32_t node;

    if (p->n_nodes == 0 || t->t[at].fold < 0)
        return;
    node = node_after(p, 0, t->t[at].fold);
    if (node == none)
        return;
    w.at[0] = at;
    walk_from(&w, node, 1, at + 1, 0);
}
