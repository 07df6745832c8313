/* SPDX-License-Identifier: Apache-2.0 */
/* fb.c - versions, tokens, proofs, throttling and errors of the Graph API (sections 1, 2, 8, 11).
 */
#include "tests/sandbox/fb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/hook.h"

static const struct {
    int code;
    const char *text;
} texts[] = {
    {1, "An unknown error occurred"},
    {2, "An unexpected error has occurred. Please retry your request later."},
    {3, "(#3) Application does not have the capability to make this API call."},
    {4, "(#4) Application request limit reached"},
    {10, "(#10) This message is sent outside of allowed window."},
    {32, "(#32) Page request limit reached"},
    {100, "(#100) Invalid parameter"},
    {102, "Session key invalid or no longer valid"},
    {190, "Error validating access token: Session has expired."},
    {200, "(#200) Permissions error"},
    {368, "The action attempted has been deemed abusive or is otherwise disallowed"},
    {506, "(#506) Duplicate status message"},
    {551, "(#551) This person isn't available right now."},
    {613, "(#613) Calls to this api have exceeded the rate limit."},
    {10900, "(#10900) Activity already replied to"},
    {10903, "(#10903) This user cannot reply to this activity"},
    {80001,
     "(#80001) There have been too many calls to this Page account. Wait a bit and try again."},
    {80006, "(#80006) There have been too many calls to this messenger account. Wait a bit and try "
            "again."},
};

static int http_of(const struct sbx *s, int code)
{
    if (s->sw[SW_FB_HTTP] == 2)
        return 200;
    if (code == 1 || code == 2)
        return 500;
    if (s->sw[SW_FB_HTTP] == 1) {
        if (code == 190 || code == 102)
            return 401;
        if (code == 10 || code == 200 || code == 3)
            return 403;
        if (code == 4 || code == 17 || code == 32 || code == 613 || code >= 80000)
            return 429;
    }
    return 400;
}

void fb_error_with(struct sbx *s, struct sbx_res *res, int code, int subcode, const char *message,
                   int transient)
{
    char trace[24];

    for (size_t i = 0; !message && i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i].code == code)
            message = texts[i].text;
    sbx_random_word(&s->random, trace, 22);
    trace[0] = 'A';
    sbx_buf_reset(&res->body);
    sbx_put(&res->body, "{'error':{'message':%q,'type':'OAuthException','code':%d",
            message ? message : "Unknown error", code);
    if (subcode)
        sbx_put(&res->body, ",'error_subcode':%d", subcode);
    if (transient >= 0)
        sbx_put(&res->body, ",'is_transient':%b", transient);
    sbx_put(&res->body, ",'fbtrace_id':%q}}", trace);
    res->status = http_of(s, code);
}

void fb_error(struct fb_call *c, int code, int subcode, const char *message)
{
    fb_error_with(c->r->s, c->res, code, subcode, message, code == 1 || code == 2 ? 1 : -1);
}

void fb_param_error(struct fb_call *c, const char *message)
{
    char t[240];

    snprintf(t, sizeof(t), "(#100) %.200s", message);
    fb_error(c, 100, 0, t);
}

void fb_success(struct fb_call *c)
{
    sbx_buf_str(&c->res->body, "{\"success\":true}");
}

/* ---- token ---- */

static const char *given_token(struct fb_call *c)
{
    const char *t = sbx_str(c->json, "access_token"), *h;

    if (t)
        return t;
    h = sbx_header(c->r, "authorization");
    return h && !strncasecmp(h, "Bearer ", 7) ? h + 7 : NULL;
}

static struct sbx_account *by_token(const struct sbx *s, const char *token, bool *dead)
{
    *dead = false;
    for (size_t i = 0; token && i < s->account_n; i++) {
        struct sbx_account *a = s->account[i];

        if (a->platform == SBX_FB && !strcmp(a->token[0].value, token)) {
            *dead = a->token[0].revoked;
            return a;
        }
    }
    return NULL;
}

static bool authenticate(struct fb_call *c)
{
    const char *token = given_token(c), *proof = sbx_str(c->json, "appsecret_proof");
    bool dead;

    if (!token) {
        fb_error(c, 190, 0,
                 "An active access token must be used to query information about the "
                 "current user.");
        return false;
    }
    c->a = by_token(c->r->s, token, &dead);
    if (!c->a || dead) {
        fb_error(c, 190, c->a ? 460 : 467,
                 c->a ? "Error validating access token: The session has been invalidated because "
                        "the user changed their password."
                      : "Invalid OAuth access token - Cannot parse access token");
        return false;
    }
    if (proof ? !sbx_proof_ok(c->a, token, proof) : c->r->s->sw[SW_FB_PROOF] != 0) {
        fb_error(c, 100, 0,
                 proof ? "Invalid appsecret_proof provided in the API argument"
                       : "API calls from the server require an appsecret_proof argument");
        return false;
    }
    return true;
}

/* ---- throttling ---- */

static void usage_headers(struct fb_call *c, int percent, int minutes)
{
    char t[400];
    bool messenger = !strcmp(c->edge, "messages");

    snprintf(t, sizeof(t), "{\"call_count\":%d,\"total_time\":%d,\"total_cputime\":%d}", percent,
             percent / 2, percent / 3);
    sbx_res_header(c->res, "x-app-usage", t);
    snprintf(t, sizeof(t),
             "{\"%s\":[{\"type\":\"%s\",\"call_count\":%d,\"total_cputime\":%d,\"total_time\":%d,"
             "\"estimated_time_to_regain_access\":%d}]}",
             c->a->id, messenger ? "messenger" : "pages", percent, percent / 3, percent / 2,
             minutes);
    sbx_res_header(c->res, "x-business-use-case-usage", t);
}

static bool take_rate(struct fb_call *c)
{
    struct sbx *s = c->r->s;
    struct sbx_account *a = c->a;
    bool messages = !strcmp(c->edge, "messages");
    int limit = s->rate_per_window[SBX_FB] ? s->rate_per_window[SBX_FB] : 300;
    int window = s->rate_window_ms[SBX_FB] ? s->rate_window_ms[SBX_FB] : 1000;

    if (a->usage_percent) {
        int64_t left = a->usage_until_ms - c->r->now;

        if (a->usage_until_ms && left <= 0) {
            a->usage_percent = a->usage_minutes = 0;
            a->usage_until_ms = 0;
        } else {
            bool blocked = a->usage_percent >= 100;

            if (!c->in_batch)
                usage_headers(c, a->usage_percent,
                              blocked ? (int)((left + 59999) / 60000) : a->usage_minutes);
            if (blocked) {
                fb_error(c, messages ? 80006 : 80001, 0, NULL);
                return false;
            }
        }
    }
    if (s->limits && messages && !sbx_rate_take(&a->rate, c->r->now, window, limit)) {
        if (!c->in_batch)
            usage_headers(c, 100, 1);
        fb_error(c, 613, 2534040, NULL);
        return false;
    }
    return true;
}

/* ---- calls without a Page token ---- */

static bool app_call(struct fb_call *c)
{
    struct sbx *s = c->r->s;
    const char *token = given_token(c), *bar = token ? strchr(token, '|') : NULL;
    bool dead;
    struct sbx_account *a;

    if (!strcmp(c->node, "debug_token")) {
        a = by_token(s, sbx_str(c->json, "input_token"), &dead);
        if (!bar) {
            fb_error(c, 100, 0, "(#100) You must provide an app access token");
            return true;
        }
        sbx_put(&c->res->body, "{'data':{'app_id':%q,'type':'PAGE','application':'loa',",
                a ? a->app_id : "0");
        sbx_put(&c->res->body, "'data_access_expires_at':%l,'expires_at':%l,'is_valid':%b,",
                a ? a->data_ends : 0, a ? a->token_ends : 0, a && !dead);
        sbx_put(&c->res->body,
                "'issued_at':1790000000,'profile_id':%q,'scopes':["
                "'pages_messaging','pages_manage_posts','pages_manage_metadata',"
                "'pages_read_engagement','pages_show_list',"
                "'pages_utility_messaging'],'granular_scopes':[],'user_id':'1'}}",
                a ? a->id : "");
        return true;
    }
    if (!strcmp(c->node, "oauth") && !strcmp(c->edge, "access_token")) {
        sbx_buf_str(&c->res->body, "{\"access_token\":\"EAAGlonglivedusertoken\",\"token_type\":"
                                   "\"bearer\",\"expires_in\":5183944}");
        return true;
    }
    if (!strcmp(c->edge, "subscriptions")) { /* the verification GET is ordered over control */
        fb_success(c);
        return true;
    }
    return false;
}

void fb_dispatch(struct fb_call *c)
{
    bool page;

    if (app_call(c) || !authenticate(c) || !take_rate(c))
        return;
    page = !strcmp(c->node, "me") || !strcmp(c->node, c->a->id);
    if (page && !strcmp(c->edge, "messages") && !strcmp(c->r->method, "POST"))
        fb_send(c);
    else if (page && !strcmp(c->edge, "message_attachments") && !strcmp(c->r->method, "POST"))
        fb_save_attachment(c);
    else if (!fb_page_route(c) && !fb_profile_route(c))
        fb_error(c, 100, 33,
                 "Unsupported request. Object does not exist, cannot be loaded due to "
                 "missing permissions, or does not support this operation.");
}

/* "/v25.0/a/b" -> node a, edge b. False: no or a wrong version. */
static bool split_path(struct fb_call *c)
{
    const struct sbx *s = c->r->s;
    const char *p = c->r->path, *slash;
    char *end;
    long version;

    if (p[0] != '/' || p[1] != 'v')
        return false;
    version = strtol(p + 2, &end, 10);
    if (strncmp(end, ".0", 2) != 0 || (end[2] && end[2] != '/') ||
        version < s->sw[SW_FB_VERSION_MIN] || version > s->sw[SW_FB_VERSION_MAX])
        return false;
    p = end[2] ? end + 3 : end + 2;
    slash = strchr(p, '/');
    c->node = slash ? sbx_keep(c->r, p, (size_t)(slash - p)) : p;
    c->edge = slash ? slash + 1 : "";
    return true;
}

void fb_route(struct sbx_req *r, struct sbx_res *res)
{
    struct fb_call c = {.r = r, .res = res, .node = "", .edge = ""};
    bool broken, versioned = split_path(&c);

    if (!strcmp(r->method, "POST") && (!*c.node || !strcmp(r->path, "/"))) {
        if (fb_batch(r, res))
            return;
    }
    c.json = fb_params(r, &broken);
    if (!versioned)
        fb_error(&c, 100, 0, "(#100) Unknown API version or path without a version");
    else if (broken)
        fb_error(&c, 100, 0, "(#100) The request body is not valid JSON");
    else
        fb_dispatch(&c);
    cJSON_Delete(c.json);
}
