/* SPDX-License-Identifier: Apache-2.0 */
/* What a message looks like when it leaves for Viber. */
#include <criterion/criterion.h>

#include "tests/unit/viber_help.h"

static struct channel *viber;

static void set_up(void)
{
    viber = viber_test_open(VIBER_TEST_TOKEN);
    cr_assert(viber);
}

static void tear_down(void)
{
    viber_test_close(viber);
}

TestSuite(viber_send, .init = set_up, .fini = tear_down, .timeout = 30);

static const char *const lan[] = {VIBER_TEST_USER};

static cJSON *single(const char *content)
{
    cJSON *o = viber_test_body(viber, content, CHANNEL_WAY_SINGLE, lan, 1, "Lan", NULL);

    cr_assert(o, "%s", content);
    return o;
}

static void expect_str(const cJSON *o, const char *path, const char *want)
{
    const cJSON *item = loa_json_at(o, path);

    cr_expect(cJSON_IsString(item), "%s is a string", path);
    if (cJSON_IsString(item))
        cr_expect_str_eq(item->valuestring, want, "%s: %s", path, item->valuestring);
}

static void expect_int(const cJSON *o, const char *path, int64_t want)
{
    const cJSON *item = loa_json_at(o, path);

    cr_expect(cJSON_IsNumber(item), "%s is a number", path);
    if (cJSON_IsNumber(item))
        cr_expect_eq((int64_t)item->valuedouble, want, "%s", path);
}

static int size_at(const cJSON *o, const char *path)
{
    return cJSON_GetArraySize(loa_json_at(o, path));
}

/* ---- forms --------------------------------------------------------------------------------- */

Test(viber_send, text_has_receiver_sender_and_our_reference)
{
    char *url = NULL;
    cJSON *o = viber_test_body(viber, "{\"text\":\"Chào \\\"bạn\\\"\\nhẹn gặp\"}",
                               CHANNEL_WAY_SINGLE, lan, 1, NULL, &url);

    cr_assert(o);
    cr_expect_str_eq(url, "http://127.0.0.1:9/pa/send_message");
    expect_str(o, "receiver", VIBER_TEST_USER);
    expect_str(o, "sender.name", "Phường Lộc Thọ");
    expect_str(o, "tracking_data", "loa-7-1");
    expect_str(o, "type", "text");
    expect_str(o, "text", "Chào \"bạn\"\nhẹn gặp");
    cr_expect_eq(cJSON_GetArraySize(o), 5, "and nothing else");
    free(url);
    cJSON_Delete(o);
}

Test(viber_send, letters_stay_raw_utf8)
{
    struct msg_content m = viber_test_content("{\"text\":\"Tuần lễ Áo dài 🎉\"}");
    struct channel_draft d = {0};

    cr_assert_eq(channel_viber.compose(viber, &m, CHANNEL_WAY_SINGLE, CHANNEL_LANE_REPLY, &d),
                 LOA_OK);
    cr_expect(strstr(d.body.text, "Tuần lễ Áo dài 🎉"));
    cr_expect_null(strstr(d.body.text, "\\u"));
    channel_draft_release(&d);
    msg_content_release(&m);
}

Test(viber_send, picture_carries_its_caption)
{
    cJSON *o = single("{\"text\":\"Áo dài\",\"image\":\"https://a.vn/x.jpg?w=1\"}");

    expect_str(o, "type", "picture");
    expect_str(o, "text", "Áo dài");
    expect_str(o, "media", "https://a.vn/x.jpg?w=1");
    cJSON_Delete(o);
    o = single("{\"image\":{\"url\":\"https://a.vn/x.jpg\",\"alt\":\"Áo dài đỏ\"}}");
    expect_str(o, "text", "Áo dài đỏ");
    cJSON_Delete(o);
    o = single("{\"image\":\"https://a.vn/x.jpg\"}");
    expect_str(o, "text", "");
    cJSON_Delete(o);
}

Test(viber_send, file_alone_is_a_file_and_beside_text_a_line)
{
    cJSON *o = single("{\"file\":{\"url\":\"https://a.vn/1.pdf\",\"name\":\"Lịch.pdf\","
                      "\"size\":482133}}");

    expect_str(o, "type", "file");
    expect_str(o, "media", "https://a.vn/1.pdf");
    expect_str(o, "file_name", "Lịch.pdf");
    expect_int(o, "size", 482133);
    cr_expect_null(loa_json_get(o, "text"));
    cJSON_Delete(o);
    o = single("{\"text\":\"Mời xem\",\"file\":{\"url\":\"https://a.vn/1.pdf\","
               "\"name\":\"Lịch.pdf\",\"size\":482133}}");
    expect_str(o, "type", "text");
    expect_str(o, "text", "Mời xem\n\nTệp đính kèm: Lịch.pdf\nhttps://a.vn/1.pdf");
    cJSON_Delete(o);
}

Test(viber_send, link_alone_is_a_link_and_beside_text_a_line)
{
    cJSON *o = single("{\"link\":\"https://a.vn/tin\"}");

    expect_str(o, "type", "url");
    expect_str(o, "media", "https://a.vn/tin");
    cJSON_Delete(o);
    o = single("{\"text\":\"Tin\",\"link\":\"https://a.vn/tin\"}");
    expect_str(o, "type", "text");
    expect_str(o, "text", "Tin\n\nhttps://a.vn/tin");
    cJSON_Delete(o);
    o = single("{\"text\":\"Tin: https://a.vn/tin\",\"link\":\"https://a.vn/tin\"}");
    expect_str(o, "text", "Tin: https://a.vn/tin");
    cJSON_Delete(o);
}

Test(viber_send, unchecked_long_caption_becomes_text_with_the_address)
{
    struct loa_buf json = {0};
    cJSON *o;

    loa_buf_adds(&json, "{\"image\":\"https://a.vn/x.jpg\",\"text\":\"");
    for (int i = 0; i < 513; i++)
        loa_buf_adds(&json, "ư");
    loa_buf_adds(&json, "\"}");
    o = single(loa_buf_str(&json));
    expect_str(o, "type", "text");
    cr_expect(strstr(loa_json_str(o, "text"), "\n\nẢnh: https://a.vn/x.jpg"));
    cJSON_Delete(o);
    loa_buf_release(&json);
}

/* ---- names --------------------------------------------------------------------------------- */

#define NAMED "{\"text\":\"Chào @!\",\"buttons\":[{\"title\":\"@\",\"reply\":\"x\"}]}"

/* NAMED with each '@' as a name slot, as a template leaves it. */
static struct msg_content named(void)
{
    struct msg_content m = viber_test_content(NAMED);

    free(m.text);
    free(m.buttons[0].title);
    m.text = loa_xstrdup("Chào " SPLICE_NAME "!");
    m.buttons[0].title = loa_xstrdup(SPLICE_NAME);
    return m;
}

static cJSON *named_body(enum channel_way way, const char *name)
{
    struct msg_content m = named();
    struct channel_draft d = {0};
    struct http_req req = {0};
    cJSON *o;

    cr_assert_eq(channel_viber.compose(viber, &m, way, CHANNEL_LANE_UPDATE, &d), LOA_OK);
    channel_address(viber, &d, lan, 1, name, NULL, &req);
    o = loa_json_parse(loa_buf_str(&req.body), req.body.len);
    cr_assert(o);
    channel_draft_release(&d);
    http_req_release(&req);
    msg_content_release(&m);
    return o;
}

Test(viber_send, single_is_addressed_by_name_or_neutrally)
{
    cJSON *o = named_body(CHANNEL_WAY_SINGLE, "Nguyễn \"Lan\"");

    expect_str(o, "text", "Chào Nguyễn \"Lan\"!");
    expect_str(o, "keyboard.Buttons.0.Text", "Nguyễn \"Lan\"");
    expect_str(o, "tracking_data", "");
    cJSON_Delete(o);
    o = named_body(CHANNEL_WAY_SINGLE, NULL);
    expect_str(o, "text", "Chào bạn!");
    cJSON_Delete(o);
}

Test(viber_send, broadcast_lets_viber_fill_in_the_name)
{
    cJSON *o = named_body(CHANNEL_WAY_BATCH, NULL);

    expect_str(o, "text", "Chào replace_me_with_user_name!");
    cJSON_Delete(o);
}

Test(viber_send, welcome_is_a_message_without_receiver)
{
    struct msg_content m = named();
    struct loa_buf body = {0};
    cJSON *o;

    cr_assert_eq(channel_viber.webhook_reply(viber, &m, &body), LOA_OK);
    o = loa_json_parse(loa_buf_str(&body), body.len);
    cr_assert(o);
    expect_str(o, "sender.name", "Phường Lộc Thọ");
    expect_str(o, "type", "text");
    expect_str(o, "text", "Chào bạn!");
    expect_str(o, "keyboard.Type", "keyboard");
    cr_expect_null(loa_json_get(o, "receiver"));
    cr_expect_null(loa_json_get(o, "tracking_data"));
    cJSON_Delete(o);
    loa_buf_release(&body);
    msg_content_release(&m);
}

/* ---- batches ------------------------------------------------------------------------------- */

Test(viber_send, broadcast_lists_its_receivers)
{
    static const char *const people[] = {"a==", "b/+==", "c\"=="};
    char *url = NULL;
    cJSON *o =
        viber_test_body(viber, "{\"text\":\"Chào\"}", CHANNEL_WAY_BATCH, people, 3, NULL, &url);

    cr_assert(o);
    cr_expect_str_eq(url, "http://127.0.0.1:9/pa/broadcast_message");
    cr_expect_eq(size_at(o, "broadcast_list"), 3);
    expect_str(o, "broadcast_list.0", "a==");
    expect_str(o, "broadcast_list.1", "b/+==");
    expect_str(o, "broadcast_list.2", "c\"==");
    expect_str(o, "tracking_data", "loa-7-1");
    expect_str(o, "sender.name", "Phường Lộc Thọ");
    cr_expect_null(loa_json_get(o, "receiver"));
    free(url);
    cJSON_Delete(o);
}

Test(viber_send, fullest_checked_broadcast_stays_under_30_kilobytes)
{
    const char *people[300];
    struct loa_buf text = {0};
    struct msg_content m = {0};
    struct channel_draft d = {0};
    struct http_req req = {0};

    for (size_t i = 0; i < 300; i++)
        people[i] = VIBER_TEST_USER;
    for (int i = 0; i < 7000; i++)
        loa_buf_adds(&text, "ệ");
    m.text = loa_buf_take(&text);
    while (channel_viber.check(&m, CHANNEL_WAY_BATCH, NULL) != LOA_OK) {
        cr_assert(m.text[0]);
        m.text[strlen(m.text) - 3] = '\0';
    }
    cr_expect(strlen(m.text) > 19000, "%zu", strlen(m.text));
    cr_assert_eq(channel_viber.compose(viber, &m, CHANNEL_WAY_BATCH, CHANNEL_LANE_UPDATE, &d),
                 LOA_OK);
    channel_address(viber, &d, people, 300, NULL, "loa-0123456789abcdef0123456789abcdef", &req);
    cr_expect(req.body.len <= 30000, "%zu", req.body.len);
    channel_draft_release(&d);
    http_req_release(&req);
    msg_content_release(&m);
}

Test(viber_send, post_is_a_flow_not_a_composed_request)
{
    struct msg_content m = viber_test_content("{\"text\":\"Chào\"}");
    struct channel_draft d = {0};

    cr_expect_eq(channel_viber.compose(viber, &m, CHANNEL_WAY_POST, CHANNEL_LANE_UPDATE, &d),
                 LOA_EINVAL);
    msg_content_release(&m);
}

/* ---- keyboards ----------------------------------------------------------------------------- */

Test(viber_send, keyboard_replies_and_opens_links)
{
    cJSON *o = single("{\"text\":\"Chọn\",\"buttons\":["
                      "{\"title\":\"Hôm nay\",\"reply\":\"Hôm nay\"},"
                      "{\"title\":\"Tiếp <b>\\nA & B &lt;\",\"reply\":\"cmd:next\"},"
                      "{\"title\":\"Trang\",\"url\":\"https://a.vn/\"}]}");

    expect_str(o, "keyboard.Type", "keyboard");
    cr_expect_eq(size_at(o, "keyboard.Buttons"), 3);
    expect_str(o, "keyboard.Buttons.0.ActionType", "reply");
    expect_str(o, "keyboard.Buttons.0.ActionBody", "Hôm nay");
    expect_str(o, "keyboard.Buttons.0.Text", "Hôm nay");
    expect_int(o, "keyboard.Buttons.0.Columns", 6);
    expect_int(o, "keyboard.Buttons.0.Rows", 1);
    cr_expect_null(loa_json_at(o, "keyboard.Buttons.0.Silent"), "shown as the person's words");
    expect_str(o, "keyboard.Buttons.1.ActionBody", "cmd:next");
    expect_str(o, "keyboard.Buttons.1.Text", "Tiếp &lt;b&gt;<br>A & B &amp;lt;");
    cr_expect(cJSON_IsTrue(loa_json_at(o, "keyboard.Buttons.1.Silent")), "a command is not shown");
    expect_str(o, "keyboard.Buttons.2.ActionType", "open-url");
    expect_str(o, "keyboard.Buttons.2.ActionBody", "https://a.vn/");
    cr_expect(cJSON_IsTrue(loa_json_at(o, "keyboard.Buttons.2.Silent")));
    expect_str(o, "text", "Chọn");
    cr_expect_null(loa_json_get(o, "min_api_version"), "no field that needs more than 1");
    cJSON_Delete(o);
}

Test(viber_send, telephone_button_is_a_line_of_text)
{
    cJSON *o = single("{\"text\":\"Cần giúp?\",\"buttons\":[{\"title\":\"Gọi UBND\","
                      "\"phone\":\"0258 3822 000\"}]}");

    expect_str(o, "text", "Cần giúp?\n\n• Gọi UBND: 0258 3822 000");
    cr_expect_null(loa_json_get(o, "keyboard"));
    cJSON_Delete(o);
}

Test(viber_send, many_short_buttons_share_rows_and_none_is_lost)
{
    struct loa_buf json = {0};
    cJSON *o;

    loa_buf_adds(&json, "{\"text\":\"Chọn\",\"buttons\":[");
    for (int i = 0; i < 13; i++)
        loa_buf_addf(&json, "%s{\"title\":\"Mục %d\",\"reply\":\"%d\"}", i ? "," : "", i, i);
    loa_buf_adds(&json, "]}");
    o = single(loa_buf_str(&json));
    cr_expect_eq(size_at(o, "keyboard.Buttons"), 13);
    expect_int(o, "keyboard.Buttons.0.Columns", 3);
    expect_int(o, "keyboard.Buttons.11.Columns", 3);
    expect_int(o, "keyboard.Buttons.12.Columns", 6);
    cJSON_Delete(o);
    loa_buf_release(&json);
}

Test(viber_send, button_over_the_twelve_rows_becomes_text)
{
    struct loa_buf json = {0};
    cJSON *o;

    loa_buf_adds(&json, "{\"text\":\"Chọn\",\"buttons\":[");
    for (int i = 0; i < 13; i++)
        loa_buf_addf(&json, "%s{\"title\":\"Một tiêu đề khá dài số %d\",\"reply\":\"so %d\"}",
                     i ? "," : "", i, i);
    loa_buf_adds(&json, "]}");
    o = single(loa_buf_str(&json));
    cr_expect_eq(size_at(o, "keyboard.Buttons"), 12);
    expect_str(o, "text", "Chọn\n\n• Một tiêu đề khá dài số 12: nhắn “so 12”");
    cJSON_Delete(o);
    loa_buf_release(&json);
}

/* ---- cards --------------------------------------------------------------------------------- */

#define CARDS                                                                                       \
    "{\"text\":\"Hôm nay có:\",\"cards\":[{\"title\":\"Áo dài\",\"subtitle\":\"8:00\","         \
    "\"image\":\"https://a.vn/1.png\",\"url\":\"https://a.vn/1\",\"buttons\":[{\"title\":"          \
    "\"Nhắc tôi\",\"reply\":\"remind:1\"}]},{\"title\":\"Ẩm thực\",\"buttons\":[{\"title\":" \
    "\"Gọi\",\"phone\":\"0258\"}]}]}"

Test(viber_send, cards_are_a_carousel_with_the_text_first)
{
    cJSON *o = single(CARDS);
    const char *at = "rich_media.Buttons";

    expect_str(o, "type", "rich_media");
    expect_int(o, "min_api_version", 2);
    expect_str(o, "rich_media.Type", "rich_media");
    expect_int(o, "rich_media.ButtonsGroupColumns", 6);
    expect_int(o, "rich_media.ButtonsGroupRows", 6);
    cr_expect_eq(size_at(o, at), 5);
    expect_str(o, "rich_media.Buttons.0.Text", "Hôm nay có:");
    expect_str(o, "rich_media.Buttons.0.ActionType", "none");
    expect_int(o, "rich_media.Buttons.0.Rows", 6);
    expect_str(o, "rich_media.Buttons.1.Image", "https://a.vn/1.png");
    expect_str(o, "rich_media.Buttons.1.ActionType", "open-url");
    expect_str(o, "rich_media.Buttons.2.Text", "<b>Áo dài</b><br>8:00");
    expect_str(o, "rich_media.Buttons.3.ActionBody", "remind:1");
    expect_str(o, "rich_media.Buttons.4.Text", "<b>Ẩm thực</b><br>Gọi: 0258");
    expect_str(o, "alt_text",
               "Hôm nay có:\n\nÁo dài\n8:00\nhttps://a.vn/1\n• Nhắc tôi: nhắn “remind:1”\n\n"
               "Ẩm thực\n• Gọi: 0258");
    cJSON_Delete(o);
}

Test(viber_send, every_card_fills_its_rows_exactly)
{
    cJSON *o = single(CARDS);
    const cJSON *b;
    int rows = 0, group = (int)loa_json_int(loa_json_get(o, "rich_media"), "ButtonsGroupRows", 0);

    cr_assert(group > 0 && group <= 7);
    cJSON_ArrayForEach(b, loa_json_at(o, "rich_media.Buttons"))
    {
        int n = (int)loa_json_int(b, "Rows", 0);

        cr_expect(n >= 1 && n <= 7);
        cr_expect_eq(loa_json_int(b, "Columns", 0), 6);
        cr_expect(rows % group + n <= group, "no cell spans two cards");
        rows += n;
    }
    cr_expect_eq(rows, 3 * group);
    cJSON_Delete(o);
}

Test(viber_send, more_cards_than_fit_become_text_without_loss)
{
    struct loa_buf json = {0};
    cJSON *o;

    loa_buf_adds(&json, "{\"text\":\"Có:\",\"cards\":[");
    for (int i = 0; i < 6; i++)
        loa_buf_addf(&json, "%s{\"title\":\"Thẻ %d\"}", i ? "," : "", i);
    loa_buf_adds(&json, "]}");
    o = single(loa_buf_str(&json));
    expect_str(o, "type", "text");
    expect_str(o, "text", "Có:\n\nThẻ 0\n\nThẻ 1\n\nThẻ 2\n\nThẻ 3\n\nThẻ 4\n\nThẻ 5");
    cJSON_Delete(o);
    loa_buf_release(&json);
}

Test(viber_send, six_cards_without_text_fit)
{
    struct loa_buf json = {0};
    cJSON *o;

    loa_buf_adds(&json, "{\"cards\":[");
    for (int i = 0; i < 6; i++)
        loa_buf_addf(&json,
                     "%s{\"title\":\"Thẻ\",\"image\":\"https://a.vn/%d.jpg\",\"buttons\":["
                     "{\"title\":\"1\",\"reply\":\"1\"},{\"title\":\"2\",\"reply\":\"2\"},"
                     "{\"title\":\"3\",\"reply\":\"3\"}]}",
                     i ? "," : "", i);
    loa_buf_adds(&json, "]}");
    o = single(loa_buf_str(&json));
    expect_str(o, "type", "rich_media");
    expect_int(o, "rich_media.ButtonsGroupRows", 7);
    cr_expect_eq(size_at(o, "rich_media.Buttons"), 30);
    cJSON_Delete(o);
    loa_buf_release(&json);
}
