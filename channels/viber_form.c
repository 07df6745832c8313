/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "channels/viber_private.h"
#include "messages/base/utf8.h"

const char *const viber_picture_extensions[] = {".jpg", ".jpeg", ".png", ".gif", NULL};
const char *const viber_card_extensions[] = {".jpg", ".jpeg", ".png", NULL};

static bool has(const char *s)
{
    return s && s[0];
}

size_t viber_units(const char *s)
{
    return has(s) ? loa_utf8_length_utf16(s) + splice_name_room(s) : 0;
}

bool viber_is_web(const char *url)
{
    return url && (strncasecmp(url, "https://", 8) == 0 || strncasecmp(url, "http://", 7) == 0);
}

bool viber_has_extension(const char *url, const char *const *extensions)
{
    size_t len = strcspn(url, "?#");

    for (; *extensions; extensions++) {
        size_t n = strlen(*extensions);

        if (len > n && strncasecmp(url + len - n, *extensions, n) == 0)
            return true;
    }
    return false;
}

/* ---- lines for what the platform lacks ----------------------------------------------------- */

static void new_line(struct loa_buf *out)
{
    if (out->len && out->data[out->len - 1] != '\n')
        loa_buf_addc(out, '\n');
}

static void new_paragraph(struct loa_buf *out)
{
    if (out->len) {
        new_line(out);
        loa_buf_addc(out, '\n');
    }
}

/* Nobody can write to a channel, so there a reply button has no meaning and is left out. */
static void add_button_line(struct loa_buf *out, const struct msg_button *b, enum channel_way way)
{
    if (b->kind == MSG_BUTTON_REPLY && way == CHANNEL_WAY_POST)
        return;
    new_line(out);
    switch (b->kind) {
    case MSG_BUTTON_REPLY:
        if (strcmp(b->title, b->value) == 0)
            loa_buf_addf(out, "• Nhắn “%s”", b->value);
        else
            loa_buf_addf(out, "• %s: nhắn “%s”", b->title, b->value);
        break;
    case MSG_BUTTON_URL:
    case MSG_BUTTON_PHONE:
        loa_buf_addf(out, "• %s: %s", b->title, b->value);
        break;
    }
}

static void add_card_lines(struct loa_buf *out, const struct msg_card *card, enum channel_way way)
{
    new_paragraph(out);
    loa_buf_adds(out, has(card->title) ? card->title : "");
    if (has(card->subtitle)) {
        new_line(out);
        loa_buf_adds(out, card->subtitle);
    }
    if (has(card->url)) {
        new_line(out);
        loa_buf_adds(out, card->url);
    }
    for (size_t i = 0; i < card->n_buttons; i++)
        add_button_line(out, &card->buttons[i], way);
}

static void add_button_lines(struct loa_buf *out, const struct msg_content *m, enum channel_way way)
{
    int columns[MSG_BUTTONS_MAX];
    bool first = true;

    viber_keyboard_layout(m, way, columns);
    for (size_t i = 0; i < m->n_buttons; i++) {
        if (columns[i] || (way == CHANNEL_WAY_POST && m->buttons[i].kind == MSG_BUTTON_REPLY))
            continue;
        if (first)
            new_paragraph(out);
        first = false;
        add_button_line(out, &m->buttons[i], way);
    }
}

/* ---- the text ------------------------------------------------------------------------------ */

/* A post has no headline of its own on Viber, so it becomes the first line. */
static void add_words(struct loa_buf *out, const struct msg_content *m, enum channel_way way)
{
    const bool headline = has(m->title) && (way == CHANNEL_WAY_POST || !has(m->text));

    if (headline && !(has(m->text) && strncmp(m->text, m->title, strlen(m->title)) == 0)) {
        loa_buf_adds(out, m->title);
        if (has(m->text))
            loa_buf_adds(out, "\n\n");
    }
    if (has(m->text))
        loa_buf_adds(out, m->text);
}

static void add_file_and_picture(struct loa_buf *out, const struct msg_content *m,
                                 enum viber_form form)
{
    if (has(m->file_url) && form != VIBER_FILE) {
        new_paragraph(out);
        loa_buf_addf(out, "Tệp đính kèm: %s\n%s", has(m->file_name) ? m->file_name : "",
                     m->file_url);
    }
    if (viber_is_web(m->image_url) && form == VIBER_TEXT) {
        new_paragraph(out);
        loa_buf_addf(out, "Ảnh: %s", m->image_url);
    }
}

void viber_render(const struct msg_content *m, enum channel_way way, enum viber_form form,
                  struct loa_buf *out)
{
    add_words(out, m, way);
    if (form == VIBER_PICTURE && !out->len && has(m->image_alt))
        loa_buf_adds(out, m->image_alt);
    for (size_t i = 0; i < m->n_cards; i++)
        add_card_lines(out, &m->cards[i], way);
    if (has(m->link_url) && form != VIBER_URL && !(has(m->text) && strstr(m->text, m->link_url))) {
        new_paragraph(out);
        loa_buf_adds(out, m->link_url);
    }
    add_file_and_picture(out, m, form);
    add_button_lines(out, m, way);
}

/* A file and a bare link carry no words: they may be used only when there are none to carry. */
static bool has_words(const struct msg_content *m, enum channel_way way)
{
    struct loa_buf words;
    bool any;

    loa_buf_init(&words, 0);
    add_words(&words, m, way);
    add_button_lines(&words, m, way);
    any = words.len > 0 || m->n_cards > 0;
    loa_buf_release(&words);
    return any;
}

enum viber_form viber_form_of(const struct msg_content *m, enum channel_way way)
{
    if (m->n_cards && way != CHANNEL_WAY_POST && viber_cards_fit(m))
        return VIBER_CARDS;
    if (viber_is_web(m->image_url))
        return VIBER_PICTURE;
    if ((!has(m->file_url) && !has(m->link_url)) || has_words(m, way))
        return VIBER_TEXT;
    if (has(m->file_url))
        return has(m->link_url) ? VIBER_TEXT : VIBER_FILE;
    return VIBER_URL;
}
