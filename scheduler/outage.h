/* SPDX-License-Identifier: Apache-2.0 */
/* outage.h - when a platform does not work at all. Requests that fail one after the other for no
 * reason of their own (no connection, no answer, a bare server error) are no verdict on their
 * recipients: sending stops, one request at a time finds out whether it works again, and nobody is
 * given up meanwhile. Plain data; the time is passed in. */
#ifndef LOA_SCHEDULER_OUTAGE_H
#define LOA_SCHEDULER_OUTAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scheduler/backoff.h"

struct sched_outage {
    unsigned streak;  /* faults since the last answer */
    unsigned level;   /* holds since then */
    int64_t until_ms; /* monotonic: the end of the present hold */
};

/* A request has ended: with a fault as above, or with an answer, whatever it said. True if this
 * made it an outage, or ended one. */
bool sched_outage_note(struct sched_outage *o, bool fault, int64_t now_ms, sched_random_cb random,
                       void *ctx);
bool sched_outage_is(const struct sched_outage *o);
/* How long until a request may begin: 0: it may. Negative: when one of the `inflight` ends. */
int64_t sched_outage_wait(const struct sched_outage *o, int64_t now_ms, size_t inflight);

#endif
