/* SPDX-License-Identifier: Apache-2.0 */
/* Events of the Page: one item of changes[]. */
#include "channels/facebook_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"

/* What a feed change says about its author: the Page itself, or somebody. */
struct author {
    char id[CHANNEL_ID_SIZE];
    const char *name;
    bool is_page;
};

static void read_author(struct author *a, const struct facebook_sink *s, const cJSON *value)
{
    const cJSON *from = loa_json_get(value, "from");

    loa_json_id(from, "id", a->id, sizeof(a->id));
    if (!a->id[0])
        loa_json_id(value, "sender_id", a->id, sizeof(a->id)); /* old form */
    a->name = loa_json_str(from, "name");
    a->is_page = a->id[0] && strcmp(a->id, s->page) == 0;
}

static bool equals(const char *s, const char *const *list)
{
    for (; s && *list; list++) {
        if (strcmp(s, *list) == 0)
            return true;
    }
    return false;
}

static void feed_event(const struct facebook_sink *s, const cJSON *value)
{
    static const char *const posts[] = {"status", "post", "photo", "video", "share", NULL};
    const char *item = loa_json_str(value, "item"), *verb = loa_json_str(value, "verb");
    const char *comment = loa_json_str(value, "comment_id");
    const bool is_add = verb && strcmp(verb, "add") == 0;
    struct channel_event ev = {.kind = CHANNEL_EVENT_OTHER, .name = "feed"};
    struct author author;
    char when[24];
    const char *parts[5];

    read_author(&author, s, value);
    ev.at_ms = facebook_time(value, "created_time");
    ev.detail = verb;
    ev.remote_id = loa_json_str(value, "post_id");
    if (item && strcmp(item, "comment") == 0) {
        ev.name = "feed_comment";
        ev.remote_id = comment;
        /* The id under a post is not the one that Messenger knows the person by, so `user`
         * stays empty. Our own answers come back as well. */
        ev.user_name = author.name;
        ev.text = loa_json_str(value, "message");
        if (is_add && comment && !author.is_page) {
            ev.kind = CHANNEL_EVENT_COMMENT;
            ev.detail = loa_json_str(value, "post_id");
        }
    } else if (equals(item, posts)) {
        ev.name = "feed_post";
        ev.text = loa_json_str(value, "message");
        if (is_add && ev.remote_id && (author.is_page || !author.id[0]) &&
            loa_json_int(value, "published", 1) == 1)
            ev.kind = CHANNEL_EVENT_PUBLISHED;
    } else {
        facebook_emit_other(s, "feed", value);
        return;
    }
    (void)snprintf(when, sizeof(when), "%" PRId64, ev.at_ms);
    parts[0] = item;
    parts[1] = verb;
    parts[2] = ev.remote_id;
    parts[3] = when;
    parts[4] = ev.kind == CHANNEL_EVENT_OTHER ? ev.text : NULL; /* each edit of one comment */
    facebook_emit(s, &ev, parts, 5);
}

/* Its payload is not documented, so staff see all of it. */
static void template_event(const struct facebook_sink *s, const cJSON *value)
{
    char *text = loa_json_print(value);
    struct channel_event ev = {
        .kind = CHANNEL_EVENT_NOTICE, .name = "message_template_status_update", .detail = text};
    char when[24]; /* the same state may come again later */
    const char *const parts[] = {when, text};

    (void)snprintf(when, sizeof(when), "%" PRId64, s->entry_ms);
    facebook_emit(s, &ev, parts, 2);
    free(text);
}

void facebook_change_event(const struct facebook_sink *s, const cJSON *change)
{
    const char *field = loa_json_str(change, "field");
    const cJSON *value = loa_json_get(change, "value");

    if (field && strcmp(field, "feed") == 0 && cJSON_IsObject(value))
        feed_event(s, value);
    else if (field && strcmp(field, "message_template_status_update") == 0)
        template_event(s, value);
    else
        facebook_emit_other(s, field ? field : "changes", change);
}
