/* SPDX-License-Identifier: Apache-2.0 */
/* viber_private.h - what the parts of the Viber adapter share. Nobody else includes it.
 * Section numbers are those of the Viber wire contract (REST API 7.3, Channels Post API). */
#ifndef LOA_CHANNELS_VIBER_PRIVATE_H
#define LOA_CHANNELS_VIBER_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "channels/channel.h"

enum {
    VIBER_TEXT_MAX = 7000,   /* 2.2, text; UTF-16 units, as the unit is not documented */
    VIBER_CAPTION_MAX = 512, /* 2.2, picture: the smallest limit that newer clients share */
    VIBER_SENDER_MAX = 28,   /* 2.2, sender.name */
    VIBER_URL_MAX = 2000,    /* 2.2, url */
    VIBER_FILE_NAME_MAX = 256,
    VIBER_FILE_MAX = 52428800,   /* bytes */
    VIBER_BATCH_MAX = 300,       /* 2.3 */
    VIBER_BODY_MAX = 30000,      /* section 1: the stricter reading of "30 kB" */
    VIBER_BUTTON_TEXT_MAX = 250, /* 3.1, markup included */
    VIBER_KEYBOARD_ROWS = 12,    /* 3.1: the smaller of two readings */
    VIBER_CARDS_MAX = 6,         /* 3.2 */
    VIBER_CARD_COLUMNS = 6,
};

struct viber {
    struct channel base; /* first */
    struct loa_secret *token;
    char *api_base; /* without a final slash */
    char *sender_name;
    unsigned broadcast_faults; /* answers 19 in a row: the first may be a passing fault */
};

/* The one message type that a content becomes. */
enum viber_form { VIBER_TEXT, VIBER_PICTURE, VIBER_FILE, VIBER_URL, VIBER_CARDS };

/* ---- viber_form.c: which form, and the text of it ------------------------------------------ */

/* UTF-16 units; each slot for a name counts SPLICE_NAME_ROOM. NULL is 0. */
size_t viber_units(const char *s);
bool viber_is_web(const char *url); /* http:// or https:// */
/* Whether the path of `url` ends with one of the NULL-terminated extensions, without case. */
bool viber_has_extension(const char *url, const char *const *extensions);
extern const char *const viber_picture_extensions[], *const viber_card_extensions[];

/* The form by the kinds of content alone; a caption may still be too long for it. */
enum viber_form viber_form_of(const struct msg_content *m, enum channel_way way);
/* Appends all that the form itself cannot show as readable lines after the text. */
void viber_render(const struct msg_content *m, enum channel_way way, enum viber_form form,
                  struct loa_buf *out);

/* ---- viber_sheet.c ------------------------------------------------------------------------- */

void viber_sheet(const struct msg_content *content, const char *remote_id,
                 struct channel_sheet *out);

/* ---- viber_board.c: keyboards and cards ---------------------------------------------------- */

/* Columns (3 or 6) that each button takes in the keyboard; 0: it becomes a line of text. */
void viber_keyboard_layout(const struct msg_content *m, enum channel_way way,
                           int columns[MSG_BUTTONS_MAX]);
cJSON *viber_keyboard(const struct msg_content *m, enum channel_way way); /* NULL: no buttons */
/* Whether everything fits a carousel without losing a word. */
bool viber_cards_fit(const struct msg_content *m);
cJSON *viber_rich_media(const struct msg_content *m);
/* Units of a button's title as it will be sent, markup escaped. */
size_t viber_button_units(const char *title);

/* ---- viber_send.c -------------------------------------------------------------------------- */

/* The message without its address: sender (NULL: left out), type and the type's fields. */
cJSON *viber_message(const struct msg_content *m, enum channel_way way, const char *sender);
/* Compact JSON with every name slot filled for a way; caller owns. */
char *viber_print(const cJSON *o, enum channel_way way);
/* Bytes of `json` when its slots are filled, as large as they get. */
size_t viber_body_bytes(const char *json, enum channel_way way);
enum loa_err viber_compose(struct channel *c, const struct msg_content *m, enum channel_way way,
                           enum channel_lane lane, struct channel_draft *out);
enum loa_err viber_webhook_reply(struct channel *c, const struct msg_content *m,
                                 struct loa_buf *body);

/* ---- viber_check.c, viber_reply.c, viber_webhook.c, viber_flow.c --------------------------- */

enum loa_err viber_check(const struct msg_content *m, enum channel_way way,
                         struct loa_problem *why);

void viber_parse_reply(struct channel *c, enum channel_way way, const struct http_reply *r,
                       struct channel_result *res, channel_failed_cb failed, void *ctx);
/* Like viber_parse_reply() for the calls that send nothing. With verdict OK gives the parsed body,
 * caller owns, cJSON_Delete(); else NULL. Doubt becomes a plain retry, as these may be repeated. */
cJSON *viber_parse_answer(struct viber *v, const struct http_reply *r, struct channel_result *res);
/* Copies words of the platform: one line, cut to size, without the account's token. */
void viber_say(const struct viber *v, struct channel_result *res, const char *words);

bool viber_verify_webhook(struct channel *c, const struct http_in *in);
enum loa_err viber_parse_webhook(struct channel *c, const char *body, size_t len,
                                 channel_event_cb on, void *ctx);

enum channel_step viber_flow(struct channel *c, struct channel_flow *f,
                             const struct http_reply *prev, struct http_req *req);

/* ---- viber_rules.c ---- */

extern const struct channel_rules viber_rules[];

#endif
