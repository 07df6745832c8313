/* SPDX-License-Identifier: Apache-2.0 */
/* Flows of the account: setting it up, and trying its credentials. `state` names the step whose
 * request is under way; both flows only read or set, so a step may be sent again at any time. */
#include "channels/facebook_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/utf8.h"

/* All that facebook_parse_webhook() makes use of. */
static const char webhook_fields[] =
    "messages,messaging_postbacks,message_echoes,message_deliveries,message_reads,"
    "message_reactions,message_edits,messaging_optins,messaging_referrals,messaging_handovers,"
    "standby,messaging_policy_enforcement,message_template_status_update,feed";

static void set_state(struct channel_flow *f, const char *step)
{
    (void)snprintf(f->state, sizeof(f->state), "%s", step);
}

static bool at(const struct channel_flow *f, const char *step)
{
    const size_t n = strlen(step);

    return strncmp(f->state, step, n) == 0 && (f->state[n] == '\0' || f->state[n] == ' ');
}

/* ---- the token's ends ------------------------------------------------------------------ */

/* What the platform knows of the Page token. The token is asked about in the body of a batch of
 * one: in an address it would end up in logs. */
static void token_request(struct facebook *fb, struct channel_flow *f, struct http_req *req)
{
    cJSON *body = cJSON_CreateObject(), *part = cJSON_CreateObject();
    struct loa_buf url;
    char *text;

    loa_buf_init(&url, 0);
    loa_buf_adds(&url, FACEBOOK_VERSION "/debug_token?input_token=");
    loa_buf_add_url(&url, loa_secret_reveal(fb->token));
    cJSON_AddStringToObject(part, "method", "GET");
    cJSON_AddStringToObject(part, "relative_url", loa_buf_str(&url));
    cJSON_AddItemToArray(cJSON_AddArrayToObject(body, "batch"), part);
    cJSON_AddStringToObject(body, "access_token", loa_secret_reveal(fb->app_token));
    cJSON_AddFalseToObject(body, "include_headers");
    loa_json_add_str(body, "appsecret_proof", fb->app_proof);
    text = loa_json_print(body);
    http_req_reset(req);
    req->method = HTTP_POST;
    req->content_type = "application/json";
    loa_buf_addf(&req->url, "%s/%s/", fb->api, FACEBOOK_VERSION);
    loa_buf_adds(&req->body, text);
    http_req_secret(req, "Authorization", "Bearer ", fb->app_token);
    free(text);
    loa_buf_release(&url);
    cJSON_Delete(body);
    set_state(f, "token");
}

static void add_right(struct channel_flow *f, enum msg_right_kind kind, int64_t seconds)
{
    f->rights[f->n_rights++] = (struct channel_right){kind, seconds > 0 ? seconds * 1000 : 0};
}

/* Nobody's work stops for want of it: what cannot be read is left out. */
static void take_token(const struct http_reply *prev, struct channel_flow *f)
{
    cJSON *batch = loa_json_parse(prev->body, prev->len), *answer;
    const char *body = loa_json_str(cJSON_GetArrayItem(batch, 0), "body");
    const cJSON *data;

    answer = body ? loa_json_parse(body, strlen(body)) : NULL;
    data = loa_json_get(answer, "data");
    if (cJSON_IsTrue(loa_json_get(data, "is_valid"))) {
        add_right(f, MSG_RIGHT_PAGE, loa_json_int(data, "expires_at", 0));
        add_right(f, MSG_RIGHT_DATA, loa_json_int(data, "data_access_expires_at", 0));
    }
    cJSON_Delete(answer);
    cJSON_Delete(batch);
}

/* Only the app may ask. */
static enum channel_step ask_token(struct facebook *fb, struct channel_flow *f,
                                   struct http_req *req)
{
    if (!fb->app_token)
        return CHANNEL_STEP_DONE;
    token_request(fb, f, req);
    return CHANNEL_STEP_SEND;
}

/* ---- set-up ---------------------------------------------------------------------------- */

/* What people can tap. A payload is read by the bot as if it had been written. */
struct tap {
    const char *title, *payload;
};

static const char greeting[] =
    "Xin chào! Đây là bot trả lời tự động của cơ quan nhà nước: hỏi lịch, tin, thông báo hoặc "
    "đăng ký nhận tin. Nhắn HỦY để thôi nhận.";

static const struct tap menu[] = {
    {"Hôm nay có gì?", "Hôm nay có gì?"},
    {"Đăng ký nhận tin", "Đăng ký nhận tin"},
    {"Hủy nhận tin", "HỦY"},
};

static const struct tap openers[] = {
    {"Hôm nay có gì?", "Hôm nay có gì?"},
    {"Cuối tuần này có sự kiện nào?", "Cuối tuần này có sự kiện nào?"},
    {"Tôi muốn đăng ký nhận tin", "Đăng ký nhận tin"},
    {"Bot này làm được gì?", "Trợ giúp"},
};

/* [{"locale":"default", ...}]; returns the one object in it. */
static cJSON *add_default_locale(cJSON *root, const char *property)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddItemToArray(cJSON_AddArrayToObject(root, property), o);
    cJSON_AddStringToObject(o, "locale", "default");
    return o;
}

static cJSON *profile(void)
{
    cJSON *root = cJSON_CreateObject(), *o, *list;

    cJSON_AddStringToObject(cJSON_AddObjectToObject(root, "get_started"), "payload",
                            FACEBOOK_PAYLOAD_START);
    cJSON_AddStringToObject(add_default_locale(root, "greeting"), "text", greeting);
    list = cJSON_AddArrayToObject(add_default_locale(root, "ice_breakers"), "call_to_actions");
    for (size_t i = 0; i < sizeof(openers) / sizeof(openers[0]); i++) {
        cJSON_AddItemToArray(list, o = cJSON_CreateObject());
        cJSON_AddStringToObject(o, "question", openers[i].title);
        cJSON_AddStringToObject(o, "payload", openers[i].payload);
    }
    o = add_default_locale(root, "persistent_menu");
    cJSON_AddFalseToObject(o, "composer_input_disabled");
    list = cJSON_AddArrayToObject(o, "call_to_actions");
    for (size_t i = 0; i < sizeof(menu) / sizeof(menu[0]); i++) {
        cJSON_AddItemToArray(list, o = cJSON_CreateObject());
        cJSON_AddStringToObject(o, "type", "postback");
        cJSON_AddStringToObject(o, "title", menu[i].title);
        cJSON_AddStringToObject(o, "payload", menu[i].payload);
    }
    return root;
}

/* The webhook address belongs to the app, so that step takes the app's own token. Without app id
 * or secrets the address stays what was entered in the app's dashboard. */
static bool can_set_address(const struct facebook *fb, const struct channel_flow *f)
{
    return fb->app_token && loa_secret_is_set(fb->verify_token) && f->webhook_url &&
           f->webhook_url[0];
}

static void address_request(struct facebook *fb, const struct channel_flow *f, struct http_req *req)
{
    cJSON *body = cJSON_CreateObject();
    char *text;

    http_req_reset(req);
    req->method = HTTP_POST;
    req->content_type = "application/json";
    loa_buf_addf(&req->url, "%s/%s/%s/subscriptions", fb->api, FACEBOOK_VERSION, fb->app);
    cJSON_AddStringToObject(body, "object", "page");
    cJSON_AddStringToObject(body, "callback_url", f->webhook_url);
    cJSON_AddStringToObject(body, "fields", webhook_fields);
    cJSON_AddStringToObject(body, "verify_token", loa_secret_reveal(fb->verify_token));
    loa_json_add_str(body, "appsecret_proof", fb->app_proof);
    text = loa_json_print(body);
    loa_buf_adds(&req->body, text);
    free(text);
    cJSON_Delete(body);
    http_req_secret(req, "Authorization", "Bearer ", fb->app_token);
}

static enum channel_step setup_send(struct facebook *fb, struct channel_flow *f,
                                    struct http_req *req)
{
    if (at(f, "address")) {
        address_request(fb, f, req);
    } else if (at(f, "fields")) {
        struct loa_buf edge;

        loa_buf_init(&edge, 0);
        loa_buf_addf(&edge, "subscribed_apps?subscribed_fields=%s", webhook_fields);
        facebook_request(fb, req, fb->page, loa_buf_str(&edge), cJSON_CreateObject());
        loa_buf_release(&edge);
    } else {
        facebook_request(fb, req, fb->page, "messenger_profile", profile());
    }
    return CHANNEL_STEP_SEND;
}

static enum channel_step setup(struct facebook *fb, struct channel_flow *f,
                               const struct http_reply *prev, struct http_req *req)
{
    if (prev && at(f, "token")) { /* the set-up itself went well */
        take_token(prev, f);
        return CHANNEL_STEP_DONE;
    }
    if (prev) {
        facebook_parse_reply(&fb->base, CHANNEL_WAY_POST, prev, &f->res, NULL, NULL);
        if (f->res.verdict != CHANNEL_OK)
            return CHANNEL_STEP_DONE;
        if (at(f, "profile"))
            return ask_token(fb, f, req);
        set_state(f, at(f, "address") ? "fields" : "profile");
    } else if (!at(f, "fields") && !at(f, "profile")) {
        set_state(f, can_set_address(fb, f) ? "address" : "fields");
    }
    return setup_send(fb, f, req);
}

/* ---- probe ----------------------------------------------------------------------------- */

static size_t count_fields(const cJSON *json)
{
    const cJSON *app;
    int n = 0;

    cJSON_ArrayForEach(app, loa_json_get(json, "data"))
    {
        const int fields = cJSON_GetArraySize(loa_json_get(app, "subscribed_fields"));

        n = fields > n ? fields : n;
    }
    return (size_t)n;
}

static enum channel_step probe_page(struct facebook *fb, struct channel_flow *f, const cJSON *json,
                                    struct http_req *req)
{
    const char *name = loa_json_str(json, "name");

    (void)snprintf(f->state, sizeof(f->state), "hooks %.*s", name ? (int)loa_utf8_cut(name, 80) : 0,
                   name ? name : "");
    facebook_request(fb, req, fb->page, "subscribed_apps", NULL);
    return CHANNEL_STEP_SEND;
}

/* The token works, whatever comes now; what the Page sends us is worth knowing too, as Meta
 * removes the subscription after an hour of failures. */
static void probe_hooks(struct facebook *fb, struct channel_flow *f, const cJSON *json)
{
    const char *name = f->state + strlen("hooks");
    const size_t fields = count_fields(json);

    name += *name == ' ';
    if (f->res.verdict != CHANNEL_OK)
        (void)snprintf(f->summary, sizeof(f->summary),
                       "Trang «%s» (%s): mã truy cập dùng được; chưa xem được đăng ký webhook.",
                       name, fb->page);
    else if (fields)
        (void)snprintf(f->summary, sizeof(f->summary),
                       "Trang «%s» (%s): mã truy cập dùng được; webhook nhận %zu loại sự kiện.",
                       name, fb->page, fields);
    else
        (void)snprintf(f->summary, sizeof(f->summary),
                       "Trang «%s» (%s): mã truy cập dùng được; webhook chưa được đăng ký cho "
                       "Trang này.",
                       name, fb->page);
    f->res.verdict = CHANNEL_OK;
}

static enum channel_step probe(struct facebook *fb, struct channel_flow *f,
                               const struct http_reply *prev, struct http_req *req)
{
    enum channel_step step = CHANNEL_STEP_DONE;
    cJSON *json;

    if (!prev) {
        set_state(f, "page");
        facebook_request(fb, req, fb->page, "?fields=id,name", NULL);
        return CHANNEL_STEP_SEND;
    }
    if (at(f, "token")) {
        take_token(prev, f);
        return CHANNEL_STEP_DONE;
    }
    facebook_parse_reply(&fb->base, CHANNEL_WAY_POST, prev, &f->res, NULL, NULL);
    json = loa_json_parse(prev->body, prev->len);
    if (at(f, "hooks")) {
        probe_hooks(fb, f, json);
        step = ask_token(fb, f, req);
    } else if (f->res.verdict == CHANNEL_OK) {
        step = probe_page(fb, f, json, req);
    } else {
        (void)snprintf(f->summary, sizeof(f->summary), "Trang %s: %s", fb->page, f->res.detail);
    }
    cJSON_Delete(json);
    return step;
}

/* ---- all flows ------------------------------------------------------------------------- */

enum channel_step facebook_flow(struct channel *c, struct channel_flow *f,
                                const struct http_reply *prev, struct http_req *req)
{
    struct facebook *fb = (struct facebook *)c;

    f->wait_ms = 0;
    f->effect = false;
    switch (f->kind) {
    case CHANNEL_FLOW_POST:
        return facebook_flow_post(fb, f, prev, req);
    case CHANNEL_FLOW_SETUP:
        return setup(fb, f, prev, req);
    case CHANNEL_FLOW_PROBE:
        return probe(fb, f, prev, req);
    case CHANNEL_FLOW_TEMPLATES:
        return facebook_flow_templates(fb, f, prev, req);
    case CHANNEL_FLOW_REFRESH: /* a Page token does not expire, and a dead one needs a person */
    case CHANNEL_FLOW_UPLOAD:  /* pictures are fetched by the platform from their address */
        break;
    }
    channel_result_init(&f->res);
    f->res.verdict = CHANNEL_STOP;
    (void)snprintf(f->res.detail, sizeof(f->res.detail), "the channel has no such flow%s",
                   f->kind == CHANNEL_FLOW_REFRESH ? ": a person must enter a new Page token" : "");
    return CHANNEL_STEP_DONE;
}
