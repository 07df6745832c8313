/* SPDX-License-Identifier: Apache-2.0 */
/* anchor.h - the end of the audit log, written down outside the store. The chain of hashes shows
 * a changed row and a hole, but not that its last rows were cut off; a line with the newest number
 * and hash, kept where the database's owner cannot change it, does. One line each:
 * "SEQ HASH TIME WORD". */
#ifndef LOA_MESSAGES_ANCHOR_H
#define LOA_MESSAGES_ANCHOR_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/base/crypto.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

struct msg_anchor {
    int64_t seq; /* 0: the log is empty */
    char hash[LOA_SHA256_HEX];
};

/* The newest row. */
LOA_MUST_USE enum loa_err msg_anchor_read(struct db *db, struct msg_anchor *out);
/* The line, without its end. `word` says what it was taken for, a word without blanks; "restore"
 * has a meaning of its own: numbers from `a->seq` on that stand before it were given up with it. */
enum { MSG_ANCHOR_LINE = 160 };
const char *msg_anchor_line(const struct msg_anchor *a, int64_t now, const char *word,
                            char out[MSG_ANCHOR_LINE]);
/* Adds the line to a file, made with mode 0600 if it is not there, and syncs it. Blocks. */
LOA_MUST_USE enum loa_err msg_anchor_append(const char *file, const struct msg_anchor *a,
                                            int64_t now, const char *word, struct loa_problem *why);

struct msg_anchor_report {
    int64_t lines;    /* compared with the store */
    int64_t given_up; /* rows after a backup that a restore put back; no harm to the chain */
    int64_t bad_seq;  /* the first that does not fit; 0: none */
    bool cut;         /* there is no such row: the end of the log was cut off */
};
/* Compares every line with the store. LOA_EPROTO: *out says where they differ, or the file is not
 * one of anchors (bad_seq 0, `why` tells). LOA_ENOENT: no such file. */
LOA_MUST_USE enum loa_err msg_anchor_check(struct db *db, const char *file,
                                           struct msg_anchor_report *out, struct loa_problem *why);
/* The same for an older state of the store: lines behind its end say nothing about it and count as
 * given up. */
LOA_MUST_USE enum loa_err msg_anchor_check_older(struct db *db, const char *file,
                                                 struct msg_anchor_report *out,
                                                 struct loa_problem *why);

#endif
