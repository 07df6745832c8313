/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log: whoever changes, removes or slips in a row is found out. */
#include <criterion/criterion.h>

#include "messages/audit.h"
#include "messages/base/crypto.h"
#include "tests/unit/store_help.h"

static struct db *db;

static void open_it(void)
{
    cr_assert_eq(loa_crypto_init(), LOA_OK);
    cr_assert_eq(db_open("sqlite::memory:", DB_CREATE, &db, NULL), LOA_OK);
    cr_assert_eq(db_migrate(db, NULL, NULL), LOA_OK);
    cr_assert_eq(db_begin(db), LOA_OK);
    for (int64_t i = 1; i <= 5; i++)
        cr_assert_eq(msg_audit(db, &help_writer, 1000 + i, "message.edit", "message 1",
                               i % 2 ? "Đổi giờ" : NULL),
                     LOA_OK);
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_audit, .timeout = 10, .init = open_it, .fini = close_it);

static void expect_broken(const char *sql, int64_t at)
{
    int64_t rows = 0, broken = 0;

    cr_assert_eq(db_exec(db, sql), LOA_OK, "%s: %s", sql, db_message(db));
    cr_expect_eq(msg_audit_verify(db, &rows, &broken), LOA_EPROTO, "%s", sql);
    cr_expect_eq(broken, at, "%s: at %lld", sql, (long long)broken);
}

Test(msg_audit, an_untouched_chain_is_whole)
{
    int64_t rows = 0, broken = 7;

    cr_expect_eq(msg_audit_verify(db, &rows, &broken), LOA_OK);
    cr_expect_eq(rows, 5);
    cr_expect_eq(broken, 0);
    cr_assert_eq(db_exec(db, "DELETE FROM audit"), LOA_OK);
    cr_expect_eq(msg_audit_verify(db, &rows, &broken), LOA_OK);
    cr_expect_eq(rows, 0);
}

Test(msg_audit, a_change_in_any_column_shows)
{
    static const char *const changes[] = {
        "UPDATE audit SET at_ms = 1 WHERE seq = 3",
        "UPDATE audit SET user_name = 'x' WHERE seq = 3",
        "UPDATE audit SET via = 'api' WHERE seq = 3",
        "UPDATE audit SET action = 'x' WHERE seq = 3",
        "UPDATE audit SET target = 'message 2' WHERE seq = 3",
        "UPDATE audit SET detail = '' WHERE seq = 3",
        "UPDATE audit SET hash = prev_hash WHERE seq = 3",
        "UPDATE audit SET prev_hash = hash WHERE seq = 3",
    };

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        cr_assert_eq(db_savepoint(db), LOA_OK);
        expect_broken(changes[i], 3);
        db_rollback_to(db);
        cr_assert_eq(db_release(db), LOA_OK);
    }
}

Test(msg_audit, letters_that_move_from_one_column_to_the_next_show)
{
    expect_broken("UPDATE audit SET action = 'message.edi', target = 'tmessage 1' WHERE seq = 2",
                  2);
}

Test(msg_audit, a_removed_row_shows)
{
    expect_broken("DELETE FROM audit WHERE seq = 3", 4);
}

Test(msg_audit, a_removed_first_row_shows)
{
    expect_broken("DELETE FROM audit WHERE seq = 1", 2);
}

Test(msg_audit, a_removed_row_shows_when_the_others_are_renumbered)
{
    expect_broken("DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = seq - 1 WHERE seq > 3",
                  3);
}

Test(msg_audit, an_inserted_row_shows)
{
    expect_broken("UPDATE audit SET seq = seq + 1000 WHERE seq > 2;"
                  "UPDATE audit SET seq = seq - 999 WHERE seq > 1000;"
                  "INSERT INTO audit SELECT 3, at_ms, user_name, via, action, target, detail, "
                  "hash, hash FROM audit WHERE seq = 2",
                  3);
}

Test(msg_audit, swapped_rows_show)
{
    expect_broken("UPDATE audit SET seq = 99 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = "
                  "3; UPDATE audit SET seq = 3 WHERE seq = 99",
                  2);
}

Test(msg_audit, the_chain_goes_on_after_it_was_verified)
{
    int64_t rows, broken;

    cr_assert_eq(msg_audit_verify(db, &rows, &broken), LOA_OK);
    cr_assert_eq(msg_audit(db, &help_admin, 2000, "x", "y", "z"), LOA_OK);
    cr_expect_eq(msg_audit_verify(db, &rows, &broken), LOA_OK);
    cr_expect_eq(rows, 6);
}
