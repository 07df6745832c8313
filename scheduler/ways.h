/* SPDX-License-Identifier: Apache-2.0 */
/* ways.h - by which ways a message goes out on an account: what the message asks for, as far as the
 * channel declares it and the account has it. The same for the planner, which makes a run a way,
 * and for the composer, which tells staff before they submit. Store thread or command line. */
#ifndef LOA_SCHEDULER_WAYS_H
#define LOA_SCHEDULER_WAYS_H

#include <stdbool.h>
#include <stdint.h>

#include "channels/channel.h"
#include "messages/account_way.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

struct sched_ways {
    bool direct, post;        /* it goes out so */
    enum channel_way by;      /* with `direct`: BATCH where it can be, else SINGLE */
    char why_not_direct[256]; /* asked for and not possible here: why, for staff; else "" */
    char why_not_post[256];
};

/* `deliver` is MSG_DELIVER_*. */
LOA_MUST_USE enum loa_err sched_ways_of(struct db *db, const struct channel_ops *ops,
                                        int64_t account, unsigned deliver, int64_t now,
                                        struct sched_ways *out);
/* Notes what the platform told: bits 1 << channel_way that are open or closed, and why (NULL: not
 * said). */
LOA_MUST_USE enum loa_err sched_ways_told(struct db *db, int64_t account, unsigned open,
                                          unsigned closed, const char *why, int64_t now);

#endif
