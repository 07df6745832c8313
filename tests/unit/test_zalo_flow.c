/* SPDX-License-Identifier: Apache-2.0 */
/* Zalo's acts of several requests, step by step and after a crash between any two. */
#include <criterion/criterion.h>

#include "tests/unit/zalo_help.h"

TestSuite(zalo_flow, .timeout = 20);

#define PROCESSING "{\"error\":-214,\"message\":\"Article is being processed\"}"

/* One flow with its channel, its content and the request that it last asked for. */
struct run {
    struct channel *c;
    struct msg_content content;
    struct channel_flow f;
    struct http_req req;
};

static struct run start(enum channel_flow_kind kind, const char *content)
{
    struct run r = {.c = zalo_test_open(false), .f = {.kind = kind}};

    cr_assert_not_null(r.c);
    if (content)
        r.content = zalo_test_content(content);
    return r;
}

static void stop(struct run *r)
{
    channel_zalo.close(r->c);
    msg_content_release(&r->content);
    http_req_release(&r->req);
    loa_secret_free(r->f.access_token);
    loa_secret_free(r->f.refresh_token);
}

/* The next step; NULL: first, or again after a crash. */
static enum channel_step step(struct run *r, const char *body)
{
    const struct http_reply reply = zalo_test_reply(body ? body : "");

    r->f.content = &r->content;
    return channel_zalo.flow(r->c, &r->f, body ? &reply : NULL, &r->req);
}

static enum channel_step step_lost(struct run *r, enum http_outcome outcome)
{
    const struct http_reply reply = {.outcome = outcome, .body = "", .error = "lost"};

    r->f.content = &r->content;
    return channel_zalo.flow(r->c, &r->f, &reply, &r->req);
}

static void expect_request(const struct run *r, enum http_method method, const char *url)
{
    cr_expect_str_eq(loa_buf_str(&r->req.url), url);
    cr_expect_eq(r->req.method, method);
}

/* ---- post ---- */

#define POST                                                                                           \
    "{\"title\":\"Tuần lễ\",\"text\":\"Mở đầu\\n\\nĐoạn hai\",\"image\":\"https://x.vn/b " \
    "ìa.jpg\","                                                                                       \
    "\"buttons\":[{\"title\":\"Web\",\"url\":\"https://x.vn/\"}]}"
#define API ZALO_TEST_API

static void to_create(struct run *r)
{
    *r = start(CHANNEL_FLOW_POST, POST);
    cr_assert_eq(step(r, NULL), CHANNEL_STEP_SEND);
    expect_request(r, HTTP_POST, API "/v2.0/article/create");
    cr_expect_not(r->f.effect, "what is in doubt is looked up");
}

static void to_verify(struct run *r)
{
    to_create(r);
    cr_assert_eq(step(r, "{\"data\":{\"token\":\"tok:en\"},\"error\":0}"), CHANNEL_STEP_SEND);
    expect_request(r, HTTP_POST, API "/v2.0/article/verify");
    cr_expect_str_eq(loa_buf_str(&r->req.body), "{\"token\":\"tok:en\"}");
    cr_expect_not(r->f.effect);
    cr_expect_eq(r->f.wait_ms, 0, "the token is stored at once");
}

static void to_broadcast(struct run *r)
{
    to_verify(r);
    cr_assert_eq(step(r, "{\"data\":{\"id\":\"a1\"},\"error\":0}"), CHANNEL_STEP_SEND);
    expect_request(r, HTTP_POST, API "/v2.0/oa/message");
    cr_expect(r->f.effect);
    cr_expect_eq(r->f.wait_ms, 0);
}

Test(zalo_flow, a_post_is_created_verified_and_broadcast)
{
    struct run r;

    to_verify(&r);
    cr_expect_eq(step(&r, PROCESSING), CHANNEL_STEP_SEND);
    expect_request(&r, HTTP_POST, API "/v2.0/article/verify");
    cr_expect_eq(r.f.wait_ms, 3000);
    cr_expect_eq(step(&r, PROCESSING), CHANNEL_STEP_SEND);
    cr_expect_eq(step(&r, "{\"data\":{\"id\":\"a1\"},\"error\":0}"), CHANNEL_STEP_SEND);
    cr_expect_str_eq(loa_buf_str(&r.req.body),
                     "{\"recipient\":{\"target\":{}},\"message\":{\"attachment\":{\"type\":"
                     "\"template\",\"payload\":{\"template_type\":\"media\",\"elements\":[{"
                     "\"media_type\":\"article\",\"attachment_id\":\"a1\"}]}}}}");
    cr_expect_str_eq(zalo_test_header(&r.req, "access_token"), ZALO_TEST_ACCESS);
    cr_expect_eq(step(&r, "{\"data\":{\"message_id\":\"m1\"},\"error\":0}"), CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_OK);
    cr_expect_str_eq(r.f.res.remote_id, "m1");
    stop(&r);
}

Test(zalo_flow, the_article_has_cover_headline_and_paragraphs)
{
    struct run r;
    cJSON *o, *want;

    to_create(&r);
    o = loa_json_parse(loa_buf_str(&r.req.body), r.req.body.len);
    want = cJSON_Parse(
        "{\"type\":\"normal\",\"title\":\"Tuần lễ\",\"author\":\"Ban biên tập\",\"cover\":{"
        "\"cover_type\":\"photo\",\"photo_url\":\"https://x.vn/b%20%C3%ACa.jpg\",\"status\":"
        "\"show\"},\"description\":\"Mở đầu\\n\\nĐoạn hai\",\"body\":[{\"type\":\"text\","
        "\"content\":\"Mở đầu\"},{\"type\":\"text\",\"content\":\"Đoạn hai\"},{\"type\":\"text\","
        "\"content\":\"• Web: https://x.vn/\"}],\"status\":\"show\",\"comment\":\"show\"}");
    cr_assert_not_null(want);
    cr_expect(cJSON_Compare(o, want, true), "%s", loa_buf_str(&r.req.body));
    cJSON_Delete(o);
    cJSON_Delete(want);
    stop(&r);
}

Test(zalo_flow, headline_and_description_stay_below_what_was_refused)
{
    struct run r = start(CHANNEL_FLOW_POST, NULL);
    struct loa_buf text = {0};
    cJSON *o;

    for (int i = 0; i < 100; i++)
        loa_buf_adds(&text, "lễ hội ");
    r.content.text = loa_xasprintf("Chào " SPLICE_NAME ", %s", loa_buf_str(&text));
    r.content.image_url = loa_xstrdup("https://x.vn/a.jpg");
    cr_assert_eq(step(&r, NULL), CHANNEL_STEP_SEND);
    o = loa_json_parse(loa_buf_str(&r.req.body), r.req.body.len);
    cr_assert_not_null(o);
    cr_expect_eq(strncmp(zalo_test_at(o, "title"), "Chào bạn, lễ hội", 20), 0);
    cr_expect_leq(strlen(zalo_test_at(o, "title")), 149U * 2);
    cr_expect_leq(strlen(zalo_test_at(o, "description")), 299U * 2);
    cr_expect_not_null(strstr(zalo_test_at(o, "title"), "…"));
    cr_expect_null(strchr(loa_buf_str(&r.req.body), 0x7f), "no slot is left");
    cJSON_Delete(o);
    loa_buf_release(&text);
    stop(&r);
}

Test(zalo_flow, a_crash_while_verifying_goes_on_verifying)
{
    struct run r;

    to_verify(&r);
    cr_expect_eq(step(&r, NULL), CHANNEL_STEP_SEND);
    expect_request(&r, HTTP_POST, API "/v2.0/article/verify");
    cr_expect_str_eq(loa_buf_str(&r.req.body), "{\"token\":\"tok:en\"}");
    cr_expect_eq(step_lost(&r, HTTP_UNKNOWN), CHANNEL_STEP_SEND, "asking again does no harm");
    expect_request(&r, HTTP_POST, API "/v2.0/article/verify");
    stop(&r);
}

Test(zalo_flow, a_broadcast_is_never_repeated_blindly)
{
    struct run r;

    to_broadcast(&r);
    cr_expect_eq(step(&r, NULL), CHANNEL_STEP_DONE, "after a crash");
    cr_expect_eq(r.f.res.verdict, CHANNEL_DOUBT);
    stop(&r);
    to_broadcast(&r);
    cr_expect_eq(step_lost(&r, HTTP_UNKNOWN), CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_DOUBT);
    cr_expect_eq(step(&r, NULL), CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_DOUBT);
    stop(&r);
}

Test(zalo_flow, a_broadcast_that_was_refused_goes_again_from_the_same_article)
{
    struct run r;

    to_broadcast(&r);
    cr_expect_eq(step(&r, "{\"error\":-216,\"message\":\"x\"}"), CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_REFRESH);
    cr_expect_eq(step(&r, NULL), CHANNEL_STEP_SEND);
    expect_request(&r, HTTP_POST, API "/v2.0/oa/message");
    cr_expect_eq(step_lost(&r, HTTP_NOT_SENT), CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_RETRY);
    cr_expect_eq(step(&r, NULL), CHANNEL_STEP_SEND);
    expect_request(&r, HTTP_POST, API "/v2.0/oa/message");
    cr_expect_eq(step(&r, "{\"data\":{\"message_id\":\"m2\"},\"error\":0}"), CHANNEL_STEP_DONE);
    cr_expect_eq(step(&r, NULL), CHANNEL_STEP_DONE, "once more after a crash at the very end");
    cr_expect_eq(r.f.res.verdict, CHANNEL_OK);
    cr_expect_str_eq(r.f.res.remote_id, "m2");
    stop(&r);
}

Test(zalo_flow, a_creation_in_doubt_is_looked_up_before_it_is_repeated)
{
    struct run r;

    to_create(&r);
    cr_expect_eq(step(&r, NULL), CHANNEL_STEP_SEND, "after a crash");
    expect_request(&r, HTTP_GET, API "/v2.0/article/getslice?offset=0&limit=10&type=normal");
    cr_expect_not(r.f.effect);
    cr_expect_gt(r.f.wait_ms, 0);
    cr_expect_eq(step(&r, "{\"data\":{\"medias\":[{\"title\":\"Khác\"}],\"total\":1},\"error\":0}"),
                 CHANNEL_STEP_SEND);
    expect_request(&r, HTTP_POST, API "/v2.0/article/create");
    cr_expect_eq(step_lost(&r, HTTP_UNKNOWN), CHANNEL_STEP_SEND);
    expect_request(&r, HTTP_GET, API "/v2.0/article/getslice?offset=0&limit=10&type=normal");
    cr_expect_eq(step(&r, "{\"data\":{\"medias\":[{\"title\":\"Tuần lễ\"}]},\"error\":0}"),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_DOUBT);
    stop(&r);
}

Test(zalo_flow, creating_is_not_repeated_for_ever)
{
    struct run r;
    int creates = 1;

    to_create(&r);
    while (step_lost(&r, HTTP_UNKNOWN) == CHANNEL_STEP_SEND && creates < 10 &&
           step(&r, "{\"data\":{\"medias\":[]},\"error\":0}") == CHANNEL_STEP_SEND)
        creates++;
    cr_expect_eq(creates, 3);
    cr_expect_eq(r.f.res.verdict, CHANNEL_DOUBT);
    stop(&r);
}

Test(zalo_flow, a_creation_that_was_refused_starts_anew)
{
    struct run r;

    to_create(&r);
    cr_expect_eq(step(&r, "{\"error\":-220,\"message\":\"x\"}"), CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_REFRESH);
    cr_expect_str_eq(r.f.state, "");
    cr_expect_eq(step(&r, NULL), CHANNEL_STEP_SEND);
    expect_request(&r, HTTP_POST, API "/v2.0/article/create");
    cr_expect_eq(step(&r, "{\"error\":-201,\"message\":\"cover is invalid!\"}"), CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_DROP);
    cr_expect_str_eq(r.f.res.detail, "cover is invalid!");
    stop(&r);
}

Test(zalo_flow, a_cover_that_zalo_cannot_fetch_ends_the_post)
{
    struct run r;

    to_verify(&r);
    cr_expect_eq(step(&r, "{\"error\":-200,\"message\":\"Send message failed\"}"),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_DROP);
    cr_expect_not_null(strstr(r.f.res.detail, "ảnh bìa"));
    stop(&r);
}

Test(zalo_flow, verifying_waits_long_but_not_for_ever)
{
    struct run r;
    int asked = 1;

    to_verify(&r);
    while (asked < 1000 && step(&r, PROCESSING) == CHANNEL_STEP_SEND)
        asked++;
    cr_expect_eq(asked, 100);
    cr_expect_eq(r.f.res.verdict, CHANNEL_RETRY);
    cr_expect_eq(step(&r, NULL), CHANNEL_STEP_SEND, "the engine may go on later");
    expect_request(&r, HTTP_POST, API "/v2.0/article/verify");
    stop(&r);
}

Test(zalo_flow, a_limit_while_verifying_waits_for_the_next_minute)
{
    struct run r;

    to_verify(&r);
    cr_expect_eq(step(&r, "{\"error\":-32,\"message\":\"x\"}"), CHANNEL_STEP_SEND);
    cr_expect_eq(r.f.wait_ms, 60000);
    stop(&r);
}

/* ---- refresh ---- */

Test(zalo_flow, a_refresh_sends_a_form_with_the_secret_in_a_header)
{
    struct run r = start(CHANNEL_FLOW_REFRESH, NULL);

    cr_assert_eq(step(&r, NULL), CHANNEL_STEP_SEND);
    expect_request(&r, HTTP_POST, ZALO_TEST_OAUTH "/v4/oa/access_token");
    cr_expect_str_eq(r.req.content_type, "application/x-www-form-urlencoded");
    cr_expect_str_eq(loa_buf_str(&r.req.body), "grant_type=refresh_token&app_id=" ZALO_TEST_APP
                                               "&refresh_token=refresh%2Btoken%2Ffor%3Dtests");
    channel_zalo.authorize(r.c, &r.req);
    cr_expect_eq(r.req.n_headers, 1U, "the access token is not for this host");
    cr_expect_str_eq(zalo_test_header(&r.req, "secret_key"), ZALO_TEST_APP_SECRET);
    cr_expect_eq(step(&r, "{\"access_token\":\"a2\",\"refresh_token\":\"r2\",\"expires_in\":"
                          "\"90000\"}"),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_OK);
    cr_expect_str_eq(loa_secret_reveal(r.f.access_token), "a2");
    cr_expect_str_eq(loa_secret_reveal(r.f.refresh_token), "r2");
    cr_expect_eq(r.f.expires_in_ms, 90000000);
    stop(&r);
}

Test(zalo_flow, a_refresh_without_a_new_refresh_token_keeps_the_old_one_and_says_so)
{
    struct run r = start(CHANNEL_FLOW_REFRESH, NULL);

    cr_assert_eq(step(&r, NULL), CHANNEL_STEP_SEND);
    cr_expect_eq(step(&r, "{\"access_token\":\"a2\",\"expires_in\":3600}"), CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_OK);
    cr_expect_null(r.f.refresh_token);
    cr_expect_eq(r.f.expires_in_ms, 3600000);
    cr_expect_str_neq(r.f.res.detail, "");
    stop(&r);
}

static enum channel_verdict refresh_refused(const char *body, char detail[CHANNEL_DETAIL_SIZE])
{
    struct run r = start(CHANNEL_FLOW_REFRESH, NULL);
    enum channel_verdict verdict;

    cr_assert_eq(step(&r, NULL), CHANNEL_STEP_SEND);
    cr_expect_eq(step(&r, body), CHANNEL_STEP_DONE);
    cr_expect_null(r.f.access_token);
    cr_expect_null(r.f.refresh_token);
    verdict = r.f.res.verdict;
    memcpy(detail, r.f.res.detail, CHANNEL_DETAIL_SIZE);
    stop(&r);
    return verdict;
}

Test(zalo_flow, a_refused_refresh_stops_the_account_or_is_tried_again)
{
    static const int final[] = {-14002, -14003, -14004, -14005, -14014, -14018};
    char detail[CHANNEL_DETAIL_SIZE], *body;

    for (size_t i = 0; i < sizeof(final) / sizeof(final[0]); i++) {
        body = loa_xasprintf("{\"error\":%d,\"error_name\":\"N\",\"error_description\":"
                             "\"Invalid " ZALO_TEST_REFRESH "\",\"message\":\"\"}",
                             final[i]);
        cr_expect_eq(refresh_refused(body, detail), CHANNEL_STOP, "%d", final[i]);
        cr_expect_null(strstr(detail, ZALO_TEST_REFRESH));
        cr_expect_not_null(strstr(detail, "Invalid"));
        free(body);
    }
    cr_expect_eq(refresh_refused("{\"error\":-32,\"message\":\"limit\"}", detail), CHANNEL_RETRY);
    cr_expect_eq(refresh_refused("{\"error_name\":\"odd\"}", detail), CHANNEL_RETRY);
    cr_expect_eq(refresh_refused("{\"access_token\":\"\",\"refresh_token\":\"r\"}", detail),
                 CHANNEL_RETRY, "an empty token is no token");
    cr_expect_eq(refresh_refused("{\"access_token\":\"a\\r\\nb\"}", detail), CHANNEL_RETRY);
    cr_expect_eq(refresh_refused("<html>", detail), CHANNEL_RETRY);
}

Test(zalo_flow, a_refresh_whose_answer_was_lost_is_asked_again)
{
    struct run r = start(CHANNEL_FLOW_REFRESH, NULL);

    cr_assert_eq(step(&r, NULL), CHANNEL_STEP_SEND);
    cr_expect_eq(step_lost(&r, HTTP_UNKNOWN), CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_RETRY);
    cr_expect_eq(step(&r, NULL), CHANNEL_STEP_SEND);
    stop(&r);
}

/* ---- probe, set-up, upload ---- */

Test(zalo_flow, a_probe_tells_what_account_it_found)
{
    struct run r = start(CHANNEL_FLOW_PROBE, NULL);

    cr_assert_eq(step(&r, NULL), CHANNEL_STEP_SEND);
    expect_request(&r, HTTP_GET, API "/v2.0/oa/getoa");
    cr_expect_eq(step(&r, "{\"data\":{\"oaid\":\"" ZALO_TEST_OA "\",\"name\":\"Phường\","
                          "\"is_verified\":true,\"num_follower\":12,\"package_name\":\"Toàn "
                          "diện\"},\"error\":0}"),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_OK);
    cr_expect_str_eq(r.f.summary, "OA “Phường” (" ZALO_TEST_OA "), đã xác thực, 12 người quan tâm, "
                                  "gói Toàn diện");
    stop(&r);
}

Test(zalo_flow, a_probe_notices_the_token_of_another_account)
{
    struct run r = start(CHANNEL_FLOW_PROBE, NULL);

    cr_assert_eq(step(&r, NULL), CHANNEL_STEP_SEND);
    cr_expect_eq(step(&r, "{\"data\":{\"oa_id\":12345,\"name\":\"X\"},\"error\":0}"),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_STOP);
    cr_expect_not_null(strstr(r.f.res.detail, "12345"));
    cr_assert_eq(step(&r, NULL), CHANNEL_STEP_SEND);
    cr_expect_eq(step(&r, "{\"error\":-216,\"message\":\"x\"}"), CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_REFRESH);
    stop(&r);
}

Test(zalo_flow, set_up_tells_what_people_must_do)
{
    struct run r = start(CHANNEL_FLOW_SETUP, NULL);

    r.f.webhook_url = "https://bot.example.vn/webhooks/zalo";
    cr_expect_eq(step(&r, NULL), CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_OK);
    cr_expect_not_null(strstr(r.f.summary, r.f.webhook_url));
    stop(&r);
}

Test(zalo_flow, an_upload_gives_an_address_for_messages)
{
    static const char png[] = "\x89PNG";
    struct run r = start(CHANNEL_FLOW_UPLOAD, NULL);

    r.f.file_data = png;
    r.f.file_len = sizeof(png) - 1;
    r.f.file_type = "image/png";
    cr_assert_eq(step(&r, NULL), CHANNEL_STEP_SEND);
    expect_request(&r, HTTP_POST, API "/v2.0/oa/upload/image");
    cr_expect_str_eq(r.req.file_field, "file");
    cr_expect_str_eq(r.req.file_name, "image.png");
    cr_expect_str_eq(r.req.file_type, "image/png");
    cr_expect_eq(r.req.file_data, (const void *)png);
    cr_expect_null(r.req.content_type);
    cr_expect_eq(step(&r, "{\"data\":{\"attachment_id\":\"a-1\"},\"error\":0}"), CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_OK);
    cr_expect_str_eq(r.f.upload_id, "zalo-attachment:a-1");
    stop(&r);
}

Test(zalo_flow, a_picture_that_zalo_would_refuse_is_not_sent)
{
    static const char data[] = "x";
    struct run r = start(CHANNEL_FLOW_UPLOAD, NULL);

    r.f.file_data = data;
    r.f.file_type = "image/jpeg";
    r.f.file_len = 1024 * 1024 + 1;
    cr_expect_eq(step(&r, NULL), CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_DROP);
    r.f.file_len = 1;
    r.f.file_type = "image/webp";
    cr_expect_eq(step(&r, NULL), CHANNEL_STEP_DONE);
    cr_expect_eq(r.f.res.verdict, CHANNEL_DROP);
    stop(&r);
}

Test(zalo_flow, any_state_and_any_answer_are_survived)
{
    static const char *const states[] = {
        "create:",    "look:x", "verify:", "verify:9999999999999:", "verify:1", "ready:",
        "broadcast:", "done:",  "?"};
    static const char *const bodies[] = {
        "",
        "[]",
        "{\"error\":0}",
        "{\"error\":0,\"data\":[]}",
        "{\"error\":0,\"data\":{\"id\":\"\\\"\"}}",
        "{\"error\":0,\"data\":{\"token\":7,\"id\":[],\"medias\":{\"a\":1}}}"};

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        for (size_t k = 0; k <= sizeof(bodies) / sizeof(bodies[0]); k++) {
            struct run r = start(CHANNEL_FLOW_POST, POST);

            (void)snprintf(r.f.state, sizeof(r.f.state), "%s", states[i]);
            (void)step(&r, k ? bodies[k - 1] : NULL);
            stop(&r);
        }
    }
}
