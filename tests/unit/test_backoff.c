/* SPDX-License-Identifier: Apache-2.0 */
/* Backoff: bounds of the wait, what the platform asked for, and when to give up. */
#include <criterion/criterion.h>

#include "scheduler/backoff.h"

TestSuite(sched_backoff, .timeout = 5);

static const struct sched_backoff plain = {.base_ms = 1000, .cap_ms = 60000, .max_attempts = 5};

static uint32_t lowest(void *ctx, uint32_t upper)
{
    (void)ctx;
    cr_assert_gt(upper, 0);
    return 0;
}

static uint32_t highest(void *ctx, uint32_t upper)
{
    (void)ctx;
    cr_assert_gt(upper, 0);
    return upper - 1;
}

/* A small generator of its own, so that runs are alike. */
static uint32_t scatter(void *ctx, uint32_t upper)
{
    uint32_t *state = ctx;

    *state = *state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)*state * upper >> 32);
}

Test(sched_backoff, the_ceiling_doubles_up_to_the_cap)
{
    static const int64_t want[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};

    for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        cr_expect_eq(sched_backoff_delay(&plain, i + 1, 0, highest, NULL), want[i], "try %u",
                     i + 1);
        cr_expect_eq(sched_backoff_delay(&plain, i + 1, 0, lowest, NULL), 0);
    }
    cr_expect_eq(sched_backoff_delay(&plain, UINT32_MAX, 0, highest, NULL), 60000);
    cr_expect_eq(sched_backoff_delay(&plain, 0, 0, highest, NULL), 1000);
}

Test(sched_backoff, the_widest_cap_does_not_wrap)
{
    struct sched_backoff wide = {.base_ms = UINT32_MAX, .cap_ms = UINT32_MAX};

    cr_expect_leq(sched_backoff_delay(&wide, 40, 0, highest, NULL), (int64_t)UINT32_MAX);
    cr_expect_geq(sched_backoff_delay(&wide, 40, 0, highest, NULL), (int64_t)UINT32_MAX - 1);
}

Test(sched_backoff, waits_are_spread_over_the_whole_range)
{
    uint32_t state = 7;
    int64_t sum = 0;
    int low = 0, high = 0;

    for (int i = 0; i < 10000; i++) {
        int64_t wait = sched_backoff_delay(&plain, 4, 0, scatter, &state);

        cr_assert(wait >= 0 && wait <= 8000);
        sum += wait;
        low += wait < 2000;
        high += wait > 6000;
    }
    cr_expect(sum / 10000 > 3800 && sum / 10000 < 4200);
    cr_expect(low > 2200 && high > 2200);
}

Test(sched_backoff, never_before_what_the_platform_asked_for)
{
    cr_expect_eq(sched_backoff_delay(&plain, 1, 30000, lowest, NULL), 30000);
    cr_expect_eq(sched_backoff_delay(&plain, 1, 30000, highest, NULL), 31000);
    cr_expect_eq(sched_backoff_delay(&plain, 1, 90000, lowest, NULL), 90000, "above the cap too");
    cr_expect_eq(sched_backoff_delay(&plain, 5, 10, highest, NULL), 16000, "long enough anyway");
}

Test(sched_backoff, gives_up_after_the_last_try_or_at_the_deadline)
{
    int64_t when = -1;

    cr_expect(sched_backoff_next(&plain, 4, 1000000, 0, 0, highest, NULL, &when));
    cr_expect_eq(when, 1008000);
    when = -1;
    cr_expect_not(sched_backoff_next(&plain, 5, 1000000, 0, 0, highest, NULL, &when));
    cr_expect(sched_backoff_next(&plain, 4, 1000000, 0, 1008001, highest, NULL, &when));
    when = -1;
    cr_expect_not(sched_backoff_next(&plain, 4, 1000000, 0, 1008000, highest, NULL, &when));
    cr_expect_not(sched_backoff_next(&plain, 1, 1000000, 3600000, 2000000, lowest, NULL, &when));
    cr_expect_eq(when, -1, "untouched when given up");
}
