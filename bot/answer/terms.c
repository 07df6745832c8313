/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of the catalogue as terms for the rankers. */
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

static void add_pair(struct answer_index *x, int32_t a, int32_t b)
{
    uint64_t key = (uint64_t)(uint32_t)a << 32 | (uint32_t)b;

    if (answer_map_get(&x->pairs, key) == ANSWER_MAP_NONE)
        answer_map_put(&x->pairs, key, x->n_pairs++);
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
static void add_concepts(struct answer_index *x, const struct answer_spans *spans,
                         const struct doc *d, float weight)
{
    struct answer_facts facts = {{0}};
    uint16_t more[ANSWER_DERIVED_MAX];
    size_t n;

    for (size_t i = 0; i < spans->n; i++) {
        if (spans->s[i].kind != ANSWER_SPAN_CONCEPT)
            continue;
        answer_facts_set(&facts, spans->s[i].ref);
        if (x->traits[spans->s[i].ref].about)
            answer_ranker_add(d->ranker, answer_term_concept(x, spans->s[i].ref), d->id, weight);
    }
    n = answer_derive(x->words, &facts, more, ANSWER_DERIVED_MAX);
    for (size_t i = 0; i < n; i++) {
        if (x->traits[more[i]].about)
            answer_ranker_add(d->ranker, answer_term_concept(x, more[i]), d->id, weight);
    }
}

/* Two passes: words and pairs are numbered first, as pairs are numbered after all words, and
 * concepts after all pairs. */
static void add_text(struct answer_index *x, const char *text, const struct doc *d, float weight,
                     bool numbering)
{
    struct answer_tokens t;
    struct answer_spans spans;
    int32_t words[ANSWER_TOKENS_MAX];

    if (!text)
        return;
    answer_tokenize(text, &t);
    for (size_t i = 0; i < t.n; i++) {
        words[i] = answer_vocab_add(&x->vocab, &t.t[i].word);
        t.t[i].fold = x->vocab.words[words[i]].fold;
        if (numbering && i > 0)
            add_pair(x, t.t[i - 1].fold, t.t[i].fold);
    }
    if (numbering)
        return;
    skip_filler(x, &t, &spans);
    for (size_t i = 0; i < t.n; i++) {
        if (!t.t[i].covered)
            answer_ranker_add(d->ranker, (uint32_t)answer_vocab_add(&x->vocab, &t.t[i].word), d->id,
                              weight);
        if (i > 0)
            answer_ranker_add(d->ranker, answer_term_pair(x, t.t[i - 1].fold, t.t[i].fold), d->id,
                              weight / 2);
    }
    if (d->concepts)
        add_concepts(x, &spans, d, 2 * weight);
}

static void add_event_text(struct answer_index *x, size_t i, bool numbering)
{
    const struct msg_event *e = &x->catalog->events[i];
    struct doc d = {&x->events, (uint32_t)i, false};

    add_text(x, e->title, &d, 1.0F, numbering);
    for (size_t k = 0; k < e->keywords.n; k++)
        add_text(x, e->keywords.items[k], &d, 0.9F, numbering);
    for (size_t k = 0; k < e->audience.n; k++)
        add_text(x, e->audience.items[k], &d, 0.5F, numbering);
    add_text(x, e->place, &d, 0.6F, numbering);
    add_text(x, e->district, &d, 0.6F, numbering);
    add_text(x, e->address, &d, 0.4F, numbering);
    add_text(x, e->summary, &d, 0.4F, numbering);
    add_text(x, e->organizer, &d, 0.2F, numbering);
}

static void add_faq_texts(struct answer_index *x, bool numbering)
{
    const struct msg_catalog *c = x->catalog;
    uint32_t doc = 0;

    for (size_t i = 0; i < c->n_faqs; i++) {
        const struct msg_faq *f = &c->faqs[i];

        for (size_t k = 0; k < f->questions.n; k++, doc++) {
            struct doc d = {&x->questions, doc, true};

            add_text(x, f->questions.items[k], &d, 1.0F, numbering);
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
    learn_answers(x);
    for (size_t i = 0; i < x->catalog->n_events; i++)
        add_event_text(x, i, true);
    add_faq_texts(x, true);
    for (size_t i = 0; i < x->catalog->n_events; i++)
        add_event_text(x, i, false);
    answer_ranker_seal(&x->events, answer_term_concept(x, 0), x->catalog->n_events);
    add_faq_texts(x, false);
}
