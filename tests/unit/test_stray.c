/* SPDX-License-Identifier: Apache-2.0 */
/* What was left lying: messages that wait for no time, runs that ended too early, replies and
 * windows that nobody has. */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/delivery.h"
#include "messages/inbound.h"
#include "messages/message.h"
#include "messages/stray.h"
#include "tests/unit/store_help.h"

enum { NOW = 100000000 };

static struct db *db;
static int64_t account, message, person;
static struct msg_run run;

static void open_it(void)
{
    struct msg_spec spec;

    db = help_open();
    account = help_account(db, "zalo");
    spec = help_spec("{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":["
                     "\"zalo\"]}}");
    cr_assert_eq(msg_message_create(db, &help_writer, 1, &spec, &message, NULL), LOA_OK);
    msg_spec_release(&spec);
    person = help_contact(db, account, "u1", NULL, NULL);
    run = (struct msg_run){.message_id = message,
                           .due_ms = 500,
                           .account_id = account,
                           .content = loa_xstrdup("{}"),
                           .deadline_ms = 2 * NOW};
    cr_assert_eq(msg_run_create(db, &run, 1000), LOA_OK);
}

static void close_it(void)
{
    msg_run_release(&run);
    help_close(db);
}

TestSuite(msg_stray, .timeout = 20, .init = open_it, .fini = close_it);

Test(msg_stray, a_window_that_nobody_has_leaves_its_people_in_doubt_once)
{
    static const struct msg_audience everybody = {0};
    struct msg_targets t;
    int64_t n = 0;

    cr_assert_eq(msg_run_claim(db, run.id, account, &everybody, 0, 10, 2000, &t), LOA_OK);
    cr_assert_eq(msg_run_recover_window(db, run.id, t.first_id + 1, 3000, &n), LOA_OK);
    cr_expect_eq(n, 0, "no such window");
    cr_assert_eq(msg_run_recover_window(db, run.id, t.first_id, 3000, &n), LOA_OK);
    cr_expect_eq(n, 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM windows"), 0);
    cr_expect_eq(help_int(db, "SELECT state FROM deliveries"), MSG_DELIVERY_DOUBT);
    cr_expect_eq(help_int(db, "SELECT since_ms FROM doubts"), 2000);
    msg_targets_release(&t);
}

Test(msg_stray, a_reply_that_nobody_has_is_in_doubt)
{
    struct msg_reply r = {.account = account, .contact = person, .content = loa_xstrdup("{}")};
    int64_t n = 0;

    cr_assert_eq(msg_reply_add(db, &r, 1000), LOA_OK);
    cr_assert_eq(msg_stray_reply(db, r.id, 5000, &n), LOA_OK);
    cr_expect_eq(n, 1);
    cr_expect_eq(help_int(db, "SELECT state FROM replies"), MSG_REPLY_DOUBT);
    cr_assert_eq(msg_stray_reply(db, r.id, 5000, &n), LOA_OK);
    cr_expect_eq(n, 0);
    msg_reply_release(&r);
}

Test(msg_stray, a_scheduled_message_without_a_time_is_planned_anew)
{
    int64_t n = 0, over = 0;

    cr_assert_eq(db_run(db, "UPDATE runs SET finished_ms = 5", ""), LOA_OK);
    cr_assert_eq(db_run(db, "UPDATE messages SET state = 'scheduled', next_ms = 0", ""), LOA_OK);
    cr_assert_eq(msg_stray_messages(db, NOW, &n, &over), LOA_OK);
    cr_expect_eq(n, 1);
    cr_expect_eq(over, 0);
    cr_expect_eq(help_int(db, "SELECT next_ms FROM messages"), NOW);
    cr_assert_eq(db_run(db, "UPDATE messages SET next_ms = 0", ""), LOA_OK);
    cr_assert_eq(db_run(db,
                        "INSERT INTO occurrences (message_id, due_ms, state, at_ms) "
                        "VALUES ($1, 7, 'asked', 7)",
                        "i", message),
                 LOA_OK);
    cr_assert_eq(msg_stray_messages(db, NOW, &n, &over), LOA_OK);
    cr_expect_eq(n, 0, "it waits for staff");
    cr_assert_eq(db_run(db, "UPDATE messages SET state = 'sending'", ""), LOA_OK);
    cr_assert_eq(msg_stray_messages(db, NOW, &n, &over), LOA_OK);
    cr_expect_eq(over, 1);
}

Test(msg_stray, a_run_that_ended_before_those_who_wait_goes_on)
{
    struct msg_outcome later = {
        .contact_id = person, .at_ms = 2000, .state = MSG_DELIVERY_LATER, .code = 12};
    int64_t n = 0;

    cr_assert_eq(msg_run_record(db, run.id, &later, 1), LOA_OK);
    cr_assert_eq(msg_run_state_set(db, run.id, MSG_RUN_DONE, NULL, NOW - 5), LOA_OK);
    cr_assert_eq(msg_stray_runs(db, NOW, &n), LOA_OK);
    cr_expect_eq(n, 1);
    cr_expect_eq(help_int(db, "SELECT finished_ms FROM runs"), 0);
    cr_assert_eq(msg_run_state_set(db, run.id, MSG_RUN_DONE, NULL, NOW - 5), LOA_OK);
    cr_assert_eq(msg_stray_runs(db, 3 * (int64_t)NOW, &n), LOA_OK);
    cr_expect_eq(n, 0, "its time is over");
}
