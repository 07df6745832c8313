/* SPDX-License-Identifier: Apache-2.0 */
/* What is old goes while the server works, and what was told of it stays true. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(keep, .timeout = 600);

static struct rig r;

static void start(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env),
                   "VIBER_RATE=600000\nLOA_QUIET_HOURS=off\nLOA_AUDIT_ANCHOR=anchors\n");
    rig_start(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

/* The same store some months on. */
static void serve_later(int days)
{
    time_t then = time(NULL) + (time_t)days * 24 * 3600;
    char date[16], args[48];
    struct tm tm;

    (void)strftime(date, sizeof(date), "%Y-%m-%d", localtime_r(&then, &tm));
    (void)snprintf(args, sizeof(args), "--demo-clock %sT07:25", date);
    rig_serve(&r, args);
}

/* Receipts of before; what the platform tells the later server again is remembered from then on. */
static int64_t old_receipts(void)
{
    char sql[80];
    int64_t soon = (int64_t)time(NULL) / 3600 + 24;

    (void)snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM receipts WHERE hour < %" PRId64, soon);
    return rig_sql(&r, sql);
}

Test(keep, old_deliveries_are_dropped_and_the_numbers_stay, .init = start, .fini = end)
{
    enum { PEOPLE = 3000 };
    int64_t id, delivered;

    rig_followers(&r, "viber", PEOPLE);
    rig_serve(&r, "");
    id = rig_message(&r, "--title A --text 'Mời dự lễ khai mạc' --channels viber");
    RIG_WAIT(&r, rig_run_done(&r, id, "viber") && rig_run(&r, id, "viber", "delivered") == PEOPLE);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM deliveries"), PEOPLE);
    cr_expect_geq(old_receipts(), PEOPLE);
    delivered = rig_run(&r, id, "viber", "delivered");
    cr_expect_eq(rig_stop(&r), 0);

    serve_later(200);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM deliveries") == 0);
    RIG_WAIT(&r, old_receipts() == 0);
    cr_expect_eq(rig_run(&r, id, "viber", "sent"), PEOPLE);
    cr_expect_eq(rig_run(&r, id, "viber", "total"), PEOPLE);
    cr_expect_eq(rig_run(&r, id, "viber", "delivered"), delivered);
    cr_expect_eq(rig_sql(&r, "SELECT SUM(n) FROM delivery_stats"), PEOPLE);
    RIG_WAIT(&r, rig_loa(&r, "audit verify") == 0 && strstr(rig_output(), "Khớp với") != NULL);
    cr_expect_eq(rig_stop(&r), 0);
}
