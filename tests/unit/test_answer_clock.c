/* SPDX-License-Identifier: Apache-2.0 */
/* Hours of the clock: what is read, which events are left, and what is said when there are none. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "answer_kit.h"

TestSuite(answer_clock, .init = answer_kit_open, .fini = answer_kit_close, .timeout = 20);

struct row {
    const char *text;
    int from, to; /* minutes of the day; to 0: none */
};

enum { END = 24 * 60 };

#define AT(h, m) ((h)*60 + (m)), ((h)*60 + (m) + 1)
#define FROM(h, m) ((h)*60 + (m)), END
#define TO(h, m) 0, ((h)*60 + (m))
#define BETWEEN(h1, m1, h2, m2) ((h1)*60 + (m1)), ((h2)*60 + (m2))
#define NO_TIME 0, 0

static void check(const char *now, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct answer_result r;
        const struct answer_query *q = &r.query;

        answer_ask(answer_kit_index(), rows[i].text, answer_kit_time(now), NULL, &r);
        cr_expect_eq(q->has_clock, rows[i].to != 0, "%s", rows[i].text);
        if (q->has_clock)
            cr_expect(q->minute_from == rows[i].from && q->minute_to == rows[i].to,
                      "%s: %d:%02d to %d:%02d", rows[i].text, q->minute_from / 60,
                      q->minute_from % 60, q->minute_to / 60, q->minute_to % 60);
        answer_result_release(&r);
    }
}

Test(answer_clock, times_are_read_as_people_write_them)
{
    static const struct row rows[] = {
        {"mai 19h có gì", AT(19, 0)},
        {"mai 19 giờ có gì", AT(19, 0)},
        {"mai 19:00 có gì", AT(19, 0)},
        {"mai 19g có gì", AT(19, 0)},
        {"mai lúc 7h30 có gì", AT(7, 30)},
        {"mai 7 giờ 30 phút có gì", AT(7, 30)},
        {"mai 7 gio ruoi co gi", AT(7, 30)},
        {"mai 8 rưỡi có gì", AT(8, 30)},
        {"tối mai 8 rưỡi có gì", AT(20, 30)},
        {"mai 8 giờ kém 15 có gì", AT(7, 45)},
        {"bảy giờ tối mai có gì", AT(19, 0)},
        {"mười một giờ trưa mai có gì", AT(11, 0)},
        {"1 giờ trưa mai có gì", AT(13, 0)},
        {"mai 2h chiều có gì", AT(14, 0)},
        {"chieu mai 2h co gi", AT(14, 0)},
        {"mai 9h sáng có gì", AT(9, 0)},
        {"what is on tomorrow at 7pm", AT(19, 0)},
        {"what is on tomorrow at 7:30 pm", AT(19, 30)},
        {"what is on tomorrow at 8 am", AT(8, 0)},
        {"mai khoảng 7h tối có gì", BETWEEN(18, 30, 19, 31)},
    };

    check("2026-10-02T12:00:00+07:00", rows, sizeof(rows) / sizeof(rows[0]));
}

Test(answer_clock, ranges_are_open_or_closed)
{
    static const struct row rows[] = {
        {"có gì sau 18h không", FROM(18, 0)},
        {"tối mai sau 7 giờ có gì", FROM(19, 0)},
        {"sau 7 tối nay có gì", FROM(19, 0)},
        {"mai từ 18h trở đi có gì", FROM(18, 0)},
        {"mai 18h trở đi có gì", FROM(18, 0)},
        {"em tan làm lúc 5h chiều có lớp nào không", FROM(17, 0)},
        {"5 giờ chiều tan làm rồi có lớp nào không", FROM(17, 0)},
        {"anything after 6pm tomorrow", FROM(18, 0)},
        {"trước 9h sáng mai có gì", TO(9, 0)},
        {"mai truoc 9h co gi", TO(9, 0)},
        {"anything before 10 am tomorrow", TO(10, 0)},
        {"từ 8h đến 10h mai có gì", BETWEEN(8, 0, 10, 0)},
        {"8h-10h mai có gì", BETWEEN(8, 0, 10, 0)},
        {"mai 8-10h có gì", BETWEEN(8, 0, 10, 0)},
        {"chieu mai tu 2h den 4h co gi", BETWEEN(14, 0, 16, 0)},
        {"mai từ 8 đến 10 giờ tối có gì", BETWEEN(20, 0, 22, 0)},
        {"mai từ 10 giờ sáng đến 2 giờ chiều có gì", BETWEEN(10, 0, 14, 0)},
        {"mai giữa 2h và 4h chiều có gì", BETWEEN(14, 0, 16, 0)},
        {"what is on between 2 and 4pm tomorrow", BETWEEN(14, 0, 16, 0)},
        {"anything from 8 to 10 am on 4 October", BETWEEN(8, 0, 10, 0)},
        {"sáng sớm mai có gì", BETWEEN(5, 0, 8, 30)},
        {"sang som chu nhat co gi", BETWEEN(5, 0, 8, 30)},
        {"early morning events tomorrow", BETWEEN(5, 0, 8, 30)},
    };

    check("2026-10-02T12:00:00+07:00", rows, sizeof(rows) / sizeof(rows[0]));
}

Test(answer_clock, other_numbers_are_no_times)
{
    static const struct row rows[] = {
        {"3/10 giờ nào khai mạc", NO_TIME}, {"ngày 3 mấy giờ bắt đầu", NO_TIME},
        {"mai học mấy giờ", NO_TIME},       {"con 3 tuổi rưỡi đi được không", NO_TIME},
        {"lớp kéo dài 2 giờ hả", NO_TIME},  {"sau 3 ngày nữa có gì", NO_TIME},
        {"sau ngày 5 có gì", NO_TIME},      {"thứ 7 này có gì", NO_TIME},
        {"từ 1 đến 3/10 có gì", NO_TIME},   {"bây giờ có gì", NO_TIME},
        {"bay gio co gi", NO_TIME},         {"gọi 0258 000 0101", NO_TIME},
    };

    check("2026-10-02T12:00:00+07:00", rows, sizeof(rows) / sizeof(rows[0]));
}

Test(answer_clock, a_bare_hour_is_the_one_still_to_come)
{
    static const struct row evening[] = {{"8h có gì", AT(20, 0)},
                                         {"hôm nay lúc 8 giờ có gì", AT(20, 0)},
                                         {"mai lúc 8 giờ có gì", AT(8, 0)},
                                         {"08:00 hôm nay có gì", AT(8, 0)},
                                         {"3h có gì", AT(15, 0)}};
    static const struct row morning[] = {{"8h có gì", AT(8, 0)}, {"7 giờ có gì", AT(7, 0)}};

    check("2026-10-02T17:00:00+07:00", evening, sizeof(evening) / sizeof(evening[0]));
    check("2026-10-02T06:00:00+07:00", morning, sizeof(morning) / sizeof(morning[0]));
}

static void expect_events(const char *text, const char *ids)
{
    struct answer_result r;
    char got[512] = "";
    size_t n = 0;

    answer_ask(answer_kit_index(), text, answer_kit_time("2026-10-02T12:00:00+07:00"), NULL, &r);
    for (size_t i = 0; i < r.n_events && n < sizeof(got) - 16; i++)
        n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%s", i ? " " : "", r.events[i]->id);
    cr_expect_str_eq(got, ids, "%s: %s", text, got);
    answer_result_release(&r);
}

Test(answer_clock, events_overlap_the_time_that_was_asked)
{
    expect_events("tối nay 19h có gì", "e09 e14");
    expect_events("tối nay sau 20h có gì", "e09 e16"); /* e14 is over at 20:00 */
    expect_events("chủ nhật trước 8h có gì", "e09 e02 e30 e35");
    expect_events("nha trang chủ nhật từ 17h30 đến 18h30 có gì", "e19");
    expect_events("diên khánh 4h chiều 4/10 có gì", "e63");
    expect_events("livestream lúc 20h30 mai", "e28");
    expect_events("lớp tiếng anh sau 18h chủ nhật", "e37");
    expect_events("thiếu nhi chiều mai lúc 3 giờ", "e21 e27");
    /* A time that was remembered wrong does not hide what was named. */
    expect_events("đăng ký lớp robot lúc 9h tối", "e22");
}

Test(answer_clock, an_empty_hour_is_said_with_the_nearest_others)
{
    struct answer_result r;
    struct msg_content m;
    int64_t now = answer_kit_time("2026-10-02T12:00:00+07:00");

    answer_ask(answer_kit_index(), "cam ranh mai 19h có gì", now, NULL, &r);
    cr_expect_eq(r.n_events, 0);
    cr_expect_eq(r.n_suggestions, 1);
    answer_reply(answer_kit_index(), &r, now, NULL, &m);
    cr_expect(strstr(m.text, "không tìm thấy hoạt động nào lúc 19:00"), "%s", m.text);
    cr_expect(strstr(m.text, "Gần giờ đó nhất có:"), "%s", m.text);
    cr_expect(strstr(m.text, "08:00–16:30"), "%s", m.text);
    cr_expect_eq(m.n_buttons, 2, "the event and a person");
    msg_content_release(&m);
    answer_result_release(&r);
}

static void expect_next(const char *first, const char *then, const char *ids)
{
    struct answer_context ctx = {0};
    struct answer_result r;
    int64_t now = answer_kit_time("2026-10-02T12:00:00+07:00");
    char got[512] = "";
    size_t n = 0;

    answer_ask(answer_kit_index(), first, now, &ctx, &r);
    answer_result_release(&r);
    answer_ask(answer_kit_index(), then, now + 1000, &ctx, &r);
    for (size_t i = 0; i < r.n_events && n < sizeof(got) - 16; i++)
        n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%s", i ? " " : "", r.events[i]->id);
    cr_expect_str_eq(got, ids, "%s, %s: %s", first, then, got);
    answer_result_release(&r);
}

Test(answer_clock, a_time_may_follow_and_be_followed)
{
    expect_next("tối mai nha trang có gì", "còn sau 8 giờ?", "e19");
    expect_next("sáng mai nha trang có gì", "trước 8h30?", "e02 e19 e20 e22");
    expect_next("chiều mai lúc 3h nha trang có gì", "còn cam ranh?", "e24");
    expect_next("tối nay sau 19h có gì", "còn ngày mai?",
                "e09 e02 e19 e20 e22 e23 e24 e26 e21 e27 "
                "e25 e29 e28");
}
