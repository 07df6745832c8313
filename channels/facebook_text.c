/* SPDX-License-Identifier: Apache-2.0 */
/* Content as plain text, for what neither a message nor a post of Facebook can carry otherwise:
 * nothing that staff wrote is lost, at worst it is less handsome. */
#include "channels/facebook_private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/buf.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"

static bool is_set(const char *s)
{
    return s && s[0];
}

size_t facebook_length(const char *s)
{
    return s ? loa_utf8_length_utf16(s) + splice_name_room(s) : 0;
}

bool facebook_phone(const char *number, char *buf, size_t size)
{
    size_t n = 0, digits;

    if (!number || size < 20)
        return false;
    for (const char *p = number; *p; p++) {
        if (strchr(" .-()", *p))
            continue;
        if (n == 16 || !(isdigit((unsigned char)*p) || (*p == '+' && n == 0)))
            return false;
        if (n == 0 && *p == '0') {
            memcpy(buf, "+84", 3);
            n = 3;
        } else {
            buf[n++] = *p;
        }
    }
    buf[n] = '\0';
    digits = n ? n - 1 : 0;
    return n > 0 && buf[0] == '+' && digits >= 8 && digits <= 15;
}

bool facebook_is_link(const struct msg_button *b)
{
    return b->kind != MSG_BUTTON_REPLY;
}

/* Starts a line, unless it is the first. */
static void line(struct loa_buf *out)
{
    if (out->len)
        loa_buf_addc(out, '\n');
}

static void add_labelled(struct loa_buf *out, const char *label, const char *value)
{
    line(out);
    loa_buf_addf(out, "%s: %s", label, value);
}

static void add_link_buttons(struct loa_buf *out, const struct msg_button *buttons, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (facebook_is_link(&buttons[i]) && is_set(buttons[i].value))
            add_labelled(out, buttons[i].title ? buttons[i].title : "", buttons[i].value);
    }
}

static void add_replies(struct loa_buf *out, const struct msg_content *c)
{
    bool any = false;

    for (size_t i = 0; i < c->n_buttons; i++) {
        if (facebook_is_link(&c->buttons[i]) || !is_set(c->buttons[i].title))
            continue;
        if (!any)
            line(out);
        loa_buf_addf(out, "%s«%s»", any ? ", " : "Nhắn ", c->buttons[i].title);
        any = true;
    }
    if (any)
        loa_buf_adds(out, " cho Trang.");
}

static void add_card(struct loa_buf *out, const struct msg_card *card)
{
    line(out);
    loa_buf_addf(out, "\n• %s", card->title ? card->title : "");
    if (is_set(card->subtitle))
        loa_buf_addf(out, "\n%s", card->subtitle);
    if (is_set(card->url))
        loa_buf_addf(out, "\n%s", card->url);
    else if (is_set(card->image_url))
        loa_buf_addf(out, "\n%s", card->image_url);
    add_link_buttons(out, card->buttons, card->n_buttons);
}

static void add_image(struct loa_buf *out, const struct msg_content *c)
{
    line(out);
    if (is_set(c->image_alt))
        loa_buf_addf(out, "Hình ảnh (%s): %s", c->image_alt, c->image_url);
    else
        loa_buf_addf(out, "Hình ảnh: %s", c->image_url);
}

char *facebook_flat_text(const struct msg_content *c, unsigned parts)
{
    struct loa_buf out;

    loa_buf_init(&out, 0);
    if (is_set(c->title) && (parts & FACEBOOK_PART_HEADLINE || !is_set(c->text)))
        loa_buf_adds(&out, c->title);
    if (is_set(c->text)) {
        if (out.len)
            loa_buf_adds(&out, "\n\n");
        loa_buf_adds(&out, c->text);
    }
    if (parts & FACEBOOK_PART_LINK && is_set(c->link_url)) {
        line(&out);
        loa_buf_adds(&out, c->link_url);
    }
    if (is_set(c->file_url))
        add_labelled(&out, is_set(c->file_name) ? c->file_name : "Tệp đính kèm", c->file_url);
    if (parts & FACEBOOK_PART_IMAGE && is_set(c->image_url))
        add_image(&out, c);
    for (size_t i = 0; parts & FACEBOOK_PART_CARDS && i < c->n_cards; i++)
        add_card(&out, &c->cards[i]);
    if (parts & FACEBOOK_PART_BUTTONS)
        add_link_buttons(&out, c->buttons, c->n_buttons);
    if (parts & FACEBOOK_PART_REPLIES)
        add_replies(&out, c);
    return loa_buf_take(&out);
}

char *facebook_post_text(const struct msg_content *c)
{
    const bool is_photo = is_set(c->image_url);
    unsigned parts = FACEBOOK_PART_HEADLINE | FACEBOOK_PART_CARDS | FACEBOOK_PART_BUTTONS |
                     FACEBOOK_PART_REPLIES;
    struct loa_buf out;
    char *text;
    const char *at, *mark;

    /* A post has either a photo or a link card; beside a photo the link is a line of the text. */
    text = facebook_flat_text(c, is_photo ? parts | FACEBOOK_PART_LINK : parts);
    loa_buf_init(&out, 0);
    for (at = text; (mark = strstr(at, SPLICE_NAME)) != NULL; at = mark + sizeof(SPLICE_NAME) - 1) {
        loa_buf_add(&out, at, (size_t)(mark - at));
        loa_buf_adds(&out, MSG_NAME_NEUTRAL);
    }
    loa_buf_adds(&out, at);
    free(text);
    return loa_buf_take(&out);
}
