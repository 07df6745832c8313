/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/event_diff.h"

#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/event_change.h"
#include "messages/import.h"

static void add_field(cJSON *fields, const char *name, const cJSON *from, const cJSON *to)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "field", name);
    cJSON_AddItemToObject(o, "from", from ? cJSON_Duplicate(from, true) : cJSON_CreateNull());
    cJSON_AddItemToObject(o, "to", to ? cJSON_Duplicate(to, true) : cJSON_CreateNull());
    cJSON_AddItemToArray(fields, o);
}

/* Members that differ, those that one side alone has as well. */
static cJSON *fields_of(const struct msg_event *was, const struct msg_event *is)
{
    cJSON *a = msg_event_to_json(was), *b = msg_event_to_json(is), *fields = cJSON_CreateArray();
    const cJSON *item;

    cJSON_ArrayForEach(item, a)
    {
        const cJSON *other = loa_json_get(b, item->string);

        if (!other || !cJSON_Compare(item, other, true))
            add_field(fields, item->string, item, other);
    }
    cJSON_ArrayForEach(item, b)
    {
        if (!loa_json_get(a, item->string))
            add_field(fields, item->string, NULL, item);
    }
    cJSON_Delete(a);
    cJSON_Delete(b);
    return fields;
}

static cJSON *entry_of(const struct msg_event *e)
{
    cJSON *all = msg_event_to_json(e), *o = cJSON_CreateObject();

    loa_json_add_str(o, "id", e->id);
    loa_json_add_str(o, "title", e->title);
    loa_json_add_str(o, "start", loa_json_str(all, "start"));
    cJSON_Delete(all);
    return o;
}

struct diff {
    cJSON *added, *changed;
    int64_t same, told;
};

static enum loa_err diff_one(struct db *db, int64_t now, const struct msg_event *e, struct diff *d)
{
    struct msg_event was;
    cJSON *fields, *o;
    int64_t asked = 0;
    enum loa_err err = msg_event_load(db, e->id, &was);

    if (err == LOA_ENOENT) {
        cJSON_AddItemToArray(d->added, entry_of(e));
        return LOA_OK;
    }
    if (err)
        return err;
    fields = fields_of(&was, e);
    if (!fields->child) {
        cJSON_Delete(fields);
        d->same++;
    } else {
        if (msg_event_change_of(&was, e) != MSG_EVENT_CHANGE_NONE &&
            (was.end_ms > now || e->end_ms > now))
            err = msg_event_asked(db, e->id, &asked);
        o = entry_of(e);
        cJSON_AddItemToObject(o, "fields", fields);
        loa_json_add_int(o, "told", asked);
        cJSON_AddItemToArray(d->changed, o);
        d->told += asked;
    }
    msg_event_release(&was);
    return err;
}

enum loa_err msg_event_diff(struct db *db, int64_t now, const struct msg_catalog *c, cJSON **out)
{
    struct diff d = {cJSON_CreateArray(), cJSON_CreateArray(), 0, 0};
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < c->n_events && !err; i++)
        err = diff_one(db, now, &c->events[i], &d);
    *out = cJSON_CreateObject();
    cJSON_AddItemToObject(*out, "added", d.added);
    cJSON_AddItemToObject(*out, "changed", d.changed);
    loa_json_add_int(*out, "same", d.same);
    loa_json_add_int(*out, "told", d.told);
    if (err) {
        cJSON_Delete(*out);
        *out = NULL;
    }
    return err;
}
