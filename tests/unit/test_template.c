/* SPDX-License-Identifier: Apache-2.0 */
/* Templates: what each placeholder becomes on its day, and what is refused. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/template.h"
#include "tests/unit/store_help.h"

static struct db *db;

static void open_filled(void)
{
    db = help_open();
    help_daily(db, "2026-10-01", "Khai mạc", "Hôm nay {khai mạc} \"7 giờ\"");
    help_event(db, "e01", "2026-10-01T07:30:00+07:00", "2026-10-01T09:30:00+07:00",
               "{\"id\":\"e01\",\"title\":\"Lễ khai mạc\",\"place\":\"Trung tâm\",\"address\":\"46 "
               "Trần Phú\",\"online_url\":\"https://a.vn\",\"contact_phone\":\"0258\",\"summary\":"
               "\"Văn nghệ\"}");
    help_event(db, "e02", "2026-10-01T14:00:00+07:00", "2026-10-03T17:00:00+07:00",
               "{\"id\":\"e02\",\"title\":\"Triển lãm\",\"place\":null}");
    help_event(db, "a.b", "2026-10-05T00:00:00+07:00", "2026-10-06T00:00:00+07:00",
               "{\"id\":\"a.b\",\"title\":\"Cả ngày\"}");
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_template, .timeout = 10, .init = open_filled, .fini = close_it);

static enum loa_err fill_into(const char *text, const char *due, char **out,
                              struct loa_problem *why)
{
    struct msg_content c = {.text = loa_xstrdup(text)};
    enum loa_err err = msg_template_fill(db, help_at(due), &c, why);

    *out = loa_xstrdup(c.text);
    msg_content_release(&c);
    return err;
}

static void expect(const char *text, const char *due, const char *result)
{
    struct loa_problem why = {0};
    char *out;

    cr_expect_eq(fill_into(text, due, &out, &why), LOA_OK, "%s: %s", text, why.text);
    cr_expect_str_eq(out, result, "%s gave %s", text, out);
    free(out);
}

Test(msg_template, every_placeholder_has_its_text)
{
    static const char day[] = "2026-10-01T07:00:00+07:00";

    expect("{date}", day, "1/10/2026");
    expect("{weekday}", day, "Thứ Năm");
    expect("{daily.title}", day, "Khai mạc");
    expect("{daily.short}", day, "Khai mạc");
    expect("{daily.text}", day, "Hôm nay {khai mạc} \"7 giờ\"");
    expect("{event:e01.title}", day, "Lễ khai mạc");
    expect("{event:e01.time}", day, "7 giờ 30 – 9 giờ 30");
    expect("{event:e02.time}", day, "14 giờ – 17 giờ");
    expect("{event:e01.date}", day, "1/10/2026");
    expect("{event:e01.place}", day, "Trung tâm");
    expect("{event:e01.address}", day, "46 Trần Phú");
    expect("{event:e01.link}", day, "https://a.vn");
    expect("{event:e01.phone}", day, "0258");
    expect("{event:e01.summary}", day, "Văn nghệ");
    expect("{event:e02.place}", day, "");
    expect("{event:a.b.title}", day, "Cả ngày");
    expect("Chào {name}!", day, "Chào " MSG_NAME_SLOT "!");
    expect("{{x} và {{", day, "{x} và {");
    expect("}a}", day, "}a}");
    expect("không có gì", day, "không có gì");
}

/* Staff who want to print the placeholder itself double its brace, and it stays what they wrote
 * however often the text is looked at later. */
Test(msg_template, a_doubled_brace_never_becomes_a_name)
{
    struct msg_content c = {.text = loa_xstrdup("Gõ {{name} hoặc {{{name}")}, back;
    struct loa_problem why = {0};
    cJSON *json;
    char *text;

    cr_assert_eq(msg_template_fill(db, help_at("2026-10-01"), &c, &why), LOA_OK, "%s", why.text);
    cr_expect_str_eq(c.text, "Gõ {name} hoặc {" MSG_NAME_SLOT);
    json = msg_content_to_json(&c);
    text = loa_json_print(json);
    cr_assert_eq(msg_content_load(text, &back), LOA_OK);
    msg_content_name(&back, "Lan");
    cr_expect_str_eq(back.text, "Gõ {name} hoặc {Lan");
    msg_content_release(&back);
    msg_content_release(&c);
    cJSON_Delete(json);
    free(text);
}

static struct msg_content named_everywhere(void)
{
    struct msg_content c = {.title = loa_xstrdup("Mời {name}"),
                            .text = loa_xstrdup("Chào {name}, {name}"),
                            .image_alt = loa_xstrdup("Thiệp của {name}"),
                            .n_cards = 1,
                            .utility = {.name = loa_xstrdup("mau"), .n_params = 1}};

    cr_assert_eq(msg_content_add_button(&c, MSG_BUTTON_REPLY, "{name} đi", "#di"), LOA_OK);
    c.cards[0].title = loa_xstrdup("{name}");
    c.cards[0].subtitle = loa_xstrdup("của {name}");
    c.cards[0].n_buttons = 1;
    c.cards[0].buttons[0] = (struct msg_button){.kind = MSG_BUTTON_URL,
                                                .title = loa_xstrdup("Xem, {name}"),
                                                .value = loa_xstrdup("https://a.vn")};
    c.utility.params[0] = loa_xstrdup("{name}");
    return c;
}

Test(msg_template, a_name_goes_wherever_a_person_reads)
{
    struct msg_content c = named_everywhere();
    struct loa_problem why = {0};

    cr_assert_eq(msg_template_fill(db, help_at("2026-10-01"), &c, &why), LOA_OK, "%s", why.text);
    msg_content_name(&c, "Lan");
    cr_expect_str_eq(c.title, "Mời Lan");
    cr_expect_str_eq(c.text, "Chào Lan, Lan");
    cr_expect_str_eq(c.image_alt, "Thiệp của Lan");
    cr_expect_str_eq(c.buttons[0].title, "Lan đi");
    cr_expect_str_eq(c.cards[0].title, "Lan");
    cr_expect_str_eq(c.cards[0].subtitle, "của Lan");
    cr_expect_str_eq(c.cards[0].buttons[0].title, "Xem, Lan");
    cr_expect_str_eq(c.utility.params[0], "Lan");
    msg_content_release(&c);
}

Test(msg_template, nobody_in_particular_is_addressed_neutrally)
{
    struct msg_content c = named_everywhere();

    cr_assert_eq(msg_template_fill(db, help_at("2026-10-01"), &c, NULL), LOA_OK);
    msg_content_name(&c, NULL);
    cr_expect_str_eq(c.title, "Mời bạn");
    cr_expect_str_eq(c.cards[0].subtitle, "của bạn");
    msg_content_release(&c);
}

Test(msg_template, a_name_in_an_address_or_a_buttons_payload_is_refused)
{
    struct loa_problem why = {0};
    struct msg_content link = {.link_url = loa_xstrdup("https://a.vn/?ten={name}")};
    struct msg_content button = {.text = loa_xstrdup("A")};

    cr_expect_eq(msg_template_fill(db, help_at("2026-10-01"), &link, &why), LOA_EINVAL);
    cr_expect_not_null(strstr(why.text, "{name}"));
    cr_assert_eq(msg_content_add_button(&button, MSG_BUTTON_REPLY, "Tôi", "tôi là {name}"), LOA_OK);
    cr_expect_eq(msg_template_fill(db, help_at("2026-10-01"), &button, &why), LOA_EINVAL);
    msg_content_release(&link);
    msg_content_release(&button);
}

Test(msg_template, weekdays_are_vietnamese_from_monday_to_sunday)
{
    static const char *const names[] = {"Thứ Hai", "Thứ Ba",  "Thứ Tư",  "Thứ Năm",
                                        "Thứ Sáu", "Thứ Bảy", "Chủ nhật"};
    static const char *const days[] = {"2026-09-28", "2026-09-29", "2026-09-30", "2026-10-01",
                                       "2026-10-02", "2026-10-03", "2026-10-04"};

    for (size_t i = 0; i < 7; i++)
        expect("{weekday}", days[i], names[i]);
}

Test(msg_template, the_days_events_are_listed_and_those_that_last_appear_each_day)
{
    expect("{events}", "2026-10-01T05:00:00+07:00",
           "• 7 giờ 30: Lễ khai mạc (Trung tâm)\n• 14 giờ: Triển lãm");
    expect("{events}", "2026-10-03T23:59:59+07:00", "• 14 giờ: Triển lãm");
    expect("{events}", "2026-10-04T00:00:00+07:00", "Hôm nay không có hoạt động nào.");
    expect("{events}", "2026-10-05T12:00:00+07:00", "• 0 giờ: Cả ngày");
    expect("{events}", "2026-10-06T00:00:00+07:00", "Hôm nay không có hoạt động nào.");
}

Test(msg_template, a_long_list_of_events_says_how_many_more)
{
    char id[8] = "x00", *out;
    struct loa_problem why;

    for (int i = 0; i < 15; i++) {
        id[1] = (char)('0' + i / 10);
        id[2] = (char)('0' + i % 10);
        help_event(db, id, "2026-11-01T08:00:00+07:00", "2026-11-01T09:00:00+07:00",
                   "{\"title\":\"Lớp học\"}");
    }
    cr_assert_eq(fill_into("{events}", "2026-11-01", &out, &why), LOA_OK);
    cr_expect_not_null(strstr(out, "… và 3 hoạt động khác"));
    free(out);
}

Test(msg_template, mistakes_are_told_and_leave_the_text_as_it_was)
{
    static const struct {
        const char *text;
        enum loa_err err;
        const char *word;
    } bad[] = {
        {"{dat}", LOA_EINVAL, "dat"},
        {"{}", LOA_EINVAL, "{}"},
        {"{name", LOA_EINVAL, "{{"},
        {"{daily.other}", LOA_EINVAL, "daily.other"},
        {"{event:e01}", LOA_EINVAL, "event"},
        {"{event:e01.color}", LOA_EINVAL, "color"},
        {"{event:nope.title}", LOA_ENOENT, "nope"},
        {"{xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
         "}",
         LOA_EINVAL, "{{"},
        {"{event:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.title}",
         LOA_EINVAL, "event"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct loa_problem why = {0};
        char *out;

        cr_expect_eq(fill_into(bad[i].text, "2026-10-01", &out, &why), bad[i].err, "%s",
                     bad[i].text);
        cr_expect_not_null(strstr(why.text, bad[i].word), "%s: %s", bad[i].text, why.text);
        cr_expect_str_eq(out, bad[i].text);
        free(out);
    }
}

Test(msg_template, a_day_without_its_entry_is_told_by_its_date)
{
    struct loa_problem why = {0};
    char *out;

    cr_expect_eq(fill_into("{daily.text}", "2026-10-09", &out, &why), LOA_ENOENT);
    cr_expect_str_eq(why.field, "daily");
    cr_expect_not_null(strstr(why.text, "2026-10-09"));
    free(out);
}

Test(msg_template, buttons_cards_links_and_parameters_are_filled_too)
{
    static const char json[] =
        "{\"title\":\"{date}\",\"text\":\"x\",\"link\":\"https://a.vn/{date}\",\"image\":{\"url\":"
        "\"https://a.vn/a.jpg\",\"alt\":\"{weekday}\"},\"buttons\":[{\"title\":\"{date}\","
        "\"reply\":\"{weekday}\"}],\"cards\":[{\"title\":\"{date}\",\"subtitle\":\"{weekday}\","
        "\"url\":\"https://a.vn/{date}\",\"buttons\":[{\"title\":\"{date}\",\"reply\":\"x\"}]}],"
        "\"utility\":{\"name\":\"t\",\"params\":[\"{date}\"]}}";
    cJSON *o = loa_json_parse(json, strlen(json));
    struct msg_content c;

    cr_assert_eq(msg_content_parse(o, &c, NULL), LOA_OK);
    cJSON_Delete(o);
    cr_assert_eq(msg_template_fill(db, help_at("2026-10-01"), &c, NULL), LOA_OK);
    cr_expect_str_eq(c.title, "1/10/2026");
    cr_expect_str_eq(c.text, "x");
    cr_expect_str_eq(c.link_url, "https://a.vn/1/10/2026");
    cr_expect_str_eq(c.image_alt, "Thứ Năm");
    cr_expect_str_eq(c.buttons[0].title, "1/10/2026");
    cr_expect_str_eq(c.buttons[0].value, "Thứ Năm");
    cr_expect_str_eq(c.cards[0].title, "1/10/2026");
    cr_expect_str_eq(c.cards[0].subtitle, "Thứ Năm");
    cr_expect_str_eq(c.cards[0].url, "https://a.vn/1/10/2026");
    cr_expect_str_eq(c.cards[0].buttons[0].title, "1/10/2026");
    cr_expect_str_eq(c.utility.params[0], "1/10/2026");
    msg_content_release(&c);
}

Test(msg_template, text_from_the_store_is_not_read_as_a_template_again)
{
    help_daily(db, "2026-10-02", "{date}", "{event:e01.title} {{");
    expect("{daily.title} {daily.text}", "2026-10-02", "{date} {event:e01.title} {{");
}

Test(msg_template, the_sources_are_the_rows_that_the_text_can_draw_on)
{
    struct loa_buf out = {0};

    help_daily(db, "2026-10-02", "Ngày hai", "hai");
    help_daily(db, "2026-11-02", "Tháng sau", "sau");
    cr_assert_eq(msg_template_sources(db, "{\"text\":\"x\"}", 0, help_at("2027-01-01"), &out),
                 LOA_OK);
    cr_expect_eq(out.len, (size_t)0);
    cr_assert_eq(msg_template_sources(db, "{daily.text}", help_at("2026-10-02"),
                                      help_at("2026-10-03"), &out),
                 LOA_OK);
    cr_expect_not_null(strstr(loa_buf_str(&out), "Ngày hai"));
    cr_expect_null(strstr(loa_buf_str(&out), "Khai mạc"));
    cr_expect_null(strstr(loa_buf_str(&out), "Tháng sau"));
    loa_buf_reset(&out);
    cr_assert_eq(msg_template_sources(db, "{event:e01.title}", 0, 0, &out), LOA_OK);
    cr_expect_not_null(strstr(loa_buf_str(&out), "Lễ khai mạc"));
    loa_buf_release(&out);
    loa_buf_init(&out, 10);
    cr_expect_eq(msg_template_sources(db, "{events}", 0, 0, &out), LOA_ELIMIT,
                 "half of it must not be approved");
    loa_buf_release(&out);
}
