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
#include "messages/csv_file.h"

enum { PIECE = 128 << 10, FIELD_MAX = 2000, ID_MAX = 128, COLUMNS_MAX = 16 };

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
    struct loa_problem *why; /* of a store or file that fails */
    enum loa_err err;        /* the same: reading ends */
    bool writes;             /* the second time through the file */
    struct msg_faults *faults;
    enum loa_err row_err;       /* of the row that is being read */
    struct loa_problem row_why; /* all that is wrong with it */
    bool ends;                  /* the file itself is wrong: no further row is looked at */
    int columns[COLUMNS_MAX];   /* enum column of each */
    size_t n_columns, at;
    struct msg_csv_place place;
    bool in_rows; /* the header is read */
    bool given[N_COLUMNS];
    struct loa_buf fields[N_COLUMNS];
    int64_t rows;
};

static void bad(struct reader *r, const char *field, const char *what)
{
    struct loa_problem one;
    enum loa_err err = loa_fail(&one, LOA_EINVAL, field, "%s%s%s%s", field[0] ? "cột " : "", field,
                                field[0] ? ": " : "", what);

    msg_faults_join(&r->row_err, &r->row_why, err, &one);
}

/* The rest of the file cannot be understood. */
static void bad_file(struct reader *r, const char *field, const char *what)
{
    struct loa_problem why;

    if (!r->writes && !r->ends)
        (void)msg_faults_whole(r->faults,
                               loa_fail(&why, LOA_EINVAL, field, "Dòng %" PRId64 "%s%s: %s",
                                        r->place.line, field[0] ? ", cột " : "", field, what),
                               &why);
    r->ends = true;
}

static void header(struct reader *r, const char *name)
{
    if (r->n_columns == COLUMNS_MAX) {
        bad_file(r, name, "quá nhiều cột");
        return;
    }
    for (int i = 0; i < N_COLUMNS; i++) {
        if (strcmp(name, column_names[i]) == 0) {
            if (r->given[i])
                bad_file(r, name, "có hai lần ở dòng tiêu đề");
            r->columns[r->n_columns++] = i;
            r->given[i] = true;
            return;
        }
    }
    bad_file(r, name, "không có cột này; các cột là id,name,subscribed,last_seen,topics,district");
}

/* In NFC, as topics and districts of an audience are: another spelling would be another place. */
static void keep(struct loa_buf *b, const char *bytes, size_t n)
{
    char *nfc;

    loa_buf_reset(b);
    loa_buf_add(b, bytes, n);
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)bytes[i] < 0x80)
            continue;
        nfc = loa_utf8_nfc(loa_buf_str(b));
        loa_buf_reset(b);
        loa_buf_adds(b, nfc);
        free(nfc);
        return;
    }
}

/* "a; b" becomes "a;b", in place: a topic is compared as a whole. */
static void tidy_list(char *text)
{
    char *out = text;

    while (*text) {
        size_t n;

        text += strspn(text, " \t\n;");
        n = strcspn(text, ";");
        memmove(out, text, n);
        text += n;
        while (n && strchr(" \t\n", out[n - 1]))
            n--;
        out += n;
        if (n && *text)
            *out++ = ';';
    }
    *out = '\0';
}

static void on_field(void *bytes, size_t n, void *ctx)
{
    struct reader *r = ctx;
    struct loa_buf *b;

    msg_csv_field_read(&r->place, bytes, bytes ? n : 0);
    if (r->err || r->ends)
        return;
    if (n > FIELD_MAX || !loa_utf8_valid(bytes ? bytes : "", n) || (n && memchr(bytes, '\0', n))) {
        if (!r->in_rows)
            bad_file(r, "", "không phải UTF-8; hãy lưu tệp dạng CSV UTF-8");
        else
            bad(r, r->at < r->n_columns ? column_names[r->columns[r->at]] : "",
                "không phải UTF-8 hoặc quá dài; hãy lưu tệp dạng CSV UTF-8");
        r->at++;
        return;
    }
    if (!r->in_rows) {
        char *name = loa_xstrndup(bytes ? bytes : "", n);

        header(r, name);
        free(name);
        return;
    }
    if (r->at >= r->n_columns && !n)
        return; /* a separator too many */
    if (r->at >= r->n_columns) {
        bad(r, "", "nhiều cột hơn dòng tiêu đề");
        return;
    }
    b = &r->fields[r->columns[r->at++]];
    keep(b, bytes ? bytes : "", bytes ? msg_csv_line_ends(bytes, n) : 0);
    if (!loa_utf8_is_text(loa_buf_str(b)))
        bad(r, column_names[r->columns[r->at - 1]], "có ký tự điều khiển");
}

static const char *field(const struct reader *r, enum column c)
{
    return r->given[c] && r->fields[c].len ? loa_buf_str(&r->fields[c]) : NULL;
}

/* No platform's id has blanks or letters beyond ASCII; with one it would be another person than the
 * one who opted out, and "erased:" stands before those who asked to be forgotten. */
static bool is_id(const char *s)
{
    size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-.:");

    return n <= ID_MAX && !s[n] && strncmp(s, "erased:", 7) != 0;
}

/* "5.92575E+18" is what Excel makes of a long id; the person is lost in it. */
static bool is_rounded(const char *s)
{
    size_t n = strspn(s, "0123456789");

    if (!n || s[n] != '.')
        return false;
    n += 1 + strspn(s + n + 1, "0123456789");
    return (s[n] == 'E' || s[n] == 'e') && s[n + 1] == '+';
}

static void check_id(struct reader *r, const char *id)
{
    if (!id)
        bad(r, "id", "để trống; mỗi người cần mã của nền tảng");
    else if (!is_id(id))
        bad(r, "id", "không phải mã người nhận của nền tảng; bỏ dấu cách và chữ có dấu");
    else if (is_rounded(id))
        bad(r, "id", "Excel đã làm tròn mã này; hãy đặt cột id là kiểu Text rồi xuất lại tệp");
}

static bool take_row(struct reader *r, struct msg_contact_row *row)
{
    const char *subscribed = field(r, COL_SUBSCRIBED), *seen = field(r, COL_LAST_SEEN);

    if (r->fields[COL_TOPICS].data)
        tidy_list(r->fields[COL_TOPICS].data);
    *row = (struct msg_contact_row){.remote_id = field(r, COL_ID),
                                    .name = field(r, COL_NAME),
                                    .topics = field(r, COL_TOPICS),
                                    .district = field(r, COL_DISTRICT),
                                    .subscribed = -1,
                                    .last_seen_ms = -1};
    check_id(r, row->remote_id);
    if (subscribed && strcmp(subscribed, "0") != 0 && strcmp(subscribed, "1") != 0)
        bad(r, "subscribed", "chỉ nhận 0 hoặc 1");
    if (seen && loa_iso_parse(seen, &row->last_seen_ms) != LOA_OK)
        bad(r, "last_seen", "cần thời điểm ISO 8601, ví dụ 2026-10-01T07:30:00+07:00");
    if (row->last_seen_ms > r->now)
        row->last_seen_ms = r->now; /* nobody wrote in the future */
    if (subscribed)
        row->subscribed = subscribed[0] == '1';
    return !r->row_err;
}

/* A line end alone, or bare separators as Excel leaves them behind. */
static bool is_blank(const struct reader *r)
{
    for (size_t i = 0; i < N_COLUMNS; i++)
        if (r->fields[i].len)
            return false;
    return true;
}

static void end_row(struct reader *r)
{
    struct msg_contact_row row;
    char where[32];

    if (is_blank(r) && !r->row_err)
        return;
    if (take_row(r, &row)) {
        if (r->writes)
            r->err = msg_contact_import(r->db, r->account, &row, r->now);
        r->rows += !r->err;
        return;
    }
    (void)snprintf(where, sizeof(where), "Dòng %" PRId64, r->place.line);
    if (!r->writes)
        msg_faults_row(r->faults, r->place.line, 0, where, r->row_err, &r->row_why);
}

static void on_row(int end, void *ctx)
{
    struct reader *r = ctx;

    if (!r->err && !r->in_rows && r->place.fields && !r->given[COL_ID])
        bad_file(r, "id", "thiếu cột này ở dòng tiêu đề");
    if (!r->err && !r->ends && r->in_rows)
        end_row(r);
    for (size_t i = 0; i < N_COLUMNS; i++)
        loa_buf_reset(&r->fields[i]);
    r->at = 0;
    r->row_err = LOA_OK;
    r->in_rows = r->in_rows || r->place.fields;
    msg_csv_row_read(&r->place, end);
}

static void fail(struct reader *r, enum loa_err err, const char *what)
{
    r->err = loa_fail(r->why, err, "", "%s: %s", what, db_message(r->db));
}

static void commit(struct reader *r)
{
    if (!r->err && db_commit(r->db) == LOA_OK)
        return;
    fail(r, LOA_EIO, "Không ghi được");
    db_rollback(r->db);
}

/* The rows that end in these bytes, or with n 0 the last one. */
static void take_piece(struct reader *r, struct csv_parser *parser, const char *bytes, size_t n)
{
    enum loa_err err = r->writes ? db_begin(r->db) : LOA_OK;
    bool whole;

    if (err) {
        fail(r, err, "Kho dữ liệu bận");
        return;
    }
    whole = n ? csv_parse(parser, bytes, n, on_field, on_row, r) == n
              : csv_fini(parser, on_field, on_row, r) == 0;
    /* A quote that is never closed would swallow the rest of the file. */
    if (!r->err && (!whole || parser->entry_pos > PIECE))
        bad_file(r, "", "dấu ngoặc kép không khớp trong dòng này hoặc các dòng sau");
    if (r->writes)
        commit(r);
}

static void parse_all(struct reader *r, FILE *f)
{
    struct csv_parser parser;
    char *piece = loa_xmalloc(PIECE);
    size_t n;
    bool first = true;

    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
        abort(); /* only for lack of memory */
    while (!r->err && !r->ends && (n = fread(piece, 1, PIECE, f)) > 0) {
        size_t skip = first && n >= 3 && memcmp(piece, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

        if (first)
            csv_set_delim(&parser, msg_csv_separator(piece + skip, n - skip));
        first = false;
        if (n > skip)
            take_piece(r, &parser, piece + skip, n - skip);
    }
    if (!r->err && !r->ends)
        take_piece(r, &parser, NULL, 0);
    csv_free(&parser);
    free(piece);
    if (!r->err && ferror(f))
        r->err = loa_fail(r->why, LOA_EIO, "", "Không đọc được tệp");
}

static enum loa_err read_once(struct reader *r, FILE *f)
{
    parse_all(r, f);
    for (size_t i = 0; i < N_COLUMNS; i++)
        loa_buf_release(&r->fields[i]);
    return r->err;
}

/* One line in the audit log for the whole file. */
static void note(struct reader *r, const struct msg_actor *who)
{
    char target[48], detail[96];

    (void)snprintf(target, sizeof(target), "account %" PRId64, r->account);
    (void)snprintf(detail, sizeof(detail), "%" PRId64 " người", r->rows);
    if (r->faults->n)
        (void)snprintf(detail, sizeof(detail), "%" PRId64 " người, bỏ %" PRId64 " dòng sai",
                       r->rows, r->faults->n);
    if (!r->rows || r->err || db_begin(r->db) != LOA_OK)
        return;
    if (msg_audit(r->db, who, r->now, "contacts.import", target, detail) != LOA_OK)
        r->err = LOA_EIO;
    commit(r);
}

/* For what cannot be read twice. Caller closes; NULL: no room. */
static FILE *spooled(FILE *f)
{
    FILE *copy = tmpfile();
    char *piece = loa_xmalloc(PIECE);
    size_t n;
    bool good = copy != NULL;

    while (good && (n = fread(piece, 1, PIECE, f)) > 0)
        good = fwrite(piece, 1, n, copy) == n;
    good = good && !ferror(f) && fflush(copy) == 0 && fseek(copy, 0, SEEK_SET) == 0;
    free(piece);
    if (good)
        return copy;
    if (copy)
        (void)fclose(copy);
    return NULL;
}

static enum loa_err import(const struct reader *start, const struct msg_actor *who, FILE *f,
                           bool skip_bad, struct msg_contacts_counts *counts)
{
    struct reader checks = *start, r = *start;
    enum loa_err err = read_once(&checks, f);

    if (err || checks.faults->whole || (checks.faults->n && !skip_bad))
        return err ? err : LOA_EINVAL;
    if (fseek(f, 0, SEEK_SET) != 0)
        return loa_fail(start->why, LOA_EIO, "", "Không đọc lại được tệp");
    r.writes = true;
    (void)read_once(&r, f);
    note(&r, who);
    counts->rows = r.rows;
    return r.err;
}

enum loa_err msg_contacts_import(struct db *db, const struct msg_actor *who, int64_t now,
                                 int64_t account, FILE *f, bool skip_bad,
                                 struct msg_contacts_counts *counts, struct msg_faults *faults,
                                 struct loa_problem *why)
{
    struct reader start = {.db = db,
                           .account = account,
                           .now = now,
                           .why = why,
                           .faults = faults,
                           .place = {.line = 1}};
    FILE *copy = fseek(f, 0, SEEK_CUR) == 0 ? NULL : spooled(f);
    enum loa_err err;

    counts->rows = 0;
    if (!copy && fseek(f, 0, SEEK_CUR) != 0)
        return loa_fail(why, LOA_EIO, "", "Không đọc được tệp, hoặc không còn chỗ cho bản tạm");
    err = import(&start, who, copy ? copy : f, skip_bad, counts);
    if (copy)
        (void)fclose(copy);
    return err;
}
