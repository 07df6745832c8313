/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/store/tables.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/store/db.h"

static void table_release(struct store_table *t)
{
    for (size_t i = 0; i < t->n; i++)
        free(t->columns[i].name);
    free(t->columns);
    free(t->name);
}

void store_tables_release(struct store_tables *t)
{
    for (size_t i = 0; i < t->n; i++)
        table_release(&t->items[i]);
    free(t->items);
    *t = (struct store_tables){0};
}

static enum loa_err read_columns(struct db *db, struct store_table *t)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st, "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid", "s", t->name);

    while (!err && db_next(st, &err)) {
        t->columns = loa_xrealloc(t->columns, (t->n + 1) * sizeof(*t->columns));
        t->columns[t->n++] =
            (struct store_column){.name = loa_xstrdup(db_text(st, 0)),
                                  .type = strcmp(db_text(st, 1), "BIGINT") == 0 ? 'i' : 's',
                                  .key = (int)db_int(st, 2)};
    }
    return err;
}

static enum loa_err read_names(struct db *db, struct store_tables *out)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT name FROM sqlite_master WHERE type = 'table' AND "
                                "name NOT LIKE 'sqlite%' AND name <> 'schema_version' "
                                "ORDER BY name",
                                "");

    while (!err && db_next(st, &err)) {
        out->items = loa_xrealloc(out->items, (out->n + 1) * sizeof(*out->items));
        out->items[out->n++] = (struct store_table){.name = loa_xstrdup(db_text(st, 0))};
    }
    return err;
}

/* Does a table refer to one of those from `first` on (but itself)? */
static enum loa_err refers(struct db *db, const struct store_tables *t, size_t which, size_t first,
                           bool *yes)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st, "SELECT \"table\" FROM pragma_foreign_key_list($1)", "s",
                                t->items[which].name);

    *yes = false;
    while (!err && db_next(st, &err)) {
        for (size_t i = first; i < t->n; i++)
            *yes = *yes || (i != which && strcmp(t->items[i].name, db_text(st, 0)) == 0);
    }
    return err;
}

/* Puts tables whose own references are all in front to the front, one after the other. */
static enum loa_err sort_by_reference(struct db *db, struct store_tables *t)
{
    enum loa_err err = LOA_OK;

    for (size_t done = 0; done < t->n && !err; done++) {
        size_t next = done;
        bool waits = true;

        for (; next < t->n && !err; next++) {
            err = refers(db, t, next, done, &waits);
            if (err || !waits)
                break;
        }
        if (!err && next == t->n) /* references in a ring: the migrations have none */
            err = LOA_EPROTO;
        if (!err) {
            struct store_table picked = t->items[next];

            memmove(&t->items[done + 1], &t->items[done], (next - done) * sizeof(picked));
            t->items[done] = picked;
        }
    }
    return err;
}

enum loa_err store_tables_read(struct store_tables *out)
{
    struct db *db = NULL;
    enum loa_err err = db_open("sqlite::memory:", DB_CREATE, &db, NULL);

    *out = (struct store_tables){0};
    if (!err)
        err = db_migrate(db, NULL, NULL);
    if (!err)
        err = read_names(db, out);
    for (size_t i = 0; i < out->n && !err; i++)
        err = read_columns(db, &out->items[i]);
    if (!err)
        err = sort_by_reference(db, out);
    if (err)
        store_tables_release(out);
    db_close(db);
    return err;
}
