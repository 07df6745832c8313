/* SPDX-License-Identifier: Apache-2.0 */
/* Office hours: when somebody is there, and what is said when nobody is. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bot/office_hours.h"
#include "messages/base/tz.h"
#include "tests/unit/store_help.h"

static void zone(void)
{
    cr_assert_eq(loa_tz_set("Asia/Ho_Chi_Minh"), LOA_OK);
}

TestSuite(office_hours, .timeout = 5, .init = zone);

static struct bot_office_hours parse(const char *text)
{
    struct bot_office_hours h;

    cr_assert_eq(bot_office_hours_parse(text, &h, NULL), LOA_OK, "%s", text);
    return h;
}

Test(office_hours, somebody_is_there_within_them_only)
{
    struct bot_office_hours h = parse(BOT_OFFICE_HOURS_DEFAULT "; sat 08:00-11:00");

    cr_expect(bot_office_hours_open(&h, help_at("2026-10-02T07:30:00"))); /* a Friday */
    cr_expect(bot_office_hours_open(&h, help_at("2026-10-02T11:29:59")));
    cr_expect_not(bot_office_hours_open(&h, help_at("2026-10-02T11:30:00")));
    cr_expect(bot_office_hours_open(&h, help_at("2026-10-03T08:00:00")));
    cr_expect_not(bot_office_hours_open(&h, help_at("2026-10-04T09:00:00")));
    cr_expect_eq(bot_office_hours_next(&h, help_at("2026-10-02T12:00:00")),
                 help_at("2026-10-02T13:30:00"));
    cr_expect_eq(bot_office_hours_next(&h, help_at("2026-10-03T11:00:00")),
                 help_at("2026-10-05T07:30:00"));
}

Test(office_hours, without_any_somebody_is_always_there)
{
    struct bot_office_hours h = parse("always");

    cr_expect(bot_office_hours_open(&h, help_at("2026-10-04T03:00:00")));
    cr_expect_null(bot_office_hours_note(&h, help_at("2026-10-04T03:00:00"), false));
}

Test(office_hours, days_may_be_written_as_in_vietnamese)
{
    struct bot_office_hours h = parse("t2-t6 07:00-24:00;cn 8:00-9:00");

    cr_expect(bot_office_hours_open(&h, help_at("2026-10-01T23:59:00")));
    cr_expect(bot_office_hours_open(&h, help_at("2026-10-04T08:30:00")));
    cr_expect_not(bot_office_hours_open(&h, help_at("2026-10-03T08:30:00")));
}

Test(office_hours, the_note_says_honestly_when_they_are_back)
{
    struct bot_office_hours h = parse(BOT_OFFICE_HOURS_DEFAULT);
    char *note = bot_office_hours_note(&h, help_at("2026-10-02T18:00:00"), false);

    cr_assert_not_null(note);
    cr_expect_str_eq(note, "Bây giờ ngoài giờ làm việc; cán bộ có mặt trở lại lúc 07:30 thứ Hai, "
                           "05/10.");
    free(note);
    note = bot_office_hours_note(&h, help_at("2026-10-02T18:00:00"), true);
    cr_expect_not_null(strstr(note, "07:30 on Monday, 05/10"));
    free(note);
    cr_expect_null(bot_office_hours_note(&h, help_at("2026-10-02T09:00:00"), false));
}

Test(office_hours, what_makes_no_sense_is_refused)
{
    static const char *const bad[] = {
        "mon",           "mon 7-11",       "mon 11:00-07:00", "xyz 07:00-11:00", "mon 07:00-11:00,",
        "mon07:00-11:0", "mon 7:60-11:00", "mon 07:00-25:00", "mon-x 7:00-8:00", "mon 7:00-8:00;",
    };
    struct bot_office_hours h;
    struct loa_problem why;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_eq(bot_office_hours_parse(bad[i], &h, &why), LOA_EINVAL, "%s", bad[i]);
}
