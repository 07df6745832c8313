/* SPDX-License-Identifier: Apache-2.0 */
/* courier.h - sends HTTP requests on a thread of its own (libcurl multi) and reports back on the
 * loop thread. Knows nothing of platforms. */
#ifndef LOA_SANDBOX_COURIER_H
#define LOA_SANDBOX_COURIER_H

#include "tests/sandbox/hook.h"

struct sbx_courier;

struct sbx_parcel {
    const char *url, *method; /* method NULL: POST */
    const char *header[16];
    int header_n;
    const char *body;
    size_t len;
    int64_t timeout_ms;
    sbx_hook_done_cb done; /* on the loop thread, exactly once, never before the call returns */
    void *arg;
};

struct sbx_courier *sbx_courier_open(struct sbx *s);
void sbx_courier_send(struct sbx_courier *c, const struct sbx_parcel *p); /* all copied */
/* Ends the thread at the end of the program. What is on its way is dropped, not freed. */
void sbx_courier_close(struct sbx_courier *c);

#endif
