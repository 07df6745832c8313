/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/plan.h"

#include <stdlib.h>
#include <time.h>

#include "messages/base/mem.h"

struct sched_plan {
    struct sched_recur *recur;    /* NULL: once */
    struct sched_occurrence once; /* when recur is NULL */
    struct sched_late late;
    struct loa_civil start; /* dtstart; rules only */
    int64_t expires_ms;     /* 0: never */
    int64_t active_ms;
    bool urgent;
};

static enum loa_err open_rule(struct sched_plan *p, const struct sched_schedule *s,
                              struct loa_problem *problem)
{
    struct sched_rule rule = {.rrule = s->rrule,
                              .dtstart_ms = s->dtstart_ms,
                              .until_ms = s->until_ms,
                              .exdates = s->exdates};

    if (s->expires_ms && s->expires_ms <= s->dtstart_ms)
        return loa_fail(problem, LOA_EINVAL, "expires",
                        "Hạn dùng phải sau giờ gửi của ngày bắt đầu.");
    p->start = loa_tz_civil(s->dtstart_ms);
    return sched_recur_open(&rule, &p->recur, problem);
}

static enum loa_err open_once(struct sched_plan *p, const struct sched_schedule *s,
                              struct loa_problem *problem)
{
    if (s->at_ms <= 0)
        return loa_fail(problem, LOA_EINVAL, "at", "Thiếu giờ gửi hoặc quy tắc lặp.");
    if (s->expires_ms && s->expires_ms <= s->at_ms)
        return loa_fail(problem, LOA_EINVAL, "expires", "Hạn dùng phải sau giờ gửi.");
    p->once = (struct sched_occurrence){.key = sched_key(s->at_ms), .ms = s->at_ms};
    return LOA_OK;
}

enum loa_err sched_plan_open(const struct sched_schedule *s, struct sched_plan **out,
                             struct loa_problem *problem)
{
    struct sched_plan *p = loa_xcalloc(1, sizeof(*p));
    bool rule = s->rrule && s->rrule[0];
    enum loa_err err = rule ? open_rule(p, s, problem) : open_once(p, s, problem);

    if (err != LOA_OK) {
        free(p);
        return err;
    }
    p->late = s->late;
    p->expires_ms = s->expires_ms;
    p->active_ms = s->active_ms;
    p->urgent = s->urgent;
    *out = p;
    return LOA_OK;
}

void sched_plan_free(struct sched_plan *p)
{
    if (!p)
        return;
    sched_recur_free(p->recur);
    free(p);
}

bool sched_plan_next(struct sched_plan *p, int64_t after_key, struct sched_occurrence *out)
{
    if (p->recur)
        return sched_recur_next(p->recur, after_key, out);
    *out = p->once;
    return p->once.key > after_key;
}

/* Calendar days from `a` to `b`, whatever their hours. */
static int days_between(const struct loa_civil *a, const struct loa_civil *b)
{
    struct tm from = {.tm_year = a->year - 1900, .tm_mon = a->month - 1, .tm_mday = a->day};
    struct tm to = {.tm_year = b->year - 1900, .tm_mon = b->month - 1, .tm_mday = b->day};

    return (int)((timegm(&to) - timegm(&from)) / 86400);
}

int64_t sched_plan_expires(const struct sched_plan *p, const struct sched_occurrence *o)
{
    struct loa_civil day, end;

    if (!p->expires_ms || !p->recur)
        return p->expires_ms;
    day = loa_tz_civil(o->ms);
    end = loa_tz_civil(p->expires_ms);
    end.day += days_between(&p->start, &day);
    return loa_tz_ms(&end);
}

/* The key after which this turn begins; see "Clock jumps" in the header. */
static int64_t start_key(const struct sched_plan *p, const struct sched_moment *m)
{
    int64_t grace = sched_late_grace(&p->late);

    /* A second less, so that the first moment is in. */
    if (m->last_key == 0)
        return p->recur && p->active_ms ? sched_key(p->active_ms - grace - LOA_SECOND_MS) : 0;
    if (!m->settled || sched_key_ms(m->last_key) <= m->now_ms)
        return m->last_key;
    return sched_key(m->now_ms - grace - LOA_SECOND_MS);
}

/* One occurrence at one moment. SCHED_WAIT: *wake_ms is when to judge it. */
static struct sched_due judge(const struct sched_plan *p, const struct sched_moment *m,
                              const struct sched_occurrence *o, int64_t *wake_ms)
{
    const struct sched_quiet *quiet = p->urgent ? NULL : m->quiet;
    struct sched_due d = {.occurrence = *o,
                          .due_ms = sched_quiet_next(quiet, o->ms),
                          .expires_ms = sched_plan_expires(p, o),
                          .verdict = SCHED_WAIT};
    int64_t could_go = sched_quiet_next(quiet, m->now_ms);

    if (d.expires_ms && d.due_ms >= d.expires_ms) {
        /* Quiet hours outlast its use: say so at its own time, not the morning after. */
        *wake_ms = o->ms;
        if (o->ms <= m->now_ms)
            d.verdict = SCHED_EXPIRED;
        return d;
    }
    *wake_ms = d.due_ms;
    if (d.due_ms > m->now_ms)
        return d;
    d.verdict = sched_late_decide(&p->late, d.due_ms, d.expires_ms, could_go);
    if (d.verdict == SCHED_SEND && could_go > m->now_ms) {
        *wake_ms = could_go;
        d.verdict = SCHED_WAIT;
    }
    return d;
}

void sched_plan_turn(struct sched_plan *p, const struct sched_moment *m, struct sched_turn *turn)
{
    int64_t key = start_key(p, m);
    struct sched_occurrence o;

    turn->n = 0;
    turn->more = false;
    turn->last_key = key;
    turn->wake_ms = SCHED_NEVER;
    while (sched_plan_next(p, key, &o)) {
        struct sched_due d;
        int64_t wake;

        key = o.key;
        if (m->settled && m->settled(m->ctx, key)) {
            if (o.ms <= m->now_ms)
                turn->last_key = key;
            continue;
        }
        d = judge(p, m, &o, &wake);
        if (d.verdict == SCHED_WAIT) {
            turn->wake_ms = wake;
            return;
        }
        if (turn->n == SCHED_TURN_MAX) {
            turn->more = true;
            turn->wake_ms = m->now_ms;
            return;
        }
        turn->due[turn->n++] = d;
        turn->last_key = key;
    }
}
