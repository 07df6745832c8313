/* SPDX-License-Identifier: Apache-2.0 */
/* control_world.c - orders about tokens, limits, the clock and the ledger. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/sandbox/chaos.h"
#include "tests/sandbox/citizen.h"
#include "tests/sandbox/control.h"
#include "tests/sandbox/fault.h"
#include "tests/sandbox/fb.h"
#include "tests/sandbox/hook.h"
#include "tests/sandbox/live.h"
#include "tests/sandbox/zalo.h"

/* SBX_PLATFORMS and *why if the order names none. */
static enum sbx_platform platform(const struct sbx_order *c, const char **why)
{
    enum sbx_platform p = sbx_platform_of(sbx_str(c->o, "platform"));

    if (p == SBX_PLATFORMS)
        *why = "platform must be zalo, viber or facebook";
    return p;
}

/* ---- delay ---- */

static const char *delay(struct sbx_order *c)
{
    const char *why = NULL;
    enum sbx_platform p = platform(c, &why);

    if (p == SBX_PLATFORMS)
        return why;
    c->s->delay_ms[p] = (int)sbx_int(c->o, "ms", 0);
    return NULL;
}

/* ---- tokens ---- */

static const char *expire_token(struct sbx_order *c)
{
    const char *why = NULL;
    struct sbx_account *a = sbx_order_account(c, &why);

    sbx_tokens_end(a);
    return a ? NULL : why;
}

/* Facebook: what debug_token says of the token. */
static const char *token_ends(struct sbx_order *c)
{
    const char *why = NULL;
    struct sbx_account *a = sbx_order_account(c, &why);

    if (a) {
        a->token_ends = sbx_int(c->o, "token", 0);
        a->data_ends = sbx_int(c->o, "data", 0);
    }
    return a ? NULL : why;
}

static const char *restore_token(struct sbx_order *c)
{
    const char *why = NULL;
    struct sbx_account *a = sbx_order_account(c, &why);

    if (a)
        a->token[0].revoked = false;
    return a ? NULL : why;
}

static const char *revoke_refresh(struct sbx_order *c)
{
    const char *why = NULL;
    struct sbx_account *a = sbx_order_account(c, &why);

    if (a)
        a->refresh[0] = '\0';
    return a ? NULL : why;
}

/* Hands out an access token (Zalo: a new one, the refresh token stays; else the one there is). */
static const char *token(struct sbx_order *c)
{
    const char *why = NULL;
    struct sbx_account *a = sbx_order_account(c, &why);
    char t[130];

    if (!a)
        return why;
    if (a->platform == SBX_ZALO) {
        sbx_random_word(&c->s->random, t, 128);
        sbx_token_push(a, t, c->r->now + 25 * SBX_HOUR_MS);
        sbx_put(c->out, "'refresh_token':%q,", a->refresh);
    }
    sbx_put(c->out, "'token':%q,", a->token[0].value);
    return NULL;
}

/* A consent code and a fresh refresh token, as after a person has agreed again. */
static const char *consent(struct sbx_order *c)
{
    const char *why = NULL;
    struct sbx_account *a = sbx_order_account(c, &why);
    struct sbx_thing *t;
    char code[65];

    if (!a || a->platform != SBX_ZALO)
        return a ? "only zalo has this" : why;
    sbx_random_word(&c->s->random, code, 64);
    t = sbx_thing_add(a, SBX_NOTIFY, code, c->r->now);
    t->type = sbx_strdup("code");
    t->json = sbx_strdup(sbx_str(c->o, "code_challenge"));
    sbx_random_word(&c->s->random, a->refresh, 96);
    sbx_put(c->out, "'code':%q,'refresh_token':%q,", code, a->refresh);
    return NULL;
}

/* ---- limits ---- */

static const char *usage(struct sbx_order *c)
{
    const char *why = NULL;
    struct sbx_account *a = sbx_order_account(c, &why);

    if (!a || a->platform != SBX_FB)
        return a ? "only facebook has this" : why;
    a->usage_percent = (int)sbx_int(c->o, "percent", 0);
    a->usage_minutes = (int)sbx_int(c->o, "minutes", 0);
    a->usage_until_ms = a->usage_minutes ? c->r->now + a->usage_minutes * 60000LL : 0;
    return NULL;
}

static const char *rate(struct sbx_order *c)
{
    const char *why = NULL;
    enum sbx_platform p = platform(c, &why);
    int64_t minute = sbx_int(c->o, "per_minute", 0), second = sbx_int(c->o, "per_second", 0);

    if (p == SBX_PLATFORMS)
        return why;
    c->s->rate_per_window[p] = (int)(second ? second : minute);
    c->s->rate_window_ms[p] = second ? 1000 : minute ? 60000 : 0;
    if (sbx_bool(c->o, "off", false)) {
        c->s->rate_per_window[p] = 1000000000;
        c->s->rate_window_ms[p] = 1000;
    }
    return NULL;
}

static const char *limits(struct sbx_order *c)
{
    c->s->limits = sbx_bool(c->o, "on", true);
    return NULL;
}

static const char *quiet(struct sbx_order *c)
{
    c->s->quiet = sbx_bool(c->o, "on", true);
    return NULL;
}

static const char *set_switch(struct sbx_order *c)
{
    const char *name = sbx_str(c->o, "name");
    const cJSON *v = sbx_get(c->o, "value");
    char text[40];

    if (!name || !v)
        return "name and value are needed";
    if (cJSON_IsString(v))
        snprintf(text, sizeof(text), "%s", v->valuestring);
    else if (cJSON_IsBool(v))
        snprintf(text, sizeof(text), "%d", cJSON_IsTrue(v));
    else
        snprintf(text, sizeof(text), "%d", v->valueint);
    return sbx_switch_set(c->s->sw, name, text) ? NULL : "no such switch or value";
}

static const char *retired(struct sbx_order *c)
{
    const char *what = sbx_str(c->o, "what");
    bool on = sbx_bool(c->o, "on", true);

    if (!what || !strcmp(what, "promotion"))
        c->s->sw[SW_ZALO_RETIRED_PROMOTION] = on;
    if (!what || !strcmp(what, "transaction"))
        c->s->sw[SW_ZALO_RETIRED_TRANSACTION] = on;
    if (sbx_get(c->o, "code"))
        c->s->sw[SW_ZALO_RETIRED_CODE] = (int)sbx_int(c->o, "code", -233);
    return NULL;
}

/* ---- clock ---- */

static const char *set_clock(struct sbx_order *c)
{
    int64_t now = sbx_now(c->s);
    const char *to = sbx_str(c->o, "now");
    const cJSON *speed = sbx_get(c->o, "speed");

    if (to) {
        now = sbx_parse_time(to);
        if (now < 0)
            return "now must be ISO 8601";
    }
    now = sbx_int(c->o, "now_ms", now) + sbx_int(c->o, "advance_ms", 0);
    if (speed && (!cJSON_IsNumber(speed) || speed->valuedouble < 0))
        return "speed must be a number from 0";
    if (sbx_bool(c->o, "real", false)) {
        struct timespec t;

        clock_gettime(CLOCK_REALTIME, &t);
        now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
    }
    sbx_clock_set(c->s, now, speed ? speed->valuedouble : c->s->clock_speed);
    sbx_put(c->out, "'now_ms':%l,", now);
    return NULL;
}

/* ---- ledger and state ---- */

static const char *ledger_clear(struct sbx_order *c)
{
    sbx_ledger_clear(c->s);
    sbx_live_reset(c->s);
    return NULL;
}

static const char *ledger_stats(struct sbx_order *c)
{
    sbx_buf_str(c->out, "\"stats\":");
    sbx_ledger_stats(c->s, c->out);
    sbx_buf_str(c->out, ",");
    return NULL;
}

static const char *pending(struct sbx_order *c)
{
    sbx_put(c->out, "'pending':%d,", sbx_hooks_pending(c->s));
    return NULL;
}

void sbx_reset(struct sbx *s, bool accounts_too)
{
    sbx_hooks_forget(s);
    sbx_faults_clear(s, SBX_PLATFORMS);
    sbx_chaos_clear(s, SBX_PLATFORMS);
    sbx_ledger_clear(s);
    sbx_switch_defaults(s->sw);
    sbx_hook_defaults(s);
    memset(s->delay_ms, 0, sizeof(s->delay_ms));
    memset(s->rate_per_window, 0, sizeof(s->rate_per_window));
    memset(s->rate_window_ms, 0, sizeof(s->rate_window_ms));
    memset(s->count, 0, sizeof(s->count));
    s->limits = !s->quiet;
    s->random = s->seed;
    for (size_t i = 0; accounts_too && i < s->account_n; i++)
        sbx_account_reset(s, s->account[i]);
    sbx_live_reset(s);
}

static const char *reset(struct sbx_order *c)
{
    sbx_reset(c->s, sbx_bool(c->o, "accounts", true));
    if (sbx_bool(c->o, "clock", true)) {
        struct timespec t;

        clock_gettime(CLOCK_REALTIME, &t);
        sbx_clock_set(c->s, (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000, 1.0);
    }
    return NULL;
}

/* ---- accounts ---- */

static void put_account(const struct sbx_account *a, struct sbx_buf *out)
{
    sbx_put(out, "{'platform':%q,'account':%d,'id':%q,'name':%q,'app_id':%q,'app_secret':%q",
            sbx_platform_name(a->platform), (int)a->number, a->id, a->name, a->app_id,
            a->app_secret);
    sbx_put(out, ",'%s':%q,'refresh_token':%q,'token':%q,'webhook':%q,'webhook_on':%b",
            a->platform == SBX_FB ? "verify_token" : "secret", a->secret, a->refresh,
            a->token[0].value, a->hook_url, a->hook_on);
    sbx_put(out, ",'users':%l,'channel':%b,'admin_id':%q,'things':%l}", (int64_t)a->users.n,
            a->channel, a->admin_id, (int64_t)a->thing_n);
}

void sbx_accounts_json(const struct sbx *s, struct sbx_buf *out)
{
    sbx_buf_str(out, "[");
    for (size_t i = 0; i < s->account_n; i++) {
        put_account(s->account[i], out);
        sbx_buf_str(out, ",");
    }
    sbx_buf_uncomma(out);
    sbx_buf_str(out, "]");
}

static const char *add_account(struct sbx_order *c)
{
    const char *why = NULL, *url = sbx_str(c->o, "webhook");
    enum sbx_platform p = platform(c, &why);
    struct sbx_account *a;

    if (p == SBX_PLATFORMS)
        return why;
    a = sbx_account_new(c->s, p, sbx_bool(c->o, "channel", false));
    if (url)
        snprintf(a->hook_url, sizeof(a->hook_url), "%s", url);
    sbx_put(c->out, "'account':%d,'credentials':", (int)a->number);
    put_account(a, c->out);
    sbx_buf_str(c->out, ",");
    return NULL;
}

static const char *account(struct sbx_order *c)
{
    const char *why = NULL;
    struct sbx_account *a = sbx_order_account(c, &why);

    if (!a)
        return why;
    if (sbx_str(c->o, "webhook")) {
        snprintf(a->hook_url, sizeof(a->hook_url), "%s", sbx_str(c->o, "webhook"));
        a->hook_on = a->hook_url[0] != '\0';
    }
    if (sbx_get(c->o, "webhook_on"))
        a->hook_on = sbx_bool(c->o, "webhook_on", true);
    if (sbx_str(c->o, "name"))
        snprintf(a->name, sizeof(a->name), "%s", sbx_str(c->o, "name"));
    if (sbx_get(c->o, "sub_quota"))
        a->sub_quota = (int)sbx_int(c->o, "sub_quota", 0);
    sbx_buf_str(c->out, "\"credentials\":");
    put_account(a, c->out);
    sbx_buf_str(c->out, ",");
    return NULL;
}

/* Where the bot listens: the webhooks of all Zalo and Facebook accounts go there. */
static const char *loa(struct sbx_order *c)
{
    const char *url = sbx_str(c->o, "url");

    if (!url)
        return "url is missing";
    snprintf(c->s->loa_url, sizeof(c->s->loa_url), "%s", url);
    for (size_t i = 0; i < c->s->account_n; i++) {
        struct sbx_account *a = c->s->account[i];

        if (a->platform == SBX_VIBER || a->number != 1)
            continue;
        snprintf(a->hook_url, sizeof(a->hook_url), "%s/webhooks/%s", url,
                 sbx_platform_name(a->platform));
        a->hook_on = true;
    }
    return NULL;
}

static const char *door(struct sbx_order *c)
{
    int port = sbx_http_door(c->s->http);

    if (port < 0)
        return "no more doors";
    sbx_put(c->out, "'door':%d,'port':%d,", c->s->doors, port);
    return NULL;
}

/* Zalo: a ZBS template id that exists ("no_uid": true refuses sends by user id), or a group. */
static const char *template(struct sbx_order *c)
{
    const char *why = NULL, *id = sbx_str(c->o, "id");
    struct sbx_account *a = sbx_order_account(c, &why);
    struct sbx_thing *t;

    if (!a || a->platform != SBX_ZALO || !id)
        return a ? "only zalo has this, and id is needed" : why;
    t = sbx_thing_add(a, SBX_NOTIFY, id, c->r->now);
    if (sbx_bool(c->o, "no_uid", false))
        t->type = sbx_strdup("no_uid");
    return NULL;
}

static const char *group(struct sbx_order *c)
{
    const char *why = NULL, *id = sbx_str(c->o, "id");
    struct sbx_account *a = sbx_order_account(c, &why);
    struct sbx_thing *t;

    if (!a || a->platform != SBX_ZALO || !id)
        return a ? "only zalo has this, and id is needed" : why;
    t = sbx_thing_add(a, SBX_PERSONA, id, c->r->now);
    if (sbx_bool(c->o, "disabled", false))
        t->type = sbx_strdup("disabled");
    return NULL;
}

/* Reviews a Facebook utility template again: state APPROVED, PENDING, REJECTED, PAUSED ... */
static const char *review(struct sbx_order *c)
{
    const char *why = NULL, *name = sbx_str(c->o, "name"), *state = sbx_str(c->o, "state");
    struct sbx_account *a = sbx_order_account(c, &why);
    bool found = false;

    if (!a || a->platform != SBX_FB || !name || !state)
        return a ? "only facebook has this; name and state are needed" : why;
    for (size_t i = 0; i < a->thing_n; i++) {
        struct sbx_thing *t = &a->thing[i];
        size_t n = strlen(name);

        if (t->kind != SBX_TEMPLATE || strncmp(t->id, name, n) != 0 || t->id[n] != '|')
            continue;
        free(t->type);
        t->type = sbx_strdup(state);
        found = true;
    }
    if (!found)
        return "no such template";
    fb_template_reviewed(c->s, a, name, state);
    return NULL;
}

static const char *policy(struct sbx_order *c)
{
    const char *why = NULL, *action = sbx_str(c->o, "action");
    struct sbx_account *a = sbx_order_account(c, &why);

    if (!a || a->platform != SBX_FB)
        return a ? "only facebook has this" : why;
    fb_policy(c->s, a, action ? action : "block", sbx_str(c->o, "reason"));
    return NULL;
}

static const char *demo(struct sbx_order *c)
{
    bool follow = sbx_bool(c->o, "follow", false);

    sbx_demo(c->s);
    for (int p = 0; p < SBX_PLATFORMS; p++) {
        struct sbx_account *a = sbx_account_get(c->s, (enum sbx_platform)p, 1);
        int64_t user = sbx_users_find(&a->users, sbx_demo_id[p]);

        sbx_put(c->out, "'%s':%q,", sbx_platform_name((enum sbx_platform)p), sbx_demo_id[p]);
        if (!follow)
            continue;
        a->users.u[user].flags |= SBX_FOLLOWS | SBX_INTERACTED;
        a->users.u[user].last_in = c->r->now;
        sbx_live_user(c->s, a, user);
    }
    return NULL;
}

const struct sbx_order_row sbx_world_orders[] = {
    {"delay", delay},
    {"expire_token", expire_token},
    {"restore_token", restore_token},
    {"token_ends", token_ends},
    {"revoke_refresh", revoke_refresh},
    {"token", token},
    {"consent", consent},
    {"usage", usage},
    {"rate", rate},
    {"limits", limits},
    {"quiet", quiet},
    {"switch", set_switch},
    {"retired", retired},
    {"clock", set_clock},
    {"ledger_clear", ledger_clear},
    {"ledger_stats", ledger_stats},
    {"pending", pending},
    {"reset", reset},
    {"add_account", add_account},
    {"account", account},
    {"loa", loa},
    {"door", door},
    {"template", template},
    {"group", group},
    {"review", review},
    {"policy", policy},
    {"demo", demo},
    {NULL, NULL},
};
