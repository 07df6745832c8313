/* SPDX-License-Identifier: Apache-2.0 */
/* control_hook.c - orders about webhooks: how they are sent, and sending any bytes at all. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/control.h"
#include "tests/sandbox/hook.h"

static int sign_of(const cJSON *o, int otherwise)
{
    const char *s = sbx_str(o, "sign");

    if (sbx_get(o, "sign") && !s)
        return sbx_bool(o, "sign", true) ? 0 : 2;
    return !s ? otherwise : !strcmp(s, "wrong") ? 1 : !strcmp(s, "none") ? 2 : 0;
}

static const char *configure(struct sbx_order *c, struct sbx_hook_cfg *h)
{
    const cJSON *retry = sbx_get(c->o, "retry_ms"), *v;

    h->enabled = sbx_bool(c->o, "enabled", h->enabled);
    h->echo = sbx_bool(c->o, "echo", h->echo);
    h->retry_forever = sbx_bool(c->o, "retry_forever", h->retry_forever);
    h->delivered = sbx_bool(c->o, "delivered", h->delivered);
    h->seen = sbx_bool(c->o, "seen", h->seen);
    h->paused = sbx_bool(c->o, "paused", h->paused);
    h->duplicate = (int)sbx_int(c->o, "duplicate", h->duplicate);
    h->duplicate_percent = (int)sbx_int(c->o, "duplicate_percent", h->duplicate_percent);
    h->reorder_ms = (int)sbx_int(c->o, "reorder_ms", h->reorder_ms);
    h->delay_ms = (int)sbx_int(c->o, "delay_ms", h->delay_ms);
    h->batch = (int)sbx_int(c->o, "batch", h->batch);
    h->fail_next = (int)sbx_int(c->o, "fail_next", h->fail_next);
    h->timeout_ms = sbx_int(c->o, "timeout_ms", h->timeout_ms);
    h->sign = sign_of(c->o, h->sign);
    if (retry) {
        if (!cJSON_IsArray(retry) || cJSON_GetArraySize(retry) > SBX_RETRY_MAX)
            return "retry_ms must be a list of at most 24 numbers";
        h->retry_n = 0;
        cJSON_ArrayForEach(v, retry)
        {
            h->retry_ms[h->retry_n++] = (int64_t)v->valuedouble;
        }
    }
    return NULL;
}

/* Without a platform the order counts for all three. */
static const char *webhooks(struct sbx_order *c)
{
    const char *name = sbx_str(c->o, "platform"), *why = NULL;
    enum sbx_platform p = sbx_platform_of(name);
    const cJSON *scale = sbx_get(c->o, "time_scale");

    if (name && p == SBX_PLATFORMS)
        return "platform must be zalo, viber or facebook";
    if (scale && (!cJSON_IsNumber(scale) || scale->valuedouble <= 0))
        return "time_scale must be above 0";
    if (scale)
        c->s->time_scale = scale->valuedouble;
    for (int i = 0; i < SBX_PLATFORMS && !why; i++)
        if (!name || i == (int)p)
            why = configure(c, &c->s->hook[i]);
    return why;
}

static const char *webhooks_forget(struct sbx_order *c)
{
    sbx_hooks_forget(c->s);
    return NULL;
}

/* Any JSON as an event: signed, counted and retried like the platform's own. For Facebook it is
 * one item of messaging[] (or of what `slot` names). */
static const char *event(struct sbx_order *c)
{
    const char *why = NULL, *slot = sbx_str(c->o, "slot");
    struct sbx_account *a = sbx_order_account(c, &why);
    const cJSON *json = sbx_get(c->o, "json");
    struct sbx_event e = {.account = a, .kind = "event", .slot = "messaging"};
    char *text;

    if (!a)
        return why;
    if (!cJSON_IsObject(json))
        return "json must be an object";
    if (slot && !strcmp(slot, "standby"))
        e.slot = "standby";
    if (slot && !strcmp(slot, "changes"))
        e.slot = "changes";
    text = cJSON_PrintUnformatted(json);
    e.json = text;
    e.len = strlen(text);
    if (sbx_str(json, "timestamp"))
        snprintf(e.timestamp, sizeof(e.timestamp), "%s", sbx_str(json, "timestamp"));
    sbx_hook_push(c->s, &e);
    cJSON_free(text);
    return NULL;
}

/* ---- raw bytes ---- */

static void on_raw_answer(struct sbx *s, void *arg, const struct sbx_hook_result *r)
{
    struct sbx_hold *hold = arg;
    struct sbx_res res = {.status = 200};
    struct sbx_buf safe = {0};

    (void)s;
    for (size_t i = 0; i < r->len; i++) { /* the answer may be no UTF-8 */
        char ch = r->body[i];

        sbx_buf_add(&safe, (unsigned char)ch < 0x80 && ch ? &ch : "?", 1);
    }
    sbx_put(&res.body, "{'ok':true,'status':%d,'error':%q,'body':%q}", r->status, r->error,
            safe.p ? safe.p : "");
    sbx_hold_send(hold, &res);
    sbx_buf_free(&res.body);
    sbx_buf_free(&safe);
}

/* body: text, or "body_base64"; "json" an object that is printed compactly. */
static char *raw_body(const struct sbx_order *c, size_t *len)
{
    const char *text = sbx_str(c->o, "body"), *base64 = sbx_str(c->o, "body_base64");
    char *out;

    if (base64) {
        size_t n = strlen(base64);

        out = sbx_alloc(n + 1);
        if (sodium_base642bin((unsigned char *)out, n, base64, n, NULL, len, NULL,
                              sodium_base64_VARIANT_ORIGINAL)) {
            free(out);
            return NULL;
        }
        return out;
    }
    if (sbx_get(c->o, "json")) {
        char *printed = cJSON_PrintUnformatted(sbx_get(c->o, "json"));

        out = sbx_strdup(printed);
        cJSON_free(printed);
    } else {
        out = sbx_strdup(text ? text : "");
    }
    *len = strlen(out);
    return out;
}

static const char *raw_webhook(struct sbx_order *c)
{
    const char *why = NULL, *headers[13] = {0};
    struct sbx_account *a = sbx_order_account(c, &why);
    struct sbx_raw_hook raw = {.account = a};
    const cJSON *v;
    cJSON *parsed;
    struct sbx_buf line[12] = {{0}};
    int n = 0;
    size_t len;
    char *body;

    if (!a)
        return why;
    if (!c->alone)
        return "raw_webhook must be the only order of a request";
    if (!a->hook_url[0] && !sbx_str(c->o, "url"))
        return "the account has no webhook";
    body = raw_body(c, &len);
    if (!body)
        return "body_base64 is broken";
    cJSON_ArrayForEach(v, sbx_get(c->o, "headers"))
    {
        if (n < 12 && v->string && cJSON_IsString(v)) {
            sbx_put(&line[n], "%s: %s", v->string, v->valuestring);
            headers[n] = line[n].p;
            n++;
        }
    }
    parsed = cJSON_ParseWithLength(body, len);
    raw.timestamp = sbx_str(c->o, "timestamp");
    if (!raw.timestamp)
        raw.timestamp = sbx_str(parsed, "timestamp"); /* Zalo signs it */
    raw.body = body;
    raw.len = len;
    raw.url = sbx_str(c->o, "url");
    raw.method = sbx_str(c->o, "method");
    raw.sign = sign_of(c->o, 0);
    raw.headers = headers;
    raw.done = on_raw_answer;
    raw.arg = sbx_hold(c->r, c->res);
    sbx_hook_raw(c->s, &raw);
    cJSON_Delete(parsed);
    free(body);
    for (int i = 0; i < n; i++)
        sbx_buf_free(&line[i]);
    return NULL;
}

/* Facebook's GET with hub.challenge; "token": "wrong" sends another one. */
static const char *verify_webhook(struct sbx_order *c)
{
    const char *why = NULL, *token = sbx_str(c->o, "token");
    struct sbx_account *a = sbx_order_account(c, &why);
    struct sbx_raw_hook raw = {.account = a, .body = "", .method = "GET", .sign = 2};
    struct sbx_buf url = {0};

    if (!a || a->platform != SBX_FB)
        return a ? "only facebook has this" : why;
    if (!c->alone)
        return "verify_webhook must be the only order of a request";
    sbx_put(&url, "%s?hub.mode=subscribe&hub.verify_token=%s&hub.challenge=%s", a->hook_url,
            token ? token : a->secret,
            sbx_str(c->o, "challenge") ? sbx_str(c->o, "challenge") : "1158201444");
    raw.url = url.p;
    raw.done = on_raw_answer;
    raw.arg = sbx_hold(c->r, c->res);
    sbx_hook_raw(c->s, &raw);
    sbx_buf_free(&url);
    return NULL;
}

const struct sbx_order_row sbx_hook_orders[] = {
    {"webhooks", webhooks},       {"webhooks_forget", webhooks_forget}, {"event", event},
    {"raw_webhook", raw_webhook}, {"verify_webhook", verify_webhook},   {NULL, NULL},
};
