/* SPDX-License-Identifier: Apache-2.0 */
/* late.h - what becomes of an occurrence whose time has come or gone by: each message says whether
 * it is still sent when late, left out, or put to staff, and when it is of no use any more. */
#ifndef LOA_SCHEDULER_LATE_H
#define LOA_SCHEDULER_LATE_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/base/clock.h"

#define SCHED_GRACE_MS ((int64_t)2 * LOA_HOUR_MS)

/* Up to this late is on time: a scheduler wakes, a store commits. */
#define SCHED_ON_TIME_MS ((int64_t)LOA_MINUTE_MS)
/* Staff are asked about what is at most this old (or within its grace, if that is longer);
 * nobody wants to be asked about last week's update. */
#define SCHED_ASK_MS ((int64_t)LOA_DAY_MS)

enum sched_late_rule {
    SCHED_LATE_SEND, /* send within the grace, else missed */
    SCHED_LATE_SKIP, /* late is missed */
    SCHED_LATE_ASK,  /* late is for staff to decide */
};

/* A zeroed one is "send, two hours' grace". */
struct sched_late {
    enum sched_late_rule rule;
    int64_t grace_ms; /* 0: SCHED_GRACE_MS */
};

enum sched_verdict {
    SCHED_WAIT,    /* not due yet */
    SCHED_SEND,    /* now */
    SCHED_ASK,     /* late: staff decide, until it expires */
    SCHED_MISSED,  /* too late: not sent, shown to staff */
    SCHED_EXPIRED, /* of no use any more: not sent, shown to staff */
};

/* `expires_ms` 0: never. Expiry wins over all but waiting: at that very moment it is expired. */
enum sched_verdict sched_late_decide(const struct sched_late *late, int64_t due_ms,
                                     int64_t expires_ms, int64_t now_ms);
int64_t sched_late_grace(const struct sched_late *late); /* in force, ms */

/* "send", "skip", "ask"; false (and *out untouched) for anything else. */
bool sched_late_parse(const char *text, enum sched_late_rule *out);
const char *sched_late_name(enum sched_late_rule rule);
const char *sched_verdict_name(enum sched_verdict verdict); /* "wait", "send", ... for logs */

#endif
