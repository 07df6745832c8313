/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the ways of an account, who said it, and how long it holds. */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "messages/account.h"
#include "messages/account_way.h"
#include "messages/base/clock.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account;

static void open_db(void)
{
    db = help_open();
    account = help_account(db, "a");
}

static void close_db(void)
{
    help_close(db);
}

TestSuite(msg_account_way, .timeout = 10, .init = open_db, .fini = close_db);

enum { NOW = 1000000, POST = 2, BATCH = 1 };

static struct msg_way known(int way, int64_t now)
{
    struct msg_way all[MSG_WAYS];

    cr_assert_eq(msg_account_ways(db, account, now, all), LOA_OK);
    return all[way];
}

static void set(int way, enum msg_way_state state, enum msg_way_source source, const char *detail)
{
    struct msg_way is = {.state = state, .source = source};

    (void)snprintf(is.detail, sizeof(is.detail), "%s", detail);
    cr_assert_eq(msg_account_way_set(db, account, way, &is, NOW), LOA_OK);
}

Test(msg_account_way, nothing_is_known_of_a_new_account)
{
    cr_expect_eq(known(POST, NOW).state, MSG_WAY_UNKNOWN);
}

Test(msg_account_way, a_refusal_holds_for_a_day)
{
    cr_assert_eq(msg_account_way_refused(db, account, POST, "no right", NOW), LOA_OK);
    cr_expect_eq(known(POST, NOW).state, MSG_WAY_CLOSED);
    cr_expect_str_eq(known(POST, NOW).detail, "no right");
    cr_expect_eq(known(POST, NOW + LOA_DAY_MS - 1).state, MSG_WAY_CLOSED);
    cr_expect_eq(known(POST, NOW + LOA_DAY_MS).state, MSG_WAY_UNKNOWN);
    cr_expect_eq(known(BATCH, NOW).state, MSG_WAY_UNKNOWN, "the others are open as before");
}

Test(msg_account_way, what_the_platform_tells_lasts_and_replaces_what_it_told)
{
    set(POST, MSG_WAY_CLOSED, MSG_WAY_PLATFORM, "a bot");
    cr_expect_eq(known(POST, NOW + 400 * (int64_t)LOA_DAY_MS).state, MSG_WAY_CLOSED);
    set(POST, MSG_WAY_OPEN, MSG_WAY_PLATFORM, "");
    cr_expect_eq(known(POST, NOW).state, MSG_WAY_OPEN);
}

Test(msg_account_way, staff_have_the_last_word)
{
    set(POST, MSG_WAY_CLOSED, MSG_WAY_STAFF, "not used");
    set(POST, MSG_WAY_OPEN, MSG_WAY_PLATFORM, "");
    cr_expect_eq(known(POST, NOW).state, MSG_WAY_CLOSED);
    cr_assert_eq(msg_account_way_refused(db, account, POST, "no right", NOW), LOA_OK);
    cr_expect_eq(known(POST, NOW).source, MSG_WAY_STAFF);
    set(POST, MSG_WAY_OPEN, MSG_WAY_STAFF, "");
    cr_expect_eq(known(POST, NOW).state, MSG_WAY_OPEN);
    cr_assert_eq(msg_account_ways_forget(db, account, true), LOA_OK);
    cr_expect_eq(known(POST, NOW).state, MSG_WAY_UNKNOWN);
}

Test(msg_account_way, resuming_an_account_tries_again_what_was_refused)
{
    set(BATCH, MSG_WAY_CLOSED, MSG_WAY_PLATFORM, "a channel");
    cr_assert_eq(msg_account_way_refused(db, account, POST, "no right", NOW), LOA_OK);
    cr_assert_eq(msg_account_resume(db, &help_admin, NOW, account), LOA_OK);
    cr_expect_eq(known(POST, NOW).state, MSG_WAY_UNKNOWN);
    cr_expect_eq(known(BATCH, NOW).state, MSG_WAY_CLOSED);
}

Test(msg_account_way, all_accounts_are_told_apart)
{
    int64_t other = help_account(db, "b");
    struct msg_account_ways_known *all = NULL;
    size_t n = 0;

    set(POST, MSG_WAY_CLOSED, MSG_WAY_PLATFORM, "");
    set(BATCH, MSG_WAY_OPEN, MSG_WAY_PLATFORM, "");
    cr_assert_eq(msg_account_way_refused(db, other, BATCH, "", NOW), LOA_OK);
    cr_assert_eq(msg_account_ways_all(db, NOW, &all, &n), LOA_OK);
    cr_assert_eq(n, 2);
    cr_expect_eq(all[0].account, account);
    cr_expect_eq(all[0].closed, 1U << POST);
    cr_expect(all[0].told);
    cr_expect_eq(all[1].closed, 1U << BATCH);
    cr_expect_not(all[1].told, "a refusal tells of one way only");
    free(all);
}
