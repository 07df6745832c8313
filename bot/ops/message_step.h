/* SPDX-License-Identifier: Apache-2.0 */
/* message_step.h - the steps of a message by the word that people and programs use for them. */
#ifndef LOA_BOT_OPS_MESSAGE_STEP_H
#define LOA_BOT_OPS_MESSAGE_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

struct ops_message_step {
    const char *verb; /* submit approve reject schedule pause resume cancel */
    int64_t id;
    const char *reason; /* of a rejection; NULL else */
    bool approvals;     /* false in a one-person office */
};

/* The stage at which its forecast is kept (messages/forecast_store.h); NULL: at none. */
const char *ops_message_stage(const char *verb);
/* Store thread, inside a writing transaction. What the platforms would refuse is not submitted.
 * LOA_EINVAL: no such verb. */
LOA_MUST_USE enum loa_err ops_message_step(struct db *db, const struct msg_actor *who, int64_t now,
                                           const struct ops_message_step *s,
                                           struct loa_problem *why);

#endif
