/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/inbound.h"

#include <stdlib.h>

#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/receipt.h"

enum loa_err msg_inbound_reserve(struct db *db, size_t n, int64_t *first)
{
    return db_next_ids(db, "inbound", n, first);
}

enum loa_err msg_inbound_put(struct db *db, int64_t seq, int64_t account, const char *key,
                             const char *event, bool open, int64_t taken, int64_t now)
{
    enum loa_err err =
        db_run(db,
               "INSERT INTO inbound (seq, account_id, key, state, received_ms, event, taken) "
               "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_id, key) DO NOTHING",
               "iisiisi", seq, account, key, (int64_t)!open, now, event, taken);

    return err || db_changes(db) ? err : LOA_EEXIST; /* a number is lost, which does no harm */
}

enum loa_err msg_inbound_add(struct db *db, int64_t account, const char *key, const char *event,
                             bool open, int64_t taken, int64_t now, int64_t *seq)
{
    enum loa_err err = msg_inbound_reserve(db, 1, seq);

    return err ? err : msg_inbound_put(db, *seq, account, key, event, open, taken, now);
}

enum loa_err msg_inbound_of(struct db *db, int64_t seq, int64_t contact)
{
    return db_run(db, "UPDATE inbound SET contact_id = $1 WHERE seq = $2", "ii", contact, seq);
}

enum loa_err msg_inbound_wipe(struct db *db, int64_t seq)
{
    return db_run(db, "UPDATE inbound SET event = '{}' WHERE seq = $1", "i", seq);
}

enum loa_err msg_inbound_done(struct db *db, int64_t seq)
{
    enum loa_err err =
        db_run(db, "UPDATE inbound SET state = 1 WHERE seq = $1 AND state = 0", "i", seq);

    return err || db_changes(db) ? err : LOA_ENOENT;
}

static int by_seq(const void *a, const void *b)
{
    int64_t x = ((const struct msg_inbound *)a)->seq, y = ((const struct msg_inbound *)b)->seq;

    return (x > y) - (x < y);
}

enum loa_err msg_inbound_take(struct db *db, int64_t account, int64_t fence, size_t max,
                              struct msg_inbound **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st,
        "UPDATE inbound SET taken = $1 WHERE state = 0 AND seq IN (SELECT seq FROM inbound WHERE "
        "state = 0 AND account_id = $2 AND taken <> $1 ORDER BY seq LIMIT $3) "
        "RETURNING seq, account_id, event",
        "iii", fence, account, (int64_t)max);

    *out = NULL;
    *n = 0;
    while (!err && db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        (*out)[(*n)++] = (struct msg_inbound){
            .seq = db_int(st, 0), .account = db_int(st, 1), .event = loa_xstrdup(db_text(st, 2))};
    }
    if (*n)
        qsort(*out, *n, sizeof(**out), by_seq); /* RETURNING promises no order */
    return err;
}

/* ---- replies --------------------------------------------------------------------------- */

bool msg_reply_is_asked(int lane)
{
    return lane == MSG_REPLY_ANSWER || lane == MSG_REPLY_HUMAN;
}

void msg_reply_release(struct msg_reply *r)
{
    free(r->content);
    free(r->remote);
    *r = (struct msg_reply){0};
}

enum loa_err msg_reply_add(struct db *db, struct msg_reply *r, int64_t now)
{
    enum loa_err err = db_next_id(db, "replies", &r->id);

    if (err)
        return err;
    return db_run(db,
                  "INSERT INTO replies (id, account_id, contact_id, lane, content, state, "
                  "attempts, created_ms, due_ms, at_ms) VALUES ($1, $2, $3, $4, $5, 1, 1, $6, $6, "
                  "$6)",
                  "iiiisi", r->id, r->account, r->contact, (int64_t)r->lane, r->content, now);
}

enum loa_err msg_reply_set(struct db *db, int64_t id, enum msg_reply_state state, int code,
                           const char *remote_id, int64_t due_ms, int64_t now)
{
    enum loa_err err = db_run(
        db,
        "UPDATE replies SET state = $1, code = $2, remote_id = COALESCE($3, remote_id), "
        "due_ms = $4, at_ms = $5, attempts = attempts + $6 WHERE id = $7 AND "
        "(state <> 2 OR $1 = 2)", /* an echo that was faster has the last word */
        "iisiiii", (int64_t)state, (int64_t)code, remote_id && remote_id[0] ? remote_id : NULL,
        due_ms, now, (int64_t)(state == MSG_REPLY_HANDED), id);

    if (!err && state == MSG_REPLY_HANDED) /* an old doubt stays until this try has its outcome */
        return db_run(db, "UPDATE doubts SET sending = 1 WHERE kind = 2 AND item = $1", "i", id);
    if (err)
        return err;
    return db_run(db, "DELETE FROM doubts WHERE kind = 2 AND item = $1", "i", id);
}

enum loa_err msg_reply_doubt(struct db *db, int64_t id, enum msg_doubt_cause cause, int code,
                             int64_t due_ms, int64_t now)
{
    struct msg_doubt d = {.kind = MSG_DOUBT_REPLY, .item = id, .cause = cause, .code = code};
    int64_t state = MSG_REPLY_SENT;
    char early[160] = "";
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st, "SELECT account_id, contact_id, at_ms, state FROM replies WHERE id = $1", "i", id);

    while (!err && db_next(st, &err)) {
        d.account = db_int(st, 0);
        d.contact = db_int(st, 1);
        d.since_ms = db_int(st, 2);
        state = db_int(st, 3);
    }
    if (err || state == MSG_REPLY_SENT)
        return err;
    err = msg_run_receipt_take(db, d.account, d.contact, -id, d.since_ms, early, sizeof(early));
    if (!err && early[0])
        return msg_reply_set(db, id, MSG_REPLY_SENT, 0, early, 0, now);
    if (!err)
        err = db_run(db,
                     "UPDATE replies SET state = 4, code = $1, due_ms = $2, at_ms = $3 "
                     "WHERE id = $4",
                     "iiii", (int64_t)cause, due_ms, now, id);
    return err ? err : msg_doubt_note(db, &d, now);
}

enum loa_err msg_reply_hear(struct db *db, const struct msg_reply *r, int64_t since_ms, int64_t now,
                            bool *heard)
{
    char early[160] = "";
    enum loa_err err =
        msg_run_receipt_take(db, r->account, r->contact, -r->id, since_ms, early, sizeof(early));

    *heard = !err && early[0];
    return *heard ? msg_reply_set(db, r->id, MSG_REPLY_SENT, 0, early, 0, now) : err;
}

enum loa_err msg_reply_leave_out(struct db *db, int64_t id, int64_t now)
{
    enum loa_err err =
        db_run(db, "UPDATE doubts SET sending = 0 WHERE kind = 2 AND item = $1", "i", id);

    if (err)
        return err;
    if (!db_changes(db))
        return msg_reply_set(db, id, MSG_REPLY_FAILED, MSG_REPLY_OPTED_OUT, NULL, 0, now);
    return db_run(db,
                  "UPDATE replies SET state = 4, due_ms = $1, at_ms = $2 WHERE id = $3 AND "
                  "state <> 2",
                  "iii", now + INT64_C(365) * LOA_DAY_MS, now, id);
}

enum loa_err msg_reply_postpone(struct db *db, int64_t id, int64_t due_ms)
{
    return db_run(db, "UPDATE replies SET due_ms = $1 WHERE id = $2 AND state = 4", "ii", due_ms,
                  id);
}

enum loa_err msg_reply_recover(struct db *db, int64_t account, int64_t now, int64_t *doubtful)
{
    int64_t *ids = NULL;
    struct db_stmt *st;
    size_t n = 0;
    enum loa_err err = db_query(db, &st,
                                "SELECT id FROM replies WHERE account_id = $1 AND "
                                "state IN (0, 1, 4) AND state = 1 ORDER BY id",
                                "i", account);

    while (!err && db_next(st, &err)) {
        ids = loa_xrealloc(ids, (n + 1) * sizeof(*ids));
        ids[n++] = db_int(st, 0);
    }
    for (size_t i = 0; i < n && !err; i++)
        err = msg_reply_doubt(db, ids[i], MSG_DOUBT_CRASH, 0, now, now);
    *doubtful = err ? 0 : (int64_t)n;
    free(ids);
    return err;
}

enum loa_err msg_reply_open(struct db *db, int64_t session, int64_t now, size_t max,
                            struct msg_reply **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT r.id, r.account_id, r.contact_id, r.lane, r.content, r.state, r.attempts, "
                 "r.due_ms, r.at_ms, c.remote_id, r.created_ms FROM replies r "
                 "JOIN accounts a ON a.id = r.account_id AND a.state = 'active' JOIN contacts c ON "
                 "c.account_id = r.account_id AND c.id = r.contact_id "
                 "WHERE r.state IN (0, 1, 4) AND r.state <> 1 AND r.due_ms <= $1 AND ($3 = 0 OR "
                 "r.account_id IN (SELECT account_id FROM leases WHERE session = $3)) "
                 "ORDER BY r.id LIMIT $2",
                 "iii", now, (int64_t)max, session);

    *out = NULL;
    *n = 0;
    while (!err && db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        (*out)[(*n)++] = (struct msg_reply){
            .id = db_int(st, 0),
            .account = db_int(st, 1),
            .contact = db_int(st, 2),
            .lane = (int)db_int(st, 3),
            .content = loa_xstrdup(db_text(st, 4)),
            .state = (enum msg_reply_state)db_int(st, 5),
            .attempts = (int)db_int(st, 6),
            .due_ms = db_int(st, 7),
            .at_ms = db_int(st, 8),
            .remote = loa_xstrdup(db_text(st, 9)),
            .created_ms = db_int(st, 10),
        };
    }
    return err;
}

/* Without our own id: is the platform's known, or is one on its way that it may belong to? */
static enum loa_err look_for_owner(struct db *db, int64_t account, int64_t contact,
                                   const char *remote_id, int64_t *known, int64_t *handed)
{
    enum loa_err err =
        db_get_int(db, known,
                   "SELECT COUNT(*) FROM replies WHERE account_id = $1 AND contact_id = $2 AND "
                   "remote_id = $3",
                   "iis", account, contact, remote_id);

    if (err || *known)
        return err;
    return db_get_int(db, handed,
                      "SELECT COUNT(*) FROM replies WHERE account_id = $1 AND contact_id = $2 AND "
                      "state IN (0, 1, 4) AND state = 1",
                      "ii", account, contact);
}

enum loa_err msg_reply_receipt(struct db *db, int64_t account, int64_t contact, int64_t reply_id,
                               const char *remote_id, int64_t now)
{
    int64_t known = 0, handed = 0;
    enum loa_err err = LOA_OK;

    if (!reply_id)
        err = look_for_owner(db, account, contact, remote_id, &known, &handed);
    if (err)
        return err;
    if (!known && handed) /* it may be that one's: its outcome will tell */
        return LOA_ENOENT;
    err = db_run(db,
                 "UPDATE replies SET state = 2, at_ms = $1, remote_id = COALESCE(remote_id, $2) "
                 "WHERE account_id = $3 AND contact_id = $4 AND state IN (0, 1, 4) AND "
                 "(id = $5 OR ($5 = 0 AND remote_id = $2) OR ($5 = 0 AND $6 = 0 AND id = "
                 "(SELECT MAX(id) FROM replies WHERE account_id = $3 AND contact_id = $4 AND "
                 "state = 4 AND remote_id IS NULL AND created_ms >= $7)))",
                 "isiiiii", now, remote_id, account, contact, reply_id, known, now - LOA_DAY_MS);
    if (err || !db_changes(db))
        return err || known ? err : LOA_ENOENT;
    return db_run(db,
                  "DELETE FROM doubts WHERE kind = 2 AND account_id = $1 AND contact_id = $2 AND "
                  "EXISTS (SELECT 1 FROM replies p WHERE p.id = doubts.item AND p.state = 2)",
                  "ii", account, contact);
}
