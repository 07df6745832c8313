/* SPDX-License-Identifier: Apache-2.0 */
/* An older state made safe: nothing that was open or due is sent by itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/delivery.h"
#include "messages/inbound.h"
#include "messages/message.h"
#include "messages/restore.h"
#include "messages/run.h"
#include "messages/store/mark.h"
#include "scheduler/plan_hold.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account, now;

static void open_it(void)
{
    db = help_open();
    account = help_account(db, "zalo");
    now = help_at("2026-10-05T12:00:00+07:00");
    cr_assert_eq(store_mark_set(db, STORE_MARK_BACKUP, help_at("2026-10-01T07:00:00+07:00")),
                 LOA_OK);
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_restore, .timeout = 20, .init = open_it, .fini = close_it);

static int64_t new_message(const char *schedule, const char *state)
{
    char json[512];
    struct msg_spec spec;
    int64_t id;

    (void)snprintf(json, sizeof(json),
                   "{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":["
                   "\"zalo\"]}%s%s}",
                   *schedule ? ",\"schedule\":" : "", schedule);
    spec = help_spec(json);
    cr_assert_eq(msg_message_create(db, &help_writer, 1, &spec, &id, NULL), LOA_OK);
    msg_spec_release(&spec);
    cr_assert_eq(db_run(db,
                        "UPDATE messages SET state = $1, scheduled_ms = $2, next_ms = 1 "
                        "WHERE id = $3",
                        "sii", state, help_at("2026-09-30T08:00:00+07:00"), id),
                 LOA_OK);
    return id;
}

static int64_t new_run(int64_t message)
{
    struct msg_run r = {.message_id = message,
                        .due_ms = 500,
                        .account_id = account,
                        .content = loa_xstrdup("{}"),
                        .deadline_ms = now + LOA_DAY_MS};
    int64_t id;

    cr_assert_eq(msg_run_create(db, &r, 1000), LOA_OK);
    id = r.id;
    msg_run_release(&r);
    return id;
}

static void put(int64_t run, int64_t contact, enum msg_delivery_state state)
{
    struct msg_outcome o = {.contact_id = contact, .at_ms = 3000, .state = state};

    cr_assert_eq(msg_run_record(db, run, &o, 1), LOA_OK);
}

static struct msg_restored hold(void)
{
    struct msg_restored r = {0};

    cr_assert_eq(msg_restore_begin(db, &help_admin, now, "copy.db", &r), LOA_OK);
    cr_assert_eq(msg_restore_hold(db, now, &r), LOA_OK);
    return r;
}

Test(msg_restore, runs_under_way_are_held_and_whom_they_had_claimed_is_in_doubt)
{
    static const struct msg_audience all = {0};
    int64_t message, run, over;
    struct msg_targets t;
    struct msg_restored r;
    char remote[16];

    for (int i = 0; i < 10; i++) {
        (void)snprintf(remote, sizeof(remote), "u%d", i);
        (void)help_contact(db, account, remote, NULL, NULL);
    }
    message = new_message("", "sending");
    run = new_run(message);
    cr_assert_eq(msg_run_claim(db, run, account, &all, 0, 4, 2000, &t), LOA_OK);
    put(run, t.items[0].contact_id, MSG_DELIVERY_SENT);
    put(run, t.items[1].contact_id, MSG_DELIVERY_LATER);
    msg_targets_release(&t);
    over = new_run(new_message("", "sent"));
    cr_assert_eq(msg_run_state_set(db, over, MSG_RUN_DONE, NULL, 5000), LOA_OK);

    r = hold();
    cr_expect_eq(r.backup_ms, help_at("2026-10-01T07:00:00+07:00"));
    cr_expect_eq(r.runs, 1);
    cr_expect_eq(r.doubts, 3, "two claimed without an outcome, one put off");
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM deliveries WHERE state = 7"), 0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM windows"), 0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM runs WHERE state = 'held' AND sent = 1 AND "
                              "in_doubt = 3 AND total = 4 AND cursor_id > 0"),
                 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM runs WHERE state = 'done'"), 1);
}

Test(msg_restore, replies_and_events_under_way_are_over)
{
    int64_t seq;

    for (int i = 0; i < 5; i++) {
        struct msg_reply reply = {.account = account, .contact = 1, .content = loa_xstrdup("{}")};

        cr_assert_eq(msg_reply_add(db, &reply, 1000), LOA_OK);
        cr_assert_eq(
            db_run(db, "UPDATE replies SET state = $1 WHERE id = $2", "ii", (int64_t)i, reply.id),
            LOA_OK);
        msg_reply_release(&reply);
    }
    cr_assert_eq(msg_inbound_add(db, account, "k", "{\"kind\":0}", true, 0, 1000, &seq), LOA_OK);
    cr_expect_eq(hold().replies, 3);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM replies WHERE state IN (0, 1)"), 0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM replies WHERE state = 2"), 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM inbound WHERE state = 0"), 0);
}

Test(msg_restore, numbers_that_platforms_know_are_not_given_twice)
{
    int64_t before = new_run(new_message("", "sent"));

    (void)hold();
    cr_expect_gt(new_run(new_message("", "sent")), before + 100000);
}

Test(msg_restore, messages_with_something_to_send_are_paused)
{
    static const struct {
        const char *state, *schedule;
        bool held;
    } rows[] = {
        {"draft", "{\"at\":\"2026-10-03T07:30:00+07:00\"}", false},
        {"submitted", "{\"at\":\"2026-10-03T07:30:00+07:00\"}", false},
        {"approved", "{\"at\":\"2026-10-03T07:30:00+07:00\"}", true},
        {"approved", "", false},
        {"scheduled", "{\"at\":\"2026-10-09T07:30:00+07:00\"}", true},
        {"sending", "", true},
        {"paused", "{\"at\":\"2026-10-03T07:30:00+07:00\"}", true},
        {"sent", "", false},
        {"cancelled", "", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t id = new_message(rows[i].schedule, rows[i].state), paused = 0;
        bool held;

        cr_assert_eq(msg_restore_pause(db, &help_admin, now, id, &held), LOA_OK, "%zu", i);
        cr_expect_eq(held, rows[i].held, "%s %s", rows[i].state, rows[i].schedule);
        cr_assert_eq(db_get_int(db, &paused,
                                "SELECT COUNT(*) FROM messages WHERE id = $1 AND state = 'paused' "
                                "AND next_ms = 0",
                                "i", id),
                     LOA_OK);
        cr_expect(paused || !held || strcmp(rows[i].state, "paused") == 0);
    }
}

Test(msg_restore, what_was_due_since_the_backup_is_put_to_staff)
{
    int64_t daily = new_message("{\"rrule\":\"FREQ=DAILY\",\"dtstart\":\"2026-10-01T07:30:00+07:00"
                                "\"}",
                                "scheduled");
    int64_t once = new_message("{\"at\":\"2026-10-03T07:30:00+07:00\"}", "scheduled");
    int64_t later = new_message("{\"at\":\"2026-10-06T07:30:00+07:00\"}", "scheduled"), asked = 0;

    for (int64_t id = daily; id <= later; id++) {
        bool held;

        cr_assert_eq(msg_restore_pause(db, &help_admin, now, id, &held), LOA_OK);
        cr_assert_eq(sched_plan_hold(db, id, now, &asked), LOA_OK);
    }
    cr_expect_eq(asked, 5 + 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM occurrences WHERE message_id = 1 AND "
                              "state = 'asked'"),
                 5);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM occurrences WHERE message_id = 3"), 0);
    asked = 0;
    cr_assert_eq(sched_plan_hold(db, daily, now, &asked), LOA_OK);
    cr_assert_eq(sched_plan_hold(db, once, now, &asked), LOA_OK);
    cr_expect_eq(asked, 0, "once");
}

Test(msg_restore, what_staff_had_granted_is_asked_again)
{
    int64_t id = new_message("", "scheduled");

    cr_assert_eq(db_run(db,
                        "INSERT INTO occurrences (message_id, due_ms, state, at_ms) "
                        "VALUES ($1, 5, 'granted', 5)",
                        "i", id),
                 LOA_OK);
    (void)hold();
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM occurrences WHERE state = 'asked'"), 1);
}

Test(msg_restore, ends_as_a_store_that_may_be_worked_on)
{
    struct msg_restored r = hold();
    int64_t at = 0;

    cr_expect_eq(store_refuse_backup(db, NULL), LOA_EPERM);
    cr_assert_eq(msg_restore_end(db, now, &r), LOA_OK);
    cr_expect_eq(store_refuse_backup(db, NULL), LOA_OK);
    cr_assert_eq(store_mark_get(db, STORE_MARK_RESTORED_FROM, &at), LOA_OK);
    cr_expect_eq(at, r.backup_ms);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action = 'store.restore'"), 1);
}
