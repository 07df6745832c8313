/* SPDX-License-Identifier: Apache-2.0 */
/* finder.h - what the readers of dates and times share: words (when.c), days in numbers
 * (daynumber.c), times of the clock (clock.c). */
#ifndef LOA_BOT_ANSWER_FINDER_H
#define LOA_BOT_ANSWER_FINDER_H

#include "bot/answer/clock.h"
#include "bot/answer/index.h"
#include "bot/answer/when.h"

struct answer_finder {
    const struct answer_index *x;
    struct answer_tokens *t;
    const struct answer_spans *spans;
    int32_t today;
    int16_t minute; /* of now */
    struct answer_dates *out;
};

/* Reading at token `at`; all are false, or -1, past the end. */
const struct answer_token *answer_finder_token(const struct answer_finder *f, size_t at);
/* Is it a word, and its letters one of `list`, which ends with NULL? */
bool answer_finder_word(const struct answer_finder *f, size_t at, const char *const *list);
/* A number that nothing else has taken, from `low` to `high`. */
int answer_finder_number(const struct answer_finder *f, size_t at, int low, int high);
/* 1..10 in words; the tone must not speak against it. */
int answer_finder_spelled(const struct answer_token *t);
void answer_finder_cover(const struct answer_finder *f, size_t at, size_t n);

/* Widens what was found by a day or a range. */
void answer_finder_add(struct answer_finder *f, int32_t from, int32_t to);
void answer_find_day_numbers(struct answer_finder *f);

#endif
