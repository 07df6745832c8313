/* SPDX-License-Identifier: Apache-2.0 */
/* What was foreseen and what happened: caps that are kept when sending, numbers that come true. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(forecast, .timeout = 300);

static struct rig r;

static void start(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env),
                   "LOA_DOUBT_WAIT=2\nLOA_QUIET_HOURS=off\nZALO_PACKAGE=advanced\n");
    rig_start(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

/* One article a day to each follower: the platform would take a second one and show it to nobody.
 * An urgent one is tried all the same. */
Test(forecast, second_article_of_a_day_is_left_out_with_the_reason, .init = start, .fini = end)
{
    int64_t first, second, urgent;

    rig_followers(&r, "zalo", 3);
    rig_serve(&r, "");
    first = rig_message(&r, "--title A --text 'Bài thứ nhất' --channels zalo --deliver post "
                            "--image https://example.vn/a.jpg");
    RIG_WAIT(&r, rig_run_done(&r, first, "zalo"));
    cr_expect_eq(rig_run(&r, first, "zalo", "sent"), 1);
    second = rig_message(&r, "--title B --text 'Bài thứ hai' --channels zalo --deliver post "
                             "--image https://example.vn/b.jpg");
    RIG_WAIT(&r, rig_run_done(&r, second, "zalo"));
    cr_expect_eq(rig_run(&r, second, "zalo", "sent"), 0);
    cr_expect_eq(rig_run(&r, second, "zalo", "skipped"), 1);
    rig_must(&r, "message show %d", (int)second);
    cr_expect_not_null(strstr(rig_output(), "hôm nay người quan tâm đã nhận 1 bài"), "%s",
                       rig_output());
    urgent = rig_message(&r, "--title C --text 'Bài khẩn' --channels zalo --deliver post --urgent "
                             "--image https://example.vn/c.jpg");
    RIG_WAIT(&r, rig_run_done(&r, urgent, "zalo"));
    cr_expect_eq(rig_run(&r, urgent, "zalo", "sent"), 1);
    RIG_WAIT(&r, rig_stat(&r, "zalo", "posts") == 2); /* spread after a review */
}
