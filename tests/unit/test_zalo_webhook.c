/* SPDX-License-Identifier: Apache-2.0 */
/* What Zalo tells us: signatures, and one expected event for every sample. */
#include <criterion/criterion.h>

#include "tests/unit/zalo_help.h"

TestSuite(zalo_webhook, .timeout = 60);

/* ---- signature ---- */

#define SIGNED "4d0919925387e1efeb83231287a2cca54475ddce3950c76edbd11ea5955bba99"

static const char *signature_header(const struct http_in *in, const char *name)
{
    return strcasecmp(name, "X-ZEvent-Signature") == 0 ? in->ctx : NULL;
}

static const char *no_query(const struct http_in *in, const char *name)
{
    (void)in;
    (void)name;
    return NULL;
}

static bool verify(const char *bytes, size_t len, const char *header)
{
    struct channel *c = zalo_test_open(false);
    char *value = header ? loa_xstrdup(header) : NULL;
    const struct http_in in = {.method = "POST",
                               .body = bytes,
                               .len = len,
                               .header = signature_header,
                               .query = no_query,
                               .ctx = value};
    bool ok = channel_zalo.verify_webhook(c, &in);

    free(value);
    channel_zalo.close(c);
    return ok;
}

Test(zalo_webhook, the_vector_verifies_in_every_form_of_the_header)
{
    size_t len;
    char *bytes = zalo_test_file("user_send_text", &len);

    cr_assert_not_null(bytes);
    cr_assert_eq(len, 317U);
    cr_expect(verify(bytes, len, "mac=" SIGNED));
    cr_expect(verify(bytes, len, "mac = " SIGNED));
    cr_expect(verify(bytes, len, SIGNED));
    cr_expect(
        verify(bytes, len, "mac=4D0919925387E1EFEB83231287A2CCA54475DDCE3950C76EDBD11EA5955BBA99"));
    cr_expect_not(verify(bytes, len, NULL));
    cr_expect_not(verify(bytes, len, ""));
    cr_expect_not(verify(bytes, len, "mac="));
    cr_expect_not(verify(bytes, len, "mac " SIGNED));
    cr_expect_not(verify(bytes, len, "sha256=" SIGNED));
    cr_expect_not(verify(bytes, len, SIGNED "0"));
    free(bytes);
}

Test(zalo_webhook, one_changed_byte_breaks_the_signature)
{
    size_t len;
    char *bytes = zalo_test_file("user_send_text", &len);
    char header[] = "mac=" SIGNED;

    cr_assert_not_null(bytes);
    for (size_t i = 0; i < len; i++) {
        bytes[i] ^= 1;
        cr_expect_not(verify(bytes, len, header), "byte %zu", i);
        bytes[i] ^= 1;
    }
    for (size_t i = 4; header[i]; i++) {
        char kept = header[i];

        header[i] = kept == '0' ? '1' : '0';
        cr_expect_not(verify(bytes, len, header), "digit %zu", i);
        header[i] = kept;
    }
    cr_expect_not(verify(bytes, len - 1, header));
    cr_expect(verify(bytes, len, header));
    free(bytes);
}

Test(zalo_webhook, without_a_secret_nothing_verifies)
{
    struct loa_secret *token = loa_secret_new("t");
    const struct channel_config cfg = {
        .remote_id = ZALO_TEST_OA, .app_id = ZALO_TEST_APP, .access_token = token};
    static const char body[] = "{\"event_name\":\"follow\",\"timestamp\":\"1\"}";
    const struct loa_bytes pieces[] = {
        {ZALO_TEST_APP, strlen(ZALO_TEST_APP)}, {body, sizeof(body) - 1}, {"1", 1}};
    char hex[LOA_SHA256_HEX];
    struct channel *c = NULL;
    struct http_in in = {.body = body,
                         .len = sizeof(body) - 1,
                         .header = signature_header,
                         .query = no_query,
                         .ctx = hex};

    cr_assert_eq(loa_crypto_init(), LOA_OK);
    cr_assert_eq(channel_zalo.open(&cfg, &c, NULL), LOA_OK);
    loa_sha256_hex(pieces, 3, hex);
    cr_expect_not(channel_zalo.verify_webhook(c, &in));
    channel_zalo.close(c);
    loa_secret_free(token);
}

Test(zalo_webhook, a_timestamp_may_be_a_number)
{
    static const char body[] = "{\"event_name\":\"follow\",\"timestamp\":1790000028791}";
    const struct loa_bytes pieces[] = {{ZALO_TEST_APP, strlen(ZALO_TEST_APP)},
                                       {body, sizeof(body) - 1},
                                       {"1790000028791", 13},
                                       {ZALO_TEST_OA_SECRET, strlen(ZALO_TEST_OA_SECRET)}};
    char hex[LOA_SHA256_HEX];

    loa_sha256_hex(pieces, 4, hex);
    cr_expect(verify(body, sizeof(body) - 1, hex));
}

/* ---- events ---- */

enum { INTERACTION = 1, GROUP = 2, ANONYMOUS = 4, BY_OTHER = 8 };

/* What a sample must become; NULL: absent. */
struct expected {
    const char *sample;
    enum channel_event_kind kind;
    const char *name, *key, *user, *account, *text, *remote_id, *detail, *payload;
    int64_t at_ms;
    unsigned flags;
};

#define U ZALO_TEST_USER
#define A ZALO_TEST_OA

static const struct expected expected[] = {
    {"user_send_text", CHANNEL_EVENT_TEXT, "user_send_text", "user_send_text:628b49d96dcde97a430d",
     U, A, "Chào shop, mẫu áo dài này còn size M không ạ?", "628b49d96dcde97a430d", NULL, NULL,
     1790000001371, INTERACTION},
    {"user_send_text_quote", CHANNEL_EVENT_TEXT, "user_send_text",
     "user_send_text:c44474038d459e40e471", U, A, "Dạ em lấy mẫu này nhé", "c44474038d459e40e471",
     NULL, NULL, 1790000002742, INTERACTION},
    {"user_send_text_query", CHANNEL_EVENT_TEXT, "user_send_text",
     "user_send_text:cece8a9cecfb6c7e7ee4", U, A, "#xem_gio_hang", "cece8a9cecfb6c7e7ee4", NULL,
     NULL, 1790000004113, INTERACTION},
    {"user_send_image", CHANNEL_EVENT_MEDIA, "user_send_image",
     "user_send_image:4cd9b7672d7fbee8fb51", U, A, "Ảnh hóa đơn của em đây ạ",
     "4cd9b7672d7fbee8fb51", "image", NULL, 1790000005484, INTERACTION},
    {"user_send_gif", CHANNEL_EVENT_MEDIA, "user_send_gif", "user_send_gif:711430f6164e93803d93", U,
     A, NULL, "711430f6164e93803d93", "gif", NULL, 1790000006855, INTERACTION},
    {"user_send_sticker", CHANNEL_EVENT_MEDIA, "user_send_sticker",
     "user_send_sticker:e8bc163c82eee1873328", U, A, NULL, "e8bc163c82eee1873328", "sticker", NULL,
     1790000008226, INTERACTION},
    {"user_send_audio", CHANNEL_EVENT_MEDIA, "user_send_audio",
     "user_send_audio:f55ff16f66f43360266b", U, A, NULL, "f55ff16f66f43360266b", "audio", NULL,
     1790000009597, INTERACTION},
    {"user_send_video", CHANNEL_EVENT_MEDIA, "user_send_video",
     "user_send_video:3bfc269594ef649228e9", U, A, NULL, "3bfc269594ef649228e9", "video", NULL,
     1790000010968, INTERACTION},
    {"user_send_file", CHANNEL_EVENT_MEDIA, "user_send_file", "user_send_file:3f524cdc07a11d7c6220",
     U, A, NULL, "3f524cdc07a11d7c6220", "file", NULL, 1790000012339, INTERACTION},
    {"user_send_link", CHANNEL_EVENT_MEDIA, "user_send_link", "user_send_link:2804bad6fe94a55f18b2",
     U, A, "https://cua-hang.example.vn/khuyen-mai", "2804bad6fe94a55f18b2", "link", NULL,
     1790000013710, INTERACTION},
    {"user_send_location", CHANNEL_EVENT_MEDIA, "user_send_location",
     "user_send_location:f64551fcd6f07823cb87", U, A, "Bưu điện Thành phố", "f64551fcd6f07823cb87",
     "location", NULL, 1790000015081, INTERACTION},
    {"user_send_business_card", CHANNEL_EVENT_MEDIA, "user_send_business_card",
     "user_send_business_card:7dc96f776c8423e57a27", U, A, "Trần Thị An", "7dc96f776c8423e57a27",
     "business_card", NULL, 1790000016452, INTERACTION},
    {"user_received_message", CHANNEL_EVENT_DELIVERED, "user_received_message",
     "user_received_message:2352da7280f1decc3acf", U, A, NULL, "2352da7280f1decc3acf", NULL, NULL,
     1790000017823, 0},
    {"user_reacted_message", CHANNEL_EVENT_REACTION, "user_reacted_message",
     "user_reacted_message:2352da7280f1decc3acf:1790000020565", U, A, NULL, "2352da7280f1decc3acf",
     NULL, "/-heart", 1790000020565, 0},
    {"oa_reacted_message", CHANNEL_EVENT_OTHER, "oa_reacted_message",
     "oa_reacted_message:628b49d96dcde97a430d:1790000021936", U, A, NULL, "628b49d96dcde97a430d",
     NULL, "/-strong", 1790000021936, 0},
    {"oa_send_text", CHANNEL_EVENT_ECHO, "oa_send_text", "oa_send_text:2352da7280f1decc3acf", U, A,
     "Dạ mẫu này còn size M ạ, giá 450.000đ.", "2352da7280f1decc3acf", "text", NULL, 1790000023307,
     0},
    {"oa_send_text_admin", CHANNEL_EVENT_ECHO, "oa_send_text", "oa_send_text:9250b9912ee91d6b46e2",
     U, A, "Em gửi chị bảng giá nhé.", "9250b9912ee91d6b46e2", "text", NULL, 1790000024678,
     BY_OTHER},
    {"oa_send_image", CHANNEL_EVENT_ECHO, "oa_send_image", "oa_send_image:de2d91dc0a2580414e9a", U,
     A, "Bảng giá tháng Mười", "de2d91dc0a2580414e9a", "image", NULL, 1790000026049, 0},
    {"oa_send_file", CHANNEL_EVENT_ECHO, "oa_send_file", "oa_send_file:1b2501a20fe1bcd82b48", U, A,
     NULL, "1b2501a20fe1bcd82b48", "file", NULL, 1790000027420, 0},
    {"follow", CHANNEL_EVENT_FOLLOW, "follow", "follow:1790000028791:" U, U, A, NULL, NULL,
     "oa_profile", NULL, 1790000028791, INTERACTION},
    {"unfollow", CHANNEL_EVENT_UNFOLLOW, "unfollow", "unfollow:1790000030162:" U, U, A, NULL, NULL,
     "oa_profile", NULL, 1790000030162, 0},
    {"user_click_chatnow", CHANNEL_EVENT_OPENED, "user_click_chatnow",
     "user_click_chatnow:1790000031533:" U, U, A, NULL, NULL, NULL, NULL, 1790000031533,
     INTERACTION},
    {"user_submit_info", CHANNEL_EVENT_PROFILE, "user_submit_info",
     "user_submit_info:1790000032904:" U, U, A,
     "{\"name\":\"Nguyễn Thị Hồng\",\"phone\":\"84900000002\",\"user_dob\":\"30/10/1999\","
     "\"gender\":\"Nữ\",\"full_address\":{\"user_city\":\"Thành phố Hồ Chí Minh\",\"user_ward\":"
     "\"Phường Bến Thành\",\"user_address\":\"12 đường Mẫu\"}}",
     NULL, NULL, NULL, 1790000032904, 0},
    {"add_user_to_tag", CHANNEL_EVENT_OTHER, "add_user_to_tag", "#", NULL, A, NULL, NULL, NULL,
     NULL, 1790000034275, 0},
    {"user_withdraw", CHANNEL_EVENT_ERASE, "user_withdraw", "user_withdraw:1790000035646:" U, U, A,
     NULL, NULL, NULL, NULL, 1790000035646, 0},
    {"anonymous_send_text", CHANNEL_EVENT_TEXT, "anonymous_send_text",
     "anonymous_send_text:0229e18692ce9a87d691", "1f2e3d4c5b6a79880716", A,
     "Cho em hỏi giờ mở cửa ạ", "0229e18692ce9a87d691", NULL, NULL, 1790000037017, ANONYMOUS},
    {"user_send_group_text", CHANNEL_EVENT_TEXT, "user_send_group_text",
     "user_send_group_text:c5a4dd8733e10c84f8ac", U, A, "Cả nhà ơi mai mấy giờ học ạ?",
     "c5a4dd8733e10c84f8ac", NULL, NULL, 1790000038388, GROUP | INTERACTION},
    {"user_join_group", CHANNEL_EVENT_OTHER, "user_join_group", "#", NULL, A, NULL, NULL, NULL,
     NULL, 1790000039759, GROUP},
    {"zns_user_received_message", CHANNEL_EVENT_DELIVERED, "user_received_message",
     "user_received_message:44ba554e17977b31413d", NULL, A, NULL, "44ba554e17977b31413d", NULL,
     NULL, 1790000039759, 0},
    {"change_oa_daily_quota", CHANNEL_EVENT_NOTICE, "change_oa_daily_quota", "#", NULL, A, NULL,
     NULL, "Zalo đổi hạn mức gửi mỗi ngày từ 5000 thành 2000", NULL, 1790000042501, 0},
    {"change_template_status", CHANNEL_EVENT_NOTICE, "change_template_status", "#", NULL, A, NULL,
     NULL, "Mẫu tin Zalo 300001 chuyển từ PENDING_REVIEW sang REJECT: Logo chưa đúng quy định",
     NULL, 1790000043872, 0},
    {"bot_message_text_received", CHANNEL_EVENT_TEXT, "message.text.received",
     "message.text.received:dc6566f1a5647c0437a0", "5c1d2e3f4a5b6c7d8e9f", NULL, "Xin chào bot",
     "dc6566f1a5647c0437a0", NULL, NULL, 1790000101001, ANONYMOUS},
    {"bot_message_image_received", CHANNEL_EVENT_MEDIA, "message.image.received",
     "message.image.received:1c3d08cb25f1c66eaaf7", "5c1d2e3f4a5b6c7d8e9f", NULL,
     "Sản phẩm này còn hàng không?", "1c3d08cb25f1c66eaaf7", "image", NULL, 1790000102002,
     ANONYMOUS},
    {"bot_message_unsupported_received", CHANNEL_EVENT_OTHER, "message.unsupported.received", "#",
     NULL, NULL, NULL, NULL, "unsupported", NULL, 0, ANONYMOUS},
};

static void expect_str(const char *got, const char *want, const char *what, const char *sample)
{
    bool same = got && want ? strcmp(got, want) == 0 : got == want;

    cr_expect(same, "%s: %s is \"%s\", not \"%s\"", sample, what, got ? got : "(null)",
              want ? want : "(null)");
}

struct seen {
    const struct expected *want;
    int n;
};

static void compare(void *ctx, const struct channel_event *ev)
{
    struct seen *seen = ctx;
    const struct expected *want = seen->want;

    seen->n++;
    cr_expect_eq(ev->kind, want->kind, "%s: kind %d", want->sample, (int)ev->kind);
    expect_str(ev->name, want->name, "name", want->sample);
    if (strcmp(want->key, "#") != 0) /* "#": told apart by its bytes */
        expect_str(ev->key, want->key, "key", want->sample);
    else
        cr_expect_eq(strlen(ev->key), strlen(want->name) + 65, "%s", ev->key);
    expect_str(ev->user, want->user, "user", want->sample);
    expect_str(ev->account, want->account, "account", want->sample);
    expect_str(ev->text, want->text, "text", want->sample);
    expect_str(ev->remote_id, want->remote_id, "remote_id", want->sample);
    expect_str(ev->detail, want->detail, "detail", want->sample);
    expect_str(ev->payload, want->payload, "payload", want->sample);
    cr_expect_eq(ev->at_ms, want->at_ms, "%s", want->sample);
    cr_expect_eq(ev->interaction, (want->flags & INTERACTION) != 0, "%s", want->sample);
    cr_expect_eq(ev->in_group, (want->flags & GROUP) != 0, "%s", want->sample);
    cr_expect_eq(ev->anonymous, (want->flags & ANONYMOUS) != 0, "%s", want->sample);
    cr_expect_eq(ev->by_other, (want->flags & BY_OTHER) != 0, "%s", want->sample);
    cr_expect_not(ev->standby);
}

Test(zalo_webhook, every_sample_is_read_as_what_it_is)
{
    struct channel *c = zalo_test_open(false);
    size_t n = sizeof(expected) / sizeof(expected[0]);

    cr_expect_eq(n + 1, (size_t)ZALO_TEST_SAMPLES, "all samples but user_seen_message, below");
    for (size_t i = 0; i < n; i++) {
        struct seen seen = {.want = &expected[i]};
        size_t len;
        char *bytes = zalo_test_file(expected[i].sample, &len);

        cr_assert_not_null(bytes, "%s", expected[i].sample);
        cr_expect_eq(channel_zalo.parse_webhook(c, bytes, len, compare, &seen), LOA_OK);
        cr_expect_eq(seen.n, 1, "%s: %d events", expected[i].sample, seen.n);
        free(bytes);
    }
    channel_zalo.close(c);
}

/* All events of a body as lines of what matters. */
static void append(void *ctx, const struct channel_event *ev)
{
    loa_buf_addf(ctx, "%d %s %s %s|", (int)ev->kind, ev->key, ev->user ? ev->user : "-",
                 ev->remote_id ? ev->remote_id : "-");
}

static enum loa_err parse(const char *bytes, size_t len, struct loa_buf *out)
{
    struct channel *c = zalo_test_open(false);
    enum loa_err err;

    loa_buf_reset(out);
    err = channel_zalo.parse_webhook(c, bytes, len, append, out);
    channel_zalo.close(c);
    return err;
}

Test(zalo_webhook, each_message_that_was_seen_is_an_event)
{
    struct loa_buf out = {0};
    size_t len;
    char *bytes = zalo_test_file("user_seen_message", &len), *want;
    static const char one[] = "{\"event_name\":\"user_seen_message\",\"sender\":{\"id\":\"" A
                              "\"},\"recipient\":{\"id\":\"" U "\"},\"message\":{\"msg_id\":\"m\"},"
                              "\"timestamp\":\"1790000019194\"}";

    cr_expect_eq(parse(bytes, len, &out), LOA_OK);
    want = loa_xasprintf("%d user_seen_message:2352da7280f1decc3acf " U " 2352da7280f1decc3acf|"
                         "%d user_seen_message:9250b9912ee91d6b46e2 " U " 9250b9912ee91d6b46e2|",
                         (int)CHANNEL_EVENT_SEEN, (int)CHANNEL_EVENT_SEEN);
    cr_expect_str_eq(loa_buf_str(&out), want);
    free(want);
    cr_expect_eq(parse(one, sizeof(one) - 1, &out), LOA_OK);
    want = loa_xasprintf("%d user_seen_message:m " U " m|", (int)CHANNEL_EVENT_SEEN);
    cr_expect_str_eq(loa_buf_str(&out), want);
    free(want);
    free(bytes);
    loa_buf_release(&out);
}

static void take_first(void *ctx, const struct channel_event *ev)
{
    char **out = ctx;

    if (!*out)
        *out = loa_xasprintf("%d|%s|%s|%s|%s|%d%d%d", (int)ev->kind, ev->user ? ev->user : "-",
                             ev->text ? ev->text : "-", ev->detail ? ev->detail : "-",
                             ev->ref ? ev->ref : "-", ev->in_group, ev->anonymous, ev->interaction);
}

static void expect_first(const char *json, enum channel_event_kind kind, const char *rest)
{
    struct channel *c = zalo_test_open(false);
    char *got = NULL, *want = loa_xasprintf("%d|%s", (int)kind, rest);

    cr_expect_eq(channel_zalo.parse_webhook(c, json, strlen(json), take_first, &got), LOA_OK);
    cr_expect_str_eq(got ? got : "", want);
    free(got);
    free(want);
    channel_zalo.close(c);
}

Test(zalo_webhook, forms_that_no_sample_shows)
{
    expect_first("{\"event_name\":\"user_send_group_image\",\"oa_id\":\"1\",\"sender\":{\"id\":5},"
                 "\"recipient\":{\"id\":\"g\"},\"message\":{\"msg_id\":\"m\"}}",
                 CHANNEL_EVENT_MEDIA, "5|-|image|-|101");
    expect_first("{\"event_name\":\"oa_send_group_text\",\"sender\":{\"id\":\"1\"},\"recipient\":{"
                 "\"id\":\"g\"},\"message\":{\"msg_id\":\"m\",\"text\":\"t\"}}",
                 CHANNEL_EVENT_ECHO, "-|t|text|-|100");
    expect_first("{\"event_name\":\"oa_send_anonymous_text\",\"sender\":{\"id\":\"1\"},"
                 "\"recipient\":{\"id\":\"v\"},\"message\":{\"msg_id\":\"m\",\"text\":\"t\"}}",
                 CHANNEL_EVENT_ECHO, "v|t|text|-|010");
    expect_first("{\"event_name\":\"oa_send_consent\",\"user_id\":\"u\",\"message\":{\"msg_id\":"
                 "\"m\"}}",
                 CHANNEL_EVENT_OTHER, "u|-|-|-|000");
    expect_first("{\"event_name\":\"anonymous_send_image\",\"sender\":{\"id\":\"v\"},\"message\":{"
                 "\"msg_id\":\"m\"}}",
                 CHANNEL_EVENT_MEDIA, "v|-|image|-|010");
    expect_first("{\"event_name\":\"permission_revoked\",\"oa_id\":\"1\"}", CHANNEL_EVENT_STOP,
                 "-|-|Quyền của ứng dụng trên Official Account đã bị thu hồi: hãy cấp quyền lại.|-"
                 "|000");
    expect_first("{\"event_name\":\"something_new\",\"x\":[]}", CHANNEL_EVENT_OTHER, "-|-|-|-|000");
    expect_first("{\"event_name\":\"user_send_text\",\"message\":{\"text\":\"t\"}}",
                 CHANNEL_EVENT_OTHER, "-|t|-|-|001");
    expect_first("{\"event_name\":\"user_received_message\",\"recipient\":{\"id\":\"849\"},"
                 "\"message\":{\"msg_id\":\"m\",\"tracking_id\":\"loa-7\"}}",
                 CHANNEL_EVENT_DELIVERED, "-|-|-|loa-7|000");
    expect_first("{\"ok\":true,\"result\":{\"event_name\":\"message.sticker.received\",\"message\":"
                 "{\"from\":{\"id\":\"b\"},\"chat\":{\"chat_type\":\"GROUP\"},\"message_id\":"
                 "\"m\"}}}",
                 CHANNEL_EVENT_MEDIA, "b|-|sticker|-|110");
}

Test(zalo_webhook, what_is_not_zalo_s_is_refused)
{
    static const char *const bodies[] = {"",
                                         "null",
                                         "[]",
                                         "{}",
                                         "{\"event\":\"x\"}",
                                         "{\"event_name\":\"\"}",
                                         "{\"event_name\":7}",
                                         "{\"event_name\":\"follow\"} x"};
    struct loa_buf out = {0};

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        cr_expect_eq(parse(bodies[i], strlen(bodies[i]), &out), LOA_EPROTO, "%s", bodies[i]);
        cr_expect_eq(out.len, 0U);
    }
    loa_buf_release(&out);
}

Test(zalo_webhook, times_out_of_reason_are_unknown)
{
    static const char *const stamps[] = {"\"-5\"", "\"9223372036854775807\"", "\"x\"", "1e400"};
    struct loa_buf out = {0};

    for (size_t i = 0; i < sizeof(stamps) / sizeof(stamps[0]); i++) {
        struct channel *c = zalo_test_open(false);
        char *json = loa_xasprintf("{\"event_name\":\"odd\",\"timestamp\":%s}", stamps[i]);
        struct expected want = {
            "odd", CHANNEL_EVENT_OTHER, "odd", "#", NULL, NULL, NULL, NULL, NULL, NULL, 0, 0};
        struct seen seen = {.want = &want};

        (void)channel_zalo.parse_webhook(c, json, strlen(json), compare, &seen);
        free(json);
        channel_zalo.close(c);
    }
    loa_buf_release(&out);
}

/* ---- hostile bytes ---- */

static void expect_key(void *ctx, const struct channel_event *ev)
{
    (void)ctx;
    cr_assert(ev->key && ev->key[0] && ev->name);
}

/* In a block of exactly its size, so that a sanitizer sees every byte read beyond it. */
static void feed(struct channel *c, const char *bytes, size_t len)
{
    char *exact = loa_xmalloc(len ? len : 1), header[] = SIGNED;
    const struct http_in in = {.method = "POST",
                               .body = exact,
                               .len = len,
                               .header = signature_header,
                               .query = no_query,
                               .ctx = header};

    memcpy(exact, bytes, len);
    (void)channel_zalo.parse_webhook(c, exact, len, expect_key, NULL);
    (void)channel_zalo.verify_webhook(c, &in);
    free(exact);
}

Test(zalo_webhook, every_truncation_of_every_sample_is_survived)
{
    struct channel *c = zalo_test_open(false);

    for (size_t i = 0; i < ZALO_TEST_SAMPLES; i++) {
        size_t len;
        char *bytes = zalo_test_file(zalo_test_samples[i], &len);

        cr_assert_not_null(bytes);
        for (size_t n = 0; n <= len; n++)
            feed(c, bytes, n);
        free(bytes);
    }
    channel_zalo.close(c);
}

Test(zalo_webhook, random_damage_is_survived)
{
    struct channel *c = zalo_test_open(false);
    unsigned seed = 20261001;

    for (size_t i = 0; i < ZALO_TEST_SAMPLES; i++) {
        size_t len;
        char *bytes = zalo_test_file(zalo_test_samples[i], &len), *copy = loa_xmalloc(len);

        for (int round = 0; round < 300; round++) {
            memcpy(copy, bytes, len);
            for (int k = 0; k <= round % 4; k++) {
                seed = seed * 1103515245U + 12345U;
                copy[(seed >> 8) % len] = "{}[]\",:0\\x"[(seed >> 24) % 10];
            }
            feed(c, copy, len);
        }
        free(copy);
        free(bytes);
    }
    channel_zalo.close(c);
}
