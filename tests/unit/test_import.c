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
