/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/store/db.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/store/db_driver.h"
#include "messages/store/embedded.h"

static const struct db_driver *const drivers[] = {&db_driver_sqlite};

enum loa_err db_open(const char *url, unsigned flags, struct db **out, struct loa_problem *why)
{
    for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
        size_t n = strlen(drivers[i]->scheme);

        if (strncmp(url, drivers[i]->scheme, n) == 0)
            return drivers[i]->open(url + n, flags, out, why);
    }
    return loa_fail(why, LOA_EINVAL, "LOA_STORE",
                    "Không hiểu kho dữ liệu này; dùng dạng sqlite:TÊN_TỆP, ví dụ sqlite:loa.db");
}

void db_close(struct db *db)
{
    if (db)
        db->driver->close(db);
}

static enum loa_err prepare_bound(struct db *db, const char *sql, const char *types, va_list ap,
                                  struct db_stmt **out)
{
    struct db_stmt *st;
    enum loa_err err = db->driver->prepare(db, sql, &st);

    if (err)
        return err;
    for (int i = 0; types[i]; i++) {
        if (types[i] == 'i')
            db->driver->bind_int(st, i + 1, va_arg(ap, int64_t));
        else
            db->driver->bind_text(st, i + 1, va_arg(ap, const char *));
    }
    *out = st;
    return LOA_OK;
}

enum loa_err db_run(struct db *db, const char *sql, const char *types, ...)
{
    struct db_stmt *st;
    enum loa_err err;
    va_list ap;

    va_start(ap, types);
    err = prepare_bound(db, sql, types, ap, &st);
    va_end(ap);
    if (err)
        return err;
    do {
        err = db->driver->step(st);
    } while (err == LOA_OK);
    db->driver->reset(st);
    return err == LOA_ENOENT ? LOA_OK : err;
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
    err = prepare_bound(db, sql, types, ap, out);
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
    err = prepare_bound(db, sql, types, ap, &st);
    va_end(ap);
    if (err)
        return err;
    err = db->driver->step(st);
    if (err == LOA_OK)
        *out = db->driver->column_int(st, 0);
    db->driver->reset(st);
    return err;
}

enum loa_err db_exec(struct db *db, const char *sql)
{
    return db->driver->exec(db, sql);
}

enum loa_err db_begin(struct db *db)
{
    return db->driver->exec(db, db->driver->begin);
}

enum loa_err db_commit(struct db *db)
{
    return db_run(db, "COMMIT", "");
}

void db_rollback(struct db *db)
{
    /* Fails only when no transaction is open any more, which is what is wanted. */
    enum loa_err ignored = db->driver->exec(db, "ROLLBACK");

    (void)ignored;
}

enum loa_err db_savepoint(struct db *db)
{
    return db_run(db, "SAVEPOINT job", "");
}

enum loa_err db_release(struct db *db)
{
    return db_run(db, "RELEASE SAVEPOINT job", "");
}

void db_rollback_to(struct db *db)
{
    enum loa_err ignored = db_run(db, "ROLLBACK TO SAVEPOINT job", "");

    (void)ignored; /* a failure shows again at the commit */
}

enum loa_err db_next_ids(struct db *db, const char *sequence, size_t n, int64_t *first)
{
    int64_t last = 0;
    enum loa_err err = db_get_int(db, &last,
                                  "INSERT INTO counters (name, value) VALUES ($1, $2) "
                                  "ON CONFLICT (name) DO UPDATE SET value = counters.value + $2 "
                                  "RETURNING value",
                                  "si", sequence, (int64_t)n);

    *first = last - (int64_t)n + 1;
    return err;
}

enum loa_err db_next_id(struct db *db, const char *sequence, int64_t *out)
{
    return db_next_ids(db, sequence, 1, out);
}

enum loa_err db_version(struct db *db, int64_t *out)
{
    return db->driver->version(db, out);
}

const char *db_message(const struct db *db)
{
    return db->driver->message(db);
}

static int program_version(void)
{
    int n = 0;

    while (store_migration_files[n].name)
        n++;
    return n;
}

/* 0 for a database without our tables. */
static enum loa_err schema_version(struct db *db, int64_t *out)
{
    enum loa_err err;

    *out = 0;
    err = db_exec(db, "CREATE TABLE IF NOT EXISTS schema_version "
                      "(number BIGINT NOT NULL PRIMARY KEY, applied_ms BIGINT NOT NULL)");
    if (err)
        return err;
    return db_get_int(db, out, "SELECT COALESCE(MAX(number), 0) FROM schema_version", "");
}

static enum loa_err newer(int64_t have, struct loa_problem *why)
{
    return loa_fail(why, LOA_EPERM, "LOA_STORE",
                    "Kho dữ liệu ở phiên bản %lld, mới hơn chương trình này (%d): hãy dùng bản loa "
                    "mới hơn",
                    (long long)have, program_version());
}

static enum loa_err apply(struct db *db, int number)
{
    char *sql = db->driver->dialect(store_migration_files[number - 1].text);
    enum loa_err err = db_begin(db);

    if (!err)
        err = db_exec(db, sql);
    if (!err)
        err = db_run(db, "INSERT INTO schema_version (number, applied_ms) VALUES ($1, $2)", "ii",
                     (int64_t)number, loa_clock_wall());
    if (!err)
        err = db_commit(db);
    if (err)
        db_rollback(db);
    free(sql);
    return err;
}

enum loa_err db_migrate(struct db *db, int *applied, struct loa_problem *why)
{
    int64_t have;
    enum loa_err err = schema_version(db, &have);

    if (applied)
        *applied = 0;
    if (err)
        return loa_fail(why, err, "LOA_STORE", "Không đọc được kho dữ liệu: %s", db_message(db));
    if (have > program_version())
        return newer(have, why);
    for (int n = (int)have + 1; n <= program_version(); n++) {
        err = apply(db, n);
        if (err)
            return loa_fail(why, err, "LOA_STORE", "Bước nâng cấp %s thất bại: %s",
                            store_migration_files[n - 1].name, db_message(db));
        if (applied)
            (*applied)++;
    }
    return LOA_OK;
}

enum loa_err db_check_schema(struct db *db, struct loa_problem *why)
{
    int64_t have = 0;
    enum loa_err err =
        db_get_int(db, &have, "SELECT COALESCE(MAX(number), 0) FROM schema_version", "");

    if (!err && have > program_version())
        return newer(have, why);
    if (err || have < program_version())
        return loa_fail(why, LOA_ENOENT, "LOA_STORE",
                        "Kho dữ liệu chưa được tạo hoặc còn cũ: hãy chạy “loa migrate”");
    return LOA_OK;
}
