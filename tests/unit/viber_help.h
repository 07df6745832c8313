/* SPDX-License-Identifier: Apache-2.0 */
/* viber_help.h - what the tests of the Viber adapter share: an open account, the fixture files,
 * a webhook request, a reply and a composed, addressed body. */
#ifndef LOA_TESTS_UNIT_VIBER_HELP_H
#define LOA_TESTS_UNIT_VIBER_HELP_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "messages/base/crypto.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"

#define VIBER_TEST_TOKEN "0123456789abcdef-fedcba9876543210-00112233445566ff"
#define VIBER_TEST_USER "v9Kx2mQpT0aYcE4sLr7HbA=="

/* Names of the webhook samples in tests/fixtures/viber/. */
static const char *const viber_test_samples[] = {"client_status.json",
                                                 "conversation_started.json",
                                                 "conversation_started_no_context.json",
                                                 "delivered.json",
                                                 "failed.json",
                                                 "message_button_reply_silent.json",
                                                 "message_contact.json",
                                                 "message_file.json",
                                                 "message_location.json",
                                                 "message_picture.json",
                                                 "message_sticker.json",
                                                 "message_text.json",
                                                 "message_url.json",
                                                 "message_video.json",
                                                 "seen.json",
                                                 "subscribed.json",
                                                 "unsubscribed.json",
                                                 "webhook.json"};

enum { VIBER_TEST_SAMPLES = sizeof(viber_test_samples) / sizeof(viber_test_samples[0]) };

/* An account with a token; ends with viber_test_close(). NULL when the adapter refused. */
static inline struct channel *viber_test_open(const char *token)
{
    struct loa_secret *secret = loa_secret_new(token);
    struct channel_config cfg = {.account = "viber",
                                 .sender_name = "Phường Lộc Thọ",
                                 .api_base = "http://127.0.0.1:9/",
                                 .access_token = secret};
    struct channel *c = NULL;

    if (loa_crypto_init() != LOA_OK || channel_viber.open(&cfg, &c, NULL) != LOA_OK)
        c = NULL;
    loa_secret_free(secret);
    return c;
}

static inline void viber_test_close(struct channel *c)
{
    channel_viber.close(c);
}

/* The bytes of a fixture; caller owns, free(). NULL when it cannot be read. */
static inline char *viber_test_file(const char *name, size_t *len)
{
    char *path = loa_xasprintf("tests/fixtures/viber/%s", name), *bytes = NULL;
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

static inline struct http_reply viber_test_reply(const char *body)
{
    return (struct http_reply){
        .outcome = HTTP_DONE, .status = 200, .body = body, .len = strlen(body)};
}

/* Content from JSON text; caller ends it with msg_content_release(). */
static inline struct msg_content viber_test_content(const char *json)
{
    cJSON *o = loa_json_parse(json, strlen(json));
    struct msg_content m;

    if (!o || msg_content_parse(o, &m, NULL) != LOA_OK)
        memset(&m, 0, sizeof(m));
    cJSON_Delete(o);
    return m;
}

/* Composes, addresses to `n` people and parses the body. Caller owns, cJSON_Delete(). NULL when
 * any of it fails. `url` (may be NULL) takes the address, caller owns. */
static inline cJSON *viber_test_body(struct channel *c, const char *content, enum channel_way way,
                                     const char *const *people, size_t n, const char *name,
                                     char **url)
{
    struct msg_content m = viber_test_content(content);
    struct channel_draft draft = {0};
    struct http_req req = {0};
    cJSON *body = NULL;

    if (channel_viber.compose(c, &m, way, CHANNEL_LANE_UPDATE, &draft) == LOA_OK) {
        channel_address(c, &draft, people, n, name, "loa-7-1", &req);
        body = loa_json_parse(loa_buf_str(&req.body), req.body.len);
        if (url)
            *url = loa_xstrdup(loa_buf_str(&req.url));
    }
    channel_draft_release(&draft);
    http_req_release(&req);
    msg_content_release(&m);
    return body;
}

#endif
