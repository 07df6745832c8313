/* SPDX-License-Identifier: Apache-2.0 */
/* The late rule: sent, asked, missed or of no use. */
#include <criterion/criterion.h>

#include "scheduler/late.h"

TestSuite(sched_late, .timeout = 5);

static const int64_t due = INT64_C(1790000000000);
static const int64_t minute = LOA_MINUTE_MS;

static enum sched_verdict decide(enum sched_late_rule rule, int64_t late_ms)
{
    struct sched_late late = {.rule = rule};

    return sched_late_decide(&late, due, 0, due + late_ms);
}

Test(sched_late, nothing_goes_before_its_time)
{
    cr_expect_eq(decide(SCHED_LATE_SEND, -1), SCHED_WAIT);
    cr_expect_eq(decide(SCHED_LATE_SEND, 0), SCHED_SEND);
}

Test(sched_late, a_minute_is_on_time_under_every_rule)
{
    cr_expect_eq(decide(SCHED_LATE_SEND, minute), SCHED_SEND);
    cr_expect_eq(decide(SCHED_LATE_SKIP, minute), SCHED_SEND);
    cr_expect_eq(decide(SCHED_LATE_ASK, minute), SCHED_SEND);
}

Test(sched_late, send_holds_within_its_grace)
{
    struct sched_late half_hour = {.grace_ms = 30 * minute};

    cr_expect_eq(decide(SCHED_LATE_SEND, 120 * minute), SCHED_SEND);
    cr_expect_eq(decide(SCHED_LATE_SEND, 120 * minute + 1), SCHED_MISSED);
    cr_expect_eq(sched_late_decide(&half_hour, due, 0, due + 30 * minute), SCHED_SEND);
    cr_expect_eq(sched_late_decide(&half_hour, due, 0, due + 30 * minute + 1), SCHED_MISSED);
}

Test(sched_late, skip_and_ask_begin_after_a_minute)
{
    cr_expect_eq(decide(SCHED_LATE_SKIP, minute + 1), SCHED_MISSED);
    cr_expect_eq(decide(SCHED_LATE_ASK, minute + 1), SCHED_ASK);
    cr_expect_eq(decide(SCHED_LATE_ASK, SCHED_ASK_MS), SCHED_ASK);
    cr_expect_eq(decide(SCHED_LATE_ASK, SCHED_ASK_MS + 1), SCHED_MISSED);
}

Test(sched_late, of_no_use_wins_over_every_rule)
{
    struct sched_late late = {.rule = SCHED_LATE_ASK};
    int64_t expires = due + 10 * minute;

    cr_expect_eq(sched_late_decide(&late, due, expires, expires - 1), SCHED_ASK);
    cr_expect_eq(sched_late_decide(&late, due, expires, expires), SCHED_EXPIRED);
    late.rule = SCHED_LATE_SEND;
    cr_expect_eq(sched_late_decide(&late, due, due + 1, due), SCHED_SEND);
    cr_expect_eq(sched_late_decide(&late, due, due + 1, due + 1), SCHED_EXPIRED);
}

Test(sched_late, rules_are_read_by_their_names)
{
    enum sched_late_rule rule = SCHED_LATE_ASK;

    cr_expect(sched_late_parse("skip", &rule));
    cr_expect_eq(rule, SCHED_LATE_SKIP);
    cr_expect_str_eq(sched_late_name(rule), "skip");
    cr_expect_not(sched_late_parse("Send", &rule));
    cr_expect_not(sched_late_parse("", &rule));
    cr_expect_not(sched_late_parse(NULL, &rule));
    cr_expect_eq(rule, SCHED_LATE_SKIP);
    cr_expect_str_eq(sched_verdict_name(SCHED_EXPIRED), "expired");
}
