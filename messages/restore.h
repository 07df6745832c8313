/* SPDX-License-Identifier: Apache-2.0 */
/* restore.h - makes an older state safe to work on. What the store of then was about to send has
 * gone out since, or perhaps not; nobody here knows. So whatever was open or due by now is held
 * until staff decide (held.h, doubt.h), and nothing is sent again by itself:
 *
 *   runs under way              held; whom they had claimed is in doubt, and stays so
 *   recipients that waited      in doubt
 *   doubts                      no longer proved by silence: the echo may have gone to the lost
 * store messages with a schedule    paused (scheduler/plan_hold.h notes what was due meanwhile)
 *   replies under way           in doubt for good
 *   events not worked on        done: they were answered then
 *   numbers that platforms know (runs, replies) go on far above, so that a late echo of what is
 *                               lost is taken for nothing else
 *   leases and nodes            gone
 *
 * Store thread, inside a writing transaction of a database that nobody else works on. */
#ifndef LOA_MESSAGES_RESTORE_H
#define LOA_MESSAGES_RESTORE_H

#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

struct msg_restored {
    int64_t backup_ms; /* when the copy was taken; 0: it does not say */
    int64_t runs, doubts, replies, events, messages, occurrences;
};

/* Audits the restore first of all, so that its row is the one that takes the place of what is lost.
 * `detail` says from what. */
LOA_MUST_USE enum loa_err msg_restore_begin(struct db *db, const struct msg_actor *who, int64_t now,
                                            const char *detail, struct msg_restored *out);
/* All of the above but the messages. */
LOA_MUST_USE enum loa_err msg_restore_hold(struct db *db, int64_t now, struct msg_restored *out);
/* Pauses a message that has, or may come to have, something to send: true in *held. One that is
 * approved and waits for its time is put on the schedule first. */
LOA_MUST_USE enum loa_err msg_restore_pause(struct db *db, const struct msg_actor *who, int64_t now,
                                            int64_t message, bool *held);
/* The store is one to work on again. */
LOA_MUST_USE enum loa_err msg_restore_end(struct db *db, int64_t now, const struct msg_restored *r);

#endif
