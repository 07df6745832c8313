/* SPDX-License-Identifier: Apache-2.0 */
/* Content files that would hang the program or spoil what is sent. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/tz.h"
#include "messages/import.h"

static struct msg_catalog *catalog;
static struct loa_problem why;

static void open_it(void)
{
    cr_assert_eq(loa_tz_set("Asia/Ho_Chi_Minh"), LOA_OK);
    catalog = msg_catalog_new();
}

static void close_it(void)
{
    msg_catalog_free(catalog);
}

TestSuite(msg_import, .timeout = 20, .init = open_it, .fini = close_it);

static enum loa_err ics(const char *lines)
{
    char text[2048];

    (void)snprintf(text, sizeof(text),
                   "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:u\r\nSUMMARY:Đọc "
                   "sách\r\nDTSTART:20261001T010000Z\r\n%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                   lines);
    why = (struct loa_problem){"", ""};
    return msg_import_events(catalog, text, strlen(text), MSG_FORMAT_ICS, &why);
}

static enum loa_err json(const char *members)
{
    char text[1024];

    (void)snprintf(text, sizeof(text),
                   "[{\"title\":\"t\",\"start\":\"2026-10-01T07:30:00+07:00\",\"end\":"
                   "\"2026-10-01T08:30:00+07:00\",%s}]",
                   members);
    why = (struct loa_problem){"", ""};
    return msg_import_events(catalog, text, strlen(text), MSG_FORMAT_JSON, &why);
}

Test(msg_import, a_rule_that_repeats_within_the_day_is_refused_at_once)
{
    static const char *const bad[] = {
        "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "RRULE:FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=31",
        "RRULE:FREQ=HOURLY;COUNT=2",
        "RRULE:FREQ=DAILY;BYHOUR=1,2",
        "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;BYMINUTE=1,2;BYSECOND=1,2,3",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_eq(ics(bad[i]), LOA_EINVAL, "%s", bad[i]);
}

Test(msg_import, a_rule_without_an_end_is_told)
{
    cr_expect_eq(ics("RRULE:FREQ=DAILY"), LOA_ELIMIT);
}

Test(msg_import, a_daily_rule_becomes_an_event_a_day_without_those_left_out)
{
    cr_assert_eq(ics("RRULE:FREQ=DAILY;COUNT=4\r\nEXDATE:20261002T010000Z"), LOA_OK, "%s",
                 why.text);
    cr_expect_eq(catalog->n_events, (size_t)3);
    cr_expect_str_eq(catalog->events[1].id, "u/2026-10-03");
}

/* A calendar of two: a daily reading at 07:30 with `rule`, and what else is said of it. */
static enum loa_err calendar(const char *rule, const char *more)
{
    char text[2048];

    (void)snprintf(text, sizeof(text),
                   "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:u\r\nSUMMARY:Đọc\r\n"
                   "DTSTART;TZID=Asia/Ho_Chi_Minh:20261001T073000\r\n"
                   "DTEND;TZID=Asia/Ho_Chi_Minh:20261001T083000\r\n"
                   "%s\r\nEND:VEVENT\r\n%sEND:VCALENDAR\r\n",
                   rule, more);
    why = (struct loa_problem){"", ""};
    return msg_import_events(catalog, text, strlen(text), MSG_FORMAT_ICS, &why);
}

static int64_t at(const char *iso)
{
    int64_t ms = 0;

    cr_assert_eq(loa_iso_parse(iso, &ms), LOA_OK);
    return ms;
}

Test(msg_import, a_rule_until_a_date_includes_that_day)
{
    cr_assert_eq(calendar("RRULE:FREQ=DAILY;UNTIL=20261007", ""), LOA_OK, "%s", why.text);
    cr_expect_eq(catalog->n_events, (size_t)7);
}

Test(msg_import, an_occurrence_that_was_moved_or_cancelled_is_there_once)
{
    cr_assert_eq(calendar("RRULE:FREQ=DAILY;COUNT=3",
                          "BEGIN:VEVENT\r\nUID:u\r\nSUMMARY:Dời\r\n"
                          "RECURRENCE-ID;TZID=Asia/Ho_Chi_Minh:20261002T073000\r\n"
                          "DTSTART:20261004T140000\r\nDTEND:20261004T150000\r\nEND:VEVENT\r\n"
                          "BEGIN:VEVENT\r\nUID:u\r\nSUMMARY:Hủy\r\nSTATUS:CANCELLED\r\n"
                          "RECURRENCE-ID:20261003T003000Z\r\nDTSTART:20261003T003000Z\r\n"
                          "DTEND:20261003T013000Z\r\nEND:VEVENT\r\n"),
                 LOA_OK, "%s", why.text);
    cr_assert_eq(catalog->n_events, (size_t)3);
    cr_assert_not_null(msg_catalog_event(catalog, "u/2026-10-02"));
    cr_expect_eq(msg_catalog_event(catalog, "u/2026-10-02")->start_ms, at("2026-10-04T14:00"));
    cr_assert_not_null(msg_catalog_event(catalog, "u/2026-10-03"));
    cr_expect_eq(msg_catalog_event(catalog, "u/2026-10-03")->state, MSG_EVENT_CANCELLED);
}

Test(msg_import, single_further_days_are_taken_in)
{
    cr_assert_eq(calendar("RDATE;TZID=Asia/Ho_Chi_Minh:20261005T073000,20261006T073000", ""),
                 LOA_OK, "%s", why.text);
    cr_assert_eq(catalog->n_events, (size_t)3);
    cr_expect_eq(catalog->events[2].end_ms, at("2026-10-06T08:30"));
    cr_expect_eq(calendar("RDATE;VALUE=PERIOD:20261005T073000/PT1H", ""), LOA_EINVAL);
}

Test(msg_import, a_zone_that_nobody_knows_is_not_taken_for_ours)
{
    cr_expect_eq(calendar("X-A:b", "BEGIN:VEVENT\r\nUID:v\r\nSUMMARY:t\r\nDTSTART;TZID=Tokyo "
                                   "Standard Time:20261001T120000\r\nEND:VEVENT\r\n"),
                 LOA_EINVAL);
}

Test(msg_import, a_whole_day_may_name_itself_as_its_end)
{
    static const char text[] =
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:d\r\nSUMMARY:t\r\n"
        "DTSTART;VALUE=DATE:20261001\r\nDTEND;VALUE=DATE:20261001\r\nEND:VEVENT\r\n"
        "END:VCALENDAR\r\n";

    cr_assert_eq(msg_import_events(catalog, text, strlen(text), MSG_FORMAT_ICS, &why), LOA_OK, "%s",
                 why.text);
    cr_expect_eq(catalog->events[0].end_ms, at("2026-10-01T23:59"));
}

static enum loa_err csv(const char *text)
{
    why = (struct loa_problem){"", ""};
    return msg_import_events(catalog, text, strlen(text), MSG_FORMAT_CSV, &why);
}

#define TIMES "2026-10-01T07:30:00+07:00,2026-10-01T08:30:00+07:00"

Test(msg_import, blanks_around_the_items_of_a_list_do_not_count)
{
    cr_assert_eq(csv("id,title,start,end,audience\na,t," TIMES ",sinh viên; học sinh ;\n"), LOA_OK,
                 "%s", why.text);
    cr_assert_eq(catalog->events[0].audience.n, (size_t)2);
    cr_expect_str_eq(catalog->events[0].audience.items[1], "học sinh");
}

Test(msg_import, a_wrong_row_is_told_by_its_line_in_the_file)
{
    cr_expect_eq(csv("id,title,start,end,summary\r\n\r\na,t," TIMES ",\"x\r\ny\"\r\n"
                     "b,," TIMES ",\r\n"),
                 LOA_EINVAL);
    cr_expect_not_null(strstr(why.text, "Dòng 5:"), "%s", why.text);
    cr_assert_eq(catalog->n_events, (size_t)1);
    cr_expect_str_eq(catalog->events[0].summary, "x\ny");
}

Test(msg_import, a_file_from_excel_may_have_semicolons_and_empty_rows)
{
    cr_assert_eq(csv("\xEF\xBB\xBFid;title;start;end;audience\r\n"
                     "a;t;2026-10-01T07:30;2026-10-01T08:30;\"x;y\"\r\n;;;;\r\n"),
                 LOA_OK, "%s", why.text);
    cr_assert_eq(catalog->n_events, (size_t)1);
    cr_expect_eq(catalog->events[0].audience.n, (size_t)2);
}

Test(msg_import, a_place_on_the_map_is_a_number)
{
    static const char csv[] = "id,title,start,end,lat,lon\na,t,2026-10-01T07:30:00+07:00,"
                              "2026-10-01T08:30:00+07:00,nan,nan\n";

    cr_expect_eq(msg_import_events(catalog, csv, strlen(csv), MSG_FORMAT_CSV, &why), LOA_EINVAL);
    cr_expect_eq(json("\"id\":\"b\",\"lat\":90.5,\"lon\":0"), LOA_EINVAL);
    cr_expect_eq(json("\"id\":\"c\",\"lat\":-90,\"lon\":180"), LOA_OK, "%s", why.text);
}

Test(msg_import, an_address_has_no_blanks_or_brackets)
{
    cr_expect_eq(json("\"id\":\"a\",\"online_url\":\"https://a b\""), LOA_EINVAL);
    cr_expect_eq(json("\"id\":\"a\",\"online_url\":\"https://a\\nb\""), LOA_EINVAL);
    cr_expect_eq(json("\"id\":\"a\",\"registration_url\":\"https://a/<b>\""), LOA_EINVAL);
    cr_expect_eq(json("\"id\":\"a\",\"online_url\":\"javascript:alert(1)\""), LOA_EINVAL);
    cr_expect_eq(json("\"id\":\"a\",\"online_url\":\"https://a.vn/?b=%20c#d\""), LOA_OK);
}

Test(msg_import, an_id_fits_a_button)
{
    char members[400], id[202];

    memset(id, 'i', 201);
    id[201] = '\0';
    (void)snprintf(members, sizeof(members), "\"id\":\"%s\"", id);
    cr_expect_eq(json(members), LOA_EINVAL);
    (void)snprintf(members, sizeof(members), "\"id\":\"%s\"", id + 1);
    cr_expect_eq(json(members), LOA_OK, "%s", why.text);
}

Test(msg_import, a_meeting_is_found_wherever_a_calendar_puts_its_link)
{
    static const char *const lines[] = {
        "URL:https://meet.google.com/a",
        "X-GOOGLE-CONFERENCE:https://meet.google.com/a",
        "CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://meet.google.com/a",
        "LOCATION:https://meet.google.com/a",
        "DESCRIPTION:Vào\\, https://meet.google.com/a nhé",
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        msg_catalog_free(catalog);
        catalog = msg_catalog_new();
        cr_assert_eq(ics(lines[i]), LOA_OK, "%s: %s", lines[i], why.text);
        cr_assert_not_null(catalog->events[0].online_url, "%s", lines[i]);
        cr_expect_str_eq(catalog->events[0].online_url, "https://meet.google.com/a");
        if (strncmp(lines[i], "LOCATION", 8) == 0)
            cr_expect_str_eq(catalog->events[0].place, "Trực tuyến");
    }
}

Test(msg_import, a_wrong_event_of_a_calendar_is_told_by_its_line)
{
    cr_expect_eq(calendar("X-A:b", "BEGIN:VEVENT\r\nUID:v\r\nSUMMARY:t\r\nEND:VEVENT\r\n"),
                 LOA_EINVAL);
    cr_expect_not_null(strstr(why.text, "Dòng 10"), "%s", why.text);
}

Test(msg_import, folded_lines_and_several_calendars_are_one_file)
{
    static const char text[] =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Đọc s\r\n ách\r\n"
        "DTSTART:20261001T010000Z\r\nDURATION:PT90M\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:b\nSUMMARY:t\nDTSTART;VALUE=DATE:20261002\n"
        "END:VEVENT\nEND:VCALENDAR\n";

    cr_assert_eq(msg_import_events(catalog, text, strlen(text), MSG_FORMAT_ICS, &why), LOA_OK, "%s",
                 why.text);
    cr_assert_eq(catalog->n_events, (size_t)2);
    cr_expect_str_eq(catalog->events[0].title, "Đọc sách");
    cr_expect_eq(catalog->events[0].end_ms - catalog->events[0].start_ms, 90 * 60000);
}
