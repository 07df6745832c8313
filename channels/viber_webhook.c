/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "channels/viber_private.h"
#include "messages/base/crypto.h"
#include "messages/base/json.h"

enum { TOKEN_SIZE = 32 };

/* No epoch time in milliseconds has so many digits before the year 33658: it is a token. */
static const int64_t first_token = INT64_C(1000000000000000);

/* The header, else the `sig` argument: one of the platform's own kits reads only the latter. */
bool viber_verify_webhook(struct channel *c, const struct http_in *in)
{
    const struct viber *v = (const struct viber *)c;
    const char *given = in->header(in, "X-Viber-Content-Signature");
    char expected[LOA_SHA256_HEX];

    if (!given || !given[0])
        given = in->query(in, "sig");
    if (!given)
        return false;
    loa_hmac_sha256_hex(v->token, in->body ? in->body : "", in->len, expected);
    return loa_hex_equal(expected, given, strlen(given));
}

static const struct {
    const char *name;
    enum channel_event_kind kind;
} kinds[] = {
    {"webhook", CHANNEL_EVENT_SETUP},         {"subscribed", CHANNEL_EVENT_FOLLOW},
    {"unsubscribed", CHANNEL_EVENT_UNFOLLOW}, {"conversation_started", CHANNEL_EVENT_OPENED},
    {"message", CHANNEL_EVENT_TEXT}, /* or MEDIA, by its type */
    {"delivered", CHANNEL_EVENT_DELIVERED},   {"seen", CHANNEL_EVENT_SEEN},
    {"failed", CHANNEL_EVENT_FAILED},
};

static enum channel_event_kind kind_of(const char *name)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kinds[i].name, name) == 0)
            return kinds[i].kind;
    }
    return CHANNEL_EVENT_OTHER; /* client_status, action and what is yet to come */
}

static const char *present(const char *s)
{
    return s && s[0] ? s : NULL;
}

/* The person is `sender` of a message, `user` of what happens in a chat, `user_id` of receipts. */
static void read_person(const cJSON *root, struct channel_event *ev)
{
    const cJSON *person = loa_json_get(root, "sender");

    if (!person)
        person = loa_json_get(root, "user");
    ev->user = present(loa_json_str(person, "id"));
    ev->user_name = present(loa_json_str(person, "name"));
    if (!ev->user)
        ev->user = present(loa_json_str(root, "user_id"));
}

/* Old `webhook` events carry time and token swapped (section 4). */
static void read_time_and_token(const cJSON *root, struct channel_event *ev, char token[TOKEN_SIZE])
{
    const char *token_member = "message_token", *time_member = "timestamp";

    if (loa_json_int(root, "timestamp", 0) >= first_token) {
        token_member = "timestamp";
        time_member = "message_token";
    }
    ev->at_ms = loa_json_int(root, time_member, 0);
    if (ev->at_ms < 0 || ev->at_ms >= first_token)
        ev->at_ms = 0;
    ev->remote_id = present(loa_json_id(root, token_member, token, TOKEN_SIZE));
}

/* A tap on a button cannot be told from typing the same words, unless it was a silent one or came
 * with what a picker sent. */
static void read_message(const cJSON *root, struct channel_event *ev)
{
    const cJSON *message = loa_json_get(root, "message");
    const char *type = loa_json_str(message, "type");
    bool picked;

    if (!type)
        type = "text";
    picked = strcmp(type, "contact") == 0 || strcmp(type, "location") == 0;
    ev->interaction = true;
    ev->subscribed = true;
    ev->silent = loa_json_bool(root, "silent", false);
    ev->text = present(loa_json_str(message, "text"));
    ev->ref = present(loa_json_str(message, "tracking_data"));
    if (ev->silent || picked)
        ev->payload = ev->text;
    if (strcmp(type, "text") == 0)
        return;
    ev->kind = CHANNEL_EVENT_MEDIA;
    ev->detail = type;
    if (strcmp(type, "url") == 0 && !ev->text)
        ev->text = present(loa_json_str(message, "media"));
}

static void read_rest(const cJSON *root, struct channel_event *ev)
{
    switch (ev->kind) {
    case CHANNEL_EVENT_OPENED:
        ev->context = present(loa_json_str(root, "context"));
        ev->subscribed = loa_json_bool(root, "subscribed", false);
        break;
    case CHANNEL_EVENT_TEXT:
        read_message(root, ev);
        break;
    case CHANNEL_EVENT_SEEN: /* one for the whole conversation: all earlier ones are seen too */
        ev->watermark_ms = ev->at_ms;
        break;
    case CHANNEL_EVENT_FAILED:
        ev->detail = present(loa_json_str(root, "desc"));
        break;
    default: /* no members of their own */
        break;
    }
}

/* (event, message_token, user id) is the same for each try of the platform and for each device
 * that reports a delivery. An event without a token is told by its bytes. */
static void make_key(const struct channel_event *ev, const char *body, size_t len,
                     struct loa_buf *key)
{
    char digest[LOA_SHA256_HEX];

    loa_buf_adds(key, ev->name);
    loa_buf_addc(key, ':');
    if (ev->remote_id) {
        loa_buf_adds(key, ev->remote_id);
    } else {
        loa_sha256_hex(&(struct loa_bytes){body, len}, 1, digest);
        loa_buf_adds(key, digest);
    }
    loa_buf_addc(key, ':');
    loa_buf_adds(key, ev->user ? ev->user : "");
}

enum loa_err viber_parse_webhook(struct channel *c, const char *body, size_t len,
                                 channel_event_cb on, void *ctx)
{
    struct channel_event ev = {0};
    char token[TOKEN_SIZE];
    struct loa_buf key;
    cJSON *root = loa_json_read(body, len);
    const char *name = present(loa_json_str(root, "event"));

    (void)c;
    if (!name) {
        cJSON_Delete(root);
        return LOA_EPROTO;
    }
    ev.name = name;
    ev.kind = kind_of(name);
    read_person(root, &ev);
    read_time_and_token(root, &ev, token);
    read_rest(root, &ev);
    loa_buf_init(&key, 0);
    make_key(&ev, body, len, &key);
    ev.key = loa_buf_str(&key);
    on(ctx, &ev);
    loa_buf_release(&key);
    cJSON_Delete(root);
    return LOA_OK;
}
