/* SPDX-License-Identifier: Apache-2.0 */
/* What the bot makes of Zalo's answers. */
#include <criterion/criterion.h>

#include "tests/unit/zalo_help.h"

TestSuite(zalo_reply, .timeout = 20);

static struct channel_result read_reply(const struct http_reply *r)
{
    struct channel *c = zalo_test_open(false);
    struct channel_result res;

    memset(&res, 0x5a, sizeof(res)); /* all of it must be filled */
    channel_zalo.parse_reply(c, CHANNEL_WAY_SINGLE, r, &res, NULL, NULL);
    channel_zalo.close(c);
    return res;
}

static struct channel_result read_body(const char *body)
{
    const struct http_reply r = zalo_test_reply(body);

    return read_reply(&r);
}

/* Section 9, row by row. */
struct row {
    int code;
    enum channel_verdict verdict;
    enum channel_gone gone;
    int retry_after_ms;
    const char *message;
};

static const struct row rows[] = {
    {-32, CHANNEL_RETRY, CHANNEL_GONE_NO, 60000, "Your OA reached limit call api"},
    {-100, CHANNEL_DROP, CHANNEL_GONE_NO, 0, "attachment_id was expired"},
    {-200, CHANNEL_RETRY, CHANNEL_GONE_NO, 0, "Send message failed"},
    {-201, CHANNEL_DROP, CHANNEL_GONE_NO, 0, "text is invalid!"},
    {-204, CHANNEL_STOP, CHANNEL_GONE_NO, 0, "Offical Account is disable"},
    {-205, CHANNEL_STOP, CHANNEL_GONE_NO, 0, "Offical Account is not exist"},
    {-209, CHANNEL_STOP, CHANNEL_GONE_NO, 0, "Not supported this api"},
    {-210, CHANNEL_DROP, CHANNEL_GONE_NO, 0, "Parameter exceeds allowable limit"},
    {-211, CHANNEL_LATER, CHANNEL_GONE_NO, 0, "Out of quota"},
    {-212, CHANNEL_STOP, CHANNEL_GONE_NO, 0, "App has not registed this api"},
    {-213, CHANNEL_GIVE_UP, CHANNEL_GONE_UNSUBSCRIBED, 0, "User has not followed OA"},
    {-214, CHANNEL_RETRY, CHANNEL_GONE_NO, 3000, "Article is being processed"},
    {-216, CHANNEL_REFRESH, CHANNEL_GONE_NO, 0, "Access token is invalid"},
    {-217, CHANNEL_GIVE_UP, CHANNEL_GONE_BLOCKED, 0, "User has blocked invitation from OA"},
    {-218, CHANNEL_LATER, CHANNEL_GONE_NO, 0, "Out of quota receive"},
    {-219, CHANNEL_STOP, CHANNEL_GONE_NO, 0, "App is removed or disabled"},
    {-220, CHANNEL_REFRESH, CHANNEL_GONE_NO, 0, "access_token is expired or removed"},
    {-221, CHANNEL_STOP, CHANNEL_GONE_NO, 0, "The OA needs to be verified"},
    {-223, CHANNEL_STOP, CHANNEL_GONE_NO, 0, "OA has not authorized this API"},
    {-223, CHANNEL_LATER, CHANNEL_GONE_NO, 0, "Article publishing quota reached"},
    {-224, CHANNEL_STOP, CHANNEL_GONE_NO, 0, "The OA needs to upgrade OA Tier Package"},
    {-227, CHANNEL_GIVE_UP, CHANNEL_GONE_INVALID, 0, "User is banned or inactive"},
    {-230, CHANNEL_GIVE_UP, CHANNEL_GONE_WINDOW, 0, "User has not interacted"},
    {-232, CHANNEL_GIVE_UP, CHANNEL_GONE_WINDOW, 0, "the last interaction has expired"},
    {-233, CHANNEL_DROP, CHANNEL_GONE_NO, 0, "message type is invalid or not support"},
    {-234, CHANNEL_LATER, CHANNEL_GONE_NO, 0, "cannot be sent at night"},
    {-235, CHANNEL_STOP, CHANNEL_GONE_NO, 0, "API does not support this type of OA"},
    {-237, CHANNEL_GIVE_UP, CHANNEL_GONE_INVALID, 0, "The group is disabled"},
    {-238, CHANNEL_DROP, CHANNEL_GONE_NO, 0, "asset_id already used"},
    {-240, CHANNEL_DROP, CHANNEL_GONE_NO, 0, "MessageV2 API has been shut down"},
    {-241, CHANNEL_DROP, CHANNEL_GONE_NO, 0, "asset_id disabled"},
    {-242, CHANNEL_STOP, CHANNEL_GONE_NO, 0, "Invalid appsecret_proof"},
    {-244, CHANNEL_GIVE_UP, CHANNEL_GONE_BLOCKED, 0, "User has restricted this message type"},
    {-248, CHANNEL_DROP, CHANNEL_GONE_NO, 0, "Violates our platform standards"},
    {-249, CHANNEL_DROP, CHANNEL_GONE_NO, 0, "Template does not support send via UID"},
    {-305, CHANNEL_GIVE_UP, CHANNEL_GONE_WINDOW, 0, "48 h"},
    {-311, CHANNEL_LATER, CHANNEL_GONE_NO, 0, "reply quota"},
    {-320, CHANNEL_STOP, CHANNEL_GONE_NO, 0, "app not linked to cloud account"},
    {-321, CHANNEL_STOP, CHANNEL_GONE_NO, 0, "out of money"},
    {-403, CHANNEL_GIVE_UP, CHANNEL_GONE_INVALID, 0, "OA is not in group"},
    {-99999, CHANNEL_DROP, CHANNEL_GONE_NO, 0, "nobody knows"},
};

static void expect_row(const struct row *row)
{
    char *body = loa_xasprintf("{\"error\":%d,\"message\":\"%s\"}", row->code, row->message);
    const struct channel_result res = read_body(body);

    cr_expect_eq(res.verdict, row->verdict, "%d: verdict %d", row->code, (int)res.verdict);
    cr_expect_eq(res.gone, row->gone, "%d: gone %d", row->code, (int)res.gone);
    cr_expect_eq(res.retry_after_ms, row->retry_after_ms, "%d", row->code);
    cr_expect_eq(res.code, row->code);
    cr_expect_eq(res.partial, row->code == -224 || row->code == -235, "%d", row->code);
    cr_expect_eq(res.tries_max > 0, row->code == -200, "%d", row->code);
    cr_expect_str_eq(res.detail, row->message);
    cr_expect_str_eq(res.remote_id, "");
    free(body);
}

Test(zalo_reply, each_error_has_its_class)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect_row(&rows[i]);
}

Test(zalo_reply, success_gives_the_message_id)
{
    const struct channel_result res = read_body(
        "{\"data\":{\"message_id\":\"2352da7280f1decc3acf\",\"user_id\":\"" ZALO_TEST_USER
        "\",\"sent_time\":\"1790000001371\",\"quota\":{\"quota_type\":\"reply\",\"remain\":\"8\","
        "\"total\":\"8\"}},\"error\":0,\"message\":\"Success\"}");

    cr_expect_eq(res.verdict, CHANNEL_OK);
    cr_expect_str_eq(res.remote_id, "2352da7280f1decc3acf");
    cr_expect_eq(res.remaining, -1, "what one person may still get is not the account's rest");
    cr_expect_eq(res.usage_percent, -1);
    cr_expect_eq(res.code, 0);
}

Test(zalo_reply, the_account_s_quota_and_the_rate_headers_tell_the_load)
{
    struct http_reply r = zalo_test_reply("{\"data\":{\"message_id\":\"1\",\"quota\":{\"quota_"
                                          "type\":\"sub_quota\",\"remain\":\"100\","
                                          "\"total\":\"500\"}},\"error\":0}");
    struct channel_result res = read_reply(&r);

    cr_expect_eq(res.remaining, 100);
    cr_expect_eq(res.usage_percent, 80);
    r.headers[0].name = "x-ratelimit-limit";
    r.headers[0].value = "4000";
    r.headers[1].name = "X-RateLimit-Remain";
    r.headers[1].value = "40";
    r.n_headers = 2;
    res = read_reply(&r);
    cr_expect_eq(res.remaining, 40);
    cr_expect_eq(res.usage_percent, 99);
    r.headers[1].value = "many";
    res = read_reply(&r);
    cr_expect_eq(res.remaining, 100);
}

Test(zalo_reply, ids_and_errors_may_be_numbers_or_strings)
{
    struct channel_result res = read_body("{\"data\":{\"message_id\":5925751017338988046},"
                                          "\"error\":\"0\"}");

    cr_expect_eq(res.verdict, CHANNEL_OK);
    cr_expect_str_eq(res.remote_id, "5925751017338988046");
    res = read_body("{\"error\":\"-213\",\"message\":\"x\"}");
    cr_expect_eq(res.verdict, CHANNEL_GIVE_UP);
}

Test(zalo_reply, an_error_number_counts_whatever_the_status)
{
    struct http_reply r = zalo_test_reply("{\"error\":-216,\"message\":\"x\"}");

    r.status = 401;
    cr_expect_eq(read_reply(&r).verdict, CHANNEL_REFRESH);
    r.status = 503;
    cr_expect_eq(read_reply(&r).verdict, CHANNEL_REFRESH);
}

Test(zalo_reply, faults_of_transport_are_repeated_only_when_nothing_went_out)
{
    struct http_reply r = {.outcome = HTTP_NOT_SENT, .body = "", .error = "connect"};

    cr_expect_eq(read_reply(&r).verdict, CHANNEL_RETRY);
    r.outcome = HTTP_UNKNOWN;
    cr_expect_eq(read_reply(&r).verdict, CHANNEL_DOUBT);
    r.outcome = HTTP_TOO_BIG;
    cr_expect_eq(read_reply(&r).verdict, CHANNEL_DOUBT);
    r = zalo_test_reply("<html>bad gateway</html>");
    r.status = 502;
    cr_expect_eq(read_reply(&r).verdict, CHANNEL_DOUBT, "who is behind it may have acted");
    cr_expect_eq(read_reply(&r).doubt, MSG_DOUBT_GATEWAY);
    r.status = 500;
    cr_expect_eq(read_reply(&r).verdict, CHANNEL_RETRY);
    r.status = 503;
    cr_expect_eq(read_reply(&r).verdict, CHANNEL_RETRY);
    r.status = 404;
    cr_expect_eq(read_reply(&r).verdict, CHANNEL_RETRY);
    r.status = 504;
    cr_expect_eq(read_reply(&r).verdict, CHANNEL_DOUBT);
    r.status = 200;
    cr_expect_eq(read_reply(&r).verdict, CHANNEL_DOUBT, "it may have been accepted");
    r = zalo_test_reply("{\"data\":{\"message_id\":\"1\"}}");
    cr_expect_eq(read_reply(&r).verdict, CHANNEL_DOUBT, "success says error 0");
}

Test(zalo_reply, words_for_staff_hold_no_secret_and_no_control_character)
{
    struct loa_buf body = {0};
    struct channel_result res =
        read_body("{\"error\":-216,\"message\":\"bad " ZALO_TEST_ACCESS "\\n" ZALO_TEST_REFRESH
                  " " ZALO_TEST_APP_SECRET " " ZALO_TEST_OA_SECRET "\\u007f.\"}");

    cr_expect_null(strstr(res.detail, "for-tests"), "%s", res.detail);
    cr_expect_null(strstr(res.detail, "for=tests"), "%s", res.detail);
    cr_expect_null(strchr(res.detail, '\n'));
    cr_expect_null(strchr(res.detail, 0x7f));
    /* A secret across the end of the words. */
    for (size_t pad = CHANNEL_DETAIL_SIZE - 40; pad < CHANNEL_DETAIL_SIZE; pad++) {
        loa_buf_reset(&body);
        loa_buf_adds(&body, "{\"error\":-201,\"message\":\"");
        for (size_t i = 0; i < pad; i++)
            loa_buf_addc(&body, '.');
        loa_buf_adds(&body, ZALO_TEST_APP_SECRET "\"}");
        res = read_body(loa_buf_str(&body));
        cr_expect_null(strstr(res.detail, "app"), "%zu", pad);
    }
    loa_buf_release(&body);
}

Test(zalo_reply, long_words_end_at_a_whole_letter)
{
    struct loa_buf body = {0};
    struct channel_result res;

    loa_buf_adds(&body, "{\"error\":-201,\"message\":\"a");
    for (int i = 0; i < 400; i++)
        loa_buf_adds(&body, "ủ");
    loa_buf_adds(&body, "\"}");
    res = read_body(loa_buf_str(&body));
    cr_expect_eq(strlen(res.detail) % 3, 1U);
    cr_expect_geq(strlen(res.detail), 250U);
    loa_buf_release(&body);
}

Test(zalo_reply, any_bytes_are_survived)
{
    static const char good[] = "{\"data\":{\"message_id\":\"2352da\",\"quota\":{\"quota_type\":"
                               "\"sub_quota\",\"remain\":\"1\",\"total\":0}},\"error\":0}";
    char bytes[sizeof(good)];
    unsigned seed = 7;

    for (size_t n = 0; n < sizeof(good); n++) {
        const struct http_reply r = {.outcome = HTTP_DONE, .status = 200, .body = good, .len = n};

        cr_expect_eq(read_reply(&r).verdict, n == sizeof(good) - 1 ? CHANNEL_OK : CHANNEL_DOUBT,
                     "%zu", n);
    }
    for (int round = 0; round < 2000; round++) {
        memcpy(bytes, good, sizeof(good));
        for (int k = 0; k < 3; k++) {
            seed = seed * 1103515245U + 12345U;
            bytes[(seed >> 8) % (sizeof(good) - 1)] = (char)(seed >> 20);
        }
        {
            const struct http_reply r = {
                .outcome = HTTP_DONE, .status = 200, .body = bytes, .len = sizeof(good) - 1};

            (void)read_reply(&r);
        }
    }
    cr_expect_eq(read_body("{\"error\":-1e300}").verdict, CHANNEL_DOUBT);
    cr_expect_eq(read_body("{\"error\":9223372036854775807}").verdict, CHANNEL_DROP);
}
