/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "channels/viber_private.h"
#include "messages/base/json.h"

enum {
    SEND_TIMEOUT_MS = 30000,
    RECIPIENT_BYTES = 32, /* 24 of base64, two quotes and a comma, with some to spare */
    REF_BYTES = 64,
    NAME_BYTES = 120,
};

/* Viber fills this in per receiver of a broadcast (2.3). */
static const char broadcast_name[] = "replace_me_with_user_name";

static void add_form(cJSON *o, const struct msg_content *m, enum viber_form form, const char *text)
{
    switch (form) {
    case VIBER_TEXT:
        cJSON_AddStringToObject(o, "type", "text");
        cJSON_AddStringToObject(o, "text", text);
        break;
    case VIBER_PICTURE:
        cJSON_AddStringToObject(o, "type", "picture");
        cJSON_AddStringToObject(o, "text", text); /* required, may be empty */
        cJSON_AddStringToObject(o, "media", m->image_url);
        break;
    case VIBER_FILE:
        cJSON_AddStringToObject(o, "type", "file");
        cJSON_AddStringToObject(o, "media", m->file_url);
        loa_json_add_int(o, "size", m->file_size);
        cJSON_AddStringToObject(o, "file_name", m->file_name ? m->file_name : "");
        break;
    case VIBER_URL:
        cJSON_AddStringToObject(o, "type", "url");
        cJSON_AddStringToObject(o, "media", m->link_url);
        break;
    case VIBER_CARDS:
        cJSON_AddNumberToObject(o, "min_api_version", 2);
        cJSON_AddStringToObject(o, "type", "rich_media");
        if (viber_units(text) <= VIBER_TEXT_MAX)
            cJSON_AddStringToObject(o, "alt_text", text);
        cJSON_AddItemToObject(o, "rich_media", viber_rich_media(m));
        break;
    }
}

cJSON *viber_message(const struct msg_content *m, enum channel_way way, const char *sender)
{
    enum viber_form form = viber_form_of(m, way);
    cJSON *o = cJSON_CreateObject(), *keyboard = viber_keyboard(m, way);
    struct loa_buf text;

    loa_buf_init(&text, 0);
    viber_render(m, way, form, &text);
    if (form == VIBER_PICTURE && viber_units(loa_buf_str(&text)) > VIBER_CAPTION_MAX) {
        /* Only for content that was never checked: better an address than half a notice. */
        form = VIBER_TEXT;
        loa_buf_reset(&text);
        viber_render(m, way, form, &text);
    }
    if (sender)
        cJSON_AddStringToObject(cJSON_AddObjectToObject(o, "sender"), "name", sender);
    add_form(o, m, form, loa_buf_str(&text));
    if (keyboard)
        cJSON_AddItemToObject(o, "keyboard", keyboard);
    loa_buf_release(&text);
    return o;
}

/* What a name slot becomes: singles keep it for channel_address(), Viber itself fills it in a
 * broadcast, and where nobody in particular is addressed it is the neutral form. */
static const char *name_of_way(enum channel_way way)
{
    switch (way) {
    case CHANNEL_WAY_SINGLE:
        return SPLICE_NAME;
    case CHANNEL_WAY_BATCH:
        return broadcast_name;
    case CHANNEL_WAY_POST:
        break;
    }
    return MSG_NAME_NEUTRAL;
}

char *viber_print(const cJSON *o, enum channel_way way)
{
    char *json = loa_json_print(o);
    const char *from = json, *mark;
    struct loa_buf out;

    if (way == CHANNEL_WAY_SINGLE)
        return json;
    loa_buf_init(&out, 0);
    while ((mark = strstr(from, SPLICE_NAME))) {
        loa_buf_add(&out, from, (size_t)(mark - from));
        loa_buf_adds(&out, name_of_way(way));
        from = mark + strlen(SPLICE_NAME);
    }
    loa_buf_adds(&out, from);
    free(json);
    return loa_buf_take(&out);
}

static size_t count(const char *s, const char *what)
{
    size_t n = 0;

    while ((s = strstr(s, what))) {
        n++;
        s += strlen(what);
    }
    return n;
}

size_t viber_body_bytes(const char *json, enum channel_way way)
{
    size_t bytes = strlen(json) + REF_BYTES;

    bytes += way == CHANNEL_WAY_BATCH ? (size_t)VIBER_BATCH_MAX * RECIPIENT_BYTES : RECIPIENT_BYTES;
    return bytes + count(json, SPLICE_NAME) * NAME_BYTES;
}

/* Viber has one kind of message, whatever the lane: it tells sessions apart by itself. */
enum loa_err viber_compose(struct channel *c, const struct msg_content *m, enum channel_way way,
                           enum channel_lane lane, struct channel_draft *out)
{
    const struct viber *v = (const struct viber *)c;
    const bool batch = way == CHANNEL_WAY_BATCH;
    cJSON *o, *list;
    char *json;

    (void)lane;
    if (way == CHANNEL_WAY_POST)
        return LOA_EINVAL; /* a post is a flow: its author has to be looked up first */
    o = viber_message(m, way, v->sender_name);
    if (batch) {
        list = cJSON_AddArrayToObject(o, "broadcast_list");
        cJSON_AddItemToArray(list, cJSON_CreateString(SPLICE_RECIPIENTS));
    } else {
        cJSON_AddStringToObject(o, "receiver", SPLICE_RECIPIENT);
    }
    cJSON_AddStringToObject(o, "tracking_data", SPLICE_REF);
    json = viber_print(o, way);
    cJSON_Delete(o);
    if (viber_body_bytes(json, way) > VIBER_BODY_MAX) {
        free(json);
        return LOA_ELIMIT;
    }
    *out = (struct channel_draft){
        .method = HTTP_POST, .content_type = "application/json", .timeout_ms = SEND_TIMEOUT_MS};
    loa_buf_addf(&out->url, "%s/pa/%s", v->api_base, batch ? "broadcast_message" : "send_message");
    splice_cut(json, &out->body);
    return LOA_OK;
}

/* The welcome goes out before anybody subscribed; at that time a name would be known only from
 * the event, which this call does not see, so it is addressed neutrally. */
enum loa_err viber_webhook_reply(struct channel *c, const struct msg_content *m,
                                 struct loa_buf *body)
{
    const struct viber *v = (const struct viber *)c;
    cJSON *o = viber_message(m, CHANNEL_WAY_SINGLE, v->sender_name);
    char *json = viber_print(o, CHANNEL_WAY_POST);
    enum loa_err err = strlen(json) > VIBER_BODY_MAX ? LOA_ELIMIT : LOA_OK;

    if (!err)
        loa_buf_adds(body, json);
    free(json);
    cJSON_Delete(o);
    return err;
}
