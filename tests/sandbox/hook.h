/* SPDX-License-Identifier: Apache-2.0 */
/* hook.h - webhooks: events are queued here, signed as each platform signs, sent by a second
 * thread, and sent again by the platform's schedule until they are answered with 200. */
#ifndef LOA_SANDBOX_HOOK_H
#define LOA_SANDBOX_HOOK_H

#include "tests/sandbox/sbx.h"

/* How a delivery ended. status 0: no answer at all, `error` says why. Loop thread. */
struct sbx_hook_result {
    int status;
    const char *body;
    size_t len;
    const char *error;
};
typedef void (*sbx_hook_done_cb)(struct sbx *s, void *arg, const struct sbx_hook_result *r);

struct sbx_event {
    struct sbx_account *account;
    const char *kind; /* a constant, for the state page: "message", "delivered" ... */
    const char *json; /* copied. Facebook: one item of messaging[], standby[] or changes[] */
    size_t len;
    const char *slot; /* Facebook: "messaging", "standby" or "changes" */
    char timestamp[24];
    int64_t after_ms;
    bool once;             /* no second try, and sent even where webhooks are switched off */
    sbx_hook_done_cb done; /* may be NULL; runs exactly once, at success or when given up */
    void *arg;
};

/* raw: bytes as they are, signed as asked. */
struct sbx_raw_hook {
    struct sbx_account *account;
    const char *body, *url; /* url NULL: the account's */
    size_t len;
    int sign;                       /* 0 right, 1 wrong, 2 none */
    const char *const *headers;     /* "Name: value", NULL at the end; may be NULL */
    const char *timestamp, *method; /* method NULL: POST */
    sbx_hook_done_cb done;
    void *arg;
};

struct sbx_hooks *sbx_hooks_open(struct sbx *s);
void sbx_hooks_close(struct sbx *s);
void sbx_hook_defaults(struct sbx *s);
void sbx_hook_push(struct sbx *s, const struct sbx_event *e);
void sbx_hook_raw(struct sbx *s, const struct sbx_raw_hook *raw);
/* Events not yet answered with 200 and not given up; those that wait for a retry, receipts that
 * are still to come and articles under review count too. */
int sbx_hooks_pending(const struct sbx *s);
void sbx_hooks_forget(struct sbx *s); /* gives up all that waits (what is on its way still ends) */
void sbx_hook_list(const struct sbx *s, struct sbx_buf *out); /* a JSON array of what waits */

/* hook_sign.c */
struct sbx_sign {
    const struct sbx_account *account;
    const char *body, *timestamp;
    size_t len;
    int how; /* 0 right, 1 wrong, 2 none */
};
/* Writes the signature header lines ("Name: value") into out, returns their number (0 to 2), and
 * for Viber the query "sig=..." into query[80] ("" if not wanted). */
int sbx_hook_sign(const struct sbx *s, const struct sbx_sign *g, char out[2][200], char *query);
/* Verifies that an access to the sandbox by `proof` fits. */
bool sbx_proof_ok(const struct sbx_account *a, const char *token, const char *proof);

#endif
