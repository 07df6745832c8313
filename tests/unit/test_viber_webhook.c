/* SPDX-License-Identifier: Apache-2.0 */
/* Viber's callbacks: whose they are, and what they say. */
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

TestSuite(viber_webhook, .init = set_up, .fini = tear_down, .timeout = 30);

/* ---- signatures ---------------------------------------------------------------------------- */

struct given {
    const char *header, *sig;
};

static const char *header_of(const struct http_in *in, const char *name)
{
    const struct given *g = in->ctx;

    return strcmp(name, "X-Viber-Content-Signature") == 0 ? g->header : NULL;
}

static const char *query_of(const struct http_in *in, const char *name)
{
    const struct given *g = in->ctx;

    return strcmp(name, "sig") == 0 ? g->sig : NULL;
}

static bool verify(struct channel *c, const char *body, size_t len, const char *header,
                   const char *sig)
{
    struct given g = {header, sig};
    const struct http_in in = {.method = "POST",
                               .body = body,
                               .len = len,
                               .header = header_of,
                               .query = query_of,
                               .ctx = &g};

    return channel_viber.verify_webhook(c, &in);
}

static cJSON *vectors(void)
{
    size_t len;
    char *text = viber_test_file("signature_vector.json", &len);
    cJSON *root = text ? loa_json_parse(text, len) : NULL;

    free(text);
    cr_assert(root, "the fixture is readable");
    return root;
}

Test(viber_webhook, signature_vectors_verify_and_any_changed_byte_fails)
{
    cJSON *root = vectors();
    const cJSON *v;

    cJSON_ArrayForEach(v, loa_json_get(root, "vectors"))
    {
        struct channel *c = viber_test_open(loa_json_str(v, "token"));
        char *body = loa_xstrdup(loa_json_str(v, "body"));
        const char *hex = loa_json_str(v, "expected_hex");
        size_t len = strlen(body);

        cr_assert(c);
        cr_expect_eq((int64_t)len, loa_json_int(v, "body_bytes", 0));
        cr_expect(verify(c, body, len, hex, NULL), "%s by header", loa_json_str(v, "name"));
        cr_expect(verify(c, body, len, NULL, hex), "%s by argument", loa_json_str(v, "name"));
        for (size_t i = 0; i < len; i++) {
            body[i] ^= 1;
            cr_expect_not(verify(c, body, len, hex, NULL), "byte %zu changed", i);
            body[i] ^= 1;
        }
        cr_expect_not(verify(c, body, len - 1, hex, NULL));
        cr_expect_not(verify(viber, body, len, hex, NULL) &&
                      strcmp(loa_json_str(v, "token"), VIBER_TEST_TOKEN) != 0);
        free(body);
        viber_test_close(c);
    }
    cJSON_Delete(root);
}

Test(viber_webhook, every_sample_file_verifies)
{
    cJSON *root = vectors();
    const cJSON *f;
    size_t seen = 0;

    cJSON_ArrayForEach(f, loa_json_at(root, "sample_files.files"))
    {
        size_t len;
        char *body = viber_test_file(f->string, &len);

        cr_assert(body, "%s", f->string);
        cr_expect_eq((int64_t)len, loa_json_int(f, "bytes", 0));
        cr_expect(verify(viber, body, len, loa_json_str(f, "hex"), NULL), "%s", f->string);
        free(body);
        seen++;
    }
    cr_expect_eq(seen, VIBER_TEST_SAMPLES);
    cJSON_Delete(root);
}

Test(viber_webhook, missing_short_or_wrong_signature_is_refused)
{
    size_t len;
    char *body = viber_test_file("webhook.json", &len);
    static const char good[] = "a9065c35b3100d036288619bad76f6df82a4d00c55f954f7334e6e10421fa805";
    static const char bad[] = "b9065c35b3100d036288619bad76f6df82a4d00c55f954f7334e6e10421fa805";

    cr_assert(body);
    cr_expect_not(verify(viber, body, len, NULL, NULL));
    cr_expect_not(verify(viber, body, len, "", ""));
    cr_expect_not(verify(viber, body, len, "a9065c35", NULL));
    cr_expect_not(verify(viber, body, len, bad, good), "the header is what counts");
    cr_expect(verify(viber, body, len, "", good), "an empty header is none");
    cr_expect_not(verify(viber, NULL, 0, good, NULL));
    body[len] = '\n';
    cr_expect_not(verify(viber, body, len + 1, good, NULL));
    free(body);
}

/* ---- events -------------------------------------------------------------------------------- */

/* What a callback saw; strings are copied, as they end with the call. */
struct copy {
    struct channel_event ev;
    char name[64], key[200], user[64], user_name[64], text[256], payload[256], context[64];
    char remote_id[64], ref[64], detail[64];
    int calls;
};

static const char *keep(char *to, size_t size, const char *s)
{
    if (!s)
        return NULL;
    (void)snprintf(to, size, "%s", s);
    return to;
}

static void on_event(void *ctx, const struct channel_event *ev)
{
    struct copy *c = ctx;

    c->calls++;
    c->ev = *ev;
    c->ev.name = keep(c->name, sizeof(c->name), ev->name);
    c->ev.key = keep(c->key, sizeof(c->key), ev->key);
    c->ev.user = keep(c->user, sizeof(c->user), ev->user);
    c->ev.user_name = keep(c->user_name, sizeof(c->user_name), ev->user_name);
    c->ev.text = keep(c->text, sizeof(c->text), ev->text);
    c->ev.payload = keep(c->payload, sizeof(c->payload), ev->payload);
    c->ev.context = keep(c->context, sizeof(c->context), ev->context);
    c->ev.remote_id = keep(c->remote_id, sizeof(c->remote_id), ev->remote_id);
    c->ev.ref = keep(c->ref, sizeof(c->ref), ev->ref);
    c->ev.detail = keep(c->detail, sizeof(c->detail), ev->detail);
}

static struct copy *parse_bytes(const char *body, size_t len, enum loa_err *err)
{
    struct copy *c = loa_xcalloc(1, sizeof(*c));

    *err = channel_viber.parse_webhook(viber, body, len, on_event, c);
    return c;
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

struct row {
    const char *file;
    enum channel_event_kind kind;
    const char *event, *token;
    int64_t at_ms;
    const char *text, *payload, *context, *ref, *detail;
    bool named, message, silent, subscribed;
};

static const struct row rows[] = {
    {.file = "client_status.json",
     .kind = CHANNEL_EVENT_OTHER,
     .event = "client_status",
     .token = "5920000000000000032",
     .at_ms = 1760000050013,
     .named = true},
    {.file = "conversation_started.json",
     .kind = CHANNEL_EVENT_OPENED,
     .event = "conversation_started",
     .token = "5920000000000000004",
     .at_ms = 1760000020789,
     .context = "khuyen-mai-thang-10",
     .named = true},
    {.file = "conversation_started_no_context.json",
     .kind = CHANNEL_EVENT_OPENED,
     .event = "conversation_started",
     .token = "5920000000000000005",
     .at_ms = 1760000021790,
     .named = true,
     .subscribed = true},
    {.file = "delivered.json",
     .kind = CHANNEL_EVENT_DELIVERED,
     .event = "delivered",
     .token = "5920000000000000030",
     .at_ms = 1760000041010},
    {.file = "failed.json",
     .kind = CHANNEL_EVENT_FAILED,
     .event = "failed",
     .token = "5920000000000000031",
     .at_ms = 1760000043012,
     .detail = "failure description"},
    {.file = "message_button_reply_silent.json",
     .kind = CHANNEL_EVENT_TEXT,
     .event = "message",
     .token = "5920000000000000011",
     .at_ms = 1760000031002,
     .text = "xem_don:1024",
     .payload = "xem_don:1024",
     .ref = "hoi-thoai-1024",
     .message = true,
     .silent = true},
    {.file = "message_contact.json",
     .kind = CHANNEL_EVENT_MEDIA,
     .event = "message",
     .token = "5920000000000000016",
     .at_ms = 1760000036007,
     .text = "chia_se_sdt",
     .payload = "chia_se_sdt",
     .ref = "xin-so-dien-thoai",
     .detail = "contact",
     .message = true},
    {.file = "message_file.json",
     .kind = CHANNEL_EVENT_MEDIA,
     .event = "message",
     .token = "5920000000000000014",
     .at_ms = 1760000034005,
     .detail = "file",
     .message = true},
    {.file = "message_location.json",
     .kind = CHANNEL_EVENT_MEDIA,
     .event = "message",
     .token = "5920000000000000018",
     .at_ms = 1760000038009,
     .text = "chon_dia_chi",
     .payload = "chon_dia_chi",
     .ref = "giao-hang-1024",
     .detail = "location",
     .message = true},
    {.file = "message_picture.json",
     .kind = CHANNEL_EVENT_MEDIA,
     .event = "message",
     .token = "5920000000000000012",
     .at_ms = 1760000032003,
     .text = "Ảnh sản phẩm bị lỗi",
     .ref = "hoi-thoai-1024",
     .detail = "picture",
     .message = true},
    {.file = "message_sticker.json",
     .kind = CHANNEL_EVENT_MEDIA,
     .event = "message",
     .token = "5920000000000000015",
     .at_ms = 1760000035006,
     .detail = "sticker",
     .message = true},
    {.file = "message_text.json",
     .kind = CHANNEL_EVENT_TEXT,
     .event = "message",
     .token = "5920000000000000010",
     .at_ms = 1760000030001,
     .text = "Chào shop, cho mình hỏi đơn hàng số 1024 đã giao chưa ạ?",
     .ref = "hoi-thoai-1024",
     .message = true},
    {.file = "message_url.json",
     .kind = CHANNEL_EVENT_MEDIA,
     .event = "message",
     .token = "5920000000000000017",
     .at_ms = 1760000037008,
     .text = "https://example.vn/san-pham/ao-dai-lua",
     .detail = "url",
     .message = true},
    {.file = "message_video.json",
     .kind = CHANNEL_EVENT_MEDIA,
     .event = "message",
     .token = "5920000000000000013",
     .at_ms = 1760000033004,
     .detail = "video",
     .message = true},
    {.file = "seen.json",
     .kind = CHANNEL_EVENT_SEEN,
     .event = "seen",
     .token = "5920000000000000030",
     .at_ms = 1760000042011},
    {.file = "subscribed.json",
     .kind = CHANNEL_EVENT_FOLLOW,
     .event = "subscribed",
     .token = "5920000000000000002",
     .at_ms = 1760000010123,
     .named = true},
    {.file = "unsubscribed.json",
     .kind = CHANNEL_EVENT_UNFOLLOW,
     .event = "unsubscribed",
     .token = "5920000000000000003",
     .at_ms = 1760000990456},
    {.file = "webhook.json",
     .kind = CHANNEL_EVENT_SETUP,
     .event = "webhook",
     .token = "5920000000000000001",
     .at_ms = 1760000000101},
};

static void expect_row(const struct row *r, const struct channel_event *ev)
{
    const bool person = r->kind != CHANNEL_EVENT_SETUP;
    const char *name = r->named || r->message ? "Nguyễn Thị Lan" : NULL;
    char key[128];

    (void)snprintf(key, sizeof(key), "%s:%s:%s", r->event, r->token, person ? VIBER_TEST_USER : "");
    cr_expect_eq(ev->kind, r->kind, "%s: kind %d", r->file, (int)ev->kind);
    cr_expect(same(ev->name, r->event), "%s: event", r->file);
    cr_expect(same(ev->key, key), "%s: key %s", r->file, ev->key);
    cr_expect(same(ev->user, person ? VIBER_TEST_USER : NULL), "%s: user", r->file);
    cr_expect(same(ev->user_name, name), "%s: name", r->file);
    cr_expect(same(ev->text, r->text), "%s: text", r->file);
    cr_expect(same(ev->payload, r->payload), "%s: payload", r->file);
    cr_expect(same(ev->context, r->context), "%s: context", r->file);
    cr_expect(same(ev->remote_id, r->token), "%s: token", r->file);
    cr_expect(same(ev->ref, r->ref), "%s: ref", r->file);
    cr_expect(same(ev->detail, r->detail), "%s: detail", r->file);
    cr_expect_eq(ev->at_ms, r->at_ms, "%s: time", r->file);
    cr_expect_eq(ev->watermark_ms, r->kind == CHANNEL_EVENT_SEEN ? r->at_ms : 0, "%s", r->file);
    cr_expect_eq(ev->interaction, r->message, "%s: interaction", r->file);
    cr_expect_eq(ev->subscribed, r->message || r->subscribed, "%s: subscribed", r->file);
    cr_expect_eq(ev->silent, r->silent, "%s: silent", r->file);
    cr_expect_not(ev->standby || ev->by_other || ev->in_group || ev->anonymous, "%s", r->file);
}

Test(viber_webhook, every_sample_becomes_the_right_event)
{
    cr_assert_eq(sizeof(rows) / sizeof(rows[0]), VIBER_TEST_SAMPLES);
    for (size_t i = 0; i < VIBER_TEST_SAMPLES; i++) {
        size_t len;
        char *body = viber_test_file(rows[i].file, &len);
        enum loa_err err;
        struct copy *c;

        cr_assert(body, "%s", rows[i].file);
        c = parse_bytes(body, len, &err);
        cr_expect_eq(err, LOA_OK, "%s", rows[i].file);
        cr_assert_eq(c->calls, 1, "%s", rows[i].file);
        expect_row(&rows[i], &c->ev);
        free(c);
        free(body);
    }
}

static struct copy *parse(const char *body)
{
    enum loa_err err;
    struct copy *c = parse_bytes(body, strlen(body), &err);

    cr_expect_eq(err, LOA_OK, "%s", body);
    cr_assert_eq(c->calls, 1, "%s", body);
    return c;
}

Test(viber_webhook, escaped_and_raw_text_are_the_same_event)
{
    cJSON *root = vectors();
    const cJSON *list = loa_json_get(root, "vectors");
    struct copy *raw = parse(loa_json_str(cJSON_GetArrayItem(list, 0), "body"));
    struct copy *escaped = parse(loa_json_str(cJSON_GetArrayItem(list, 1), "body"));

    cr_expect_str_eq(raw->ev.text, escaped->ev.text);
    cr_expect_str_eq(raw->ev.user_name, escaped->ev.user_name);
    cr_expect_str_eq(raw->ev.key, escaped->ev.key);
    free(raw);
    free(escaped);
    cJSON_Delete(root);
}

Test(viber_webhook, tokens_that_collide_as_doubles_stay_apart)
{
    struct copy *a = parse("{\"event\":\"delivered\",\"timestamp\":1,"
                           "\"message_token\":5925751017338988046,\"user_id\":\"u\"}");
    struct copy *b = parse("{\"event\":\"delivered\",\"timestamp\":1,"
                           "\"message_token\":5925751017338988047,\"user_id\":\"u\"}");

    cr_expect_str_eq(a->ev.remote_id, "5925751017338988046");
    cr_expect_str_eq(b->ev.remote_id, "5925751017338988047");
    cr_expect_str_neq(a->ev.key, b->ev.key);
    free(a);
    free(b);
}

Test(viber_webhook, one_broadcast_token_is_told_apart_by_receiver)
{
    struct copy *a = parse("{\"event\":\"delivered\",\"message_token\":5925751017338988046,"
                           "\"user_id\":\"a\"}");
    struct copy *b = parse("{\"event\":\"delivered\",\"message_token\":5925751017338988046,"
                           "\"user_id\":\"b\"}");

    cr_expect_str_neq(a->ev.key, b->ev.key);
    free(a);
    free(b);
}

Test(viber_webhook, swapped_time_and_token_of_old_events_are_put_right)
{
    struct copy *c = parse("{\"event\":\"webhook\",\"timestamp\":4977069964384421269,"
                           "\"message_token\":1478683725125}");

    cr_expect_eq(c->ev.at_ms, 1478683725125);
    cr_expect_str_eq(c->ev.remote_id, "4977069964384421269");
    free(c);
}

Test(viber_webhook, events_nobody_documented_are_kept_not_refused)
{
    struct copy *c = parse("{\"event\":\"action\",\"timestamp\":1760000000000,\"x\":[1,{}]}");

    cr_expect_eq(c->ev.kind, CHANNEL_EVENT_OTHER);
    cr_expect_str_eq(c->ev.name, "action");
    cr_expect(c->ev.key && c->ev.key[0]);
    free(c);
}

Test(viber_webhook, events_without_a_token_are_told_by_their_bytes)
{
    struct copy *a = parse("{\"event\":\"seen\",\"timestamp\":1,\"user_id\":\"u\"}");
    struct copy *again = parse("{\"event\":\"seen\",\"timestamp\":1,\"user_id\":\"u\"}");
    struct copy *b = parse("{\"event\":\"seen\",\"timestamp\":2,\"user_id\":\"u\"}");

    cr_expect_str_eq(a->ev.key, again->ev.key);
    cr_expect_str_neq(a->ev.key, b->ev.key);
    free(a);
    free(again);
    free(b);
}

Test(viber_webhook, tap_on_a_link_button_is_its_address_as_text)
{
    struct copy *c = parse("{\"event\":\"message\",\"timestamp\":1,\"message_token\":2,"
                           "\"sender\":{\"id\":\"u\"},\"message\":{\"type\":\"text\","
                           "\"text\":\"https://nhatrang.example.vn\"},\"silent\":true}");

    cr_expect_eq(c->ev.kind, CHANNEL_EVENT_TEXT);
    cr_expect_str_eq(c->ev.text, "https://nhatrang.example.vn");
    cr_expect(c->ev.silent);
    free(c);
}

Test(viber_webhook, what_is_not_an_event_is_refused)
{
    static const char *const bodies[] = {"",
                                         "null",
                                         "[]",
                                         "\"event\"",
                                         "{}",
                                         "{\"event\":1}",
                                         "{\"event\":\"\"}",
                                         "{\"event\":\"webhook\"",
                                         "{\"event\":\"\xff\"}",
                                         "\xef\xbb\xbf"};

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        enum loa_err err;
        struct copy *c = parse_bytes(bodies[i], strlen(bodies[i]), &err);

        cr_expect_eq(err, LOA_EPROTO, "%s", bodies[i]);
        cr_expect_eq(c->calls, 0);
        free(c);
    }
}

Test(viber_webhook, members_of_the_wrong_type_are_as_if_absent)
{
    struct copy *c = parse("{\"event\":\"message\",\"timestamp\":{},\"message_token\":[],"
                           "\"sender\":7,\"user\":{\"id\":8},\"message\":[{}],\"silent\":\"yes\"}");

    cr_expect_eq(c->ev.kind, CHANNEL_EVENT_TEXT);
    cr_expect_null(c->ev.user);
    cr_expect_null(c->ev.text);
    cr_expect_eq(c->ev.at_ms, 0);
    cr_expect_not(c->ev.silent);
    cr_expect(c->ev.key[0]);
    free(c);
}

/* ---- hostile bytes ------------------------------------------------------------------------- */

static void check_sane(void *ctx, const struct channel_event *ev)
{
    size_t *calls = ctx;

    (*calls)++;
    cr_assert(ev->key && ev->key[0] && ev->name);
    cr_assert(ev->at_ms >= 0);
}

/* A copy of exactly `len` bytes, so that a sanitizer sees a read past the end. */
static void try_bytes(const char *bytes, size_t len, size_t *calls)
{
    char *exact = loa_xmalloc(len ? len : 1);

    memcpy(exact, bytes, len);
    (void)channel_viber.parse_webhook(viber, exact, len, check_sane, calls);
    free(exact);
}

Test(viber_webhook, every_sample_cut_at_every_length_is_survived)
{
    size_t calls = 0;

    for (size_t i = 0; i < VIBER_TEST_SAMPLES; i++) {
        size_t len;
        char *body = viber_test_file(viber_test_samples[i], &len);

        cr_assert(body);
        for (size_t n = 0; n < len; n++)
            try_bytes(body, n, &calls);
        free(body);
    }
    cr_expect_eq(calls, 0, "half an object is never an event");
}

Test(viber_webhook, random_changes_are_survived)
{
    unsigned seed = 20261001;
    size_t calls = 0;

    for (int round = 0; round < 4000; round++) {
        size_t len;
        char *body = viber_test_file(viber_test_samples[round % VIBER_TEST_SAMPLES], &len);

        cr_assert(body);
        for (int k = 0; k < 1 + round % 5; k++)
            body[(size_t)rand_r(&seed) % len] = (char)rand_r(&seed);
        try_bytes(body, len, &calls);
        free(body);
    }
    cr_expect(calls > 0, "some changes leave an event");
}
