/* SPDX-License-Identifier: Apache-2.0 */
/* The store behind its threads on PostgreSQL: jobs share a commit but not a failure; without a
 * database they end at once. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/log.h"
#include "messages/store/store.h"
#include "tests/kit/database.h"
#include "tests/unit/store_help.h"

static struct help_rig rig;
static char *url;
static struct db *other;

static void open_it(void)
{
    if (!kit_postgres())
        return;
    loa_log_set_level(LOA_LOG_ERROR);
    url = kit_database_new(true);
    cr_assert_eq(db_open(url, 0, &other, NULL), LOA_OK);
    cr_assert_eq(db_exec(other, "CREATE TABLE t (k BIGINT NOT NULL PRIMARY KEY)"), LOA_OK);
    help_rig_open(&rig, url);
}

static void close_it(void)
{
    if (!url)
        return;
    db_close(other);
    kit_database_drop(url);
}

TestSuite(store_postgres, .timeout = 60, .init = open_it, .fini = close_it);

#define NEEDS_POSTGRES()                                                                           \
    if (!kit_postgres())                                                                           \
    cr_skip_test("LOA_TEST_POSTGRES is not set")

struct task {
    int64_t key;
    bool lazy;
    enum loa_err fails; /* after the row is written */
    enum loa_err result;
    int *finished;
};

static enum loa_err insert(struct db *db, void *arg)
{
    struct task *t = arg;
    enum loa_err err = t->lazy ? db_run_lazy(db, "INSERT INTO t (k) VALUES ($1)", "i", t->key)
                               : db_run(db, "INSERT INTO t (k) VALUES ($1)", "i", t->key);

    return err ? err : t->fails;
}

static void on_done(void *arg, enum loa_err result)
{
    struct task *t = arg;

    t->result = result;
    (*t->finished)++;
}

static enum loa_err wait_for_gate(struct db *db, void *arg)
{
    (void)db;
    uv_sem_wait(arg);
    return LOA_OK;
}

/* In one transaction. */
static void run_together(struct task *tasks, int n)
{
    int finished = 0;
    uv_sem_t gate;

    cr_assert_eq(uv_sem_init(&gate, 0), 0);
    store_write(rig.store, wait_for_gate, NULL, &gate);
    for (int i = 0; i < n; i++) {
        tasks[i].finished = &finished;
        store_write(rig.store, insert, on_done, &tasks[i]);
    }
    uv_sem_post(&gate);
    help_rig_wait(&rig, &finished, n);
    uv_sem_destroy(&gate);
}

static enum loa_err run_alone(int64_t key)
{
    int finished = 0;
    struct task t = {.key = key, .finished = &finished};

    store_write(rig.store, insert, on_done, &t);
    help_rig_wait(&rig, &finished, 1);
    return t.result;
}

Test(store_postgres, one_that_fails_is_undone_alone_also_when_it_shows_late)
{
    struct task tasks[] = {
        {.key = 1},
        {.key = 2, .fails = LOA_EINVAL},
        {.key = 1}, /* there already */
        {.key = 3, .lazy = true},
        {.key = 3, .lazy = true}, /* there already, which nobody waited to hear */
        {.key = 4, .lazy = true, .fails = LOA_EINVAL},
        {.key = 5},
    };

    NEEDS_POSTGRES();
    run_together(tasks, 7);
    cr_expect_eq(tasks[0].result, LOA_OK);
    cr_expect_eq(tasks[1].result, LOA_EINVAL);
    cr_expect_eq(tasks[2].result, LOA_EEXIST);
    cr_expect_eq(tasks[3].result, LOA_OK);
    cr_expect_eq(tasks[4].result, LOA_EEXIST);
    cr_expect_eq(tasks[5].result, LOA_EINVAL);
    cr_expect_eq(tasks[6].result, LOA_OK);
    cr_expect_eq(help_int(other, "SELECT COUNT(*) FROM t"), 3);
    cr_expect_eq(help_int(other, "SELECT SUM(k) FROM t"), 9);
    help_rig_close(&rig);
}

static void cut(void)
{
    cr_assert_eq(help_int(other, "SELECT COUNT(pg_terminate_backend(pid, 5000)) FROM "
                                 "pg_stat_activity WHERE datname = current_database() AND "
                                 "pid <> pg_backend_pid()"),
                 2);
}

Test(store_postgres, without_a_connection_jobs_fail_and_with_a_new_one_they_do_not)
{
    NEEDS_POSTGRES();
    cr_expect_eq(run_alone(1), LOA_OK);
    cr_expect(store_connected(rig.store));
    cut();
    cr_expect_eq(run_alone(2), LOA_EIO);
    for (int64_t key = 3; run_alone(key) != LOA_OK; key++)
        cr_assert_lt(key, 1000000);
    while (!store_connected(rig.store) || store_reconnects(rig.store) < 2) /* the reader's too */
        uv_run(&rig.loop, UV_RUN_NOWAIT);
    cr_expect_eq(store_reconnects(rig.store), 2u);
    cr_expect_eq(help_int(other, "SELECT COUNT(*) FROM t"), 2);
    help_rig_close(&rig);
}

Test(store_postgres, a_store_that_lost_its_database_can_be_closed)
{
    NEEDS_POSTGRES();
    cr_expect_eq(run_alone(1), LOA_OK);
    cut();
    cr_expect_eq(run_alone(2), LOA_EIO);
    help_rig_close(&rig);
}

Test(store_postgres, several_may_be_open_on_it)
{
    struct help_rig second = {0};

    NEEDS_POSTGRES();
    help_rig_open(&second, url);
    help_rig_close(&second);
    help_rig_close(&rig);
}
