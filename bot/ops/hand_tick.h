/* SPDX-License-Identifier: Apache-2.0 */
/* hand_tick.h - ticking a public post off that a person put out by hand (messages/handpost.h), or
 * taking the tick back. */
#ifndef LOA_BOT_OPS_HAND_TICK_H
#define LOA_BOT_OPS_HAND_TICK_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

struct ops_hand_tick {
    int64_t id;
    const char *account, *day; /* day as bot_occurrence_find(); NULL */
    const char *url, *note;    /* where it is, what to know; NULL */
    bool undo, approvals;
    int64_t due_ms; /* out: of the occurrence */
};

bool ops_hand_url_ok(const char *url);
bool ops_hand_note_ok(const char *note);
/* Store thread, inside a writing transaction. Errors as msg_handpost_done(), msg_handpost_undo();
 * LOA_EPERM also where the message has no public post on that account. */
LOA_MUST_USE enum loa_err ops_hand_tick(struct db *db, const struct msg_actor *who, int64_t now,
                                        struct ops_hand_tick *wish, struct loa_problem *why);

#endif
