/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes from the platform into the Facebook adapter. The first byte chooses the way in: webhook,
 * reply (its headers too), or a step of a flow in any state. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "messages/base/crypto.h"
#include "messages/base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct channel *open_page(void)
{
    static struct channel *c;
    struct channel_config cfg = {
        .account = "facebook", .remote_id = "104882741234567", .app_id = "1234567890123456"};
    struct loa_secret *token, *secret;
    struct loa_problem why;

    if (c)
        return c;
    if (loa_crypto_init())
        abort();
    token = loa_secret_new("EAAExamplePageToken0123456789");
    secret = loa_secret_new("0a1b2c3d4e5f60718293a4b5c6d7e8f9");
    cfg.access_token = token;
    cfg.app_secret = secret;
    if (channel_facebook.open(&cfg, &c, &why))
        abort();
    loa_secret_free(token);
    loa_secret_free(secret);
    return c;
}

static void on_event(void *ctx, const struct channel_event *ev)
{
    (void)ctx;
    if (!ev->name || !ev->key || !ev->key[0])
        abort();
}

static void reply(struct channel *c, unsigned choice, const char *text, size_t len)
{
    struct channel_result res;
    const struct http_reply r = {.outcome = HTTP_DONE,
                                 .status = choice & 1 ? 200 : 400,
                                 .body = text,
                                 .len = len,
                                 .headers = {{"X-Business-Use-Case-Usage", text}},
                                 .n_headers = 1};

    channel_facebook.parse_reply(c, choice & 2 ? CHANNEL_WAY_POST : CHANNEL_WAY_SINGLE, &r, &res,
                                 NULL, NULL);
    if (strnlen(res.detail, sizeof(res.detail)) == sizeof(res.detail))
        abort();
}

/* The first line is the state, the rest the answer. */
static void flow(struct channel *c, unsigned choice, const char *text, size_t len)
{
    static const enum channel_flow_kind kinds[] = {CHANNEL_FLOW_POST, CHANNEL_FLOW_SETUP,
                                                   CHANNEL_FLOW_PROBE, CHANNEL_FLOW_REFRESH};
    char words[] = "Tuần lễ";
    const struct msg_content content = {.text = words};
    struct channel_flow f = {.kind = kinds[choice & 3], .content = &content};
    const char *end = memchr(text, '\n', len);
    const size_t state = end ? (size_t)(end - text) : 0, from = end ? state + 1 : 0;
    const struct http_reply r = {
        .outcome = HTTP_DONE, .status = 200, .body = text + from, .len = len - from};
    struct http_req req = {0};

    (void)snprintf(f.state, sizeof(f.state), "%.*s", (int)state, text);
    (void)channel_facebook.flow(c, &f, choice & 4 ? NULL : &r, &req);
    http_req_release(&req);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct channel *c = open_page();
    unsigned choice;
    char *text;

    if (!size || size > 65536)
        return 0;
    choice = data[0];
    size--;
    text = loa_xmalloc(size + 1);
    memcpy(text, data + 1, size);
    text[size] = '\0';
    switch (choice % 3) {
    case 0:
        (void)channel_facebook.parse_webhook(c, text, size, on_event, NULL);
        break;
    case 1:
        reply(c, choice / 3, text, size);
        break;
    default:
        flow(c, choice / 3, text, size);
        break;
    }
    free(text);
    return 0;
}
