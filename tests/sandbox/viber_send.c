/* SPDX-License-Identifier: Apache-2.0 */
/* viber_send.c - send_message, broadcast_message, channel posts (2.2, 2.3, 2.7), sessions (6). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/citizen.h"
#include "tests/sandbox/fault.h"
#include "tests/sandbox/viber.h"

/* 0 if the user may get it; else the status. `billing` is what the send costs. */
static int may_get(struct sbx *s, struct sbx_account *a, int64_t user, int64_t api, int *billing)
{
    struct sbx_user *u = &a->users.u[user];
    int64_t now = sbx_now(s);
    uint32_t hour = (uint32_t)(now / SBX_HOUR_MS);
    bool session = u->flags & SBX_INTERACTED && now - u->session < SBX_DAY_MS && now >= u->session;
    bool legacy = s->sw[SW_VIBER_FREE_LEFT] >= 0;

    if (u->flags & SBX_BLOCKED || !(u->flags & SBX_FOLLOWS))
        return 6;
    if (u->flags & SBX_INACTIVE)
        return 11;
    if (u->flags & SBX_OLD_CLIENT && api > 1)
        return 13;
    if (u->hour != hour) {
        u->hour = hour;
        u->hour_sent = 0;
    }
    if (s->limits && u->hour_sent >= s->sw[SW_VIBER_HOUR_CAP])
        return 12;
    if (session) {
        *billing = legacy ? 1 : 2;
    } else if (legacy) {
        if (!s->sw[SW_VIBER_FREE_LEFT])
            return 23;
        s->sw[SW_VIBER_FREE_LEFT]--;
        *billing = 3;
    } else {
        if (s->sw[SW_VIBER_BALANCE])
            return 24;
        *billing = 5;
    }
    if (u->hour_sent < UINT16_MAX)
        u->hour_sent++;
    return 0;
}

static int find_receiver(const struct sbx *s, const struct sbx_account *a, const char *id,
                         int64_t *user)
{
    *user = sbx_users_find(&a->users, id);
    if (*user >= 0)
        return 0;
    return sbx_id_shape_ok(SBX_VIBER, id) ? 5 : s->sw[SW_VIBER_MALFORMED_STATUS];
}

/* The broadcast placeholders, also inside tracking_data. */
static char *fill(const char *text, const char *id, const char *name)
{
    struct sbx_buf b = {0};
    static const char mark[] = "replace_me_with_";

    if (!text)
        return NULL;
    sbx_buf_str(&b, "");
    for (const char *p; (p = strstr(text, mark));) {
        sbx_buf_add(&b, text, (size_t)(p - text));
        text = p + sizeof(mark) - 1;
        if (!strncmp(text, "receiver_id", 11)) {
            sbx_buf_str(&b, id);
            text += 11;
        } else if (!strncmp(text, "url_encoded_receiver_id", 23)) {
            for (const char *q = id; *q; q++) {
                if (strchr("+/=", *q))
                    sbx_put(&b, *q == '+' ? "%%2B" : *q == '/' ? "%%2F" : "%%3D");
                else
                    sbx_buf_add(&b, q, 1);
            }
            text += 23;
        } else if (!strncmp(text, "user_name", 9)) {
            sbx_buf_str(&b, name);
            text += 9;
        } else {
            sbx_buf_str(&b, mark);
        }
    }
    sbx_buf_str(&b, text);
    return b.p;
}

static void record(struct viber_call *c, int64_t user, const struct viber_message *m,
                   const char *token, enum viber_mode mode, const char *raw)
{
    struct sbx *s = c->r->s;
    struct sbx_user *u = user >= 0 ? &c->a->users.u[user] : NULL;
    struct sbx_entry e = {.at_ms = c->r->now, .platform = SBX_VIBER, .user = user};
    char id[SBX_ID_MAX], name[160];
    int64_t seq;

    e.account = c->a->number;
    e.kind = mode == VIBER_MODE_POST ? "post" : m->kind;
    if (s->quiet) {
        sbx_ledger_add(s, &e, u);
        return;
    }
    if (mode == VIBER_MODE_BROADCAST) {
        sbx_user_id(&c->a->users, (uint32_t)user, id);
        sbx_user_name(&c->a->users, (uint32_t)user, name, sizeof(name));
        e.text = fill(m->text, id, name);
        e.ref = fill(m->tracking, id, name);
    } else {
        e.text = sbx_strdup(m->text);
        e.ref = sbx_strdup(m->tracking);
    }
    e.image = sbx_strdup(m->image);
    e.file = sbx_strdup(m->file);
    e.buttons = m->buttons.p;
    e.cards = m->cards.p;
    e.id = sbx_strdup(token);
    e.raw = sbx_strdup(raw);
    if (user >= 0 && (e.ref || sbx_user_peek(&c->a->users, (uint32_t)user))) {
        struct sbx_extra *x = sbx_user_extra(&c->a->users, (uint32_t)user);

        free(x->tracking);
        x->tracking = e.ref && *e.ref ? sbx_strdup(e.ref) : NULL;
    }
    seq = sbx_ledger_add(s, &e, u);
    free(e.text);
    free(e.ref);
    free(e.image);
    free(e.file);
    free(e.id);
    free(e.raw);
    if (user >= 0)
        sbx_receipts(s, c->a, user, seq);
}

static void next_token(struct sbx *s, char out[24])
{
    snprintf(out, 24, "%lld", (long long)s->token_seq++);
}

static bool has_webhook(struct viber_call *c)
{
    if (c->a->hook_on || c->r->s->quiet)
        return true;
    viber_error(c->r->s, c->res, 10, NULL);
    return false;
}

void viber_send(struct viber_call *c)
{
    struct sbx *s = c->r->s;
    const char *to = sbx_str(c->json, "receiver");
    struct viber_message m;
    int64_t user = -1;
    int status = 0, billing = 0;
    char token[24];
    char *raw;

    if (!has_webhook(c))
        return;
    if (!viber_check(s, c->json, VIBER_MODE_SEND, &m)) {
        viber_error(s, c->res, m.status, m.why);
        viber_message_free(&m);
        return;
    }
    status = to ? find_receiver(s, c->a, to, &user) : 4;
    if (!status)
        status = may_get(s, c->a, user, m.api, &billing);
    if (status) {
        viber_error(s, c->res, status,
                    status == 12    ? "maximum messages from Public Account to Viber user without "
                                      "reply exceeded."
                    : status == 4   ? "missing parameter: receiver"
                    : status == 999 ? "Bad receiver ID"
                                    : NULL);
    } else {
        next_token(s, token);
        raw = s->quiet ? NULL : cJSON_PrintUnformatted(c->json);
        record(c, user, &m, token, VIBER_MODE_SEND, raw);
        cJSON_free(raw);
        viber_begin_ok(s, c->res);
        sbx_put(&c->res->body, ",'message_token':%s,'billing_status':%d}", token, billing);
    }
    viber_message_free(&m);
}

static bool broadcast_allowed(struct viber_call *c, const cJSON *list)
{
    struct sbx *s = c->r->s;
    int limit = s->rate_per_window[SBX_VIBER] ? s->rate_per_window[SBX_VIBER] : 500;
    int window = s->rate_window_ms[SBX_VIBER] ? s->rate_window_ms[SBX_VIBER] : 10000;
    int status = 0;

    if (!s->sw[SW_VIBER_BROADCAST])
        status = 20;
    else if (!cJSON_IsArray(list))
        status = 4;
    else if (cJSON_GetArraySize(list) < 1 || cJSON_GetArraySize(list) > 300)
        status = 3;
    else if (s->limits && !sbx_rate_take(&c->a->rate, c->r->now, window, limit))
        status = 12;
    if (status)
        viber_error(s, c->res, status, NULL);
    return !status;
}

void viber_broadcast(struct viber_call *c)
{
    struct sbx *s = c->r->s;
    const cJSON *list = sbx_get(c->json, "broadcast_list"), *to;
    struct viber_message m;
    struct sbx_buf failed = {0};
    char token[24];
    int billing;

    if (!has_webhook(c) || !broadcast_allowed(c, list))
        return;
    if (!viber_check(s, c->json, VIBER_MODE_BROADCAST, &m)) {
        viber_error(s, c->res, m.status, m.why);
        viber_message_free(&m);
        return;
    }
    next_token(s, token);
    sbx_buf_str(&failed, "");
    cJSON_ArrayForEach(to, list)
    {
        const char *id = cJSON_IsString(to) ? to->valuestring : "";
        int64_t user = -1;
        int status = find_receiver(s, c->a, id, &user);

        if (!status)
            status = may_get(s, c->a, user, m.api, &billing);
        if (!status && sbx_fault_some(c->r, id))
            status = c->r->fault->code;
        if (!status)
            record(c, user, &m, token, VIBER_MODE_BROADCAST, NULL);
        else
            sbx_put(&failed, "{'receiver':%q,'status':%d,'status_message':%q},", id, status,
                    status == 6 ? "Not subscribed" : viber_status_name(status));
    }
    sbx_buf_uncomma(&failed);
    viber_begin_ok(s, c->res);
    sbx_put(&c->res->body, ",'message_token':%s", token);
    if (failed.len || s->sw[SW_VIBER_EMPTY_FAILED_LIST])
        sbx_put(&c->res->body, ",'failed_list':[%s]", failed.p);
    sbx_buf_str(&c->res->body, "}");
    sbx_buf_free(&failed);
    viber_message_free(&m);
}

void viber_post(struct viber_call *c)
{
    struct sbx *s = c->r->s;
    const char *from = sbx_str(c->json, "from");
    struct viber_message m;
    char token[24];
    char *raw;

    if (!c->a->channel) {
        viber_error(s, c->res, 18, NULL);
        return;
    }
    if (s->sw[SW_VIBER_CHANNEL_WEBHOOK] && !has_webhook(c))
        return;
    if (!from || strcmp(from, c->a->admin_id) != 0) {
        viber_error(s, c->res, from ? 15 : 4, from ? NULL : "missing parameter: from");
        return;
    }
    if (!viber_check(s, c->json, VIBER_MODE_POST, &m)) {
        viber_error(s, c->res, m.status, m.why);
    } else {
        next_token(s, token);
        raw = s->quiet ? NULL : cJSON_PrintUnformatted(c->json);
        record(c, -1, &m, token, VIBER_MODE_POST, raw);
        cJSON_free(raw);
        viber_begin_ok(s, c->res);
        sbx_put(&c->res->body, ",'message_token':%s}", token);
    }
    viber_message_free(&m);
}
