/* SPDX-License-Identifier: Apache-2.0 */
/* message_trial.h - a message on trial to a few named people, or to the testers of an account; the
 * running server sends it. */
#ifndef LOA_BOT_OPS_MESSAGE_TRIAL_H
#define LOA_BOT_OPS_MESSAGE_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

struct ops_trial {
    int64_t id;
    const char *account;   /* its name */
    const char *const *to; /* the platform's ids; n_to 0: the testers of the account */
    size_t n_to;
    const char *day; /* as bot_occurrence_find(); NULL */
    bool approvals;  /* false in a one-person office */
    /* Out. */
    int sent;
    bool approved; /* false: the text is marked as a trial */
};

/* Store thread, inside a writing transaction: all of them or none. */
LOA_MUST_USE enum loa_err ops_message_test(struct db *db, const struct msg_actor *who, int64_t now,
                                           struct ops_trial *t, struct loa_problem *why);

#endif
