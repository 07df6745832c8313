/* SPDX-License-Identifier: Apache-2.0 */
/* rank.h - how well texts (events, questions of the FAQ) answer to the words of a message. A term
 * counts the more the fewer texts hold it; two words side by side count as a term of their own,
 * which in Vietnamese is what makes a word of two syllables. */
#ifndef LOA_BOT_ANSWER_RANK_H
#define LOA_BOT_ANSWER_RANK_H

#include <stddef.h>
#include <stdint.h>

#include "bot/answer/map.h"

/* Term ids are the caller's: words first, then what answer_ranker_pair() gives, then others. */
struct answer_ranker {
    struct answer_posting {
        uint32_t doc;
        float weight;
    } * postings;
    uint32_t *first; /* term -> its first posting; n_terms + 1 of them */
    float *idf;
    float *mass; /* doc -> sum of the weights of its own terms */
    size_t n_terms, n_docs;

    struct answer_ranker_term {
        uint32_t term, doc;
        float weight;
    } * building; /* until sealed */
    size_t n_building;

    /* Of the question being asked: */
    float *score, *last;
    uint32_t *stamp, *touched;
    size_t n_touched;
    uint32_t group;
    float asked; /* sum over the groups of the weight they could have reached */
};

void answer_ranker_release(struct answer_ranker *r);
/* `term` must be below the seal's n_terms; documents in ascending order. A weight under 1 marks a
 * term that helps to find the text but is not part of its name. */
void answer_ranker_add(struct answer_ranker *r, uint32_t term, uint32_t doc, float weight);
void answer_ranker_seal(struct answer_ranker *r, size_t n_terms, size_t n_docs);

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
