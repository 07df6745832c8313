/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_portal.c - any bytes as what a visitor's page sends, as the envelope around it and as his
 * cookies. The first byte chooses which. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/portal.h"
#include "messages/base/crypto.h"
#include "messages/base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_event(void *ctx, const struct channel_event *ev)
{
    ++*(int *)ctx;
    if (!ev->key || !ev->key[0] || !ev->name || !ev->user ||
        strlen(ev->user) != PORTAL_VISITOR_SIZE - 1)
        abort();
}

static void try_parse(struct channel *c, const char *bytes, size_t len, bool must)
{
    int n = 0;
    enum loa_err err = channel_portal.parse_webhook(c, bytes, len, on_event, &n);

    if ((must && err) || n != (err ? 0 : 1))
        abort();
}

/* Whatever passes here is an event there. */
static void try_say(struct channel *c, const char *bytes, size_t len)
{
    char *json = NULL;

    if (portal_envelope("0123456789abcdef0123456789abcdef", 1, bytes, len, &json) != LOA_OK)
        return;
    try_parse(c, json, strlen(json), true);
    free(json);
}

static void try_cookies(const char *text)
{
    char token[PORTAL_TOKEN_SIZE], visitor[PORTAL_VISITOR_SIZE];

    if (!portal_token(text, token))
        return;
    if (strlen(token) != PORTAL_TOKEN_SIZE - 1 || !strstr(text, token))
        abort();
    portal_visitor(token, visitor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct channel_config cfg = {.account = "portal"};
    static struct channel *c;
    char *bytes;
    size_t len;

    if (!c && (loa_crypto_init() != LOA_OK || channel_portal.open(&cfg, &c, NULL) != LOA_OK))
        abort();
    if (!size)
        return 0;
    len = size - 1;
    bytes = loa_xcalloc(1, len + 1);
    memcpy(bytes, data + 1, len);
    if (data[0] % 3 == 0)
        try_say(c, bytes, len);
    else if (data[0] % 3 == 1)
        try_parse(c, bytes, len, false);
    else
        try_cookies(bytes);
    free(bytes);
    return 0;
}
