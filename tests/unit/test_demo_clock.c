/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/demo_clock.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/tz.h"

static int64_t at(const char *iso)
{
    int64_t ms = 0;

    cr_assert_eq(loa_iso_parse(iso, &ms), LOA_OK);
    return ms;
}

Test(demo_clock, legs_are_read_in_every_way_of_writing)
{
    struct loa_clock_leg legs[LOA_CLOCK_LEGS_MAX];
    struct loa_problem why;
    size_t n;

    cr_assert_eq(bot_demo_clock_parse("2026-10-01T07:25", legs, &n, &why), LOA_OK);
    cr_expect_eq(n, 1);
    cr_expect_eq(legs[0].at_ms, at("2026-10-01T07:25:00"));
    cr_expect_eq(legs[0].speed, 1);
    cr_assert_eq(bot_demo_clock_parse("2026-10-01T07:25:60", legs, &n, &why), LOA_OK);
    cr_expect_eq(legs[0].speed, 60);
    cr_assert_eq(
        bot_demo_clock_parse("2026-09-30T23:00:3600,2026-10-01T06:59:30*0.5", legs, &n, &why),
        LOA_OK);
    cr_expect_eq(n, 2);
    cr_expect_eq(legs[0].speed, 3600);
    cr_expect_eq(legs[1].at_ms, at("2026-10-01T06:59:30"));
    cr_expect_eq(legs[1].speed, 0.5);
}

Test(demo_clock, what_makes_no_sense_is_refused)
{
    static const char *const texts[] = {
        "",
        "soon",
        "2026-10-01T07:25:",
        "2026-10-01T07:25:0",
        "2026-10-01T07:25:-3",
        "2026-10-01T07:25:fast",
        "2026-10-01T07:25:9999999",
        "2026-10-01T07:25,",
        "2026-10-01T07:25,2026-10-01T07:25",
        "2026-10-01T07:25,2026-10-01T07:00",
        "@/does/not/exist",
    };
    struct loa_clock_leg legs[LOA_CLOCK_LEGS_MAX];
    struct loa_problem why;
    char many[1024] = "2026-10-01T00:00";
    size_t n;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        cr_expect_eq(bot_demo_clock_parse(texts[i], legs, &n, &why), LOA_EINVAL, "%s", texts[i]);
    for (int i = 1; i <= LOA_CLOCK_LEGS_MAX; i++) {
        size_t len = strlen(many);

        (void)snprintf(many + len, sizeof(many) - len, ",2026-10-01T00:%02d", i);
    }
    cr_expect_eq(bot_demo_clock_parse(many, legs, &n, &why), LOA_EINVAL);
    cr_expect_eq(bot_demo_clock_set("@/does/not/exist", &why), LOA_ENOENT);
}

Test(demo_clock, each_leg_begins_where_the_one_before_ends)
{
    const struct loa_clock_leg legs[] = {{1000000, 1e6}, {1000000 + 3600000, 1e-6}};

    loa_clock_set_demo(legs, 2);
    cr_expect_geq(loa_clock_wall(), 1000000);
    while (loa_clock_wall() < 1000000 + 3600000)
        cr_expect_geq(loa_clock_wall(), 1000000);
    cr_expect_eq(loa_clock_wall(), 1000000 + 3600000, "the second leg hardly moves");
    loa_clock_set_demo(legs + 1, 1);
    cr_expect_eq(loa_clock_wall(), 1000000 + 3600000);
}
