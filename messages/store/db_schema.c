/* SPDX-License-Identifier: Apache-2.0 */
/* The schema's version and the migrations, which are numbered by their files' names. */
#include <stdlib.h>

#include "messages/base/clock.h"
#include "messages/store/db_driver.h"
#include "messages/store/embedded.h"

static int64_t number_of(const struct store_embedded *file)
{
    return strtoll(file->name, NULL, 10);
}

static int64_t program_version(void)
{
    int64_t newest = 0;

    for (const struct store_embedded *f = store_migration_files; f->name; f++)
        newest = number_of(f);
    return newest;
}

/* The first migration after that version, NULL when there is none. */
static const struct store_embedded *next_after(int64_t version)
{
    for (const struct store_embedded *f = store_migration_files; f->name; f++) {
        if (number_of(f) > version)
            return f;
    }
    return NULL;
}

static enum loa_err read_version(struct db *db, int64_t *have)
{
    return db_get_int(db, have, "SELECT COALESCE(MAX(number), 0) FROM schema_version", "");
}

static enum loa_err newer(int64_t have, struct loa_problem *why)
{
    return loa_fail(why, LOA_EPERM, "LOA_STORE",
                    "Kho dữ liệu ở phiên bản %lld, mới hơn chương trình này (%lld): hãy dùng bản "
                    "loa mới hơn",
                    (long long)have, (long long)program_version());
}

static enum loa_err apply(struct db *db, const struct store_embedded *file, struct loa_problem *why)
{
    char *sql = db_dialect(db->driver, file->text);
    enum loa_err err = db_exec(db, sql);

    free(sql);
    if (!err)
        err = db_run(db, "INSERT INTO schema_version (number, applied_ms) VALUES ($1, $2)", "ii",
                     number_of(file), loa_clock_wall());
    return err ? loa_fail(why, err, "LOA_STORE", "Bước nâng cấp %s thất bại: %s", file->name,
                          db_message(db))
               : LOA_OK;
}

/* One migration, or none if another process was faster: *more is false when all are there. */
static enum loa_err step(struct db *db, bool *more, int *applied, struct loa_problem *why)
{
    const struct store_embedded *file;
    int64_t have = 0;
    enum loa_err err = db_lock(db, "schema");

    if (!err)
        err = db_exec(db, "CREATE TABLE IF NOT EXISTS schema_version "
                          "(number BIGINT NOT NULL PRIMARY KEY, applied_ms BIGINT NOT NULL)");
    if (!err)
        err = read_version(db, &have);
    if (err)
        return loa_fail(why, err, "LOA_STORE", "Không đọc được kho dữ liệu: %s", db_message(db));
    if (have > program_version())
        return newer(have, why);
    file = next_after(have);
    *more = file != NULL;
    if (!file)
        return LOA_OK;
    *applied += 1;
    return apply(db, file, why);
}

static enum loa_err step_committed(struct db *db, bool *more, int *applied, struct loa_problem *why)
{
    int n = 0;
    enum loa_err err = db_begin(db);

    if (err)
        return loa_fail(why, err, "LOA_STORE", "Không ghi được vào kho dữ liệu: %s",
                        db_message(db));
    err = step(db, more, &n, why);
    if (!err) {
        err = db_commit(db);
        if (err)
            (void)loa_fail(why, err, "LOA_STORE", "Không ghi được vào kho dữ liệu: %s",
                           db_message(db));
    }
    if (err)
        db_rollback(db);
    else
        *applied += n;
    return err;
}

enum loa_err db_migrate(struct db *db, int *applied, struct loa_problem *why)
{
    int64_t have;
    int unwanted;
    bool more = true;
    enum loa_err err = LOA_OK;

    applied = applied ? applied : &unwanted;
    *applied = 0;
    if (read_version(db, &have) == LOA_OK && have == program_version())
        return LOA_OK;
    /* Another process may be at it, and a table may be large. */
    db->driver->patient(db, true);
    while (more && !err)
        err = step_committed(db, &more, applied, why);
    db->driver->patient(db, false);
    return err;
}

enum loa_err db_check_schema(struct db *db, struct loa_problem *why)
{
    int64_t have = 0;
    enum loa_err err = read_version(db, &have);

    if (!err && have > program_version())
        return newer(have, why);
    if (err || have < program_version())
        return loa_fail(why, LOA_ENOENT, "LOA_STORE",
                        "Kho dữ liệu chưa được tạo hoặc còn cũ: hãy chạy “loa migrate”");
    return LOA_OK;
}
