/* SPDX-License-Identifier: Apache-2.0 */
/* An event that was entered by mistake goes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/buf.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/event_change.h"
#include "messages/import.h"

enum { NAMED_MAX = 5 };

/* Messages that are not over and name the event: they would fail, or say what is not there. One
 * that lists the events of its day needs a new approval, as after any change of them. */
static enum loa_err refuse_if_used(struct db *db, const char *id, struct loa_problem *why)
{
    char *needle = loa_xasprintf("{event:%s.", id);
    struct loa_buf names = {0};
    struct db_stmt *st;
    int n = 0;
    enum loa_err err = db_query(db, &st,
                                "SELECT id, title, content FROM messages WHERE state NOT IN "
                                "('sent', 'rejected', 'cancelled') AND content LIKE '%{event:%' "
                                "ORDER BY id",
                                "");

    while (!err && db_next(st, &err)) {
        if (!strstr(db_text(st, 2), needle))
            continue;
        if (n++ < NAMED_MAX)
            loa_buf_addf(&names, "%s%" PRId64 " (%.60s)", n > 1 ? ", " : "", db_int(st, 0),
                         db_text(st, 1));
    }
    free(needle);
    if (!err && n)
        err = loa_fail(why, LOA_EPERM, "id",
                       "Thông điệp %s%s lấy nội dung từ sự kiện này; hãy sửa hoặc hủy thông điệp "
                       "trước, hoặc chỉ hủy sự kiện (loa events cancel)",
                       loa_buf_str(&names), n > NAMED_MAX ? ", ..." : "");
    loa_buf_release(&names);
    return err;
}

/* What people are told of it, with the reason as its note. Nobody is told of what is over. */
static enum loa_err note_gone(struct db *db, int64_t now, struct msg_event *e, const char *note)
{
    cJSON *json;
    char *data;
    enum loa_err err;

    e->state = MSG_EVENT_CANCELLED;
    free(e->note);
    e->note = note && *note ? loa_xstrdup(note) : NULL;
    json = msg_event_to_json(e);
    data = loa_json_print(json);
    cJSON_Delete(json);
    err = db_run(db,
                 "INSERT INTO event_changes (event_id, sequence, kind, was_start_ms, was_place, "
                 "at_ms, state, was_data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
                 "ON CONFLICT (event_id, sequence) DO NOTHING",
                 "siiisiis", e->id, e->sequence + 1, (int64_t)MSG_EVENT_CHANGE_GONE, e->start_ms,
                 e->place, now, (int64_t)(e->end_ms <= now), data);
    free(data);
    return err;
}

static enum loa_err take_out(struct db *db, const struct msg_actor *who, int64_t now,
                             struct msg_event *e, const char *note)
{
    int64_t version;
    char target[64],
        *detail = loa_xasprintf("%s%s%s", e->title, note && *note ? ": " : "", note ? note : "");
    enum loa_err err = note_gone(db, now, e, note);

    if (!err)
        err = db_run(db, "DELETE FROM events WHERE id = $1", "s", e->id);
    if (!err)
        err = db_count_up(db, "content", &version);
    (void)snprintf(target, sizeof(target), "event %.56s", e->id);
    if (!err)
        err = msg_audit(db, who, now, "event.delete", target, detail);
    free(detail);
    return err;
}

enum loa_err msg_event_delete(struct db *db, const struct msg_actor *who, int64_t now,
                              const char *id, const char *note, int64_t *asked,
                              struct loa_problem *why)
{
    struct msg_event e;
    enum loa_err err = msg_event_load(db, id, &e);

    if (err == LOA_ENOENT)
        return loa_fail(why, err, "id", "Không có sự kiện “%s”; xem: loa events list", id);
    if (err)
        return err;
    err = refuse_if_used(db, id, why);
    if (!err)
        err = msg_event_asked(db, id, asked);
    if (!err)
        err = take_out(db, who, now, &e, note);
    msg_event_release(&e);
    return err;
}
