/* SPDX-License-Identifier: Apache-2.0 */
/* zalo.h - the Zalo OA platform in miniature (contract zalo.md; section numbers are its own). */
#ifndef LOA_SANDBOX_ZALO_H
#define LOA_SANDBOX_ZALO_H

#include "tests/sandbox/http.h"
#include "tests/sandbox/ledger.h"

/* One call with a good token. */
struct zalo_call {
    struct sbx_req *r;
    struct sbx_res *res;
    struct sbx_account *a;
    cJSON *json; /* body, or the `data` of a GET; NULL if there is none */
};

void zalo_route(struct sbx_req *r, struct sbx_res *res);
/* Section 9. message NULL: the vendor's text for the code. */
void zalo_error(struct sbx_res *res, int code, const char *message);
void zalo_oauth_error(struct sbx_res *res, int code, const char *reason);
void zalo_invalid(struct sbx_res *res, const char *field); /* -201 "<field> is invalid!" */
void zalo_ok(struct sbx_res *res, const char *data);       /* data: JSON text or NULL */

void zalo_oauth(struct sbx_req *r, struct sbx_res *res); /* section 2 */
bool zalo_send_route(struct zalo_call *c);               /* section 3; false: not its path */
bool zalo_article_route(struct zalo_call *c);            /* sections 4 and 5 */
bool zalo_user_route(struct zalo_call *c);               /* section 6 */

/* What was sent, for the ledger and the page. */
struct zalo_message {
    const char *kind, *event, *text, *image, *file;
    struct sbx_buf buttons, cards;
};
/* 0 if `message` is a good v3 message, else the code; *field names the fault for -201. */
int zalo_check_message(const struct sbx_req *r, const struct sbx_account *a, const cJSON *message,
                       struct zalo_message *out, const char **field);
void zalo_message_free(struct zalo_message *m);
/* NULL if fine; else the name of the bad field. Appends the page's form to out. */
const char *zalo_check_buttons(const cJSON *list, int most, size_t title_max, struct sbx_buf *out);
/* 0, -100 (older than 7 days) or -201. */
int zalo_upload_state(const struct sbx_account *a, const char *id, int64_t now_ms);
bool zalo_url_ok(const char *url);

/* Section 8: events of citizens. All check nothing; control.c does. */
struct zalo_said {
    const char *event;   /* "user_send_text" ... */
    const char *members; /* JSON members of `message` but msg_id, with a comma at the end */
    const char *text, *image, *quote;
};
void zalo_say(struct sbx *s, struct sbx_account *a, int64_t user, const struct zalo_said *said);
void zalo_follow(struct sbx *s, struct sbx_account *a, int64_t user, bool on, const char *source);
void zalo_simple_event(struct sbx *s, struct sbx_account *a, int64_t user, const char *name);
void zalo_submit_info(struct sbx *s, struct sbx_account *a, int64_t user, const cJSON *info);
void zalo_reaction(struct sbx *s, struct sbx_account *a, int64_t user, const char *msg_id,
                   const char *icon, bool by_oa);
/* A person in the web chat answers: an echo with admin_id. */
void zalo_human(struct sbx *s, struct sbx_account *a, int64_t user, const char *text);
/* The steps after a send: 0 echo, 1 received, 2 seen. */
void zalo_receipt(struct sbx *s, struct sbx_account *a, int64_t user, const struct sbx_entry *e,
                  int step);

#endif
