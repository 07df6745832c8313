/* SPDX-License-Identifier: Apache-2.0 */
/* held.h - what is not sent until staff decide: an occurrence that was put to them (it came late
 * and its message says "ask", or it was due between a backup and its restore), and a run that a
 * restore found open, of which nobody knows how far it came. Store thread, inside a writing
 * transaction. */
#ifndef LOA_MESSAGES_HELD_H
#define LOA_MESSAGES_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

struct msg_held {
    int64_t message_id, due_ms;
    int64_t run_id; /* 0: an occurrence */
    char *title;
    char *account;       /* of a run; NULL */
    char *message_state; /* "paused": nothing goes before it is resumed, whatever is decided */
    int way;             /* of a run: enum channel_way, as its number */
    int64_t sent, doubt; /* of a run: known when it was held */
    int64_t rest;        /* of a run: contacts behind its cursor, the audience not looked at */
    int64_t deadline_ms; /* of a run: nothing is sent after it */
};
/* Runs first, then occurrences, by message and time. Caller owns *out, msg_held_release(). For
 * readers. */
LOA_MUST_USE enum loa_err msg_held_list(struct db *db, struct msg_held **out, size_t *n);
void msg_held_release(struct msg_held *items, size_t n);

/* Names one: "12@2026-10-01T07:30:00+07:00" (occurrence) or "run:57". */
enum { MSG_HELD_KEY = 64 };
const char *msg_held_key(const struct msg_held *h, char out[MSG_HELD_KEY]);

/* `send`: the occurrence starts, or the run goes on with those behind its cursor. Else it is given
 * up: the occurrence is not sent, the run ends. What a run has in doubt stays in doubt either way.
 * LOA_ENOENT: nothing of that name is held. LOA_ETIMEOUT: its time is over, it can only be given
 * up. LOA_EPERM: not an approver. */
LOA_MUST_USE enum loa_err msg_held_decide(struct db *db, const struct msg_actor *who, int64_t now,
                                          const char *key, bool send, struct loa_problem *why);

/* How many runs of a message are held. */
LOA_MUST_USE enum loa_err msg_held_runs(struct db *db, int64_t message_id, int64_t *out);

#endif
