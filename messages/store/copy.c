/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/store/copy.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/buf.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"
#include "messages/store/tables.h"

enum { BATCH_ROWS = 1000, BATCHES_A_CALL = 10 };

struct copying {
    struct db *from, *to;
    store_copy_cb each;
    void *ctx;
    struct loa_problem *why;
};

/* What a store says beside its rows; see copy_numbers(). */
static const char numbers_table[] = "counters";

static void tell(const struct copying *c, const struct store_table_copy *t)
{
    if (c->each)
        c->each(c->ctx, t);
}

static enum loa_err fail(const struct copying *c, enum loa_err err, struct db *db,
                         const char *table)
{
    return loa_fail(c->why, err, "", "Bảng “%s”: %s (%s)", table, db_message(db),
                    db == c->from ? "kho nguồn" : "kho đích");
}

/* ---- statements for a table ------------------------------------------------------------ */

static void add_columns(struct loa_buf *b, const struct store_table *t)
{
    for (size_t i = 0; i < t->n; i++)
        loa_buf_addf(b, "%s%s", i ? ", " : "", t->columns[i].name);
}

/* Rows in key order; texts are ordered by their bytes on both. Caller owns. */
static char *select_sql(const struct store_table *t)
{
    struct loa_buf b = {0};
    bool first = true;

    loa_buf_adds(&b, "SELECT ");
    add_columns(&b, t);
    loa_buf_addf(&b, " FROM %s ORDER BY ", t->name);
    for (int key = 1; key <= (int)t->n; key++) {
        for (size_t i = 0; i < t->n; i++) {
            if (t->columns[i].key != key)
                continue;
            loa_buf_addf(&b, "%s%s%s", first ? "" : ", ", t->columns[i].name,
                         t->columns[i].type == 's' ? " /*postgres COLLATE \"C\" */" : "");
            first = false;
        }
    }
    return loa_buf_take(&b);
}

static char *insert_sql(const struct store_table *t)
{
    struct loa_buf b = {0};

    loa_buf_addf(&b, "INSERT INTO %s (", t->name);
    add_columns(&b, t);
    loa_buf_adds(&b, ") VALUES (");
    for (size_t i = 0; i < t->n; i++)
        loa_buf_addf(&b, "%s$%zu", i ? ", " : "", i + 1);
    loa_buf_addc(&b, ')');
    return loa_buf_take(&b);
}

static char *types_of(const struct store_table *t)
{
    char *types = loa_xcalloc(t->n + 1, 1);

    for (size_t i = 0; i < t->n; i++)
        types[i] = t->columns[i].type;
    return types;
}

/* ---- copying --------------------------------------------------------------------------- */

static enum loa_err put(const struct copying *c, const char *sql, struct db_rows *rows)
{
    int64_t changed = 0;
    size_t n = db_rows_count(rows);
    enum loa_err err = db_run_many(c->to, sql, rows, &changed);

    db_rows_reset(rows);
    return err || changed == (int64_t)n ? err : LOA_EPROTO;
}

static enum loa_err copy_table(const struct copying *c, const struct store_table *t)
{
    char *select = select_sql(t), *insert = insert_sql(t), *types = types_of(t);
    struct store_table_copy told = {.table = t->name};
    struct db_rows *rows = db_rows_new(types);
    struct db_stmt *st;
    enum loa_err put_err = LOA_OK, err = db_scan(c->from, &st, select, "");

    while (!err && !put_err && db_next(st, &err)) {
        db_rows_add_row(rows, st);
        told.rows++;
        if (db_rows_count(rows) == BATCH_ROWS) {
            put_err = put(c, insert, rows);
            if (put_err)
                db_end(st);
            else if (told.rows % (BATCH_ROWS * BATCHES_A_CALL) == 0)
                tell(c, &told);
        }
    }
    if (!err && !put_err)
        put_err = put(c, insert, rows);
    if (err || put_err)
        err = fail(c, err ? err : put_err, err ? c->from : c->to, t->name);
    told.done = !err;
    if (!err)
        tell(c, &told);
    db_forget(c->from, select);
    db_forget(c->to, insert);
    db_rows_free(rows);
    free(select);
    free(insert);
    free(types);
    return err;
}

/* ---- comparing ------------------------------------------------------------------------- */

/* A row as bytes: each value with its kind and length before it. */
static void row_bytes(struct loa_buf *b, const struct db_stmt *st, const char *types)
{
    loa_buf_reset(b);
    for (int i = 0; types[i]; i++) {
        if (db_is_null(st, i)) {
            loa_buf_addc(b, 'n');
        } else if (types[i] == 'i') {
            loa_buf_addf(b, "i%" PRId64 ";", db_int(st, i));
        } else {
            const char *text = db_text(st, i);
            size_t n = strlen(text);
            char *mended = loa_utf8_valid(text, n) ? NULL : loa_utf8_mend(text);

            loa_buf_addf(b, "s%zu:", mended ? strlen(mended) : n);
            loa_buf_adds(b, mended ? mended : text);
            free(mended);
        }
    }
}

/* The checksum so far and the next row make the next checksum. */
static void add_to_checksum(char checksum[LOA_SHA256_HEX], const struct loa_buf *row)
{
    struct loa_bytes pieces[] = {{checksum, strlen(checksum)}, {loa_buf_str(row), row->len}};

    loa_sha256_hex(pieces, 2, checksum);
}

struct comparison {
    struct db_stmt *from, *to;
    struct loa_buf a, b;
    const char *types;
    struct store_table_copy told;
};

static enum loa_err compare_rows(const struct copying *c, struct comparison *x)
{
    enum loa_err err = LOA_OK, other = LOA_OK;
    bool more = true;

    while (more && !err && !other) {
        bool there = db_next(x->from, &err), here = db_next(x->to, &other);

        more = there && here;
        if (err || other || (!there && !here))
            break;
        if (more) {
            row_bytes(&x->a, x->from, x->types);
            row_bytes(&x->b, x->to, x->types);
        }
        if (!more || x->a.len != x->b.len ||
            memcmp(loa_buf_str(&x->a), loa_buf_str(&x->b), x->a.len) != 0) {
            if (there)
                db_end(x->from);
            if (here)
                db_end(x->to);
            return loa_fail(c->why, LOA_EPROTO, "",
                            "Bảng “%s”: dòng thứ %" PRId64 " ở kho đích khác kho nguồn",
                            x->told.table, x->told.rows + 1);
        }
        add_to_checksum(x->told.checksum, &x->a);
        x->told.rows++;
        if (x->told.rows % (BATCH_ROWS * BATCHES_A_CALL) == 0)
            tell(c, &x->told);
    }
    if (err || other)
        return fail(c, err ? err : other, err ? c->from : c->to, x->told.table);
    return LOA_OK;
}

static enum loa_err compare_table(const struct copying *c, const struct store_table *t)
{
    char *select = select_sql(t), *types = types_of(t);
    struct comparison x = {.types = types, .told = {.table = t->name, .comparing = true}};
    enum loa_err err = db_scan(c->from, &x.from, select, "");

    if (!err)
        err = db_scan(c->to, &x.to, select, "");
    if (err)
        err = fail(c, err, c->to, t->name);
    else
        err = compare_rows(c, &x);
    x.told.done = true;
    if (!err)
        tell(c, &x.told);
    db_forget(c->from, select);
    db_forget(c->to, select);
    loa_buf_release(&x.a);
    loa_buf_release(&x.b);
    free(select);
    free(types);
    return err;
}

/* ---- sequences and counters ------------------------------------------------------------ */

/* SQLite keeps both as rows of one table, PostgreSQL keeps sequences apart and leaves rows of an
 * earlier life behind, so they are carried over by name. The higher of two is the one. */
struct numbers {
    struct number {
        char *name;
        int64_t value;
    } * items;
    size_t n;
};

static void note_number(void *ctx, const char *name, int64_t value)
{
    struct numbers *all = ctx;

    for (size_t i = 0; i < all->n; i++) {
        if (strcmp(all->items[i].name, name) == 0) {
            if (value > all->items[i].value)
                all->items[i].value = value;
            return;
        }
    }
    all->items = loa_xrealloc(all->items, (all->n + 1) * sizeof(*all->items));
    all->items[all->n++] = (struct number){loa_xstrdup(name), value};
}

static void numbers_release(struct numbers *all)
{
    for (size_t i = 0; i < all->n; i++)
        free(all->items[i].name);
    free(all->items);
}

static bool has(const struct numbers *all, const struct number *wanted)
{
    for (size_t i = 0; i < all->n; i++) {
        if (strcmp(all->items[i].name, wanted->name) == 0)
            return all->items[i].value == wanted->value;
    }
    return false;
}

static enum loa_err copy_numbers(const struct copying *c)
{
    struct numbers wanted = {0}, got = {0};
    enum loa_err err = db_numbers(c->from, note_number, &wanted);
    struct db *at = c->from;

    if (!err) {
        at = c->to;
        for (size_t i = 0; i < wanted.n && !err; i++)
            err = db_number_set(c->to, wanted.items[i].name, wanted.items[i].value);
    }
    if (!err)
        err = db_numbers(c->to, note_number, &got);
    for (size_t i = 0; i < wanted.n && !err; i++)
        err = has(&got, &wanted.items[i]) && got.n == wanted.n ? LOA_OK : LOA_EPROTO;
    if (err)
        err = fail(c, err, at, numbers_table);
    numbers_release(&wanted);
    numbers_release(&got);
    return err;
}

/* ---- all of it ------------------------------------------------------------------------- */

static enum loa_err check_empty(const struct copying *c, const struct store_table *t)
{
    char *sql = loa_xasprintf("SELECT COUNT(*) FROM %s", t->name);
    int64_t rows = 0;
    enum loa_err err = db_get_int(c->to, &rows, sql, "");

    db_forget(c->to, sql);
    free(sql);
    if (err)
        return fail(c, err, c->to, t->name);
    return rows ? loa_fail(c->why, LOA_EEXIST, "",
                           "Kho đích không trống: bảng “%s” có %" PRId64 " dòng", t->name, rows)
                : LOA_OK;
}

static enum loa_err copy_all(const struct copying *c, const struct store_tables *tables)
{
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < tables->n && !err; i++)
        err = check_empty(c, &tables->items[i]);
    for (size_t i = 0; i < tables->n && !err; i++) {
        if (strcmp(tables->items[i].name, numbers_table) != 0)
            err = copy_table(c, &tables->items[i]);
    }
    for (size_t i = 0; i < tables->n && !err; i++) {
        if (strcmp(tables->items[i].name, numbers_table) != 0)
            err = compare_table(c, &tables->items[i]);
    }
    return err ? err : copy_numbers(c);
}

enum loa_err store_copy(struct db *from, struct db *to, store_copy_cb each, void *ctx,
                        struct loa_problem *why)
{
    struct copying c = {from, to, each, ctx, why};
    struct store_tables tables;
    enum loa_err err = store_tables_read(&tables);

    if (err)
        return loa_fail(why, err, "", "Không đọc được danh sách bảng");
    err = db_begin_snapshot(from);
    if (!err)
        err = db_begin(to);
    if (err)
        (void)loa_fail(why, err, "", "Không mở được giao dịch: %s", db_message(from));
    else
        err = copy_all(&c, &tables);
    if (!err) {
        err = db_commit(to);
        if (err)
            (void)loa_fail(why, err, "", "Không ghi được vào kho đích: %s", db_message(to));
    }
    if (err)
        db_rollback(to);
    db_rollback(from);
    store_tables_release(&tables);
    return err;
}
