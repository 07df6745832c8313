/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/reminder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/import.h"

/* ---- asking and taking back -------------------------------------------------------------- */

/* A row for each time; those without one wait for nothing. */
static enum loa_err put_times(struct db *db, int64_t account, int64_t contact, const char *event,
                              const struct msg_reminder_times *times, int64_t now)
{
    enum loa_err err = LOA_OK;

    for (int i = 0; i < MSG_REMINDER_STEPS && !err; i++) {
        int64_t ms = times ? times->ms[i] : 0;

        err = ms ? db_run(db,
                          "INSERT INTO reminder_dues (account_id, contact_id, event_id, step, "
                          "due_ms, state, at_ms) VALUES ($1, $2, $3, $4, $5, 0, $6) "
                          "ON CONFLICT (account_id, contact_id, event_id, step) DO UPDATE SET "
                          "due_ms = $5, state = 0, at_ms = $6",
                          "iisiii", account, contact, event, (int64_t)(i + 1), ms, now)
                 : db_run(db,
                          "UPDATE reminder_dues SET state = 4, at_ms = $1 WHERE account_id = $2 "
                          "AND contact_id = $3 AND event_id = $4 AND step = $5 AND state = 0",
                          "iiisi", now, account, contact, event, (int64_t)(i + 1));
    }
    return err;
}

enum loa_err msg_reminder_put(struct db *db, int64_t account, int64_t contact,
                              const struct msg_event *e, const struct msg_reminder_times *times,
                              const char *wording, int64_t now)
{
    int64_t n = 0;
    char source[256];
    enum loa_err err =
        db_get_int(db, &n,
                   "SELECT COUNT(*) FROM reminders r JOIN events e ON e.id = r.event_id WHERE "
                   "r.account_id = $1 AND r.contact_id = $2 AND r.wanted = 1 AND e.end_ms > $3 AND "
                   "r.event_id <> $4",
                   "iiis", account, contact, now, e->id);

    if (err || n >= MSG_REMINDERS_MAX)
        return err ? err : LOA_ELIMIT;
    err = db_run(db,
                 "INSERT INTO reminders (account_id, contact_id, event_id, wanted, asked_ms, "
                 "sequence) VALUES ($1, $2, $3, 1, $4, $5) "
                 "ON CONFLICT (account_id, contact_id, event_id) DO UPDATE SET wanted = 1, "
                 "asked_ms = $4, sequence = $5",
                 "iisii", account, contact, e->id, now, e->sequence);
    if (!err)
        err = put_times(db, account, contact, e->id, times, now);
    (void)snprintf(source, sizeof(source), "chat, event %.200s", e->id);
    return err ? err : msg_consent_note(db, account, contact, "remind-in", wording, source, now);
}

enum loa_err msg_reminder_stop(struct db *db, int64_t account, int64_t contact, const char *event,
                               const char *wording, int64_t now, int64_t *n)
{
    char source[256];
    enum loa_err err = db_run(db,
                              "UPDATE reminders SET wanted = 0 WHERE account_id = $1 AND "
                              "contact_id = $2 AND wanted = 1 AND (event_id = $3 OR $3 = '')",
                              "iis", account, contact, event ? event : "");

    *n = err ? 0 : db_changes(db);
    if (err || !*n)
        return err;
    err = db_run(db,
                 "UPDATE reminder_dues SET state = 4, at_ms = $1 WHERE account_id = $2 AND "
                 "contact_id = $3 AND state = 0 AND (event_id = $4 OR $4 = '')",
                 "iiis", now, account, contact, event ? event : "");
    (void)snprintf(source, sizeof(source), "chat, %s%.200s", event ? "event " : "all events",
                   event ? event : "");
    if (err || !wording)
        return err;
    return msg_consent_note(db, account, contact, "remind-out", wording, source, now);
}

enum loa_err msg_reminder_list(struct db *db, int64_t account, int64_t contact, int64_t now,
                               struct msg_list *out)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT r.event_id FROM reminders r JOIN events e ON "
                                "e.id = r.event_id WHERE r.account_id = $1 AND r.contact_id = $2 "
                                "AND r.wanted = 1 AND e.end_ms > $3 ORDER BY e.start_ms, e.id",
                                "iii", account, contact, now);

    *out = (struct msg_list){0};
    while (!err && db_next(st, &err))
        msg_list_add(out, db_text(st, 0));
    return err;
}

/* ---- what is due ------------------------------------------------------------------------ */

void msg_reminder_dues_free(struct msg_reminder_due *d, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(d[i].event);
        free(d[i].channel);
    }
    free(d);
}

/* Rows of account, contact, event, channel, last_seen, step, due. */
static enum loa_err read_people(struct db_stmt *st, struct msg_reminder_due **out, size_t *n)
{
    enum loa_err err = LOA_OK;

    while (db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        (*out)[(*n)++] = (struct msg_reminder_due){
            .account = db_int(st, 0),
            .contact = db_int(st, 1),
            .event = loa_xstrdup(db_text(st, 2)),
            .channel = loa_xstrdup(db_text(st, 3)),
            .last_seen_ms = db_int(st, 4),
            .step = (enum msg_reminder_step)db_int(st, 5),
            .due_ms = db_int(st, 6),
        };
    }
    return err;
}

enum loa_err msg_reminder_due(struct db *db, int64_t now, size_t max, struct msg_reminder_due **out,
                              size_t *n)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT d.account_id, d.contact_id, d.event_id, a.channel, c.last_seen_ms, "
                 "d.step, d.due_ms FROM reminder_dues d JOIN accounts a ON a.id = d.account_id "
                 "JOIN contacts c ON c.account_id = d.account_id AND c.id = d.contact_id "
                 "WHERE d.state = 0 AND d.due_ms <= $1 "
                 "ORDER BY d.due_ms, d.account_id, d.contact_id, d.event_id, d.step LIMIT $2",
                 "ii", now, (int64_t)max);

    *out = NULL;
    *n = 0;
    return err ? err : read_people(st, out, n);
}

enum loa_err msg_reminder_settle(struct db *db, const struct msg_reminder_due *d,
                                 enum msg_due_state state, int64_t now, bool *mine)
{
    enum loa_err err =
        db_run(db,
               "UPDATE reminder_dues SET state = $1, at_ms = $2 WHERE "
               "account_id = $3 AND contact_id = $4 AND event_id = $5 AND step = $6 "
               "AND state = 0",
               "iiiisi", (int64_t)state, now, d->account, d->contact, d->event, (int64_t)d->step);

    *mine = !err && db_changes(db) > 0;
    return err;
}

/* ---- what changed ------------------------------------------------------------------------ */

void msg_changes_free(struct msg_change *c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(c[i].event);
        free(c[i].was_place);
        free(c[i].was_data);
    }
    free(c);
}

enum loa_err msg_change_open(struct db *db, size_t max, struct msg_change **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_run(db,
                              "UPDATE event_changes SET state = 1 WHERE state = 0 AND EXISTS "
                              "(SELECT 1 FROM event_changes later WHERE later.event_id = "
                              "event_changes.event_id AND later.state = 0 AND "
                              "later.sequence > event_changes.sequence)",
                              "");

    *out = NULL;
    *n = 0;
    if (!err)
        err = db_query(db, &st,
                       "SELECT event_id, sequence, kind, was_start_ms, was_place, was_data FROM "
                       "event_changes WHERE state = 0 ORDER BY at_ms, event_id, sequence LIMIT $1",
                       "i", (int64_t)max);
    while (!err && db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        (*out)[(*n)++] = (struct msg_change){
            .event = loa_xstrdup(db_text(st, 0)),
            .sequence = db_int(st, 1),
            .kind = (enum msg_event_change_kind)db_int(st, 2),
            .was_start_ms = db_int(st, 3),
            .was_place = loa_xstrdup(db_text(st, 4)),
            .was_data = loa_xstrdup(db_text(st, 5)),
        };
    }
    return err;
}

enum loa_err msg_change_people(struct db *db, const struct msg_change *c, size_t max,
                               struct msg_reminder_due **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT r.account_id, r.contact_id, r.event_id, a.channel, c.last_seen_ms, "
                 "1, 0 FROM reminders r JOIN accounts a ON a.id = r.account_id "
                 "JOIN contacts c ON c.account_id = r.account_id AND c.id = r.contact_id "
                 "WHERE r.event_id = $1 AND r.wanted = 1 AND r.sequence < $2 "
                 "ORDER BY r.account_id, r.contact_id LIMIT $3",
                 "sii", c->event, c->sequence, (int64_t)max);

    *out = NULL;
    *n = 0;
    return err ? err : read_people(st, out, n);
}

enum loa_err msg_change_tell(struct db *db, const struct msg_change *c,
                             const struct msg_reminder_due *who, bool reached,
                             const struct msg_reminder_times *times, int64_t now, bool *mine)
{
    enum loa_err err = db_run(db,
                              "UPDATE reminders SET sequence = $1 WHERE account_id = $2 AND "
                              "contact_id = $3 AND event_id = $4 AND wanted = 1 AND sequence < $1",
                              "iiis", c->sequence, who->account, who->contact, c->event);

    *mine = !err && db_changes(db) > 0;
    if (err || !*mine)
        return err;
    err = put_times(db, who->account, who->contact, c->event, times, now);
    if (err)
        return err;
    return db_run(db,
                  "UPDATE event_changes SET told = told + $1, out_of_reach = out_of_reach + $2 "
                  "WHERE event_id = $3 AND sequence = $4",
                  "iisi", (int64_t)reached, (int64_t)!reached, c->event, c->sequence);
}

enum loa_err msg_change_event(struct db *db, const struct msg_change *c, struct msg_event *out)
{
    cJSON *o;
    enum loa_err err;

    if (c->kind != MSG_EVENT_CHANGE_GONE)
        return msg_event_load(db, c->event, out);
    o = c->was_data ? loa_json_parse(c->was_data, strlen(c->was_data)) : NULL;
    err = msg_event_from_json(o, out, NULL);
    cJSON_Delete(o);
    return err ? LOA_ENOENT : LOA_OK;
}

enum loa_err msg_change_done(struct db *db, const struct msg_change *c)
{
    enum loa_err err = LOA_OK;

    if (c->kind == MSG_EVENT_CHANGE_GONE)
        err = db_run(db,
                     "UPDATE reminders SET wanted = 0 WHERE event_id = $1 AND wanted = 1 AND "
                     "sequence <= $2",
                     "si", c->event, c->sequence);
    if (err)
        return err;
    return db_run(db,
                  "UPDATE event_changes SET state = 1 WHERE event_id = $1 AND sequence = $2 AND "
                  "state = 0",
                  "si", c->event, c->sequence);
}

enum loa_err msg_reminder_any(struct db *db, int64_t now, bool *any)
{
    int64_t n = 0;
    enum loa_err err = db_get_int(
        db, &n,
        "SELECT (CASE WHEN EXISTS (SELECT 1 FROM event_changes WHERE state = 0) OR EXISTS "
        "(SELECT 1 FROM reminder_dues WHERE state = 0 AND due_ms <= $1) THEN 1 ELSE 0 END)",
        "i", now);

    *any = n > 0;
    return err;
}
