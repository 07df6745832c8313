/* SPDX-License-Identifier: Apache-2.0 */
/* By which ways an account may deliver: asked of the platform where accounts differ, learned from
 * what it refuses, kept in the store for the planner and the composer. */
#include <stdlib.h>
#include <string.h>

#include "messages/account_way.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "scheduler/engine_impl.h"
#include "scheduler/ways.h"

enum { ASK_AGAIN_MS = 60 * 1000 };

struct ways_job {
    struct sched_engine *engine;
    int64_t account, now;
    unsigned open, closed;
    int refused; /* a way; -1: none */
    char detail[CHANNEL_DETAIL_SIZE];
};

static enum loa_err ways_work(struct db *db, void *arg)
{
    struct ways_job *j = arg;

    if (j->refused >= 0)
        return msg_account_way_refused(db, j->account, j->refused, j->detail, j->now);
    return sched_ways_told(db, j->account, j->open, j->closed, j->detail, j->now);
}

static void ways_done(void *arg, enum loa_err result)
{
    struct ways_job *j = arg;
    struct sched_engine *e = j->engine;

    if (result) /* it is asked or refused again */
        LOA_LOG(LOA_LOG_ERROR, "ways of an account not stored", F("account", j->account),
                F("why", store_why(e->store, result)));
    free(j);
    engine_job_done(e);
}

static struct ways_job *job_of(const struct account *a, const char *detail)
{
    struct ways_job *j = loa_xcalloc(1, sizeof(*j));
    size_t n = strnlen(detail, sizeof(j->detail) - 1);

    *j = (struct ways_job){
        .engine = a->engine, .account = a->data.id, .now = loa_clock_wall(), .refused = -1};
    memcpy(j->detail, detail, n);
    return j;
}

void account_ways_told(struct account *a, const struct channel_flow *f)
{
    struct ways_job *j;

    if (!(f->ways_open | f->ways_closed))
        return;
    a->closed_ways = (a->closed_ways & ~f->ways_open) | f->ways_closed;
    a->ways_told = true;
    j = job_of(a, f->ways_why ? f->ways_why : "");
    j->open = f->ways_open;
    j->closed = f->ways_closed;
    engine_write(a->engine, ways_work, ways_done, j);
}

void account_way_refused(struct account *a, enum channel_way way, const struct channel_result *res)
{
    struct ways_job *j;

    if (a->closed_ways & 1U << way)
        return;
    a->closed_ways |= 1U << way;
    LOA_LOG(LOA_LOG_WARN, "the platform closes a way", F("account", a->data.name), F("way", way),
            F("code", res->code), F("why", res->detail));
    j = job_of(a, res->detail);
    j->refused = (int)way;
    engine_write(a->engine, ways_work, ways_done, j);
}

void account_ways_seen(struct sched_engine *e, const struct msg_account_ways_known *known, size_t n)
{
    for (struct account *a = e->accounts; a; a = a->next) {
        a->closed_ways = 0;
        a->ways_told = false;
        for (size_t i = 0; i < n; i++) {
            if (known[i].account != a->data.id)
                continue;
            a->closed_ways = known[i].closed;
            a->ways_told = known[i].told;
        }
    }
}

void account_ask_ways(struct account *a)
{
    if (a->ways_told || !(a->channel->ops->caps & CHANNEL_CAP_TELLS_WAYS) || !account_ready(a) ||
        loa_clock_mono() < a->ask_ways_at_mono)
        return;
    a->ask_ways_at_mono = loa_clock_mono() + ASK_AGAIN_MS;
    flow_probe(a);
}
