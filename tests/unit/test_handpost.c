/* SPDX-License-Identifier: Apache-2.0 */
/* Posts by hand: ticked off once, never while the server may be posting, and taken back whole. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/delivery.h"
#include "messages/handpost.h"
#include "messages/retry.h"
#include "tests/unit/store_help.h"

enum { DUE = 100000, DEADLINE = 900000, POST = 2 };

static struct db *db;
static int64_t account, message;
static struct msg_message *m;

static void reload(void)
{
    msg_message_free(m);
    cr_assert_eq(msg_message_get(db, message, &m, NULL), LOA_OK);
}

static void open_it(void)
{
    struct msg_spec spec;

    db = help_open();
    account = help_account(db, "page");
    spec = help_spec("{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":["
                     "\"facebook\"]},\"deliver\":[\"post\"]}");
    cr_assert_eq(msg_message_create(db, &help_writer, 1, &spec, &message, NULL), LOA_OK);
    cr_assert_eq(msg_message_submit(db, &help_writer, 2, message, true, NULL), LOA_OK);
    cr_assert_eq(msg_message_approve(db, &help_approver, 3, message, NULL), LOA_OK);
    cr_assert_eq(msg_message_schedule(db, &help_writer, 4, message, NULL), LOA_OK);
    msg_spec_release(&spec);
    reload();
}

static void close_it(void)
{
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM runs r WHERE r.total <> r.sent + r.failed + "
                              "r.skipped + r.in_doubt OR r.sent <> (SELECT COUNT(*) FROM "
                              "deliveries d WHERE d.run_id = r.id AND d.state = 1)"),
                 0, "the numbers add up");
    msg_message_free(m);
    help_close(db);
}

TestSuite(msg_handpost, .timeout = 20, .init = open_it, .fini = close_it);

static enum loa_err done(int64_t now)
{
    const struct msg_handpost h = {.account_id = account,
                                   .due_ms = DUE,
                                   .deadline_ms = DEADLINE,
                                   .content = "{\"text\":\"x\"}",
                                   .url = "https://fb.example/1",
                                   .note = "đăng bằng điện thoại"};
    struct loa_problem why;

    return msg_handpost_done(db, &help_writer, now, m, true, &h, &why);
}

static enum loa_err undo(int64_t now, bool planned)
{
    struct loa_problem why;

    return msg_handpost_undo(db, &help_writer, now, m, account, DUE, planned, &why);
}

static enum loa_err make_run(int64_t *id)
{
    struct msg_run r = {.message_id = message,
                        .due_ms = DUE,
                        .account_id = account,
                        .way = POST,
                        .content = loa_xstrdup("{\"text\":\"x\"}"),
                        .deadline_ms = DEADLINE};
    enum loa_err err = msg_run_create(db, &r, DUE);

    *id = r.id;
    msg_run_release(&r);
    return err;
}

static void became(int64_t run, enum msg_delivery_state state, int code)
{
    struct msg_outcome o = {.at_ms = DUE, .state = state, .code = code};

    cr_assert_eq(msg_run_record(db, run, &o, 1), LOA_OK);
}

static enum msg_post_state state(void)
{
    struct msg_posting p;
    enum msg_post_state s;

    cr_assert_eq(msg_posting_get(db, message, DUE, account, &p), LOA_OK);
    s = p.state;
    msg_posting_release(&p);
    return s;
}

Test(msg_handpost, before_its_time_it_leaves_nothing_for_the_planner)
{
    int64_t run;

    cr_expect_eq(state(), MSG_POST_PLANNED);
    cr_assert_eq(done(500), LOA_OK);
    cr_expect_eq(state(), MSG_POST_BY_HAND);
    cr_expect_eq(help_int(db, "SELECT sent FROM runs WHERE state = 'done' AND total = 1"), 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action = 'message.handpost'"), 1);
    cr_expect_eq(done(600), LOA_EEXIST);
    cr_expect_eq(make_run(&run), LOA_EEXIST);
}

Test(msg_handpost, open_run_is_finished_and_its_next_request_finds_it_over)
{
    int64_t run;

    cr_assert_eq(make_run(&run), LOA_OK);
    cr_assert_eq(msg_message_advance(db, DUE, message, MSG_SENDING, NULL), LOA_OK);
    cr_assert_eq(msg_run_flow_save(db, run, "look 0 0 -", false), LOA_OK);
    reload();
    cr_expect_eq(state(), MSG_POST_WAITING);
    cr_assert_eq(done(DUE + 1), LOA_OK);
    cr_expect_eq(msg_run_flow_save(db, run, "create 1 0 -!", false), LOA_ENOENT);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM messages WHERE next_ms = 1"), 1,
                 "the planner looks whether the message is over");
}

Test(msg_handpost, post_under_way_or_in_doubt_is_not_ticked_off)
{
    int64_t run;

    cr_assert_eq(make_run(&run), LOA_OK);
    cr_assert_eq(msg_run_flow_save(db, run, "create 1 0 -!", false), LOA_OK);
    cr_expect_eq(state(), MSG_POST_UNDERWAY);
    cr_expect_eq(done(DUE + 1), LOA_EPERM);
    became(run, MSG_DELIVERY_DOUBT, 0);
    cr_assert_eq(msg_run_state_set(db, run, MSG_RUN_DONE, NULL, DUE + 2), LOA_OK);
    cr_expect_eq(state(), MSG_POST_UNDERWAY);
    cr_expect_eq(done(DUE + 3), LOA_EPERM);
}

Test(msg_handpost, post_that_is_out_needs_no_hand)
{
    int64_t run;

    cr_assert_eq(make_run(&run), LOA_OK);
    became(run, MSG_DELIVERY_SENT, 0);
    cr_expect_eq(done(DUE + 1), LOA_EEXIST);
    cr_expect_eq(undo(DUE + 2, true), LOA_ENOENT);
}

Test(msg_handpost, failed_post_becomes_one_and_failed_again_when_taken_back)
{
    int64_t run;
    struct msg_retry_request q = {.message_id = message};
    struct msg_retry *made = NULL;
    size_t n;

    cr_assert_eq(make_run(&run), LOA_OK);
    cr_assert_eq(msg_message_advance(db, DUE, message, MSG_SENDING, NULL), LOA_OK);
    became(run, MSG_DELIVERY_FAILED, 190);
    cr_assert_eq(msg_run_state_set(db, run, MSG_RUN_DONE, NULL, DUE + 2), LOA_OK);
    reload();
    cr_assert_eq(done(DUE + 3), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT sent * 10 + failed FROM runs"), 10);
    cr_expect_eq(msg_retry_start(db, &help_writer, DUE + 4, &q, &made, &n, NULL), LOA_ENOENT,
                 "and there is nothing to send again");
    cr_assert_eq(undo(DUE + 5, true), LOA_OK);
    cr_expect_eq(state(), MSG_POST_FAILED);
    cr_expect_eq(help_int(db, "SELECT code FROM deliveries WHERE state = 2"), 190);
    cr_expect_eq(help_int(db, "SELECT sent * 10 + failed FROM runs"), 1);
}

Test(msg_handpost, tick_taken_back_in_time_is_as_if_it_had_never_been)
{
    int64_t run;

    cr_assert_eq(done(500), LOA_OK);
    cr_assert_eq(undo(600, false), LOA_OK);
    cr_expect_eq(state(), MSG_POST_PLANNED);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM deliveries"), 0);
    cr_expect_eq(make_run(&run), LOA_OK);
    cr_expect_eq(undo(700, false), LOA_ENOENT);
}

Test(msg_handpost, tick_taken_back_after_its_time_is_posted_after_all)
{
    cr_assert_eq(done(500), LOA_OK);
    cr_assert_eq(undo(DUE + 10, true), LOA_OK);
    cr_expect_eq(state(), MSG_POST_WAITING);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM runs WHERE finished_ms = 0 AND "
                              "state = 'waiting' AND deadline_ms = 900000"),
                 1);
    reload();
    cr_expect_eq(m->state, MSG_SENDING, "the message is being sent");
    cr_assert_eq(done(DUE + 20), LOA_OK, "and may be ticked off anew");
}

Test(msg_handpost, what_is_not_approved_is_not_posted_by_hand_either)
{
    cr_assert_eq(msg_message_cancel(db, &help_writer, 10, message, NULL), LOA_OK);
    reload();
    cr_expect_eq(done(500), LOA_EPERM);
}
