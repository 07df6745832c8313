/* SPDX-License-Identifier: Apache-2.0 */
/* db_driver.h - what a database driver implements. db.c holds what both share. */
#ifndef LOA_MESSAGES_STORE_DB_DRIVER_H
#define LOA_MESSAGES_STORE_DB_DRIVER_H

#include "messages/store/db.h"

struct db_driver {
    const char *name;               /* of the comments that are opened for it */
    bool (*sound)(const char *url); /* NULL: any is */
    enum loa_err (*open)(const char *url, unsigned flags, struct db **out, struct loa_problem *why);
    void (*close)(struct db *db);
    /* Prepares (or finds) the statement of a literal; it comes back reset and unbound. */
    enum loa_err (*prepare)(struct db *db, const char *sql, const char *types,
                            struct db_stmt **out);
    /* NULL: as prepare. */
    enum loa_err (*prepare_scan)(struct db *db, const char *sql, const char *types,
                                 struct db_stmt **out);
    void (*forget)(struct db *db, const char *sql);
    void (*bind_int)(struct db_stmt *st, int index, int64_t value); /* index from 1 */
    void (*bind_text)(struct db_stmt *st, int index, const char *value);
    /* After the binding, whose texts may go when this returns. `lazy`: may wait for the next one.
     */
    enum loa_err (*start)(struct db_stmt *st, bool lazy);
    /* LOA_OK: a row; LOA_ENOENT: the end; else failed. */
    enum loa_err (*step)(struct db_stmt *st);
    void (*reset)(struct db_stmt *st);
    bool (*column_null)(const struct db_stmt *st, int column);
    int64_t (*column_int)(const struct db_stmt *st, int column);
    const char *(*column_text)(const struct db_stmt *st, int column);
    int64_t (*changes)(const struct db *db);
    enum loa_err (*settle)(struct db *db);
    /* NULL: row by row. */
    enum loa_err (*run_many)(struct db *db, const char *sql, const struct db_rows *rows,
                             int64_t *changed);
    enum loa_err (*exec)(struct db *db, const char *sql);
    enum loa_err (*begin)(struct db *db);
    enum loa_err (*begin_snapshot)(struct db *db);
    enum loa_err (*commit)(struct db *db);
    void (*rollback)(struct db *db);
    enum loa_err (*lock)(struct db *db, const char *name);
    enum loa_err (*next_ids)(struct db *db, const char *sequence, size_t n, int64_t *first);
    enum loa_err (*sequences)(struct db *db, db_number_cb each, void *ctx); /* besides counters */
    enum loa_err (*sequence_set)(struct db *db, const char *name, int64_t value);
    enum loa_err (*now)(struct db *db, int64_t *ms);
    enum loa_err (*version)(struct db *db, int64_t *out);
    void (*notify)(struct db *db);
    bool (*alive)(struct db *db);
    uint64_t (*reconnects)(const struct db *db);
    /* Lifts (or sets again) the time limits of statements and locks. */
    void (*patient)(struct db *db, bool on);
    const char *(*message)(const struct db *db);
};

/* First member of each driver's connection and statement. */
struct db {
    const struct db_driver *driver;
};
struct db_stmt {
    struct db *db;
};

extern const struct db_driver db_driver_sqlite, db_driver_postgres;

/* The cell of a row; `text` is NULL when `null` is set. */
struct db_cell {
    int64_t integer;
    const char *text;
    bool null;
};
struct db_cell db_rows_cell(const struct db_rows *rows, size_t row, size_t column);
const char *db_rows_types(const struct db_rows *rows);

/* A copy of `sql` in which the comments that start with a driver's name are opened; caller owns. */
char *db_dialect(const struct db_driver *driver, const char *sql);

/* Counts a row of `counters` up by n. */
enum loa_err db_count(struct db *db, const char *counter, size_t n, int64_t *first);

/* The slot of a literal in a cache of n keys: its own, a free one, or the one to evict. A key that
 * was forgotten becomes db_cache_gone: free, but others may have gone past it. */
extern const char db_cache_gone[];
size_t db_cache_slot(const char *const *keys, size_t n, const char *sql);

/* Binds a text with its bytes that are not UTF-8 mended. */
void db_bind_text(struct db_stmt *st, int index, const char *value);
void db_bind_cell(struct db_stmt *st, int index, char type, struct db_cell cell);
/* Steps to the end and resets. */
enum loa_err db_finish(struct db_stmt *st);

#endif
