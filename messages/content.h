/* SPDX-License-Identifier: Apache-2.0 */
/* content.h - what one message says, as plain data: text, picture, file, link, buttons, cards.
 * Knows nothing of channels; each adapter turns it into its platform's form. All strings are
 * NFC UTF-8 without control characters but newline and tab; NULL means absent. */
#ifndef LOA_MESSAGES_CONTENT_H
#define LOA_MESSAGES_CONTENT_H

#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/base/err.h"

/* Where a person's name goes, once msg_template_fill() has filled a content: no text that staff
 * write can hold it (DEL is refused), so what they meant literally stays literal. Only what a
 * person reads has slots: titles, texts and the values of a utility template, never an address or
 * what a button sends back. */
#define MSG_NAME_SLOT "\x7fN\x7f"
/* What stands there when no name is known, or nobody in particular is addressed. */
#define MSG_NAME_NEUTRAL "bạn"

enum msg_button_kind {
    MSG_BUTTON_REPLY, /* sends `value` back to the bot */
    MSG_BUTTON_URL,   /* opens `value` */
    MSG_BUTTON_PHONE, /* calls `value`, "+84..." or a local number */
};

struct msg_button {
    enum msg_button_kind kind;
    char *title; /* what the person sees */
    char *value;
};

enum { MSG_BUTTONS_MAX = 13, MSG_CARDS_MAX = 10, MSG_CARD_BUTTONS_MAX = 3 };

struct msg_card {
    char *title, *subtitle, *image_url, *url;
    struct msg_button buttons[MSG_CARD_BUTTONS_MAX];
    size_t n_buttons;
};

/* An approved utility template of the platform (Facebook): name, language and the values of its
 * numbered placeholders. */
struct msg_utility {
    char *name, *language;
    char *params[10];
    size_t n_params;
};

struct msg_content {
    char *title; /* headline of a public post or article */
    char *text;
    char *image_url, *image_alt;
    char *file_url, *file_name;
    int64_t file_size; /* bytes; needed with file_url */
    char *link_url;
    struct msg_button buttons[MSG_BUTTONS_MAX];
    size_t n_buttons;
    struct msg_card cards[MSG_CARDS_MAX];
    size_t n_cards;
    struct msg_utility utility; /* utility.name NULL: none */
};

/* Reads {"text","title"?,"image"?:URL or {"url","alt"},"file"?:{"url","name","size"},"link"?,
 * "buttons"?:[{"title","url"|"phone"|"reply"}],"cards"?:[...],"utility"?:{"name","language",
 * "params"}}. Copies; NFC-normalises. LOA_EINVAL with the member at fault in `why`; *out is then
 * empty. Caller ends *out with msg_content_release(). */
LOA_MUST_USE enum loa_err msg_content_parse(const cJSON *json, struct msg_content *out,
                                            struct loa_problem *why);
/* Reads back filled content that was written by msg_content_to_json(): slots for a name are fine
 * here. LOA_EINVAL: not such JSON, *out is empty. Caller ends *out with msg_content_release(). */
LOA_MUST_USE enum loa_err msg_content_load(const char *json, struct msg_content *out);
/* Fills every slot: with the name, or neutrally when it is NULL or "". */
void msg_content_name(struct msg_content *c, const char *name);
/* The same JSON again, members in a fixed order. Caller owns, cJSON_Delete(). */
cJSON *msg_content_to_json(const struct msg_content *c);
/* A deep copy of `base` in which every member that `variant` sets replaces the base's. */
void msg_content_merge(const struct msg_content *base, const struct msg_content *variant,
                       struct msg_content *out);
void msg_content_release(struct msg_content *c); /* leaves an empty content */

/* For building replies in code: copies its arguments. LOA_ELIMIT when full. */
enum loa_err msg_content_add_button(struct msg_content *c, enum msg_button_kind kind,
                                    const char *title, const char *value);

#endif
