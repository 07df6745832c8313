/* SPDX-License-Identifier: Apache-2.0 */
/* portal.h - what was said to visitors of the portal page. There is no platform between: a line in
 * the store is the delivery, made in the transaction that settles the reply, so it is neither lost
 * nor there twice. Store thread. */
#ifndef LOA_MESSAGES_PORTAL_H
#define LOA_MESSAGES_PORTAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

/* So long a visitor's page finds what it missed; the conversation's cookie lives no longer. */
#define MSG_PORTAL_LIFE_MS ((int64_t)86400000)

struct msg_portal_line {
    int64_t id; /* out; rises within an account */
    int64_t account, contact;
    int64_t reply; /* 0: the last word to somebody erased, which belongs to nobody */
    char *visitor; /* as the contact's remote id */
    char *body;    /* JSON, in one line */
    bool by_staff; /* out: a person wrote it */
    int64_t at_ms;
};
void msg_portal_lines_free(struct msg_portal_line *lines, size_t n);

/* Delivers a reply: keeps its line (borrowed) and notes the reply as sent. May be done again; if
 * the reply was taken back or erased meanwhile, nothing is kept. Inside a writing transaction that
 * is fenced by the account's lease. */
LOA_MUST_USE enum loa_err msg_portal_deliver(struct db *db, const struct msg_portal_line *l);
/* Lines of an account after a number, oldest first, at most `max`; of one visitor, or (NULL) of
 * all. Caller owns *out, msg_portal_lines_free(). */
LOA_MUST_USE enum loa_err msg_portal_after(struct db *db, int64_t account, const char *visitor,
                                           int64_t after, size_t max, struct msg_portal_line **out,
                                           size_t *n);
/* The greatest number of an account's lines; 0: there are none. */
LOA_MUST_USE enum loa_err msg_portal_last(struct db *db, int64_t account, int64_t *out);

#endif
