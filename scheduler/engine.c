/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's life: start, the regular look into the store, stop. */
#include "scheduler/engine.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/lease.h"
#include "scheduler/engine_impl.h"
#include "scheduler/opt_out.h"

enum {
    CONNECTIONS_DEFAULT = 4096,
    INFLIGHT_DEFAULT = 64,
    WINDOW_DEFAULT = 800,
    DOUBT_WAIT_DEFAULT_MS = 10 * LOA_MINUTE_MS
};

uint32_t engine_random(void *ctx, uint32_t upper)
{
    (void)ctx;
    return randombytes_uniform(upper);
}

struct account *engine_account(struct sched_engine *e, int64_t id)
{
    for (struct account *a = e->accounts; a; a = a->next) {
        if (a->data.id == id)
            return a;
    }
    return NULL;
}

size_t engine_platform_of(const struct channel_ops *ops)
{
    size_t i = 0;

    while (channel_all[i] && channel_all[i] != ops)
        i++;
    return i;
}

/* ---- store jobs ------------------------------------------------------------------------ */

static void stop_if_idle(struct sched_engine *e);

void engine_write(struct sched_engine *e, store_work_cb work, store_done_cb done, void *arg)
{
    e->jobs++;
    store_write(e->store, work, done, arg);
}

void engine_read(struct sched_engine *e, store_work_cb work, store_done_cb done, void *arg)
{
    e->jobs++;
    store_read(e->store, work, done, arg);
}

void engine_job_done(struct sched_engine *e)
{
    e->jobs--;
    stop_if_idle(e);
}

struct wait {
    uv_timer_t timer;
    struct sched_engine *engine;
    void (*work)(void *arg);
    void *arg;
};

static void on_wait_closed(uv_handle_t *h)
{
    free(h->data);
}

static void on_wait_over(uv_timer_t *t)
{
    struct wait *w = t->data;
    struct sched_engine *e = w->engine;

    uv_close((uv_handle_t *)t, on_wait_closed);
    w->work(w->arg);
    engine_job_done(e);
}

void engine_after(struct sched_engine *e, unsigned ms, void (*work)(void *arg), void *arg)
{
    struct wait *w = loa_xcalloc(1, sizeof(*w));

    w->engine = e;
    w->work = work;
    w->arg = arg;
    e->jobs++;
    uv_timer_init(e->loop, &w->timer);
    w->timer.data = w;
    uv_timer_start(&w->timer, on_wait_over, ms, 0);
}

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

static void look(struct sched_engine *e)
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

static void on_tick(uv_timer_t *t)
{
    struct sched_engine *e = t->data;

    lease_tick(e);
    if (e->stopping)
        return;
    for (struct account *a = e->accounts; a; a = a->next) {
        if (a->needs_setup && loa_clock_mono() >= a->setup_at_mono)
            flow_setup(a);
        account_pause_again(a);
    }
    rights_tick(e);
    reconcile_tick(e);
    look(e);
}

void sched_engine_set_up(struct sched_engine *e)
{
    e->serving = true;
    for (struct account *a = e->accounts; a; a = a->next)
        a->needs_setup = e->opt.public_url && a->channel->ops->flow;
}

void sched_engine_wake(struct sched_engine *e)
{
    look(e);
}

/* ---- start ----------------------------------------------------------------------------- */

static void add_timer(struct sched_engine *e, uv_timer_t *t)
{
    uv_timer_init(e->loop, t);
    t->data = e;
    e->handles++;
}

enum loa_err sched_engine_new(uv_loop_t *loop, struct store *store,
                              const struct sched_engine_options *opt, struct sched_engine **out)
{
    struct sched_engine *e = loa_xcalloc(1, sizeof(*e));
    struct http_client_options http = {.ca_file = opt->ca_file,
                                       .max_inflight = opt->connections ? opt->connections
                                                                        : CONNECTIONS_DEFAULT,
                                       .http2_writes = opt->http2_sends};
    enum loa_err err;

    e->loop = loop;
    e->store = store;
    e->opt = *opt;
    if (!e->opt.max_inflight)
        e->opt.max_inflight = INFLIGHT_DEFAULT;
    if (!e->opt.window)
        e->opt.window = WINDOW_DEFAULT;
    if (!e->opt.doubt_wait_ms)
        e->opt.doubt_wait_ms = DOUBT_WAIT_DEFAULT_MS;
    sched_places_init(&e->places, http.max_inflight, engine_platform_of(NULL));
    lease_init(e);
    e->backoff = (struct sched_backoff){.base_ms = 1000, .cap_ms = 60000, .max_attempts = 6};
    err = http_client_new(loop, &http, &e->http);
    if (err) {
        free(e);
        return err;
    }
    add_timer(e, &e->tick);
    add_timer(e, &e->soon);
    add_timer(e, &e->flush);
    *out = e;
    return LOA_OK;
}

struct start_job {
    struct sched_engine *engine;
    struct msg_account *accounts;
    size_t n;
    struct loa_problem why;
};

static enum loa_err start_work(struct db *db, void *arg)
{
    struct start_job *j = arg;

    return msg_account_load(db, j->engine->opt.key, &j->accounts, &j->n, &j->why);
}

void engine_open_accounts(struct sched_engine *e, struct msg_account *accounts, size_t n)
{
    struct account **tail = &e->accounts;

    while (*tail)
        tail = &(*tail)->next;
    for (size_t i = 0; i < n; i++) {
        struct account *a;

        if (accounts[i].id > e->last_account)
            e->last_account = accounts[i].id;
        a = account_open(e, &accounts[i]);
        if (!a)
            continue;
        *tail = a;
        tail = &a->next;
    }
}

void sched_engine_deaf(struct sched_engine *e)
{
    e->deaf_ms = loa_clock_wall();
}

static void tell_ready(struct sched_engine *e, enum loa_err err)
{
    void (*ready)(void *ctx, enum loa_err err) = e->ready;

    e->ready = NULL;
    if (ready)
        sched_engine_deaf(e); /* until now */
    if (ready)
        ready(e->ready_ctx, err);
}

void lease_settled(struct sched_engine *e)
{
    if (!e->rounding && !e->taking && !e->round_failed)
        tell_ready(e, LOA_OK);
}

static void start_done(void *arg, enum loa_err result)
{
    struct start_job *j = arg;
    struct sched_engine *e = j->engine;

    if (result) {
        LOA_LOG(LOA_LOG_ERROR, "the engine cannot start", F("why", store_why(e->store, result)),
                F("detail", j->why.text));
        for (size_t i = 0; j->accounts && i < j->n; i++)
            msg_account_release(&j->accounts[i]);
        tell_ready(e, result);
    } else {
        engine_open_accounts(e, j->accounts, j->n);
        e->started = true;
        if (!e->stopping)
            uv_timer_start(&e->tick, on_tick, 0, TICK_MS);
    }
    free(j->accounts);
    free(j);
    engine_job_done(e);
}

void sched_engine_start(struct sched_engine *e, void (*ready)(void *ctx, enum loa_err err),
                        void *ctx)
{
    struct start_job *j = loa_xcalloc(1, sizeof(*j));

    e->ready = ready;
    e->ready_ctx = ctx;
    j->engine = e;
    engine_read(e, start_work, start_done, j);
}

/* ---- stop ------------------------------------------------------------------------------ */

static void on_handle_closed(uv_handle_t *h)
{
    struct sched_engine *e = h->data;
    void (*stopped)(void *ctx) = e->stopped;
    void *ctx = e->stopped_ctx;

    if (--e->handles)
        return;
    free(e);
    stopped(ctx);
}

static void free_all(struct sched_engine *e)
{
    while (e->runs) {
        struct run *next = e->runs->next;

        broadcast_free(e->runs);
        e->runs = next;
    }
    while (e->accounts) {
        struct account *next = e->accounts->next;

        account_free(e->accounts);
        e->accounts = next;
    }
    free(e->ended);
    free(e->give);
    rights_free(e);
    run_ops_free(e);
    http_req_release(&e->req);
    uv_close((uv_handle_t *)&e->tick, on_handle_closed);
    uv_close((uv_handle_t *)&e->soon, on_handle_closed);
    uv_close((uv_handle_t *)&e->flush, on_handle_closed);
}

/* After the client is closed and every outcome and claim is stored. */
static void stop_if_idle(struct sched_engine *e)
{
    if (!e->stopping || !e->http_closed || e->jobs || e->freed)
        return;
    if (!e->given_back) {
        e->given_back = true;
        e->jobs++; /* holds this function off while runs are walked */
        for (struct run *r = e->runs; r; r = r->next) {
            if (!r->lost)
                broadcast_give_back(r);
        }
        for (struct account *a = e->accounts; a; a = a->next)
            reply_give_back(a);
        e->jobs--;
        stop_if_idle(e);
        return;
    }
    if (!e->left) { /* all is stored: others may go on at once */
        e->left = true;
        lease_leave(e);
        return;
    }
    e->freed = true;
    free_all(e);
}

static void on_http_closed(void *ctx)
{
    struct sched_engine *e = ctx;

    e->http_closed = true;
    stop_if_idle(e);
}

void sched_engine_stop(struct sched_engine *e, unsigned grace_ms, void (*stopped)(void *ctx),
                       void *ctx)
{
    e->stopping = true;
    e->stopped = stopped;
    e->stopped_ctx = ctx;
    uv_timer_stop(&e->soon);
    flow_hurry(e);
    http_client_close(e->http, grace_ms, on_http_closed, e);
}

/* ---- for the rest of the program ------------------------------------------------------- */

struct channel *sched_engine_channel(struct sched_engine *e, const char *channel, const char *name,
                                     int64_t *account_id)
{
    for (struct account *a = e->accounts; a; a = a->next) {
        if (strcmp(a->channel->ops->name, channel) != 0 ||
            (name && *name && strcmp(a->data.name, name) != 0))
            continue;
        *account_id = a->data.id;
        return a->channel;
    }
    return NULL;
}

const char *sched_engine_remote_id(struct sched_engine *e, int64_t account_id)
{
    const struct account *a = engine_account(e, account_id);

    return a ? a->data.remote_id : NULL;
}

bool sched_engine_account_of(struct sched_engine *e, const char *channel, const char *remote_id,
                             int64_t *account_id)
{
    for (struct account *a = e->accounts; a; a = a->next) {
        if (strcmp(a->channel->ops->name, channel) == 0 && a->data.remote_id &&
            strcmp(a->data.remote_id, remote_id) == 0) {
            *account_id = a->data.id;
            return true;
        }
    }
    return false;
}

struct channel *sched_engine_channel_of(struct sched_engine *e, int64_t account_id)
{
    struct account *a = engine_account(e, account_id);

    return a ? a->channel : NULL;
}

int64_t sched_engine_fence(struct sched_engine *e, int64_t account_id)
{
    const struct account *a = engine_account(e, account_id);

    return a && account_is_ours(a) ? a->lease.fence : 0;
}

struct outer_job {
    struct sched_engine *engine;
    store_work_cb work;
    store_done_cb done;
    void *arg;
};

static enum loa_err outer_work(struct db *db, void *arg)
{
    struct outer_job *j = arg;

    return j->work(db, j->arg);
}

static enum loa_err refuse_work(struct db *db, void *arg)
{
    (void)db;
    (void)arg;
    return LOA_EPERM;
}

static void outer_done(void *arg, enum loa_err result)
{
    struct outer_job *j = arg;
    struct sched_engine *e = j->engine;

    j->done(j->arg, result);
    free(j);
    engine_job_done(e);
}

void sched_engine_write(struct sched_engine *e, int64_t account_id, store_work_cb work,
                        store_done_cb done, void *arg)
{
    struct account *a = engine_account(e, account_id);
    struct outer_job *j = loa_xmalloc(sizeof(*j));

    *j = (struct outer_job){e, work, done, arg};
    if (a)
        engine_write_for(a, outer_work, outer_done, j);
    else
        engine_write(e, refuse_work, outer_done, j);
}

bool sched_engine_plans(const struct sched_engine *e)
{
    return lease_is_valid(&e->planner);
}

uint64_t sched_engine_leases_lost(const struct sched_engine *e)
{
    return e->leases_lost;
}

void sched_engine_pause(struct sched_engine *e, int64_t account_id, const char *reason)
{
    struct account *a = engine_account(e, account_id);

    if (a)
        account_pause(a, reason);
}

static size_t queued(const struct sched_engine *e, const struct account *a)
{
    size_t n = a->n_replies;

    for (const struct run *r = e->runs; r; r = r->next) {
        for (const struct window *w = r->account == a ? r->windows : NULL; w; w = w->next)
            n += w->targets.n - w->at;
    }
    return n;
}

void sched_engine_stats(struct sched_engine *e,
                        void (*each)(void *ctx, const struct sched_account_stats *s), void *ctx)
{
    for (struct account *a = e->accounts; a; a = a->next) {
        struct sched_account_stats s = {
            .name = a->data.name,
            .channel = a->channel->ops->name,
            .paused = a->paused,
            .ours = account_is_ours(a),
            .fence = a->lease.held ? a->lease.fence : 0,
            .refreshing = a->refreshing,
            .pause_reason = a->paused ? a->data.pause_reason : NULL,
            .sent = a->sent,
            .failed = a->failed,
            .retried = a->retried,
            .doubtful = a->doubtful,
            .replies = a->replied,
            .inflight = a->inflight,
            .queued = queued(e, a),
            .rate = sched_gcra_rate(&a->pace[CHANNEL_WAY_SINGLE], loa_clock_mono_us()),
            .cap_per_minute = a->cap.per_minute,
            .token_expires_ms = a->data.token_expires_ms,
            .last_echo_ms = a->data.last_echo_ms,
        };

        each(ctx, &s);
    }
}

size_t sched_engine_open_runs(const struct sched_engine *e)
{
    size_t n = 0;

    for (const struct run *r = e->runs; r; r = r->next)
        n++;
    return n;
}

bool sched_engine_healthy(const struct sched_engine *e)
{
    return e->started && !e->failed && !e->last_look_failed;
}
