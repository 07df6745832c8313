/* SPDX-License-Identifier: Apache-2.0 */
/* index.h - the catalogue and the word lists, arranged for quick answers. Built once, then only
 * the rankers' scratch changes while a question is asked. One thread at a
 * time. */
#ifndef LOA_BOT_ANSWER_INDEX_H
#define LOA_BOT_ANSWER_INDEX_H

#include "bot/answer/clock.h"
#include "bot/answer/phrases.h"
#include "bot/answer/rank.h"
#include "bot/answer/rules.h"
#include "bot/answer/vocab.h"
#include "bot/answer/when.h"
#include "bot/answer/words.h"
#include "messages/catalog.h"

/* A topic or a keyword, with the events that have it. */
struct answer_subject {
    const char *name;
    const struct msg_topic *topic; /* NULL: a keyword */
    uint32_t *events;
    size_t n;
};

/* What the filters ask of an event. Days count from 1970-01-01 in the installation's zone. */
struct answer_row {
    int64_t end_ms;
    int32_t day_from, day_to;
    int16_t minute_from, minute_to; /* of the day; to > from */
    int16_t venue, district;        /* places of the catalogue, -1 when not known */
    bool online;
};

struct answer_index {
    const struct msg_catalog *catalog;
    const struct answer_words *words;
    struct answer_vocab vocab;
    struct answer_phrases spots;    /* concepts, places, subjects, audiences */
    struct answer_phrases rewrites; /* teencode */
    struct answer_phrases english;
    struct answer_subject *subjects;
    size_t n_subjects;
    struct answer_subject *audiences; /* as catalog->audiences */
    struct answer_row *rows;          /* as catalog->events */
    int32_t first_day, last_day;      /* of all events; last < first when there are none */

    struct answer_map aliases; /* name -> its first alias; while the index is built */
    uint32_t *alias_next;
    struct answer_map pairs; /* two folds side by side -> term */
    uint32_t n_pairs;
    struct answer_ranker events;    /* docs: catalog->events */
    struct answer_ranker questions; /* docs: all questions of all FAQ entries */
    uint32_t *question_faq;         /* doc -> catalog->faqs */

    struct answer_rewritten {
        uint32_t first;
        uint16_t n;
    } * rewritten; /* rewrite -> the words it stands for */
    struct answer_word *rewritten_words;
    size_t n_rewritten_words;

    struct answer_traits {
        bool about;    /* a subject of the FAQ ("about.*") */
        bool ask;      /* what is asked of an event ("ask.*") */
        bool part;     /* only an ingredient of others ("i.*") */
        bool frame;    /* only frames a question; a name inside it is still a name */
        uint8_t when;  /* enum answer_when */
        uint8_t clock; /* enum answer_clock_role */
    } * traits;        /* of each concept */
    int filler;        /* concept of words that mean nothing, -1 */
    int near;          /* concept of words that stand before a place, -1 */
    int english_word;  /* concept of common English words, -1 */
    int grammar;       /* concept of those that say nothing, -1 */
};

/* Terms of the rankers. */
static inline uint32_t answer_term_concept(const struct answer_index *x, uint32_t concept)
{
    return (uint32_t)x->vocab.n_words + x->n_pairs + concept;
}
/* UINT32_MAX when the two never stand together. */
uint32_t answer_term_pair(const struct answer_index *x, int32_t a, int32_t b);

/* Makes the rankers (terms.c). The names must have been added before. */
void answer_index_add_texts(struct answer_index *x);

/* Does that phrase lie inside a longer one, and is not meant by itself? */
bool answer_is_inner(const struct answer_index *x, const struct answer_spans *spans, size_t i);
/* Takes phrases out that lie inside a longer one and are not meant by themselves. */
void answer_drop_inner(const struct answer_index *x, struct answer_spans *spans);

/* Days from 1970-01-01 of a moment, in the installation's zone; and back to that day's start. */
int32_t answer_day_of(int64_t ms);
int64_t answer_day_ms(int32_t day);
int32_t answer_day_civil(int year, int month, int day); /* month and day must exist */
/* 0 Monday .. 6 Sunday. */
static inline int answer_weekday(int32_t day)
{
    return (int)(((day + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
}

#endif
