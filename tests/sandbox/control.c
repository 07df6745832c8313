/* SPDX-License-Identifier: Apache-2.0 */
/* control.c - takes orders apart and hands them to the tables. */
#include "tests/sandbox/control.h"

#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/citizen.h"

struct sbx_account *sbx_order_account(const struct sbx_order *c, const char **why)
{
    enum sbx_platform p = sbx_platform_of(sbx_str(c->o, "platform"));
    struct sbx_account *a;

    if (p == SBX_PLATFORMS) {
        *why = "platform must be zalo, viber or facebook";
        return NULL;
    }
    a = sbx_account_get(c->s, p, (unsigned)sbx_int(c->o, "account", 1));
    if (!a)
        *why = "no such account";
    return a;
}

int64_t sbx_order_user(const struct sbx_order *c, struct sbx_account **a, const char **why)
{
    const char *id = sbx_str(c->o, "user");
    int64_t user = -1;

    *a = sbx_order_account(c, why);
    if (!*a)
        return -1;
    if (!id) {
        *why = "user is missing";
        return -1;
    }
    if (!strcmp(id, "demo")) {
        sbx_demo(c->s);
        user = sbx_users_find(&(*a)->users, sbx_demo_id[(*a)->platform]);
    } else if (id[0] == '#') {
        user = strtoll(id + 1, NULL, 10);
        if (user < 0 || (size_t)user >= (*a)->users.n)
            user = -1;
    } else {
        user = sbx_users_find(&(*a)->users, id);
    }
    if (user < 0)
        *why = "no such user";
    return user;
}

static sbx_order_fn find(const char *op)
{
    const struct sbx_order_row *const tables[] = {sbx_citizen_orders, sbx_fault_orders,
                                                  sbx_world_orders, sbx_hook_orders};

    for (size_t i = 0; op && i < sizeof(tables) / sizeof(tables[0]); i++)
        for (const struct sbx_order_row *row = tables[i]; row->op; row++)
            if (!strcmp(row->op, op))
                return row->run;
    return NULL;
}

/* Writes {"ok":true,...} or {"ok":false,"error":...}. Returns whether it went well. */
static bool one(struct sbx_order *c)
{
    struct sbx_buf members = {0};
    sbx_order_fn run = find(sbx_str(c->o, "op"));
    struct sbx_buf *out = c->out;
    const char *why;

    c->out = &members;
    why = run ? run(c) : "unknown op";
    c->out = out;
    sbx_buf_uncomma(&members);
    if (why)
        sbx_put(out, "{'ok':false,'op':%q,'error':%q}", sbx_str(c->o, "op"), why);
    else
        sbx_put(out, "{'ok':true%s%s}", members.len ? "," : "", members.p ? members.p : "");
    sbx_buf_free(&members);
    return !why;
}

void sbx_control(struct sbx_req *r, struct sbx_res *res)
{
    cJSON *json =
        sbx_utf8_ok(r->body, r->body_len) ? cJSON_ParseWithLength(r->body, r->body_len) : NULL;
    struct sbx_order c = {.s = r->s, .r = r, .res = res, .out = &res->body, .o = json};
    bool ok = true;

    if (cJSON_IsArray(json)) {
        sbx_buf_str(&res->body, "[");
        cJSON_ArrayForEach(c.o, json)
        {
            ok = one(&c) && ok;
            sbx_buf_str(&res->body, ",");
        }
        sbx_buf_uncomma(&res->body);
        sbx_buf_str(&res->body, "]");
    } else if (cJSON_IsObject(json)) {
        c.alone = true;
        ok = one(&c);
    } else {
        sbx_put(&res->body, "{'ok':false,'error':'the body must be a JSON object or array'}");
        ok = false;
    }
    res->status = ok ? 200 : 400;
    cJSON_Delete(json);
}
