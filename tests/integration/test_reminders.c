/* SPDX-License-Identifier: Apache-2.0 */
/* People ask to be reminded; the event is moved, comes near, is cancelled. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"
#include "tests/integration/rig_talk.h"

TestSuite(reminders, .timeout = 300);

static struct rig r;

static void start(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "LOA_QUIET_HOURS=off\n");
    rig_start(&r, "");
    rig_one_event(&r);
    rig_do(&r, "{\"op\":\"demo\",\"follow\":true}");
    rig_serve(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

static void ask_everywhere(void)
{
    for (size_t p = 0; p < RIG_PLATFORMS; p++) {
        rig_say(&r, rig_platforms[p], "nhắc tôi hội sách Biển xanh");
        RIG_WAIT(&r, rig_heard(&r, rig_platforms[p], "Tôi sẽ nhắc bạn") == 1);
    }
    RIG_WAIT(&r, rig_is_quiet(&r));
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM reminders WHERE wanted = 1"), 3);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM consents WHERE kind = 'remind-in' AND wording "
                             "LIKE 'nhắc tôi%'"),
                 3);
}

static bool all_told(void)
{
    return rig_sql(&r, "SELECT COUNT(*) FROM event_changes WHERE state = 0") == 0 &&
           rig_is_quiet(&r);
}

Test(reminders, a_cancelled_event_is_told_once_to_who_still_wants_to_know, .init = start,
     .fini = end)
{
    ask_everywhere();
    cr_expect_eq(rig_heard(&r, "facebook", "chỉ cho tôi nhắn trong 24 giờ"), 1, "told beforehand");
    cr_expect_eq(rig_heard(&r, "viber", "chỉ cho tôi nhắn"), 0);
    rig_say(&r, "viber", "HỦY");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE opted_out = 1") == 1);
    rig_must(&r, "events import e.json --dry-run --user binh");
    rig_must(&r, "event cancel k1 --reason 'Mưa bão' --user binh");
    cr_expect_not_null(strstr(rig_output(), "2"), "%s", rig_output());
    RIG_WAIT(&r, rig_heard(&r, "zalo", "đã hủy, mời bạn không đến nữa") == 1);
    RIG_WAIT(&r, rig_heard(&r, "facebook", "Lý do: Mưa bão") == 1);
    RIG_WAIT(&r, all_told());
    cr_expect_eq(rig_heard(&r, "viber", "Mưa bão"), 0);
    cr_expect_eq(rig_sql(&r, "SELECT told FROM event_changes"), 2);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM reminder_dues WHERE state = 0"), 0);
    /* Over a restart it is not told again. */
    cr_assert_eq(rig_stop(&r), 0);
    rig_serve(&r, "");
    RIG_WAIT(&r, all_told());
    cr_expect_eq(rig_heard(&r, "zalo", "đã hủy, mời bạn không đến nữa"), 1);
}

Test(reminders, an_event_typed_by_mistake_is_removed_and_who_asked_is_told_once, .init = start,
     .fini = end)
{
    ask_everywhere();
    cr_expect_neq(rig_loa(&r, "events delete k1 --user binh"), 0, "asks before");
    cr_expect_not_null(strstr(rig_output(), "--yes"), "%s", rig_output());
    rig_must(&r, "events delete k1 --yes --reason 'Nhập nhầm' --user binh");
    for (size_t p = 0; p < RIG_PLATFORMS; p++)
        RIG_WAIT(&r, rig_heard(&r, rig_platforms[p], "đã được gỡ khỏi lịch") == 1);
    RIG_WAIT(&r, all_told());
    cr_expect_eq(rig_heard(&r, "zalo", "Lý do: Nhập nhầm"), 1);
    cr_expect_eq(rig_sql(&r, "SELECT told FROM event_changes WHERE kind = 4"), 3);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM reminder_dues WHERE state = 0"), 0);
    rig_say(&r, "zalo", "xem các lời nhắc");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "Bạn chưa nhờ nhắc sự kiện nào") == 1);
    rig_say(&r, "zalo", "hội sách Biển xanh ở đâu");
    RIG_WAIT(&r, rig_is_quiet(&r));
    cr_expect_eq(rig_heard(&r, "zalo", "Nhà A"), 1, "only in the first answer");
}

Test(reminders, a_moved_event_is_told_and_reminded_of_at_its_new_time, .init = start, .fini = end)
{
    char from[32], to[32];

    ask_everywhere();
    rig_must(&r, "event move k1 --start %s --end %s --place 'Nhà B' --user binh",
             rig_in(3600 + 20, from), rig_in(7200, to));
    for (size_t p = 0; p < RIG_PLATFORMS; p++)
        RIG_WAIT(&r, rig_heard(&r, rig_platforms[p], "Nhà B") >= 1);
    /* The platform lets nobody write to this one any more. */
    rig_sql_run(&r, "UPDATE contacts SET last_seen_ms = 1 WHERE account_id = (SELECT id FROM "
                    "accounts WHERE channel = 'facebook')");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "Nhắc bạn, còn khoảng") == 1);
    RIG_WAIT(&r, rig_heard(&r, "viber", "Tham gia trực tuyến (Zoom)") >= 1);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM reminder_dues WHERE state = 2") == 1);
    RIG_WAIT(&r, rig_is_quiet(&r));
    cr_expect_eq(rig_heard(&r, "facebook", "Nhắc bạn"), 0);
    cr_expect_eq(rig_heard(&r, "zalo", "Nhắc bạn"), 1);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM reminder_dues WHERE state = 0"), 0);
}

Test(reminders, what_was_asked_for_is_shown_and_ended_by_words, .init = start, .fini = end)
{
    rig_say(&r, "zalo", "nhắc tôi hội sách Biển xanh");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "Tôi sẽ nhắc bạn") == 1);
    rig_say(&r, "zalo", "xem các lời nhắc");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "Bạn đang nhờ nhắc 1 sự kiện") == 1);
    rig_say(&r, "zalo", "thôi đừng nhắc nữa");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "Tôi đã bỏ 1 lời nhắc") == 1);
    rig_say(&r, "zalo", "đăng ký nhận tin về kỹ năng số ở Cam Ranh");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "khu vực Cam Ranh") == 1);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE topics = ';ky-nang-so;' AND "
                             "district = 'Cam Ranh'"),
                 1);
    rig_say(&r, "zalo", "tôi đang nhận tin gì");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "Khu vực: Cam Ranh") == 1);
}
