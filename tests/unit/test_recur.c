/* SPDX-License-Identifier: Apache-2.0 */
/* Recurrence: on which wall times a rule falls, and which rules are refused. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/tz.h"
#include "scheduler/recur.h"

TestSuite(sched_recur, .timeout = 20);

static int64_t at(const char *iso)
{
    int64_t ms = 0;

    cr_assert_eq(loa_iso_parse(iso, &ms), LOA_OK, "%s", iso);
    return ms;
}

static void hanoi(void)
{
    cr_assert_eq(loa_tz_set("Asia/Ho_Chi_Minh"), LOA_OK);
}

static void berlin(void)
{
    cr_assert_eq(loa_tz_set("Europe/Berlin"), LOA_OK);
}

static struct sched_recur *open_rule(const struct sched_rule *rule)
{
    struct loa_problem p = {0};
    struct sched_recur *r = NULL;

    cr_assert_eq(sched_recur_open(rule, &r, &p), LOA_OK, "%s: %s", rule->rrule, p.text);
    return r;
}

/* The rule's first occurrences must be `want`, blank-separated; "." at the end: and no more. */
static void expect_rule(const struct sched_rule *rule, const char *want)
{
    struct sched_recur *r = open_rule(rule);
    struct sched_occurrence o;
    char text[SCHED_KEY_TEXT_SIZE];
    int64_t key = 0;

    while (*want && *want != '.') {
        size_t n = strcspn(want, " .");

        cr_assert(sched_recur_next(r, key, &o), "%s: ends before %s", rule->rrule, want);
        sched_key_text(o.key, text);
        cr_expect(strlen(text) == n && memcmp(text, want, n) == 0, "%s: %s, want %.*s", rule->rrule,
                  text, (int)n, want);
        key = o.key;
        want += n + strspn(want + n, " ");
    }
    if (*want == '.')
        cr_expect_not(sched_recur_next(r, key, &o), "%s goes on", rule->rrule);
    sched_recur_free(r);
}

static void expect(const char *rrule, const char *dtstart, const char *want)
{
    expect_rule(&(struct sched_rule){.rrule = rrule, .dtstart_ms = at(dtstart)}, want);
}

static enum loa_err try_rule(const char *rrule, const char *dtstart, struct loa_problem *p)
{
    struct sched_recur *r = NULL;
    enum loa_err err =
        sched_recur_open(&(struct sched_rule){.rrule = rrule, .dtstart_ms = at(dtstart)}, &r, p);

    sched_recur_free(r);
    return err;
}

Test(sched_recur, a_daily_week_ends_after_its_count, .init = hanoi)
{
    expect("FREQ=DAILY;COUNT=3", "2026-10-01T07:30",
           "2026-10-01T07:30:00 2026-10-02T07:30:00 2026-10-03T07:30:00.");
    expect("RRULE:FREQ=DAILY;COUNT=1", "2026-10-01T07:30", "2026-10-01T07:30:00.");
}

Test(sched_recur, the_year_turns_at_a_minute_to_midnight, .init = hanoi)
{
    expect("FREQ=DAILY;COUNT=3", "2026-12-30T23:59",
           "2026-12-30T23:59:00 2026-12-31T23:59:00 2027-01-01T23:59:00.");
}

Test(sched_recur, the_29th_of_february_comes_in_leap_years_only, .init = hanoi)
{
    expect("FREQ=YEARLY;COUNT=3", "2024-02-29T08:00",
           "2024-02-29T08:00:00 2028-02-29T08:00:00 2032-02-29T08:00:00.");
    expect("FREQ=DAILY;COUNT=3", "2028-02-28T08:00",
           "2028-02-28T08:00:00 2028-02-29T08:00:00 2028-03-01T08:00:00.");
    expect("FREQ=DAILY;COUNT=2", "2026-02-28T08:00", "2026-02-28T08:00:00 2026-03-01T08:00:00.");
}

Test(sched_recur, months_without_a_31st_are_passed_over, .init = hanoi)
{
    expect("FREQ=MONTHLY", "2026-10-31T08:00",
           "2026-10-31T08:00:00 2026-12-31T08:00:00 2027-01-31T08:00:00");
    expect("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-10-31T08:00",
           "2026-10-31T08:00:00 2026-11-30T08:00:00 2026-12-31T08:00:00");
}

Test(sched_recur, weekdays_and_positions_are_followed, .init = hanoi)
{
    expect("FREQ=WEEKLY;BYDAY=FR,MO", "2026-10-01T07:30",
           "2026-10-02T07:30:00 2026-10-05T07:30:00 2026-10-09T07:30:00");
    expect("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-10-05T07:30",
           "2026-10-05T07:30:00 2026-10-19T07:30:00");
    expect("FREQ=MONTHLY;BYDAY=-1FR", "2026-10-01T07:30",
           "2026-10-30T07:30:00 2026-11-27T07:30:00");
    expect("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-10-01T07:30",
           "2026-10-30T07:30:00 2026-11-30T07:30:00");
    expect("FREQ=YEARLY;BYYEARDAY=-1", "2026-10-01T07:30",
           "2026-12-31T07:30:00 2027-12-31T07:30:00");
}

Test(sched_recur, times_of_a_day_come_in_order_and_once, .init = hanoi)
{
    expect("FREQ=DAILY;BYHOUR=17,7,7;BYMINUTE=30,0", "2026-10-01T07:15",
           "2026-10-01T07:30:00 2026-10-01T17:00:00 2026-10-01T17:30:00 2026-10-02T07:00:00 "
           "2026-10-02T07:30:00");
}

Test(sched_recur, a_start_that_does_not_fit_is_no_occurrence, .init = hanoi)
{
    /* 1 October 2026 is a Thursday. */
    expect("FREQ=WEEKLY;BYDAY=MO", "2026-10-01T07:30", "2026-10-05T07:30:00");
}

Test(sched_recur, until_a_date_includes_that_day, .init = hanoi)
{
    expect("FREQ=DAILY;UNTIL=20261002", "2026-10-01T07:30",
           "2026-10-01T07:30:00 2026-10-02T07:30:00.");
    expect("FREQ=DAILY;UNTIL=20261002T073000", "2026-10-01T07:30",
           "2026-10-01T07:30:00 2026-10-02T07:30:00.");
    expect("FREQ=DAILY;UNTIL=20261002T072959", "2026-10-01T07:30", "2026-10-01T07:30:00.");
}

Test(sched_recur, until_in_utc_is_that_moment, .init = hanoi)
{
    /* 00:30 UTC is 07:30 in Hanoi. */
    expect("FREQ=DAILY;UNTIL=20261002T003000Z", "2026-10-01T07:30",
           "2026-10-01T07:30:00 2026-10-02T07:30:00.");
    expect("FREQ=DAILY;UNTIL=20261002T002959Z", "2026-10-01T07:30", "2026-10-01T07:30:00.");
}

Test(sched_recur, the_earlier_of_two_ends_holds, .init = hanoi)
{
    expect_rule(&(struct sched_rule){.rrule = "FREQ=DAILY;UNTIL=20261009",
                                     .dtstart_ms = at("2026-10-01T07:30"),
                                     .until_ms = at("2026-10-02T07:30")},
                "2026-10-01T07:30:00 2026-10-02T07:30:00.");
}

Test(sched_recur, skipped_days_are_left_out_and_counted, .init = hanoi)
{
    expect_rule(&(struct sched_rule){.rrule = "FREQ=DAILY;COUNT=4",
                                     .dtstart_ms = at("2026-10-01T07:30"),
                                     .exdates = "2026-10-03, 2026-10-02"},
                "2026-10-01T07:30:00 2026-10-04T07:30:00.");
}

Test(sched_recur, asking_back_and_asking_twice_give_the_same, .init = hanoi)
{
    struct sched_recur *r = open_rule(
        &(struct sched_rule){.rrule = "FREQ=DAILY;COUNT=5", .dtstart_ms = at("2026-10-01T07:30")});
    struct sched_occurrence o;

    cr_assert(sched_recur_next(r, 20261003073000, &o));
    cr_expect_eq(o.key, 20261004073000);
    cr_assert(sched_recur_next(r, 20261003080000, &o));
    cr_expect_eq(o.key, 20261004073000);
    cr_assert(sched_recur_next(r, 0, &o));
    cr_expect_eq(o.key, 20261001073000);
    cr_expect_not(sched_recur_next(r, 20261005073000, &o));
    cr_expect_not(sched_recur_next(r, 20261006073000, &o));
    cr_assert(sched_recur_next(r, 20261005072959, &o));
    cr_expect_eq(o.key, 20261005073000);
    cr_expect_not(sched_recur_after(r, at("2026-10-05T07:30"), &o));
    cr_assert(sched_recur_after(r, at("2026-10-05T07:29:59"), &o));
    cr_expect_eq(o.ms, at("2026-10-05T07:30"));
    sched_recur_free(r);
}

Test(sched_recur, wall_time_stays_through_summer_time, .init = berlin)
{
    struct sched_recur *r = open_rule(
        &(struct sched_rule){.rrule = "FREQ=DAILY", .dtstart_ms = at("2026-03-28T07:30")});
    struct sched_occurrence o;

    cr_assert(sched_recur_next(r, 0, &o));
    cr_expect_eq(o.ms, at("2026-03-28T06:30:00Z"));
    cr_assert(sched_recur_next(r, o.key, &o));
    cr_expect_eq(o.ms, at("2026-03-29T05:30:00Z"));
    sched_recur_free(r);
}

Test(sched_recur, a_wall_time_that_is_skipped_moves_on_and_keeps_its_name, .init = berlin)
{
    struct sched_recur *r = open_rule(&(struct sched_rule){
        .rrule = "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,30", .dtstart_ms = at("2026-03-29T00:00")});
    struct sched_occurrence o;

    cr_assert(sched_recur_next(r, 20260329020000, &o));
    cr_expect_eq(o.key, 20260329023000);
    cr_expect_eq(o.ms, at("2026-03-29T01:30:00Z"));
    /* Strictly after 03:00 summer time, nothing is lost in key order. */
    cr_assert(sched_recur_after(r, at("2026-03-29T01:00:00Z"), &o));
    cr_expect_eq(o.key, 20260329023000);
    sched_recur_free(r);
}

Test(sched_recur, a_wall_time_that_comes_twice_happens_once, .init = berlin)
{
    struct sched_recur *r = open_rule(
        &(struct sched_rule){.rrule = "FREQ=DAILY", .dtstart_ms = at("2026-10-24T02:30")});
    struct sched_occurrence o;

    cr_assert(sched_recur_next(r, 20261024023000, &o));
    cr_expect_eq(o.ms, at("2026-10-25T00:30:00Z"), "the first pass");
    cr_assert(sched_recur_after(r, o.ms, &o));
    cr_expect_eq(o.ms, at("2026-10-26T01:30:00Z"), "next day, not the second pass");
    sched_recur_free(r);
}

Test(sched_recur, bad_rules_are_refused_with_the_reason, .init = hanoi)
{
    static const struct {
        const char *rrule, *says;
    } bad[] = {
        {"", "Thiếu quy tắc lặp"},
        {"RRULE:", "Thiếu quy tắc lặp"},
        {"every day", "TÊN=GIÁ TRỊ"},
        {"FREQ=DAILY;BYHOUR=", "TÊN=GIÁ TRỊ"},
        {"FREQ=DAILY;COUNT=4294967299", "5 chữ số"},
        {"FREQ=DAILY\nX=1", "TÊN=GIÁ TRỊ"},
        {"FREQ=NEVER", "Không hiểu"},
        {"COUNT=3", "Không hiểu"},
        {"FREQ=DAILY;COUNT=0", "Không hiểu"},
        {"FREQ=DAILY;COUNT=3;UNTIL=20261005", "Không hiểu"},
        {"FREQ=DAILY;INTERVAL=0", "Không hiểu"},
        {"FREQ=DAILY;INTERVAL=400", "INTERVAL"},
        {"FREQ=DAILY;COUNT=99999", "COUNT"},
        {"FREQ=HOURLY", "BYHOUR=7,11,17"},
        {"FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "BYHOUR=7,11,17"},
        {"FREQ=DAILY;BYSECOND=60", "0-59"},
        {"FREQ=DAILY;BYMINUTE=0,10,20,30,40,50;BYHOUR=1,2,3,4,5,6,7,8,9", "48 lần"},
        {"FREQ=YEARLY;BYMONTH=13", "1-12"},
        {"FREQ=YEARLY;BYMONTH=5L", "1-12"},
        {"FREQ=YEARLY;BYWEEKNO=1", "BYWEEKNO"},
        {"FREQ=YEARLY;BYYEARDAY=1;BYMONTH=2", "BYYEARDAY"},
        {"FREQ=MONTHLY;BYYEARDAY=1", "BYYEARDAY"},
        {"FREQ=WEEKLY;BYMONTHDAY=1", "FREQ=MONTHLY"},
        {"FREQ=WEEKLY;BYDAY=2FR", "2FR"},
        {"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "BYMONTHDAY"},
        {"FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=1", "BYSETPOS"},
        {"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6", "BYSETPOS"},
        {"FREQ=MONTHLY;BYDAY=MO;BYHOUR=7,8;BYSETPOS=1", "BYSETPOS"},
        {"RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", "âm lịch"},
        {"FREQ=DAILY;UNTIL=20261399T999999", "UNTIL"},
        {"FREQ=DAILY;UNTIL=20260930", "không rơi vào ngày nào"},
        {"FREQ=DAILY;INTERVAL=7;BYDAY=TU", "không rơi vào ngày nào"},
        {"FREQ=MONTHLY;BYDAY=6MO", "BYDAY"},
        {"FREQ=YEARLY;BYDAY=54MO", "BYDAY"},
        {"FREQ=MONTHLY;BYDAY=2MO;BYMONTHDAY=1", "BYMONTHDAY"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct loa_problem p = {0};

        cr_expect_eq(try_rule(bad[i].rrule, "2026-10-01T07:30", &p), LOA_EINVAL, "%s",
                     bad[i].rrule);
        cr_expect_str_eq(p.field, "rrule");
        cr_expect(strstr(p.text, bad[i].says), "%s: %s", bad[i].rrule, p.text);
    }
}

Test(sched_recur, bad_skipped_days_and_starts_are_refused, .init = hanoi)
{
    struct loa_problem p = {0};
    struct sched_recur *r = NULL;
    struct sched_rule rule = {
        .rrule = "FREQ=DAILY", .dtstart_ms = at("2026-10-01T07:30"), .exdates = "2026-02-30"};

    cr_expect_eq(sched_recur_open(&rule, &r, &p), LOA_EINVAL);
    cr_expect_str_eq(p.field, "exdates");
    rule.exdates = "2026-10-02T07:30";
    cr_expect_eq(sched_recur_open(&rule, &r, &p), LOA_EINVAL);
    rule.exdates = NULL;
    rule.dtstart_ms = at("1969-10-01T07:30");
    cr_expect_eq(sched_recur_open(&rule, &r, &p), LOA_EINVAL);
    cr_expect_str_eq(p.field, "dtstart");
    rule.dtstart_ms = at("2026-10-01T07:30");
    rule.rrule = NULL;
    cr_expect_eq(sched_recur_open(&rule, &r, NULL), LOA_EINVAL);
    cr_expect_null(r);
}

Test(sched_recur, one_month_that_has_the_day_is_enough, .init = hanoi)
{
    expect("FREQ=YEARLY;BYMONTH=2,4;BYMONTHDAY=31,30", "2026-10-01T07:30", "2027-04-30T07:30:00");
}

Test(sched_recur, an_old_series_is_found_where_it_is_now, .init = hanoi)
{
    struct sched_recur *r = open_rule(
        &(struct sched_rule){.rrule = "FREQ=DAILY", .dtstart_ms = at("2016-10-01T07:30")});
    struct sched_occurrence o;

    cr_assert(sched_recur_after(r, at("2026-10-01T07:30"), &o));
    cr_expect_eq(o.key, 20261002073000);
    sched_recur_free(r);
}
