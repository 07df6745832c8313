/* SPDX-License-Identifier: Apache-2.0 */
/* parse.h - what was found in one message, step by step; the parts of the pipeline fill it in the
 * order in which the functions stand here. */
#ifndef LOA_BOT_ANSWER_PARSE_H
#define LOA_BOT_ANSWER_PARSE_H

#include "bot/answer/answer.h"
#include "bot/answer/index.h"
#include "bot/answer/rules.h"
#include "bot/answer/when.h"

enum { ANSWER_BEST = 3 };

struct answer_candidate {
    uint32_t doc;
    float likeness; /* 0..1 */
};

struct answer_parse {
    struct answer_tokens t;
    struct answer_spans spans;            /* without those that lie inside a longer one */
    uint16_t derived[ANSWER_DERIVED_MAX]; /* concepts that follow from those in spans */
    size_t n_derived;
    struct answer_dates dates;
    struct answer_facts facts;
    bool english, foreign;
    size_t strange; /* words that nothing knows */

    int places[4]; /* of the catalogue, the most particular first */
    size_t n_places;
    bool online;
    uint32_t subjects[ANSWER_SUBJECTS_MAX];
    size_t n_subjects;
    bool narrow; /* the subjects stand side by side: all are meant of one event */
    uint32_t audiences[ANSWER_SUBJECTS_MAX];
    size_t n_audiences;

    struct answer_candidate events[ANSWER_BEST]; /* docs are events of the catalogue */
    size_t n_events;
    bool named; /* the message says more of the first than what it is about */
    struct answer_candidate faqs[ANSWER_BEST]; /* docs are FAQ entries */
    size_t n_faqs;

    const struct answer_rule *rule; /* NULL: none held */
};

/* Words: cut, mended, rewritten (mend.c). */
void answer_mend(const struct answer_index *x, const char *text, struct answer_parse *p);
/* Phrases, places, subjects, audiences (spot.c). */
void answer_spot(const struct answer_index *x, struct answer_parse *p);
/* Which subjects narrow each other and which add to each other (narrow.c). */
void answer_narrow(const struct answer_index *x, struct answer_parse *p);
/* Likely events and FAQ entries (candidates.c). Uses the rankers' scratch. */
void answer_find_candidates(struct answer_index *x, struct answer_parse *p);
/* Puts the FAQ entry first that speaks of what `rule`, which held, asks for ("about.parking"). The
 * scratch must still be that of this message. */
void answer_prefer_faq(const struct answer_index *x, struct answer_parse *p,
                       const struct answer_rule *rule);
/* Facts and the rule that holds (decide.c). */
void answer_decide(const struct answer_index *x, struct answer_parse *p, size_t single);

/* Up to three events that come near the query of a result without events (suggest.c). */
void answer_suggest(const struct answer_index *x, const struct answer_parse *p, int64_t now_ms,
                    struct answer_result *r);

/* Events that pass the query's filters (select.c), as indexes in order; caller owns, free().
 * `now_ms` drops what is over when no day is asked for. */
uint32_t *answer_select(const struct answer_index *x, const struct answer_query *q, int64_t now_ms,
                        size_t *n);
/* How many they are, counted up to `limit`. */
size_t answer_count(const struct answer_index *x, const struct answer_query *q, int64_t now_ms,
                    size_t limit);

#endif
