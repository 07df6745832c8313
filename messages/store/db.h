/* SPDX-License-Identifier: Apache-2.0 */
/* db.h - a database connection, thin over a driver. All SQL stands once, in the subset that
 * SQLite and PostgreSQL share: $1 parameters, ON CONFLICT, RETURNING, 64-bit integers, times in
 * epoch milliseconds UTC, text. A connection belongs to one thread at a time and every call may
 * block on the disk: never call these on the loop.
 *
 *   struct db_stmt *st;
 *   err = db_query(db, &st, "SELECT id, name FROM users WHERE role = $1", "s", role);
 *   while (!err && db_next(st, &err))
 *       use(db_int(st, 0), db_text(st, 1));
 */
#ifndef LOA_MESSAGES_STORE_DB_H
#define LOA_MESSAGES_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"

struct db;
struct db_stmt;

enum {
    DB_READONLY = 1 << 0, /* never writes; sees the last commit */
    DB_CREATE = 1 << 1,   /* make the database if it is not there */
};

/* `url` is "sqlite:FILE" ("sqlite::memory:" for tests). Caller owns *out, db_close(). */
LOA_MUST_USE enum loa_err db_open(const char *url, unsigned flags, struct db **out,
                                  struct loa_problem *why);
void db_close(struct db *db); /* NULL is fine; rolls back what is open */

/* Runs SQL to its end. `types` has a letter per parameter: 'i' int64_t, 's' const char * (NULL is
 * SQL NULL; copied). `sql` must be a literal: prepared statements are cached by its address.
 * LOA_EEXIST: a unique key is taken. LOA_EIO: the database failed (disk full, busy, gone). */
LOA_MUST_USE enum loa_err db_run(struct db *db, const char *sql, const char *types, ...);
/* Rows that the last db_run() changed. */
int64_t db_changes(const struct db *db);

/* Starts a query; *out is borrowed from the cache. Read all rows or call db_end(). */
LOA_MUST_USE enum loa_err db_query(struct db *db, struct db_stmt **out, const char *sql,
                                   const char *types, ...);
/* True while there is a row. At the end or on failure the statement is reset and, on failure,
 * *err is set. */
bool db_next(struct db_stmt *st, enum loa_err *err);
void db_end(struct db_stmt *st);
int64_t db_int(const struct db_stmt *st, int column);      /* NULL reads as 0 */
const char *db_text(const struct db_stmt *st, int column); /* borrowed till the next step; NULL */

/* First column of the first row. LOA_ENOENT when there is no row. */
LOA_MUST_USE enum loa_err db_get_int(struct db *db, int64_t *out, const char *sql,
                                     const char *types, ...);

/* Statements that are not literals, several at once (migrations). */
LOA_MUST_USE enum loa_err db_exec(struct db *db, const char *sql);

/* Transactions. db_begin() takes the write lock at once. Savepoints may nest inside. */
LOA_MUST_USE enum loa_err db_begin(struct db *db);
LOA_MUST_USE enum loa_err db_commit(struct db *db);
void db_rollback(struct db *db);
LOA_MUST_USE enum loa_err db_savepoint(struct db *db);
LOA_MUST_USE enum loa_err db_release(struct db *db);
void db_rollback_to(struct db *db);

/* The next number of a named sequence, from 1. Inside a transaction only. */
LOA_MUST_USE enum loa_err db_next_id(struct db *db, const char *sequence, int64_t *out);
/* The next n numbers, *first to *first + n - 1, in one step. */
LOA_MUST_USE enum loa_err db_next_ids(struct db *db, const char *sequence, size_t n,
                                      int64_t *first);
/* Changes whenever another connection commits a change. */
LOA_MUST_USE enum loa_err db_version(struct db *db, int64_t *out);
/* The driver's words for the last failure, for the log; never NULL. */
const char *db_message(const struct db *db);

/* Applies the migrations that are missing, each in a transaction. LOA_EPERM when the database is
 * newer than the program. `applied` (may be NULL) counts them. */
LOA_MUST_USE enum loa_err db_migrate(struct db *db, int *applied, struct loa_problem *why);
/* LOA_EPERM: newer than the program; LOA_ENOENT: older, run `loa migrate`. */
LOA_MUST_USE enum loa_err db_check_schema(struct db *db, struct loa_problem *why);

#endif
