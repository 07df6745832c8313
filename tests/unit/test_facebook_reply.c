/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of the Graph API: success, each row of the contract's error table, and load. */
#include "facebook_kit.h"

TestSuite(facebook_reply, .timeout = 10);

static struct channel_result parse_reply(enum channel_way way, const struct http_reply *r)
{
    struct channel *c = kit_open(KIT_APP, KIT_APP_SECRET);
    struct channel_result res;

    channel_facebook.parse_reply(c, way, r, &res, NULL, NULL);
    channel_facebook.close(c);
    return res;
}

static struct channel_result parse_text(enum channel_way way, long status, const char *body)
{
    const struct http_reply r = kit_reply(status, body);

    return parse_reply(way, &r);
}

/* ---- success --------------------------------------------------------------------------- */

Test(facebook_reply, an_accepted_message_brings_its_id)
{
    struct channel_result res =
        parse_text(CHANNEL_WAY_SINGLE, 200,
                   "{\"recipient_id\":\"" KIT_PERSON "\",\"message_id\":\"m_AG5Hz2Uq7tuw\"}");

    cr_expect_eq(res.verdict, CHANNEL_OK);
    cr_expect_str_eq(res.remote_id, "m_AG5Hz2Uq7tuw");
    cr_expect_str_eq(res.detail, "");
    cr_expect_eq(res.usage_percent, -1);
    cr_expect_eq(res.remaining, -1);
    res = parse_text(CHANNEL_WAY_SINGLE, 200, "{\"recipient_id\":\"" KIT_PERSON "\"}");
    cr_expect_eq(res.verdict, CHANNEL_OK, "a sender action");
}

Test(facebook_reply, an_accepted_post_brings_the_posts_id_not_the_photos)
{
    struct channel_result res = parse_text(CHANNEL_WAY_POST, 200, "{\"id\":\"104_55\"}");

    cr_expect_eq(res.verdict, CHANNEL_OK);
    cr_expect_str_eq(res.remote_id, "104_55");
    res = parse_text(CHANNEL_WAY_POST, 200, "{\"id\":\"77\",\"post_id\":\"104_56\"}");
    cr_expect_str_eq(res.remote_id, "104_56");
    res = parse_text(CHANNEL_WAY_POST, 200, "{\"id\":12345678901234567890}");
    cr_expect_str_eq(res.remote_id, "12345678901234567890", "a long number keeps its digits");
    cr_expect_eq(parse_text(CHANNEL_WAY_POST, 200, "{\"success\":true}").verdict, CHANNEL_OK);
    cr_expect_eq(parse_text(CHANNEL_WAY_POST, 200, "{\"result\":\"success\"}").verdict, CHANNEL_OK);
}

Test(facebook_reply, an_answer_that_says_nothing_leaves_doubt)
{
    static const char *const bodies[] = {"", "{}", "OK", "<html>", "[1]", "{\"success\":false}"};

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        cr_expect_eq(parse_text(CHANNEL_WAY_SINGLE, 200, bodies[i]).verdict, CHANNEL_DOUBT);
        cr_expect_eq(parse_text(CHANNEL_WAY_POST, 200, bodies[i]).verdict, CHANNEL_DOUBT);
    }
}

Test(facebook_reply, transport_decides_where_there_is_no_body)
{
    struct http_reply r = kit_no_reply(HTTP_NOT_SENT);

    cr_expect_eq(parse_reply(CHANNEL_WAY_SINGLE, &r).verdict, CHANNEL_RETRY);
    r.outcome = HTTP_UNKNOWN;
    cr_expect_eq(parse_reply(CHANNEL_WAY_SINGLE, &r).verdict, CHANNEL_DOUBT);
    r.outcome = HTTP_TOO_BIG;
    cr_expect_eq(parse_reply(CHANNEL_WAY_SINGLE, &r).verdict, CHANNEL_DOUBT);
    cr_expect_eq(parse_text(CHANNEL_WAY_SINGLE, 503, "busy").verdict, CHANNEL_RETRY);
    cr_expect_eq(parse_text(CHANNEL_WAY_SINGLE, 429, "").verdict, CHANNEL_RETRY);
    cr_expect_eq(parse_text(CHANNEL_WAY_SINGLE, 429, "").usage_percent, 100);
    cr_expect_eq(parse_text(CHANNEL_WAY_SINGLE, 504, "").verdict, CHANNEL_DOUBT,
                 "a gateway's time-out is one like ours");
    cr_expect_eq(parse_text(CHANNEL_WAY_SINGLE, 403, "<html>").verdict, CHANNEL_RETRY);
    cr_expect_eq(parse_text(CHANNEL_WAY_SINGLE, 403, "<html>").tries_max, 2);
}

/* ---- the table ------------------------------------------------------------------------- */

struct error_case {
    int code, subcode;
    enum channel_verdict verdict;
    enum channel_gone gone;
    int tries;
};

#define NO CHANNEL_GONE_NO

static const struct error_case table[] = {
    {-1, 0, CHANNEL_RETRY, NO, 3},
    {1, 0, CHANNEL_RETRY, NO, 3},
    {1, 99, CHANNEL_RETRY, NO, 3},
    {1, 1357046, CHANNEL_DOUBT, NO, 0},
    {2, 0, CHANNEL_RETRY, NO, 0},
    {1200, 0, CHANNEL_RETRY, NO, 0},
    {2, 2018344, CHANNEL_STOP, NO, 0},
    {3, 0, CHANNEL_STOP, NO, 0},
    {4, 0, CHANNEL_RETRY, NO, 0},
    {17, 0, CHANNEL_RETRY, NO, 0},
    {32, 0, CHANNEL_RETRY, NO, 0},
    {341, 0, CHANNEL_RETRY, NO, 0},
    {613, 0, CHANNEL_RETRY, NO, 0},
    {613, 1996, CHANNEL_RETRY, NO, 0},
    {613, 2534040, CHANNEL_RETRY, NO, 0},
    {4, 2018354, CHANNEL_GIVE_UP, NO, 0},
    {9, 2018352, CHANNEL_GIVE_UP, NO, 0},
    {613, 1893016, CHANNEL_GIVE_UP, NO, 0},
    {613, 2018338, CHANNEL_GIVE_UP, NO, 0},
    {80001, 0, CHANNEL_RETRY, NO, 0},
    {80006, 0, CHANNEL_RETRY, NO, 0},
    {10, 0, CHANNEL_STOP, NO, 0},
    {10, 2018278, CHANNEL_GIVE_UP, CHANNEL_GONE_WINDOW, 0},
    {10, 2018065, CHANNEL_GIVE_UP, CHANNEL_GONE_WINDOW, 0},
    {10, 2534022, CHANNEL_GIVE_UP, CHANNEL_GONE_WINDOW, 0},
    {10, 2018108, CHANNEL_GIVE_UP, NO, 0},
    {10, 1893015, CHANNEL_GIVE_UP, CHANNEL_GONE_UNSUBSCRIBED, 0},
    {10, 2018300, CHANNEL_LATER, NO, 0},
    {10, 2018321, CHANNEL_LATER, NO, 0},
    {10, 1893063, CHANNEL_STOP, NO, 0},
    {10, 1404170, CHANNEL_LATER, NO, 0},
    {100, 0, CHANNEL_DROP, NO, 0},
    {100, 2018001, CHANNEL_GIVE_UP, CHANNEL_GONE_INVALID, 0},
    {100, 33, CHANNEL_GIVE_UP, CHANNEL_GONE_INVALID, 0},
    {100, 1893061, CHANNEL_DROP, NO, 0},
    {100, 2018014, CHANNEL_DROP, NO, 0},
    {100, 1893029, CHANNEL_DROP, NO, 0},
    {100, 2018008, CHANNEL_RETRY, NO, 2},
    {100, 2018047, CHANNEL_RETRY, NO, 2},
    {100, 2018294, CHANNEL_RETRY, NO, 2},
    {100, 2018109, CHANNEL_DROP, NO, 0},
    {100, 2018074, CHANNEL_DROP, NO, 0},
    {102, 0, CHANNEL_REFRESH, NO, 0},
    {190, 0, CHANNEL_REFRESH, NO, 0},
    {190, 458, CHANNEL_REFRESH, NO, 0},
    {190, 459, CHANNEL_REFRESH, NO, 0},
    {190, 460, CHANNEL_REFRESH, NO, 0},
    {190, 463, CHANNEL_REFRESH, NO, 0},
    {190, 464, CHANNEL_REFRESH, NO, 0},
    {190, 467, CHANNEL_REFRESH, NO, 0},
    {190, 492, CHANNEL_REFRESH, NO, 0},
    {200, 0, CHANNEL_STOP, NO, 0},
    {200, 2018028, CHANNEL_STOP, NO, 0},
    {200, 2018021, CHANNEL_STOP, NO, 0},
    {200, 2018027, CHANNEL_STOP, NO, 0},
    {250, 0, CHANNEL_STOP, NO, 0},
    {299, 0, CHANNEL_STOP, NO, 0},
    {200, 1545041, CHANNEL_GIVE_UP, CHANNEL_GONE_BLOCKED, 0},
    {230, 0, CHANNEL_GIVE_UP, NO, 0},
    {368, 0, CHANNEL_STOP, NO, 0},
    {506, 0, CHANNEL_DROP, NO, 0},
    {551, 0, CHANNEL_GIVE_UP, CHANNEL_GONE_BLOCKED, 0},
    {551, 1545041, CHANNEL_GIVE_UP, CHANNEL_GONE_BLOCKED, 0},
    {551, 1893047, CHANNEL_GIVE_UP, CHANNEL_GONE_BLOCKED, 0},
    {2022, 0, CHANNEL_STOP, NO, 0},
    {10900, 0, CHANNEL_GIVE_UP, NO, 0},
    {10903, 0, CHANNEL_GIVE_UP, NO, 0},
    {1609005, 0, CHANNEL_RETRY, NO, 2},
    {100, 1366046, CHANNEL_DROP, NO, 0},
    {100, 1366051, CHANNEL_DROP, NO, 0},
    {1, 2061006, CHANNEL_DROP, NO, 0},
    {100, 1349125, CHANNEL_DROP, NO, 0},
    {1, 1390008, CHANNEL_RETRY, NO, 0},
    {100, 1363047, CHANNEL_RETRY, NO, 0},
    {100, 1609010, CHANNEL_RETRY, NO, 0},
    {100, 1346003, CHANNEL_DROP, NO, 0},
    {100, 1404102, CHANNEL_DROP, NO, 0},
    {100, 1404006, CHANNEL_STOP, NO, 0},
    {100, 1404112, CHANNEL_STOP, NO, 0},
    {100, 4854002, CHANNEL_STOP, NO, 0},
    {100, 1404078, CHANNEL_REFRESH, NO, 0},
    {190, 490, CHANNEL_REFRESH, NO, 0},
    /* none of these: one slow retry */
    {424242, 0, CHANNEL_RETRY, NO, 2},
    {0, 0, CHANNEL_RETRY, NO, 2},
    {300, 0, CHANNEL_RETRY, NO, 2},
    {9, 0, CHANNEL_RETRY, NO, 2},
};

Test(facebook_reply, each_error_has_its_class_whatever_the_status)
{
    static const long statuses[] = {200, 400, 403, 500};

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct error_case *e = &table[i];
        char *body = loa_xasprintf("{\"error\":{\"message\":\"(#%d) no\",\"type\":"
                                   "\"OAuthException\",\"code\":%d,\"error_subcode\":%d,"
                                   "\"fbtrace_id\":\"AbC\"}}",
                                   e->code, e->code, e->subcode);

        for (size_t k = 0; k < sizeof(statuses) / sizeof(statuses[0]); k++) {
            struct channel_result res = parse_text(CHANNEL_WAY_SINGLE, statuses[k], body);

            cr_expect_eq(res.verdict, e->verdict, "%d/%d: %d", e->code, e->subcode,
                         (int)res.verdict);
            cr_expect_eq(res.gone, e->gone, "%d/%d", e->code, e->subcode);
            cr_expect_eq(res.tries_max, e->tries, "%d/%d", e->code, e->subcode);
            cr_expect_eq(res.code, e->code);
            cr_expect_eq(res.subcode, e->subcode);
            cr_expect_not_null(strstr(res.detail, "[AbC]"));
        }
        free(body);
    }
}

Test(facebook_reply, a_post_has_no_recipient_to_give_up)
{
    struct channel_result res = parse_text(
        CHANNEL_WAY_POST, 400, "{\"error\":{\"message\":\"x\",\"code\":100,\"error_subcode\":33}}");

    cr_expect_eq(res.verdict, CHANNEL_DROP);
    cr_expect_eq(res.gone, CHANNEL_GONE_NO);
}

Test(facebook_reply, a_dead_notification_token_is_the_recipients_fault)
{
    struct channel_result res =
        parse_text(CHANNEL_WAY_SINGLE, 400,
                   "{\"error\":{\"message\":\"(#100) Param recipient[notification_messages_token] "
                   "is expired\",\"code\":100}}");

    cr_expect_eq(res.verdict, CHANNEL_GIVE_UP);
    cr_expect_eq(res.gone, CHANNEL_GONE_UNSUBSCRIBED);
}

Test(facebook_reply, the_platforms_word_on_transience_counts)
{
    static const struct {
        int code, subcode;
        const char *transient;
        enum channel_verdict verdict;
    } cases[] = {
        {551, 0, "true", CHANNEL_RETRY},
        {551, 1893047, "false", CHANNEL_GIVE_UP},
        {100, 0, "true", CHANNEL_RETRY},
        {2, 0, "true", CHANNEL_RETRY},
        {2, 0, "false", CHANNEL_GIVE_UP},
        {4242, 0, "false", CHANNEL_GIVE_UP},
        {4, 0, "false", CHANNEL_RETRY}, /* a budget comes back all the same */
        /* the account is at stake, or a message might come twice */
        {190, 0, "true", CHANNEL_REFRESH},
        {368, 0, "true", CHANNEL_STOP},
        {1, 1357046, "true", CHANNEL_DOUBT},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *body = loa_xasprintf(
            "{\"error\":{\"message\":\"x\",\"code\":%d,\"error_subcode\":%d,\"is_transient\":%s}}",
            cases[i].code, cases[i].subcode, cases[i].transient);

        cr_expect_eq(parse_text(CHANNEL_WAY_SINGLE, 400, body).verdict, cases[i].verdict, "%s",
                     body);
        free(body);
    }
}

Test(facebook_reply, hints_when_to_come_back)
{
    struct channel_result res =
        parse_text(CHANNEL_WAY_SINGLE, 400,
                   "{\"error\":{\"message\":\"x\",\"code\":10,\"error_subcode\":1893063}}");

    cr_expect_eq(res.verdict, CHANNEL_STOP);
    cr_expect_eq(res.retry_after_ms, 1800000, "test once after 30 minutes");
    res = parse_text(CHANNEL_WAY_SINGLE, 400, "{\"error\":{\"message\":\"x\",\"code\":4242}}");
    cr_expect_eq(res.retry_after_ms, 60000, "one slow retry");
}

/* ---- words ----------------------------------------------------------------------------- */

Test(facebook_reply, detail_never_shows_a_secret)
{
    static const char *const secrets[] = {KIT_TOKEN, KIT_APP_SECRET, KIT_VERIFY,
                                          KIT_APP "|" KIT_APP_SECRET, "EAABsbCS1iHgBAKZBqbzD3tZCw"};

    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
        char *body = loa_xasprintf(
            "{\"error\":{\"message\":\"Malformed access token %s.\",\"error_user_msg\":\"%s\","
            "\"code\":190,\"fbtrace_id\":\"%s\"}}",
            secrets[i], secrets[i], secrets[i]);
        struct channel_result res = parse_text(CHANNEL_WAY_SINGLE, 400, body);

        cr_expect_null(strstr(res.detail, secrets[i]), "%s", res.detail);
        cr_expect_not_null(strstr(res.detail, "Malformed access token"));
        free(body);
    }
}

Test(facebook_reply, detail_is_cut_between_letters_and_keeps_the_trace_id)
{
    char *words = kit_repeat("ế", 200);
    char *body = loa_xasprintf(
        "{\"error\":{\"message\":\"a%s\\n\",\"code\":2,\"fbtrace_id\":\"AwL7\"}}", words);
    struct channel_result res = parse_text(CHANNEL_WAY_SINGLE, 500, body);
    const size_t n = strlen(res.detail);

    cr_expect_gt(n, 240);
    cr_expect_str_eq(res.detail + n - 7, " [AwL7]");
    cr_expect_null(strchr(res.detail, '\n'));
    cr_expect_eq((n - 8) % 3, 0, "whole letters only");
    free(body);
    free(words);
}

/* ---- load ------------------------------------------------------------------------------ */

static struct channel_result with_header(const char *name, const char *value, const char *body)
{
    struct http_reply r = kit_reply(200, body);

    r.n_headers = 1;
    r.headers[0].name = name;
    r.headers[0].value = value;
    return parse_reply(CHANNEL_WAY_SINGLE, &r);
}

#define SENT "{\"recipient_id\":\"1\",\"message_id\":\"m_1\"}"
#define BUDGET "{\"error\":{\"message\":\"too many calls\",\"code\":80006}}"

Test(facebook_reply, the_largest_percent_of_the_usage_headers_counts)
{
    struct channel_result res = with_header(
        "x-app-usage", "{\"call_count\":28,\"total_time\":25,\"total_cputime\":31}", SENT);

    cr_expect_eq(res.verdict, CHANNEL_OK);
    cr_expect_eq(res.usage_percent, 31);
    res = with_header("X-Page-Usage", "{\"call_count\":128}", SENT);
    cr_expect_eq(res.usage_percent, 100);
    res = with_header("X-Business-Use-Case-Usage",
                      "{\"" KIT_PAGE "\":[{\"type\":\"pages\",\"call_count\":97,"
                      "\"total_cputime\":23,\"total_time\":23,"
                      "\"estimated_time_to_regain_access\":0},{\"type\":\"messenger\","
                      "\"call_count\":3}]}",
                      SENT);
    cr_expect_eq(res.usage_percent, 97);
    cr_expect_eq(res.retry_after_ms, 0);
    res = with_header("X-App-Usage", "{\"call_count\":", SENT);
    cr_expect_eq(res.usage_percent, -1, "a cut header says nothing");
    res = with_header("X-App-Usage", "{\"call_count\":\"x\",\"total_time\":-9e300}", SENT);
    cr_expect_eq(res.usage_percent, -1);
}

Test(facebook_reply, a_used_up_budget_waits_as_long_as_the_header_says)
{
    struct channel_result res =
        with_header("X-Business-Use-Case-Usage",
                    "{\"" KIT_PAGE "\":[{\"type\":\"messenger\",\"call_count\":101,"
                    "\"estimated_time_to_regain_access\":17}]}",
                    BUDGET);

    cr_expect_eq(res.verdict, CHANNEL_RETRY);
    cr_expect_eq(res.usage_percent, 100);
    cr_expect_eq(res.retry_after_ms, 17 * 60000);
    res = with_header("X-Other", "", BUDGET);
    cr_expect_eq(res.usage_percent, 100);
    cr_expect_eq(res.retry_after_ms, 0);
    res =
        with_header("X-Business-Use-Case-Usage",
                    "{\"1\":[{\"estimated_time_to_regain_access\":9000000000000000000}]}", BUDGET);
    cr_expect_eq(res.retry_after_ms, (int64_t)24 * 3600 * 1000, "a day at most");
}
