/* SPDX-License-Identifier: Apache-2.0 */
/* office_hours.h - when people of the staff are there to answer, as wall-clock times of the
 * installation's zone: "mon-fri 07:30-11:30,13:30-17:00; sat 08:00-11:00". Days are mon to sun, or
 * t2 to t7 and cn. Outside of them a citizen who is handed over is told when somebody will be
 * there. */
#ifndef LOA_BOT_OFFICE_HOURS_H
#define LOA_BOT_OFFICE_HOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"

#define BOT_OFFICE_HOURS_DEFAULT "mon-fri 07:30-11:30,13:30-17:00"

enum { BOT_OFFICE_SPANS_MAX = 32 };

/* Minutes of a day of the week (0 Monday), from <= minute < to. Zeroed: always there. */
struct bot_office_hours {
    struct bot_office_span {
        int weekday, from_min, to_min;
    } spans[BOT_OFFICE_SPANS_MAX];
    size_t n;
};

/* NULL, "" and "always": somebody is always there. LOA_EINVAL: `why` (NULL is fine) says in
 * Vietnamese what to mend, *out is untouched. */
LOA_MUST_USE enum loa_err bot_office_hours_parse(const char *text, struct bot_office_hours *out,
                                                 struct loa_problem *why);
bool bot_office_hours_open(const struct bot_office_hours *h, int64_t ms);
/* The first moment from `ms` on at which somebody is there. */
int64_t bot_office_hours_next(const struct bot_office_hours *h, int64_t ms);
/* What to tell somebody who is handed over at `ms`: when staff will be there. NULL within the
 * hours. Caller owns, free(). */
char *bot_office_hours_note(const struct bot_office_hours *h, int64_t ms, bool english);

#endif
