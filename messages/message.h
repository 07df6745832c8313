/* SPDX-License-Identifier: Apache-2.0 */
/* message.h - the life of a message: draft -> submitted -> approved -> scheduled -> sending ->
 * sent, with rejected, paused and cancelled beside it. Every step is audited, an edit takes the
 * approval away, nobody approves what he wrote. Store thread, inside a writing transaction. */
#ifndef LOA_MESSAGES_MESSAGE_H
#define LOA_MESSAGES_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/crypto.h"
#include "messages/base/err.h"
#include "messages/spec.h"
#include "messages/store/db.h"

enum msg_state {
    MSG_DRAFT,
    MSG_SUBMITTED,
    MSG_APPROVED,
    MSG_SCHEDULED,
    MSG_SENDING,
    MSG_SENT,
    MSG_REJECTED,
    MSG_PAUSED,
    MSG_CANCELLED,
};

struct msg_message {
    int64_t id;
    enum msg_state state;
    int64_t version;
    char *author;                /* of the first version */
    char *content;               /* the spec as canonical JSON text */
    char *reason;                /* of a rejection, or why the program stopped it; NULL */
    char sha256[LOA_SHA256_HEX]; /* sealed at submission; "" before */
    int64_t next_ms;             /* when the planner looks next; 0: never */
    int64_t last_key; /* watermark of the planner: wall time of the newest occurrence dealt with */
    int64_t scheduled_ms; /* when it was put on the schedule; 0: not yet */
    int64_t created_ms, updated_ms;
    struct msg_spec spec;
};

const char *msg_state_name(enum msg_state s);
LOA_MUST_USE enum loa_err msg_state_parse(const char *word, enum msg_state *out);

/* LOA_ENOENT when there is none. Caller owns *out, msg_message_free(). */
LOA_MUST_USE enum loa_err msg_message_get(struct db *db, int64_t id, struct msg_message **out,
                                          struct loa_problem *why);
/* The same, and nobody else changes it until the transaction ends: for what is read to decide a
 * write. */
LOA_MUST_USE enum loa_err msg_message_hold(struct db *db, int64_t id, struct msg_message **out,
                                           struct loa_problem *why);
void msg_message_free(struct msg_message *m); /* NULL is fine */

LOA_MUST_USE enum loa_err msg_message_create(struct db *db, const struct msg_actor *who,
                                             int64_t now, const struct msg_spec *spec, int64_t *id,
                                             struct loa_problem *why);
/* Replaces the content. Allowed until sending begins; the message is a draft again. */
LOA_MUST_USE enum loa_err msg_message_edit(struct db *db, const struct msg_actor *who, int64_t now,
                                           int64_t id, const struct msg_spec *spec,
                                           struct loa_problem *why);
/* Seals the content (and all that its template draws on) with its SHA-256. With `approvals`
 * false (a one-person office) it is approved at once. */
LOA_MUST_USE enum loa_err msg_message_submit(struct db *db, const struct msg_actor *who,
                                             int64_t now, int64_t id, bool approvals,
                                             struct loa_problem *why);
/* LOA_EPERM: not an approver, or one of its authors, or approved by him already. An urgent one
 * needs two. */
LOA_MUST_USE enum loa_err msg_message_approve(struct db *db, const struct msg_actor *who,
                                              int64_t now, int64_t id, struct loa_problem *why);
LOA_MUST_USE enum loa_err msg_message_reject(struct db *db, const struct msg_actor *who,
                                             int64_t now, int64_t id, const char *reason,
                                             struct loa_problem *why);
/* approved -> scheduled; without a time in the content it is due now. No change if scheduled. */
LOA_MUST_USE enum loa_err msg_message_schedule(struct db *db, const struct msg_actor *who,
                                               int64_t now, int64_t id, struct loa_problem *why);
LOA_MUST_USE enum loa_err msg_message_pause(struct db *db, const struct msg_actor *who, int64_t now,
                                            int64_t id, struct loa_problem *why);
/* LOA_EPERM also while a run of it is held (held.h). */
LOA_MUST_USE enum loa_err msg_message_resume(struct db *db, const struct msg_actor *who,
                                             int64_t now, int64_t id, struct loa_problem *why);
LOA_MUST_USE enum loa_err msg_message_cancel(struct db *db, const struct msg_actor *who,
                                             int64_t now, int64_t id, struct loa_problem *why);
/* A run was made of a message that is between runs or sent: it is being sent again. No change while
 * it is sending or paused. */
LOA_MUST_USE enum loa_err msg_message_reopen(struct db *db, const struct msg_actor *who,
                                             int64_t now, int64_t id, struct loa_problem *why);
/* Takes a draft away that never was sent, with its versions, comments and approvals; what was
 * submitted and approved and stands as something else is cancelled instead. LOA_EPERM: no draft, or
 * something came of it. */
LOA_MUST_USE enum loa_err msg_message_delete(struct db *db, const struct msg_actor *who,
                                             int64_t now, int64_t id, struct loa_problem *why);
/* Moves the state for the program itself (scheduled <-> sending -> sent, or back to a draft with
 * a reason when the content changed after approval). LOA_EPERM if the step is not allowed. */
LOA_MUST_USE enum loa_err msg_message_advance(struct db *db, int64_t now, int64_t id,
                                              enum msg_state to, const char *reason);
/* True while the approved seal still fits what would be sent. */
LOA_MUST_USE enum loa_err msg_message_sealed(struct db *db, const struct msg_message *m,
                                             bool approvals, bool *ok);

#endif
