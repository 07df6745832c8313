/* SPDX-License-Identifier: Apache-2.0 */
/* A platform that does not work: when that is concluded, how it is found to work again. */
#include <criterion/criterion.h>

#include "scheduler/outage.h"

TestSuite(sched_outage, .timeout = 10);

static uint32_t most(void *ctx, uint32_t upper)
{
    (void)ctx;
    return upper - 1;
}

static bool note(struct sched_outage *o, bool fault, int64_t now)
{
    return sched_outage_note(o, fault, now, most, NULL);
}

static void fail(struct sched_outage *o, int n, int64_t now)
{
    for (int i = 0; i < n; i++)
        (void)note(o, true, now);
}

Test(sched_outage, a_few_faults_or_answers_between_are_none)
{
    struct sched_outage o = {0};

    for (int i = 0; i < 100; i++) {
        fail(&o, 7, i);
        cr_expect_not(sched_outage_is(&o));
        cr_expect_eq(sched_outage_wait(&o, i, 50), 0);
        cr_expect_not(note(&o, false, i));
    }
}

Test(sched_outage, many_in_a_row_hold_everything)
{
    struct sched_outage o = {0};

    fail(&o, 7, 1000);
    cr_expect(note(&o, true, 1000), "now it is one");
    cr_expect_not(note(&o, true, 1000), "and is already");
    cr_expect(sched_outage_is(&o));
    cr_expect_gt(sched_outage_wait(&o, 1000, 0), 0);
    cr_expect_leq(sched_outage_wait(&o, 1000, 0), 1000);
}

Test(sched_outage, one_at_a_time_finds_out)
{
    struct sched_outage o = {0};
    int64_t wait;

    fail(&o, 8, 0);
    wait = sched_outage_wait(&o, 0, 0);
    cr_expect_eq(sched_outage_wait(&o, wait, 0), 0);
    cr_expect_lt(sched_outage_wait(&o, wait, 1), 0, "the answer of that one is waited for");
    cr_expect(note(&o, false, wait), "it is over");
    cr_expect_eq(sched_outage_wait(&o, wait, 64), 0);
}

Test(sched_outage, those_under_way_when_it_began_count_as_one)
{
    struct sched_outage o = {0};
    int64_t wait;

    fail(&o, 8, 0);
    wait = sched_outage_wait(&o, 0, 0);
    fail(&o, 60, 10);
    cr_expect_eq(sched_outage_wait(&o, 10, 0), wait - 10);
}

Test(sched_outage, holds_grow_to_some_seconds_and_no_further)
{
    struct sched_outage o = {0};
    int64_t now = 0, wait = 0, before = 0;

    fail(&o, 7, now);
    for (int i = 0; i < 20; i++) {
        (void)note(&o, true, now);
        wait = sched_outage_wait(&o, now, 0);
        cr_expect_geq(wait, before);
        cr_expect_leq(wait, 16000);
        before = wait;
        now += wait;
    }
    cr_expect_gt(wait, 10000);
}
