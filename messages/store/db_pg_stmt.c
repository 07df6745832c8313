/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/store/db_pg.h"

static struct pg_db *db_of(const struct db_stmt *st)
{
    return (struct pg_db *)st->db;
}

static void set_types(struct pg_stmt *st, const char *types)
{
    for (st->n = 0; types[st->n] && st->n < PG_PARAMS_MAX; st->n++) {
        if (st->spread)
            st->types[st->n] = types[st->n] == 'i' ? PG_INT8_ARRAY : PG_TEXT_ARRAY;
        else
            st->types[st->n] = types[st->n] == 'i' ? PG_INT8 : PG_TEXT;
    }
}

static void stmt_free(struct pg_stmt *st)
{
    if (!st)
        return;
    PQclear(st->result);
    free(st->sql);
    free(st);
}

/* A read-only session may lock no rows, nor need it. */
static char *in_dialect(const struct pg_db *pg, const char *sql)
{
    static const char lock[] = "/*postgres FOR ";
    char *copy, *opened, *at;

    if (!(pg->flags & DB_READONLY) || !strstr(sql, lock))
        return db_dialect(pg->base.driver, sql);
    copy = loa_xstrdup(sql);
    while ((at = strstr(copy, lock)) != NULL)
        at[2] = ' ';
    opened = db_dialect(pg->base.driver, copy);
    free(copy);
    return opened;
}

/* The server's copy goes with the connection; the program has far fewer statements than slots. */
enum kind { PLAIN, SPREAD, SCAN, KINDS };

/* The same text may be run row by row and with many rows: a place in the text for each. */
static const char *key_of(const char *sql, enum kind kind)
{
    return sql + kind;
}

static void wrap(struct pg_stmt *st, const char *types, enum kind kind)
{
    char *wrapped = NULL;

    if (kind == SPREAD)
        wrapped = pg_spread_sql(st->sql, types);
    else if (kind == SCAN)
        wrapped = loa_xasprintf("DECLARE %s NO SCROLL CURSOR FOR %s", st->name, st->sql);
    st->spread = kind == SPREAD && wrapped;
    st->scan = kind == SCAN;
    if (wrapped) {
        free(st->sql);
        st->sql = wrapped;
    }
}

static struct pg_stmt *stmt_new(struct pg_db *pg, size_t slot, const char *sql, const char *types,
                                enum kind kind)
{
    struct pg_stmt *st = loa_xcalloc(1, sizeof(*st));

    stmt_free(pg->stmts[slot]);
    pg->stmts[slot] = st;
    pg->keys[slot] = key_of(sql, kind);
    st->base.db = &pg->base;
    st->sql = in_dialect(pg, sql);
    (void)snprintf(st->name, sizeof(st->name), "s%u", ++pg->names);
    wrap(st, types, kind);
    return st;
}

static void forget_parameters(struct pg_db *pg)
{
    for (int i = 0; i < PG_PARAMS_MAX; i++) {
        free(pg->texts[i]);
        pg->texts[i] = NULL;
        pg->values[i] = NULL;
        pg->lengths[i] = pg->formats[i] = 0;
    }
}

static enum loa_err prepare(struct pg_db *pg, const char *sql, const char *types, enum kind kind,
                            struct pg_stmt **out)
{
    size_t slot = db_cache_slot(pg->keys, PG_SLOTS, key_of(sql, kind));
    struct pg_stmt *st = pg->stmts[slot];
    enum loa_err err;

    if (pg->keys[slot] != key_of(sql, kind)) {
        /* What is under way may be the preparing of the one that goes. */
        err = pg->keys[slot] ? pg_collect(pg, NULL) : LOA_OK;
        if (err)
            return err;
        st = stmt_new(pg, slot, sql, types, kind);
    }
    if (st->state == PG_NEW)
        set_types(st, types);
    pg_reset(&st->base);
    forget_parameters(pg);
    *out = st;
    return LOA_OK;
}

enum loa_err pg_prepare(struct db *db, const char *sql, const char *types, struct db_stmt **out)
{
    struct pg_stmt *st;
    enum loa_err err = prepare((struct pg_db *)db, sql, types, PLAIN, &st);

    *out = err ? NULL : &st->base;
    return err;
}

enum loa_err pg_prepare_scan(struct db *db, const char *sql, const char *types,
                             struct db_stmt **out)
{
    struct pg_stmt *st;
    enum loa_err err = prepare((struct pg_db *)db, sql, types, SCAN, &st);

    *out = err ? NULL : &st->base;
    return err;
}

enum loa_err pg_prepare_many(struct pg_db *pg, const char *sql, const char *types,
                             struct pg_stmt **out)
{
    return prepare(pg, sql, types, SPREAD, out);
}

static void forget(struct pg_db *pg, const char *key)
{
    size_t slot = db_cache_slot(pg->keys, PG_SLOTS, key);

    if (pg->keys[slot] != key)
        return;
    pg_reset(&pg->stmts[slot]->base);
    if (pg->stmts[slot]->state != PG_NEW && pg->conn) {
        char text[48];
        enum loa_err ignored;

        (void)snprintf(text, sizeof(text), "DEALLOCATE %s", pg->stmts[slot]->name);
        ignored = pg_send(pg, text);
        (void)ignored;
        pg->risky = true;
    }
    pg->keys[slot] = db_cache_gone;
}

void pg_forget(struct db *db, const char *sql)
{
    for (int kind = PLAIN; kind < KINDS; kind++)
        forget((struct pg_db *)db, key_of(sql, (enum kind)kind));
}

void pg_bind_int(struct db_stmt *st, int index, int64_t value)
{
    struct pg_db *pg = db_of(st);
    char *number = pg->numbers[index - 1];

    (void)snprintf(number, sizeof(pg->numbers[0]), "%" PRId64, value);
    pg->values[index - 1] = number;
}

void pg_bind_text(struct db_stmt *st, int index, const char *value)
{
    struct pg_db *pg = db_of(st);

    pg->values[index - 1] = pg->texts[index - 1] = loa_xstrdup(value);
}

static enum loa_err send(struct pg_db *pg, struct pg_stmt *st)
{
    enum loa_err err = pg_ready(pg);

    if (!err && st->state == PG_NEW)
        err = pg_note(pg, PQsendPrepare(pg->conn, st->name, st->sql, st->n, st->types), st);
    if (err)
        return err;
    return pg_note(
        pg, PQsendQueryPrepared(pg->conn, st->name, st->n, pg->values, pg->lengths, pg->formats, 0),
        NULL);
}

/* The next piece of a scan. */
static enum loa_err fetch(struct pg_db *pg, struct pg_stmt *st)
{
    char sql[64];
    enum loa_err err;

    PQclear(st->result);
    st->result = NULL;
    (void)snprintf(sql, sizeof(sql), "FETCH %d FROM %s", PG_FETCH_ROWS, st->name);
    err = pg_send(pg, sql);
    if (!err)
        err = pg_collect(pg, &st->result);
    st->open = !err;
    return err;
}

enum loa_err pg_start(struct db_stmt *base, bool lazy)
{
    struct pg_db *pg = db_of(base);
    struct pg_stmt *st = (struct pg_stmt *)base;
    enum loa_err err = LOA_OK;

    if (st->scan && !pg->in_transaction) {
        err = pg_begin_snapshot(base->db);
        st->own = true;
    }
    if (!err)
        err = send(pg, st);
    if (err)
        return err;
    st->row = -1;
    if (st->scan)
        return fetch(pg, st);
    if (!lazy)
        return pg_collect(pg, &st->result);
    pg->risky = true;
    return LOA_OK;
}

enum loa_err pg_step(struct db_stmt *base)
{
    struct pg_stmt *st = (struct pg_stmt *)base;
    enum loa_err err;

    if (!st->result)
        return LOA_ENOENT;
    if (++st->row < PQntuples(st->result))
        return LOA_OK;
    if (!st->scan || st->row < PG_FETCH_ROWS)
        return LOA_ENOENT;
    err = fetch(db_of(base), st);
    st->row = 0;
    return err || PQntuples(st->result) ? err : LOA_ENOENT;
}

static void close_scan(struct pg_db *pg, struct pg_stmt *st)
{
    char sql[48];
    enum loa_err ignored = LOA_OK;

    (void)snprintf(sql, sizeof(sql), "CLOSE %s", st->name);
    if (st->own)
        ignored = pg_commit(&pg->base); /* nothing was written */
    else if (st->open && pg->in_transaction)
        ignored = pg_send(pg, sql);
    pg->risky = pg->risky || (st->open && !st->own);
    st->open = st->own = false;
    (void)ignored;
}

void pg_reset(struct db_stmt *base)
{
    struct pg_stmt *st = (struct pg_stmt *)base;

    PQclear(st->result);
    st->result = NULL;
    st->row = -1;
    if (st->open || st->own)
        close_scan(db_of(base), st);
}

bool pg_column_null(const struct db_stmt *base, int column)
{
    const struct pg_stmt *st = (const struct pg_stmt *)base;

    return PQgetisnull(st->result, st->row, column) != 0;
}

int64_t pg_column_int(const struct db_stmt *base, int column)
{
    const struct pg_stmt *st = (const struct pg_stmt *)base;

    return strtoll(PQgetvalue(st->result, st->row, column), NULL, 10); /* NULL is "" */
}

const char *pg_column_text(const struct db_stmt *base, int column)
{
    const struct pg_stmt *st = (const struct pg_stmt *)base;

    if (PQgetisnull(st->result, st->row, column))
        return NULL;
    return PQgetvalue(st->result, st->row, column);
}

void pg_forget_statements(struct pg_db *pg)
{
    for (size_t i = 0; i < PG_SLOTS; i++) {
        if (pg->stmts[i])
            pg->stmts[i]->state = PG_NEW;
        if (pg->stmts[i])
            pg->stmts[i]->open = false;
    }
}

void pg_free_statements(struct pg_db *pg)
{
    for (size_t i = 0; i < PG_SLOTS; i++)
        stmt_free(pg->stmts[i]);
    forget_parameters(pg);
}
