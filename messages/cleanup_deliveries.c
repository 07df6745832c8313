/* SPDX-License-Identifier: Apache-2.0 */
/* Deliveries of runs that ended long ago, contact by contact. The run keeps its numbers; how the
 * day went stays in delivery_stats. A public post (contact 0) is one row with an address: it
 * stays. */
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/cleanup_parts.h"
#include "messages/run.h"

/* What had to be left because it was in doubt may be settled by then. */
enum { LOOK_AGAIN_DAYS = 7 };

bool msg_counts_add(struct msg_counts *c, int64_t k0, int64_t k1, int64_t k2, int64_t k3)
{
    const int64_t key[4] = {k0, k1, k2, k3};
    size_t i = 0;

    while (i < c->n && memcmp(c->items[i].key, key, sizeof(key)) != 0)
        i++;
    if (i == MSG_COUNTS_MAX)
        return false;
    if (i == c->n) {
        memcpy(c->items[c->n].key, key, sizeof(key));
        c->items[c->n++].n = 0;
    }
    c->items[i].n++;
    return true;
}

/* The run to work on, or 0. */
static enum loa_err find_run(struct db *db, const struct msg_cleanup_step *s, int64_t *run,
                             int64_t *cursor)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT id, clean_cursor FROM runs WHERE cleaned_ms = 0 AND finished_ms > 0 AND "
                 "finished_ms < $1 ORDER BY finished_ms LIMIT 1 /*postgres FOR UPDATE*/",
                 "i", s->before_ms);

    *run = 0;
    while (!err && db_next(st, &err)) {
        *run = db_int(st, 0);
        *cursor = db_int(st, 1);
    }
    if (err || *run)
        return err;
    err = db_query(db, &st,
                   "SELECT id FROM runs WHERE clean_left > 0 AND cleaned_ms < $1 "
                   "ORDER BY cleaned_ms LIMIT 1 /*postgres FOR UPDATE*/",
                   "i", s->now - (int64_t)LOOK_AGAIN_DAYS * LOA_DAY_MS);
    while (!err && db_next(st, &err)) {
        *run = db_int(st, 0);
        *cursor = 0;
    }
    if (!err && *run)
        err = db_run(db, "UPDATE runs SET cleaned_ms = 0, clean_left = 0 WHERE id = $1", "i", *run);
    return err;
}

struct look {
    int64_t last;       /* contact */
    int64_t rows, left; /* looked at; of these unsettled */
    struct msg_counts counts;
};

static enum loa_err look(struct db *db, int64_t run, int64_t cursor, size_t max, struct look *l)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT contact_id, state, code, at_ms FROM deliveries WHERE run_id = $1 AND "
                 "contact_id > $2 ORDER BY contact_id LIMIT $3 /*postgres FOR UPDATE*/",
                 "iii", run, cursor, (int64_t)max);

    while (!err && db_next(st, &err)) {
        int64_t state = db_int(st, 1);

        if (state == MSG_DELIVERY_DOUBT || state == MSG_DELIVERY_LATER) {
            l->left++;
        } else if (!msg_counts_add(&l->counts, state, db_int(st, 2),
                                   loa_tz_civil(db_int(st, 3)).hour, 0)) {
            db_end(st);
            break;
        }
        l->last = db_int(st, 0);
        l->rows++;
    }
    return err;
}

static enum loa_err store_counts(struct db *db, int64_t run, const struct msg_counts *c)
{
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < c->n && !err; i++)
        err = db_run(db,
                     "INSERT INTO delivery_stats (run_id, state, code, hour, n) "
                     "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (run_id, state, code, hour) "
                     "DO UPDATE SET n = delivery_stats.n + $5",
                     "iiiii", run, c->items[i].key[0], c->items[i].key[1], c->items[i].key[2],
                     c->items[i].n);
    return err;
}

enum loa_err msg_cleanup_deliveries(struct db *db, struct msg_cleanup_step *s)
{
    struct look *l;
    int64_t run = 0, cursor = 0;
    enum loa_err err = find_run(db, s, &run, &cursor);

    s->over = !run;
    if (err || !run)
        return err;
    l = loa_xcalloc(1, sizeof(*l));
    err = look(db, run, cursor, s->max, l);
    if (!err && l->rows > l->left)
        err = db_run(db,
                     "DELETE FROM deliveries WHERE run_id = $1 AND contact_id > $2 AND "
                     "contact_id <= $3 AND state NOT IN (4, 7)",
                     "iii", run, cursor, l->last);
    if (!err)
        err = store_counts(db, run, &l->counts);
    if (!err && l->rows)
        err = db_run(db,
                     "UPDATE runs SET clean_cursor = $1, clean_left = clean_left + $2 "
                     "WHERE id = $3",
                     "iii", l->last, l->left, run);
    else if (!err)
        err = db_run(db, "UPDATE runs SET clean_cursor = 0, cleaned_ms = $1 WHERE id = $2", "ii",
                     s->now, run);
    s->dropped = l->rows - l->left;
    free(l);
    return err;
}
