/* SPDX-License-Identifier: Apache-2.0 */
/* Public posts of one account: whom each reaches under the platform's caps, which all messages
 * share, and on which days to post when there are more than the caps allow. */
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "scheduler/forecast_impl.h"
#include "scheduler/post_cap.h"

static int day_of(int64_t ms)
{
    return loa_tz_civil(ms).day - 1;
}

static int count_bits(uint32_t v)
{
    int n = 0;

    for (; v; v &= v - 1)
        n++;
    return n;
}

static struct sched_forecast_month *month_at(struct sched_forecast *f, size_t account, int64_t ms)
{
    int64_t start = sched_month_start(ms);

    for (size_t i = 0; i < f->n_months; i++) {
        if (f->months[i].account == account && f->months[i].start_ms == start)
            return &f->months[i];
    }
    f->months = loa_xrealloc(f->months, (f->n_months + 1) * sizeof(*f->months));
    f->months[f->n_months] = (struct sched_forecast_month){.account = account, .start_ms = start};
    return &f->months[f->n_months++];
}

/* What went out, and what is going out by this forecast; newest line first. */
struct posts {
    struct msg_post list[MSG_POSTS_MAX];
    size_t n;
    int64_t newest;
};

static void add_post(struct posts *p, int64_t at_ms)
{
    if (p->n == MSG_POSTS_MAX) /* the lowest line matters least */
        p->n--;
    memmove(p->list + 1, p->list, p->n * sizeof(p->list[0]));
    p->list[0] = (struct msg_post){at_ms, p->newest};
    p->n++;
}

static void plan_day(struct sched_forecast *f, const struct sched_forecast_item *i)
{
    struct sched_forecast_month *m = month_at(f, i->account, i->from_ms);
    uint32_t bit = UINT32_C(1) << day_of(i->from_ms);

    m->planned |= bit;
    m->mine |= i->mine ? bit : 0;
    m->urgent |= i->urgent ? bit : 0;
    m->served |= i->reach > 0 ? bit : 0;
}

static enum loa_err reach_of(struct db *db, const struct sched_forecast *f,
                             struct sched_forecast_item *i, struct posts *p)
{
    const struct sched_forecast_account *a = &f->accounts[i->account];
    int64_t line;
    enum loa_err err = LOA_OK;

    i->people = a->followers;
    i->reach = a->followers;
    switch (sched_post_line(&a->deal, p->list, p->n, i->from_ms, p->newest, &line)) {
    case SCHED_ROOM_ALL:
        break;
    case SCHED_ROOM_SOME:
        err = msg_post_followers(db, a->id, line, &i->reach);
        break;
    case SCHED_ROOM_DAY_FULL:
        i->reach = 0;
        i->day_full = true;
        break;
    case SCHED_ROOM_MONTH_FULL:
        i->reach = 0;
        i->month_full = true;
        break;
    }
    i->fates[SCHED_FATE_CAP] = i->people - i->reach;
    if (!a->has_token || forecast_right_is_over(a, i->from_ms)) {
        i->fates[a->has_token ? SCHED_FATE_EXPIRED : SCHED_FATE_RIGHT] = i->reach;
        i->reach = 0;
    }
    return err;
}

static void set_times(const struct sched_forecast_account *a, const struct forecast_hours *hours,
                      struct sched_forecast_item *i)
{
    if (!a->has_token || forecast_right_is_over(a, i->from_ms) || i->from_ms >= i->deadline_ms)
        return;
    i->requests = 1;
    i->start_ms = forecast_open_from(hours, i->urgent, i->from_ms);
    i->end_ms = i->start_ms + a->rules->review_ms;
}

/* ---- the days to use ------------------------------------------------------------------- */

/* The day in `from` that is farthest from all in `chosen`, the earliest of equals. */
static int farthest(uint32_t from, uint32_t chosen)
{
    int best = -1, best_distance = -1;

    for (int d = 0; d < 31; d++) {
        int distance = 31;

        if (!(from >> d & 1))
            continue;
        for (int c = 0; c < 31; c++) {
            if (chosen >> c & 1 && abs(c - d) < distance)
                distance = abs(c - d);
        }
        if (distance > best_distance) {
            best = d;
            best_distance = distance;
        }
    }
    return best;
}

static int nth(uint32_t days, int n)
{
    for (int d = 0; d < 31; d++) {
        if (days >> d & 1 && n-- == 0)
            return d;
    }
    return -1;
}

uint32_t forecast_choose_days(uint32_t candidates, uint32_t urgent, int slots)
{
    uint32_t chosen = 0, first = candidates & urgent;
    int n = count_bits(candidates);

    if (slots >= n)
        return candidates;
    for (int i = 0; i < slots && nth(first, i) >= 0; i++)
        chosen |= UINT32_C(1) << nth(first, i);
    /* Without urgent ones: the first, the last, and evenly between. */
    for (int k = 0; !first && k < slots; k++) {
        int at = slots == 1 ? 0 : (2 * k * (n - 1) + slots - 1) / (2 * (slots - 1));

        chosen |= UINT32_C(1) << nth(candidates, at);
    }
    while (count_bits(chosen) < slots)
        chosen |= UINT32_C(1) << farthest(candidates & ~chosen, chosen);
    return chosen;
}

static void propose(const struct sched_forecast *f, struct sched_forecast_month *m)
{
    const struct sched_forecast_account *a = &f->accounts[m->account];
    uint32_t candidates = a->deal.posts_day ? m->planned & ~m->used : m->planned;
    int slots = a->deal.posts_month - m->n_used;

    if (a->deal.posts_month && count_bits(candidates) > slots)
        m->proposed = forecast_choose_days(candidates, m->urgent, slots > 0 ? slots : 0);
}

/* ---- one account ----------------------------------------------------------------------- */

static enum loa_err load_history(struct db *db, struct sched_forecast *f, size_t account,
                                 struct posts *p)
{
    int64_t id = f->accounts[account].id, now = f->now_ms;
    enum loa_err err =
        msg_post_history(db, id, sched_month_start(now), sched_month_end(now), 0, p->list, &p->n);

    if (!err)
        err =
            db_get_int(db, &p->newest,
                       "SELECT COALESCE(MAX(id), 0) FROM contacts WHERE account_id = $1", "i", id);
    for (size_t i = 0; i < p->n && !err; i++) {
        struct sched_forecast_month *m = month_at(f, account, p->list[i].at_ms);

        m->used |= UINT32_C(1) << day_of(p->list[i].at_ms);
        m->n_used++;
    }
    return err;
}

enum loa_err forecast_posts(struct db *db, struct sched_forecast *f, size_t account,
                            const struct forecast_hours *hours)
{
    const struct sched_forecast_account *a = &f->accounts[account];
    bool counted = a->rules->posts_reach_followers;
    struct posts p = {.n = 0};
    enum loa_err err = counted ? load_history(db, f, account, &p) : LOA_OK;

    for (size_t k = 0; k < f->n_items && !err; k++) { /* sorted by time within the account */
        struct sched_forecast_item *i = &f->items[k];

        if (i->account != account || i->way != CHANNEL_WAY_POST)
            continue;
        if (!counted) {
            set_times(a, hours, i);
            continue;
        }
        err = reach_of(db, f, i, &p);
        if (err)
            break;
        if (i->from_ms >= i->deadline_ms) {
            i->fates[SCHED_FATE_LATE] = i->reach;
            i->reach = 0;
        }
        if (i->reach > 0 || (!i->month_full && !i->day_full))
            set_times(a, hours, i);
        if (i->start_ms)
            add_post(&p, i->from_ms);
        plan_day(f, i);
    }
    for (size_t k = 0; k < f->n_months; k++) {
        if (f->months[k].account == account)
            propose(f, &f->months[k]);
    }
    return err;
}
