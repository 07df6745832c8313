/* SPDX-License-Identifier: Apache-2.0 */
/* db_pg.h - the parts of the PostgreSQL driver among themselves.
 *
 * The connection is always in libpq's pipeline mode and never blocks in libpq: what nobody waits
 * for (BEGIN, SAVEPOINT, RELEASE, PREPARE, lazy statements) stands in libpq's buffer until a
 * statement is waited for; then a Sync goes behind it and all results are read in order.
 *
 *   db_postgres.c   the driver's table, transactions, sequences, notifications
 *   db_pg_conn.c    connecting, losing the connection, connecting again in the background
 *   db_pg_wire.c    sending, waiting, results, errors
 *   db_pg_stmt.c    prepared statements, parameters, rows
 *   db_pg_many.c    many rows as one INSERT */
#ifndef LOA_MESSAGES_STORE_DB_PG_H
#define LOA_MESSAGES_STORE_DB_PG_H

#include <libpq-fe.h>

#include "messages/store/db_driver.h"

enum {
    PG_SLOTS = 512,       /* prepared statements */
    PG_PENDING_MAX = 256, /* commands under way before they are waited for */
    PG_PARAMS_MAX = 64,
    PG_INT8 = 20, /* types' numbers in pg_type, the same in every version */
    PG_TEXT = 25,
    PG_INT8_ARRAY = 1016,
    PG_TEXT_ARRAY = 1009,
    PG_FETCH_ROWS = 1000, /* a piece of a scan */
};

struct pg_connector;

struct pg_stmt {
    struct db_stmt base;
    char *sql; /* in this dialect */
    char name[24];
    Oid types[PG_PARAMS_MAX];
    int n;
    bool spread; /* many rows in one: its parameters are arrays */
    bool scan;   /* declares a cursor, of the statement's name */
    bool open;   /* the cursor is there */
    bool own;    /* in a transaction that was begun for it */
    enum { PG_NEW, PG_SENT, PG_READY } state;
    PGresult *result;
    int row;
};

/* A command whose result was not read yet. */
struct pg_pending {
    struct pg_stmt *prepares; /* NULL: something else */
};

struct pg_db {
    struct db base;
    PGconn *conn; /* NULL while the connection is lost */
    char *url;
    unsigned flags;
    const char *keys[PG_SLOTS]; /* addresses of the literals */
    struct pg_stmt *stmts[PG_SLOTS];
    unsigned names; /* given so far */
    struct pg_pending pending[PG_PENDING_MAX];
    size_t n_pending;
    bool risky; /* a lazy statement of a caller's is under way */
    bool in_transaction, notify;
    const char *begin; /* the statement that waits to open the transaction, or NULL */
    int64_t wait_ms;   /* -1: for ever */
    int64_t changes, changes_in_all;
    char message[512];
    /* parameters of the statement that is being bound */
    const char *values[PG_PARAMS_MAX];
    int lengths[PG_PARAMS_MAX], formats[PG_PARAMS_MAX];
    char *texts[PG_PARAMS_MAX]; /* owned copies */
    char numbers[PG_PARAMS_MAX][24];
    /* sequences that are known to be there */
    char *sequences[32];
    size_t n_sequences;
    bool made_sequence; /* in this transaction */
    /* notifications */
    bool listening;
    int64_t heard;
    /* connecting again */
    struct pg_connector *connector;
    int64_t again_at_ms, pause_ms;
    uint64_t reconnects;
};

/* ---- db_pg_conn.c ------------------------------------------------------------------------ */

/* Can the URL be what was meant? libpq takes what follows a wrong character in a password for a
 * host, a port or a database, and says it in its errors. */
bool pg_sound(const char *url);
/* Connects and sets the session up; may block for some seconds a host. NULL: `why` says why. */
PGconn *pg_connect(const char *url, unsigned flags, char *why, size_t size);
/* The connection is of no use any more: all of it is dropped, `message` stays. */
void pg_lose(struct pg_db *pg);
bool pg_alive(struct db *db);
void pg_connector_drop(struct pg_db *pg);

/* ---- db_pg_wire.c ------------------------------------------------------------------------ */

/* Waits until the next PQgetResult() does not block. False: the connection failed, or the time is
 * up. wait_ms -1: for ever. */
bool pg_wait(PGconn *conn, int64_t wait_ms);
/* Plain SQL outside pipeline mode, several statements at once. *bad (NULL if all went well) is the
 * result of the one that failed, caller owns. False: the connection failed. */
bool pg_plain(PGconn *conn, const char *sql, int64_t wait_ms, PGresult **bad);
/* Sends what must go before a statement: the BEGIN that waits. LOA_EIO: no connection. */
enum loa_err pg_ready(struct pg_db *pg);
/* One more command is under way; `sent` is what libpq's function said. */
enum loa_err pg_note(struct pg_db *pg, int sent, struct pg_stmt *prepares);
/* A command without parameters that is not waited for. */
enum loa_err pg_send(struct pg_db *pg, const char *sql);
/* Waits for all that is under way. *last (may be NULL) is the result of the last command, caller
 * owns, PQclear(). The first failure is what comes back. */
enum loa_err pg_collect(struct pg_db *pg, PGresult **last);
/* Maps and keeps a failure's words. */
enum loa_err pg_fail(struct pg_db *pg, const PGresult *result);

/* ---- db_postgres.c ----------------------------------------------------------------------- */

enum loa_err pg_begin_snapshot(struct db *db);
enum loa_err pg_commit(struct db *db);

/* ---- db_pg_stmt.c ------------------------------------------------------------------------ */

enum loa_err pg_prepare(struct db *db, const char *sql, const char *types, struct db_stmt **out);
/* With arrays as parameters if its shape allows (`spread`). */
enum loa_err pg_prepare_many(struct pg_db *pg, const char *sql, const char *types,
                             struct pg_stmt **out);
enum loa_err pg_prepare_scan(struct db *db, const char *sql, const char *types,
                             struct db_stmt **out);
void pg_forget(struct db *db, const char *sql);
void pg_bind_int(struct db_stmt *st, int index, int64_t value);
void pg_bind_text(struct db_stmt *st, int index, const char *value);
enum loa_err pg_start(struct db_stmt *st, bool lazy);
enum loa_err pg_step(struct db_stmt *st);
void pg_reset(struct db_stmt *st);
bool pg_column_null(const struct db_stmt *st, int column);
int64_t pg_column_int(const struct db_stmt *st, int column);
const char *pg_column_text(const struct db_stmt *st, int column);
void pg_forget_statements(struct pg_db *pg); /* the server does not know them any more */
void pg_free_statements(struct pg_db *pg);

/* ---- db_pg_many.c ------------------------------------------------------------------------ */

/* "INSERT ... VALUES ($1, $2) tail" as "INSERT ... SELECT FROM UNNEST tail"; NULL when the
 * statement is not of that shape. Caller owns. */
char *pg_spread_sql(const char *sql, const char *types);
enum loa_err pg_run_many(struct db *db, const char *sql, const struct db_rows *rows,
                         int64_t *changed);

#endif
