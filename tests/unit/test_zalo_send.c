/* SPDX-License-Identifier: Apache-2.0 */
/* What a Zalo message looks like on the wire, and how what has no place becomes text. */
#include <criterion/criterion.h>

#include "tests/unit/zalo_help.h"

TestSuite(zalo_send, .timeout = 10);

/* Composes, addresses to the test's person and parses the body. Caller owns. */
static cJSON *body_of(const char *json, enum channel_lane lane, bool allow_retired, char **url)
{
    struct channel *c = zalo_test_open(allow_retired);
    struct msg_content m = zalo_test_content(json);
    struct channel_draft draft = {0};
    struct http_req req = {0};
    const char *user = ZALO_TEST_USER;
    cJSON *body = NULL;

    if (channel_zalo.compose(c, &m, CHANNEL_WAY_SINGLE, lane, &draft) == LOA_OK) {
        channel_address(c, &draft, &user, 1, NULL, "loa-1", &req);
        body = loa_json_parse(loa_buf_str(&req.body), req.body.len);
        if (url)
            *url = loa_xstrdup(loa_buf_str(&req.url));
    }
    channel_draft_release(&draft);
    http_req_release(&req);
    msg_content_release(&m);
    channel_zalo.close(c);
    return body;
}

static cJSON *cs_of(const char *json)
{
    return body_of(json, CHANNEL_LANE_REPLY, false, NULL);
}

static void expect_json(const cJSON *body, const char *expected)
{
    cJSON *want = loa_json_parse(expected, strlen(expected));
    char *got = loa_json_print(body);

    cr_expect(want && cJSON_Compare(body, want, true), "%s", got);
    cJSON_Delete(want);
    free(got);
}

Test(zalo_send, text_is_the_whole_message)
{
    char *url = NULL;
    cJSON *body = body_of("{\"text\":\"Chào “bạn”\\nhôm nay\"}", CHANNEL_LANE_UPDATE, false, &url);

    expect_json(body, "{\"recipient\":{\"user_id\":\"" ZALO_TEST_USER "\"},"
                      "\"message\":{\"text\":\"Chào “bạn”\\nhôm nay\"}}");
    cr_expect_str_eq(url, ZALO_TEST_API "/v3.0/oa/message/cs");
    cJSON_Delete(body);
    free(url);
}

Test(zalo_send, a_slot_in_the_text_takes_the_name)
{
    static char text[] = "Chào " SPLICE_NAME "!";
    const struct msg_content m = {.text = text};
    struct channel *c = zalo_test_open(false);
    struct channel_draft draft = {0};
    struct http_req req = {0};
    const char *user = ZALO_TEST_USER;
    cJSON *body;

    cr_assert_eq(channel_zalo.compose(c, &m, CHANNEL_WAY_SINGLE, CHANNEL_LANE_UPDATE, &draft),
                 LOA_OK);
    channel_address(c, &draft, &user, 1, "Lê \"B\"", NULL, &req);
    body = loa_json_parse(loa_buf_str(&req.body), req.body.len);
    cr_expect_str_eq(zalo_test_at(body, "message.text"), "Chào Lê \"B\"!");
    cr_expect_eq(channel_zalo.check(&m, CHANNEL_WAY_SINGLE, NULL), LOA_OK);
    cr_expect_str_eq(req.content_type, "application/json");
    cr_expect_eq(req.method, HTTP_POST);
    cJSON_Delete(body);
    http_req_release(&req);
    channel_draft_release(&draft);
    channel_zalo.close(c);
}

Test(zalo_send, a_picture_goes_by_its_encoded_address)
{
    cJSON *body = cs_of("{\"text\":\"Ảnh\",\"image\":\"https://x.vn/ảnh 1.jpg\"}");

    expect_json(body, "{\"recipient\":{\"user_id\":\"" ZALO_TEST_USER
                      "\"},\"message\":{\"text\":\"Ảnh\",\"attachment\":{\"type\":\"template\","
                      "\"payload\":{\"template_type\":\"media\",\"elements\":[{\"media_type\":"
                      "\"image\",\"url\":\"https://x.vn/%E1%BA%A3nh%201.jpg\"}]}}}}");
    cJSON_Delete(body);
}

Test(zalo_send, an_uploaded_picture_goes_by_its_id)
{
    cJSON *body = cs_of("{\"image\":\"zalo-attachment:abc\"}");

    cr_expect_str_eq(zalo_test_at(body, "message.attachment.payload.elements.0.attachment_id"),
                     "abc");
    cr_expect_null(loa_json_at(body, "message.attachment.payload.elements.0.url"));
    cr_expect_null(loa_json_at(body, "message.text"));
    cJSON_Delete(body);
}

Test(zalo_send, an_animated_picture_becomes_an_address)
{
    cJSON *body = cs_of("{\"text\":\"A\",\"image\":\"https://x.vn/a.GIF?b=1\"}");

    cr_expect_str_eq(zalo_test_at(body, "message.text"), "A\nHình ảnh: https://x.vn/a.GIF?b=1");
    cr_expect_null(loa_json_at(body, "message.attachment"));
    cJSON_Delete(body);
}

Test(zalo_send, buttons_of_all_kinds_stand_under_the_text)
{
    cJSON *body =
        cs_of("{\"text\":\"Chọn\",\"buttons\":[{\"title\":\"Web\",\"url\":\"https://x.vn/\"},"
              "{\"title\":\"Lịch\",\"reply\":\"lịch hôm nay\"},"
              "{\"title\":\"Gọi\",\"phone\":\"+84 258 123\"}]}");

    expect_json(
        body,
        "{\"recipient\":{\"user_id\":\"" ZALO_TEST_USER
        "\"},\"message\":{\"text\":\"Chọn\",\"attachment\":{\"type\":\"template\","
        "\"payload\":{\"buttons\":["
        "{\"title\":\"Web\",\"type\":\"oa.open.url\",\"payload\":{\"url\":\"https://x.vn/\"}},"
        "{\"title\":\"Lịch\",\"type\":\"oa.query.show\",\"payload\":\"lịch hôm nay\"},"
        "{\"title\":\"Gọi\",\"type\":\"oa.open.phone\",\"payload\":{\"phone_code\":"
        "\"84258123\"}}]}}}}");
    cJSON_Delete(body);
}

Test(zalo_send, buttons_beyond_the_fifth_become_lines)
{
    struct msg_content m = zalo_test_content("{\"text\":\"Chọn\"}");
    char *json;
    cJSON *o, *body;

    for (int i = 0; i < 5; i++)
        cr_assert_eq(msg_content_add_button(&m, MSG_BUTTON_REPLY, "T", "v"), LOA_OK);
    cr_assert_eq(msg_content_add_button(&m, MSG_BUTTON_URL, "Web", "https://x.vn/"), LOA_OK);
    cr_assert_eq(msg_content_add_button(&m, MSG_BUTTON_REPLY, "Hôm nay", "lịch"), LOA_OK);
    o = msg_content_to_json(&m);
    json = loa_json_print(o);
    body = cs_of(json);
    cr_expect_eq(cJSON_GetArraySize(loa_json_at(body, "message.attachment.payload.buttons")), 5);
    cr_expect_str_eq(zalo_test_at(body, "message.text"),
                     "Chọn\n• Web: https://x.vn/\n• Hôm nay (nhắn: lịch)");
    cJSON_Delete(body);
    cJSON_Delete(o);
    free(json);
    msg_content_release(&m);
}

Test(zalo_send, beside_a_picture_buttons_become_lines)
{
    cJSON *body = cs_of("{\"text\":\"A\",\"image\":\"https://x.vn/a.jpg\",\"buttons\":[{\"title\":"
                        "\"Gọi\",\"phone\":\"1022\"}]}");

    cr_expect_str_eq(zalo_test_at(body, "message.text"), "A\n• Gọi: 1022");
    cr_expect_null(loa_json_at(body, "message.attachment.payload.buttons"));
    cJSON_Delete(body);
}

Test(zalo_send, link_and_file_become_lines)
{
    cJSON *body = cs_of("{\"text\":\"A\",\"link\":\"https://x.vn/l\",\"file\":{\"url\":"
                        "\"https://x.vn/f.pdf\",\"name\":\"f.pdf\",\"size\":10}}");

    cr_expect_str_eq(zalo_test_at(body, "message.text"),
                     "A\nhttps://x.vn/l\nTệp đính kèm f.pdf: https://x.vn/f.pdf");
    cJSON_Delete(body);
}

Test(zalo_send, cards_with_a_short_text_become_a_list)
{
    cJSON *body =
        cs_of("{\"text\":\"Hôm nay\\ncó hai việc\",\"image\":\"https://x.vn/0.jpg\",\"cards\":["
              "{\"title\":\"Một\",\"subtitle\":\"8 giờ\",\"image\":\"https://x.vn/1.jpg\","
              "\"url\":\"https://x.vn/1\"},{\"title\":\"Hai\",\"buttons\":[{\"title\":\"Xem\","
              "\"reply\":\"hai\"}]}],\"buttons\":[{\"title\":\"Nữa\",\"reply\":\"nữa\"}]}");
    const cJSON *p = loa_json_at(body, "message.attachment.payload");

    expect_json(
        p, "{\"template_type\":\"list\",\"elements\":["
           "{\"title\":\"Hôm nay\",\"subtitle\":\"có hai việc\",\"image_url\":"
           "\"https://x.vn/0.jpg\"},"
           "{\"title\":\"Một\",\"subtitle\":\"8 giờ\",\"image_url\":\"https://x.vn/1.jpg\","
           "\"default_action\":{\"type\":\"oa.open.url\",\"payload\":{\"url\":"
           "\"https://x.vn/1\"}}},"
           "{\"title\":\"Hai\",\"default_action\":{\"type\":\"oa.query.show\",\"payload\":"
           "\"hai\"}}],"
           "\"buttons\":[{\"title\":\"Nữa\",\"type\":\"oa.query.show\",\"payload\":\"nữa\"}]}");
    cr_expect_null(loa_json_at(body, "message.text"));
    cJSON_Delete(body);
}

Test(zalo_send, too_many_cards_become_text)
{
    cJSON *body =
        cs_of("{\"text\":\"Lịch\",\"cards\":[{\"title\":\"1\",\"url\":\"https://x.vn/1\"},"
              "{\"title\":\"2\",\"subtitle\":\"hai\"},{\"title\":\"3\"},{\"title\":\"4\"}],"
              "\"buttons\":[{\"title\":\"Nữa\",\"reply\":\"nữa\"}]}");

    cr_expect_str_eq(zalo_test_at(body, "message.text"),
                     "Lịch\n\n1\nhttps://x.vn/1\n\n2\nhai\n\n3\n\n4");
    cr_expect_str_eq(zalo_test_at(body, "message.attachment.payload.buttons.0.title"), "Nữa");
    cr_expect_null(loa_json_at(body, "message.attachment.payload.template_type"));
    cJSON_Delete(body);
}

Test(zalo_send, buttons_of_several_cards_are_not_mixed_up_below_a_list)
{
    cJSON *body = cs_of("{\"cards\":[{\"title\":\"1\",\"url\":\"https://x.vn/1\",\"buttons\":[{"
                        "\"title\":\"Ghi tên\",\"reply\":\"ghi 1\"}]},{\"title\":\"2\"}]}");

    cr_expect_str_eq(zalo_test_at(body, "message.text"),
                     "1\nhttps://x.vn/1\n• Ghi tên (nhắn: ghi 1)\n\n2");
    cJSON_Delete(body);
}

Test(zalo_send, what_is_retired_is_not_built_unless_allowed)
{
    static const char json[] =
        "{\"title\":\"Cúp nước\",\"text\":\"Từ 8 giờ\",\"utility\":{\"name\":"
        "\"transaction_event\",\"language\":\"vi\"},\"buttons\":[{\"title\":\"Web\",\"url\":"
        "\"https://x.vn/\"}]}";
    char *url = NULL;
    cJSON *body = body_of(json, CHANNEL_LANE_UTILITY, false, NULL);

    cr_expect_null(body);
    body = body_of(json, CHANNEL_LANE_UTILITY, true, &url);
    cr_expect_str_eq(url, ZALO_TEST_API "/v3.0/oa/message/transaction");
    expect_json(body,
                "{\"recipient\":{\"user_id\":\"" ZALO_TEST_USER
                "\"},\"message\":{\"attachment\":{\"type\":\"template\",\"payload\":{"
                "\"template_type\":\"transaction_event\",\"language\":\"VI\",\"elements\":["
                "{\"type\":\"header\",\"align\":\"left\",\"content\":\"Cúp nước\"},"
                "{\"type\":\"text\",\"align\":\"left\",\"content\":\"Từ 8 giờ\"}],\"buttons\":["
                "{\"title\":\"Web\",\"type\":\"oa.open.url\",\"payload\":{\"url\":"
                "\"https://x.vn/\"},\"image_icon\":\"\"}]}}}}");
    free(url);
    cJSON_Delete(body);
    body = body_of("{\"text\":\"A\",\"utility\":{\"name\":\"transaction_none\"}}",
                   CHANNEL_LANE_UTILITY, true, NULL);
    cr_expect_null(body);
}

Test(zalo_send, there_is_no_batch)
{
    struct channel *c = zalo_test_open(false);
    struct msg_content m = zalo_test_content("{\"text\":\"A\"}");
    struct channel_draft draft = {0};

    cr_expect_eq(channel_zalo.compose(c, &m, CHANNEL_WAY_BATCH, CHANNEL_LANE_UPDATE, &draft),
                 LOA_EINVAL);
    msg_content_release(&m);
    channel_zalo.close(c);
}

/* ---- limits ---- */

static enum loa_err check(const char *json, enum channel_way way, struct loa_problem *why)
{
    struct msg_content m = zalo_test_content(json);
    enum loa_err err;

    memset(why, 0, sizeof(*why));
    err = channel_zalo.check(&m, way, why);
    msg_content_release(&m);
    return err;
}

/* {MEMBER: n times `letter` and the rest}. */
static enum loa_err check_long(const char *before, size_t n, const char *letter, const char *rest,
                               enum channel_way way, struct loa_problem *why)
{
    struct loa_buf json = {0};
    enum loa_err err;

    loa_buf_adds(&json, before);
    for (size_t i = 0; i < n; i++)
        loa_buf_adds(&json, letter);
    loa_buf_adds(&json, rest);
    err = check(loa_buf_str(&json), way, why);
    loa_buf_release(&json);
    return err;
}

Test(zalo_send, text_may_have_2000_letters_and_not_one_more)
{
    struct loa_problem why;

    cr_expect_eq(check_long("{\"text\":\"", 2000, "ủ", "\"}", CHANNEL_WAY_SINGLE, &why), LOA_OK);
    cr_expect_eq(check_long("{\"text\":\"", 2140, "ủ", "\"}", CHANNEL_WAY_SINGLE, &why),
                 LOA_ELIMIT);
    cr_expect_str_eq(why.field, "text");
    cr_expect_str_eq(why.text, "Văn bản dài 2.140 ký tự, Zalo nhận tối đa 2.000: hãy rút bớt 140 "
                               "ký tự.");
}

Test(zalo_send, lines_that_stand_for_buttons_count_as_text)
{
    struct loa_problem why;

    cr_expect_eq(check_long("{\"text\":\"", 1995, "a", "\",\"link\":\"https://x.vn/\"}",
                            CHANNEL_WAY_SINGLE, &why),
                 LOA_ELIMIT);
    cr_expect_str_eq(why.field, "text");
    cr_expect(strstr(why.text, "liên kết") != NULL, "%s", why.text);
}

Test(zalo_send, staff_are_told_what_to_mend)
{
    struct loa_problem why;

    cr_expect_eq(check("{}", CHANNEL_WAY_SINGLE, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "text");
    cr_expect_eq(
        check("{\"buttons\":[{\"title\":\"A\",\"reply\":\"a\"}]}", CHANNEL_WAY_SINGLE, &why),
        LOA_EINVAL);
    cr_expect_str_eq(why.field, "text");
    cr_expect_eq(
        check("{\"text\":\"A\",\"image\":\"https://x.vn/a.gif\"}", CHANNEL_WAY_SINGLE, &why),
        LOA_EINVAL);
    cr_expect_str_eq(why.field, "image");
    cr_expect_eq(check_long("{\"text\":\"A\",\"buttons\":[{\"title\":\"", 101, "ủ",
                            "\",\"reply\":\"a\"}]}", CHANNEL_WAY_SINGLE, &why),
                 LOA_ELIMIT);
    cr_expect_str_eq(why.field, "buttons[0].title");
    cr_expect_eq(check_long("{\"text\":\"A\",\"cards\":[{\"title\":\"1\",\"subtitle\":\"", 501, "a",
                            "\"}]}", CHANNEL_WAY_SINGLE, &why),
                 LOA_ELIMIT);
    cr_expect_str_eq(why.field, "cards[0].subtitle");
    cr_expect_eq(check("{\"text\":\"A\"}", CHANNEL_WAY_BATCH, &why), LOA_EINVAL);
}

Test(zalo_send, a_post_needs_a_cover_and_a_short_title)
{
    static const char rest[] = "\",\"text\":\"A\",\"image\":\"https://x.vn/a.jpg\"}";
    struct loa_problem why;

    cr_expect_eq(check("{\"title\":\"T\",\"text\":\"A\"}", CHANNEL_WAY_POST, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "image");
    cr_expect(strstr(why.text, "ảnh bìa") != NULL, "%s", why.text);
    cr_expect_eq(check("{\"text\":\"A\",\"image\":\"zalo-attachment:1\"}", CHANNEL_WAY_POST, &why),
                 LOA_EINVAL);
    cr_expect_str_eq(why.field, "image");
    cr_expect_eq(check("{\"image\":\"https://x.vn/a.jpg\"}", CHANNEL_WAY_POST, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "text");
    cr_expect_eq(check_long("{\"title\":\"", 149, "ủ", rest, CHANNEL_WAY_POST, &why), LOA_OK);
    cr_expect_eq(check_long("{\"title\":\"", 150, "ủ", rest, CHANNEL_WAY_POST, &why), LOA_ELIMIT);
    cr_expect_str_eq(why.field, "title");
}
