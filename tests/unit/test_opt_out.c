/* SPDX-License-Identifier: Apache-2.0 */
/* Who said stop lately is found by whoever has claimed them, until they take it back. */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/inbound.h"
#include "messages/opt_out.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account, person;

static void open_it(void)
{
    db = help_open();
    account = help_account(db, "zalo");
    person = help_contact(db, account, "u1", NULL, NULL);
    (void)help_contact(db, account, "u2", NULL, NULL);
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_opt_out, .timeout = 20, .init = open_it, .fini = close_it);

static size_t within(int64_t first, int64_t last, bool *erased)
{
    struct msg_opt_outs found = {0};
    size_t n;

    cr_assert_eq(msg_opt_outs_within(db, account, first, last, &found), LOA_OK);
    n = found.n;
    if (erased && n)
        *erased = found.items[0].erased;
    free(found.items);
    return n;
}

Test(msg_opt_out, whoever_stores_the_word_it_is_found)
{
    struct msg_contact_row row = {.remote_id = "u2", .subscribed = 0, .last_seen_ms = -1};
    bool any, erased = true;

    cr_assert_eq(msg_opt_outs_any(db, &any), LOA_OK);
    cr_expect_not(any);
    cr_assert_eq(msg_contact_consent(db, account, person, false, "HỦY", "chat", 5), LOA_OK);
    cr_assert_eq(msg_contact_import(db, account, &row, 6), LOA_OK);
    cr_assert_eq(msg_opt_outs_any(db, &any), LOA_OK);
    cr_expect(any);
    cr_expect_eq(within(person, person + 1, &erased), (size_t)2);
    cr_expect_not(erased);
    cr_expect_eq(within(person + 1, person + 1, NULL), (size_t)1);
    cr_expect_eq(within(person + 2, person + 9, NULL), (size_t)0);
}

Test(msg_opt_out, it_can_be_taken_back)
{
    cr_assert_eq(msg_contact_consent(db, account, person, false, "HỦY", "chat", 5), LOA_OK);
    cr_assert_eq(msg_contact_consent(db, account, person, true, "ĐĂNG KÝ", "chat", 6), LOA_OK);
    cr_expect_eq(within(person, person, NULL), (size_t)0, "a window claimed since wants him");
}

Test(msg_opt_out, who_asks_to_be_forgotten_gets_nothing_at_all)
{
    bool erased = false;

    cr_assert_eq(msg_contact_erase(db, account, person, 5), LOA_OK);
    cr_assert_eq(within(person, person, &erased), (size_t)1);
    cr_expect(erased);
}

Test(msg_opt_out, old_ones_are_known_by_the_contact_itself)
{
    cr_assert_eq(msg_contact_consent(db, account, person, false, "HỦY", "chat", 5), LOA_OK);
    cr_assert_eq(msg_opt_outs_forget(db, 5), LOA_OK);
    cr_expect_eq(within(person, person, NULL), (size_t)1);
    cr_assert_eq(msg_opt_outs_forget(db, 6), LOA_OK);
    cr_expect_eq(within(person, person, NULL), (size_t)0);
    cr_expect_eq(msg_contact_may_write(db, account, person), LOA_EPERM);
}

Test(msg_opt_out, a_reply_left_out_fails_or_stays_in_the_doubt_it_was_in)
{
    struct msg_reply r = {
        .account = account, .contact = person, .lane = 1, .content = loa_xstrdup("{}")};

    cr_assert_eq(msg_reply_add(db, &r, 1000), LOA_OK);
    cr_assert_eq(msg_reply_leave_out(db, r.id, 1100), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT state FROM replies"), MSG_REPLY_FAILED);
    cr_expect_eq(help_int(db, "SELECT code FROM replies"), MSG_REPLY_OPTED_OUT);
    cr_assert_eq(db_run(db, "DELETE FROM replies", ""), LOA_OK);
    cr_assert_eq(msg_reply_add(db, &r, 1000), LOA_OK);
    cr_assert_eq(msg_reply_doubt(db, r.id, MSG_DOUBT_LOST, 0, 2000, 1100), LOA_OK);
    cr_assert_eq(msg_reply_set(db, r.id, MSG_REPLY_HANDED, 0, NULL, 0, 2000), LOA_OK);
    cr_assert_eq(msg_reply_leave_out(db, r.id, 2100), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT state FROM replies"), MSG_REPLY_DOUBT);
    cr_expect_eq(help_int(db, "SELECT sending FROM doubts"), 0);
    cr_expect_eq(help_int(db, "SELECT since_ms FROM doubts"), 1000);
    msg_reply_release(&r);
}
