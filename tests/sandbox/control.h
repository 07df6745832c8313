/* SPDX-License-Identifier: Apache-2.0 */
/* control.h - orders over POST /_control and reading over GET /_control/... (see README.md). */
#ifndef LOA_SANDBOX_CONTROL_H
#define LOA_SANDBOX_CONTROL_H

#include "tests/sandbox/http.h"

/* One order being carried out. A handler returns NULL, having written JSON members that each end
 * with a comma to `out`, or what is wrong. */
struct sbx_order {
    struct sbx *s;
    struct sbx_req *r;
    struct sbx_res *res;
    const cJSON *o;
    struct sbx_buf *out;
    bool alone; /* the only order of this request: it may hold the answer */
};

void sbx_control(struct sbx_req *r, struct sbx_res *res);      /* POST /_control */
void sbx_control_read(struct sbx_req *r, struct sbx_res *res); /* GET /_control/... */

typedef const char *(*sbx_order_fn)(struct sbx_order *c);
struct sbx_order_row {
    const char *op;
    sbx_order_fn run;
};
extern const struct sbx_order_row sbx_citizen_orders[]; /* control_citizen.c; op NULL at the end */
extern const struct sbx_order_row sbx_fault_orders[];   /* control_fault.c */
extern const struct sbx_order_row sbx_world_orders[];   /* control_world.c */
extern const struct sbx_order_row sbx_hook_orders[];    /* control_hook.c */

struct sbx_account *sbx_order_account(const struct sbx_order *c, const char **why);
/* The citizen that "user" names: an id, "demo", or "#N" for the N-th (from 0). -1 and *why. */
int64_t sbx_order_user(const struct sbx_order *c, struct sbx_account **a, const char **why);
void sbx_reset(struct sbx *s, bool accounts_too);
void sbx_accounts_json(const struct sbx *s, struct sbx_buf *out);

#endif
