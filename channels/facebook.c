/* SPDX-License-Identifier: Apache-2.0 */
/* The Facebook adapter: account, credentials, webhook checks and the table of operations. */
#include "channels/facebook_private.h"

#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"

static bool is_digits(const char *s)
{
    size_t n = s ? strspn(s, "0123456789") : 0;

    return n > 0 && n < CHANNEL_ID_SIZE && s[n] == '\0';
}

static void facebook_close(struct channel *c)
{
    struct facebook *fb = (struct facebook *)c;

    if (!fb)
        return;
    free(fb->api);
    free(fb->page);
    free(fb->app);
    loa_secret_free(fb->token);
    loa_secret_free(fb->app_secret);
    loa_secret_free(fb->verify_token);
    loa_secret_free(fb->app_token);
    free(fb);
}

/* appsecret_proof = HMAC-SHA256(key = app secret, data = token). */
static void prove(const struct loa_secret *app_secret, const struct loa_secret *token,
                  char out[LOA_SHA256_HEX])
{
    if (loa_secret_is_set(app_secret) && loa_secret_is_set(token))
        loa_hmac_sha256_hex(app_secret, loa_secret_reveal(token), loa_secret_len(token), out);
    else
        out[0] = '\0';
}

static struct loa_secret *app_token_of(const char *app, const struct loa_secret *app_secret)
{
    struct loa_secret *token;
    char *plain;

    if (!app || !loa_secret_is_set(app_secret))
        return NULL;
    plain = loa_xasprintf("%s|%s", app, loa_secret_reveal(app_secret));
    token = loa_secret_new(plain);
    explicit_bzero(plain, strlen(plain));
    free(plain);
    return token;
}

static enum loa_err facebook_open(const struct channel_config *cfg, struct channel **out,
                                  struct loa_problem *why)
{
    const char *api = cfg->api_base && cfg->api_base[0] ? cfg->api_base : FACEBOOK_BASE;
    size_t api_len = strlen(api);
    struct facebook *fb;

    if (!is_digits(cfg->remote_id))
        return loa_fail(why, LOA_EINVAL, "FACEBOOK_PAGE_ID",
                        "Mã Trang Facebook phải là một dãy chữ số, xem ở Trang > Giới thiệu > "
                        "Tính minh bạch của Trang.");
    if (!loa_secret_is_set(cfg->access_token))
        return loa_fail(why, LOA_EINVAL, "FACEBOOK_PAGE_TOKEN",
                        "Thiếu mã truy cập của Trang (Page access token).");
    if (cfg->app_id && cfg->app_id[0] && !is_digits(cfg->app_id))
        return loa_fail(why, LOA_EINVAL, "FACEBOOK_APP_ID",
                        "Mã ứng dụng Facebook phải là một dãy chữ số.");
    while (api_len > 0 && api[api_len - 1] == '/')
        api_len--;
    fb = loa_xcalloc(1, sizeof(*fb));
    fb->base.ops = &channel_facebook;
    fb->api = loa_xstrndup(api, api_len);
    fb->page = loa_xstrdup(cfg->remote_id);
    fb->app = cfg->app_id && cfg->app_id[0] ? loa_xstrdup(cfg->app_id) : NULL;
    fb->token = loa_secret_dup(cfg->access_token);
    fb->app_secret = loa_secret_dup(cfg->app_secret);
    fb->verify_token = loa_secret_dup(cfg->verify_token);
    fb->app_token = app_token_of(fb->app, fb->app_secret);
    prove(fb->app_secret, fb->token, fb->proof);
    prove(fb->app_secret, fb->app_token, fb->app_proof);
    *out = &fb->base;
    return LOA_OK;
}

/* The token goes in a header and never in the address, which ends up in logs. A flow may have put
 * another one there already. */
void facebook_authorize(struct channel *c, struct http_req *req)
{
    struct facebook *fb = (struct facebook *)c;

    for (size_t i = 0; i < req->n_headers; i++) {
        if (strcmp(req->headers[i].name, "Authorization") == 0)
            return;
    }
    http_req_secret(req, "Authorization", "Bearer ", fb->token);
}

void facebook_request(struct facebook *fb, struct http_req *req, const char *object,
                      const char *edge, cJSON *body)
{
    http_req_reset(req);
    loa_buf_addf(&req->url, "%s/%s/%s", fb->api, FACEBOOK_VERSION, object);
    if (edge)
        loa_buf_addf(&req->url, "%s%s", edge[0] == '?' ? "" : "/", edge);
    if (body) {
        char *text;

        loa_json_add_str(body, "appsecret_proof", fb->proof);
        text = loa_json_print(body);
        req->method = HTTP_POST;
        req->content_type = "application/json";
        loa_buf_adds(&req->body, text);
        free(text);
        cJSON_Delete(body);
    } else if (fb->proof[0]) {
        loa_buf_addf(&req->url, "%cappsecret_proof=%s", edge && strchr(edge, '?') ? '&' : '?',
                     fb->proof);
    }
    facebook_authorize(&fb->base, req);
}

static bool facebook_verify_webhook(struct channel *c, const struct http_in *in)
{
    static const char scheme[] = "sha256=";
    const size_t skip = sizeof(scheme) - 1;
    const struct facebook *fb = (const struct facebook *)c;
    const char *given = in->header(in, "X-Hub-Signature-256");
    char expected[LOA_SHA256_HEX];

    /* The SHA-1 twin X-Hub-Signature is never enough. */
    if (!loa_secret_is_set(fb->app_secret) || !given || strncmp(given, scheme, skip) != 0)
        return false;
    loa_hmac_sha256_hex(fb->app_secret, in->body ? in->body : "", in->len, expected);
    return loa_hex_equal(expected, given + skip, strlen(given + skip));
}

static int facebook_handshake(struct channel *c, const struct http_in *in, struct loa_buf *body)
{
    const struct facebook *fb = (const struct facebook *)c;
    const char *mode = in->query(in, "hub.mode");
    const char *token = in->query(in, "hub.verify_token");
    const char *challenge = in->query(in, "hub.challenge");

    if (!mode || strcmp(mode, "subscribe") != 0 || !token || !challenge || !challenge[0] ||
        !loa_secret_equal(fb->verify_token, token, strlen(token)))
        return 403;
    loa_buf_adds(body, challenge);
    return 200;
}

const struct channel_ops channel_facebook = {
    .name = "facebook",
    .title = "Facebook",
    .caps = CHANNEL_CAP_SINGLE | CHANNEL_CAP_POST | CHANNEL_CAP_ECHO | CHANNEL_CAP_RECEIPT |
            CHANNEL_CAP_UTILITY | CHANNEL_CAP_TEMPLATES,
    .limits =
        {
            .text = FACEBOOK_TEXT,
            /* Beside a picture: a card's title and subtitle. Longer text is sent as text, with
             * the picture's address below it. */
            .caption = 2 * FACEBOOK_ELEMENT,
            .buttons = FACEBOOK_QUICK_REPLIES,
            .button_title = FACEBOOK_TITLE,
            .cards = FACEBOOK_ELEMENTS,
            .post_text = FACEBOOK_POST_TEXT,
            .window_ms = (int64_t)24 * 3600 * 1000,
            .human_window_ms = (int64_t)7 * 24 * 3600 * 1000,
            /* 300/s are allowed, but above 40/s the Page's inbox may freeze. */
            .singles_per_s = 40,
            .posts_per_s = 0.2,
            .replies_burst = 20,
        },
    .rules = facebook_rules,
    .open = facebook_open,
    .close = facebook_close,
    .check = facebook_check,
    .compose = facebook_compose,
    .sheet = facebook_sheet,
    .authorize = facebook_authorize,
    .parse_reply = facebook_parse_reply,
    .flow = facebook_flow,
    .verify_webhook = facebook_verify_webhook,
    .parse_webhook = facebook_parse_webhook,
    .handshake = facebook_handshake,
};
