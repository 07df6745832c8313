/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "channels/viber_private.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"

/* A token goes into a header: visible ASCII only. */
static bool is_token(const struct loa_secret *token)
{
    const char *s = loa_secret_reveal(token);

    for (size_t i = 0; s[i]; i++) {
        if (s[i] <= ' ' || s[i] > '~')
            return false;
    }
    return s[0] != '\0';
}

static enum loa_err check_config(const struct channel_config *cfg, struct loa_problem *why)
{
    const char *name = cfg->sender_name;

    if (!is_token(cfg->access_token))
        return loa_fail(why, LOA_EINVAL, "VIBER_AUTH_TOKEN",
                        "Cần mã truy cập của bot Viber (trong trang quản trị của bot), viết liền, "
                        "không có dấu cách");
    if (!name || !name[0])
        return loa_fail(why, LOA_EINVAL, "VIBER_SENDER_NAME",
                        "Cần tên người gửi hiện trên tin Viber, nhiều nhất %d ký tự",
                        VIBER_SENDER_MAX);
    if (!loa_utf8_valid(name, strlen(name)) || !loa_utf8_is_text(name) ||
        loa_utf8_length_utf16(name) > VIBER_SENDER_MAX)
        return loa_fail(why, LOA_EINVAL, "VIBER_SENDER_NAME",
                        "Tên người gửi dài %zu ký tự, Viber nhận tối đa %d: hãy viết ngắn lại",
                        loa_utf8_length(name), VIBER_SENDER_MAX);
    if (cfg->api_base && !viber_is_web(cfg->api_base))
        return loa_fail(why, LOA_EINVAL, "VIBER_API_BASE",
                        "Địa chỉ phải bắt đầu bằng https:// (hoặc http:// khi thử trên máy)");
    return LOA_OK;
}

static void viber_close(struct channel *c)
{
    struct viber *v = (struct viber *)c;

    if (!v)
        return;
    loa_secret_free(v->token);
    free(v->api_base);
    free(v->sender_name);
    free(v);
}

static enum loa_err viber_open(const struct channel_config *cfg, struct channel **out,
                               struct loa_problem *why)
{
    const char *base = cfg->api_base ? cfg->api_base : "https://chatapi.viber.com";
    enum loa_err err = check_config(cfg, why);
    size_t len = strlen(base);
    struct viber *v;

    if (err)
        return err;
    while (len && base[len - 1] == '/')
        len--;
    v = loa_xcalloc(1, sizeof(*v));
    v->base.ops = &channel_viber;
    v->token = loa_secret_dup(cfg->access_token);
    v->api_base = loa_xstrndup(base, len);
    v->sender_name = loa_xstrdup(cfg->sender_name);
    *out = &v->base;
    return LOA_OK;
}

static void viber_authorize(struct channel *c, struct http_req *req)
{
    const struct viber *v = (const struct viber *)c;

    http_req_secret(req, "X-Viber-Auth-Token", NULL, v->token);
}

/* Paces: 2.3 allows 500 broadcasts in 10 s, of which a hair is left free because the platform's
 * clock is not ours. No account-wide pace is published for singles nor for posts. */
const struct channel_ops channel_viber = {
    .name = "viber",
    .title = "Viber",
    .caps = CHANNEL_CAP_SINGLE | CHANNEL_CAP_BATCH | CHANNEL_CAP_POST | CHANNEL_CAP_RECEIPT |
            CHANNEL_CAP_NAME | CHANNEL_CAP_WEBHOOK_REPLY | CHANNEL_CAP_TELLS_WAYS,
    .limits = {.text = VIBER_TEXT_MAX,
               .caption = VIBER_CAPTION_MAX,
               .buttons = VIBER_KEYBOARD_ROWS,
               .button_title = VIBER_BUTTON_TEXT_MAX,
               .cards = VIBER_CARDS_MAX - 1, /* the first one is the message's own text */
               .batch = VIBER_BATCH_MAX,
               .post_text = VIBER_TEXT_MAX,
               .post_title = 0,
               .window_ms = 0,
               .singles_per_s = 49.0,
               .batches_per_s = 49.0,
               .posts_per_s = 1.0,
               .replies_burst = 20.0},
    .rules = viber_rules,
    .open = viber_open,
    .close = viber_close,
    .check = viber_check,
    .compose = viber_compose,
    .sheet = viber_sheet,
    .authorize = viber_authorize,
    .parse_reply = viber_parse_reply,
    .flow = viber_flow,
    .verify_webhook = viber_verify_webhook,
    .parse_webhook = viber_parse_webhook,
    .webhook_reply = viber_webhook_reply,
};
