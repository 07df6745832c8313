/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/calendar.h"

#include <stdlib.h>
#include <string.h>

#include "bot/agenda.h"
#include "bot/ops/agenda_view.h"
#include "messages/base/buf.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/event_change.h"
#include "messages/import.h"

enum { ITEMS_MAX = 5000 };

struct entry {
    int64_t at_ms, message;
    cJSON *json;
};

struct calendar {
    struct db *db;
    int64_t from, to;
    struct entry *items;
    size_t n;
    bool cut;
};

/* Takes the JSON; NULL when there are too many. */
static cJSON *add(struct calendar *c, int64_t at_ms, int64_t message, cJSON *json)
{
    if (c->n == ITEMS_MAX) {
        c->cut = true;
        cJSON_Delete(json);
        return NULL;
    }
    c->items = loa_xrealloc(c->items, (c->n + 1) * sizeof(*c->items));
    c->items[c->n++] = (struct entry){at_ms, message, json};
    return json;
}

static cJSON *begin(const char *kind, int64_t at_ms)
{
    char iso[LOA_ISO_SIZE];
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "at", loa_iso_format(at_ms, iso));
    cJSON_AddStringToObject(o, "kind", kind);
    return o;
}

/* ---- what was due ---------------------------------------------------------------------- */

static void add_channels(cJSON *o, const char *content)
{
    cJSON *spec = loa_json_parse(content, strlen(content));
    const cJSON *item;
    struct loa_buf b = {0};

    cJSON_ArrayForEach(item, loa_json_at(spec, "audience.channels"))
    {
        if (cJSON_IsString(item))
            loa_buf_addf(&b, "%s%s", b.len ? "," : "", item->valuestring);
    }
    cJSON_AddStringToObject(o, "channels", loa_buf_str(&b));
    cJSON_AddBoolToObject(o, "series", loa_json_at(spec, "schedule.rrule") != NULL);
    loa_buf_release(&b);
    cJSON_Delete(spec);
}

static enum loa_err add_past(struct calendar *c)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        c->db, &st,
        "SELECT o.message_id, o.due_ms, o.state, m.title, m.state, m.urgent, m.content, "
        "(SELECT CAST(COALESCE(SUM(r.sent), 0) AS BIGINT) FROM runs r WHERE r.message_id = "
        "o.message_id AND r.due_ms = o.due_ms), "
        "(SELECT CAST(COALESCE(SUM(r.failed), 0) AS BIGINT) FROM runs r WHERE r.message_id = "
        "o.message_id AND r.due_ms = o.due_ms) "
        "FROM occurrences o JOIN messages m ON m.id = o.message_id WHERE o.due_ms >= $1 AND "
        "o.due_ms < $2 ORDER BY o.due_ms, o.message_id LIMIT $3",
        "iii", c->from, c->to, (int64_t)ITEMS_MAX + 1);

    while (!err && db_next(st, &err)) {
        cJSON *o = begin("message", db_int(st, 1));

        loa_json_add_int(o, "id", db_int(st, 0));
        cJSON_AddStringToObject(o, "title", db_text(st, 3));
        cJSON_AddStringToObject(o, "state", db_text(st, 4));
        cJSON_AddBoolToObject(o, "urgent", db_int(st, 5) != 0);
        add_channels(o, db_text(st, 6));
        cJSON_AddStringToObject(o, "outcome", db_text(st, 2));
        loa_json_add_int(o, "sent", db_int(st, 7));
        loa_json_add_int(o, "failed", db_int(st, 8));
        (void)add(c, db_int(st, 1), db_int(st, 0), o);
    }
    return err;
}

/* ---- what is to come ------------------------------------------------------------------- */

static bool was_due(const struct calendar *c, size_t n, const struct bot_agenda_item *item)
{
    for (size_t i = 0; i < n; i++) {
        if (c->items[i].message == item->message_id && c->items[i].at_ms == item->at_ms)
            return true;
    }
    return false;
}

static enum loa_err add_coming(struct calendar *c, const struct bot_config *cfg, int64_t now,
                               struct loa_problem *why)
{
    struct bot_agenda agenda;
    size_t past = c->n;
    enum loa_err err = bot_agenda_make(c->db, cfg, now, c->to, &agenda, why);

    c->cut = c->cut || agenda.cut;
    for (size_t i = 0; i < agenda.n && !err; i++) {
        const struct bot_agenda_item *item = &agenda.items[i];
        bool message = item->kind == BOT_AGENDA_MESSAGE;
        cJSON *o;

        if (item->at_ms < c->from || (message && was_due(c, past, item)))
            continue;
        o = ops_agenda_item_json(item);
        if (message)
            cJSON_AddStringToObject(o, "outcome", "planned");
        (void)add(c, item->at_ms, item->message_id, o);
    }
    bot_agenda_release(&agenda);
    return err;
}

/* ---- events ---------------------------------------------------------------------------- */

static void add_event(struct calendar *c, const struct msg_event *e)
{
    char iso[LOA_ISO_SIZE];
    cJSON *o = begin("event", e->start_ms);

    cJSON_AddStringToObject(o, "end", loa_iso_format(e->end_ms, iso));
    cJSON_AddStringToObject(o, "event", e->id);
    cJSON_AddStringToObject(o, "title", e->title);
    cJSON_AddStringToObject(o, "state", msg_event_state_name(e->state));
    loa_json_add_str(o, "place", e->place);
    loa_json_add_str(o, "district", e->district);
    (void)add(c, e->start_ms, 0, o);
}

static enum loa_err add_events(struct calendar *c)
{
    struct db_stmt *st;
    enum loa_err err = db_query(c->db, &st,
                                "SELECT data, created_ms, changed_ms, sequence FROM events WHERE "
                                "start_ms < $1 AND end_ms >= $2 ORDER BY start_ms, id LIMIT $3",
                                "iii", c->to, c->from, (int64_t)ITEMS_MAX + 1);

    while (!err && db_next(st, &err)) {
        struct msg_event e;

        if (msg_event_read(st, &e) != LOA_OK)
            continue;
        add_event(c, &e);
        msg_event_release(&e);
    }
    return err;
}

/* ---- all ------------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    return (x->message > y->message) - (x->message < y->message);
}

static cJSON *to_json(const struct calendar *c)
{
    char iso[LOA_ISO_SIZE];
    cJSON *o = cJSON_CreateObject(), *list;

    cJSON_AddStringToObject(o, "from", loa_iso_format(c->from, iso));
    cJSON_AddStringToObject(o, "to", loa_iso_format(c->to, iso));
    list = cJSON_AddArrayToObject(o, "items");
    for (size_t i = 0; i < c->n; i++)
        cJSON_AddItemToArray(list, c->items[i].json);
    cJSON_AddBoolToObject(o, "cut", c->cut);
    return o;
}

enum loa_err ops_calendar(struct db *db, const struct bot_config *cfg, int64_t now, int64_t from,
                          int64_t to, cJSON **out, struct loa_problem *why)
{
    struct calendar c = {.db = db, .from = from, .to = to};
    enum loa_err err = add_past(&c);

    if (!err && to > now)
        err = add_coming(&c, cfg, now, why);
    if (!err)
        err = add_events(&c);
    if (c.n)
        qsort(c.items, c.n, sizeof(*c.items), by_time);
    if (err) {
        for (size_t i = 0; i < c.n; i++)
            cJSON_Delete(c.items[i].json);
    } else {
        *out = to_json(&c);
    }
    free(c.items);
    return err;
}
