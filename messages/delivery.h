/* SPDX-License-Identifier: Apache-2.0 */
/* delivery.h - the ledger of a run: what became of each recipient, written once, and what is still
 * unsettled. Store thread, inside a writing transaction. */
#ifndef LOA_MESSAGES_DELIVERY_H
#define LOA_MESSAGES_DELIVERY_H

#include "messages/run.h"

enum { MSG_REMOTE_SIZE = 160 };

struct msg_outcome {
    int64_t contact_id;
    int64_t at_ms;
    int64_t since_ms; /* of a doubt: when the request went out */
    enum msg_delivery_state state;
    int code;
    bool replaces; /* there is a row in doubt that this one settles */
    /* The platform's; "" if none. Receipts are found by it, so it must be whole. */
    char remote_id[MSG_REMOTE_SIZE];
};
/* Writes outcomes and moves the run's numbers. A doubt whose echo came before it is SENT. */
LOA_MUST_USE enum loa_err msg_run_record(struct db *db, int64_t run_id,
                                         const struct msg_outcome *outcomes, size_t n);

/* Takes unsettled rows of a run to be sent (again): LATER ones that are due, or DOUBT ones noted
 * before a time, at most `max`. They are in doubt from now on, so that a crash does not send them
 * twice; their outcome `replaces` a doubt. */
LOA_MUST_USE enum loa_err msg_run_take(struct db *db, const struct msg_run *r,
                                       enum msg_delivery_state which, int64_t before_ms, size_t max,
                                       int64_t now, struct msg_targets *out);
LOA_MUST_USE enum loa_err msg_run_count(struct db *db, int64_t run_id,
                                        enum msg_delivery_state state, int64_t *out);

#endif
