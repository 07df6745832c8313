/* SPDX-License-Identifier: Apache-2.0 */
/* Trials: who may see a text before it is approved, and how often. */
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/clock.h"
#include "messages/contact.h"
#include "messages/trial.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account, ann, message;
static struct msg_message *m;

static void open_it(void)
{
    struct msg_spec spec;

    db = help_open();
    account = help_account(db, "zalo");
    ann = help_contact(db, account, "ann", NULL, NULL);
    spec = help_spec("{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":["
                     "\"zalo\"]}}");
    cr_assert_eq(msg_message_create(db, &help_writer, 1, &spec, &message, NULL), LOA_OK);
    msg_spec_release(&spec);
    cr_assert_eq(msg_message_get(db, message, &m, NULL), LOA_OK);
}

static void close_it(void)
{
    msg_message_free(m);
    help_close(db);
}

TestSuite(msg_trial, .timeout = 20, .init = open_it, .fini = close_it);

static enum loa_err try_at(int64_t now, bool approved)
{
    struct loa_problem why;

    return msg_trial_note(db, &help_writer, now, m, approved, account, ann, &why);
}

Test(msg_trial, draft_is_for_testers_only)
{
    cr_expect_eq(try_at(1000, false), LOA_EPERM);
    cr_expect_eq(try_at(1000, true), LOA_OK);
    cr_assert_eq(msg_tester_add(db, &help_writer, 1, account, ann), LOA_OK);
    cr_assert_eq(msg_tester_add(db, &help_writer, 2, account, ann), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action = 'tester.add'"), 1);
    cr_expect_eq(try_at(2000, false), LOA_OK);
    cr_assert_eq(msg_tester_remove(db, &help_writer, 3, account, ann, NULL), LOA_OK);
    cr_expect_eq(msg_tester_remove(db, &help_writer, 3, account, ann, NULL), LOA_ENOENT);
    cr_expect_eq(try_at(3000, false), LOA_EPERM);
}

Test(msg_trial, who_opted_out_gets_no_trial_either)
{
    cr_assert_eq(msg_tester_add(db, &help_writer, 1, account, ann), LOA_OK);
    cr_assert_eq(msg_contact_consent(db, account, ann, false, "HỦY", "test", 5), LOA_OK);
    cr_expect_eq(try_at(1000, false), LOA_EPERM);
    cr_expect_eq(try_at(1000, true), LOA_EPERM);
}

Test(msg_trial, few_in_an_hour_and_again_in_the_next)
{
    cr_assert_eq(msg_tester_add(db, &help_writer, 1, account, ann), LOA_OK);
    for (int i = 0; i < MSG_TRIAL_DRAFT_MAX; i++)
        cr_assert_eq(try_at(1000 + i, false), LOA_OK);
    cr_expect_eq(try_at(5000, false), LOA_ELIMIT);
    cr_expect_eq(try_at(6000, true), LOA_OK, "an approved text may be tried more often");
    cr_expect_eq(try_at(LOA_HOUR_MS + 2000, false), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM test_sends"), 2);
}

Test(msg_trial, only_what_stands_under_a_seal_counts_as_approved)
{
    bool yes = true;

    cr_assert_eq(msg_trial_approved(db, m, true, &yes), LOA_OK);
    cr_expect_not(yes);
    cr_assert_eq(msg_message_submit(db, &help_writer, 2, message, true, NULL), LOA_OK);
    cr_assert_eq(msg_message_approve(db, &help_approver, 3, message, NULL), LOA_OK);
    msg_message_free(m);
    cr_assert_eq(msg_message_get(db, message, &m, NULL), LOA_OK);
    cr_assert_eq(msg_trial_approved(db, m, true, &yes), LOA_OK);
    cr_expect(yes);
}

Test(msg_trial, mark_stands_before_the_text_or_alone)
{
    struct msg_content c = {0};

    msg_trial_mark(&c);
    cr_expect_str_eq(c.text, MSG_TRIAL_MARK);
    msg_content_release(&c);
}
