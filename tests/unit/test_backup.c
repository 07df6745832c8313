/* SPDX-License-Identifier: Apache-2.0 */
/* Backups: consistent while others write, whole or not there at all, and never taken for a store
 * to work on. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/store/backup.h"
#include "messages/store/mark.h"
#include "messages/store/vacant.h"
#include "tests/kit/database.h"
#include "tests/unit/store_help.h"

static char *url, *file, *copy_url;

static void begin(void)
{
    struct db *db = NULL;

    cr_assert_eq(loa_crypto_init(), LOA_OK);
    url = help_url("loa.db");
    file = loa_xasprintf("%s/copy.db", help_folder());
    copy_url = loa_xasprintf("sqlite:%s", file);
    cr_assert_eq(db_open(url, DB_CREATE, &db, NULL), LOA_OK);
    cr_assert_eq(db_migrate(db, NULL, NULL), LOA_OK);
    for (int64_t i = 1; i <= 2000; i++)
        cr_assert_eq(db_run(db,
                            "INSERT INTO unanswered (seq, channel, question, at_ms) VALUES "
                            "($1, 'zalo', 'hỏi về lịch cắt nước ở phường tuần này', 0)",
                            "i", i),
                     LOA_OK);
    db_close(db);
}

static void end(void)
{
    free(url);
    free(file);
    free(copy_url);
    help_folder_remove();
}

TestSuite(store_backup, .timeout = 60, .init = begin, .fini = end);

static enum loa_err backup(bool replace)
{
    struct loa_problem why = {"", ""};
    struct store_copy copy = {0};
    enum loa_err err = store_backup(
        &(struct store_copy_job){.url = url, .file = file, .replace = replace, .now = 5000}, &copy,
        &why);

    if (err)
        cr_expect_neq(why.text[0], '\0');
    else
        cr_expect(copy.size > 100000 && strlen(copy.sha256) == 64);
    return err;
}

static int64_t in_copy(const char *sql)
{
    struct db *db = NULL;
    int64_t n;

    cr_assert_eq(db_open(copy_url, DB_READONLY, &db, NULL), LOA_OK);
    n = help_int(db, sql);
    db_close(db);
    return n;
}

/* ---- while others write ------------------------------------------------------------------ */

/* Each job moves one from the one account to the other: a copy must have both halves of it. */
static enum loa_err move(struct db *db, void *arg)
{
    enum loa_err err = db_run(db, "UPDATE counters SET value = value - 1 WHERE name = 'left'", "");

    (void)arg;
    return err ? err : db_run(db, "UPDATE counters SET value = value + 1 WHERE name = 'right'", "");
}

static void moved(void *arg, enum loa_err result)
{
    cr_expect_eq(result, LOA_OK);
    (*(int *)arg)++;
}

static void backup_main(void *arg)
{
    cr_expect_eq(backup(false), LOA_OK);
    *(volatile bool *)arg = true;
}

Test(store_backup, is_of_one_moment_while_others_write)
{
    struct help_rig rig;
    volatile bool over = false;
    uv_thread_t thread;
    int done = 0, asked = 0;

    help_rig_open(&rig, url);
    store_write(rig.store, move, moved, &done);
    help_rig_wait(&rig, &done, 1);
    done = 0;
    cr_assert_eq(uv_thread_create(&thread, backup_main, (void *)(uintptr_t)&over), 0);
    do {
        for (int i = 0; i < 20; i++, asked++)
            store_write(rig.store, move, moved, &done);
        help_rig_wait(&rig, &done, asked);
    } while (!over);
    uv_thread_join(&thread);
    help_rig_close(&rig);
    cr_expect_eq(in_copy("SELECT COALESCE(SUM(value), 0) FROM counters WHERE name IN "
                         "('left', 'right')"),
                 0);
    cr_expect_eq(in_copy("SELECT COUNT(*) FROM unanswered"), 2000);
}

/* ---- the file ---------------------------------------------------------------------------- */

Test(store_backup, has_its_time_and_is_for_nobody_elses_eyes)
{
    struct stat st;

    cr_assert_eq(backup(false), LOA_OK);
    cr_assert_eq(stat(file, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
    cr_expect_eq(in_copy("SELECT value FROM store_marks WHERE name = 'backup_ms'"), 5000);
}

Test(store_backup, leaves_an_older_one_alone_unless_told)
{
    FILE *f = fopen(file, "w");
    char text[8] = "";

    cr_assert_not_null(f);
    (void)fputs("older", f);
    (void)fclose(f);
    cr_expect_eq(backup(false), LOA_EEXIST);
    f = fopen(file, "r");
    cr_expect_not_null(fgets(text, sizeof(text), f));
    (void)fclose(f);
    cr_expect_str_eq(text, "older");
    cr_expect_eq(backup(true), LOA_OK);
    cr_expect_eq(in_copy("SELECT COUNT(*) FROM unanswered"), 2000);
}

static size_t files_in_folder(void)
{
    char *command = loa_xasprintf("ls -A %s | wc -l", help_folder());
    FILE *p = popen(command, "r");
    size_t n = 0;

    cr_assert_eq(fscanf(p, "%zu", &n), 1);
    pclose(p);
    free(command);
    return n;
}

Test(store_backup, of_a_damaged_store_is_refused_and_leaves_nothing)
{
    char junk[4096];
    size_t before = files_in_folder();
    int fd = open(url + strlen("sqlite:"), O_RDWR);

    (void)memset(junk, 'x', sizeof(junk));
    cr_assert_geq(fd, 0);
    for (int page = 20; page < 40; page++)
        cr_assert_eq(pwrite(fd, junk, sizeof(junk), page * 4096), (ssize_t)sizeof(junk));
    close(fd);
    cr_expect_neq(backup(false), LOA_OK);
    cr_expect_eq(files_in_folder(), before);
}

Test(store_backup, holds_nothing_that_was_deleted)
{
    struct db *db = NULL;
    char *command;

    cr_assert_eq(db_open(url, 0, &db, NULL), LOA_OK);
    cr_assert_eq(db_exec(db, "PRAGMA secure_delete=OFF"), LOA_OK);
    cr_assert_eq(db_run(db, "DELETE FROM unanswered", ""), LOA_OK);
    db_close(db);
    cr_assert_eq(store_backup(&(struct store_copy_job){.url = url, .file = file, .now = 1},
                              &(struct store_copy){0}, NULL),
                 LOA_OK);
    command = loa_xasprintf("grep -q 'cắt nước' %s", url + strlen("sqlite:"));
    cr_expect_eq(system(command), 0, "the store itself still has it in free pages");
    free(command);
    command = loa_xasprintf("grep -q 'cắt nước' %s", file);
    cr_expect_neq(system(command), 0);
    free(command);
}

Test(store_backup, is_not_opened_as_a_store)
{
    struct loa_problem why = {"", ""};
    struct store *store = NULL;
    struct db *db = NULL;
    uv_loop_t loop;

    cr_assert_eq(backup(false), LOA_OK);
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_expect_eq(store_open(&loop, copy_url, &store, &why), LOA_EPERM);
    cr_expect_not_null(strstr(why.text, "loa restore"), "%s", why.text);
    cr_assert_eq(db_open(copy_url, 0, &db, NULL), LOA_OK);
    cr_assert_eq(store_mark_clear(db, STORE_MARK_BACKUP), LOA_OK);
    cr_expect_eq(store_refuse_backup(db, &why), LOA_OK);
    db_close(db);
    uv_loop_close(&loop);
}

/* ---- of a server ------------------------------------------------------------------------- */

static struct db *server_open(const char *server)
{
    struct db *db = NULL;

    cr_assert_eq(db_open(server, DB_CREATE, &db, NULL), LOA_OK);
    return db;
}

struct others {
    const char *server;
    volatile bool over;
};

static void move_main(void *arg)
{
    struct others *o = arg;
    struct db *db = server_open(o->server);

    while (!o->over) {
        cr_expect_eq(db_begin(db), LOA_OK);
        cr_expect_eq(move(db, NULL), LOA_OK);
        cr_expect_eq(db_commit(db), LOA_OK);
    }
    db_close(db);
}

Test(store_backup, of_a_server_is_of_one_moment_while_others_write)
{
    struct others o = {0};
    struct loa_problem why = {"", ""};
    struct store_copy copy = {0};
    char *server;
    uv_thread_t thread;
    struct stat st;
    struct db *db;

    if (!kit_postgres())
        cr_skip_test("LOA_TEST_POSTGRES is not set");
    o.server = server = kit_database_borrow();
    db = server_open(server);
    cr_assert_eq(db_exec(db, "INSERT INTO counters (name, value) VALUES ('left', 0), ('right', 0); "
                             "INSERT INTO unanswered (seq, channel, question, at_ms) SELECT g, "
                             "'zalo', 'hỏi lịch', 0 FROM generate_series(1, 5000) AS g"),
                 LOA_OK);
    cr_assert_eq(uv_thread_create(&thread, move_main, &o), 0);
    cr_expect_eq(store_backup(&(struct store_copy_job){.url = server, .file = file, .now = 5000},
                              &copy, &why),
                 LOA_OK, "%s", why.text);
    o.over = true;
    uv_thread_join(&thread);
    db_close(db);
    kit_database_return(server);
    cr_assert_eq(stat(file, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
    cr_expect_eq(in_copy("SELECT COUNT(*) FROM unanswered"), 5000);
    cr_expect_eq(in_copy("SELECT value FROM store_marks WHERE name = 'backup_ms'"), 5000);
    cr_expect_eq(in_copy("SELECT SUM(value) FROM counters WHERE name IN ('left', 'right')"), 0);
}

Test(store_backup, a_server_with_a_store_or_with_others_is_no_place_for_one)
{
    struct loa_problem why = {"", ""};
    struct db *db, *other;
    char *server;

    if (!kit_postgres())
        cr_skip_test("LOA_TEST_POSTGRES is not set");
    server = kit_database_new(false);
    db = server_open(server);
    cr_expect_eq(store_check_vacant(db, &why), LOA_OK, "nothing at all: %s", why.text);
    cr_assert_eq(db_migrate(db, NULL, NULL), LOA_OK);
    cr_expect_eq(store_check_vacant(db, &why), LOA_OK, "tables without rows: %s", why.text);
    other = server_open(server);
    cr_expect_eq(store_check_vacant(db, &why), LOA_EEXIST);
    cr_expect_not_null(strstr(why.text, "đang kết nối"), "%s", why.text);
    db_close(other);
    cr_assert_eq(
        db_run(db, "INSERT INTO users (name, role, created_ms) VALUES ('an', 'admin', 0)", ""),
        LOA_OK);
    cr_expect_eq(store_check_vacant(db, &why), LOA_EEXIST);
    cr_expect_not_null(strstr(why.text, "đã có một kho"), "%s", why.text);
    db_close(db);
    kit_database_drop(server);
}
