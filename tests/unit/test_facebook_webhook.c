/* SPDX-License-Identifier: Apache-2.0 */
/* Webhooks of a Page: each sample of the contract gives the right event. */
#include "facebook_kit.h"

TestSuite(facebook_webhook, .timeout = 20);

#define MID_ECHO "m_f4Ds9YoGpTdVaWxKeQzRbNcMuLfJhIi6j5l7m8n-0b_ZeXdPoSyGtVaWkQrCuFhI"
#define MID_TEXT "m_b9Qx3LkYp7Zt0nVw5cRf2aTe8sHd4uJg6mKi1oPl-Xr_Fq9Wz7Ey5Cv3Bn1Md0Sa"
#define POST "104882741234567_122100000000000001"
#define COMMENT "122100000000000001_1180000000000001"

struct sample {
    const char *file;
    struct channel_event ev;
};

static const struct sample samples[] = {
    {"message_text.json",
     {.kind = CHANNEL_EVENT_TEXT,
      .name = "messages",
      .key = "messages:" MID_TEXT,
      .user = KIT_PERSON,
      .text = "Cho tôi hỏi lịch cắt nước ở phường 7 tuần này ạ?",
      .remote_id = MID_TEXT,
      .at_ms = 1790000000101,
      .interaction = true}},
    {"message_quick_reply.json",
     {.kind = CHANNEL_EVENT_TEXT,
      .name = "messages",
      .key = "messages:m_c1Az5SxDcFvGbHnJmKlPoIuYtReWq2a8Z6s4X-d0_QwErTyUiOpLkJhGfDsAzXcV",
      .user = KIT_PERSON,
      .text = "Nhận cảnh báo lũ",
      .payload = "SUB:canh_bao_lu:phuong_7",
      .remote_id = "m_c1Az5SxDcFvGbHnJmKlPoIuYtReWq2a8Z6s4X-d0_QwErTyUiOpLkJhGfDsAzXcV",
      .at_ms = 1790000060101,
      .interaction = true}},
    {"message_attachment_image.json",
     {.kind = CHANNEL_EVENT_MEDIA,
      .name = "messages",
      .key = "messages:m_d2Bq7WmEnRbTyUvIcOxPzLaKsJdHfGg4h3j5k6l-8z_XcVbNmQwErTyUiOpAsDfG",
      .user = KIT_PERSON,
      .remote_id = "m_d2Bq7WmEnRbTyUvIcOxPzLaKsJdHfGg4h3j5k6l-8z_XcVbNmQwErTyUiOpAsDfG",
      .detail = "image",
      .at_ms = 1790000120101,
      .interaction = true}},
    {"message_sticker.json",
     {.kind = CHANNEL_EVENT_MEDIA,
      .name = "messages",
      .key = "messages:m_e3Cr8XnFoScUzVwJdPyQaMbLtKeIgHh5i4k6l7m-9a_YdWcOnRxFsUzVjPqBtEgH",
      .user = KIT_PERSON,
      .remote_id = "m_e3Cr8XnFoScUzVwJdPyQaMbLtKeIgHh5i4k6l7m-9a_YdWcOnRxFsUzVjPqBtEgH",
      .detail = "sticker",
      .at_ms = 1790000180101,
      .interaction = true}},
    {"message_edit.json",
     {.kind = CHANNEL_EVENT_EDITED,
      .name = "message_edits",
      .key = "message_edits:" MID_TEXT ":1:1790000240101",
      .user = KIT_PERSON,
      .text = "Cho tôi hỏi lịch cắt nước ở phường 17 tuần này ạ?",
      .remote_id = MID_TEXT,
      .at_ms = 1790000240101}},
    {"message_reaction.json",
     {.kind = CHANNEL_EVENT_REACTION,
      .name = "message_reactions",
      .key = "message_reactions:" KIT_PERSON ":1790000300101:" MID_ECHO ":react",
      .user = KIT_PERSON,
      .payload = "❤",
      .remote_id = MID_ECHO,
      .detail = "react",
      .at_ms = 1790000300101,
      .interaction = true}},
    {"message_echo.json",
     {.kind = CHANNEL_EVENT_ECHO,
      .name = "message_echoes",
      .key = "message_echoes:" MID_ECHO,
      .user = KIT_PERSON,
      .text = "Phường 7 tạm ngừng cấp nước từ 22h thứ Bảy đến 4h Chủ nhật. Mong bà con trữ nước.",
      .remote_id = MID_ECHO,
      .ref = "msg:4f9c2a:rcpt:000123",
      .at_ms = 1790000360101}},
    {"message_delivery.json",
     {.kind = CHANNEL_EVENT_DELIVERED,
      .name = "message_deliveries",
      .key = "message_deliveries:" MID_ECHO,
      .user = KIT_PERSON,
      .remote_id = MID_ECHO,
      .at_ms = 1790000361101,
      .watermark_ms = 1790000360999}},
    {"message_delivery_no_mids.json",
     {.kind = CHANNEL_EVENT_DELIVERED,
      .name = "message_deliveries",
      .key = "message_deliveries:" KIT_PERSON "::1790000360999",
      .user = KIT_PERSON,
      .at_ms = 1790000361377, /* none of its own: the entry's */
      .watermark_ms = 1790000360999}},
    {"message_read.json",
     {.kind = CHANNEL_EVENT_SEEN,
      .name = "message_reads",
      .key = "message_reads:" KIT_PERSON ":1790000390101:1790000390050",
      .user = KIT_PERSON,
      .at_ms = 1790000390101,
      .watermark_ms = 1790000390050}},
    {"postback_get_started_referral.json",
     {.kind = CHANNEL_EVENT_OPENED,
      .name = "messaging_postbacks",
      .key = "messaging_postbacks:"
             "m_g5Et0ZpHqUeWbXyLfRaScOdNvMgKiJj7k6m8n9o-1c_AfYeQpTzHuWbXlRsDvGiJ",
      .user = KIT_PERSON,
      .text = "Bắt đầu",
      .payload = "GET_STARTED",
      .context = "qr=ubnd_phuong_7",
      .remote_id = "m_g5Et0ZpHqUeWbXyLfRaScOdNvMgKiJj7k6m8n9o-1c_AfYeQpTzHuWbXlRsDvGiJ",
      .detail = "SHORTLINK",
      .at_ms = 1790000420101,
      .interaction = true}},
    {"postback_menu.json",
     {.kind = CHANNEL_EVENT_TEXT,
      .name = "messaging_postbacks",
      .key = "messaging_postbacks:"
             "m_h6Fu1AqIrVfXcYzMgSbTdPeOwNhLjKk8l7n9o0p-2d_BgZfRqUaIvXcYmStEwHjK",
      .user = KIT_PERSON,
      .text = "Hủy nhận tin",
      .payload = "UNSUB:all",
      .remote_id = "m_h6Fu1AqIrVfXcYzMgSbTdPeOwNhLjKk8l7n9o0p-2d_BgZfRqUaIvXcYmStEwHjK",
      .at_ms = 1790000480101,
      .interaction = true}},
    {"referral_existing_thread.json",
     {.kind = CHANNEL_EVENT_OPENED,
      .name = "messaging_referrals",
      .key = "messaging_referrals:" KIT_PERSON ":1790000540101:chien_dich=bao_so_5",
      .user = KIT_PERSON,
      .context = "chien_dich=bao_so_5",
      .detail = "SHORTLINK",
      .at_ms = 1790000540101,
      .interaction = true}},
    {"optin_notification_messages.json",
     {.kind = CHANNEL_EVENT_OPT_IN,
      .name = "messaging_optins",
      .key = "messaging_optins:" KIT_PERSON ":1790000600101:8123456789012345678:",
      .user = KIT_PERSON,
      .text = "Bản tin tuần của phường",
      .payload = "SUB:ban_tin_tuan",
      .detail = "8123456789012345678",
      .at_ms = 1790000600101}},
    {"optin_notification_messages_stop.json",
     {.kind = CHANNEL_EVENT_OPT_OUT,
      .name = "messaging_optins",
      .key = "messaging_optins:" KIT_PERSON ":1790000660101:8123456789012345678:STOP_NOTIFICATIONS",
      .user = KIT_PERSON,
      .text = "Bản tin tuần của phường",
      .payload = "SUB:ban_tin_tuan",
      .detail = "8123456789012345678",
      .at_ms = 1790000660101}},
    {"standby_message.json",
     {.kind = CHANNEL_EVENT_TEXT,
      .name = "messages",
      .key = "messages:m_i7Gv2BrJsWgYdZaNhTcUeQfPxOiMkLl9m8o0p1q-3e_ChAgSrVbJwYdZnTuFxIkL",
      .user = KIT_PERSON,
      .text = "Tôi muốn gặp cán bộ trực ban.",
      .remote_id = "m_i7Gv2BrJsWgYdZaNhTcUeQfPxOiMkLl9m8o0p1q-3e_ChAgSrVbJwYdZnTuFxIkL",
      .at_ms = 1790000720101,
      .interaction = true,
      .standby = true}},
    {"policy_enforcement.json",
     {.kind = CHANNEL_EVENT_STOP,
      .name = "messaging_policy_enforcement",
      .key = "messaging_policy_enforcement:block:1790000780101",
      .payload = "block",
      .detail = "The bot violated our Platform Policies "
                "(https://developers.facebook.com/policy/#messengerplatform). Common violations "
                "include sending out excessive spammy messages or being non-functional.",
      .at_ms = 1790000780101}},
    {"feed_comment_add.json",
     {.kind = CHANNEL_EVENT_COMMENT,
      .name = "feed_comment",
      .key = "feed_comment:comment:add:" COMMENT ":1790000838000:",
      .user_name = "Trần Thị Bích Ngọc",
      .text = "Khu phố 3 có bị ngập không ạ?",
      .remote_id = COMMENT,
      .detail = POST,
      .at_ms = 1790000838000}},
    {"feed_comment_remove.json",
     {.kind = CHANNEL_EVENT_OTHER,
      .name = "feed_comment",
      .key = "feed_comment:comment:remove:" COMMENT ":1790000899000:",
      .user_name = "Trần Thị Bích Ngọc",
      .remote_id = COMMENT,
      .detail = "remove",
      .at_ms = 1790000899000}},
    {"feed_status_add.json",
     {.kind = CHANNEL_EVENT_PUBLISHED,
      .name = "feed_post",
      .key = "feed_post:status:add:" POST ":1790000008000:",
      .text = "Cảnh báo triều cường: đỉnh triều 1,65 m vào 17h30 hôm nay.",
      .remote_id = POST,
      .detail = "add",
      .at_ms = 1790000008000}},
};

static void expect_event(const char *file, const struct channel_event *is,
                         const struct channel_event *want)
{
    cr_expect_eq(is->kind, want->kind, "%s: kind %d", file, (int)is->kind);
#define SAME(member)                                                                               \
    cr_expect(kit_same(is->member, want->member), "%s: " #member " is %s", file,                   \
              is->member ? is->member : "(null)")
    SAME(name);
    SAME(key);
    SAME(user);
    SAME(user_name);
    SAME(text);
    SAME(payload);
    SAME(context);
    SAME(remote_id);
    SAME(ref);
    SAME(detail);
#undef SAME
    cr_expect_str_eq(is->account, KIT_PAGE);
    cr_expect_eq(is->at_ms, want->at_ms, "%s: at %lld", file, (long long)is->at_ms);
    cr_expect_eq(is->watermark_ms, want->watermark_ms, "%s", file);
    cr_expect_eq(is->interaction, want->interaction, "%s", file);
    cr_expect_eq(is->standby, want->standby, "%s", file);
    cr_expect_eq(is->by_other, want->by_other, "%s", file);
    cr_expect_not(is->silent || is->in_group || is->anonymous || is->subscribed);
}

static void parse(const char *app, const char *json, struct kit_events *out)
{
    struct channel *c = kit_open(app, NULL);

    cr_assert_eq(channel_facebook.parse_webhook(c, json, strlen(json), kit_catch, out), LOA_OK);
    channel_facebook.close(c);
}

Test(facebook_webhook, every_sample_gives_its_event)
{
    struct channel *c = kit_open(KIT_APP, KIT_APP_SECRET);

    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        struct kit_events got = {.n = 0};
        size_t len;
        char *bytes = kit_file(samples[i].file, &len);

        cr_expect_eq(channel_facebook.parse_webhook(c, bytes, len, kit_catch, &got), LOA_OK);
        cr_assert_eq(got.n, 1, "%s: %zu events", samples[i].file, got.n);
        expect_event(samples[i].file, &got.ev[0], &samples[i].ev);
        kit_release(&got);
        free(bytes);
    }
    channel_facebook.close(c);
}

Test(facebook_webhook, a_batch_gives_each_persons_event_in_order)
{
    struct channel *c = kit_open(NULL, NULL);
    struct kit_events got = {.n = 0};
    size_t len;
    char *bytes = kit_file("batch_two_entries.json", &len);

    cr_expect_eq(channel_facebook.parse_webhook(c, bytes, len, kit_catch, &got), LOA_OK);
    cr_assert_eq(got.n, 2);
    cr_expect_str_eq(got.ev[0].user, KIT_PERSON);
    cr_expect_str_eq(got.ev[0].text, "Cảm ơn phường đã thông báo! 🙏");
    cr_expect_str_eq(got.ev[1].user, "7259876543210987");
    cr_expect_str_eq(got.ev[1].text, "Số điện thoại trực cứu hộ là bao nhiêu?");
    cr_expect_str_neq(got.ev[0].key, got.ev[1].key);
    kit_release(&got);
    free(bytes);
    channel_facebook.close(c);
}

#define ENTRY(item)                                                                                \
    "{\"object\":\"page\",\"entry\":[{\"id\":\"" KIT_PAGE                                          \
    "\",\"time\":1790000000411,\"messaging\":[" item "]}]}"
#define FROM "\"sender\":{\"id\":\"" KIT_PERSON "\"},\"recipient\":{\"id\":\"" KIT_PAGE "\"}"
#define ECHO(rest)                                                                                 \
    ENTRY("{\"sender\":{\"id\":\"" KIT_PAGE "\"},\"recipient\":{\"id\":\"" KIT_PERSON              \
          "\"},\"timestamp\":1790000360101,\"message\":{\"mid\":\"m_1\",\"is_echo\":true" rest     \
          "}}")

Test(facebook_webhook, an_echo_of_another_app_or_the_inbox_is_by_other)
{
    static const struct {
        const char *app, *json;
        bool by_other;
    } cases[] = {
        {KIT_APP, ECHO(",\"app_id\":1234567890123456,\"text\":\"a\""), false},
        {KIT_APP, ECHO(",\"app_id\":\"1234567890123456\",\"text\":\"a\""), false},
        {KIT_APP, ECHO(",\"app_id\":263902037430900,\"metadata\":\"x\",\"text\":\"a\""), true},
        {KIT_APP, ECHO(",\"metadata\":\"loa:r:7\",\"text\":\"a\""), false},
        {KIT_APP, ECHO(",\"text\":\"a\""), true},
        {NULL, ECHO(",\"app_id\":263902037430900,\"text\":\"a\""), true},
        {NULL, ECHO(",\"app_id\":1,\"metadata\":\"loa:d:1:2\",\"text\":\"a\""), false},
        {NULL, ECHO(",\"app_id\":1,\"metadata\":\"x\",\"text\":\"a\""), true},
        {NULL, ECHO(",\"metadata\":\"\",\"text\":\"a\""), true},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct kit_events got = {.n = 0};

        parse(cases[i].app, cases[i].json, &got);
        cr_assert_eq(got.n, 1);
        cr_expect_eq(got.ev[0].kind, CHANNEL_EVENT_ECHO);
        cr_expect_eq(got.ev[0].by_other, cases[i].by_other, "case %zu", i);
        cr_expect_not(got.ev[0].interaction);
        kit_release(&got);
    }
}

Test(facebook_webhook, timestamps_in_seconds_or_as_text_are_understood)
{
    static const struct {
        const char *stamp;
        int64_t ms;
    } cases[] = {
        {"1790000000", 1790000000000},     {"1790000000101", 1790000000101},
        {"\"1790000000\"", 1790000000000}, {"999999999999", 999999999999000},
        {"1000000000000", 1000000000000},  {"-5", 1790000000411},
        {"\"x\"", 1790000000411},          {"null", 1790000000411},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct kit_events got = {.n = 0};
        char *json = loa_xasprintf(
            ENTRY("{" FROM ",\"timestamp\":%s,\"message\":{\"mid\":\"m_1\",\"text\":\"a\"}}"),
            cases[i].stamp);

        parse(NULL, json, &got);
        cr_assert_eq(got.n, 1);
        cr_expect_eq(got.ev[0].at_ms, cases[i].ms, "%s: %lld", cases[i].stamp,
                     (long long)got.ev[0].at_ms);
        kit_release(&got);
        free(json);
    }
}

struct short_case {
    const char *json;
    enum channel_event_kind kind;
    const char *detail;
    bool interaction;
};

Test(facebook_webhook, kinds_that_have_no_sample)
{
    static const struct short_case cases[] = {
        {ENTRY("{" FROM ",\"policy-enforcement\":{\"action\":\"warning\",\"reason\":\"r\"}}"),
         CHANNEL_EVENT_STOP, "r", false},
        {ENTRY("{\"recipient\":{\"id\":\"" KIT_PAGE
               "\"},\"policy_enforcement\":{\"action\":\"unblock\"}}"),
         CHANNEL_EVENT_RESUME, "unblock", false},
        {ENTRY("{" FROM ",\"optin\":{\"type\":\"notification_messages\","
               "\"notification_messages_token\":8123456789012345678,"
               "\"notification_messages_status\":\"RESUME_NOTIFICATIONS\"}}"),
         CHANNEL_EVENT_OPT_IN, "8123456789012345678", false},
        {ENTRY("{" FROM ",\"optin\":{\"ref\":\"x\",\"user_ref\":\"y\"}}"), CHANNEL_EVENT_OTHER,
         NULL, false},
        {ENTRY("{" FROM ",\"timestamp\":1,\"reaction\":{\"mid\":\"m_1\",\"action\":\"unreact\","
               "\"reaction\":\"love\"}}"),
         CHANNEL_EVENT_REACTION, "unreact", false},
        {ENTRY("{" FROM ",\"message\":{\"mid\":\"m_1\",\"is_deleted\":true}}"), CHANNEL_EVENT_OTHER,
         NULL, false},
        {ENTRY("{" FROM ",\"message\":{\"mid\":\"m_1\"}}"), CHANNEL_EVENT_MEDIA, "unsupported",
         true},
        {ENTRY("{" FROM ",\"message\":{\"mid\":\"m_1\",\"text\":\"xem\",\"attachments\":"
               "[{\"type\":\"fallback\"}]}}"),
         CHANNEL_EVENT_TEXT, "fallback", true},
        {ENTRY("{" FROM
               ",\"message\":{\"mid\":\"m_1\",\"attachments\":[{\"type\":\"location\"}]}}"),
         CHANNEL_EVENT_MEDIA, "location", true},
        {ENTRY("{" FROM ",\"postback\":{\"title\":\"a\",\"payload\":\"GET_STARTED\"}}"),
         CHANNEL_EVENT_OPENED, NULL, true},
        {ENTRY("{" FROM ",\"pass_thread_control\":{\"new_owner_app_id\":\"1\"}}"),
         CHANNEL_EVENT_OTHER, NULL, false},
        {ENTRY("{\"sender\":{\"user_ref\":\"u\"},\"message\":{\"mid\":\"m_1\",\"text\":\"a\"}}"),
         CHANNEL_EVENT_OTHER, NULL, false},
        {ENTRY("17"), CHANNEL_EVENT_OTHER, NULL, false},
        {"{\"object\":\"page\",\"entry\":[{\"id\":\"1\",\"time\":2}]}", CHANNEL_EVENT_OTHER, NULL,
         false},
        {"{\"object\":\"instagram\",\"entry\":[]}", CHANNEL_EVENT_OTHER, NULL, false},
        {"{\"field\":\"messaging_postbacks\",\"value\":{\"timestamp\":\"1\"}}", CHANNEL_EVENT_OTHER,
         NULL, false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct kit_events got = {.n = 0};

        parse(NULL, cases[i].json, &got);
        cr_assert_eq(got.n, 1, "case %zu", i);
        cr_expect_eq(got.ev[0].kind, cases[i].kind, "case %zu: kind %d", i, (int)got.ev[0].kind);
        cr_expect(kit_same(got.ev[0].detail, cases[i].detail), "case %zu: %s", i,
                  got.ev[0].detail ? got.ev[0].detail : "(null)");
        cr_expect_eq(got.ev[0].interaction, cases[i].interaction, "case %zu", i);
        kit_release(&got);
    }
}

#define CHANGE(field, value)                                                                       \
    "{\"object\":\"page\",\"entry\":[{\"id\":\"" KIT_PAGE                                          \
    "\",\"time\":1790000010,\"changes\":[{\"field\":\"" field "\",\"value\":" value "}]}]}"

Test(facebook_webhook, changes_of_the_page_that_have_no_sample)
{
    static const struct short_case cases[] = {
        {CHANGE("feed", "{\"item\":\"comment\",\"verb\":\"add\",\"comment_id\":\"1_2\","
                        "\"from\":{\"id\":\"" KIT_PAGE "\"},\"message\":\"cảm ơn\"}"),
         CHANNEL_EVENT_OTHER, "add", false},
        {CHANGE("feed", "{\"item\":\"comment\",\"verb\":\"add\",\"comment_id\":\"1_2\","
                        "\"sender_id\":\"55\",\"post_id\":\"1_1\",\"message\":\"hay\"}"),
         CHANNEL_EVENT_COMMENT, "1_1", false},
        {CHANGE("feed", "{\"item\":\"status\",\"verb\":\"add\",\"post_id\":\"1_1\","
                        "\"published\":0,\"from\":{\"id\":\"" KIT_PAGE "\"}}"),
         CHANNEL_EVENT_OTHER, "add", false},
        {CHANGE("feed", "{\"item\":\"post\",\"verb\":\"add\",\"post_id\":\"1_1\","
                        "\"from\":{\"id\":\"55\"}}"),
         CHANNEL_EVENT_OTHER, "add", false},
        {CHANGE("feed", "{\"item\":\"photo\",\"verb\":\"add\",\"post_id\":\"1_1\"}"),
         CHANNEL_EVENT_PUBLISHED, "add", false},
        {CHANGE("feed", "{\"item\":\"reaction\",\"verb\":\"add\"}"), CHANNEL_EVENT_OTHER, NULL,
         false},
        {CHANGE("message_template_status_update", "{\"event\":\"PAUSED\"}"), CHANNEL_EVENT_NOTICE,
         "{\"event\":\"PAUSED\"}", false},
        {CHANGE("ratings", "{}"), CHANNEL_EVENT_OTHER, NULL, false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct kit_events got = {.n = 0};

        parse(NULL, cases[i].json, &got);
        cr_assert_eq(got.n, 1, "case %zu", i);
        cr_expect_eq(got.ev[0].kind, cases[i].kind, "case %zu: kind %d", i, (int)got.ev[0].kind);
        cr_expect(kit_same(got.ev[0].detail, cases[i].detail), "case %zu: %s", i,
                  got.ev[0].detail ? got.ev[0].detail : "(null)");
        cr_expect_geq(got.ev[0].at_ms, 1790000010000);
        kit_release(&got);
    }
}

Test(facebook_webhook, several_delivered_ids_give_one_event_each)
{
    struct kit_events got = {.n = 0};

    parse(NULL,
          ENTRY("{" FROM ",\"delivery\":{\"mids\":[\"m_1\",\"m_2\",7,\"\"],"
                "\"watermark\":1790000360}}"),
          &got);
    cr_assert_eq(got.n, 2);
    cr_expect_str_eq(got.ev[0].remote_id, "m_1");
    cr_expect_str_eq(got.ev[1].remote_id, "m_2");
    cr_expect_eq(got.ev[1].watermark_ms, 1790000360000);
    kit_release(&got);
}

Test(facebook_webhook, the_key_is_short_and_the_same_at_each_delivery)
{
    struct kit_events first = {.n = 0}, again = {.n = 0};
    char *mid = kit_repeat("abcdefgh", 100);
    char *json =
        loa_xasprintf(ENTRY("{" FROM ",\"message\":{\"mid\":\"%s\",\"text\":\"a\"}}"), mid);

    parse(NULL, json, &first);
    parse(NULL, json, &again);
    cr_expect_str_eq(first.ev[0].key, again.ev[0].key);
    cr_expect_leq(strlen(first.ev[0].key), 200);
    kit_release(&first);
    kit_release(&again);
    free(json);
    free(mid);
}

Test(facebook_webhook, what_is_not_a_webhook_is_an_error)
{
    static const char *const bodies[] = {
        "",
        "{",
        "[]",
        "null",
        "17",
        "{}",
        "{\"entry\":[]}",
        "{\"object\":7}",
        "{\"object\":\"page\",\"entry\":[{\"id\":\"1\xff\"}]}",
        "{\"object\":\"page\"} x",
    };
    struct channel *c = kit_open(NULL, NULL);

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        struct kit_events got = {.n = 0};

        cr_expect_eq(
            channel_facebook.parse_webhook(c, bodies[i], strlen(bodies[i]), kit_catch, &got),
            LOA_EPROTO, "%s", bodies[i]);
        cr_expect_eq(got.n, 0);
    }
    channel_facebook.close(c);
}

/* ---- hostile bytes --------------------------------------------------------------------- */

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Through webhook and reply alike, from memory of exactly that size. */
static void feed(struct channel *c, const char *bytes, size_t len)
{
    struct kit_events got = {.n = 0};
    struct channel_result res;
    char *exact = loa_xmalloc(len + 1);
    const struct http_reply r = {.outcome = HTTP_DONE, .status = 200, .body = exact, .len = len};

    memcpy(exact, bytes, len);
    exact[len] = '\0';
    (void)channel_facebook.parse_webhook(c, exact, len, kit_catch, &got);
    channel_facebook.parse_reply(c, CHANNEL_WAY_SINGLE, &r, &res, NULL, NULL);
    cr_expect_lt(strlen(res.detail), sizeof(res.detail));
    kit_release(&got);
    free(exact);
}

Test(facebook_webhook, cut_and_damaged_samples_never_crash)
{
    struct channel *c = kit_open(KIT_APP, KIT_APP_SECRET);
    uint32_t seed = 20261124;

    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        size_t len;
        char *bytes = kit_file(samples[i].file, &len);

        for (size_t n = 0; n < len; n++)
            feed(c, bytes, n);
        for (size_t round = 0; round < 300; round++) {
            char *bad = loa_xstrndup(bytes, len);

            for (size_t k = 0; k <= round % 4; k++)
                bad[next_random(&seed) % len] = (char)next_random(&seed);
            feed(c, bad, len);
            free(bad);
        }
        free(bytes);
    }
    channel_facebook.close(c);
}
