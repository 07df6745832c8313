/* SPDX-License-Identifier: Apache-2.0 */
/* viber.h - the Viber bot and channel API in miniature (contract viber.md; its section numbers). */
#ifndef LOA_SANDBOX_VIBER_H
#define LOA_SANDBOX_VIBER_H

#include "tests/sandbox/http.h"
#include "tests/sandbox/ledger.h"

enum viber_event_bit { VIBER_DELIVERED = 1, VIBER_SEEN = 2, VIBER_FAILED = 4, VIBER_STARTED = 8 };

struct viber_call {
    struct sbx_req *r;
    struct sbx_res *res;
    struct sbx_account *a;
    cJSON *json; /* NULL for a GET without a body */
};

void viber_route(struct sbx_req *r, struct sbx_res *res);
/* Section 5; message NULL: the name of the status. */
void viber_error(struct sbx *s, struct sbx_res *res, int status, const char *message);
/* Begins {"status":0,...,"chat_hostname":...  without the closing brace. */
void viber_begin_ok(struct sbx *s, struct sbx_res *res);
void viber_host(struct sbx *s, char out[24]);
const char *viber_status_name(int status);

void viber_set_webhook(struct viber_call *c);  /* 2.1 */
void viber_send(struct viber_call *c);         /* 2.2 */
void viber_broadcast(struct viber_call *c);    /* 2.3 */
void viber_account_info(struct viber_call *c); /* 2.4 */
void viber_user_details(struct viber_call *c); /* 2.5 */
void viber_get_online(struct viber_call *c);   /* 2.6 */
void viber_post(struct viber_call *c);         /* 2.7 */

enum viber_mode { VIBER_MODE_SEND, VIBER_MODE_BROADCAST, VIBER_MODE_POST, VIBER_MODE_WELCOME };
struct viber_message {
    const char *kind, *text, *image, *file, *tracking;
    int64_t api;
    struct sbx_buf buttons, cards;
    int status; /* of the refusal */
    char why[200];
};
/* True if good; else m->status and m->why say what is wrong. Free in both cases. */
bool viber_check(const struct sbx *s, const cJSON *json, enum viber_mode mode,
                 struct viber_message *m);
void viber_message_free(struct viber_message *m);
/* viber_keyboard.c: section 3. False with m->status set. */
bool viber_check_keyboard(const struct sbx *s, const cJSON *kb, struct viber_message *m);
bool viber_check_rich(const struct sbx *s, const cJSON *rich, struct viber_message *m);
bool viber_refuse(struct viber_message *m, int status, const char *what, const char *detail);

/* Section 4. */
struct viber_said {
    const char *type;    /* text, picture ... */
    const char *members; /* more JSON members of `message`, with a comma at the end, or NULL */
    const char *text, *image;
    bool silent;
};
void viber_say(struct sbx *s, struct sbx_account *a, int64_t user, const struct viber_said *said);
void viber_open_chat(struct sbx *s, struct sbx_account *a, int64_t user, const char *context);
void viber_subscribe(struct sbx *s, struct sbx_account *a, int64_t user, bool on);
void viber_failed(struct sbx *s, struct sbx_account *a, int64_t user, const char *token,
                  const char *why);
void viber_client_status(struct sbx *s, struct sbx_account *a, int64_t user);
/* 0 nothing, 1 delivered (now and then twice), 2 seen. */
void viber_receipt(struct sbx *s, struct sbx_account *a, int64_t user, const struct sbx_entry *e,
                   int step);

#endif
