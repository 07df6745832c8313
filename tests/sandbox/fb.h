/* SPDX-License-Identifier: Apache-2.0 */
/* fb.h - Facebook Pages and Messenger in miniature (contract facebook.md; its section numbers). */
#ifndef LOA_SANDBOX_FB_H
#define LOA_SANDBOX_FB_H

#include "tests/sandbox/http.h"
#include "tests/sandbox/ledger.h"

struct fb_call {
    struct sbx_req *r;
    struct sbx_res *res;
    struct sbx_account *a;
    cJSON *json;      /* all parameters: query, form or JSON body, nested JSON text parsed */
    const char *node; /* first path segment after the version; "me" is the Page */
    const char *edge; /* second, or "" */
    bool in_batch;
};

void fb_route(struct sbx_req *r, struct sbx_res *res);
void fb_dispatch(struct fb_call *c); /* token, limits, then the call; batch.c uses it too */
void fb_error_with(struct sbx *s, struct sbx_res *res, int code, int subcode, const char *message,
                   int transient);
void fb_error(struct fb_call *c, int code, int subcode, const char *message);
void fb_param_error(struct fb_call *c, const char *message); /* code 100 without subcode */
void fb_success(struct fb_call *c);                          /* {"success":true} */

/* fb_params.c */
cJSON *fb_params(const struct sbx_req *r, bool *broken);
cJSON *fb_pairs(const struct sbx_req *r, const char *text, size_t len);
/* Answers the object `id` with the asked `fields` out of "a,b,c"; unknown names fail with 100. */
bool fb_fields_known(struct fb_call *c, const char *known);
bool fb_wants(const struct fb_call *c, const char *field); /* named in `fields` */

bool fb_batch(struct sbx_req *r, struct sbx_res *res); /* section 9 */
void fb_send(struct fb_call *c);                       /* section 4 */
bool fb_page_route(struct fb_call *c);                 /* section 3 */
bool fb_profile_route(struct fb_call *c);              /* sections 5.1, 6, 7, 10.1 */
void fb_save_attachment(struct fb_call *c);            /* 4.3 message_attachments */
/* New attachment id for a URL or an uploaded part. */
const char *fb_attachment_new(struct fb_call *c, const char *type, const char *url);
void fb_publish_due(struct sbx *s); /* scheduled posts whose time has come */

/* fb_check.c: the parts of a message (4.2). */
struct fb_message {
    const char *kind, *text, *image, *file, *metadata, *attachment_id;
    struct sbx_buf buttons, cards, rendered;
    int code, subcode;
    char why[200];
};
bool fb_check(struct fb_call *c, const cJSON *message, struct fb_message *m);
void fb_message_free(struct fb_message *m);
bool fb_refuse(struct fb_message *m, int code, int subcode, const char *why);
/* fb_template.c: an approved utility template with its parameters (5.1). */
bool fb_check_utility(struct fb_call *c, const cJSON *template, struct fb_message *m);
void fb_templates(struct fb_call *c);

/* Section 10. */
void fb_say(struct sbx *s, struct sbx_account *a, int64_t user, const char *text,
            const char *quick_payload, const char *attachments, const char *image);
void fb_postback(struct sbx *s, struct sbx_account *a, int64_t user, const char *title,
                 const char *payload, const char *ref);
void fb_referral(struct sbx *s, struct sbx_account *a, int64_t user, const char *ref);
void fb_reaction(struct sbx *s, struct sbx_account *a, int64_t user, const char *mid,
                 const char *reaction, const char *emoji, bool on);
void fb_edit(struct sbx *s, struct sbx_account *a, int64_t user, const char *mid, const char *text);
void fb_optin(struct sbx *s, struct sbx_account *a, int64_t user,
              int state); /* 0 in 1 stop 2 resume */
void fb_policy(struct sbx *s, struct sbx_account *a, const char *action, const char *reason);
void fb_feed(struct sbx *s, struct sbx_account *a, const char *item, const char *verb,
             const char *post_id, const char *text);
/* The shape of its payload is not documented: ours is one of many. */
void fb_template_reviewed(struct sbx *s, struct sbx_account *a, const char *name,
                          const char *state);
/* A visitor's comment; returns its id. */
const char *fb_comment(struct sbx *s, struct sbx_account *a, int64_t user, const char *post_id,
                       const char *text);
void fb_human(struct sbx *s, struct sbx_account *a, int64_t user, const char *text);
/* 0 echo, 1 delivery, 2 read. */
void fb_receipt(struct sbx *s, struct sbx_account *a, int64_t user, const struct sbx_entry *e,
                int step);

#endif
