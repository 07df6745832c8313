/* SPDX-License-Identifier: Apache-2.0 */
/* zalo_private.h - what the files of the Zalo OA adapter share. Nobody else includes it; the
 * world sees `channel_zalo` only. Sections named below are those of the Zalo contract. */
#ifndef LOA_CHANNELS_ZALO_PRIVATE_H
#define LOA_CHANNELS_ZALO_PRIVATE_H

#include "channels/channel.h"
#include "messages/base/buf.h"
#include "messages/content.h"

enum {
    ZALO_TEXT_MAX = 2000,        /* section 3.1 */
    ZALO_BUTTONS_MAX = 5,        /* section 3.1 */
    ZALO_BUTTON_TITLE_MAX = 100, /* section 3.1 */
    ZALO_QUERY_MAX = 1000,       /* section 3.1, payload of oa.query.show */
    ZALO_CARDS_MAX = 4,          /* section 3.1: sources say 5 or 4 */
    ZALO_CARD_TITLE_MAX = 100,
    ZALO_CARD_SUBTITLE_MAX = 500,
    /* Section 4: exactly 150 and 300 were refused in practice, so stay one below. */
    ZALO_ARTICLE_TITLE_MAX = 149,
    ZALO_ARTICLE_AUTHOR_MAX = 49,
    ZALO_ARTICLE_DESCRIPTION_MAX = 299,
    ZALO_ARTICLE_TEXT_MAX = 10000, /* not stated anywhere; a bound of ours */
    ZALO_TIMEOUT_MS = 20000,
};

/* An image_url of this form names a picture that was uploaded before (section 5). */
#define ZALO_ATTACHMENT "zalo-attachment:"

struct zalo {
    struct channel base;
    char *api, *oauth; /* scheme, host, port; no slash at the end */
    char *app_id, *oa_id, *author;
    struct loa_secret *access_token, *refresh_token, *app_secret, *webhook_secret;
    struct loa_secret *proof; /* of access_token under app_secret; NULL without either */
    bool allow_retired;
};

/* ---- zalo.c ---- */

/* Fills `req` for a JSON call to the API: method, address, headers; the body is left empty. */
void zalo_request(struct zalo *z, struct http_req *req, enum http_method method, const char *path);
void zalo_authorize(struct channel *c, struct http_req *req);
/* True if it may stand in a header: printable ASCII without a space. */
bool zalo_is_token(const char *s);

/* ---- zalo_plan.c: how a content is shown in one cs message (section 3.1) ---- */

enum zalo_form { ZALO_FORM_TEXT, ZALO_FORM_MEDIA, ZALO_FORM_BUTTONS, ZALO_FORM_LIST };

struct zalo_plan {
    enum zalo_form form;
    struct loa_buf text; /* all that became text; LIST: the first element's title and subtitle */
    const struct msg_button *buttons[ZALO_BUTTONS_MAX]; /* borrowed from the content */
    size_t n_buttons;
    bool lead; /* LIST: the text and picture are an element before the cards */
};

/* Ended with zalo_plan_release(); borrows from the content meanwhile. */
void zalo_plan_make(const struct msg_content *content, struct zalo_plan *out);
void zalo_plan_release(struct zalo_plan *p);
/* True if the picture is one that a message can show: neither absent nor an animated one, whose
 * width and height (required for gif) nobody knows. */
bool zalo_has_picture(const struct msg_content *content);
/* The id in "zalo-attachment:ID", borrowed; NULL when image_url is an address. */
const char *zalo_attachment_id(const char *image_url);
/* Appends "title: address" for what has no place of its own: link, file. */
void zalo_add_links(const struct msg_content *content, struct loa_buf *text);
void zalo_add_button_line(const struct msg_button *b, struct loa_buf *text);
void zalo_add_card_lines(const struct msg_card *card, struct loa_buf *text);
/* Starts a new line unless the text is empty. */
void zalo_new_line(struct loa_buf *text);

/* ---- zalo_check.c ---- */

enum loa_err zalo_check(const struct msg_content *content, enum channel_way way,
                        struct loa_problem *why);

/* ---- zalo_send.c ---- */

enum loa_err zalo_compose(struct channel *c, const struct msg_content *content,
                          enum channel_way way, enum channel_lane lane, struct channel_draft *out);
/* Adds a web address with what is not printable ASCII percent-encoded: others answer -201. */
void zalo_add_web_address(cJSON *o, const char *key, const char *address);
/* {"title","type","payload"} of a button. Caller owns. */
cJSON *zalo_button_json(const struct msg_button *b);

/* ---- zalo_legacy.c: transaction and promotion, retired 2026-03-01 (section 3.2) ---- */

/* The whole body, and the path in *path. LOA_EPERM unless the account allows what is retired;
 * LOA_EINVAL when utility.name is none of the known types; LOA_ELIMIT when the text is too long
 * for it. Caller owns *body. */
enum loa_err zalo_legacy_compose(const struct zalo *z, const struct msg_content *content,
                                 cJSON **body, const char **path);

/* ---- zalo_reply.c ---- */

void zalo_parse_reply(struct channel *c, enum channel_way way, const struct http_reply *r,
                      struct channel_result *res, channel_failed_cb failed, void *ctx);
/* The same for the steps of a flow: also gives the answer's "data" when the verdict is
 * CHANNEL_OK. Caller owns *root (NULL if unreadable), `data` is borrowed from it. */
const cJSON *zalo_read_reply(const struct zalo *z, const struct http_reply *r,
                             struct channel_result *res, cJSON **root);
/* The platform's words into res->detail: one line, whole UTF-8, our secrets blotted out. */
void zalo_say(const struct zalo *z, struct channel_result *res, const char *words);

/* ---- zalo_flow.c, zalo_post.c, zalo_article.c ---- */

enum channel_step zalo_flow(struct channel *c, struct channel_flow *f,
                            const struct http_reply *prev, struct http_req *req);
/* CHANNEL_FLOW_POST: article create, verify, broadcast (sections 4 and 3.5). */
enum channel_step zalo_post_flow(struct zalo *z, struct channel_flow *f,
                                 const struct http_reply *prev, struct http_req *req);
/* The article as JSON text, without slots. Caller owns, free(). */
char *zalo_article_json(const struct zalo *z, const struct msg_content *content);
/* The headline that the article has: title, or the text's first line. Caller owns, free(). */
char *zalo_article_title(const struct msg_content *content);
/* A copy of at most `max` code points, cut between words with "…" at the end. Caller owns. */
char *zalo_shorten(const char *s, size_t max);
/* zalo_sheet.c */
void zalo_sheet(const struct msg_content *content, const char *remote_id,
                struct channel_sheet *out);
/* Section 5: a multipart upload of a jpg, png or gif. False (and the reason in `res`) when the
 * platform would not take it. `data` is borrowed. */
bool zalo_build_upload_image(struct zalo *z, const void *data, size_t len, const char *type,
                             struct http_req *req, struct channel_result *res);
/* Reads the answer; CHANNEL_OK: `id` holds "zalo-attachment:..." */
void zalo_parse_upload_image(const struct zalo *z, const struct http_reply *r,
                             struct channel_result *res, char *id, size_t size);

/* ---- zalo_webhook.c ---- */

bool zalo_verify_webhook(struct channel *c, const struct http_in *in);
enum loa_err zalo_parse_webhook(struct channel *c, const char *body, size_t len,
                                channel_event_cb on, void *ctx);

/* ---- zalo_rules.c ---- */

extern const struct channel_rules zalo_rules[];

#endif
