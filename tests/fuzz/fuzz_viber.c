/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_viber.c - any bytes as a webhook, an answer or a flow of the Viber adapter. The first byte
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
    struct loa_secret *token = loa_secret_new("0123456789abcdef-fedcba9876543210-0011223344556677");
    const struct channel_config cfg = {
        .account = "viber", .sender_name = "loa", .access_token = token};
    struct channel *c = NULL;

    if (loa_crypto_init() != LOA_OK || channel_viber.open(&cfg, &c, NULL) != LOA_OK)
        abort();
    loa_secret_free(token);
    return c;
}

static void on_event(void *ctx, const struct channel_event *ev)
{
    (void)ctx;
    if (!ev->key || !ev->key[0] || !ev->name)
        abort();
}

static void on_failed(void *ctx, const char *recipient, const struct channel_result *res)
{
    (void)ctx;
    if (!recipient[0] || res->verdict == CHANNEL_OK)
        abort();
}

static const char *no_argument(const struct http_in *in, const char *name)
{
    (void)in;
    (void)name;
    return "a9065c35b3100d036288619bad76f6df82a4d00c55f954f7334e6e10421fa805";
}

static void try_webhook(struct channel *c, const char *bytes, size_t len)
{
    const struct http_in in = {
        .method = "POST", .body = bytes, .len = len, .header = no_argument, .query = no_argument};

    (void)channel_viber.verify_webhook(c, &in);
    (void)channel_viber.parse_webhook(c, bytes, len, on_event, NULL);
}

/* The first half is the state that survived a crash, the second the platform's answer. */
static void try_flow(struct channel *c, uint8_t choice, const char *bytes, size_t len)
{
    static char text[] = "Chào";
    const struct msg_content content = {.text = text};
    struct channel_flow f = {.kind = (enum channel_flow_kind)(choice % 5),
                             .content = &content,
                             .webhook_url = "https://bot.example.vn/"};
    size_t half = len / 2 < sizeof(f.state) ? len / 2 : sizeof(f.state) - 1;
    const struct http_reply r = {
        .outcome = HTTP_DONE, .status = 200, .body = bytes + half, .len = len - half};
    struct http_req req = {0};

    if (choice & 0x40)
        memcpy(f.state, bytes, half);
    (void)channel_viber.flow(c, &f, choice & 0x20 ? NULL : &r, &req);
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
    case 1: {
        const struct http_reply r = {
            .outcome = HTTP_DONE, .status = 200, .body = bytes, .len = len};
        struct channel_result res;

        channel_viber.parse_reply(c, CHANNEL_WAY_BATCH, &r, &res, on_failed, NULL);
        break;
    }
    default:
        try_flow(c, data[0] / 3, bytes, len);
        break;
    }
    free(bytes);
    return 0;
}
