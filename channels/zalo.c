/* SPDX-License-Identifier: Apache-2.0 */
/* The Zalo Official Account adapter: an account's settings and the table of its operations. */
#include <stdlib.h>
#include <string.h>

#include "channels/zalo_private.h"
#include "messages/base/crypto.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"

#define API_BASE "https://openapi.zalo.me"
#define OAUTH_BASE "https://oauth.zaloapp.com"
/* Every article names an author; this one when the account has no name of its own. */
#define AUTHOR "Ban biên tập"

/* ---- open and close ---- */

static bool is_base(const char *url)
{
    return !url || strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;
}

static char *base_of(const char *url, const char *standard)
{
    size_t n;

    if (!url || !url[0])
        url = standard;
    n = strlen(url);
    while (n && url[n - 1] == '/')
        n--;
    return loa_xstrndup(url, n);
}

bool zalo_is_token(const char *s)
{
    for (; *s; s++) {
        if ((unsigned char)*s <= 0x20 || (unsigned char)*s >= 0x7f)
            return false;
    }
    return true;
}

static enum loa_err check_token(const struct loa_secret *token, const char *field,
                                struct loa_problem *why)
{
    if (zalo_is_token(loa_secret_reveal(token)))
        return LOA_OK;
    return loa_fail(why, LOA_EINVAL, field,
                    "%s có khoảng trắng hoặc ký tự lạ: hãy chép lại cho đúng.", field);
}

static enum loa_err check_tokens(const struct channel_config *cfg, struct loa_problem *why)
{
    enum loa_err err = check_token(cfg->access_token, "access_token", why);

    if (!err)
        err = check_token(cfg->refresh_token, "ZALO_REFRESH_TOKEN", why);
    return err ? err : check_token(cfg->app_secret, "ZALO_APP_SECRET", why);
}

static enum loa_err check_config(const struct channel_config *cfg, struct loa_problem *why)
{
    if (!cfg->remote_id || !cfg->remote_id[0])
        return loa_fail(why, LOA_EINVAL, "ZALO_OA_ID",
                        "Thiếu mã Official Account: hãy đặt ZALO_OA_ID.");
    if (!cfg->app_id || !cfg->app_id[0])
        return loa_fail(why, LOA_EINVAL, "ZALO_APP_ID",
                        "Thiếu mã ứng dụng Zalo: hãy đặt ZALO_APP_ID.");
    if (!loa_secret_is_set(cfg->access_token) && !loa_secret_is_set(cfg->refresh_token))
        return loa_fail(why, LOA_EINVAL, "ZALO_REFRESH_TOKEN",
                        "Thiếu refresh token của Zalo: hãy đặt ZALO_REFRESH_TOKEN.");
    if (loa_secret_is_set(cfg->refresh_token) && !loa_secret_is_set(cfg->app_secret))
        return loa_fail(why, LOA_EINVAL, "ZALO_APP_SECRET",
                        "Thiếu khóa bí mật của ứng dụng Zalo, không gia hạn được access token: "
                        "hãy đặt ZALO_APP_SECRET.");
    if (!is_base(cfg->api_base))
        return loa_fail(why, LOA_EINVAL, "ZALO_API_BASE",
                        "ZALO_API_BASE phải bắt đầu bằng http:// hoặc https://.");
    if (!is_base(cfg->oauth_base))
        return loa_fail(why, LOA_EINVAL, "ZALO_OAUTH_BASE",
                        "ZALO_OAUTH_BASE phải bắt đầu bằng http:// hoặc https://.");
    return check_tokens(cfg, why);
}

static void renew_proof(struct zalo *z)
{
    char hex[LOA_SHA256_HEX];

    loa_secret_free(z->proof);
    z->proof = NULL;
    if (!loa_secret_is_set(z->access_token) || !loa_secret_is_set(z->app_secret))
        return;
    loa_hmac_sha256_hex(z->app_secret, loa_secret_reveal(z->access_token),
                        loa_secret_len(z->access_token), hex);
    z->proof = loa_secret_new(hex);
}

static enum loa_err zalo_open(const struct channel_config *cfg, struct channel **out,
                              struct loa_problem *why)
{
    const char *author = cfg->sender_name && cfg->sender_name[0] ? cfg->sender_name : AUTHOR;
    enum loa_err err = check_config(cfg, why);
    struct zalo *z;

    if (err)
        return err;
    z = loa_xcalloc(1, sizeof(*z));
    z->base.ops = &channel_zalo;
    z->api = base_of(cfg->api_base, API_BASE);
    z->oauth = base_of(cfg->oauth_base, OAUTH_BASE);
    z->app_id = loa_xstrdup(cfg->app_id);
    z->oa_id = loa_xstrdup(cfg->remote_id);
    z->author = loa_xstrndup(author, loa_utf8_cut(author, ZALO_ARTICLE_AUTHOR_MAX));
    z->access_token = loa_secret_dup(cfg->access_token);
    z->refresh_token = loa_secret_dup(cfg->refresh_token);
    z->app_secret = loa_secret_dup(cfg->app_secret);
    z->webhook_secret = loa_secret_dup(cfg->webhook_secret);
    z->allow_retired = cfg->allow_retired;
    renew_proof(z);
    *out = &z->base;
    return LOA_OK;
}

static void zalo_close(struct channel *c)
{
    struct zalo *z = (struct zalo *)c;

    if (!z)
        return;
    free(z->api);
    free(z->oauth);
    free(z->app_id);
    free(z->oa_id);
    free(z->author);
    loa_secret_free(z->access_token);
    loa_secret_free(z->refresh_token);
    loa_secret_free(z->app_secret);
    loa_secret_free(z->webhook_secret);
    loa_secret_free(z->proof);
    free(z);
}

static void zalo_set_tokens(struct channel *c, const struct loa_secret *access_token,
                            const struct loa_secret *refresh_token)
{
    struct zalo *z = (struct zalo *)c;
    struct loa_secret *access = loa_secret_dup(access_token);

    /* Copied before the old ones go: the arguments may be the old ones. */
    if (refresh_token) {
        struct loa_secret *refresh = loa_secret_dup(refresh_token);

        loa_secret_free(z->refresh_token);
        z->refresh_token = refresh;
    }
    loa_secret_free(z->access_token);
    z->access_token = access;
    renew_proof(z);
}

/* ---- requests ---- */

static bool has_header(const struct http_req *req, const char *name)
{
    for (size_t i = 0; i < req->n_headers; i++) {
        if (strcmp(req->headers[i].name, name) == 0)
            return true;
    }
    return false;
}

void zalo_authorize(struct channel *c, struct http_req *req)
{
    struct zalo *z = (struct zalo *)c;

    /* A flow's requests come authorized; those to the token host never carry the token. */
    if (has_header(req, "access_token") || has_header(req, "secret_key"))
        return;
    if (z->access_token)
        http_req_secret(req, "access_token", NULL, z->access_token);
    if (z->proof)
        http_req_secret(req, "appsecret_proof", NULL, z->proof);
}

void zalo_request(struct zalo *z, struct http_req *req, enum http_method method, const char *path)
{
    http_req_reset(req);
    req->method = method;
    loa_buf_adds(&req->url, z->api);
    loa_buf_adds(&req->url, path);
    req->content_type = method == HTTP_POST ? "application/json" : NULL;
    req->timeout_ms = ZALO_TIMEOUT_MS;
    zalo_authorize(&z->base, req);
}

/* Pace: 4,000 requests a minute for the whole app (section 1). 65/s and a burst of 50 stay below
 * that in every minute and leave some for flows. Names are not in events, so no CAP_NAME. */
const struct channel_ops channel_zalo = {
    .name = "zalo",
    .title = "Zalo OA",
    .caps = CHANNEL_CAP_SINGLE | CHANNEL_CAP_POST | CHANNEL_CAP_ECHO | CHANNEL_CAP_RECEIPT |
            CHANNEL_CAP_REFRESH | CHANNEL_CAP_UPLOAD,
    .limits = {.text = ZALO_TEXT_MAX,
               .caption = ZALO_TEXT_MAX,
               .buttons = ZALO_BUTTONS_MAX,
               .button_title = ZALO_BUTTON_TITLE_MAX,
               .cards = ZALO_CARDS_MAX,
               .batch = 0,
               .post_text = ZALO_ARTICLE_TEXT_MAX,
               .post_title = ZALO_ARTICLE_TITLE_MAX,
               .window_ms = (int64_t)7 * 24 * 3600 * 1000,
               .singles_per_s = 65.0,
               .batches_per_s = 0.0,
               .posts_per_s = 1.0,
               .replies_burst = 50.0},
    .rules = zalo_rules,
    .open = zalo_open,
    .close = zalo_close,
    .check = zalo_check,
    .compose = zalo_compose,
    .sheet = zalo_sheet,
    .authorize = zalo_authorize,
    .parse_reply = zalo_parse_reply,
    .flow = zalo_flow,
    .set_tokens = zalo_set_tokens,
    .verify_webhook = zalo_verify_webhook,
    .parse_webhook = zalo_parse_webhook,
};
