/* SPDX-License-Identifier: Apache-2.0 */
/* A run that this node holds, that may send and does not: whatever the cause, what is in memory is
 * given up and the next look into the store opens it anew. What was claimed and not handed over
 * waits again; of what else was under way the note is still there, and goes to the doubts. */
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "scheduler/run_parts.h"

static bool pace_allows(struct run *r, int64_t now_us)
{
    return !rate_wait(r, now_us) && sched_gcra_available(&r->account->pace[r->data.way], now_us);
}

/* Its account is neither at work, for it or for others, nor kept from it. */
static bool account_is_free(const struct account *a, bool urgent)
{
    return !a->inflight && !a->flows && !sched_outage_wait(&a->outage, loa_clock_mono(), 0) &&
           sched_places_free(&a->engine->places, a->platform, urgent);
}

/* Jobs of its own are under way as long as the store has any. */
static bool waits_for_store(const struct run *r)
{
    return store_backlog(r->engine->store) > 0 &&
           (r->claiming || r->finishing || r->flushing || r->batch.n);
}

bool run_may_move(struct run *r, int64_t now)
{
    if (r->lost || r->post || run_is_held(r, now) || r->check_at_ms > now || waits_for_store(r))
        return false;
    if (r->retries && r->retries->at_mono > loa_clock_mono())
        return false;
    return account_is_free(r->account, r->data.urgent) && pace_allows(r, loa_clock_mono_us());
}

static void open_anew(struct run *r)
{
    LOA_LOG(LOA_LOG_ERROR, "a run stood still and is opened anew", F("run", r->data.id),
            F("message", r->data.message_id), F("account", r->account->data.name),
            F("cursor", r->data.cursor_id), F("claiming", r->claiming),
            F("finishing", r->finishing), F("flushing", r->flushing));
    /* Nothing of it is in the store's queue, so nobody will come back to it. */
    r->claiming = r->finishing = r->flushing = false;
    broadcast_give_back(r);
    r->lost = true;
}

uint64_t run_stall_look(struct sched_engine *e)
{
    int64_t now = loa_clock_wall(), mono = loa_clock_mono();
    uint64_t n = 0;

    for (struct run *r = e->runs; r; r = r->next) {
        if (!sched_stall_look(&r->stall, run_may_move(r, now), r->moves, mono))
            continue;
        open_anew(r);
        n++;
    }
    return n;
}
