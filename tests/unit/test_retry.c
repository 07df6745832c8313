/* SPDX-License-Identifier: Apache-2.0 */
/* Retries: who is sent to again, and that nobody is sent to who got it. */
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/delivery.h"
#include "messages/message.h"
#include "messages/retry.h"
#include "tests/unit/store_help.h"

enum { PEOPLE = 8, DUE = 1000, DEADLINE = 9000 };

static struct db *db;
static int64_t account, message, run, people[PEOPLE];

static void open_it(void)
{
    struct msg_run r = {.due_ms = DUE, .deadline_ms = DEADLINE};
    struct msg_spec spec;

    db = help_open();
    account = help_account(db, "zalo");
    for (int i = 0; i < PEOPLE; i++) {
        char name[16];

        (void)snprintf(name, sizeof(name), "p%d", i);
        people[i] = help_contact(db, account, name, NULL, NULL);
    }
    spec = help_spec("{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":["
                     "\"zalo\"]}}");
    cr_assert_eq(msg_message_create(db, &help_writer, 1, &spec, &message, NULL), LOA_OK);
    cr_assert_eq(msg_message_submit(db, &help_writer, 2, message, true, NULL), LOA_OK);
    cr_assert_eq(msg_message_approve(db, &help_approver, 3, message, NULL), LOA_OK);
    cr_assert_eq(msg_message_schedule(db, &help_writer, 4, message, NULL), LOA_OK);
    cr_assert_eq(msg_message_advance(db, DUE, message, MSG_SENDING, NULL), LOA_OK);
    r.message_id = message;
    r.account_id = account;
    r.content = loa_xstrdup("{\"text\":\"x\"}");
    cr_assert_eq(msg_run_create(db, &r, DUE), LOA_OK);
    run = r.id;
    msg_run_release(&r);
    msg_spec_release(&spec);
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_retry, .timeout = 20, .init = open_it, .fini = close_it);

static void became(int64_t of, int i, enum msg_delivery_state state, int code)
{
    struct msg_outcome o = {
        .contact_id = i < 0 ? 0 : people[i], .at_ms = DUE, .state = state, .code = code};

    cr_assert_eq(msg_run_record(db, of, &o, 1), LOA_OK);
}

static void over(int64_t of)
{
    cr_assert_eq(msg_run_state_set(db, of, MSG_RUN_DONE, NULL, DUE + 1), LOA_OK);
}

/* Two sent, one in doubt, one left out, four failed, with two codes. */
static void first_run(void)
{
    became(run, 0, MSG_DELIVERY_SENT, 0);
    became(run, 1, MSG_DELIVERY_SEEN, 0);
    became(run, 2, MSG_DELIVERY_DOUBT, 0);
    became(run, 3, MSG_DELIVERY_SKIPPED, MSG_SKIP_UNSUBSCRIBED);
    for (int i = 4; i < PEOPLE; i++)
        became(run, i, MSG_DELIVERY_FAILED, i < 6 ? -213 : 100);
    over(run);
}

static enum loa_err retry_at(int64_t now, const char *codes, struct msg_retry *out)
{
    struct msg_retry_request q = {.message_id = message, .codes = codes};
    struct msg_retry *made = NULL;
    struct loa_problem why;
    size_t n = 0;
    enum loa_err err = msg_retry_start(db, &help_writer, now, &q, &made, &n, &why);

    if (!err) {
        cr_assert_eq(n, 1);
        *out = made[0];
    }
    free(made);
    return err;
}

/* Ends a retry: all that wait become `state`. */
static void end_retry(const struct msg_retry *r, enum msg_delivery_state state, int code)
{
    struct msg_run data = {.id = r->run_id, .account_id = account};
    struct msg_targets t;

    cr_assert_eq(msg_run_take_later(db, &data, 100, 5000, &t), LOA_OK);
    cr_expect_eq((int64_t)t.n, r->recipients);
    for (size_t i = 0; i < t.n; i++) {
        struct msg_outcome o = {.contact_id = t.items[i].contact_id,
                                .at_ms = 5000,
                                .state = state,
                                .code = code,
                                .replaces = true};

        cr_assert_eq(msg_run_record(db, r->run_id, &o, 1), LOA_OK);
    }
    msg_targets_release(&t);
    over(r->run_id);
}

Test(msg_retry, takes_exactly_the_failed_ones)
{
    struct msg_retry r;

    first_run();
    cr_assert_eq(retry_at(2000, NULL, &r), LOA_OK);
    cr_expect_eq(r.recipients, 4);
    cr_expect_eq(r.attempt, 2);
    cr_expect_eq(r.first_run_id, run);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM deliveries d JOIN contacts c ON c.id = "
                              "d.contact_id WHERE d.state = 7 AND c.remote_id IN ('p4', 'p5', "
                              "'p6', 'p7')"),
                 4);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM runs WHERE content = '{\"text\":\"x\"}' AND "
                              "deadline_ms = 9000 AND state = 'sending'"),
                 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM messages WHERE state = 'sending'"), 1);
}

Test(msg_retry, is_sent_once_however_often_it_is_asked_for)
{
    struct msg_retry r;

    first_run();
    cr_assert_eq(retry_at(2000, NULL, &r), LOA_OK);
    cr_expect_eq(retry_at(2000, NULL, &r), LOA_EEXIST, "one is under way");
    end_retry(&r, MSG_DELIVERY_SENT, 0);
    cr_expect_eq(retry_at(6000, NULL, &r), LOA_ENOENT, "nobody is left");
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM runs"), 2);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action = 'message.retry'"), 1);
}

Test(msg_retry, who_fails_again_may_be_tried_a_third_time)
{
    struct msg_retry r, again;

    first_run();
    cr_assert_eq(retry_at(2000, "-213", &r), LOA_OK);
    cr_expect_eq(r.recipients, 2);
    end_retry(&r, MSG_DELIVERY_FAILED, 7);
    cr_assert_eq(retry_at(6000, "-213", &again), LOA_ENOENT, "the newest refusal counts");
    cr_assert_eq(retry_at(6000, "7,100", &again), LOA_OK);
    cr_expect_eq(again.attempt, 3);
    cr_expect_eq(again.recipients, 4);
    cr_expect_eq(again.first_run_id, run);
}

Test(msg_retry, leaves_out_who_may_not_be_written_to_any_more)
{
    struct msg_retry r;

    first_run();
    cr_assert_eq(msg_contact_consent(db, account, people[4], false, "HỦY", "test", 5), LOA_OK);
    cr_assert_eq(msg_contact_status_set(db, account, people[5], MSG_CONTACT_BLOCKED), LOA_OK);
    cr_assert_eq(retry_at(2000, NULL, &r), LOA_OK);
    cr_expect_eq(r.recipients, 2);
}

Test(msg_retry, comes_neither_too_early_nor_too_late)
{
    struct msg_retry r;

    cr_expect_eq(retry_at(2000, NULL, &r), LOA_EEXIST, "the first run is not over");
    first_run();
    cr_expect_eq(retry_at(DEADLINE, NULL, &r), LOA_ETIMEOUT);
    cr_expect_eq(retry_at(2000, "none", &r), LOA_EINVAL);
    cr_expect_eq(retry_at(2000, "", &r), LOA_EINVAL);
    cr_expect_eq(retry_at(DEADLINE - 1, NULL, &r), LOA_OK);
}

Test(msg_retry, never_sends_what_was_changed_since)
{
    struct msg_retry r;
    struct msg_spec spec = help_spec("{\"title\":\"T\",\"body\":{\"text\":\"y\"},\"audience\":"
                                     "{\"channels\":[\"zalo\"]}}");

    first_run();
    cr_assert_eq(msg_message_advance(db, 1500, message, MSG_DRAFT, "x"), LOA_OK);
    cr_expect_eq(retry_at(2000, NULL, &r), LOA_EPERM, "it is a draft");
    cr_assert_eq(msg_message_edit(db, &help_writer, 1600, message, &spec, NULL), LOA_OK);
    cr_assert_eq(msg_message_submit(db, &help_writer, 1700, message, true, NULL), LOA_OK);
    cr_assert_eq(msg_message_approve(db, &help_approver, 1800, message, NULL), LOA_OK);
    cr_assert_eq(msg_message_schedule(db, &help_writer, 1900, message, NULL), LOA_OK);
    cr_expect_eq(retry_at(2000, NULL, &r), LOA_EPERM, "it says something else now");
    msg_spec_release(&spec);
}

Test(msg_retry, public_post_that_failed_is_posted_anew)
{
    struct msg_retry r;
    struct msg_run post = {.message_id = message,
                           .due_ms = DUE,
                           .account_id = account,
                           .way = 2,
                           .deadline_ms = DEADLINE};

    for (int i = 0; i < PEOPLE; i++)
        became(run, i, MSG_DELIVERY_SENT, 0);
    over(run);
    post.content = loa_xstrdup("{}");
    cr_assert_eq(msg_run_create(db, &post, DUE), LOA_OK);
    became(post.id, -1, MSG_DELIVERY_FAILED, 5);
    over(post.id);
    cr_assert_eq(msg_message_advance(db, 1500, message, MSG_SENT, NULL), LOA_OK);
    cr_assert_eq(retry_at(2000, NULL, &r), LOA_OK);
    cr_expect_eq(r.way, 2);
    cr_expect_eq(r.recipients, 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM deliveries WHERE state = 7"), 0,
                 "the server writes the post's row");
    became(r.run_id, -1, MSG_DELIVERY_SENT, 0);
    over(r.run_id);
    cr_expect_eq(retry_at(2500, NULL, &r), LOA_ENOENT);
    msg_run_release(&post);
}
