/* SPDX-License-Identifier: Apache-2.0 */
/* Viber's answers: what each status asks us to do. */
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

TestSuite(viber_reply, .init = set_up, .fini = tear_down, .timeout = 30);

static struct channel_result parse_as(enum channel_way way, const char *body)
{
    const struct http_reply r = viber_test_reply(body);
    struct channel_result res;

    memset(&res, 0x5a, sizeof(res)); /* all of it must be filled */
    channel_viber.parse_reply(viber, way, &r, &res, NULL, NULL);
    return res;
}

static struct channel_result parse(const char *body)
{
    return parse_as(CHANNEL_WAY_SINGLE, body);
}

Test(viber_reply, success_brings_the_whole_token_and_the_billing)
{
    struct channel_result res =
        parse("{\"status\":0,\"status_message\":\"ok\",\"message_token\":5925751017338988046,"
              "\"chat_hostname\":\"SN-CHAT-10_\",\"billing_status\":5}");

    cr_expect_eq(res.verdict, CHANNEL_OK);
    cr_expect_eq(res.gone, CHANNEL_GONE_NO);
    cr_expect_eq(res.code, 0);
    cr_expect_eq(res.subcode, 5);
    cr_expect_str_eq(res.remote_id, "5925751017338988046");
    cr_expect_str_eq(res.detail, "");
    cr_expect_eq(res.usage_percent, -1);
    cr_expect_eq(res.remaining, -1);
    cr_expect_not(res.partial);
}

Test(viber_reply, success_of_2019_has_no_billing)
{
    struct channel_result res =
        parse("{\"status\":0,\"status_message\":\"ok\",\"message_token\":5925751017338988046}");

    cr_expect_eq(res.verdict, CHANNEL_OK);
    cr_expect_eq(res.subcode, 0);
}

struct row {
    int code;
    enum channel_verdict verdict;
    enum channel_gone gone;
    bool partial;
};

/* Section 5 of the contract, row by row. */
static const struct row rows[] = {
    {1, CHANNEL_STOP, CHANNEL_GONE_NO, false},
    {2, CHANNEL_STOP, CHANNEL_GONE_NO, false},
    {3, CHANNEL_DROP, CHANNEL_GONE_NO, false},
    {4, CHANNEL_DROP, CHANNEL_GONE_NO, false},
    {5, CHANNEL_GIVE_UP, CHANNEL_GONE_INVALID, false},
    {6, CHANNEL_GIVE_UP, CHANNEL_GONE_UNSUBSCRIBED, false},
    {7, CHANNEL_STOP, CHANNEL_GONE_NO, false},
    {8, CHANNEL_STOP, CHANNEL_GONE_NO, false},
    {9, CHANNEL_STOP, CHANNEL_GONE_NO, false},
    {10, CHANNEL_STOP, CHANNEL_GONE_NO, false},
    {11, CHANNEL_GIVE_UP, CHANNEL_GONE_INVALID, false},
    {12, CHANNEL_RETRY, CHANNEL_GONE_NO, false},
    {13, CHANNEL_GIVE_UP, CHANNEL_GONE_NO, false},
    {14, CHANNEL_DROP, CHANNEL_GONE_NO, false},
    {15, CHANNEL_STOP, CHANNEL_GONE_NO, false},
    {16, CHANNEL_DROP, CHANNEL_GONE_NO, false},
    {17, CHANNEL_DROP, CHANNEL_GONE_NO, false},
    {18, CHANNEL_STOP, CHANNEL_GONE_NO, true},
    {20, CHANNEL_STOP, CHANNEL_GONE_NO, true},
    {21, CHANNEL_GIVE_UP, CHANNEL_GONE_NO, false},
    {22, CHANNEL_DROP, CHANNEL_GONE_NO, false},
    {23, CHANNEL_STOP, CHANNEL_GONE_NO, true},
    {24, CHANNEL_STOP, CHANNEL_GONE_NO, true},
    {25, CHANNEL_RETRY, CHANNEL_GONE_NO, false},
    {998, CHANNEL_RETRY, CHANNEL_GONE_NO, false},
    {999, CHANNEL_GIVE_UP, CHANNEL_GONE_INVALID, false},
};

Test(viber_reply, every_status_has_its_verdict_whatever_its_words)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char body[128];

        (void)snprintf(body, sizeof(body), "{\"status\":%d,\"status_message\":\"some words\"}",
                       rows[i].code);
        for (int way = CHANNEL_WAY_SINGLE; way <= CHANNEL_WAY_POST; way++) {
            struct channel_result res = parse_as((enum channel_way)way, body);

            cr_expect_eq(res.verdict, rows[i].verdict, "status %d", rows[i].code);
            cr_expect_eq(res.gone, rows[i].gone, "status %d", rows[i].code);
            cr_expect_eq(res.partial, rows[i].partial, "status %d", rows[i].code);
            cr_expect_eq(res.code, rows[i].code);
            cr_expect_str_eq(res.detail, "some words");
            cr_expect_str_eq(res.remote_id, "");
        }
    }
}

Test(viber_reply, hourly_cap_of_one_person_holds_only_that_person)
{
    struct channel_result res =
        parse("{\"status\":12,\"status_message\":\"maximum messages from Public Account to Viber "
              "user without reply exceeded.\"}");

    cr_expect_eq(res.verdict, CHANNEL_LATER);
    cr_expect_eq(res.retry_after_ms, 3600000);
    cr_expect_eq(res.gone, CHANNEL_GONE_NO);
}

Test(viber_reply, pace_of_the_account_is_retried_after_a_pause)
{
    struct channel_result res =
        parse_as(CHANNEL_WAY_BATCH, "{\"status\":12,\"status_message\":\"tooManyRequests\"}");

    cr_expect_eq(res.verdict, CHANNEL_RETRY);
    cr_expect_eq(res.retry_after_ms, 10000);
}

Test(viber_reply, broadcast_fault_is_tried_once_more_then_closes_broadcasts)
{
    static const char fault[] = "{\"status\":19,\"status_message\":\"cannotSendBroadcast\"}";
    struct channel_result res = parse_as(CHANNEL_WAY_BATCH, fault);

    cr_expect_eq(res.verdict, CHANNEL_RETRY);
    cr_expect_not(res.partial);
    cr_expect(res.retry_after_ms > 0);
    res = parse_as(CHANNEL_WAY_BATCH, "{\"status\":0,\"message_token\":1}");
    res = parse_as(CHANNEL_WAY_BATCH, fault);
    cr_expect_eq(res.verdict, CHANNEL_RETRY, "a success in between forgives the first");
    res = parse_as(CHANNEL_WAY_BATCH, fault);
    cr_expect_eq(res.verdict, CHANNEL_STOP);
    cr_expect(res.partial, "singles still work");
}

/* ---- batches ------------------------------------------------------------------------------- */

struct heard {
    size_t n;
    char who[8][64];
    struct channel_result res[8];
};

static void on_failed(void *ctx, const char *recipient, const struct channel_result *res)
{
    struct heard *h = ctx;

    cr_assert(h->n < 8);
    (void)snprintf(h->who[h->n], sizeof(h->who[0]), "%s", recipient);
    h->res[h->n++] = *res;
}

Test(viber_reply, batch_reports_each_refused_receiver_by_itself)
{
    const struct http_reply r = viber_test_reply(
        "{\"status\":0,\"status_message\":\"ok\",\"message_token\":5283323893449643777,"
        "\"failed_list\":[{\"receiver\":\"/8v+V5APa/jLsiywMa1HOA==\",\"status\":6,"
        "\"status_message\":\"Not subscribed\"},{\"receiver\":\"b\",\"status\":5,"
        "\"status_message\":\"Not found\"},{\"receiver\":\"c\",\"status\":3},"
        "{\"receiver\":\"d\",\"status\":12},{\"receiver\":\"e\"},{\"status\":5},7],"
        "\"chat_hostname\":\"SN-CHAT-06_\"}");
    struct channel_result res;
    struct heard h = {0};

    channel_viber.parse_reply(viber, CHANNEL_WAY_BATCH, &r, &res, on_failed, &h);
    cr_expect_eq(res.verdict, CHANNEL_OK);
    cr_expect_str_eq(res.remote_id, "5283323893449643777");
    cr_assert_eq(h.n, 5);
    cr_expect_str_eq(h.who[0], "/8v+V5APa/jLsiywMa1HOA==");
    cr_expect_eq(h.res[0].verdict, CHANNEL_GIVE_UP);
    cr_expect_eq(h.res[0].gone, CHANNEL_GONE_UNSUBSCRIBED);
    cr_expect_str_eq(h.res[0].detail, "Not subscribed");
    cr_expect_eq(h.res[1].gone, CHANNEL_GONE_INVALID);
    cr_expect_eq(h.res[2].verdict, CHANNEL_GIVE_UP, "one bad copy does not end the run");
    cr_expect_eq(h.res[3].verdict, CHANNEL_LATER);
    cr_expect_eq(h.res[4].verdict, CHANNEL_RETRY, "listed without a reason");
}

Test(viber_reply, batch_without_a_list_or_a_listener_is_fine)
{
    struct channel_result res = parse_as(
        CHANNEL_WAY_BATCH, "{\"status\":0,\"message_token\":1,\"failed_list\":[{\"status\":6,"
                           "\"receiver\":\"a\"}]}");
    const struct http_reply r = viber_test_reply("{\"status\":0,\"message_token\":1}");
    struct heard h = {0};

    cr_expect_eq(res.verdict, CHANNEL_OK);
    channel_viber.parse_reply(viber, CHANNEL_WAY_BATCH, &r, &res, on_failed, &h);
    cr_expect_eq(res.verdict, CHANNEL_OK);
    cr_expect_eq(h.n, 0);
}

/* ---- transport ----------------------------------------------------------------------------- */

static enum channel_verdict outcome(enum http_outcome out, long status, const char *body)
{
    const struct http_reply r = {
        .outcome = out, .status = status, .body = body, .len = strlen(body), .error = "cut off"};
    struct channel_result res;

    channel_viber.parse_reply(viber, CHANNEL_WAY_SINGLE, &r, &res, NULL, NULL);
    return res.verdict;
}

Test(viber_reply, doubt_where_it_may_have_been_delivered_else_retry)
{
    cr_expect_eq(outcome(HTTP_NOT_SENT, 0, ""), CHANNEL_RETRY);
    cr_expect_eq(outcome(HTTP_UNKNOWN, 0, ""), CHANNEL_DOUBT);
    cr_expect_eq(outcome(HTTP_TOO_BIG, 200, "{"), CHANNEL_DOUBT);
    cr_expect_eq(outcome(HTTP_DONE, 429, ""), CHANNEL_RETRY);
    cr_expect_eq(outcome(HTTP_DONE, 500, "<html>"), CHANNEL_RETRY);
    cr_expect_eq(outcome(HTTP_DONE, 503, ""), CHANNEL_RETRY);
    cr_expect_eq(outcome(HTTP_DONE, 404, "<html>"), CHANNEL_RETRY);
    cr_expect_eq(outcome(HTTP_DONE, 200, ""), CHANNEL_DOUBT, "accepted, perhaps");
    cr_expect_eq(outcome(HTTP_DONE, 200, "<html>"), CHANNEL_DOUBT);
    cr_expect_eq(outcome(HTTP_DONE, 200, "{\"status\":\"x\"}"), CHANNEL_DOUBT);
    cr_expect_eq(outcome(HTTP_DONE, 500, "{\"status\":2}"), CHANNEL_STOP, "a status counts");
}

Test(viber_reply, token_never_gets_into_the_words)
{
    struct channel_result res =
        parse("{\"status\":3,\"status_message\":\"bad \\u0007 " VIBER_TEST_TOKEN " in "
              "\\\"auth_token\\\"\\n\"}");

    cr_expect_null(strstr(res.detail, "0123456789abcdef"), "%s", res.detail);
    cr_expect_str_eq(res.detail, "bad   *** in \"auth_token\" ");
}

Test(viber_reply, long_words_are_cut_between_letters)
{
    struct loa_buf body = {0};
    struct channel_result res;

    loa_buf_adds(&body, "{\"status\":3,\"status_message\":\"x");
    for (int i = 0; i < 500; i++)
        loa_buf_adds(&body, "ệ");
    loa_buf_adds(&body, "\"}");
    res = parse(loa_buf_str(&body));
    cr_expect(strlen(res.detail) < CHANNEL_DETAIL_SIZE && strlen(res.detail) > 240);
    cr_expect_eq((strlen(res.detail) - 1) % 3, 0);
    loa_buf_release(&body);
}

/* ---- hostile bytes ------------------------------------------------------------------------- */

Test(viber_reply, cut_and_changed_answers_are_survived)
{
    static const char good[] =
        "{\"status\":0,\"status_message\":\"ok\",\"message_token\":5283323893449643777,"
        "\"failed_list\":[{\"receiver\":\"/8v+V5APa/jLsiywMa1HOA==\",\"status\":6,"
        "\"status_message\":\"Not subscribed\"}],\"billing_status\":1}";
    unsigned seed = 7;
    struct heard h = {0};

    for (int round = 0; round < 6000; round++) {
        size_t len = round < (int)sizeof(good) ? (size_t)round : sizeof(good) - 1;
        char *bytes = loa_xcalloc(1, len + 1);
        struct http_reply r = {.outcome = HTTP_DONE, .status = 200, .body = bytes, .len = len};
        struct channel_result res;

        memcpy(bytes, good, len);
        for (int k = 0; len == sizeof(good) - 1 && k < round % 6; k++)
            bytes[(size_t)rand_r(&seed) % len] = (char)rand_r(&seed);
        h.n = 0;
        channel_viber.parse_reply(viber, CHANNEL_WAY_BATCH, &r, &res, on_failed, &h);
        cr_assert(len == sizeof(good) - 1 || res.verdict == CHANNEL_DOUBT);
        free(bytes);
    }
}
