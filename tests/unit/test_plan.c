/* SPDX-License-Identifier: Apache-2.0 */
/* The plan: what a schedule asks for as the clock goes, stands still and jumps. A small machine
 * (struct machine) stands in for the scheduler: it keeps the watermark and what was sent, and
 * sleeps until the plan wants to be woken. */
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/tz.h"
#include "scheduler/plan.h"

TestSuite(sched_plan, .timeout = 20);

enum { LOG_MAX = 256 };

struct machine {
    struct sched_plan *plan;
    struct sched_quiet quiet;
    int64_t last_key;
    int64_t wake_ms;
    struct sched_due log[LOG_MAX]; /* all that was ever due */
    size_t n;
};

static int64_t at(const char *iso)
{
    int64_t ms = 0;

    cr_assert_eq(loa_iso_parse(iso, &ms), LOA_OK, "%s", iso);
    return ms;
}

static void hanoi(void)
{
    cr_assert_eq(loa_tz_set("Asia/Ho_Chi_Minh"), LOA_OK);
}

static void berlin(void)
{
    cr_assert_eq(loa_tz_set("Europe/Berlin"), LOA_OK);
}

static struct machine start(const struct sched_schedule *s)
{
    struct machine m = {0};
    struct loa_problem p = {0};

    cr_assert_eq(sched_plan_open(s, &m.plan, &p), LOA_OK, "%s", p.text);
    return m;
}

static bool was_sent(void *ctx, int64_t key)
{
    const struct machine *m = ctx;

    for (size_t i = 0; i < m->n; i++)
        if (m->log[i].occurrence.key == key &&
            (m->log[i].verdict == SCHED_SEND || m->log[i].verdict == SCHED_ASK))
            return true;
    return false;
}

/* One look at `now`; returns how many were due. */
static size_t look(struct machine *m, int64_t now)
{
    struct sched_moment moment = {.now_ms = now, .quiet = &m->quiet, .settled = was_sent, .ctx = m};
    struct sched_turn turn;
    size_t before = m->n;

    do {
        moment.last_key = m->last_key;
        sched_plan_turn(m->plan, &moment, &turn);
        for (size_t i = 0; i < turn.n; i++) {
            cr_assert_lt(m->n, LOG_MAX);
            cr_expect_neq(turn.due[i].verdict, SCHED_WAIT);
            cr_expect_not(was_sent(m, turn.due[i].occurrence.key), "twice");
            m->log[m->n++] = turn.due[i];
        }
        m->last_key = turn.last_key;
    } while (turn.more);
    m->wake_ms = turn.wake_ms;
    return m->n - before;
}

/* Sleeps from wake to wake until `end`. */
static void run(struct machine *m, int64_t now, int64_t end)
{
    while (now <= end) {
        look(m, now);
        cr_assert_gt(m->wake_ms, now, "the plan must not spin");
        now = m->wake_ms;
    }
}

static size_t count(const struct machine *m, enum sched_verdict verdict)
{
    size_t n = 0;

    for (size_t i = 0; i < m->n; i++)
        n += m->log[i].verdict == verdict;
    return n;
}

static const struct sched_due *newest(const struct machine *m)
{
    cr_assert_gt(m->n, 0);
    return &m->log[m->n - 1];
}

static struct sched_schedule daily(const char *dtstart)
{
    return (struct sched_schedule){.rrule = "FREQ=DAILY", .dtstart_ms = at(dtstart)};
}

Test(sched_plan, a_week_runs_in_a_moment_each_day_at_its_minute, .init = hanoi)
{
    struct sched_schedule s = daily("2026-10-01T07:30");
    struct machine m;

    s.until_ms = at("2026-10-07T23:59");
    m = start(&s);
    run(&m, at("2026-10-01T00:00"), at("2026-10-31T00:00"));
    cr_assert_eq(m.n, 7);
    cr_expect_eq(count(&m, SCHED_SEND), 7);
    for (int day = 0; day < 7; day++)
        cr_expect_eq(m.log[day].occurrence.ms, loa_tz_add_days(at("2026-10-01T07:30"), day));
    cr_expect_eq(m.wake_ms, SCHED_NEVER);
    sched_plan_free(m.plan);
}

Test(sched_plan, the_year_turns_and_february_has_its_29th, .init = hanoi)
{
    struct sched_schedule s = daily("2027-12-31T23:59");
    struct machine m = start(&s);

    run(&m, at("2027-12-31T00:00"), at("2028-03-01T23:59"));
    cr_expect_eq(m.n, 62); /* 31 December, January, 29 days, 1 March */
    cr_expect_eq(count(&m, SCHED_SEND), 62);
    cr_expect_eq(m.log[1].occurrence.key, 20280101235900);
    cr_expect_eq(m.log[60].occurrence.key, 20280229235900);
    sched_plan_free(m.plan);
}

Test(sched_plan, once_is_once, .init = hanoi)
{
    struct machine m = start(&(struct sched_schedule){.at_ms = at("2026-10-01T07:30")});

    cr_expect_eq(look(&m, at("2026-10-01T07:29:59")), 0);
    cr_expect_eq(m.wake_ms, at("2026-10-01T07:30"));
    cr_expect_eq(look(&m, at("2026-10-01T07:30")), 1);
    cr_expect_eq(newest(&m)->verdict, SCHED_SEND);
    cr_expect_eq(m.wake_ms, SCHED_NEVER);
    cr_expect_eq(look(&m, at("2026-10-01T07:31")), 0);
    cr_expect_eq(look(&m, at("2026-09-01T07:31")), 0, "nor after the clock went back");
    cr_expect_eq(look(&m, at("2026-10-01T07:30")), 0);
    sched_plan_free(m.plan);
}

Test(sched_plan, missed_within_the_grace_is_sent_and_older_is_shown, .init = hanoi)
{
    struct sched_schedule s = daily("2026-10-01T07:30");
    struct machine m = start(&s);

    cr_expect_eq(look(&m, at("2026-10-01T07:30")), 1);
    /* Down for three days. */
    cr_expect_eq(look(&m, at("2026-10-04T09:30")), 3);
    cr_expect_eq(m.log[1].verdict, SCHED_MISSED);
    cr_expect_eq(m.log[2].verdict, SCHED_MISSED);
    cr_expect_eq(m.log[3].verdict, SCHED_SEND);
    cr_expect_eq(look(&m, at("2026-10-05T09:30:00.001")), 1);
    cr_expect_eq(newest(&m)->verdict, SCHED_MISSED);
    sched_plan_free(m.plan);
}

Test(sched_plan, a_late_rule_of_ask_puts_the_newest_to_staff, .init = hanoi)
{
    struct sched_schedule s = daily("2026-10-01T07:30");
    struct machine m;

    s.late.rule = SCHED_LATE_ASK;
    m = start(&s);
    cr_expect_eq(look(&m, at("2026-10-03T12:00")), 3);
    cr_expect_eq(m.log[0].verdict, SCHED_MISSED);
    cr_expect_eq(m.log[1].verdict, SCHED_MISSED);
    cr_expect_eq(m.log[2].verdict, SCHED_ASK);
    cr_expect_eq(look(&m, at("2026-10-03T12:01")), 0, "asked once");
    sched_plan_free(m.plan);
}

Test(sched_plan, of_no_use_after_five_holds_on_every_day, .init = hanoi)
{
    struct sched_schedule s = daily("2026-10-01T16:00");
    struct machine m;

    s.expires_ms = at("2026-10-01T17:00");
    m = start(&s);
    cr_expect_eq(look(&m, at("2026-10-02T16:59:59")), 2);
    cr_expect_eq(m.log[0].verdict, SCHED_EXPIRED);
    cr_expect_eq(m.log[1].verdict, SCHED_SEND);
    cr_expect_eq(m.log[1].expires_ms, at("2026-10-02T17:00"));
    cr_expect_eq(look(&m, at("2026-10-03T17:00")), 1);
    cr_expect_eq(newest(&m)->verdict, SCHED_EXPIRED);
    sched_plan_free(m.plan);
}

Test(sched_plan, occurrences_before_it_was_scheduled_are_not_missed, .init = hanoi)
{
    struct sched_schedule s = daily("2026-09-01T07:30");
    struct machine m;

    s.active_ms = at("2026-10-01T07:40");
    m = start(&s);
    cr_expect_eq(look(&m, at("2026-10-01T07:40")), 1, "today's is within its grace");
    cr_expect_eq(newest(&m)->occurrence.key, 20261001073000);
    cr_expect_eq(newest(&m)->verdict, SCHED_SEND);
    sched_plan_free(m.plan);

    s.active_ms = at("2026-10-01T12:00");
    m = start(&s);
    cr_expect_eq(look(&m, at("2026-10-01T12:00")), 0);
    cr_expect_eq(m.wake_ms, at("2026-10-02T07:30"));
    sched_plan_free(m.plan);
}

Test(sched_plan, quiet_hours_hold_what_is_not_urgent, .init = hanoi)
{
    struct sched_schedule s = daily("2026-10-01T23:00");
    struct machine m = start(&s);

    cr_assert_eq(sched_quiet_parse(SCHED_QUIET_DEFAULT, &m.quiet, NULL), LOA_OK);
    cr_expect_eq(look(&m, at("2026-10-01T23:00")), 0);
    cr_expect_eq(m.wake_ms, at("2026-10-02T06:00"));
    cr_expect_eq(look(&m, at("2026-10-02T06:00")), 1);
    cr_expect_eq(newest(&m)->verdict, SCHED_SEND, "seven hours' wait is not lateness");
    cr_expect_eq(newest(&m)->occurrence.key, 20261001230000);
    cr_expect_eq(newest(&m)->due_ms, at("2026-10-02T06:00"));
    sched_plan_free(m.plan);

    s.urgent = true;
    m = start(&s);
    cr_assert_eq(sched_quiet_parse(SCHED_QUIET_DEFAULT, &m.quiet, NULL), LOA_OK);
    cr_expect_eq(look(&m, at("2026-10-01T23:00")), 1);
    sched_plan_free(m.plan);
}

Test(sched_plan, late_in_quiet_hours_is_judged_by_when_it_could_go, .init = hanoi)
{
    struct sched_schedule s = {.at_ms = at("2026-10-01T21:30")};
    struct machine m = start(&s);

    /* Due 21:30, back up at 22:30: 06:00 would be too late. */
    cr_assert_eq(sched_quiet_parse(SCHED_QUIET_DEFAULT, &m.quiet, NULL), LOA_OK);
    cr_expect_eq(look(&m, at("2026-10-01T22:30")), 1);
    cr_expect_eq(newest(&m)->verdict, SCHED_MISSED);
    sched_plan_free(m.plan);

    s.late.grace_ms = (int64_t)12 * LOA_HOUR_MS;
    m = start(&s);
    cr_assert_eq(sched_quiet_parse(SCHED_QUIET_DEFAULT, &m.quiet, NULL), LOA_OK);
    cr_expect_eq(look(&m, at("2026-10-01T22:30")), 0);
    cr_expect_eq(m.wake_ms, at("2026-10-02T06:00"));
    cr_expect_eq(look(&m, m.wake_ms), 1);
    cr_expect_eq(newest(&m)->verdict, SCHED_SEND);
    sched_plan_free(m.plan);
}

Test(sched_plan, what_the_night_outlasts_is_said_at_once, .init = hanoi)
{
    struct machine m = start(&(struct sched_schedule){.at_ms = at("2026-10-01T22:30"),
                                                      .expires_ms = at("2026-10-02T06:00")});

    cr_assert_eq(sched_quiet_parse(SCHED_QUIET_DEFAULT, &m.quiet, NULL), LOA_OK);
    cr_expect_eq(look(&m, at("2026-10-01T20:00")), 0);
    cr_expect_eq(m.wake_ms, at("2026-10-01T22:30"));
    cr_expect_eq(look(&m, m.wake_ms), 1);
    cr_expect_eq(newest(&m)->verdict, SCHED_EXPIRED);
    sched_plan_free(m.plan);
}

Test(sched_plan, a_clock_set_back_repeats_nothing, .init = hanoi)
{
    struct sched_schedule s = daily("2026-10-01T07:30");
    struct machine m = start(&s);

    cr_expect_eq(look(&m, at("2026-10-01T07:30")), 1);
    /* Ten minutes back, and on again over the same minute. */
    cr_expect_eq(look(&m, at("2026-10-01T07:20")), 0);
    cr_expect_eq(look(&m, at("2026-10-01T07:30")), 0);
    cr_expect_eq(look(&m, at("2026-10-01T07:40")), 0);
    cr_expect_eq(m.wake_ms, at("2026-10-02T07:30"));
    cr_expect_eq(look(&m, at("2026-10-02T07:30")), 1);
    cr_expect_eq(count(&m, SCHED_SEND), 2);
    sched_plan_free(m.plan);
}

Test(sched_plan, a_wrong_clock_put_right_loses_nothing, .init = hanoi)
{
    struct sched_schedule s = daily("2026-10-01T07:30");
    struct machine m = start(&s);

    cr_expect_eq(look(&m, at("2026-10-01T07:30")), 1);
    /* At noon the clock jumps to the 20th, for a minute: 19 occurrences seem missed. */
    cr_expect_eq(look(&m, at("2026-10-20T12:00")), 19);
    cr_expect_eq(count(&m, SCHED_MISSED), 19);
    /* Right again: each of the following days still has its update, once. */
    cr_expect_eq(look(&m, at("2026-10-01T12:01")), 0);
    cr_expect_eq(m.wake_ms, at("2026-10-02T07:30"));
    run(&m, at("2026-10-01T12:01"), at("2026-10-25T00:00"));
    cr_expect_eq(count(&m, SCHED_SEND), 24);
    sched_plan_free(m.plan);
}

Test(sched_plan, what_went_out_on_a_wrong_clock_does_not_go_again, .init = hanoi)
{
    struct sched_schedule s = daily("2026-10-01T07:30");
    struct machine m = start(&s);

    cr_expect_eq(look(&m, at("2026-10-03T07:45")), 3);
    cr_expect_eq(count(&m, SCHED_SEND), 1, "the 3rd, on the wrong clock");
    /* In truth it is 07:45 on the 1st: that day's update is late by a quarter of an hour. */
    cr_expect_eq(look(&m, at("2026-10-01T07:45")), 1);
    cr_expect_eq(newest(&m)->occurrence.key, 20261001073000);
    cr_expect_eq(newest(&m)->verdict, SCHED_SEND);
    run(&m, at("2026-10-01T07:46"), at("2026-10-04T12:00"));
    cr_expect_eq(count(&m, SCHED_SEND), 4);
    sched_plan_free(m.plan);
}

Test(sched_plan, without_a_memory_the_watermark_alone_forbids_repeats, .init = hanoi)
{
    struct sched_schedule s = daily("2026-10-01T07:30");
    struct machine m = start(&s);
    struct sched_moment moment = {.now_ms = at("2026-10-01T07:00"), .last_key = 20261003073000};
    struct sched_turn turn;

    sched_plan_turn(m.plan, &moment, &turn);
    cr_expect_eq(turn.n, 0);
    cr_expect_eq(turn.last_key, 20261003073000);
    cr_expect_eq(turn.wake_ms, at("2026-10-04T07:30"));
    sched_plan_free(m.plan);
}

Test(sched_plan, years_of_missed_days_come_in_portions, .init = hanoi)
{
    struct sched_schedule s = daily("2026-01-01T07:30");
    struct machine m = start(&s);
    struct sched_moment moment = {.now_ms = at("2026-12-31T07:30")};
    struct sched_turn turn;
    size_t total = 0, turns = 0;

    do {
        sched_plan_turn(m.plan, &moment, &turn);
        cr_assert_leq(turn.n, SCHED_TURN_MAX);
        moment.last_key = turn.last_key;
        total += turn.n;
        turns++;
    } while (turn.more);
    cr_expect_eq(total, 365);
    cr_expect_eq(turns, 12);
    cr_expect_eq(turn.wake_ms, at("2027-01-01T07:30"));
    sched_plan_free(m.plan);
}

Test(sched_plan, summer_time_neither_doubles_nor_drops_a_day, .init = berlin)
{
    struct sched_schedule s = daily("2026-03-27T02:30");
    struct machine m = start(&s);

    run(&m, at("2026-03-27T00:00"), at("2026-03-31T12:00"));
    cr_expect_eq(m.n, 5);
    cr_expect_eq(m.log[2].occurrence.ms, at("2026-03-29T01:30:00Z"), "03:30 summer time");
    sched_plan_free(m.plan);

    s = daily("2026-10-24T02:30");
    m = start(&s);
    run(&m, at("2026-10-24T00:00"), at("2026-10-27T12:00"));
    cr_expect_eq(m.n, 4);
    cr_expect_eq(look(&m, at("2026-10-25T01:30:00Z")), 0, "the second 02:30");
    sched_plan_free(m.plan);
}

Test(sched_plan, schedules_that_make_no_sense_are_refused, .init = hanoi)
{
    struct sched_schedule s = {0};
    struct sched_plan *plan = NULL;
    struct loa_problem p = {0};

    cr_expect_eq(sched_plan_open(&s, &plan, &p), LOA_EINVAL);
    cr_expect_str_eq(p.field, "at");
    s.at_ms = at("2026-10-01T07:30");
    s.expires_ms = s.at_ms;
    cr_expect_eq(sched_plan_open(&s, &plan, &p), LOA_EINVAL);
    cr_expect_str_eq(p.field, "expires");
    s.rrule = "FREQ=DAILY";
    s.dtstart_ms = s.at_ms + 1;
    cr_expect_eq(sched_plan_open(&s, &plan, &p), LOA_EINVAL);
    cr_expect_str_eq(p.field, "expires");
    s.expires_ms = 0;
    s.rrule = "FREQ=FOO";
    cr_expect_eq(sched_plan_open(&s, &plan, &p), LOA_EINVAL);
    cr_expect_str_eq(p.field, "rrule");
    cr_expect_null(plan);
}
