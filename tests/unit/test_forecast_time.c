/* SPDX-License-Identifier: Apache-2.0 */
/* The line of broadcasts: one behind the other, urgent ones first, still in quiet hours. */
#include <criterion/criterion.h>

#include "messages/base/clock.h"
#include "messages/base/tz.h"
#include "scheduler/forecast_impl.h"
#include "scheduler/plan_message.h"
#include "tests/unit/store_help.h"

static const struct sched_quiet night = {22 * 60, 6 * 60}, none = {0, 0};
static const struct forecast_hours nights = {.quiet = &night}, always = {.quiet = NULL};

static void hanoi(void)
{
    cr_assert_eq(loa_tz_set("Asia/Ho_Chi_Minh"), LOA_OK);
}

static void berlin(void)
{
    cr_assert_eq(loa_tz_set("Europe/Berlin"), LOA_OK);
}

TestSuite(forecast_time, .timeout = 10, .init = hanoi);

/* So many people at 10 a second, from a time on. */
static struct forecast_job job(const char *from, double people)
{
    return (struct forecast_job){.due_ms = help_at(from),
                                 .from_ms = help_at(from),
                                 .deadline_ms = help_at(from) + SCHED_DEADLINE_MS,
                                 .people = people,
                                 .per_ms = 0.01};
}

static void expect_at(int64_t ms, const char *iso)
{
    char text[LOA_ISO_SIZE];

    cr_expect_eq(ms, help_at(iso), "%s, not %s", loa_iso_format(ms, text), iso);
}

Test(forecast_time, one_alone_takes_people_by_pace)
{
    struct forecast_job j = job("2026-10-01T07:30:00+07:00", 36000);

    forecast_queue(&j, 1, &nights, help_at("2026-10-01T00:00:00+07:00"));
    expect_at(j.start_ms, "2026-10-01T07:30:00+07:00");
    expect_at(j.end_ms, "2026-10-01T08:30:00+07:00");
    cr_expect_eq(j.left, 0);
}

Test(forecast_time, second_waits_for_the_first)
{
    struct forecast_job j[2] = {job("2026-10-01T07:45:00+07:00", 18000),
                                job("2026-10-01T07:30:00+07:00", 36000)};

    forecast_queue(j, 2, &nights, help_at("2026-10-01T00:00:00+07:00"));
    expect_at(j[1].end_ms, "2026-10-01T08:30:00+07:00");
    expect_at(j[0].start_ms, "2026-10-01T08:30:00+07:00");
    expect_at(j[0].end_ms, "2026-10-01T09:00:00+07:00");
}

Test(forecast_time, urgent_one_comes_between)
{
    struct forecast_job j[2] = {job("2026-10-01T07:30:00+07:00", 36000),
                                job("2026-10-01T08:00:00+07:00", 6000)};

    j[1].urgent = true;
    forecast_queue(j, 2, &nights, help_at("2026-10-01T00:00:00+07:00"));
    expect_at(j[1].start_ms, "2026-10-01T08:00:00+07:00");
    expect_at(j[1].end_ms, "2026-10-01T08:10:00+07:00");
    expect_at(j[0].start_ms, "2026-10-01T07:30:00+07:00");
    expect_at(j[0].end_ms, "2026-10-01T08:40:00+07:00");
}

Test(forecast_time, quiet_hours_stand_between_and_urgent_ones_go_on)
{
    struct forecast_job j[2] = {job("2026-10-01T21:30:00+07:00", 36000),
                                job("2026-10-01T23:00:00+07:00", 36000)};

    forecast_queue(&j[0], 1, &nights, help_at("2026-10-01T00:00:00+07:00"));
    expect_at(j[0].end_ms, "2026-10-02T06:30:00+07:00");
    j[1].urgent = true;
    forecast_queue(j, 2, &nights, help_at("2026-10-01T00:00:00+07:00"));
    expect_at(j[1].end_ms, "2026-10-02T00:00:00+07:00");
    expect_at(j[0].end_ms, "2026-10-02T06:30:00+07:00");
}

Test(forecast_time, two_kinds_of_closed_hours_add_up)
{
    const struct forecast_hours both = {.quiet = &night, .closed = {6 * 60, 8 * 60}};
    struct forecast_job j = job("2026-10-01T21:30:00+07:00", 36000);

    expect_at(forecast_open_from(&both, false, help_at("2026-10-01T23:00:00+07:00")),
              "2026-10-02T08:00:00+07:00");
    forecast_queue(&j, 1, &both, help_at("2026-10-01T00:00:00+07:00"));
    expect_at(j.end_ms, "2026-10-02T08:30:00+07:00");
    /* The platform's hours hold an urgent one, too; ours do not. */
    j = job("2026-10-02T05:30:00+07:00", 36000);
    j.urgent = true;
    forecast_queue(&j, 1, &both, help_at("2026-10-01T00:00:00+07:00"));
    expect_at(j.start_ms, "2026-10-02T05:30:00+07:00");
    expect_at(j.end_ms, "2026-10-02T08:30:00+07:00");
}

Test(forecast_time, what_is_not_done_at_the_deadline_is_left)
{
    struct forecast_job j = job("2026-10-01T07:30:00+07:00", 36000);

    j.deadline_ms = help_at("2026-10-01T07:45:00+07:00");
    forecast_queue(&j, 1, &nights, help_at("2026-10-01T00:00:00+07:00"));
    expect_at(j.end_ms, "2026-10-01T07:45:00+07:00");
    cr_expect_float_eq(j.left, 27000, 1);
}

Test(forecast_time, turn_that_comes_after_the_deadline_never_starts)
{
    struct forecast_job j[2] = {job("2026-10-01T07:30:00+07:00", 36000),
                                job("2026-10-01T07:31:00+07:00", 100)};

    j[1].deadline_ms = help_at("2026-10-01T08:00:00+07:00");
    forecast_queue(j, 2, &always, help_at("2026-10-01T00:00:00+07:00"));
    cr_expect_eq(j[1].start_ms, 0);
    cr_expect_float_eq(j[1].left, 100, 0.01);
    expect_at(j[0].end_ms, "2026-10-01T08:30:00+07:00");
}

Test(forecast_time, night_that_a_clock_change_lengthens_is_longer, .init = berlin)
{
    struct forecast_job j = job("2026-10-24T21:30:00+02:00", 36000);

    forecast_queue(&j, 1, &nights, help_at("2026-10-24T12:00:00+02:00"));
    expect_at(j.end_ms, "2026-10-25T06:30:00+01:00");
    cr_expect_eq(j.end_ms - j.start_ms, 10 * (int64_t)LOA_HOUR_MS);
}

Test(forecast_time, no_quiet_hours_never_close)
{
    const struct forecast_hours off = {.quiet = &none};

    cr_expect_eq(forecast_open_until(&off, false, 1000), INT64_MAX);
    cr_expect_eq(forecast_open_from(&off, false, 1000), 1000);
}
