/* SPDX-License-Identifier: Apache-2.0 */
#define H2O_USE_LIBUV 0
#include "tests/sandbox/live.h"

#include <h2o.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/http.h"

#define QUEUE_MAX (4u << 20) /* a page that does not read is cut off */

struct viewer {
    h2o_generator_t super;
    struct sbx *s;
    h2o_req_t *req;
    struct viewer *next;
    struct sbx_buf out, sending;
    bool busy;
    int64_t user[SBX_PLATFORMS];
};

struct sbx_live {
    struct viewer *first;
};

static void flush(struct viewer *v)
{
    struct sbx_buf t;
    h2o_iovec_t iov;

    if (v->busy || !v->out.len)
        return;
    t = v->sending;
    v->sending = v->out;
    v->out = t;
    sbx_buf_reset(&v->out);
    v->busy = true;
    iov = h2o_iovec_init(v->sending.p, v->sending.len);
    h2o_send(v->req, &iov, 1, H2O_SEND_STATE_IN_PROGRESS);
}

static void on_proceed(h2o_generator_t *g, h2o_req_t *req)
{
    struct viewer *v = (struct viewer *)g;

    (void)req;
    v->busy = false;
    flush(v);
}

static void on_gone(void *p)
{
    struct viewer *v = p;

    for (struct viewer **at = &v->s->live->first; *at; at = &(*at)->next) {
        if (*at == v) {
            *at = v->next;
            break;
        }
    }
    sbx_buf_free(&v->out);
    sbx_buf_free(&v->sending);
}

static void on_stop(h2o_generator_t *g, h2o_req_t *req)
{
    (void)g; /* the pool's destructor does the work */
    (void)req;
}

static void event(struct viewer *v, const struct sbx_buf *json)
{
    if (v->out.len > QUEUE_MAX)
        return;
    sbx_buf_str(&v->out, "data: ");
    sbx_buf_add(&v->out, json->p, json->len);
    sbx_buf_str(&v->out, "\n\n");
    flush(v);
}

int sbx_live_attach(struct sbx *s, struct st_h2o_req_t *req)
{
    struct sbx_req r = {.s = s, .h2o = req, .query = ""};
    struct viewer *v = h2o_mem_alloc_shared(&req->pool, sizeof(*v), on_gone);

    memset(v, 0, sizeof(*v));
    if (req->query_at != SIZE_MAX)
        r.query =
            sbx_keep(&r, req->path.base + req->query_at + 1, req->path.len - req->query_at - 1);
    v->super.proceed = on_proceed;
    v->super.stop = on_stop;
    v->s = s;
    v->req = req;
    for (int p = 0; p < SBX_PLATFORMS; p++) {
        const struct sbx_account *a = sbx_account_get(s, (enum sbx_platform)p, 1);

        v->user[p] =
            sbx_users_find(&a->users, sbx_query(&r, sbx_platform_name((enum sbx_platform)p)));
    }
    v->next = s->live->first;
    s->live->first = v;
    req->res.status = 200;
    req->res.reason = "OK";
    h2o_add_header(&req->pool, &req->res.headers, H2O_TOKEN_CONTENT_TYPE, NULL,
                   H2O_STRLIT("text/event-stream; charset=utf-8"));
    h2o_add_header(&req->pool, &req->res.headers, H2O_TOKEN_CACHE_CONTROL, NULL,
                   H2O_STRLIT("no-store"));
    h2o_start_response(req, &v->super);
    sbx_buf_str(&v->out, ": xin chao\n\n");
    flush(v);
    return 0;
}

static bool shows(const struct viewer *v, const struct sbx_entry *e)
{
    return e->account == 1 && (e->user < 0 || v->user[e->platform] == e->user);
}

void sbx_live_entry(struct sbx *s, const struct sbx_entry *e)
{
    struct sbx_buf json = {0};

    for (struct viewer *v = s->live->first; v; v = v->next) {
        if (!shows(v, e))
            continue;
        if (!json.len) {
            sbx_buf_str(&json, "{\"type\":\"message\",\"message\":");
            sbx_entry_json(s, e, false, &json);
            sbx_buf_str(&json, "}");
        }
        event(v, &json);
    }
    sbx_buf_free(&json);
}

void sbx_live_status(struct sbx *s, const struct sbx_entry *e)
{
    struct sbx_buf json = {0};

    for (struct viewer *v = s->live->first; v; v = v->next) {
        if (!shows(v, e))
            continue;
        if (!json.len)
            sbx_put(&json, "{'type':'status','seq':%l,'status':%d}", e->seq, (int)e->status);
        event(v, &json);
    }
    sbx_buf_free(&json);
}

void sbx_user_json(const struct sbx_account *a, int64_t user, struct sbx_buf *out)
{
    const struct sbx_user *u = &a->users.u[user];
    char id[SBX_ID_MAX], name[160];

    sbx_user_id(&a->users, (uint32_t)user, id);
    sbx_user_name(&a->users, (uint32_t)user, name, sizeof(name));
    sbx_put(out, "{'platform':%q,'account':%d,'id':%q,'name':%q,'follows':%b,'blocked':%b",
            sbx_platform_name(a->platform), (int)a->number, id, name, (u->flags & SBX_FOLLOWS) != 0,
            (u->flags & SBX_BLOCKED) != 0);
    sbx_put(out, ",'interacted':%b,'opted_out':%b,'other_app':%b,'last_interaction':%l,'sent':%d}",
            (u->flags & SBX_INTERACTED) != 0, (u->flags & SBX_OPTED_OUT) != 0,
            (u->flags & SBX_OTHER_APP) != 0, u->last_in, (int)u->sent);
}

void sbx_live_user(struct sbx *s, const struct sbx_account *a, int64_t user)
{
    struct sbx_buf json = {0};

    for (struct viewer *v = s->live->first; v; v = v->next) {
        if (a->number != 1 || v->user[a->platform] != user)
            continue;
        if (!json.len) {
            sbx_buf_str(&json, "{\"type\":\"user\",\"user\":");
            sbx_user_json(a, user, &json);
            sbx_buf_str(&json, "}");
        }
        event(v, &json);
    }
    sbx_buf_free(&json);
}

void sbx_live_reset(struct sbx *s)
{
    struct sbx_buf json = {0};

    sbx_buf_str(&json, "{\"type\":\"reset\"}");
    for (struct viewer *v = s->live->first; v; v = v->next)
        event(v, &json);
    sbx_buf_free(&json);
}

void sbx_live_state(const struct sbx *s, struct sbx_buf *out)
{
    sbx_buf_str(out, "\"counts\":{");
    for (int p = 0; p < SBX_PLATFORMS; p++) {
        const struct sbx_account *a = sbx_account_get(s, (enum sbx_platform)p, 1);
        const struct sbx_counters *c = &s->count[p];

        sbx_put(out, "%q:{'name':%q,'users':%l,'accepted':%l,'refused':%l,'hooks':%l},",
                sbx_platform_name((enum sbx_platform)p), a->name, (int64_t)a->users.n,
                (int64_t)c->accepted, (int64_t)c->refused, (int64_t)c->hooks_ok);
    }
    sbx_buf_uncomma(out);
    sbx_buf_str(out, "}");
}

static void tick(struct sbx *s, void *arg)
{
    struct sbx_buf json = {0};

    (void)arg;
    if (s->live->first) {
        sbx_put(&json, "{'type':'state','now':%l,", sbx_now(s));
        sbx_live_state(s, &json);
        sbx_buf_str(&json, "}");
        for (struct viewer *v = s->live->first; v; v = v->next)
            event(v, &json);
    }
    sbx_buf_free(&json);
    sbx_timer(s, 1000, tick, NULL);
}

void sbx_live_start(struct sbx *s)
{
    s->live = sbx_alloc(sizeof(*s->live));
    sbx_timer(s, 1000, tick, NULL);
}
