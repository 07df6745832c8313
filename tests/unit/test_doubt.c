/* SPDX-License-Identifier: Apache-2.0 */
/* What is in doubt: noted with its cause, sent again only when silence, the policy or staff say
 * so, and once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/delivery.h"
#include "messages/doubt.h"
#include "messages/message.h"
#include "messages/receipt.h"
#include "tests/unit/store_help.h"

enum { WAIT = 1000 };

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
    (void)help_contact(db, account, "u2", NULL, NULL);
    run = (struct msg_run){.message_id = message,
                           .due_ms = 500,
                           .account_id = account,
                           .content = loa_xstrdup("{}"),
                           .deadline_ms = 9000000};
    cr_assert_eq(msg_run_create(db, &run, 1000), LOA_OK);
}

static void close_it(void)
{
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM doubts x WHERE x.kind = 1 AND NOT EXISTS "
                              "(SELECT 1 FROM deliveries d WHERE d.run_id = x.item AND "
                              "d.contact_id = x.contact_id AND d.state = 4)"),
                 0, "a doubt without a delivery in doubt");
    msg_run_release(&run);
    help_close(db);
}

TestSuite(msg_doubt, .timeout = 20, .init = open_it, .fini = close_it);

/* Its request went out at `since`, its outcome was given up at `noted`. */
static void doubt(int64_t contact, int64_t since, int64_t noted, enum msg_doubt_cause cause)
{
    struct msg_outcome o = {.contact_id = contact,
                            .at_ms = noted,
                            .since_ms = since,
                            .cause = cause,
                            .code = 504,
                            .state = MSG_DELIVERY_DOUBT};

    cr_assert_eq(msg_run_record(db, run.id, &o, 1), LOA_OK);
}

static void outcome(int64_t contact, enum msg_delivery_state state, int64_t since, int64_t at)
{
    struct msg_outcome o = {.contact_id = contact,
                            .at_ms = at,
                            .since_ms = since,
                            .cause = MSG_DOUBT_LOST,
                            .state = state,
                            .replaces = true};

    cr_assert_eq(msg_run_record(db, run.id, &o, 1), LOA_OK);
}

static size_t taken(int64_t now, int64_t last_echo, bool resend)
{
    struct msg_doubt_rules rules = {
        .now = now, .wait_ms = WAIT, .last_echo_ms = last_echo, .resend = resend};
    struct msg_targets t;
    size_t n;

    cr_assert_eq(msg_doubt_take(db, &run, &rules, 10, &t), LOA_OK);
    n = t.n;
    msg_targets_release(&t);
    return n;
}

static int64_t ripe_after(int64_t now)
{
    int64_t at = -1;

    cr_assert_eq(msg_doubt_ripe(db, run.id, WAIT, now, &at), LOA_OK);
    return at;
}

Test(msg_doubt, it_says_why_and_since_when)
{
    doubt(person, 2000, 3000, MSG_DOUBT_GATEWAY);
    cr_expect_eq(help_int(db, "SELECT since_ms FROM doubts"), 2000);
    cr_expect_eq(help_int(db, "SELECT noted_ms FROM doubts"), 3000);
    cr_expect_eq(help_int(db, "SELECT cause FROM doubts"), MSG_DOUBT_GATEWAY);
    cr_expect_eq(help_int(db, "SELECT code FROM doubts"), 504, "the number that came");
    cr_expect_eq(help_int(db, "SELECT code FROM deliveries"), MSG_DOUBT_GATEWAY);
    cr_expect_eq(help_int(db, "SELECT account_id FROM doubts"), account);
    cr_expect_str_eq(msg_doubt_cause_name(MSG_DOUBT_GATEWAY), "gateway");
    cr_expect_str_eq(msg_doubt_cause_name((enum msg_doubt_cause)77), "unknown");
}

Test(msg_doubt, it_ends_with_the_receipt_that_settles_it)
{
    doubt(person, 2000, 3000, MSG_DOUBT_LOST);
    cr_assert_eq(msg_run_receipt(db, account, person, run.id, "m1", MSG_DELIVERY_SENT, 4000),
                 LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM doubts"), 0);
    cr_expect_eq(help_int(db, "SELECT code FROM deliveries"), 0, "no cause of a doubt is left");
}

Test(msg_doubt, silence_is_proof_only_after_the_wait_and_a_later_echo)
{
    doubt(person, 2900, 3000, MSG_DOUBT_TIMEOUT);
    cr_expect_eq(ripe_after(3000), 4000);
    cr_expect_eq(taken(3999, 3500, false), (size_t)0, "an echo may be on its way");
    cr_expect_eq(taken(4000, 3000, false), (size_t)0, "nothing was heard since");
    cr_expect_eq(taken(4000, 0, false), (size_t)0, "the platform does not tell");
    cr_expect_eq(taken(4000, 3001, false), (size_t)1);
    cr_expect_eq(ripe_after(3000), 0, "it is being sent");
}

/* The server was down for a minute: echoes that met it dead come again when the platform likes,
 * and the longer it was down, the later. */
Test(msg_doubt, after_a_long_deafness_it_waits_three_times_as_long)
{
    doubt(person, 1000, 61000, MSG_DOUBT_CRASH);
    cr_expect_eq(ripe_after(61000), 241000);
    cr_expect_eq(taken(240999, 100000, true), (size_t)0);
    cr_expect_eq(taken(241000, 100000, false), (size_t)1);
}

Test(msg_doubt, the_policy_sends_again_once)
{
    doubt(person, 2900, 3000, MSG_DOUBT_LOST);
    cr_assert_eq(taken(4000, 0, true), (size_t)1);
    outcome(person, MSG_DELIVERY_DOUBT, 4000, 4100);
    cr_expect_eq(help_int(db, "SELECT since_ms FROM doubts"), 4000, "of the second request");
    cr_expect_eq(taken(9000, 0, true), (size_t)0, "twice in doubt: staff see it");
    cr_expect_eq(taken(9000, 4200, false), (size_t)1, "but proof is proof");
}

Test(msg_doubt, what_did_not_leave_again_waits_as_before)
{
    struct msg_outcome back = {.contact_id = person,
                               .at_ms = 4100,
                               .state = MSG_DELIVERY_DOUBT,
                               .replaces = true,
                               .again = true};

    doubt(person, 2900, 3000, MSG_DOUBT_LOST);
    cr_assert_eq(taken(4000, 0, true), (size_t)1);
    cr_assert_eq(msg_run_record(db, run.id, &back, 1), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT since_ms FROM doubts"), 2900);
    cr_expect_eq(help_int(db, "SELECT tries FROM doubts"), 0);
    cr_expect_eq(taken(4101, 0, false), (size_t)1, "it was decided already");
    back.again = false; /* its time was over */
    cr_assert_eq(msg_run_record(db, run.id, &back, 1), LOA_OK);
    cr_expect_eq(taken(4102, 0, false), (size_t)0);
}

Test(msg_doubt, a_crash_while_it_is_sent_again_leaves_it_in_doubt_since_then)
{
    doubt(person, 2900, 3000, MSG_DOUBT_LOST);
    cr_assert_eq(db_run(db, "UPDATE doubts SET again = 1", ""), LOA_OK);
    cr_assert_eq(taken(4000, 0, false), (size_t)1);
    cr_assert_eq(msg_doubt_recover(db, account + 1, 4500), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT sending FROM doubts"), 1, "another account's crash");
    cr_assert_eq(msg_doubt_recover(db, 0, 5000), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT sending FROM doubts"), 0);
    cr_expect_eq(help_int(db, "SELECT since_ms FROM doubts"), 4000);
    cr_expect_eq(help_int(db, "SELECT noted_ms FROM doubts"), 5000);
    cr_expect_eq(help_int(db, "SELECT cause FROM doubts"), MSG_DOUBT_CRASH);
    cr_expect_eq(taken(6000, 0, false), (size_t)0, "what staff asked for was done, perhaps");
}

Test(msg_doubt, a_crash_while_what_had_waited_is_sent_is_noted_too)
{
    struct msg_outcome later = {
        .contact_id = person, .at_ms = 2000, .state = MSG_DELIVERY_LATER, .code = 12};
    struct msg_targets t;

    cr_assert_eq(msg_run_record(db, run.id, &later, 1), LOA_OK);
    cr_assert_eq(msg_run_take_later(db, &run, 10, 3000, &t), LOA_OK);
    cr_assert_eq(t.n, (size_t)1);
    msg_targets_release(&t);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM doubts"), 0, "it is on its way");
    cr_assert_eq(msg_doubt_recover(db, account, 5000), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT since_ms FROM doubts"), 3000);
    cr_expect_eq(help_int(db, "SELECT cause FROM doubts"), MSG_DOUBT_CRASH);
    cr_assert_eq(msg_doubt_recover(db, account, 6000), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT noted_ms FROM doubts"), 5000, "once");
}

Test(msg_doubt, an_early_echo_that_is_nobody_else_s_is_heard)
{
    doubt(person, 2000, 3000, MSG_DOUBT_LOST);
    doubt(person + 1, 2000, 3000, MSG_DOUBT_LOST);
    cr_assert_eq(msg_run_receipt_early(db, account, person, 0, "m1", 2500), LOA_OK);
    cr_assert_eq(msg_run_receipt_early(db, account, person + 1, 0, "m0", 1500), LOA_OK);
    cr_assert_eq(msg_doubt_hear(db, &run, 3500), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM deliveries WHERE state = 1"), 1);
    cr_expect_eq(help_int(db, "SELECT contact_id FROM doubts"), person + 1, "heard before it went");
    cr_expect_eq(help_int(db, "SELECT in_doubt FROM runs"), 1);
}

Test(msg_doubt, who_asks_to_be_forgotten_leaves_no_reply_in_doubt)
{
    struct msg_doubt d = {
        .kind = MSG_DOUBT_REPLY, .item = 7, .contact = person, .account = account, .since_ms = 1};

    cr_assert_eq(msg_doubt_note(db, &d, 2), LOA_OK);
    cr_assert_eq(msg_contact_erase(db, account, person, 20), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM doubts"), 0);
}

/* What staff asked for and can no longer be done does not keep the run at work. */
Test(msg_doubt, a_wish_ends_with_the_person_s_no_or_the_deadline)
{
    doubt(person, 2900, 3000, MSG_DOUBT_LOST);
    doubt(person + 1, 2900, 3000, MSG_DOUBT_LOST);
    cr_assert_eq(db_run(db, "UPDATE doubts SET again = 1", ""), LOA_OK);
    cr_assert_eq(msg_contact_consent(db, account, person, false, "HỦY", "chat", 5), LOA_OK);
    run.deadline_ms = 3000;
    cr_expect_eq(taken(3000, 0, true), (size_t)0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM doubts WHERE again > 0"), 0);
    run.deadline_ms = 9000000;
    cr_assert_eq(db_run(db, "UPDATE doubts SET again = 1", ""), LOA_OK);
    cr_expect_eq(taken(3001, 0, false), (size_t)1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM doubts WHERE again > 0"), 0);
}

/* After a restore nobody knows what the lost store had heard: silence proves nothing. */
Test(msg_doubt, after_a_restore_only_staff_may_send_again)
{
    struct msg_outcome later = {
        .contact_id = person + 1, .at_ms = 2000, .state = MSG_DELIVERY_LATER, .code = 12};
    struct msg_targets t;

    doubt(person, 2900, 3000, MSG_DOUBT_LOST);
    cr_assert_eq(msg_run_record(db, run.id, &later, 1), LOA_OK);
    cr_assert_eq(msg_run_take_later(db, &run, 10, 3000, &t), LOA_OK);
    msg_targets_release(&t);
    cr_assert_eq(msg_doubt_restored(db, 5000), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM doubts WHERE cause = 8"), 2);
    cr_expect_eq(taken(99000, 98000, true), (size_t)0);
    cr_assert_eq(db_run(db, "UPDATE doubts SET again = 1 WHERE contact_id = $1", "i", person),
                 LOA_OK);
    cr_expect_eq(taken(99000, 0, false), (size_t)1);
}
