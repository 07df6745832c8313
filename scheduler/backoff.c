/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/backoff.h"

enum { SHIFT_MAX = 31 };

static uint32_t ceiling(const struct sched_backoff *b, unsigned attempt)
{
    unsigned shift = attempt > 1 ? attempt - 1 : 0;
    uint64_t wait = (uint64_t)b->base_ms << (shift < SHIFT_MAX ? shift : SHIFT_MAX);

    return wait < b->cap_ms ? (uint32_t)wait : b->cap_ms;
}

/* Even in [0, top]. */
static uint32_t pick(uint32_t top, sched_random_cb random, void *ctx)
{
    return random(ctx, top < UINT32_MAX ? top + 1 : UINT32_MAX);
}

int64_t sched_backoff_delay(const struct sched_backoff *b, unsigned attempt, int64_t retry_after_ms,
                            sched_random_cb random, void *ctx)
{
    int64_t wait = pick(ceiling(b, attempt), random, ctx);

    if (retry_after_ms > 0 && wait < retry_after_ms)
        wait = retry_after_ms + pick(b->base_ms, random, ctx);
    return wait;
}

bool sched_backoff_next(const struct sched_backoff *b, unsigned attempt, int64_t now_ms,
                        int64_t retry_after_ms, int64_t deadline_ms, sched_random_cb random,
                        void *ctx, int64_t *at_ms)
{
    int64_t at;

    if (b->max_attempts && attempt >= b->max_attempts)
        return false;
    at = now_ms + sched_backoff_delay(b, attempt, retry_after_ms, random, ctx);
    if (deadline_ms && at >= deadline_ms)
        return false;
    *at_ms = at;
    return true;
}
