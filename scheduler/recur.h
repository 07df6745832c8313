/* SPDX-License-Identifier: Apache-2.0 */
/* recur.h - the occurrences of a recurrence rule (RFC 5545 RRULE, through libical) in wall-clock
 * time of the installation's zone. The rule runs over floating wall times, which never meet a
 * zone table of libical's; each one becomes a moment through loa_tz_ms(). So "daily at 07:30" is
 * 07:30 all year, a wall time that a clock change skips moves forward by the change, and one that
 * comes twice happens once, the first time.
 * An occurrence is named by its wall time (its key): that is what a run is unique by, and what
 * stays the same however the machine's clock jumps.
 * Accepted: FREQ=DAILY, WEEKLY, MONTHLY, YEARLY with INTERVAL, COUNT, UNTIL, BYDAY, BYMONTH,
 * BYMONTHDAY, BYYEARDAY, BYHOUR, BYMINUTE, BYSECOND, BYSETPOS, WKST, as far as libical gets them
 * right; what it gets wrong is refused with a reason rather than sent on a wrong day. */
#ifndef LOA_SCHEDULER_RECUR_H
#define LOA_SCHEDULER_RECUR_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/base/tz.h"

enum { SCHED_KEY_TEXT_SIZE = 32 };

/* A wall time as the decimal number YYYYMMDDhhmmss: compares as time does. 0 is "before all". */
int64_t sched_key(int64_t ms);
int64_t sched_key_of(const struct loa_civil *c);
int64_t sched_key_ms(int64_t key);
/* "2026-10-01T07:30:00"; returns out. */
const char *sched_key_text(int64_t key, char out[SCHED_KEY_TEXT_SIZE]);

struct sched_occurrence {
    int64_t key; /* wall time */
    int64_t ms;  /* when that is */
};

struct sched_rule {
    const char *rrule;   /* "FREQ=DAILY;COUNT=7"; a leading "RRULE:" is tolerated */
    int64_t dtstart_ms;  /* gives the time of day and, where the rule is silent, the day. It is an
                          * occurrence only if it fits the rule. */
    int64_t until_ms;    /* last moment allowed, inclusive; 0: the rule alone decides */
    const char *exdates; /* skipped days, "2026-10-02,2026-10-05"; NULL or "": none. They count
                          * towards COUNT, as RFC 5545 has it. */
};

struct sched_recur; /* opaque; one thread at a time */

/* LOA_OK: caller owns *out, ends it with sched_recur_free(). LOA_EINVAL: `problem` (NULL is fine)
 * says in Vietnamese what to mend, also when the rule has no occurrence at all; *out untouched.
 * A UNTIL that is a date includes that day; one in UTC is taken as that moment.
 * Work is bounded: a rule with no or rare occurrences may cost a second, once, here. */
LOA_MUST_USE enum loa_err sched_recur_open(const struct sched_rule *rule, struct sched_recur **out,
                                           struct loa_problem *problem);
void sched_recur_free(struct sched_recur *r); /* NULL is fine */

/* The first occurrence whose key is greater than `after_key`; false: there is none. Asking
 * forwards is cheap, asking back starts over from dtstart. In the hour that a clock change skips,
 * moments may not rise with the keys; whoever acts in key order loses none. */
bool sched_recur_next(struct sched_recur *r, int64_t after_key, struct sched_occurrence *out);
/* The first, in key order, that happens strictly after the moment `after_ms`. */
bool sched_recur_after(struct sched_recur *r, int64_t after_ms, struct sched_occurrence *out);

#endif
