/* SPDX-License-Identifier: Apache-2.0 */
/* Days and times of day, in words and numbers, in relation to the moment of the message. */
#include <string.h>

#include <criterion/criterion.h>

#include "answer_kit.h"
#include "messages/base/tz.h"

TestSuite(answer_when, .init = answer_kit_open, .fini = answer_kit_close, .timeout = 20);

struct row {
    const char *text, *from, *to, *tod; /* to NULL: one day; from NULL: none */
};

static void check(const char *now, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct answer_result r;
        char from[LOA_ISO_SIZE], to[LOA_ISO_SIZE];
        const struct row *w = &rows[i];

        answer_ask(answer_kit_index(), w->text, answer_kit_time(now), NULL, &r);
        cr_expect_eq(r.has_date, w->from != NULL, "%s", w->text);
        if (r.has_date && w->from) {
            loa_iso_date(r.from_ms, from);
            loa_iso_date(r.to_ms, to);
            cr_expect_str_eq(from, w->from, "%s: from %s", w->text, from);
            cr_expect_str_eq(to, w->to ? w->to : w->from, "%s: to %s", w->text, to);
        }
        cr_expect_str_eq(answer_tod_name(r.tod), w->tod ? w->tod : "", "%s: %s", w->text,
                         answer_tod_name(r.tod));
        answer_result_release(&r);
    }
}

Test(answer_when, words_are_counted_from_the_day_of_the_message)
{
    /* A Thursday. */
    static const struct row rows[] = {
        {"hôm nay có gì", "2026-10-01", NULL, NULL},
        {"hnay co j", "2026-10-01", NULL, NULL},
        {"ngày mai có gì", "2026-10-02", NULL, NULL},
        {"mốt có gì", "2026-10-03", NULL, NULL},
        {"ngày kia có gì", "2026-10-03", NULL, NULL},
        {"hôm qua có gì", "2026-09-30", NULL, NULL},
        {"hôm kia có gì", "2026-09-29", NULL, NULL},
        {"thứ năm có gì", "2026-10-01", NULL, NULL},
        {"thứ 7 này có gì", "2026-10-03", NULL, NULL},
        {"thu 7 co gi", "2026-10-03", NULL, NULL},
        {"thu7 co gi", "2026-10-03", NULL, NULL},
        {"t4 có gì", "2026-10-07", NULL, NULL},
        {"cn có gì", "2026-10-04", NULL, NULL},
        {"thứ hai tuần sau có gì", "2026-10-05", NULL, NULL},
        {"thứ bảy tuần sau có gì", "2026-10-10", NULL, NULL},
        {"cuối tuần có gì", "2026-10-03", "2026-10-04", NULL},
        {"tuần sau có gì", "2026-10-05", "2026-10-11", NULL},
        {"hôm nay với ngày mai có gì", "2026-10-01", "2026-10-02", NULL},
        {"3 ngày nữa có gì", "2026-10-04", NULL, NULL},
        {"hai ngày tới có gì", "2026-10-02", "2026-10-03", NULL},
        {"tối mai có gì", "2026-10-02", NULL, "tối"},
        {"toi mai co gi", "2026-10-02", NULL, "tối"},
        {"sáng chủ nhật có gì", "2026-10-04", NULL, "sáng"},
        {"chieu nay co gi", "2026-10-01", NULL, "chiều"},
        {"trưa thứ 7 có gì", "2026-10-03", NULL, "trưa"},
        {"what is on tomorrow evening", "2026-10-02", NULL, "tối"},
    };

    check("2026-10-01T08:00:00+07:00", rows, sizeof(rows) / sizeof(rows[0]));
}

Test(answer_when, numbers_are_days_of_the_months_of_the_events)
{
    static const struct row rows[] = {
        {"3/10 có gì", "2026-10-03", NULL, NULL},
        {"ngày 3 có gì", "2026-10-03", NULL, NULL},
        {"ngày 3 tháng 10 có gì", "2026-10-03", NULL, NULL},
        {"ngày 3 tháng 10 năm 2026 có gì", "2026-10-03", NULL, NULL},
        {"ngày ba tháng mười có gì", "2026-10-03", NULL, NULL},
        {"05-10-2026 có gì", "2026-10-05", NULL, NULL},
        {"5-10 có gì", "2026-10-05", NULL, NULL},
        {"mùng 6 có gì", "2026-10-06", NULL, NULL},
        {"mong hai co gi", "2026-10-02", NULL, NULL},
        {"từ 3 đến 5/10 có gì", "2026-10-03", "2026-10-05", NULL},
        {"từ ngày 3 tới ngày 5 có gì", "2026-10-03", "2026-10-05", NULL},
        {"3-5/10 có gì", "2026-10-03", "2026-10-05", NULL},
        {"ngày 2 và 3/10 có gì", "2026-10-02", "2026-10-03", NULL},
        {"từ 5/10 trở đi có gì", "2026-10-05", "2026-10-07", NULL},
        {"ngày cuối cùng có gì", "2026-10-07", NULL, NULL},
        {"what is on October 4th", "2026-10-04", NULL, NULL},
        {"events on 4 October", "2026-10-04", NULL, NULL},
        {"sáng 4/10 có gì", "2026-10-04", NULL, "sáng"},
    };

    check("2026-09-30T08:00:00+07:00", rows, sizeof(rows) / sizeof(rows[0]));
}

Test(answer_when, other_numbers_and_words_are_no_days)
{
    static const struct row rows[] = {
        {"toi muon hoi", NULL, NULL, NULL},
        {"trang nay lam gi", NULL, NULL, NULL},
        {"quảng trường 2/4 có gì", NULL, NULL, NULL},
        {"cho 2 người với", NULL, NULL, NULL},
        {"chào buổi sáng", NULL, NULL, NULL},
        {"năm nay có gì", NULL, NULL, NULL},
        {"31/2 có gì", NULL, NULL, NULL},
        {"99/99 có gì", NULL, NULL, NULL},
    };

    check("2026-10-01T08:00:00+07:00", rows, sizeof(rows) / sizeof(rows[0]));
}

Test(answer_when, a_weekday_is_found_across_the_end_of_a_year)
{
    static const struct row rows[] = {
        {"ngày mai có gì", "2027-01-01", NULL, NULL},
        {"thứ hai có gì", "2027-01-04", NULL, NULL},
        {"29/2/2028 có gì", "2028-02-29", NULL, NULL},
    };

    check("2026-12-31T23:59:00+07:00", rows, sizeof(rows) / sizeof(rows[0]));
}
