/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL's connection when it is lost: failures at once, and a new one in the background. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/store/db.h"
#include "tests/kit/database.h"
#include "tests/unit/store_help.h"

static char *url;
static struct db *db, *other;

static struct db *connect_to(unsigned flags)
{
    struct db *one = NULL;
    struct loa_problem why = {0};

    cr_assert_eq(db_open(url, flags, &one, &why), LOA_OK, "%s", why.text);
    return one;
}

static void open_both(void)
{
    if (!kit_postgres())
        return;
    loa_log_set_level(LOA_LOG_ERROR);
    url = kit_database_new(false);
    db = connect_to(0);
    other = connect_to(0);
    cr_assert_eq(db_exec(db, "CREATE TABLE t (k BIGINT NOT NULL PRIMARY KEY)"), LOA_OK);
}

static void close_both(void)
{
    if (!url)
        return;
    db_close(db);
    db_close(other);
    kit_database_drop(url);
}

TestSuite(pg_lost, .timeout = 60, .init = open_both, .fini = close_both);

#define NEEDS_POSTGRES()                                                                           \
    if (!kit_postgres())                                                                           \
    cr_skip_test("LOA_TEST_POSTGRES is not set")

/* Ends all other sessions on this database. */
static void cut(void)
{
    cr_assert_eq(help_int(other, "SELECT COUNT(pg_terminate_backend(pid, 5000)) FROM "
                                 "pg_stat_activity WHERE datname = current_database() AND "
                                 "pid <> pg_backend_pid()"),
                 1);
}

static void wait_until_alive(void)
{
    struct timespec ts = {0, 5 * 1000000};

    while (!db_alive(db))
        nanosleep(&ts, NULL);
}

Test(pg_lost, the_next_statement_fails_and_a_later_one_goes_through)
{
    NEEDS_POSTGRES();
    cr_assert_eq(db_run(db, "INSERT INTO t VALUES ($1)", "i", INT64_C(1)), LOA_OK);
    cut();
    cr_expect_eq(db_run(db, "INSERT INTO t VALUES (2)", ""), LOA_EIO);
    cr_expect_neq(db_message(db)[0], '\0');
    wait_until_alive();
    cr_expect_eq(db_reconnects(db), 1u);
    for (int64_t i = 3; i < 5; i++)
        cr_expect_eq(db_run(db, "INSERT INTO t VALUES ($1)", "i", i), LOA_OK, "%s", db_message(db));
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t"), 3);
}

Test(pg_lost, it_is_noticed_while_nothing_is_asked)
{
    NEEDS_POSTGRES();
    cr_expect(db_alive(db));
    cut();
    cr_expect_not(db_alive(db));
    wait_until_alive();
}

Test(pg_lost, a_transaction_that_was_open_is_over_and_nothing_of_it_is_kept)
{
    NEEDS_POSTGRES();
    cr_assert_eq(db_begin(db), LOA_OK);
    cr_assert_eq(db_run(db, "INSERT INTO t VALUES (1)", ""), LOA_OK);
    cut();
    cr_expect_eq(db_run(db, "INSERT INTO t VALUES (2)", ""), LOA_EIO);
    cr_expect_not(db_alive(db), "not before the transaction is given up");
    cr_expect_eq(db_run(db, "INSERT INTO t VALUES (3)", ""), LOA_EIO,
                 "what follows must not be a transaction of its own");
    cr_expect_eq(db_savepoint(db), LOA_EIO);
    cr_expect_eq(db_commit(db), LOA_EIO);
    db_rollback(db);
    wait_until_alive();
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t"), 0);
}

Test(pg_lost, a_commit_into_the_void_is_not_called_done)
{
    NEEDS_POSTGRES();
    cr_assert_eq(db_begin(db), LOA_OK);
    cr_assert_eq(db_run(db, "INSERT INTO t VALUES (1)", ""), LOA_OK);
    cut();
    cr_expect_eq(db_commit(db), LOA_EIO);
    wait_until_alive();
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t"), 0);
}

static void allow_connections(bool yes)
{
    const char *name = strrchr(url, '/') + 1;
    char *place = loa_xasprintf("%.*spostgres", (int)(name - url), url);
    char *sql =
        loa_xasprintf("ALTER DATABASE %s ALLOW_CONNECTIONS %s", name, yes ? "true" : "false");
    struct db *maintenance = NULL;

    cr_assert_eq(db_open(place, 0, &maintenance, NULL), LOA_OK);
    cr_assert_eq(db_exec(maintenance, sql), LOA_OK, "%s", db_message(maintenance));
    db_close(maintenance);
    free(place);
    free(sql);
}

Test(pg_lost, a_server_that_takes_nobody_is_asked_again_and_again_without_blocking)
{
    struct timespec ts = {0, 10 * 1000000};
    int64_t began, longest = 0;

    NEEDS_POSTGRES();
    allow_connections(false);
    cut();
    began = loa_clock_mono();
    while (loa_clock_mono() < began + 400) {
        int64_t before = loa_clock_mono_us(), took;

        cr_expect_eq(db_run(db, "SELECT 1", ""), LOA_EIO);
        took = loa_clock_mono_us() - before;
        longest = took > longest ? took : longest;
        nanosleep(&ts, NULL);
    }
    cr_log_info("longest call: %lld us", (long long)longest);
    cr_expect_eq(db_reconnects(db), 0u);
    allow_connections(true);
    wait_until_alive();
    cr_expect_eq(db_run(db, "INSERT INTO t VALUES (1)", ""), LOA_OK);
}

Test(pg_lost, a_close_does_not_wait_for_it)
{
    NEEDS_POSTGRES();
    cut();
    cr_expect_not(db_alive(db));
    (void)db_alive(db);
    db_close(db);
    db = connect_to(0);
}

Test(pg_lost, the_version_changes_by_notifications_and_by_a_new_connection)
{
    int64_t first = 0, v = 0;
    struct timespec ts = {0, 5 * 1000000};

    NEEDS_POSTGRES();
    cr_assert_eq(db_version(db, &first), LOA_OK);
    cr_assert_eq(db_begin(other), LOA_OK);
    cr_assert_eq(db_run(other, "INSERT INTO t VALUES (1)", ""), LOA_OK);
    cr_assert_eq(db_commit(other), LOA_OK);
    cr_assert_eq(db_version(db, &v), LOA_OK);
    cr_expect_eq(v, first, "a commit that tells nobody");
    cr_assert_eq(db_begin(other), LOA_OK);
    cr_assert_eq(db_run(other, "INSERT INTO t VALUES (2)", ""), LOA_OK);
    cr_assert_eq(db_notify(other), LOA_OK);
    cr_assert_eq(db_version(db, &v), LOA_OK);
    cr_expect_eq(v, first, "not before the commit");
    cr_assert_eq(db_commit(other), LOA_OK);
    while (db_version(db, &v) == LOA_OK && v == first)
        nanosleep(&ts, NULL);
    cr_expect_neq(v, first);
    first = v;
    cut();
    cr_expect_eq(db_version(db, &v), LOA_EIO);
    wait_until_alive();
    cr_assert_eq(db_version(db, &v), LOA_OK);
    cr_expect_neq(v, first, "what was told meanwhile was not heard");
    first = v;
    db_close(other);
    other = connect_to(DB_NOTIFY);
    cr_assert_eq(db_begin(other), LOA_OK);
    cr_assert_eq(db_run(other, "INSERT INTO t VALUES (3)", ""), LOA_OK);
    cr_assert_eq(db_commit(other), LOA_OK);
    while (db_version(db, &v) == LOA_OK && v == first)
        nanosleep(&ts, NULL);
    cr_expect_neq(v, first, "and listens again");
}

Test(pg_lost, a_reader_writes_nothing_and_takes_no_locks)
{
    struct db *reader;
    int64_t k = 0;

    NEEDS_POSTGRES();
    reader = connect_to(DB_READONLY);
    cr_assert_eq(db_run(db, "INSERT INTO t VALUES (7)", ""), LOA_OK);
    cr_expect_eq(db_run(reader, "INSERT INTO t VALUES (8)", ""), LOA_EPERM);
    cr_expect_eq(db_get_int(reader, &k, "SELECT k FROM t /*postgres FOR UPDATE*/", ""), LOA_OK);
    cr_expect_eq(k, 7);
    db_close(reader);
}

Test(pg_lost, nobody_waits_for_a_lock_for_ever)
{
    struct db *hasty = NULL;
    char *with = NULL;

    NEEDS_POSTGRES();
    with = loa_xasprintf("%s?options=-c%%20lock_timeout%%3D50", url);
    cr_assert_eq(db_open(with, 0, &hasty, NULL), LOA_OK);
    free(with);
    cr_assert_eq(db_begin(db), LOA_OK);
    cr_assert_eq(db_lock(db, "x"), LOA_OK);
    cr_assert_eq(db_settle(db), LOA_OK);
    cr_assert_eq(db_begin(hasty), LOA_OK);
    cr_assert_eq(db_lock(hasty, "x"), LOA_OK, "it is not waited for yet");
    cr_expect_eq(db_settle(hasty), LOA_EIO);
    cr_expect(db_alive(hasty), "the connection is none the worse");
    db_rollback(hasty);
    cr_assert_eq(db_begin(hasty), LOA_OK);
    cr_assert_eq(db_lock(hasty, "y"), LOA_OK);
    cr_expect_eq(db_commit(hasty), LOA_OK);
    cr_assert_eq(db_commit(db), LOA_OK);
    db_close(hasty);
}

/* A frozen server, or a network that swallows everything. */
Test(pg_lost, a_server_that_says_nothing_is_given_up)
{
    struct db *prompt;
    pid_t backend;

    NEEDS_POSTGRES();
    prompt = connect_to(DB_PROMPT);
    backend = (pid_t)help_int(prompt, "SELECT pg_backend_pid()");
    cr_assert_gt(backend, 1);
    if (kill(backend, SIGSTOP) != 0)
        cr_skip_test("no right to freeze the server's process");
    cr_expect_eq(db_run(prompt, "INSERT INTO t VALUES (1)", ""), LOA_EIO);
    (void)kill(backend, SIGCONT);
    while (!db_alive(prompt))
        (void)usleep(5000);
    cr_expect_eq(db_run(prompt, "INSERT INTO t VALUES (2)", ""), LOA_OK);
    db_close(prompt);
}

Test(pg_lost, a_failed_transaction_is_not_committed)
{
    NEEDS_POSTGRES();
    cr_assert_eq(db_begin(db), LOA_OK);
    cr_assert_eq(db_run(db, "INSERT INTO t VALUES (1)", ""), LOA_OK);
    cr_expect_eq(db_run(db, "INSERT INTO t VALUES (1)", ""), LOA_EEXIST);
    cr_expect_eq(db_commit(db), LOA_EIO);
    db_rollback(db);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t"), 0);
    cr_assert_eq(db_begin(db), LOA_OK);
    cr_assert_eq(db_run_lazy(db, "INSERT INTO t VALUES (5)", ""), LOA_OK);
    cr_assert_eq(db_run_lazy(db, "INSERT INTO t VALUES (5)", ""), LOA_OK);
    cr_expect_eq(db_commit(db), LOA_EEXIST);
    db_rollback(db);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM t"), 0);
}

Test(pg_lost, where_there_is_no_server_the_words_say_so)
{
    struct loa_problem why = {0};
    struct db *none = NULL;

    cr_expect_eq(db_open("postgresql://x@%2Fnonexistent/x", 0, &none, &why), LOA_EIO);
    cr_expect_not_null(strstr(why.text, "/nonexistent"));
    cr_expect_null(none);
}
