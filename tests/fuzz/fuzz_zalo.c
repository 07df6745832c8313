/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_zalo.c - any bytes as a webhook, an answer or a flow of the Zalo adapter. The first byte
 * chooses which. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "messages/base/crypto.h"
#include "messages/base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct channel *open_account(void)
{
    struct loa_secret *secret = loa_secret_new("a-secret-for-every-place");
    const struct channel_config cfg = {.account = "zalo",
                                       .remote_id = "2718281828459045235",
                                       .app_id = "4103276158290417365",
                                       .access_token = secret,
                                       .refresh_token = secret,
                                       .app_secret = secret,
                                       .webhook_secret = secret};
    struct channel *c = NULL;

    if (loa_crypto_init() != LOA_OK || channel_zalo.open(&cfg, &c, NULL) != LOA_OK)
        abort();
    loa_secret_free(secret);
    return c;
}

static void on_event(void *ctx, const struct channel_event *ev)
{
    (void)ctx;
    if (!ev->key || !ev->key[0] || !ev->name || ev->at_ms < 0)
        abort();
}

static const char *any_header(const struct http_in *in, const char *name)
{
    (void)in;
    (void)name;
    return "mac = 4d0919925387e1efeb83231287a2cca54475ddce3950c76edbd11ea5955bba99";
}

static void try_webhook(struct channel *c, const char *bytes, size_t len)
{
    const struct http_in in = {
        .method = "POST", .body = bytes, .len = len, .header = any_header, .query = any_header};

    (void)channel_zalo.verify_webhook(c, &in);
    (void)channel_zalo.parse_webhook(c, bytes, len, on_event, NULL);
}

static void expect_no_secret(const struct channel_result *res)
{
    if (strstr(res->detail, "a-secret-for-every-place") || strchr(res->detail, '\n'))
        abort();
}

static void try_reply(struct channel *c, const char *bytes, size_t len)
{
    const struct http_reply r = {.outcome = HTTP_DONE, .status = 200, .body = bytes, .len = len};
    struct channel_result res;

    channel_zalo.parse_reply(c, CHANNEL_WAY_SINGLE, &r, &res, NULL, NULL);
    expect_no_secret(&res);
}

/* The first half is the state that survived a crash, the second the platform's answer. */
static void try_flow(struct channel *c, uint8_t choice, const char *bytes, size_t len)
{
    static char text[] = "Chào", picture[] = "https://x.vn/a.jpg";
    const struct msg_content content = {.text = text, .image_url = picture};
    struct channel_flow f = {.kind = (enum channel_flow_kind)(choice % 5),
                             .content = &content,
                             .webhook_url = "https://bot.example.vn/"};
    size_t half = len / 2 < sizeof(f.state) ? len / 2 : sizeof(f.state) - 1;
    const struct http_reply r = {
        .outcome = HTTP_DONE, .status = 200, .body = bytes + half, .len = len - half};
    struct http_req req = {0};

    if (choice & 0x40)
        memcpy(f.state, bytes, half);
    (void)channel_zalo.flow(c, &f, choice & 0x20 ? NULL : &r, &req);
    expect_no_secret(&f.res);
    if (!memchr(f.state, '\0', sizeof(f.state)))
        abort();
    loa_secret_free(f.access_token);
    loa_secret_free(f.refresh_token);
    http_req_release(&req);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct channel *c;
    char *bytes;
    size_t len;

    if (!c)
        c = open_account();
    if (!size)
        return 0;
    len = size - 1;
    bytes = loa_xcalloc(1, len + 1); /* replies end with a NUL */
    memcpy(bytes, data + 1, len);
    switch (data[0] % 3) {
    case 0:
        try_webhook(c, bytes, len);
        break;
    case 1:
        try_reply(c, bytes, len);
        break;
    default:
        try_flow(c, data[0] / 3, bytes, len);
        break;
    }
    free(bytes);
    return 0;
}
