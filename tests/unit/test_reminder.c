/* SPDX-License-Identifier: Apache-2.0 */
/* Reminders in the store, when they are due, and what is said. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bot/reminder_text.h"
#include "bot/standing.h"
#include "messages/contact.h"
#include "messages/reminder.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t now, account, contact;
static struct sched_quiet quiet;
static struct msg_event event;
static struct bot_standing_scene scene;

#define DATA                                                                                       \
    "{\"id\":\"e1\",\"title\":\"Đọc sách\",\"start\":\"2026-10-03T08:00:00+07:00\",\"end\":"   \
    "\"2026-10-03T11:00:00+07:00\",\"place\":\"Thư viện\"}"

static void open_it(void)
{
    db = help_open();
    now = help_at("2026-10-01T10:00");
    account = help_account(db, "zalo");
    contact = help_contact(db, account, "u1", NULL, NULL);
    help_event(db, "e1", "2026-10-03T08:00", "2026-10-03T11:00", DATA);
    cr_assert_eq(sched_quiet_parse(SCHED_QUIET_DEFAULT, &quiet, NULL), LOA_OK);
    cr_assert_eq(msg_event_load(db, "e1", &event), LOA_OK);
    scene = (struct bot_standing_scene){.account = account,
                                        .contact = contact,
                                        .now = now,
                                        .wording = "nhắc tôi",
                                        .quiet = &quiet,
                                        .platform = "Zalo"};
}

static void close_it(void)
{
    msg_event_release(&event);
    help_close(db);
}

TestSuite(msg_reminder, .timeout = 10, .init = open_it, .fini = close_it);

Test(msg_reminder, is_due_a_day_and_an_hour_before_but_not_at_night)
{
    struct msg_reminder_times t;

    cr_assert(bot_reminder_times(&event, &quiet, now, &t));
    cr_expect_eq(t.ms[0], help_at("2026-10-02T08:00"));
    cr_expect_eq(t.ms[1], help_at("2026-10-03T07:00"));
    cr_assert(bot_reminder_times(&event, &quiet, help_at("2026-10-02T09:00"), &t));
    cr_expect(!t.ms[0] && t.ms[1]);
    cr_expect_not(bot_reminder_times(&event, &quiet, help_at("2026-10-03T07:30"), &t));
    event.start_ms = help_at("2026-10-03T06:30");
    cr_assert(bot_reminder_times(&event, &quiet, now, &t));
    cr_expect_eq(t.ms[1], help_at("2026-10-02T21:15"), "the evening before");
    event.start_ms = help_at("2026-10-03T00:00"); /* all day */
    cr_assert(bot_reminder_times(&event, &quiet, now, &t));
    cr_expect_eq(t.ms[0], help_at("2026-10-02T06:00"));
}

static char *grant(enum bot_standing_kind kind, const char *of)
{
    struct bot_standing w = {.kind = kind};
    struct msg_content out;
    char *text;

    (void)snprintf(w.event, sizeof(w.event), "%s", of);
    cr_assert_eq(bot_standing_do(db, &w, &scene, &out), LOA_OK);
    text = strdup(out.text);
    msg_content_release(&out);
    return text;
}

static void expect(enum bot_standing_kind kind, const char *of, const char *text)
{
    char *said = grant(kind, of);

    cr_expect_not_null(strstr(said, text), "%s", said);
    free(said);
}

Test(msg_reminder, is_kept_with_the_words_and_ends_when_told)
{
    expect(BOT_STANDING_REMIND, "e1", "08:00, thứ Sáu 02/10 và 07:00, thứ Bảy 03/10");
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM reminder_dues WHERE state = 0"), 2);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM consents WHERE kind = 'remind-in' AND wording "
                              "= 'nhắc tôi' AND at_ms > 0"),
                 1);
    expect(BOT_STANDING_REMINDERS, "", "1. Đọc sách");
    expect(BOT_STANDING_UNREMIND, "e1", "không nhắc bạn");
    expect(BOT_STANDING_UNREMIND, "e1", "không có lời nhắc nào");
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM reminder_dues WHERE state = 4"), 2);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM consents WHERE kind = 'remind-out'"), 1);
    expect(BOT_STANDING_REMINDERS, "", "chưa nhờ nhắc");
}

Test(msg_reminder, says_beforehand_what_the_platform_will_not_let_through)
{
    char *said;

    scene.window_ms = (int64_t)24 * 3600 * 1000;
    scene.platform = "Facebook";
    expect(BOT_STANDING_REMIND, "e1", "Facebook chỉ cho tôi nhắn trong 24 giờ");
    scene.window_ms = (int64_t)7 * 24 * 3600 * 1000;
    said = grant(BOT_STANDING_REMIND, "e1");
    cr_expect_null(strstr(said, "chỉ cho tôi"), "%s", said);
    free(said);
}

Test(msg_reminder, stop_ends_reminders_for_good)
{
    expect(BOT_STANDING_REMIND, "e1", "Tôi sẽ nhắc");
    cr_assert_eq(msg_contact_consent(db, account, contact, false, "HỦY", "chat", now), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM reminders WHERE wanted = 1"), 0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM reminder_dues WHERE state = 0"), 0);
    expect(BOT_STANDING_REMIND, "e1", "đang ngừng nhận tin");
    cr_assert_eq(msg_contact_consent(db, account, contact, true, "DANG KY", "chat", now), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM reminders WHERE wanted = 1"), 0);
}

Test(msg_reminder, an_erased_person_leaves_none)
{
    expect(BOT_STANDING_REMIND, "e1", "Tôi sẽ nhắc");
    cr_assert_eq(msg_contact_erase(db, account, contact, now), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM reminders"), 0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM reminder_dues"), 0);
}

Test(msg_reminder, is_handed_out_once_when_due)
{
    struct msg_reminder_due *dues;
    size_t n;
    bool mine, any;

    expect(BOT_STANDING_REMIND, "e1", "Tôi sẽ nhắc");
    cr_assert_eq(msg_reminder_any(db, now, &any), LOA_OK);
    cr_expect_not(any);
    cr_assert_eq(msg_reminder_any(db, help_at("2026-10-02T08:00"), &any), LOA_OK);
    cr_expect(any);
    cr_assert_eq(msg_reminder_due(db, help_at("2026-10-02T08:00"), 10, &dues, &n), LOA_OK);
    cr_assert_eq(n, (size_t)1);
    cr_expect(dues[0].step == MSG_REMINDER_DAY && dues[0].contact == contact);
    cr_expect_str_eq(dues[0].channel, "zalo");
    cr_assert_eq(msg_reminder_settle(db, &dues[0], MSG_DUE_SENT, now, &mine), LOA_OK);
    cr_expect(mine);
    cr_assert_eq(msg_reminder_settle(db, &dues[0], MSG_DUE_SENT, now, &mine), LOA_OK);
    cr_expect_not(mine, "another process sees it done");
    msg_reminder_dues_free(dues, n);
}

Test(msg_reminder, a_change_is_told_to_each_once_and_moves_the_times)
{
    struct msg_event_edit edit = {
        .id = "e1", .state = MSG_EVENT_MOVED, .start_ms = help_at("2026-10-04T14:00")};
    struct msg_reminder_due *people;
    struct msg_reminder_times times;
    struct msg_change *all;
    struct msg_content out;
    struct msg_event e;
    struct loa_problem why;
    int64_t asked;
    size_t n;
    bool mine;

    expect(BOT_STANDING_REMIND, "e1", "Tôi sẽ nhắc");
    cr_assert_eq(msg_event_edit(db, &help_writer, now, &edit, &asked, &why), LOA_OK);
    edit.place = "Nhà B";
    cr_assert_eq(msg_event_edit(db, &help_writer, now + 1, &edit, &asked, &why), LOA_OK);
    cr_expect_eq(asked, 1);
    cr_assert_eq(msg_change_open(db, 10, &all, &n), LOA_OK);
    cr_assert_eq(n, (size_t)1, "two changes, told once");
    cr_assert_eq(msg_event_load(db, "e1", &e), LOA_OK);
    bot_change_text(&e, &all[0], &out);
    cr_expect_not_null(strstr(out.text, "Nhà B"), "%s", out.text);
    msg_content_release(&out);
    cr_assert_eq(msg_change_people(db, &all[0], 10, &people, &n), LOA_OK);
    cr_assert_eq(n, (size_t)1);
    cr_assert(bot_reminder_times(&e, &quiet, now, &times));
    cr_assert_eq(msg_change_tell(db, &all[0], &people[0], true, &times, now, &mine), LOA_OK);
    cr_expect(mine);
    cr_assert_eq(msg_change_tell(db, &all[0], &people[0], true, &times, now, &mine), LOA_OK);
    cr_expect_not(mine);
    cr_expect_eq(help_int(db, "SELECT due_ms FROM reminder_dues WHERE step = 2"),
                 help_at("2026-10-04T13:00"));
    cr_assert_eq(msg_change_done(db, &all[0]), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT SUM(told) FROM event_changes WHERE state = 1"), 1);
    msg_reminder_dues_free(people, n);
    msg_changes_free(all, 1);
    msg_event_release(&e);
}

Test(msg_reminder, topics_and_places_are_followed_and_shown)
{
    struct bot_standing w = {.kind = BOT_STANDING_FOLLOW, .n_tags = 2, .district = "Cam Ranh"};
    struct msg_content out;

    (void)snprintf(w.tags[0], sizeof(w.tags[0]), "ky-nang-so");
    (void)snprintf(w.tags[1], sizeof(w.tags[1]), BOT_STANDING_AUDIENCE "học sinh");
    cr_assert_eq(bot_standing_do(db, &w, &scene, &out), LOA_OK);
    msg_content_release(&out);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts WHERE topics = "
                              "';ky-nang-so;audience:học sinh;' AND district = 'Cam Ranh'"),
                 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM consents WHERE kind = 'topic-in'"), 3);
    expect(BOT_STANDING_SUBSCRIPTION, "", "Khu vực: Cam Ranh");
    w.kind = BOT_STANDING_UNFOLLOW;
    cr_assert_eq(bot_standing_do(db, &w, &scene, &out), LOA_OK);
    msg_content_release(&out);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts WHERE topics IS NULL AND district IS "
                              "NULL"),
                 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM consents WHERE kind = 'topic-out'"), 3);
}
