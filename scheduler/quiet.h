/* SPDX-License-Identifier: Apache-2.0 */
/* quiet.h - the hours in which nothing is sent unless it is urgent, as wall-clock times of the
 * installation's zone: "22:00-06:00". The first minute is quiet, the last is not (06:00 sends). */
#ifndef LOA_SCHEDULER_QUIET_H
#define LOA_SCHEDULER_QUIET_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/base/err.h"

#define SCHED_QUIET_DEFAULT "22:00-06:00"

/* Minutes of the day, 0..1439. Equal (so also a zeroed struct): no quiet hours. */
struct sched_quiet {
    int from_min, to_min;
};

/* "22:00-06:00"; "24:00" is midnight; NULL, "" and "off" mean none. LOA_EINVAL: `problem` (NULL
 * is fine) says in Vietnamese what to mend, *out untouched. */
LOA_MUST_USE enum loa_err sched_quiet_parse(const char *text, struct sched_quiet *out,
                                            struct loa_problem *problem);
bool sched_quiet_is(const struct sched_quiet *q, int64_t ms); /* NULL: never quiet */
/* The first moment from `ms` on that is not quiet: `ms` itself or the end of these quiet hours.
 * Never before `ms`. */
int64_t sched_quiet_next(const struct sched_quiet *q, int64_t ms);

/* When `work_ms` of hours that are not quiet will have passed, counted from `ms`. */
int64_t sched_quiet_after(const struct sched_quiet *q, int64_t ms, int64_t work_ms);

#endif
