/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/event_change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/catalog_store.h"
#include "messages/import.h"

enum loa_err msg_event_read(const struct db_stmt *st, struct msg_event *out)
{
    const char *data = db_text(st, 0);
    cJSON *o = loa_json_parse(data, strlen(data));
    enum loa_err err = msg_event_from_json(o, out, NULL);

    cJSON_Delete(o);
    if (err)
        return err;
    out->created_ms = db_int(st, 1);
    out->changed_ms = db_int(st, 2);
    out->sequence = db_int(st, 3);
    return LOA_OK;
}

enum loa_err msg_event_load(struct db *db, const char *id, struct msg_event *out)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT data, created_ms, changed_ms, sequence FROM events "
                                "WHERE id = $1 /*postgres FOR UPDATE*/",
                                "s", id);
    bool found = false;

    while (!err && db_next(st, &err))
        found = msg_event_read(st, out) == LOA_OK;
    if (err && found)
        msg_event_release(out);
    return err ? err : found ? LOA_OK : LOA_ENOENT;
}

/* ---- what changed ---------------------------------------------------------------------- */

static bool differ(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") != 0;
}

enum msg_event_change_kind msg_event_change_of(const struct msg_event *was,
                                               const struct msg_event *is)
{
    bool off = is->state == MSG_EVENT_CANCELLED, was_off = was->state == MSG_EVENT_CANCELLED;

    if (off)
        return was_off ? MSG_EVENT_CHANGE_NONE : MSG_EVENT_CHANGE_CANCELLED;
    if (was_off)
        return MSG_EVENT_CHANGE_BACK;
    if (was->start_ms != is->start_ms || differ(was->place, is->place) ||
        differ(was->address, is->address) || differ(was->online_url, is->online_url))
        return MSG_EVENT_CHANGE_MOVED;
    return MSG_EVENT_CHANGE_NONE;
}

enum loa_err msg_event_change_note(struct db *db, int64_t now, const struct msg_event *was,
                                   const struct msg_event *is)
{
    enum msg_event_change_kind kind = msg_event_change_of(was, is);

    if (kind == MSG_EVENT_CHANGE_NONE || (was->end_ms <= now && is->end_ms <= now))
        return LOA_OK;
    return db_run(db,
                  "INSERT INTO event_changes (event_id, sequence, kind, was_start_ms, was_place, "
                  "at_ms) VALUES ($1, $2, $3, $4, $5, $6) "
                  "ON CONFLICT (event_id, sequence) DO NOTHING",
                  "siiisi", is->id, was->sequence + 1, (int64_t)kind, was->start_ms, was->place,
                  now);
}

enum loa_err msg_event_asked(struct db *db, const char *id, int64_t *n)
{
    return db_get_int(db, n, "SELECT COUNT(*) FROM reminders WHERE event_id = $1 AND wanted = 1",
                      "s", id);
}

/* ---- what staff do --------------------------------------------------------------------- */

static void set_text(char **to, const char *text)
{
    if (!text)
        return;
    free(*to);
    *to = *text ? loa_xstrdup(text) : NULL;
}

/* As a new event would be checked: staff may have written anything. */
static enum loa_err check(struct msg_event *e, struct loa_problem *why)
{
    cJSON *o = msg_event_to_json(e);
    struct msg_event good;
    enum loa_err err = msg_event_from_json(o, &good, why);

    cJSON_Delete(o);
    if (err)
        return err;
    msg_event_release(e);
    *e = good;
    return LOA_OK;
}

static enum loa_err put_one(struct db *db, const struct msg_actor *who, int64_t now,
                            struct msg_event *e)
{
    struct msg_catalog *c = msg_catalog_new();
    struct msg_put_counts counts;
    char target[64];
    const char *const actions[] = {"event.restore", "event.cancel", "event.move"};
    const char *action = actions[e->state];
    char *detail = loa_xstrdup(e->note ? e->note : "");
    enum loa_err err;

    (void)snprintf(target, sizeof(target), "event %.56s", e->id);
    msg_catalog_add_event(c, e);
    err = msg_catalog_put_events(db, who, now, c, &counts);
    if (!err && counts.changed)
        err = msg_audit(db, who, now, action, target, detail);
    free(detail);
    msg_catalog_free(c);
    return err;
}

enum loa_err msg_event_edit(struct db *db, const struct msg_actor *who, int64_t now,
                            const struct msg_event_edit *edit, int64_t *asked,
                            struct loa_problem *why)
{
    struct msg_event e;
    enum loa_err err = msg_event_load(db, edit->id, &e);

    if (err == LOA_ENOENT)
        return loa_fail(why, err, "id", "Không có sự kiện “%s”; xem: loa events list", edit->id);
    if (err)
        return err;
    if (edit->start_ms) {
        e.end_ms = edit->end_ms ? edit->end_ms : edit->start_ms + (e.end_ms - e.start_ms);
        e.start_ms = edit->start_ms;
    } else if (edit->end_ms) {
        e.end_ms = edit->end_ms;
    }
    if (edit->place && differ(edit->place, e.place)) { /* the old one's are wrong now */
        set_text(&e.address, "");
        e.has_geo = false;
    }
    set_text(&e.place, edit->place);
    set_text(&e.district, edit->district);
    set_text(&e.address, edit->address);
    set_text(&e.online_url, edit->online_url);
    set_text(&e.note, edit->note ? edit->note : "");
    e.state = edit->state;
    err = check(&e, why);
    if (!err)
        err = msg_event_asked(db, edit->id, asked);
    if (err)
        msg_event_release(&e);
    return err ? err : put_one(db, who, now, &e);
}
