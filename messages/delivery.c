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
    return db_run(db,
                  "UPDATE runs SET sent = sent + $1, failed = failed + $2, skipped = skipped + $3, "
                  "in_doubt = in_doubt + $4, "
                  "total = sent + failed + skipped + in_doubt + $1 + $2 + $3 + $4 WHERE id = $5",
                  "iiiii", t->sent, t->failed, t->skipped, t->in_doubt, run_id);
}

int64_t msg_remote_hash(const char *remote_id)
{
    return remote_id && *remote_id ? loa_hash64(remote_id) : 0;
}

const char *msg_remote_text(int64_t contact_id, const char *remote_id)
{
    return !contact_id && remote_id && *remote_id ? remote_id : NULL;
}

static enum loa_err settle(struct db *db, int64_t run_id, const struct msg_outcome *o)
{
    return db_run(db,
                  "UPDATE deliveries SET state = $1, code = $2, at_ms = $3, "
                  "remote = $4, remote_id = $5 "
                  "WHERE run_id = $6 AND contact_id = $7 AND state IN (4, 7) AND state = 4",
                  "iiiisii", (int64_t)o->state, (int64_t)o->code, o->at_ms,
                  msg_remote_hash(o->remote_id), msg_remote_text(o->contact_id, o->remote_id),
                  run_id, o->contact_id);
}

static enum loa_err settle_by_echo(struct db *db, int64_t run_id, struct msg_outcome *o)
{
    char remote_id[sizeof(o->remote_id)] = "";
    int64_t account = 0;
    enum loa_err err;

    if (o->state != MSG_DELIVERY_DOUBT || !o->since_ms)
        return LOA_OK;
    err = db_get_int(db, &account, "SELECT account_id FROM runs WHERE id = $1", "i", run_id);
    if (!err)
        err = msg_run_receipt_take(db, account, o->contact_id, o->since_ms, remote_id,
                                   sizeof(remote_id));
    if (!err && remote_id[0]) {
        o->state = MSG_DELIVERY_SENT;
        o->code = 0;
        memcpy(o->remote_id, remote_id, sizeof(remote_id));
    }
    return err;
}

enum loa_err msg_run_record(struct db *db, int64_t run_id, const struct msg_outcome *outcomes,
                            size_t n)
{
    struct msg_tally t = {0};
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < n && !err; i++) {
        struct msg_outcome settled, *o = &settled;

        settled = outcomes[i];
        err = settle_by_echo(db, run_id, o);
        if (err)
            break;
        if (o->replaces) {
            err = settle(db, run_id, o);
            if (!err && !db_changes(db)) /* an echo was faster and settled it */
                continue;
            msg_tally_count(&t, MSG_DELIVERY_DOUBT, -1);
        } else {
            err = db_run(db,
                         "INSERT INTO deliveries (run_id, contact_id, state, code, at_ms, remote, "
                         "remote_id) VALUES ($1, $2, $3, $4, $5, $6, $7) "
                         "ON CONFLICT (run_id, contact_id) DO NOTHING",
                         "iiiiiis", run_id, o->contact_id, (int64_t)o->state, (int64_t)o->code,
                         o->at_ms, msg_remote_hash(o->remote_id),
                         msg_remote_text(o->contact_id, o->remote_id));
            if (!err && !db_changes(db)) /* a row too many must not hold up a thousand others */
                continue;
        }
        msg_tally_count(&t, o->state, 1);
    }
    return err ? err : msg_tally_add(db, run_id, &t);
}

/* ---- what is unsettled ------------------------------------------------------------------- */

static enum loa_err claim_unsettled(struct db *db, const struct msg_run *r,
                                    enum msg_delivery_state which, int64_t now,
                                    const struct msg_targets *t)
{
    struct msg_tally tally = {.in_doubt = which == MSG_DELIVERY_LATER ? (int64_t)t->n : 0};
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < t->n && !err; i++)
        err = db_run(db,
                     "UPDATE deliveries SET state = 4, at_ms = $1 WHERE run_id = $2 AND "
                     "contact_id = $3",
                     "iii", now, r->id, t->items[i].contact_id);
    return err || !tally.in_doubt ? err : msg_tally_add(db, r->id, &tally);
}

/* The last look before a doubt is sent again: an echo that could have been another message's when
 * it came, and turned out not to be, was this one's. */
static enum loa_err drop_echoed(struct db *db, int64_t run_id, int64_t now, struct msg_targets *t)
{
    size_t kept = 0;
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < t->n; i++) {
        struct msg_target *target = &t->items[i];
        struct msg_outcome o = {.contact_id = target->contact_id,
                                .at_ms = now,
                                .since_ms = target->noted_ms,
                                .state = MSG_DELIVERY_DOUBT,
                                .replaces = true};

        if (!err)
            err = settle_by_echo(db, run_id, &o);
        if (!err && o.state == MSG_DELIVERY_SENT) {
            o.since_ms = 0;
            err = msg_run_record(db, run_id, &o, 1);
            free(target->remote_id);
            free(target->name);
        } else {
            t->items[kept++] = *target;
        }
    }
    t->n = kept;
    return err;
}

enum loa_err msg_run_take(struct db *db, const struct msg_run *r, enum msg_delivery_state which,
                          int64_t before_ms, size_t max, int64_t now, struct msg_targets *out)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT c.id, c.remote_id, c.name, c.last_seen_ms, c.status, c.opted_out, d.at_ms "
                 "FROM deliveries d JOIN contacts c ON c.account_id = $1 AND c.id = d.contact_id "
                 "WHERE d.run_id = $2 AND d.state IN (4, 7) AND d.state = $3 AND d.at_ms <= $4 "
                 "ORDER BY d.contact_id LIMIT $5",
                 "iiiii", r->account_id, r->id, (int64_t)which, before_ms, (int64_t)max);

    *out = (struct msg_targets){0};
    while (!err && db_next(st, &err)) {
        msg_targets_add(out, st);
        out->items[out->n - 1].noted_ms = db_int(st, 6);
    }
    if (!err && which == MSG_DELIVERY_DOUBT)
        err = drop_echoed(db, r->id, now, out);
    if (!err)
        err = claim_unsettled(db, r, which, now, out);
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
