/* SPDX-License-Identifier: Apache-2.0 */
/* zalo.c - routing, tokens, rates and errors of the OA OpenAPI (sections 1, 2, 9). */
#include "tests/sandbox/zalo.h"

#include <stdio.h>
#include <string.h>

#include "tests/sandbox/hook.h"

#define ACCESS_MS (25 * SBX_HOUR_MS)
#define CALLS_A_MINUTE 4000

static const struct {
    int code;
    const char *text;
} texts[] = {
    {-32, "Your application reached limit call api"},
    {-100, "attachment_id was expired"},
    {-200, "Send message failed"},
    {-201, "Parameter is invalid!"},
    {-204, "Offical Account is disable"},
    {-205, "Offical Account is not exist"},
    {-209, "Not supported this api"},
    {-210, "Parameter exceeds allowable limit"},
    {-211, "Out of quota"},
    {-212, "App has not registed this api"},
    {-213, "User has not followed OA"},
    {-214, "Article is being processed"},
    {-216, "Access token is invalid"},
    {-217, "User has blocked invitation from OA"},
    {-218, "Out of quota receive"},
    {-219, "App is removed or disabled"},
    {-220, "access_token is expired or removed"},
    {-221, "The OA needs to be verified"},
    {-223, "OA has not authorized this API"},
    {-224, "The OA needs to upgrade OA Tier Package"},
    {-227, "User is banned or inactive for more than 45 days"},
    {-230, "User has not interacted with the OA in the past 7 days"},
    {-232, "User has not interacted with the OA, or the last interaction has expired"},
    {-233, "message type is invalid or not support"},
    {-234, "This message type cannot be sent at night (10:00PM - 6:00AM)"},
    {-235, "API does not support this type of OA"},
    {-237, "The group is disabled"},
    {-240, "MessageV2 API has been shut down"},
    {-242, "Invalid appsecret_proof"},
    {-244, "User has restricted this message type"},
    {-248, "Violates our platform standards"},
    {-249, "Template does not support send via UID"},
    {-320, "Your app is not linked to a cloud account"},
    {-321, "Your cloud account is out of money"},
    {-403, "OA is not in group"},
    {-14002, "Invalid app id"},
    {-14003, "Invalid redirect uri"},
    {-14004, "Invalid secret key"},
    {-14005, "Invalid authorization code"},
    {-14014, "Invalid refresh token"},
    {-14018, "Invalid grant type"},
};

static const char *text_of(int code)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i].code == code)
            return texts[i].text;
    return "Unknown error";
}

void zalo_error(struct sbx_res *res, int code, const char *message)
{
    sbx_buf_reset(&res->body);
    sbx_put(&res->body, "{'error':%d,'message':%q}", code, message ? message : text_of(code));
    res->status = 200;
}

void zalo_invalid(struct sbx_res *res, const char *field)
{
    char t[120];

    snprintf(t, sizeof(t), "%.80s is invalid!", field);
    zalo_error(res, -201, t);
}

void zalo_ok(struct sbx_res *res, const char *data)
{
    sbx_buf_reset(&res->body);
    if (data)
        sbx_put(&res->body, "{'data':%s,'error':0,'message':'Success'}", data);
    else
        sbx_put(&res->body, "{'error':0,'message':'Success'}");
}

void zalo_oauth_error(struct sbx_res *res, int code, const char *reason)
{
    sbx_buf_reset(&res->body);
    sbx_put(&res->body, "{'error':%d,'error_name':%q,'error_description':%q,'error_reason':%q",
            code, text_of(code), text_of(code), reason ? reason : text_of(code));
    sbx_put(&res->body, ",'ref_doc':'https://developers.zalo.me/docs/api/official-account-api/phu-"
                        "luc/ma-loi-post-4301'}");
    res->status = 200;
}

static struct sbx_account *by_app(const struct sbx *s, const char *app_id)
{
    for (size_t i = 0; app_id && i < s->account_n; i++)
        if (s->account[i]->platform == SBX_ZALO && !strcmp(s->account[i]->app_id, app_id))
            return s->account[i];
    return NULL;
}

static void give_tokens(struct sbx_req *r, struct sbx_res *res, struct sbx_account *a)
{
    struct sbx *s = r->s;
    char access[130];

    if (s->sw[SW_ZALO_OLD_ACCESS_DIES])
        for (int i = 0; i < SBX_TOKENS; i++)
            a->token[i].revoked = true;
    sbx_random_word(&s->random, access, 128);
    sbx_token_push(a, access, r->now + ACCESS_MS);
    sbx_put(&res->body, "{'access_token':%q", access);
    if (!s->sw[SW_ZALO_REFRESH_WITHOUT_NEW]) {
        sbx_random_word(&s->random, a->refresh, 96);
        sbx_put(&res->body, ",'refresh_token':%q", a->refresh);
    }
    sbx_put(&res->body,
            s->sw[SW_ZALO_EXPIRES_NUMBER] ? ",'expires_in':90000}" : ",'expires_in':'90000'}");
}

void zalo_oauth(struct sbx_req *r, struct sbx_res *res)
{
    const char *secret = sbx_header(r, "secret_key"), *grant = sbx_form(r, "grant_type");
    struct sbx_account *a = by_app(r->s, sbx_form(r, "app_id"));
    const char *given;
    bool refresh = grant && !strcmp(grant, "refresh_token");

    r->s->count[SBX_ZALO].oauth++;
    if (r->s->sw[SW_ZALO_OAUTH_BARE_ERRORS] && (!a || !secret)) {
        sbx_put(&res->body, "{'error_name':'Invalid request','message':''}");
        return;
    }
    if (strcmp(r->method, "POST") != 0 || !sbx_is_type(r, "application/x-www-form-urlencoded") ||
        !grant || (!refresh && strcmp(grant, "authorization_code") != 0)) {
        zalo_oauth_error(res, -14018, NULL);
        return;
    }
    if (!a) {
        zalo_oauth_error(res, -14002, NULL);
        return;
    }
    if (!secret || strcmp(secret, a->app_secret) != 0) {
        zalo_oauth_error(res, -14004, NULL);
        return;
    }
    given = sbx_form(r, refresh ? "refresh_token" : "code");
    if (!given || (refresh && (!a->refresh[0] || strcmp(given, a->refresh) != 0))) {
        zalo_oauth_error(res, refresh ? -14014 : -14005, NULL);
        return;
    }
    if (!refresh) { /* codes are given out by the control order "consent" */
        struct sbx_thing *code = sbx_thing_find(a, SBX_NOTIFY, given);

        if (!code || r->now - code->at_ms > 600000 || !code->type || strcmp(code->type, "code")) {
            zalo_oauth_error(res, -14005, NULL);
            return;
        }
        if (!sbx_form(r, "code_verifier") && code->json) {
            zalo_oauth_error(res, -14005, "code_verifier is missing");
            return;
        }
        code->gone = true;
    }
    give_tokens(r, res, a);
}

/* The account of a good token, or NULL with the error written. */
static struct sbx_account *authenticate(struct sbx_req *r, struct sbx_res *res)
{
    const char *token = sbx_header(r, "access_token"), *proof;
    struct sbx *s = r->s;

    for (size_t i = 0; token && i < s->account_n; i++) {
        struct sbx_account *a = s->account[i];

        for (int k = 0; a->platform == SBX_ZALO && k < SBX_TOKENS && a->token[k].value[0]; k++) {
            if (strcmp(a->token[k].value, token) != 0)
                continue;
            if (a->token[k].revoked || a->token[k].until_ms <= r->now) {
                zalo_error(res, -220, NULL);
                return NULL;
            }
            proof = sbx_header(r, "appsecret_proof");
            if ((proof || s->sw[SW_ZALO_PROOF]) && (!proof || !sbx_proof_ok(a, token, proof))) {
                zalo_error(res, -242, NULL);
                return NULL;
            }
            return a;
        }
    }
    zalo_error(res, -216, NULL);
    return NULL;
}

/* 4,000 calls a minute, articles counted apart; every answer tells how many are left. */
static bool take_rate(struct sbx_req *r, struct sbx_res *res, struct sbx_account *a)
{
    struct sbx *s = r->s;
    bool article = strstr(r->path, "/article/") != NULL;
    struct sbx_rate *rate = article ? &a->rate_media : &a->rate;
    int limit = s->rate_per_window[SBX_ZALO] ? s->rate_per_window[SBX_ZALO] : CALLS_A_MINUTE;
    int window = s->rate_window_ms[SBX_ZALO] ? s->rate_window_ms[SBX_ZALO] : 60000;
    char t[16];
    bool ok;

    if (!s->limits)
        return true;
    ok = sbx_rate_take(rate, r->now, window, limit);
    if (!ok) {
        zalo_error(res, -32, NULL);
    } else if (s->sw[SW_ZALO_OA_LIMIT] && !article &&
               !sbx_rate_take(&a->rate_oa, r->now, 60000, s->sw[SW_ZALO_OA_LIMIT])) {
        zalo_error(res, -32, "Your OA reached limit call api");
        ok = false;
    }
    snprintf(t, sizeof(t), "%d", limit);
    sbx_res_header(res, "x-ratelimit-limit", t);
    snprintf(t, sizeof(t), "%d", limit - rate->used);
    sbx_res_header(res, "x-ratelimit-remain", t);
    return ok;
}

static bool plain_get(const char *path)
{
    return strstr(path, "/article/") || strstr(path, "/oa/group/") || strstr(path, "/oa/getoa") ||
           strstr(path, "/gettagsofoa") || !strncmp(path, "/message/", 9) ||
           !strncmp(path, "/template/", 10);
}

/* False with the error written: the body or the `data` is no JSON object. */
static bool read_json(struct zalo_call *c)
{
    struct sbx_req *r = c->r;

    if (!strcmp(r->method, "GET")) {
        const char *data = sbx_query(r, "data");

        if (plain_get(r->path))
            return true;
        c->json = data ? cJSON_Parse(data) : NULL;
        if (!cJSON_IsObject(c->json)) {
            zalo_invalid(c->res, "data");
            return false;
        }
        return true;
    }
    if (sbx_is_type(r, "multipart/form-data"))
        return true;
    if (!r->body_len && strstr(r->path, "/quota/message"))
        return true;
    if (!sbx_is_type(r, "application/json") || !sbx_utf8_ok(r->body, r->body_len)) {
        zalo_error(c->res, -201, "Body is invalid!");
        return false;
    }
    c->json = cJSON_ParseWithLength(r->body, r->body_len);
    if (!cJSON_IsObject(c->json)) {
        zalo_error(c->res, -201, "Body is invalid!");
        return false;
    }
    return true;
}

void zalo_route(struct sbx_req *r, struct sbx_res *res)
{
    struct zalo_call c = {.r = r, .res = res};

    if (!strcmp(r->path, "/v4/oa/access_token")) {
        zalo_oauth(r, res);
        return;
    }
    c.a = authenticate(r, res);
    if (c.a && take_rate(r, res, c.a) && read_json(&c) && !zalo_send_route(&c) &&
        !zalo_article_route(&c) && !zalo_user_route(&c))
        zalo_error(res, -209, NULL);
    cJSON_Delete(c.json);
}
