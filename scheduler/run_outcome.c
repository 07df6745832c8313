/* SPDX-License-Identifier: Apache-2.0 */
/* What became of each recipient, collected and written in batches: many rows in one transaction,
 * none older than FLUSH_MS unless the batch before it is still being written. Until they are stored
 * they stay in memory; if the store fails they are tried again, and nothing new is sent meanwhile.
 */
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/receipt.h"
#include "scheduler/run_parts.h"

enum { AGAIN_SOON_MS = 20, AGAIN_MS = 500 };

void run_sweep(struct run *r)
{
    struct window **at = &r->windows;

    while (*at) {
        struct window *w = *at;

        if (!w->done) {
            at = &w->next;
            continue;
        }
        *at = w->next;
        run_window_free(w);
    }
}

static void *grow(void *items, size_t n, size_t size)
{
    return n & (n - 1) ? items : loa_xrealloc(items, (n ? 2 * n : 1) * size);
}

static void on_flush(uv_timer_t *t)
{
    struct sched_engine *e = t->data;

    for (struct run *r = e->runs; r; r = r->next)
        broadcast_flush(r, true);
}

static void flush_soon(struct run *r)
{
    struct sched_engine *e = r->engine;

    if (r->batch.n >= FLUSH_MAX)
        broadcast_flush(r, false);
    else if (!uv_is_active((uv_handle_t *)&e->flush))
        uv_timer_start(&e->flush, on_flush, FLUSH_MS, 0);
}

/* Outside the free time of the platform's rules, or by a template where that is the dear lane. */
static bool is_charged(const struct run *r, const struct msg_target *t, int64_t at_ms)
{
    const struct channel_rules *rules = r->rules;
    bool fresh = t->last_seen_ms && at_ms - t->last_seen_ms < rules->free_ms;

    return !r->post && !fresh && (rules->charged || r->has_utility);
}

void run_outcome_at(struct run *r, struct window *w, size_t i, enum msg_delivery_state state,
                    int code, const char *remote_id, int64_t at_ms)
{
    struct outcome_batch *b = &r->batch;
    /* Nothing more went out to someone whom it may have reached already. Claimed and given back,
     * it still waits to be sent again. */
    bool back = w->doubtful && state == MSG_DELIVERY_LATER && !code;
    bool stays = back || (w->doubtful && state == MSG_DELIVERY_SKIPPED);
    struct msg_outcome *o;

    if (stays) {
        state = MSG_DELIVERY_DOUBT;
        code = 0;
    }
    r->moves++;
    b->items = grow(b->items, b->n, sizeof(*b->items));
    o = &b->items[b->n++];
    *o = (struct msg_outcome){.contact_id = w->targets.items[i].contact_id,
                              .at_ms = at_ms,
                              .state = state,
                              .code = code,
                              .replaces = w->replaces,
                              .again = back};
    if (state == MSG_DELIVERY_DOUBT && !stays) {
        o->since_ms = r->doubt.since_ms;
        o->cause = r->doubt.cause;
    }
    o->charged = state == MSG_DELIVERY_SENT && is_charged(r, &w->targets.items[i], at_ms);
    if (remote_id)
        memcpy(o->remote_id, remote_id, strnlen(remote_id, sizeof(o->remote_id) - 1));
    r->account->sent += state == MSG_DELIVERY_SENT;
    r->account->failed += state == MSG_DELIVERY_FAILED;
    r->account->doubtful += state == MSG_DELIVERY_DOUBT && !stays;
    if (--w->left == 0) {
        w->done = true;
        if (w->listed) {
            b->windows = grow(b->windows, b->n_windows, sizeof(*b->windows));
            b->windows[b->n_windows++] = w->targets.first_id;
        }
    }
    flush_soon(r);
}

void run_outcome(struct run *r, struct window *w, size_t i, enum msg_delivery_state state, int code,
                 const char *remote_id)
{
    run_outcome_at(r, w, i, state, code, remote_id, loa_clock_wall());
}

void run_contact_change(struct run *r, int64_t contact_id, enum channel_gone gone)
{
    struct outcome_batch *b = &r->batch;

    if (gone == CHANNEL_GONE_NO)
        return;
    b->changes = grow(b->changes, b->n_changes, sizeof(*b->changes));
    b->changes[b->n_changes++] = (struct contact_change){contact_id, gone};
}

/* ---- writing a batch ------------------------------------------------------------------- */

struct flush_job {
    struct run *run;
    int64_t run_id, account_id;
    bool evidence; /* tried as such already */
    bool tried;    /* failed once before */
    struct outcome_batch batch;
};

static enum loa_err change_contact(struct db *db, int64_t account, const struct contact_change *c)
{
    switch (c->gone) {
    case CHANNEL_GONE_WINDOW: /* we thought otherwise: wait until the person writes again */
        return db_run(db, "UPDATE contacts SET last_seen_ms = 0 WHERE account_id = $1 AND id = $2",
                      "ii", account, c->contact_id);
    case CHANNEL_GONE_UNSUBSCRIBED:
        return msg_contact_status_set(db, account, c->contact_id, MSG_CONTACT_UNSUBSCRIBED);
    case CHANNEL_GONE_BLOCKED:
        return msg_contact_status_set(db, account, c->contact_id, MSG_CONTACT_BLOCKED);
    case CHANNEL_GONE_INVALID:
        return msg_contact_status_set(db, account, c->contact_id, MSG_CONTACT_INVALID);
    case CHANNEL_GONE_NO:
        break;
    }
    return LOA_OK;
}

static enum loa_err flush_work(struct db *db, void *arg)
{
    struct flush_job *j = arg;
    enum loa_err err = msg_run_record(db, j->run_id, j->batch.items, j->batch.n);

    for (size_t i = 0; i < j->batch.n_changes && !err; i++)
        err = change_contact(db, j->account_id, &j->batch.changes[i]);
    for (size_t i = 0; i < j->batch.n_windows && !err; i++)
        err = msg_run_window_done(db, j->run_id, j->batch.windows[i]);
    return err;
}

/* ---- what is known of an account that another node works by now ------------------------- */

/* It went out while we still had the lease: for the new holder that is what an echo would be. */
static enum loa_err evidence_work(struct db *db, void *arg)
{
    struct flush_job *j = arg;
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < j->batch.n && !err; i++) {
        const struct msg_outcome *o = &j->batch.items[i];

        if (o->state != MSG_DELIVERY_SENT || !o->remote_id[0])
            continue;
        err = msg_run_receipt(db, j->account_id, o->contact_id, j->run_id, o->remote_id,
                              MSG_DELIVERY_SENT, o->at_ms);
        if (err == LOA_ENOENT)
            err = msg_run_receipt_early(db, j->account_id, o->contact_id, j->run_id, o->remote_id,
                                        o->at_ms);
    }
    return err;
}

static void batch_free(struct outcome_batch *b)
{
    free(b->items);
    free(b->changes);
    free(b->windows);
    *b = (struct outcome_batch){0};
}

static bool has_some(const struct outcome_batch *b)
{
    return b->n || b->n_windows || b->n_changes;
}

static void flush_done(void *arg, enum loa_err result);

static void submit(struct flush_job *j)
{
    engine_write_for(j->run->account, flush_work, flush_done, j);
}

/* The store could not take it (a full disk, say): keep it and try until it can. */
static void try_again(void *arg)
{
    submit(arg);
}

static void flush_done(void *arg, enum loa_err result)
{
    struct flush_job *j = arg;
    struct run *r = j->run;
    struct sched_engine *e = r->engine;

    if (result == LOA_EPERM && r->lost && !j->evidence) {
        j->evidence = true;
        engine_write(e, evidence_work, flush_done, j);
        engine_job_done(e);
        return;
    }
    if (result && !j->evidence) {
        if (!e->failed)
            LOA_LOG(LOA_LOG_ERROR, "outcomes cannot be stored, sending stops until they can",
                    F("run", j->run_id), F("why", store_why(e->store, result)));
        e->failed = true;
        if (!e->stopping) {
            engine_after(e, j->tried ? AGAIN_MS : AGAIN_SOON_MS, try_again, j);
            j->tried = true;
            engine_job_done(e);
            return;
        }
        /* Their windows stay noted: after the next start they are in doubt, not lost. */
        LOA_LOG(LOA_LOG_ERROR, "outcomes given up at the stop", F("run", j->run_id),
                F("count", j->batch.n));
    } else if (!result && e->failed) {
        LOA_LOG(LOA_LOG_INFO, "outcomes are stored again", F("run", j->run_id));
        e->failed = false;
    }
    r->flushing = false;
    r->unstored = r->unstored || (result && !r->lost);
    r->stale_look = e->looking;
    batch_free(&j->batch);
    free(j);
    if (e->stopping)
        broadcast_flush(r, true);
    else if (has_some(&r->batch))
        flush_soon(r);
    engine_job_done(e);
    dispatch_account(r->account);
}

void broadcast_flush(struct run *r, bool all)
{
    struct flush_job *j;

    /* One after the other: a window's note must not be gone while outcomes of an earlier batch of
     * it are still to be tried again, or a crash then would lose them. */
    if (r->flushing || !has_some(&r->batch))
        return;
    if (r->unstored)
        r->batch.n_windows = 0;
    if (!all && r->batch.n < FLUSH_MAX)
        return;
    j = loa_xcalloc(1, sizeof(*j));
    *j = (struct flush_job){
        .run = r, .run_id = r->data.id, .account_id = r->data.account_id, .batch = r->batch};
    r->batch = (struct outcome_batch){0};
    r->flushing = true;
    submit(j);
}
