/* SPDX-License-Identifier: Apache-2.0 */
/* gcra.h - a rate limiter (generic cell rate algorithm): so many calls in a period, evenly spaced,
 * with a burst after idleness. One for each account and method, set from the platform's contract.
 * When the platform complains it slows down at once and comes back to full speed gradually.
 * Knows no clock: `now_us` is a monotonic time in microseconds, from any start. */
#ifndef LOA_SCHEDULER_GCRA_H
#define LOA_SCHEDULER_GCRA_H

#include <stdint.h>

/* Caller holds it; sched_gcra_init() fills it, nothing to release. Members are private. */
struct sched_gcra {
    int64_t interval_ns; /* between two calls at full speed */
    int64_t burst_ns;    /* how far ahead of an even pace calls may run */
    int64_t tat_ns;      /* theoretical arrival time: when all let through so far is paid for */
    int64_t blocked_us;  /* nothing before this */
    int64_t hold_us;     /* the slowed share holds until here, then eases */
    int64_t slowed_us;   /* the last complaint that counted */
    double share;        /* of full speed, at hold_us */
};

/* From no speed to full speed; from half speed it takes half of this. */
#define SCHED_GCRA_EASE_US ((int64_t)60 * 1000000)
/* Complaints this close together are about the same burst of calls and slow it down once. */
#define SCHED_GCRA_SAME_US ((int64_t)1000000)
/* It never slows below this share of full speed; a stop is sched_gcra_block(). */
#define SCHED_GCRA_SHARE_MIN 0.01

/* `calls` in `period_us` (both at least 1), at most `burst` (at least 1) at once. Never faster
 * than that over any stretch, whatever the rounding. */
void sched_gcra_init(struct sched_gcra *g, int64_t calls, int64_t period_us, int64_t burst);
/* 0: go, and `cost` calls are charged. Otherwise nothing is charged and the result is the wait in
 * us (at least 1) after which to ask again. A cost above the burst passes once all before it is
 * paid for, and then holds up what follows. */
int64_t sched_gcra_allow(struct sched_gcra *g, int64_t now_us, int64_t cost);
/* How many calls would be let through right now. */
int64_t sched_gcra_available(const struct sched_gcra *g, int64_t now_us);
/* Calls a second in force now: 0 while blocked. */
double sched_gcra_rate(const struct sched_gcra *g, int64_t now_us);

/* The platform said it is too much: go on at `factor` (0..1, 0.5 is half) of the speed in force
 * until `until_us`, then ease back. */
void sched_gcra_slow_down(struct sched_gcra *g, int64_t now_us, double factor, int64_t until_us);
/* The platform said when to come back (Retry-After, minutes to regain access). */
void sched_gcra_block(struct sched_gcra *g, int64_t until_us);
/* The platform said that `remaining` calls are left until its window ends at `reset_us`: spreads
 * them over the rest of the window if full speed would use them up before. */
void sched_gcra_remaining(struct sched_gcra *g, int64_t now_us, int64_t remaining,
                          int64_t reset_us);
/* The platform said how much of its quota is used, in percent: from 80 on it goes slower in
 * proportion, at 100 it crawls, until `until_us`. */
void sched_gcra_usage(struct sched_gcra *g, int64_t now_us, double percent, int64_t until_us);

#endif
