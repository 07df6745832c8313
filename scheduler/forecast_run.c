/* SPDX-License-Identifier: Apache-2.0 */
/* A run's own forecast, made when it begins and kept to be laid beside what happened. The contacts
 * are counted in slices on the reader thread, one run after the other, so that the engine's looks
 * come between; sending does not wait for it, and a stop drops it. */
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/forecast_store.h"
#include "messages/rate.h"
#include "messages/run_parts.h"
#include "scheduler/forecast_impl.h"
#include "scheduler/post_cap.h"
#include "scheduler/run_parts.h"

struct run_forecast {
    struct run_forecast *next;
    struct sched_engine *engine;
    int64_t run_id;
    struct msg_audience audience;
    struct sched_forecast_account account; /* name is owned */
    struct sched_forecast_item item;
    struct msg_reach reach;
    struct msg_reach_scan scan;
    bool known; /* it has one already, or sends again what another has foreseen */
    char *text;
};

static void count(struct run_forecast *j);

static void forecast_free(struct run_forecast *j)
{
    free(j->account.name);
    free(j->text);
    msg_audience_release(&j->audience);
    free(j);
}

/* The first in line is done; the next one's turn. */
static void forecast_over(struct sched_engine *e)
{
    struct run_forecast *done = e->forecasts;

    e->forecasts = done->next;
    forecast_free(done);
    while (e->stopping && e->forecasts) {
        done = e->forecasts;
        e->forecasts = done->next;
        forecast_free(done);
    }
    if (e->forecasts)
        count(e->forecasts);
    engine_job_done(e); /* the last: a stop may end here */
}

/* ---- at the end of the count ----------------------------------------------------------- */

static enum loa_err finish_post(struct db *db, struct run_forecast *j)
{
    struct sched_forecast_account *a = &j->account;
    struct sched_forecast_item *i = &j->item;
    int64_t now = i->from_ms, line = -1;
    struct msg_post posts[MSG_POSTS_MAX];
    size_t n = 0;
    enum loa_err err = LOA_OK;

    if (i->public_post)
        return LOA_OK;
    i->people = i->reach = a->followers = j->scan.followers;
    err = msg_post_history(db, a->id, sched_month_start(now), sched_month_end(now), j->run_id,
                           posts, &n);
    if (!err && sched_post_line(&a->deal, posts, n, now, j->scan.last_id, &line) != SCHED_ROOM_ALL)
        err = msg_post_followers(db, a->id, line, &i->reach);
    i->fates[SCHED_FATE_CAP] = i->people - i->reach;
    return err;
}

static void finish_direct(struct run_forecast *j, const struct sched_quiet *quiet)
{
    struct sched_forecast_item *i = &j->item;
    const struct forecast_hours hours = forecast_hours_of(quiet, j->account.rules, i->way);
    struct forecast_job job = {.urgent = i->urgent,
                               .from_ms = i->from_ms,
                               .deadline_ms = i->deadline_ms,
                               .per_ms = i->per_s / 1000};
    struct forecast_month_use use = {sched_month_start(i->from_ms), j->account.free_used};

    forecast_people(&j->account, &j->scan, &j->reach, i, i->from_ms);
    job.people = (double)i->reach;
    forecast_queue(&job, 1, &hours, i->from_ms);
    i->start_ms = job.start_ms;
    i->end_ms = job.end_ms;
    forecast_late(&j->account, i, job.left);
    forecast_cost(&j->account, i, &use);
}

static enum loa_err finish(struct db *db, struct run_forecast *j)
{
    enum loa_err err = LOA_OK;
    cJSON *json;

    if (j->item.way == CHANNEL_WAY_POST) {
        err = finish_post(db, j);
        j->item.requests = 1;
        j->item.start_ms = j->item.from_ms;
        j->item.end_ms = j->item.from_ms + j->account.rules->review_ms;
    } else {
        finish_direct(j, &j->engine->opt.quiet);
    }
    json = sched_forecast_item_json(&j->item, j->account.name, j->account.ops->name);
    j->text = loa_json_print(json);
    cJSON_Delete(json);
    return err;
}

/* ---- the jobs -------------------------------------------------------------------------- */

static enum loa_err begin(struct db *db, struct run_forecast *j)
{
    int64_t now = j->item.from_ms, cap = 0, known = 0;
    enum loa_err err = db_get_int(
        db, &known,
        "SELECT COUNT(*) FROM runs r LEFT JOIN forecasts f ON f.message_id = r.message_id AND "
        "f.run_id = r.id WHERE r.id = $1 AND (r.retry_of > 0 OR f.run_id IS NOT NULL)",
        "i", j->run_id);

    j->known = known > 0;
    if (err || j->known)
        return err;
    err = msg_rate_of(db, j->item.message_id, j->account.id, &cap);
    if (cap && (double)cap / 60 < j->item.per_s)
        j->item.per_s = (double)cap / 60;
    if (!err)
        err = db_get_int(db, &j->account.free_used,
                         "SELECT CAST(COALESCE(SUM(charged), 0) AS BIGINT) FROM runs WHERE "
                         "account_id = $1 AND created_ms >= $2 AND id <> $3",
                         "iii", j->account.id, sched_month_start(now), j->run_id);
    return err;
}

static enum loa_err count_work(struct db *db, void *arg)
{
    struct run_forecast *j = arg;
    enum loa_err err = j->scan.cursor ? LOA_OK : begin(db, j);

    if (!err && !j->known)
        err = msg_reach_slice(db, &j->scan, MSG_REACH_SLICE);
    if (!err && !j->known && j->scan.done)
        err = finish(db, j);
    return err;
}

static enum loa_err save_work(struct db *db, void *arg)
{
    const struct run_forecast *j = arg;

    return msg_forecast_save(db, j->item.message_id, j->run_id, MSG_FORECAST_RUN, j->text,
                             j->item.from_ms);
}

static void save_done(void *arg, enum loa_err result)
{
    struct run_forecast *j = arg;

    if (result)
        LOA_LOG(LOA_LOG_WARN, "forecast of a run not stored", F("run", j->run_id),
                F("why", store_why(j->engine->store, result)));
    forecast_over(j->engine);
}

static void count_done(void *arg, enum loa_err result)
{
    struct run_forecast *j = arg;
    struct sched_engine *e = j->engine;

    if (result)
        LOA_LOG(LOA_LOG_WARN, "forecast of a run not made", F("run", j->run_id),
                F("why", store_why(e->store, result)));
    if (result || j->known || e->stopping) {
        forecast_over(e);
        return;
    }
    if (j->scan.done)
        engine_write(e, save_work, save_done, j);
    else
        count(j);
    engine_job_done(e);
}

static void count(struct run_forecast *j)
{
    engine_read(j->engine, count_work, count_done, j);
}

static void copy_list(const struct msg_list *from, struct msg_list *to)
{
    for (size_t i = 0; i < from->n; i++)
        msg_list_add(to, from->items[i]);
}

void run_forecast(struct run *r)
{
    struct account *a = r->account;
    const struct channel_ops *ops = a->channel->ops;
    int64_t now = loa_clock_wall();
    struct run_forecast *j = loa_xcalloc(1, sizeof(*j));
    struct run_forecast **tail = &r->engine->forecasts;
    double batch = r->data.way == CHANNEL_WAY_BATCH ? (double)ops->limits.batch : 1;

    j->engine = r->engine;
    j->run_id = r->data.id;
    copy_list(&r->data.audience.topics, &j->audience.topics);
    copy_list(&r->data.audience.districts, &j->audience.districts);
    j->account = (struct sched_forecast_account){.id = a->data.id,
                                                 .name = loa_xstrdup(a->data.name),
                                                 .ops = ops,
                                                 .rules = r->rules,
                                                 .deal = account_deal(a, now),
                                                 .has_token = true};
    j->item = (struct sched_forecast_item){
        .message_id = r->data.message_id,
        .mine = true,
        .urgent = r->data.urgent,
        .way = (enum channel_way)r->data.way,
        .due_ms = r->data.due_ms,
        .from_ms = now,
        .deadline_ms = r->data.deadline_ms,
        .public_post = r->post && !r->rules->posts_reach_followers,
        .has_template = r->has_utility,
        .template_closed = r->template_closed,
        .share = 1,
        .per_s = account_pace(a, (enum channel_way)r->data.way) * batch,
    };
    j->reach.audience = &j->audience;
    j->scan = (struct msg_reach_scan){.account_id = a->data.id,
                                      .last_id = r->data.last_id,
                                      .at_ms = now,
                                      .short_ms = forecast_short_age(&j->account),
                                      .long_ms = ops->limits.window_ms,
                                      .base_ms = now,
                                      .reach = &j->reach,
                                      .n = 1};
    while (*tail)
        tail = &(*tail)->next;
    *tail = j;
    if (j->engine->forecasts == j)
        count(j);
}
