/* SPDX-License-Identifier: Apache-2.0 */
/* zalo_help.h - what the tests of the Zalo adapter share: an open account, the fixture files, a
 * reply, a composed body, and the events of a webhook copied for comparison. */
#ifndef LOA_TESTS_UNIT_ZALO_HELP_H
#define LOA_TESTS_UNIT_ZALO_HELP_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "messages/base/crypto.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"

#define ZALO_TEST_APP "4103276158290417365"
#define ZALO_TEST_OA "2718281828459045235"
#define ZALO_TEST_USER "3141592653589793238"
#define ZALO_TEST_ACCESS "access-token-for-tests"
#define ZALO_TEST_REFRESH "refresh+token/for=tests"
#define ZALO_TEST_APP_SECRET "app-secret-for-tests"
#define ZALO_TEST_OA_SECRET "oa-secret-for-tests-only"
#define ZALO_TEST_API "http://127.0.0.1:9"
#define ZALO_TEST_OAUTH "http://127.0.0.1:8"

/* Names of the webhook samples in tests/fixtures/zalo/, without ".json". */
static const char *const zalo_test_samples[] = {"add_user_to_tag",
                                                "anonymous_send_text",
                                                "bot_message_image_received",
                                                "bot_message_text_received",
                                                "bot_message_unsupported_received",
                                                "change_oa_daily_quota",
                                                "change_template_status",
                                                "follow",
                                                "oa_reacted_message",
                                                "oa_send_file",
                                                "oa_send_image",
                                                "oa_send_text",
                                                "oa_send_text_admin",
                                                "unfollow",
                                                "user_click_chatnow",
                                                "user_join_group",
                                                "user_reacted_message",
                                                "user_received_message",
                                                "user_seen_message",
                                                "user_send_audio",
                                                "user_send_business_card",
                                                "user_send_file",
                                                "user_send_gif",
                                                "user_send_group_text",
                                                "user_send_image",
                                                "user_send_link",
                                                "user_send_location",
                                                "user_send_sticker",
                                                "user_send_text",
                                                "user_send_text_query",
                                                "user_send_text_quote",
                                                "user_send_video",
                                                "user_submit_info",
                                                "user_withdraw",
                                                "zns_user_received_message"};

enum { ZALO_TEST_SAMPLES = sizeof(zalo_test_samples) / sizeof(zalo_test_samples[0]) };

/* An account with all settings; ends with channel_zalo.close(). NULL when the adapter refused. */
static inline struct channel *zalo_test_open(bool allow_retired)
{
    struct loa_secret *secrets[] = {
        loa_secret_new(ZALO_TEST_ACCESS), loa_secret_new(ZALO_TEST_REFRESH),
        loa_secret_new(ZALO_TEST_APP_SECRET), loa_secret_new(ZALO_TEST_OA_SECRET)};
    const struct channel_config cfg = {.account = "zalo",
                                       .remote_id = ZALO_TEST_OA,
                                       .api_base = ZALO_TEST_API "/",
                                       .oauth_base = ZALO_TEST_OAUTH,
                                       .app_id = ZALO_TEST_APP,
                                       .access_token = secrets[0],
                                       .refresh_token = secrets[1],
                                       .app_secret = secrets[2],
                                       .webhook_secret = secrets[3],
                                       .allow_retired = allow_retired};
    struct channel *c = NULL;

    if (loa_crypto_init() != LOA_OK || channel_zalo.open(&cfg, &c, NULL) != LOA_OK)
        c = NULL;
    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
        loa_secret_free(secrets[i]);
    return c;
}

/* The bytes of a fixture, NUL behind them; caller owns, free(). NULL when it cannot be read. */
static inline char *zalo_test_file(const char *name, size_t *len)
{
    char *path = loa_xasprintf("tests/fixtures/zalo/%s.json", name), *bytes = NULL;
    FILE *f = fopen(path, "rb");

    *len = 0;
    if (f) {
        bytes = loa_xcalloc(1, 65536);
        *len = fread(bytes, 1, 65535, f);
        (void)fclose(f);
    }
    free(path);
    return bytes;
}

static inline struct http_reply zalo_test_reply(const char *body)
{
    return (struct http_reply){
        .outcome = HTTP_DONE, .status = 200, .body = body, .len = strlen(body)};
}

/* Content from JSON text; caller ends it with msg_content_release(). */
static inline struct msg_content zalo_test_content(const char *json)
{
    cJSON *o = loa_json_parse(json, strlen(json));
    struct msg_content m;

    if (!o || msg_content_parse(o, &m, NULL) != LOA_OK)
        memset(&m, 0, sizeof(m));
    cJSON_Delete(o);
    return m;
}

/* The value of a request's header as it will go out; NULL if absent. */
static inline const char *zalo_test_header(const struct http_req *req, const char *name)
{
    for (size_t i = 0; i < req->n_headers; i++) {
        if (strcmp(req->headers[i].name, name) == 0)
            return req->headers[i].secret ? loa_secret_reveal(req->headers[i].secret)
                                          : req->headers[i].value;
    }
    return NULL;
}

/* A string in a JSON tree by its path; "" if absent, so that a test can compare it. */
static inline const char *zalo_test_at(const cJSON *root, const char *path)
{
    const cJSON *item = loa_json_at(root, path);

    return cJSON_IsString(item) ? item->valuestring : "";
}

#endif
