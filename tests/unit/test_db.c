/* SPDX-License-Identifier: Apache-2.0 */
/* The connection: errors by what the caller should do, transactions, migrations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/store/db.h"
#include "messages/store/embedded.h"
#include "tests/kit/database.h"
#include "tests/unit/store_help.h"

TestSuite(store_db, .timeout = 20, .fini = help_folder_remove);

static const char schema[] =
    "CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY, v BIGINT);"
    "CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL)";

static struct db *memory(void)
{
    struct db *db = NULL;

    cr_assert_eq(db_open("sqlite::memory:", DB_CREATE, &db, NULL), LOA_OK);
    cr_assert_eq(db_exec(db, schema), LOA_OK);
    return db;
}

/* The same test on either store; PostgreSQL's needs a cluster. */
static void on_postgres(void (*test)(struct db *db))
{
    struct db *db = NULL;
    struct loa_problem why = {0};
    char *url;

    if (!kit_postgres())
        cr_skip_test("LOA_TEST_POSTGRES is not set");
    url = kit_database_new(false);
    cr_assert_eq(db_open(url, 0, &db, &why), LOA_OK, "%s", why.text);
    cr_assert_eq(db_exec(db, schema), LOA_OK);
    test(db);
    db_close(db);
    kit_database_drop(url);
}

static void on_sqlite(void (*test)(struct db *db))
{
    struct db *db = memory();

    test(db);
    db_close(db);
}

#define ON_BOTH(name)                                                                              \
    static void name(struct db *db);                                                               \
    Test(store_db, name##_on_sqlite)                                                               \
    {                                                                                              \
        on_sqlite(name);                                                                           \
    }                                                                                              \
    Test(store_db, name##_on_postgres)                                                             \
    {                                                                                              \
        on_postgres(name);                                                                         \
    }                                                                                              \
    static void name(struct db *db)

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

ON_BOTH(values_come_back_as_they_went_in)
{
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
}

ON_BOTH(a_value_is_never_read_as_sql)
{
    cr_assert_eq(db_run(db, "INSERT INTO t VALUES ($1, 1)", "s", "x'); DROP TABLE t; --"), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t"), 1);
}

ON_BOTH(failures_say_what_to_do)
{
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
}

ON_BOTH(a_statement_forgets_what_was_bound_before)
{
    static const char sql[] = "INSERT INTO t VALUES ($1, $2)";

    cr_assert_eq(db_run(db, sql, "si", "a", INT64_C(5)), LOA_OK);
    cr_assert_eq(db_run(db, sql, "s", "b"), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t WHERE v IS NULL"), 1);
}

ON_BOTH(a_savepoint_undoes_its_part_and_a_rollback_all)
{
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

ON_BOTH(numbers_of_a_sequence_start_at_one_and_go_up)
{
    int64_t id = 0;

    cr_assert_eq(db_begin(db), LOA_OK);
    for (int64_t i = 1; i <= 3; i++) {
        cr_assert_eq(db_next_id(db, "seq", &id), LOA_OK, "%s", db_message(db));
        cr_expect_eq(id, i);
        if (i == 2) {
            cr_assert_eq(db_commit(db), LOA_OK);
            cr_assert_eq(db_begin(db), LOA_OK);
        }
    }
    cr_assert_eq(db_next_id(db, "other", &id), LOA_OK);
    cr_expect_eq(id, 1);
    cr_assert_eq(db_commit(db), LOA_OK);
}

ON_BOTH(several_numbers_are_taken_in_one_step)
{
    int64_t id = 0;

    cr_assert_eq(db_begin(db), LOA_OK);
    cr_assert_eq(db_next_ids(db, "seq", 5, &id), LOA_OK, "%s", db_message(db));
    cr_expect_eq(id, 1);
    cr_assert_eq(db_next_ids(db, "seq", 3, &id), LOA_OK);
    cr_expect_eq(id, 6);
    cr_assert_eq(db_next_id(db, "seq", &id), LOA_OK);
    cr_expect_eq(id, 9);
    cr_assert_eq(db_commit(db), LOA_OK);
}

ON_BOTH(a_sequence_whose_first_transaction_was_undone_is_made_again)
{
    int64_t id = 0;

    for (int i = 0; i < 2; i++) {
        cr_assert_eq(db_begin(db), LOA_OK);
        cr_assert_eq(db_next_id(db, "seq", &id), LOA_OK, "%s", db_message(db));
        cr_expect_eq(id, 1);
        db_rollback(db);
    }
}

ON_BOTH(many_rows_go_in_at_once_and_those_that_are_there_stay)
{
    struct db_rows *rows = db_rows_new("si");
    int64_t changed = 0;

    cr_assert_eq(db_run(db, "INSERT INTO t VALUES ('k7', -1)", ""), LOA_OK);
    for (int64_t i = 0; i < 1000; i++) {
        char key[32];

        (void)snprintf(key, sizeof(key), "k%d", (int)i);
        db_rows_add(rows, key, i);
    }
    db_rows_add(rows, "quote ' and {\"brace\\,", INT64_MIN);
    db_rows_add(rows, "", INT64_MAX);
    cr_expect_eq(db_rows_count(rows), 1002u);
    cr_assert_eq(db_run_many(db, "INSERT INTO t (k, v) VALUES ($1, $2) ON CONFLICT (k) DO NOTHING",
                             rows, &changed),
                 LOA_OK, "%s", db_message(db));
    cr_expect_eq(changed, 1001);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t"), 1002);
    cr_expect_eq(help_int(db, "SELECT v FROM t WHERE k = 'k7'"), -1);
    cr_expect_eq(help_int(db, "SELECT v FROM t WHERE k = 'k999'"), 999);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t WHERE k LIKE 'quote%'"), 1);
    db_rows_reset(rows);
    cr_assert_eq(db_run_many(db, "UPDATE t SET v = $2 WHERE k = $1", rows, &changed), LOA_OK);
    cr_expect_eq(changed, 0);
    for (int64_t i = 0; i < 600; i++) {
        char key[32];

        (void)snprintf(key, sizeof(key), "k%d", (int)(2 * i));
        db_rows_add(rows, key, INT64_C(5));
    }
    cr_assert_eq(db_run_many(db, "UPDATE t SET v = $2 WHERE k = $1", rows, &changed), LOA_OK);
    cr_expect_eq(changed, 500);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t WHERE v = 5"), 501);
    db_rows_free(rows);
}

/* The compiler makes one of two equal texts. */
ON_BOTH(one_text_may_be_run_with_many_rows_and_with_one)
{
    static const char add[] = "INSERT INTO t (k, v) VALUES ($1, $2)";
    struct db_rows *rows = db_rows_new("si");

    for (int round = 0; round < 3; round++) {
        char one[16], two[16];

        (void)snprintf(one, sizeof(one), "a%d", round);
        (void)snprintf(two, sizeof(two), "b%d", round);
        db_rows_reset(rows);
        db_rows_add(rows, one, INT64_C(1));
        cr_assert_eq(db_run_many(db, add, rows, NULL), LOA_OK, "%s", db_message(db));
        cr_assert_eq(db_run(db, add, "si", two, INT64_C(2)), LOA_OK, "%s", db_message(db));
    }
    db_forget(db, add);
    cr_assert_eq(db_run(db, add, "si", "c", INT64_C(3)), LOA_OK, "%s", db_message(db));
    cr_expect_eq(help_int(db, "SELECT SUM(v) FROM t"), 12);
    db_rows_free(rows);
}

ON_BOTH(many_rows_may_have_nulls_and_constants_beside_them)
{
    struct db_rows *rows = db_rows_new("is");

    cr_assert_eq(db_exec(db, "CREATE TABLE u (a BIGINT, b TEXT, c TEXT)"), LOA_OK);
    db_rows_add(rows, INT64_C(1), NULL);
    db_rows_add(rows, INT64_C(2), "x\xff");
    cr_assert_eq(
        db_run_many(db, "INSERT INTO u (a, b, c) VALUES ($1, $2, 'always (so)')", rows, NULL),
        LOA_OK, "%s", db_message(db));
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM u WHERE c = 'always (so)'"), 2);
    cr_expect_eq(help_int(db, "SELECT a FROM u WHERE b IS NULL"), 1);
    cr_expect_eq(help_int(db, "SELECT a FROM u WHERE b = 'x\xEF\xBF\xBD'"), 2);
    db_rows_free(rows);
}

ON_BOTH(what_need_not_be_waited_for_is_there_when_something_is)
{
    cr_assert_eq(db_begin(db), LOA_OK);
    for (int64_t i = 0; i < 2000; i++) {
        char key[32];

        (void)snprintf(key, sizeof(key), "k%d", (int)i);
        cr_assert_eq(db_run_lazy(db, "INSERT INTO t (k, v) VALUES ($1, $2)", "si", key, i), LOA_OK);
    }
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t"), 2000);
    cr_assert_eq(db_commit(db), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t"), 2000);
}

ON_BOTH(a_failure_among_them_undoes_the_savepoint_and_no_more)
{
    enum loa_err err;

    cr_assert_eq(db_begin(db), LOA_OK);
    cr_assert_eq(db_run_lazy(db, "INSERT INTO t VALUES ('a', 1)", ""), LOA_OK);
    cr_assert_eq(db_savepoint(db), LOA_OK);
    err = db_run_lazy(db, "INSERT INTO t VALUES ('a', 2)", "");
    err = err ? err : db_settle(db);
    cr_expect_eq(err, LOA_EEXIST);
    db_rollback_to(db);
    cr_assert_eq(db_release(db), LOA_OK);
    cr_assert_eq(db_run(db, "INSERT INTO t VALUES ('b', 3)", ""), LOA_OK);
    cr_assert_eq(db_commit(db), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT SUM(v) FROM t"), 4);
}

ON_BOTH(a_query_may_be_asked_while_another_is_read)
{
    struct db_stmt *st;
    int64_t sum = 0, v = 0;
    enum loa_err err;

    cr_assert_eq(db_run(db, "INSERT INTO t VALUES ('a', 1), ('b', 2), ('c', 3)", ""), LOA_OK);
    err = db_query(db, &st, "SELECT k FROM t ORDER BY k", "");
    while (!err && db_next(st, &err)) {
        cr_assert_eq(db_get_int(db, &v, "SELECT v FROM t WHERE k = $1", "s", db_text(st, 0)),
                     LOA_OK);
        sum += v;
    }
    cr_expect_eq(err, LOA_OK);
    cr_expect_eq(sum, 6);
}

ON_BOTH(bytes_that_are_not_text_are_mended)
{
    cr_assert_eq(db_run(db, "INSERT INTO t VALUES ($1, 1)", "s", "a\xC0\xAFz"), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT v FROM t WHERE k = 'a\xEF\xBF\xBD\xEF\xBF\xBDz'"), 1);
}

ON_BOTH(the_database_has_a_clock)
{
    int64_t ms = 0, real = (int64_t)time(NULL) * 1000;

    cr_assert_eq(db_now(db, &ms), LOA_OK);
    cr_expect(ms > real - 60000 && ms < real + 60000);
}

ON_BOTH(comments_for_this_store_are_opened_and_the_others_are_not)
{
    int64_t v = 0;

    cr_assert_eq(db_get_int(db, &v, "SELECT 1 /*postgres + 1*/ /*sqlite + 2*/ /* + 4 */", ""),
                 LOA_OK);
    cr_expect_eq(v, db_is_postgres(db) ? 2 : 3);
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

static int n_migrations(void)
{
    int n = 0;

    while (store_migration_files[n].name)
        n++;
    return n;
}

/* Numbers may have gaps. */
static int64_t program_version(void)
{
    return strtol(store_migration_files[n_migrations() - 1].name, NULL, 10);
}

Test(store_db, migrations_are_applied_once)
{
    struct db *db = file_db("d.db", DB_CREATE);
    int applied = 0;

    cr_expect_eq(db_check_schema(db, NULL), LOA_ENOENT);
    cr_assert_eq(db_migrate(db, &applied, NULL), LOA_OK);
    cr_expect_eq(applied, n_migrations());
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
    for (int i = 1; store_migration_files[i].name; i++)
        cr_expect_gt(strtol(store_migration_files[i].name, NULL, 10),
                     strtol(store_migration_files[i - 1].name, NULL, 10), "%s",
                     store_migration_files[i].name);
}

Test(store_db, a_database_newer_than_the_program_is_refused_and_left_alone)
{
    struct db *db = file_db("e.db", DB_CREATE);
    struct loa_problem why = {0};
    int applied = 7;

    cr_assert_eq(db_migrate(db, NULL, NULL), LOA_OK);
    cr_assert_eq(
        db_run(db, "INSERT INTO schema_version VALUES ($1, 1)", "i", program_version() + 1),
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

/* ---- large results, other texts ---------------------------------------------------------- */

ON_BOTH(a_scan_reads_any_number_of_rows_beside_other_statements)
{
    static const int rounds[] = {0, 1, 999, 1000, 1001, 2500};
    struct db_stmt *st;

    for (size_t i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++) {
        int64_t have = help_int(db, "SELECT COUNT(*) FROM t"), read = 0;
        struct db_rows *rows = db_rows_new("si");
        enum loa_err err;

        for (int64_t k = have; k < rounds[i]; k++) {
            char key[32];

            (void)snprintf(key, sizeof(key), "%05d", (int)k);
            db_rows_add(rows, key, k);
        }
        cr_assert_eq(db_run_many(db, "INSERT INTO t (k, v) VALUES ($1, $2)", rows, NULL), LOA_OK);
        db_rows_free(rows);
        err = db_scan(db, &st, "SELECT v FROM t WHERE v >= $1 ORDER BY k", "i", INT64_C(0));
        while (!err && db_next(st, &err)) {
            cr_expect_eq(db_int(st, 0), read++);
            if (read % 500 == 0)
                cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t"), rounds[i]);
        }
        cr_expect_eq(err, LOA_OK, "%s", db_message(db));
        cr_expect_eq(read, rounds[i]);
    }
    cr_assert_eq(db_begin(db), LOA_OK);
    cr_assert_eq(db_scan(db, &st, "SELECT v FROM t ORDER BY k DESC", ""), LOA_OK);
    for (int i = 0; i < 2; i++) {
        enum loa_err err = LOA_OK;

        cr_assert(db_next(st, &err));
        cr_expect_eq(db_int(st, 0), 2499);
        db_end(st);
        cr_assert_eq(db_scan(db, &st, "SELECT v FROM t ORDER BY k DESC", ""), LOA_OK);
    }
    db_end(st);
    cr_assert_eq(db_run(db, "DELETE FROM t", ""), LOA_OK);
    cr_assert_eq(db_commit(db), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t"), 0);
}

ON_BOTH(text_at_the_same_address_may_be_another_statement_once_it_is_forgotten)
{
    char sql[32];
    int64_t v = 0;

    for (int i = 0; i < 1500; i++) {
        (void)snprintf(sql, sizeof(sql), "SELECT %d", i);
        cr_assert_eq(db_get_int(db, &v, sql, ""), LOA_OK);
        cr_assert_eq(v, i);
        db_forget(db, sql);
    }
    cr_expect_eq(help_int(db, "SELECT 7"), 7);
}

ON_BOTH(a_null_is_told_from_nothing)
{
    struct db_stmt *st;
    enum loa_err err;

    cr_assert_eq(db_run(db, "INSERT INTO t VALUES ('', NULL)", ""), LOA_OK);
    err = db_query(db, &st, "SELECT k, v, 0 FROM t", "");
    while (!err && db_next(st, &err)) {
        cr_expect_not(db_is_null(st, 0));
        cr_expect(db_is_null(st, 1));
        cr_expect_not(db_is_null(st, 2));
    }
    cr_expect_eq(err, LOA_OK);
}

ON_BOTH(a_snapshot_writes_nothing_into_the_others_way)
{
    int64_t n = -1;

    cr_assert_eq(db_begin_snapshot(db), LOA_OK);
    cr_assert_eq(db_get_int(db, &n, "SELECT COUNT(*) FROM t", ""), LOA_OK);
    cr_expect_eq(n, 0);
    cr_assert_eq(db_commit(db), LOA_OK);
    cr_assert_eq(db_run(db, "INSERT INTO t VALUES ('a', 1)", ""), LOA_OK);
}
