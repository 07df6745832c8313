/* SPDX-License-Identifier: Apache-2.0 */
/* The regular look into the store: what is due, what staff and other nodes changed since the last
 * one. Asked on a reading thread, taken over on the loop. */
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/lease.h"
#include "scheduler/engine_impl.h"
#include "scheduler/opt_out.h"

/* ---- what is due ----------------------------------------------------------------------- */

struct plan_job {
    struct sched_engine *engine;
    int64_t now, fence;
    struct plan_result result;
};

static enum loa_err plan_work(struct db *db, void *arg)
{
    struct plan_job *j = arg;
    enum loa_err err = msg_lease_check(db, MSG_LEASE_PLANNER, j->fence);

    return err ? err : planner_turn(db, &j->engine->opt, j->now, &j->result);
}

static void plan_done(void *arg, enum loa_err result)
{
    struct plan_job *j = arg;
    struct sched_engine *e = j->engine;

    e->planning = false;
    if (result)
        LOA_LOG(LOA_LOG_ERROR, "planning failed", F("why", store_why(e->store, result)));
    else if (j->result.runs)
        sched_engine_wake(e);
    free(j);
    engine_job_done(e);
}

static void plan_now(struct sched_engine *e, int64_t now)
{
    struct plan_job *j;

    if (e->planning || !lease_is_valid(&e->planner))
        return;
    j = loa_xcalloc(1, sizeof(*j));
    j->engine = e;
    j->now = now;
    j->fence = e->planner.fence;
    e->planning = true;
    engine_write(e, plan_work, plan_done, j);
}

/* ---- the regular look ------------------------------------------------------------------ */

struct look_job {
    struct sched_engine *engine;
    const char *what; /* is being looked at, for the log */
    int64_t now, session;
    int64_t messages_due, replies_due;
    struct msg_run *runs;
    size_t n_runs;
    struct msg_rate *rates;
    size_t n_rates;
    struct account_look {
        int64_t id;
        bool paused;
        char *reason;
    } * accounts;
    size_t n_accounts;
    struct msg_account_ways_known *ways;
    size_t n_ways;
    int64_t *waiting; /* accounts of ours with events that nobody took */
    size_t n_waiting;
    struct opt_out_look left;
};

static enum loa_err look_at_events(struct db *db, struct look_job *j)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT DISTINCT i.account_id FROM inbound i JOIN leases l ON "
                                "l.account_id = i.account_id WHERE i.state = 0 AND "
                                "l.session = $1 AND i.taken <> l.fence",
                                "i", j->session);

    while (!err && db_next(st, &err)) {
        j->waiting = loa_xrealloc(j->waiting, (j->n_waiting + 1) * sizeof(*j->waiting));
        j->waiting[j->n_waiting++] = db_int(st, 0);
    }
    return err;
}

static enum loa_err look_at_accounts(struct db *db, struct look_job *j)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st, "SELECT id, state, pause_reason FROM accounts ORDER BY id", "");

    while (!err && db_next(st, &err)) {
        j->accounts = loa_xrealloc(j->accounts, (j->n_accounts + 1) * sizeof(*j->accounts));
        j->accounts[j->n_accounts++] =
            (struct account_look){.id = db_int(st, 0),
                                  .paused = strcmp(db_text(st, 1), "paused") == 0,
                                  .reason = loa_xstrdup(db_text(st, 2))};
    }
    return err;
}

static enum loa_err look_at_messages(struct db *db, struct look_job *j)
{
    return db_get_int(db, &j->messages_due,
                      "SELECT COUNT(*) FROM messages WHERE next_ms > 0 AND next_ms <= $1", "i",
                      j->now);
}

static enum loa_err look_at_replies(struct db *db, struct look_job *j)
{
    return db_get_int(db, &j->replies_due,
                      "SELECT COUNT(*) FROM replies r JOIN accounts a ON a.id = r.account_id "
                      "JOIN leases l ON l.account_id = a.id AND l.session = $2 "
                      "WHERE r.state IN (0, 1, 4) AND r.state <> 1 AND r.due_ms <= $1 AND "
                      "a.state = 'active'",
                      "ii", j->now, j->session);
}

static enum loa_err look_at_runs(struct db *db, struct look_job *j)
{
    return msg_run_load_open(db, j->session, &j->runs, &j->n_runs);
}

static enum loa_err look_at_rates(struct db *db, struct look_job *j)
{
    return msg_rate_load(db, &j->rates, &j->n_rates);
}

static enum loa_err look_at_ways(struct db *db, struct look_job *j)
{
    return msg_account_ways_all(db, j->now, &j->ways, &j->n_ways);
}

static enum loa_err look_at_opt_outs(struct db *db, struct look_job *j)
{
    return opt_out_read(db, &j->left);
}

static enum loa_err look_work(struct db *db, void *arg)
{
    static const struct {
        const char *what;
        enum loa_err (*look)(struct db *db, struct look_job *j);
    } looks[] = {
        {"messages", look_at_messages}, {"replies", look_at_replies},   {"runs", look_at_runs},
        {"rates", look_at_rates},       {"ways", look_at_ways},         {"events", look_at_events},
        {"opt-outs", look_at_opt_outs}, {"accounts", look_at_accounts},
    };
    struct look_job *j = arg;
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]) && !err; i++) {
        j->what = looks[i].what;
        err = looks[i].look(db, j);
    }
    return err;
}

static struct run *find_run(struct sched_engine *e, int64_t id)
{
    for (struct run *r = e->runs; r; r = r->next) {
        if (r->data.id == id)
            return r;
    }
    return NULL;
}

/* Urgent ones first, then by due time: the order in which runs of an account take their turn. */
static void insert_run(struct sched_engine *e, struct run *r)
{
    struct run **at = &e->runs;

    while (*at && ((*at)->data.urgent > r->data.urgent ||
                   ((*at)->data.urgent == r->data.urgent && (*at)->data.due_ms <= r->data.due_ms)))
        at = &(*at)->next;
    r->next = *at;
    *at = r;
}

void engine_run_ended(struct sched_engine *e, int64_t run_id)
{
    if (!e->looking)
        return;
    e->ended = loa_xrealloc(e->ended, (e->n_ended + 1) * sizeof(*e->ended));
    e->ended[e->n_ended++] = run_id;
}

static bool has_ended(const struct sched_engine *e, int64_t run_id)
{
    for (size_t i = 0; i < e->n_ended; i++) {
        if (e->ended[i] == run_id)
            return true;
    }
    return false;
}

static void take_run(struct sched_engine *e, struct msg_run *data)
{
    struct run *r = find_run(e, data->id);
    struct account *a = engine_account(e, data->account_id);
    bool cancelled = strcmp(data->message_state, "cancelled") == 0;
    bool paused = strcmp(data->message_state, "paused") == 0;

    if (!r && !has_ended(e, data->id) && a && account_is_ours(a)) {
        r = broadcast_open(e, data);
        insert_run(e, r);
        LOA_LOG(LOA_LOG_INFO, "run", F("run", r->data.id), F("message", r->data.message_id),
                F("account", r->account->data.name), F("way", r->data.way));
    }
    if (r) {
        r->seen = true;
        r->held = paused;
        r->asked = data->asked;
        broadcast_post_again(r, data);
        if (cancelled && !r->cancelled) {
            r->cancelled = true;
            r->check_at_ms = 0; /* it waits for nothing any more */
        }
    }
    msg_run_release(data);
}

static void on_reread(struct account *a, bool changed)
{
    (void)changed;
    a->refreshing = false;
}

/* Perhaps staff put in a new one; the old one is not tried meanwhile. */
static void read_tokens_again(struct account *a)
{
    if (a->refreshing)
        return;
    a->refreshing = true;
    account_reread(a, on_reread);
}

/* data.paused is what the store last said; only a change there is staff's doing. */
static void take_account(struct sched_engine *e, const struct account_look *seen)
{
    struct account *a = engine_account(e, seen->id);

    if (seen->id > e->last_account)
        lease_open_new(e);
    if (!a || a->pausing || a->stale_look || a->data.paused == seen->paused)
        return;
    a->data.paused = seen->paused;
    a->paused = seen->paused;
    free(a->data.pause_reason);
    a->data.pause_reason = loa_xstrdup(seen->reason);
    a->give_up_streak = 0;
    a->refresh_failures = 0;
    a->refresh_at_mono = 0;
    if (!a->paused) { /* the platform may have forgotten the webhook meanwhile */
        account_await_setup(a);
        a->needs_setup = a->awaits_setup;
        read_tokens_again(a);
    }
    LOA_LOG(LOA_LOG_INFO, a->paused ? "account is paused" : "account is resumed",
            F("account", a->data.name));
}

static void tell_of_events(struct sched_engine *e, const struct look_job *j)
{
    for (size_t i = 0; i < j->n_waiting && e->opt.events; i++) {
        int64_t fence = sched_engine_fence(e, j->waiting[i]);

        if (fence)
            e->opt.events(e->opt.events_ctx, j->waiting[i], fence);
    }
}

static void look_done(void *arg, enum loa_err result)
{
    struct look_job *j = arg;
    struct sched_engine *e = j->engine;

    e->looking = false;
    if (result && !e->last_look_failed) /* once, however long the store is away */
        LOA_LOG(LOA_LOG_ERROR, "looking for work failed", F("what", j->what),
                F("why", store_why(e->store, result)));
    else if (!result && e->last_look_failed)
        LOA_LOG0(LOA_LOG_INFO, "looking for work again");
    if (!result)
        account_ways_seen(e, j->ways, j->n_ways);
    opt_out_end(e, &j->left);
    for (size_t i = 0; i < j->n_runs; i++) {
        if (result || e->stopping)
            msg_run_release(&j->runs[i]);
        else
            take_run(e, &j->runs[i]);
    }
    for (size_t i = 0; i < j->n_accounts; i++) {
        if (!result)
            take_account(e, &j->accounts[i]);
        free(j->accounts[i].reason);
    }
    e->n_ended = 0;
    for (struct account *a = e->accounts; a; a = a->next)
        a->stale_look = false;
    for (struct run *r = e->runs; r; r = r->next)
        r->stale_look = false;
    if (!result)
        rate_take(e, j->rates, j->n_rates);
    if (!result && !e->stopping) {
        run_let_go(e);
        if (j->messages_due)
            plan_now(e, j->now);
        if (j->replies_due)
            reply_look(e);
        tell_of_events(e, j);
        dispatch_pump(e);
    }
    e->last_look_failed = result != LOA_OK;
    free(j->runs);
    free(j->rates);
    free(j->accounts);
    free(j->ways);
    free(j->waiting);
    free(j);
    engine_job_done(e);
}

void look_now(struct sched_engine *e)
{
    struct look_job *j;

    if (e->looking || e->stopping || !e->started)
        return;
    j = loa_xcalloc(1, sizeof(*j));
    j->engine = e;
    j->now = loa_clock_wall();
    j->session = e->session;
    opt_out_ask(e, &j->left);
    e->looking = true;
    engine_read(e, look_work, look_done, j);
}
