/* SPDX-License-Identifier: Apache-2.0 */
/* Caps on the speed of broadcasts: which one is in force. */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/message.h"
#include "messages/rate.h"
#include "messages/run.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t zalo, viber;

static void open_it(void)
{
    db = help_open();
    zalo = help_account(db, "zalo");
    viber = help_account(db, "viber");
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_rate, .timeout = 20, .init = open_it, .fini = close_it);

static void set(int64_t message, int64_t account, int64_t per_minute)
{
    struct msg_rate r = {message, account, per_minute};

    cr_assert_eq(msg_rate_set(db, &help_writer, 1, &r), LOA_OK);
}

static int64_t in_force(int64_t message, int64_t account)
{
    int64_t cap = -1;

    cr_assert_eq(msg_rate_of(db, message, account, &cap), LOA_OK);
    return cap;
}

Test(msg_rate, nothing_said_is_no_cap)
{
    cr_expect_eq(in_force(7, zalo), 0);
}

Test(msg_rate, lower_one_of_message_and_account_holds)
{
    set(7, 0, 600);
    cr_expect_eq(in_force(7, zalo), 600);
    cr_expect_eq(in_force(8, zalo), 0);
    set(0, zalo, 300);
    cr_expect_eq(in_force(7, zalo), 300);
    cr_expect_eq(in_force(8, zalo), 300);
    cr_expect_eq(in_force(7, viber), 600);
    set(0, zalo, 0);
    cr_expect_eq(in_force(7, zalo), 600);
}

Test(msg_rate, one_account_of_a_message_may_go_at_its_own_speed)
{
    set(7, 0, 600);
    set(7, zalo, 900);
    cr_expect_eq(in_force(7, zalo), 900);
    cr_expect_eq(in_force(7, viber), 600);
    set(7, 0, 60);
    cr_expect_eq(in_force(7, zalo), 60, "what is said of the whole message replaces it");
    set(7, 0, 0);
    cr_expect_eq(in_force(7, zalo), 0);
}

Test(msg_rate, server_reads_those_of_accounts_and_open_runs)
{
    struct msg_run r = {.due_ms = 5, .account_id = zalo, .deadline_ms = 9000};
    struct msg_rate *rates;
    struct msg_spec spec = help_spec("{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":"
                                     "{\"channels\":[\"zalo\"]}}");
    size_t n;

    cr_assert_eq(msg_message_create(db, &help_writer, 1, &spec, &r.message_id, NULL), LOA_OK);
    r.content = loa_xstrdup("{}");
    cr_assert_eq(msg_run_create(db, &r, 1), LOA_OK);
    set(r.message_id, 0, 600);
    set(r.message_id + 1, 0, 600);
    set(0, viber, 30);
    cr_assert_eq(msg_rate_load(db, &rates, &n), LOA_OK);
    cr_expect_eq(n, 2);
    cr_expect_eq(msg_rate_find(rates, n, r.message_id, zalo), 600);
    cr_expect_eq(msg_rate_find(rates, n, r.message_id, viber), 30);
    cr_expect_eq(msg_rate_find(rates, n, -1, viber), 30);
    cr_expect_eq(msg_rate_find(rates, n, -1, zalo), 0);
    free(rates);
    msg_run_release(&r);
    msg_spec_release(&spec);
}
