/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/gcra.h"

enum { NS_PER_US = 1000 };

static const double usage_slow_from = 80.0;

void sched_gcra_init(struct sched_gcra *g, int64_t calls, int64_t period_us, int64_t burst)
{
    *g = (struct sched_gcra){.share = 1.0, .tat_ns = INT64_MIN / 2, .slowed_us = INT64_MIN / 2};
    /* Rounded up: a hair slower than allowed, never faster. */
    g->interval_ns = (period_us * NS_PER_US + calls - 1) / calls;
    g->burst_ns = (burst > 1 ? burst : 1) * g->interval_ns;
}

/* The share of full speed in force: held until hold_us, from there rising in a straight line. */
static double share_at(const struct sched_gcra *g, int64_t now_us)
{
    double share = g->share;

    if (now_us > g->hold_us)
        share += (double)(now_us - g->hold_us) / (double)SCHED_GCRA_EASE_US;
    return share < 1.0 ? share : 1.0;
}

static int64_t interval_at(const struct sched_gcra *g, int64_t now_us)
{
    double share = g->share < 1.0 ? share_at(g, now_us) : 1.0;

    return share < 1.0 ? (int64_t)((double)g->interval_ns / share) : g->interval_ns;
}

/* How far ahead of the even pace calls may run, one call at least. */
static int64_t depth(const struct sched_gcra *g, int64_t charge_ns)
{
    return charge_ns > g->burst_ns ? charge_ns : g->burst_ns;
}

int64_t sched_gcra_allow(struct sched_gcra *g, int64_t now_us, int64_t cost)
{
    int64_t now_ns = now_us * NS_PER_US;
    int64_t charge_ns = (cost > 1 ? cost : 1) * interval_at(g, now_us);
    int64_t start_ns = g->tat_ns > now_ns ? g->tat_ns : now_ns;
    int64_t early_ns = start_ns + charge_ns - depth(g, charge_ns) - now_ns;

    if (g->blocked_us > now_us)
        return g->blocked_us - now_us;
    if (early_ns > 0)
        return (early_ns + NS_PER_US - 1) / NS_PER_US;
    g->tat_ns = start_ns + charge_ns;
    return 0;
}

int64_t sched_gcra_available(const struct sched_gcra *g, int64_t now_us)
{
    int64_t now_ns = now_us * NS_PER_US, interval = interval_at(g, now_us);
    int64_t ahead_ns = g->tat_ns > now_ns ? g->tat_ns - now_ns : 0;
    int64_t room_ns = depth(g, interval) - ahead_ns;

    return g->blocked_us > now_us || room_ns <= 0 ? 0 : room_ns / interval;
}

double sched_gcra_rate(const struct sched_gcra *g, int64_t now_us)
{
    return g->blocked_us > now_us ? 0.0 : 1e9 / (double)interval_at(g, now_us);
}

/* A slower share or a longer hold wins; a hint never speeds up what another slowed down. */
static void limit_share(struct sched_gcra *g, int64_t now_us, double share, int64_t until_us)
{
    double current = share_at(g, now_us);

    if (share < SCHED_GCRA_SHARE_MIN)
        share = SCHED_GCRA_SHARE_MIN;
    g->share = share < current ? share : current;
    if (g->hold_us < now_us)
        g->hold_us = now_us;
    if (share <= current && g->hold_us < until_us)
        g->hold_us = until_us;
}

void sched_gcra_slow_down(struct sched_gcra *g, int64_t now_us, double factor, int64_t until_us)
{
    double share = share_at(g, now_us);

    if (now_us - g->slowed_us >= SCHED_GCRA_SAME_US) {
        g->slowed_us = now_us;
        share *= factor < 1.0 ? factor : 1.0;
    }
    limit_share(g, now_us, share, until_us);
}

void sched_gcra_block(struct sched_gcra *g, int64_t until_us)
{
    if (g->blocked_us < until_us)
        g->blocked_us = until_us;
}

void sched_gcra_remaining(struct sched_gcra *g, int64_t now_us, int64_t remaining, int64_t reset_us)
{
    double full = (double)(reset_us - now_us) * NS_PER_US / (double)g->interval_ns;

    if (reset_us <= now_us)
        return;
    if (remaining <= 0)
        sched_gcra_block(g, reset_us);
    else if ((double)remaining < full)
        limit_share(g, now_us, (double)remaining / full, reset_us);
}

void sched_gcra_usage(struct sched_gcra *g, int64_t now_us, double percent, int64_t until_us)
{
    if (percent > usage_slow_from)
        limit_share(g, now_us, (100.0 - percent) / (100.0 - usage_slow_from), until_us);
}
