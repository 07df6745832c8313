/* SPDX-License-Identifier: Apache-2.0 */
/* fb_send.c - the Send API: who, when, in which lane (section 4). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/citizen.h"
#include "tests/sandbox/fb.h"

#define WINDOW_MS SBX_DAY_MS
#define WEEK_MS (7 * SBX_DAY_MS)

enum lane { LANE_STANDARD, LANE_HUMAN, LANE_UTILITY, LANE_PRIVATE_REPLY };

const char *fb_attachment_new(struct fb_call *c, const char *type, const char *url)
{
    struct sbx_part part;
    struct sbx_thing *t;
    struct sbx_buf link = {0};
    char id[40];
    const char *kept;

    sbx_id_digits(c->r->s, id, sizeof(id), "1857777");
    t = sbx_thing_add(c->a, SBX_UPLOAD, id, c->r->now);
    if (sbx_multipart(c->r, "filedata", &part)) {
        t->type = sbx_strdup(part.type ? part.type : "application/octet-stream");
        t->data = sbx_alloc(part.len + 1);
        memcpy(t->data, part.data, part.len);
        t->data_len = part.len;
        sbx_put(&link, "/_media/facebook/%d/%s", (int)c->a->number, id);
        t->json = link.p;
    } else {
        t->type = sbx_strdup(type);
        t->json = sbx_strdup(url);
    }
    kept = sbx_keep(c->r, id, strlen(id));
    return kept;
}

void fb_save_attachment(struct fb_call *c)
{
    struct fb_message m;
    const cJSON *at = sbx_get(sbx_get(c->json, "message"), "attachment");
    const cJSON *payload = sbx_get(at, "payload");

    if (fb_check(c, sbx_get(c->json, "message"), &m)) {
        if (!m.attachment_id && sbx_str(payload, "url"))
            m.attachment_id = fb_attachment_new(c, m.kind, sbx_str(payload, "url"));
        if (m.attachment_id)
            sbx_put(&c->res->body, "{'attachment_id':%q}", m.attachment_id);
        else
            fb_param_error(c, "Param message[attachment] is required");
    } else {
        fb_error(c, m.code, m.subcode, m.why);
    }
    fb_message_free(&m);
}

/* A visitor's comment may be answered once, within 7 days. */
static int64_t comment_author(struct fb_call *c, const char *id, struct sbx_thing **comment)
{
    struct sbx_thing *t = sbx_thing_find(c->a, SBX_COMMENT, id);

    if (!t || !t->type) {
        fb_error(c, 100, 33, "(#100) Comment does not exist");
        return -1;
    }
    if (t->count) {
        fb_error(c, 10900, 0, NULL);
        return -1;
    }
    if (c->r->now - t->at_ms > WEEK_MS) {
        fb_error(c, 10903, 0, NULL);
        return -1;
    }
    *comment = t;
    return strtoll(t->type, NULL, 10);
}

static int64_t recipient(struct fb_call *c, struct sbx_thing **comment)
{
    static const char *const keys[] = {"id",
                                       "user_ref",
                                       "comment_id",
                                       "post_id",
                                       "phone_number",
                                       "notification_messages_token",
                                       "one_time_notif_token"};
    const cJSON *to = sbx_get(c->json, "recipient");
    const char *id = sbx_str(to, "id");
    int64_t user;
    int n = 0;

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        n += sbx_get(to, keys[i]) != NULL;
    if (!cJSON_IsObject(to) || n != 1) {
        fb_param_error(c, "Param recipient must have exactly one recipient key");
        return -1;
    }
    if (sbx_str(to, "comment_id"))
        return comment_author(c, sbx_str(to, "comment_id"), comment);
    if (sbx_get(to, "notification_messages_token") || sbx_get(to, "one_time_notif_token")) {
        fb_error(c, 100, 0,
                 "(#100) Param recipient[notification_messages_token] is invalid or "
                 "expired");
        return -1;
    }
    if (!id) {
        fb_param_error(c, "Param recipient[id] must be a string");
        return -1;
    }
    user = sbx_users_find(&c->a->users, id);
    if (user < 0)
        fb_error(c, 100, 2018001, "(#100) No matching user found");
    return user;
}

/* False with the error written. */
static bool read_lane(struct fb_call *c, enum lane *lane)
{
    static const char *const dead[] = {"CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE",
                                       "POST_PURCHASE_UPDATE"};
    const char *type = sbx_str(c->json, "messaging_type"), *tag = sbx_str(c->json, "tag");
    const struct sbx *s = c->r->s;
    bool utility = sbx_get(sbx_get(c->json, "message"), "template") != NULL;

    *lane = LANE_STANDARD;
    for (size_t i = 0; tag && i < 3; i++) {
        if (!strcmp(tag, dead[i])) {
            fb_error(c, 100, 1893061, "Invalid parameter");
            return false;
        }
    }
    if ((!type && s->sw[SW_FB_NEED_TYPE]) ||
        (type && strcmp(type, "RESPONSE") != 0 && strcmp(type, "UPDATE") != 0 &&
         strcmp(type, "MESSAGE_TAG") != 0 && strcmp(type, "UTILITY") != 0)) {
        fb_param_error(c, "Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG, "
                          "UTILITY}");
        return false;
    }
    if ((tag != NULL) != (type && !strcmp(type, "MESSAGE_TAG"))) {
        fb_param_error(c, "Param tag goes with messaging_type MESSAGE_TAG");
        return false;
    }
    if (tag && !strcmp(tag, "HUMAN_AGENT")) {
        if (!s->sw[SW_FB_HUMAN_AGENT]) {
            fb_error(c, 10, 0, "(#10) App does not have the Human Agent feature");
            return false;
        }
        *lane = LANE_HUMAN;
    } else if (tag && !(s->sw[SW_FB_CUSTOMER_FEEDBACK] && !strcmp(tag, "CUSTOMER_FEEDBACK"))) {
        fb_param_error(c, "Param tag is not valid");
        return false;
    } else if (tag) {
        *lane = LANE_HUMAN;
    }
    if ((type && !strcmp(type, "UTILITY")) != utility) {
        fb_param_error(c, "UTILITY goes with message[template]");
        return false;
    }
    if (utility)
        *lane = LANE_UTILITY;
    return true;
}

static bool reachable(struct fb_call *c, int64_t user, enum lane lane)
{
    const struct sbx_user *u = &c->a->users.u[user];
    int64_t age = c->r->now - u->last_in;

    if (!c->r->s->sw[SW_FB_LIVE])
        fb_error(c, 200, 2018028,
                 "(#200) Cannot message users who are not admins, developers or "
                 "testers of the app until pages_messaging permission is reviewed");
    else if (u->flags & (SBX_BLOCKED | SBX_INACTIVE))
        fb_error_with(c->r->s, c->res, 551, 1545041, NULL, 0);
    else if (u->flags & SBX_OLD_CLIENT)
        fb_error(c, 10, 2018108, "(#10) This person cannot receive messages right now");
    else if (u->flags & SBX_OTHER_APP)
        fb_error(c, 10, 2018300, "(#10) Another app is controlling this thread now.");
    else if ((lane == LANE_STANDARD && (!u->last_in || age > WINDOW_MS)) ||
             (lane == LANE_HUMAN && (!u->last_in || age > WEEK_MS)))
        fb_error(c, 10, 2018278, NULL);
    else
        return true;
    return false;
}

static void sender_action(struct fb_call *c, const char *action)
{
    static const char *const known[] = {"typing_on", "typing_off", "mark_seen", "react", "unreact"};
    struct sbx_thing *comment = NULL;
    bool ok = false;
    int64_t user;

    if (sbx_get(c->json, "message")) {
        fb_error(c, 100, 2018014, "(#100) sender_action must be sent alone");
        return;
    }
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        ok = ok || !strcmp(known[i], action);
    if (!ok) {
        fb_param_error(c, "Param sender_action is not valid");
        return;
    }
    user = recipient(c, &comment);
    if (user < 0 || !reachable(c, user, LANE_STANDARD))
        return;
    sbx_put(&c->res->body, "{'recipient_id':%q}", sbx_str(sbx_get(c->json, "recipient"), "id"));
}

static void accept(struct fb_call *c, int64_t user, struct fb_message *m, const char *kind)
{
    struct sbx *s = c->r->s;
    struct sbx_entry e = {.at_ms = c->r->now, .platform = SBX_FB, .user = user, .kind = kind};
    char mid[80], id[SBX_ID_MAX];
    int64_t seq;

    sbx_id_mid(s, mid);
    e.account = c->a->number;
    if (!s->quiet) {
        cJSON *copy = cJSON_Duplicate(c->json, 1);

        cJSON_DeleteItemFromObjectCaseSensitive(copy, "access_token");
        cJSON_DeleteItemFromObjectCaseSensitive(copy, "appsecret_proof");
        e.raw = cJSON_PrintUnformatted(copy);
        cJSON_Delete(copy);
        e.text = sbx_strdup(m->text);
        e.image = sbx_strdup(m->image);
        e.file = sbx_strdup(m->file);
        e.ref = sbx_strdup(m->metadata);
        e.buttons = m->buttons.p;
        e.cards = m->cards.p;
        e.id = mid;
    }
    seq = sbx_ledger_add(s, &e, &c->a->users.u[user]);
    free(e.text);
    free(e.image);
    free(e.file);
    free(e.ref);
    cJSON_free(e.raw);
    sbx_user_id(&c->a->users, (uint32_t)user, id);
    sbx_put(&c->res->body, "{'recipient_id':%q,'message_id':%q", id, mid);
    if (m->attachment_id)
        sbx_put(&c->res->body, ",'attachment_id':%q", m->attachment_id);
    sbx_buf_str(&c->res->body, "}");
    sbx_receipts(s, c->a, user, seq);
}

/* Audio and video have a limit of their own. */
static bool media_rate(struct fb_call *c, const struct fb_message *m)
{
    if (!c->r->s->limits || (strcmp(m->kind, "audio") != 0 && strcmp(m->kind, "video") != 0) ||
        sbx_rate_take(&c->a->rate_media, c->r->now, 1000, 10))
        return true;
    fb_error(c, 613, 2534040, NULL);
    return false;
}

void fb_send(struct fb_call *c)
{
    const char *action = sbx_str(c->json, "sender_action");
    const char *notify = sbx_str(c->json, "notification_type");
    struct sbx_thing *comment = NULL;
    struct fb_message m;
    enum lane lane;
    int64_t user;

    if (action) {
        sender_action(c, action);
        return;
    }
    if (!fb_check(c, sbx_get(c->json, "message"), &m)) {
        fb_error(c, m.code, m.subcode, m.why);
    } else if (notify && strcmp(notify, "REGULAR") != 0 && strcmp(notify, "SILENT_PUSH") != 0 &&
               strcmp(notify, "NO_PUSH") != 0) {
        fb_param_error(c, "Param notification_type is not valid");
    } else if (read_lane(c, &lane) && (user = recipient(c, &comment)) >= 0) {
        if (comment)
            lane = LANE_PRIVATE_REPLY;
        if (reachable(c, user, lane) && media_rate(c, &m)) {
            if (comment)
                comment->count++;
            accept(c, user, &m, comment ? "private_reply" : m.kind);
        }
    }
    fb_message_free(&m);
}
