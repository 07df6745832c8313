/* SPDX-License-Identifier: Apache-2.0 */
/* What Zalo would refuse, told to staff before they submit. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "channels/zalo_private.h"
#include "messages/base/utf8.h"

enum { NUMBER_SIZE = 32 };

static bool is_set(const char *s)
{
    return s && s[0];
}

/* 2140 as "2.140". */
static const char *dotted(size_t n, char out[NUMBER_SIZE])
{
    char digits[24];
    size_t len, at = 0;

    (void)snprintf(digits, sizeof(digits), "%zu", n);
    len = strlen(digits);
    for (size_t i = 0; i < len; i++) {
        out[at++] = digits[i];
        if (i + 1 < len && (len - 1 - i) % 3 == 0)
            out[at++] = '.';
    }
    out[at] = '\0';
    return out;
}

static enum loa_err check_length(const char *s, size_t max, const char *field, const char *what,
                                 struct loa_problem *why)
{
    char is[NUMBER_SIZE], most[NUMBER_SIZE], over[NUMBER_SIZE];
    size_t n = s ? loa_utf8_length(s) + splice_name_room(s) : 0;

    if (n <= max)
        return LOA_OK;
    return loa_fail(why, LOA_ELIMIT, field,
                    "%s dài %s ký tự, Zalo nhận tối đa %s: hãy rút bớt %s ký tự.", what,
                    dotted(n, is), dotted(max, most), dotted(n - max, over));
}

static enum loa_err check_button(const struct msg_button *b, const char *prefix, size_t i,
                                 struct loa_problem *why)
{
    char field[64];
    enum loa_err err;

    (void)snprintf(field, sizeof(field), "%sbuttons[%zu].title", prefix, i);
    if (!is_set(b->title))
        return loa_fail(why, LOA_EINVAL, field, "Nút chưa có nhãn: hãy viết nhãn cho nút.");
    err = check_length(b->title, ZALO_BUTTON_TITLE_MAX, field, "Nhãn của nút", why);
    if (err)
        return err;
    (void)snprintf(field, sizeof(field), "%sbuttons[%zu].%s", prefix, i,
                   b->kind == MSG_BUTTON_REPLY ? "reply"
                   : b->kind == MSG_BUTTON_URL ? "url"
                                               : "phone");
    if (!is_set(b->value))
        return loa_fail(why, LOA_EINVAL, field,
                        "Nút “%.60s” chưa có địa chỉ, số điện thoại hoặc câu trả lời.", b->title);
    if (b->kind == MSG_BUTTON_REPLY)
        return check_length(b->value, ZALO_QUERY_MAX, field, "Câu trả lời của nút", why);
    return LOA_OK;
}

static enum loa_err check_card(const struct msg_card *card, size_t i, struct loa_problem *why)
{
    char field[64];
    enum loa_err err;

    (void)snprintf(field, sizeof(field), "cards[%zu].title", i);
    if (!is_set(card->title))
        return loa_fail(why, LOA_EINVAL, field, "Thẻ chưa có tiêu đề: hãy viết tiêu đề cho thẻ.");
    err = check_length(card->title, ZALO_CARD_TITLE_MAX, field, "Tiêu đề của thẻ", why);
    if (err)
        return err;
    (void)snprintf(field, sizeof(field), "cards[%zu].subtitle", i);
    err = check_length(card->subtitle, ZALO_CARD_SUBTITLE_MAX, field, "Phụ đề của thẻ", why);
    (void)snprintf(field, sizeof(field), "cards[%zu].", i);
    for (size_t k = 0; !err && k < card->n_buttons; k++)
        err = check_button(&card->buttons[k], field, k, why);
    return err;
}

static enum loa_err check_parts(const struct msg_content *content, struct loa_problem *why)
{
    enum loa_err err = LOA_OK;

    for (size_t i = 0; !err && i < content->n_buttons; i++)
        err = check_button(&content->buttons[i], "", i, why);
    for (size_t i = 0; !err && i < content->n_cards; i++)
        err = check_card(&content->cards[i], i, why);
    return err;
}

/* Width and height are required for an animated picture, and nobody knows them. */
static enum loa_err check_picture(const struct msg_content *content, struct loa_problem *why)
{
    if (!is_set(content->image_url) || zalo_has_picture(content))
        return LOA_OK;
    return loa_fail(why, LOA_EINVAL, "image",
                    "Zalo chỉ nhận ảnh JPG hoặc PNG, tối đa 1 MB: hãy thay ảnh GIF này bằng ảnh "
                    "JPG hoặc PNG.");
}

static enum loa_err check_single(const struct msg_content *content, struct loa_problem *why)
{
    struct zalo_plan plan;
    enum loa_err err = check_length(content->text, ZALO_TEXT_MAX, "text", "Văn bản", why);

    if (err || (err = check_picture(content, why)) || (err = check_parts(content, why)))
        return err;
    zalo_plan_make(content, &plan);
    if (plan.form == ZALO_FORM_TEXT && !plan.text.len)
        err = loa_fail(why, LOA_EINVAL, "text", "Tin nhắn chưa có nội dung: hãy viết văn bản.");
    else if (plan.form == ZALO_FORM_BUTTONS && !plan.text.len)
        err = loa_fail(why, LOA_EINVAL, "text",
                       "Zalo không nhận tin chỉ có nút: hãy viết văn bản đi kèm các nút.");
    else if (plan.form != ZALO_FORM_LIST)
        err = check_length(loa_buf_str(&plan.text), ZALO_TEXT_MAX, "text",
                           "Văn bản cùng các liên kết, nút và thẻ viết thành chữ", why);
    zalo_plan_release(&plan);
    return err;
}

static enum loa_err check_post(const struct msg_content *content, struct loa_problem *why)
{
    enum loa_err err;

    if (!is_set(content->text))
        return loa_fail(why, LOA_EINVAL, "text", "Bài viết chưa có nội dung: hãy viết văn bản.");
    if (!is_set(content->image_url))
        return loa_fail(why, LOA_EINVAL, "image",
                        "Bài viết trên Zalo bắt buộc có ảnh bìa: hãy chọn một ảnh JPG hoặc PNG, "
                        "tối đa 1 MB.");
    if (zalo_attachment_id(content->image_url))
        return loa_fail(why, LOA_EINVAL, "image",
                        "Ảnh bìa của bài viết trên Zalo phải là một địa chỉ trên mạng "
                        "(https://...), không dùng được ảnh đã tải lên cho tin nhắn.");
    err = check_picture(content, why);
    if (!err)
        err = check_length(content->title, ZALO_ARTICLE_TITLE_MAX, "title", "Tiêu đề", why);
    if (!err)
        err = check_length(content->text, ZALO_ARTICLE_TEXT_MAX, "text", "Văn bản", why);
    return err ? err : check_parts(content, why);
}

enum loa_err zalo_check(const struct msg_content *content, enum channel_way way,
                        struct loa_problem *why)
{
    switch (way) {
    case CHANNEL_WAY_SINGLE:
        return check_single(content, why);
    case CHANNEL_WAY_POST:
        return check_post(content, why);
    case CHANNEL_WAY_BATCH:
        break;
    }
    return loa_fail(why, LOA_EINVAL, "",
                    "Zalo không gửi được một yêu cầu cho nhiều người: hãy gửi từng người hoặc "
                    "đăng bài viết.");
}
