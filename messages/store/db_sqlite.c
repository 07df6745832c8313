/* SPDX-License-Identifier: Apache-2.0 */
/* The embedded default: WAL, synchronous=FULL (a commit that returned survives a power cut). */
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "messages/base/mem.h"
#include "messages/store/db_driver.h"

enum { CACHE_SLOTS = 512, BUSY_TIMEOUT_MS = 10000 };

struct sqlite_stmt {
    struct db_stmt base;
    const char *sql; /* address of the literal: the cache key */
    sqlite3_stmt *handle;
};

struct sqlite_db {
    struct db base;
    sqlite3 *handle;
    struct sqlite_stmt cache[CACHE_SLOTS];
};

static enum loa_err map_error(int rc)
{
    switch (rc & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
        return LOA_OK;
    case SQLITE_DONE:
        return LOA_ENOENT;
    case SQLITE_CONSTRAINT:
        return rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY ? LOA_EEXIST
                                                                                    : LOA_EINVAL;
    case SQLITE_READONLY:
        return LOA_EPERM;
    default:
        return LOA_EIO;
    }
}

static const char *sqlite_message(const struct db *db)
{
    return sqlite3_errmsg(((const struct sqlite_db *)db)->handle);
}

static enum loa_err sqlite_exec(struct db *db, const char *sql)
{
    return map_error(sqlite3_exec(((struct sqlite_db *)db)->handle, sql, NULL, NULL, NULL));
}

static void sqlite_close(struct db *db)
{
    struct sqlite_db *s = (struct sqlite_db *)db;

    for (size_t i = 0; i < CACHE_SLOTS; i++)
        sqlite3_finalize(s->cache[i].handle);
    sqlite3_close(s->handle);
    free(s);
}

static enum loa_err set_up(struct sqlite_db *s, unsigned flags)
{
    static const char writer[] =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA wal_autocheckpoint=3000; PRAGMA journal_size_limit=16777216;"
        "PRAGMA cache_size=-2000; PRAGMA temp_store=MEMORY;";
    static const char reader[] = "PRAGMA query_only=ON; PRAGMA cache_size=-1000;";

    sqlite3_extended_result_codes(s->handle, 1);
    sqlite3_busy_timeout(s->handle, BUSY_TIMEOUT_MS);
    return sqlite_exec(&s->base, flags & DB_READONLY ? reader : writer);
}

static enum loa_err sqlite_open(const char *target, unsigned flags, struct db **out,
                                struct loa_problem *why)
{
    struct sqlite_db *s = loa_xcalloc(1, sizeof(*s));
    /* The reader is opened for writing too, as a WAL's shared memory may have to be made; it is
     * kept from writing by query_only. */
    int mode = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    int rc;

    s->base.driver = &db_driver_sqlite;
    if (flags & DB_CREATE)
        mode |= SQLITE_OPEN_CREATE;
    rc = sqlite3_open_v2(target, &s->handle, mode, NULL);
    if (rc == SQLITE_OK && set_up(s, flags) == LOA_OK) {
        *out = &s->base;
        return LOA_OK;
    }
    (void)loa_fail(why, LOA_EIO, "LOA_STORE", "Không mở được tệp dữ liệu “%s”: %s", target,
                   s->handle ? sqlite3_errmsg(s->handle) : "out of memory");
    sqlite_close(&s->base);
    return rc == SQLITE_CANTOPEN ? LOA_ENOENT : LOA_EIO;
}

/* The slot of a literal, or the free one where it goes. The program has far fewer statements than
 * slots; the last resort when it has not is to evict. */
static struct sqlite_stmt *slot_of(struct sqlite_db *s, const char *sql)
{
    size_t at = ((uintptr_t)sql * (uintptr_t)2654435761u >> 8) % CACHE_SLOTS;

    for (size_t i = 0; i < CACHE_SLOTS; i++) {
        struct sqlite_stmt *st = &s->cache[(at + i) % CACHE_SLOTS];

        if (st->sql == sql || !st->sql)
            return st;
    }
    sqlite3_finalize(s->cache[at].handle);
    s->cache[at] = (struct sqlite_stmt){0};
    return &s->cache[at];
}

static enum loa_err sqlite_prepare(struct db *db, const char *sql, struct db_stmt **out)
{
    struct sqlite_db *s = (struct sqlite_db *)db;
    struct sqlite_stmt *st = slot_of(s, sql);

    if (!st->sql) {
        int rc =
            sqlite3_prepare_v3(s->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &st->handle, NULL);

        if (rc != SQLITE_OK)
            return map_error(rc);
        st->sql = sql;
        st->base.db = db;
    } else {
        sqlite3_reset(st->handle);
        sqlite3_clear_bindings(st->handle);
    }
    *out = &st->base;
    return LOA_OK;
}

static void sqlite_bind_int(struct db_stmt *st, int index, int64_t value)
{
    (void)sqlite3_bind_int64(((struct sqlite_stmt *)st)->handle, index, value);
}

static void sqlite_bind_text(struct db_stmt *st, int index, const char *value)
{
    (void)sqlite3_bind_text(((struct sqlite_stmt *)st)->handle, index, value, -1, SQLITE_TRANSIENT);
}

static enum loa_err sqlite_step(struct db_stmt *st)
{
    return map_error(sqlite3_step(((struct sqlite_stmt *)st)->handle));
}

static void sqlite_reset(struct db_stmt *st)
{
    (void)sqlite3_reset(((struct sqlite_stmt *)st)->handle);
}

static int64_t sqlite_column_int(const struct db_stmt *st, int column)
{
    return sqlite3_column_int64(((const struct sqlite_stmt *)st)->handle, column);
}

static const char *sqlite_column_text(const struct db_stmt *st, int column)
{
    return (const char *)sqlite3_column_text(((const struct sqlite_stmt *)st)->handle, column);
}

static int64_t sqlite_changes(const struct db *db)
{
    return sqlite3_changes64(((const struct sqlite_db *)db)->handle);
}

static enum loa_err sqlite_version(struct db *db, int64_t *out)
{
    return db_get_int(db, out, "PRAGMA data_version", "");
}

/* The shared text is SQLite's own, but for what hides in comments that start with "sqlite". */
static char *sqlite_dialect(const char *sql)
{
    char *copy = loa_xstrdup(sql), *at = copy;

    while ((at = strstr(at, "/*sqlite ")) != NULL) {
        char *end = strstr(at, "*/");

        if (!end)
            break;
        memset(at, ' ', 9);
        memset(end, ' ', 2);
    }
    return copy;
}

const struct db_driver db_driver_sqlite = {
    .scheme = "sqlite:",
    .open = sqlite_open,
    .close = sqlite_close,
    .prepare = sqlite_prepare,
    .bind_int = sqlite_bind_int,
    .bind_text = sqlite_bind_text,
    .step = sqlite_step,
    .reset = sqlite_reset,
    .column_int = sqlite_column_int,
    .column_text = sqlite_column_text,
    .changes = sqlite_changes,
    .exec = sqlite_exec,
    .version = sqlite_version,
    .message = sqlite_message,
    .dialect = sqlite_dialect,
    .begin = "BEGIN IMMEDIATE",
};
