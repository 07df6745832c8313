/* SPDX-License-Identifier: Apache-2.0 */
/* viber.c - routing, tokens and errors (sections 1, 5), account calls (2.4 to 2.6). */
#include "tests/sandbox/viber.h"

#include <stdio.h>
#include <string.h>

#define DETAILS_MS (12 * SBX_HOUR_MS)

static const char *const names[] = {"ok",
                                    "invalidUrl",
                                    "invalidAuthToken",
                                    "badData",
                                    "missingData",
                                    "receiverNotRegistered",
                                    "receiverNotSubscribed",
                                    "publicAccountBlocked",
                                    "publicAccountNotFound",
                                    "publicAccountSuspended",
                                    "webhookNotSet",
                                    "receiverNoSuitableDevice",
                                    "tooManyRequests",
                                    "apiVersionNotSupported",
                                    "incompatibleWithVersion",
                                    "publicAccountNotAuthorized",
                                    "inchatReplyMessageNotAllowed",
                                    "publicAccountIsNotInline",
                                    "noPublicChat",
                                    "cannotSendBroadcast",
                                    "broadcastNotAllowed",
                                    "unsupportedCountry",
                                    "paymentUnsupported",
                                    "freeMessagesExceeded",
                                    "noBalance"};

const char *viber_status_name(int status)
{
    if (status == 5)
        return "Not found"; /* the wire text differs from the name */
    if (status == 6)
        return "notSubscribed";
    return status >= 0 && status < (int)(sizeof(names) / sizeof(names[0])) ? names[status]
                                                                           : "general error";
}

void viber_host(struct sbx *s, char out[24])
{
    snprintf(out, 24, "SN-CHAT-%02d_", (int)(sbx_random(&s->random) % 20) + 1);
}

void viber_error(struct sbx *s, struct sbx_res *res, int status, const char *message)
{
    char host[24];

    viber_host(s, host);
    sbx_buf_reset(&res->body);
    sbx_put(&res->body, "{'status':%d", status);
    if (!s->sw[SW_VIBER_BARE_ERRORS])
        sbx_put(&res->body, ",'status_message':%q", message ? message : viber_status_name(status));
    if (sbx_random(&s->random) % 2)
        sbx_put(&res->body, ",'chat_hostname':%q", host);
    sbx_buf_str(&res->body, "}");
    res->status = 200;
}

void viber_begin_ok(struct sbx *s, struct sbx_res *res)
{
    char host[24];

    viber_host(s, host);
    sbx_buf_reset(&res->body);
    sbx_put(&res->body, "{'status':0,'status_message':'ok','chat_hostname':%q", host);
}

void viber_account_info(struct viber_call *c)
{
    static const char *const events[] = {"delivered", "seen", "failed", "conversation_started"};
    const struct sbx_account *a = c->a;
    struct sbx_buf *b = &c->res->body;
    int64_t subscribers = 0;

    for (size_t i = 0; i < a->users.n; i++)
        subscribers += (a->users.u[i].flags & SBX_FOLLOWS) != 0;
    viber_begin_ok(c->r->s, c->res);
    sbx_put(b, ",'id':%q,'chat_flags':[]", a->id);
    if (!a->channel)
        sbx_put(b,
                ",'name':%q,'uri':%q,'icon':'','background':'','category':'Government',"
                "'subcategory':'Public services','location':{'lat':12.2388,'lon':109.1967},"
                "'country':'VN','subscribers_count':%l",
                a->name, a->uri, subscribers);
    if (a->hook_on && a->hook_url[0]) {
        sbx_put(b, ",'webhook':%q,'event_types':['subscribed','unsubscribed','message'",
                a->hook_url);
        for (int i = 0; i < 4; i++)
            if (a->hook_events & (1u << i))
                sbx_put(b, ",%q", events[i]);
        sbx_buf_str(b, "]");
    }
    sbx_put(b, ",'members':[{'id':%q,'name':'Quản trị kênh','avatar':'','role':'%s'}]}",
            a->admin_id, a->channel ? "superadmin" : "admin");
}

void viber_user_details(struct viber_call *c)
{
    const char *id = sbx_str(c->json, "id");
    int64_t user = sbx_users_find(&c->a->users, id);
    struct sbx_extra *x;
    char name[160];

    if (!id) {
        viber_error(c->r->s, c->res, 4, "missing id");
        return;
    }
    if (user < 0 || !(c->a->users.u[user].flags & (SBX_FOLLOWS | SBX_INTERACTED))) {
        viber_error(c->r->s, c->res, user < 0 ? 5 : 6, NULL);
        return;
    }
    x = sbx_user_extra(&c->a->users, (uint32_t)user);
    if (c->r->now - x->detail_from >= DETAILS_MS) {
        x->detail_from = c->r->now;
        x->detail_count = 0;
    }
    if (x->detail_count++ >= 2) {
        viber_error(c->r->s, c->res, c->r->s->sw[SW_VIBER_DETAILS_STATUS], NULL);
        return;
    }
    sbx_user_name(&c->a->users, (uint32_t)user, name, sizeof(name));
    viber_begin_ok(c->r->s, c->res);
    sbx_put(&c->res->body,
            ",'user':{'id':%q,'name':%q,'language':'vi-VN','country':'VN',"
            "'primary_device_os':'Android 14','api_version':10,"
            "'viber_version':'21.4.0','mcc':452,'mnc':4,'device_type':'Phone'}}",
            id, name);
}

void viber_get_online(struct viber_call *c)
{
    const cJSON *ids = sbx_get(c->json, "ids"), *id;

    if (!cJSON_IsArray(ids) || cJSON_GetArraySize(ids) < 1 || cJSON_GetArraySize(ids) > 100) {
        viber_error(c->r->s, c->res, cJSON_IsArray(ids) ? 3 : 4, NULL);
        return;
    }
    viber_begin_ok(c->r->s, c->res);
    sbx_buf_str(&c->res->body, ",\"users\":[");
    cJSON_ArrayForEach(id, ids)
    {
        const char *text = cJSON_IsString(id) ? id->valuestring : "";
        int64_t user = sbx_users_find(&c->a->users, text);
        bool known = user >= 0 && c->a->users.u[user].flags & SBX_FOLLOWS;

        sbx_put(&c->res->body, "{'id':%q,'online_status':%d,'online_status_message':'%s'", text,
                known ? 1 : 4, known ? "offline" : "unavailable");
        sbx_put(&c->res->body, ",'last_online':%l},", known ? c->a->users.u[user].last_in : 0);
    }
    sbx_buf_uncomma(&c->res->body);
    sbx_buf_str(&c->res->body, "]}");
}

static struct sbx_account *by_token(const struct sbx *s, const char *token)
{
    for (size_t i = 0; i < s->account_n; i++)
        if (s->account[i]->platform == SBX_VIBER && !s->account[i]->token[0].revoked &&
            !strcmp(s->account[i]->token[0].value, token))
            return s->account[i];
    return NULL;
}

/* Token by header or by body; the body may be refused for its size or form first. */
static bool open_call(struct viber_call *c)
{
    struct sbx_req *r = c->r;
    struct sbx *s = r->s;
    const char *token = sbx_header(r, "x-viber-auth-token");
    bool get = !strcmp(r->method, "GET");

    if (r->body_len > (size_t)s->sw[SW_VIBER_BODY_MAX]) {
        viber_error(s, c->res, s->sw[SW_VIBER_OVERSIZE_STATUS], "request is too large");
        return false;
    }
    if (r->body_len && !get) {
        c->json =
            sbx_utf8_ok(r->body, r->body_len) ? cJSON_ParseWithLength(r->body, r->body_len) : NULL;
        if (!cJSON_IsObject(c->json)) {
            viber_error(s, c->res, 3, "request body is not a valid JSON");
            return false;
        }
    }
    if (!token)
        token = sbx_str(c->json, "auth_token");
    if (!token || !*token) {
        viber_error(s, c->res, s->sw[SW_VIBER_MISSING_TOKEN_STATUS], "missing_auth_token");
        return false;
    }
    c->a = by_token(s, token);
    if (!c->a)
        viber_error(s, c->res, 2, NULL);
    return c->a != NULL;
}

void viber_route(struct sbx_req *r, struct sbx_res *res)
{
    static const struct {
        const char *name;
        void (*run)(struct viber_call *c);
        int kind; /* 1 needs a bot, 2 a channel, 0 either */
    } table[] = {
        {"send_message", viber_send, 1},
        {"broadcast_message", viber_broadcast, 1},
        {"set_webhook", viber_set_webhook, 0},
        {"get_account_info", viber_account_info, 0},
        {"get_user_details", viber_user_details, 1},
        {"get_online", viber_get_online, 1},
        {"post", viber_post, 0},
    };
    struct viber_call c = {.r = r, .res = res};
    const char *name = r->path + 4; /* "/pa/" */
    bool get = !strcmp(r->method, "GET");

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (strcmp(table[i].name, name) != 0)
            continue;
        if (strcmp(r->method, "POST") != 0 && !(get && !strcmp(name, "get_account_info")))
            break;
        if (open_call(&c)) {
            if (table[i].kind == 1 && c.a->channel)
                viber_error(r->s, res, 15, NULL);
            else
                table[i].run(&c);
        }
        cJSON_Delete(c.json);
        return;
    }
    res->status = 404;
    res->type = "text/html";
    sbx_buf_str(&res->body, "<html><body>Not found</body></html>");
}
