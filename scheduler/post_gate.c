/* SPDX-License-Identifier: Apache-2.0 */
/* Before a public post begins: does the platform's cap leave anybody whom it would reach? Only a
 * cap that staff told is trusted; otherwise, and always for an urgent post, the platform has the
 * last word. Posts of one account go one by one, or two would both find the last place free. */
#include <stdio.h>
#include <stdlib.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "scheduler/flow_impl.h"
#include "scheduler/post_cap.h"
#include "scheduler/run_parts.h"

struct gate_job {
    struct run *run;
    struct channel_deal deal;
    int64_t account_id, run_id, now;
    enum sched_room room;
};

/* A post that has begun once is not stopped half-way: it may be out already. */
static bool is_capped(const struct run *r, const struct channel_deal *deal, int64_t now)
{
    const struct channel_rules *rules = channel_rules_at(r->account->channel->ops, now);
    bool begun = r->data.flow_state && r->data.flow_state[0];

    return rules->posts_reach_followers && deal->sure && !r->data.urgent && !begun;
}

/* Its outcome must be in the store before the next one asks. */
static bool other_under_way(const struct run *r, int64_t now)
{
    for (struct run *o = r->engine->runs; o; o = o->next) {
        if (o == r || o->account != r->account || !o->post)
            continue;
        if (run_is_parked(o, now))
            o->post_free = false; /* it asks again when it goes on */
        if (o->inflight || o->claiming || o->post_free)
            return true;
        broadcast_flush(o, true);
    }
    return false;
}

static enum loa_err gate_work(struct db *db, void *arg)
{
    struct gate_job *j = arg;

    return sched_post_room(db, &j->deal, j->account_id, j->run_id, j->now, &j->room);
}

static void leave_out(struct run *r, const struct gate_job *j)
{
    char why[256];

    if (j->room == SCHED_ROOM_DAY_FULL)
        (void)snprintf(
            why, sizeof(why),
            "Không đăng: hôm nay người quan tâm đã nhận %d bài, nền tảng không phát thêm",
            j->deal.posts_day);
    else
        (void)snprintf(why, sizeof(why),
                       "Không đăng: tháng này người quan tâm đã nhận đủ %d bài của gói%s%s",
                       j->deal.posts_month, j->deal.package ? " " : "",
                       j->deal.package ? j->deal.package->title : "");
    flow_over_capped(r, why);
}

static void gate_done(void *arg, enum loa_err result)
{
    struct gate_job *j = arg;
    struct run *r = j->run;
    struct sched_engine *e = r->engine;

    r->claiming = false;
    if (result)
        LOA_LOG(LOA_LOG_ERROR, "the cap of posts cannot be read", F("run", j->run_id),
                F("why", store_why(e->store, result)));
    else if (j->room == SCHED_ROOM_ALL || j->room == SCHED_ROOM_SOME)
        r->post_free = true;
    else
        leave_out(r, j);
    free(j);
    engine_job_done(e);
    if (!result) /* else the next tick asks again */
        dispatch_account(r->account);
}

bool post_gate(struct run *r)
{
    int64_t now = loa_clock_wall();
    struct channel_deal deal = account_deal(r->account, now);
    struct gate_job *j;

    if (r->post_free || !is_capped(r, &deal, now))
        return true;
    if (other_under_way(r, now))
        return false;
    j = loa_xcalloc(1, sizeof(*j));
    *j = (struct gate_job){.run = r,
                           .deal = deal,
                           .account_id = r->account->data.id,
                           .run_id = r->data.id,
                           .now = now};
    r->claiming = true;
    engine_write(r->engine, gate_work, gate_done, j);
    return false;
}
