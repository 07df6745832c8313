/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/contacts_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "messages/base/buf.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"
#include "messages/contact.h"

enum { ROWS_A_COMMIT = 4000, FIELD_MAX = 2000, COLUMNS_MAX = 16 };

enum column {
    COL_ID,
    COL_NAME,
    COL_SUBSCRIBED,
    COL_LAST_SEEN,
    COL_TOPICS,
    COL_DISTRICT,
    N_COLUMNS
};
static const char *const column_names[] = {"id",        "name",   "subscribed",
                                           "last_seen", "topics", "district"};

struct reader {
    struct db *db;
    int64_t account, now;
    struct loa_problem *why;
    enum loa_err err;
    int columns[COLUMNS_MAX]; /* enum column of each */
    size_t n_columns, at;
    int64_t line;
    bool given[N_COLUMNS];
    struct loa_buf fields[N_COLUMNS];
    int64_t rows, uncommitted;
};

static void bad(struct reader *r, const char *field, const char *what)
{
    r->err =
        loa_fail(r->why, LOA_EINVAL, field, "Dòng %" PRId64 ", cột %s: %s", r->line, field, what);
}

static void header(struct reader *r, const char *name)
{
    if (r->n_columns == COLUMNS_MAX) {
        bad(r, name, "quá nhiều cột");
        return;
    }
    for (int i = 0; i < N_COLUMNS; i++) {
        if (strcmp(name, column_names[i]) == 0) {
            r->columns[r->n_columns++] = i;
            r->given[i] = true;
            return;
        }
    }
    bad(r, name, "không có cột này; các cột là id,name,subscribed,last_seen,topics,district");
}

static void on_field(void *bytes, size_t n, void *ctx)
{
    struct reader *r = ctx;
    struct loa_buf *b;

    if (r->err)
        return;
    if (n > FIELD_MAX || !loa_utf8_valid(bytes ? bytes : "", n) || (n && memchr(bytes, '\0', n))) {
        bad(r, r->line > 1 && r->at < r->n_columns ? column_names[r->columns[r->at]] : "",
            "không phải UTF-8 hoặc quá dài");
        return;
    }
    if (r->line == 1) {
        char *name = loa_xstrndup(bytes ? bytes : "", n);

        header(r, name);
        free(name);
        return;
    }
    if (r->at >= r->n_columns) {
        bad(r, "", "nhiều cột hơn dòng tiêu đề");
        return;
    }
    b = &r->fields[r->columns[r->at++]];
    loa_buf_reset(b);
    loa_buf_add(b, bytes ? bytes : "", n);
    if (!loa_utf8_is_text(loa_buf_str(b)))
        bad(r, column_names[r->columns[r->at - 1]], "có ký tự điều khiển");
}

static const char *field(const struct reader *r, enum column c)
{
    return r->given[c] && r->fields[c].len ? loa_buf_str(&r->fields[c]) : NULL;
}

static bool take_row(struct reader *r, struct msg_contact_row *row)
{
    const char *subscribed = field(r, COL_SUBSCRIBED), *seen = field(r, COL_LAST_SEEN);

    *row = (struct msg_contact_row){.remote_id = field(r, COL_ID),
                                    .name = field(r, COL_NAME),
                                    .topics = field(r, COL_TOPICS),
                                    .district = field(r, COL_DISTRICT),
                                    .subscribed = -1,
                                    .last_seen_ms = -1};
    if (!row->remote_id)
        bad(r, "id", "để trống");
    else if (subscribed && strcmp(subscribed, "0") != 0 && strcmp(subscribed, "1") != 0)
        bad(r, "subscribed", "chỉ nhận 0 hoặc 1");
    else if (seen && loa_iso_parse(seen, &row->last_seen_ms) != LOA_OK)
        bad(r, "last_seen", "cần thời điểm ISO 8601, ví dụ 2026-10-01T07:30:00+07:00");
    else if (row->last_seen_ms > r->now)
        row->last_seen_ms = r->now; /* nobody wrote in the future */
    if (subscribed)
        row->subscribed = subscribed[0] == '1';
    return !r->err;
}

static void commit_now_and_then(struct reader *r)
{
    if (++r->uncommitted < ROWS_A_COMMIT)
        return;
    r->uncommitted = 0;
    r->err = db_commit(r->db);
    if (!r->err)
        r->err = db_begin(r->db);
}

static void on_row(int end, void *ctx)
{
    struct reader *r = ctx;
    struct msg_contact_row row;

    (void)end;
    if (!r->err && r->line == 1 && !r->given[COL_ID])
        bad(r, "id", "thiếu cột này ở dòng tiêu đề");
    if (!r->err && r->line > 1 && take_row(r, &row)) {
        r->err = msg_contact_import(r->db, r->account, &row, r->now);
        r->rows += !r->err;
        if (!r->err)
            commit_now_and_then(r);
    }
    for (size_t i = 0; i < N_COLUMNS; i++)
        loa_buf_reset(&r->fields[i]);
    r->at = 0;
    r->line++;
}

static void parse_all(struct reader *r, FILE *f)
{
    struct csv_parser parser;
    char chunk[65536];
    size_t n;
    bool first = true, broken = false;

    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        abort(); /* only for lack of memory */
    while (!r->err && !broken && (n = fread(chunk, 1, sizeof(chunk), f)) > 0) {
        size_t skip = first && n >= 3 && memcmp(chunk, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

        first = false;
        broken = csv_parse(&parser, chunk + skip, n - skip, on_field, on_row, r) != n - skip;
    }
    if (!r->err && (broken || csv_fini(&parser, on_field, on_row, r) != 0))
        bad(r, "", "dấu ngoặc kép không khớp");
    csv_free(&parser);
    if (!r->err && ferror(f))
        r->err = loa_fail(r->why, LOA_EIO, "", "Không đọc được tệp");
}

enum loa_err msg_contacts_import(struct db *db, const struct msg_actor *who, int64_t now,
                                 int64_t account, FILE *f, struct msg_contacts_counts *counts,
                                 struct loa_problem *why)
{
    struct reader r = {.db = db, .account = account, .now = now, .why = why, .line = 1};
    char target[48], detail[48];
    enum loa_err err = db_begin(db);

    if (err)
        return loa_fail(why, err, "", "Kho dữ liệu bận: %s", db_message(db));
    parse_all(&r, f);
    (void)snprintf(target, sizeof(target), "account %" PRId64, account);
    (void)snprintf(detail, sizeof(detail), "%" PRId64 " người", r.rows);
    /* What was read before a wrong line stays; it is right and harmless to import again. */
    err = r.err;
    if (r.rows && err != LOA_EIO && msg_audit(db, who, now, "contacts.import", target, detail))
        err = LOA_EIO;
    if (err == LOA_EIO || db_commit(db) != LOA_OK) {
        db_rollback(db);
        if (!err || !why->text[0])
            err = loa_fail(why, LOA_EIO, "", "Không ghi được: %s", db_message(db));
    }
    counts->rows = r.rows;
    for (size_t i = 0; i < N_COLUMNS; i++)
        loa_buf_release(&r.fields[i]);
    return err;
}
