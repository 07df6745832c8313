/* SPDX-License-Identifier: Apache-2.0 */
/* contacts_file.h - contacts from CSV, streamed: a million rows cost no more memory than one.
 * Header: any of id,name,subscribed,last_seen,topics,district; id must be there. */
#ifndef LOA_MESSAGES_CONTACTS_FILE_H
#define LOA_MESSAGES_CONTACTS_FILE_H

#include <stdio.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

struct msg_contacts_counts {
    int64_t rows; /* taken in */
};

/* Reads to the end of `f`, a piece at a time with a transaction of its own, so that others may
 * write between, however slowly `f` comes. Not inside a transaction. Never undoes an opt-out.
 * LOA_EINVAL: `why` names the line; the rows before it, as counted, may be in already, and
 * importing the mended file again does no harm. */
LOA_MUST_USE enum loa_err msg_contacts_import(struct db *db, const struct msg_actor *who,
                                              int64_t now, int64_t account, FILE *f,
                                              struct msg_contacts_counts *counts,
                                              struct loa_problem *why);

#endif
