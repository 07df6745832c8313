/* SPDX-License-Identifier: Apache-2.0 */
/* The connection: errors by what the caller should do, transactions, migrations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/store/db.h"
#include "messages/store/embedded.h"
#include "tests/unit/store_help.h"

TestSuite(store_db, .timeout = 20, .fini = help_folder_remove);

static struct db *memory(void)
{
    struct db *db = NULL;

    cr_assert_eq(db_open("sqlite::memory:", DB_CREATE, &db, NULL), LOA_OK);
    cr_assert_eq(db_exec(db, "CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY, v BIGINT)"), LOA_OK);
    return db;
}

static struct db *file_db(const char *name, unsigned flags)
{
    struct db *db = NULL;
    struct loa_problem why = {0};
    char *url = help_url(name);

    cr_assert_eq(db_open(url, flags, &db, &why), LOA_OK, "%s", why.text);
    free(url);
    return db;
}

Test(store_db, a_store_of_an_unknown_kind_or_place_is_refused_with_words)
{
    struct db *db = NULL;
    struct loa_problem why = {0};

    cr_expect_eq(db_open("mysql:x", DB_CREATE, &db, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "LOA_STORE");
    cr_expect_eq(db_open("", DB_CREATE, &db, &why), LOA_EINVAL);
    cr_expect_eq(db_open("sqlite:/nonexistent/folder/x.db", DB_CREATE, &db, &why), LOA_ENOENT);
    cr_expect_not_null(strstr(why.text, "/nonexistent/folder/x.db"));
    cr_expect_eq(db_open("sqlite:/tmp/loa-no-such-file.db", 0, &db, &why), LOA_ENOENT,
                 "without DB_CREATE it must be there");
    cr_expect_null(db);
    db_close(NULL);
}

Test(store_db, a_file_that_is_no_database_is_refused)
{
    struct db *db = NULL;
    char *url = help_url("text.db");
    FILE *f = fopen(url + strlen("sqlite:"), "w");

    cr_assert_not_null(f);
    for (int i = 0; i < 200; i++)
        fputs("this is no database at all\n", f);
    fclose(f);
    cr_expect_eq(db_open(url, DB_CREATE, &db, NULL), LOA_EIO);
    free(url);
}

Test(store_db, values_come_back_as_they_went_in)
{
    struct db *db = memory();
    struct db_stmt *st;
    enum loa_err err;
    int rows = 0;

    cr_assert_eq(db_run(db, "INSERT INTO t VALUES ($1, $2)", "si", "Tuần lễ", INT64_MAX), LOA_OK);
    cr_assert_eq(db_run(db, "INSERT INTO t VALUES ($1, $2)", "si", "", INT64_MIN), LOA_OK);
    err = db_query(db, &st, "SELECT k, v, NULL FROM t ORDER BY v", "");
    while (!err && db_next(st, &err)) {
        cr_expect_str_eq(db_text(st, 0), rows ? "Tuần lễ" : "");
        cr_expect_eq(db_int(st, 1), rows ? INT64_MAX : INT64_MIN);
        cr_expect_null(db_text(st, 2));
        cr_expect_eq(db_int(st, 2), 0);
        rows++;
    }
    cr_expect_eq(err, LOA_OK);
    cr_expect_eq(rows, 2);
    db_close(db);
}

Test(store_db, a_value_is_never_read_as_sql)
{
    struct db *db = memory();

    cr_assert_eq(db_run(db, "INSERT INTO t VALUES ($1, 1)", "s", "x'); DROP TABLE t; --"), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t"), 1);
    db_close(db);
}

Test(store_db, failures_say_what_to_do)
{
    struct db *db = memory();
    int64_t v = 7;

    cr_assert_eq(db_run(db, "INSERT INTO t VALUES ('a', 1)", ""), LOA_OK);
    cr_expect_eq(db_run(db, "INSERT INTO t VALUES ('a', 2)", ""), LOA_EEXIST);
    cr_expect_eq(db_run(db, "INSERT INTO t VALUES (NULL, 2)", ""), LOA_EINVAL);
    cr_expect_eq(db_run(db, "SELECT * FROM nowhere", ""), LOA_EIO);
    cr_expect_not_null(strstr(db_message(db), "nowhere"));
    cr_expect_eq(db_get_int(db, &v, "SELECT v FROM t WHERE k = 'none'", ""), LOA_ENOENT);
    cr_expect_eq(v, 7);
    cr_assert_eq(db_run(db, "UPDATE t SET v = 3", ""), LOA_OK);
    cr_expect_eq(db_changes(db), 1);
    cr_assert_eq(db_run(db, "UPDATE t SET v = 3 WHERE k = 'none'", ""), LOA_OK);
    cr_expect_eq(db_changes(db), 0);
    db_close(db);
}

Test(store_db, a_statement_forgets_what_was_bound_before)
{
    struct db *db = memory();
    static const char sql[] = "INSERT INTO t VALUES ($1, $2)";

    cr_assert_eq(db_run(db, sql, "si", "a", INT64_C(5)), LOA_OK);
    cr_assert_eq(db_run(db, sql, "s", "b"), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t WHERE v IS NULL"), 1);
    db_close(db);
}

Test(store_db, a_savepoint_undoes_its_part_and_a_rollback_all)
{
    struct db *db = memory();

    cr_assert_eq(db_begin(db), LOA_OK);
    cr_assert_eq(db_run(db, "INSERT INTO t VALUES ('a', 1)", ""), LOA_OK);
    cr_assert_eq(db_savepoint(db), LOA_OK);
    cr_assert_eq(db_run(db, "INSERT INTO t VALUES ('b', 1)", ""), LOA_OK);
    db_rollback_to(db);
    cr_assert_eq(db_release(db), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t"), 1);
    cr_assert_eq(db_commit(db), LOA_OK);
    cr_assert_eq(db_begin(db), LOA_OK);
    cr_assert_eq(db_run(db, "INSERT INTO t VALUES ('c', 1)", ""), LOA_OK);
    db_rollback(db);
    db_rollback(db);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t"), 1);
    db_close(db);
}

Test(store_db, what_was_not_committed_is_gone_after_a_close)
{
    struct db *db = file_db("a.db", DB_CREATE);

    cr_assert_eq(db_exec(db, "CREATE TABLE t (k BIGINT)"), LOA_OK);
    cr_assert_eq(db_begin(db), LOA_OK);
    cr_assert_eq(db_run(db, "INSERT INTO t VALUES (1)", ""), LOA_OK);
    db_close(db);
    db = file_db("a.db", 0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t"), 0);
    db_close(db);
}

Test(store_db, numbers_of_a_sequence_start_at_one_and_go_up_by_one)
{
    struct db *db = help_open();
    int64_t id = 0;

    for (int64_t i = 1; i <= 3; i++) {
        cr_assert_eq(db_next_id(db, "seq", &id), LOA_OK);
        cr_expect_eq(id, i);
    }
    cr_assert_eq(db_next_id(db, "other", &id), LOA_OK);
    cr_expect_eq(id, 1);
    help_close(db);
}

Test(store_db, several_numbers_are_taken_in_one_step)
{
    struct db *db = help_open();
    int64_t id = 0;

    cr_assert_eq(db_next_ids(db, "seq", 5, &id), LOA_OK);
    cr_expect_eq(id, 1);
    cr_assert_eq(db_next_ids(db, "seq", 3, &id), LOA_OK);
    cr_expect_eq(id, 6);
    cr_assert_eq(db_next_id(db, "seq", &id), LOA_OK);
    cr_expect_eq(id, 9);
    help_close(db);
}

Test(store_db, a_reader_sees_commits_and_writes_nothing)
{
    struct db *rw = file_db("b.db", DB_CREATE), *ro;
    int64_t before = 0, after = 0;

    cr_assert_eq(db_exec(rw, "CREATE TABLE t (k BIGINT)"), LOA_OK);
    ro = file_db("b.db", DB_READONLY);
    cr_expect_eq(help_int(ro, "SELECT COUNT(*) FROM t"), 0);
    cr_assert_eq(db_version(ro, &before), LOA_OK);
    cr_assert_eq(db_begin(rw), LOA_OK);
    cr_assert_eq(db_run(rw, "INSERT INTO t VALUES (1)", ""), LOA_OK);
    cr_expect_eq(help_int(ro, "SELECT COUNT(*) FROM t"), 0, "not before the commit");
    cr_assert_eq(db_commit(rw), LOA_OK);
    cr_expect_eq(help_int(ro, "SELECT COUNT(*) FROM t"), 1);
    cr_assert_eq(db_version(ro, &after), LOA_OK);
    cr_expect_neq(before, after);
    cr_expect_eq(db_run(ro, "INSERT INTO t VALUES (2)", ""), LOA_EPERM);
    cr_expect_eq(db_exec(ro, "DROP TABLE t"), LOA_EPERM);
    db_close(ro);
    db_close(rw);
}

Test(store_db, a_commit_is_durable_and_references_are_kept)
{
    struct db *db = file_db("c.db", DB_CREATE);

    cr_assert_eq(db_migrate(db, NULL, NULL), LOA_OK);
    cr_expect_eq(help_int(db, "PRAGMA synchronous"), 2, "FULL");
    cr_expect_eq(db_run(db,
                        "INSERT INTO tokens (id, user_name, hash, created_ms) "
                        "VALUES (1, 'nobody', 'x', 1)",
                        ""),
                 LOA_EINVAL);
    db_close(db);
}

/* ---- migrations ------------------------------------------------------------------------ */

static int program_version(void)
{
    int n = 0;

    while (store_migration_files[n].name)
        n++;
    return n;
}

Test(store_db, migrations_are_applied_once)
{
    struct db *db = file_db("d.db", DB_CREATE);
    int applied = 0;

    cr_expect_eq(db_check_schema(db, NULL), LOA_ENOENT);
    cr_assert_eq(db_migrate(db, &applied, NULL), LOA_OK);
    cr_expect_eq(applied, program_version());
    cr_expect_eq(db_check_schema(db, NULL), LOA_OK);
    cr_assert_eq(db_run(db, "INSERT INTO counters VALUES ('x', 41)", ""), LOA_OK);
    cr_assert_eq(db_migrate(db, &applied, NULL), LOA_OK);
    cr_expect_eq(applied, 0);
    db_close(db);
    db = file_db("d.db", 0);
    cr_assert_eq(db_migrate(db, &applied, NULL), LOA_OK);
    cr_expect_eq(applied, 0);
    cr_expect_eq(help_int(db, "SELECT value FROM counters"), 41);
    db_close(db);
}

Test(store_db, migration_files_stand_in_order_of_their_numbers)
{
    long before = 0;

    for (int i = 0; i < program_version(); i++) {
        long number = strtol(store_migration_files[i].name, NULL, 10);

        cr_expect_gt(number, before, "%s", store_migration_files[i].name);
        before = number;
    }
}

Test(store_db, a_database_newer_than_the_program_is_refused_and_left_alone)
{
    struct db *db = file_db("e.db", DB_CREATE);
    struct loa_problem why = {0};
    int applied = 7;

    cr_assert_eq(db_migrate(db, NULL, NULL), LOA_OK);
    cr_assert_eq(db_run(db, "INSERT INTO schema_version VALUES ($1, 1)", "i",
                        (int64_t)program_version() + 1),
                 LOA_OK);
    cr_expect_eq(db_migrate(db, &applied, &why), LOA_EPERM);
    cr_expect_eq(applied, 0);
    cr_expect_neq(why.text[0], '\0');
    cr_expect_eq(db_check_schema(db, &why), LOA_EPERM);
    db_close(db);
}

Test(store_db, a_migration_that_fails_leaves_nothing_half_done)
{
    struct db *db = file_db("f.db", DB_CREATE);
    struct loa_problem why = {0};

    /* A table of ours that somebody made by hand stands in the way. */
    cr_assert_eq(db_exec(db, "CREATE TABLE deliveries (x BIGINT)"), LOA_OK);
    cr_expect_neq(db_migrate(db, NULL, &why), LOA_OK);
    cr_expect_not_null(strstr(why.text, store_migration_files[0].name));
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'users'"), 0);
    cr_assert_eq(db_exec(db, "DROP TABLE deliveries"), LOA_OK);
    cr_expect_eq(db_migrate(db, NULL, &why), LOA_OK, "%s", why.text);
    db_close(db);
}
