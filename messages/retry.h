/* SPDX-License-Identifier: Apache-2.0 */
/* retry.h - sends a message again to those for whom it failed, as a run of its own: the same
 * content that was approved and sent, the same deadline, and of the recipients exactly those who
 * failed and may still be written to. Who got it, is in doubt or was left out is never among them,
 * and who is in a later attempt already is not taken twice. Store thread, inside a writing
 * transaction. */
#ifndef LOA_MESSAGES_RETRY_H
#define LOA_MESSAGES_RETRY_H

#include <stddef.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

struct msg_retry_request {
    int64_t message_id;
    int64_t account_id; /* 0: all */
    int64_t due_ms;     /* of the occurrence; 0: the newest that was sent */
    const char *codes;  /* "-213,100": only who failed with these; NULL: all. Borrowed */
};

/* A run that was made. */
struct msg_retry {
    int64_t run_id, first_run_id, account_id;
    int way, attempt;
    int64_t recipients;
};

/* Caller owns *out (an array of *n), free(). LOA_EPERM: the message is not one that was sent, or
 * was edited since. LOA_EEXIST: an attempt is still under way. LOA_ETIMEOUT: past the deadline.
 * LOA_ENOENT: nobody is left to send to. LOA_EINVAL: codes are no numbers. */
LOA_MUST_USE enum loa_err msg_retry_start(struct db *db, const struct msg_actor *who, int64_t now,
                                          const struct msg_retry_request *q, struct msg_retry **out,
                                          size_t *n, struct loa_problem *why);

#endif
