/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/delivery.h"

#include <string.h>

#include "messages/base/crypto.h"
#include "messages/receipt.h"
#include "messages/run_parts.h"

void msg_tally_count(struct msg_tally *t, enum msg_delivery_state state, int n)
{
    switch (state) {
    case MSG_DELIVERY_SENT:
    case MSG_DELIVERY_DELIVERED:
    case MSG_DELIVERY_SEEN:
        t->sent += n;
        break;
    case MSG_DELIVERY_FAILED:
        t->failed += n;
        break;
    case MSG_DELIVERY_SKIPPED:
        t->skipped += n;
        break;
    case MSG_DELIVERY_DOUBT:
        t->in_doubt += n;
        break;
    case MSG_DELIVERY_LATER:
        break;
    }
}

enum loa_err msg_tally_add(struct db *db, int64_t run_id, const struct msg_tally *t)
{
    /* Nodes that store receipts must not queue behind the one that sends. */
    if (!t->sent && !t->failed && !t->skipped && !t->in_doubt)
        return LOA_OK;
    return db_run_lazy(
        db,
        "UPDATE runs SET sent = sent + $1, failed = failed + $2, skipped = skipped + $3, "
        "in_doubt = in_doubt + $4, charged = charged + $5, "
        "total = sent + failed + skipped + in_doubt + $1 + $2 + $3 + $4 WHERE id = $6",
        "iiiiii", t->sent, t->failed, t->skipped, t->in_doubt, t->charged, run_id);
}

int64_t msg_remote_hash(const char *remote_id)
{
    return remote_id && *remote_id ? loa_hash64(remote_id) : 0;
}

const char *msg_remote_text(int64_t contact_id, const char *remote_id)
{
    return !contact_id && remote_id && *remote_id ? remote_id : NULL;
}

enum loa_err msg_delivery_hear(struct db *db, int64_t account, int64_t run_id,
                               struct msg_outcome *o)
{
    char remote_id[sizeof(o->remote_id)] = "";
    enum loa_err err = msg_run_receipt_take(db, account, o->contact_id, run_id, o->since_ms,
                                            remote_id, sizeof(remote_id));

    if (!err && remote_id[0]) {
        o->state = MSG_DELIVERY_SENT;
        o->code = 0;
        memcpy(o->remote_id, remote_id, sizeof(remote_id));
    }
    return err;
}

/* The ledger of doubts follows that of deliveries. */
static enum loa_err follow(struct db *db, int64_t run_id, int64_t account,
                           const struct msg_outcome *o)
{
    struct msg_doubt d = {.kind = MSG_DOUBT_DELIVERY,
                          .item = run_id,
                          .contact = o->contact_id,
                          .account = account,
                          .since_ms = o->since_ms ? o->since_ms : o->at_ms,
                          .cause = o->cause,
                          .code = o->code};

    if (o->state != MSG_DELIVERY_DOUBT)
        return o->replaces ? msg_doubt_clear(db, d.kind, run_id, o->contact_id) : LOA_OK;
    if (o->replaces && !o->since_ms)
        return msg_doubt_back(db, run_id, o->contact_id, o->again);
    return msg_doubt_note(db, &d, o->at_ms);
}

/* LOA_EEXIST: an echo was faster and settled it, or it is a row too many, which must not hold up a
 * thousand others. */
static enum loa_err write_one(struct db *db, int64_t run_id, const struct msg_outcome *o)
{
    int64_t code = o->state == MSG_DELIVERY_DOUBT ? (int64_t)o->cause : (int64_t)o->code;
    enum loa_err err;

    if (o->replaces)
        err = db_run(db,
                     "UPDATE deliveries SET state = $1, code = $2, at_ms = $3, "
                     "remote = $4, remote_id = $5 "
                     "WHERE run_id = $6 AND contact_id = $7 AND state IN (4, 7) AND state = 4",
                     "iiiisii", (int64_t)o->state, code, o->at_ms, msg_remote_hash(o->remote_id),
                     msg_remote_text(o->contact_id, o->remote_id), run_id, o->contact_id);
    else
        err = db_run(db,
                     "INSERT INTO deliveries (run_id, contact_id, state, code, at_ms, remote, "
                     "remote_id) VALUES ($1, $2, $3, $4, $5, $6, $7) "
                     "ON CONFLICT (run_id, contact_id) DO NOTHING",
                     "iiiiiis", run_id, o->contact_id, (int64_t)o->state, code, o->at_ms,
                     msg_remote_hash(o->remote_id), msg_remote_text(o->contact_id, o->remote_id));
    return !err && !db_changes(db) ? LOA_EEXIST : err;
}

static void count_one(struct msg_tally *t, const struct msg_outcome *o)
{
    if (o->replaces)
        msg_tally_count(t, MSG_DELIVERY_DOUBT, -1);
    msg_tally_count(t, o->state, 1);
    t->charged += o->charged && o->state == MSG_DELIVERY_SENT;
}

/* Nothing to look up before, nothing to follow after: nearly all of a broadcast. */
static bool is_plain(const struct msg_outcome *o)
{
    return !o->replaces && o->state != MSG_DELIVERY_DOUBT;
}

static struct db_rows *plain_rows(int64_t run_id, const struct msg_outcome *outcomes, size_t n)
{
    struct db_rows *rows = db_rows_new("iiiiiis");

    for (size_t i = 0; i < n; i++) {
        const struct msg_outcome *o = &outcomes[i];

        if (is_plain(o))
            db_rows_add(rows, run_id, o->contact_id, (int64_t)o->state, (int64_t)o->code, o->at_ms,
                        msg_remote_hash(o->remote_id),
                        msg_remote_text(o->contact_id, o->remote_id));
    }
    return rows;
}

/* The plain ones as one statement. *done is false when one of them was a row too many: which one
 * shows when they are written one by one. */
static enum loa_err write_plain(struct db *db, int64_t run_id, const struct msg_outcome *outcomes,
                                size_t n, bool *done)
{
    struct db_rows *rows = plain_rows(run_id, outcomes, n);
    int64_t changed = 0, wanted = (int64_t)db_rows_count(rows);
    enum loa_err err = db_savepoint(db), released;

    if (!err) {
        err = db_run_many(db,
                          "INSERT INTO deliveries (run_id, contact_id, state, code, at_ms, remote, "
                          "remote_id) VALUES ($1, $2, $3, $4, $5, $6, $7) "
                          "ON CONFLICT (run_id, contact_id) DO NOTHING",
                          rows, &changed);
        *done = !err && changed == wanted;
        if (!*done)
            db_rollback_to(db);
        released = db_release(db);
        err = err ? err : released;
    }
    db_rows_free(rows);
    return err;
}

enum loa_err msg_run_record(struct db *db, int64_t run_id, const struct msg_outcome *outcomes,
                            size_t n)
{
    struct msg_tally t = {0};
    int64_t account = 0;
    bool plain_done = false;
    enum loa_err err = n > 1 ? write_plain(db, run_id, outcomes, n, &plain_done) : LOA_OK;

    for (size_t i = 0; i < n && !err; i++) {
        struct msg_outcome settled = outcomes[i], *o = &settled;
        bool doubt = o->state == MSG_DELIVERY_DOUBT;

        if (plain_done && is_plain(o)) {
            count_one(&t, o);
            continue;
        }
        if (doubt && !account)
            err =
                db_get_int(db, &account, "SELECT account_id FROM runs WHERE id = $1", "i", run_id);
        if (!err && doubt && o->since_ms)
            err = msg_delivery_hear(db, account, run_id, o);
        if (!err)
            err = write_one(db, run_id, o);
        if (err == LOA_EEXIST) {
            err = LOA_OK;
            continue;
        }
        if (!err && (doubt || o->replaces))
            err = follow(db, run_id, account, o);
        count_one(&t, o);
    }
    if (!err && n == 1 && !outcomes[0].contact_id) /* a post: what staff wanted of it is done */
        err = db_run_lazy(db, "UPDATE runs SET post_again = 0 WHERE id = $1", "i", run_id);
    return err ? err : msg_tally_add(db, run_id, &t);
}

/* ---- what waited for later ------------------------------------------------------------- */

enum loa_err msg_run_take_later(struct db *db, const struct msg_run *r, size_t max, int64_t now,
                                struct msg_targets *out)
{
    struct msg_tally tally = {0};
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT c.id, c.remote_id, c.name, c.last_seen_ms, c.status, c.opted_out "
                 "FROM deliveries d JOIN contacts c ON c.account_id = $1 AND c.id = d.contact_id "
                 "WHERE d.run_id = $2 AND d.state IN (4, 7) AND d.state = 7 AND d.at_ms <= $3 "
                 "ORDER BY d.contact_id LIMIT $4",
                 "iiii", r->account_id, r->id, now, (int64_t)max);

    *out = (struct msg_targets){0};
    while (!err && db_next(st, &err))
        msg_targets_add(out, st);
    for (size_t i = 0; i < out->n && !err; i++)
        err = db_run_lazy(
            db,
            "UPDATE deliveries SET state = 4, code = 0, at_ms = $1 WHERE run_id = $2 AND "
            "contact_id = $3",
            "iii", now, r->id, out->items[i].contact_id);
    tally.in_doubt = (int64_t)out->n;
    if (!err && out->n)
        err = msg_tally_add(db, r->id, &tally);
    if (err)
        msg_targets_release(out);
    return err;
}

enum loa_err msg_run_count(struct db *db, int64_t run_id, enum msg_delivery_state state,
                           int64_t *out)
{
    return db_get_int(db, out,
                      "SELECT COUNT(*) FROM deliveries WHERE run_id = $1 AND state IN (4, 7) AND "
                      "state = $2",
                      "ii", run_id, (int64_t)state);
}
