/* SPDX-License-Identifier: Apache-2.0 */
/* What the citizen reads. */
#include <string.h>

#include <criterion/criterion.h>

#include "answer_kit.h"

TestSuite(answer_reply, .init = answer_kit_open, .fini = answer_kit_close, .timeout = 20);

static const struct answer_options opt = {.office = "Sở Giáo dục và Đào tạo"};
static const char now_iso[] = "2026-10-02T08:00:00+07:00";

static void reply(const char *text, struct answer_result *r, struct msg_content *m)
{
    int64_t now = answer_kit_time(now_iso);

    answer_ask(answer_kit_index(), text, now, NULL, r);
    answer_reply(answer_kit_index(), r, now, &opt, m);
}

static const char *button(const struct msg_content *m, const char *value_begins)
{
    for (size_t i = 0; i < m->n_buttons; i++) {
        if (strncmp(m->buttons[i].value, value_begins, strlen(value_begins)) == 0)
            return m->buttons[i].value;
    }
    return NULL;
}

static void expect_in_reply(const char *question, const char *const *parts)
{
    struct answer_result r;
    struct msg_content m;

    reply(question, &r, &m);
    for (; *parts; parts++)
        cr_expect(strstr(m.text, *parts), "%s: no \"%s\" in: %s", question, *parts, m.text);
    msg_content_release(&m);
    answer_result_release(&r);
}

Test(answer_reply, an_event_comes_with_time_place_registration_and_contact)
{
    static const char *const parts[] = {"08:00–11:00, thứ Bảy 03/10",
                                        "Cung Văn hóa Thiếu nhi Khánh Hòa",
                                        "https://dangky.example.vn/e22", "0258 000 0122", NULL};
    struct answer_result r;
    struct msg_content m;

    expect_in_reply("lớp robot cho bé mấy giờ", parts);
    reply("lớp robot cho bé mấy giờ", &r, &m);
    cr_expect_not_null(button(&m, "https://dangky"));
    cr_expect_not_null(button(&m, "https://www.google.com/maps/"));
    msg_content_release(&m);
    answer_result_release(&r);
}

Test(answer_reply, an_online_event_says_how_to_take_part)
{
    static const char *const parts[] = {"Tham gia trực tuyến: https://", NULL};

    expect_in_reply("cho xin link lớp AI căn bản", parts);
}

Test(answer_reply, long_lists_come_in_pages_that_together_hold_all)
{
    struct answer_result r;
    struct msg_content m;
    char payload[700];
    size_t seen = 0, all, pages = 0;

    reply("ngày mai có gì", &r, &m);
    all = r.n_events;
    cr_assert_gt(all, (size_t)ANSWER_PAGE);
    for (;;) {
        const char *more = button(&m, "#more:");
        size_t on_page = 0;

        for (size_t i = 0; i < m.n_buttons; i++)
            on_page += strncmp(m.buttons[i].value, "#event:", 7) == 0;
        cr_expect_leq(on_page, (size_t)ANSWER_PAGE);
        seen += on_page;
        cr_assert_lt(++pages, 10);
        if (!more)
            break;
        cr_assert_lt(strlen(more), sizeof(payload));
        memcpy(payload, more, strlen(more) + 1);
        msg_content_release(&m);
        answer_result_release(&r);
        reply(payload, &r, &m);
    }
    cr_expect_eq(seen, all);
    msg_content_release(&m);
    answer_result_release(&r);
}

Test(answer_reply, what_is_over_stands_behind_what_is_to_come)
{
    struct answer_result r;
    struct msg_content m;
    int64_t evening = answer_kit_time("2026-10-02T18:00:00+07:00");

    answer_ask(answer_kit_index(), "hôm nay có gì", evening, NULL, &r);
    answer_reply(answer_kit_index(), &r, evening, &opt, &m);
    cr_expect(strstr(m.text, "Tiếng Anh giao tiếp"), "%s", m.text);
    msg_content_release(&m);
    answer_result_release(&r);
}

Test(answer_reply, the_bot_says_that_it_is_one_and_of_which_office)
{
    static const char *const parts[] = {"trợ lý tự động", "Sở Giáo dục và Đào tạo", NULL};

    expect_in_reply("xin chào", parts);
    expect_in_reply("hướng dẫn sử dụng", parts);
}

Test(answer_reply, english_questions_get_english_replies)
{
    static const char *const list[] = {"events on Saturday 3 October", NULL};
    static const char *const hello[] = {"automatic assistant", NULL};

    expect_in_reply("what's happening tomorrow?", list);
    expect_in_reply("good morning everyone, hello", hello);
}

Test(answer_reply, emergencies_get_the_national_numbers_at_once)
{
    static const struct {
        const char *text, *number;
        enum answer_trouble trouble;
    } rows[] = {
        {"cháy nhà rồi cứu với", "114", ANSWER_TROUBLE_FIRE},
        {"có người ngất xỉu ở hội trường", "115", ANSWER_TROUBLE_MEDICAL},
        {"con tôi đi lạc rồi", "111", ANSWER_TROUBLE_CHILD},
        {"có đánh nhau ở cổng", "113", ANSWER_TROUBLE_POLICE},
        {"em không muốn sống nữa", "không đơn độc", ANSWER_TROUBLE_DISTRESS},
        {"tôi bị lừa mất tiền rồi", "ngân hàng", ANSWER_TROUBLE_FRAUD},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct answer_result r;
        struct msg_content m;

        reply(rows[i].text, &r, &m);
        cr_expect_eq(r.intent, ANSWER_HUMAN, "%s", rows[i].text);
        cr_expect_eq(r.trouble, rows[i].trouble, "%s: %d", rows[i].text, (int)r.trouble);
        cr_expect(strstr(m.text, rows[i].number), "%s: %s", rows[i].text, m.text);
        msg_content_release(&m);
        answer_result_release(&r);
    }
}

Test(answer_reply, not_knowing_is_said_and_a_person_offered)
{
    struct answer_result r;
    struct msg_content m;

    reply("giá vàng hôm nay bao nhiêu", &r, &m);
    cr_expect_eq(r.intent, ANSWER_OUT_OF_SCOPE);
    cr_expect(strstr(m.text, "Xin lỗi"));
    cr_expect_not_null(button(&m, "#human"));
    msg_content_release(&m);
    answer_result_release(&r);
}

Test(answer_reply, button_titles_fit_the_narrowest_platform)
{
    struct answer_result r;
    struct msg_content m;

    reply("ngày mai có gì", &r, &m);
    for (size_t i = 0; i < m.n_buttons; i++) {
        size_t points = 0;

        for (const char *p = m.buttons[i].title; *p; p++)
            points += ((unsigned char)*p & 0xC0) != 0x80;
        cr_expect_leq(points, 20, "%s", m.buttons[i].title);
    }
    msg_content_release(&m);
    answer_result_release(&r);
}
