/* SPDX-License-Identifier: Apache-2.0 */
/* zalo_event.c - the webhooks of section 8, in the key order of the captures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/citizen.h"
#include "tests/sandbox/hook.h"
#include "tests/sandbox/live.h"
#include "tests/sandbox/zalo.h"

static void by_app(const char *id, char out[24])
{
    snprintf(out, 24, "16%017llu",
             (unsigned long long)(sbx_hash(id, strlen(id), 99) % 100000000000000000ull));
}

static void stamp(const struct sbx *s, char out[24])
{
    snprintf(out, 24, "%lld", (long long)sbx_now(s));
}

static void push(struct sbx *s, struct sbx_account *a, const char *kind, struct sbx_buf *json,
                 const char *ts)
{
    struct sbx_event e = {.account = a, .kind = kind, .json = json->p, .len = json->len};

    snprintf(e.timestamp, sizeof(e.timestamp), "%s", ts);
    sbx_hook_push(s, &e);
    sbx_buf_free(json);
}

/* event_name, app_id, sender, recipient, message, timestamp, user_id_by_app */
static void push_message(struct sbx *s, struct sbx_account *a, int64_t user, const char *event,
                         bool from_oa, const char *message)
{
    struct sbx_buf b = {0};
    char id[SBX_ID_MAX], app[24], ts[24];

    sbx_user_id(&a->users, (uint32_t)user, id);
    by_app(id, app);
    stamp(s, ts);
    sbx_put(&b, "{'event_name':%q,'app_id':%q,'sender':{'id':%q},'recipient':{'id':%q}", event,
            a->app_id, from_oa ? a->id : id, from_oa ? id : a->id);
    sbx_put(&b, ",'message':{%s},'timestamp':%q", message, ts);
    if (strncmp(event, "user_received", 13) != 0 && strncmp(event, "user_seen", 9) != 0)
        sbx_put(&b, ",'user_id_by_app':%q", app);
    sbx_buf_str(&b, "}");
    push(s, a, event, &b, ts);
}

void zalo_say(struct sbx *s, struct sbx_account *a, int64_t user, const struct zalo_said *said)
{
    struct sbx_buf m = {0};
    char id[21];
    struct sbx_entry e = {.at_ms = sbx_now(s), .platform = SBX_ZALO, .user = user, .dir = SBX_IN};

    sbx_touch(s, a, user);
    sbx_id_hex20(s, id);
    e.account = a->number;
    e.kind = said->event;
    e.id = id;
    e.text = sbx_strdup(said->text);
    e.image = sbx_strdup(said->image);
    e.status = SBX_DELIVERED;
    sbx_ledger_add(s, &e, NULL);
    free(e.text);
    free(e.image);
    if (!s->sw[SW_ZALO_HASH_FILTER] || strcmp(said->event, "user_send_text") != 0 ||
        (said->text && said->text[0] == '#')) {
        if (said->members)
            sbx_buf_str(&m, said->members);
        if (said->text)
            sbx_put(&m, "'text':%q,", said->text);
        if (said->quote)
            sbx_put(&m, "'quote_msg_id':%q,", said->quote);
        sbx_put(&m, "'msg_id':%q", id);
        push_message(s, a, user, said->event, false, m.p);
    }
    sbx_buf_free(&m);
}

void zalo_human(struct sbx *s, struct sbx_account *a, int64_t user, const char *text)
{
    struct sbx_buf b = {0};
    char id[SBX_ID_MAX], app[24], ts[24], msg[21];

    sbx_user_id(&a->users, (uint32_t)user, id);
    by_app(id, app);
    stamp(s, ts);
    sbx_id_hex20(s, msg);
    sbx_put(&b,
            "{'event_name':'oa_send_text','app_id':%q,'sender':{'id':%q,'admin_id':"
            "'5772156649015328606'},'recipient':{'id':%q},",
            a->app_id, a->id, id);
    sbx_put(&b, "'message':{'text':%q,'msg_id':%q},'timestamp':%q,'user_id_by_app':%q}", text, msg,
            ts, app);
    push(s, a, "oa_send_text", &b, ts);
}

void zalo_follow(struct sbx *s, struct sbx_account *a, int64_t user, bool on, const char *source)
{
    struct sbx_user *u = &a->users.u[user];
    struct sbx_buf b = {0};
    char id[SBX_ID_MAX], app[24], ts[24];

    sbx_user_id(&a->users, (uint32_t)user, id);
    by_app(id, app);
    stamp(s, ts);
    if (on) {
        u->flags |= SBX_FOLLOWS;
        u->last_in = sbx_now(s); /* following opens the window */
    } else {
        u->flags = (uint8_t)(u->flags & ~SBX_FOLLOWS);
    }
    sbx_live_user(s, a, user);
    sbx_put(&b, "{'oa_id':%q,'follower':{'id':%q},'user_id_by_app':%q,'event_name':'%s'", a->id, id,
            app, on ? "follow" : "unfollow");
    sbx_put(&b, ",'source':%q,'app_id':%q,'timestamp':%q}", source ? source : "oa_profile",
            a->app_id, ts);
    push(s, a, on ? "follow" : "unfollow", &b, ts);
}

void zalo_simple_event(struct sbx *s, struct sbx_account *a, int64_t user, const char *name)
{
    struct sbx_buf b = {0};
    char id[SBX_ID_MAX], app[24], ts[24];

    sbx_user_id(&a->users, (uint32_t)user, id);
    by_app(id, app);
    stamp(s, ts);
    if (!strcmp(name, "user_withdraw"))
        sbx_put(&b,
                "{'event_name':%q,'app_id':%q,'oa_id':%q,'user_id':%q,'user_id_by_app':%q,"
                "'timestamp':%q}",
                name, a->app_id, a->id, id, app, ts);
    else
        sbx_put(&b,
                "{'app_id':%q,'user_id':%q,'oa_id':%q,'event_name':%q,'timestamp':%q,"
                "'user_id_by_app':%q}",
                a->app_id, id, a->id, name, ts, app);
    push(s, a, name, &b, ts);
}

void zalo_submit_info(struct sbx *s, struct sbx_account *a, int64_t user, const cJSON *info)
{
    char *text = info ? cJSON_PrintUnformatted(info) : NULL;
    struct sbx_buf b = {0};
    char id[SBX_ID_MAX], ts[24];

    sbx_touch(s, a, user);
    sbx_user_id(&a->users, (uint32_t)user, id);
    stamp(s, ts);
    sbx_put(&b, "{'sender':{'id':%q},'recipient':{'id':%q},'event_name':'user_submit_info'", id,
            a->id);
    sbx_put(&b, ",'app_id':%q,'timestamp':%q,'info':%s}", a->app_id, ts,
            text ? text : "{\"name\":\"\",\"phone\":\"84900000002\"}");
    cJSON_free(text);
    push(s, a, "user_submit_info", &b, ts);
}

void zalo_reaction(struct sbx *s, struct sbx_account *a, int64_t user, const char *msg_id,
                   const char *icon, bool by_oa)
{
    struct sbx_buf m = {0};

    sbx_put(&m, "'msg_id':%q,'react_icon':%q", msg_id, icon);
    push_message(s, a, user, by_oa ? "oa_reacted_message" : "user_reacted_message", by_oa, m.p);
    sbx_buf_free(&m);
}

/* The echo's attachments member, with a comma at the end. */
static void echo_attachment(const struct sbx_entry *e, struct sbx_buf *m)
{
    bool picture = !strcmp(e->kind, "image") || !strcmp(e->kind, "gif");

    if (picture)
        sbx_put(m, "'attachments':[{'payload':{'thumbnail':%q,'url':%q},'type':%q}],", e->image,
                e->image, e->kind);
    else if (!strcmp(e->kind, "file"))
        sbx_put(m,
                "'attachments':[{'payload':{'size':'1','name':%q,'checksum':"
                "'d41d8cd98f00b204e9800998ecf8427e','type':'application/pdf','url':"
                "'https://file.example/%s'},'type':'file'}],",
                e->file, e->id);
}

void zalo_receipt(struct sbx *s, struct sbx_account *a, int64_t user, const struct sbx_entry *e,
                  int step)
{
    struct sbx_buf m = {0};
    const char *event = !strcmp(e->kind, "image")     ? "oa_send_image"
                        : !strcmp(e->kind, "gif")     ? "oa_send_gif"
                        : !strcmp(e->kind, "file")    ? "oa_send_file"
                        : !strcmp(e->kind, "list")    ? "oa_send_list"
                        : !strcmp(e->kind, "sticker") ? "oa_send_sticker"
                        : !strcmp(e->kind, "text")    ? "oa_send_text"
                                                      : "oa_send_template";

    if (step == 0) {
        if (!s->sw[SW_ZALO_ECHO_API])
            return;
        echo_attachment(e, &m);
        if (e->text)
            sbx_put(&m, "'text':%q,", e->text);
        sbx_put(&m, "'msg_id':%q", e->id);
        push_message(s, a, user, event, true, m.p);
    } else if (step == 1) {
        sbx_put(&m, "'msg_id':%q", e->id);
        push_message(s, a, user, "user_received_message", true, m.p);
    } else {
        sbx_put(&m, "'msg_ids':[%q]", e->id);
        push_message(s, a, user, "user_seen_message", true, m.p);
    }
    sbx_buf_free(&m);
}
