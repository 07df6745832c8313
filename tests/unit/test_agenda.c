/* SPDX-License-Identifier: Apache-2.0 */
/* What is coming, and what is said to be missing for it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bot/agenda.h"
#include "messages/account.h"
#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/message.h"
#include "tests/unit/store_help.h"

static struct db *db;
static struct bot_config cfg;
static struct bot_agenda agenda;
static int64_t now;

static void open_it(void)
{
    db = help_open();
    now = help_at("2026-10-01T05:00:00");
    cfg = (struct bot_config){.approvals = true};
    cr_assert_eq(sched_quiet_parse("22:00-06:00", &cfg.quiet, NULL), LOA_OK);
}

static void close_it(void)
{
    bot_agenda_release(&agenda);
    help_close(db);
}

TestSuite(bot_agenda, .timeout = 20, .init = open_it, .fini = close_it);

static int64_t add_account(const char *channel)
{
    int64_t id = help_account(db, channel);

    cr_assert_eq(db_run(db, "UPDATE accounts SET channel = $1 WHERE id = $2", "si", channel, id),
                 LOA_OK);
    return id;
}

static int64_t add_message(const char *channel, const char *body, const char *more, bool approve)
{
    char *json = loa_xasprintf("{\"title\":\"T\",\"body\":%s,\"audience\":{\"channels\":[\"%s\"]},"
                               "%s}",
                               body, channel, more);
    struct msg_spec spec = help_spec(json);
    int64_t id;

    cr_assert_eq(msg_message_create(db, &help_writer, now - 1000, &spec, &id, NULL), LOA_OK);
    if (approve) {
        cr_assert_eq(msg_message_submit(db, &help_writer, now - 900, id, true, NULL), LOA_OK);
        cr_assert_eq(msg_message_approve(db, &help_approver, now - 800, id, NULL), LOA_OK);
        cr_assert_eq(msg_message_schedule(db, &help_writer, now - 700, id, NULL), LOA_OK);
    }
    msg_spec_release(&spec);
    free(json);
    return id;
}

static const struct bot_agenda_item *look(int days, size_t expected)
{
    struct loa_problem why = {"", ""};

    bot_agenda_release(&agenda);
    cr_assert_eq(bot_agenda_make(db, &cfg, now, loa_tz_add_days(now, days), &agenda, &why), LOA_OK,
                 "%s", why.text);
    cr_assert_eq(agenda.n, expected, "%zu items", agenda.n);
    return agenda.items;
}

static bool warns(const struct bot_agenda_item *item, const char *text)
{
    for (size_t i = 0; i < item->warnings.n; i++) {
        if (strstr(item->warnings.items[i], text))
            return true;
    }
    return false;
}

Test(bot_agenda, series_has_an_item_a_day_and_says_which_day_has_no_text)
{
    const struct bot_agenda_item *items;

    (void)add_account("viber");
    help_daily(db, "2026-10-01", "Khai mạc", "Hôm nay khai mạc");
    help_daily(db, "2026-10-03", "Hội sách", "Hội sách");
    (void)add_message("viber", "{\"text\":\"{daily.text}\"}",
                      "\"schedule\":{\"rrule\":\"FREQ=DAILY\",\"dtstart\":\"2026-10-01T07:30:00\","
                      "\"until\":\"2026-10-20T00:00:00\"}",
                      true);
    items = look(3, 3);
    cr_expect_str_eq(items[0].daily, "Khai mạc");
    cr_expect_eq(items[0].at_ms, help_at("2026-10-01T07:30:00"));
    cr_expect_eq(items[0].warnings.n, 0);
    cr_expect_str_eq(items[1].daily, "");
    cr_expect(warns(&items[1], "2026-10-02"), "%s", items[1].warnings.items[0]);
    cr_expect_eq(items[2].warnings.n, 0);
    cr_expect_eq(agenda.n_warnings, 1);
    (void)look(30, 19);
}

Test(bot_agenda, what_is_not_approved_or_held_by_the_night_is_told)
{
    const struct bot_agenda_item *items;
    int64_t viber = add_account("viber");

    (void)add_message("viber", "{\"text\":\"a\"}", "\"schedule\":{\"at\":\"2026-10-01T05:30:00\"}",
                      true);
    (void)add_message("viber", "{\"text\":\"b\"}", "\"schedule\":{\"at\":\"2026-10-02T09:00:00\"}",
                      false);
    items = look(7, 2);
    cr_expect_eq(items[0].goes_ms, help_at("2026-10-01T06:00:00"));
    cr_expect_eq(items[0].warnings.n, 0);
    cr_expect(warns(&items[1], "chưa được duyệt"));
    cr_assert_eq(msg_account_pause(db, &help_admin, now, viber, "hết tiền"), LOA_OK);
    items = look(7, 3);
    cr_expect_eq(items[0].kind, BOT_AGENDA_PAUSED);
    cr_expect(warns(&items[1], "hết tiền") && warns(&items[1], "loa account resume viber"));
}

Test(bot_agenda, message_of_a_channel_without_an_account_goes_nowhere)
{
    (void)add_message("viber", "{\"text\":\"a\"}", "\"schedule\":{\"at\":\"2026-10-02T09:00:00\"}",
                      true);
    cr_expect(warns(look(7, 1), "chưa có tài khoản nào của kênh viber"));
}

Test(bot_agenda, end_of_a_right_stands_in_the_list_and_with_what_it_spoils)
{
    const struct bot_agenda_item *items;
    int64_t page = add_account("facebook");

    cr_assert_eq(msg_right_holds(db, page, MSG_RIGHT_PAGE, help_at("2026-10-03T12:00:00"), now),
                 LOA_OK);
    for (int day = 2; day <= 4; day++) {
        char when[80];

        (void)snprintf(when, sizeof(when), "\"schedule\":{\"at\":\"2026-10-0%dT09:00:00\"}", day);
        (void)add_message("facebook", "{\"text\":\"a\"}", when, true);
    }
    items = look(7, 4);
    cr_expect_eq(items[0].warnings.n, 0);
    cr_expect_eq(items[1].warnings.n, 0);
    cr_expect_eq(items[2].kind, BOT_AGENDA_RIGHT);
    cr_expect_eq(items[2].right, MSG_RIGHT_PAGE);
    cr_expect(warns(&items[2], "FACEBOOK_PAGE_TOKEN"));
    cr_expect(warns(&items[3], "hết hạn 2026-10-03"), "%s", items[3].warnings.items[0]);

    cr_assert_eq(msg_right_holds(db, page, MSG_RIGHT_PAGE, now - 1000, now), LOA_OK);
    items = look(7, 4);
    cr_expect(items[0].over, "what is over is not forgotten");
    cr_expect_eq(items[0].at_ms, now);
    cr_assert_eq(msg_right_holds(db, page, MSG_RIGHT_PAGE, 0, now), LOA_OK);
    cr_expect_eq(look(7, 3)[0].warnings.n, 0, "a token without an end is no worry");
    cr_assert_eq(msg_right_failed(db, page, MSG_RIGHT_SETUP, "không gọi được", now), LOA_OK);
    items = look(7, 4);
    cr_expect_eq(items[0].kind, BOT_AGENDA_FAILING);
    cr_expect(warns(&items[0], "không gọi được"));
}

static void article(const char *when)
{
    char more[128];

    (void)snprintf(more, sizeof(more), "\"deliver\":[\"post\"],\"schedule\":{\"at\":\"%s\"}", when);
    (void)add_message("zalo", "{\"text\":\"a\",\"image\":\"https://a.vn/a.jpg\"}", more, true);
}

Test(bot_agenda, articles_beyond_what_followers_get_are_told)
{
    const struct bot_agenda_item *items;
    char package[] = "basic";

    (void)add_account("zalo");
    article("2026-10-02T08:00:00");
    article("2026-10-02T15:00:00");
    article("2026-10-05T08:00:00");
    items = look(7, 3);
    cr_expect_eq(items[0].warnings.n, 0);
    cr_expect(warns(&items[1], "hôm đó đã có 1 bài"));
    cr_expect_eq(items[2].warnings.n, 0);
    cfg.zalo_package = package;
    items = look(7, 3);
    cr_expect_eq(items[0].warnings.n, 0);
    cr_expect(warns(&items[2], "đã đủ 1 bài"), "%zu", items[2].warnings.n);
}

Test(bot_agenda, lent_picture_does_not_last_for_ever)
{
    (void)add_account("zalo");
    (void)add_message("zalo", "{\"text\":\"a\",\"image\":\"zalo-attachment:abc\"}",
                      "\"schedule\":{\"at\":\"2026-10-20T09:00:00\"}", true);
    cr_expect(warns(look(30, 1), "7 ngày"));
}

Test(bot_agenda, platform_that_says_nothing_for_a_week_is_told)
{
    int64_t viber = add_account("viber");

    cr_assert_eq(db_run(db, "UPDATE accounts SET last_webhook_ms = $1 WHERE id = $2", "ii",
                        now - 8 * (int64_t)LOA_DAY_MS, viber),
                 LOA_OK);
    cr_expect_eq(look(7, 1)[0].kind, BOT_AGENDA_SILENT);
}
