/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/buf.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"
#include "messages/store/db_pg.h"

enum { BATCH_BYTES_MAX = 256 << 20 };

/* ---- the statement --------------------------------------------------------------------- */

/* Where the list that starts behind `open` ends; NULL when it does not. */
static const char *closing(const char *open)
{
    int depth = 1;
    bool quoted = false;

    for (const char *p = open; *p; p++) {
        if (*p == '\'')
            quoted = !quoted;
        else if (!quoted && *p == '(')
            depth++;
        else if (!quoted && *p == ')' && --depth == 0)
            return p;
    }
    return NULL;
}

char *pg_spread_sql(const char *sql, const char *types)
{
    static const char mark[] = "VALUES (";
    const char *values = strncmp(sql, "INSERT ", 7) == 0 ? strstr(sql, mark) : NULL;
    const char *list = values ? values + sizeof(mark) - 1 : NULL;
    const char *end = list ? closing(list) : NULL;
    struct loa_buf b = {0};

    if (!end || strchr(end, '$') || strstr(end, mark))
        return NULL;
    loa_buf_add(&b, sql, (size_t)(values - sql));
    loa_buf_adds(&b, "SELECT ");
    for (const char *p = list; p < end; p++) {
        if (*p == '$')
            loa_buf_adds(&b, "u.c");
        else
            loa_buf_addc(&b, *p);
    }
    loa_buf_adds(&b, " FROM UNNEST(");
    for (int i = 0; types[i]; i++)
        loa_buf_addf(&b, "%s$%d", i ? ", " : "", i + 1);
    loa_buf_adds(&b, ") AS u (");
    for (int i = 0; types[i]; i++)
        loa_buf_addf(&b, "%sc%d", i ? ", " : "", i + 1);
    loa_buf_addc(&b, ')');
    loa_buf_adds(&b, end + 1);
    return loa_buf_take(&b);
}

/* ---- arrays in the binary format ------------------------------------------------------- */

static void add_u32(struct loa_buf *b, size_t value)
{
    uint32_t wire = htobe32((uint32_t)value);

    loa_buf_add(b, &wire, sizeof(wire));
}

static void add_number(struct loa_buf *b, struct db_cell cell)
{
    uint64_t wire = htobe64((uint64_t)cell.integer);

    add_u32(b, cell.null ? UINT32_MAX : sizeof(wire));
    loa_buf_add(b, &wire, cell.null ? 0 : sizeof(wire));
}

static void add_text(struct loa_buf *b, const char *text)
{
    size_t n = text ? strlen(text) : 0;
    char *mended = text && !loa_utf8_valid(text, n) ? loa_utf8_mend(text) : NULL;

    if (mended) {
        text = mended;
        n = strlen(mended);
    }
    add_u32(b, text ? n : UINT32_MAX);
    loa_buf_add(b, text ? text : "", n);
    free(mended);
}

/* Dimensions, whether NULLs may occur, the element's type; the one dimension's length and lower
 * bound; the elements. */
static void build_array(struct loa_buf *b, const struct db_rows *rows, size_t column, bool numbers)
{
    size_t n = db_rows_count(rows);

    add_u32(b, 1);
    add_u32(b, 1);
    add_u32(b, numbers ? PG_INT8 : PG_TEXT);
    add_u32(b, n);
    add_u32(b, 1);
    for (size_t i = 0; i < n; i++) {
        struct db_cell cell = db_rows_cell(rows, i, column);

        if (numbers)
            add_number(b, cell);
        else
            add_text(b, cell.text);
    }
}

static enum loa_err run_spread(struct pg_db *pg, struct pg_stmt *st, const struct db_rows *rows)
{
    const char *types = db_rows_types(rows);

    for (size_t k = 0; types[k]; k++) {
        struct loa_buf b;

        loa_buf_init(&b, BATCH_BYTES_MAX);
        build_array(&b, rows, k, types[k] == 'i');
        pg->lengths[k] = (int)b.len;
        pg->formats[k] = 1;
        if (b.overflow) {
            loa_buf_release(&b);
            return LOA_ELIMIT;
        }
        pg->values[k] = pg->texts[k] = loa_buf_take(&b);
    }
    return pg_start(&st->base, false);
}

/* ---- one after the other, without waiting ---------------------------------------------- */

static enum loa_err run_batch(struct db *db, const char *sql, const struct db_rows *rows)
{
    const char *types = db_rows_types(rows);
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < db_rows_count(rows) && !err; i++) {
        struct db_stmt *st;

        err = pg_prepare(db, sql, types, &st);
        for (size_t k = 0; types[k] && !err; k++)
            db_bind_cell(st, (int)k + 1, types[k], db_rows_cell(rows, i, k));
        if (!err)
            err = pg_start(st, true);
    }
    return err ? err : db_settle(db);
}

enum loa_err pg_run_many(struct db *db, const char *sql, const struct db_rows *rows,
                         int64_t *changed)
{
    struct pg_db *pg = (struct pg_db *)db;
    struct pg_stmt *st;
    enum loa_err err = pg_prepare_many(pg, sql, db_rows_types(rows), &st);

    if (err)
        return err;
    if (st->spread) {
        err = run_spread(pg, st, rows);
        *changed = pg->changes;
    } else {
        err = db_settle(db);
        pg->changes_in_all = 0;
        if (!err)
            err = run_batch(db, sql, rows);
        *changed = pg->changes_in_all;
    }
    pg_reset(&st->base);
    return err;
}
