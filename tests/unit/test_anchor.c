/* SPDX-License-Identifier: Apache-2.0 */
/* Anchors: a cut or rewritten end of the audit log is found by what was noted outside. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <criterion/criterion.h>

#include "messages/anchor.h"
#include "messages/audit.h"
#include "messages/base/mem.h"
#include "tests/unit/store_help.h"

static struct db *db;
static char *file;

static void add(int n)
{
    for (int i = 0; i < n; i++)
        cr_assert_eq(msg_audit(db, &help_writer, 1000, "message.edit", "message 1", NULL), LOA_OK);
}

static void note(const char *word)
{
    struct msg_anchor a;

    cr_assert_eq(msg_anchor_read(db, &a), LOA_OK);
    cr_assert_eq(msg_anchor_append(file, &a, 1790000000000, word, NULL), LOA_OK);
}

static struct msg_anchor_report check(enum loa_err expected)
{
    struct msg_anchor_report r;
    struct loa_problem why = {"", ""};

    cr_expect_eq(msg_anchor_check(db, file, &r, &why), expected, "%s", why.text);
    return r;
}

static void open_it(void)
{
    cr_assert_eq(loa_crypto_init(), LOA_OK);
    cr_assert_eq(db_open("sqlite::memory:", DB_CREATE, &db, NULL), LOA_OK);
    cr_assert_eq(db_migrate(db, NULL, NULL), LOA_OK);
    cr_assert_eq(db_begin(db), LOA_OK);
    file = loa_xasprintf("%s/anchors", help_folder());
}

static void close_it(void)
{
    help_close(db);
    free(file);
    help_folder_remove();
}

TestSuite(msg_anchor, .timeout = 10, .init = open_it, .fini = close_it);

Test(msg_anchor, a_log_that_only_grew_fits_all_of_them)
{
    struct stat st;

    note("anchor"); /* of an empty log */
    add(3);
    note("daily");
    add(2);
    note("backup");
    add(1);
    cr_expect_eq(check(LOA_OK).lines, 3);
    cr_assert_eq(stat(file, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
}

Test(msg_anchor, a_cut_end_shows_though_the_chain_is_whole)
{
    struct msg_anchor_report r;
    int64_t rows, broken;

    add(5);
    note("anchor");
    cr_assert_eq(db_exec(db, "DELETE FROM audit WHERE seq > 3"), LOA_OK);
    cr_expect_eq(msg_audit_verify(db, &rows, &broken), LOA_OK);
    r = check(LOA_EPROTO);
    cr_expect_eq(r.bad_seq, 5);
    cr_expect(r.cut);
}

Test(msg_anchor, an_end_that_was_cut_and_written_anew_shows)
{
    struct msg_anchor_report r;

    add(5);
    note("anchor");
    cr_assert_eq(db_exec(db, "DELETE FROM audit WHERE seq > 3"), LOA_OK);
    cr_assert_eq(msg_audit(db, &help_writer, 1000, "message.new", "message 2", NULL), LOA_OK);
    add(5);
    r = check(LOA_EPROTO);
    cr_expect_eq(r.bad_seq, 5);
    cr_expect_not(r.cut);
}

/* After a backup at 3 the log went on to 6; a restore went on from 3 in its own way. */
Test(msg_anchor, what_a_restore_gave_up_is_told_and_is_no_damage)
{
    struct msg_anchor_report r;

    add(3);
    note("backup");
    add(3);
    note("daily");
    cr_assert_eq(db_exec(db, "DELETE FROM audit WHERE seq > 3"), LOA_OK);
    cr_assert_eq(msg_audit(db, &help_admin, 2000, "store.restore", "store", NULL), LOA_OK);
    note("restore");
    add(4);
    note("daily");
    r = check(LOA_OK);
    cr_expect_eq(r.lines, 3);
    cr_expect_eq(r.given_up, 1);
    cr_assert_eq(db_exec(db, "DELETE FROM audit WHERE seq > 3"), LOA_OK);
    cr_expect_eq(check(LOA_EPROTO).bad_seq, 4, "the restore itself is an anchor too");
}

Test(msg_anchor, what_is_no_file_of_anchors_is_refused)
{
    static const char *const texts[] = {"x\n", "1 abc 2026-10-01T07:30:00+07:00 daily\n", "\n"};

    check(LOA_ENOENT);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        FILE *f = fopen(file, "w");

        cr_assert_not_null(f);
        (void)fputs(texts[i], f);
        (void)fclose(f);
        cr_expect_eq(check(LOA_EPROTO).bad_seq, 0);
    }
}
