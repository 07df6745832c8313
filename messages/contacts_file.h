/* SPDX-License-Identifier: Apache-2.0 */
/* contacts_file.h - contacts from CSV, streamed: a million rows cost no more memory than one.
 * Header: any of id,name,subscribed,last_seen,topics,district; id must be there. */
#ifndef LOA_MESSAGES_CONTACTS_FILE_H
#define LOA_MESSAGES_CONTACTS_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/faults.h"
#include "messages/store/db.h"

struct msg_contacts_counts {
    int64_t rows; /* taken in */
};

/* Reads `f` twice: first all of it is checked and what is wrong noted in `faults` (starts empty),
 * then, if nothing is or `skip_bad` is set and the file can be read to its end, the right rows are
 * taken in, a piece at a time with a transaction of its own, so that others may write between. A
 * file that cannot be read twice (a pipe) is first copied to a temporary one. Not inside a
 * transaction. Never undoes an opt-out.
 * LOA_EINVAL: `faults` tells, nothing was taken in. LOA_EIO: `why` tells; what was counted is in,
 * and importing the file again does no harm. */
LOA_MUST_USE enum loa_err msg_contacts_import(struct db *db, const struct msg_actor *who,
                                              int64_t now, int64_t account, FILE *f, bool skip_bad,
                                              struct msg_contacts_counts *counts,
                                              struct msg_faults *faults, struct loa_problem *why);

#endif
