/* SPDX-License-Identifier: Apache-2.0 */
/* The page of the chat and the files that belong to it, as they are compiled in. */
#include <stdio.h>
#include <string.h>

#include "bot/feed.h"
#include "bot/portal.h"
#include "messages/base/buf.h"
#include "messages/base/crypto.h"

enum { DAY_S = 86400, COOKIE_SIZE = 200 };

/* Nothing is inline, and nothing comes from elsewhere but the pictures of events. */
#define POLICY                                                                                     \
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "                \
    "img-src 'self' https:; base-uri 'none'; form-action 'none'; frame-ancestors "

static const char *file(const char *name)
{
    for (size_t i = 0; portal_files[i].name; i++) {
        if (strcmp(portal_files[i].name, name) == 0)
            return portal_files[i].text;
    }
    return NULL;
}

static void add_escaped(struct loa_buf *b, const char *s)
{
    for (; *s; s++) {
        if (strchr("&<>\"'", *s))
            loa_buf_addf(b, "&#%d;", *s);
        else
            loa_buf_addc(b, *s);
    }
}

/* The conversation's cookie, made or given another day. In a frame of another site browsers take
 * it only if it is Secure, and keep one for each such site. */
static void cookie(const struct bot *bot, struct http_exchange *x, char out[COOKIE_SIZE])
{
    const char *url = bot->cfg->public_url;
    bool secure = url && strncmp(url, "https://", 8) == 0;
    char token[PORTAL_TOKEN_SIZE];

    if (!portal_token(http_exchange_header(x, "Cookie"), token))
        loa_random_hex(token, (PORTAL_TOKEN_SIZE - 1) / 2);
    (void)snprintf(out, COOKIE_SIZE, PORTAL_COOKIE "=%s; Path=/chat; Max-Age=%d; HttpOnly; %s",
                   token, DAY_S, secure ? "Secure; SameSite=None; Partitioned" : "SameSite=Lax");
}

void bot_portal_page(void *ctx, struct http_exchange *x)
{
    static const char mark[] = "{{office}}";
    const struct bot *bot = ctx;
    const char *rest = file("chat.html"), *at;
    char set_cookie[COOKIE_SIZE], policy[sizeof(POLICY) + 420];
    const struct http_header headers[] = {{"Set-Cookie", set_cookie},
                                          {"Content-Security-Policy", policy},
                                          {"Cache-Control", "no-store"}};
    struct http_answer a = {.status = 200,
                            .content_type = "text/html; charset=utf-8",
                            .headers = headers,
                            .n_headers = 3};
    struct loa_buf b = {0};

    if (!bot->cfg->portal) {
        http_exchange_problem(x, 404, NULL);
        return;
    }
    cookie(bot, x, set_cookie);
    (void)snprintf(policy, sizeof(policy), POLICY "%s%s", bot->cfg->portal_sites ? "'self' " : "*",
                   bot->cfg->portal_sites ? bot->cfg->portal_sites : "");
    while ((at = strstr(rest, mark)) != NULL) {
        loa_buf_add(&b, rest, (size_t)(at - rest));
        add_escaped(&b, bot->cfg->office);
        rest = at + sizeof(mark) - 1;
    }
    loa_buf_adds(&b, rest);
    a.body = loa_buf_str(&b);
    a.len = b.len;
    http_exchange_answer(x, &a);
    loa_buf_release(&b);
}

static const char *type_of(const char *name)
{
    const char *dot = strrchr(name, '.');

    if (dot && strcmp(dot, ".svg") == 0)
        return "image/svg+xml";
    return dot && strcmp(dot, ".css") == 0 ? "text/css; charset=utf-8"
                                           : "text/javascript; charset=utf-8";
}

void bot_portal_file(void *ctx, struct http_exchange *x)
{
    const struct bot *bot = ctx;
    const char *name = strrchr(http_exchange_path(x), '/') + 1, *text = file(name);
    char etag[BOT_ETAG_SIZE];
    const struct http_header headers[] = {{"ETag", etag},
                                          {"Cache-Control", "public, max-age=300"},
                                          {"Cross-Origin-Resource-Policy", "cross-origin"}};
    struct http_answer a = {.status = 200,
                            .content_type = type_of(name),
                            .body = text,
                            .memory = HTTP_BODY_STATIC,
                            .headers = headers,
                            .n_headers = 3};

    if (!text || !bot->cfg->portal) {
        http_exchange_problem(x, 404, NULL);
        return;
    }
    a.len = strlen(text);
    bot_feed_etag(text, a.len, etag);
    if (bot_feed_is_known(http_exchange_header(x, "If-None-Match"), NULL, etag, 0)) {
        a.status = 304;
        a.content_type = NULL;
        a.body = NULL;
        a.len = 0;
    }
    http_exchange_answer(x, &a);
}
