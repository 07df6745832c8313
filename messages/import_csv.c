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
    struct msg_faults *faults;
    enum loa_err err;       /* of the row that is being read */
    struct loa_problem why; /* all that is wrong with it */
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
    struct loa_problem one;
    enum loa_err err = loa_fail(&one, LOA_EINVAL, field, "%s%s%s%s", field[0] ? "cột “" : "", field,
                                field[0] ? "”: " : "", what);

    msg_faults_join(&r->err, &r->why, err, &one);
}

/* A row that is wrong is told with its line and left out. */
static void end_row(struct reader *r)
{
    char text[32];
    struct msg_import_place where = {.text = text, .line = r->place.line};

    (void)snprintf(text, sizeof(text), "Dòng %" PRId64, r->place.line);
    if (r->err)
        msg_faults_row(r->faults, where.line, 0, text, r->err, &r->why);
    else if (r->in_rows && r->event->child) /* Excel leaves rows of bare separators behind */
        (void)msg_import_add_event(r->catalog, r->event, &where, r->faults);
    r->err = LOA_OK;
}

/* Without these columns each row would be wrong in the same way. */
static void check_header(struct reader *r)
{
    static const char *const needed[] = {"id", "title", "start", "end"};

    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        size_t at = 0;

        while (at < r->n_columns && strcmp(r->columns[at], needed[i]) != 0)
            at++;
        if (at == r->n_columns)
            bad(r, needed[i], "thiếu ở dòng tiêu đề; cần id,title,start,end,...");
    }
}

static void on_field(void *bytes, size_t n, void *ctx)
{
    struct reader *r = ctx;
    char *text = loa_xstrndup(bytes ? bytes : "", bytes ? n : 0);
    const char *column = r->at < r->n_columns ? r->columns[r->at] : NULL;

    msg_csv_field_read(&r->place, bytes, bytes ? n : 0);
    if (r->faults->whole) {
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
    bool is_header = !r->in_rows && r->at;

    if (is_header)
        check_header(r);
    if (is_header && r->err) {
        struct loa_problem why;

        (void)loa_fail(&why, r->err, r->why.field, "Dòng %" PRId64 ": %.400s", r->place.line,
                       r->why.text);
        (void)msg_faults_whole(r->faults, r->err, &why);
    }
    if (!r->faults->whole)
        end_row(r);
    r->in_rows = r->in_rows || is_header;
    cJSON_Delete(r->event);
    r->event = cJSON_CreateObject();
    r->at = 0;
    msg_csv_row_read(&r->place, end);
}

static enum loa_err whole(struct reader *r, const char *what)
{
    struct loa_problem why;

    return msg_faults_whole(
        r->faults, loa_fail(&why, LOA_EINVAL, "", "Dòng %" PRId64 ": %s", r->place.line, what),
        &why);
}

enum loa_err msg_import_events_csv(struct msg_catalog *c, const char *bytes, size_t n,
                                   struct msg_faults *f)
{
    struct reader r = {
        .catalog = c, .faults = f, .place = {.line = 1}, .event = cJSON_CreateObject()};
    struct csv_parser parser;
    enum loa_err err = LOA_OK;

    if (n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        n -= 3;
    }
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
        abort(); /* only for lack of memory */
    csv_set_delim(&parser, msg_csv_separator(bytes, n));
    if ((csv_parse(&parser, bytes, n, on_field, on_row, &r) != n ||
         csv_fini(&parser, on_field, on_row, &r) != 0) &&
        !f->whole)
        err = whole(&r, "dấu ngoặc kép không khớp trong dòng này hoặc các dòng sau");
    csv_free(&parser);
    if (!f->n && !c->n_events)
        err = whole(&r, "tệp không có sự kiện nào; cần dòng tiêu đề id,title,start,end,...");
    else if (f->whole)
        err = f->items[f->kept - 1].err;
    for (size_t i = 0; i < r.n_columns; i++)
        free(r.columns[i]);
    cJSON_Delete(r.event);
    return err;
}
