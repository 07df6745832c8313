/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/delivery.h"

#include <stdlib.h>
#include <string.h>

#include "messages/base/crypto.h"
#include "messages/base/mem.h"
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

static struct msg_doubt doubt_of(int64_t run_id, int64_t account, const struct msg_outcome *o)
{
    return (struct msg_doubt){.kind = MSG_DOUBT_DELIVERY,
                              .item = run_id,
                              .contact = o->contact_id,
                              .account = account,
                              .since_ms = o->since_ms ? o->since_ms : o->at_ms,
                              .cause = o->cause,
                              .code = o->code};
}

/* The ledger of doubts follows that of deliveries. */
static enum loa_err follow(struct db *db, int64_t run_id, int64_t account,
                           const struct msg_outcome *o)
{
    struct msg_doubt d = doubt_of(run_id, account, o);

    if (o->state != MSG_DELIVERY_DOUBT)
        return o->replaces ? msg_doubt_clear(db, d.kind, run_id, o->contact_id) : LOA_OK;
    if (o->replaces && !o->since_ms)
        return msg_doubt_back(db, run_id, o->contact_id, o->again);
    return msg_doubt_note(db, &d, o->at_ms);
}

static int64_t code_of(const struct msg_outcome *o)
{
    return o->state == MSG_DELIVERY_DOUBT ? (int64_t)o->cause : (int64_t)o->code;
}

/* LOA_EEXIST: an echo was faster and settled it, or it is a row too many, which must not hold up a
 * thousand others. */
static enum loa_err write_one(struct db *db, int64_t run_id, const struct msg_outcome *o)
{
    int64_t code = code_of(o);
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

/* ---- a batch as a few statements --------------------------------------------------------- */

/* Those of a batch that an early receipt may be about. */
struct heard {
    int64_t *contacts; /* ascending */
    size_t n;
};

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static enum loa_err who_is_heard(struct db *db, int64_t account, const struct msg_outcome *outcomes,
                                 size_t n, struct heard *out)
{
    int64_t first = INT64_MAX, last = 0;
    struct db_stmt *st;
    enum loa_err err;

    for (size_t i = 0; i < n; i++) {
        first = outcomes[i].contact_id < first ? outcomes[i].contact_id : first;
        last = outcomes[i].contact_id > last ? outcomes[i].contact_id : last;
    }
    err = db_query(db, &st,
                   "SELECT contact_id FROM early_receipts WHERE account_id = $1 AND "
                   "contact_id >= $2 AND contact_id <= $3 ORDER BY contact_id",
                   "iii", account, first, last);
    while (!err && db_next(st, &err)) {
        out->contacts = loa_xrealloc(out->contacts, (out->n + 1) * sizeof(*out->contacts));
        out->contacts[out->n++] = db_int(st, 0);
    }
    return err;
}

/* Nothing to look up before: nearly all of a broadcast, and of what a crash leaves in doubt. */
static bool is_plain(const struct msg_outcome *o, const struct heard *h)
{
    if (o->replaces)
        return false;
    return o->state != MSG_DELIVERY_DOUBT || !h->n ||
           !bsearch(&o->contact_id, h->contacts, h->n, sizeof(*h->contacts), compare);
}

static enum loa_err write_doubts(struct db *db, int64_t run_id, int64_t account,
                                 const struct msg_outcome *outcomes, size_t n,
                                 const struct heard *h)
{
    struct db_rows *rows = msg_doubt_rows();
    enum loa_err err;

    for (size_t i = 0; i < n; i++) {
        const struct msg_outcome *o = &outcomes[i];
        struct msg_doubt d = doubt_of(run_id, account, o);

        if (o->state == MSG_DELIVERY_DOUBT && is_plain(o, h))
            msg_doubt_rows_add(rows, &d, o->at_ms);
    }
    err = msg_doubt_note_many(db, rows);
    db_rows_free(rows);
    return err;
}

static struct db_rows *plain_rows(int64_t run_id, const struct msg_outcome *outcomes, size_t n,
                                  const struct heard *h)
{
    struct db_rows *rows = db_rows_new("iiiiiis");

    for (size_t i = 0; i < n; i++) {
        const struct msg_outcome *o = &outcomes[i];

        if (is_plain(o, h))
            db_rows_add(rows, run_id, o->contact_id, (int64_t)o->state, code_of(o), o->at_ms,
                        msg_remote_hash(o->remote_id),
                        msg_remote_text(o->contact_id, o->remote_id));
    }
    return rows;
}

/* The plain ones together. *done is false when one of them was a row too many: which one shows when
 * they are written one by one. */
static enum loa_err write_plain(struct db *db, int64_t run_id, int64_t account,
                                const struct msg_outcome *outcomes, size_t n, const struct heard *h,
                                bool *done)
{
    struct db_rows *rows = plain_rows(run_id, outcomes, n, h);
    int64_t changed = 0, wanted = (int64_t)db_rows_count(rows);
    enum loa_err err = db_savepoint(db), released;

    if (!err) {
        err = db_run_many(db,
                          "INSERT INTO deliveries (run_id, contact_id, state, code, at_ms, remote, "
                          "remote_id) VALUES ($1, $2, $3, $4, $5, $6, $7) "
                          "ON CONFLICT (run_id, contact_id) DO NOTHING",
                          rows, &changed);
        *done = !err && changed == wanted;
        if (*done && account)
            err = write_doubts(db, run_id, account, outcomes, n, h);
        if (err || !*done)
            db_rollback_to(db);
        released = db_release(db);
        err = err ? err : released;
    }
    db_rows_free(rows);
    return err;
}

/* ---- the ledger -------------------------------------------------------------------------- */

static enum loa_err account_of(struct db *db, int64_t run_id, const struct msg_outcome *outcomes,
                               size_t n, int64_t *account)
{
    *account = 0;
    for (size_t i = 0; i < n; i++) {
        if (outcomes[i].state == MSG_DELIVERY_DOUBT)
            return db_get_int(db, account, "SELECT account_id FROM runs WHERE id = $1", "i",
                              run_id);
    }
    return LOA_OK;
}

static enum loa_err record_one(struct db *db, int64_t run_id, int64_t account,
                               struct msg_outcome *o, struct msg_tally *t)
{
    bool doubt = o->state == MSG_DELIVERY_DOUBT;
    enum loa_err err = doubt && o->since_ms ? msg_delivery_hear(db, account, run_id, o) : LOA_OK;

    if (!err)
        err = write_one(db, run_id, o);
    if (err == LOA_EEXIST)
        return LOA_OK;
    if (!err && (doubt || o->replaces))
        err = follow(db, run_id, account, o);
    count_one(t, o);
    return err;
}

enum loa_err msg_run_record(struct db *db, int64_t run_id, const struct msg_outcome *outcomes,
                            size_t n)
{
    struct msg_tally t = {0};
    struct heard heard = {0};
    int64_t account;
    bool plain_done = false;
    enum loa_err err = account_of(db, run_id, outcomes, n, &account);

    if (!err && n > 1 && account)
        err = who_is_heard(db, account, outcomes, n, &heard);
    if (!err && n > 1)
        err = write_plain(db, run_id, account, outcomes, n, &heard, &plain_done);
    for (size_t i = 0; i < n && !err; i++) {
        struct msg_outcome settled = outcomes[i];

        if (plain_done && is_plain(&settled, &heard))
            count_one(&t, &settled);
        else
            err = record_one(db, run_id, account, &settled, &t);
    }
    free(heard.contacts);
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
