/* SPDX-License-Identifier: Apache-2.0 */
/* The rate limiter: exact pace, burst, slowing down and easing back. */
#include <criterion/criterion.h>

#include "scheduler/gcra.h"

TestSuite(sched_gcra, .timeout = 5);

static const int64_t second = INT64_C(1000000);

/* Calls let through in [from, to) by one who asks again exactly when told to. */
static int64_t count(struct sched_gcra *g, int64_t from, int64_t to)
{
    int64_t n = 0;

    for (int64_t now = from; now < to;) {
        int64_t wait = sched_gcra_allow(g, now, 1);

        if (wait == 0)
            n++;
        now += wait;
    }
    return n;
}

Test(sched_gcra, calls_are_evenly_spaced_to_the_microsecond)
{
    struct sched_gcra g;

    sched_gcra_init(&g, 100, second, 1);
    cr_expect_eq(sched_gcra_allow(&g, 0, 1), 0);
    cr_expect_eq(sched_gcra_allow(&g, 0, 1), 10000);
    cr_expect_eq(sched_gcra_allow(&g, 9999, 1), 1);
    cr_expect_eq(sched_gcra_allow(&g, 10000, 1), 0);
    cr_expect_eq(sched_gcra_allow(&g, 10000, 1), 10000);
}

Test(sched_gcra, four_thousand_a_minute_are_four_thousand_a_minute)
{
    struct sched_gcra g;

    sched_gcra_init(&g, 4000, 60 * second, 1);
    cr_expect_eq(count(&g, 0, 60 * second), 4000);
    cr_expect_eq(count(&g, 60 * second, 120 * second), 4000);
}

Test(sched_gcra, an_uneven_rate_is_never_exceeded)
{
    struct sched_gcra g;

    sched_gcra_init(&g, 3, second, 1);
    cr_expect_leq(count(&g, 0, 1000 * second), 3000);
    sched_gcra_init(&g, 7, 60 * second, 1);
    cr_expect_leq(count(&g, 0, 6000 * second), 700);
}

Test(sched_gcra, a_burst_is_spent_once_and_comes_back_with_time)
{
    struct sched_gcra g;

    sched_gcra_init(&g, 10, second, 5);
    cr_expect_eq(sched_gcra_available(&g, 0), 5);
    for (int i = 0; i < 5; i++)
        cr_expect_eq(sched_gcra_allow(&g, 0, 1), 0);
    cr_expect_eq(sched_gcra_available(&g, 0), 0);
    cr_expect_eq(sched_gcra_allow(&g, 0, 1), second / 10);
    cr_expect_eq(sched_gcra_available(&g, 3 * second / 10), 3);
    cr_expect_eq(sched_gcra_available(&g, 3600 * second), 5, "no more than the burst");
}

Test(sched_gcra, a_refused_call_costs_nothing)
{
    struct sched_gcra g;

    sched_gcra_init(&g, 10, second, 1);
    cr_assert_eq(sched_gcra_allow(&g, 0, 1), 0);
    for (int i = 0; i < 1000; i++)
        cr_expect_eq(sched_gcra_allow(&g, 0, 1), second / 10);
    cr_expect_eq(sched_gcra_allow(&g, second / 10, 1), 0);
}

Test(sched_gcra, a_cost_above_the_burst_passes_and_is_paid_for)
{
    struct sched_gcra g;

    sched_gcra_init(&g, 10, second, 2);
    cr_expect_eq(sched_gcra_allow(&g, 0, 50), 0);
    cr_expect_eq(sched_gcra_allow(&g, 0, 1), 5 * second - second / 10);
    cr_expect_eq(sched_gcra_allow(&g, 0, 50), 5 * second);
}

Test(sched_gcra, a_complaint_halves_the_pace_until_told_then_eases_back)
{
    struct sched_gcra g;

    sched_gcra_init(&g, 100, second, 1);
    (void)count(&g, 0, second);
    sched_gcra_slow_down(&g, second, 0.5, 11 * second);
    cr_expect_float_eq(sched_gcra_rate(&g, second), 50.0, 0.1);
    cr_expect_leq(count(&g, second, 11 * second), 501);
    cr_expect_float_eq(sched_gcra_rate(&g, 11 * second), 50.0, 0.1);
    cr_expect_float_eq(sched_gcra_rate(&g, 26 * second), 75.0, 0.1, "half way back");
    cr_expect_float_eq(sched_gcra_rate(&g, 41 * second), 100.0, 0.1);
    cr_expect_float_eq(sched_gcra_rate(&g, 4100 * second), 100.0, 0.1, "and no faster");
}

Test(sched_gcra, complaints_about_one_burst_count_once)
{
    struct sched_gcra g;

    sched_gcra_init(&g, 100, second, 1);
    for (int i = 0; i < 300; i++)
        sched_gcra_slow_down(&g, second + i, 0.5, 2 * second);
    cr_expect_float_eq(sched_gcra_rate(&g, 2 * second), 50.0, 0.1);
    sched_gcra_slow_down(&g, 2 * second, 0.5, 3 * second);
    cr_expect_float_eq(sched_gcra_rate(&g, 2 * second), 25.0, 0.1, "a new one counts again");
}

Test(sched_gcra, it_never_slows_to_a_stop_by_itself)
{
    struct sched_gcra g;

    sched_gcra_init(&g, 100, second, 1);
    for (int i = 1; i < 100; i++)
        sched_gcra_slow_down(&g, i * 2 * second, 0.1, i * 2 * second + second);
    cr_expect_geq(sched_gcra_rate(&g, 198 * second), 0.99);
}

Test(sched_gcra, blocked_means_nothing_until_then)
{
    struct sched_gcra g;

    sched_gcra_init(&g, 100, second, 10);
    sched_gcra_block(&g, 30 * second);
    sched_gcra_block(&g, 20 * second);
    cr_expect_eq(sched_gcra_allow(&g, 10 * second, 1), 20 * second);
    cr_expect_eq(sched_gcra_available(&g, 10 * second), 0);
    cr_expect_eq(sched_gcra_rate(&g, 10 * second), 0.0);
    cr_expect_eq(sched_gcra_allow(&g, 30 * second, 1), 0);
}

Test(sched_gcra, what_remains_is_spread_over_the_rest_of_the_window)
{
    struct sched_gcra g;

    sched_gcra_init(&g, 4000, 60 * second, 1);
    sched_gcra_remaining(&g, 0, 3999, 30 * second);
    cr_expect_float_eq(sched_gcra_rate(&g, 0), 66.7, 0.1, "plenty is left: full speed");
    sched_gcra_remaining(&g, 0, 1000, 30 * second);
    cr_expect_float_eq(sched_gcra_rate(&g, 0), 33.3, 0.1);
    cr_expect_leq(count(&g, 0, 30 * second), 1001);
    sched_gcra_remaining(&g, 40 * second, 0, 60 * second);
    cr_expect_eq(sched_gcra_allow(&g, 41 * second, 1), 19 * second);
}

Test(sched_gcra, heavy_use_slows_in_proportion)
{
    struct sched_gcra g;

    sched_gcra_init(&g, 100, second, 1);
    sched_gcra_usage(&g, 0, 79.0, 60 * second);
    cr_expect_float_eq(sched_gcra_rate(&g, 0), 100.0, 0.1);
    sched_gcra_usage(&g, 0, 90.0, 60 * second);
    cr_expect_float_eq(sched_gcra_rate(&g, 0), 50.0, 0.1);
    sched_gcra_usage(&g, 0, 85.0, 60 * second);
    cr_expect_float_eq(sched_gcra_rate(&g, 0), 50.0, 0.1, "a milder hint does not speed up");
    sched_gcra_usage(&g, 0, 100.0, 60 * second);
    cr_expect_float_eq(sched_gcra_rate(&g, 0), 1.0, 0.1);
}
