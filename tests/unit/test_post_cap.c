/* SPDX-License-Identifier: Apache-2.0 */
/* Caps on posts: one a day, so many a month, for each follower. */
#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/delivery.h"
#include "messages/message.h"
#include "scheduler/post_cap.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account, message;
static const struct channel_deal advanced = {.posts_month = 4, .posts_day = 1, .sure = true};

static void open_it(void)
{
    struct msg_spec spec;

    db = help_open();
    account = help_account(db, "zalo");
    spec = help_spec("{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":["
                     "\"zalo\"]}}");
    cr_assert_eq(msg_message_create(db, &help_writer, 1, &spec, &message, NULL), LOA_OK);
    msg_spec_release(&spec);
    (void)help_contact(db, account, "a", NULL, NULL);
    (void)help_contact(db, account, "b", NULL, NULL);
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(post_cap, .timeout = 10, .init = open_it, .fini = close_it);

/* A post that ended so; the run's id. */
static int64_t post(const char *iso, enum msg_delivery_state state)
{
    struct msg_run r = {.message_id = message,
                        .due_ms = help_at(iso),
                        .account_id = account,
                        .way = 2,
                        .content = loa_xstrdup("{}")};
    struct msg_outcome o = {.at_ms = help_at(iso), .state = state};
    int64_t id;

    cr_assert_eq(msg_run_create(db, &r, help_at(iso)), LOA_OK);
    cr_assert_eq(msg_run_record(db, r.id, &o, 1), LOA_OK);
    id = r.id;
    msg_run_release(&r);
    return id;
}

static enum sched_room room(const char *iso, int64_t run)
{
    enum sched_room r = SCHED_ROOM_ALL;

    cr_assert_eq(sched_post_room(db, &advanced, account, run, help_at(iso), &r), LOA_OK);
    return r;
}

Test(post_cap, fifth_post_of_a_month_reaches_nobody_and_the_next_month_is_new)
{
    char iso[48];

    for (int day = 1; day <= 4; day++) {
        (void)snprintf(iso, sizeof(iso), "2026-10-%02dT07:30:00+07:00", day);
        cr_expect_eq(room(iso, 0), SCHED_ROOM_ALL, "%s", iso);
        (void)post(iso, MSG_DELIVERY_SENT);
    }
    cr_expect_eq(room("2026-10-05T07:30:00+07:00", 0), SCHED_ROOM_MONTH_FULL);
    cr_expect_eq(room("2026-10-31T23:59:00+07:00", 0), SCHED_ROOM_MONTH_FULL);
    cr_expect_eq(room("2026-11-01T00:00:00+07:00", 0), SCHED_ROOM_ALL);
}

Test(post_cap, second_post_of_a_day_reaches_nobody)
{
    int64_t own = post("2026-10-01T00:30:00+07:00", MSG_DELIVERY_DOUBT);

    cr_expect_eq(room("2026-10-01T23:00:00+07:00", 0), SCHED_ROOM_DAY_FULL, "it may be out");
    cr_expect_eq(room("2026-10-01T23:00:00+07:00", own), SCHED_ROOM_ALL, "itself does not count");
    cr_expect_eq(room("2026-10-02T00:00:00+07:00", 0), SCHED_ROOM_ALL);
    cr_expect_eq(room("2026-09-30T23:00:00+07:00", 0), SCHED_ROOM_ALL);
}

Test(post_cap, post_that_did_not_go_out_takes_no_place)
{
    (void)post("2026-10-01T07:00:00+07:00", MSG_DELIVERY_FAILED);
    (void)post("2026-10-01T08:00:00+07:00", MSG_DELIVERY_SKIPPED);
    cr_expect_eq(room("2026-10-01T09:00:00+07:00", 0), SCHED_ROOM_ALL);
}

Test(post_cap, who_came_later_can_still_get_one)
{
    int64_t id;

    (void)post("2026-10-01T07:00:00+07:00", MSG_DELIVERY_SENT);
    id = help_contact(db, account, "c", NULL, NULL);
    cr_expect_eq(room("2026-10-01T09:00:00+07:00", 0), SCHED_ROOM_SOME);
    cr_assert_eq(db_run(db, "UPDATE contacts SET status = 1 WHERE id = $1", "i", id), LOA_OK);
    cr_expect_eq(room("2026-10-01T09:00:00+07:00", 0), SCHED_ROOM_DAY_FULL,
                 "only who follows counts");
}

Test(post_cap, other_accounts_do_not_count)
{
    int64_t other = account;

    (void)post("2026-10-01T07:00:00+07:00", MSG_DELIVERY_SENT);
    account = help_account(db, "second");
    cr_expect_eq(room("2026-10-01T09:00:00+07:00", 0), SCHED_ROOM_ALL);
    account = other;
}

Test(post_cap, december_ends_where_january_begins)
{
    cr_expect_eq(sched_month_start(help_at("2026-12-31T23:59:59+07:00")),
                 help_at("2026-12-01T00:00:00+07:00"));
    cr_expect_eq(sched_month_end(help_at("2026-12-01T00:00:00+07:00")),
                 help_at("2027-01-01T00:00:00+07:00"));
}
