/* SPDX-License-Identifier: Apache-2.0 */
/* account.c - the accounts of each platform, their credentials and what they have made. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/sbx.h"

static const char viber_first_token[] = "4f6a1c0d9b3e7258-a1b2c3d4e5f60718-0f1e2d3c4b5a6978";

void sbx_token_push(struct sbx_account *a, const char *value, int64_t until_ms)
{
    memmove(a->token + 1, a->token, (SBX_TOKENS - 1) * sizeof(a->token[0]));
    memset(a->token, 0, sizeof(a->token[0]));
    snprintf(a->token[0].value, sizeof(a->token[0].value), "%s", value);
    a->token[0].until_ms = until_ms;
}

void sbx_tokens_end(struct sbx_account *a)
{
    for (int i = 0; a && i < SBX_TOKENS; i++)
        a->token[i].revoked = true;
}

/* Credentials follow from the seed and the account's number: the same in every run. */
static void credentials(struct sbx *s, struct sbx_account *a)
{
    uint64_t r = s->seed * 1000003u + (uint64_t)a->platform * 1009u + a->number;
    char t[160], x[3][17];

    sbx_random_word(&r, a->app_secret, 20);
    switch (a->platform) {
    case SBX_ZALO:
        snprintf(a->id, sizeof(a->id), "%" PRIu64, 2718281828459045234u + a->number);
        snprintf(a->app_id, sizeof(a->app_id), "%" PRIu64, 4103276158290417364u + a->number);
        sbx_random_word(&r, a->secret, 20);
        sbx_random_word(&r, a->refresh, 96);
        break;
    case SBX_VIBER:
        snprintf(a->id, sizeof(a->id), "pa:%" PRIu64, 56481237890123455u + a->number);
        for (int i = 0; i < 3; i++)
            sbx_random_hex(&r, x[i], 16);
        snprintf(t, sizeof(t), "%s-%s-%s", x[0], x[1], x[2]);
        sbx_token_push(a, a->number == 1 ? viber_first_token : t, 0);
        snprintf(a->uri, sizeof(a->uri), "ubndphuong%u", a->number);
        snprintf(a->admin_id, sizeof(a->admin_id), "aDm%020u=", a->number);
        break;
    case SBX_FB:
        snprintf(a->id, sizeof(a->id), "%" PRIu64, 104882741234566u + a->number);
        snprintf(a->app_id, sizeof(a->app_id), "%" PRIu64, 1234567890123455u + a->number);
        sbx_random_hex(&r, a->app_secret, 32);
        sbx_random_word(&r, a->secret, 24);
        snprintf(t, sizeof(t), "EAAG");
        sbx_random_word(&r, t + 4, 120);
        sbx_token_push(a, t, 0);
        a->hook_on = true;
        break;
    case SBX_PLATFORMS:
        break;
    }
}

static void set_up(struct sbx *s, struct sbx_account *a)
{
    snprintf(a->name, sizeof(a->name), "%s Phường %u", a->channel ? "Kênh" : "UBND", a->number);
    sbx_users_init(&a->users, a->platform, a->number);
    credentials(s, a);
    a->hook_events = ~0u;
    a->sub_quota = 500;
    if (a->platform != SBX_VIBER && s->loa_url[0]) {
        snprintf(a->hook_url, sizeof(a->hook_url), "%s/webhooks/%s", s->loa_url,
                 sbx_platform_name(a->platform));
        a->hook_on = true;
    }
}

struct sbx_account *sbx_account_new(struct sbx *s, enum sbx_platform p, bool channel)
{
    struct sbx_account *a = sbx_alloc(sizeof(*a));

    a->platform = p;
    a->channel = channel;
    for (size_t i = 0; i < s->account_n; i++)
        a->number += s->account[i]->platform == p;
    a->number++;
    set_up(s, a);
    s->account = sbx_grow(s->account, (s->account_n + 1) * sizeof(struct sbx_account *));
    s->account[s->account_n++] = a;
    return a;
}

static void empty(struct sbx_account *a)
{
    for (size_t k = 0; k < a->thing_n; k++) {
        free(a->thing[k].json);
        free(a->thing[k].type);
        free(a->thing[k].data);
    }
    free(a->thing);
    cJSON_Delete(a->profile);
    sbx_users_clear(&a->users);
}

void sbx_account_reset(struct sbx *s, struct sbx_account *a)
{
    struct sbx_account old = *a;

    empty(a);
    memset(a, 0, sizeof(*a));
    a->platform = old.platform;
    a->number = old.number;
    a->channel = old.channel;
    set_up(s, a);
    if (a->platform == SBX_VIBER || a->number != 1) { /* where it listens is no state of ours */
        memcpy(a->hook_url, old.hook_url, sizeof(a->hook_url));
        a->hook_on = old.hook_on;
        a->hook_events = old.hook_events;
    }
}

struct sbx_account *sbx_account_get(const struct sbx *s, enum sbx_platform p, unsigned number)
{
    for (size_t i = 0; i < s->account_n; i++)
        if (s->account[i]->platform == p && s->account[i]->number == number)
            return s->account[i];
    return NULL;
}

void sbx_accounts_clear(struct sbx *s)
{
    for (size_t i = 0; i < s->account_n; i++) {
        struct sbx_account *a = s->account[i];

        empty(a);
        free(a);
    }
    free(s->account);
    s->account = NULL;
    s->account_n = 0;
}

void sbx_env_write(const struct sbx *s, const char *base, struct sbx_buf *out)
{
    const struct sbx_account *z = sbx_account_get(s, SBX_ZALO, 1);
    const struct sbx_account *v = sbx_account_get(s, SBX_VIBER, 1);
    const struct sbx_account *f = sbx_account_get(s, SBX_FB, 1);

    sbx_put(out, "ZALO_OA_ID=%s\nZALO_APP_ID=%s\nZALO_APP_SECRET=%s\nZALO_OA_SECRET=%s\n", z->id,
            z->app_id, z->app_secret, z->secret);
    sbx_put(out, "ZALO_REFRESH_TOKEN=%s\nZALO_API_BASE=%s\nZALO_OAUTH_BASE=%s\n", z->refresh, base,
            base);
    sbx_put(out, "VIBER_AUTH_TOKEN=%s\nVIBER_SENDER_NAME=\"UBND Phường\"\nVIBER_API_BASE=%s\n",
            v->token[0].value, base);
    sbx_put(out, "FACEBOOK_PAGE_ID=%s\nFACEBOOK_PAGE_TOKEN=%s\nFACEBOOK_APP_SECRET=%s\n", f->id,
            f->token[0].value, f->app_secret);
    sbx_put(out, "FACEBOOK_VERIFY_TOKEN=%s\nFACEBOOK_API_BASE=%s\n", f->secret, base);
}

bool sbx_rate_take(struct sbx_rate *r, int64_t now_ms, int64_t window_ms, int limit)
{
    int64_t w = now_ms / window_ms;

    if (r->window != w) {
        r->window = w;
        r->used = 0;
    }
    if (r->used >= limit)
        return false;
    r->used++;
    return true;
}

struct sbx_thing *sbx_thing_add(struct sbx_account *a, enum sbx_thing_kind kind, const char *id,
                                int64_t now_ms)
{
    struct sbx_thing *t;

    if (a->thing_n == a->thing_cap) {
        a->thing_cap = a->thing_cap ? a->thing_cap * 2 : 32;
        a->thing = sbx_grow(a->thing, a->thing_cap * sizeof(*a->thing));
    }
    t = &a->thing[a->thing_n++];
    memset(t, 0, sizeof(*t));
    t->kind = kind;
    snprintf(t->id, sizeof(t->id), "%s", id);
    t->at_ms = now_ms;
    return t;
}

struct sbx_thing *sbx_thing_find(const struct sbx_account *a, enum sbx_thing_kind kind,
                                 const char *id)
{
    for (size_t i = a->thing_n; id && i-- > 0;)
        if (a->thing[i].kind == kind && !a->thing[i].gone && !strcmp(a->thing[i].id, id))
            return &a->thing[i];
    return NULL;
}

void sbx_id_hex20(struct sbx *s, char out[21])
{
    sbx_random_hex(&s->random, out, 20);
}

void sbx_id_digits(struct sbx *s, char *out, size_t size, const char *prefix)
{
    snprintf(out, size, "%s%09" PRIu64, prefix, sbx_random(&s->random) % 1000000000u);
}

void sbx_id_mid(struct sbx *s, char out[80])
{
    out[0] = 'm';
    out[1] = '_';
    sbx_random_word(&s->random, out + 2, 66);
    out[21] = '-'; /* real ones hold - and _ too */
    out[44] = '_';
}
