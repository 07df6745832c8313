/* SPDX-License-Identifier: Apache-2.0 */
/* fb_profile.c - Messenger profile (7), conversation plumbing (6), Page subscription (10.1). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/fb.h"
#include "tests/sandbox/live.h"

static const char profile_fields[] =
    "get_started,greeting,ice_breakers,persistent_menu,whitelisted_domains,account_linking_url,"
    "commands,title";

/* NULL if fine. */
static const char *check_menu(struct fb_call *c, const cJSON *menu)
{
    const cJSON *m, *b;
    bool has_default = false;

    cJSON_ArrayForEach(m, menu)
    {
        const char *locale = sbx_str(m, "locale");
        const cJSON *list = sbx_get(m, "call_to_actions");

        has_default = has_default || (locale && !strcmp(locale, "default"));
        if (cJSON_GetArraySize(list) > c->r->s->sw[SW_FB_MENU_MAX])
            return "Param persistent_menu has too many items";
        cJSON_ArrayForEach(b, list)
        {
            const char *type = sbx_str(b, "type"), *title = sbx_str(b, "title");
            bool web = type && !strcmp(type, "web_url");

            if (!title || !*title || sbx_longer(title, 30, SBX_CODE_POINTS))
                return "Param persistent_menu: title must be 1 to 30 characters";
            if (!type || (!web && strcmp(type, "postback") != 0))
                return "Param persistent_menu: type must be postback or web_url";
            if (web ? !sbx_str(b, "url")
                    : !sbx_str(b, "payload") ||
                          sbx_longer(sbx_str(b, "payload"), 1000, SBX_CODE_POINTS))
                return "Param persistent_menu: payload or url is missing or too long";
        }
    }
    return has_default ? NULL : "Param persistent_menu needs the locale default";
}

static const char *check_ice(const cJSON *ice)
{
    const cJSON *first = cJSON_GetArrayItem(ice, 0), *q;
    const cJSON *list = sbx_get(first, "call_to_actions");

    if (!list)
        list = ice; /* the old flat form */
    else if (!sbx_str(first, "locale"))
        return "Param ice_breakers needs the locale default";
    if (cJSON_GetArraySize(list) < 1 || cJSON_GetArraySize(list) > 4)
        return "Param ice_breakers must have 1 to 4 questions";
    cJSON_ArrayForEach(q, list)
    {
        if (!sbx_str(q, "question") || !sbx_str(q, "payload"))
            return "Param ice_breakers: question and payload are required";
    }
    return NULL;
}

static const char *check_property(struct fb_call *c, const cJSON *v)
{
    const cJSON *g;

    if (!strcmp(v->string, "get_started")) {
        const char *payload = sbx_str(v, "payload");

        return payload && *payload && !sbx_longer(payload, 1000, SBX_CODE_POINTS)
                   ? NULL
                   : "Param get_started[payload] must be 1 to 1000 characters";
    }
    if (!strcmp(v->string, "greeting")) {
        cJSON_ArrayForEach(g, v)
        {
            if (!sbx_str(g, "locale") || !sbx_str(g, "text") ||
                sbx_longer(sbx_str(g, "text"), (size_t)c->r->s->sw[SW_FB_GREETING_MAX],
                           SBX_CODE_POINTS))
                return "Param greeting[text] is missing or too long";
        }
        return cJSON_IsArray(v) ? NULL : "Param greeting must be an array";
    }
    if (!strcmp(v->string, "ice_breakers"))
        return check_ice(v);
    if (!strcmp(v->string, "persistent_menu")) {
        if (!sbx_get(c->json, "get_started") && !sbx_get(c->a->profile, "get_started"))
            return "You must set a Get Started button if you also wish to use persistent menu";
        return check_menu(c, v);
    }
    if (!strcmp(v->string, "whitelisted_domains") || !strcmp(v->string, "account_linking_url") ||
        !strcmp(v->string, "commands"))
        return NULL;
    return "";
}

static bool credential(const char *name)
{
    return !strcmp(name, "access_token") || !strcmp(name, "appsecret_proof") ||
           !strcmp(name, "platform");
}

static void set_profile(struct fb_call *c)
{
    const cJSON *v;
    int n = 0;

    cJSON_ArrayForEach(v, c->json)
    {
        const char *bad = credential(v->string) ? NULL : check_property(c, v);

        if (bad) {
            fb_param_error(c, *bad ? bad : "Unknown profile property");
            return;
        }
        n += !credential(v->string);
    }
    if (!n) {
        fb_param_error(c, "Requires one of the params: get_started, greeting, ice_breakers, "
                          "persistent_menu");
        return;
    }
    if (!c->a->profile)
        c->a->profile = cJSON_CreateObject();
    cJSON_ArrayForEach(v, c->json)
    {
        if (credential(v->string))
            continue;
        cJSON_DeleteItemFromObjectCaseSensitive(c->a->profile, v->string);
        cJSON_AddItemToObject(c->a->profile, v->string, cJSON_Duplicate(v, 1));
    }
    sbx_buf_str(&c->res->body, "{\"result\":\"success\"}");
}

static void get_profile(struct fb_call *c)
{
    const cJSON *v;
    bool any = false;

    if (!sbx_str(c->json, "fields")) {
        fb_param_error(c, "Missing fields");
        return;
    }
    if (!fb_fields_known(c, profile_fields))
        return;
    sbx_buf_str(&c->res->body, "{\"data\":[{");
    cJSON_ArrayForEach(v, c->a->profile)
    {
        char *text;

        if (!fb_wants(c, v->string))
            continue;
        text = cJSON_PrintUnformatted(v);
        sbx_put(&c->res->body, "%q:%s,", v->string, text);
        cJSON_free(text);
        any = true;
    }
    sbx_buf_uncomma(&c->res->body);
    if (any) {
        sbx_buf_str(&c->res->body, "}]}");
    } else {
        sbx_buf_reset(&c->res->body);
        sbx_buf_str(&c->res->body, "{\"data\":[]}");
    }
}

static void delete_profile(struct fb_call *c)
{
    const cJSON *fields = sbx_get(c->json, "fields"), *f;
    bool menu_too = false;

    if (!cJSON_IsArray(fields)) {
        fb_param_error(c, "Param fields must be an array");
        return;
    }
    cJSON_ArrayForEach(f, fields)
    {
        menu_too = menu_too || (cJSON_IsString(f) && !strcmp(f->valuestring, "persistent_menu"));
    }
    cJSON_ArrayForEach(f, fields)
    {
        if (!cJSON_IsString(f))
            continue;
        if (!strcmp(f->valuestring, "get_started") && !menu_too &&
            sbx_get(c->a->profile, "persistent_menu")) {
            fb_param_error(c, "Get Started cannot be deleted while a persistent menu exists");
            return;
        }
        cJSON_DeleteItemFromObjectCaseSensitive(c->a->profile, f->valuestring);
    }
    sbx_buf_str(&c->res->body, "{\"result\":\"success\"}");
}

static void profile(struct fb_call *c)
{
    if (!strcmp(c->r->method, "POST"))
        set_profile(c);
    else if (!strcmp(c->r->method, "DELETE"))
        delete_profile(c);
    else
        get_profile(c);
}

/* ---- subscription of the Page ---- */

static void subscribed_apps(struct fb_call *c)
{
    static const char known[] =
        "messages,messaging_postbacks,message_echoes,message_deliveries,message_reads,"
        "message_reactions,message_edits,messaging_optins,messaging_referrals,messaging_handovers,"
        "standby,messaging_policy_enforcement,message_template_status_update,feed";
    const char *fields = sbx_str(c->json, "subscribed_fields");

    if (!strcmp(c->r->method, "GET")) {
        sbx_buf_str(&c->res->body, "{\"data\":[");
        if (c->a->hook_on) {
            const char *list = c->a->fb_fields[0] ? c->a->fb_fields : known;

            sbx_put(&c->res->body,
                    "{'link':'https://example.vn','name':'loa','id':%q,"
                    "'subscribed_fields':[",
                    c->a->app_id);
            for (const char *p = list; *p;) {
                size_t n = strcspn(p, ",");

                sbx_buf_str(&c->res->body, "\"");
                sbx_buf_add(&c->res->body, p, n);
                sbx_buf_str(&c->res->body, "\",");
                p += n + (p[n] == ',');
            }
            sbx_buf_uncomma(&c->res->body);
            sbx_buf_str(&c->res->body, "]}");
        }
        sbx_buf_str(&c->res->body, "]}");
        return;
    }
    if (!strcmp(c->r->method, "DELETE")) {
        c->a->hook_on = false;
        fb_success(c);
        return;
    }
    if (!fields || !*fields || strlen(fields) >= sizeof(c->a->fb_fields)) {
        fb_param_error(c, "The parameter subscribed_fields is required.");
        return;
    }
    for (const char *p = fields; *p;) {
        size_t n = strcspn(p, ",");
        char name[64];

        snprintf(name, sizeof(name), "%.*s", (int)(n < 60 ? n : 60), p);
        if (!strstr(known, name)) {
            fb_param_error(c, "Param subscribed_fields has an unknown field");
            return;
        }
        p += n + (p[n] == ',');
    }
    snprintf(c->a->fb_fields, sizeof(c->a->fb_fields), "%s", fields);
    c->a->hook_on = true;
    c->a->hook_failing_mono = 0;
    fb_success(c);
}

/* ---- threads, people ---- */

static void thread_control(struct fb_call *c)
{
    const char *to = sbx_str(sbx_get(c->json, "recipient"), "id");
    int64_t user = sbx_users_find(&c->a->users, to);
    struct sbx_user *u;

    if (user < 0) {
        fb_error(c, 100, 2018001, "(#100) No matching user found");
        return;
    }
    u = &c->a->users.u[user];
    if (!strncmp(c->edge, "pass", 4) || !strncmp(c->edge, "release", 7))
        u->flags |= SBX_OTHER_APP;
    else if (!strncmp(c->edge, "take", 4))
        u->flags = (uint8_t)(u->flags & ~SBX_OTHER_APP);
    sbx_live_user(c->r->s, c->a, user);
    fb_success(c);
}

static void thread_owner(struct fb_call *c)
{
    int64_t user = sbx_users_find(&c->a->users, sbx_str(c->json, "recipient"));

    if (user < 0)
        fb_error(c, 100, 2018001, "(#100) No matching user found");
    else
        sbx_put(&c->res->body, "{'data':[{'thread_owner':{'app_id':%q}}]}",
                c->a->users.u[user].flags & SBX_OTHER_APP ? "263902037430900" : c->a->app_id);
}

static void personas(struct fb_call *c)
{
    const char *name = sbx_str(c->json, "name");
    struct sbx_thing *t;
    char id[40];

    if (!name || !*name || sbx_longer(name, 50, SBX_CODE_POINTS) ||
        !sbx_str(c->json, "profile_picture_url")) {
        fb_param_error(c, "Params name and profile_picture_url are required");
        return;
    }
    sbx_id_digits(c->r->s, id, sizeof(id), "3300000");
    t = sbx_thing_add(c->a, SBX_PERSONA, id, c->r->now);
    t->json = sbx_strdup(name);
    sbx_put(&c->res->body, "{'id':%q}", id);
}

static void person(struct fb_call *c, int64_t user)
{
    char name[160];

    if (!fb_fields_known(c, "id,first_name,last_name,name,profile_pic,locale,timezone,gender"))
        return;
    sbx_user_name(&c->a->users, (uint32_t)user, name, sizeof(name));
    if (!(c->a->users.u[user].flags & SBX_INTERACTED)) {
        fb_error(c, 230, 2018247, "(#230) User consent is required");
        return;
    }
    sbx_put(&c->res->body, "{'first_name':%q,'last_name':'','profile_pic':'','id':%q}", name,
            c->node);
}

static void page_object(struct fb_call *c)
{
    if (!fb_fields_known(c, "id,name,access_token,username,link,about,category,fan_count,"
                            "followers_count,tasks"))
        return;
    sbx_put(&c->res->body,
            "{'name':%q,'username':'phuong','category':'Government organization',"
            "'fan_count':%l,'id':%q}",
            c->a->name, (int64_t)c->a->users.n, c->a->id);
}

bool fb_profile_route(struct fb_call *c)
{
    static const struct {
        const char *method, *edge;
        void (*run)(struct fb_call *c);
    } table[] = {
        {NULL, "messenger_profile", profile},
        {NULL, "subscribed_apps", subscribed_apps},
        {NULL, "message_templates", fb_templates},
        {"POST", "pass_thread_control", thread_control},
        {"POST", "take_thread_control", thread_control},
        {"POST", "release_thread_control", thread_control},
        {"POST", "request_thread_control", thread_control},
        {"POST", "extend_thread_control", thread_control},
        {"GET", "thread_owner", thread_owner},
        {"POST", "personas", personas},
    };
    bool page = !strcmp(c->node, "me") || !strcmp(c->node, c->a->id);
    int64_t user;

    for (size_t i = 0; page && i < sizeof(table) / sizeof(table[0]); i++) {
        if (strcmp(table[i].edge, c->edge) != 0 ||
            (table[i].method && strcmp(table[i].method, c->r->method) != 0))
            continue;
        table[i].run(c);
        return true;
    }
    if (strcmp(c->r->method, "GET") != 0)
        return false;
    if (page && !*c->edge) {
        page_object(c);
        return true;
    }
    if (page &&
        (!strcmp(c->edge, "conversations") || !strcmp(c->edge, "notification_message_tokens"))) {
        sbx_buf_str(&c->res->body, "{\"data\":[]}");
        return true;
    }
    user = page ? -1 : sbx_users_find(&c->a->users, c->node);
    if (user < 0 || *c->edge)
        return false;
    person(c, user);
    return true;
}
