/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/event_json.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "messages/base/buf.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"

static const struct {
    const char *key;
    size_t offset;
} strings[] =
    {
        {"name", offsetof(struct channel_event, name)},
        {"key", offsetof(struct channel_event, key)},
        {"user", offsetof(struct channel_event, user)},
        {"user_name", offsetof(struct channel_event, user_name)},
        {"account", offsetof(struct channel_event, account)},
        {"text", offsetof(struct channel_event, text)},
        {"payload", offsetof(struct channel_event, payload)},
        {"context", offsetof(struct channel_event, context)},
        {"remote_id", offsetof(struct channel_event, remote_id)},
        {"ref", offsetof(struct channel_event, ref)},
        {"detail", offsetof(struct channel_event, detail)},
},
  flags[] = {
      {"interaction", offsetof(struct channel_event, interaction)},
      {"subscribed", offsetof(struct channel_event, subscribed)},
      {"standby", offsetof(struct channel_event, standby)},
      {"by_other", offsetof(struct channel_event, by_other)},
      {"silent", offsetof(struct channel_event, silent)},
      {"in_group", offsetof(struct channel_event, in_group)},
      {"anonymous", offsetof(struct channel_event, anonymous)},
};

enum {
    N_STRINGS = sizeof(strings) / sizeof(strings[0]),
    N_FLAGS = sizeof(flags) / sizeof(flags[0])
};

static const char *const *string_of(const struct channel_event *ev, size_t i)
{
    return (const char *const *)(const void *)((const char *)ev + strings[i].offset);
}

/* Written by hand into a buffer: every webhook passes here, and a tree would cost more than all
 * the rest of its handling. */
char *bot_event_to_json(const struct channel_event *ev)
{
    const char *base = (const char *)ev;
    struct loa_buf b = {0};

    loa_buf_addf(&b, "{\"kind\":%d,\"at\":%" PRId64 ",\"watermark\":%" PRId64, (int)ev->kind,
                 ev->at_ms, ev->watermark_ms);
    for (size_t i = 0; i < N_STRINGS; i++) {
        const char *s = *string_of(ev, i);

        if (!s)
            continue;
        loa_buf_addf(&b, ",\"%s\":\"", strings[i].key);
        loa_buf_add_json(&b, s, strlen(s));
        loa_buf_addc(&b, '"');
    }
    for (size_t i = 0; i < N_FLAGS; i++) {
        if (*(const bool *)(const void *)(base + flags[i].offset))
            loa_buf_addf(&b, ",\"%s\":true", flags[i].key);
    }
    loa_buf_addc(&b, '}');
    return loa_buf_take(&b);
}

void *bot_event_copy(const struct channel_event *ev, struct channel_event *out)
{
    size_t size = 1;
    char *block, *at;

    for (size_t i = 0; i < N_STRINGS; i++)
        size += *string_of(ev, i) ? strlen(*string_of(ev, i)) + 1 : 0;
    block = at = loa_xmalloc(size);
    *out = *ev;
    for (size_t i = 0; i < N_STRINGS; i++) {
        const char *s = *string_of(ev, i);
        size_t n = s ? strlen(s) + 1 : 0;

        if (!s)
            continue;
        memcpy(at, s, n);
        *(const char **)(void *)((char *)out + strings[i].offset) = at;
        at += n;
    }
    return block;
}

enum loa_err bot_event_from_json(const char *text, cJSON **json, struct channel_event *out)
{
    char *base = (char *)out;
    int64_t kind;

    *json = loa_json_parse(text, strlen(text));
    kind = loa_json_int(*json, "kind", -1);
    if (kind < 0 || kind > CHANNEL_EVENT_OTHER) {
        cJSON_Delete(*json);
        *json = NULL;
        return LOA_EPROTO;
    }
    *out = (struct channel_event){.kind = (enum channel_event_kind)kind};
    out->at_ms = loa_json_int(*json, "at", 0);
    out->watermark_ms = loa_json_int(*json, "watermark", 0);
    for (size_t i = 0; i < N_STRINGS; i++)
        *(const char **)(void *)(base + strings[i].offset) = loa_json_str(*json, strings[i].key);
    for (size_t i = 0; i < N_FLAGS; i++)
        *(bool *)(void *)(base + flags[i].offset) = loa_json_bool(*json, flags[i].key, false);
    return LOA_OK;
}
