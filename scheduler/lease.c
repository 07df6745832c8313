/* SPDX-License-Identifier: Apache-2.0 */
/* Which accounts this node works: a round with the store says that it is alive, renews, takes and
 * gives back. An account that is taken is first put in order, as after a crash; one that is lost is
 * dropped at once, whatever was under way. Nothing is sent on a lease that has run out, even if the
 * store cannot be asked: the time of the last round that was answered decides, by a clock that
 * counts on while the process is stopped. */
#include <stdlib.h>

#include <sodium.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/lease.h"
#include "scheduler/engine_impl.h"

enum { LEASE_DEFAULT_MS = 8000, ALONE_ROUND_MS = 20000, AGAIN_MS = 500, WARN_AGAIN_MS = 60000 };

bool lease_is_valid(const struct lease *l)
{
    return l->held && (l->until_boot == INT64_MAX || loa_clock_boot() < l->until_boot);
}

bool account_is_ours(const struct account *a)
{
    return lease_is_valid(&a->lease) && !a->leaving;
}

static bool is_ours_cb(const void *ctx)
{
    const struct account *a = ctx;

    return lease_is_valid(&a->lease);
}

void account_guard(struct account *a, struct http_req *req)
{
    if (a->engine->opt.alone)
        return;
    req->may_go = is_ours_cb;
    req->may_go_ctx = a;
}

/* ---- writes that carry the fence ------------------------------------------------------- */

struct fenced {
    struct account *account;
    int64_t id, fence;
    bool stale;
    store_work_cb work;
    store_done_cb done;
    void *arg;
};

static enum loa_err fenced_work(struct db *db, void *arg)
{
    struct fenced *j = arg;
    enum loa_err err = msg_lease_check(db, j->id, j->fence);

    j->stale = err == LOA_EPERM;
    return err ? err : j->work(db, j->arg);
}

static void fenced_done(void *arg, enum loa_err result)
{
    struct fenced *j = arg;
    struct account *a = j->account;

    if (j->stale && a->lease.held && a->lease.fence != j->fence) { /* renumbered meanwhile */
        j->fence = a->lease.fence;
        store_write(a->engine->store, fenced_work, fenced_done, j);
        return;
    }
    if (j->stale && a->lease.held)
        account_lost(a);
    a->jobs--;
    j->done(j->arg, result);
    free(j);
}

void engine_write_for(struct account *a, store_work_cb work, store_done_cb done, void *arg)
{
    struct fenced *j;

    if (a->engine->opt.alone) { /* nobody else can write */
        engine_write(a->engine, work, done, arg);
        return;
    }
    j = loa_xcalloc(1, sizeof(*j));
    *j = (struct fenced){.account = a,
                         .id = a->data.id,
                         .fence = a->lease.held ? a->lease.fence : 0,
                         .work = work,
                         .done = done,
                         .arg = arg};
    a->jobs++;
    engine_write(a->engine, fenced_work, fenced_done, j);
}

/* ---- taking an account ----------------------------------------------------------------- */

struct take_job {
    struct account *account;
    struct lease lease;
    int64_t id, now, doubtful, doubtful_replies;
    struct msg_account *data;
    size_t n;
    struct loa_problem why;
};

static enum loa_err take_work(struct db *db, void *arg)
{
    struct take_job *j = arg;
    enum loa_err err = msg_lease_check(db, j->id, j->lease.fence);

    if (!err)
        err = msg_run_recover(db, j->id, j->now, &j->doubtful);
    if (!err)
        err = msg_reply_recover(db, j->id, j->now, &j->doubtful_replies);
    if (!err)
        err = msg_account_load_range(db, j->account->engine->opt.key, j->id, j->id, &j->data, &j->n,
                                     &j->why);
    return err ? err : j->n ? LOA_OK : LOA_ENOENT;
}

static void take_done(void *arg, enum loa_err result)
{
    struct take_job *j = arg;
    struct account *a = j->account;
    struct sched_engine *e = a->engine;

    a->taking = false;
    e->taking--;
    if (result) {
        LOA_LOG(LOA_LOG_ERROR, "account not taken over", F("account", a->data.name),
                F("why", store_why(e->store, result)), F("detail", j->why.text));
    } else {
        a->lease = j->lease;
        account_renew(a, &j->data[0]);
        LOA_LOG(LOA_LOG_INFO, "account taken", F("account", a->data.name),
                F("fence", a->lease.fence));
    }
    if (j->doubtful || j->doubtful_replies)
        LOA_LOG(LOA_LOG_WARN, "in doubt after an unclean end", F("account", a->data.name),
                F("deliveries", j->doubtful), F("replies", j->doubtful_replies));
    for (size_t i = 0; i < j->n; i++)
        msg_account_release(&j->data[i]);
    free(j->data);
    free(j);
    lease_settled(e);
    sched_engine_wake(e);
    engine_job_done(e);
}

static void take(struct account *a, const struct lease *lease)
{
    struct take_job *j = loa_xcalloc(1, sizeof(*j));

    *j =
        (struct take_job){.account = a, .lease = *lease, .id = a->data.id, .now = loa_clock_wall()};
    a->taking = true;
    a->engine->taking++;
    engine_write(a->engine, take_work, take_done, j);
}

/* ---- losing and leaving ---------------------------------------------------------------- */

static void drop_runs(struct account *a)
{
    for (struct run *r = a->engine->runs; r; r = r->next)
        r->lost = r->lost || r->account == a;
}

void account_lost(struct account *a)
{
    LOA_LOG(LOA_LOG_WARN, "account lost to another node", F("account", a->data.name),
            F("fence", a->lease.fence));
    a->lease.held = a->leaving = false;
    a->engine->leases_lost++;
    reply_drop_all(a);
    drop_runs(a);
}

/* Runs of accounts that others work now, as soon as nothing of theirs is under way any more. */
static void sweep_runs(struct sched_engine *e)
{
    struct run **at = &e->runs;

    while (*at) {
        struct run *r = *at;

        if (!r->lost || !broadcast_idle(r)) {
            at = &r->next;
            continue;
        }
        *at = r->next;
        engine_run_ended(e, r->data.id);
        broadcast_free(r);
    }
}

static bool is_at_rest(const struct account *a)
{
    if (a->inflight || a->jobs || a->flows || a->replies || a->refreshing || a->pausing)
        return false;
    for (const struct run *r = a->engine->runs; r; r = r->next) {
        if (r->account == a && (!broadcast_idle(r) || r->windows || r->retries))
            return false;
    }
    return true;
}

/* What is leaving stops as a pause does, then the next round hands it back. */
static void leave_what_rests(struct sched_engine *e)
{
    for (struct account *a = e->accounts; a; a = a->next) {
        if (!a->leaving || !is_at_rest(a))
            continue;
        a->leaving = a->lease.held = false;
        drop_runs(a);
        e->give = loa_xrealloc(e->give, (e->n_give + 1) * sizeof(*e->give));
        e->give[e->n_give++] = a->data.id;
        e->round_at_mono = 0;
        LOA_LOG(LOA_LOG_INFO, "account handed over", F("account", a->data.name));
    }
}

static size_t count_runs(const struct account *a)
{
    size_t n = 0;

    for (const struct run *r = a->engine->runs; r; r = r->next)
        n += r->account == a;
    return n;
}

/* The one with the least to hand over. */
static void choose_leavers(struct sched_engine *e, size_t n)
{
    for (struct account *a = e->accounts; a; a = a->next)
        n -= n && a->leaving;
    while (n--) {
        struct account *best = NULL;

        for (struct account *a = e->accounts; a; a = a->next) {
            if (a->lease.held && !a->leaving && (!best || count_runs(a) < count_runs(best)))
                best = a;
        }
        if (!best)
            return;
        best->leaving = true;
    }
}

/* ---- accounts that were added while we run --------------------------------------------- */

struct open_job {
    struct sched_engine *engine;
    int64_t after;
    struct msg_account *accounts;
    size_t n;
    struct loa_problem why;
};

static enum loa_err open_work(struct db *db, void *arg)
{
    struct open_job *j = arg;

    return msg_account_load_range(db, j->engine->opt.key, j->after + 1, INT64_MAX, &j->accounts,
                                  &j->n, &j->why);
}

static void open_done(void *arg, enum loa_err result)
{
    struct open_job *j = arg;
    struct sched_engine *e = j->engine;

    e->opening = false;
    if (result)
        LOA_LOG(LOA_LOG_ERROR, "new accounts not read", F("why", store_why(e->store, result)),
                F("detail", j->why.text));
    else
        engine_open_accounts(e, j->accounts, j->n);
    free(j->accounts);
    free(j);
    e->round_at_mono = 0;
    engine_job_done(e);
}

void lease_open_new(struct sched_engine *e)
{
    struct open_job *j;

    if (e->opening || e->stopping)
        return;
    j = loa_xcalloc(1, sizeof(*j));
    *j = (struct open_job){.engine = e, .after = e->last_account};
    e->opening = true;
    engine_read(e, open_work, open_done, j);
}

/* ---- the round ------------------------------------------------------------------------- */

struct round_job {
    struct sched_engine *engine;
    int64_t boot_ms;
    int64_t wall_ms, asked_mono, heard_mono; /* the database's clock, and when it was asked */
    struct msg_lease_round round;
    int64_t *give;
    uint64_t failures;
};

static enum loa_err round_work(struct db *db, void *arg)
{
    struct round_job *j = arg;

    enum loa_err err;

    j->round.local_ms = loa_clock_real();
    j->asked_mono = loa_clock_mono();
    err = db_now(db, &j->wall_ms);
    j->heard_mono = loa_clock_mono();
    return err ? err : msg_lease_round(db, &j->round);
}

static int64_t fence_of(const struct msg_lease_round *r, int64_t account)
{
    for (size_t i = 0; i < r->n_held; i++) {
        if (r->held[i].account == account)
            return r->held[i].fence;
    }
    return 0;
}

static void adopt(struct account *a, const struct lease *now)
{
    if (now->fence && a->lease.held)
        a->lease = *now;
    else if (now->fence && !a->taking && !a->engine->stopping)
        take(a, now);
    else if (!now->fence && a->lease.held)
        account_lost(a);
}

static void adopt_all(struct sched_engine *e, const struct round_job *j)
{
    const struct msg_lease_round *r = &j->round;
    struct lease now = {
        .held = true,
        .until_boot = e->opt.alone ? INT64_MAX : j->boot_ms + r->ttl_ms,
    };

    for (struct account *a = e->accounts; a; a = a->next) {
        now.fence = fence_of(r, a->data.id);
        adopt(a, &now);
    }
    now.fence = fence_of(r, MSG_LEASE_PLANNER);
    now.held = now.fence != 0;
    if (now.held != e->planner.held)
        LOA_LOG(LOA_LOG_INFO, "planner", F("here", now.held));
    e->planner = now;
    if (!e->stopping)
        choose_leavers(e, r->excess);
}

static void round_failed(struct sched_engine *e, struct round_job *j, enum loa_err why)
{
    if (!e->round_failed)
        LOA_LOG(LOA_LOG_ERROR, "leases not renewed", F("why", store_why(e->store, why)));
    e->round_failed = true;
    e->round_at_mono = loa_clock_mono() + AGAIN_MS;
    for (size_t i = 0; i < j->round.n_give; i++) {
        e->give = loa_xrealloc(e->give, (e->n_give + 1) * sizeof(*e->give));
        e->give[e->n_give++] = j->give[i];
    }
}

/* A lease is renewed every third of its time by a commit that waits behind the others. Where these
 * take longer, a node that is well loses its accounts. */
static void warn_of_slow_commits(struct sched_engine *e)
{
    int64_t us = store_slowest_commit_us(e->store), now = loa_clock_mono();

    if (e->opt.alone || us / 1000 <= e->opt.lease_ms / 3 || now < e->slow_again_mono)
        return;
    LOA_LOG(LOA_LOG_WARN, "a commit took more than a third of LOA_LEASE", F("commit_ms", us / 1000),
            F("lease_ms", e->opt.lease_ms),
            F("do", "set LOA_LEASE on every node to several times what commits take, or accounts "
                    "go to other nodes though this one is well"));
    e->slow_again_mono = now + WARN_AGAIN_MS;
}

static void round_done(void *arg, enum loa_err result)
{
    struct round_job *j = arg;
    struct sched_engine *e = j->engine;
    int64_t pause = e->opt.alone ? ALONE_ROUND_MS : e->opt.lease_ms / 3;

    e->rounding = false;
    warn_of_slow_commits(e);
    if (result) {
        round_failed(e, j, result);
    } else {
        e->round_failed = false;
        e->failures_seen = j->failures;
        e->round_at_mono = loa_clock_mono() + pause;
        if (!e->opt.alone)
            (void)loa_clock_follow(j->wall_ms, j->asked_mono, j->heard_mono);
        adopt_all(e, j);
    }
    free(j->round.held);
    free(j->give);
    free(j);
    lease_settled(e);
    dispatch_pump(e);
    engine_job_done(e);
}

static void round_now(struct sched_engine *e)
{
    struct round_job *j = loa_xcalloc(1, sizeof(*j));
    struct store_stats stats;

    store_stats(e->store, &stats);
    *j = (struct round_job){.engine = e,
                            .boot_ms = loa_clock_boot(),
                            .give = e->give,
                            .failures = stats.failures,
                            .round = {.session = e->session,
                                      .name = e->opt.node,
                                      .address = e->opt.address,
                                      .ttl_ms = e->opt.lease_ms,
                                      .alone = e->opt.alone,
                                      .deaf_ms = e->deaf_ms,
                                      .refresh = stats.failures != e->failures_seen,
                                      .give = e->give,
                                      .n_give = e->n_give}};
    e->give = NULL;
    e->n_give = 0;
    e->rounding = true;
    engine_write(e, round_work, round_done, j);
}

void lease_tick(struct sched_engine *e)
{
    sweep_runs(e);
    leave_what_rests(e);
    if (!e->rounding && !e->left && loa_clock_mono() >= e->round_at_mono)
        round_now(e);
}

void lease_init(struct sched_engine *e)
{
    randombytes_buf(&e->session, sizeof(e->session));
    e->session &= INT64_MAX;
    e->session |= 1; /* 0 stands for nobody */
    if (!e->opt.lease_ms)
        e->opt.lease_ms = LEASE_DEFAULT_MS;
}

/* ---- leaving altogether ---------------------------------------------------------------- */

static enum loa_err leave_work(struct db *db, void *arg)
{
    struct sched_engine *e = arg;

    return msg_lease_leave(db, e->session);
}

static void leave_done(void *arg, enum loa_err result)
{
    struct sched_engine *e = arg;

    if (result) /* they run out by themselves */
        LOA_LOG(LOA_LOG_WARN, "leases not given back", F("why", store_why(e->store, result)));
    engine_job_done(e);
}

void lease_leave(struct sched_engine *e)
{
    engine_write(e, leave_work, leave_done, e);
}
