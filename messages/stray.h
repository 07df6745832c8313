/* SPDX-License-Identifier: Apache-2.0 */
/* stray.h - what should be at work and perhaps is not: the store's side of the reconcilers. */
#ifndef LOA_MESSAGES_STRAY_H
#define LOA_MESSAGES_STRAY_H

#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

struct msg_stray {
    int64_t id, account; /* a run or a reply */
    int64_t first_id;    /* of a window */
};
struct msg_strays {
    struct msg_stray *items; /* caller frees */
    size_t n;
};
/* Windows of the accounts that a session works, claimed before a time; some hundreds at most. For
 * readers. */
LOA_MUST_USE enum loa_err msg_stray_windows(struct db *db, int64_t session, int64_t before_ms,
                                            struct msg_strays *out);
/* Replies of theirs that were handed over before a time. For readers. */
LOA_MUST_USE enum loa_err msg_stray_replies(struct db *db, int64_t session, int64_t before_ms,
                                            struct msg_strays *out);

/* The rest inside a writing transaction. *changed counts. */
/* It is handed over, and nobody has it: in doubt. */
LOA_MUST_USE enum loa_err msg_stray_reply(struct db *db, int64_t id, int64_t now, int64_t *changed);
/* Messages that are scheduled and wait for no time are planned anew; *over counts those that are
 * being sent though nothing of them is under way. */
LOA_MUST_USE enum loa_err msg_stray_messages(struct db *db, int64_t now, int64_t *changed,
                                             int64_t *over);
/* Runs that ended though some of their recipients wait for later go on. */
LOA_MUST_USE enum loa_err msg_stray_runs(struct db *db, int64_t now, int64_t *changed);

#endif
