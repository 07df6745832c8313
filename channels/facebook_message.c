/* SPDX-License-Identifier: Apache-2.0 */
/* Content as one message of the Send API. One call carries one message, so text, picture and
 * buttons must share a form. The most faithful one that fits is taken, in this order:
 *   cards                       -> generic template; short text leads as a card of its own
 *   picture alone               -> image attachment
 *   picture and short text      -> generic template with one element
 *   file alone                  -> file attachment
 *   text with 1-3 link buttons  -> button template
 *   anything else               -> text, with addresses as lines
 * Reply buttons become quick replies below any of these. */
#include "channels/facebook_private.h"

#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"

static bool is_set(const char *s)
{
    return s && s[0];
}

/* Adds a member cut to `max` code points, for titles that were not checked (built in code). */
static void add_cut(cJSON *o, const char *key, const char *value, size_t max)
{
    char *text;

    if (!value || loa_utf8_length(value) <= max) {
        loa_json_add_str(o, key, value);
        return;
    }
    text = loa_xasprintf("%.*s…", (int)loa_utf8_cut(value, max - 1), value);
    loa_json_add_str(o, key, text);
    free(text);
}

/* ---- buttons --------------------------------------------------------------------------- */

/* NULL when the button has no form here (a number that cannot be called). */
static cJSON *button(const struct msg_button *b)
{
    cJSON *o = cJSON_CreateObject();
    char phone[24];

    switch (b->kind) {
    case MSG_BUTTON_URL:
        cJSON_AddStringToObject(o, "type", "web_url");
        loa_json_add_str(o, "url", b->value);
        break;
    case MSG_BUTTON_PHONE:
        if (!facebook_phone(b->value, phone, sizeof(phone))) {
            cJSON_Delete(o);
            return NULL;
        }
        cJSON_AddStringToObject(o, "type", "phone_number");
        cJSON_AddStringToObject(o, "payload", phone);
        break;
    case MSG_BUTTON_REPLY:
        cJSON_AddStringToObject(o, "type", "postback");
        loa_json_add_str(o, "payload", is_set(b->value) ? b->value : b->title);
        break;
    }
    add_cut(o, "title", b->title, FACEBOOK_TITLE);
    return o;
}

/* Adds "buttons" with those of the wanted sort. */
static void add_buttons(cJSON *o, const struct msg_button *buttons, size_t n, bool links_only)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; i < n && cJSON_GetArraySize(list) < FACEBOOK_LINK_BUTTONS; i++) {
        cJSON *b = links_only && !facebook_is_link(&buttons[i]) ? NULL : button(&buttons[i]);

        if (b)
            cJSON_AddItemToArray(list, b);
    }
    if (cJSON_GetArraySize(list))
        cJSON_AddItemToObject(o, "buttons", list);
    else
        cJSON_Delete(list);
}

/* Link buttons that fit as buttons: none, or all of them. */
struct links {
    size_t n;
    bool fit;
};

static struct links count_links(const struct msg_content *c)
{
    struct links l = {.fit = true};
    char phone[24];

    for (size_t i = 0; i < c->n_buttons; i++) {
        const struct msg_button *b = &c->buttons[i];

        if (!facebook_is_link(b))
            continue;
        l.n++;
        if (b->kind == MSG_BUTTON_PHONE && !facebook_phone(b->value, phone, sizeof(phone)))
            l.fit = false;
    }
    l.fit = l.fit && l.n <= FACEBOOK_LINK_BUTTONS;
    return l;
}

static void add_quick_reply(cJSON *list, const struct msg_button *b)
{
    cJSON *o;

    if (facebook_is_link(b) || cJSON_GetArraySize(list) == FACEBOOK_QUICK_REPLIES)
        return;
    o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "content_type", "text");
    add_cut(o, "title", b->title, FACEBOOK_TITLE);
    loa_json_add_str(o, "payload", is_set(b->value) ? b->value : b->title);
    cJSON_AddItemToArray(list, o);
}

/* Cards bring theirs as well when they were written out as text. */
static void add_quick_replies(cJSON *message, const struct msg_content *c, bool cards_too)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; i < c->n_buttons; i++)
        add_quick_reply(list, &c->buttons[i]);
    for (size_t i = 0; cards_too && i < c->n_cards; i++) {
        for (size_t k = 0; k < c->cards[i].n_buttons; k++)
            add_quick_reply(list, &c->cards[i].buttons[k]);
    }
    if (cJSON_GetArraySize(list))
        cJSON_AddItemToObject(message, "quick_replies", list);
    else
        cJSON_Delete(list);
}

/* ---- templates and attachments --------------------------------------------------------- */

static cJSON *attachment(const char *type, cJSON *payload)
{
    cJSON *message = cJSON_CreateObject();
    cJSON *a = cJSON_AddObjectToObject(message, "attachment");

    cJSON_AddStringToObject(a, "type", type);
    cJSON_AddItemToObject(a, "payload", payload);
    return message;
}

static cJSON *file_message(const char *type, const char *url)
{
    cJSON *payload = cJSON_CreateObject();

    cJSON_AddStringToObject(payload, "url", url);
    return attachment(type, payload);
}

static cJSON *generic_message(cJSON *elements)
{
    cJSON *payload = cJSON_CreateObject();

    cJSON_AddStringToObject(payload, "template_type", "generic");
    cJSON_AddItemToObject(payload, "elements", elements);
    return attachment("template", payload);
}

static cJSON *element(const char *title, const char *subtitle, const char *image, const char *url)
{
    cJSON *o = cJSON_CreateObject();

    add_cut(o, "title", title, FACEBOOK_ELEMENT);
    add_cut(o, "subtitle", subtitle, FACEBOOK_ELEMENT);
    loa_json_add_str(o, "image_url", image);
    if (is_set(url)) {
        cJSON *action = cJSON_AddObjectToObject(o, "default_action");

        cJSON_AddStringToObject(action, "type", "web_url");
        cJSON_AddStringToObject(action, "url", url);
    }
    return o;
}

/* The text as the two lines of an element. Both NULL when it does not fit there. */
struct lead {
    char *title, *subtitle;
};

static struct lead lead_of(const struct msg_content *c)
{
    const char *text = is_set(c->text) ? c->text : c->title;
    struct lead lead = {NULL, NULL};
    size_t first;
    const char *rest;

    if (!text || !text[0])
        return lead;
    if (is_set(c->text) && is_set(c->title) && facebook_length(c->title) <= FACEBOOK_ELEMENT &&
        facebook_length(c->text) <= FACEBOOK_ELEMENT) {
        lead.title = loa_xstrdup(c->title);
        lead.subtitle = loa_xstrdup(c->text);
        return lead;
    }
    if (facebook_length(text) <= FACEBOOK_ELEMENT) {
        lead.title = loa_xstrdup(text);
        return lead;
    }
    first = strcspn(text, "\n");
    rest = text + first + strspn(text + first, "\n");
    lead.title = loa_xstrndup(text, first);
    if (!first || !rest[0] || facebook_length(lead.title) > FACEBOOK_ELEMENT ||
        facebook_length(rest) > FACEBOOK_ELEMENT) {
        free(lead.title);
        lead.title = NULL;
        return lead;
    }
    lead.subtitle = loa_xstrdup(rest);
    return lead;
}

/* An element needs one property besides its title. */
static bool card_is_whole(const struct msg_card *card)
{
    char phone[24];

    if (facebook_length(card->title) > FACEBOOK_ELEMENT ||
        facebook_length(card->subtitle) > FACEBOOK_ELEMENT || !is_set(card->title))
        return false;
    for (size_t i = 0; i < card->n_buttons; i++) {
        if (card->buttons[i].kind == MSG_BUTTON_PHONE &&
            !facebook_phone(card->buttons[i].value, phone, sizeof(phone)))
            return false;
    }
    return is_set(card->subtitle) || is_set(card->image_url) || is_set(card->url) ||
           card->n_buttons > 0;
}

/* NULL when something would be lost: then the cards are written out. */
static cJSON *carousel(const struct msg_content *c)
{
    const struct links links = count_links(c);
    const bool alone =
        !is_set(c->text) && !is_set(c->title) && !is_set(c->image_url) && !is_set(c->link_url);
    struct lead lead = lead_of(c);
    cJSON *elements, *first;
    bool fits = !is_set(c->file_url) && c->n_cards + !alone <= FACEBOOK_ELEMENTS && links.fit &&
                (alone ? links.n == 0 : lead.title != NULL);

    for (size_t i = 0; i < c->n_cards; i++)
        fits = fits && card_is_whole(&c->cards[i]);
    if (!fits) {
        free(lead.title);
        free(lead.subtitle);
        return NULL;
    }
    elements = cJSON_CreateArray();
    if (!alone) {
        first = element(lead.title, lead.subtitle, c->image_url, c->link_url);
        add_buttons(first, c->buttons, c->n_buttons, true);
        if (cJSON_GetArraySize(first) == 1)
            cJSON_AddStringToObject(first, "subtitle", "Vuốt sang để xem tiếp");
        cJSON_AddItemToArray(elements, first);
    }
    for (size_t i = 0; i < c->n_cards; i++) {
        const struct msg_card *card = &c->cards[i];
        cJSON *o = element(card->title, card->subtitle, card->image_url, card->url);

        add_buttons(o, card->buttons, card->n_buttons, false);
        cJSON_AddItemToArray(elements, o);
    }
    free(lead.title);
    free(lead.subtitle);
    return generic_message(elements);
}

/* A picture with its text, NULL when they do not fit into one element. */
static cJSON *picture(const struct msg_content *c)
{
    const struct links links = count_links(c);
    struct lead lead;
    cJSON *elements, *o;

    if (!is_set(c->image_url) || is_set(c->file_url) || c->n_cards || !links.fit)
        return NULL;
    lead = lead_of(c);
    if (!lead.title && !is_set(c->text) && !is_set(c->title)) {
        if (!links.n && !is_set(c->link_url))
            return file_message("image", c->image_url);
        lead.title = loa_xstrdup(is_set(c->image_alt) ? c->image_alt : "Hình ảnh");
    }
    if (!lead.title)
        return NULL;
    elements = cJSON_CreateArray();
    o = element(lead.title, lead.subtitle, c->image_url, c->link_url);
    add_buttons(o, c->buttons, c->n_buttons, true);
    cJSON_AddItemToArray(elements, o);
    free(lead.title);
    free(lead.subtitle);
    return generic_message(elements);
}

static cJSON *button_template(const struct msg_content *c)
{
    const struct links links = count_links(c);
    cJSON *payload;
    char *text;

    if (!links.n || !links.fit)
        return NULL;
    text = facebook_flat_text(c, FACEBOOK_PART_LINK | FACEBOOK_PART_IMAGE | FACEBOOK_PART_CARDS);
    if (!text[0] || facebook_length(text) > FACEBOOK_BUTTON_TEXT) {
        free(text);
        return NULL;
    }
    payload = cJSON_CreateObject();
    cJSON_AddStringToObject(payload, "template_type", "button");
    cJSON_AddStringToObject(payload, "text", text);
    add_buttons(payload, c->buttons, c->n_buttons, true);
    free(text);
    return attachment("template", payload);
}

static cJSON *text_message(const struct msg_content *c)
{
    cJSON *message = cJSON_CreateObject();
    char *text = facebook_flat_text(c, FACEBOOK_PART_LINK | FACEBOOK_PART_IMAGE |
                                           FACEBOOK_PART_CARDS | FACEBOOK_PART_BUTTONS);

    cJSON_AddStringToObject(message, "text", text);
    free(text);
    return message;
}

cJSON *facebook_message(const struct msg_content *c)
{
    const bool bare = !is_set(c->text) && !is_set(c->title) && !is_set(c->image_url) &&
                      !is_set(c->link_url) && !count_links(c).n;
    cJSON *message = NULL;
    bool flat;

    if (c->n_cards)
        message = carousel(c);
    flat = c->n_cards && !message;
    if (!message)
        message = picture(c);
    if (!message && bare && !c->n_cards && is_set(c->file_url))
        message = file_message("file", c->file_url);
    if (!message)
        message = button_template(c);
    if (!message)
        message = text_message(c);
    add_quick_replies(message, c, flat);
    return message;
}
