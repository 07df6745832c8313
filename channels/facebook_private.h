/* SPDX-License-Identifier: Apache-2.0 */
/* facebook_private.h - what the files of the Facebook adapter share among themselves: a Page's
 * feed by the Graph API, its conversations by the Messenger Platform. Nobody else includes it. */
#ifndef LOA_CHANNELS_FACEBOOK_PRIVATE_H
#define LOA_CHANNELS_FACEBOOK_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "channels/channel.h"
#include "messages/base/crypto.h"

/* A call without a version gets the app's default, which Meta moves: always name it. This one
 * lives until 29 July 2028. */
#define FACEBOOK_VERSION "v25.0"
#define FACEBOOK_BASE "https://graph.facebook.com"
#define FACEBOOK_PAYLOAD_START "GET_STARTED" /* set by SETUP, comes back in a postback */
#define FACEBOOK_REF_PREFIX "loa:"           /* what all refs of loa begin with */

/* Limits of the Send API (contract section 4.2). Meta does not say whether it counts code points
 * or UTF-16 units, so the adapter counts the larger, UTF-16. */
enum {
    FACEBOOK_TEXT_HARD = 1999, /* "less than 2000" */
    FACEBOOK_TEXT = 1900,      /* what staff may write; the rest is room for a person's name */
    FACEBOOK_BUTTON_TEXT = 640,
    FACEBOOK_ELEMENT = 80, /* title or subtitle of a card */
    FACEBOOK_TITLE = 20,   /* of a button or a quick reply */
    FACEBOOK_PAYLOAD = 1000,
    FACEBOOK_QUICK_REPLIES = 13,
    FACEBOOK_LINK_BUTTONS = 3,
    FACEBOOK_ELEMENTS = 10,
    FACEBOOK_POST_TEXT = 63206,
    FACEBOOK_FILE_BYTES = 25 * 1024 * 1024,
};

struct facebook {
    struct channel base;
    char *api, *page, *app; /* app NULL: not told */
    struct loa_secret *token, *app_secret, *verify_token;
    struct loa_secret *app_token;   /* "APP|SECRET", for the app's own webhook address; or NULL */
    char proof[LOA_SHA256_HEX];     /* appsecret_proof; "" without app secret */
    char app_proof[LOA_SHA256_HEX]; /* the same for app_token */
};

/* ---- facebook.c ------------------------------------------------------------------------ */

void facebook_authorize(struct channel *c, struct http_req *req);
/* An empty request to BASE/VERSION/object/edge, authorized, with appsecret_proof where it belongs:
 * in the query of a GET, in `body` of a POST. `edge` may hold a query, or be NULL for the object
 * itself. `body` is consumed; NULL for a GET. */
void facebook_request(struct facebook *fb, struct http_req *req, const char *object,
                      const char *edge, cJSON *body);

/* ---- facebook_text.c: content as plain text -------------------------------------------- */

/* UTF-16 units, a slot for the name counted with room for one. NULL counts 0. */
size_t facebook_length(const char *s);
bool facebook_is_link(const struct msg_button *b); /* opens a page or calls a number */
/* The number as Messenger's call button wants it, "+84258...", in buf; false when it has no such
 * form (short numbers as 113 or 115): then it is written into the text. */
bool facebook_phone(const char *number, char *buf, size_t size);

enum facebook_parts {
    FACEBOOK_PART_HEADLINE = 1 << 0, /* the title above the text */
    FACEBOOK_PART_LINK = 1 << 1,
    FACEBOOK_PART_IMAGE = 1 << 2,   /* the picture's address */
    FACEBOOK_PART_BUTTONS = 1 << 3, /* link buttons as "title: address" */
    FACEBOOK_PART_REPLIES = 1 << 4, /* reply buttons as something to write */
    FACEBOOK_PART_CARDS = 1 << 5,
};

/* The text (or else the title) and the file, and what `parts` asks for, one below the other.
 * Caller owns, free(). */
char *facebook_flat_text(const struct msg_content *c, unsigned parts);
/* The text of a public post: addresses nobody by name. Caller owns, free(). */
char *facebook_post_text(const struct msg_content *c);

/* ---- facebook_message.c: content as the Send API's `message` --------------------------- */

/* Never NULL; caller owns, cJSON_Delete(). Without metadata. */
cJSON *facebook_message(const struct msg_content *c);

/* ---- facebook_sheet.c ------------------------------------------------------------------ */

void facebook_sheet(const struct msg_content *content, const char *remote_id,
                    struct channel_sheet *out);

/* ---- facebook_compose.c ---------------------------------------------------------------- */

enum loa_err facebook_compose(struct channel *c, const struct msg_content *content,
                              enum channel_way way, enum channel_lane lane,
                              struct channel_draft *out);

/* ---- facebook_check.c ------------------------------------------------------------------ */

enum loa_err facebook_check(const struct msg_content *content, enum channel_way way,
                            struct loa_problem *why);

/* ---- facebook_reply.c ------------------------------------------------------------------ */

void facebook_parse_reply(struct channel *c, enum channel_way way, const struct http_reply *r,
                          struct channel_result *res, channel_failed_cb failed, void *ctx);

/* ---- facebook_webhook.c, facebook_event.c, facebook_change.c --------------------------- */

/* Where events go, and what all of one entry share. */
struct facebook_sink {
    const struct facebook *fb;
    const char *page; /* entry.id */
    int64_t entry_ms; /* entry.time */
    bool standby;
    channel_event_cb on;
    void *ctx;
};

enum loa_err facebook_parse_webhook(struct channel *c, const char *body, size_t len,
                                    channel_event_cb on, void *ctx);
/* Hands `ev` on with account and standby filled in and a key that is made of its name and
 * `parts` (NULL is absent), hashed when long. at_ms 0 becomes the entry's time. */
void facebook_emit(const struct facebook_sink *s, struct channel_event *ev,
                   const char *const *parts, size_t n_parts);
/* The item as an event with nothing to do, keyed by all that it says. */
void facebook_emit_other(const struct facebook_sink *s, const char *name, const cJSON *item);
/* A platform time in seconds or milliseconds, as number or digits, as milliseconds. */
int64_t facebook_time(const cJSON *o, const char *key);
void facebook_messaging_event(const struct facebook_sink *s, const cJSON *item);
void facebook_change_event(const struct facebook_sink *s, const cJSON *change);

/* ---- facebook_flow.c, facebook_post.c -------------------------------------------------- */

enum channel_step facebook_flow(struct channel *c, struct channel_flow *f,
                                const struct http_reply *prev, struct http_req *req);
enum channel_step facebook_flow_templates(struct facebook *fb, struct channel_flow *f,
                                          const struct http_reply *prev, struct http_req *req);
enum channel_step facebook_flow_post(struct facebook *fb, struct channel_flow *f,
                                     const struct http_reply *prev, struct http_req *req);

/* ---- facebook_rules.c ---- */

extern const struct channel_rules facebook_rules[];

#endif
