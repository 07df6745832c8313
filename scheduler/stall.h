/* SPDX-License-Identifier: Apache-2.0 */
/* stall.h - does something that may go on go on? It is looked at now and then; only if it could
 * have moved at every look of a minute, and did not, it stands. Knows no clock. */
#ifndef LOA_SCHEDULER_STALL_H
#define LOA_SCHEDULER_STALL_H

#include <stdbool.h>
#include <stdint.h>

#define SCHED_STALL_MS ((int64_t)60 * 1000)

/* All zero at first. Members are private. */
struct sched_stall {
    bool watched;
    uint64_t moves;
    int64_t since_ms; /* it could move and did not, since then */
};

/* One look. `may_move`: nothing holds it at this moment; `moves` grows with whatever it does;
 * `now_ms` is a monotonic time. True: it stands, and counts from anew. */
bool sched_stall_look(struct sched_stall *s, bool may_move, uint64_t moves, int64_t now_ms);

#endif
