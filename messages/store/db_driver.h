/* SPDX-License-Identifier: Apache-2.0 */
/* db_driver.h - what a database driver implements. db.c holds what both share. */
#ifndef LOA_MESSAGES_STORE_DB_DRIVER_H
#define LOA_MESSAGES_STORE_DB_DRIVER_H

#include "messages/store/db.h"

struct db_driver {
    const char *scheme; /* "sqlite:" */
    enum loa_err (*open)(const char *target, unsigned flags, struct db **out,
                         struct loa_problem *why);
    void (*close)(struct db *db);
    /* Prepares (or finds) the statement of a literal; it comes back reset and unbound. */
    enum loa_err (*prepare)(struct db *db, const char *sql, struct db_stmt **out);
    void (*bind_int)(struct db_stmt *st, int index, int64_t value); /* index from 1 */
    void (*bind_text)(struct db_stmt *st, int index, const char *value);
    /* LOA_OK: a row; LOA_ENOENT: the end; else failed. */
    enum loa_err (*step)(struct db_stmt *st);
    void (*reset)(struct db_stmt *st);
    int64_t (*column_int)(const struct db_stmt *st, int column);
    const char *(*column_text)(const struct db_stmt *st, int column);
    int64_t (*changes)(const struct db *db);
    enum loa_err (*exec)(struct db *db, const char *sql);
    enum loa_err (*version)(struct db *db, int64_t *out);
    const char *(*message)(const struct db *db);
    /* Turns the shared migration text into this database's dialect; caller owns the result. */
    char *(*dialect)(const char *sql);
    const char *begin; /* the statement that opens a writing transaction */
};

/* First member of each driver's connection and statement. */
struct db {
    const struct db_driver *driver;
};
struct db_stmt {
    struct db *db;
};

extern const struct db_driver db_driver_sqlite;

#endif
