/* SPDX-License-Identifier: Apache-2.0 */
/* Events from CSV (RFC 4180, libcsv): a header with the names of the JSON members, lists joined
 * with semicolons, empty fields absent. Each row becomes the JSON of an event. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "messages/base/mem.h"
#include "messages/base/utf8.h"
#include "messages/import_parts.h"

enum { COLUMNS_MAX = 64 };

struct reader {
    struct msg_catalog *catalog;
    struct loa_problem *why;
    enum loa_err err;
    char *columns[COLUMNS_MAX];
    size_t n_columns, at;
    int row; /* 1 is the header */
    cJSON *event;
};

static bool is_list(const char *column)
{
    return strcmp(column, "audience") == 0 || strcmp(column, "topic") == 0 ||
           strcmp(column, "keywords") == 0;
}

static bool is_number(const char *column)
{
    return strcmp(column, "lat") == 0 || strcmp(column, "lon") == 0;
}

static cJSON *split(const char *text)
{
    cJSON *list = cJSON_CreateArray();

    while (*text) {
        size_t n = strcspn(text, ";");
        char *item = loa_xstrndup(text, n);

        if (n)
            cJSON_AddItemToArray(list, cJSON_CreateString(item));
        free(item);
        text += n + (text[n] == ';');
    }
    return list;
}

static void bad(struct reader *r, const char *field, const char *what)
{
    r->err = loa_fail(r->why, LOA_EINVAL, field, "Dòng %d: %s", r->row, what);
}

static void on_field(void *bytes, size_t n, void *ctx)
{
    struct reader *r = ctx;
    char *text = loa_xstrndup(bytes ? bytes : "", bytes ? n : 0);
    const char *column = r->at < r->n_columns ? r->columns[r->at] : NULL;

    if (r->err) {
        free(text);
        return;
    }
    if (!loa_utf8_valid(text, strlen(text)) || strlen(text) != n) {
        bad(r, column ? column : "", "không phải UTF-8; hãy lưu tệp dạng CSV UTF-8");
    } else if (r->row == 1 && r->at < COLUMNS_MAX) {
        r->columns[r->n_columns++] = text;
        text = NULL;
    } else if (!column) {
        bad(r, "", "nhiều cột hơn dòng tiêu đề");
    } else if (n && is_list(column)) {
        cJSON_AddItemToObject(r->event, column, split(text));
    } else if (n && is_number(column)) {
        char *end;
        double v = strtod(text, &end);

        if (*end)
            bad(r, column, "phải là số, ví dụ 12.24");
        else
            cJSON_AddNumberToObject(r->event, column, v);
    } else if (n) {
        cJSON_AddStringToObject(r->event, column, text);
    }
    r->at++;
    free(text);
}

static void on_row(int end, void *ctx)
{
    struct reader *r = ctx;
    char where[32];

    (void)end;
    (void)snprintf(where, sizeof(where), "Dòng %d", r->row);
    if (!r->err && r->row > 1)
        r->err = msg_import_add_event(r->catalog, r->event, where, r->why);
    cJSON_Delete(r->event);
    r->event = cJSON_CreateObject();
    r->at = 0;
    r->row++;
}

enum loa_err msg_import_events_csv(struct msg_catalog *c, const char *bytes, size_t n,
                                   struct loa_problem *why)
{
    struct reader r = {.catalog = c, .why = why, .row = 1, .event = cJSON_CreateObject()};
    struct csv_parser parser;

    if (n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        n -= 3;
    }
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        abort(); /* only for lack of memory */
    if (csv_parse(&parser, bytes, n, on_field, on_row, &r) != n ||
        csv_fini(&parser, on_field, on_row, &r) != 0)
        bad(&r, "", "dấu ngoặc kép không khớp");
    csv_free(&parser);
    if (!r.err && r.row <= 2 && !c->n_events)
        bad(&r, "", "tệp không có sự kiện nào; cần dòng tiêu đề id,title,start,end,...");
    for (size_t i = 0; i < r.n_columns; i++)
        free(r.columns[i]);
    cJSON_Delete(r.event);
    return r.err;
}
