/* SPDX-License-Identifier: Apache-2.0 */
/* The page on the office's own portal as a channel. It takes part in conversations and gets no
 * broadcasts: its visitors follow nobody, and most will not come back. What is composed is the line
 * that the visitor's page shows. */
#include <stdlib.h>

#include "channels/portal_private.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"
#include "messages/portal.h"

enum { TEXT_MAX = 4000 };

static enum loa_err portal_open(const struct channel_config *cfg, struct channel **out,
                                struct loa_problem *why)
{
    (void)cfg;
    (void)why;
    *out = loa_xcalloc(1, sizeof(**out));
    (*out)->ops = &channel_portal;
    return LOA_OK;
}

static void portal_close(struct channel *c)
{
    free(c);
}

static enum loa_err too_long(struct loa_problem *why, size_t length)
{
    return loa_fail(why, LOA_ELIMIT, "text",
                    "Tin dài %zu ký tự, trang trò chuyện nhận tối đa %d: hãy viết ngắn lại", length,
                    TEXT_MAX);
}

static enum loa_err portal_check(const struct msg_content *content, enum channel_way way,
                                 struct loa_problem *why)
{
    size_t length = content->text ? loa_utf8_length(content->text) : 0;

    if (way != CHANNEL_WAY_SINGLE)
        return loa_fail(
            why, LOA_EINVAL, "channels",
            "Trang trò chuyện chỉ trả lời người đang hỏi, không nhận tin gửi hàng loạt");
    if (!length && !content->n_cards && !content->image_url && !content->file_url &&
        !content->link_url)
        return loa_fail(why, LOA_EINVAL, "text", "Tin trống: hãy viết nội dung");
    return length > TEXT_MAX ? too_long(why, length) : LOA_OK;
}

static enum loa_err portal_compose(struct channel *c, const struct msg_content *content,
                                   enum channel_way way, enum channel_lane lane,
                                   struct channel_draft *out)
{
    cJSON *o = msg_content_to_json(content);

    (void)c;
    (void)way;
    (void)lane;
    *out = (struct channel_draft){.method = HTTP_POST, .content_type = "application/json"};
    splice_cut(loa_json_print(o), &out->body);
    cJSON_Delete(o);
    return LOA_OK;
}

static void portal_authorize(struct channel *c, struct http_req *req)
{
    (void)c;
    (void)req;
}

static void portal_parse_reply(struct channel *c, enum channel_way way, const struct http_reply *r,
                               struct channel_result *res, channel_failed_cb failed, void *ctx)
{
    (void)c;
    (void)way;
    (void)failed;
    (void)ctx;
    channel_result_init(res);
    if (!channel_result_of_transport(r, res))
        res->verdict = r->status == 200 ? CHANNEL_OK : CHANNEL_GIVE_UP;
}

static const struct channel_rules portal_rules[] = {
    {.source = "Không có nền tảng ở giữa: trang của chính đơn vị", .valid_from = "2026-01-01"},
    {.valid_from = NULL},
};

/* The window is the life of the conversation's cookie: whoever is written to later has no page that
 * would show it. The pace keeps a flood from filling the store. */
const struct channel_ops channel_portal = {
    .name = "portal",
    .title = "Cổng thông tin",
    .caps = CHANNEL_CAP_LOCAL,
    .limits = {.text = TEXT_MAX,
               .caption = TEXT_MAX,
               .buttons = MSG_BUTTONS_MAX,
               .button_title = 80,
               .cards = MSG_CARDS_MAX,
               .batch = 1,
               .window_ms = MSG_PORTAL_LIFE_MS,
               .singles_per_s = 200.0,
               .batches_per_s = 1.0,
               .posts_per_s = 1.0,
               .replies_burst = 200.0},
    .rules = portal_rules,
    .open = portal_open,
    .close = portal_close,
    .check = portal_check,
    .compose = portal_compose,
    .authorize = portal_authorize,
    .parse_reply = portal_parse_reply,
    .verify_webhook = portal_verify_webhook,
    .parse_webhook = portal_parse_webhook,
};
