/* SPDX-License-Identifier: Apache-2.0 */
/* What Zalo tells through the webhook (section 8): the signature, and one event a body (one for
 * each message in "seen"). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/zalo_private.h"
#include "messages/base/crypto.h"
#include "messages/base/json.h"

enum { ID_SIZE = 160, STAMP_SIZE = 32 };

/* ---- signature ---- */

/* The digits in "mac=<hex>", "mac = <hex>" or "<hex>". */
static const char *mac_of(const char *header)
{
    header += strspn(header, " \t");
    if (strncmp(header, "mac", 3) == 0) {
        header += 3;
        header += strspn(header, " \t");
        if (*header != '=')
            return "";
        header++;
    }
    return header + strspn(header, " \t");
}

/* Plain SHA-256 of app_id + body + timestamp + secret, over the bytes as received. */
bool zalo_verify_webhook(struct channel *c, const struct http_in *in)
{
    const struct zalo *z = (struct zalo *)c;
    const char *header = in->header(in, "X-ZEvent-Signature"), *mac;
    char stamp[STAMP_SIZE], hex[LOA_SHA256_HEX];

    if (!header || !z->webhook_secret || !in->body)
        return false;
    if (!loa_json_peek(in->body, in->len, "timestamp", stamp, sizeof(stamp)))
        return false;
    {
        const struct loa_bytes pieces[] = {
            {z->app_id, strlen(z->app_id)},
            {in->body, in->len},
            {stamp, strlen(stamp)},
            {loa_secret_reveal(z->webhook_secret), loa_secret_len(z->webhook_secret)},
        };

        loa_sha256_hex(pieces, sizeof(pieces) / sizeof(pieces[0]), hex);
    }
    mac = mac_of(header);
    return loa_hex_equal(hex, mac, strcspn(mac, " \t"));
}

/* ---- events ---- */

/* Where the person and the account stand. */
enum side {
    SIDE_NONE,      /* "user_id" or "follower", "oa_id": management events */
    SIDE_FROM_USER, /* sender is the person */
    SIDE_FROM_OA,   /* recipient is the person */
};

struct shape {
    const char *name;
    enum channel_event_kind kind;
    enum side side;
    bool interaction; /* section 7: what opens the window */
};

static const struct shape shapes[] = {
    {"user_received_message", CHANNEL_EVENT_DELIVERED, SIDE_FROM_OA, false},
    {"user_seen_message", CHANNEL_EVENT_SEEN, SIDE_FROM_OA, false},
    {"user_reacted_message", CHANNEL_EVENT_REACTION, SIDE_FROM_USER, false},
    {"oa_reacted_message", CHANNEL_EVENT_OTHER, SIDE_FROM_OA, false},
    {"follow", CHANNEL_EVENT_FOLLOW, SIDE_NONE, true},
    {"unfollow", CHANNEL_EVENT_UNFOLLOW, SIDE_NONE, false},
    {"user_click_chatnow", CHANNEL_EVENT_OPENED, SIDE_NONE, true},
    {"user_submit_info", CHANNEL_EVENT_PROFILE, SIDE_FROM_USER, false},
    {"user_withdraw", CHANNEL_EVENT_ERASE, SIDE_NONE, false},
    {"user_call_oa", CHANNEL_EVENT_OTHER, SIDE_NONE, true},
    {"change_oa_daily_quota", CHANNEL_EVENT_NOTICE, SIDE_NONE, false},
    {"change_template_status", CHANNEL_EVENT_NOTICE, SIDE_NONE, false},
    {"change_template_quality", CHANNEL_EVENT_NOTICE, SIDE_NONE, false},
    {"change_template_quota", CHANNEL_EVENT_NOTICE, SIDE_NONE, false},
    {"change_oa_template_tags", CHANNEL_EVENT_NOTICE, SIDE_NONE, false},
    {"extension_purchased", CHANNEL_EVENT_NOTICE, SIDE_NONE, false},
    {"permission_revoked", CHANNEL_EVENT_STOP, SIDE_NONE, false},
};

/* One event being read; the buffers outlive the callback. */
struct reading {
    const cJSON *root, *message;
    struct channel_event ev;
    char user[ID_SIZE], account[ID_SIZE], remote[ID_SIZE], ref[ID_SIZE], stamp[STAMP_SIZE];
    struct loa_buf key, words;
    const char *bytes; /* the whole body, for a key when nothing else tells events apart */
    size_t len;
};

static const char *after(const char *name, const char *prefix)
{
    size_t n = strlen(prefix);

    return strncmp(name, prefix, n) == 0 ? name + n : NULL;
}

static const char *filled(const char *s)
{
    return s && s[0] ? s : NULL;
}

static const char *id_at(const cJSON *root, const char *object, const char *key, char *buf)
{
    return filled(loa_json_id(object ? loa_json_get(root, object) : root, key, buf, ID_SIZE));
}

static int64_t time_of(const cJSON *o, const char *key)
{
    int64_t t = loa_json_int(o, key, 0);

    if (t > 0 && t < INT64_C(100000000000)) /* some of the vendor's samples have seconds */
        t *= 1000;
    return t > 0 && t < INT64_C(253402300800000) ? t : 0;
}

static void read_sides(struct reading *r, enum side side)
{
    const char *person = side == SIDE_FROM_OA ? "recipient" : "sender";
    const char *official = side == SIDE_FROM_OA ? "sender" : "recipient";
    struct channel_event *ev = &r->ev;

    ev->account = id_at(r->root, NULL, "oa_id", r->account);
    if (!ev->account)
        ev->account = id_at(r->root, NULL, "oaId", r->account);
    if (side != SIDE_NONE) {
        ev->user = id_at(r->root, person, "id", r->user);
        if (!ev->account)
            ev->account = id_at(r->root, official, "id", r->account);
        return;
    }
    /* The keys of management events are not certain, so all that were seen are tried. */
    ev->user = id_at(r->root, NULL, "user_id", r->user);
    if (!ev->user)
        ev->user = id_at(r->root, "follower", "id", r->user);
    if (!ev->user && ev->account)
        ev->user = id_at(r->root, "sender", "id", r->user);
    if (ev->user && ev->account && strcmp(ev->user, ev->account) == 0)
        ev->user = NULL;
}

/* ---- kinds ---- */

static bool is_media(const char *type)
{
    static const char *const types[] = {"image", "gif",  "sticker",  "audio",        "video",
                                        "link",  "file", "location", "business_card"};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strcmp(types[i], type) == 0)
            return true;
    }
    return false;
}

/* user_send_TYPE, user_send_group_TYPE, anonymous_send_TYPE */
static bool read_inbound(struct reading *r, const char *name)
{
    struct channel_event *ev = &r->ev;
    const char *type;

    if ((type = after(name, "user_send_group_")) != NULL)
        ev->in_group = true;
    else if ((type = after(name, "anonymous_send_")) != NULL)
        ev->anonymous = true;
    else
        type = after(name, "user_send_");
    if (!type || (strcmp(type, "text") != 0 && !is_media(type))) {
        ev->in_group = ev->anonymous = false;
        return false;
    }
    read_sides(r, SIDE_FROM_USER);
    if (ev->in_group) /* the recipient is the group */
        ev->account = id_at(r->root, NULL, "oa_id", r->account);
    if (ev->anonymous)
        ev->context = filled(loa_json_str(r->message, "conversation_id"));
    ev->text = filled(loa_json_str(r->message, "text"));
    ev->interaction = !ev->anonymous;
    if (strcmp(type, "text") == 0) {
        ev->kind = ev->text ? CHANNEL_EVENT_TEXT : CHANNEL_EVENT_OTHER;
    } else {
        ev->kind = CHANNEL_EVENT_MEDIA;
        ev->detail = type;
    }
    return true;
}

/* oa_send_TYPE, oa_send_group_TYPE, oa_send_anonymous_TYPE: whatever our account sent. */
static bool read_echo(struct reading *r, const char *name)
{
    struct channel_event *ev = &r->ev;
    const char *type = after(name, "oa_send_"), *rest;

    if (!type || !ev->remote_id || strcmp(type, "consent") == 0)
        return false;
    if ((rest = after(type, "group_")) != NULL)
        ev->in_group = true;
    else if ((rest = after(type, "anonymous_")) != NULL)
        ev->anonymous = true;
    read_sides(r, SIDE_FROM_OA);
    if (ev->in_group) /* the recipient is the group */
        ev->user = NULL;
    ev->kind = CHANNEL_EVENT_ECHO;
    ev->detail = rest ? rest : type;
    ev->text = filled(loa_json_str(r->message, "text"));
    ev->by_other = loa_json_get(loa_json_get(r->root, "sender"), "admin_id") != NULL;
    return true;
}

static void say_notice(struct reading *r)
{
    const cJSON *quota = loa_json_get(r->root, "quota"), *status = loa_json_get(r->root, "status");
    char id[ID_SIZE], from[ID_SIZE], to[ID_SIZE];
    const char *reason = loa_json_str(r->root, "reason");

    loa_json_id(r->root, "template_id", id, sizeof(id));
    if (quota) {
        loa_json_id(quota, "prev_value", from, sizeof(from));
        loa_json_id(quota, "new_value", to, sizeof(to));
        loa_buf_addf(&r->words, "Zalo đổi hạn mức gửi mỗi ngày từ %s thành %s", from, to);
    } else if (status) {
        loa_json_id(status, "prev_status", from, sizeof(from));
        loa_json_id(status, "new_status", to, sizeof(to));
        loa_buf_addf(&r->words, "Mẫu tin Zalo %s chuyển từ %s sang %s", id, from, to);
    } else {
        loa_buf_addf(&r->words, "Zalo báo %s%s%s", r->ev.name, id[0] ? ", mẫu tin " : "", id);
    }
    if (filled(reason))
        loa_buf_addf(&r->words, ": %s", reason);
    r->ev.detail = loa_buf_str(&r->words);
}

/* A template by phone number was delivered (ZNS): the recipient is a number or its digest, which
 * is no user id. */
static void read_delivered(struct reading *r)
{
    int64_t at = time_of(r->message, "delivery_time");

    if (!loa_json_get(r->message, "tracking_id") && !at)
        return;
    r->ev.user = NULL;
    r->ev.ref = id_at(r->message, NULL, "tracking_id", r->ref);
    if (at)
        r->ev.at_ms = at;
}

static void read_profile(struct reading *r)
{
    char *json = loa_json_print(loa_json_get(r->root, "info"));

    loa_buf_adds(&r->words, json);
    r->ev.text = loa_buf_str(&r->words);
    free(json);
}

static void read_details(struct reading *r)
{
    struct channel_event *ev = &r->ev;

    if (ev->kind == CHANNEL_EVENT_NOTICE)
        say_notice(r);
    else if (ev->kind == CHANNEL_EVENT_STOP)
        ev->detail = "Quyền của ứng dụng trên Official Account đã bị thu hồi: hãy cấp quyền lại.";
    else if (ev->kind == CHANNEL_EVENT_DELIVERED)
        read_delivered(r);
    else if (ev->kind == CHANNEL_EVENT_PROFILE)
        read_profile(r);
    else if (ev->kind == CHANNEL_EVENT_FOLLOW || ev->kind == CHANNEL_EVENT_UNFOLLOW)
        ev->detail = filled(loa_json_str(r->root, "source"));
    ev->payload = filled(loa_json_str(r->message, "react_icon"));
}

static void read_listed(struct reading *r, const char *name)
{
    const struct shape *s = NULL;

    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]) && !s; i++) {
        if (strcmp(shapes[i].name, name) == 0)
            s = &shapes[i];
    }
    r->ev.kind = s ? s->kind : CHANNEL_EVENT_OTHER;
    r->ev.interaction = s && s->interaction;
    r->ev.in_group = loa_json_get(r->root, "group_id") != NULL;
    read_sides(r, s ? s->side : SIDE_NONE);
    read_details(r);
}

/* ---- Bot Platform (section 11), a product of its own: read, but its people are no users of the
 * Official Account and cannot be written to from here ---- */

static bool read_bot(struct reading *r, const char *name)
{
    const cJSON *from = loa_json_get(r->message, "from");
    const char *type = after(name, "message."), *who = NULL, *chat;
    static const char *const names[] = {"display_name", "first_name", "name"};
    struct channel_event *ev = &r->ev;

    if (!type || !strstr(type, ".received"))
        return false;
    ev->user = id_at(r->message, "from", "id", r->user);
    ev->remote_id = id_at(r->message, NULL, "message_id", r->remote);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !who; i++)
        who = filled(loa_json_str(from, names[i]));
    ev->user_name = who;
    chat = loa_json_str(loa_json_get(r->message, "chat"), "chat_type");
    ev->in_group = chat && strcmp(chat, "GROUP") == 0;
    ev->anonymous = true;
    ev->at_ms = time_of(r->message, "date");
    ev->text = filled(loa_json_str(r->message, "text"));
    ev->kind = CHANNEL_EVENT_MEDIA;
    if (strcmp(type, "text.received") == 0) {
        ev->kind = ev->text ? CHANNEL_EVENT_TEXT : CHANNEL_EVENT_OTHER;
        return true;
    }
    if (!ev->text)
        ev->text = filled(loa_json_str(r->message, "caption"));
    loa_buf_add(&r->words, type, strcspn(type, "."));
    ev->detail = loa_buf_str(&r->words);
    return true;
}

/* ---- key and delivery ---- */

static bool needs_user(enum channel_event_kind kind)
{
    return kind == CHANNEL_EVENT_TEXT || kind == CHANNEL_EVENT_MEDIA ||
           kind == CHANNEL_EVENT_OPENED || kind == CHANNEL_EVENT_FOLLOW ||
           kind == CHANNEL_EVENT_UNFOLLOW || kind == CHANNEL_EVENT_REACTION ||
           kind == CHANNEL_EVENT_ERASE || kind == CHANNEL_EVENT_PROFILE;
}

/* Section 8: message and name; else name, time and person. A reaction may change, so it has its
 * time as well. What has too little of its own is told apart by its bytes, which a second
 * delivery repeats. */
static void make_key(struct reading *r)
{
    struct channel_event *ev = &r->ev;
    char hex[LOA_SHA256_HEX];
    bool by_message = ev->remote_id && !ev->payload;

    loa_buf_reset(&r->key);
    loa_buf_adds(&r->key, ev->name);
    loa_buf_addc(&r->key, ':');
    if (ev->remote_id)
        loa_buf_adds(&r->key, ev->remote_id);
    if (ev->remote_id && !by_message)
        loa_buf_addc(&r->key, ':');
    if (!by_message && r->stamp[0] && (ev->remote_id || (ev->user && !ev->in_group))) {
        loa_buf_adds(&r->key, r->stamp);
        if (!ev->remote_id)
            loa_buf_addf(&r->key, ":%s", ev->user);
    } else if (!by_message) {
        loa_sha256_hex(&(struct loa_bytes){r->bytes, r->len}, 1, hex);
        loa_buf_adds(&r->key, hex);
    }
    ev->key = loa_buf_str(&r->key);
}

static void deliver(struct reading *r, channel_event_cb on, void *ctx)
{
    if (needs_user(r->ev.kind) && !r->ev.user)
        r->ev.kind = CHANNEL_EVENT_OTHER;
    make_key(r);
    on(ctx, &r->ev);
}

/* One event for each message seen. */
static void deliver_seen(struct reading *r, channel_event_cb on, void *ctx)
{
    const cJSON *item, *ids = loa_json_get(r->message, "msg_ids");
    bool any = false;

    cJSON_ArrayForEach(item, ids)
    {
        if (!cJSON_IsString(item) || !item->valuestring[0] || strlen(item->valuestring) >= ID_SIZE)
            continue;
        r->ev.remote_id = item->valuestring;
        deliver(r, on, ctx);
        any = true;
    }
    if (!any)
        deliver(r, on, ctx);
}

enum loa_err zalo_parse_webhook(struct channel *c, const char *body, size_t len,
                                channel_event_cb on, void *ctx)
{
    struct reading r = {.bytes = body, .len = len};
    cJSON *root = loa_json_read(body, len);
    const char *name;

    (void)c;
    r.root = root;
    /* The Bot Platform's events come bare or wrapped; sources disagree. */
    if (!loa_json_get(root, "event_name") && loa_json_get(root, "result"))
        r.root = loa_json_get(root, "result");
    name = loa_json_str(r.root, "event_name");
    if (!filled(name)) {
        cJSON_Delete(root);
        return LOA_EPROTO;
    }
    r.ev.name = name;
    r.message = loa_json_get(r.root, "message");
    r.ev.remote_id = id_at(r.message, NULL, "msg_id", r.remote);
    r.ev.at_ms = time_of(r.root, "timestamp");
    loa_json_id(r.root, "timestamp", r.stamp, sizeof(r.stamp));
    if (!read_inbound(&r, name) && !read_echo(&r, name) && !read_bot(&r, name))
        read_listed(&r, name);
    if (r.ev.kind == CHANNEL_EVENT_SEEN)
        deliver_seen(&r, on, ctx);
    else
        deliver(&r, on, ctx);
    loa_buf_release(&r.key);
    loa_buf_release(&r.words);
    cJSON_Delete(root);
    return LOA_OK;
}
