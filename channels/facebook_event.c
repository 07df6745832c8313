/* SPDX-License-Identifier: Apache-2.0 */
/* Events of a conversation: one item of messaging[] or standby[]. */
#include "channels/facebook_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "messages/base/json.h"

/* What an item says before one looks at its kind. */
struct item {
    const struct facebook_sink *sink;
    const cJSON *json;
    char sender[CHANNEL_ID_SIZE], recipient[CHANNEL_ID_SIZE];
    char stamp[24]; /* its own timestamp as text, "" if absent: part of keys */
    const char *person;
    int64_t at_ms;
};

static void read_item(struct item *it, const struct facebook_sink *s, const cJSON *json)
{
    it->sink = s;
    it->json = json;
    loa_json_id(loa_json_get(json, "sender"), "id", it->sender, sizeof(it->sender));
    loa_json_id(loa_json_get(json, "recipient"), "id", it->recipient, sizeof(it->recipient));
    it->at_ms = facebook_time(json, "timestamp");
    it->stamp[0] = '\0';
    if (it->at_ms)
        (void)snprintf(it->stamp, sizeof(it->stamp), "%" PRId64, it->at_ms);
    /* Some events about the Page itself name it as the sender. */
    it->person = it->sender[0] && strcmp(it->sender, s->page) != 0 ? it->sender : NULL;
}

static struct channel_event event_of(const struct item *it, enum channel_event_kind kind,
                                     const char *name)
{
    return (struct channel_event){
        .kind = kind, .name = name, .user = it->person, .at_ms = it->at_ms};
}

/* Keyed by the message's id, which is the platform's own key; else by who and when. */
static void emit_by_id(const struct item *it, struct channel_event *ev, const char *id)
{
    const char *const by_id[] = {id};
    const char *const by_time[] = {it->sender, it->stamp};

    if (id && id[0])
        facebook_emit(it->sink, ev, by_id, 1);
    else
        facebook_emit(it->sink, ev, by_time, 2);
}

/* ---- messages -------------------------------------------------------------------------- */

/* Ours carries our app id; where we were not told it, `metadata` with a ref of ours. */
static bool is_by_other(const struct facebook *fb, const cJSON *message, const char *ref)
{
    char app[CHANNEL_ID_SIZE];

    loa_json_id(message, "app_id", app, sizeof(app));
    if (fb->app && app[0])
        return strcmp(fb->app, app) != 0;
    return !ref || strncmp(ref, FACEBOOK_REF_PREFIX, sizeof(FACEBOOK_REF_PREFIX) - 1) != 0;
}

static void echo_event(const struct item *it, const cJSON *message)
{
    struct channel_event ev = event_of(it, CHANNEL_EVENT_ECHO, "message_echoes");

    ev.user = it->recipient[0] ? it->recipient : NULL; /* sender is the Page */
    ev.remote_id = loa_json_str(message, "mid");
    ev.ref = loa_json_str(message, "metadata");
    ev.text = loa_json_str(message, "text");
    ev.by_other = is_by_other(it->sink->fb, message, ev.ref);
    emit_by_id(it, &ev, ev.remote_id);
}

static void message_event(const struct item *it, const cJSON *message)
{
    struct channel_event ev = event_of(it, CHANNEL_EVENT_TEXT, "messages");

    if (loa_json_bool(message, "is_echo", false)) {
        echo_event(it, message);
        return;
    }
    if (!it->person) {
        facebook_emit_other(it->sink, "messages", it->json);
        return;
    }
    ev.remote_id = loa_json_str(message, "mid");
    if (loa_json_bool(message, "is_deleted", false)) {
        ev.kind = CHANNEL_EVENT_OTHER;
        ev.name = "message_unsend";
        emit_by_id(it, &ev, ev.remote_id);
        return;
    }
    ev.text = loa_json_str(message, "text");
    ev.payload = loa_json_str(loa_json_get(message, "quick_reply"), "payload");
    ev.context = loa_json_str(loa_json_get(message, "referral"), "ref");
    ev.detail = loa_json_str(loa_json_at(message, "attachments.0"), "type");
    ev.interaction = true;
    if ((!ev.text || !ev.text[0]) && !ev.payload) {
        ev.kind = CHANNEL_EVENT_MEDIA;
        if (!ev.detail)
            ev.detail = "unsupported";
    }
    emit_by_id(it, &ev, ev.remote_id);
}

static void edit_event(const struct item *it, const cJSON *edit)
{
    struct channel_event ev = event_of(it, CHANNEL_EVENT_EDITED, "message_edits");
    char count[24];
    const char *parts[3];

    ev.remote_id = loa_json_str(edit, "mid");
    ev.text = loa_json_str(edit, "text");
    (void)snprintf(count, sizeof(count), "%" PRId64, loa_json_int(edit, "num_edit", 0));
    parts[0] = ev.remote_id;
    parts[1] = count;
    parts[2] = it->stamp;
    facebook_emit(it->sink, &ev, parts, 3);
}

static void reaction_event(const struct item *it, const cJSON *reaction)
{
    struct channel_event ev = event_of(it, CHANNEL_EVENT_REACTION, "message_reactions");
    const char *emoji = loa_json_str(reaction, "emoji");
    const char *parts[4];

    ev.remote_id = loa_json_str(reaction, "mid"); /* the message reacted to, not one of its own */
    ev.payload = emoji ? emoji : loa_json_str(reaction, "reaction");
    ev.detail = loa_json_str(reaction, "action");
    /* Taking a reaction back is not named among what renews the window. */
    ev.interaction = it->person && !(ev.detail && strcmp(ev.detail, "unreact") == 0);
    parts[0] = it->sender;
    parts[1] = it->stamp;
    parts[2] = ev.remote_id;
    parts[3] = ev.detail;
    facebook_emit(it->sink, &ev, parts, 4);
}

/* ---- buttons and links ----------------------------------------------------------------- */

static void postback_event(const struct item *it, const cJSON *postback)
{
    struct channel_event ev = event_of(it, CHANNEL_EVENT_TEXT, "messaging_postbacks");
    const cJSON *referral = loa_json_get(postback, "referral");

    if (!it->person) {
        facebook_emit_other(it->sink, "messaging_postbacks", it->json);
        return;
    }
    ev.remote_id = loa_json_str(postback, "mid");
    ev.text = loa_json_str(postback, "title");
    ev.payload = loa_json_str(postback, "payload"); /* absent on standby */
    ev.interaction = true;
    if (referral || (ev.payload && strcmp(ev.payload, FACEBOOK_PAYLOAD_START) == 0)) {
        ev.kind = CHANNEL_EVENT_OPENED;
        ev.context = loa_json_str(referral, "ref");
        ev.detail = loa_json_str(referral, "source");
    }
    emit_by_id(it, &ev, ev.remote_id);
}

static void referral_event(const struct item *it, const cJSON *referral)
{
    struct channel_event ev = event_of(it, CHANNEL_EVENT_OPENED, "messaging_referrals");
    const char *parts[3];

    if (!it->person) {
        facebook_emit_other(it->sink, "messaging_referrals", it->json);
        return;
    }
    ev.context = loa_json_str(referral, "ref");
    ev.detail = loa_json_str(referral, "source");
    ev.interaction = true;
    parts[0] = it->sender;
    parts[1] = it->stamp;
    parts[2] = ev.context;
    facebook_emit(it->sink, &ev, parts, 3);
}

/* Opting in does not renew the window. */
static void optin_event(const struct item *it, const cJSON *optin)
{
    struct channel_event ev = event_of(it, CHANNEL_EVENT_OPT_IN, "messaging_optins");
    const char *status = loa_json_str(optin, "notification_messages_status");
    char token[CHANNEL_ID_SIZE];
    const char *parts[4];

    loa_json_id(optin, "notification_messages_token", token, sizeof(token));
    if (!token[0])
        loa_json_id(optin, "one_time_notif_token", token, sizeof(token));
    if (!it->person || !token[0]) {
        facebook_emit_other(it->sink, "messaging_optins", it->json);
        return;
    }
    if (status && strcmp(status, "STOP_NOTIFICATIONS") == 0)
        ev.kind = CHANNEL_EVENT_OPT_OUT;
    ev.payload = loa_json_str(optin, "payload");
    ev.text = loa_json_str(optin, "title");
    ev.detail = token;
    parts[0] = it->sender;
    parts[1] = it->stamp;
    parts[2] = token;
    parts[3] = status;
    facebook_emit(it->sink, &ev, parts, 4);
}

/* ---- receipts -------------------------------------------------------------------------- */

static void receipt_event(const struct item *it, struct channel_event *ev, const cJSON *receipt)
{
    char mark[24];
    const char *const parts[] = {it->sender, it->stamp, mark};

    ev->watermark_ms = facebook_time(receipt, "watermark");
    (void)snprintf(mark, sizeof(mark), "%" PRId64, ev->watermark_ms);
    facebook_emit(it->sink, ev, parts, 3);
}

/* One event for each message; without their ids one for all up to the watermark. */
static void delivery_event(const struct item *it, const cJSON *delivery)
{
    struct channel_event ev = event_of(it, CHANNEL_EVENT_DELIVERED, "message_deliveries");
    const cJSON *mid;
    bool any = false;

    ev.watermark_ms = facebook_time(delivery, "watermark");
    cJSON_ArrayForEach(mid, loa_json_get(delivery, "mids"))
    {
        if (!cJSON_IsString(mid) || !mid->valuestring[0])
            continue;
        ev.remote_id = mid->valuestring;
        emit_by_id(it, &ev, ev.remote_id);
        any = true;
    }
    if (!any)
        receipt_event(it, &ev, delivery);
}

static void read_event(const struct item *it, const cJSON *read)
{
    struct channel_event ev = event_of(it, CHANNEL_EVENT_SEEN, "message_reads");

    receipt_event(it, &ev, read);
}

/* ---- the account ----------------------------------------------------------------------- */

static void policy_event(const struct item *it, const cJSON *policy)
{
    struct channel_event ev = event_of(it, CHANNEL_EVENT_STOP, "messaging_policy_enforcement");
    const char *action = loa_json_str(policy, "action");
    const char *reason = loa_json_str(policy, "reason");
    const char *const parts[] = {action, it->stamp};

    ev.user = NULL;
    ev.payload = action;
    ev.detail = reason ? reason : action;
    if (action && strcmp(action, "unblock") == 0)
        ev.kind = CHANNEL_EVENT_RESUME;
    else if (!action || (strcmp(action, "block") != 0 && strcmp(action, "warning") != 0))
        ev.kind = CHANNEL_EVENT_NOTICE;
    facebook_emit(it->sink, &ev, parts, 2);
}

/* ---- the item -------------------------------------------------------------------------- */

static const struct {
    const char *member;
    void (*read)(const struct item *it, const cJSON *value);
} kinds[] = {
    {"message", message_event},
    {"postback", postback_event},
    {"delivery", delivery_event},
    {"read", read_event},
    {"reaction", reaction_event},
    {"message_edit", edit_event},
    {"optin", optin_event},
    {"referral", referral_event},
    {"policy_enforcement", policy_event},
    {"policy-enforcement", policy_event},
};

/* The member that tells an unknown event's kind: the first that is not part of every one. */
static const char *unknown_name(const cJSON *json)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, json)
    {
        if (member->string && cJSON_IsObject(member) && strcmp(member->string, "sender") != 0 &&
            strcmp(member->string, "recipient") != 0)
            return member->string;
    }
    return "messaging";
}

void facebook_messaging_event(const struct facebook_sink *s, const cJSON *json)
{
    struct item it;

    read_item(&it, s, json);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const cJSON *value = loa_json_get(json, kinds[i].member);

        if (cJSON_IsObject(value)) {
            kinds[i].read(&it, value);
            return;
        }
    }
    facebook_emit_other(s, unknown_name(json), json);
}
