/* SPDX-License-Identifier: Apache-2.0 */
/* Webhooks that are wrong, doubled, too large, half, or nonsense; and what a crash leaves. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "messages/base/crypto.h"
#include "messages/base/secret.h"
#include "tests/integration/rig.h"

TestSuite(webhooks, .timeout = 300);

static struct rig r;

static void start(void)
{
    char cwd[2048];

    rig_start(&r, "");
    cr_assert_not_null(getcwd(cwd, sizeof(cwd)));
    rig_must(&r, "events import %s/content/events.json --user binh", cwd);
    rig_must(&r, "faq import %s/content/faq.json --user binh", cwd);
    rig_do(&r, "{\"op\":\"demo\"}");
}

static void end(void)
{
    rig_end(&r);
}

static int64_t raw_status(const char *platform, const char *body, const char *sign)
{
    cJSON *order = cJSON_CreateObject(), *answer;
    char *text;
    int64_t status;

    cJSON_AddStringToObject(order, "op", "raw_webhook");
    cJSON_AddStringToObject(order, "platform", platform);
    cJSON_AddStringToObject(order, "body", body);
    cJSON_AddStringToObject(order, "sign", sign);
    text = cJSON_PrintUnformatted(order);
    answer = rig_order(&r, "%s", text);
    status = (int64_t)cJSON_GetObjectItemCaseSensitive(answer, "status")->valuedouble;
    cJSON_free(text);
    cJSON_Delete(order);
    cJSON_Delete(answer);
    return status;
}

static int64_t kept(void)
{
    /* Viber's own check of the address is kept as well. */
    return rig_sql(&r, "SELECT COUNT(*) FROM inbound WHERE event NOT LIKE '%\"webhook\"%'");
}

#define VIBER_TEXT                                                                                 \
    "{\"event\":\"message\",\"timestamp\":1790000000000,\"message_token\":5920000000000000123,"    \
    "\"sender\":{\"id\":\"v9Kx2mQpT0aYcE4sLr7HbA==\",\"name\":\"A\"},\"message\":{\"text\":\"xin " \
    "chào\",\"type\":\"text\"},\"silent\":false}"
#define FB_TEXT                                                                                    \
    "{\"object\":\"page\",\"entry\":[{\"time\":1790000000411,\"id\":\"1\",\"messaging\":[{"        \
    "\"sender\":{\"id\":\"7251234567890123\"},\"recipient\":{\"id\":\"1\"},\"timestamp\":"         \
    "1790000000101,\"message\":{\"mid\":\"m_1\",\"text\":\"hi\"}}]}]}"
#define FB_ENTRY                                                                                   \
    "{\"time\":1790000000411,\"id\":\"%s\",\"messaging\":[{\"sender\":{\"id\":"                    \
    "\"7251234567890123\"},\"recipient\":{\"id\":\"%s\"},\"timestamp\":1790000000101,"             \
    "\"message\":{\"mid\":\"%s\",\"text\":\"hi\"}}]}"
#define ZALO_FOLLOW                                                                                \
    "{\"event_name\":\"follow\",\"oa_id\":\"%s\",\"follower\":{\"id\":\"77\"},\"timestamp\":"      \
    "\"1790000001371\"}"
#define ZALO_TEXT                                                                                  \
    "{\"event_name\":\"user_send_text\",\"app_id\":\"1\",\"sender\":{\"id\":\"77\"},"              \
    "\"recipient\":{"                                                                              \
    "\"id\":\"1\"},\"message\":{\"text\":\"hi\",\"msg_id\":\"m1\"},\"timestamp\":"                 \
    "\"1790000001371\"}"

Test(webhooks, wrong_signature_is_refused_and_nothing_is_kept, .init = start, .fini = end)
{
    static const struct {
        const char *platform, *body;
    } calls[] = {{"viber", VIBER_TEXT}, {"facebook", FB_TEXT}, {"zalo", ZALO_TEXT}};

    rig_serve(&r, "");
    for (size_t i = 0; i < 3; i++) {
        cr_expect_eq(raw_status(calls[i].platform, calls[i].body, "wrong"), 403);
        cr_expect_eq(raw_status(calls[i].platform, calls[i].body, "none"), 403);
    }
    cr_expect_eq(kept(), 0);
    cr_expect_eq(rig_metric(&r, "webhook_bad_signatures_total"), 6);
}

Test(webhooks, one_office_cannot_speak_for_another, .init = start, .fini = end)
{
    char path[128], body[512];
    FILE *f;

    (void)snprintf(path, sizeof(path), "%s/huyen.secrets", r.dir);
    f = fopen(path, "w");
    cr_assert_not_null(f);
    (void)fprintf(f, "refresh_token=a\napp_secret=b\nwebhook_secret=c\n");
    (void)fclose(f);
    rig_must(&r,
             "account add huyen --channel zalo --remote-id 4444444444 --app-id 5 --api-base %s "
             "--oauth-base %s --secrets huyen.secrets --user an",
             r.sandbox, r.sandbox);
    rig_serve(&r, "");
    (void)snprintf(body, sizeof(body),
                   "{\"event_name\":\"unfollow\",\"oa_id\":\"4444444444\",\"follower\":{\"id\":"
                   "\"77\"},\"timestamp\":\"1790000001371\"}");
    cr_expect_eq(raw_status("zalo", body, "right"), 403);
    cr_expect_eq(kept(), 0);
    (void)snprintf(body, sizeof(body), ZALO_FOLLOW, rig_env(&r, "ZALO_OA_ID"));
    cr_expect_eq(raw_status("zalo", body, "right"), 200);
    cr_expect_eq(kept(), 1);
}

/* One app may serve accounts that are not kept here: what it tells of them is answered, as it would
 * only come again, and kept nowhere. */
Test(webhooks, what_is_told_of_a_stranger_is_not_taken_for_ours, .init = start, .fini = end)
{
    char body[1024], page[64];

    rig_serve(&r, "");
    cr_expect_eq(raw_status("zalo", ZALO_TEXT, "right"), 200);
    cr_expect_eq(raw_status("facebook", FB_TEXT, "right"), 200);
    cr_expect_eq(kept(), 0);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE remote_id IN ('77', "
                             "'7251234567890123')"),
                 0);
    cr_expect_eq(rig_metric(&r, "webhook_strangers_total"), 2);
    (void)snprintf(page, sizeof(page), "%s", rig_env(&r, "FACEBOOK_PAGE_ID"));
    (void)snprintf(body, sizeof(body),
                   "{\"object\":\"page\",\"entry\":[" FB_ENTRY "," FB_ENTRY "]}", "1", "1", "m_1",
                   page, page, "m_2");
    cr_expect_eq(raw_status("facebook", body, "right"), 200);
    cr_expect_eq(kept(), 1, "the other one in the same body is ours");
    cr_expect_eq(rig_metric(&r, "webhook_strangers_total"), 3);
}

Test(webhooks, replayed_event_is_kept_and_answered_once, .init = start, .fini = end)
{
    rig_serve(&r, "");
    for (int i = 0; i < 5; i++)
        cr_expect_eq(raw_status("viber", VIBER_TEXT, "right"), 200);
    cr_expect_eq(kept(), 1);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM replies") == 1);
    cr_expect_eq(rig_metric(&r, "webhook_duplicates_total"), 4);
}

Test(webhooks, event_delivered_many_times_at_once_is_answered_once, .init = start, .fini = end)
{
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"webhooks\",\"duplicate\":5,\"reorder_ms\":50}");
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"zalo\",\"user\":\"demo\",\"text\":\"xin chào\"}");
    rig_do(&r,
           "{\"op\":\"say\",\"platform\":\"facebook\",\"user\":\"demo\",\"text\":\"xin chào\"}");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state = 2") == 2);
    RIG_WAIT(&r, rig_metric(&r, "webhook_duplicates_total") >= 10);
    cr_expect_eq(rig_got(&r, "zalo", "demo", "trợ lý tự động"), 1);
    cr_expect_eq(rig_got(&r, "facebook", "demo", "trợ lý tự động"), 1);
}

Test(webhooks, nonsense_is_told_apart_from_the_unknown, .init = start, .fini = end)
{
    rig_serve(&r, "");
    cr_expect_eq(raw_status("viber", "not json", "right"), 400);
    cr_expect_eq(raw_status("viber", "{\"event\":", "right"), 400);
    cr_expect_eq(raw_status("facebook", "[]", "right"), 400);
    cr_expect_eq(raw_status("viber",
                            "{\"event\":\"brand_new\",\"timestamp\":1,\"message_token\":2}",
                            "right"),
                 200);
    cr_expect_eq(raw_status("facebook",
                            "{\"object\":\"page\",\"entry\":[{\"id\":\"1\",\"time\":1,"
                            "\"surprise\":[{}]}]}",
                            "right"),
                 200);
    cJSON_Delete(rig_order(&r, "{\"op\":\"raw_webhook\",\"platform\":\"viber\",\"sign\":\"right\","
                               "\"body_base64\":\"eyJldmVudCI6Iv/+In0=\"}"));
    cr_expect_eq(rig_metric(&r, "webhook_bad_bodies_total"), 4);
}

Test(webhooks, body_over_the_limit_is_413, .init = start, .fini = end)
{
    size_t n = 2 << 20;
    char *big = malloc(n), url[128];
    long status;

    rig_serve(&r, "");
    memset(big, 'a', n);
    (void)snprintf(url, sizeof(url), "%s/webhooks/viber", r.web);
    (void)rig_http("POST", url, big, n, NULL, &status);
    cr_expect_eq(status, 413);
    free(big);
}

Test(webhooks, half_a_body_and_silence_ends_with_408_or_the_connection, .init = start, .fini = end)
{
    static const char half[] = "POST /webhooks/viber HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
                               "\r\n{\"event\":";
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char answer[1024] = "";
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ssize_t n;

    rig_serve(&r, "");
    a.sin_port = htons((uint16_t)r.web_port);
    cr_assert_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    cr_assert_eq(write(fd, half, strlen(half)), (ssize_t)strlen(half));
    n = read(fd, answer, sizeof(answer) - 1); /* blocks until the server gives up on us */
    cr_expect(n == 0 || strstr(answer, " 408 ") != NULL, "%s", answer);
    close(fd);
    cr_expect_eq(kept(), 0);
}

Test(webhooks, facebook_handshake_checks_the_token, .init = start, .fini = end)
{
    cJSON *good, *bad;

    rig_serve(&r, "");
    good = rig_order(&r, "{\"op\":\"verify_webhook\",\"platform\":\"facebook\","
                         "\"challenge\":\"12345\"}");
    bad =
        rig_order(&r, "{\"op\":\"verify_webhook\",\"platform\":\"facebook\",\"token\":\"guess\"}");
    cr_expect_eq(cJSON_GetObjectItem(good, "status")->valueint, 200);
    cr_expect_str_eq(cJSON_GetObjectItem(good, "body")->valuestring, "12345");
    cr_expect_eq(cJSON_GetObjectItem(bad, "status")->valueint, 403);
    cJSON_Delete(good);
    cJSON_Delete(bad);
}

/* ---- neighbours ------------------------------------------------------------------------ */

/* Makes the store refuse whatever comes from this person. */
static void poison(const char *user)
{
    char sql[512];
    const char *body =
        r.database ? "EXECUTE FUNCTION refuse()" : "BEGIN SELECT RAISE(ABORT, 'poison'); END";

    if (r.database)
        rig_sql_run(&r, "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                        "'BEGIN RAISE ''poison''; END'");
    (void)snprintf(sql, sizeof(sql),
                   "CREATE TRIGGER poison BEFORE INSERT ON inbound FOR EACH ROW "
                   "WHEN (NEW.key LIKE '%%%s') %s",
                   user, body);
    rig_sql_run(&r, sql);
}

static int post_viber(const struct loa_secret *key, int i, const char *user)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char body[256], request[768], mac[LOA_SHA256_HEX];
    int fd = socket(AF_INET, SOCK_STREAM, 0), len, n;

    len = snprintf(body, sizeof(body),
                   "{\"event\":\"unsubscribed\",\"timestamp\":1790000000000,\"message_token\":%d,"
                   "\"user_id\":\"%s\"}",
                   1000 + i, user);
    loa_hmac_sha256_hex(key, body, (size_t)len, mac);
    n = snprintf(request, sizeof(request),
                 "POST /webhooks/viber HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                 "X-Viber-Content-Signature: %s\r\nContent-Length: %d\r\n\r\n%s",
                 mac, len, body);
    a.sin_port = htons((uint16_t)r.web_port);
    cr_assert_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    cr_assert_eq(write(fd, request, (size_t)n), n);
    return fd;
}

/* Events that come together are stored together; one that cannot be must not take others along. */
Test(webhooks, one_that_cannot_be_stored_does_not_take_others_along, .init = start, .fini = end)
{
    enum { CALLS = 40, BAD = 17 };
    struct loa_secret *key;
    int fds[CALLS];

    rig_serve(&r, "");
    key = loa_secret_new(rig_env(&r, "VIBER_AUTH_TOKEN"));
    poison("poisoned==");
    for (int i = 0; i < CALLS; i++)
        fds[i] = post_viber(key, i, i == BAD ? "poisoned==" : "v9Kx2mQpT0aYcE4sLr7HbA==");
    for (int i = 0; i < CALLS; i++) {
        char answer[512] = "";

        cr_expect_gt(read(fds[i], answer, sizeof(answer) - 1), 0);
        cr_expect_not_null(strstr(answer, i == BAD ? " 503 " : " 200 "), "call %d: %s", i, answer);
        close(fds[i]);
    }
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM inbound WHERE key LIKE 'unsub%'"), CALLS - 1);
    loa_secret_free(key);
}

/* Questions while the program is killed again and again: the platforms redeliver what was not
 * acknowledged, and what was acknowledged is answered after the next start. */
Test(webhooks, killed_in_the_middle_every_question_is_answered, .init = start, .fini = end)
{
    enum { QUESTIONS = 60 };
    int answered = 0;

    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"webhooks\",\"retry_ms\":[200,200,200,200,200,200,200,500,500,500,"
               "500,1000,1000,1000,1000,1000,1000,1000,1000,1000]}");
    for (int i = 0; i < QUESTIONS; i++) {
        rig_do(
            &r,
            "{\"op\":\"say\",\"platform\":\"zalo\",\"user\":\"demo\",\"text\":\"khai mạc lúc mấy "
            "giờ %d\"}",
            i);
        if (i % 20 == 10) {
            rig_kill(&r);
            rig_spawn(&r, "");
        }
    }
    rig_wait_ready(&r);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM inbound WHERE event LIKE '%khai mạc lúc%'") ==
                     QUESTIONS);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM inbound WHERE state = 0") == 0);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state IN (0, 1)") == 0);
    answered = (int)rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state = 2");
    (void)fprintf(
        stderr, "webhooks killed: %d questions, %d answers sent, %d in doubt, %d to the person\n",
        QUESTIONS, answered, (int)rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state = 4"),
        rig_got(&r, "zalo", "demo", "khai mạc"));
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM replies"), QUESTIONS);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state = 3"), 0);
}
