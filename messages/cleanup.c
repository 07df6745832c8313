/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/cleanup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/catalog.h"
#include "messages/cleanup_parts.h"
#include "messages/inbound.h"
#include "messages/opt_out.h"
#include "messages/run.h"

const char *msg_cleanup_name(enum msg_cleanup_kind kind)
{
    static const char *const names[] = {"deliveries", "events",       "replies",  "conversations",
                                        "questions",  "occurrences",  "receipts", "replays",
                                        "opt_outs",   "portal_lines", "contacts"};

    return names[kind];
}

/* 20261001 */
static int64_t day_of(int64_t ms)
{
    struct loa_civil c = loa_tz_civil(ms);

    return (int64_t)c.year * 10000 + c.month * 100 + c.day;
}

/* A step's look at rows in the order of their key: until `max` rows, the table's end, or one that
 * is too young. */
struct walk {
    int64_t last; /* key of the last row looked at */
    int64_t rows, dropped;
    bool young; /* it ended at a row that is too young; those behind it are younger */
    bool full;  /* it ended because there were too many different ones to count */
};

static void end_step(struct msg_cleanup_step *s, const struct walk *w)
{
    s->dropped = w->dropped;
    s->over = !w->full && (w->young || w->rows < (int64_t)s->max);
    s->place.a = w->last;
}

/* ---- events and replies ------------------------------------------------------------------ */

static enum loa_err store_activity(struct db *db, enum msg_activity what,
                                   const struct msg_counts *c)
{
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < c->n && !err; i++)
        err = db_run(db,
                     "INSERT INTO activity_stats (day, account_id, what, code, n) "
                     "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (day, account_id, what, code) "
                     "DO UPDATE SET n = activity_stats.n + $5",
                     "iiiii", c->items[i].key[0], c->items[i].key[1], (int64_t)what,
                     c->items[i].key[2], c->items[i].n);
    return err;
}

/* The number in front of an event's text, {"kind":8,...; -1 for what was wiped. */
static int64_t kind_of(const char *event)
{
    int kind = -1;

    return sscanf(event, "{\"kind\":%d", &kind) == 1 ? kind : -1;
}

static enum loa_err drop_events(struct db *db, struct msg_cleanup_step *s, struct msg_counts *c)
{
    struct walk w = {.last = s->place.a};
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT seq, account_id, state, received_ms, event FROM inbound "
                                "WHERE seq > $1 ORDER BY seq LIMIT $2 /*postgres FOR UPDATE*/",
                                "ii", s->place.a, (int64_t)s->max);

    while (!err && db_next(st, &err)) {
        bool drops = db_int(st, 2) == 1;

        w.young = db_int(st, 3) >= s->before_ms;
        w.full =
            !w.young && drops &&
            !msg_counts_add(c, day_of(db_int(st, 3)), db_int(st, 1), kind_of(db_text(st, 4)), 0);
        if (w.young || w.full) {
            db_end(st);
            break;
        }
        w.last = db_int(st, 0);
        w.rows++;
        w.dropped += drops;
    }
    if (!err && w.dropped)
        err = db_run(db,
                     "DELETE FROM inbound WHERE seq > $1 AND seq <= $2 AND state = 1 AND "
                     "received_ms < $3",
                     "iii", s->place.a, w.last, s->before_ms);
    if (!err)
        err = store_activity(db, MSG_ACTIVITY_EVENT, c);
    end_step(s, &w);
    return err;
}

static enum loa_err drop_replies(struct db *db, struct msg_cleanup_step *s, struct msg_counts *c)
{
    struct walk w = {.last = s->place.a};
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT id, account_id, state, created_ms FROM replies "
                                "WHERE id > $1 ORDER BY id LIMIT $2 /*postgres FOR UPDATE*/",
                                "ii", s->place.a, (int64_t)s->max);

    while (!err && db_next(st, &err)) {
        int64_t state = db_int(st, 2);
        bool drops = state == MSG_REPLY_SENT || state == MSG_REPLY_FAILED;

        w.young = db_int(st, 3) >= s->before_ms;
        w.full =
            !w.young && drops && !msg_counts_add(c, day_of(db_int(st, 3)), db_int(st, 1), state, 0);
        if (w.young || w.full) {
            db_end(st);
            break;
        }
        w.last = db_int(st, 0);
        w.rows++;
        w.dropped += drops;
    }
    if (!err && w.dropped)
        err = db_run(db,
                     "DELETE FROM replies WHERE id > $1 AND id <= $2 AND state IN (2, 3) AND "
                     "created_ms < $3",
                     "iii", s->place.a, w.last, s->before_ms);
    if (!err)
        err = store_activity(db, MSG_ACTIVITY_REPLY, c);
    end_step(s, &w);
    return err;
}

/* ---- questions without an answer --------------------------------------------------------- */

static int64_t index_of(struct msg_list *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++) {
        if (strcmp(names->items[i], name) == 0)
            return (int64_t)i;
    }
    msg_list_add(names, name);
    return (int64_t)names->n - 1;
}

static enum loa_err store_questions(struct db *db, const struct msg_list *channels,
                                    const struct msg_counts *c)
{
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < c->n && channels->items && !err; i++)
        err = db_run(db,
                     "INSERT INTO question_stats (day, channel, n) VALUES ($1, $2, $3) "
                     "ON CONFLICT (day, channel) DO UPDATE SET n = question_stats.n + $3",
                     "isi", c->items[i].key[0], channels->items[c->items[i].key[1]], c->items[i].n);
    return err;
}

static enum loa_err drop_questions(struct db *db, struct msg_cleanup_step *s, struct msg_counts *c)
{
    struct walk w = {.last = s->place.a};
    struct msg_list channels = {0};
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT seq, channel, at_ms FROM unanswered WHERE seq > $1 "
                                "ORDER BY seq LIMIT $2 /*postgres FOR UPDATE*/",
                                "ii", s->place.a, (int64_t)s->max);

    while (!err && db_next(st, &err)) {
        w.young = db_int(st, 2) >= s->before_ms;
        if (w.young ||
            !msg_counts_add(c, day_of(db_int(st, 2)), index_of(&channels, db_text(st, 1)), 0, 0)) {
            db_end(st);
            break;
        }
        w.last = db_int(st, 0);
        w.rows++;
    }
    w.dropped = w.rows;
    if (!err && w.dropped)
        err = db_run(db, "DELETE FROM unanswered WHERE seq > $1 AND seq <= $2 AND at_ms < $3",
                     "iii", s->place.a, w.last, s->before_ms);
    if (!err)
        err = store_questions(db, &channels, c);
    end_step(s, &w);
    msg_list_release(&channels);
    return err;
}

/* ---- tables whose key is not the time: a pass goes through all of them ------------------- */

/* The key of the last of the next `max` rows; LOA_ENOENT: there are no more. */
static enum loa_err last_of_pair(struct db_stmt *st, struct msg_cleanup_place *to, size_t *rows)
{
    enum loa_err err = LOA_OK;

    while (db_next(st, &err)) {
        to->a = db_int(st, 0);
        to->b = db_int(st, 1);
        (*rows)++;
    }
    return err;
}

static void end_pass(struct msg_cleanup_step *s, struct db *db, const struct msg_cleanup_place *to,
                     size_t rows)
{
    s->dropped = rows ? db_changes(db) : 0;
    s->over = rows < s->max;
    s->place = s->over ? (struct msg_cleanup_place){0} : *to;
}

static enum loa_err drop_conversations(struct db *db, struct msg_cleanup_step *s)
{
    struct msg_cleanup_place to = s->place;
    struct db_stmt *st;
    size_t rows = 0;
    enum loa_err err = db_query(db, &st,
                                "SELECT account_id, contact_id FROM conversations WHERE "
                                "(account_id, contact_id) > ($1, $2) "
                                "ORDER BY account_id, contact_id LIMIT $3",
                                "iii", s->place.a, s->place.b, (int64_t)s->max);

    if (!err)
        err = last_of_pair(st, &to, &rows);
    if (!err && rows)
        err = db_run(db,
                     "DELETE FROM conversations WHERE (account_id, contact_id) > ($1, $2) AND "
                     "(account_id, contact_id) <= ($3, $4) AND at_ms < $5 AND (wants_person = 0 OR "
                     "(person_ms >= asked_ms AND person_ms < $5))",
                     "iiiii", s->place.a, s->place.b, to.a, to.b, s->before_ms);
    if (!err)
        end_pass(s, db, &to, rows);
    return err;
}

static enum loa_err drop_occurrences(struct db *db, struct msg_cleanup_step *s)
{
    struct msg_cleanup_place to = s->place;
    struct db_stmt *st;
    size_t rows = 0;
    enum loa_err err = db_query(db, &st,
                                "SELECT message_id, due_ms FROM occurrences WHERE "
                                "(message_id, due_ms) > ($1, $2) "
                                "ORDER BY message_id, due_ms LIMIT $3",
                                "iii", s->place.a, s->place.b, (int64_t)s->max);

    if (!err)
        err = last_of_pair(st, &to, &rows);
    if (!err && rows)
        err = db_run(db,
                     "DELETE FROM occurrences WHERE (message_id, due_ms) > ($1, $2) AND "
                     "(message_id, due_ms) <= ($3, $4) AND due_ms < $5 AND at_ms < $5 AND "
                     "state NOT IN ('asked', 'granted')",
                     "iiiii", s->place.a, s->place.b, to.a, to.b, s->before_ms);
    if (!err)
        end_pass(s, db, &to, rows);
    return err;
}

static enum loa_err drop_receipts(struct db *db, struct msg_cleanup_step *s)
{
    struct msg_cleanup_place to = s->place;
    struct db_stmt *st;
    size_t rows = 0;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT account_id, contact_id, remote_id FROM early_receipts WHERE "
                 "(account_id, contact_id, remote_id) > ($1, $2, $3) "
                 "ORDER BY account_id, contact_id, remote_id LIMIT $4",
                 "iisi", s->place.a, s->place.b, s->place.text, (int64_t)s->max);

    while (!err && db_next(st, &err)) {
        to.a = db_int(st, 0);
        to.b = db_int(st, 1);
        (void)snprintf(to.text, sizeof(to.text), "%s", db_text(st, 2));
        rows++;
    }
    if (!err && rows)
        err = db_run(db,
                     "DELETE FROM early_receipts WHERE "
                     "(account_id, contact_id, remote_id) > ($1, $2, $3) AND "
                     "(account_id, contact_id, remote_id) <= ($4, $5, $6) AND at_ms < $7",
                     "iisiisi", s->place.a, s->place.b, s->place.text, to.a, to.b, to.text,
                     s->before_ms);
    if (!err)
        end_pass(s, db, &to, rows);
    return err;
}

static enum loa_err drop_replays(struct db *db, struct msg_cleanup_step *s)
{
    struct msg_cleanup_place to = s->place;
    struct db_stmt *st;
    size_t rows = 0;
    enum loa_err err = db_query(db, &st,
                                "SELECT said_ms, hash FROM receipts WHERE "
                                "(said_ms, hash) > ($1, $2) ORDER BY said_ms, hash LIMIT $3",
                                "iii", s->place.a, s->place.b, (int64_t)s->max);

    if (!err)
        err = last_of_pair(st, &to, &rows);
    if (!err && rows)
        err = db_run(db,
                     "DELETE FROM receipts WHERE (said_ms, hash) > ($1, $2) AND "
                     "(said_ms, hash) <= ($3, $4) AND hour < $5",
                     "iiiii", s->place.a, s->place.b, to.a, to.b, s->before_ms / LOA_HOUR_MS);
    if (!err)
        end_pass(s, db, &to, rows);
    return err;
}

/* Some hundreds a day. */
static enum loa_err drop_opt_outs(struct db *db, struct msg_cleanup_step *s)
{
    enum loa_err err = msg_opt_outs_forget(db, s->before_ms);

    s->dropped = err ? 0 : db_changes(db);
    s->over = true;
    return err;
}

/* What was said to visitors of the portal; their numbers rise with the time. */
static enum loa_err drop_portal_lines(struct db *db, struct msg_cleanup_step *s)
{
    struct walk w = {.last = s->place.a};
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st, "SELECT id, at_ms FROM portal_lines WHERE id > $1 ORDER BY id LIMIT $2",
                 "ii", s->place.a, (int64_t)s->max);

    while (!err && db_next(st, &err)) {
        w.young = db_int(st, 1) >= s->before_ms;
        if (w.young) {
            db_end(st);
            break;
        }
        w.last = db_int(st, 0);
        w.rows++;
    }
    if (!err && w.rows)
        err = db_run(db, "DELETE FROM portal_lines WHERE id > $1 AND id <= $2 AND at_ms < $3",
                     "iii", s->place.a, w.last, s->before_ms);
    w.dropped = !err && w.rows ? db_changes(db) : 0;
    end_step(s, &w);
    if (s->over)
        s->place = (struct msg_cleanup_place){0};
    return err;
}

/* ---- one step ---------------------------------------------------------------------------- */

enum loa_err msg_cleanup_step(struct db *db, struct msg_cleanup_step *s)
{
    struct msg_counts *c;
    enum loa_err err = LOA_EINVAL;

    s->dropped = 0;
    s->over = false;
    switch (s->kind) {
    case MSG_CLEANUP_DELIVERIES:
        return msg_cleanup_deliveries(db, s);
    case MSG_CLEANUP_CONVERSATIONS:
        return drop_conversations(db, s);
    case MSG_CLEANUP_OCCURRENCES:
        return drop_occurrences(db, s);
    case MSG_CLEANUP_RECEIPTS:
        return drop_receipts(db, s);
    case MSG_CLEANUP_REPLAYS:
        return drop_replays(db, s);
    case MSG_CLEANUP_OPT_OUTS:
        return drop_opt_outs(db, s);
    case MSG_CLEANUP_PORTAL:
        return drop_portal_lines(db, s);
    case MSG_CLEANUP_CONTACTS:
        return msg_cleanup_contacts(db, s);
    case MSG_CLEANUP_EVENTS:
    case MSG_CLEANUP_REPLIES:
    case MSG_CLEANUP_QUESTIONS:
        break;
    }
    c = loa_xcalloc(1, sizeof(*c));
    if (s->kind == MSG_CLEANUP_EVENTS)
        err = drop_events(db, s, c);
    else if (s->kind == MSG_CLEANUP_REPLIES)
        err = drop_replies(db, s, c);
    else
        err = drop_questions(db, s, c);
    free(c);
    if (s->over)
        s->place = (struct msg_cleanup_place){0};
    return err;
}

/* ---- reading ----------------------------------------------------------------------------- */

enum loa_err msg_cleanup_count(struct db *db, enum msg_cleanup_kind kind, int64_t before_ms,
                               int64_t *out)
{
    switch (kind) {
    case MSG_CLEANUP_DELIVERIES:
        return db_get_int(db, out,
                          "SELECT COUNT(*) FROM runs r JOIN deliveries d ON d.run_id = r.id WHERE "
                          "r.finished_ms > 0 AND r.finished_ms < $1 AND d.contact_id > 0 AND "
                          "d.state NOT IN (4, 7)",
                          "i", before_ms);
    case MSG_CLEANUP_EVENTS:
        return db_get_int(db, out,
                          "SELECT COUNT(*) FROM inbound WHERE state = 1 AND received_ms < $1", "i",
                          before_ms);
    case MSG_CLEANUP_REPLIES:
        return db_get_int(db, out,
                          "SELECT COUNT(*) FROM replies WHERE state IN (2, 3) AND created_ms < $1",
                          "i", before_ms);
    case MSG_CLEANUP_CONVERSATIONS:
        return db_get_int(
            db, out,
            "SELECT COUNT(*) FROM conversations WHERE at_ms < $1 AND (wants_person = 0 OR "
            "(person_ms >= asked_ms AND person_ms < $1))",
            "i", before_ms);
    case MSG_CLEANUP_QUESTIONS:
        return db_get_int(db, out, "SELECT COUNT(*) FROM unanswered WHERE at_ms < $1", "i",
                          before_ms);
    case MSG_CLEANUP_OCCURRENCES:
        return db_get_int(db, out,
                          "SELECT COUNT(*) FROM occurrences WHERE due_ms < $1 AND at_ms < $1 AND "
                          "state NOT IN ('asked', 'granted')",
                          "i", before_ms);
    case MSG_CLEANUP_OPT_OUTS:
        return db_get_int(db, out, "SELECT COUNT(*) FROM opt_outs WHERE at_ms < $1", "i",
                          before_ms);
    case MSG_CLEANUP_PORTAL:
        return db_get_int(db, out, "SELECT COUNT(*) FROM portal_lines WHERE at_ms < $1", "i",
                          before_ms);
    case MSG_CLEANUP_CONTACTS:
        return msg_cleanup_contacts_count(db, before_ms, out);
    case MSG_CLEANUP_REPLAYS:
        return db_get_int(db, out, "SELECT COUNT(*) FROM receipts WHERE hour < $1", "i",
                          before_ms / LOA_HOUR_MS);
    case MSG_CLEANUP_RECEIPTS:
        return db_get_int(db, out, "SELECT COUNT(*) FROM early_receipts WHERE at_ms < $1", "i",
                          before_ms);
    }
    return LOA_EINVAL;
}

enum loa_err msg_delivery_reached(struct db *db, int64_t run_id, int64_t *delivered, int64_t *seen)
{
    static const char *const queries[] = {
        "SELECT state, COUNT(*) FROM deliveries WHERE run_id = $1 AND state IN (5, 6) "
        "GROUP BY state",
        "SELECT state, CAST(SUM(n) AS BIGINT) FROM delivery_stats WHERE run_id = $1 AND "
        "state IN (5, 6) GROUP BY state",
    };
    enum loa_err err = LOA_OK;

    *delivered = *seen = 0;
    for (size_t i = 0; i < 2 && !err; i++) {
        struct db_stmt *st;

        err = db_query(db, &st, queries[i], "i", run_id);
        while (!err && db_next(st, &err)) {
            *delivered += db_int(st, 1); /* what was seen was delivered */
            *seen += db_int(st, 0) == MSG_DELIVERY_SEEN ? db_int(st, 1) : 0;
        }
    }
    return err;
}
