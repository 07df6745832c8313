/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/stray.h"

#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/inbound.h"

enum { STRAYS_MAX = 256, RUNS_DAYS = 3 };

static void add(struct msg_strays *out, const struct db_stmt *st)
{
    if (!out->items)
        out->items = loa_xmalloc(STRAYS_MAX * sizeof(*out->items));
    out->items[out->n++] = (struct msg_stray){db_int(st, 0), db_int(st, 1), db_int(st, 2)};
}

enum loa_err msg_stray_windows(struct db *db, int64_t session, int64_t before_ms,
                               struct msg_strays *out)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT w.run_id, q.account_id, w.first_id FROM windows w "
                                "JOIN runs q ON q.id = w.run_id JOIN leases l ON "
                                "l.account_id = q.account_id AND l.session = $1 WHERE "
                                "w.claimed_ms <= $2 ORDER BY w.run_id, w.first_id LIMIT $3",
                                "iii", session, before_ms, (int64_t)STRAYS_MAX);

    *out = (struct msg_strays){0};
    while (!err && db_next(st, &err))
        add(out, st);
    return err;
}

enum loa_err msg_stray_replies(struct db *db, int64_t session, int64_t before_ms,
                               struct msg_strays *out)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT p.id, p.account_id, 0 FROM replies p JOIN leases l ON "
                                "l.account_id = p.account_id AND l.session = $1 WHERE "
                                "p.state IN (0, 1, 4) AND p.state = 1 AND p.at_ms <= $2 "
                                "ORDER BY p.id LIMIT $3",
                                "iii", session, before_ms, (int64_t)STRAYS_MAX);

    *out = (struct msg_strays){0};
    while (!err && db_next(st, &err))
        add(out, st);
    return err;
}

enum loa_err msg_stray_reply(struct db *db, int64_t id, int64_t now, int64_t *changed)
{
    enum loa_err err = db_get_int(db, changed,
                                  "SELECT COUNT(*) FROM replies WHERE id = $1 AND "
                                  "state IN (0, 1, 4) AND state = 1",
                                  "i", id);

    return err || !*changed ? err : msg_reply_doubt(db, id, MSG_DOUBT_CRASH, 0, now, now);
}

enum loa_err msg_stray_messages(struct db *db, int64_t now, int64_t *changed, int64_t *over)
{
    enum loa_err err = db_run(
        db,
        "UPDATE messages SET next_ms = $1 WHERE state = 'scheduled' AND next_ms = 0 AND "
        "updated_ms < $2 AND NOT EXISTS (SELECT 1 FROM runs q WHERE q.message_id = messages.id "
        "AND q.finished_ms = 0) AND NOT EXISTS (SELECT 1 FROM occurrences o WHERE "
        "o.message_id = messages.id AND o.state IN ('asked', 'granted'))",
        "ii", now, now - LOA_MINUTE_MS / 2);

    *changed = err ? 0 : db_changes(db);
    if (err)
        return err;
    return db_get_int(db, over,
                      "SELECT COUNT(*) FROM messages m WHERE m.state = 'sending' AND "
                      "m.updated_ms < $1 AND NOT EXISTS (SELECT 1 FROM runs q WHERE "
                      "q.message_id = m.id AND q.finished_ms = 0)",
                      "i", now - LOA_MINUTE_MS / 2);
}

enum loa_err msg_stray_runs(struct db *db, int64_t now, int64_t *changed)
{
    enum loa_err err = db_run(
        db,
        "UPDATE runs SET finished_ms = 0, state = 'sending' WHERE state = 'done' AND "
        "finished_ms >= $1 AND deadline_ms > $2 AND EXISTS (SELECT 1 FROM deliveries d WHERE "
        "d.run_id = runs.id AND d.state IN (4, 7) AND d.state = 7)",
        "ii", now - (int64_t)RUNS_DAYS * LOA_DAY_MS, now);

    *changed = err ? 0 : db_changes(db);
    return err;
}
