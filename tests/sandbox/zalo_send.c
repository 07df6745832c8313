/* SPDX-License-Identifier: Apache-2.0 */
/* zalo_send.c - who may be written to and when (sections 3.1, 3.3, 3.6, 7), and the answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/citizen.h"
#include "tests/sandbox/zalo.h"
#include "tests/sandbox/zalo_legacy.h"

#define WINDOW_MS (7 * SBX_DAY_MS)
#define FREE_MS (48 * SBX_HOUR_MS)
#define TOTALS_GONE_MS 1772298000000LL /* 2026-03-01 00:00 +07:00: remain and total are dropped */

/* The recipient's number, or -1 with the error written. */
static int64_t recipient(struct zalo_call *c, const cJSON *to)
{
    const char *id = sbx_str(to, "user_id"), *reply = sbx_str(to, "message_id");
    int64_t user = -1;

    if (id) {
        user = sbx_users_find(&c->a->users, id);
    } else if (reply) { /* answers an inbound message */
        const struct sbx_entry *e = sbx_ledger_by_id(c->r->s, SBX_ZALO, reply);

        if (e && e->dir == SBX_IN && e->account == c->a->number)
            user = e->user;
    }
    if (user < 0)
        zalo_invalid(c->res, reply && !id ? "message_id" : "user_id");
    return user;
}

int zalo_refusal(const struct zalo_call *c, const struct sbx_user *u)
{
    if (u->flags & SBX_BLOCKED)
        return -217;
    if (u->flags & SBX_INACTIVE)
        return -227;
    if (u->flags & SBX_RESTRICTED)
        return -244;
    (void)c;
    return 0;
}

static int window(const struct zalo_call *c, const struct sbx_user *u)
{
    const struct sbx *s = c->r->s;
    int code = zalo_refusal(c, u);

    if (code)
        return code;
    if (s->sw[SW_ZALO_NEED_FOLLOW] && !(u->flags & SBX_FOLLOWS))
        return -213;
    if (!u->last_in)
        return -232;
    return c->r->now - u->last_in > WINDOW_MS ? s->sw[SW_ZALO_WINDOW_CODE] : 0;
}

/* Which purse pays; false if the reply quota is used up. Writes ,"quota":{...} or nothing. */
static bool quota(struct zalo_call *c, int64_t user, struct sbx_buf *out)
{
    struct sbx_user *u = &c->a->users.u[user];
    bool totals = c->r->now < TOTALS_GONE_MS;
    int cap = c->r->s->sw[SW_ZALO_REPLY_QUOTA];

    if (!(u->flags & SBX_INTERACTED) && u->flags & SBX_FOLLOWS &&
        c->r->now - u->last_in <= FREE_MS) {
        sbx_buf_str(out, ",\"quota\":{\"quota_type\":\"welcome_msg\"}");
        return true;
    }
    if (c->r->now - u->last_in <= FREE_MS) {
        if (cap >= 0 && sbx_user_extra(&c->a->users, (uint32_t)user)->free_replies++ >= cap)
            return false;
        if (totals)
            sbx_buf_str(out,
                        ",\"quota\":{\"quota_type\":\"reply\",\"remain\":\"8\",\"total\":\"8\"}");
        else
            sbx_buf_str(out, ",\"quota\":{\"quota_type\":\"reply\"}");
        return true;
    }
    if (c->a->sub_quota > 0) {
        struct sbx_when w = sbx_vn(c->r->now + 30 * SBX_DAY_MS);
        char day[40];

        snprintf(day, sizeof(day), "%02d/%02d/%d", w.day, w.month, w.year);
        c->a->sub_quota--;
        sbx_put(out,
                ",'quota':{'quota_type':'sub_quota','remain':'%d','total':'500',"
                "'expired_date':%q}",
                c->a->sub_quota, day);
    }
    return true; /* billed: no quota member */
}

void zalo_accepted(struct zalo_call *c, int64_t user, struct zalo_message *m,
                   const char *quota_json)
{
    struct sbx *s = c->r->s;
    char id[21], who[SBX_ID_MAX];
    struct sbx_buf data = {0};
    struct sbx_entry e = {.at_ms = c->r->now,
                          .platform = SBX_ZALO,
                          .account = c->a->number,
                          .user = user,
                          .kind = m->kind,
                          .id = id};
    int64_t seq;
    char *raw = s->quiet ? NULL : cJSON_PrintUnformatted(c->json);

    sbx_id_hex20(s, id);
    e.text = sbx_strdup(m->text);
    e.image = sbx_strdup(m->image);
    e.file = sbx_strdup(m->file);
    e.buttons = m->buttons.p;
    e.cards = m->cards.p;
    e.raw = raw;
    seq = sbx_ledger_add(s, &e, &c->a->users.u[user]);
    free(e.text);
    free(e.image);
    free(e.file);
    cJSON_free(raw);
    sbx_user_id(&c->a->users, (uint32_t)user, who);
    sbx_put(&data, "{'message_id':%q,'user_id':%q,'sent_time':'%l'%s}", id, who, c->r->now,
            quota_json);
    zalo_ok(c->res, data.p);
    sbx_buf_free(&data);
    sbx_receipts(s, c->a, user, seq);
}

static void send_cs(struct zalo_call *c)
{
    struct zalo_message m;
    struct sbx_buf q = {0};
    const char *field;
    int64_t user = -1;
    int code = zalo_check_message(c->r, c->a, sbx_get(c->json, "message"), &m, &field);

    if (code == -201)
        zalo_invalid(c->res, field);
    else if (code)
        zalo_error(c->res, code, NULL);
    else
        user = recipient(c, sbx_get(c->json, "recipient"));
    if (user >= 0) {
        code = window(c, &c->a->users.u[user]);
        if (code)
            zalo_error(c->res, code, NULL);
        else if (!quota(c, user, &q))
            zalo_error(c->res, -211, NULL);
        else
            zalo_accepted(c, user, &m, q.p ? q.p : "");
    }
    sbx_buf_free(&q);
    zalo_message_free(&m);
}

/* ZBS template by user id (3.3). */
static void send_template(struct zalo_call *c)
{
    int form = c->r->s->sw[SW_ZALO_TEMPLATE_FORM];
    const char *id = form == 1 ? NULL : sbx_str(c->json, "user_id");
    const char *template_id = sbx_str(c->json, "template_id");
    const struct sbx_thing *t = sbx_thing_find(c->a, SBX_NOTIFY, template_id);
    const cJSON *data = sbx_get(c->json, "template_data");
    struct zalo_message m = {.kind = "template"};
    struct sbx_buf text = {0};
    const cJSON *v;
    int64_t user;
    int code;

    if (!id && form)
        id = sbx_str(sbx_get(c->json, "recipient"), "user_id");
    user = sbx_users_find(&c->a->users, id);
    if (user < 0 || !t || !cJSON_IsObject(data)) {
        zalo_invalid(c->res, user < 0 ? "user_id" : !t ? "template_id" : "template_data");
        return;
    }
    code = t->type && !strcmp(t->type, "no_uid") ? -249 : zalo_refusal(c, &c->a->users.u[user]);
    if (code) {
        zalo_error(c->res, code, NULL);
        return;
    }
    sbx_put(&text, "[%s]", template_id);
    cJSON_ArrayForEach(v, data)
    {
        sbx_put(&text, "\n%s: %s", v->string, cJSON_IsString(v) ? v->valuestring : "");
    }
    m.text = text.p;
    zalo_accepted(c, user, &m, ",\"quota\":{\"quota_type\":\"purchase_quota\"}");
    sbx_buf_free(&text);
}

static void send_group(struct zalo_call *c)
{
    const char *id = sbx_str(sbx_get(c->json, "recipient"), "group_id"), *field;
    struct zalo_message m;
    struct sbx_entry e = {.at_ms = c->r->now, .platform = SBX_ZALO, .user = -1, .kind = "group"};
    const struct sbx_thing *group = sbx_thing_find(c->a, SBX_PERSONA, id);
    char mid[21], data[160];
    int code = zalo_check_message(c->r, c->a, sbx_get(c->json, "message"), &m, &field);

    if (code == -201 || !group) {
        zalo_invalid(c->res, code == -201 ? field : "group_id");
    } else if (code || (group->type && !strcmp(group->type, "disabled"))) {
        zalo_error(c->res, code ? code : -237, NULL);
    } else {
        sbx_id_hex20(c->r->s, mid);
        e.account = c->a->number;
        e.text = sbx_strdup(m.text);
        e.id = mid;
        sbx_ledger_add(c->r->s, &e, NULL);
        free(e.text);
        snprintf(data, sizeof(data), "{\"message_id\":\"%s\",\"group_id\":\"%.60s\"}", mid, id);
        zalo_ok(c->res, data);
    }
    zalo_message_free(&m);
}

bool zalo_send_route(struct zalo_call *c)
{
    static const struct {
        const char *path;
        void (*run)(struct zalo_call *c);
    } table[] = {
        {"/v3.0/oa/message/cs", send_cs},
        {"/v2.0/oa/message", zalo_send_v2},
        {"/v3.0/oa/message/template", send_template},
        {"/v3.0/oa/message/promotion", zalo_send_promotion},
        {"/v3.0/oa/message/transaction", zalo_send_transaction},
        {"/v3.0/oa/group/message", send_group},
        {"/message/template", zalo_send_phone},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (strcmp(table[i].path, c->r->path) != 0)
            continue;
        if (strcmp(c->r->method, "POST") != 0 || !c->json)
            zalo_error(c->res, -209, NULL);
        else
            table[i].run(c);
        return true;
    }
    return false;
}
