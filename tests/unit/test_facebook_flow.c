/* SPDX-License-Identifier: Apache-2.0 */
/* Flows of a Page, step by step: a post is made once whatever happens; set-up and probe. */
#include "facebook_kit.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"

TestSuite(facebook_flow, .timeout = 10);

#define TEXT "Cảnh báo triều cường: đỉnh triều 1,65 m."
#define FEED_URL KIT_BASE "/v25.0/" KIT_PAGE "/feed?fields=id,message,created_time&limit=25"
#define OLD "{\"id\":\"104_1\",\"message\":\"" TEXT "\"}"
#define OTHER "{\"id\":\"104_7\",\"message\":\"Chuyện khác\"}"
#define OURS "{\"id\":\"104_9\",\"message\":\"Cảnh báo triều cường:\\n đỉnh triều 1,65 m. \"}"
#define SINCE "2026-10-01T00:30:00Z"
#define AT(id, text, time)                                                                         \
    "{\"id\":\"" id "\",\"message\":\"" text "\",\"created_time\":\"" time "\"}"
#define FEED(posts) "{\"data\":[" posts "],\"paging\":{\"next\":\"x\"}}"
#define ERROR(code) "{\"error\":{\"message\":\"no\",\"code\":" code "}}"

static struct channel *fb;
static struct channel_flow flow;
static struct msg_content content;
static struct http_req req;

static int64_t at_ms(const char *iso)
{
    int64_t ms = 0;

    cr_assert_eq(loa_iso_parse(iso, &ms), LOA_OK);
    return ms;
}

static void begin(const char *json, const char *app, const char *secret)
{
    fb = kit_open(app, secret);
    kit_content(json, &content);
    flow = (struct channel_flow){
        .kind = CHANNEL_FLOW_POST, .content = &content, .ref = "r", .since_ms = at_ms(SINCE)};
}

static void end(void)
{
    msg_content_release(&content);
    http_req_release(&req);
    channel_facebook.close(fb);
}

static enum channel_step start(void)
{
    return channel_facebook.flow(fb, &flow, NULL, &req);
}

static enum channel_step answer(long status, const char *body)
{
    const struct http_reply r = kit_reply(status, body);

    return channel_facebook.flow(fb, &flow, &r, &req);
}

static enum channel_step silence(enum http_outcome outcome)
{
    const struct http_reply r = kit_no_reply(outcome);

    return channel_facebook.flow(fb, &flow, &r, &req);
}

/* After a crash only the stored state is left. */
static void crash(void)
{
    struct channel_flow again = {
        .kind = flow.kind, .content = &content, .ref = "r", .since_ms = flow.since_ms};

    memcpy(again.state, flow.state, sizeof(again.state));
    flow = again;
    http_req_release(&req);
}

static cJSON *body_of_request(void)
{
    cJSON *json = loa_json_parse(req.body.data, req.body.len);

    cr_assert_not_null(json, "%s", loa_buf_str(&req.body));
    return json;
}

static void expect_reading(void)
{
    cr_expect_eq(req.method, HTTP_GET);
    cr_expect_str_eq(loa_buf_str(&req.url), FEED_URL);
    cr_expect_not(flow.effect);
    cr_expect(kit_has_header(&req, "Authorization", "Bearer ", KIT_TOKEN));
}

static void expect_posting(const char *edge)
{
    char *url = loa_xasprintf("%s/v25.0/%s/%s", KIT_BASE, KIT_PAGE, edge);

    cr_expect_eq(req.method, HTTP_POST);
    cr_expect_str_eq(loa_buf_str(&req.url), url);
    cr_expect(flow.effect);
    cr_expect_eq(flow.wait_ms, 0);
    free(url);
}

/* Up to the moment at which the post is under way. */
static void begin_posting(void)
{
    begin("{\"text\":\"" TEXT "\"}", NULL, NULL);
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    expect_reading();
    cr_assert_eq(answer(200, FEED(OLD)), CHANNEL_STEP_SEND);
    expect_posting("feed");
}

/* ---- a post ---------------------------------------------------------------------------- */

Test(facebook_flow, a_post_looks_at_the_feed_and_posts_once)
{
    cJSON *body;

    begin_posting();
    body = body_of_request();
    cr_expect_str_eq(kit_at(body, "message"), TEXT);
    cr_expect(loa_json_bool(body, "published", false));
    cr_expect_eq(cJSON_GetArraySize(body), 2);
    cJSON_Delete(body);
    cr_assert_eq(answer(200, "{\"id\":\"104_9\"}"), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_OK);
    cr_expect_str_eq(flow.res.remote_id, "104_9");
    end();
}

Test(facebook_flow, a_post_with_a_link_or_a_picture_takes_its_form)
{
    cJSON *body;

    begin(
        "{\"title\":\"Tuần lễ\",\"text\":\"Mời xem\",\"link\":\"https://example.vn\",\"buttons\":["
        "{\"title\":\"Hotline\",\"phone\":\"1022\"},{\"title\":\"Đăng ký\",\"reply\":\"DK\"}]}",
        NULL, KIT_APP_SECRET);
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    cr_expect_str_eq(loa_buf_str(&req.url), FEED_URL "&appsecret_proof=" KIT_PROOF);
    cr_assert_eq(answer(200, FEED("")), CHANNEL_STEP_SEND);
    expect_posting("feed");
    body = body_of_request();
    cr_expect_str_eq(kit_at(body, "message"),
                     "Tuần lễ\n\nMời xem\nHotline: 1022\nNhắn «Đăng ký» cho Trang.");
    cr_expect_str_eq(kit_at(body, "link"), "https://example.vn");
    cr_expect_str_eq(kit_at(body, "appsecret_proof"), KIT_PROOF);
    cJSON_Delete(body);
    end();

    begin("{\"text\":\"Mời xem\",\"link\":\"https://example.vn\",\"image\":{\"url\":"
          "\"https://example.vn/a.jpg\",\"alt\":\"Áp phích\"}}",
          NULL, NULL);
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    cr_assert_eq(answer(200, FEED("")), CHANNEL_STEP_SEND);
    expect_posting("photos");
    body = body_of_request();
    cr_expect_str_eq(kit_at(body, "message"), "Mời xem\nhttps://example.vn");
    cr_expect_str_eq(kit_at(body, "url"), "https://example.vn/a.jpg");
    cr_expect_str_eq(kit_at(body, "alt_text_custom"), "Áp phích");
    cJSON_Delete(body);
    cr_assert_eq(answer(200, "{\"id\":\"77\",\"post_id\":\"104_9\"}"), CHANNEL_STEP_DONE);
    cr_expect_str_eq(flow.res.remote_id, "104_9");
    end();
}

Test(facebook_flow, a_public_post_calls_nobody_by_name)
{
    char text[] = "Chào " SPLICE_NAME "!";
    const struct msg_content named = {.text = text};
    cJSON *body;

    begin("{\"text\":\"x\"}", NULL, NULL);
    flow.content = &named;
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    cr_assert_eq(answer(200, FEED("")), CHANNEL_STEP_SEND);
    body = body_of_request();
    cr_expect_str_eq(kit_at(body, "message"), "Chào bạn!");
    cJSON_Delete(body);
    end();
}

Test(facebook_flow, after_a_time_out_the_feed_tells_that_it_was_posted)
{
    begin_posting();
    cr_assert_eq(silence(HTTP_UNKNOWN), CHANNEL_STEP_SEND);
    expect_reading();
    cr_expect_gt(flow.wait_ms, 0, "a post may take a moment to show");
    cr_assert_eq(answer(200, FEED(OURS "," OTHER "," OLD)), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_OK);
    cr_expect_str_eq(flow.res.remote_id, "104_9");
    end();
}

Test(facebook_flow, only_when_the_feed_does_not_show_it_is_it_posted_again)
{
    begin_posting();
    cr_assert_eq(silence(HTTP_UNKNOWN), CHANNEL_STEP_SEND);
    for (int i = 0; i < 3; i++) {
        expect_reading();
        /* the same text below the mark is yesterday's */
        cr_assert_eq(answer(200, FEED(OTHER "," OLD)), CHANNEL_STEP_SEND, "read %d", i);
    }
    expect_posting("feed");
    cr_assert_eq(answer(200, "{\"id\":\"104_10\"}"), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_OK);
    end();
}

Test(facebook_flow, it_does_not_post_for_ever)
{
    size_t effects = 1;
    enum channel_step step;

    begin_posting();
    step = silence(HTTP_UNKNOWN);
    for (int i = 0; i < 50 && step == CHANNEL_STEP_SEND; i++) {
        effects += flow.effect;
        step = flow.effect ? silence(HTTP_UNKNOWN) : answer(200, FEED(OLD));
    }
    cr_expect_eq(step, CHANNEL_STEP_DONE);
    cr_expect_eq(effects, 3);
    cr_expect_eq(flow.res.verdict, CHANNEL_DOUBT);
    end();
}

Test(facebook_flow, after_a_crash_it_reads_before_it_posts)
{
    begin_posting();
    crash();
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    expect_reading();
    crash(); /* again, while reading */
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    expect_reading();
    cr_assert_eq(answer(200, FEED(OURS "," OLD)), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_OK);
    cr_expect_str_eq(flow.res.remote_id, "104_9");
    end();
}

Test(facebook_flow, a_crash_before_anything_starts_anew)
{
    begin("{\"text\":\"" TEXT "\"}", NULL, NULL);
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    crash();
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    expect_reading();
    cr_expect_eq(flow.wait_ms, 0);
    cr_assert_eq(answer(200, FEED(OLD)), CHANNEL_STEP_SEND);
    expect_posting("feed");
    end();
}

Test(facebook_flow, a_feed_that_moved_past_the_mark_leaves_doubt)
{
    begin_posting();
    cr_assert_eq(silence(HTTP_UNKNOWN), CHANNEL_STEP_SEND);
    cr_assert_eq(answer(200, FEED(OURS)), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_DOUBT);
    cr_expect_eq(flow.res.doubt, MSG_DOUBT_LOOK);
    end();
}

/* The newest post of before is gone, so the mark is nowhere: the time tells. */
Test(facebook_flow, without_the_mark_the_time_tells_what_is_ours)
{
    begin_posting();
    cr_assert_eq(silence(HTTP_UNKNOWN), CHANNEL_STEP_SEND);
    cr_assert_eq(answer(200, FEED(AT("104_8", TEXT, "2026-10-01T00:30:05+0000"))),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_OK);
    cr_expect_str_eq(flow.res.remote_id, "104_8");
    end();
    begin_posting();
    cr_assert_eq(silence(HTTP_UNKNOWN), CHANNEL_STEP_SEND);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(answer(200, FEED(AT("104_3", TEXT, "2026-09-30T00:30:05+0000"))),
                     CHANNEL_STEP_SEND, "yesterday's, of the same text");
        expect_reading();
    }
    cr_assert_eq(answer(200, FEED(AT("104_3", TEXT, "2026-09-30T00:30:05+0000"))),
                 CHANNEL_STEP_SEND);
    expect_posting("feed");
    end();
}

Test(facebook_flow, without_a_mark_a_lost_answer_is_looked_for_by_time)
{
    begin("{\"text\":\"" TEXT "\"}", NULL, NULL);
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    cr_assert_eq(answer(400, ERROR("100")), CHANNEL_STEP_SEND, "it is posted all the same");
    expect_posting("feed");
    crash();
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    expect_reading();
    cr_assert_eq(answer(400, ERROR("100")), CHANNEL_STEP_DONE, "nobody may read it");
    cr_expect_eq(flow.res.verdict, CHANNEL_DOUBT);
    end();
}

/* Staff looked at the Page, and want it posted: once, however that ends. */
Test(facebook_flow, what_staff_want_posted_again_is_looked_for_first_and_posted_once)
{
    begin_posting();
    cr_assert_eq(silence(HTTP_UNKNOWN), CHANNEL_STEP_SEND);
    cr_assert_eq(answer(200, FEED("")), CHANNEL_STEP_DONE, "the mark is not in sight");
    cr_assert_eq(flow.res.verdict, CHANNEL_DOUBT);
    crash();
    flow.again = true;
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    expect_reading();
    cr_assert_eq(answer(200, FEED("")), CHANNEL_STEP_SEND);
    expect_posting("feed");
    flow.again = false; /* as the engine does when the request goes out */
    cr_assert_eq(silence(HTTP_UNKNOWN), CHANNEL_STEP_SEND);
    expect_reading();
    cr_assert_eq(answer(200, FEED("")), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_DOUBT);
    end();
}

Test(facebook_flow, the_same_post_twice_counts_as_posted_when_the_feed_shows_it)
{
    begin_posting();
    cr_assert_eq(answer(400, ERROR("506")), CHANNEL_STEP_SEND);
    expect_reading();
    cr_assert_eq(answer(200, FEED(OTHER "," OLD)), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_OK);
    cr_expect_str_eq(flow.res.remote_id, "104_1");
    end();

    begin_posting();
    cr_assert_eq(answer(400, ERROR("506")), CHANNEL_STEP_SEND);
    cr_assert_eq(answer(200, FEED(OTHER)), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_DROP);
    cr_expect_eq(flow.res.code, 506);
    end();
}

Test(facebook_flow, a_transient_error_goes_on_with_one_look_at_the_feed)
{
    begin_posting();
    cr_assert_eq(answer(500, ERROR("2")), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_RETRY);
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    expect_reading();
    cr_expect_eq(flow.wait_ms, 0);
    cr_assert_eq(answer(200, FEED(OLD)), CHANNEL_STEP_SEND);
    expect_posting("feed");
    cr_assert_eq(answer(200, "{\"id\":\"104_9\"}"), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_OK);
    end();
}

Test(facebook_flow, errors_of_the_account_or_the_post_end_it)
{
    static const struct {
        const char *body;
        enum channel_verdict verdict;
    } cases[] = {
        {ERROR("190"), CHANNEL_REFRESH},
        {ERROR("368"), CHANNEL_STOP},
        {ERROR("100"), CHANNEL_DROP},
        {ERROR("10"), CHANNEL_STOP},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        begin_posting();
        cr_assert_eq(answer(400, cases[i].body), CHANNEL_STEP_DONE);
        cr_expect_eq(flow.res.verdict, cases[i].verdict);
        end();
    }
    begin("{\"text\":\"x\"}", NULL, NULL);
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    cr_assert_eq(answer(400, ERROR("190")), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_REFRESH);
    end();
    begin("{\"text\":\"x\"}", NULL, NULL);
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    cr_assert_eq(silence(HTTP_UNKNOWN), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_RETRY, "reading alone leaves no doubt");
    end();
}

/* ---- set-up ---------------------------------------------------------------------------- */

static void expect_setup_of_the_page(enum channel_step last)
{
    cJSON *body;

    cr_expect_eq(req.method, HTTP_POST);
    cr_expect_str_eq(
        loa_buf_str(&req.url),
        KIT_BASE "/v25.0/" KIT_PAGE
                 "/subscribed_apps?subscribed_fields=messages,messaging_postbacks,message_echoes,"
                 "message_deliveries,message_reads,message_reactions,message_edits,"
                 "messaging_optins,messaging_referrals,messaging_handovers,standby,"
                 "messaging_policy_enforcement,message_template_status_update,feed");
    cr_assert_eq(answer(200, "{\"success\":true}"), CHANNEL_STEP_SEND);
    cr_expect_str_eq(loa_buf_str(&req.url), KIT_BASE "/v25.0/" KIT_PAGE "/messenger_profile");
    cr_expect_not(flow.effect);
    body = body_of_request();
    cr_expect_str_eq(kit_at(body, "get_started.payload"), "GET_STARTED");
    cr_expect_str_eq(kit_at(body, "greeting.0.locale"), "default");
    cr_expect_not_null(strstr(kit_at(body, "greeting.0.text"), "bot"), "it says what it is");
    cr_expect_str_eq(kit_at(body, "persistent_menu.0.call_to_actions.0.type"), "postback");
    cr_expect_not(
        loa_json_bool(loa_json_at(body, "persistent_menu.0"), "composer_input_disabled", true));
    cr_expect_eq(cJSON_GetArraySize(loa_json_at(body, "ice_breakers.0.call_to_actions")), 4);
    cr_expect_str_eq(kit_at(body, "ice_breakers.0.locale"), "default");
    cJSON_Delete(body);
    cr_assert_eq(answer(200, "{\"result\":\"success\"}"), last);
    cr_expect_eq(flow.res.verdict, CHANNEL_OK);
}

Test(facebook_flow, set_up_subscribes_the_page_and_writes_the_profile)
{
    begin("{\"text\":\"x\"}", NULL, NULL);
    flow = (struct channel_flow){.kind = CHANNEL_FLOW_SETUP,
                                 .webhook_url = "https://loa.example.vn/webhooks/facebook"};
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    expect_setup_of_the_page(CHANNEL_STEP_DONE);
    end();
}

Test(facebook_flow, set_up_enters_the_webhook_address_where_the_app_is_known)
{
    cJSON *body;

    begin("{\"text\":\"x\"}", KIT_APP, KIT_APP_SECRET);
    flow = (struct channel_flow){.kind = CHANNEL_FLOW_SETUP,
                                 .webhook_url = "https://loa.example.vn/webhooks/facebook"};
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    cr_expect_str_eq(loa_buf_str(&req.url), KIT_BASE "/v25.0/" KIT_APP "/subscriptions");
    channel_facebook.authorize(fb, &req);
    cr_expect_eq(req.n_headers, 1);
    cr_expect(kit_has_header(&req, "Authorization", "Bearer ", KIT_APP "|" KIT_APP_SECRET));
    body = body_of_request();
    cr_expect_str_eq(kit_at(body, "object"), "page");
    cr_expect_str_eq(kit_at(body, "callback_url"), "https://loa.example.vn/webhooks/facebook");
    cr_expect_str_eq(kit_at(body, "verify_token"), KIT_VERIFY);
    cJSON_Delete(body);
    cr_assert_eq(answer(200, "{\"success\":true}"), CHANNEL_STEP_SEND);
    expect_setup_of_the_page(CHANNEL_STEP_SEND);
    end();
}

/* The token is asked about in the body: an address would end up in logs. */
Test(facebook_flow, set_up_ends_with_a_look_at_when_the_token_ends)
{
    cJSON *body;

    begin("{\"text\":\"x\"}", KIT_APP, KIT_APP_SECRET);
    flow = (struct channel_flow){.kind = CHANNEL_FLOW_SETUP,
                                 .webhook_url = "https://loa.example.vn/webhooks/facebook"};
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    cr_assert_eq(answer(200, "{\"success\":true}"), CHANNEL_STEP_SEND);
    expect_setup_of_the_page(CHANNEL_STEP_SEND);
    cr_expect_eq(req.method, HTTP_POST);
    cr_expect_str_eq(loa_buf_str(&req.url), KIT_BASE "/v25.0/");
    body = body_of_request();
    cr_expect_str_eq(kit_at(body, "access_token"), KIT_APP "|" KIT_APP_SECRET);
    cr_expect_str_eq(kit_at(body, "batch.0.relative_url"),
                     "v25.0/debug_token?input_token=" KIT_TOKEN);
    cJSON_Delete(body);
    cr_assert_eq(answer(200, "[{\"code\":200,\"body\":\"{\\\"data\\\":{\\\"is_valid\\\":true,"
                             "\\\"expires_at\\\":1790000000,\\\"data_access_expires_at\\\":0}}"
                             "\"}]"),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_OK);
    cr_assert_eq(flow.n_rights, 2);
    cr_expect_eq(flow.rights[0].kind, MSG_RIGHT_PAGE);
    cr_expect_eq(flow.rights[0].expires_ms, INT64_C(1790000000000));
    cr_expect_eq(flow.rights[1].kind, MSG_RIGHT_DATA);
    cr_expect_eq(flow.rights[1].expires_ms, 0, "it has no end");
    end();
}

Test(facebook_flow, set_up_does_without_the_tokens_end)
{
    static const char *const bodies[] = {"", "[]", "[null]", "[{\"body\":\"{\"}]",
                                         "[{\"code\":400,\"body\":\"{}\"}]"};

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        begin("{\"text\":\"x\"}", KIT_APP, KIT_APP_SECRET);
        flow = (struct channel_flow){.kind = CHANNEL_FLOW_SETUP};
        cr_assert_eq(start(), CHANNEL_STEP_SEND);
        cr_assert_eq(answer(200, "{\"success\":true}"), CHANNEL_STEP_SEND);
        cr_assert_eq(answer(200, "{\"result\":\"success\"}"), CHANNEL_STEP_SEND);
        cr_assert_eq(answer(200, bodies[i]), CHANNEL_STEP_DONE);
        cr_expect_eq(flow.res.verdict, CHANNEL_OK, "%s", bodies[i]);
        cr_expect_eq(flow.n_rights, 0, "%s", bodies[i]);
        end();
    }
}

Test(facebook_flow, set_up_resumes_where_it_stood_and_stops_at_an_error)
{
    begin("{\"text\":\"x\"}", NULL, NULL);
    flow = (struct channel_flow){.kind = CHANNEL_FLOW_SETUP};
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    cr_assert_eq(answer(200, "{\"success\":true}"), CHANNEL_STEP_SEND);
    crash();
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    cr_expect_str_eq(loa_buf_str(&req.url), KIT_BASE "/v25.0/" KIT_PAGE "/messenger_profile");
    cr_assert_eq(answer(400, ERROR("100")), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_DROP);
    end();
}

Test(facebook_flow, the_profile_keeps_messengers_limits)
{
    cJSON *body;
    const cJSON *item;

    begin("{\"text\":\"x\"}", NULL, NULL);
    flow = (struct channel_flow){.kind = CHANNEL_FLOW_SETUP};
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    cr_assert_eq(answer(200, "{\"success\":true}"), CHANNEL_STEP_SEND);
    body = body_of_request();
    cr_expect_leq(loa_utf8_length(kit_at(body, "greeting.0.text")), 160);
    cJSON_ArrayForEach(item, loa_json_at(body, "persistent_menu.0.call_to_actions"))
        cr_expect_leq(loa_utf8_length(loa_json_str(item, "title")), 30);
    cJSON_Delete(body);
    end();
}

/* ---- probe ----------------------------------------------------------------------------- */

Test(facebook_flow, probe_reads_the_page_and_its_subscription)
{
    begin("{\"text\":\"x\"}", NULL, KIT_APP_SECRET);
    flow = (struct channel_flow){.kind = CHANNEL_FLOW_PROBE};
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    cr_expect_eq(req.method, HTTP_GET);
    cr_expect_str_eq(loa_buf_str(&req.url),
                     KIT_BASE "/v25.0/" KIT_PAGE "?fields=id,name&appsecret_proof=" KIT_PROOF);
    cr_assert_eq(answer(200, "{\"id\":\"" KIT_PAGE "\",\"name\":\"UBND Phường 7\"}"),
                 CHANNEL_STEP_SEND);
    cr_expect_eq(req.method, HTTP_GET);
    cr_expect_str_eq(loa_buf_str(&req.url),
                     KIT_BASE "/v25.0/" KIT_PAGE "/subscribed_apps?appsecret_proof=" KIT_PROOF);
    cr_assert_eq(answer(200, "{\"data\":[{\"id\":\"1\",\"subscribed_fields\":[\"messages\","
                             "\"feed\"]}]}"),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_OK);
    cr_expect_str_eq(flow.summary, "Trang «UBND Phường 7» (" KIT_PAGE
                                   "): mã truy cập dùng được; webhook nhận 2 loại sự kiện.");
    end();
}

Test(facebook_flow, probe_tells_of_a_dead_token_and_of_a_missing_subscription)
{
    begin("{\"text\":\"x\"}", NULL, NULL);
    flow = (struct channel_flow){.kind = CHANNEL_FLOW_PROBE};
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    cr_assert_eq(answer(400, ERROR("190")), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_REFRESH);
    cr_expect_str_eq(flow.summary, "Trang " KIT_PAGE ": no");
    flow = (struct channel_flow){.kind = CHANNEL_FLOW_PROBE};
    cr_assert_eq(start(), CHANNEL_STEP_SEND);
    cr_assert_eq(answer(200, "{\"id\":\"" KIT_PAGE "\",\"name\":\"P7\"}"), CHANNEL_STEP_SEND);
    cr_assert_eq(answer(200, "{\"data\":[]}"), CHANNEL_STEP_DONE);
    cr_expect_not_null(strstr(flow.summary, "webhook chưa được đăng ký"));
    cr_expect_eq(flow.res.verdict, CHANNEL_OK);
    end();
}

Test(facebook_flow, there_is_no_refresh)
{
    begin("{\"text\":\"x\"}", NULL, NULL);
    flow = (struct channel_flow){.kind = CHANNEL_FLOW_REFRESH};
    cr_expect_eq(start(), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_STOP);
    end();
}

/* ---- hostile state and answers --------------------------------------------------------- */

Test(facebook_flow, a_damaged_state_or_answer_never_posts_twice_or_crashes)
{
    static const char *const states[] = {"x",
                                         "create",
                                         "create 1",
                                         "create 9999999999 -7 a",
                                         "seek 1 99 104_1",
                                         "seek -1 -1 -",
                                         "same 1 0 104_1",
                                         "look 0 0 -",
                                         "create 1 0 104_1",
                                         "\xff\xfe",
                                         "create 1 0 0"};
    static const char *const bodies[] = {"",
                                         "{",
                                         "[]",
                                         "{\"data\":7}",
                                         "{\"data\":[7,null]}",
                                         "{\"data\":[{\"id\":{}}]}",
                                         "{\"id\":\"\"}",
                                         "{\"error\":7}",
                                         "{\"error\":{}}",
                                         "{\"data\":[{\"id\":\"a b c\"}]}"};

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        begin("{\"text\":\"" TEXT "\"}", NULL, NULL);
        (void)snprintf(flow.state, sizeof(flow.state), "%s", states[i]);
        if (start() == CHANNEL_STEP_SEND)
            cr_expect_not(flow.effect, "%s: nothing is posted before the feed was read", states[i]);
        for (size_t k = 0; k < sizeof(bodies) / sizeof(bodies[0]); k++) {
            (void)snprintf(flow.state, sizeof(flow.state), "%s", states[i]);
            (void)answer(200, bodies[k]);
            cr_expect_lt(strlen(flow.state), sizeof(flow.state));
        }
        end();
    }
}
