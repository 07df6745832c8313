/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/outage.h"

enum { TRIP = 8 };

/* It should be found soon that a platform works again, and one request now and then costs it
 * nothing. */
static const struct sched_backoff hold = {.base_ms = 500, .cap_ms = 15000};

bool sched_outage_is(const struct sched_outage *o)
{
    return o->streak >= TRIP;
}

bool sched_outage_note(struct sched_outage *o, bool fault, int64_t now_ms, sched_random_cb random,
                       void *ctx)
{
    bool was = sched_outage_is(o);

    if (!fault) {
        *o = (struct sched_outage){0};
        return was;
    }
    o->streak += o->streak < TRIP;
    if (!sched_outage_is(o))
        return false;
    /* Those that were under way when it began fail together: they count as one. */
    if (now_ms >= o->until_ms) {
        o->level++;
        o->until_ms =
            now_ms + hold.base_ms / 2 + sched_backoff_delay(&hold, o->level, 0, random, ctx);
    }
    return !was;
}

int64_t sched_outage_wait(const struct sched_outage *o, int64_t now_ms, size_t inflight)
{
    if (!sched_outage_is(o))
        return 0;
    if (now_ms < o->until_ms)
        return o->until_ms - now_ms;
    return inflight ? -1 : 0;
}
