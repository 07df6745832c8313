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
static struct loa_problem why;

static void open_it(void)
{
    db = help_open();
    account = help_account(db, "zalo");
    cr_assert_eq(db_commit(db), LOA_OK);
}

static void close_it(void)
{
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

static enum loa_err import(const char *text, struct slow *s)
{
    FILE *f;
    enum loa_err err;

    *s = (struct slow){.rest = text};
    f = fopencookie(s, "r", (cookie_io_functions_t){.read = slow_read});
    cr_assert_not_null(f);
    why = (struct loa_problem){"", ""};
    err = msg_contacts_import(db, &help_writer, 50, account, f, &counts, &why);
    (void)fclose(f);
    return err;
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

Test(msg_contacts_file, the_rows_before_a_wrong_line_stay)
{
    struct slow s;

    cr_expect_eq(import("id\n1\n2\n\"3", &s), LOA_EINVAL);
    cr_expect_eq(counts.rows, 2);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts"), 2);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action = 'contacts.import'"), 1);
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

Test(msg_contacts_file, a_quote_that_is_never_closed_does_not_swallow_the_rest)
{
    struct slow s;
    size_t n = (size_t)4 << 20;
    char *text = malloc(n);

    cr_assert_not_null(text);
    memset(text, 'x', n);
    memcpy(text, "id,name\n1,\"", 11);
    text[n - 1] = '\0';
    cr_expect_eq(import(text, &s), LOA_EINVAL);
    cr_expect_gt(strlen(s.rest), n / 2, "most was not read");
    free(text);
}

Test(msg_contacts_file, a_file_from_excel_may_have_semicolons_and_empty_rows)
{
    struct slow s;

    cr_assert_eq(import("\r\nid;name\r\n1;A\r\n;\r\n2;\"B\r\nC\"\r\n", &s), LOA_OK, "%s", why.text);
    cr_expect_eq(counts.rows, 2);
    cr_expect_eq(import("id,name\n1,A\n\nx y,B\n", &s), LOA_EINVAL);
    cr_expect_not_null(strstr(why.text, "Dòng 4,"), "%s", why.text);
}
