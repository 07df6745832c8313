/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/lease.h"

#include <stdlib.h>

#include "messages/base/buf.h"
#include "messages/base/clock.h"
#include "messages/base/mem.h"

/* ---- one round ------------------------------------------------------------------------- */

static enum loa_err say_alive(struct db *db, const struct msg_lease_round *r)
{
    enum loa_err err = db_run(
        db,
        "INSERT INTO nodes (session, name, address, started_ms, seen_ms, skew_ms, deaf_ms) "
        "VALUES ($1, $2, $3, $4, $4, $5, $6) ON CONFLICT (session) DO UPDATE SET "
        "seen_ms = excluded.seen_ms, skew_ms = excluded.skew_ms, "
        "deaf_ms = excluded.deaf_ms",
        "issiii", r->session, r->name, r->address, r->now_ms, r->local_ms - r->now_ms, r->deaf_ms);

    if (!err && r->alone)
        err = db_run(db, "DELETE FROM nodes WHERE session <> $1", "i", r->session);
    if (!err)
        err = db_run(db, "DELETE FROM nodes WHERE seen_ms < $1", "i", r->now_ms - LOA_DAY_MS);
    return err;
}

static enum loa_err give_back(struct db *db, const struct msg_lease_round *r)
{
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < r->n_give && !err; i++)
        err = db_run(db,
                     "UPDATE leases SET session = 0, expires_ms = 0 WHERE account_id = $1 AND "
                     "session = $2",
                     "ii", r->give[i], r->session);
    return err;
}

/* Also one that has run out, as long as nobody else took it. */
static enum loa_err renew(struct db *db, const struct msg_lease_round *r)
{
    return db_run(db, "UPDATE leases SET expires_ms = $1, fence = fence + $2 WHERE session = $3",
                  "iii", r->now_ms + r->ttl_ms, (int64_t)r->refresh, r->session);
}

static enum loa_err take(struct db *db, const struct msg_lease_round *r, int64_t account,
                         bool *taken)
{
    enum loa_err err =
        db_run(db,
               "INSERT INTO leases (account_id, session, fence, since_ms, expires_ms) "
               "VALUES ($1, $2, 1, $3, $4) ON CONFLICT (account_id) DO UPDATE SET "
               "session = excluded.session, fence = leases.fence + 1, "
               "since_ms = excluded.since_ms, expires_ms = excluded.expires_ms "
               "WHERE leases.session <> excluded.session AND "
               "(leases.expires_ms <= $3 OR $5 = 1)",
               "iiiii", account, r->session, r->now_ms, r->now_ms + r->ttl_ms, (int64_t)r->alone);

    *taken = !err && db_changes(db) > 0;
    return err;
}

/* A list, since taking them while they are read would be reading what one writes. */
static enum loa_err find_free(struct db *db, const struct msg_lease_round *r, int64_t **out,
                              size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st,
        "SELECT a.id FROM (SELECT 0 AS id UNION ALL SELECT id FROM accounts) a LEFT JOIN leases l "
        "ON l.account_id = a.id WHERE l.account_id IS NULL OR (l.session <> $1 AND "
        "(l.expires_ms <= $2 OR $3 = 1)) ORDER BY a.id",
        "iii", r->session, r->now_ms, (int64_t)r->alone);

    while (!err && db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        (*out)[(*n)++] = db_int(st, 0);
    }
    return err;
}

struct census {
    int64_t nodes, accounts, mine;
    int64_t share; /* of one node, rounded up */
};

static enum loa_err count(struct db *db, const struct msg_lease_round *r, struct census *c)
{
    enum loa_err err = db_get_int(db, &c->nodes, "SELECT COUNT(*) FROM nodes WHERE seen_ms > $1",
                                  "i", r->now_ms - r->ttl_ms);

    if (!err)
        err = db_get_int(db, &c->accounts, "SELECT COUNT(*) FROM accounts", "");
    if (!err)
        err = db_get_int(db, &c->mine,
                         "SELECT COUNT(*) FROM leases WHERE session = $1 AND account_id <> 0", "i",
                         r->session);
    c->share = c->nodes ? (c->accounts + c->nodes - 1) / c->nodes : c->accounts;
    return err;
}

static enum loa_err take_free(struct db *db, const struct msg_lease_round *r, struct census *c)
{
    int64_t *free_ones = NULL;
    size_t n = 0;
    enum loa_err err = find_free(db, r, &free_ones, &n);

    for (size_t i = 0; i < n && !err; i++) {
        bool taken;

        if (free_ones[i] != MSG_LEASE_PLANNER && c->mine >= c->share)
            break;
        err = take(db, r, free_ones[i], &taken);
        c->mine += taken && free_ones[i] != MSG_LEASE_PLANNER;
    }
    free(free_ones);
    return err;
}

static void count_excess(struct msg_lease_round *r, const struct census *c)
{
    r->excess = c->mine > c->share ? (size_t)(c->mine - c->share) : 0;
}

static enum loa_err list_held(struct db *db, struct msg_lease_round *r)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st, "SELECT account_id, fence FROM leases WHERE session = $1 ORDER BY account_id", "i",
        r->session);

    while (!err && db_next(st, &err)) {
        r->held = loa_xrealloc(r->held, (r->n_held + 1) * sizeof(*r->held));
        r->held[r->n_held++] = (struct msg_lease){db_int(st, 0), db_int(st, 1)};
    }
    return err;
}

enum loa_err msg_lease_round(struct db *db, struct msg_lease_round *r)
{
    struct census c = {0};
    enum loa_err err = db_now(db, &r->now_ms);

    r->held = NULL;
    r->n_held = r->excess = 0;
    if (!err)
        err = say_alive(db, r);
    if (!err)
        err = give_back(db, r);
    if (!err)
        err = renew(db, r);
    if (!err)
        err = count(db, r, &c);
    if (!err)
        err = take_free(db, r, &c);
    if (!err)
        err = list_held(db, r);
    count_excess(r, &c);
    if (err) {
        free(r->held);
        r->held = NULL;
        r->n_held = 0;
    }
    return err;
}

enum loa_err msg_lease_deaf(struct db *db, int64_t *deaf_ms)
{
    return db_get_int(db, deaf_ms, "SELECT COALESCE(MAX(deaf_ms), 0) FROM nodes", "");
}

enum loa_err msg_lease_leave(struct db *db, int64_t session)
{
    enum loa_err err = db_run(
        db, "UPDATE leases SET session = 0, expires_ms = 0 WHERE session = $1", "i", session);

    return err ? err : db_run(db, "DELETE FROM nodes WHERE session = $1", "i", session);
}

enum loa_err msg_lease_check(struct db *db, int64_t account, int64_t fence)
{
    int64_t current = 0;
    enum loa_err err = db_get_int(
        db, &current, "SELECT fence FROM leases WHERE account_id = $1 /*postgres FOR SHARE*/", "i",
        account);

    if (err == LOA_ENOENT)
        return LOA_EPERM;
    return err || current == fence ? err : LOA_EPERM;
}

/* ---- for people ------------------------------------------------------------------------ */

static enum loa_err add_holdings(struct db *db, struct msg_node *node)
{
    struct loa_buf names = {0};
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT l.account_id, a.name FROM leases l LEFT JOIN accounts a ON "
                                "a.id = l.account_id WHERE l.session = $1 ORDER BY l.account_id",
                                "i", node->session);

    while (!err && db_next(st, &err)) {
        if (db_int(st, 0) == MSG_LEASE_PLANNER) {
            node->plans = true;
        } else if (db_text(st, 1)) {
            loa_buf_addf(&names, "%s%s", node->n_accounts++ ? "," : "", db_text(st, 1));
        }
    }
    node->accounts = loa_xstrdup(loa_buf_str(&names));
    loa_buf_release(&names);
    return err;
}

enum loa_err msg_nodes(struct db *db, struct msg_node **out, size_t *n)
{
    int64_t now = 0, longest = 0;
    struct db_stmt *st;
    enum loa_err err = db_now(db, &now);

    *out = NULL;
    *n = 0;
    if (!err)
        err = db_query(db, &st,
                       "SELECT session, name, address, started_ms, seen_ms, skew_ms FROM nodes "
                       "ORDER BY name, started_ms",
                       "");
    while (!err && db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        (*out)[(*n)++] = (struct msg_node){.session = db_int(st, 0),
                                           .name = loa_xstrdup(db_text(st, 1)),
                                           .address = loa_xstrdup(db_text(st, 2)),
                                           .started_ms = db_int(st, 3),
                                           .seen_ms = db_int(st, 4),
                                           .skew_ms = db_int(st, 5)};
    }
    for (size_t i = 0; i < *n && !err; i++) {
        err = add_holdings(db, &(*out)[i]);
        if (!err)
            err = db_get_int(db, &longest,
                             "SELECT COALESCE(MAX(expires_ms), 0) FROM leases WHERE session = $1",
                             "i", (*out)[i].session);
        (*out)[i].alive = longest > now || now - (*out)[i].seen_ms < 30 * LOA_SECOND_MS;
    }
    if (err) {
        msg_nodes_release(*out, *n);
        *out = NULL;
        *n = 0;
    }
    return err;
}

void msg_nodes_release(struct msg_node *nodes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(nodes[i].name);
        free(nodes[i].address);
        free(nodes[i].accounts);
    }
    free(nodes);
}
