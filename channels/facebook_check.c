/* SPDX-License-Identifier: Apache-2.0 */
/* Content against the limits of Messenger and of a Page's feed, in words for the staff. */
#include "channels/facebook_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/utf8.h"

static bool is_set(const char *s)
{
    return s && s[0];
}

/* "2.140", as numbers are written in Vietnam. */
struct number {
    char text[32];
};

static struct number number(size_t v)
{
    struct number out;
    char digits[24];
    size_t n, at = 0;

    (void)snprintf(digits, sizeof(digits), "%zu", v);
    n = strlen(digits);
    for (size_t i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            out.text[at++] = '.';
        out.text[at++] = digits[i];
    }
    out.text[at] = '\0';
    return out;
}

static enum loa_err too_long(struct loa_problem *why, const char *field, const char *what,
                             const char *where, size_t length, size_t max)
{
    return loa_fail(why, LOA_ELIMIT, field,
                    "%s dài %s ký tự, %s nhận tối đa %s: hãy rút bớt %s ký tự.", what,
                    number(length).text, where, number(max).text, number(length - max).text);
}

static enum loa_err check_button(const struct msg_button *b, const char *field,
                                 struct loa_problem *why)
{
    const size_t title = facebook_length(b->title), value = facebook_length(b->value);
    char at[64];

    (void)snprintf(at, sizeof(at), "%s.title", field);
    if (!title)
        return loa_fail(why, LOA_EINVAL, at, "Nút chưa có chữ: hãy ghi chữ trên nút.");
    if (title > FACEBOOK_TITLE)
        return too_long(why, at, "Chữ trên nút", "Messenger", title, FACEBOOK_TITLE);
    if (b->kind == MSG_BUTTON_REPLY && value > FACEBOOK_PAYLOAD) {
        (void)snprintf(at, sizeof(at), "%s.reply", field);
        return too_long(why, at, "Nội dung nút gửi về", "Messenger", value, FACEBOOK_PAYLOAD);
    }
    return LOA_OK;
}

static enum loa_err check_card(const struct msg_card *card, size_t index, struct loa_problem *why)
{
    const size_t title = facebook_length(card->title), subtitle = facebook_length(card->subtitle);
    char field[64];
    enum loa_err err = LOA_OK;

    (void)snprintf(field, sizeof(field), "cards.%zu.title", index);
    if (!title)
        return loa_fail(why, LOA_EINVAL, field, "Thẻ chưa có tiêu đề: hãy ghi tiêu đề của thẻ.");
    if (title > FACEBOOK_ELEMENT)
        return too_long(why, field, "Tiêu đề thẻ", "Messenger", title, FACEBOOK_ELEMENT);
    (void)snprintf(field, sizeof(field), "cards.%zu.subtitle", index);
    if (subtitle > FACEBOOK_ELEMENT)
        return too_long(why, field, "Dòng phụ của thẻ", "Messenger", subtitle, FACEBOOK_ELEMENT);
    for (size_t i = 0; !err && i < card->n_buttons; i++) {
        (void)snprintf(field, sizeof(field), "cards.%zu.buttons.%zu", index, i);
        err = check_button(&card->buttons[i], field, why);
    }
    return err;
}

static enum loa_err check_file(const struct msg_content *c, struct loa_problem *why)
{
    if (!is_set(c->file_url) || c->file_size <= FACEBOOK_FILE_BYTES)
        return LOA_OK;
    return loa_fail(why, LOA_ELIMIT, "file",
                    "Tệp nặng %.1f MB, Messenger nhận tối đa 25 MB: hãy nén tệp hoặc gửi đường "
                    "dẫn tải về.",
                    (double)c->file_size / (1024 * 1024));
}

static bool says_something(const struct msg_content *c)
{
    return is_set(c->text) || is_set(c->title) || is_set(c->image_url) || is_set(c->link_url);
}

/* Buttons and addresses that Messenger has no place for are written below the text. */
static enum loa_err check_whole(const struct msg_content *c, struct loa_problem *why)
{
    cJSON *message = facebook_message(c);
    const size_t length = facebook_length(loa_json_str(message, "text"));

    cJSON_Delete(message);
    if (length <= FACEBOOK_TEXT_HARD)
        return LOA_OK;
    return too_long(why, "text", "Văn bản cùng các đường dẫn ghi kèm", "Messenger", length,
                    FACEBOOK_TEXT_HARD);
}

static enum loa_err check_utility(const struct msg_utility *u, struct loa_problem *why)
{
    char field[64];

    for (size_t i = 0; u->name && i < u->n_params; i++) {
        if (is_set(u->params[i]))
            continue;
        (void)snprintf(field, sizeof(field), "utility.params.%zu", i);
        return loa_fail(why, LOA_EINVAL, field,
                        "Mẫu tin «%s» còn thiếu giá trị thứ %zu: hãy điền vào.", u->name, i + 1);
    }
    return LOA_OK;
}

static enum loa_err check_single(const struct msg_content *c, struct loa_problem *why)
{
    const size_t text = facebook_length(c->text);
    enum loa_err err = LOA_OK;
    char field[64];

    if (!says_something(c) && !is_set(c->file_url) && !c->n_cards && !c->utility.name)
        return loa_fail(why, LOA_EINVAL, "text", "Tin chưa có nội dung: hãy viết văn bản.");
    if (text > FACEBOOK_TEXT)
        return too_long(why, "text", "Văn bản", "Messenger", text, FACEBOOK_TEXT);
    for (size_t i = 0; !err && i < c->n_buttons; i++) {
        (void)snprintf(field, sizeof(field), "buttons.%zu", i);
        err = check_button(&c->buttons[i], field, why);
    }
    for (size_t i = 0; !err && i < c->n_cards; i++)
        err = check_card(&c->cards[i], i, why);
    if (!err)
        err = check_file(c, why);
    if (!err)
        err = check_utility(&c->utility, why);
    return err ? err : check_whole(c, why);
}

static enum loa_err check_post(const struct msg_content *c, struct loa_problem *why)
{
    char *text;
    size_t length;

    if (!says_something(c) && !is_set(c->file_url) && !c->n_cards)
        return loa_fail(why, LOA_EINVAL, "text", "Bài đăng chưa có nội dung: hãy viết văn bản.");
    text = facebook_post_text(c);
    length = facebook_length(text);
    free(text);
    if (length > FACEBOOK_POST_TEXT)
        return too_long(why, "text", "Bài đăng", "Trang Facebook", length, FACEBOOK_POST_TEXT);
    return LOA_OK;
}

enum loa_err facebook_check(const struct msg_content *content, enum channel_way way,
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
    return loa_fail(why, LOA_EINVAL, "", "Messenger không có cách gửi theo lô.");
}
