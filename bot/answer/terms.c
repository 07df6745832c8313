/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of the catalogue as terms for the rankers. */
#include <stdlib.h>
#include <string.h>

#include "bot/answer/index.h"
#include "messages/base/mem.h"

static void *grow(void *items, size_t n, size_t size)
{
    if (n & (n - 1))
        return items;
    return loa_xrealloc(items, (n ? 2 * n : 1) * size);
}

uint32_t answer_term_pair(const struct answer_index *x, int32_t a, int32_t b)
{
    uint32_t pair = answer_map_get(&x->pairs, (uint64_t)(uint32_t)a << 32 | (uint32_t)b);

    return pair == ANSWER_MAP_NONE ? UINT32_MAX : (uint32_t)x->vocab.n_words + pair;
}

static void learn_text(struct answer_index *x, const char *text)
{
    struct answer_tokens t;

    if (!text)
        return;
    answer_tokenize(text, &t);
    for (size_t i = 0; i < t.n; i++)
        answer_vocab_add(&x->vocab, &t.t[i].word);
}

/* Words that only stand in answers: known, so that they are not taken for slips. */
static void learn_answers(struct answer_index *x)
{
    for (size_t i = 0; i < x->catalog->n_faqs; i++)
        learn_text(x, x->catalog->faqs[i].answer);
}

/* The number of two words side by side, a new one for those not seen yet. */
static uint32_t add_pair(struct answer_index *x, int32_t a, int32_t b)
{
    uint64_t key = (uint64_t)(uint32_t)a << 32 | (uint32_t)b;
    uint32_t pair = answer_map_get(&x->pairs, key);

    if (pair == ANSWER_MAP_NONE) {
        pair = x->n_pairs++;
        answer_map_put(&x->pairs, key, pair);
    }
    return pair;
}

/* A text taken apart. The same place, organizer or audience stands in many events, so each distinct
 * text is taken apart once. */
struct text {
    uint32_t first; /* in the words of the shelf */
    uint16_t n;
    uint16_t n_concepts; /* after the words */
};

struct shelf {
    struct answer_index *x;
    struct answer_map by_hash; /* hash of the text -> texts */
    struct text *texts;
    size_t n_texts;
    struct shelf_word {
        int32_t word;  /* -1: only frames a question, no term; concepts: their number */
        uint32_t pair; /* with the word before */
    } * words;
    size_t n_words;
};

static void shelf_push(struct shelf *s, int32_t word, uint32_t pair)
{
    s->words = grow(s->words, s->n_words, sizeof(*s->words));
    s->words[s->n_words++] = (struct shelf_word){word, pair};
}

struct doc {
    struct answer_ranker *ranker;
    uint32_t id;
    bool concepts; /* subjects of the FAQ count as terms */
};

/* Words that only frame a question ("có", "cho em hỏi") are no terms. */
static void skip_filler(const struct answer_index *x, struct answer_tokens *t,
                        struct answer_spans *spans)
{
    spans->n = 0;
    for (size_t i = 0; i < t->n; i++)
        answer_phrases_at(&x->spots, &x->vocab, t, i, spans);
    answer_drop_inner(x, spans);
    for (size_t i = 0; i < spans->n; i++) {
        const struct answer_span *s = &spans->s[i];

        if (s->kind == ANSWER_SPAN_CONCEPT && (int)s->ref == x->filler)
            for (size_t k = 0; k < s->n; k++)
                t->t[s->at + k].covered = true;
    }
}

/* What the text speaks of, said or to be concluded. */
static void push_concepts(struct shelf *shelf, const struct answer_spans *spans)
{
    const struct answer_index *x = shelf->x;
    struct answer_facts facts = {{0}};
    uint16_t more[ANSWER_DERIVED_MAX];
    size_t n;

    for (size_t i = 0; i < spans->n; i++) {
        if (spans->s[i].kind != ANSWER_SPAN_CONCEPT)
            continue;
        answer_facts_set(&facts, spans->s[i].ref);
        if (x->traits[spans->s[i].ref].about)
            shelf_push(shelf, (int32_t)spans->s[i].ref, 0);
    }
    n = answer_derive(x->words, &facts, more, ANSWER_DERIVED_MAX);
    for (size_t i = 0; i < n; i++) {
        if (x->traits[more[i]].about)
            shelf_push(shelf, (int32_t)more[i], 0);
    }
}

static struct text take_apart(struct shelf *shelf, const char *string)
{
    struct answer_index *x = shelf->x;
    struct text out = {.first = (uint32_t)shelf->n_words};
    struct answer_tokens t;
    struct answer_spans spans;
    size_t before;

    answer_tokenize(string, &t);
    for (size_t i = 0; i < t.n; i++) {
        int32_t word = answer_vocab_add(&x->vocab, &t.t[i].word);

        t.t[i].fold = x->vocab.words[word].fold;
        shelf_push(shelf, word, i > 0 ? add_pair(x, t.t[i - 1].fold, t.t[i].fold) : 0);
    }
    out.n = (uint16_t)t.n;
    skip_filler(x, &t, &spans);
    for (size_t i = 0; i < t.n; i++) {
        if (t.t[i].covered)
            shelf->words[out.first + i].word = -1;
    }
    before = shelf->n_words;
    push_concepts(shelf, &spans);
    out.n_concepts = (uint16_t)(shelf->n_words - before);
    return out;
}

static struct text *text_of(struct shelf *shelf, const char *string)
{
    uint64_t key = answer_hash(string, strlen(string));
    uint32_t at = answer_map_get(&shelf->by_hash, key);

    if (at == ANSWER_MAP_NONE) {
        struct text t = take_apart(shelf, string);

        at = (uint32_t)shelf->n_texts;
        shelf->texts = grow(shelf->texts, shelf->n_texts, sizeof(*shelf->texts));
        shelf->texts[shelf->n_texts++] = t;
        answer_map_put(&shelf->by_hash, key, at);
    }
    return &shelf->texts[at];
}

static void shelf_release(struct shelf *s)
{
    answer_map_release(&s->by_hash);
    free(s->texts);
    free(s->words);
}

/* Two passes: words and pairs are numbered first, as pairs are numbered after all words, and
 * concepts after all pairs. */
static void add_text(struct shelf *shelf, const char *string, const struct doc *d, float weight,
                     bool numbering)
{
    const struct answer_index *x = shelf->x;
    const struct shelf_word *w;
    const struct text *t;

    if (!string)
        return;
    t = text_of(shelf, string);
    if (numbering)
        return;
    w = &shelf->words[t->first];
    for (size_t i = 0; i < t->n; i++) {
        if (w[i].word >= 0)
            answer_ranker_add(d->ranker, (uint32_t)w[i].word, d->id, weight);
        if (i > 0)
            answer_ranker_add(d->ranker, (uint32_t)x->vocab.n_words + w[i].pair, d->id, weight / 2);
    }
    for (size_t i = t->n; d->concepts && i < (size_t)t->n + t->n_concepts; i++)
        answer_ranker_add(d->ranker, answer_term_concept(x, (uint32_t)w[i].word), d->id,
                          2 * weight);
}

static void add_event_text(struct shelf *shelf, size_t i, bool numbering)
{
    struct answer_index *x = shelf->x;
    const struct msg_event *e = &x->catalog->events[i];
    struct doc d = {&x->events, (uint32_t)i, false};

    add_text(shelf, e->title, &d, 1.0F, numbering);
    for (size_t k = 0; k < e->keywords.n; k++)
        add_text(shelf, e->keywords.items[k], &d, 0.9F, numbering);
    for (size_t k = 0; k < e->audience.n; k++)
        add_text(shelf, e->audience.items[k], &d, 0.5F, numbering);
    add_text(shelf, e->place, &d, 0.6F, numbering);
    add_text(shelf, e->district, &d, 0.6F, numbering);
    add_text(shelf, e->address, &d, 0.4F, numbering);
    add_text(shelf, e->summary, &d, 0.4F, numbering);
    add_text(shelf, e->organizer, &d, 0.2F, numbering);
}

static void add_faq_texts(struct shelf *shelf, bool numbering)
{
    struct answer_index *x = shelf->x;
    const struct msg_catalog *c = x->catalog;
    uint32_t doc = 0;

    for (size_t i = 0; i < c->n_faqs; i++) {
        const struct msg_faq *f = &c->faqs[i];

        for (size_t k = 0; k < f->questions.n; k++, doc++) {
            struct doc d = {&x->questions, doc, true};

            add_text(shelf, f->questions.items[k], &d, 1.0F, numbering);
            if (numbering)
                continue;
            x->question_faq = grow(x->question_faq, doc, sizeof(*x->question_faq));
            x->question_faq[doc] = (uint32_t)i;
        }
    }
    if (!numbering)
        answer_ranker_seal(&x->questions, answer_term_concept(x, (uint32_t)x->words->n_concepts),
                           doc);
}

void answer_index_add_texts(struct answer_index *x)
{
    struct shelf shelf = {.x = x};

    learn_answers(x);
    for (size_t i = 0; i < x->catalog->n_events; i++)
        add_event_text(&shelf, i, true);
    add_faq_texts(&shelf, true);
    for (size_t i = 0; i < x->catalog->n_events; i++)
        add_event_text(&shelf, i, false);
    answer_ranker_seal(&x->events, answer_term_concept(x, 0), x->catalog->n_events);
    add_faq_texts(&shelf, false);
    shelf_release(&shelf);
}
