/* SPDX-License-Identifier: Apache-2.0 */
/* cleanup.h - what is old is counted and dropped, so that the store does not grow without bound and
 * keeps nobody's data longer than it is needed. Goes in small steps, each of which looks at a
 * bounded number of rows by an index, so that a step in a transaction of its own delays nothing and
 * a crash between two loses nothing. What is unsettled is never dropped: open runs, deliveries in
 * doubt, replies under way, people who wait for a person, occurrences put to staff.
 * Store thread, inside a writing transaction. */
#ifndef LOA_MESSAGES_CLEANUP_H
#define LOA_MESSAGES_CLEANUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

enum msg_cleanup_kind {
    MSG_CLEANUP_DELIVERIES,    /* of finished runs -> delivery_stats */
    MSG_CLEANUP_EVENTS,        /* worked on -> activity_stats */
    MSG_CLEANUP_REPLIES,       /* sent or failed -> activity_stats */
    MSG_CLEANUP_CONVERSATIONS, /* what was talked about last */
    MSG_CLEANUP_QUESTIONS,     /* without an answer -> question_stats */
    MSG_CLEANUP_OCCURRENCES,   /* of schedules; the runs they started stay */
    MSG_CLEANUP_RECEIPTS,      /* that belong to nothing of ours */
    MSG_CLEANUP_REPLAYS,       /* by which a receipt that comes again is known */
    MSG_CLEANUP_OPT_OUTS,      /* that all nodes have heard of; the contact keeps its own */
    MSG_CLEANUP_PORTAL,        /* lines that a visitor's page may still fetch */
    MSG_CLEANUP_CONTACTS,      /* long gone: forgotten; of who said stop a digest stays */
};
enum { MSG_CLEANUP_KINDS = MSG_CLEANUP_CONTACTS + 1 };

const char *msg_cleanup_name(enum msg_cleanup_kind kind); /* "deliveries", ... */

enum msg_activity { MSG_ACTIVITY_EVENT = 1, MSG_ACTIVITY_REPLY = 2 }; /* activity_stats.what */

/* Where a pass over one kind stands; zeroed: at its beginning. */
struct msg_cleanup_place {
    int64_t a, b;
    char text[160];
};

struct msg_cleanup_step {
    enum msg_cleanup_kind kind;
    int64_t before_ms; /* older than this goes */
    int64_t now;
    size_t max;                     /* rows looked at */
    struct msg_cleanup_place place; /* in and out; to be kept only if the transaction is */
    int64_t dropped;                /* out: rows */
    bool over;                      /* out: the pass is at its end */
};
LOA_MUST_USE enum loa_err msg_cleanup_step(struct db *db, struct msg_cleanup_step *s);

/* How many rows would go; reads all that is older. For readers. */
LOA_MUST_USE enum loa_err msg_cleanup_count(struct db *db, enum msg_cleanup_kind kind,
                                            int64_t before_ms, int64_t *out);

/* How many of a run's recipients got it by what the platform says, and how many of these saw it,
 * with those that are only counted by now. */
LOA_MUST_USE enum loa_err msg_delivery_reached(struct db *db, int64_t run_id, int64_t *delivered,
                                               int64_t *seen);

#endif
