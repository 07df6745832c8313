/* SPDX-License-Identifier: Apache-2.0 */
/* Viber's flows: a channel post, the webhook, the look at the account. */
#include <criterion/criterion.h>

#include "tests/unit/viber_help.h"

static struct channel *viber;
static struct http_req req;

static void set_up(void)
{
    viber = viber_test_open(VIBER_TEST_TOKEN);
    cr_assert(viber);
}

static void tear_down(void)
{
    http_req_release(&req);
    viber_test_close(viber);
}

TestSuite(viber_flow, .init = set_up, .fini = tear_down, .timeout = 30);

static const char account[] =
    "{\"status\":0,\"status_message\":\"ok\",\"id\":\"pa:75346594275468546724\","
    "\"chat_hostname\":\"SN-CHAT-03_\",\"name\":\"Phường Lộc Thọ\",\"uri\":\"phuonglt\","
    "\"webhook\":\"https://bot.example.vn/webhooks/viber\",\"subscribers_count\":35,"
    "\"members\":[{\"id\":\"admin==\",\"name\":\"A\",\"role\":\"admin\"},"
    "{\"id\":\"super/+==\",\"name\":\"B\",\"role\":\"superadmin\"}]}";

static enum channel_step step(struct channel_flow *f, const char *reply)
{
    const struct http_reply r = viber_test_reply(reply ? reply : "");

    return channel_viber.flow(viber, f, reply ? &r : NULL, &req);
}

static enum channel_step step_lost(struct channel_flow *f, enum http_outcome outcome)
{
    const struct http_reply r = {.outcome = outcome, .body = "", .error = "lost"};

    return channel_viber.flow(viber, f, &r, &req);
}

static cJSON *body(void)
{
    cJSON *o = loa_json_parse(loa_buf_str(&req.body), req.body.len);

    cr_assert(o, "a request has a JSON body");
    cr_assert_str_eq(req.content_type, "application/json");
    cr_assert_eq(req.n_headers, 1, "and is authorized");
    return o;
}

/* ---- post ---------------------------------------------------------------------------------- */

static void expect_post(const char *text)
{
    cJSON *o = body();

    cr_expect_str_eq(loa_buf_str(&req.url), "http://127.0.0.1:9/pa/post");
    cr_expect_str_eq(loa_json_str(o, "from"), "super/+==");
    cr_expect_str_eq(loa_json_str(o, "type"), "text");
    cr_expect_str_eq(loa_json_str(o, "text"), text);
    cr_expect_null(loa_json_get(o, "receiver"));
    cr_expect_null(loa_json_get(o, "keyboard"));
    cJSON_Delete(o);
}

Test(viber_flow, post_looks_up_the_super_admin_then_posts_once)
{
    struct msg_content m =
        viber_test_content("{\"title\":\"Tin sáng\",\"text\":\"Chào buổi sáng\","
                           "\"buttons\":[{\"title\":\"Hỏi\",\"reply\":\"hoi\"},"
                           "{\"title\":\"Trang tin\",\"url\":\"https://a.vn/\"}]}");
    struct channel_flow f = {.kind = CHANNEL_FLOW_POST, .content = &m, .ref = "loa-1"};

    cr_assert_eq(step(&f, NULL), CHANNEL_STEP_SEND);
    cr_expect_str_eq(loa_buf_str(&req.url), "http://127.0.0.1:9/pa/get_account_info");
    cr_expect_str_eq(loa_buf_str(&req.body), "{}");
    cr_expect_not(f.effect);
    cr_assert_eq(step(&f, account), CHANNEL_STEP_SEND);
    cr_expect(f.effect);
    expect_post("Tin sáng\n\nChào buổi sáng\n\n• Trang tin: https://a.vn/");
    cr_assert_eq(step(&f, "{\"status\":0,\"message_token\":5925491906424759104}"),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_OK);
    cr_expect_str_eq(f.res.remote_id, "5925491906424759104");
    cr_expect_eq(step(&f, NULL), CHANNEL_STEP_DONE, "a finished post is not made again");
    cr_expect_eq(f.res.verdict, CHANNEL_OK);
    cr_expect_str_eq(f.res.remote_id, "5925491906424759104");
    msg_content_release(&m);
}

/* Brings a fresh flow to the moment where its post is under way. */
static void go_posting(struct channel_flow *f)
{
    cr_assert_eq(step(f, NULL), CHANNEL_STEP_SEND);
    cr_assert_eq(step(f, account), CHANNEL_STEP_SEND);
    cr_assert(f->effect);
}

Test(viber_flow, post_resumed_after_a_crash_is_in_doubt_not_repeated)
{
    struct msg_content m = viber_test_content("{\"text\":\"Chào\"}");
    struct channel_flow f = {.kind = CHANNEL_FLOW_POST, .content = &m};
    struct channel_flow resumed = {.kind = CHANNEL_FLOW_POST, .content = &m};

    go_posting(&f);
    memcpy(resumed.state, f.state, sizeof(f.state));
    cr_expect_eq(step(&resumed, NULL), CHANNEL_STEP_DONE);
    cr_expect_eq(resumed.res.verdict, CHANNEL_DOUBT);
    cr_expect_eq(step(&resumed, NULL), CHANNEL_STEP_DONE);
    cr_expect_eq(resumed.res.verdict, CHANNEL_DOUBT);
    msg_content_release(&m);
}

Test(viber_flow, post_whose_answer_was_lost_stays_in_doubt)
{
    struct msg_content m = viber_test_content("{\"text\":\"Chào\"}");
    struct channel_flow f = {.kind = CHANNEL_FLOW_POST, .content = &m};

    go_posting(&f);
    cr_expect_eq(step_lost(&f, HTTP_UNKNOWN), CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_DOUBT);
    cr_expect_eq(step(&f, NULL), CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_DOUBT);
    msg_content_release(&m);
}

Test(viber_flow, post_that_never_left_goes_on_where_it_was)
{
    struct msg_content m = viber_test_content("{\"text\":\"Chào\"}");
    struct channel_flow f = {.kind = CHANNEL_FLOW_POST, .content = &m};

    go_posting(&f);
    cr_expect_eq(step_lost(&f, HTTP_NOT_SENT), CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_RETRY);
    cr_assert_eq(step(&f, NULL), CHANNEL_STEP_SEND, "the author is known already");
    cr_expect(f.effect);
    expect_post("Chào");
    msg_content_release(&m);
}

Test(viber_flow, refused_post_looks_up_the_author_anew)
{
    struct msg_content m = viber_test_content("{\"text\":\"Chào\"}");
    struct channel_flow f = {.kind = CHANNEL_FLOW_POST, .content = &m};

    go_posting(&f);
    cr_expect_eq(step(&f, "{\"status\":10,\"status_message\":\"webhookNotSet\"}"),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_STOP);
    cr_expect_eq(f.res.code, 10);
    cr_expect_eq(step(&f, NULL), CHANNEL_STEP_SEND);
    cr_expect_not(f.effect);
    msg_content_release(&m);
}

Test(viber_flow, lookup_that_fails_may_always_be_repeated)
{
    struct msg_content m = viber_test_content("{\"text\":\"Chào\"}");
    struct channel_flow f = {.kind = CHANNEL_FLOW_POST, .content = &m};

    cr_assert_eq(step(&f, NULL), CHANNEL_STEP_SEND);
    cr_expect_eq(step_lost(&f, HTTP_UNKNOWN), CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_RETRY);
    cr_assert_eq(step(&f, NULL), CHANNEL_STEP_SEND);
    cr_expect_not(f.effect);
    cr_expect_eq(step(&f, "{\"status\":2,\"status_message\":\"invalidAuthToken\"}"),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_STOP);
    msg_content_release(&m);
}

Test(viber_flow, channel_without_a_super_admin_stops_with_words)
{
    struct msg_content m = viber_test_content("{\"text\":\"Chào\"}");
    struct channel_flow f = {.kind = CHANNEL_FLOW_POST, .content = &m};

    cr_assert_eq(step(&f, NULL), CHANNEL_STEP_SEND);
    cr_expect_eq(step(&f, "{\"status\":0,\"members\":[{\"id\":\"a\",\"role\":\"admin\"},5]}"),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_STOP);
    cr_expect(f.res.detail[0]);
    msg_content_release(&m);
}

/* ---- setup, probe -------------------------------------------------------------------------- */

Test(viber_flow, setup_sets_the_webhook_and_may_be_repeated)
{
    struct channel_flow f = {.kind = CHANNEL_FLOW_SETUP,
                             .webhook_url = "https://bot.example.vn/webhooks/viber"};
    cJSON *o;

    cr_assert_eq(step(&f, NULL), CHANNEL_STEP_SEND);
    cr_expect_not(f.effect);
    cr_expect_str_eq(loa_buf_str(&req.url), "http://127.0.0.1:9/pa/set_webhook");
    o = body();
    cr_expect_str_eq(loa_json_str(o, "url"), "https://bot.example.vn/webhooks/viber");
    cr_expect_eq(cJSON_GetArraySize(loa_json_get(o, "event_types")), 4);
    cr_expect(loa_json_bool(o, "send_name", false));
    cJSON_Delete(o);
    cr_expect_eq(step_lost(&f, HTTP_UNKNOWN), CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_RETRY);
    cr_assert_eq(step(&f, NULL), CHANNEL_STEP_SEND);
    cr_expect_eq(step(&f, "{\"status\":0,\"event_types\":[\"webhook\",\"client_status\"]}"),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_OK);
}

Test(viber_flow, setup_tells_why_the_webhook_was_refused)
{
    struct channel_flow f = {.kind = CHANNEL_FLOW_SETUP, .webhook_url = "https://bot.example.vn/"};

    cr_assert_eq(step(&f, NULL), CHANNEL_STEP_SEND);
    cr_expect_eq(step(&f, "{\"status\":1,\"chat_hostname\":\"SN-CHAT-06_\"}"), CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_STOP);
    cr_expect_eq(f.res.code, 1);
}

Test(viber_flow, setup_never_takes_the_webhook_away)
{
    struct channel_flow f = {.kind = CHANNEL_FLOW_SETUP, .webhook_url = ""};

    cr_expect_eq(step(&f, NULL), CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_DROP);
}

Test(viber_flow, probe_sums_up_the_account)
{
    struct channel_flow f = {.kind = CHANNEL_FLOW_PROBE};

    cr_assert_eq(step(&f, NULL), CHANNEL_STEP_SEND);
    cr_expect_not(f.effect);
    cr_expect_eq(step(&f, account), CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_OK);
    cr_expect_str_eq(f.summary,
                     "Phường Lộc Thọ (pa:75346594275468546724), viber://pa?chatURI=phuonglt, 35 "
                     "người theo dõi, webhook: https://bot.example.vn/webhooks/viber");
}

static void probe(const char *reply, struct channel_flow *f)
{
    *f = (struct channel_flow){.kind = CHANNEL_FLOW_PROBE};
    cr_assert_eq(step(f, NULL), CHANNEL_STEP_SEND);
    cr_assert_eq(step(f, reply), CHANNEL_STEP_DONE);
    cr_assert_eq(f->res.verdict, CHANNEL_OK);
}

Test(viber_flow, probe_tells_a_bot_from_a_channel)
{
    struct channel_flow f;

    probe("{\"status\":0,\"uri\":\"a\",\"subscribers_count\":3,\"members\":[{\"id\":\"a\","
          "\"role\":\"admin\"}]}",
          &f);
    cr_expect_eq(f.ways_open, 1U << CHANNEL_WAY_SINGLE, "batches are not told");
    cr_expect_eq(f.ways_closed, 1U << CHANNEL_WAY_POST);
    cr_expect(f.ways_why && f.ways_why[0]);
    probe("{\"status\":0,\"members\":[{\"id\":\"a\",\"role\":\"superadmin\"}]}", &f);
    cr_expect_eq(f.ways_open, 1U << CHANNEL_WAY_POST);
    cr_expect_eq(f.ways_closed, 1U << CHANNEL_WAY_SINGLE | 1U << CHANNEL_WAY_BATCH);
    probe(account, &f);
    cr_expect_eq(f.ways_open | f.ways_closed, 0, "where the signs disagree nothing is claimed");
}

Test(viber_flow, a_bot_that_should_post_goes_on_writing)
{
    struct msg_content m = viber_test_content("{\"text\":\"Chào\"}");
    struct channel_flow f = {.kind = CHANNEL_FLOW_POST, .content = &m};

    cr_assert_eq(step(&f, NULL), CHANNEL_STEP_SEND);
    cr_expect_eq(step(&f, "{\"status\":0,\"uri\":\"a\",\"members\":[]}"), CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_STOP);
    cr_expect(f.res.partial);
    cr_expect_eq(f.ways_closed, 1U << CHANNEL_WAY_POST);
    msg_content_release(&m);
}

Test(viber_flow, probe_reports_a_dead_token)
{
    struct channel_flow f = {.kind = CHANNEL_FLOW_PROBE};

    cr_assert_eq(step(&f, NULL), CHANNEL_STEP_SEND);
    cr_expect_eq(step(&f, "{\"status\":2,\"status_message\":\"invalidAuthToken\"}"),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_STOP);
    cr_expect_str_eq(f.res.detail, "invalidAuthToken");
    cr_expect_str_eq(f.summary, "");
}

Test(viber_flow, acts_that_viber_lacks_end_at_once)
{
    struct channel_flow f = {.kind = CHANNEL_FLOW_REFRESH};

    cr_expect_eq(step(&f, NULL), CHANNEL_STEP_DONE);
    cr_expect_eq(f.res.verdict, CHANNEL_DROP);
}

Test(viber_flow, any_bytes_as_answer_or_state_are_survived)
{
    struct msg_content m = viber_test_content("{\"text\":\"Chào\"}");
    unsigned seed = 42;

    for (int round = 0; round < 4000; round++) {
        struct channel_flow f = {.kind = (enum channel_flow_kind)(round % 5), .content = &m};
        char reply[sizeof(account)];
        static const char *const states[] = {"", "from ", "from x", "posting ", "posted 1", "?"};

        memcpy(reply, account, sizeof(account));
        for (int k = 0; k < round % 7; k++)
            reply[(size_t)rand_r(&seed) % (sizeof(account) - 1)] = (char)(1 + rand_r(&seed) % 255);
        (void)snprintf(f.state, sizeof(f.state), "%s", states[round % 6]);
        f.webhook_url = "https://a.vn";
        (void)step(&f, round % 3 ? reply : NULL);
    }
    msg_content_release(&m);
}
