/* SPDX-License-Identifier: Apache-2.0 */
/* What goes to Messenger: the form that a content takes, and the limits staff are told of. */
#include "facebook_kit.h"

TestSuite(facebook_message, .timeout = 10);

static enum loa_err try_compose(const char *secret, const char *json, enum channel_way way,
                                enum channel_lane lane, struct channel_draft *d)
{
    struct channel *c = kit_open(KIT_APP, secret);
    struct msg_content content;
    enum loa_err err;

    kit_content(json, &content);
    err = channel_facebook.compose(c, &content, way, lane, d);
    msg_content_release(&content);
    channel_facebook.close(c);
    return err;
}

/* The body as it goes to one person. Caller owns. */
static cJSON *sent(const char *json, enum channel_lane lane)
{
    const char *const to[] = {KIT_PERSON};
    const struct splice_values values = {
        .recipients = to, .n_recipients = 1, .name = "Lan \"Bé\"", .ref = "d:17:5"};
    struct channel_draft d;
    struct loa_buf body = {0};
    cJSON *root;

    cr_assert_eq(try_compose(NULL, json, CHANNEL_WAY_SINGLE, lane, &d), LOA_OK, "%s", json);
    splice_fill(&d.body, &values, &body);
    root = loa_json_parse(body.data, body.len);
    cr_assert_not_null(root, "%s", loa_buf_str(&body));
    cr_expect_str_eq(kit_at(root, "recipient.id"), KIT_PERSON);
    cr_expect_str_eq(kit_at(root, "message.metadata"), "d:17:5");
    loa_buf_release(&body);
    channel_draft_release(&d);
    return root;
}

static int count(const cJSON *root, const char *path)
{
    return cJSON_GetArraySize(loa_json_at(root, path));
}

/* ---- the request ----------------------------------------------------------------------- */

Test(facebook_message, the_request_has_version_page_token_and_proof)
{
    struct channel *c = kit_open(NULL, KIT_APP_SECRET);
    const char *const to[] = {KIT_PERSON};
    struct channel_draft d;
    struct http_req req = {0};
    struct msg_content content;
    cJSON *root;

    kit_content("{\"text\":\"Chào {}\"}", &content);
    cr_assert_eq(channel_facebook.compose(c, &content, CHANNEL_WAY_SINGLE, CHANNEL_LANE_UPDATE, &d),
                 LOA_OK);
    channel_address(c, &d, to, 1, NULL, "r1", &req);
    cr_expect_eq(req.method, HTTP_POST);
    cr_expect_str_eq(loa_buf_str(&req.url), KIT_BASE "/v25.0/" KIT_PAGE "/messages");
    cr_expect_str_eq(req.content_type, "application/json");
    cr_expect(kit_has_header(&req, "Authorization", "Bearer ", KIT_TOKEN));
    root = loa_json_parse(req.body.data, req.body.len);
    cr_expect_str_eq(kit_at(root, "appsecret_proof"), KIT_PROOF);
    cr_expect_str_eq(kit_at(root, "message.metadata"), "r1");
    cr_expect_null(strstr(req.body.data, KIT_TOKEN));
    cJSON_Delete(root);
    msg_content_release(&content);
    channel_draft_release(&d);
    http_req_release(&req);
    channel_facebook.close(c);
}

Test(facebook_message, each_lane_has_its_messaging_type)
{
    static const struct {
        enum channel_lane lane;
        const char *type, *tag;
    } lanes[] = {
        {CHANNEL_LANE_REPLY, "RESPONSE", "(none)"},
        {CHANNEL_LANE_UPDATE, "UPDATE", "(none)"},
        {CHANNEL_LANE_UTILITY, "UTILITY", "(none)"},
        {CHANNEL_LANE_HUMAN, "MESSAGE_TAG", "HUMAN_AGENT"},
    };

    for (size_t i = 0; i < sizeof(lanes) / sizeof(lanes[0]); i++) {
        cJSON *root = sent("{\"text\":\"a\",\"utility\":{\"name\":\"n\",\"language\":\"vi\"}}",
                           lanes[i].lane);

        cr_expect_str_eq(kit_at(root, "messaging_type"), lanes[i].type);
        cr_expect_str_eq(kit_at(root, "tag"), lanes[i].tag);
        cr_expect_null(loa_json_get(root, "appsecret_proof"), "no app secret, no proof");
        cJSON_Delete(root);
    }
}

Test(facebook_message, other_ways_and_a_utility_lane_without_template_are_refused)
{
    struct channel_draft d;

    cr_expect_eq(try_compose(NULL, "{\"text\":\"a\"}", CHANNEL_WAY_BATCH, CHANNEL_LANE_UPDATE, &d),
                 LOA_EINVAL);
    cr_expect_eq(try_compose(NULL, "{\"text\":\"a\"}", CHANNEL_WAY_POST, CHANNEL_LANE_UPDATE, &d),
                 LOA_EINVAL);
    cr_expect_eq(
        try_compose(NULL, "{\"text\":\"a\"}", CHANNEL_WAY_SINGLE, CHANNEL_LANE_UTILITY, &d),
        LOA_EINVAL);
}

/* ---- forms ----------------------------------------------------------------------------- */

Test(facebook_message, text_alone_is_text)
{
    cJSON *root = sent("{\"text\":\"Tuần lễ bắt đầu\\nhôm nay\"}", CHANNEL_LANE_UPDATE);

    cr_expect_str_eq(kit_at(root, "message.text"), "Tuần lễ bắt đầu\nhôm nay");
    cr_expect_eq(count(root, "message"), 2);
    cJSON_Delete(root);
}

Test(facebook_message, a_name_slot_in_the_text_is_filled_for_each_person)
{
    struct channel *c = kit_open(NULL, NULL);
    char text[] = "Chào " SPLICE_NAME "!";
    const struct msg_content content = {.text = text};
    const char *const to[] = {"1"};
    struct channel_draft d;
    struct http_req req = {0};
    cJSON *root;

    cr_assert_eq(channel_facebook.check(&content, CHANNEL_WAY_SINGLE, NULL), LOA_OK);
    cr_assert_eq(channel_facebook.compose(c, &content, CHANNEL_WAY_SINGLE, CHANNEL_LANE_REPLY, &d),
                 LOA_OK);
    channel_address(c, &d, to, 1, "Lan \"Bé\"", "r", &req);
    root = loa_json_parse(req.body.data, req.body.len);
    cr_expect_str_eq(kit_at(root, "message.text"), "Chào Lan \"Bé\"!");
    cJSON_Delete(root);
    channel_address(c, &d, to, 1, NULL, "r", &req);
    root = loa_json_parse(req.body.data, req.body.len);
    cr_expect_str_eq(kit_at(root, "message.text"), "Chào bạn!");
    cJSON_Delete(root);
    channel_draft_release(&d);
    http_req_release(&req);
    channel_facebook.close(c);
}

Test(facebook_message, reply_buttons_are_quick_replies)
{
    cJSON *root =
        sent("{\"text\":\"Chọn\",\"buttons\":[{\"title\":\"Hôm nay\",\"reply\":\"lịch hôm "
             "nay\"},{\"title\":\"Đăng ký nhận bản tin tuần\",\"reply\":\"DK\"}]}",
             CHANNEL_LANE_REPLY);

    cr_expect_str_eq(kit_at(root, "message.text"), "Chọn");
    cr_assert_eq(count(root, "message.quick_replies"), 2);
    cr_expect_str_eq(kit_at(root, "message.quick_replies.0.content_type"), "text");
    cr_expect_str_eq(kit_at(root, "message.quick_replies.0.title"), "Hôm nay");
    cr_expect_str_eq(kit_at(root, "message.quick_replies.0.payload"), "lịch hôm nay");
    cr_expect_str_eq(kit_at(root, "message.quick_replies.1.title"), "Đăng ký nhận bản ti…",
                     "cut at 20");
    cJSON_Delete(root);
}

#define LINKS                                                                                      \
    "{\"title\":\"Xem lịch\",\"url\":\"https://example.vn/lich\"},"                              \
    "{\"title\":\"Gọi\",\"phone\":\"0258 3822 888\"}"

Test(facebook_message, up_to_three_link_buttons_are_a_button_template)
{
    cJSON *root =
        sent("{\"text\":\"Mời xem\",\"buttons\":[" LINKS ",{\"title\":\"Nữa\",\"reply\":\"nữa\"}]}",
             CHANNEL_LANE_UPDATE);

    cr_expect_str_eq(kit_at(root, "message.attachment.type"), "template");
    cr_expect_str_eq(kit_at(root, "message.attachment.payload.template_type"), "button");
    cr_expect_str_eq(kit_at(root, "message.attachment.payload.text"), "Mời xem");
    cr_assert_eq(count(root, "message.attachment.payload.buttons"), 2);
    cr_expect_str_eq(kit_at(root, "message.attachment.payload.buttons.0.type"), "web_url");
    cr_expect_str_eq(kit_at(root, "message.attachment.payload.buttons.0.title"), "Xem lịch");
    cr_expect_str_eq(kit_at(root, "message.attachment.payload.buttons.0.url"),
                     "https://example.vn/lich");
    cr_expect_str_eq(kit_at(root, "message.attachment.payload.buttons.1.type"), "phone_number");
    cr_expect_str_eq(kit_at(root, "message.attachment.payload.buttons.1.payload"), "+842583822888");
    cr_expect_str_eq(kit_at(root, "message.quick_replies.0.title"), "Nữa");
    cr_expect_null(loa_json_at(root, "message.text"));
    cJSON_Delete(root);
}

Test(facebook_message, link_buttons_that_do_not_fit_are_lines_of_the_text)
{
    char *long_text = kit_repeat("ộ", 641);
    char *json = loa_xasprintf("{\"text\":\"%s\",\"buttons\":[" LINKS "]}", long_text);
    cJSON *root = sent(json, CHANNEL_LANE_UPDATE);

    cr_expect_not_null(strstr(kit_at(root, "message.text"),
                              "\nXem lịch: https://example.vn/lich\nGọi: 0258 3822 888"));
    cJSON_Delete(root);
    free(json);
    json = loa_xasprintf("{\"text\":\"%.*s\",\"buttons\":[" LINKS "]}", 640 * 3, long_text);
    root = sent(json, CHANNEL_LANE_UPDATE);
    cr_expect_str_eq(kit_at(root, "message.attachment.payload.template_type"), "button",
                     "640 still fit");
    cJSON_Delete(root);
    free(json);
    free(long_text);
    root = sent("{\"text\":\"Số nóng\",\"buttons\":[{\"title\":\"Công an\",\"phone\":\"113\"}]}",
                CHANNEL_LANE_UPDATE);
    cr_expect_str_eq(kit_at(root, "message.text"), "Số nóng\nCông an: 113",
                     "a short number has no international form");
    cJSON_Delete(root);
    root = sent("{\"text\":\"a\",\"buttons\":[" LINKS "," LINKS "]}", CHANNEL_LANE_UPDATE);
    cr_expect_str_eq(kit_at(root, "message.text"),
                     "a\nXem lịch: https://example.vn/lich\nGọi: 0258 3822 888\n"
                     "Xem lịch: https://example.vn/lich\nGọi: 0258 3822 888");
    cJSON_Delete(root);
}

#define PICTURE "\"image\":{\"url\":\"https://example.vn/a.jpg\",\"alt\":\"Áp phích\"}"
#define ELEMENT0 "message.attachment.payload.elements.0"

Test(facebook_message, a_picture_alone_is_an_attachment)
{
    cJSON *root = sent("{" PICTURE ",\"buttons\":[{\"title\":\"Nữa\",\"reply\":\"nữa\"}]}",
                       CHANNEL_LANE_REPLY);

    cr_expect_str_eq(kit_at(root, "message.attachment.type"), "image");
    cr_expect_str_eq(kit_at(root, "message.attachment.payload.url"), "https://example.vn/a.jpg");
    cr_expect_str_eq(kit_at(root, "message.quick_replies.0.payload"), "nữa");
    cJSON_Delete(root);
}

Test(facebook_message, a_picture_with_short_text_is_a_card)
{
    cJSON *root = sent("{\"text\":\"Khai mạc tối nay\\nQuảng trường 2/4, 19h30\"," PICTURE
                       ",\"link\":\"https://example.vn\",\"buttons\":[" LINKS "]}",
                       CHANNEL_LANE_UPDATE);
    char *first, *json;

    cr_expect_str_eq(kit_at(root, "message.attachment.payload.template_type"), "generic");
    cr_expect_eq(count(root, "message.attachment.payload.elements"), 1);
    /* 45 characters fit the title whole */
    cr_expect_str_eq(kit_at(root, ELEMENT0 ".title"), "Khai mạc tối nay\nQuảng trường 2/4, 19h30");
    cr_expect_str_eq(kit_at(root, ELEMENT0 ".image_url"), "https://example.vn/a.jpg");
    cr_expect_str_eq(kit_at(root, ELEMENT0 ".default_action.type"), "web_url");
    cr_expect_str_eq(kit_at(root, ELEMENT0 ".default_action.url"), "https://example.vn");
    cr_expect_eq(count(root, ELEMENT0 ".buttons"), 2);
    cJSON_Delete(root);

    first = kit_repeat("ộ", 80);
    json = loa_xasprintf("{\"text\":\"%s\\n\\n%s\"," PICTURE "}", first, first);
    root = sent(json, CHANNEL_LANE_UPDATE);
    cr_expect_str_eq(kit_at(root, ELEMENT0 ".title"), first);
    cr_expect_str_eq(kit_at(root, ELEMENT0 ".subtitle"), first);
    cJSON_Delete(root);
    free(json);
    free(first);
}

Test(facebook_message, a_picture_with_long_text_is_text_with_its_address)
{
    char *words = kit_repeat("ộ", 81);
    char *json = loa_xasprintf("{\"text\":\"%s\"," PICTURE "}", words);
    char *want = loa_xasprintf("%s\nHình ảnh (Áp phích): https://example.vn/a.jpg", words);
    cJSON *root = sent(json, CHANNEL_LANE_UPDATE);

    cr_expect_str_eq(kit_at(root, "message.text"), want);
    cJSON_Delete(root);
    free(want);
    free(json);
    free(words);
}

#define A_FILE "\"file\":{\"url\":\"https://example.vn/l.pdf\",\"name\":\"Lịch.pdf\",\"size\":9}"

Test(facebook_message, a_file_alone_is_an_attachment_and_with_text_a_line)
{
    cJSON *root = sent("{" A_FILE "}", CHANNEL_LANE_UPDATE);

    cr_expect_str_eq(kit_at(root, "message.attachment.type"), "file");
    cr_expect_str_eq(kit_at(root, "message.attachment.payload.url"), "https://example.vn/l.pdf");
    cJSON_Delete(root);
    root = sent("{\"text\":\"Lịch tuần\",\"link\":\"https://example.vn\"," A_FILE "}",
                CHANNEL_LANE_UPDATE);
    cr_expect_str_eq(kit_at(root, "message.text"),
                     "Lịch tuần\nhttps://example.vn\nLịch.pdf: https://example.vn/l.pdf");
    cJSON_Delete(root);
}

#define CARDS                                                                                       \
    "\"cards\":[{\"title\":\"Khai mạc\",\"subtitle\":\"19h30\",\"url\":\"https://example.vn/1\"," \
    "\"buttons\":[{\"title\":\"Nhắc tôi\",\"reply\":\"nhắc 1\"}]},"                            \
    "{\"title\":\"Diễu hành\",\"subtitle\":\"16h\"}]"

Test(facebook_message, cards_are_a_carousel)
{
    cJSON *root = sent("{" CARDS "}", CHANNEL_LANE_UPDATE);

    cr_assert_eq(count(root, "message.attachment.payload.elements"), 2);
    cr_expect_str_eq(kit_at(root, ELEMENT0 ".title"), "Khai mạc");
    cr_expect_str_eq(kit_at(root, ELEMENT0 ".subtitle"), "19h30");
    cr_expect_str_eq(kit_at(root, ELEMENT0 ".default_action.url"), "https://example.vn/1");
    cr_expect_str_eq(kit_at(root, ELEMENT0 ".buttons.0.type"), "postback");
    cr_expect_str_eq(kit_at(root, ELEMENT0 ".buttons.0.payload"), "nhắc 1");
    cJSON_Delete(root);
    root = sent("{\"text\":\"Hôm nay có hai sự kiện\"," CARDS "}", CHANNEL_LANE_UPDATE);
    cr_assert_eq(count(root, "message.attachment.payload.elements"), 3);
    cr_expect_str_eq(kit_at(root, ELEMENT0 ".title"), "Hôm nay có hai sự kiện");
    cr_expect_str_eq(kit_at(root, ELEMENT0 ".subtitle"), "Vuốt sang để xem tiếp",
                     "an element needs one property more");
    cJSON_Delete(root);
}

Test(facebook_message, cards_with_a_long_text_are_written_out)
{
    char *words = kit_repeat("ộ", 90);
    char *json = loa_xasprintf("{\"text\":\"%s\"," CARDS "}", words);
    char *want =
        loa_xasprintf("%s\n\n• Khai mạc\n19h30\nhttps://example.vn/1\n\n• Diễu hành\n16h", words);
    cJSON *root = sent(json, CHANNEL_LANE_UPDATE);

    cr_expect_str_eq(kit_at(root, "message.text"), want);
    cr_expect_str_eq(kit_at(root, "message.quick_replies.0.payload"), "nhắc 1");
    cJSON_Delete(root);
    free(want);
    free(json);
    free(words);
}

Test(facebook_message, a_utility_message_names_its_template_below_message)
{
    cJSON *root = sent("{\"text\":\"x\",\"utility\":{\"name\":\"nhac_lich\",\"language\":\"vi\","
                       "\"params\":[\"Lan\",\"19h30\"]},\"buttons\":[{\"title\":\"Dừng\","
                       "\"reply\":\"HỦY\"},{\"title\":\"Xem\",\"url\":\"https://example.vn\"}]}",
                       CHANNEL_LANE_UTILITY);

    cr_expect_str_eq(kit_at(root, "message.template.name"), "nhac_lich");
    cr_expect_str_eq(kit_at(root, "message.template.language.code"), "vi");
    cr_assert_eq(count(root, "message.template.components"), 2);
    cr_expect_str_eq(kit_at(root, "message.template.components.0.type"), "body");
    cr_expect_str_eq(kit_at(root, "message.template.components.0.parameters.0.type"), "text");
    cr_expect_str_eq(kit_at(root, "message.template.components.0.parameters.1.text"), "19h30");
    cr_expect_str_eq(kit_at(root, "message.template.components.1.type"), "buttons");
    cr_expect_eq(count(root, "message.template.components.1.parameters"), 1);
    cr_expect_str_eq(kit_at(root, "message.template.components.1.parameters.0.type"), "POSTBACK");
    cr_expect_str_eq(kit_at(root, "message.template.components.1.parameters.0.payload"), "HỦY");
    cr_expect_null(loa_json_get(root, "template"));
    cr_expect_null(loa_json_at(root, "message.text"));
    cJSON_Delete(root);
    root = sent("{\"text\":\"x\",\"utility\":{\"name\":\"n\",\"language\":\"vi\"}}",
                CHANNEL_LANE_UTILITY);
    cr_expect_null(loa_json_at(root, "message.template.components"));
    cJSON_Delete(root);
}

/* ---- limits ---------------------------------------------------------------------------- */

static enum loa_err check(const char *json, enum channel_way way, struct loa_problem *why)
{
    struct msg_content content;
    enum loa_err err;

    *why = (struct loa_problem){.text = ""};
    kit_content(json, &content);
    err = channel_facebook.check(&content, way, why);
    msg_content_release(&content);
    return err;
}

static enum loa_err check_text(const char *piece, size_t n, enum channel_way way,
                               struct loa_problem *why)
{
    char *text = kit_repeat(piece, n);
    char *json = loa_xasprintf("{\"text\":\"%s\"}", text);
    const enum loa_err err = check(json, way, why);

    free(json);
    free(text);
    return err;
}

Test(facebook_message, check_counts_the_text)
{
    struct loa_problem why;

    cr_expect_eq(check_text("ộ", 1900, CHANNEL_WAY_SINGLE, &why), LOA_OK);
    cr_expect_eq(check_text("ộ", 2140, CHANNEL_WAY_SINGLE, &why), LOA_ELIMIT);
    cr_expect_str_eq(why.field, "text");
    cr_expect_str_eq(why.text, "Văn bản dài 2.140 ký tự, Messenger nhận tối đa 1.900: hãy rút bớt "
                               "240 ký tự.");
    cr_expect_eq(check_text("🙏", 950, CHANNEL_WAY_SINGLE, &why), LOA_OK);
    cr_expect_eq(check_text("🙏", 951, CHANNEL_WAY_SINGLE, &why), LOA_ELIMIT, "UTF-16 units");
    cr_expect_eq(check_text("ộ", 63206, CHANNEL_WAY_POST, &why), LOA_OK);
    cr_expect_eq(check_text("ộ", 63207, CHANNEL_WAY_POST, &why), LOA_ELIMIT);
    cr_expect_str_eq(why.text, "Bài đăng dài 63.207 ký tự, Trang Facebook nhận tối đa 63.206: hãy "
                               "rút bớt 1 ký tự.");
    cr_expect_eq(check_text("a", 1, CHANNEL_WAY_BATCH, &why), LOA_EINVAL);
}

Test(facebook_message, check_counts_the_lines_that_are_added)
{
    struct loa_problem why;
    char *text = kit_repeat("ộ", 1900);
    char *json = loa_xasprintf("{\"text\":\"%s\",\"buttons\":[" LINKS "," LINKS "]}", text);

    cr_expect_eq(check(json, CHANNEL_WAY_SINGLE, &why), LOA_ELIMIT);
    cr_expect_str_eq(why.field, "text");
    cr_expect_not_null(strstr(why.text, "cùng các đường dẫn"));
    free(json);
    free(text);
}

Test(facebook_message, check_names_the_member_at_fault)
{
    struct loa_problem why;

    cr_expect_eq(check("{\"text\":\"a\",\"buttons\":[{\"title\":\"Hai mươi ký tự đúng\","
                       "\"reply\":\"a\"},{\"title\":\"Đăng ký nhận bản tin tuần\",\"reply\":\"a\"}"
                       "]}",
                       CHANNEL_WAY_SINGLE, &why),
                 LOA_ELIMIT);
    cr_expect_str_eq(why.field, "buttons.1.title");
    cr_expect_str_eq(why.text, "Chữ trên nút dài 25 ký tự, Messenger nhận tối đa 20: hãy rút bớt 5 "
                               "ký tự.");
    cr_expect_eq(check("{\"file\":{\"url\":\"https://e.vn/a\",\"name\":\"a\",\"size\":26214401}}",
                       CHANNEL_WAY_SINGLE, &why),
                 LOA_ELIMIT);
    cr_expect_str_eq(why.field, "file");
}

Test(facebook_message, check_looks_at_payloads_and_cards)
{
    struct loa_problem why;
    char *words = kit_repeat("o", 1001);
    char *json =
        loa_xasprintf("{\"text\":\"a\",\"buttons\":[{\"title\":\"a\",\"reply\":\"%s\"}]}", words);

    cr_expect_eq(check(json, CHANNEL_WAY_SINGLE, &why), LOA_ELIMIT);
    cr_expect_str_eq(why.field, "buttons.0.reply");
    free(json);
    json = loa_xasprintf("{\"cards\":[{\"title\":\"a\"},{\"title\":\"a\",\"subtitle\":\"%.*s\"}]}",
                         81, words);
    cr_expect_eq(check(json, CHANNEL_WAY_SINGLE, &why), LOA_ELIMIT);
    cr_expect_str_eq(why.field, "cards.1.subtitle");
    free(json);
    json = loa_xasprintf("{\"cards\":[{\"title\":\"%.*s\",\"subtitle\":\"b\"}]}", 80, words);
    cr_expect_eq(check(json, CHANNEL_WAY_SINGLE, &why), LOA_OK);
    free(json);
    free(words);
}

Test(facebook_message, content_without_a_word_is_refused)
{
    const struct msg_content nothing = {.text = NULL};
    struct loa_problem why;

    cr_expect_eq(channel_facebook.check(&nothing, CHANNEL_WAY_SINGLE, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "text");
    cr_expect_eq(channel_facebook.check(&nothing, CHANNEL_WAY_POST, &why), LOA_EINVAL);
}

Test(facebook_message, what_was_checked_is_never_over_the_hard_limit)
{
    struct channel *c = kit_open(NULL, NULL);
    char *text = kit_repeat("ộ", 2000);
    const struct msg_content content = {.text = text};
    struct channel_draft d;

    cr_expect_eq(channel_facebook.compose(c, &content, CHANNEL_WAY_SINGLE, CHANNEL_LANE_UPDATE, &d),
                 LOA_ELIMIT);
    text[1999 * 3] = '\0';
    cr_assert_eq(channel_facebook.compose(c, &content, CHANNEL_WAY_SINGLE, CHANNEL_LANE_UPDATE, &d),
                 LOA_OK);
    channel_draft_release(&d);
    free(text);
    channel_facebook.close(c);
}
