/* SPDX-License-Identifier: Apache-2.0 */
/* backoff.h - how long to wait before trying again: exponential with full jitter, so that many
 * sends that failed together do not come back together. The random numbers are passed in. */
#ifndef LOA_SCHEDULER_BACKOFF_H
#define LOA_SCHEDULER_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

/* A number in [0, upper), even; upper is at least 1. libsodium's randombytes_uniform() behind a
 * context argument. */
typedef uint32_t (*sched_random_cb)(void *ctx, uint32_t upper);

struct sched_backoff {
    uint32_t base_ms;      /* the first wait is below this; at least 1 */
    uint32_t cap_ms;       /* and no wait is above this, except what the platform asked for */
    unsigned max_attempts; /* tries in all, the first included; 0: only the deadline decides */
};

/* The wait after `attempt` tries that failed (1: the first): even in [0, min(cap, base *
 * 2^(attempt-1))]. With `retry_after_ms` > 0 never below that, and then spread over one base
 * above it. */
int64_t sched_backoff_delay(const struct sched_backoff *b, unsigned attempt, int64_t retry_after_ms,
                            sched_random_cb random, void *ctx);
/* False: give up, as tries are used up or the next one would come at or after `deadline_ms`
 * (0: none). True: *at_ms is when to try again. */
bool sched_backoff_next(const struct sched_backoff *b, unsigned attempt, int64_t now_ms,
                        int64_t retry_after_ms, int64_t deadline_ms, sched_random_cb random,
                        void *ctx, int64_t *at_ms);

#endif
