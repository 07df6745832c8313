/* SPDX-License-Identifier: Apache-2.0 */
/* The envelope of a Page's webhook: entries, each with messaging, standby or changes. What an
 * event says is read by facebook_event.c and facebook_change.c. */
#include "channels/facebook_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"

enum { KEY_MAX = 200 };

int64_t facebook_time(const cJSON *o, const char *key)
{
    const int64_t first_ms = 1000000000000; /* September 2001: below it, these are seconds */
    const int64_t t = loa_json_int(o, key, 0);

    if (t <= 0)
        return 0;
    return t < first_ms ? t * 1000 : t;
}

void facebook_emit(const struct facebook_sink *s, struct channel_event *ev,
                   const char *const *parts, size_t n_parts)
{
    char hex[LOA_SHA256_HEX];
    struct loa_buf key;

    loa_buf_init(&key, 0);
    loa_buf_adds(&key, ev->name);
    for (size_t i = 0; i < n_parts; i++) {
        loa_buf_addc(&key, ':');
        loa_buf_adds(&key, parts[i] ? parts[i] : "");
    }
    if (key.len > KEY_MAX) {
        const struct loa_bytes all = {loa_buf_str(&key), key.len};

        loa_sha256_hex(&all, 1, hex);
        loa_buf_reset(&key);
        loa_buf_adds(&key, hex);
    }
    ev->key = loa_buf_str(&key);
    ev->account = s->page[0] ? s->page : NULL;
    ev->standby = s->standby;
    if (!ev->at_ms)
        ev->at_ms = s->entry_ms;
    s->on(s->ctx, ev);
    loa_buf_release(&key);
}

void facebook_emit_other(const struct facebook_sink *s, const char *name, const cJSON *item)
{
    struct channel_event ev = {
        .kind = CHANNEL_EVENT_OTHER, .name = name, .at_ms = facebook_time(item, "timestamp")};
    char *text = loa_json_print(item);
    const struct loa_bytes all = {text, strlen(text)};
    char hex[LOA_SHA256_HEX];
    const char *const parts[] = {hex};

    loa_sha256_hex(&all, 1, hex);
    facebook_emit(s, &ev, parts, 1);
    free(text);
}

static void parse_entry(struct facebook_sink *s, const cJSON *entry)
{
    char page[CHANNEL_ID_SIZE];
    const cJSON *item;
    bool any = false;

    s->page = loa_json_id(entry, "id", page, sizeof(page));
    s->entry_ms = facebook_time(entry, "time");
    s->standby = false;
    cJSON_ArrayForEach(item, loa_json_get(entry, "messaging"))
    {
        facebook_messaging_event(s, item);
        any = true;
    }
    s->standby = true; /* another app owns the thread */
    cJSON_ArrayForEach(item, loa_json_get(entry, "standby"))
    {
        facebook_messaging_event(s, item);
        any = true;
    }
    s->standby = false;
    cJSON_ArrayForEach(item, loa_json_get(entry, "changes"))
    {
        facebook_change_event(s, item);
        any = true;
    }
    if (!any)
        facebook_emit_other(s, "entry", entry);
}

enum loa_err facebook_parse_webhook(struct channel *c, const char *body, size_t len,
                                    channel_event_cb on, void *ctx)
{
    struct facebook_sink sink = {
        .fb = (const struct facebook *)c, .page = "", .on = on, .ctx = ctx};
    enum loa_err err = LOA_OK;
    cJSON *json = loa_json_read(body, len);
    const char *object = loa_json_str(json, "object");
    const cJSON *entry;

    if (object && strcmp(object, "page") == 0) {
        cJSON_ArrayForEach(entry, loa_json_get(json, "entry")) parse_entry(&sink, entry);
    } else if (object) {
        facebook_emit_other(&sink, object, json);
    } else if (loa_json_str(json, "field") && loa_json_get(json, "value")) {
        /* the dashboard's test button sends a change without its envelope */
        facebook_emit_other(&sink, loa_json_str(json, "field"), json);
    } else {
        err = LOA_EPROTO;
    }
    cJSON_Delete(json);
    return err;
}
