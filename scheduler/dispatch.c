/* SPDX-License-Identifier: Apache-2.0 */
/* Who goes next. Within an account: replies before broadcasts, urgent runs before others, then by
 * due time. Between accounts: in turn, some requests at a time, whenever they compete for the
 * client's places. An account is looked at when something of it has changed (an answer came, a
 * window is there, its limiter lets the next one go), not whenever anything has. */
#include <limits.h>

#include "messages/base/clock.h"
#include "scheduler/engine_impl.h"

enum {
    REFRESH_AHEAD_MS = 5 * LOA_HOUR_MS,
    TOKEN_LOOK_MS = 30 * 1000,
    QUANTUM = 8,     /* requests of one account before the next one's turn */
    FOR_URGENT = 8,  /* an account's places beyond those of its normal runs */
    FOR_REPLIES = 16 /* and beyond those of its urgent ones */
};

/* ---- later ----------------------------------------------------------------------------- */

static void feed(struct sched_engine *e);
static void on_soon(uv_timer_t *t);

static void arm(struct sched_engine *e, int64_t wait_us)
{
    uint64_t ms = wait_us > 0 ? (uint64_t)(wait_us + 999) / 1000 : 1;

    if (!uv_is_active((uv_handle_t *)&e->soon) || uv_timer_get_due_in(&e->soon) > ms)
        uv_timer_start(&e->soon, on_soon, ms, 0);
}

static void on_soon(uv_timer_t *t)
{
    struct sched_engine *e = t->data;
    int64_t now_us = loa_clock_mono_us();
    bool all = e->all_at_us && e->all_at_us <= now_us;

    if (all)
        e->all_at_us = 0;
    for (struct account *a = e->accounts; a; a = a->next)
        a->waits = a->waits || all || (a->wake_us && a->wake_us <= now_us);
    feed(e);
    now_us = loa_clock_mono_us();
    if (e->all_at_us)
        arm(e, e->all_at_us - now_us);
    for (struct account *a = e->accounts; a; a = a->next) {
        if (a->wake_us)
            arm(e, a->wake_us - now_us);
    }
}

void dispatch_later(struct sched_engine *e, int64_t wait_us)
{
    int64_t at_us = loa_clock_mono_us() + wait_us;

    if (!e->all_at_us || at_us < e->all_at_us)
        e->all_at_us = at_us;
    arm(e, wait_us);
}

/* ---- places ---------------------------------------------------------------------------- */

bool dispatch_may_begin(struct account *a, enum dispatch_kind kind)
{
    size_t most = a->engine->opt.max_inflight;
    int64_t hold = sched_outage_wait(&a->outage, loa_clock_mono(), a->inflight);

    if (hold) { /* negative: the one that tries wakes it */
        a->held_ms = hold > 0 ? hold : 0;
        return false;
    }
    if (kind != DISPATCH_NORMAL)
        most += FOR_URGENT;
    if (kind == DISPATCH_REPLY)
        most += FOR_REPLIES;
    if (a->inflight >= most) /* one of its own answers lets it go on */
        return false;
    if (a->quantum && sched_places_free(&a->engine->places, a->platform, kind == DISPATCH_REPLY))
        return true;
    a->waits = true;
    return false;
}

void dispatch_began(struct account *a, bool talk)
{
    a->inflight++;
    if (a->quantum)
        a->quantum--;
    a->engine->begun++;
    sched_places_take(&a->engine->places, a->platform, talk);
}

void dispatch_ended(struct account *a, bool talk)
{
    a->inflight--;
    sched_places_give(&a->engine->places, a->platform, talk);
}

/* ---- one account ----------------------------------------------------------------------- */

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

static void visit(struct account *a)
{
    int64_t wait = 0;

    a->held_ms = 0;
    look_at_token(a);
    account_ask_ways(a);
    account_ask_templates(a);
    if (a->paused || a->leaving)
        reply_give_back(a); /* they wait in the store, however long it takes */
    if (account_may_send(a))
        wait = reply_pump(a);
    wait = sooner(wait, pump_runs(a)); /* a run may end even where nothing can be sent */
    wait = sooner(wait, 1000 * a->held_ms);
    a->wake_us = wait ? loa_clock_mono_us() + wait : 0;
    if (wait)
        arm(a->engine, wait);
}

/* ---- all that wait --------------------------------------------------------------------- */

static size_t count_waiting(const struct sched_engine *e)
{
    size_t n = 0;

    for (const struct account *a = e->accounts; a; a = a->next)
        n += a->waits;
    return n;
}

/* One round: each that waits has its turn, beginning behind the last one that sent something. One
 * alone need not be counted off. True if anything was sent. */
static bool feed_round(struct sched_engine *e)
{
    struct account *first = e->turn ? e->turn : e->accounts, *a = first;
    unsigned quantum = count_waiting(e) > 1 ? QUANTUM : UINT_MAX;
    bool any = false;

    do {
        uint64_t before = e->begun;

        if (a->waits) {
            a->waits = false;
            a->quantum = quantum;
            visit(a);
        }
        a = a->next ? a->next : e->accounts;
        if (e->begun != before) {
            e->turn = a;
            any = true;
        }
    } while (a != first);
    return any;
}

/* Who finds no place keeps waiting, and is fed when an answer frees one. */
static void feed(struct sched_engine *e)
{
    bool more = true;

    if (e->pumping) { /* a callback of our own: one more round will do */
        e->again = true;
        return;
    }
    e->pumping = true;
    while (more && e->accounts && !e->stopping) {
        e->again = false;
        more = feed_round(e) || e->again;
        more = more && count_waiting(e) > 0;
    }
    e->pumping = false;
}

void dispatch_account(struct account *a)
{
    a->waits = true;
    feed(a->engine);
}

void dispatch_pump(struct sched_engine *e)
{
    for (struct account *a = e->accounts; a; a = a->next)
        a->waits = true;
    feed(e);
}
