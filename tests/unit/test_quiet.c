/* SPDX-License-Identifier: Apache-2.0 */
/* Quiet hours: when nothing is sent, and when it goes on. */
#include <criterion/criterion.h>

#include "messages/base/tz.h"
#include "scheduler/quiet.h"

TestSuite(sched_quiet, .timeout = 5);

static int64_t at(const char *iso)
{
    int64_t ms = 0;

    cr_assert_eq(loa_iso_parse(iso, &ms), LOA_OK, "%s", iso);
    return ms;
}

static struct sched_quiet quiet(const char *zone, const char *text)
{
    struct sched_quiet q;
    struct loa_problem p = {0};

    cr_assert_eq(loa_tz_set(zone), LOA_OK);
    cr_assert_eq(sched_quiet_parse(text, &q, &p), LOA_OK, "%s", p.text);
    return q;
}

Test(sched_quiet, the_night_runs_over_midnight)
{
    struct sched_quiet q = quiet("Asia/Ho_Chi_Minh", SCHED_QUIET_DEFAULT);

    cr_expect_eq(sched_quiet_next(&q, at("2026-10-01T21:59:59")), at("2026-10-01T21:59:59"));
    cr_expect_eq(sched_quiet_next(&q, at("2026-10-01T22:00")), at("2026-10-02T06:00"));
    cr_expect_eq(sched_quiet_next(&q, at("2026-12-31T23:59:59")), at("2027-01-01T06:00"));
    cr_expect_eq(sched_quiet_next(&q, at("2026-10-02T00:00")), at("2026-10-02T06:00"));
    cr_expect_eq(sched_quiet_next(&q, at("2026-10-02T05:59:59")), at("2026-10-02T06:00"));
    cr_expect_eq(sched_quiet_next(&q, at("2026-10-02T06:00")), at("2026-10-02T06:00"));
}

Test(sched_quiet, a_noon_rest_stays_within_its_day)
{
    struct sched_quiet q = quiet("Asia/Ho_Chi_Minh", "11:30-13:30");

    cr_expect_not(sched_quiet_is(&q, at("2026-10-01T11:29:59")));
    cr_expect(sched_quiet_is(&q, at("2026-10-01T11:30")));
    cr_expect_eq(sched_quiet_next(&q, at("2026-10-01T12:00")), at("2026-10-01T13:30"));
}

Test(sched_quiet, midnight_can_be_written_as_24_00)
{
    struct sched_quiet q = quiet("Asia/Ho_Chi_Minh", "22:00-24:00");

    cr_expect_eq(sched_quiet_next(&q, at("2026-10-01T23:00")), at("2026-10-02T00:00"));
    cr_expect_not(sched_quiet_is(&q, at("2026-10-02T00:00")));
}

Test(sched_quiet, off_and_equal_ends_mean_never)
{
    struct sched_quiet q = quiet("Asia/Ho_Chi_Minh", "off");

    cr_expect_not(sched_quiet_is(&q, at("2026-10-01T23:00")));
    q = quiet("Asia/Ho_Chi_Minh", "07:00-07:00");
    cr_expect_not(sched_quiet_is(&q, at("2026-10-01T07:00")));
    cr_expect_not(sched_quiet_is(NULL, at("2026-10-01T23:00")));
    cr_expect_eq(sched_quiet_next(NULL, 5), 5);
}

Test(sched_quiet, an_end_that_summer_time_skips_moves_with_it)
{
    struct sched_quiet q = quiet("Europe/Berlin", "22:00-02:30");

    cr_expect_eq(sched_quiet_next(&q, at("2026-03-29T00:30:00Z")), at("2026-03-29T01:30:00Z"));
}

Test(sched_quiet, the_repeated_hour_never_sends_the_clock_back)
{
    struct sched_quiet q = quiet("Europe/Berlin", "22:00-02:30");

    /* 02:15:20 for the second time: quiet again until 02:30 for the second time. */
    cr_expect_eq(sched_quiet_next(&q, at("2026-10-25T01:15:20Z")), at("2026-10-25T01:30:00Z"));
    cr_expect_eq(sched_quiet_next(&q, at("2026-10-25T00:15:00Z")), at("2026-10-25T00:30:00Z"));
}

Test(sched_quiet, work_goes_on_after_the_night)
{
    struct sched_quiet q = quiet("Asia/Ho_Chi_Minh", "22:00-06:00");
    const int64_t hour = 3600000;

    cr_expect_eq(sched_quiet_after(NULL, 5, 7), 12);
    cr_expect_eq(sched_quiet_after(&q, at("2026-10-01T20:00"), 2 * hour), at("2026-10-01T22:00"));
    cr_expect_eq(sched_quiet_after(&q, at("2026-10-01T20:00"), 3 * hour), at("2026-10-02T07:00"));
    cr_expect_eq(sched_quiet_after(&q, at("2026-10-01T23:30"), hour), at("2026-10-02T07:00"));
    cr_expect_eq(sched_quiet_after(&q, at("2026-10-01T20:00"), 35 * hour), at("2026-10-04T07:00"));
    q = quiet("Asia/Ho_Chi_Minh", "12:00-13:00");
    cr_expect_eq(sched_quiet_after(&q, at("2026-10-01T11:00"), 2 * hour), at("2026-10-01T14:00"));
}

Test(sched_quiet, what_is_no_pair_of_times_is_refused)
{
    static const char *const bad[] = {"22-6",        "22:00",       "22:00-06:00 ", "22:60-06:00",
                                      "25:00-06:00", "22:00/06:00", "-06:00",       "24:01-06:00"};
    struct sched_quiet q = {.from_min = 1, .to_min = 2};
    struct loa_problem p = {0};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_eq(sched_quiet_parse(bad[i], &q, &p), LOA_EINVAL, "%s", bad[i]);
    cr_expect_eq(q.from_min, 1, "untouched");
    cr_expect_str_eq(p.field, "quiet");
}
