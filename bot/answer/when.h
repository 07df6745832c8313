/* SPDX-License-Identifier: Apache-2.0 */
/* when.h - the day, days and time of day that a message speaks of. Words come from the concepts
 * "date.*" and "tod.*" of the word lists, numbers are read here. */
#ifndef LOA_BOT_ANSWER_WHEN_H
#define LOA_BOT_ANSWER_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "bot/answer/phrases.h"
#include "bot/answer/tokens.h"

struct answer_index;

enum answer_when {
    ANSWER_WHEN_NONE,
    ANSWER_WHEN_MINUS2,
    ANSWER_WHEN_YESTERDAY,
    ANSWER_WHEN_TODAY,
    ANSWER_WHEN_TOMORROW,
    ANSWER_WHEN_PLUS2,
    ANSWER_WHEN_MON,
    ANSWER_WHEN_TUE,
    ANSWER_WHEN_WED,
    ANSWER_WHEN_THU,
    ANSWER_WHEN_FRI,
    ANSWER_WHEN_SAT,
    ANSWER_WHEN_SUN,
    ANSWER_WHEN_WEEKEND,
    ANSWER_WHEN_NEXT_WEEK, /* "tuần sau"; after a weekday it moves that */
    ANSWER_WHEN_LAST_WEEK,
    ANSWER_WHEN_FIRST_DAY, /* of all events */
    ANSWER_WHEN_LAST_DAY,
    ANSWER_WHEN_MORNING,
    ANSWER_WHEN_NOON,
    ANSWER_WHEN_AFTERNOON,
    ANSWER_WHEN_EVENING,
    ANSWER_WHEN_HOURS, /* "sáng sớm": named by its hours */
};

/* Of a concept's name: "date.tomorrow", "tod.evening", "clock.0500-0830"; NONE for others. */
enum answer_when answer_when_named(const char *concept);

struct answer_dates {
    bool has;
    int32_t from, to;               /* days from 1970-01-01, to >= from */
    uint8_t tod;                    /* enum answer_tod */
    bool clock, guessed;            /* guessed: which half of the day was not said */
    int16_t minute_from, minute_to; /* of the day, half open; a point in time is one minute */
};

/* `today` and `minute` are those of the message. Numbers that belong to a date or a time become
 * `covered`. */
void answer_dates_find(const struct answer_index *x, struct answer_tokens *t,
                       const struct answer_spans *spans, int32_t today, int16_t minute,
                       struct answer_dates *out);

#endif
