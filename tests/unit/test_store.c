/* SPDX-License-Identifier: Apache-2.0 */
/* The store behind its threads: jobs share a commit but not a failure, a close drains, a full disk
 * loses nothing that was said to be stored. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/store/store.h"
#include "tests/unit/store_help.h"

static struct help_rig rig;
static char *url;

static void table(const char *to)
{
    struct db *db = NULL;

    loa_log_set_level(LOA_LOG_ERROR);
    cr_assert_eq(db_open(to, DB_CREATE, &db, NULL), LOA_OK);
    cr_assert_eq(db_exec(db, "CREATE TABLE t (k BIGINT NOT NULL PRIMARY KEY, v TEXT)"), LOA_OK);
    db_close(db);
}

static void open_it(void)
{
    url = help_url("loa.db");
    table(url);
    help_rig_open(&rig, url);
}

static void remove_it(void)
{
    free(url);
    help_folder_remove();
}

TestSuite(store, .timeout = 30, .init = open_it, .fini = remove_it);

/* Rows 1..n of t as another process would see them now. */
static int64_t rows_in(const char *at)
{
    struct db *db = NULL;
    int64_t n;

    cr_assert_eq(db_open(at, DB_READONLY, &db, NULL), LOA_OK);
    n = help_int(db, "SELECT COUNT(*) FROM t");
    db_close(db);
    return n;
}

struct task {
    int64_t key;
    size_t bytes;       /* of its text */
    enum loa_err fails; /* after the row is written */
    enum loa_err result;
    int runs, dones;
    int *finished; /* counts completions */
    int64_t read;
};

static enum loa_err insert(struct db *db, void *arg)
{
    struct task *t = arg;
    char *text = loa_xcalloc(1, t->bytes + 1);
    enum loa_err err;

    t->runs++;
    memset(text, 'x', t->bytes);
    err = db_run(db, "INSERT INTO t (k, v) VALUES ($1, $2)", "is", t->key, text);
    free(text);
    return err ? err : t->fails;
}

static enum loa_err count_rows(struct db *db, void *arg)
{
    struct task *t = arg;

    return db_get_int(db, &t->read, "SELECT COUNT(*) FROM t", "");
}

static void on_done(void *arg, enum loa_err result)
{
    struct task *t = arg;

    t->result = result;
    t->dones++;
    (*t->finished)++;
}

/* Holds the writer back until everything else is in its queue, so that it all shares a commit. */
static enum loa_err wait_for_queue(struct db *db, void *arg)
{
    (void)db;
    uv_sem_wait(arg);
    return LOA_OK;
}

static void submit_together(struct task *tasks, int n, int *finished)
{
    uv_sem_t gate;

    cr_assert_eq(uv_sem_init(&gate, 0), 0);
    store_write(rig.store, wait_for_queue, NULL, &gate);
    for (int i = 0; i < n; i++) {
        tasks[i].finished = finished;
        store_write(rig.store, insert, on_done, &tasks[i]);
    }
    uv_sem_post(&gate);
    help_rig_wait(&rig, finished, n);
    uv_sem_destroy(&gate);
}

Test(store, a_job_runs_once_and_is_on_the_disk_when_it_is_done)
{
    struct task t = {.key = 1};
    int finished = 0;

    t.finished = &finished;
    store_write(rig.store, insert, on_done, &t);
    cr_expect_eq(t.dones, 0, "never before the call returns");
    help_rig_wait(&rig, &finished, 1);
    cr_expect_eq(t.result, LOA_OK);
    cr_expect_eq(t.runs, 1);
    cr_expect_eq(rows_in(url), 1);
    help_rig_close(&rig);
    cr_expect_eq(t.dones, 1);
}

Test(store, jobs_that_wait_share_a_commit_and_not_a_failure)
{
    struct task t[] = {{.key = 1}, {.key = 2, .fails = LOA_EPERM}, {.key = 1},
                       {.key = 3}, {.key = 4, .fails = LOA_EIO},   {.key = 5}};
    static const enum loa_err expected[] = {LOA_OK, LOA_EPERM, LOA_EEXIST, LOA_OK, LOA_EIO, LOA_OK};
    struct store_stats stats;
    int finished = 0;

    submit_together(t, 6, &finished);
    for (size_t i = 0; i < 6; i++) {
        cr_expect_eq(t[i].result, expected[i], "job %zu", i);
        cr_expect_eq(t[i].runs, 1);
    }
    cr_expect_eq(rows_in(url), 3);
    store_stats(rig.store, &stats);
    cr_expect_leq(stats.commits, (uint64_t)3, "they did not commit one by one");
    cr_expect_eq(stats.jobs, (uint64_t)7);
    help_rig_close(&rig);
}

Test(store, a_job_that_fails_alone_leaves_nothing)
{
    struct task bad = {.key = 1, .fails = LOA_EINVAL}, good = {.key = 1};
    int finished = 0;

    bad.finished = good.finished = &finished;
    store_write(rig.store, insert, on_done, &bad);
    help_rig_wait(&rig, &finished, 1);
    cr_expect_eq(bad.result, LOA_EINVAL);
    cr_expect_eq(rows_in(url), 0);
    store_write(rig.store, insert, on_done, &good);
    help_rig_wait(&rig, &finished, 2);
    cr_expect_eq(good.result, LOA_OK, "and the key is free");
    help_rig_close(&rig);
}

Test(store, a_reader_sees_what_was_committed_and_cannot_write)
{
    struct task write = {.key = 1}, read = {0}, intruder = {.key = 2};
    int finished = 0;

    write.finished = read.finished = intruder.finished = &finished;
    store_write(rig.store, insert, on_done, &write);
    help_rig_wait(&rig, &finished, 1);
    store_read(rig.store, count_rows, on_done, &read);
    help_rig_wait(&rig, &finished, 2);
    cr_expect_eq(read.result, LOA_OK);
    cr_expect_eq(read.read, 1);
    store_read(rig.store, insert, on_done, &intruder);
    help_rig_wait(&rig, &finished, 3);
    cr_expect_eq(intruder.result, LOA_EPERM);
    help_rig_close(&rig);
    cr_expect_eq(rows_in(url), 1);
}

Test(store, a_long_read_does_not_hold_back_a_write)
{
    struct task write = {.key = 1};
    uv_sem_t gate;
    int finished = 0;

    write.finished = &finished;
    cr_assert_eq(uv_sem_init(&gate, 0), 0);
    store_read(rig.store, wait_for_queue, NULL, &gate);
    store_write(rig.store, insert, on_done, &write);
    help_rig_wait(&rig, &finished, 1);
    cr_expect_eq(write.result, LOA_OK, "while the reader still stands");
    uv_sem_post(&gate);
    help_rig_close(&rig);
    uv_sem_destroy(&gate);
}

static struct task chained = {.key = 1000};

static void submit_more(void *arg, enum loa_err result)
{
    on_done(arg, result);
    store_write(rig.store, insert, on_done, &chained);
}

/* ---- why it failed ----------------------------------------------------------------------- */

struct said {
    char words[200];
    int *finished;
};

static enum loa_err asks_for_what_is_not_there(struct db *db, void *arg)
{
    int64_t n;

    (void)arg;
    return db_get_int(db, &n, "SELECT no_such_column FROM t", "");
}

static enum loa_err finds_nothing(struct db *db, void *arg)
{
    (void)db;
    (void)arg;
    return LOA_ENOENT;
}

static void says_why(void *arg, enum loa_err result)
{
    struct said *s = arg;

    (void)snprintf(s->words, sizeof(s->words), "%s", store_why(rig.store, result));
    ++*s->finished;
}

Test(store, a_failure_is_told_in_the_databases_own_words)
{
    int finished = 0;
    struct said read = {.finished = &finished}, alone = read, shared = read, own = read;

    store_read(rig.store, asks_for_what_is_not_there, says_why, &read);
    store_write(rig.store, asks_for_what_is_not_there, says_why, &alone);
    help_rig_wait(&rig, &finished, 2);
    store_write(rig.store, asks_for_what_is_not_there, says_why, &shared);
    store_write(rig.store, finds_nothing, says_why, &own);
    help_rig_wait(&rig, &finished, 4);
    cr_expect_not_null(strstr(read.words, "no_such_column"), "%s", read.words);
    cr_expect_not_null(strstr(alone.words, "no_such_column"), "%s", alone.words);
    cr_expect_not_null(strstr(shared.words, "no_such_column"), "%s", shared.words);
    cr_expect_str_eq(own.words, loa_strerror(LOA_ENOENT), "that is the job's own");
    help_rig_close(&rig);
}

Test(store, a_close_runs_all_that_was_submitted_even_what_a_completion_adds)
{
    struct task t[200];
    int finished = 0;

    for (int i = 0; i < 200; i++) {
        t[i] = (struct task){.key = i, .finished = &finished};
        store_write(rig.store, insert, i == 199 ? submit_more : on_done, &t[i]);
    }
    chained.finished = &finished;
    cr_expect_gt(store_backlog(rig.store), (size_t)0);
    help_rig_close(&rig);
    cr_expect_eq(finished, 201);
    cr_expect_eq(chained.result, LOA_OK);
    cr_expect_eq(rows_in(url), 201);
}

Test(store, a_second_one_on_the_same_file_is_refused_with_words)
{
    uv_loop_t loop;
    struct store *second = NULL;
    struct loa_problem why = {0};

    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_expect_eq(store_open(&loop, url, &second, &why), LOA_EEXIST);
    cr_expect_null(second);
    cr_expect_str_eq(why.field, "LOA_STORE");
    cr_expect_not_null(strstr(why.text, "loa.db"));
    cr_expect_eq(uv_loop_close(&loop), 0, "nothing of it is left on the loop");
    help_rig_close(&rig);
    help_rig_open(&rig, url);
    help_rig_close(&rig);
}

Test(store, a_process_that_is_killed_frees_the_store_and_keeps_what_was_done)
{
    struct task t = {.key = 1};
    int finished = 0, status;
    pid_t pid;

    help_rig_close(&rig);
    pid = fork();
    if (pid == 0) {
        t.finished = &finished;
        help_rig_open(&rig, url);
        store_write(rig.store, insert, on_done, &t);
        help_rig_wait(&rig, &finished, 1);
        raise(SIGKILL);
    }
    cr_assert_gt(pid, 0);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect(WIFSIGNALED(status));
    help_rig_open(&rig, url);
    cr_expect_eq(rows_in(url), 1);
    help_rig_close(&rig);
}

Test(store, a_database_that_is_newer_is_not_opened)
{
    struct db *db = NULL;
    struct store *s = NULL;
    struct loa_problem why = {0};
    uv_loop_t loop;

    help_rig_close(&rig);
    cr_assert_eq(db_open(url, 0, &db, NULL), LOA_OK);
    cr_assert_eq(db_run(db, "INSERT INTO schema_version VALUES (9999, 1)", ""), LOA_OK);
    db_close(db);
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_expect_eq(store_open(&loop, url, &s, &why), LOA_EPERM);
    cr_expect_not_null(strstr(why.text, "9999"));
    cr_expect_eq(uv_loop_close(&loop), 0);
}

/* ---- a full disk ----------------------------------------------------------------------- */

enum { BIG = 40000, HUGE_ROW = 4 << 20, MANY = 60 };

/* Writes MANY big rows in groups; what was said to be stored is stored and nothing else, and the
 * store works again when there is room. */
static void fill_up(const char *at, void (*make_room)(void))
{
    static struct task t[MANY];
    struct task after = {.key = 9999};
    int finished = 0, stored = 0, refused = 0;

    for (int group = 0; group < MANY / 10; group++) {
        int done = 0;

        for (int i = group * 10; i < group * 10 + 10; i++)
            t[i] = (struct task){.key = i, .bytes = BIG};
        submit_together(&t[group * 10], 10, &done);
    }
    for (int i = 0; i < MANY; i++) {
        cr_expect(t[i].result == LOA_OK || t[i].result == LOA_EIO, "%d: %d", i, t[i].result);
        cr_expect_eq(t[i].dones, 1);
        stored += t[i].result == LOA_OK;
        refused += t[i].result == LOA_EIO;
    }
    cr_expect_gt(stored, 0);
    cr_expect_gt(refused, 0, "the disk was not full after all");
    make_room();
    after.finished = &finished;
    store_write(rig.store, insert, on_done, &after);
    help_rig_wait(&rig, &finished, 1);
    cr_expect_eq(after.result, LOA_OK, "it goes on when there is room");
    help_rig_close(&rig);
    cr_expect_eq(rows_in(at), stored + 1);
}

static void lift_limit(void)
{
    struct rlimit limit;

    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;

    loa_log_set_level((enum loa_log_level)(LOA_LOG_ERROR + 1)); /* the refusals are expected */
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(store, files_that_may_not_grow_any_more_lose_nothing_that_was_said_to_be_stored)
{
    limit_files(3 << 19); /* what the schema has written already takes most of the first half */
    fill_up(url, lift_limit);
}

/* A group larger than the page cache is written before its commit; when that fails, the database
 * rolls back in the middle of the group, and what follows would run outside of any transaction. */
Test(store, a_group_that_the_database_rolled_back_in_its_middle_commits_nothing_of_the_rest)
{
    struct task t[10], first = {.key = 100}, last = {.key = 101};
    int finished = 0, group = 0;

    first.finished = last.finished = &finished;
    store_write(rig.store, insert, on_done, &first);
    help_rig_wait(&rig, &finished, 1);
    limit_files(15 << 20);
    for (int i = 0; i < 10; i++)
        t[i] = (struct task){.key = i, .bytes = i < 8 ? HUGE_ROW : 10};
    submit_together(t, 10, &group);
    for (int i = 0; i < 10; i++)
        cr_expect_eq(t[i].result, LOA_EIO, "job %d", i);
    cr_expect_eq(t[9].runs, 0, "it did not run outside");
    cr_expect_eq(rows_in(url), 1);
    lift_limit();
    store_write(rig.store, insert, on_done, &last);
    help_rig_wait(&rig, &finished, 2);
    cr_expect_eq(last.result, LOA_OK);
    help_rig_close(&rig);
    cr_expect_eq(rows_in(url), 2);
}

static char disk[64];

static void grow_disk(void)
{
    cr_assert_eq(mount("none", disk, "tmpfs", MS_REMOUNT, "size=64m"), 0);
}

Test(store, a_full_disk_loses_nothing_that_was_said_to_be_stored)
{
    char *at;

    help_rig_close(&rig);
    loa_log_set_level((enum loa_log_level)(LOA_LOG_ERROR + 1));
    (void)snprintf(disk, sizeof(disk), "/tmp/loa-disk-XXXXXX");
    cr_assert_not_null(mkdtemp(disk));
    if (mount("none", disk, "tmpfs", 0, "size=2m") != 0) {
        (void)rmdir(disk);
        cr_skip_test("may not mount a small disk here");
    }
    at = loa_xasprintf("sqlite:%s/loa.db", disk);
    table(at);
    loa_log_set_level((enum loa_log_level)(LOA_LOG_ERROR + 1));
    help_rig_open(&rig, at);
    fill_up(at, grow_disk);
    free(at);
    cr_expect_eq(umount2(disk, MNT_DETACH), 0);
    (void)rmdir(disk);
}
