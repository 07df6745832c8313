/* SPDX-License-Identifier: Apache-2.0 */
/* How a content is shown in one Zalo message. There is one attachment a message, so a picture,
 * buttons and cards exclude each other: the first that fits is kept as such and the rest becomes
 * lines of text that a person can follow (an address to tap, words to send). */
#include <string.h>
#include <strings.h>

#include "channels/zalo_private.h"
#include "messages/base/utf8.h"

static bool is_set(const char *s)
{
    return s && s[0];
}

static bool is_gif(const char *url)
{
    size_t n = strcspn(url, "?#");

    return n >= 4 && strncasecmp(url + n - 4, ".gif", 4) == 0;
}

const char *zalo_attachment_id(const char *image_url)
{
    const size_t n = sizeof(ZALO_ATTACHMENT) - 1;

    return strncmp(image_url, ZALO_ATTACHMENT, n) == 0 ? image_url + n : NULL;
}

bool zalo_has_picture(const struct msg_content *content)
{
    return is_set(content->image_url) && !is_gif(content->image_url);
}

void zalo_new_line(struct loa_buf *text)
{
    if (text->len && text->data[text->len - 1] != '\n')
        loa_buf_addc(text, '\n');
}

static void add_line(struct loa_buf *text, const char *title, const char *value)
{
    zalo_new_line(text);
    if (is_set(title)) {
        loa_buf_adds(text, title);
        loa_buf_adds(text, ": ");
    }
    loa_buf_adds(text, value);
}

void zalo_add_links(const struct msg_content *content, struct loa_buf *text)
{
    if (is_set(content->image_url) && is_gif(content->image_url))
        add_line(text, "Hình ảnh", content->image_url);
    if (is_set(content->link_url))
        add_line(text, NULL, content->link_url);
    /* A file needs a token from an upload (section 3.1), so its address must do. */
    if (is_set(content->file_url)) {
        zalo_new_line(text);
        loa_buf_adds(text, "Tệp đính kèm");
        if (is_set(content->file_name)) {
            loa_buf_addc(text, ' ');
            loa_buf_adds(text, content->file_name);
        }
        loa_buf_adds(text, ": ");
        loa_buf_adds(text, content->file_url);
    }
}

void zalo_add_button_line(const struct msg_button *b, struct loa_buf *text)
{
    zalo_new_line(text);
    loa_buf_adds(text, "• ");
    loa_buf_adds(text, b->title ? b->title : "");
    switch (b->kind) {
    case MSG_BUTTON_URL:
    case MSG_BUTTON_PHONE:
        loa_buf_adds(text, ": ");
        loa_buf_adds(text, b->value ? b->value : "");
        break;
    case MSG_BUTTON_REPLY:
        loa_buf_adds(text, " (nhắn: ");
        loa_buf_adds(text, b->value ? b->value : "");
        loa_buf_addc(text, ')');
        break;
    }
}

void zalo_add_card_lines(const struct msg_card *card, struct loa_buf *text)
{
    if (text->len)
        loa_buf_adds(text, text->data[text->len - 1] == '\n' ? "\n" : "\n\n");
    loa_buf_adds(text, card->title ? card->title : "");
    if (is_set(card->subtitle))
        add_line(text, NULL, card->subtitle);
    if (is_set(card->url))
        add_line(text, NULL, card->url);
    for (size_t i = 0; i < card->n_buttons; i++)
        zalo_add_button_line(&card->buttons[i], text);
}

/* ---- list ---- */

/* The text can head a list if its first line is a title and the rest a subtitle. */
static bool fits_lead(const char *text)
{
    size_t line = strcspn(text, "\n");

    return line > 0 && loa_utf8_cut(text, ZALO_CARD_TITLE_MAX) >= line &&
           loa_utf8_length(text + line) + splice_name_room(text + line) <= ZALO_CARD_SUBTITLE_MAX;
}

/* How many buttons of a card a tap on the card itself does not stand for. */
static size_t spare_buttons(const struct msg_card *card)
{
    return card->n_buttons - (!is_set(card->url) && card->n_buttons ? 1 : 0);
}

/* Buttons stand below the whole list, so those of a card make sense only if it is the only one.
 * False if they do not fit. */
static bool collect_list_buttons(const struct msg_content *content, struct zalo_plan *p)
{
    const struct msg_card *card = &content->cards[0];
    size_t spare = spare_buttons(card);

    for (size_t i = 1; i < content->n_cards; i++) {
        if (spare + spare_buttons(&content->cards[i]) > 0)
            return false;
    }
    if (content->n_buttons + spare > ZALO_BUTTONS_MAX)
        return false;
    for (size_t i = 0; i < content->n_buttons; i++)
        p->buttons[p->n_buttons++] = &content->buttons[i];
    for (size_t i = card->n_buttons - spare; i < card->n_buttons; i++)
        p->buttons[p->n_buttons++] = &card->buttons[i];
    return true;
}

static bool plan_list(const struct msg_content *content, struct zalo_plan *p)
{
    bool lead = p->text.len > 0;

    if (!content->n_cards || content->n_cards + (lead ? 1 : 0) > ZALO_CARDS_MAX)
        return false;
    if (lead ? !fits_lead(loa_buf_str(&p->text)) : is_set(content->image_url))
        return false;
    if (lead && is_set(content->image_url) && zalo_attachment_id(content->image_url))
        return false; /* an element takes an address only */
    if (!collect_list_buttons(content, p))
        return false;
    p->form = ZALO_FORM_LIST;
    p->lead = lead;
    return true;
}

/* ---- all forms ---- */

void zalo_plan_make(const struct msg_content *content, struct zalo_plan *out)
{
    size_t i = 0;

    *out = (struct zalo_plan){.form = ZALO_FORM_TEXT};
    loa_buf_adds(&out->text, is_set(content->text) ? content->text : "");
    /* A message of buttons alone needs words above them. */
    if (!out->text.len && content->n_buttons && is_set(content->title))
        loa_buf_adds(&out->text, content->title);
    zalo_add_links(content, &out->text);
    if (plan_list(content, out))
        return;
    for (size_t k = 0; k < content->n_cards; k++)
        zalo_add_card_lines(&content->cards[k], &out->text);
    if (zalo_has_picture(content)) {
        out->form = ZALO_FORM_MEDIA;
    } else if (content->n_buttons) {
        out->form = ZALO_FORM_BUTTONS;
        for (; i < content->n_buttons && i < ZALO_BUTTONS_MAX; i++)
            out->buttons[out->n_buttons++] = &content->buttons[i];
    }
    for (; i < content->n_buttons; i++)
        zalo_add_button_line(&content->buttons[i], &out->text);
}

void zalo_plan_release(struct zalo_plan *p)
{
    loa_buf_release(&p->text);
    *p = (struct zalo_plan){0};
}
