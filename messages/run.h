/* SPDX-License-Identifier: Apache-2.0 */
/* run.h - one occurrence of one message on one account by one way. Recipients are not copied into a
 * queue: a run walks the account's contacts in key order and claims a window (run_claim.c); what
 * became of each is in delivery.h. Store thread, inside a writing transaction. */
#ifndef LOA_MESSAGES_RUN_H
#define LOA_MESSAGES_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/catalog.h"
#include "messages/store/db.h"

enum msg_run_state {
    MSG_RUN_WAITING,
    MSG_RUN_SENDING,
    MSG_RUN_DONE,
    MSG_RUN_CANCELLED,
    MSG_RUN_HELD, /* open, but nobody works it until staff decide (held.h) */
};

/* How a recipient ended; the numbers are in the store. */
enum msg_delivery_state {
    MSG_DELIVERY_SENT = 1,
    MSG_DELIVERY_FAILED = 2,
    MSG_DELIVERY_SKIPPED = 3,
    MSG_DELIVERY_DOUBT = 4,
    MSG_DELIVERY_DELIVERED = 5,
    MSG_DELIVERY_SEEN = 6,
    MSG_DELIVERY_LATER = 7, /* waits until at_ms */
};

/* Codes of MSG_DELIVERY_SKIPPED. */
enum msg_skip {
    MSG_SKIP_NONE = 0,
    MSG_SKIP_UNSUBSCRIBED = 1,
    MSG_SKIP_WINDOW = 2, /* outside the platform's reply window */
    MSG_SKIP_BLOCKED = 3,
    MSG_SKIP_INVALID = 4,
    MSG_SKIP_EXPIRED = 5, /* the message became useless before its turn */
    MSG_SKIP_CANCELLED = 6,
    MSG_SKIP_CAP = 7, /* followers have had all the posts that the platform allows */
    MSG_SKIPS,
};

struct msg_audience {
    struct msg_list topics, districts; /* empty: everybody */
};

struct msg_run {
    int64_t id, message_id, due_ms, account_id;
    int way; /* enum channel_way of channels/, kept as its number */
    enum msg_run_state state;
    char *content; /* the rendered content as JSON text */
    struct msg_audience audience;
    bool urgent, resend_doubtful;
    int64_t deadline_ms; /* after it nothing more is sent */
    int64_t cursor_id, last_id;
    int64_t sent, failed, skipped, in_doubt;
    char *flow_state, *error;
    int64_t created_ms, finished_ms;
    /* Filled by msg_run_load_open(): of its message; and whether staff want doubts sent again. */
    char message_state[12];
    bool asked;
    bool post_again; /* staff want a post in doubt made again, unless it is found */
};

void msg_run_release(struct msg_run *r);

/* LOA_EEXIST: this occurrence has its run on this account already. last_id is fixed here: who
 * follows later is not part of it. Fills r->id. */
LOA_MUST_USE enum loa_err msg_run_create(struct db *db, struct msg_run *r, int64_t now);
/* All runs that are not finished (nor held), by due time; of the accounts whose lease a node's
 * session has, or (0) of all. Caller owns *out (array of *n). */
LOA_MUST_USE enum loa_err msg_run_load_open(struct db *db, int64_t session, struct msg_run **out,
                                            size_t *n);

/* A recipient of a claimed window. */
struct msg_target {
    int64_t contact_id;
    int64_t last_seen_ms;
    enum msg_skip skip;           /* not NONE: only to be recorded */
    const char *remote_id, *name; /* the window's; name may be NULL */
};
struct msg_targets {
    struct msg_target *items;
    size_t n;
    struct msg_texts *texts;   /* what the targets' texts stand in */
    int64_t first_id, last_id; /* key range of the window; last_id 0: the run is at its end */
};
void msg_targets_release(struct msg_targets *t);

/* Claims the next window of at most `max` contacts: moves the cursor and notes the window, so that
 * after a crash its contacts without an outcome are known to be in doubt. Contacts outside the
 * audience are passed over, some thousands a claim at most: with a rare audience `out` may be empty
 * before the run is at its end. `after` is where the caller knows the cursor to be: if it is
 * further on, an earlier claim was stored although its commit seemed to fail, and is taken up
 * again. */
LOA_MUST_USE enum loa_err msg_run_claim(struct db *db, int64_t run_id, int64_t account_id,
                                        const struct msg_audience *audience, int64_t after,
                                        size_t max, int64_t now, struct msg_targets *out);

LOA_MUST_USE enum loa_err msg_run_window_done(struct db *db, int64_t run_id, int64_t first_id);

/* When an account is taken over: contacts of its open windows without an outcome become in doubt.
 * Counts them. */
LOA_MUST_USE enum loa_err msg_run_recover(struct db *db, int64_t account_id, int64_t now,
                                          int64_t *doubtful);

/* The same of one window, if it is there (still): its contacts without an outcome are in doubt. */
LOA_MUST_USE enum loa_err msg_run_recover_window(struct db *db, int64_t run_id, int64_t first_id,
                                                 int64_t now, int64_t *windows);

LOA_MUST_USE enum loa_err msg_run_state_set(struct db *db, int64_t run_id, enum msg_run_state state,
                                            const char *error, int64_t now);
/* Stands at the end of a stored flow state while a request is on its way that must not happen
 * twice. */
enum { MSG_RUN_FLOW_MARK = '!' };
/* Where a post's flow is. `posting`: its next request makes the post, so what staff decided about
 * an earlier doubt is used up. LOA_ENOENT: the run is over, by somebody else's doing: nothing more
 * may be sent for it. */
LOA_MUST_USE enum loa_err msg_run_flow_save(struct db *db, int64_t run_id, const char *state,
                                            bool posting);

const char *msg_run_state_name(enum msg_run_state s);

#endif
