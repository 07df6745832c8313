/* SPDX-License-Identifier: Apache-2.0 */
/* message_retry.h - again to those for whom a message failed (messages/retry.h), named as people
 * name accounts and days. */
#ifndef LOA_BOT_OPS_MESSAGE_RETRY_H
#define LOA_BOT_OPS_MESSAGE_RETRY_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

struct ops_retry {
    int64_t id;
    const char *account, *day, *codes; /* NULL: all, the newest, any */
};

/* Store thread, inside a writing transaction. Adds {"run","retry_of","account","attempt",
 * "recipients"} to `list` for each run that was made. Errors as msg_retry_start(). */
LOA_MUST_USE enum loa_err ops_message_retry(struct db *db, const struct msg_actor *who, int64_t now,
                                            const struct ops_retry *r, cJSON *list,
                                            struct loa_problem *why);

#endif
