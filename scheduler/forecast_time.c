/* SPDX-License-Identifier: Apache-2.0 */
/* When broadcasts begin and end, one behind the other. */
#include "messages/base/clock.h"
#include "messages/base/tz.h"
#include "scheduler/forecast_impl.h"

enum { ROUNDS_MAX = 100000 };

struct forecast_hours forecast_hours_of(const struct sched_quiet *quiet,
                                        const struct channel_rules *rules, enum channel_way way)
{
    struct forecast_hours h = {.quiet = quiet};

    if (rules->closed[way] && sched_quiet_parse(rules->closed[way], &h.closed, NULL) != LOA_OK)
        h.closed = (struct sched_quiet){0, 0};
    return h;
}

int64_t forecast_open_from(const struct forecast_hours *h, bool urgent, int64_t ms)
{
    /* What ends one kind of hours may lie in the other; hours that cover the day are no schedule.
     */
    for (int i = 0; i < 8; i++) {
        int64_t before = ms;

        ms = sched_quiet_next(&h->closed, ms);
        if (!urgent)
            ms = sched_quiet_next(h->quiet, ms);
        if (ms == before)
            break;
    }
    return ms;
}

/* The next time that quiet hours begin, from a moment outside them. */
static int64_t begins(const struct sched_quiet *q, int64_t ms)
{
    struct loa_civil c = loa_tz_civil(ms);
    int64_t at;

    if (!q || q->from_min == q->to_min)
        return INT64_MAX;
    c.hour = q->from_min / 60;
    c.minute = q->from_min % 60;
    c.second = 0;
    at = loa_tz_ms(&c);
    if (at > ms)
        return at;
    c.day++;
    at = loa_tz_ms(&c);
    return at > ms ? at : ms + LOA_HOUR_MS; /* the hour that a clock change repeats */
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t forecast_open_until(const struct forecast_hours *h, bool urgent, int64_t ms)
{
    int64_t closed = begins(&h->closed, ms);

    return urgent ? closed : least(closed, begins(h->quiet, ms));
}

/* ---- the line -------------------------------------------------------------------------- */

static bool before(const struct forecast_job *a, const struct forecast_job *b)
{
    if (a->urgent != b->urgent)
        return a->urgent;
    return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->order < b->order;
}

static bool is_over(const struct forecast_job *j, int64_t t)
{
    return j->left <= 0 || t >= j->deadline_ms;
}

/* Whether work goes on just now, and until when; if not, from when. By urgency. */
struct gate {
    bool open[2];
    int64_t change[2];
};

static struct gate gate_at(const struct forecast_hours *h, int64_t t)
{
    struct gate g;

    for (int urgent = 0; urgent < 2; urgent++) {
        int64_t from = forecast_open_from(h, urgent, t);

        g.open[urgent] = from == t;
        g.change[urgent] = from == t ? forecast_open_until(h, urgent, t) : from;
    }
    return g;
}

/* The one that is worked on at `t`; NULL: none may be. */
static struct forecast_job *pick(struct forecast_job *jobs, size_t n, const struct gate *g,
                                 int64_t t)
{
    struct forecast_job *best = NULL;

    for (size_t i = 0; i < n; i++) {
        struct forecast_job *j = &jobs[i];

        if (is_over(j, t) || j->from_ms > t || !g->open[j->urgent])
            continue;
        if (!best || before(j, best))
            best = j;
    }
    return best;
}

/* When another one may come in; INT64_MAX: none will. */
static int64_t next_arrival(const struct forecast_job *jobs, size_t n, int64_t t)
{
    int64_t at = INT64_MAX;

    for (size_t i = 0; i < n; i++) {
        if (jobs[i].from_ms > t && jobs[i].left > 0 && jobs[i].from_ms < at)
            at = jobs[i].from_ms;
    }
    return at;
}

static bool any_waits(const struct forecast_job *jobs, size_t n, int64_t t)
{
    for (size_t i = 0; i < n; i++) {
        if (jobs[i].from_ms <= t && !is_over(&jobs[i], t))
            return true;
    }
    return false;
}

/* Works on one until it is done or something else comes; the moment after. */
static int64_t work_on(struct forecast_job *j, int64_t t, int64_t until)
{
    double need = j->left / j->per_ms;
    int64_t done = need < 1e15 ? t + (int64_t)need : INT64_MAX;

    if (!j->start_ms)
        j->start_ms = t;
    if ((double)(done - t) < need)
        done++;
    until = least(until, j->deadline_ms);
    if (done <= until) {
        j->left = 0;
        j->end_ms = done;
        return done;
    }
    j->left -= (double)(until - t) * j->per_ms;
    j->end_ms = until;
    return until;
}

void forecast_queue(struct forecast_job *jobs, size_t n, const struct forecast_hours *hours,
                    int64_t now)
{
    int64_t t = now;

    for (size_t i = 0; i < n; i++) {
        jobs[i].start_ms = jobs[i].end_ms = 0;
        jobs[i].left = jobs[i].people;
    }
    for (int round = 0; round < ROUNDS_MAX; round++) {
        int64_t arrival = next_arrival(jobs, n, t);
        struct gate g = gate_at(hours, t);
        int64_t change = least(g.change[0], g.change[1]);
        struct forecast_job *j = pick(jobs, n, &g, t);

        if (j)
            t = work_on(j, t, least(arrival, change));
        else if (any_waits(jobs, n, t) && change != INT64_MAX)
            t = least(arrival, change);
        else if (arrival != INT64_MAX)
            t = arrival;
        else
            break;
    }
}
