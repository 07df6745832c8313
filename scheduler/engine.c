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
#include "scheduler/engine_impl.h"

enum { INFLIGHT_DEFAULT = 64, WINDOW_DEFAULT = 800, DOUBT_WAIT_DEFAULT_MS = 10 * LOA_MINUTE_MS };

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
    int64_t now;
    struct plan_result result;
};

static enum loa_err plan_work(struct db *db, void *arg)
{
    struct plan_job *j = arg;

    return planner_turn(db, &j->engine->opt, j->now, &j->result);
}

static void plan_done(void *arg, enum loa_err result)
{
    struct plan_job *j = arg;
    struct sched_engine *e = j->engine;

    e->planning = false;
    if (result)
        LOA_LOG(LOA_LOG_ERROR, "planning failed", F("why", loa_strerror(result)));
    else if (j->result.runs)
        sched_engine_wake(e);
    free(j);
    engine_job_done(e);
}

static void plan_now(struct sched_engine *e, int64_t now)
{
    struct plan_job *j;

    if (e->planning)
        return;
    j = loa_xcalloc(1, sizeof(*j));
    j->engine = e;
    j->now = now;
    e->planning = true;
    engine_write(e, plan_work, plan_done, j);
}

/* ---- the regular look ------------------------------------------------------------------ */

struct look_job {
    struct sched_engine *engine;
    int64_t now;
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
};

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

static enum loa_err look_work(struct db *db, void *arg)
{
    struct look_job *j = arg;
    enum loa_err err = db_get_int(
        db, &j->messages_due, "SELECT COUNT(*) FROM messages WHERE next_ms > 0 AND next_ms <= $1",
        "i", j->now);

    if (!err)
        err = db_get_int(db, &j->replies_due,
                         "SELECT COUNT(*) FROM replies r JOIN accounts a ON a.id = r.account_id "
                         "WHERE r.state IN (0, 1, 4) AND r.state <> 1 AND r.due_ms <= $1 AND "
                         "a.state = 'active'",
                         "i", j->now);
    if (!err)
        err = msg_run_load_open(db, &j->runs, &j->n_runs);
    if (!err)
        err = msg_rate_load(db, &j->rates, &j->n_rates);
    if (!err)
        err = msg_account_ways_all(db, j->now, &j->ways, &j->n_ways);
    return err ? err : look_at_accounts(db, j);
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
    bool cancelled = strcmp(data->message_state, "cancelled") == 0;
    bool paused = strcmp(data->message_state, "paused") == 0;

    if (!r && !has_ended(e, data->id) && engine_account(e, data->account_id)) {
        r = broadcast_open(e, data);
        insert_run(e, r);
        LOA_LOG(LOA_LOG_INFO, "run", F("run", r->data.id), F("message", r->data.message_id),
                F("account", r->account->data.name), F("way", r->data.way));
    }
    if (r) {
        r->held = paused;
        if (cancelled && !r->cancelled) {
            r->cancelled = true;
            r->check_at_ms = 0; /* it waits for nothing any more */
        }
    }
    msg_run_release(data);
}

/* data.paused is what the store last said; only a change there is staff's doing. */
static void take_account(struct sched_engine *e, const struct account_look *seen)
{
    struct account *a = engine_account(e, seen->id);

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
    }
    LOA_LOG(LOA_LOG_INFO, a->paused ? "account is paused" : "account is resumed",
            F("account", a->data.name));
}

static void look_done(void *arg, enum loa_err result)
{
    struct look_job *j = arg;
    struct sched_engine *e = j->engine;

    e->looking = false;
    if (result)
        LOA_LOG(LOA_LOG_ERROR, "looking for work failed", F("why", loa_strerror(result)));
    else
        account_ways_seen(e, j->ways, j->n_ways);
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
    if (!result)
        rate_take(e, j->rates, j->n_rates);
    if (!result && !e->stopping) {
        if (j->messages_due)
            plan_now(e, j->now);
        if (j->replies_due)
            reply_look(e);
        dispatch_pump(e);
    }
    e->last_look_failed = result != LOA_OK;
    free(j->runs);
    free(j->rates);
    free(j->accounts);
    free(j->ways);
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
    e->looking = true;
    engine_read(e, look_work, look_done, j);
}

static void on_tick(uv_timer_t *t)
{
    struct sched_engine *e = t->data;

    for (struct account *a = e->accounts; a; a = a->next) {
        if (a->needs_setup && loa_clock_mono() >= a->setup_at_mono)
            flow_setup(a);
        account_pause_again(a);
    }
    look(e);
}

void sched_engine_set_up(struct sched_engine *e)
{
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
    struct http_client_options http = {
        .ca_file = opt->ca_file, .max_inflight = HTTP_INFLIGHT, .http2_writes = opt->http2_sends};
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
    int64_t now, doubtful, doubtful_replies;
    struct msg_account *accounts;
    size_t n;
    struct loa_problem why;
    void (*ready)(void *ctx, enum loa_err err);
    void *ctx;
};

static enum loa_err start_work(struct db *db, void *arg)
{
    struct start_job *j = arg;
    enum loa_err err = msg_run_recover(db, j->now, &j->doubtful);

    if (!err)
        err = msg_reply_recover(db, j->now, &j->doubtful_replies);
    if (!err)
        err = msg_account_load(db, j->engine->opt.key, &j->accounts, &j->n, &j->why);
    return err;
}

static void open_accounts(struct sched_engine *e, struct start_job *j)
{
    struct account **tail = &e->accounts;

    for (size_t i = 0; i < j->n; i++) {
        struct account *a = account_open(e, &j->accounts[i]);

        if (!a)
            continue;
        *tail = a;
        tail = &a->next;
    }
}

static void start_done(void *arg, enum loa_err result)
{
    struct start_job *j = arg;
    struct sched_engine *e = j->engine;

    if (result) {
        LOA_LOG(LOA_LOG_ERROR, "the engine cannot start", F("why", loa_strerror(result)),
                F("detail", j->why.text));
        for (size_t i = 0; j->accounts && i < j->n; i++)
            msg_account_release(&j->accounts[i]);
    } else {
        if (j->doubtful || j->doubtful_replies)
            LOA_LOG(LOA_LOG_WARN, "in doubt after an unclean end", F("deliveries", j->doubtful),
                    F("replies", j->doubtful_replies));
        e->started = true;
        open_accounts(e, j);
        if (!e->stopping)
            uv_timer_start(&e->tick, on_tick, 0, TICK_MS);
    }
    free(j->accounts);
    j->ready(j->ctx, result);
    free(j);
    engine_job_done(e);
}

void sched_engine_start(struct sched_engine *e, void (*ready)(void *ctx, enum loa_err err),
                        void *ctx)
{
    struct start_job *j = loa_xcalloc(1, sizeof(*j));

    *j = (struct start_job){.engine = e, .now = loa_clock_wall(), .ready = ready, .ctx = ctx};
    engine_write(e, start_work, start_done, j);
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
        for (struct run *r = e->runs; r; r = r->next)
            broadcast_give_back(r);
        for (struct account *a = e->accounts; a; a = a->next)
            reply_give_back(a);
        e->jobs--;
        stop_if_idle(e);
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
    uv_timer_stop(&e->tick);
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

void sched_engine_opt_out(struct sched_engine *e, int64_t account_id, int64_t contact_id)
{
    for (struct run *r = e->runs; r; r = r->next) {
        if (r->data.account_id == account_id)
            broadcast_opt_out(r, contact_id);
    }
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
