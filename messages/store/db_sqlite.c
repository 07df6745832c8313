/* SPDX-License-Identifier: Apache-2.0 */
/* The embedded default: WAL, synchronous=FULL (a commit that returned survives a power cut). */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/store/db_driver.h"

enum { CACHE_SLOTS = 512, BUSY_TIMEOUT_MS = 10000 };

struct sqlite_stmt {
    struct db_stmt base;
    sqlite3_stmt *handle;
};

struct sqlite_db {
    struct db base;
    sqlite3 *handle;
    const char *keys[CACHE_SLOTS]; /* addresses of the literals */
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

/* Counting every allocation takes a lock for each, and nobody reads the counts. Refused when
 * SQLite is at work already, which does no harm. */
static void configure(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum loa_err sqlite_open(const char *url, unsigned flags, struct db **out,
                                struct loa_problem *why)
{
    struct sqlite_db *s = loa_xcalloc(1, sizeof(*s));
    const char *target = url + strlen("sqlite:");
    /* The reader is opened for writing too, as a WAL's shared memory may have to be made; it is
     * kept from writing by query_only. */
    int mode = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    static pthread_once_t configured = PTHREAD_ONCE_INIT;
    int rc;

    pthread_once(&configured, configure);
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

/* "$2" is a name to SQLite, numbered by where it stands first; "?2" is parameter two. */
static void number_parameters(char *sql)
{
    bool quoted = false;

    for (; *sql; sql++) {
        if (*sql == '\'')
            quoted = !quoted;
        else if (*sql == '$' && !quoted)
            *sql = '?';
    }
}

static enum loa_err sqlite_prepare(struct db *db, const char *sql, const char *types,
                                   struct db_stmt **out)
{
    struct sqlite_db *s = (struct sqlite_db *)db;
    size_t slot = db_cache_slot(s->keys, CACHE_SLOTS, sql);
    struct sqlite_stmt *st = &s->cache[slot];

    (void)types;
    if (s->keys[slot] != sql) {
        char *text = db_dialect(db->driver, sql);
        int rc;

        number_parameters(text);
        sqlite3_finalize(st->handle);
        *st = (struct sqlite_stmt){0};
        s->keys[slot] = NULL;
        rc = sqlite3_prepare_v3(s->handle, text, -1, SQLITE_PREPARE_PERSISTENT, &st->handle, NULL);
        free(text);
        if (rc != SQLITE_OK)
            return map_error(rc);
        s->keys[slot] = sql;
        st->base.db = db;
    } else {
        sqlite3_reset(st->handle);
        sqlite3_clear_bindings(st->handle);
    }
    *out = &st->base;
    return LOA_OK;
}

static void sqlite_forget(struct db *db, const char *sql)
{
    struct sqlite_db *s = (struct sqlite_db *)db;
    size_t slot = db_cache_slot(s->keys, CACHE_SLOTS, sql);

    if (s->keys[slot] != sql)
        return;
    sqlite3_finalize(s->cache[slot].handle);
    s->cache[slot].handle = NULL;
    s->keys[slot] = db_cache_gone;
}

static void sqlite_bind_int(struct db_stmt *st, int index, int64_t value)
{
    (void)sqlite3_bind_int64(((struct sqlite_stmt *)st)->handle, index, value);
}

static void sqlite_bind_text(struct db_stmt *st, int index, const char *value)
{
    (void)sqlite3_bind_text(((struct sqlite_stmt *)st)->handle, index, value, -1, SQLITE_TRANSIENT);
}

static enum loa_err sqlite_start(struct db_stmt *st, bool lazy)
{
    (void)st;
    (void)lazy;
    return LOA_OK;
}

static enum loa_err sqlite_step(struct db_stmt *st)
{
    return map_error(sqlite3_step(((struct sqlite_stmt *)st)->handle));
}

static void sqlite_reset(struct db_stmt *st)
{
    (void)sqlite3_reset(((struct sqlite_stmt *)st)->handle);
}

static bool sqlite_column_null(const struct db_stmt *st, int column)
{
    return sqlite3_column_type(((const struct sqlite_stmt *)st)->handle, column) == SQLITE_NULL;
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

/* ---- transactions ---------------------------------------------------------------------- */

static enum loa_err sqlite_begin(struct db *db)
{
    return db_run(db, "BEGIN IMMEDIATE", "");
}

/* What the first statement sees, all of them see. */
static enum loa_err sqlite_begin_snapshot(struct db *db)
{
    return db_run(db, "BEGIN", "");
}

static enum loa_err sqlite_commit(struct db *db)
{
    return db_run(db, "COMMIT", "");
}

static void sqlite_rollback(struct db *db)
{
    /* Fails only when no transaction is open any more, which is what is wanted. */
    enum loa_err ignored = sqlite_exec(db, "ROLLBACK");

    (void)ignored;
}

static enum loa_err sqlite_settle(struct db *db)
{
    (void)db;
    return LOA_OK;
}

static enum loa_err sqlite_lock(struct db *db, const char *name)
{
    (void)db; /* BEGIN IMMEDIATE has it */
    (void)name;
    return LOA_OK;
}

/* ---- what a file does not have --------------------------------------------------------- */

static enum loa_err sqlite_now(struct db *db, int64_t *ms)
{
    struct timespec t;

    (void)db;
    clock_gettime(CLOCK_REALTIME, &t);
    *ms = (int64_t)t.tv_sec * LOA_SECOND_MS + t.tv_nsec / 1000000;
    return LOA_OK;
}

static void sqlite_notify(struct db *db)
{
    (void)db; /* data_version changes by itself */
}

static bool sqlite_alive(struct db *db)
{
    (void)db;
    return true;
}

static uint64_t sqlite_reconnects(const struct db *db)
{
    (void)db;
    return 0;
}

static void sqlite_patient(struct db *db, bool on)
{
    (void)db;
    (void)on;
}

const struct db_driver db_driver_sqlite = {
    .name = "sqlite",
    .open = sqlite_open,
    .close = sqlite_close,
    .prepare = sqlite_prepare,
    .forget = sqlite_forget,
    .bind_int = sqlite_bind_int,
    .bind_text = sqlite_bind_text,
    .start = sqlite_start,
    .step = sqlite_step,
    .reset = sqlite_reset,
    .column_null = sqlite_column_null,
    .column_int = sqlite_column_int,
    .column_text = sqlite_column_text,
    .changes = sqlite_changes,
    .settle = sqlite_settle,
    .exec = sqlite_exec,
    .begin = sqlite_begin,
    .begin_snapshot = sqlite_begin_snapshot,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .lock = sqlite_lock,
    .next_ids = db_count,
    .now = sqlite_now,
    .version = sqlite_version,
    .notify = sqlite_notify,
    .alive = sqlite_alive,
    .reconnects = sqlite_reconnects,
    .patient = sqlite_patient,
    .message = sqlite_message,
};
