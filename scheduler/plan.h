/* SPDX-License-Identifier: Apache-2.0 */
/* plan.h - what a message's schedule asks for at a given moment: which occurrences are to be sent,
 * put to staff or given up, and when to look again. Pure: the clock, what was done before and the
 * quiet hours are passed in; the caller keeps the result in the store.
 *
 * Clock jumps. Occurrences are known by their wall time (key), and the caller keeps the last one
 * dealt with (the watermark). A jump forward finds the occurrences passed over, each judged by the
 * late rule. A jump back finds the watermark in the future: the plan then starts again at the
 * present (less the grace), so that occurrences given up during the wrong time are not lost, and
 * `settled_cb` keeps those already run from running twice (as does the store's UNIQUE(message,
 * occurrence, account)). `wake_ms` is wall-clock time: a caller that sleeps on a monotonic timer
 * looks again at least every minute, or it would sleep through a jump. */
#ifndef LOA_SCHEDULER_PLAN_H
#define LOA_SCHEDULER_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "scheduler/late.h"
#include "scheduler/quiet.h"
#include "scheduler/recur.h"

enum { SCHED_TURN_MAX = 32 };

#define SCHED_NEVER INT64_MAX

struct sched_schedule {
    const char *rrule;   /* NULL or "": once, at at_ms; otherwise the four below count */
    int64_t at_ms;       /* once: when */
    int64_t dtstart_ms;  /* see struct sched_rule */
    int64_t until_ms;    /* 0: none */
    const char *exdates; /* NULL: none */
    struct sched_late late;
    /* Of no use from here on; 0: always of use. For a rule it is said of the occurrence on
     * dtstart's day, and holds for each other day at the same time of day ("useless after 17:00",
     * also "after 01:00 the next day"). */
    int64_t expires_ms;
    /* When it was scheduled. Occurrences of a rule older than this by more than the grace were
     * never promised and are passed over in silence. 0: all since dtstart count. */
    int64_t active_ms;
    bool urgent; /* quiet hours do not hold it */
};

struct sched_plan; /* opaque; one thread at a time */

/* LOA_OK: caller owns *out, ends it with sched_plan_free(); nothing of `s` is kept. LOA_EINVAL:
 * `problem` (NULL is fine) says in Vietnamese what to mend, *out untouched. */
LOA_MUST_USE enum loa_err sched_plan_open(const struct sched_schedule *s, struct sched_plan **out,
                                          struct loa_problem *problem);
void sched_plan_free(struct sched_plan *p); /* NULL is fine */

/* The first occurrence with a key above `after_key` (0: the very first); false: none. For lists of
 * what is to come; quiet hours not counted in. */
bool sched_plan_next(struct sched_plan *p, int64_t after_key, struct sched_occurrence *out);
/* When that occurrence is of no use any more; 0: never. */
int64_t sched_plan_expires(const struct sched_plan *p, const struct sched_occurrence *o);

/* True when the occurrence was sent, is being sent or was put to staff; not when it was only noted
 * as missed or expired. */
typedef bool (*sched_settled_cb)(void *ctx, int64_t key);

struct sched_moment {
    int64_t now_ms;
    int64_t last_key;                /* the watermark kept from the turn before; 0: none yet */
    const struct sched_quiet *quiet; /* NULL: none */
    sched_settled_cb settled;        /* NULL: all up to the watermark is, even after a jump back */
    void *ctx;
};

struct sched_due {
    struct sched_occurrence occurrence;
    int64_t due_ms;             /* when it could go: its moment, or the end of quiet hours */
    int64_t expires_ms;         /* 0: never */
    enum sched_verdict verdict; /* any but SCHED_WAIT */
};

struct sched_turn {
    struct sched_due due[SCHED_TURN_MAX]; /* in key order */
    size_t n;
    bool more;        /* there are more: record these and ask again with the new watermark */
    int64_t last_key; /* the new watermark, to be stored together with what is done with `due` */
    int64_t wake_ms;  /* look again then (now, if `more`); SCHED_NEVER: nothing is to come */
};

/* Fills *turn. What would have to be sent in quiet hours is left for the moment they end, and
 * lateness and expiry are measured at the moment at which it could go. */
void sched_plan_turn(struct sched_plan *p, const struct sched_moment *m, struct sched_turn *turn);

#endif
