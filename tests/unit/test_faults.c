/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong in a content file, row by row: told all at once, the rest usable if one asks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/buf.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"
#include "messages/import.h"

static struct msg_catalog *catalog;
static struct msg_faults faults;

static void open_it(void)
{
    cr_assert_eq(loa_tz_set("Asia/Ho_Chi_Minh"), LOA_OK);
    catalog = msg_catalog_new();
}

static void close_it(void)
{
    msg_catalog_free(catalog);
    msg_faults_release(&faults);
}

TestSuite(msg_faults, .timeout = 20, .init = open_it, .fini = close_it);

static enum loa_err take(enum msg_import_kind kind, enum msg_format format, const char *text)
{
    return msg_import_rows(catalog, kind, text, strlen(text), format, &faults);
}

static bool says(size_t i, const char *part)
{
    return i < faults.kept && strstr(faults.items[i].why.text, part) != NULL;
}

#define TIMES "2026-10-01T07:30:00+07:00,2026-10-01T08:30:00+07:00"

Test(msg_faults, every_wrong_row_of_a_csv_is_told_and_the_right_ones_are_there)
{
    cr_assert_eq(take(MSG_IMPORT_EVENTS, MSG_FORMAT_CSV,
                      "id,title,start,end,lat,online_url\n"
                      "a,Một," TIMES ",,\n"
                      "b,,hôm nay,2026-10-01T08:30,mười,ftp://x\n"
                      "a,Trùng," TIMES ",,\n"
                      "d,Bốn,2026-10-02T09:00,2026-10-02T08:00,,\n"
                      "e,Năm," TIMES ",,\n"),
                 LOA_OK);
    cr_assert_eq(catalog->n_events, (size_t)2);
    cr_expect_str_eq(catalog->events[1].id, "e");
    cr_assert_eq(faults.n, 3);
    cr_expect_eq(faults.items[0].line, 3);
    cr_expect(says(0, "Dòng 3: cột “lat”"), "%s", faults.items[0].why.text);
    cr_expect(says(1, "Dòng 4: Mã “a” xuất hiện hai lần"));
    cr_expect(says(2, "“end” sớm hơn “start”"));
}

Test(msg_faults, all_that_is_wrong_with_one_entry_is_told_together)
{
    cr_assert_eq(take(MSG_IMPORT_EVENTS, MSG_FORMAT_JSON,
                      "[{\"id\":\"a\",\"start\":\"x\",\"end\":\"2026-10-01T08:00\","
                      "\"online_url\":\"zoom\"}]"),
                 LOA_OK);
    cr_assert_eq(faults.n, 1);
    cr_expect_eq(faults.items[0].entry, 1);
    cr_expect_str_eq(faults.items[0].why.field, "title");
    cr_expect(says(0, "Mục thứ 1 (a): Thiếu “title”; “start”"), "%s", faults.items[0].why.text);
    cr_expect(says(0, "“online_url” phải bắt đầu"), "%s", faults.items[0].why.text);
}

Test(msg_faults, a_header_without_what_is_needed_is_told_once)
{
    cr_expect_eq(take(MSG_IMPORT_EVENTS, MSG_FORMAT_CSV, "id,tiêu đề,start,end\na,x," TIMES "\n"),
                 LOA_EINVAL);
    cr_expect(faults.whole);
    cr_assert_eq(faults.n, 1);
    cr_expect(says(0, "cột “title”: thiếu ở dòng tiêu đề"), "%s", faults.items[0].why.text);
}

Test(msg_faults, a_wrong_event_of_a_calendar_leaves_none_of_its_days_behind)
{
    cr_assert_eq(take(MSG_IMPORT_EVENTS, MSG_FORMAT_ICS,
                      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:t\n"
                      "DTSTART:20261001T070000\nRRULE:FREQ=DAILY\nEND:VEVENT\n"
                      "BEGIN:VEVENT\nUID:b\nSUMMARY:t\nEND:VEVENT\n"
                      "BEGIN:VEVENT\nUID:c\nSUMMARY:t\nDTSTART:20261001T070000\nEND:VEVENT\n"
                      "END:VCALENDAR\n"),
                 LOA_OK);
    cr_assert_eq(catalog->n_events, (size_t)1);
    cr_expect_str_eq(catalog->events[0].id, "c");
    cr_assert_eq(faults.n, 2);
    cr_expect_eq(faults.items[0].line, 2);
    cr_expect(says(0, "UNTIL hoặc COUNT"));
    cr_expect_eq(faults.items[1].line, 8);
    cr_expect(says(1, "DTSTART"));
}

Test(msg_faults, questions_without_answers_are_all_told)
{
    cr_assert_eq(take(MSG_IMPORT_FAQ, MSG_FORMAT_JSON,
                      "[{\"id\":\"a\",\"questions\":[\"b?\"]},"
                      "{\"id\":\"c\",\"questions\":[\"d?\"],\"answer\":\"e\"},{}]"),
                 LOA_OK);
    cr_expect_eq(catalog->n_faqs, (size_t)1);
    cr_assert_eq(faults.n, 2);
    cr_expect_str_eq(faults.items[0].why.text, "Mục thứ 1 (a): Thiếu “answer”");
    cr_expect_eq(faults.items[1].entry, 3);
}

Test(msg_faults, where_json_ends_to_be_json_is_told_by_its_line)
{
    cr_expect_eq(take(MSG_IMPORT_FAQ, MSG_FORMAT_JSON, "[\n{\"id\":\"a\"}\n{\"id\":\"b\"}]"),
                 LOA_EINVAL);
    cr_expect(says(0, "Dòng 3: không phải JSON"), "%s", faults.items[0].why.text);
}

Test(msg_faults, the_first_hundred_are_kept_and_all_are_counted)
{
    struct loa_buf b = {0};
    cJSON *json;
    char *text;

    loa_buf_adds(&b, "id,title,start,end\n");
    for (int i = 0; i < 5000; i++)
        loa_buf_addf(&b, "%d,,,\n", i);
    cr_assert_eq(take(MSG_IMPORT_EVENTS, MSG_FORMAT_CSV, loa_buf_str(&b)), LOA_OK);
    cr_expect_eq(faults.n, 5000);
    cr_expect_eq(faults.kept, (size_t)MSG_FAULTS_KEPT);
    cr_expect_eq(faults.items[99].line, 101);
    json = msg_faults_json(&faults);
    cr_expect_eq(cJSON_GetArraySize(loa_json_get(json, "errors")), MSG_FAULTS_KEPT);
    text = loa_json_print(json);
    cr_expect_not_null(strstr(text, "\"errors_total\":5000"));
    free(text);
    cJSON_Delete(json);
    loa_buf_release(&b);
}

Test(msg_faults, a_text_that_is_too_long_ends_with_a_whole_letter)
{
    struct loa_problem why;
    char *long_text = malloc(2001);

    cr_assert_not_null(long_text);
    for (size_t i = 0; i < 2000; i += 2)
        memcpy(long_text + i, "đ", 2);
    long_text[2000] = '\0';
    for (size_t i = 0; i < 2; i++) {
        (void)loa_fail(&why, LOA_EINVAL, "", "%s%s", i ? "x" : "", long_text);
        msg_faults_row(&faults, 1, 0, "Dòng 1", LOA_EINVAL, &why);
        cr_expect(loa_utf8_valid(faults.items[i].why.text, strlen(faults.items[i].why.text)));
    }
    free(long_text);
}
