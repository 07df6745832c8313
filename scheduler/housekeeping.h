/* SPDX-License-Identifier: Apache-2.0 */
/* housekeeping.h - clean-up of what is old (messages/cleanup.h), a little at a time between the
 * sends, and the daily anchor of the audit log. Takes at most about a twentieth of the store
 * thread's time, whatever there is to do. Loop thread only. */
#ifndef LOA_SCHEDULER_HOUSEKEEPING_H
#define LOA_SCHEDULER_HOUSEKEEPING_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "messages/cleanup.h"
#include "messages/store/store.h"

struct sched_housekeeping;

/* How long each kind is kept, ms; 0: for ever. */
struct sched_keep {
    int64_t ms[MSG_CLEANUP_KINDS];
};

struct sched_housekeeping_options {
    struct sched_keep keep;
    const char *anchor_file; /* NULL: no anchors. Borrowed, outlives it */
    /* Is it this node's work? NULL: it is alone. */
    bool (*mine)(void *ctx);
    void *ctx;
};

/* Begins some seconds later. `loop` and `store` are borrowed. Caller ends it with
 * sched_housekeeping_stop(). */
struct sched_housekeeping *sched_housekeeping_start(uv_loop_t *loop, struct store *store,
                                                    const struct sched_housekeeping_options *opt);
/* `stopped` runs on the loop when the step under way is over and all is freed. */
void sched_housekeeping_stop(struct sched_housekeeping *h, void (*stopped)(void *ctx), void *ctx);

struct sched_housekeeping_stats {
    uint64_t steps, dropped[MSG_CLEANUP_KINDS];
};
void sched_housekeeping_stats(const struct sched_housekeeping *h,
                              struct sched_housekeeping_stats *out);

#endif
