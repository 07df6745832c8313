/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sandbox/zalo_legacy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/citizen.h"
#include "tests/sandbox/hook.h"

/* ---- broadcast (3.5) ---- */

struct review {
    struct sbx_account *a;
    struct sbx_entry post;
};

/* Citizens with a phone on the page, or named by a test, get the article too; a million generated
 * followers only raise the count that the public entry stands for. */
static void deliver_article(struct sbx *s, void *arg)
{
    struct review *v = arg;
    struct sbx_users *us = &v->a->users;
    struct sbx_entry e = v->post;

    e.at_ms = sbx_now(s);
    sbx_ledger_add(s, &e, NULL);
    for (size_t i = 0; i < us->extra_n; i++) {
        struct sbx_user *u = &us->u[us->extra[i].user];

        if (!(u->flags & SBX_FOLLOWS) || (!us->extra[i].id && !us->extra[i].name))
            continue;
        e.user = us->extra[i].user;
        e.kind = "article";
        sbx_ledger_add(s, &e, NULL);
    }
    s->coming--;
    free(v->post.text);
    free(v->post.image);
    free(v->post.cards);
    free(v->post.id);
    free(v);
}

/* Title, cover and link of the article as a card for the page. */
static void article_card(const struct sbx_thing *t, struct review *v)
{
    cJSON *json = cJSON_Parse(t->json ? t->json : "{}");
    const char *cover = sbx_str(sbx_get(json, "cover"), "photo_url");
    struct sbx_buf b = {0};

    sbx_put(&b, "[{'title':%q,'subtitle':%q,'image':%q,'action':{'type':'url','url':",
            sbx_str(json, "title"), sbx_str(json, "description"), cover);
    sbx_put(&b, "'/_article/zalo/%d/%s'}}]", (int)v->a->number, t->id);
    v->post.text = sbx_strdup(sbx_str(json, "title"));
    v->post.image = sbx_strdup(cover);
    v->post.cards = b.p;
    cJSON_Delete(json);
}

/* All targets are comma-joined strings of small numbers; other forms are refused. */
static const char *check_target(const cJSON *target)
{
    static const struct {
        const char *name;
        long most;
    } known[] = {{"ages", 7}, {"gender", 2}, {"locations", 2}, {"cities", 63}, {"platform", 3}};
    const cJSON *v;

    cJSON_ArrayForEach(v, target)
    {
        size_t i = 0;

        while (i < 5 && strcmp(known[i].name, v->string) != 0)
            i++;
        if (i == 5 || !cJSON_IsString(v) || !v->valuestring[0])
            return v->string;
        for (const char *p = v->valuestring; *p;) {
            char *end;
            long n = strtol(p, &end, 10);

            if (end == p || n < 0 || n > known[i].most || (*end && *end != ','))
                return v->string;
            p = *end ? end + 1 : end;
        }
    }
    return NULL;
}

static bool monthly_allowance(struct zalo_call *c)
{
    struct sbx_when w = sbx_vn(c->r->now);
    int64_t month = w.year * 12 + w.month;
    int cap = c->r->s->sw[SW_ZALO_BROADCAST_MONTHLY];

    if (c->a->broadcast_month != month) {
        c->a->broadcast_month = month;
        c->a->broadcast_month_used = 0;
    }
    if (cap >= 0 && c->a->broadcast_month_used >= cap)
        return false;
    c->a->broadcast_month_used++;
    return true;
}

static void broadcast(struct zalo_call *c, const cJSON *target, const cJSON *message)
{
    const cJSON *payload = sbx_get(sbx_get(message, "attachment"), "payload");
    const cJSON *list = sbx_get(payload, "elements"), *e;
    const char *form = sbx_str(payload, "template_type"), *bad = check_target(target);
    const struct sbx_thing *first = NULL;
    struct sbx *s = c->r->s;
    struct review *v;
    char id[21], data[64];

    if (bad) {
        zalo_invalid(c->res, bad);
        return;
    }
    if (!form || strcmp(form, "media") != 0 || cJSON_GetArraySize(list) < 1 ||
        cJSON_GetArraySize(list) > 5) {
        zalo_invalid(c->res, !form || strcmp(form, "media") != 0 ? "template_type" : "elements");
        return;
    }
    cJSON_ArrayForEach(e, list)
    {
        const char *type = sbx_str(e, "media_type"), *article = sbx_str(e, "attachment_id");
        const struct sbx_thing *t = sbx_thing_find(c->a, SBX_ARTICLE, article);

        if (!type || strcmp(type, "article") != 0 || !t) {
            zalo_invalid(c->res, type && !strcmp(type, "article") ? "attachment_id" : "media_type");
            return;
        }
        first = first ? first : t;
    }
    if (!monthly_allowance(c)) {
        zalo_error(c->res, -211, NULL);
        return;
    }
    sbx_id_hex20(s, id);
    v = sbx_alloc(sizeof(*v));
    v->a = c->a;
    v->post = (struct sbx_entry){
        .platform = SBX_ZALO, .account = c->a->number, .user = -1, .kind = "broadcast"};
    v->post.id = sbx_strdup(id);
    s->coming++;
    article_card(first, v);
    sbx_timer(s, s->sw[SW_ZALO_REVIEW_MS], deliver_article, v);
    snprintf(data, sizeof(data), "{\"message_id\":\"%s\"}", id);
    zalo_ok(c->res, data);
}

/* ---- the overloaded v2 path ---- */

static void react(struct zalo_call *c, const cJSON *to, const cJSON *action)
{
    static const char *const icons[] = {":>",      "--b", ":-((", "/-strong",
                                        "/-heart", ":-h", ":o",   "/-remove"};
    const char *icon = sbx_str(action, "react_icon"), *id = sbx_str(action, "react_message_id");
    int64_t user = sbx_users_find(&c->a->users, sbx_str(to, "user_id"));
    const struct sbx_entry *e = sbx_ledger_by_id(c->r->s, SBX_ZALO, id);
    bool known = false;

    for (size_t i = 0; icon && i < sizeof(icons) / sizeof(icons[0]); i++)
        known = known || !strcmp(icons[i], icon);
    if (user < 0 || !known || !e || e->user != user) {
        zalo_invalid(c->res, user < 0 ? "user_id" : !known ? "react_icon" : "react_message_id");
        return;
    }
    zalo_reaction(c->r->s, c->a, user, id, icon, true);
    zalo_ok(c->res, NULL);
}

void zalo_send_v2(struct zalo_call *c)
{
    const cJSON *to = sbx_get(c->json, "recipient"), *target = sbx_get(to, "target");
    const cJSON *action = sbx_get(c->json, "sender_action");
    char id[21], data[64];

    if (cJSON_IsObject(target)) {
        broadcast(c, target, sbx_get(c->json, "message"));
    } else if (action) {
        react(c, to, action);
    } else if (sbx_str(to, "anonymous_id") && sbx_str(to, "conversation_id")) {
        struct sbx_entry e = {.at_ms = c->r->now, .platform = SBX_ZALO, .user = -1};

        sbx_id_hex20(c->r->s, id);
        e.account = c->a->number;
        e.kind = "anonymous";
        e.id = id;
        e.text = sbx_strdup(sbx_str(sbx_get(c->json, "message"), "text"));
        sbx_ledger_add(c->r->s, &e, NULL);
        free(e.text);
        snprintf(data, sizeof(data), "{\"message_id\":\"%s\"}", id);
        zalo_ok(c->res, data);
    } else {
        zalo_error(c->res, -240, NULL);
    }
}

/* ---- personal promotion and transaction (3.2) ---- */

static const char *check_text_element(const cJSON *e, const char *type, bool promotion)
{
    const char *content = sbx_str(e, "content");

    if (!strcmp(type, "header") && (!content || sbx_longer(content, 100, SBX_CODE_POINTS)))
        return "content";
    if (!strcmp(type, "text") &&
        (!content || sbx_longer(content, promotion ? 1000 : 250, SBX_CODE_POINTS)))
        return "content";
    if (!strcmp(type, "banner") && !sbx_str(e, "image_url") == !sbx_str(e, "attachment_id"))
        return "image_url";
    return NULL;
}

static const char *check_table(const struct zalo_call *c, const cJSON *e, bool promotion)
{
    const cJSON *rows = sbx_get(e, "content"), *row;
    int key_max = c->r->s->sw[SW_ZALO_TABLE_KEY_MAX];

    if (!cJSON_IsArray(rows) || (promotion && cJSON_GetArraySize(rows) > 5))
        return "content";
    cJSON_ArrayForEach(row, rows)
    {
        const char *key = sbx_str(row, "key"), *value = sbx_str(row, "value");
        const char *style = sbx_str(row, "style");

        if (!key || sbx_longer(key, (size_t)key_max, SBX_CODE_POINTS))
            return "key";
        if (!value || sbx_longer(value, 100, SBX_CODE_POINTS))
            return "value";
        if (style && strcmp(key, "Trạng thái") != 0 && strcmp(key, "Status") != 0)
            return "style";
    }
    return NULL;
}

/* NULL if fine; text blocks are joined into `text` for the ledger. */
static const char *check_elements(const struct zalo_call *c, const cJSON *payload, bool promotion,
                                  struct sbx_buf *text)
{
    const cJSON *list = sbx_get(payload, "elements"), *e;
    const char *bad = NULL, *language = sbx_str(payload, "language");
    int blocks = 0;

    if (language && strcmp(language, "VI") != 0 && strcmp(language, "EN") != 0)
        return "language";
    if (!cJSON_IsArray(list) || !cJSON_GetArraySize(list))
        return "elements";
    cJSON_ArrayForEach(e, list)
    {
        const char *type = sbx_str(e, "type");

        if (!type || (strcmp(type, "banner") != 0 && strcmp(type, "header") != 0 &&
                      strcmp(type, "text") != 0 && strcmp(type, "table") != 0))
            return "type";
        bad = strcmp(type, "table") ? check_text_element(e, type, promotion)
                                    : check_table(c, e, promotion);
        if (!bad && !strcmp(type, "text") && ++blocks > 2)
            bad = "elements";
        if (bad)
            return bad;
        if (sbx_str(e, "content"))
            sbx_put(text, "%s%s", text->len ? "\n" : "", sbx_str(e, "content"));
    }
    return NULL;
}

static bool promotion_allowed(struct zalo_call *c, int64_t user)
{
    struct sbx_extra *x = sbx_user_extra(&c->a->users, (uint32_t)user);
    struct sbx_when w = sbx_vn(c->r->now);
    int64_t day = sbx_vn_day(c->r->now), month = w.year * 12 + w.month;

    if (x->promo_day != day) {
        x->promo_day = day;
        x->promo_sent_day = 0;
    }
    if (x->promo_month != month) {
        x->promo_month = month;
        x->promo_sent_month = 0;
    }
    if (x->promo_sent_day >= 1 || x->promo_sent_month >= 6)
        return false;
    x->promo_sent_day++;
    x->promo_sent_month++;
    return true;
}

static int personal_refusal(struct zalo_call *c, int64_t user, bool promotion)
{
    const struct sbx_user *u = &c->a->users.u[user];
    int hour = sbx_vn(c->r->now).hour, code = zalo_refusal(c, u);

    if (code)
        return code;
    if (promotion) {
        if (!(u->flags & SBX_FOLLOWS))
            return -213;
        if (hour < 6 || hour >= 22)
            return -234;
        return promotion_allowed(c, user) ? 0 : c->r->s->sw[SW_ZALO_PROMOTION_CAP_CODE];
    }
    return !u->last_in || c->r->now - u->last_in > 365 * SBX_DAY_MS ? -232 : 0;
}

static void send_personal(struct zalo_call *c, bool promotion)
{
    const cJSON *attachment = sbx_get(sbx_get(c->json, "message"), "attachment");
    const cJSON *payload = sbx_get(attachment, "payload"), *buttons = sbx_get(payload, "buttons");
    const char *form = sbx_str(payload, "template_type"), *bad;
    struct zalo_message m = {.kind = promotion ? "promotion" : "transaction",
                             .event = "oa_send_template"};
    struct sbx_buf text = {0};
    int64_t user = sbx_users_find(&c->a->users, sbx_str(sbx_get(c->json, "recipient"), "user_id"));
    int code = 0;

    if (c->r->s->sw[promotion ? SW_ZALO_RETIRED_PROMOTION : SW_ZALO_RETIRED_TRANSACTION]) {
        zalo_error(c->res, c->r->s->sw[SW_ZALO_RETIRED_CODE], NULL);
        return;
    }
    bad = user < 0 ? "user_id" : NULL;
    if (!bad && (!form || (promotion ? strcmp(form, "promotion") != 0
                                     : strncmp(form, "transaction_", 12) != 0)))
        bad = "template_type";
    if (!bad)
        bad = check_elements(c, payload, promotion, &text);
    if (!bad && buttons)
        bad = zalo_check_buttons(buttons, 4, 35, &m.buttons);
    if (!bad && promotion && c->r->s->sw[SW_ZALO_PROMOTION_BUTTONS] && m.buttons.p &&
        (strstr(m.buttons.p, "\"phone\"") || strstr(m.buttons.p, "\"silent\":false")))
        bad = "buttons";
    if (!bad)
        code = personal_refusal(c, user, promotion);
    m.text = text.p;
    if (bad)
        zalo_invalid(c->res, bad);
    else if (code)
        zalo_error(c->res, code, NULL);
    else
        zalo_accepted(c, user, &m, "");
    sbx_buf_free(&text);
    zalo_message_free(&m);
}

void zalo_send_promotion(struct zalo_call *c)
{
    send_personal(c, true);
}

void zalo_send_transaction(struct zalo_call *c)
{
    send_personal(c, false);
}

/* ---- template by phone (3.4): the other host has its own numbers ---- */

void zalo_send_phone(struct zalo_call *c)
{
    const char *phone = sbx_str(c->json, "phone"), *track = sbx_str(c->json, "tracking_id");
    const char *id = sbx_str(c->json, "template_id");
    struct sbx_entry e = {.at_ms = c->r->now, .platform = SBX_ZALO, .user = -1, .kind = "phone"};
    struct sbx_buf data = {0};
    char mid[21];

    if (!phone || strncmp(phone, "84", 2) != 0 || strspn(phone, "0123456789") != strlen(phone) ||
        strlen(phone) < 10 || strlen(phone) > 12) {
        zalo_error(c->res, -108, "Phone number is invalid");
    } else if (!track || !*track || strlen(track) > 48 ||
               !cJSON_IsObject(sbx_get(c->json, "template_data"))) {
        zalo_error(c->res, -106, "Invalid parameter");
    } else if (!sbx_thing_find(c->a, SBX_NOTIFY, id)) {
        zalo_error(c->res, -109, "Template ID is invalid");
    } else {
        sbx_id_hex20(c->r->s, mid);
        e.account = c->a->number;
        e.text = sbx_strdup(phone);
        e.ref = sbx_strdup(track);
        e.id = mid;
        sbx_ledger_add(c->r->s, &e, NULL);
        free(e.text);
        free(e.ref);
        sbx_put(&data,
                "{'msg_id':%q,'sent_time':'%l','sending_mode':'1','quota':"
                "{'dailyQuota':'500','remainingQuota':'499'}}",
                mid, c->r->now);
        zalo_ok(c->res, data.p);
    }
    sbx_buf_free(&data);
}
