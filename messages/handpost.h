/* SPDX-License-Identifier: Apache-2.0 */
/* handpost.h - a public post that a person put out by hand while its channel was down: ticked off
 * in the same ledger, as the delivery to contact 0 of the occurrence's run, so that nothing posts
 * it again when the channel is back. Whoever comes first decides, the tick or the server: the run's
 * row is the one place, and a post under way is never ticked off. Store thread, inside a writing
 * transaction. */
#ifndef LOA_MESSAGES_HANDPOST_H
#define LOA_MESSAGES_HANDPOST_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/message.h"
#include "messages/store/db.h"

/* Where a post stands. */
enum msg_post_state {
    MSG_POST_PLANNED,  /* it has no run yet */
    MSG_POST_WAITING,  /* it has one, and nothing is on its way */
    MSG_POST_UNDERWAY, /* a request that puts it out may be on its way, or its outcome is not known
                        */
    MSG_POST_OUT,
    MSG_POST_BY_HAND,
    MSG_POST_FAILED,
    MSG_POST_SKIPPED,
};

struct msg_posting {
    enum msg_post_state state;
    int64_t run_id; /* the newest run of the occurrence; 0: none */
    int64_t first_run_id;
    bool over;     /* the run is finished */
    char *content; /* what the run posts, JSON text; NULL without a run */
};
/* LOA_OK with PLANNED when there is no run. Locks the run's row. Caller ends *out. */
LOA_MUST_USE enum loa_err msg_posting_get(struct db *db, int64_t message, int64_t due_ms,
                                          int64_t account, struct msg_posting *out);
/* The same for who only reads: locks nothing. */
LOA_MUST_USE enum loa_err msg_posting_look(struct db *db, int64_t message, int64_t due_ms,
                                           int64_t account, struct msg_posting *out);
void msg_posting_release(struct msg_posting *p);

struct msg_handpost {
    int64_t account_id, due_ms;
    int64_t deadline_ms;    /* of the run, should it be taken back and posted after all */
    const char *content;    /* the post as JSON text; NULL: it cannot be rendered. Borrowed */
    const char *url, *note; /* where it is, what to know; NULL. Borrowed */
};

/* LOA_EPERM: not to be posted (not approved, cancelled), or the server is posting it or may have.
 * LOA_EEXIST: it is out already. LOA_EINVAL: no content and no run (`why` is left as it is).
 * `approvals` as in msg_message_sealed(). */
LOA_MUST_USE enum loa_err msg_handpost_done(struct db *db, const struct msg_actor *who, int64_t now,
                                            const struct msg_message *m, bool approvals,
                                            const struct msg_handpost *h, struct loa_problem *why);
/* Takes the tick back, as if it had never been there: the server posts when it can. `planned`: the
 * planner has dealt with this occurrence, so that nobody else would make its run. LOA_ENOENT: there
 * is no tick. LOA_EPERM: something came of it since. */
LOA_MUST_USE enum loa_err msg_handpost_undo(struct db *db, const struct msg_actor *who, int64_t now,
                                            const struct msg_message *m, int64_t account,
                                            int64_t due_ms, bool planned, struct loa_problem *why);

#endif
