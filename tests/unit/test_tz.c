/* SPDX-License-Identifier: Apache-2.0 */
/* Civil time: hours that a clock change skips or repeats, days that do not exist, and ISO 8601
 * text from people who do not mean well. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/clock.h"
#include "messages/base/tz.h"

TestSuite(loa_tz, .timeout = 10);

static void zone(const char *name)
{
    cr_assert_eq(loa_tz_set(name), LOA_OK, "%s", name);
}

static int64_t at(const char *iso)
{
    int64_t ms = 0;

    cr_assert_eq(loa_iso_parse(iso, &ms), LOA_OK, "%s", iso);
    return ms;
}

static void expect_iso(int64_t ms, const char *iso)
{
    char out[LOA_ISO_SIZE];

    cr_expect_str_eq(loa_iso_format(ms, out), iso, "%s is not %s", out, iso);
}

Test(loa_tz, a_zone_must_be_in_the_systems_data)
{
    static const char *const bad[] = {
        "",           "Mars/Phobos",          "../../../etc/passwd", "/usr/share/zoneinfo/UTC",
        "Asia",       "zone1970.tab",         "Asia/../UTC",         "Asia/Ho_Chi_Minh\n",
        "Asia/Hanoi", "Asia/Ho_Chi_Minh/foo",
    };
    char big[400];

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_eq(loa_tz_set(bad[i]), LOA_EINVAL, "%s", bad[i]);
    memset(big, 'A', sizeof(big) - 1);
    big[sizeof(big) - 1] = '\0';
    cr_expect_eq(loa_tz_set(big), LOA_EINVAL);
    cr_expect_eq(loa_tz_set("Asia/Ho_Chi_Minh"), LOA_OK);
}

Test(loa_tz, vietnam_is_seven_hours_east_all_year)
{
    struct loa_civil c;

    zone("Asia/Ho_Chi_Minh");
    cr_expect_eq(at("2026-10-01T07:30:00"), at("2026-10-01T00:30:00Z"));
    cr_expect_eq(at("2026-01-01T00:00"), at("2025-12-31T17:00:00Z"));
    expect_iso(at("2026-10-01T00:30:00Z"), "2026-10-01T07:30:00+07:00");
    c = loa_tz_civil(at("2026-10-01T07:30:15"));
    cr_expect_eq(c.year, 2026);
    cr_expect_eq(c.month, 10);
    cr_expect_eq(c.day, 1);
    cr_expect_eq(c.hour, 7);
    cr_expect_eq(c.minute, 30);
    cr_expect_eq(c.second, 15);
    cr_expect_eq(c.weekday, 3, "a Thursday");
    cr_expect_eq(loa_tz_civil(at("2026-10-04T12:00")).weekday, 6);
    cr_expect_eq(loa_tz_civil(at("2026-10-05T12:00")).weekday, 0);
}

Test(loa_tz, an_hour_that_is_skipped_moves_forward_by_the_change)
{
    struct loa_civil c = {.year = 2026, .month = 3, .day = 29, .hour = 2, .minute = 30};

    zone("Europe/Berlin");
    expect_iso(loa_tz_ms(&c), "2026-03-29T03:30:00+02:00");
    c.hour = 1;
    c.minute = 59;
    expect_iso(loa_tz_ms(&c), "2026-03-29T01:59:00+01:00");
    c.hour = 3;
    c.minute = 0;
    expect_iso(loa_tz_ms(&c), "2026-03-29T03:00:00+02:00");
}

Test(loa_tz, an_hour_that_occurs_twice_is_the_first)
{
    struct loa_civil c = {.year = 2026, .month = 10, .day = 25, .hour = 2, .minute = 30};

    zone("Europe/Berlin");
    expect_iso(loa_tz_ms(&c), "2026-10-25T02:30:00+02:00");
    c.hour = 3;
    c.minute = 0;
    expect_iso(loa_tz_ms(&c), "2026-10-25T03:00:00+01:00");
    c.hour = 1;
    expect_iso(loa_tz_ms(&c), "2026-10-25T01:00:00+02:00");
}

Test(loa_tz, a_midnight_that_is_skipped_gives_the_days_first_moment)
{
    zone("America/Sao_Paulo");
    expect_iso(loa_tz_day_start(at("2018-11-04T12:00:00")), "2018-11-04T01:00:00-02:00");
}

Test(loa_tz, a_day_that_is_skipped_moves_forward_by_the_change)
{
    struct loa_civil c = {.year = 2011, .month = 12, .day = 30, .hour = 10};

    zone("Pacific/Apia");
    expect_iso(loa_tz_ms(&c), "2011-12-31T10:00:00+14:00");
    c.hour = 0;
    expect_iso(loa_tz_ms(&c), "2011-12-31T00:00:00+14:00");
    c.hour = 23;
    c.minute = 59;
    expect_iso(loa_tz_ms(&c), "2011-12-31T23:59:00+14:00");
    expect_iso(loa_tz_add_days(at("2011-12-29T10:00:00-10:00"), 1), "2011-12-31T10:00:00+14:00");
    expect_iso(loa_tz_add_days(at("2011-12-29T10:00:00-10:00"), 2), "2011-12-31T10:00:00+14:00");
}

Test(loa_tz, the_last_second_of_1969_is_no_error)
{
    struct loa_civil c = {
        .year = 1969, .month = 12, .day = 31, .hour = 23, .minute = 59, .second = 59};

    zone("UTC");
    cr_expect_eq(loa_tz_ms(&c), -1000);
    cr_expect_eq(loa_tz_civil(-1).second, 59);
    cr_expect_eq(loa_tz_civil(-1).year, 1969);
    cr_expect_eq(loa_tz_civil(0).year, 1970);
}

Test(loa_tz, days_are_added_on_the_wall_not_in_hours)
{
    zone("Europe/Berlin");
    expect_iso(loa_tz_add_days(at("2026-03-28T07:30:00"), 1), "2026-03-29T07:30:00+02:00");
    expect_iso(loa_tz_add_days(at("2026-10-24T07:30:00"), 1), "2026-10-25T07:30:00+01:00");
    expect_iso(loa_tz_add_days(at("2026-03-30T07:30:00"), -1), "2026-03-29T07:30:00+02:00");
    cr_expect_eq(loa_tz_add_days(at("2026-10-01T07:30:00") + 123, 31),
                 at("2026-11-01T07:30:00") + 123, "milliseconds stay");
    expect_iso(loa_tz_day_start(at("2026-03-29T23:59:59")), "2026-03-29T00:00:00+01:00");
}

Test(loa_tz, fields_out_of_range_are_carried)
{
    struct loa_civil c = {.year = 2026, .month = 12, .day = 32, .hour = 24};

    zone("Asia/Ho_Chi_Minh");
    expect_iso(loa_tz_ms(&c), "2027-01-02T00:00:00+07:00");
    c = (struct loa_civil){.year = 2026, .month = 13, .day = 0};
    expect_iso(loa_tz_ms(&c), "2026-12-31T00:00:00+07:00");
}

Test(loa_tz, leap_days_exist_when_they_should)
{
    static const struct {
        const char *day;
        enum loa_err err;
    } days[] = {
        {"2028-02-29", LOA_OK},     {"2026-02-29", LOA_EINVAL}, {"2000-02-29", LOA_OK},
        {"2100-02-29", LOA_EINVAL}, {"2026-02-28", LOA_OK},     {"2026-04-31", LOA_EINVAL},
        {"2026-12-31", LOA_OK},     {"2026-06-31", LOA_EINVAL}, {"2026-00-10", LOA_EINVAL},
        {"2026-13-01", LOA_EINVAL}, {"2026-01-00", LOA_EINVAL}, {"2026-01-32", LOA_EINVAL},
    };
    char out[LOA_ISO_SIZE];

    zone("Asia/Ho_Chi_Minh");
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        int64_t ms = 7;

        cr_expect_eq(loa_iso_parse(days[i].day, &ms), days[i].err, "%s", days[i].day);
        if (days[i].err)
            cr_expect_eq(ms, 7, "untouched on error");
        else
            cr_expect_str_eq(loa_iso_date(ms, out), days[i].day);
    }
    expect_iso(loa_tz_add_days(at("2028-02-28T23:59:00"), 1), "2028-02-29T23:59:00+07:00");
    expect_iso(loa_tz_add_days(at("2026-02-28T23:59:00"), 1), "2026-03-01T23:59:00+07:00");
    expect_iso(loa_tz_add_days(at("2026-12-31T23:59:00"), 1), "2027-01-01T23:59:00+07:00");
}

Test(loa_tz, every_way_to_write_the_same_moment_reads_alike)
{
    static const char *const same[] = {
        "2026-10-01T07:30:00+07:00", "2026-10-01T07:30:00+0700",  "2026-10-01T07:30+07:00",
        "2026-10-01 07:30",          "2026-10-01t00:30:00z",      "2026-10-01T00:30:00.000Z",
        "2026-10-01T07:30:00,000",   "2026-09-30T17:30:00-07:00", "2026-10-01T06:15:00+05:45",
    };

    zone("Asia/Ho_Chi_Minh");
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        cr_expect_eq(at(same[i]), INT64_C(1790814600000), "%s", same[i]);
    cr_expect_eq(at("2026-10-01T07:30:00.1234567"), INT64_C(1790814600123));
    cr_expect_eq(at("2026-10-01"), at("2026-10-01T00:00:00"));
}

Test(loa_tz, hostile_text_is_refused)
{
    static const char *const bad[] = {
        "",
        "2026",
        "2026-10",
        "2026-10-",
        "2026-10-1",
        "26-10-01",
        "2026/10/01",
        "2026-10-01T",
        "2026-10-01T07",
        "2026-10-01T07:",
        "2026-10-01T7:30",
        "2026-10-01T24:00",
        "2026-10-01T07:60",
        "2026-10-01T07:30:60",
        "2026-10-01T07:30:00+",
        "2026-10-01T07:30:00+7",
        "2026-10-01T07:30:00+07",
        "2026-10-01T07:30:00+07:",
        "2026-10-01T07:30:00+07:6",
        "2026-10-01T07:30:00+07:60",
        "2026-10-01T07:30:00+16:00",
        "2026-10-01T07:30:00Z1",
        "2026-10-01T07:30:00 ",
        " 2026-10-01",
        "2026-10-01T07:30:00+07:00; DROP",
        "-026-10-01",
        "+2026-10-01",
        "2026-10-01T-7:30",
        "2026-10-01Z07:00",
        "２０２６-10-01",
        "next monday",
    };
    int64_t ms = 7;

    zone("Asia/Ho_Chi_Minh");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_eq(loa_iso_parse(bad[i], &ms), LOA_EINVAL, "“%s”", bad[i]);
    cr_expect_eq(ms, 7);
}

Test(loa_tz, offsets_west_and_of_half_hours_are_written_right)
{
    zone("America/St_Johns");
    expect_iso(at("2026-01-15T12:00:00"), "2026-01-15T12:00:00-03:30");
    zone("Asia/Kathmandu");
    expect_iso(at("2026-01-15T12:00:00"), "2026-01-15T12:00:00+05:45");
    zone("UTC");
    expect_iso(0, "1970-01-01T00:00:00+00:00");
    expect_iso(-1, "1969-12-31T23:59:59+00:00");
}

Test(loa_tz, the_far_past_and_future_read_back_or_are_refused)
{
    static const char *const far[] = {"1013-10-01T17:05:00", "1899-12-31T00:00:00",
                                      "0001-01-03T00:00:00", "0042-06-01T12:00:00",
                                      "9999-12-29T00:00:00", "1906-07-01T00:00:00"};
    static const char *const bad[] = {"0000-06-01", "0001-01-01", "9999-12-31T23:59:59-15:00",
                                      "9999-12-31", "0000-01-01T00:00:00+15:00"};
    char out[LOA_ISO_SIZE];
    int64_t ms;

    zone("Asia/Ho_Chi_Minh");
    for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++)
        cr_expect_eq(at(loa_iso_format(at(far[i]), out)), at(far[i]), "%s", out);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_eq(loa_iso_parse(bad[i], &ms), LOA_EINVAL, "%s", bad[i]);
}

Test(loa_tz, what_is_formatted_reads_back_over_a_year_of_hours)
{
    char out[LOA_ISO_SIZE];

    zone("Europe/Berlin");
    for (int64_t ms = at("2026-01-01T00:00:00"); ms < at("2027-01-01T00:00:00");
         ms += LOA_HOUR_MS / 2)
        cr_assert_eq(at(loa_iso_format(ms, out)), ms, "%s", out);
}
