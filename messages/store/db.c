/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/store/db.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/base/utf8.h"
#include "messages/store/db_driver.h"

static const struct {
    const char *scheme;
    const struct db_driver *driver;
} drivers[] = {
    {"sqlite:", &db_driver_sqlite},
    {"postgresql://", &db_driver_postgres},
    {"postgres://", &db_driver_postgres},
};

static const struct db_driver *driver_of(const char *url)
{
    for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
        if (strncmp(url, drivers[i].scheme, strlen(drivers[i].scheme)) == 0)
            return drivers[i].driver;
    }
    return NULL;
}

enum loa_err db_open(const char *url, unsigned flags, struct db **out, struct loa_problem *why)
{
    enum loa_err err = db_check_url(url, why);

    return err ? err : driver_of(url)->open(url, flags, out, why);
}

enum loa_err db_check_url(const char *url, struct loa_problem *why)
{
    const struct db_driver *driver = driver_of(url);

    if (driver && (!driver->sound || driver->sound(url)))
        return LOA_OK;
    if (driver)
        return loa_fail(
            why, LOA_EINVAL, "LOA_STORE",
            "Địa chỉ PostgreSQL không đúng dạng. Nếu mật khẩu có ký tự @ : / ? # %% thì "
            "viết mỗi ký tự ấy thành %%XX, ví dụ @ thành %%40");
    return loa_fail(why, LOA_EINVAL, "LOA_STORE",
                    "Không hiểu kho dữ liệu này; dùng dạng sqlite:TÊN_TỆP, ví dụ sqlite:loa.db, "
                    "hoặc postgresql://MÁY/KHO");
}

void db_close(struct db *db)
{
    if (db)
        db->driver->close(db);
}

/* PostgreSQL takes nothing but UTF-8, so neither does SQLite. */
void db_bind_text(struct db_stmt *st, int index, const char *value)
{
    size_t n = value ? strlen(value) : 0;

    if (!value || loa_utf8_valid_prefix(value, n) == n) {
        st->db->driver->bind_text(st, index, value);
    } else {
        char *mended = loa_utf8_mend(value);

        st->db->driver->bind_text(st, index, mended);
        free(mended);
    }
}

void db_bind_cell(struct db_stmt *st, int index, char type, struct db_cell cell)
{
    if (type == 'i' && !cell.null)
        st->db->driver->bind_int(st, index, cell.integer);
    else
        db_bind_text(st, index, cell.text);
}

static enum loa_err start_prepared(struct db_stmt *st, const char *types, va_list ap, bool lazy)
{
    struct db *db = st->db;

    for (int i = 0; types[i]; i++) {
        if (types[i] == 'i')
            db->driver->bind_int(st, i + 1, va_arg(ap, int64_t));
        else
            db_bind_text(st, i + 1, va_arg(ap, const char *));
    }
    return db->driver->start(st, lazy);
}

static enum loa_err start(struct db *db, const char *sql, const char *types, va_list ap, bool lazy,
                          struct db_stmt **out)
{
    enum loa_err err = db->driver->prepare(db, sql, types, out);

    return err ? err : start_prepared(*out, types, ap, lazy);
}

/* Steps to the end. */
enum loa_err db_finish(struct db_stmt *st)
{
    enum loa_err err;

    do {
        err = st->db->driver->step(st);
    } while (err == LOA_OK);
    st->db->driver->reset(st);
    return err == LOA_ENOENT ? LOA_OK : err;
}

enum loa_err db_run(struct db *db, const char *sql, const char *types, ...)
{
    struct db_stmt *st;
    enum loa_err err;
    va_list ap;

    va_start(ap, types);
    err = start(db, sql, types, ap, false, &st);
    va_end(ap);
    return err ? err : db_finish(st);
}

enum loa_err db_run_lazy(struct db *db, const char *sql, const char *types, ...)
{
    struct db_stmt *st;
    enum loa_err err;
    va_list ap;

    va_start(ap, types);
    err = start(db, sql, types, ap, true, &st);
    va_end(ap);
    return err ? err : db_finish(st);
}

enum loa_err db_settle(struct db *db)
{
    return db->driver->settle(db);
}

int64_t db_changes(const struct db *db)
{
    return db->driver->changes(db);
}

enum loa_err db_query(struct db *db, struct db_stmt **out, const char *sql, const char *types, ...)
{
    enum loa_err err;
    va_list ap;

    va_start(ap, types);
    err = start(db, sql, types, ap, false, out);
    va_end(ap);
    return err;
}

enum loa_err db_scan(struct db *db, struct db_stmt **out, const char *sql, const char *types, ...)
{
    enum loa_err err = db->driver->prepare_scan ? db->driver->prepare_scan(db, sql, types, out)
                                                : db->driver->prepare(db, sql, types, out);
    va_list ap;

    if (err)
        return err;
    va_start(ap, types);
    err = start_prepared(*out, types, ap, false);
    va_end(ap);
    return err;
}

bool db_next(struct db_stmt *st, enum loa_err *err)
{
    enum loa_err got = st->db->driver->step(st);

    if (got == LOA_OK)
        return true;
    st->db->driver->reset(st);
    if (got != LOA_ENOENT)
        *err = got;
    return false;
}

void db_end(struct db_stmt *st)
{
    st->db->driver->reset(st);
}

bool db_is_null(const struct db_stmt *st, int column)
{
    return st->db->driver->column_null(st, column);
}

int64_t db_int(const struct db_stmt *st, int column)
{
    return st->db->driver->column_int(st, column);
}

const char *db_text(const struct db_stmt *st, int column)
{
    return st->db->driver->column_text(st, column);
}

enum loa_err db_get_int(struct db *db, int64_t *out, const char *sql, const char *types, ...)
{
    struct db_stmt *st;
    enum loa_err err;
    va_list ap;

    va_start(ap, types);
    err = start(db, sql, types, ap, false, &st);
    va_end(ap);
    if (err)
        return err;
    err = db->driver->step(st);
    if (err == LOA_OK)
        *out = db->driver->column_int(st, 0);
    db->driver->reset(st);
    return err;
}

static enum loa_err one_by_one(struct db *db, const char *sql, const struct db_rows *rows,
                               int64_t *changed)
{
    const char *types = db_rows_types(rows);
    struct db_stmt *st;
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < db_rows_count(rows) && !err; i++) {
        err = db->driver->prepare(db, sql, types, &st);
        for (size_t k = 0; types[k] && !err; k++)
            db_bind_cell(st, (int)k + 1, types[k], db_rows_cell(rows, i, k));
        if (!err)
            err = db->driver->start(st, false);
        if (!err)
            err = db_finish(st);
        if (!err)
            *changed += db_changes(db);
    }
    return err;
}

enum loa_err db_run_many(struct db *db, const char *sql, const struct db_rows *rows,
                         int64_t *changed)
{
    int64_t unwanted;

    changed = changed ? changed : &unwanted;
    *changed = 0;
    if (!db_rows_count(rows))
        return LOA_OK;
    return db->driver->run_many ? db->driver->run_many(db, sql, rows, changed)
                                : one_by_one(db, sql, rows, changed);
}

void db_forget(struct db *db, const char *sql)
{
    db->driver->forget(db, sql);
}

enum loa_err db_exec(struct db *db, const char *sql)
{
    return db->driver->exec(db, sql);
}

/* ---- transactions ---------------------------------------------------------------------- */

enum loa_err db_begin(struct db *db)
{
    return db->driver->begin(db);
}

enum loa_err db_begin_snapshot(struct db *db)
{
    return db->driver->begin_snapshot(db);
}

enum loa_err db_commit(struct db *db)
{
    return db->driver->commit(db);
}

void db_rollback(struct db *db)
{
    db->driver->rollback(db);
}

enum loa_err db_savepoint(struct db *db)
{
    return db_run_lazy(db, "SAVEPOINT job", "");
}

enum loa_err db_release(struct db *db)
{
    return db_run_lazy(db, "RELEASE SAVEPOINT job", "");
}

void db_rollback_to(struct db *db)
{
    /* What was under way may fail, and so may the rollback: it shows again at the commit. */
    enum loa_err ignored = db_settle(db);

    ignored = db_run_lazy(db, "ROLLBACK TO SAVEPOINT job", "");
    (void)ignored;
}

enum loa_err db_lock(struct db *db, const char *name)
{
    return db->driver->lock(db, name);
}

enum loa_err db_next_id(struct db *db, const char *sequence, int64_t *out)
{
    return db->driver->next_ids(db, sequence, 1, out);
}

enum loa_err db_next_ids(struct db *db, const char *sequence, size_t n, int64_t *first)
{
    return db->driver->next_ids(db, sequence, n, first);
}

enum loa_err db_count(struct db *db, const char *counter, size_t n, int64_t *first)
{
    int64_t last = 0;
    enum loa_err err = db_get_int(db, &last,
                                  "INSERT INTO counters (name, value) VALUES ($1, $2) "
                                  "ON CONFLICT (name) DO UPDATE SET value = counters.value + $2 "
                                  "RETURNING value",
                                  "si", counter, (int64_t)n);

    *first = last - (int64_t)n + 1;
    return err;
}

enum loa_err db_count_up(struct db *db, const char *counter, int64_t *out)
{
    return db_count(db, counter, 1, out);
}

enum loa_err db_numbers(struct db *db, db_number_cb each, void *ctx)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st, "SELECT name, value FROM counters", "");

    while (!err && db_next(st, &err))
        each(ctx, db_text(st, 0), db_int(st, 1));
    return err || !db->driver->sequences ? err : db->driver->sequences(db, each, ctx);
}

enum loa_err db_number_set(struct db *db, const char *name, int64_t value)
{
    enum loa_err err = db_run(db,
                              "INSERT INTO counters (name, value) VALUES ($1, $2) "
                              "ON CONFLICT (name) DO UPDATE SET value = $2",
                              "si", name, value);

    return err || !db->driver->sequence_set ? err : db->driver->sequence_set(db, name, value);
}

/* ---- what others did, and how the connection is ---------------------------------------- */

enum loa_err db_now(struct db *db, int64_t *ms)
{
    return db->driver->now(db, ms);
}

enum loa_err db_version(struct db *db, int64_t *out)
{
    return db->driver->version(db, out);
}

enum loa_err db_notify(struct db *db)
{
    db->driver->notify(db);
    return LOA_OK;
}

bool db_alive(struct db *db)
{
    return db->driver->alive(db);
}

uint64_t db_reconnects(const struct db *db)
{
    return db->driver->reconnects(db);
}

bool db_is_postgres(const struct db *db)
{
    return db->driver == &db_driver_postgres;
}

const char *db_message(const struct db *db)
{
    return db->driver->message(db);
}

/* ---- for the drivers ------------------------------------------------------------------- */

char *db_dialect(const struct db_driver *driver, const char *sql)
{
    char *copy = loa_xstrdup(sql), *at = copy;
    size_t n = strlen(driver->name);

    while ((at = strstr(at, "/*")) != NULL) {
        char *end = strstr(at, "*/");

        if (!end)
            break;
        if (strncmp(at + 2, driver->name, n) == 0 && at[2 + n] == ' ') {
            memset(at, ' ', 2 + n);
            memset(end, ' ', 2);
        }
        at = end + 2;
    }
    return copy;
}

const char db_cache_gone[] = "";

size_t db_cache_slot(const char *const *keys, size_t n, const char *sql)
{
    size_t at = ((uintptr_t)sql * (uintptr_t)2654435761u >> 8) % n, gone = n;

    for (size_t i = 0; i < n; i++) {
        size_t k = (at + i) % n;

        if (keys[k] == sql)
            return k;
        if (!keys[k])
            return gone < n ? gone : k;
        if (keys[k] == db_cache_gone && gone == n)
            gone = k;
    }
    return gone < n ? gone : at;
}
