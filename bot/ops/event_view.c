/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/event_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/event_change.h"
#include "messages/export.h"
#include "messages/online.h"

/* ---- one ------------------------------------------------------------------------------- */

static enum loa_err add_told(struct db *db, const char *id, cJSON *o)
{
    cJSON *list = cJSON_AddArrayToObject(o, "changes"), *one;
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT kind, state, told, out_of_reach, at_ms FROM event_changes "
                                "WHERE event_id = $1 ORDER BY sequence",
                                "s", id);
    static const char *const kinds[] = {"", "cancelled", "moved", "restored", "deleted"};
    char iso[LOA_ISO_SIZE];

    while (!err && db_next(st, &err)) {
        int64_t kind = db_int(st, 0);

        one = cJSON_CreateObject();

        cJSON_AddStringToObject(one, "kind", kinds[kind >= 0 && kind < 5 ? kind : 0]);
        cJSON_AddStringToObject(one, "at", loa_iso_format(db_int(st, 4), iso));
        cJSON_AddBoolToObject(one, "done", db_int(st, 1) != 0);
        loa_json_add_int(one, "told", db_int(st, 2));
        loa_json_add_int(one, "out_of_reach", db_int(st, 3));
        cJSON_AddItemToArray(list, one);
    }
    return err;
}

enum loa_err ops_event_json(struct db *db, const char *id, cJSON **out, struct loa_problem *why)
{
    struct msg_event e;
    int64_t asked = 0;
    cJSON *o;
    enum loa_err err = msg_event_load(db, id, &e);

    if (err == LOA_ENOENT)
        return loa_fail(why, err, "id", "Không có sự kiện “%s”; xem: loa events list", id);
    if (err)
        return err;
    o = msg_event_to_json(&e);
    loa_json_add_str(o, "online_service", msg_online_service(e.online_url));
    loa_json_add_int(o, "sequence", e.sequence);
    err = msg_event_asked(db, id, &asked);
    loa_json_add_int(o, "reminders", asked);
    if (!err)
        err = add_told(db, id, o);
    msg_event_release(&e);
    if (err)
        cJSON_Delete(o);
    else
        *out = o;
    return err;
}

/* ---- all ------------------------------------------------------------------------------- */

/* The host behind the UIDs: the address that /events.ics is read at. */
static void host_of(const char *url, char *out, size_t size)
{
    const char *host = url ? strstr(url, "://") : NULL;

    host = host ? host + 3 : "";
    (void)snprintf(out, size, "%.*s", (int)strcspn(host, "/:"), host);
}

char *ops_events_export(const struct bot_config *cfg, const struct msg_catalog *c,
                        enum msg_format format)
{
    const struct msg_event **events = loa_xcalloc(c->n_events + 1, sizeof(*events));
    struct msg_export x = {.events = events, .n = c->n_events, .title = cfg->office};
    char host[256], *text;

    host_of(cfg->public_url, host, sizeof(host));
    x.host = host[0] ? host : NULL;
    for (size_t i = 0; i < c->n_events; i++)
        events[i] = &c->events[i];
    text = msg_export_events(&x, format);
    free(events);
    return text;
}
