/* SPDX-License-Identifier: Apache-2.0 */
/* Ends of accounts' rights: kept, renewed, and when staff are to hear of them. */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "messages/account_right.h"
#include "messages/base/clock.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t zalo, page;

static void open_it(void)
{
    db = help_open();
    zalo = help_account(db, "zalo");
    page = help_account(db, "page");
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_right, .timeout = 20, .init = open_it, .fini = close_it);

Test(msg_right, ends_and_failures_are_kept_by_account_and_kind)
{
    struct msg_right *all;
    size_t n;

    cr_assert_eq(db_run(db, "UPDATE accounts SET token_expires_ms = 500 WHERE id = $1", "i", zalo),
                 LOA_OK);
    cr_assert_eq(msg_right_holds(db, zalo, MSG_RIGHT_REFRESH, 9000, 1), LOA_OK);
    cr_assert_eq(msg_right_holds(db, page, MSG_RIGHT_PAGE, 0, 1), LOA_OK);
    cr_assert_eq(msg_right_failed(db, zalo, MSG_RIGHT_ACCESS, "-14014", 2), LOA_OK);
    cr_assert_eq(msg_right_failed(db, zalo, MSG_RIGHT_REFRESH, "", 2), LOA_OK);
    cr_assert_eq(msg_right_load(db, &all, &n), LOA_OK);
    cr_assert_eq(n, 3);
    cr_expect_eq(all[0].kind, MSG_RIGHT_ACCESS);
    cr_expect_eq(all[0].expires_ms, 500, "it stands with the account");
    cr_expect_str_eq(all[0].failure, "-14014");
    cr_expect_eq(all[1].kind, MSG_RIGHT_REFRESH);
    cr_expect_eq(all[1].expires_ms, 9000, "a failure leaves the end as it was");
    cr_expect_neq(all[1].failure[0], '\0');
    cr_expect_eq(all[2].account_id, page);
    free(all);
    cr_assert_eq(msg_right_holds(db, zalo, MSG_RIGHT_REFRESH, 19000, 3), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT expires_ms FROM account_health WHERE kind = 'refresh' AND "
                              "failure IS NULL"),
                 19000);
    cr_assert_eq(msg_right_forget(db, zalo), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM account_health"), 1);
}

Test(msg_right, staff_hear_of_it_a_day_ahead_and_when_it_is_over)
{
    const int64_t end = 10 * (int64_t)LOA_DAY_MS;
    struct msg_right r = {.kind = MSG_RIGHT_REFRESH, .expires_ms = end};

    cr_expect_eq(msg_right_alarm(&r, end - LOA_DAY_MS - 1), MSG_RIGHT_WELL);
    cr_expect_eq(msg_right_alarm(&r, end - LOA_DAY_MS), MSG_RIGHT_SOON);
    cr_expect_eq(msg_right_alarm(&r, end - 1), MSG_RIGHT_SOON);
    cr_expect_eq(msg_right_alarm(&r, end), MSG_RIGHT_OVER);
    r.kind = MSG_RIGHT_ACCESS;
    cr_expect_eq(msg_right_alarm(&r, end - 1), MSG_RIGHT_WELL, "it is renewed in time");
    r.failure[0] = 'x';
    cr_expect_eq(msg_right_alarm(&r, end - 1), MSG_RIGHT_FAILING);
    cr_expect_eq(msg_right_alarm(&r, end), MSG_RIGHT_OVER);
    r = (struct msg_right){.kind = MSG_RIGHT_PAGE};
    cr_expect_eq(msg_right_alarm(&r, end), MSG_RIGHT_WELL, "it has no end");
}
