/* SPDX-License-Identifier: Apache-2.0 */
/* control_read.c - what tests and the page read: ledger, state, users. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/chaos.h"
#include "tests/sandbox/citizen.h"
#include "tests/sandbox/control.h"
#include "tests/sandbox/fault.h"
#include "tests/sandbox/hook.h"
#include "tests/sandbox/live.h"

static int64_t number(const struct sbx_req *r, const char *name, int64_t otherwise)
{
    const char *v = sbx_query(r, name);

    return v && *v ? strtoll(v, NULL, 10) : otherwise;
}

static void ledger(struct sbx_req *r, struct sbx_res *res)
{
    const char *format = sbx_query(r, "format"), *dir = sbx_query(r, "dir");
    struct sbx_ledger_query q = {.platform = sbx_platform_of(sbx_query(r, "platform")),
                                 .account = (unsigned)number(r, "account", 0),
                                 .user = sbx_query(r, "user"),
                                 .kind = sbx_query(r, "kind"),
                                 .since = number(r, "since", 0),
                                 .limit = number(r, "limit", 1000),
                                 .raw = number(r, "raw", 0) != 0,
                                 .last = number(r, "last", 0) != 0};

    q.lines = format && !strcmp(format, "ndjson");
    q.dir = dir && !strcmp(dir, "all") ? -1 : dir && !strcmp(dir, "in") ? SBX_IN : SBX_OUT;
    if (q.user && !strcmp(q.user, "demo") && q.platform != SBX_PLATFORMS)
        q.user = sbx_demo_id[q.platform];
    if (q.lines) {
        res->type = "application/x-ndjson; charset=utf-8";
        sbx_ledger_list(r->s, &q, &res->body);
        return;
    }
    sbx_buf_str(&res->body, "{\"messages\":[");
    sbx_ledger_list(r->s, &q, &res->body);
    sbx_buf_uncomma(&res->body);
    sbx_buf_str(&res->body, "]}");
}

static void put_counters(const struct sbx *s, struct sbx_buf *b)
{
    sbx_buf_str(b, "\"counters\":{");
    for (int p = 0; p < SBX_PLATFORMS; p++) {
        const struct sbx_counters *n = &s->count[p];

        sbx_put(b, "%q:{'requests':%l,'accepted':%l,'refused':%l,'faults':%l,'oauth':%l",
                sbx_platform_name((enum sbx_platform)p), (int64_t)n->requests, (int64_t)n->accepted,
                (int64_t)n->refused, (int64_t)n->faults, (int64_t)n->oauth);
        sbx_put(b,
                ",'webhooks_sent':%l,'webhooks_ok':%l,'webhooks_failed':%l,"
                "'webhooks_dropped':%l},",
                (int64_t)n->hooks_sent, (int64_t)n->hooks_ok, (int64_t)n->hooks_failed,
                (int64_t)n->hooks_dropped);
    }
    sbx_buf_uncomma(b);
    sbx_buf_str(b, "}");
}

static void state(struct sbx_req *r, struct sbx_res *res)
{
    struct sbx *s = r->s;
    struct sbx_when w = sbx_vn(r->now);
    struct sbx_buf *b = &res->body;
    char local[40];

    snprintf(local, sizeof(local), "%04d-%02d-%02dT%02d:%02d:%02d+07:00", w.year, w.month, w.day,
             w.hour, w.minute, w.second);
    sbx_put(b, "{'now_ms':%l,'now':%q,'speed_milli':%l,'quiet':%b,'limits':%b,'pending':%d", r->now,
            local, (int64_t)(s->clock_speed * 1000), s->quiet, s->limits, sbx_hooks_pending(s));
    sbx_put(b, ",'faults_left':%d,'ledger':%l,", sbx_faults_left(s), (int64_t)sbx_ledger_size(s));
    put_counters(s, b);
    sbx_buf_str(b, ",\"accounts\":");
    sbx_accounts_json(s, b);
    sbx_buf_str(b, ",\"switches\":");
    sbx_switch_list(s->sw, b);
    sbx_buf_str(b, ",\"waiting\":");
    sbx_hook_list(s, b);
    sbx_buf_str(b, "}");
}

static void user(struct sbx_req *r, struct sbx_res *res)
{
    enum sbx_platform p = sbx_platform_of(sbx_query(r, "platform"));
    const char *id = sbx_query(r, "user");
    const struct sbx_account *a =
        p == SBX_PLATFORMS ? NULL : sbx_account_get(r->s, p, (unsigned)number(r, "account", 1));
    int64_t i;

    if (a && id && !strcmp(id, "demo"))
        id = sbx_demo_id[p];
    i = a ? sbx_users_find(&a->users, id) : -1;
    if (i < 0) {
        res->status = 404;
        sbx_buf_str(&res->body, "{\"error\":\"no such user\"}");
        return;
    }
    sbx_user_json(a, i, &res->body);
}

static void users(struct sbx_req *r, struct sbx_res *res)
{
    enum sbx_platform p = sbx_platform_of(sbx_query(r, "platform"));
    const struct sbx_account *a =
        p == SBX_PLATFORMS ? NULL : sbx_account_get(r->s, p, (unsigned)number(r, "account", 1));
    int64_t from = number(r, "offset", 0), most = number(r, "limit", 100);

    if (!a) {
        res->status = 404;
        sbx_buf_str(&res->body, "{\"error\":\"no such account\"}");
        return;
    }
    sbx_put(&res->body, "{'total':%l,'users':[", (int64_t)a->users.n);
    for (int64_t i = from; i < from + most && i < (int64_t)a->users.n; i++) {
        sbx_user_json(a, i, &res->body);
        sbx_buf_str(&res->body, ",");
    }
    sbx_buf_uncomma(&res->body);
    sbx_buf_str(&res->body, "]}");
}

/* What came through each door; the first number is for what came through none. */
static void doors(struct sbx_req *r, struct sbx_res *res)
{
    sbx_put(&res->body, "{'now_ms':%l,'accepted':[", r->now);
    for (int i = 0; i <= r->s->doors; i++)
        sbx_put(&res->body, "%l,", (int64_t)r->s->by_door[i]);
    sbx_buf_uncomma(&res->body);
    sbx_buf_str(&res->body, "]}");
}

/* What the mixture of faults has done, and what it would do. */
static void chaos(struct sbx_req *r, struct sbx_res *res)
{
    enum sbx_platform p = sbx_platform_of(sbx_query(r, "platform"));

    if (p == SBX_PLATFORMS) {
        res->status = 404;
        sbx_buf_str(&res->body, "{\"error\":\"no such platform\"}");
        return;
    }
    sbx_chaos_json(r->s, p, number(r, "plan", 0), &res->body);
}

/* How often each citizen got messages with that text. */
static void reached(struct sbx_req *r, struct sbx_res *res)
{
    enum sbx_platform p = sbx_platform_of(sbx_query(r, "platform"));
    const char *text = sbx_query(r, "text");
    const struct sbx_account *a =
        p == SBX_PLATFORMS ? NULL : sbx_account_get(r->s, p, (unsigned)number(r, "account", 1));
    struct tally {
        int taken, failed;
    } * of;

    res->type = "text/plain; charset=utf-8";
    if (!a) {
        res->status = 404;
        return;
    }
    of = sbx_alloc((a->users.n + 1) * sizeof(*of));
    for (size_t i = 0; i < sbx_ledger_size(r->s); i++) {
        const struct sbx_entry *e = sbx_ledger_nth(r->s, i);

        if (e->platform != p || e->account != a->number || e->user < 0 || e->dir != SBX_OUT ||
            (text && (!e->text || !strstr(e->text, text))))
            continue;
        of[e->user].taken++;
        of[e->user].failed += e->status == SBX_FAILED;
    }
    for (size_t i = 0; i < a->users.n; i++) {
        char id[SBX_ID_MAX], line[SBX_ID_MAX + 32];

        sbx_user_id(&a->users, (uint32_t)i, id);
        snprintf(line, sizeof(line), "%s %d %d\n", id, of[i].taken, of[i].failed);
        sbx_buf_str(&res->body, line);
    }
    free(of);
}

/* Everything the page needs at its start. */
static void page(struct sbx_req *r, struct sbx_res *res)
{
    struct sbx_buf *b = &res->body;

    sbx_demo(r->s);
    sbx_put(b, "{'now':%l,", r->now);
    sbx_live_state(r->s, b);
    sbx_buf_str(b, ",\"phones\":[");
    for (int p = 0; p < SBX_PLATFORMS; p++) {
        const struct sbx_account *a = sbx_account_get(r->s, (enum sbx_platform)p, 1);
        int64_t i = sbx_users_find(&a->users, sbx_demo_id[p]);
        char *profile = a->profile ? cJSON_PrintUnformatted(a->profile) : NULL;
        struct sbx_ledger_query q = {.platform = a->platform,
                                     .account = 1,
                                     .user = sbx_demo_id[p],
                                     .dir = -1,
                                     .limit = 100,
                                     .last = true};

        sbx_put(b, "{'account':%q,'profile':%s,'user':", a->name, profile ? profile : "null");
        cJSON_free(profile);
        sbx_user_json(a, i, b);
        sbx_buf_str(b, ",\"messages\":[");
        sbx_ledger_list(r->s, &q, b);
        sbx_buf_uncomma(b);
        sbx_buf_str(b, "]},");
    }
    sbx_buf_uncomma(b);
    sbx_buf_str(b, "],\"posts\":[");
    sbx_ledger_list(
        r->s,
        &(struct sbx_ledger_query){
            .platform = SBX_PLATFORMS, .user = "", .dir = SBX_OUT, .limit = 30, .last = true},
        b);
    sbx_buf_uncomma(b);
    sbx_buf_str(b, "]}");
}

void sbx_control_read(struct sbx_req *r, struct sbx_res *res)
{
    static const struct {
        const char *path;
        void (*run)(struct sbx_req *r, struct sbx_res *res);
    } table[] = {{"/_control/ledger", ledger}, {"/_control/state", state},
                 {"/_control/user", user},     {"/_control/users", users},
                 {"/_control/chaos", chaos},   {"/_control/reached", reached},
                 {"/_control/doors", doors},   {"/_control/page", page}};

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (!strcmp(table[i].path, r->path)) {
            table[i].run(r, res);
            return;
        }
    }
    if (!strcmp(r->path, "/_control/stats")) {
        sbx_ledger_stats(r->s, &res->body);
        return;
    }
    res->status = 404;
    sbx_buf_str(&res->body, "{\"error\":\"not found\"}");
}
