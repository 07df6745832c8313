/* SPDX-License-Identifier: Apache-2.0 */
/* rate.h - how fast staff let broadcasts go: a cap in recipients a minute, for one message (on one
 * account or on all) or for all broadcasts of an account. It slows a broadcast down, also while it
 * runs; the platform's own pace holds beside it. Store thread. */
#ifndef LOA_MESSAGES_RATE_H
#define LOA_MESSAGES_RATE_H

#include <stddef.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

struct msg_rate {
    int64_t message_id; /* 0: all broadcasts of the account */
    int64_t account_id; /* 0: the message on every account */
    int64_t per_minute;
};

/* per_minute 0 takes the cap away. One for the whole message replaces those for its accounts. */
LOA_MUST_USE enum loa_err msg_rate_set(struct db *db, const struct msg_actor *who, int64_t now,
                                       const struct msg_rate *r);
/* The caps that matter now: of accounts, and of messages with an open run. Caller owns *out (an
 * array of *n), free(). */
LOA_MUST_USE enum loa_err msg_rate_load(struct db *db, struct msg_rate **out, size_t *n);
/* The cap in force for a message on an account: the lower of the message's and the account's. 0:
 * none. */
LOA_MUST_USE enum loa_err msg_rate_of(struct db *db, int64_t message, int64_t account,
                                      int64_t *per_minute);
/* The same, of loaded ones. */
int64_t msg_rate_find(const struct msg_rate *rates, size_t n, int64_t message, int64_t account);

#endif
