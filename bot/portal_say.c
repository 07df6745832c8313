/* SPDX-License-Identifier: Apache-2.0 */
/* What visitors say: by our own page only, at a person's pace, then the way of every webhook. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/portal.h"
#include "bot/webhook.h"
#include "messages/base/clock.h"
#include "messages/base/crypto.h"
#include "messages/base/mem.h"

enum {
    MINUTE_US = 60 * 1000000,
    SAYS_A_MINUTE = 20, /* of one visitor, as fast as buttons are tapped at first */
    SAYS_AT_ONCE = 6,
    ALL_A_MINUTE = 3000, /* of all on this node: each makes answers and rows */
    ALL_AT_ONCE = 300,
};

/* ---- how much ---------------------------------------------------------------------------- */

void bot_portal_rate_init(struct bot_portal_rate *r)
{
    memset(r, 0, sizeof(*r));
    sched_gcra_init(&r->all, ALL_A_MINUTE, MINUTE_US, ALL_AT_ONCE);
}

static struct bot_portal_talker *talker_of(struct bot_portal_rate *r, int64_t key)
{
    struct bot_portal_talker *set = r->talkers[(uint64_t)key % BOT_PORTAL_SETS], *oldest = set;

    for (size_t i = 0; i < BOT_PORTAL_WAYS; i++) {
        if (set[i].used_us && set[i].key == key)
            return &set[i];
        if (set[i].used_us < oldest->used_us)
            oldest = &set[i];
    }
    oldest->key = key;
    sched_gcra_init(&oldest->gcra, SAYS_A_MINUTE, MINUTE_US, SAYS_AT_ONCE);
    return oldest;
}

int64_t bot_portal_rate_allow(struct bot_portal_rate *r, const char *visitor, int64_t now_us)
{
    struct bot_portal_talker *t = talker_of(r, loa_hash64(visitor));
    int64_t wait = sched_gcra_allow(&t->gcra, now_us, 1);

    t->used_us = now_us > 0 ? now_us : 1;
    return wait ? wait : sched_gcra_allow(&r->all, now_us, 1);
}

/* ---- from where -------------------------------------------------------------------------- */

/* "https://host:port" -> "host:port" */
static const char *host_of(const char *url)
{
    const char *host = url ? strstr(url, "://") : NULL;

    return host ? host + 3 : "";
}

bool bot_portal_is_own(const char *origin, const char *site, const char *host,
                       const char *public_url)
{
    if (site && strcmp(site, "same-origin") != 0)
        return false;
    if (!origin)
        return site != NULL; /* a browser says at least one of the two */
    return *host_of(origin) && ((host && strcmp(host_of(origin), host) == 0) ||
                                (public_url && strcmp(origin, public_url) == 0));
}

static bool is_ours(const struct bot *bot, struct http_exchange *x)
{
    const char *type = http_exchange_header(x, "Content-Type");

    if (type && strncmp(type, "application/json", 16) == 0 &&
        bot_portal_is_own(http_exchange_header(x, "Origin"),
                          http_exchange_header(x, "Sec-Fetch-Site"),
                          http_exchange_header(x, "Host"), bot->cfg->public_url))
        return true;
    http_exchange_problem(x, 403, "Chỉ nhận lời từ trang trò chuyện của chính cổng này.");
    return false;
}

/* ---- the request ------------------------------------------------------------------------- */

static void refuse_pace(struct http_exchange *x, int64_t wait_us)
{
    static const char body[] =
        "{\"type\":\"about:blank\",\"title\":\"Too Many Requests\",\"status\":429,"
        "\"detail\":\"Bạn gửi nhanh quá; xin chờ một chút rồi gửi lại.\"}";
    char seconds[24];
    const struct http_header header = {"Retry-After", seconds};
    const struct http_answer a = {.status = 429,
                                  .content_type = "application/problem+json",
                                  .body = body,
                                  .len = sizeof(body) - 1,
                                  .memory = HTTP_BODY_STATIC,
                                  .headers = &header,
                                  .n_headers = 1};

    (void)snprintf(seconds, sizeof(seconds), "%" PRId64, wait_us / 1000000 + 1);
    http_exchange_answer(x, &a);
}

void bot_portal_say(void *ctx, struct http_exchange *x)
{
    struct bot *bot = ctx;
    char visitor[PORTAL_VISITOR_SIZE];
    struct http_in in = {.method = "POST"};
    struct channel *c;
    int64_t account, wait;
    size_t len;
    const char *said = http_exchange_body(x, &len);
    char *body;

    if (!is_ours(bot, x) || !bot_portal_channel(bot, x, &c, &account) ||
        !bot_portal_visitor(x, visitor))
        return;
    wait = bot_portal_rate_allow(bot_portal_rate_of(bot->portal), visitor, loa_clock_mono_us());
    if (wait) {
        refuse_pace(x, wait);
        return;
    }
    if (portal_envelope(visitor, loa_clock_wall(), said, len, &body) != LOA_OK) {
        http_exchange_problem(x, 400, "Lời gửi trống, dài quá hoặc có ký tự không hợp lệ.");
        return;
    }
    in.body = body;
    in.len = strlen(body);
    bot_webhook_take(bot, c, account, x, &in);
    free(body);
}

/* The visitor ends his conversation here: nobody who uses the machine after him can go on with it.
 * What he said stays as long as the settings say, unless he asks to be forgotten. */
void bot_portal_leave(void *ctx, struct http_exchange *x)
{
    const struct bot *bot = ctx;
    static const struct http_header header = {"Set-Cookie", PORTAL_COOKIE
                                              "=; Path=/chat; Max-Age=0; HttpOnly; SameSite=Lax"};
    static const struct http_header header_secure = {
        "Set-Cookie",
        PORTAL_COOKIE "=; Path=/chat; Max-Age=0; HttpOnly; Secure; SameSite=None; Partitioned"};
    bool secure = bot->cfg->public_url && strncmp(bot->cfg->public_url, "https://", 8) == 0;
    const struct http_answer a = {
        .status = 204, .headers = secure ? &header_secure : &header, .n_headers = 1};

    if (is_ours(bot, x))
        http_exchange_answer(x, &a);
}
