/* SPDX-License-Identifier: Apache-2.0 */
/* inbound.h - what people and platforms told us, kept before it is acknowledged and worked on
 * once; and the replies that go back. Store thread, inside a writing transaction. */
#ifndef LOA_MESSAGES_INBOUND_H
#define LOA_MESSAGES_INBOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/doubt.h"
#include "messages/store/db.h"

/* Keeps an event. LOA_EEXIST: it is there already (a replay). `open`: work on it is still to be
 * done, msg_inbound_done() ends it; `taken` is the fence of the lease under which it is worked on
 * at once, 0 to leave it to whoever has the lease. */
LOA_MUST_USE enum loa_err msg_inbound_add(struct db *db, int64_t account, const char *key,
                                          const char *event, bool open, int64_t taken, int64_t now,
                                          int64_t *seq);
/* The same in two steps, for many at once: n numbers, the first in *first; then each event. */
LOA_MUST_USE enum loa_err msg_inbound_reserve(struct db *db, size_t n, int64_t *first);
LOA_MUST_USE enum loa_err msg_inbound_put(struct db *db, int64_t seq, int64_t account,
                                          const char *key, const char *event, bool open,
                                          int64_t taken, int64_t now);
/* The event keeps this person's words: they are wiped when he asks to be forgotten. */
LOA_MUST_USE enum loa_err msg_inbound_of(struct db *db, int64_t seq, int64_t contact);
/* Its words go, the key stays: a replay is known by it. */
LOA_MUST_USE enum loa_err msg_inbound_wipe(struct db *db, int64_t seq);
/* LOA_ENOENT: somebody was faster. */
LOA_MUST_USE enum loa_err msg_inbound_done(struct db *db, int64_t seq);

struct msg_inbound {
    int64_t seq, account;
    char *event;
};
/* Takes open events of an account that nobody took under this fence, oldest first, at most `max`.
 * Caller owns *out (array of *n, free each event). */
LOA_MUST_USE enum loa_err msg_inbound_take(struct db *db, int64_t account, int64_t fence,
                                           size_t max, struct msg_inbound **out, size_t *n);

enum msg_reply_state {
    MSG_REPLY_WAITING = 0,
    MSG_REPLY_HANDED = 1, /* given to the platform, outcome not known yet */
    MSG_REPLY_SENT = 2,
    MSG_REPLY_FAILED = 3,
    MSG_REPLY_DOUBT = 4,
};

/* The lanes of what answers the person's words, by the bot and by a person of the staff; who asks
 * gets one even after an opt-out. All others are unasked. */
enum { MSG_REPLY_ANSWER = 0, MSG_REPLY_HUMAN = 3 };
bool msg_reply_is_asked(int lane);

struct msg_reply {
    int64_t id, account, contact;
    int lane;      /* enum channel_lane, as its number */
    char *content; /* JSON text of a msg_content */
    char *remote;  /* the person's id on the platform; filled by msg_reply_open() */
    enum msg_reply_state state;
    int attempts;
    int64_t due_ms, at_ms;
    int64_t created_ms; /* filled by msg_reply_open() */
};
void msg_reply_release(struct msg_reply *r);

/* Notes a reply as handed over, since that is what happens next. Fills r->id. */
LOA_MUST_USE enum loa_err msg_reply_add(struct db *db, struct msg_reply *r, int64_t now);
/* Once an echo said SENT, only SENT is taken. */
LOA_MUST_USE enum loa_err msg_reply_set(struct db *db, int64_t id, enum msg_reply_state state,
                                        int code, const char *remote_id, int64_t due_ms,
                                        int64_t now);
/* It was handed over and nobody knows what became of it; looked at again at due_ms. If its echo
 * came before, it is SENT. */
LOA_MUST_USE enum loa_err msg_reply_doubt(struct db *db, int64_t id, enum msg_doubt_cause cause,
                                          int code, int64_t due_ms, int64_t now);
/* Before one in doubt is sent again: has its echo come meanwhile, on another node and while the
 * doubt was being noted? Then it is SENT. */
LOA_MUST_USE enum loa_err msg_reply_hear(struct db *db, const struct msg_reply *r, int64_t since_ms,
                                         int64_t now, bool *heard);
/* The person said stop before it went: it fails with MSG_REPLY_OPTED_OUT, unless an earlier try of
 * it is in doubt, which it stays. */
enum { MSG_REPLY_OPTED_OUT = -1 };
LOA_MUST_USE enum loa_err msg_reply_leave_out(struct db *db, int64_t id, int64_t now);
/* Its doubt is looked at again at due_ms. */
LOA_MUST_USE enum loa_err msg_reply_postpone(struct db *db, int64_t id, int64_t due_ms);
/* When an account is taken over: what was handed over without an outcome is in doubt. Counts them.
 */
LOA_MUST_USE enum loa_err msg_reply_recover(struct db *db, int64_t account, int64_t now,
                                            int64_t *doubtful);
/* Replies that wait (or are in doubt) and are due, oldest first; not those of paused accounts; of
 * the accounts whose lease a node's session has, or (0) of all. Caller owns *out. */
LOA_MUST_USE enum loa_err msg_reply_open(struct db *db, int64_t session, int64_t now, size_t max,
                                         struct msg_reply **out, size_t *n);
/* An echo or receipt for a reply: by our own id (from the ref), else by the platform's, else it
 * settles the person's newest doubt, unless a reply is on its way that it may belong to.
 * LOA_ENOENT: none. */
LOA_MUST_USE enum loa_err msg_reply_receipt(struct db *db, int64_t account, int64_t contact,
                                            int64_t reply_id, const char *remote_id, int64_t now);

#endif
