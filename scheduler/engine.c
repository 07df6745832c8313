/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's life: start, turns, stop; and what others may ask of it. */
#include "scheduler/engine.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "scheduler/engine_impl.h"

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

/* ---- turns ------------------------------------------------------------------------------ */

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
    look_now(e);
}

void sched_engine_set_up(struct sched_engine *e)
{
    e->serving = true;
    for (struct account *a = e->accounts; a; a = a->next)
        a->needs_setup = e->opt.public_url && a->channel->ops->flow;
}

void sched_engine_wake(struct sched_engine *e)
{
    look_now(e);
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
