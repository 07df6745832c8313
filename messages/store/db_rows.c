/* SPDX-License-Identifier: Apache-2.0 */
/* Rows for db_run_many(): cells row by row, their texts in one growing block. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/store/db_driver.h"

struct db_rows {
    char *types;
    size_t columns, n, room; /* rows */
    int64_t *cells;          /* a number, or where its text starts in the block */
    bool *nulls;
    char *block;
    size_t len, cap;
};

struct db_rows *db_rows_new(const char *types)
{
    struct db_rows *r = loa_xcalloc(1, sizeof(*r));

    r->types = loa_xstrdup(types);
    r->columns = strlen(types);
    return r;
}

void db_rows_free(struct db_rows *r)
{
    if (!r)
        return;
    free(r->types);
    free(r->cells);
    free(r->nulls);
    free(r->block);
    free(r);
}

void db_rows_reset(struct db_rows *r)
{
    r->n = 0;
    r->len = 0;
}

static int64_t keep(struct db_rows *r, const char *text)
{
    size_t n = strlen(text) + 1, at = r->len;

    if (r->cap - r->len < n) {
        while (r->cap - r->len < n)
            r->cap = r->cap ? 2 * r->cap : 1024;
        r->block = loa_xrealloc(r->block, r->cap);
    }
    memcpy(r->block + at, text, n);
    r->len += n;
    return (int64_t)at;
}

/* The first cell of a new row. */
static size_t add_row(struct db_rows *r)
{
    if (r->n == r->room) {
        r->room = r->room ? 2 * r->room : 16;
        r->cells = loa_xrealloc(r->cells, r->room * r->columns * sizeof(*r->cells));
        r->nulls = loa_xrealloc(r->nulls, r->room * r->columns * sizeof(*r->nulls));
    }
    return r->n++ * r->columns;
}

static void set_text(struct db_rows *r, size_t cell, const char *text)
{
    r->nulls[cell] = !text;
    r->cells[cell] = text ? keep(r, text) : 0;
}

void db_rows_add(struct db_rows *r, ...)
{
    size_t cell = add_row(r);
    va_list ap;

    va_start(ap, r);
    for (size_t i = 0; i < r->columns; i++, cell++) {
        if (r->types[i] == 'i') {
            r->cells[cell] = va_arg(ap, int64_t);
            r->nulls[cell] = false;
        } else {
            set_text(r, cell, va_arg(ap, const char *));
        }
    }
    va_end(ap);
}

void db_rows_add_row(struct db_rows *r, const struct db_stmt *st)
{
    size_t cell = add_row(r);

    for (size_t i = 0; i < r->columns; i++, cell++) {
        if (r->types[i] == 'i') {
            r->nulls[cell] = db_is_null(st, (int)i);
            r->cells[cell] = db_int(st, (int)i);
        } else {
            set_text(r, cell, db_text(st, (int)i));
        }
    }
}

size_t db_rows_count(const struct db_rows *r)
{
    return r->n;
}

const char *db_rows_types(const struct db_rows *r)
{
    return r->types;
}

struct db_cell db_rows_cell(const struct db_rows *r, size_t row, size_t column)
{
    size_t at = row * r->columns + column;
    struct db_cell cell = {.null = r->nulls[at]};

    if (cell.null)
        return cell;
    if (r->types[column] == 'i')
        cell.integer = r->cells[at];
    else
        cell.text = r->block + r->cells[at];
    return cell;
}
