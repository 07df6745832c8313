/* SPDX-License-Identifier: Apache-2.0 */
/* Following the database's clock: what an answer says that was on its way for a time. */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "messages/base/clock.h"

TestSuite(clock, .timeout = 10);

enum { SOME_MS = 500 }; /* a busy machine, between two lines */

static int64_t ahead(void)
{
    return loa_clock_wall() - loa_clock_mono();
}

Test(clock, the_other_one_is_read_in_the_middle_of_the_question)
{
    int64_t mono = loa_clock_mono();

    cr_assert(loa_clock_follow(mono + 1000000, mono - 20, mono + 20));
    cr_expect_leq(llabs(ahead() - 1000000), 2);
}

Test(clock, a_slow_answer_is_better_than_none_and_worse_than_a_fast_one)
{
    int64_t mono = loa_clock_mono();

    cr_assert(loa_clock_follow(mono + 5000000, mono - 8000, mono), "there is no other");
    cr_assert(loa_clock_follow(mono + 1000000, mono - 10, mono));
    cr_expect_not(loa_clock_follow(mono + 9000000, mono, mono + 8000));
    cr_expect_leq(llabs(ahead() - 1000005), SOME_MS, "%lld", (long long)ahead());
}

Test(clock, what_was_found_long_ago_gives_way_to_less)
{
    int64_t mono = loa_clock_mono(), day = LOA_DAY_MS;

    cr_assert(loa_clock_follow(mono + 1000000, mono - 10, mono));
    cr_expect(loa_clock_follow(mono + day + 2000000, mono + day, mono + day + 400));
}
