/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/preview.h"

#include <stdlib.h>
#include <string.h>

#include "bot/occurrence.h"
#include "channels/channel.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"

static void add_problem(cJSON *o, const struct loa_problem *why)
{
    cJSON *p = cJSON_AddObjectToObject(o, "problem");

    cJSON_AddStringToObject(p, "field", why->field);
    cJSON_AddStringToObject(p, "reason", why->text);
}

static void add_limits(cJSON *o, const struct channel_limits *l)
{
    cJSON *x = cJSON_AddObjectToObject(o, "limits");

    loa_json_add_int(x, "text", (int64_t)l->text);
    loa_json_add_int(x, "caption", (int64_t)l->caption);
    loa_json_add_int(x, "buttons", (int64_t)l->buttons);
    loa_json_add_int(x, "button_title", (int64_t)l->button_title);
    loa_json_add_int(x, "cards", (int64_t)l->cards);
    loa_json_add_int(x, "post_text", (int64_t)l->post_text);
    loa_json_add_int(x, "post_title", (int64_t)l->post_title);
}

/* A public post as the platform lays it out: what is a link or a button becomes text there. */
static void add_post(cJSON *o, const struct channel_ops *ops, const struct msg_content *c)
{
    struct channel_sheet sheet = {0};
    cJSON *x;

    if (!ops->sheet)
        return;
    ops->sheet(c, NULL, &sheet);
    x = cJSON_AddObjectToObject(o, "post");
    loa_json_add_str(x, "title", sheet.title);
    loa_json_add_str(x, "text", sheet.text);
    loa_json_add_str(x, "image", sheet.image_url);
    loa_json_add_str(x, "link", sheet.link_url);
    loa_json_add_str(x, "file", sheet.file_url);
    channel_sheet_release(&sheet);
}

static void add_digest(cJSON *o, const struct msg_content *c)
{
    cJSON *json = msg_content_to_json(c);
    char *text = loa_json_print(json), sha[LOA_SHA256_HEX];
    struct loa_bytes piece = {text, strlen(text)};

    loa_sha256_hex(&piece, 1, sha);
    cJSON_AddStringToObject(o, "sha256", sha);
    free(text);
    cJSON_Delete(json);
}

static enum channel_way way_of(const struct channel_ops *ops, bool post)
{
    if (post)
        return CHANNEL_WAY_POST;
    return ops->caps & CHANNEL_CAP_BATCH ? CHANNEL_WAY_BATCH : CHANNEL_WAY_SINGLE;
}

static size_t text_max(const struct channel_ops *ops, const struct msg_content *c, bool post)
{
    if (post)
        return ops->limits.post_text;
    return c->image_url && ops->limits.caption ? ops->limits.caption : ops->limits.text;
}

/* What cannot be filled in (a day without its entry) is a problem of this preview, no failure. */
static enum loa_err add_way(struct db *db, const struct msg_message *m,
                            const struct channel_ops *ops, bool post, int64_t due, cJSON *list)
{
    struct msg_content c;
    struct loa_problem why = {"", ""};
    enum loa_err err = bot_occurrence_content(db, m, ops->name, due, &c, &why);
    cJSON *o = cJSON_CreateObject();

    cJSON_AddItemToArray(list, o);
    cJSON_AddStringToObject(o, "channel", ops->name);
    cJSON_AddStringToObject(o, "title", ops->title);
    cJSON_AddStringToObject(o, "way", post ? "post" : "direct");
    if (!err) {
        add_digest(o, &c);
        msg_content_name(&c, NULL);
        err = ops->check(&c, way_of(ops, post), &why);
    }
    cJSON_AddItemToObject(o, "content", msg_content_to_json(&c));
    loa_json_add_int(o, "length", c.text ? (int64_t)loa_utf8_length(c.text) : 0);
    loa_json_add_int(o, "max", (int64_t)text_max(ops, &c, post));
    add_limits(o, &ops->limits);
    if (post && !err)
        add_post(o, ops, &c);
    msg_content_release(&c);
    if (err == LOA_EIO)
        return err;
    if (err)
        add_problem(o, &why);
    return LOA_OK;
}

static enum loa_err add_channel(struct db *db, const struct msg_message *m, const char *channel,
                                int64_t due, cJSON *list)
{
    const struct channel_ops *ops = channel_find(channel);
    unsigned deliver = msg_spec_deliver(&m->spec, channel);
    enum loa_err err = LOA_OK;

    if (!ops)
        return LOA_OK; /* the check before submission tells */
    if (deliver & MSG_DELIVER_DIRECT)
        err = add_way(db, m, ops, false, due, list);
    if (!err && deliver & MSG_DELIVER_POST)
        err = add_way(db, m, ops, true, due, list);
    return err;
}

enum loa_err ops_preview(struct db *db, const struct msg_message *m, const char *day, int64_t now,
                         cJSON **out, struct loa_problem *why)
{
    struct bot_occurrence when;
    char iso[LOA_ISO_SIZE];
    cJSON *o, *list;
    enum loa_err err = bot_occurrence_find(m, day, now, &when, why);

    if (err)
        return err;
    o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "due", loa_iso_format(when.due_ms, iso));
    if (when.expires_ms)
        cJSON_AddStringToObject(o, "expires", loa_iso_format(when.expires_ms, iso));
    list = cJSON_AddArrayToObject(o, "items");
    for (size_t i = 0; i < m->spec.channels.n && !err; i++)
        err = add_channel(db, m, m->spec.channels.items[i], when.due_ms, list);
    if (err) {
        cJSON_Delete(o);
        return err;
    }
    *out = o;
    return LOA_OK;
}
