/* SPDX-License-Identifier: Apache-2.0 */
/* Counts, puts in line, adds up: one account after the other. */
#include "scheduler/forecast.h"

#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "scheduler/forecast_impl.h"
#include "scheduler/post_cap.h"

/* ---- the line of one account ----------------------------------------------------------- */

static enum channel_way direct_way(const struct sched_forecast_account *a)
{
    return a->ops->caps & CHANNEL_CAP_BATCH ? CHANNEL_WAY_BATCH : CHANNEL_WAY_SINGLE;
}

static void in_line(const struct sched_forecast_work *w, const struct sched_forecast_account *a,
                    struct sched_forecast_item *items, size_t n)
{
    struct forecast_job *jobs = loa_xcalloc(n ? n : 1, sizeof(*jobs));
    struct forecast_hours hours = forecast_hours_of(&w->opt.quiet, a->rules, direct_way(a));

    for (size_t k = 0; k < n; k++) {
        struct sched_forecast_item *i = &items[k];

        if (i->way == CHANNEL_WAY_POST)
            continue;
        forecast_people(a, &w->scan, &w->reach[i->want], i, i->from_ms);
        jobs[k] = (struct forecast_job){.urgent = i->urgent,
                                        .due_ms = i->due_ms,
                                        .order = (int64_t)k,
                                        .from_ms = i->from_ms,
                                        .deadline_ms = i->deadline_ms,
                                        .people = (double)i->reach,
                                        .per_ms = i->per_s / 1000};
    }
    forecast_queue(jobs, n, &hours, w->f->now_ms);
    for (size_t k = 0; k < n; k++) {
        struct sched_forecast_item *i = &items[k];

        if (i->way == CHANNEL_WAY_POST)
            continue;
        i->start_ms = jobs[k].start_ms;
        i->end_ms = jobs[k].end_ms;
        if (i->start_ms && i->start_ms != i->from_ms) /* they were counted for an earlier moment */
            forecast_people(a, &w->scan, &w->reach[i->want], i, i->start_ms);
        if (i->start_ms)
            forecast_end(a, &w->scan, &w->reach[i->want], i, jobs[k].left);
        else
            forecast_late(a, i, jobs[k].left);
    }
    free(jobs);
}

/* ---- hour by hour ---------------------------------------------------------------------- */

static void map_hours(const struct sched_forecast_work *w, struct sched_forecast_account *a)
{
    struct forecast_hours hours = forecast_hours_of(&w->opt.quiet, a->rules, direct_way(a));

    for (size_t k = 0; k < SCHED_FORECAST_HOURS && a->direct; k++) {
        int64_t at = w->scan.base_ms + (int64_t)k * LOA_HOUR_MS;
        struct forecast_lanes l = forecast_lanes_at(a, &w->scan, &w->reach[0], at, a->has_template);

        a->hours[a->n_hours++] = (struct sched_forecast_hour){
            .at_ms = at,
            .free = l.free,
            .paid = l.paid,
            .by_template = l.by_template,
            .closed = l.closed,
            .quiet = forecast_open_from(&hours, w->f->urgent, at) != at,
        };
    }
}

/* ---- one account after the other ------------------------------------------------------- */

/* The next whole hour by the clock on the wall. */
static int64_t next_hour(int64_t now)
{
    struct loa_civil c = loa_tz_civil(now);

    if (!c.minute && !c.second && now % LOA_SECOND_MS == 0)
        return now;
    c.minute = c.second = 0;
    return loa_tz_ms(&c) + LOA_HOUR_MS;
}

static void items_of(const struct sched_forecast *f, size_t account, size_t *first, size_t *n)
{
    *first = 0;
    while (*first < f->n_items && f->items[*first].account < account)
        ++*first;
    *n = 0;
    while (*first + *n < f->n_items && f->items[*first + *n].account == account)
        ++*n;
}

static void begin_scan(struct sched_forecast_work *w)
{
    const struct sched_forecast_account *a = &w->f->accounts[w->at];
    int64_t at = w->f->now_ms;
    size_t first, n;

    items_of(w->f, w->at, &first, &n);
    for (size_t k = n; k-- > 0;) {
        const struct sched_forecast_item *i = &w->f->items[first + k];

        if (i->mine && !i->open && i->way != CHANNEL_WAY_POST)
            at = i->from_ms; /* the first one in the end */
    }
    for (size_t i = 0; i < w->n_wants; i++)
        w->reach[i] = (struct msg_reach){.audience = &w->wants[i]};
    w->scan = (struct msg_reach_scan){.account_id = a->id,
                                      .at_ms = at,
                                      .short_ms = forecast_short_age(a),
                                      .long_ms = a->ops->limits.window_ms,
                                      .base_ms = next_hour(w->f->now_ms),
                                      .reach = w->reach,
                                      .n = w->n_wants};
    w->scanning = true;
}

static enum loa_err end_scan(struct db *db, struct sched_forecast_work *w)
{
    struct sched_forecast *f = w->f;
    struct sched_forecast_account *a = &f->accounts[w->at];
    struct forecast_month_use use = {sched_month_start(f->now_ms), a->free_used};
    struct forecast_hours hours = forecast_hours_of(&w->opt.quiet, a->rules, CHANNEL_WAY_POST);
    size_t first, n;
    enum loa_err err;

    w->scanning = false;
    a->followers = w->scan.followers;
    items_of(f, w->at, &first, &n);
    in_line(w, a, f->items + first, n);
    for (size_t k = 0; k < n; k++)
        forecast_cost(a, &f->items[first + k], &use);
    map_hours(w, a);
    err = forecast_posts(db, f, w->at, &hours);
    w->at++;
    return err;
}

enum loa_err sched_forecast_begin(struct db *db, const struct sched_forecast_options *opt,
                                  int64_t id, int64_t now, struct sched_forecast_work **out,
                                  struct loa_problem *why)
{
    struct sched_forecast_work *w = loa_xcalloc(1, sizeof(*w));
    struct loa_problem mine = {"", ""};
    enum loa_err err;

    w->opt = *opt;
    w->f = loa_xcalloc(1, sizeof(*w->f));
    w->f->message_id = id;
    w->f->now_ms = now;
    err = forecast_gather(db, w, id, &mine);
    if (err) {
        if (why)
            *why = mine;
        sched_forecast_drop(w);
        return err;
    }
    *out = w;
    return LOA_OK;
}

enum loa_err sched_forecast_step(struct db *db, struct sched_forecast_work *w, bool *done)
{
    enum loa_err err = LOA_OK;

    if (w->at < w->f->n_accounts) {
        if (!w->scanning)
            begin_scan(w);
        err = msg_reach_slice(db, &w->scan, MSG_REACH_SLICE);
        if (!err && w->scan.done)
            err = end_scan(db, w);
    }
    *done = !err && w->at == w->f->n_accounts;
    return err;
}

static void work_free(struct sched_forecast_work *w)
{
    for (size_t i = 0; w->messages && i < w->n_messages; i++)
        msg_message_free(w->messages[i]);
    free(w->messages);
    free(w);
}

void sched_forecast_drop(struct sched_forecast_work *w)
{
    if (!w)
        return;
    sched_forecast_free(w->f);
    work_free(w);
}

struct sched_forecast *sched_forecast_take(struct sched_forecast_work *w)
{
    struct sched_forecast *f = w->f;

    forecast_warn_all(w);
    work_free(w);
    return f;
}

enum loa_err sched_forecast_make(struct db *db, const struct sched_forecast_options *opt,
                                 int64_t id, int64_t now, struct sched_forecast **out,
                                 struct loa_problem *why)
{
    struct sched_forecast_work *w;
    bool done = false;
    enum loa_err err = sched_forecast_begin(db, opt, id, now, &w, why);

    if (err)
        return err;
    while (!err && !done)
        err = sched_forecast_step(db, w, &done);
    if (err) {
        err = loa_fail(why, err, "", "Không đọc được kho dữ liệu: %s", db_message(db));
        sched_forecast_drop(w);
        return err;
    }
    *out = sched_forecast_take(w);
    return LOA_OK;
}

void sched_forecast_free(struct sched_forecast *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->n_accounts; i++) {
        free(f->accounts[i].name);
        free(f->accounts[i].pause_reason);
    }
    free(f->accounts);
    free(f->items);
    free(f->months);
    free(f->warnings);
    free(f->title);
    free(f->state);
    free(f);
}
