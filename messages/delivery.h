/* SPDX-License-Identifier: Apache-2.0 */
/* delivery.h - the ledger of a run: what became of each recipient, written once, and what is still
 * unsettled. Store thread, inside a writing transaction. */
#ifndef LOA_MESSAGES_DELIVERY_H
#define LOA_MESSAGES_DELIVERY_H

#include "messages/doubt.h"
#include "messages/run.h"

enum { MSG_REMOTE_SIZE = 160 };

struct msg_outcome {
    int64_t contact_id;
    int64_t at_ms;
    /* Of a doubt: when the request went out, and why its outcome is not known. 0 where it
     * `replaces` one: nothing more went out, the old doubt stays as it is. */
    int64_t since_ms;
    enum msg_doubt_cause cause;
    enum msg_delivery_state state;
    int code;
    bool replaces; /* there is a row in doubt that this one settles */
    bool again;    /* an old doubt that stays: it still waits to be sent again */
    bool charged;  /* SENT only: the platform charges for it, as far as its rules tell */
    /* The platform's; "" if none. Receipts are found by it, so it must be whole. */
    char remote_id[MSG_REMOTE_SIZE];
};
/* Writes outcomes and moves the run's numbers. A doubt whose echo came before it is SENT. */
LOA_MUST_USE enum loa_err msg_run_record(struct db *db, int64_t run_id,
                                         const struct msg_outcome *outcomes, size_t n);

/* Takes LATER rows of a run that are due, at most `max`. They are in doubt from now on, so that a
 * crash does not send them twice; their outcome `replaces` a doubt. */
LOA_MUST_USE enum loa_err msg_run_take_later(struct db *db, const struct msg_run *r, size_t max,
                                             int64_t now, struct msg_targets *out);
LOA_MUST_USE enum loa_err msg_run_count(struct db *db, int64_t run_id,
                                        enum msg_delivery_state state, int64_t *out);

#endif
