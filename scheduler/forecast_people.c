/* SPDX-License-Identifier: Apache-2.0 */
/* People by lane and by fate, and what it costs to write to them. */
#include "scheduler/forecast_impl.h"
#include "scheduler/post_cap.h"

/* ---- people ---------------------------------------------------------------------------- */

static int64_t shared(int64_t n, double share)
{
    return share >= 1 ? n : (int64_t)((double)n * share);
}

int64_t forecast_short_age(const struct sched_forecast_account *a)
{
    int64_t window = a->ops->limits.window_ms, free_ms = a->rules->free_ms;

    return window && window < free_ms ? window : free_ms;
}

struct forecast_lanes forecast_lanes_at(const struct sched_forecast_account *a,
                                        const struct msg_reach_scan *s, const struct msg_reach *r,
                                        int64_t at, bool with_template)
{
    int64_t window = a->ops->limits.window_ms, inside;
    bool exact = at == s->at_ms; /* the moment that the scan was asked for */
    struct forecast_lanes l = {0};

    l.free = exact ? r->fresh : msg_reach_younger(r, s->base_ms, at, forecast_short_age(a));
    if (!window)
        inside = r->writable;
    else
        inside = exact ? r->fresh + r->recent : msg_reach_younger(r, s->base_ms, at, window);
    l.paid = inside - l.free;
    if (!a->rules->charged) {
        l.free = inside;
        l.paid = 0;
    }
    *(with_template ? &l.by_template : &l.closed) = r->writable - inside;
    return l;
}

void forecast_people(const struct sched_forecast_account *a, const struct msg_reach_scan *s,
                     const struct msg_reach *r, struct sched_forecast_item *i, int64_t at)
{
    struct forecast_lanes l = forecast_lanes_at(a, s, r, at, i->has_template);

    i->people = shared(r->people, i->share);
    i->fates[SCHED_FATE_UNSUBSCRIBED] = shared(r->unsubscribed, i->share);
    i->fates[SCHED_FATE_OPTED_OUT] = shared(r->opted_out, i->share);
    i->fates[SCHED_FATE_BLOCKED] = shared(r->blocked, i->share);
    i->fates[SCHED_FATE_INVALID] = shared(r->invalid, i->share);
    i->fates[SCHED_FATE_ERASED] = shared(r->erased, i->share);
    i->fates[SCHED_FATE_WINDOW] = i->fates[SCHED_FATE_TEMPLATE] = 0;
    i->fates[i->template_closed ? SCHED_FATE_TEMPLATE : SCHED_FATE_WINDOW] =
        shared(l.closed, i->share);
    i->by_window_free = shared(l.free, i->share);
    i->by_window_paid = shared(l.paid, i->share);
    i->by_template = shared(l.by_template, i->share);
    i->reach = i->by_window_free + i->by_window_paid + i->by_template;
    if (!a->has_token || i->no_right || forecast_right_is_over(a, at)) {
        i->fates[a->has_token && !i->no_right ? SCHED_FATE_EXPIRED : SCHED_FATE_RIGHT] = i->reach;
        i->reach = i->by_window_free = i->by_window_paid = i->by_template = 0;
    }
}

/* A right that the program renews runs out only if it does not run, which is a warning's matter. */
bool forecast_right_is_over(const struct sched_forecast_account *a, int64_t at)
{
    return !a->can_refresh && a->right_ends_ms && a->right_ends_ms <= at;
}

/* Those at the end of the line have no turn before the deadline; they are taken from all lanes
 * alike, as the line goes by key and not by lane. */
static void leave_late(struct sched_forecast_item *i, double left)
{
    int64_t late = (int64_t)left, rest = i->reach - late;
    double part = i->reach ? (double)rest / (double)i->reach : 0;

    if (late <= 0)
        return;
    i->fates[SCHED_FATE_LATE] = late;
    i->by_window_paid = (int64_t)((double)i->by_window_paid * part);
    i->by_template = (int64_t)((double)i->by_template * part);
    i->by_window_free = rest - i->by_window_paid - i->by_template;
    i->reach = rest;
}

static void count_requests(const struct sched_forecast_account *a, struct sched_forecast_item *i)
{
    int64_t batch = i->way == CHANNEL_WAY_BATCH ? (int64_t)a->ops->limits.batch : 1;

    i->requests = batch > 1 ? (i->reach + batch - 1) / batch : i->reach;
}

void forecast_late(const struct sched_forecast_account *a, struct sched_forecast_item *i,
                   double left)
{
    leave_late(i, left < (double)i->reach ? left : (double)i->reach);
    count_requests(a, i);
}

void forecast_end(const struct sched_forecast_account *a, const struct msg_reach_scan *s,
                  const struct msg_reach *r, struct sched_forecast_item *i, double left)
{
    int64_t window = a->ops->limits.window_ms, before, after;

    /* Both by whole hours: what is left of one must not look like people lost. */
    before = msg_reach_younger(r, s->base_ms, i->start_ms, window);
    after = msg_reach_younger(r, s->base_ms, i->end_ms, window);
    if (window && i->reach && before > after)
        i->closing = shared(before - after, i->share);
    forecast_late(a, i, left);
}

/* ---- money ----------------------------------------------------------------------------- */

void forecast_cost(const struct sched_forecast_account *a, struct sched_forecast_item *i,
                   struct forecast_month_use *use)
{
    int64_t at = i->start_ms ? i->start_ms : i->from_ms, start = sched_month_start(at), covered;

    if (start != use->start_ms)
        *use = (struct forecast_month_use){start, 0};
    covered = a->deal.free_month - use->used;
    covered = covered < 0 ? 0 : covered > i->by_window_paid ? i->by_window_paid : covered;
    use->used += i->by_window_paid;
    i->charged = i->by_window_paid - covered;
    i->cost = i->charged * a->deal.price + i->by_template * a->deal.utility_price;
}
