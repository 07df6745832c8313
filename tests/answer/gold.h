/* SPDX-License-Identifier: Apache-2.0 */
/* gold.h - labelled questions and how well an answer meets them. A line of a file:
 *
 *   {"id":"d233","text":"...","now":"2026-10-03T20:00:00+07:00","tags":["no-diacritics"],
 *    "expect":{"intent":"event_by_place","intent_alt":["event_by_date"],"events":["e63"],
 *              "faq":"...","faq_alt":[],"date":"2026-10-04" or "A/B","place":"..."}}
 *
 * What is absent from "expect" is not scored; an empty list of events is met by an empty one. */
#ifndef LOA_TESTS_ANSWER_GOLD_H
#define LOA_TESTS_ANSWER_GOLD_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "bot/answer/answer.h"

enum gold_mark {
    GOLD_ALL, /* intent, events, date and, where the answer is an FAQ entry, that are right */
    GOLD_INTENT,
    GOLD_STRICT, /* the first intent, not one of the others that count as right */
    GOLD_EVENTS, /* F1 of the sets */
    GOLD_DATE,
    GOLD_FAQ,
    GOLD_PLACE,
    GOLD_MARKS
};
extern const char *const gold_mark_names[GOLD_MARKS];

struct gold {
    cJSON *line; /* owns the strings */
    const char *id, *text;
    int64_t now_ms;
    const cJSON *want, *tags;
};

struct gold_set {
    struct gold *items;
    size_t n;
};

/* Adds the questions of a file. False: not readable; stderr says why, with the line. */
bool gold_read(struct gold_set *set, const char *path);
void gold_release(struct gold_set *set);

/* 0..1 a mark, -1 for what is not scored. */
void gold_score(const struct gold *g, const struct answer_result *r, double marks[GOLD_MARKS]);

#endif
