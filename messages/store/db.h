/* SPDX-License-Identifier: Apache-2.0 */
/* db.h - a database connection, thin over a driver. All SQL stands once, in the subset that
 * SQLite and PostgreSQL share: $1 parameters, ON CONFLICT, RETURNING, 64-bit integers, times in
 * epoch milliseconds UTC, text. What only one of them understands stands in an SQL comment that
 * starts with its name, which its driver opens and the other's leaves shut: "postgres FOR UPDATE",
 * "sqlite WITHOUT ROWID". A connection belongs to one thread at a time and every call may block on
 * the disk or the network: never call these on the loop.
 *
 *   struct db_stmt *st;
 *   err = db_query(db, &st, "SELECT id, name FROM users WHERE role = $1", "s", role);
 *   while (!err && db_next(st, &err))
 *       use(db_int(st, 0), db_text(st, 1));
 *
 * A statement that fails inside a transaction ends it on PostgreSQL: nothing but a rollback (or one
 * to a savepoint) works after it. So nothing is "tried": ON CONFLICT DO NOTHING and db_changes().
 * Other processes write at the same time there (READ COMMITTED), so what is read to decide a write
 * is read FOR UPDATE or behind db_lock(). */
#ifndef LOA_MESSAGES_STORE_DB_H
#define LOA_MESSAGES_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"

struct db;
struct db_stmt;
struct db_rows;

enum {
    DB_READONLY = 1 << 0, /* never writes; sees the last commit */
    DB_CREATE = 1 << 1,   /* make the database if it is not there (SQLite's file only) */
    DB_NOTIFY = 1 << 2,   /* every commit tells the others, as db_notify() does */
    DB_PATIENT = 1 << 3,  /* no time limit on statements and locks: copies, long reports */
    DB_PROMPT = 1 << 4,   /* others wait for it: gives a server up that says nothing for seconds */
};

/* `url` is "sqlite:FILE" ("sqlite::memory:" for tests) or "postgresql://..." as libpq takes it,
 * with several hosts and target_session_attrs. Caller owns *out, db_close(). */
LOA_MUST_USE enum loa_err db_open(const char *url, unsigned flags, struct db **out,
                                  struct loa_problem *why);
void db_close(struct db *db); /* NULL is fine; rolls back what is open */
/* Is it an address at all? Connects to nothing. LOA_EINVAL: `why` repeats nothing of it, as a
 * password with the wrong characters in it is most often the cause. */
LOA_MUST_USE enum loa_err db_check_url(const char *url, struct loa_problem *why);

/* Runs SQL to its end. `types` has a letter per parameter: 'i' int64_t, 's' const char * (NULL is
 * SQL NULL; copied; bytes that are not UTF-8 become U+FFFD). `sql` must be a literal, always with
 * the same types: prepared statements are cached by its address.
 * LOA_EEXIST: a unique key is taken. LOA_EINVAL: another constraint. LOA_EIO: the database failed
 * (disk full, busy, gone). */
LOA_MUST_USE enum loa_err db_run(struct db *db, const char *sql, const char *types, ...);
/* Rows that the last db_run() changed. */
int64_t db_changes(const struct db *db);
/* As db_run(), for a statement whose result nobody needs at once: on PostgreSQL it travels with the
 * next one that is waited for, and so costs no round trip. What it changed is not told, and a
 * failure shows at that next one, at db_settle() or at the commit. */
LOA_MUST_USE enum loa_err db_run_lazy(struct db *db, const char *sql, const char *types, ...);
/* Waits for what db_run_lazy() left under way. */
LOA_MUST_USE enum loa_err db_settle(struct db *db);

/* Starts a query; *out is borrowed from the cache. Read all rows or call db_end(). The whole result
 * is fetched on PostgreSQL: db_scan() is for what may be large. */
LOA_MUST_USE enum loa_err db_query(struct db *db, struct db_stmt **out, const char *sql,
                                   const char *types, ...);
/* True while there is a row. At the end or on failure the statement is reset and, on failure,
 * *err is set. */
bool db_next(struct db_stmt *st, enum loa_err *err);
void db_end(struct db_stmt *st);
/* A query of any size in flat memory: fetched in pieces on PostgreSQL, which keeps one snapshot for
 * it (and, outside a transaction, one of its own open until the last row or db_end()). A literal
 * belongs either here or to db_query(). */
LOA_MUST_USE enum loa_err db_scan(struct db *db, struct db_stmt **out, const char *sql,
                                  const char *types, ...);
int64_t db_int(const struct db_stmt *st, int column);      /* NULL reads as 0 */
const char *db_text(const struct db_stmt *st, int column); /* borrowed till the next step; NULL */

bool db_is_null(const struct db_stmt *st, int column);

/* First column of the first row. LOA_ENOENT when there is no row. */
LOA_MUST_USE enum loa_err db_get_int(struct db *db, int64_t *out, const char *sql,
                                     const char *types, ...);

/* Many rows for one statement: an INSERT with one VALUES list goes to PostgreSQL as one statement
 * whatever their number, anything else as one batch; SQLite runs it row by row. What follows the
 * VALUES list of an INSERT has no parameters (excluded.x serves). Hand over some thousands at most.
 *
 *   rows = db_rows_new("iis");
 *   db_rows_add(rows, run, contact, "id");
 *   err = db_run_many(db, "INSERT INTO t (a, b, c) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
 *                     rows, &changed); */
struct db_rows *db_rows_new(const char *types); /* caller owns, db_rows_free() */
void db_rows_free(struct db_rows *rows);        /* NULL is fine */
void db_rows_reset(struct db_rows *rows);       /* no rows; keeps the memory */
void db_rows_add(struct db_rows *rows, ...);    /* a value a letter; texts are copied */
/* A row that was read, as many columns as there are letters. */
void db_rows_add_row(struct db_rows *rows, const struct db_stmt *st);
size_t db_rows_count(const struct db_rows *rows);
/* *changed (may be NULL): rows that were changed in all. */
LOA_MUST_USE enum loa_err db_run_many(struct db *db, const char *sql, const struct db_rows *rows,
                                      int64_t *changed);

/* For SQL that is not a literal: before its text is freed, so that another text at the same address
 * is not taken for it. */
void db_forget(struct db *db, const char *sql);

/* Statements that are not literals, several at once (migrations). */
LOA_MUST_USE enum loa_err db_exec(struct db *db, const char *sql);

/* Transactions. db_begin() takes SQLite's write lock at once. Savepoints may nest inside. A commit
 * that fails with LOA_EIO may have happened: the answer was lost. */
LOA_MUST_USE enum loa_err db_begin(struct db *db);
LOA_MUST_USE enum loa_err db_commit(struct db *db);
void db_rollback(struct db *db);
/* A transaction that only reads, all of it as things are now. Ends with db_commit(). */
LOA_MUST_USE enum loa_err db_begin_snapshot(struct db *db);
LOA_MUST_USE enum loa_err db_savepoint(struct db *db);
LOA_MUST_USE enum loa_err db_release(struct db *db);
void db_rollback_to(struct db *db);

/* Holds a lock of that name until the transaction ends: one process at a time. SQLite's writers
 * are alone anyway. */
LOA_MUST_USE enum loa_err db_lock(struct db *db, const char *name);
/* The next number of a named sequence (lower-case letters), from 1. Inside a transaction only.
 * On PostgreSQL other processes draw from it too: numbers are unique and rise, but have gaps, and
 * a lower one may be committed after a higher one. */
LOA_MUST_USE enum loa_err db_next_id(struct db *db, const char *sequence, int64_t *out);
/* The next n numbers, *first to *first + n - 1, in one step. */
LOA_MUST_USE enum loa_err db_next_ids(struct db *db, const char *sequence, size_t n,
                                      int64_t *first);
/* Counts a named counter (a row of `counters`) up, for numbers that must have no gaps: holds its
 * row until the transaction ends. */
LOA_MUST_USE enum loa_err db_count_up(struct db *db, const char *counter, int64_t *out);

/* All sequences and counters, and what they stand at. */
typedef void (*db_number_cb)(void *ctx, const char *name, int64_t value);
LOA_MUST_USE enum loa_err db_numbers(struct db *db, db_number_cb each, void *ctx);
/* Sets one that another store had. */
LOA_MUST_USE enum loa_err db_number_set(struct db *db, const char *name, int64_t value);

/* The database's clock, epoch milliseconds: the same for all processes that share it. The demo
 * clock does not reach it. */
LOA_MUST_USE enum loa_err db_now(struct db *db, int64_t *ms);

/* Changes whenever another connection committed something to be told: on SQLite every commit, on
 * PostgreSQL those with db_notify() or DB_NOTIFY. Changes after a lost connection as well. */
LOA_MUST_USE enum loa_err db_version(struct db *db, int64_t *out);
/* Inside a writing transaction: its commit changes the others' db_version() soon. On PostgreSQL
 * such commits queue behind one another, so this is for people's changes, not for deliveries. */
LOA_MUST_USE enum loa_err db_notify(struct db *db);

/* False while the connection is lost. Never blocks: each call carries the reconnecting on, which
 * goes on in the background with a growing pause; call it between transactions, some times a
 * second, until it is true. Statements meanwhile fail with LOA_EIO at once. */
bool db_alive(struct db *db);
/* How often a lost connection was made anew. */
uint64_t db_reconnects(const struct db *db);
bool db_is_postgres(const struct db *db);

/* The driver's words for the last failure, for the log; never NULL. */
const char *db_message(const struct db *db);

/* Applies the migrations that are missing, each in a transaction; several processes may do so at
 * once. LOA_EPERM when the database is newer than the program. `applied` (may be NULL) counts
 * them. */
LOA_MUST_USE enum loa_err db_migrate(struct db *db, int *applied, struct loa_problem *why);
/* LOA_EPERM: newer than the program; LOA_ENOENT: older, run `loa migrate`. */
LOA_MUST_USE enum loa_err db_check_schema(struct db *db, struct loa_problem *why);

#endif
