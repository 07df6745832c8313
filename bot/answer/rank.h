/* SPDX-License-Identifier: Apache-2.0 */
/* rank.h - how well texts (events, questions of the FAQ) answer to the words of a message. A term
 * counts the more the fewer texts hold it; two words side by side count as a term of their own,
 * which in Vietnamese is what makes a word of two syllables. */
#ifndef LOA_BOT_ANSWER_RANK_H
#define LOA_BOT_ANSWER_RANK_H

#include <stddef.h>
#include <stdint.h>

#include "bot/answer/map.h"

/* Term ids are the caller's: words first, then pairs of words, then others. */
struct answer_ranker {
    uint32_t *postings; /* document and weight, in order of term and document */
    uint32_t *first;    /* term -> its first posting; n_terms + 1 of them */
    float *mass;        /* doc -> sum of the weights of its own terms */
    size_t n_terms, n_docs;
    uint32_t *next; /* while it is built: term -> the last document, then the next posting */

    /* Of the question being asked: */
    float *score, *last;
    uint32_t *stamp, *touched;
    size_t n_touched;
    uint32_t group;
    float asked; /* sum over the groups of the weight they could have reached */
};

enum { ANSWER_DOCS_MAX = 1 << 24 };

static inline uint32_t answer_posting_doc(uint32_t posting)
{
    return posting >> 8;
}

static inline float answer_posting_weight(uint32_t posting)
{
    return (float)(posting & 255) / 100.0F;
}

void answer_ranker_release(struct answer_ranker *r);

/* It is built in two passes over the same terms, so that nothing is stored twice: open, count each,
 * make room, add each, seal. `n_docs` is at most ANSWER_DOCS_MAX, documents come in ascending
 * order. The weight is in hundredths; one under 100 marks a term that helps to find the text but is
 * not part of its name. */
void answer_ranker_open(struct answer_ranker *r, size_t n_terms, size_t n_docs);
void answer_ranker_count(struct answer_ranker *r, uint32_t term, uint32_t doc);
void answer_ranker_make_room(struct answer_ranker *r);
void answer_ranker_add(struct answer_ranker *r, uint32_t term, uint32_t doc, uint8_t weight);
void answer_ranker_seal(struct answer_ranker *r);

void answer_ranker_begin(struct answer_ranker *r);
/* One word of the message, which may be any of the terms; a text gets the best of them. `factor`
 * scales its weight. `unknown`: what it adds to what was asked when no text has any of them. */
void answer_ranker_ask(struct answer_ranker *r, const uint32_t *terms, size_t n, float factor,
                       float unknown);
/* 1 when message and text are the same; `spare` and `excess` say how much it costs that words of
 * the text, or of the message, are not in the other. */
float answer_ranker_likeness(const struct answer_ranker *r, uint32_t doc, float spare,
                             float excess);

#endif
