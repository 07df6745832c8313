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
    uint32_t pair = answer_map_intern(&x->pairs, key, x->n_pairs);

    x->n_pairs += pair == x->n_pairs;
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

    /* Which text stands in which document, in order. */
    struct use {
        uint32_t text, doc;
        uint8_t weight; /* hundredths */
    } * uses;
    size_t n_uses;
};

static void shelf_push(struct shelf *s, int32_t word, uint32_t pair)
{
    s->words = grow(s->words, s->n_words, sizeof(*s->words));
    s->words[s->n_words++] = (struct shelf_word){word, pair};
}

/* Words that only frame a question ("có", "cho em hỏi") are no terms. */
static void skip_filler(const struct answer_index *x, struct answer_tokens *t,
                        const struct answer_spans *spans)
{
    for (size_t i = 0; i < spans->n; i++) {
        const struct answer_span *s = &spans->s[i];

        if (s->kind == ANSWER_SPAN_CONCEPT && (int)s->ref == x->filler &&
            !answer_is_inner(x, spans, i))
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

static struct text take_apart(struct shelf *shelf, const char *string, bool concepts)
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
    spans.n = 0;
    for (size_t i = 0; i < t.n; i++)
        answer_phrases_at(&x->spots, &x->vocab, &t, i, &spans);
    skip_filler(x, &t, &spans);
    for (size_t i = 0; i < t.n; i++) {
        if (t.t[i].covered)
            shelf->words[out.first + i].word = -1;
    }
    if (concepts) {
        before = shelf->n_words;
        answer_drop_inner(x, &spans);
        push_concepts(shelf, &spans);
        out.n_concepts = (uint16_t)(shelf->n_words - before);
    }
    return out;
}

/* With the subjects of the FAQ as terms, or without: one text may stand here both ways. */
static uint32_t text_of(struct shelf *shelf, const char *string, bool concepts)
{
    uint64_t key = answer_hash(string, strlen(string)) ^ (uint64_t)concepts;
    uint32_t at = answer_map_intern(&shelf->by_hash, key, (uint32_t)shelf->n_texts);

    if (at == shelf->n_texts) {
        struct text t = take_apart(shelf, string, concepts);

        shelf->texts = grow(shelf->texts, shelf->n_texts, sizeof(*shelf->texts));
        shelf->texts[shelf->n_texts++] = t;
    }
    return at;
}

static void use_text(struct shelf *shelf, const char *string, size_t doc, uint8_t weight,
                     bool concepts)
{
    uint32_t text;

    if (!string)
        return;
    text = text_of(shelf, string, concepts);
    shelf->uses = grow(shelf->uses, shelf->n_uses, sizeof(*shelf->uses));
    shelf->uses[shelf->n_uses++] = (struct use){text, (uint32_t)doc, weight};
}

static void use_event(struct shelf *shelf, size_t i)
{
    const struct msg_event *e = &shelf->x->catalog->events[i];

    use_text(shelf, e->title, i, 100, false);
    for (size_t k = 0; k < e->keywords.n; k++)
        use_text(shelf, e->keywords.items[k], i, 90, false);
    for (size_t k = 0; k < e->audience.n; k++)
        use_text(shelf, e->audience.items[k], i, 50, false);
    use_text(shelf, e->place, i, 60, false);
    use_text(shelf, e->district, i, 60, false);
    use_text(shelf, e->address, i, 40, false);
    use_text(shelf, e->summary, i, 40, false);
    use_text(shelf, e->organizer, i, 20, false);
}

/* Returns how many questions there are. */
static size_t use_faqs(struct shelf *shelf)
{
    struct answer_index *x = shelf->x;
    size_t doc = 0;

    for (size_t i = 0; i < x->catalog->n_faqs; i++) {
        const struct msg_faq *f = &x->catalog->faqs[i];

        for (size_t k = 0; k < f->questions.n; k++, doc++) {
            x->question_faq = grow(x->question_faq, doc, sizeof(*x->question_faq));
            x->question_faq[doc] = (uint32_t)i;
            use_text(shelf, f->questions.items[k], doc, 100, true);
        }
    }
    return doc;
}

/* One pass over the terms of a use: they are counted, then added. Pairs are numbered after all
 * words and concepts after all pairs, so both passes come after all texts were taken apart. */
static void pass(const struct shelf *shelf, const struct use *u, struct answer_ranker *r, bool add)
{
    const struct answer_index *x = shelf->x;
    const struct text *t = &shelf->texts[u->text];
    const struct shelf_word *w = &shelf->words[t->first];
    size_t end = (size_t)t->n + t->n_concepts;

    for (size_t i = 0; i < end; i++) {
        uint32_t term =
            i < t->n ? (uint32_t)w[i].word : answer_term_concept(x, (uint32_t)w[i].word);
        uint32_t pair = (uint32_t)x->vocab.n_words + w[i].pair;

        if (w[i].word >= 0 && !add)
            answer_ranker_count(r, term, u->doc);
        else if (w[i].word >= 0)
            answer_ranker_add(r, term, u->doc, (uint8_t)(i < t->n ? u->weight : 2 * u->weight));
        if (i == 0 || i >= t->n)
            continue;
        if (add)
            answer_ranker_add(r, pair, u->doc, u->weight / 2);
        else
            answer_ranker_count(r, pair, u->doc);
    }
}

static void fill(const struct shelf *shelf, size_t from, size_t to, size_t n_terms, size_t n_docs,
                 struct answer_ranker *r)
{
    answer_ranker_open(r, n_terms, n_docs);
    for (size_t i = from; i < to; i++)
        pass(shelf, &shelf->uses[i], r, false);
    answer_ranker_make_room(r);
    for (size_t i = from; i < to; i++)
        pass(shelf, &shelf->uses[i], r, true);
    answer_ranker_seal(r);
}

void answer_index_add_texts(struct answer_index *x)
{
    struct shelf shelf = {.x = x};
    size_t events, questions;

    learn_answers(x);
    for (size_t i = 0; i < x->catalog->n_events && i < ANSWER_DOCS_MAX; i++)
        use_event(&shelf, i);
    events = shelf.n_uses;
    questions = use_faqs(&shelf);
    fill(&shelf, 0, events, answer_term_concept(x, 0), x->catalog->n_events, &x->events);
    fill(&shelf, events, shelf.n_uses, answer_term_concept(x, (uint32_t)x->words->n_concepts),
         questions, &x->questions);
    answer_map_release(&shelf.by_hash);
    free(shelf.texts);
    free(shelf.words);
    free(shelf.uses);
}
