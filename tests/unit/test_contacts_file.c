/* SPDX-License-Identifier: Apache-2.0 */
/* Contacts from a file: what is no id of a platform, and a file that comes slowly. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <criterion/criterion.h>

#include "messages/contacts_file.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account;
static struct msg_contacts_counts counts;
static struct msg_faults faults;
static struct loa_problem why; /* the first fault, or what failed */

static void open_it(void)
{
    db = help_open();
    account = help_account(db, "zalo");
    cr_assert_eq(db_commit(db), LOA_OK);
}

static void close_it(void)
{
    msg_faults_release(&faults);
    cr_expect_eq(db_begin(db), LOA_OK, "nothing was left open");
    help_close(db);
}

TestSuite(msg_contacts_file, .timeout = 10, .init = open_it, .fini = close_it);

/* A file that gives one line at a time; while it is waited for, nobody may hold the store. */
struct slow {
    const char *rest;
    int waits, held;
};

static ssize_t slow_read(void *cookie, char *buf, size_t size)
{
    struct slow *s = cookie;
    size_t n = strcspn(s->rest, "\n");

    n += s->rest[n] == '\n';
    s->waits++;
    if (db_begin(db) != LOA_OK)
        s->held++;
    else
        db_rollback(db);
    if (n > size)
        n = size;
    memcpy(buf, s->rest, n);
    s->rest += n;
    return (ssize_t)n;
}

static enum loa_err import_with(const char *text, struct slow *s, bool skip_bad)
{
    FILE *f;
    enum loa_err err;

    *s = (struct slow){.rest = text};
    f = fopencookie(s, "r", (cookie_io_functions_t){.read = slow_read});
    cr_assert_not_null(f);
    why = (struct loa_problem){"", ""};
    msg_faults_release(&faults);
    err = msg_contacts_import(db, &help_writer, 50, account, f, skip_bad, &counts, &faults, &why);
    (void)msg_faults_first(&faults, &why);
    (void)fclose(f);
    return err;
}

static enum loa_err import(const char *text, struct slow *s)
{
    return import_with(text, s, false);
}

Test(msg_contacts_file, rows_are_taken_in_and_noted_once)
{
    struct slow s;

    cr_assert_eq(import("\xEF\xBB\xBFid,name,subscribed\n1,An,1\n2,\"Bình, Chi\",0", &s), LOA_OK,
                 "%s", why.text);
    cr_expect_eq(counts.rows, 2);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts WHERE status = 0"), 1);
    cr_expect_eq(help_int(db, "SELECT opted_out FROM contacts WHERE name = 'Bình, Chi'"), 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action = 'contacts.import'"), 1);
}

Test(msg_contacts_file, others_may_write_while_the_file_is_waited_for)
{
    struct slow s;

    cr_expect_eq(import("id\n1\n2\n3\n", &s), LOA_OK, "%s", why.text);
    cr_expect_gt(s.waits, 4);
    cr_expect_eq(s.held, 0);
    cr_expect_eq(counts.rows, 3);
}

Test(msg_contacts_file, what_is_no_id_of_a_platform_is_told_by_its_line)
{
    static const char *const bad[] = {"\"1 \"", "\"1\t\"",   "１", "1\u00a0",
                                      "a b",    "erased:00", "é"};
    struct slow s;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char text[64];

        (void)snprintf(text, sizeof(text), "id,subscribed\n%s,1\n", bad[i]);
        cr_expect_eq(import(text, &s), LOA_EINVAL, "%s", bad[i]);
        cr_expect_not_null(strstr(why.text, "Dòng 2"), "%s", why.text);
    }
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts"), 0);
    cr_expect_eq(import("id\nv9Kx2mQpT0aYcE4sLr7HbA==\n7251234567890123\n", &s), LOA_OK);
}

Test(msg_contacts_file, nothing_is_taken_of_a_file_with_a_wrong_line)
{
    struct slow s;

    cr_expect_eq(import("id\n1\n2\n\"3", &s), LOA_EINVAL);
    cr_expect_eq(counts.rows, 0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts"), 0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action = 'contacts.import'"), 0);
}

static const char mixed[] = "id,name,subscribed,last_seen\n"
                            "1,An,1,\n"
                            "a b,Bình,2,hôm qua\n"
                            "3,Chi,1,\n"
                            ",Dung,,\n"
                            "5,Em,yes,\n";

Test(msg_contacts_file, every_wrong_row_is_told_with_all_that_is_wrong_in_it)
{
    struct slow s;

    cr_expect_eq(import(mixed, &s), LOA_EINVAL);
    cr_assert_eq(faults.n, 3);
    cr_expect_eq(faults.items[0].line, 3);
    for (size_t i = 0; i < 3; i++) {
        static const char *const parts[] = {"cột id", "cột subscribed", "cột last_seen"};

        cr_expect_not_null(strstr(faults.items[0].why.text, parts[i]), "%s", why.text);
    }
    cr_expect_eq(faults.items[1].line, 5);
    cr_expect_str_eq(faults.items[2].why.text, "Dòng 6: cột subscribed: chỉ nhận 0 hoặc 1");
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts"), 0);
}

Test(msg_contacts_file, the_right_rows_are_taken_if_one_asks_for_that)
{
    struct slow s;
    char *detail;

    cr_expect_eq(import_with(mixed, &s, true), LOA_OK);
    cr_expect_eq(counts.rows, 2);
    cr_expect_eq(faults.n, 3);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts WHERE name IN ('An', 'Chi')"), 2);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts"), 2);
    detail = help_text(db, "SELECT detail FROM audit WHERE action = 'contacts.import'");
    cr_expect_str_eq(detail, "2 người, bỏ 3 dòng sai");
    free(detail);
    cr_expect_eq(import_with("id\n7\n\"8", &s, true), LOA_EINVAL,
                 "a file that cannot be read to its end is not taken in parts");
}

Test(msg_contacts_file, topics_and_districts_are_found_however_they_were_typed)
{
    struct slow s;
    char *district, *topics;

    cr_assert_eq(import("id,topics,district\n1,van-hoa-doc; ky-nang-so,Ninh Ho\xCC\x80"
                        "a\n",
                        &s),
                 LOA_OK, "%s", why.text);
    district = help_text(db, "SELECT district FROM contacts");
    topics = help_text(db, "SELECT topics FROM contacts");
    cr_expect_str_eq(district, "Ninh Hòa");
    cr_expect_str_eq(topics, ";van-hoa-doc;ky-nang-so;");
    free(district);
    free(topics);
}

Test(msg_contacts_file, an_id_that_excel_rounded_is_told)
{
    struct slow s;

    cr_expect_eq(import("id,name\n5.92575E+18,A\n", &s), LOA_EINVAL);
    cr_expect_not_null(strstr(why.text, "Excel"), "%s", why.text);
}

Test(msg_contacts_file, a_quote_that_is_never_closed_is_told)
{
    struct slow s;
    size_t n = (size_t)4 << 20;
    char *text = malloc(n);

    cr_assert_not_null(text);
    memset(text, 'x', n);
    memcpy(text, "id,name\n1,\"", 11);
    text[n - 1] = '\0';
    cr_expect_eq(import(text, &s), LOA_EINVAL);
    cr_expect_eq(faults.n, 1);
    cr_expect_not_null(strstr(why.text, "dấu ngoặc kép"), "%s", why.text);
    free(text);
}

Test(msg_contacts_file, a_file_from_excel_may_have_semicolons_and_empty_rows)
{
    struct slow s;

    cr_assert_eq(import("\r\nid;name\r\n1;A\r\n;\r\n2;\"B\r\nC\"\r\n", &s), LOA_OK, "%s", why.text);
    cr_expect_eq(counts.rows, 2);
    cr_expect_eq(import("id,name\n1,A\n\nx y,B\n", &s), LOA_EINVAL);
    cr_expect_not_null(strstr(why.text, "Dòng 4:"), "%s", why.text);
}
