/* SPDX-License-Identifier: Apache-2.0 */
/* reach.h - how many of an account's contacts a message could be sent to, and why not to the
 * others: counted by the database in slices, so that memory is flat and a reader thread is never
 * held for long, whatever the audience. Judges as the claim of a run does (run_claim.c). Knows no
 * channel: windows are passed in. Any database thread; reads only. */
#ifndef LOA_MESSAGES_REACH_H
#define LOA_MESSAGES_REACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/run.h"
#include "messages/store/db.h"

enum { MSG_REACH_HOURS = 168, MSG_REACH_SLICE = 50000 };

/* The counts of one audience; `audience` is set by the caller, the rest zeroed. */
struct msg_reach {
    const struct msg_audience *audience; /* borrowed; NULL: everybody */
    int64_t people;                      /* in the audience */
    /* Of these, nothing is sent to: */
    int64_t unsubscribed, opted_out, blocked, invalid, erased;
    int64_t writable; /* the others: only time may stand against */
    /* Of the writable, at the moment asked for: whose last word is younger than the short age, and
     * whose is younger than the long one but not the short one. */
    int64_t fresh, recent;
    int64_t
        hours[MSG_REACH_HOURS]; /* writable by the age of their last word at base_ms, in hours */
};

struct msg_reach_scan {
    int64_t account_id;
    int64_t last_id;           /* contacts up to this id; 0: all */
    int64_t at_ms;             /* the moment asked for */
    int64_t short_ms, long_ms; /* ages; 0: nobody is that young. short_ms <= long_ms */
    int64_t base_ms;           /* of `hours`; not before now */
    struct msg_reach *reach;   /* one for each audience that is counted in this pass */
    size_t n;
    /* Out. */
    int64_t cursor;    /* 0 at the start: where the next slice begins */
    int64_t followers; /* all who follow, in any audience, opted out or not */
    bool done;
};

/* Counts the next `rows` contacts; `done` is set after the last. Call until then. */
LOA_MUST_USE enum loa_err msg_reach_slice(struct db *db, struct msg_reach_scan *scan, int64_t rows);
LOA_MUST_USE enum loa_err msg_reach_count(struct db *db, struct msg_reach_scan *scan);

/* Writable people whose last word is younger than `age_ms` (at most MSG_REACH_HOURS hours) at a
 * moment not before base_ms, if nobody writes meanwhile. Exact on whole hours from base_ms on; in
 * between, who is within his last hour counts as older. */
int64_t msg_reach_younger(const struct msg_reach *r, int64_t base_ms, int64_t at_ms,
                          int64_t age_ms);

#endif
