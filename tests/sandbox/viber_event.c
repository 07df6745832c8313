/* SPDX-License-Identifier: Apache-2.0 */
/* viber_event.c - set_webhook with its call in the call (2.1), and the callbacks of section 4. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/citizen.h"
#include "tests/sandbox/hook.h"
#include "tests/sandbox/live.h"
#include "tests/sandbox/viber.h"

/* ---- set_webhook ---- */

struct setting {
    struct sbx_account *a;
    struct sbx_hold *hold;
    char url[512];
    unsigned events;
    bool filtered;
};

static void put_events(const struct setting *w, struct sbx_buf *out)
{
    static const char *const full[] = {
        "subscribed",    "unsubscribed", "webhook",   "conversation_started",
        "client_status", "action",       "delivered", "failed",
        "message",       "seen"};
    static const struct {
        const char *name;
        unsigned bit; /* 0: always */
    } some[] = {{"subscribed", 0},
                {"unsubscribed", 0},
                {"conversation_started", VIBER_STARTED},
                {"delivered", VIBER_DELIVERED},
                {"failed", VIBER_FAILED},
                {"message", 0},
                {"seen", VIBER_SEEN}};

    sbx_buf_str(out, ",\"event_types\":[");
    if (!w->filtered)
        for (size_t i = 0; i < sizeof(full) / sizeof(full[0]); i++)
            sbx_put(out, "%q,", full[i]);
    else
        for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
            if (!some[i].bit || w->events & some[i].bit)
                sbx_put(out, "%q,", some[i].name);
    sbx_buf_uncomma(out);
    sbx_buf_str(out, "]");
}

static void on_webhook_answer(struct sbx *s, void *arg, const struct sbx_hook_result *r)
{
    struct setting *w = arg;
    struct sbx_res res = {.status = 200};
    char why[200];

    if (r->status == 200) {
        snprintf(w->a->hook_url, sizeof(w->a->hook_url), "%s", w->url);
        w->a->hook_on = true;
        w->a->hook_events = w->events;
        w->a->hook_failing_mono = 0;
        viber_begin_ok(s, &res);
        put_events(w, &res.body);
        sbx_buf_str(&res.body, "}");
    } else {
        if (r->status)
            snprintf(why, sizeof(why),
                     "Result[HttpRequest[POST /webhook HTTP/1.1]@351848d8 > HttpResponse[HTTP/1.1 "
                     "%d unknown status]@20d79eb3] null",
                     r->status);
        else
            snprintf(why, sizeof(why),
                     "Result[HttpRequest[POST /webhook HTTP/1.1]@351848d8 > HttpResponse[null]] "
                     "java.net.ConnectException: Connection refused");
        viber_error(s, &res, 1, why);
    }
    sbx_hold_send(w->hold, &res);
    sbx_buf_free(&res.body);
    free(w);
}

static bool url_allowed(const struct sbx *s, const char *url)
{
    if (!strncmp(url, "https://", 8))
        return true;
    return s->sw[SW_VIBER_LOOPBACK_HTTP] &&
           (!strncmp(url, "http://127.0.0.1", 16) || !strncmp(url, "http://localhost", 16));
}

/* False: an unknown name. */
static bool read_events(const cJSON *list, struct setting *w)
{
    static const char *const name[] = {"delivered", "seen", "failed", "conversation_started"};
    static const char *const other[] = {"message", "subscribed",    "unsubscribed",
                                        "webhook", "client_status", "action"};
    const cJSON *v;

    w->events = ~0u;
    if (!list)
        return true;
    if (!cJSON_IsArray(list))
        return false;
    w->filtered = true;
    w->events = 0;
    cJSON_ArrayForEach(v, list)
    {
        bool known = false;

        for (unsigned i = 0; cJSON_IsString(v) && i < 4; i++) {
            if (!strcmp(name[i], v->valuestring)) {
                w->events |= 1u << i;
                known = true;
            }
        }
        for (size_t i = 0; cJSON_IsString(v) && i < sizeof(other) / sizeof(other[0]); i++)
            known = known || !strcmp(other[i], v->valuestring);
        if (!known)
            return false;
    }
    return true;
}

void viber_set_webhook(struct viber_call *c)
{
    struct sbx *s = c->r->s;
    const char *url = sbx_str(c->json, "url");
    struct sbx_raw_hook raw = {.account = c->a};
    struct setting *w;
    struct sbx_buf body = {0};
    char host[24];

    if (!url) {
        viber_error(s, c->res, 4, "missing parameter: url");
        return;
    }
    if (!*url) { /* removes the webhook and closes the 1-on-1 chat */
        c->a->hook_url[0] = '\0';
        c->a->hook_on = false;
        viber_begin_ok(s, c->res);
        sbx_buf_str(&c->res->body, "}");
        return;
    }
    if (!url_allowed(s, url) || strlen(url) >= sizeof(w->url)) {
        viber_error(s, c->res, 1, "url is not valid");
        return;
    }
    w = sbx_alloc(sizeof(*w));
    if (!read_events(sbx_get(c->json, "event_types"), w)) {
        viber_error(s, c->res, 3, "event_types is not valid.");
        free(w);
        return;
    }
    w->a = c->a;
    snprintf(w->url, sizeof(w->url), "%s", url);
    if (s->sw[SW_VIBER_DROP_QUERY])
        w->url[strcspn(w->url, "?")] = '\0';
    w->hold = sbx_hold(c->r, c->res);
    viber_host(s, host);
    sbx_put(&body, "{'event':'webhook','timestamp':%l,'chat_hostname':%q,'message_token':%l}",
            c->r->now, host, s->token_seq++);
    raw.url = w->url;
    raw.body = body.p;
    raw.len = body.len;
    raw.done = on_webhook_answer;
    raw.arg = w;
    sbx_hook_raw(s, &raw);
    sbx_buf_free(&body);
}

/* ---- callbacks ---- */

static void put_user(const struct sbx_account *a, int64_t user, struct sbx_buf *b)
{
    char id[SBX_ID_MAX], name[160];
    bool old = a->users.u[user].flags & SBX_OLD_CLIENT;

    sbx_user_id(&a->users, (uint32_t)user, id);
    sbx_user_name(&a->users, (uint32_t)user, name, sizeof(name));
    sbx_put(b, "{'id':%q,'name':%q,", id, name);
    if (user % 3 != 2) /* an optional key is missing for some */
        sbx_put(b, "'avatar':'https://media-direct.cdn.viber.example/download_photo?dlid=%d',",
                (int)user);
    sbx_put(b, "'language':'vi-VN','country':'VN','api_version':%d}", old ? 1 : 10);
}

static void push(struct sbx *s, struct sbx_account *a, const char *kind, struct sbx_buf *b,
                 sbx_hook_done_cb done, void *arg)
{
    struct sbx_event e = {
        .account = a, .kind = kind, .json = b->p, .len = b->len, .done = done, .arg = arg};

    sbx_hook_push(s, &e);
    sbx_buf_free(b);
}

static void begin(struct sbx *s, const char *event, struct sbx_buf *b)
{
    char host[24];

    viber_host(s, host);
    sbx_put(b, "{'event':%q,'timestamp':%l,'chat_hostname':%q", event, sbx_now(s), host);
}

void viber_say(struct sbx *s, struct sbx_account *a, int64_t user, const struct viber_said *said)
{
    struct sbx_user *u = &a->users.u[user];
    const struct sbx_extra *x = sbx_user_peek(&a->users, (uint32_t)user);
    struct sbx_entry e = {.at_ms = sbx_now(s), .platform = SBX_VIBER, .user = user, .dir = SBX_IN};
    struct sbx_buf b = {0};
    char token[24];

    u->flags |= SBX_FOLLOWS; /* writing subscribes, and no `subscribed` comes */
    sbx_touch(s, a, user);
    snprintf(token, sizeof(token), "%lld", (long long)s->token_seq++);
    e.account = a->number;
    e.kind = said->type;
    e.text = sbx_strdup(said->text);
    e.image = sbx_strdup(said->image);
    e.id = token;
    e.status = SBX_DELIVERED;
    if (!said->silent)
        sbx_ledger_add(s, &e, NULL);
    free(e.text);
    free(e.image);
    begin(s, "message", &b);
    sbx_put(&b, ",'message_token':%s,'sender':", token);
    put_user(a, user, &b);
    sbx_buf_str(&b, ",\"message\":{");
    if (said->text)
        sbx_put(&b, "'text':%q,", said->text);
    if (said->members)
        sbx_buf_str(&b, said->members);
    sbx_put(&b, "'type':%q", said->type);
    if (x && x->tracking)
        sbx_put(&b, ",'tracking_data':%q", x->tracking);
    sbx_put(&b, "},'silent':%b}", said->silent);
    push(s, a, "message", &b, NULL, NULL);
}

struct welcome {
    struct sbx_account *a;
    int64_t user;
    int64_t at_mono;
};

/* The body of the answer is the welcome message: free, one only, shown before subscription. */
static void on_started_answer(struct sbx *s, void *arg, const struct sbx_hook_result *r)
{
    struct welcome *w = arg;
    cJSON *json = r->status == 200 && r->len ? cJSON_ParseWithLength(r->body, r->len) : NULL;
    struct sbx_entry e = {.at_ms = sbx_now(s), .platform = SBX_VIBER, .kind = "welcome"};
    struct viber_message m = {0};
    char token[24];

    if (cJSON_IsObject(json) && (sbx_get(json, "type") || sbx_get(json, "keyboard")) &&
        (size_t)w->user < w->a->users.n &&
        sbx_mono_ms() - w->at_mono <= s->sw[SW_VIBER_WELCOME_MS]) {
        if (viber_check(s, json, VIBER_MODE_WELCOME, &m)) {
            snprintf(token, sizeof(token), "%lld", (long long)s->token_seq++);
            e.account = w->a->number;
            e.user = w->user;
            e.text = sbx_strdup(m.text);
            e.image = sbx_strdup(m.image);
            e.ref = sbx_strdup(m.tracking);
            e.buttons = m.buttons.p;
            e.cards = m.cards.p;
            e.id = token;
            e.raw = cJSON_PrintUnformatted(json);
            e.status = SBX_DELIVERED;
            sbx_ledger_add(s, &e, &w->a->users.u[w->user]);
            free(e.text);
            free(e.image);
            free(e.ref);
            cJSON_free(e.raw);
        } else {
            s->count[SBX_VIBER].refused++;
        }
        viber_message_free(&m);
    }
    cJSON_Delete(json);
    free(w);
}

void viber_open_chat(struct sbx *s, struct sbx_account *a, int64_t user, const char *context)
{
    struct sbx_buf b = {0};
    struct welcome *w;

    if (!(a->hook_events & VIBER_STARTED))
        return;
    w = sbx_alloc(sizeof(*w));
    w->a = a;
    w->user = user;
    w->at_mono = sbx_mono_ms();
    begin(s, "conversation_started", &b);
    sbx_put(&b, ",'message_token':%l,'type':'open'", s->token_seq++);
    if (context)
        sbx_put(&b, ",'context':%q", context);
    sbx_buf_str(&b, ",\"user\":");
    put_user(a, user, &b);
    sbx_put(&b, ",'subscribed':%b}", (a->users.u[user].flags & SBX_FOLLOWS) != 0);
    push(s, a, "conversation_started", &b, on_started_answer, w);
}

void viber_subscribe(struct sbx *s, struct sbx_account *a, int64_t user, bool on)
{
    struct sbx_user *u = &a->users.u[user];
    struct sbx_buf b = {0};
    char id[SBX_ID_MAX];

    if (on) {
        u->flags = (uint8_t)((u->flags | SBX_FOLLOWS) & ~SBX_BLOCKED);
        if (u->extra) { /* subscribing wipes what was tracked */
            free(a->users.extra[u->extra - 1].tracking);
            a->users.extra[u->extra - 1].tracking = NULL;
        }
    } else {
        u->flags = (uint8_t)(u->flags & ~SBX_FOLLOWS);
    }
    sbx_live_user(s, a, user);
    begin(s, on ? "subscribed" : "unsubscribed", &b);
    if (on) {
        sbx_buf_str(&b, ",\"user\":");
        put_user(a, user, &b);
    } else {
        sbx_user_id(&a->users, (uint32_t)user, id);
        sbx_put(&b, ",'user_id':%q", id);
    }
    sbx_put(&b, ",'message_token':%l}", s->token_seq++);
    push(s, a, on ? "subscribed" : "unsubscribed", &b, NULL, NULL);
}

static void push_receipt(struct sbx *s, struct sbx_account *a, int64_t user, const char *event,
                         const char *token, const char *why)
{
    struct sbx_buf b = {0};
    char id[SBX_ID_MAX];

    sbx_user_id(&a->users, (uint32_t)user, id);
    begin(s, event, &b);
    sbx_put(&b, ",'message_token':%s,'user_id':%q", token, id);
    if (why)
        sbx_put(&b, ",'desc':%q", why);
    sbx_buf_str(&b, "}");
    push(s, a, event, &b, NULL, NULL);
}

void viber_failed(struct sbx *s, struct sbx_account *a, int64_t user, const char *token,
                  const char *why)
{
    if (a->hook_events & VIBER_FAILED)
        push_receipt(s, a, user, "failed", token, why ? why : "failure description");
}

void viber_client_status(struct sbx *s, struct sbx_account *a, int64_t user)
{
    struct sbx_buf b = {0};

    begin(s, "client_status", &b);
    sbx_put(&b, ",'message_token':%l,'user':", s->token_seq++);
    put_user(a, user, &b);
    sbx_put(&b, ",'status':{'type':'payment','code':0,'supported_psps':['PSP-1']}}");
    push(s, a, "client_status", &b, NULL, NULL);
}

void viber_receipt(struct sbx *s, struct sbx_account *a, int64_t user, const struct sbx_entry *e,
                   int step)
{
    struct sbx_hook_cfg *c = &s->hook[SBX_VIBER];

    if (step == 1 && c->fail_next > 0) {
        c->fail_next--;
        viber_failed(s, a, user, e->id, NULL);
        sbx_ledger_status(s, e->seq, SBX_FAILED);
        return;
    }
    if (step == 1 && a->hook_events & VIBER_DELIVERED) {
        push_receipt(s, a, user, "delivered", e->id, NULL);
        if (sbx_random(&s->random) % 4 == 0) /* a second device */
            push_receipt(s, a, user, "delivered", e->id, NULL);
    }
    if (step == 2 && a->hook_events & VIBER_SEEN)
        push_receipt(s, a, user, "seen", e->id, NULL);
}
