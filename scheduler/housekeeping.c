/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/housekeeping.h"

#include <stdlib.h>

#include "messages/anchor.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/store/mark.h"

enum {
    FIRST_MS = 3000,
    ROUND_MS = LOA_MINUTE_MS, /* between rounds over all kinds */
    STEP_ROWS = 500,
    REST_MIN_MS = 20, /* after a step, ... */
    REST_TIMES = 19,  /* ... or so many times as long as it took */
    BUSY_JOBS = 256,  /* of others that wait for the store: they go first */
    BUSY_MS = 1000,
    FAILED_MS = 10 * LOA_SECOND_MS,
};

/* A pass over these goes through the whole table, so it is not made each minute. */
static const int64_t every_ms[MSG_CLEANUP_KINDS] = {
    [MSG_CLEANUP_CONVERSATIONS] = LOA_DAY_MS,    [MSG_CLEANUP_OCCURRENCES] = LOA_DAY_MS,
    [MSG_CLEANUP_RECEIPTS] = 10 * LOA_MINUTE_MS, [MSG_CLEANUP_REPLAYS] = LOA_DAY_MS,
    [MSG_CLEANUP_OPT_OUTS] = LOA_HOUR_MS,        [MSG_CLEANUP_CONTACTS] = LOA_DAY_MS,
};

#define MARK_ANCHORED "anchored_day"

struct sched_housekeeping {
    struct store *store;
    struct sched_housekeeping_options opt;
    uv_timer_t timer;
    bool running; /* a job is under way */
    bool stopping;
    int kind; /* of the round under way; MSG_CLEANUP_KINDS: the anchor, then the round is over */
    struct msg_cleanup_place place;
    int64_t next_mono[MSG_CLEANUP_KINDS]; /* no pass before */
    struct sched_housekeeping_stats stats;
    void (*stopped)(void *ctx);
    void *stopped_ctx;
};

struct step_job {
    struct sched_housekeeping *owner;
    struct msg_cleanup_step step;
    int64_t took_us;
};

static void on_time(uv_timer_t *t);

static void rest(struct sched_housekeeping *h, int64_t ms)
{
    uv_timer_start(&h->timer, on_time, (uint64_t)(ms > 0 ? ms : 1), 0);
}

static void on_closed(uv_handle_t *handle)
{
    struct sched_housekeeping *h = handle->data;
    void (*stopped)(void *ctx) = h->stopped;
    void *ctx = h->stopped_ctx;

    free(h);
    stopped(ctx);
}

/* True (and the end begun) when it is to stop. */
static bool end_if_stopping(struct sched_housekeeping *h)
{
    if (h->stopping)
        uv_close((uv_handle_t *)&h->timer, on_closed);
    return h->stopping;
}

/* ---- a step of clean-up ------------------------------------------------------------------ */

static enum loa_err step_work(struct db *db, void *arg)
{
    struct step_job *j = arg;
    int64_t begun = loa_clock_mono_us();
    enum loa_err err = msg_cleanup_step(db, &j->step);

    j->took_us = loa_clock_mono_us() - begun;
    return err;
}

static void next_kind(struct sched_housekeeping *h)
{
    int64_t every = every_ms[h->kind];

    h->next_mono[h->kind] = loa_clock_mono() + every;
    h->place = (struct msg_cleanup_place){0};
    h->kind++;
}

static void step_done(void *arg, enum loa_err result)
{
    struct step_job *j = arg;
    struct sched_housekeeping *h = j->owner;
    int64_t pause = REST_TIMES * j->took_us / 1000;

    h->running = false;
    if (result) {
        LOA_LOG(LOA_LOG_ERROR, "clean-up failed", F("kind", msg_cleanup_name(j->step.kind)),
                F("why", store_why(h->store, result)));
        pause = FAILED_MS;
    } else {
        h->stats.steps++;
        h->stats.dropped[h->kind] += (uint64_t)j->step.dropped;
        h->place = j->step.place;
        if (j->step.over)
            next_kind(h);
    }
    free(j);
    if (!end_if_stopping(h))
        rest(h, pause > REST_MIN_MS ? pause : REST_MIN_MS);
}

static void step(struct sched_housekeeping *h)
{
    struct step_job *j = loa_xcalloc(1, sizeof(*j));
    int64_t now = loa_clock_wall();

    *j = (struct step_job){.owner = h,
                           .step = {.kind = (enum msg_cleanup_kind)h->kind,
                                    .before_ms = now - h->opt.keep.ms[h->kind],
                                    .now = now,
                                    .max = STEP_ROWS,
                                    .place = h->place}};
    h->running = true;
    store_write(h->store, step_work, step_done, j);
}

/* ---- the anchor -------------------------------------------------------------------------- */

struct anchor_job {
    struct sched_housekeeping *owner;
    const char *file;
    int64_t now;
    struct loa_problem why;
};

/* Once a day, by the day's number. The file is written first: twice is better than not at all. */
static enum loa_err anchor_work(struct db *db, void *arg)
{
    struct anchor_job *j = arg;
    int64_t today = loa_tz_day_start(j->now), last = 0;
    struct msg_anchor a;
    enum loa_err err = store_mark_get(db, MARK_ANCHORED, &last);

    if (err && err != LOA_ENOENT)
        return err;
    if (!err && last == today)
        return LOA_OK;
    err = msg_anchor_read(db, &a);
    if (!err)
        err = msg_anchor_append(j->file, &a, j->now, "daily", &j->why);
    return err ? err : store_mark_set(db, MARK_ANCHORED, today);
}

static void anchor_done(void *arg, enum loa_err result)
{
    struct anchor_job *j = arg;
    struct sched_housekeeping *h = j->owner;

    h->running = false;
    if (result)
        LOA_LOG(LOA_LOG_ERROR, "audit log not anchored", F("file", j->file),
                F("why", j->why.text[0] ? j->why.text : store_why(h->store, result)));
    free(j);
    if (!end_if_stopping(h))
        rest(h, ROUND_MS);
}

static void anchor(struct sched_housekeeping *h)
{
    struct anchor_job *j = loa_xcalloc(1, sizeof(*j));

    *j = (struct anchor_job){.owner = h, .file = h->opt.anchor_file, .now = loa_clock_wall()};
    h->running = true;
    store_write(h->store, anchor_work, anchor_done, j);
}

/* ---- rounds ------------------------------------------------------------------------------ */

static bool is_due(const struct sched_housekeeping *h)
{
    return h->opt.keep.ms[h->kind] > 0 && loa_clock_mono() >= h->next_mono[h->kind];
}

static void on_time(uv_timer_t *t)
{
    struct sched_housekeeping *h = t->data;

    if (h->opt.mine && !h->opt.mine(h->opt.ctx)) {
        rest(h, ROUND_MS);
        return;
    }
    if (store_backlog(h->store) > BUSY_JOBS) {
        rest(h, BUSY_MS);
        return;
    }
    while (h->kind < MSG_CLEANUP_KINDS && !is_due(h))
        h->kind++;
    if (h->kind < MSG_CLEANUP_KINDS) {
        step(h);
        return;
    }
    h->kind = 0;
    if (h->opt.anchor_file)
        anchor(h);
    else
        rest(h, ROUND_MS);
}

struct sched_housekeeping *sched_housekeeping_start(uv_loop_t *loop, struct store *store,
                                                    const struct sched_housekeeping_options *opt)
{
    struct sched_housekeeping *h = loa_xcalloc(1, sizeof(*h));

    h->store = store;
    h->opt = *opt;
    uv_timer_init(loop, &h->timer);
    h->timer.data = h;
    rest(h, FIRST_MS);
    return h;
}

void sched_housekeeping_stop(struct sched_housekeeping *h, void (*stopped)(void *ctx), void *ctx)
{
    h->stopping = true;
    h->stopped = stopped;
    h->stopped_ctx = ctx;
    uv_timer_stop(&h->timer);
    if (!h->running)
        (void)end_if_stopping(h);
}

void sched_housekeeping_stats(const struct sched_housekeeping *h,
                              struct sched_housekeeping_stats *out)
{
    *out = h->stats;
}
