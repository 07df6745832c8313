/* SPDX-License-Identifier: Apache-2.0 */
/* Places of the HTTP client: what a platform can take, and what it must leave to the others. */
#include <criterion/criterion.h>

#include "scheduler/places.h"

TestSuite(sched_places, .timeout = 10);

enum { A, B, C, PLATFORMS };

static size_t fill(struct sched_places *p, size_t platform, bool talk)
{
    size_t n = 0;

    for (; sched_places_free(p, platform, talk); n++)
        sched_places_take(p, platform, talk);
    return n;
}

Test(sched_places, a_platform_that_never_answers_leaves_the_others_their_part)
{
    struct sched_places p;
    size_t a, b, c;

    sched_places_init(&p, 4096, PLATFORMS);
    a = fill(&p, A, false);
    b = fill(&p, B, false);
    c = fill(&p, C, false);
    cr_expect_gt(a, 2000, "alone it may have well over half: %zu", a);
    cr_expect_eq(b, 640);
    cr_expect_eq(c, 640);
    cr_expect_leq(a + b + c, 4096);
}

Test(sched_places, replies_have_places_that_broadcasts_never_take)
{
    struct sched_places p;

    sched_places_init(&p, 4096, PLATFORMS);
    (void)fill(&p, A, false);
    (void)fill(&p, B, false);
    (void)fill(&p, C, false);
    cr_expect_eq(fill(&p, A, true), p.for_talk);
    cr_expect_eq(fill(&p, B, true), p.for_talk, "another's replies do not take them either");
    cr_expect_gt(p.for_talk, 50);
}

Test(sched_places, never_more_than_there_are)
{
    for (size_t total = 8; total < 5000; total += total / 3 + 1) {
        struct sched_places p;
        size_t n = 0;

        sched_places_init(&p, total, PLATFORMS);
        for (size_t i = 0; i < PLATFORMS; i++)
            n += fill(&p, i, true) + fill(&p, i, false);
        cr_expect_leq(n, total, "%zu of %zu", n, total);
        cr_expect_geq(n + 2 * PLATFORMS, total, "and not much less: %zu of %zu", n, total);
    }
}

Test(sched_places, a_place_given_back_is_free_again_for_whom_it_belongs_to)
{
    struct sched_places p;

    sched_places_init(&p, 100, PLATFORMS);
    (void)fill(&p, A, false);
    (void)fill(&p, B, false);
    cr_expect_not(sched_places_free(&p, B, false));
    sched_places_give(&p, A, false);
    cr_expect(sched_places_free(&p, B, false), "it was one of the shared ones");
    sched_places_take(&p, B, false);
    cr_expect_not(sched_places_free(&p, A, false));
    sched_places_give(&p, B, false);
    sched_places_give(&p, B, false);
    cr_expect(sched_places_free(&p, A, false));
}
