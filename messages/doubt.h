/* SPDX-License-Identifier: Apache-2.0 */
/* doubt.h - what is in doubt: a request went out and nobody knows whether the platform acted on
 * it. Each such delivery (a public post is that of contact 0) or reply has a row here as long as
 * the doubt lasts: since when, why, what was done about it. It is settled by what the platform
 * tells (receipt.c), by a look at the platform, by the message's policy, or by staff
 * (doubt_staff.c). Store thread, inside a writing transaction. */
#ifndef LOA_MESSAGES_DOUBT_H
#define LOA_MESSAGES_DOUBT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/run.h"
#include "messages/store/db.h"

/* Why the outcome is not known; the numbers are in the store, also as the code of a delivery in
 * doubt. */
enum msg_doubt_cause {
    MSG_DOUBT_NONE = 0,
    MSG_DOUBT_CRASH = 1,    /* the program ended before the outcome was stored */
    MSG_DOUBT_TIMEOUT = 2,  /* no answer in time, and bytes had left */
    MSG_DOUBT_LOST = 3,     /* the connection ended before a whole answer */
    MSG_DOUBT_GATEWAY = 4,  /* a gateway stood between and lost the platform's answer */
    MSG_DOUBT_ANSWER = 5,   /* there was an answer, and it makes no sense */
    MSG_DOUBT_PLATFORM = 6, /* the platform says itself that it does not know */
    MSG_DOUBT_LOOK = 7,     /* a post that could not be found and not be ruled out */
    MSG_DOUBT_RESTORE = 8,  /* what was known of it is lost with the store that was restored */
};
enum {
    MSG_DOUBT_CAUSES = 9,
    MSG_DOUBT_REPLY_LIFE_MS = 86400000, /* an answer that comes later than this is none */
};

/* A short word for machines ("timeout"), and one for staff. */
const char *msg_doubt_cause_name(enum msg_doubt_cause cause);
const char *msg_doubt_cause_text(enum msg_doubt_cause cause);

enum msg_doubt_kind { MSG_DOUBT_DELIVERY = 1, MSG_DOUBT_REPLY = 2 };

/* What a look at the platform said. */
enum msg_doubt_look { MSG_DOUBT_UNSEEN = 0, MSG_DOUBT_UNSURE = 1, MSG_DOUBT_ABSENT = 2 };

struct msg_doubt {
    enum msg_doubt_kind kind;
    int64_t item; /* run, or reply */
    int64_t contact, account;
    int64_t since_ms; /* when the request went out, at the earliest */
    enum msg_doubt_cause cause;
    int code; /* the platform's, or HTTP's; 0: none */
};

/* Notes a doubt at `now`; one that was there already was sent again and is in doubt again. */
LOA_MUST_USE enum loa_err msg_doubt_note(struct db *db, const struct msg_doubt *d, int64_t now);
/* The same for many at once, each another's: rows to fill (db_rows_free), and noted together. */
struct db_rows *msg_doubt_rows(void);
void msg_doubt_rows_add(struct db_rows *rows, const struct msg_doubt *d, int64_t now);
LOA_MUST_USE enum loa_err msg_doubt_note_many(struct db *db, const struct db_rows *rows);
LOA_MUST_USE enum loa_err msg_doubt_clear(struct db *db, enum msg_doubt_kind kind, int64_t item,
                                          int64_t contact);
/* What was taken to be sent again did not leave: the doubt stays as it was; `again`: it still
 * waits to be sent. */
LOA_MUST_USE enum loa_err msg_doubt_back(struct db *db, int64_t run_id, int64_t contact,
                                         bool again);

/* When may a doubt be sent again? Not before it is ripe, as an echo may still be on its way: after
 * wait_ms, and after three times as long as we were not there to hear it, because platforms come
 * again ever more rarely. Then if the message says so (once), or if silence is proof. Those that
 * staff want sent again go at once. */
struct msg_doubt_rules {
    int64_t now, wait_ms;
    int64_t last_echo_ms; /* doubts from before it are proved by silence; 0: none are */
    bool resend;          /* the message's policy */
};
/* Takes those of a run that may go now, at most `max`, to people who still want it, and none after
 * the run's deadline. Until their outcome, which `replaces` a doubt, they count as being sent. */
LOA_MUST_USE enum loa_err msg_doubt_take(struct db *db, const struct msg_run *r,
                                         const struct msg_doubt_rules *rules, size_t max,
                                         struct msg_targets *out);
/* Settles those of a run whose echo came early and turned out to be no other message's. */
LOA_MUST_USE enum loa_err msg_doubt_hear(struct db *db, const struct msg_run *r, int64_t now);
/* When the next one of a run gets ripe after `now`; 0: all are. */
LOA_MUST_USE enum loa_err msg_doubt_ripe(struct db *db, int64_t run_id, int64_t wait_ms,
                                         int64_t now, int64_t *next_ms);
/* At start (or when an account is taken over; 0: all): what was being sent again, or had waited
 * for later, and has no outcome. */
LOA_MUST_USE enum loa_err msg_doubt_recover(struct db *db, int64_t account, int64_t now);
/* After a restore: what is in doubt was perhaps settled, or sent again, by the store that is lost,
 * so no silence is proof and no policy holds; staff decide. */
LOA_MUST_USE enum loa_err msg_doubt_restored(struct db *db, int64_t now);

#endif
