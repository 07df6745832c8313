/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/transcript.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/event_json.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/content.h"
#include "messages/inbound.h"

static struct ops_utterance *add(struct ops_transcript *t)
{
    t->items = loa_xrealloc(t->items, (t->n + 1) * sizeof(*t->items));
    t->items[t->n] = (struct ops_utterance){0};
    return &t->items[t->n++];
}

static void add_event(struct ops_transcript *t, int64_t received_ms, const char *text)
{
    struct channel_event ev;
    struct ops_utterance *u;
    cJSON *json;

    if (bot_event_from_json(text, &json, &ev) != LOA_OK) /* its words are gone */
        return;
    if (ev.kind == CHANNEL_EVENT_TEXT || ev.kind == CHANNEL_EVENT_MEDIA ||
        (ev.kind == CHANNEL_EVENT_ECHO && ev.by_other)) {
        const char *said = ev.text ? ev.text : ev.payload;

        u = add(t);
        u->at_ms = received_ms;
        u->from = ev.kind == CHANNEL_EVENT_ECHO ? "staff" : "citizen";
        u->text = said ? loa_xstrdup(said) : loa_xasprintf("[%s]", ev.detail ? ev.detail : "?");
    }
    cJSON_Delete(json);
}

static enum loa_err read_events(struct db *db, const struct msg_conversation *c, size_t max,
                                struct ops_transcript *t)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT received_ms, event FROM inbound WHERE account_id = $1 AND "
                                "contact_id = $2 AND contact_id > 0 ORDER BY seq DESC LIMIT $3",
                                "iii", c->account_id, c->id, (int64_t)max);

    while (!err && db_next(st, &err))
        add_event(t, db_int(st, 0), db_text(st, 1));
    return err;
}

static const char *state_of(int64_t state)
{
    static const char *const names[] = {"waiting", "sending", "sent", "failed", "in_doubt"};

    return state >= 0 && state < 5 ? names[state] : "?";
}

static enum loa_err read_replies(struct db *db, const struct msg_conversation *c, size_t max,
                                 struct ops_transcript *t)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT created_ms, content, state, author FROM replies WHERE account_id = $1 AND "
                 "contact_id = $2 ORDER BY id DESC LIMIT $3",
                 "iii", c->account_id, c->id, (int64_t)max);

    while (!err && db_next(st, &err)) {
        struct ops_utterance *u = add(t);
        struct msg_content content;

        u->at_ms = db_int(st, 0);
        u->from = db_is_null(st, 3) ? "bot" : "staff";
        u->author = db_is_null(st, 3) ? NULL : loa_xstrdup(db_text(st, 3));
        u->state = state_of(db_int(st, 2));
        if (msg_content_load(db_text(st, 1), &content) == LOA_OK) {
            u->text = content.text ? loa_xstrdup(content.text) : NULL;
            msg_content_release(&content);
        }
    }
    return err;
}

static int by_time(const void *a, const void *b)
{
    int64_t x = ((const struct ops_utterance *)a)->at_ms;
    int64_t y = ((const struct ops_utterance *)b)->at_ms;

    return (x > y) - (x < y);
}

enum loa_err ops_transcript_read(struct db *db, const struct msg_conversation *c, size_t max,
                                 struct ops_transcript *out)
{
    enum loa_err err;

    *out = (struct ops_transcript){0};
    err = read_events(db, c, max, out);
    if (!err)
        err = read_replies(db, c, max, out);
    if (err) {
        ops_transcript_release(out);
        return err;
    }
    if (out->n)
        qsort(out->items, out->n, sizeof(*out->items), by_time);
    while (out->n > max) { /* the oldest go */
        free(out->items[0].author);
        free(out->items[0].text);
        memmove(out->items, out->items + 1, --out->n * sizeof(*out->items));
    }
    return LOA_OK;
}

void ops_transcript_release(struct ops_transcript *t)
{
    for (size_t i = 0; i < t->n; i++) {
        free(t->items[i].author);
        free(t->items[i].text);
    }
    free(t->items);
    *t = (struct ops_transcript){0};
}

cJSON *ops_transcript_json(const struct ops_transcript *t)
{
    cJSON *list = cJSON_CreateArray();
    char iso[LOA_ISO_SIZE];

    for (size_t i = 0; i < t->n; i++) {
        const struct ops_utterance *u = &t->items[i];
        cJSON *o = cJSON_CreateObject();

        cJSON_AddStringToObject(o, "at", loa_iso_format(u->at_ms, iso));
        cJSON_AddStringToObject(o, "from", u->from);
        loa_json_add_str(o, "author", u->author);
        loa_json_add_str(o, "text", u->text);
        loa_json_add_str(o, "state", u->state);
        cJSON_AddItemToArray(list, o);
    }
    return list;
}
