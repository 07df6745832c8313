/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL over libpq; see db_pg.h for how its parts fit together. */
#include "messages/store/db_pg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"

/* Above the server's own limits on statements. */
enum { WAIT_MS = 65000, PROMPT_WAIT_MS = 10000 };

static int64_t wait_of(unsigned flags)
{
    return flags & DB_PATIENT ? -1 : flags & DB_PROMPT ? PROMPT_WAIT_MS : WAIT_MS;
}

static const char *pg_message(const struct db *db)
{
    return ((const struct pg_db *)db)->message;
}

static void pg_close(struct db *db)
{
    struct pg_db *pg = (struct pg_db *)db;

    pg_connector_drop(pg);
    if (pg->conn)
        PQfinish(pg->conn);
    pg_free_statements(pg);
    for (size_t i = 0; i < pg->n_sequences; i++)
        free(pg->sequences[i]);
    free(pg->url);
    free(pg);
}

static enum loa_err pg_open(const char *url, unsigned flags, struct db **out,
                            struct loa_problem *why)
{
    struct pg_db *pg = loa_xcalloc(1, sizeof(*pg));

    pg->base.driver = &db_driver_postgres;
    pg->url = loa_xstrdup(url);
    pg->flags = flags;
    pg->wait_ms = wait_of(flags);
    pg->conn = pg_connect(url, flags, pg->message, sizeof(pg->message));
    if (pg->conn) {
        *out = &pg->base;
        return LOA_OK;
    }
    (void)loa_fail(why, LOA_EIO, "LOA_STORE", "Không kết nối được PostgreSQL: %s", pg->message);
    pg_close(&pg->base);
    return LOA_EIO;
}

static int64_t pg_changes(const struct db *db)
{
    return ((const struct pg_db *)db)->changes;
}

static enum loa_err pg_settle(struct db *db)
{
    struct pg_db *pg = (struct pg_db *)db;

    if (!pg->conn)
        return LOA_EIO;
    return pg->risky ? pg_collect(pg, NULL) : LOA_OK;
}

/* Several statements in one text cannot be pipelined. */
static enum loa_err pg_exec(struct db *db, const char *sql)
{
    struct pg_db *pg = (struct pg_db *)db;
    PGresult *bad = NULL;
    enum loa_err err = pg_ready(pg);

    if (!err)
        err = pg_collect(pg, NULL);
    if (err)
        return err;
    if (PQexitPipelineMode(pg->conn) && pg_plain(pg->conn, sql, pg->wait_ms, &bad)) {
        if (bad)
            err = pg_fail(pg, bad);
    } else {
        (void)snprintf(pg->message, sizeof(pg->message), "%s", PQerrorMessage(pg->conn));
        pg_lose(pg);
        err = LOA_EIO;
    }
    PQclear(bad);
    if (pg->conn && !PQenterPipelineMode(pg->conn))
        pg_lose(pg);
    return err;
}

/* ---- transactions ---------------------------------------------------------------------- */

static void transaction_over(struct pg_db *pg)
{
    pg->in_transaction = pg->notify = pg->made_sequence = false;
    pg->begin = NULL;
}

/* It waits for the first statement; a transaction without one never reaches the server. */
static enum loa_err begin_with(struct pg_db *pg, const char *sql)
{
    if (!pg->conn && !pg_alive(&pg->base))
        return LOA_EIO;
    pg->in_transaction = true;
    pg->begin = sql;
    return LOA_OK;
}

static enum loa_err pg_begin(struct db *db)
{
    struct pg_db *pg = (struct pg_db *)db;

    pg->notify = (pg->flags & DB_NOTIFY) != 0;
    return begin_with(pg, "BEGIN");
}

enum loa_err pg_begin_snapshot(struct db *db)
{
    return begin_with((struct pg_db *)db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

enum loa_err pg_commit(struct db *db)
{
    struct pg_db *pg = (struct pg_db *)db;
    PGresult *res = NULL;
    enum loa_err err = LOA_OK;

    if (pg->begin) {
        transaction_over(pg);
        return LOA_OK;
    }
    if (pg->notify)
        err = pg_send(pg, "NOTIFY loa");
    if (!err)
        err = pg_send(pg, "COMMIT");
    if (!err)
        err = pg_collect(pg, &res);
    /* The commit of a transaction that had failed is a rollback, and no error. */
    if (!err && strcmp(PQcmdStatus(res), "COMMIT") != 0) {
        (void)snprintf(pg->message, sizeof(pg->message), "the transaction had failed before");
        err = LOA_EIO;
    }
    PQclear(res);
    if (!err || !pg->conn || PQtransactionStatus(pg->conn) == PQTRANS_IDLE)
        transaction_over(pg);
    return err;
}

static void pg_rollback(struct db *db)
{
    struct pg_db *pg = (struct pg_db *)db;
    enum loa_err ignored = LOA_OK;

    if (pg->conn && pg->in_transaction && !pg->begin) {
        char words[sizeof(pg->message)];

        /* What is under way may fail, and then nothing behind it is run. */
        memcpy(words, pg->message, sizeof(words));
        ignored = pg_collect(pg, NULL);
        if (pg->conn && pg_send(pg, "ROLLBACK") == LOA_OK)
            ignored = pg_collect(pg, NULL);
        memcpy(pg->message, words, sizeof(words)); /* why it came to this */
    }
    (void)ignored;
    transaction_over(pg);
}

static enum loa_err pg_lock(struct db *db, const char *name)
{
    return db_run_lazy(db, "SELECT pg_advisory_xact_lock(hashtextextended('loa ' || $1, 0))", "s",
                       name);
}

/* ---- sequences ------------------------------------------------------------------------- */

static bool is_known(const struct pg_db *pg, const char *name)
{
    for (size_t i = 0; i < pg->n_sequences; i++) {
        if (strcmp(pg->sequences[i], name) == 0)
            return true;
    }
    return false;
}

static enum loa_err is_there(struct db *db, const char *name, int64_t *there)
{
    return db_get_int(
        db, there,
        "SELECT COUNT(*) FROM pg_class WHERE relkind = 'S' AND relname = 'loa_' || $1 "
        "AND pg_table_is_visible(oid)",
        "s", name);
}

static enum loa_err make_sequence(struct pg_db *pg, const char *name)
{
    struct db *db = &pg->base;
    int64_t there = 0;
    char sql[96];
    enum loa_err err = pg_lock(db, "sequences");

    /* Another process may have made it while this one waited. */
    if (!err)
        err = is_there(db, name, &there);
    if (err || there)
        return err;
    (void)snprintf(sql, sizeof(sql), "CREATE SEQUENCE loa_%s", name);
    pg->made_sequence = true;
    return pg_send(pg, sql);
}

/* Others may have drawn in between; then the numbers are let go. */
static enum loa_err draw_in_a_row(struct db *db, const char *name, int64_t n, int64_t *first)
{
    for (int tries = 0; tries < 100; tries++) {
        int64_t last = 0;
        struct db_stmt *st;
        enum loa_err err =
            db_query(db, &st,
                     "SELECT MIN(drawn.v), MAX(drawn.v) FROM (SELECT nextval(CAST('loa_' || $1 AS "
                     "regclass)) AS v FROM generate_series(1, $2)) AS drawn",
                     "si", name, n);

        while (!err && db_next(st, &err)) {
            *first = db_int(st, 0);
            last = db_int(st, 1);
        }
        if (err || last - *first + 1 == n)
            return err;
    }
    return LOA_EIO;
}

static enum loa_err pg_next_ids(struct db *db, const char *name, size_t n, int64_t *first)
{
    struct pg_db *pg = (struct pg_db *)db;
    int64_t there = 0;
    enum loa_err err = LOA_OK;

    if (strspn(name, "abcdefghijklmnopqrstuvwxyz_") != strlen(name) || strlen(name) > 40)
        return LOA_EINVAL;
    if (!is_known(pg, name)) {
        err = is_there(db, name, &there);
        if (!err && !there)
            err = make_sequence(pg, name);
        /* One of this transaction may go with it. */
        if (!err && there && !pg->made_sequence &&
            pg->n_sequences < sizeof(pg->sequences) / sizeof(pg->sequences[0]))
            pg->sequences[pg->n_sequences++] = loa_xstrdup(name);
    }
    if (err || n > 1)
        return err ? err : draw_in_a_row(db, name, (int64_t)n, first);
    return db_get_int(db, first, "SELECT nextval(CAST('loa_' || $1 AS regclass))", "s", name);
}

static enum loa_err pg_sequences(struct db *db, db_number_cb each, void *ctx)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT SUBSTR(sequencename, 5), last_value FROM pg_sequences "
                                "WHERE schemaname = current_schema() AND "
                                "SUBSTR(sequencename, 1, 4) = 'loa_' AND last_value IS NOT NULL",
                                "");

    while (!err && db_next(st, &err))
        each(ctx, db_text(st, 0), db_int(st, 1));
    return err;
}

/* Also for a counter, whose sequence is then never drawn from. */
static enum loa_err pg_sequence_set(struct db *db, const char *name, int64_t value)
{
    int64_t there = 0;
    enum loa_err err = is_there(db, name, &there);

    if (!err && !there)
        err = make_sequence((struct pg_db *)db, name);
    return err ? err
               : db_get_int(db, &there, "SELECT setval(CAST('loa_' || $1 AS regclass), $2)", "si",
                            name, value);
}

/* ---- the clock, notifications ---------------------------------------------------------- */

static enum loa_err pg_now(struct db *db, int64_t *ms)
{
    return db_get_int(
        db, ms, "SELECT CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT)", "");
}

static void hear(struct pg_db *pg)
{
    PGnotify *n;

    while ((n = PQnotifies(pg->conn)) != NULL) {
        pg->heard++;
        PQfreemem(n);
    }
}

static enum loa_err pg_version(struct db *db, int64_t *out)
{
    struct pg_db *pg = (struct pg_db *)db;
    enum loa_err err = LOA_OK;

    if (!pg_alive(db))
        return LOA_EIO;
    if (!pg->listening)
        err = pg_send(pg, "LISTEN loa");
    if (!err && pg->n_pending)
        err = pg_collect(pg, NULL);
    if (err)
        return err;
    pg->listening = true;
    hear(pg);
    *out = pg->heard;
    return LOA_OK;
}

static void pg_notify(struct db *db)
{
    ((struct pg_db *)db)->notify = true;
}

static uint64_t pg_reconnects(const struct db *db)
{
    return ((const struct pg_db *)db)->reconnects;
}

static void pg_patient(struct db *db, bool on)
{
    struct pg_db *pg = (struct pg_db *)db;
    enum loa_err ignored;

    if (pg->flags & DB_PATIENT)
        return;
    pg->wait_ms = on ? -1 : wait_of(pg->flags);
    if (on)
        ignored = db_exec(db, "SET statement_timeout = 0; SET lock_timeout = 0");
    else
        ignored = db_exec(db, "RESET statement_timeout; RESET lock_timeout");
    (void)ignored; /* shows again with the next statement */
}

const struct db_driver db_driver_postgres = {
    .name = "postgres",
    .sound = pg_sound,
    .open = pg_open,
    .close = pg_close,
    .prepare = pg_prepare,
    .prepare_scan = pg_prepare_scan,
    .forget = pg_forget,
    .bind_int = pg_bind_int,
    .bind_text = pg_bind_text,
    .start = pg_start,
    .step = pg_step,
    .reset = pg_reset,
    .column_null = pg_column_null,
    .column_int = pg_column_int,
    .column_text = pg_column_text,
    .changes = pg_changes,
    .settle = pg_settle,
    .run_many = pg_run_many,
    .exec = pg_exec,
    .begin = pg_begin,
    .begin_snapshot = pg_begin_snapshot,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .lock = pg_lock,
    .next_ids = pg_next_ids,
    .sequences = pg_sequences,
    .sequence_set = pg_sequence_set,
    .now = pg_now,
    .version = pg_version,
    .notify = pg_notify,
    .alive = pg_alive,
    .reconnects = pg_reconnects,
    .patient = pg_patient,
    .message = pg_message,
};
