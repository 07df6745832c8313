/* SPDX-License-Identifier: Apache-2.0 */
/* How a run that is watched looks: speed, end, hints. */
#include <string.h>

#include <criterion/criterion.h>

#include "bot/ops/watch.h"
#include "messages/base/clock.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"
#include "scheduler/quiet.h"

static struct watch_run w;
static struct msg_progress p;
static struct sched_quiet quiet;
static int64_t now;

static void start(void)
{
    cr_assert_eq(loa_tz_set("Asia/Ho_Chi_Minh"), LOA_OK);
    cr_assert_eq(sched_quiet_parse("22:00-06:00", &quiet, NULL), LOA_OK);
    cr_assert_eq(loa_iso_parse("2026-10-01T09:00:00", &now), LOA_OK);
    w = (struct watch_run){.total = 10000, .per_s = -1};
    p = (struct msg_progress){.run_id = 1,
                              .state = MSG_RUN_SENDING,
                              .attempt = 1,
                              .account = "zalo",
                              .channel = "zalo",
                              .deadline_ms = now + 48 * LOA_HOUR_MS};
}

TestSuite(bot_cli_watch, .timeout = 20, .init = start);

static void take(int64_t after_ms, int64_t sent, int64_t possible)
{
    p.sent = sent;
    watch_take(&w, &p, false, now + after_ms, 1000000 + after_ms, &quiet, possible);
}

static const char *line_at(int64_t after_ms, size_t columns)
{
    static char text[1024];
    struct loa_buf b = {0};

    watch_line(&w, 12, now + after_ms, columns, &b);
    (void)strncpy(text, loa_buf_str(&b), sizeof(text) - 1);
    loa_buf_release(&b);
    return text;
}

Test(bot_cli_watch, end_is_first_told_from_the_pace_and_then_from_the_speed)
{
    take(0, 0, 600);
    cr_expect_eq(w.ends_ms, now + 1000 * LOA_SECOND_MS, "10000 at 10 a second");
    take(2000, 200, 600);
    cr_expect_float_eq(w.per_s, 100.0, 0.01);
    cr_expect_eq(w.ends_ms, now + 2000 + 98 * LOA_SECOND_MS);
    cr_expect_str_eq(line_at(2000, 0), "zalo (single) đang gửi [--------------------] 200/10.000 "
                                       "(2%) 100.0/giây, còn 1:38, xong lúc 09:01");
}

Test(bot_cli_watch, speed_is_that_of_the_last_seconds)
{
    for (int i = 0; i <= 40; i++)
        take(i * 1000, i < 20 ? i * 100 : 2000, 600);
    cr_expect_float_eq(w.per_s, 0.0, 0.01, "nothing moved for long");
}

Test(bot_cli_watch, quiet_hours_are_no_time_to_send)
{
    cr_assert_eq(loa_iso_parse("2026-10-01T21:59:00", &now), LOA_OK);
    take(0, 0, 6000);
    cr_expect_eq(w.ends_ms, now + 8 * LOA_HOUR_MS + 100 * LOA_SECOND_MS);
    p.urgent = true;
    take(0, 0, 6000);
    cr_expect_eq(w.ends_ms, now + 100 * LOA_SECOND_MS);
    p.urgent = false;
    take(2 * LOA_MINUTE_MS, 0, 6000);
    cr_expect(strstr(line_at(2 * LOA_MINUTE_MS, 0), "giờ yên lặng tới 06:00 ngày 2/10") != NULL,
              "%s", line_at(2 * LOA_MINUTE_MS, 0));
}

Test(bot_cli_watch, cap_of_staff_slows_what_is_expected)
{
    p.cap_per_minute = 60;
    take(0, 0, 600);
    cr_expect_eq(w.ends_ms, now + 10000 * LOA_SECOND_MS);
    cr_expect(strstr(line_at(0, 0), "nhiều nhất 60/phút") != NULL);
    p.deadline_ms = now + LOA_HOUR_MS;
    take(0, 0, 600);
    cr_expect(strstr(line_at(0, 0), "QUÁ HẠN 10:00") != NULL, "%s", line_at(0, 0));
}

Test(bot_cli_watch, paused_account_says_why_and_what_to_do)
{
    p.account_paused = true;
    (void)strncpy(p.reason, "hết hạn mã", sizeof(p.reason) - 1);
    take(0, 5, 600);
    cr_expect_eq(w.ends_ms, 0);
    cr_expect(strstr(line_at(0, 0), "tài khoản tạm dừng") && strstr(line_at(0, 0), "hết hạn mã") &&
                  strstr(line_at(0, 0), "loa account resume zalo"),
              "%s", line_at(0, 0));
    p.way = 2;
    take(0, 0, 600);
    cr_expect(strstr(line_at(0, 0), "loa handpost 12") != NULL, "%s", line_at(0, 0));
}

Test(bot_cli_watch, run_that_is_over_counts_what_it_did)
{
    p.over = true;
    p.state = MSG_RUN_CANCELLED;
    p.failed = 2;
    take(0, 30, 600);
    cr_expect_eq(w.total, 32);
    cr_expect_str_eq(line_at(0, 0),
                     "zalo (single) đã dừng [####################] 32/32 (100%), lỗi 2");
}

Test(bot_cli_watch, line_fits_a_narrow_screen)
{
    take(0, 5, 600);
    cr_expect_eq(loa_utf8_length(line_at(0, 30)), 30);
}
