/* SPDX-License-Identifier: Apache-2.0 */
/* Who goes next: replies before broadcasts, urgent runs before others, accounts in turn. */
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "scheduler/engine_impl.h"

enum { REFRESH_AHEAD_MS = 5 * LOA_HOUR_MS, TOKEN_LOOK_MS = 30 * 1000 };

static void on_soon(uv_timer_t *t)
{
    dispatch_pump(t->data);
}

void dispatch_later(struct sched_engine *e, int64_t wait_us)
{
    uint64_t ms = (uint64_t)(wait_us + 999) / 1000;

    if (!uv_is_active((uv_handle_t *)&e->soon) || uv_timer_get_due_in(&e->soon) > ms)
        uv_timer_start(&e->soon, on_soon, ms ? ms : 1, 0);
}

/* A token near its end is renewed before it fails (the contract says near 20 of 25 hours). */
static void look_at_token(struct account *a)
{
    int64_t mono = loa_clock_mono();

    if (!(a->channel->ops->caps & CHANNEL_CAP_REFRESH) || a->paused || a->refreshing ||
        !account_is_ours(a))
        return;
    if (!a->needs_refresh && mono - a->checked_mono >= TOKEN_LOOK_MS) {
        a->checked_mono = mono;
        if (a->data.token_expires_ms &&
            a->data.token_expires_ms - REFRESH_AHEAD_MS < loa_clock_wall())
            a->needs_refresh = true;
    }
    if (a->needs_refresh && mono >= a->refresh_at_mono)
        flow_refresh(a);
}

static int64_t sooner(int64_t a, int64_t b)
{
    return !a || (b && b < a) ? b : a;
}

/* All runs of one account, urgent and older ones first (the list is kept so). */
static int64_t pump_runs(struct account *a)
{
    int64_t wait = 0;

    for (struct run *r = a->engine->runs; r; r = r->next) {
        if (r->account == a)
            wait = sooner(wait, broadcast_pump(r));
    }
    return wait;
}

static int64_t pump_account(struct account *a)
{
    int64_t wait = 0;

    look_at_token(a);
    account_ask_ways(a);
    if (a->paused || a->leaving)
        reply_give_back(a); /* they wait in the store, however long it takes */
    if (account_may_send(a))
        wait = reply_pump(a);
    return sooner(wait, pump_runs(a)); /* a run may end even where nothing can be sent */
}

/* Each time another one begins, so that none takes all the client's places from the others. */
static int64_t pump_accounts(struct sched_engine *e)
{
    struct account *first = e->turn ? e->turn : e->accounts;
    int64_t wait = 0;

    if (!first || e->stopping)
        return 0;
    e->turn = first->next;
    for (struct account *a = first; a; a = a->next)
        wait = sooner(wait, pump_account(a));
    for (struct account *a = e->accounts; a != first; a = a->next)
        wait = sooner(wait, pump_account(a));
    return wait;
}

void dispatch_pump(struct sched_engine *e)
{
    int64_t wait = 0;

    if (e->pumping) { /* a callback of our own: one more round will do */
        e->again = true;
        return;
    }
    e->pumping = true;
    do {
        e->again = false;
        wait = 0;
        wait = pump_accounts(e);
    } while (e->again);
    e->pumping = false;
    if (wait)
        dispatch_later(e, wait);
}
