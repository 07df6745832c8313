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
    int64_t *cells; /* a number, or where its text starts in the block plus one (0: NULL) */
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
    size_t n = text ? strlen(text) + 1 : 0, at = r->len;

    if (!text)
        return 0;
    if (r->cap - r->len < n) {
        while (r->cap - r->len < n)
            r->cap = r->cap ? 2 * r->cap : 1024;
        r->block = loa_xrealloc(r->block, r->cap);
    }
    memcpy(r->block + at, text, n);
    r->len += n;
    return (int64_t)at + 1;
}

void db_rows_add(struct db_rows *r, ...)
{
    int64_t *cell;
    va_list ap;

    if (r->n == r->room) {
        r->room = r->room ? 2 * r->room : 16;
        r->cells = loa_xrealloc(r->cells, r->room * r->columns * sizeof(*r->cells));
    }
    cell = &r->cells[r->n++ * r->columns];
    va_start(ap, r);
    for (size_t i = 0; i < r->columns; i++)
        cell[i] = r->types[i] == 'i' ? va_arg(ap, int64_t) : keep(r, va_arg(ap, const char *));
    va_end(ap);
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
    int64_t value = r->cells[row * r->columns + column];

    if (r->types[column] == 'i')
        return (struct db_cell){.integer = value};
    return (struct db_cell){.text = value ? r->block + value - 1 : NULL};
}
