/* SPDX-License-Identifier: Apache-2.0 */
/* Events from CSV (RFC 4180, libcsv): a header with the names of the JSON members, lists joined
 * with semicolons, empty fields absent. Each row becomes the JSON of an event. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "messages/base/mem.h"
#include "messages/base/utf8.h"
#include "messages/csv_file.h"
#include "messages/import_parts.h"

enum { COLUMNS_MAX = 64 };

struct reader {
    struct msg_catalog *catalog;
    struct loa_problem *why;
    enum loa_err err;
    char *columns[COLUMNS_MAX];
    size_t n_columns, at;
    bool in_rows; /* the header is read */
    struct msg_csv_place place;
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
        size_t n, used;
        char *item;

        text += strspn(text, " \t\n;"); /* people write "a; b" */
        n = used = strcspn(text, ";");
        while (used && strchr(" \t\n", text[used - 1]))
            used--;
        item = loa_xstrndup(text, used);
        if (used)
            cJSON_AddItemToArray(list, cJSON_CreateString(item));
        free(item);
        text += n;
    }
    return list;
}

static void bad(struct reader *r, const char *field, const char *what)
{
    r->err = loa_fail(r->why, LOA_EINVAL, field, "Dòng %" PRId64 ": %s", r->place.line, what);
}

static void on_field(void *bytes, size_t n, void *ctx)
{
    struct reader *r = ctx;
    char *text = loa_xstrndup(bytes ? bytes : "", bytes ? n : 0);
    const char *column = r->at < r->n_columns ? r->columns[r->at] : NULL;

    msg_csv_field_read(&r->place, bytes, bytes ? n : 0);
    if (r->err) {
        free(text);
        return;
    }
    if (!loa_utf8_valid(text, strlen(text)) || strlen(text) != n) {
        bad(r, column ? column : "", "không phải UTF-8; hãy lưu tệp dạng CSV UTF-8");
    } else if (!r->in_rows && r->at < COLUMNS_MAX) {
        r->columns[r->n_columns++] = text;
        text = NULL;
    } else if (!column && n) {
        bad(r, "", "nhiều cột hơn dòng tiêu đề");
    } else if (n && is_list(column)) {
        text[msg_csv_line_ends(text, n)] = '\0';
        cJSON_AddItemToObject(r->event, column, split(text));
    } else if (n && is_number(column)) {
        char *end;
        double v = strtod(text, &end);

        if (*end)
            bad(r, column, "phải là số, ví dụ 12.24");
        else
            cJSON_AddNumberToObject(r->event, column, v);
    } else if (n) {
        text[msg_csv_line_ends(text, n)] = '\0';
        cJSON_AddStringToObject(r->event, column, text);
    }
    r->at++;
    free(text);
}

static void on_row(int end, void *ctx)
{
    struct reader *r = ctx;
    char where[32];

    (void)snprintf(where, sizeof(where), "Dòng %" PRId64, r->place.line);
    /* Excel leaves rows of bare separators behind. */
    if (!r->err && r->in_rows && r->event->child)
        r->err = msg_import_add_event(r->catalog, r->event, where, r->why);
    if (r->at)
        r->in_rows = true;
    cJSON_Delete(r->event);
    r->event = cJSON_CreateObject();
    r->at = 0;
    msg_csv_row_read(&r->place, end);
}

enum loa_err msg_import_events_csv(struct msg_catalog *c, const char *bytes, size_t n,
                                   struct loa_problem *why)
{
    struct reader r = {
        .catalog = c, .why = why, .place = {.line = 1}, .event = cJSON_CreateObject()};
    struct csv_parser parser;

    if (n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        n -= 3;
    }
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
        abort(); /* only for lack of memory */
    csv_set_delim(&parser, msg_csv_separator(bytes, n));
    if ((csv_parse(&parser, bytes, n, on_field, on_row, &r) != n ||
         csv_fini(&parser, on_field, on_row, &r) != 0) &&
        !r.err)
        bad(&r, "", "dấu ngoặc kép không khớp trong dòng này hoặc các dòng sau");
    csv_free(&parser);
    if (!r.err && !c->n_events)
        bad(&r, "", "tệp không có sự kiện nào; cần dòng tiêu đề id,title,start,end,...");
    for (size_t i = 0; i < r.n_columns; i++)
        free(r.columns[i]);
    cJSON_Delete(r.event);
    return r.err;
}
