/* SPDX-License-Identifier: Apache-2.0 */
/* tables.h - which tables and columns the program's migrations make, read from the migrations
 * themselves (applied to an empty database in memory), so that no list can fall behind them. */
#ifndef LOA_MESSAGES_STORE_TABLES_H
#define LOA_MESSAGES_STORE_TABLES_H

#include <stddef.h>

#include "messages/base/err.h"

struct store_column {
    char *name;
    char type; /* 'i' BIGINT, 's' TEXT, as in db.h */
    int key;   /* its place in the primary key from 1; 0: not in it */
};
struct store_table {
    char *name;
    struct store_column *columns;
    size_t n;
};
struct store_tables {
    struct store_table *items; /* tables before those that refer to them */
    size_t n;
};

/* Without the table that counts the migrations. Caller ends it with store_tables_release(). */
LOA_MUST_USE enum loa_err store_tables_read(struct store_tables *out);
void store_tables_release(struct store_tables *t);

#endif
