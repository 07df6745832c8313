/* SPDX-License-Identifier: Apache-2.0 */
/* copy.h - everything of one store into another, between SQLite and PostgreSQL in any direction, in
 * flat memory. The source is read as it is at one moment and stays as it is; others may go on
 * writing to it. The target gets all in one transaction, is compared row by row before the commit,
 * and so holds all or nothing. Blocks for as long as the store is large. */
#ifndef LOA_MESSAGES_STORE_COPY_H
#define LOA_MESSAGES_STORE_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/base/crypto.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

struct store_table_copy {
    const char *table;             /* borrowed during the call */
    int64_t rows;                  /* so far, or in all */
    bool comparing;                /* false: copying */
    bool done;                     /* of this table, in this phase */
    char checksum[LOA_SHA256_HEX]; /* of its rows in key order, the same on both sides; when the
                                       comparing is done */
};
/* After every some thousand rows, and at the end of each table's copying and comparing. */
typedef void (*store_copy_cb)(void *ctx, const struct store_table_copy *t);

/* `from` and `to` are connections of their own, opened with DB_PATIENT and outside a transaction,
 * both at the program's schema version. LOA_EEXIST: the target has rows already. LOA_EPROTO: the
 * comparison found a difference, and nothing is in the target. `each` may be NULL. */
LOA_MUST_USE enum loa_err store_copy(struct db *from, struct db *to, store_copy_cb each, void *ctx,
                                     struct loa_problem *why);

#endif
