/* SPDX-License-Identifier: Apache-2.0 */
/* Which events and which questions of the FAQ the words of the message speak of. */
#include <string.h>

#include "bot/answer/parse.h"

enum { TERMS_MAX = 24 };

/* The words that this token may be. */
static size_t terms_of(const struct answer_index *x, const struct answer_token *t, bool marked,
                       uint32_t terms[TERMS_MAX])
{
    size_t n = 0;
    /* Who writes with marks means by "ban" the board and not "bản". */
    bool exact = marked && t->fold >= 0 &&
                 answer_vocab_exact(&x->vocab, t->fold, t->word.shape, t->word.tone);

    if (t->fold < 0)
        return 0;
    for (int32_t id = x->vocab.folds[t->fold].first; id >= 0 && n < TERMS_MAX;
         id = x->vocab.words[id].next) {
        const struct answer_vocab_word *w = &x->vocab.words[id];

        if (exact ? w->shape == t->word.shape && w->tone == t->word.tone
                  : answer_marks_fit(t->word.shape, t->word.tone, w->shape, w->tone))
            terms[n++] = (uint32_t)id;
    }
    return n;
}

struct weights {
    float word[ANSWER_TOKENS_MAX]; /* how much each token says about the subject */
};

/* Filler says nothing; what frames a question ("mấy giờ", "đăng ký") little; dates are filters. */
static void weigh(const struct answer_index *x, const struct answer_parse *p, float frame,
                  float about, float place, struct weights *w)
{
    for (size_t i = 0; i < p->t.n; i++)
        w->word[i] = p->t.t[i].number ? 0.3F : 1.0F;
    for (size_t i = 0; i < p->spans.n; i++) {
        const struct answer_span *s = &p->spans.s[i];
        float f = frame;

        if (s->kind != ANSWER_SPAN_CONCEPT || x->traits[s->ref].part)
            continue;
        if (x->traits[s->ref].about)
            f = about;
        else if ((int)s->ref == x->filler || (int)s->ref == x->near ||
                 (int)s->ref == x->english_word || x->traits[s->ref].when)
            f = 0;
        for (size_t k = 0; k < s->n; k++)
            w->word[s->at + k] = f < w->word[s->at + k] ? f : w->word[s->at + k];
    }
    /* A place is mostly a filter; an event is named by what it is about. */
    for (size_t i = 0; i < p->spans.n; i++) {
        const struct answer_span *s = &p->spans.s[i];

        for (size_t k = 0; s->kind == ANSWER_SPAN_PLACE && k < s->n; k++)
            w->word[s->at + k] = place < w->word[s->at + k] ? place : w->word[s->at + k];
    }
    /* What names a subject is heard even where it also is a frame. */
    for (size_t i = 0; i < p->spans.n; i++) {
        const struct answer_span *s = &p->spans.s[i];

        if (s->kind == ANSWER_SPAN_SUBJECT || s->kind == ANSWER_SPAN_AUDIENCE)
            for (size_t k = 0; k < s->n; k++)
                w->word[s->at + k] = 1.0F;
    }
}

static void ask_words(const struct answer_index *x, const struct answer_parse *p,
                      const struct weights *w, struct answer_ranker *r)
{
    uint32_t terms[TERMS_MAX], pair;

    answer_ranker_begin(r);
    for (size_t i = 0; i < p->t.n; i++) {
        const struct answer_token *t = &p->t.t[i];

        if (w->word[i] > 0)
            answer_ranker_ask(r, terms, terms_of(x, t, p->t.marked, terms), w->word[i],
                              t->number ? 0
                                        : w->word[i] * x->words->thresholds[ANSWER_T_UNKNOWN_WORD]);
        if (i == 0 || t->glue == '|' || t->glue == ',' || (w->word[i] <= 0 && w->word[i - 1] <= 0))
            continue;
        pair = answer_term_pair(x, p->t.t[i - 1].fold, t->fold);
        if (pair != UINT32_MAX)
            answer_ranker_ask(r, &pair, 1,
                              w->word[i] < w->word[i - 1] ? w->word[i - 1] : w->word[i], 0);
    }
}

static void keep_best(struct answer_candidate *best, size_t *n, uint32_t doc, float likeness)
{
    size_t at = *n;

    for (size_t i = 0; i < *n; i++) {
        if (best[i].doc == doc) {
            if (likeness <= best[i].likeness)
                return;
            at = i;
            break;
        }
    }
    if (at == *n) {
        if (*n < ANSWER_BEST)
            (*n)++;
        else if (likeness <= best[*n - 1].likeness)
            return;
        else
            at = *n - 1;
    }
    best[at] = (struct answer_candidate){doc, likeness};
    for (; at > 0 && best[at].likeness > best[at - 1].likeness; at--) {
        struct answer_candidate swap = best[at];

        best[at] = best[at - 1];
        best[at - 1] = swap;
    }
}

static bool at_place(const struct answer_index *x, const struct answer_parse *p, uint32_t event)
{
    const struct answer_row *row = &x->rows[event];

    for (size_t i = 0; i < p->n_places; i++) {
        const struct msg_place *place = &x->catalog->places[p->places[i]];

        if (row->venue == p->places[i] || row->district == p->places[i])
            return true;
        for (size_t k = 0; k < place->members.n && row->district >= 0; k++) {
            if (strcmp(place->members.items[k], x->catalog->places[row->district].name) == 0)
                return true;
        }
    }
    return false;
}

/* A place or a day that was named speaks for the events there and then. */
static float fit(const struct answer_index *x, const struct answer_parse *p, uint32_t event)
{
    const struct answer_row *row = &x->rows[event];
    float f = 1.0F;

    if (p->n_places)
        f *= at_place(x, p, event) ? 1.0F : 0.6F;
    if (p->dates.has)
        f *= row->day_from <= p->dates.to && row->day_to >= p->dates.from ? 1.0F : 0.75F;
    if (p->online)
        f *= row->online ? 1.0F : 0.8F;
    return f;
}

/* Postings are in order of the text. */
static bool names(const struct answer_ranker *r, uint32_t term, uint32_t doc)
{
    uint32_t low = r->first[term], high = r->first[term + 1];

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (answer_posting_doc(r->postings[mid]) < doc)
            low = mid + 1;
        else
            high = mid;
    }
    return low < r->first[term + 1] && answer_posting_doc(r->postings[low]) == doc &&
           answer_posting_weight(r->postings[low]) >= 0.9F;
}

/* Who is asking, or for whom, names no event either. */
static size_t audience_words(const struct answer_parse *p)
{
    size_t most = 0;

    for (size_t i = 0; i < p->spans.n; i++) {
        if (p->spans.s[i].kind == ANSWER_SPAN_AUDIENCE && p->spans.s[i].n > most)
            most = p->spans.s[i].n;
    }
    return most;
}

/* A subject alone ("VNeID") names no event, even where one speaks of it more than the others: some
 * word besides the longest subject must be in the event's title or keywords, and where no subject
 * is named two words ("tin" is not yet "tin học văn phòng"). */
static bool says_more(const struct answer_index *x, const struct answer_parse *p,
                      const struct weights *w, uint32_t event)
{
    const struct answer_span *subject = NULL;
    uint32_t terms[TERMS_MAX];
    size_t need = 1;

    for (size_t i = 0; i < p->spans.n; i++) {
        const struct answer_span *s = &p->spans.s[i];

        if (s->kind == ANSWER_SPAN_SUBJECT && (!subject || s->n > subject->n))
            subject = s;
    }
    if (!subject)
        need = 2 + audience_words(p);
    for (size_t i = 0; i < p->t.n; i++) {
        size_t n;

        if (w->word[i] < 0.9F ||
            (subject && i >= subject->at && i < (size_t)subject->at + subject->n))
            continue;
        n = terms_of(x, &p->t.t[i], p->t.marked, terms);
        for (size_t k = 0; k < n; k++) {
            if (terms[k] < x->events.n_terms && names(&x->events, terms[k], event)) {
                need--;
                break;
            }
        }
        if (need == 0)
            return true;
    }
    return false;
}

static void find_events(struct answer_index *x, struct answer_parse *p)
{
    struct answer_ranker *r = &x->events;
    struct weights w;

    weigh(x, p, 0.2F, 0.4F, 0.3F, &w);
    ask_words(x, p, &w, r);
    for (size_t i = 0; i < r->n_touched; i++) {
        uint32_t doc = r->touched[i];

        keep_best(p->events, &p->n_events, doc,
                  answer_ranker_likeness(r, doc, x->words->thresholds[ANSWER_T_EVENT_SPARE],
                                         x->words->thresholds[ANSWER_T_EVENT_EXCESS]) *
                      fit(x, p, doc));
    }
    p->named = p->n_events > 0 && says_more(x, p, &w, p->events[0].doc);
}

static bool has_span_before(const struct answer_spans *spans, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (spans->s[k].kind == spans->s[i].kind && spans->s[k].ref == spans->s[i].ref)
            return true;
    }
    return false;
}

static void find_faqs(struct answer_index *x, struct answer_parse *p)
{
    struct answer_ranker *r = &x->questions;
    struct weights w;

    weigh(x, p, 0.7F, 0.5F, 0.7F, &w);
    ask_words(x, p, &w, r);
    for (size_t i = 0; i < p->spans.n; i++) {
        const struct answer_span *s = &p->spans.s[i];
        uint32_t term = answer_term_concept(x, s->ref);

        if (s->kind == ANSWER_SPAN_CONCEPT && x->traits[s->ref].about &&
            !has_span_before(&p->spans, i))
            answer_ranker_ask(r, &term, 1, 1.0F, 0);
    }
    for (size_t i = 0; i < p->n_derived; i++) {
        uint32_t term = answer_term_concept(x, p->derived[i]);

        if (x->traits[p->derived[i]].about)
            answer_ranker_ask(r, &term, 1, 1.0F, 0);
    }
    for (size_t i = 0; i < r->n_touched; i++) {
        uint32_t doc = r->touched[i];

        keep_best(p->faqs, &p->n_faqs, x->question_faq[doc],
                  answer_ranker_likeness(r, doc, x->words->thresholds[ANSWER_T_FAQ_SPARE],
                                         x->words->thresholds[ANSWER_T_FAQ_EXCESS]));
    }
}

void answer_find_candidates(struct answer_index *x, struct answer_parse *p)
{
    p->n_events = p->n_faqs = 0;
    find_events(x, p);
    find_faqs(x, p);
}

/* How many of the entry's questions speak of the term. One that mentions a fee in passing gives way
 * to the one that is about fees. */
static float share_of(const struct answer_index *x, uint32_t term, uint32_t faq)
{
    const struct answer_ranker *r = &x->questions;
    size_t n = 0;

    for (uint32_t i = r->first[term]; i < r->first[term + 1]; i++)
        n += x->question_faq[answer_posting_doc(r->postings[i])] == faq;
    return (float)n / (float)x->catalog->faqs[faq].questions.n;
}

void answer_prefer_faq(const struct answer_index *x, struct answer_parse *p,
                       const struct answer_rule *rule)
{
    const struct answer_ranker *r = &x->questions;
    struct answer_candidate best = {0};

    for (size_t c = 0; rule && c < rule->n; c++) {
        const struct answer_clause *clause = &rule->clauses[c];

        for (size_t k = 0; !clause->negated && k < clause->n; k++) {
            uint32_t term = answer_term_concept(x, clause->any[k]);

            if (clause->any[k] >= x->words->n_concepts || !x->traits[clause->any[k]].about ||
                !answer_facts_has(&p->facts, clause->any[k]))
                continue;
            for (uint32_t i = r->first[term]; i < r->first[term + 1]; i++) {
                uint32_t doc = answer_posting_doc(r->postings[i]);
                uint32_t faq = x->question_faq[doc];
                float likeness =
                    answer_ranker_likeness(r, doc, x->words->thresholds[ANSWER_T_FAQ_SPARE],
                                           x->words->thresholds[ANSWER_T_FAQ_EXCESS]);

                if (likeness > best.likeness)
                    likeness *= 0.7F + 0.3F * share_of(x, term, faq);
                if (likeness > best.likeness)
                    best = (struct answer_candidate){faq, likeness};
            }
        }
    }
    if (best.likeness > 0)
        p->faqs[0] = best;
}
