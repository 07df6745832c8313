/* SPDX-License-Identifier: Apache-2.0 */
/* control_citizen.c - orders that let citizens act. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/citizen.h"
#include "tests/sandbox/control.h"
#include "tests/sandbox/fb.h"
#include "tests/sandbox/live.h"
#include "tests/sandbox/viber.h"
#include "tests/sandbox/zalo.h"

/* ---- followers ---- */

static void set_up(struct sbx_order *c, struct sbx_account *a, uint32_t i, bool announce)
{
    struct sbx_user *u = &a->users.u[i];
    bool subscribed = sbx_bool(c->o, "subscribed", true);
    int64_t now = c->r->now, age = sbx_int(c->o, "last_interaction_age_ms", -1);
    int64_t last = sbx_int(c->o, "last_interaction_ms", now);

    if (age >= 0)
        last = now - age;
    u->flags = (uint8_t)(subscribed ? u->flags | SBX_FOLLOWS : u->flags & ~SBX_FOLLOWS);
    if (sbx_bool(c->o, "interacted", a->platform == SBX_FB) && last)
        u->flags |= SBX_INTERACTED;
    u->last_in = last;
    if (!announce)
        return;
    if (a->platform == SBX_ZALO)
        zalo_follow(c->s, a, i, true, NULL);
    else if (a->platform == SBX_VIBER)
        viber_subscribe(c->s, a, i, true);
    else
        fb_postback(c->s, a, i, "Bắt đầu", "GET_STARTED", NULL);
    if (a->platform != SBX_FB)
        u->last_in = last;
}

static const char *add_followers(struct sbx_order *c)
{
    const char *why = NULL;
    struct sbx_account *a = sbx_order_account(c, &why);
    const cJSON *list = sbx_get(c->o, "users"), *v;
    int64_t count = list ? cJSON_GetArraySize(list) : sbx_int(c->o, "count", 0);
    bool announce = sbx_bool(c->o, "announce", false), fresh, ids;
    uint32_t first = 0, i = 0;
    char id[SBX_ID_MAX];

    if (!a)
        return why;
    if (count < 1 || count > 20000000)
        return "count must be 1 to 20000000, or users a list";
    ids = sbx_bool(c->o, "ids", count <= 100);
    sbx_users_reserve(&a->users, (size_t)count);
    v = list ? list->child : NULL;
    if (ids)
        sbx_buf_str(c->out, "\"ids\":[");
    for (int64_t k = 0; k < count; k++) {
        i = sbx_users_add(&a->users, sbx_str(v, "id"), sbx_str(v, "name"), &fresh);
        if (!k)
            first = i;
        set_up(c, a, i, announce);
        if (ids) {
            sbx_user_id(&a->users, i, id);
            sbx_put(c->out, "%q,", id);
        }
        v = v ? v->next : NULL;
    }
    sbx_buf_uncomma(c->out);
    if (ids)
        sbx_buf_str(c->out, "],");
    sbx_user_id(&a->users, first, id);
    sbx_put(c->out, "'count':%l,'first_index':%d,'first_id':%q,", count, (int)first, id);
    sbx_user_id(&a->users, i, id);
    sbx_put(c->out, "'last_id':%q,'users':%l,", id, (int64_t)a->users.n);
    return NULL;
}

static const char *set_user(struct sbx_order *c)
{
    static const struct {
        const char *name;
        int flag;
    } flags[] = {{"follows", SBX_FOLLOWS},      {"subscribed", SBX_FOLLOWS},
                 {"blocked", SBX_BLOCKED},      {"restricted", SBX_RESTRICTED},
                 {"inactive", SBX_INACTIVE},    {"old_client", SBX_OLD_CLIENT},
                 {"other_app", SBX_OTHER_APP},  {"opted_out", SBX_OPTED_OUT},
                 {"interacted", SBX_INTERACTED}};
    const char *why = NULL;
    struct sbx_account *a;
    int64_t user = sbx_order_user(c, &a, &why);
    struct sbx_user *u;

    if (user < 0)
        return why;
    u = &a->users.u[user];
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        if (!sbx_get(c->o, flags[i].name))
            continue;
        if (sbx_bool(c->o, flags[i].name, false))
            u->flags = (uint8_t)(u->flags | flags[i].flag);
        else
            u->flags = (uint8_t)(u->flags & ~flags[i].flag);
    }
    u->last_in = sbx_int(c->o, "last_interaction_ms", u->last_in);
    if (sbx_get(c->o, "last_interaction_age_ms"))
        u->last_in = c->r->now - sbx_int(c->o, "last_interaction_age_ms", 0);
    if (sbx_str(c->o, "name")) {
        struct sbx_extra *x = sbx_user_extra(&a->users, (uint32_t)user);

        free(x->name);
        x->name = sbx_strdup(sbx_str(c->o, "name"));
    }
    sbx_live_user(c->s, a, user);
    sbx_buf_str(c->out, "\"user\":");
    sbx_user_json(a, user, c->out);
    sbx_buf_str(c->out, ",");
    return NULL;
}

/* ---- writing ---- */

static void say_zalo(struct sbx_order *c, struct sbx_account *a, int64_t user, const cJSON *at)
{
    static const char *const known[] = {"image", "gif",  "sticker", "audio",
                                        "video", "file", "link",    "location"};
    static const char *const events[] = {
        "user_send_image", "user_send_gif",  "user_send_sticker", "user_send_audio",
        "user_send_video", "user_send_file", "user_send_link",    "user_send_location"};
    struct zalo_said said = {.event = "user_send_text", .text = sbx_str(c->o, "text")};
    const char *type = sbx_str(at, "type"), *url = sbx_str(at, "url");
    struct sbx_buf m = {0};

    said.quote = sbx_str(c->o, "quote");
    for (size_t i = 0; type && i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i], type) != 0)
            continue;
        said.event = events[i];
        if (!strcmp(type, "location"))
            sbx_put(&m,
                    "'attachments':[{'payload':{'coordinates':{'latitude':%q,'longitude':%q}},"
                    "'type':'location'}],",
                    sbx_str(at, "lat") ? sbx_str(at, "lat") : "12.2388000",
                    sbx_str(at, "lon") ? sbx_str(at, "lon") : "109.1967000");
        else if (!strcmp(type, "sticker"))
            sbx_put(&m, "'attachments':[{'payload':{'id':'23311','url':%q},'type':'sticker'}],",
                    url ? url : "https://sticker.example.vn/23311.png");
        else if (!strcmp(type, "file"))
            sbx_put(&m,
                    "'attachments':[{'payload':{'size':'90112','name':%q,'checksum':"
                    "'9e107d9d372bb6826bd81d3542a419d6','type':'application/pdf','url':%q},"
                    "'type':'file'}],",
                    sbx_str(at, "name") ? sbx_str(at, "name") : "tep.pdf", url);
        else
            sbx_put(&m, "'attachments':[{'payload':{'thumbnail':%q,'url':%q},'type':%q}],", url,
                    url, type);
        if (!strcmp(type, "image") || !strcmp(type, "gif"))
            said.image = url;
    }
    said.members = m.p;
    zalo_say(c->s, a, user, &said);
    sbx_buf_free(&m);
}

static void say_viber(struct sbx_order *c, struct sbx_account *a, int64_t user, const cJSON *at)
{
    static const char *const known[] = {"picture", "video", "file",    "sticker",
                                        "contact", "url",   "location"};
    struct viber_said said = {.type = "text", .text = sbx_str(c->o, "text")};
    const char *type = sbx_str(at, "type"), *url = sbx_str(at, "url");
    struct sbx_buf m = {0};

    said.silent = sbx_bool(c->o, "silent", false);
    if (type && !strcmp(type, "image"))
        type = "picture";
    for (size_t i = 0; type && i < sizeof(known) / sizeof(known[0]); i++)
        if (!strcmp(known[i], type))
            said.type = known[i];
    if (!strcmp(said.type, "sticker"))
        sbx_buf_str(&m, "\"sticker_id\":40133,");
    else if (!strcmp(said.type, "contact"))
        sbx_put(&m, "'contact':{'name':'Công dân','phone_number':%q},",
                sbx_str(at, "phone") ? sbx_str(at, "phone") : "84900000000");
    else if (!strcmp(said.type, "location"))
        sbx_buf_str(&m, "\"location\":{\"lat\":12.2388,\"lon\":109.1967},");
    else if (strcmp(said.type, "text") != 0)
        sbx_put(&m, "'media':%q,", url ? url : "https://dl-media.viber.example/a.jpg");
    if (!strcmp(said.type, "file"))
        sbx_put(&m, "'file_name':%q,'size':482133,",
                sbx_str(at, "name") ? sbx_str(at, "name") : "tep.pdf");
    if (!strcmp(said.type, "picture"))
        said.image = url;
    said.members = m.p;
    viber_say(c->s, a, user, &said);
    sbx_buf_free(&m);
}

static void say_fb(struct sbx_order *c, struct sbx_account *a, int64_t user, const cJSON *at)
{
    const char *type = sbx_str(at, "type"), *url = sbx_str(at, "url");
    struct sbx_buf m = {0};

    if (type && !strcmp(type, "sticker"))
        sbx_put(&m, "[{'type':'sticker','payload':{'url':%q,'sticker_id':369239263222822}}]",
                url ? url : "https://scontent.xx.fbcdn.example/s.png");
    else if (type && !strcmp(type, "location"))
        sbx_put(&m, "[{'type':'location','payload':{'coordinates':{'lat':12.2388,'long':109.1967}}}"
                    "]");
    else if (type)
        sbx_put(&m, "[{'type':%q,'payload':{'url':%q}}]", type, url);
    fb_say(c->s, a, user, sbx_str(c->o, "text"), sbx_str(c->o, "payload"), m.p,
           type && !strcmp(type, "image") ? url : NULL);
    sbx_buf_free(&m);
}

static const char *say(struct sbx_order *c)
{
    const char *why = NULL;
    struct sbx_account *a;
    int64_t user = sbx_order_user(c, &a, &why);
    const cJSON *at = sbx_get(c->o, "attachment");

    if (user < 0)
        return why;
    if (!sbx_str(c->o, "text") && !at)
        return "text or attachment is missing";
    if (a->platform == SBX_ZALO)
        say_zalo(c, a, user, at);
    else if (a->platform == SBX_VIBER)
        say_viber(c, a, user, at);
    else
        say_fb(c, a, user, at);
    return NULL;
}

/* ---- tapping ---- */

/* All buttons of an entry one after another: buttons, then those of each card. */
static cJSON *all_buttons(const struct sbx_entry *e)
{
    cJSON *all = cJSON_CreateArray(), *list = cJSON_Parse(e->buttons ? e->buttons : "[]");
    cJSON *cards = cJSON_Parse(e->cards ? e->cards : "[]"), *card;
    const cJSON *b;

    cJSON_ArrayForEach(b, list)
    {
        cJSON_AddItemToArray(all, cJSON_Duplicate(b, 1));
    }
    cJSON_ArrayForEach(card, cards)
    {
        cJSON_ArrayForEach(b, sbx_get(card, "buttons"))
        {
            cJSON_AddItemToArray(all, cJSON_Duplicate(b, 1));
        }
        if (sbx_get(card, "action"))
            cJSON_AddItemToArray(all, cJSON_Duplicate(sbx_get(card, "action"), 1));
    }
    cJSON_Delete(list);
    cJSON_Delete(cards);
    return all;
}

static void press(struct sbx_order *c, struct sbx_account *a, int64_t user, const cJSON *b)
{
    const char *type = sbx_str(b, "type"), *payload = sbx_str(b, "payload");
    const char *title = sbx_str(b, "title"), *url = sbx_str(b, "url");
    struct zalo_said zalo = {.event = "user_send_text", .text = payload};
    struct viber_said viber = {.type = "text", .text = payload};

    if (a->platform == SBX_ZALO && !strcmp(type, "reply")) {
        zalo_say(c->s, a, user, &zalo);
    } else if (a->platform == SBX_VIBER && strcmp(type, "none") != 0) {
        viber.silent = sbx_bool(b, "silent", false);
        if (!strcmp(type, "url"))
            viber.text = url; /* opens it and sends it */
        if (!strcmp(type, "share-phone")) {
            viber.type = "contact";
            viber.members = "\"contact\":{\"name\":\"Công dân\",\"phone_number\":\"84900000000\"},";
        } else if (!strcmp(type, "location-picker")) {
            viber.type = "location";
            viber.members = "\"location\":{\"lat\":12.2388,\"lon\":109.1967},";
        }
        viber_say(c->s, a, user, &viber);
    } else if (!strcmp(type, "quick")) {
        fb_say(c->s, a, user, title, payload, NULL, NULL);
    } else if (!strcmp(type, "postback")) {
        fb_postback(c->s, a, user, title, payload, NULL);
    } else if (!strncmp(type, "user_", 5)) {
        fb_say(c->s, a, user, "+84900000000", "+84900000000", NULL, NULL);
    }
    sbx_put(c->out, "'type':%q,'url':%q,", type, url);
}

static const char *tap(struct sbx_order *c)
{
    const char *why = NULL, *title = sbx_str(c->o, "title"), *payload = sbx_str(c->o, "payload");
    struct sbx_account *a;
    int64_t user = sbx_order_user(c, &a, &why), index = sbx_int(c->o, "index", -1), at = 0;
    const struct sbx_entry *e;
    const cJSON *b, *hit = NULL;
    cJSON *all;

    if (user < 0)
        return why;
    e = sbx_get(c->o, "seq") ? sbx_ledger_get(c->s, sbx_int(c->o, "seq", 0))
                             : sbx_ledger_buttons(c->s, a, user);
    if (!e || e->user != user || e->account != a->number)
        return "the user has got no message with buttons";
    all = all_buttons(e);
    cJSON_ArrayForEach(b, all)
    {
        const char *p = sbx_str(b, "payload"), *t = sbx_str(b, "title");

        if (!hit && ((index >= 0 && at == index) || (title && t && !strcmp(title, t)) ||
                     (payload && p && !strcmp(payload, p))))
            hit = b;
        at++;
    }
    if (hit)
        press(c, a, user, hit);
    cJSON_Delete(all);
    return hit ? NULL : "no such button";
}

/* Messenger's menu, ice breakers and Get Started button, as the Page's profile has them. */
static const char *tap_profile(struct sbx_order *c, const char *what)
{
    const char *why = NULL;
    struct sbx_account *a;
    int64_t user = sbx_order_user(c, &a, &why), index = sbx_int(c->o, "index", 0);
    const cJSON *list, *b;

    if (user < 0)
        return why;
    if (a->platform != SBX_FB)
        return "only facebook has this";
    list = sbx_get(a->profile, what);
    if (!strcmp(what, "get_started")) {
        const char *payload = sbx_str(list, "payload");

        fb_postback(c->s, a, user, "Bắt đầu", payload ? payload : "GET_STARTED",
                    sbx_str(c->o, "ref"));
        return NULL;
    }
    list = sbx_get(cJSON_GetArrayItem(list, 0), "call_to_actions");
    b = cJSON_GetArrayItem(list, (int)index);
    if (!b)
        return "no such item";
    if (sbx_str(b, "url"))
        sbx_put(c->out, "'url':%q,", sbx_str(b, "url"));
    else
        fb_postback(c->s, a, user,
                    sbx_str(b, "title") ? sbx_str(b, "title") : sbx_str(b, "question"),
                    sbx_str(b, "payload"), NULL);
    return NULL;
}

static const char *menu(struct sbx_order *c)
{
    return tap_profile(c, "persistent_menu");
}

static const char *ice(struct sbx_order *c)
{
    return tap_profile(c, "ice_breakers");
}

static const char *get_started(struct sbx_order *c)
{
    return tap_profile(c, "get_started");
}

/* ---- coming, going, reacting ---- */

static const char *follow_as(struct sbx_order *c, bool on)
{
    const char *why = NULL;
    struct sbx_account *a;
    int64_t user = sbx_order_user(c, &a, &why);

    if (user < 0)
        return why;
    if (a->platform == SBX_ZALO) {
        zalo_follow(c->s, a, user, on, sbx_str(c->o, "source"));
    } else if (a->platform == SBX_VIBER) {
        viber_subscribe(c->s, a, user, on);
    } else if (on) { /* nobody subscribes to a Page: the first tap opens the thread */
        a->users.u[user].flags = (uint8_t)((a->users.u[user].flags | SBX_FOLLOWS) & ~SBX_BLOCKED);
        return get_started(c);
    } else { /* and no event tells that somebody has blocked it */
        a->users.u[user].flags = (uint8_t)((a->users.u[user].flags | SBX_BLOCKED) & ~SBX_FOLLOWS);
        sbx_live_user(c->s, a, user);
    }
    return NULL;
}

static const char *follow(struct sbx_order *c)
{
    return follow_as(c, true);
}

static const char *unfollow(struct sbx_order *c)
{
    return follow_as(c, false);
}

static const char *open_chat(struct sbx_order *c)
{
    const char *why = NULL, *context = sbx_str(c->o, "context");
    struct sbx_account *a;
    int64_t user = sbx_order_user(c, &a, &why);

    if (user < 0)
        return why;
    if (a->platform == SBX_VIBER) {
        viber_open_chat(c->s, a, user, context);
    } else if (a->platform == SBX_ZALO) { /* fires once per user and lets the OA write first */
        if (!a->users.u[user].last_in)
            a->users.u[user].last_in = c->r->now;
        zalo_simple_event(c->s, a, user, "user_click_chatnow");
    } else if (!(a->users.u[user].flags & SBX_INTERACTED)) {
        fb_postback(c->s, a, user, "Bắt đầu", "GET_STARTED", context);
    } else {
        fb_referral(c->s, a, user, context ? context : "qr");
    }
    return NULL;
}

static const char *withdraw(struct sbx_order *c)
{
    const char *why = NULL;
    struct sbx_account *a;
    int64_t user = sbx_order_user(c, &a, &why);

    if (user < 0 || a->platform != SBX_ZALO)
        return user < 0 ? why : "only zalo has this";
    zalo_simple_event(c->s, a, user, "user_withdraw");
    return NULL;
}

static const char *submit_info(struct sbx_order *c)
{
    const char *why = NULL;
    struct sbx_account *a;
    int64_t user = sbx_order_user(c, &a, &why);

    if (user < 0 || a->platform != SBX_ZALO)
        return user < 0 ? why : "only zalo has this";
    zalo_submit_info(c->s, a, user, sbx_get(c->o, "info"));
    return NULL;
}

static const char *opt(struct sbx_order *c, int state)
{
    const char *why = NULL;
    struct sbx_account *a;
    int64_t user = sbx_order_user(c, &a, &why);

    if (user < 0 || a->platform != SBX_FB)
        return user < 0 ? why : "only facebook has this";
    fb_optin(c->s, a, user, state);
    return NULL;
}

static const char *opt_in(struct sbx_order *c)
{
    return opt(c, 0);
}

static const char *opt_out(struct sbx_order *c)
{
    return opt(c, 1);
}

static const char *opt_resume(struct sbx_order *c)
{
    return opt(c, 2);
}

static const char *react(struct sbx_order *c)
{
    const char *why = NULL, *id = sbx_str(c->o, "message_id"), *icon = sbx_str(c->o, "icon");
    struct sbx_account *a;
    int64_t user = sbx_order_user(c, &a, &why);

    if (user < 0)
        return why;
    if (!id)
        return "message_id is missing";
    if (a->platform == SBX_ZALO)
        zalo_reaction(c->s, a, user, id, icon ? icon : "/-heart", false);
    else if (a->platform == SBX_FB)
        fb_reaction(c->s, a, user, id, icon ? icon : "love", "❤", !sbx_bool(c->o, "off", false));
    else
        return "viber has no reactions";
    return NULL;
}

static const char *edit(struct sbx_order *c)
{
    const char *why = NULL, *id = sbx_str(c->o, "message_id"), *text = sbx_str(c->o, "text");
    struct sbx_account *a;
    int64_t user = sbx_order_user(c, &a, &why);

    if (user < 0 || a->platform != SBX_FB)
        return user < 0 ? why : "only facebook has this";
    if (!id || !text)
        return "message_id and text are needed";
    fb_edit(c->s, a, user, id, text);
    return NULL;
}

static const char *comment(struct sbx_order *c)
{
    const char *why = NULL, *post = sbx_str(c->o, "post_id"), *text = sbx_str(c->o, "text");
    struct sbx_account *a;
    int64_t user = sbx_order_user(c, &a, &why);

    if (user < 0 || a->platform != SBX_FB)
        return user < 0 ? why : "only facebook has this";
    if (!post || !text)
        return "post_id and text are needed";
    sbx_put(c->out, "'comment_id':%q,", fb_comment(c->s, a, user, post, text));
    return NULL;
}

static const char *human(struct sbx_order *c)
{
    const char *why = NULL, *text = sbx_str(c->o, "text");
    struct sbx_account *a;
    int64_t user = sbx_order_user(c, &a, &why);

    if (user < 0 || a->platform == SBX_VIBER)
        return user < 0 ? why : "only facebook and zalo have this";
    text = text ? text : "Cán bộ trực xin trả lời.";
    if (a->platform == SBX_FB)
        fb_human(c->s, a, user, text);
    else
        zalo_human(c->s, a, user, text);
    return NULL;
}

static const char *failed(struct sbx_order *c)
{
    const char *why = NULL, *token = sbx_str(c->o, "message_token");
    struct sbx_account *a;
    int64_t user = sbx_order_user(c, &a, &why);

    if (user < 0 || a->platform != SBX_VIBER)
        return user < 0 ? why : "only viber has this";
    if (!token)
        return "message_token is missing (as a string)";
    viber_failed(c->s, a, user, token, sbx_str(c->o, "desc"));
    return NULL;
}

static const char *client_status(struct sbx_order *c)
{
    const char *why = NULL;
    struct sbx_account *a;
    int64_t user = sbx_order_user(c, &a, &why);

    if (user < 0 || a->platform != SBX_VIBER)
        return user < 0 ? why : "only viber has this";
    viber_client_status(c->s, a, user);
    return NULL;
}

const struct sbx_order_row sbx_citizen_orders[] = {
    {"add_followers", add_followers},
    {"user", set_user},
    {"say", say},
    {"tap", tap},
    {"menu", menu},
    {"ice", ice},
    {"get_started", get_started},
    {"follow", follow},
    {"unfollow", unfollow},
    {"open_chat", open_chat},
    {"withdraw", withdraw},
    {"submit_info", submit_info},
    {"opt_in", opt_in},
    {"opt_out", opt_out},
    {"opt_resume", opt_resume},
    {"react", react},
    {"edit", edit},
    {"comment", comment},
    {"human", human},
    {"failed", failed},
    {"client_status", client_status},
    {NULL, NULL},
};
