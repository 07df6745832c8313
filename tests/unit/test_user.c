/* SPDX-License-Identifier: Apache-2.0 */
/* Staff: names and roles. */
#include <string.h>

#include <criterion/criterion.h>

#include "messages/user.h"
#include "tests/unit/store_help.h"

static struct db *db;

static void open_it(void)
{
    db = help_open();
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_user, .timeout = 10, .init = open_it, .fini = close_it);

Test(msg_user, roles_have_names_that_read_back)
{
    enum msg_role role;

    for (int i = MSG_ROLE_WRITER; i <= MSG_ROLE_ADMIN; i++) {
        cr_expect_eq(msg_role_parse(msg_role_name((enum msg_role)i), &role), LOA_OK);
        cr_expect_eq(role, (enum msg_role)i);
    }
    cr_expect_eq(msg_role_parse("Admin", &role), LOA_EINVAL);
    cr_expect_eq(msg_role_parse("", &role), LOA_EINVAL);
}

Test(msg_user, a_name_is_taken_once)
{
    struct loa_problem why = {0};
    enum msg_role role = MSG_ROLE_ADMIN;

    cr_expect_eq(msg_user_add(db, &help_admin, 5, "van.thu-1_a", MSG_ROLE_WRITER, &why), LOA_OK);
    cr_expect_eq(msg_user_add(db, &help_admin, 5, "van.thu-1_a", MSG_ROLE_ADMIN, &why), LOA_EEXIST);
    cr_expect_eq(msg_user_role(db, "van.thu-1_a", &role, NULL), LOA_OK);
    cr_expect_eq(role, MSG_ROLE_WRITER);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE target = 'user van.thu-1_a'"), 1);
}

Test(msg_user, nobody_takes_a_name_that_the_audit_log_gives_to_the_program)
{
    cr_expect_eq(msg_user_add(db, &help_admin, 5, "loa", MSG_ROLE_ADMIN, NULL), LOA_EINVAL);
    cr_expect_eq(msg_user_add(db, &help_admin, 5, "root", MSG_ROLE_ADMIN, NULL), LOA_EINVAL);
}

Test(msg_user, names_are_short_plain_words)
{
    static const char *const bad[] = {"", "a b", "văn", "a/b", "a\n", "a;b", "a'b", "a@b"};
    char longest[66];

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_eq(msg_user_add(db, &help_admin, 5, bad[i], MSG_ROLE_WRITER, NULL), LOA_EINVAL,
                     "%s", bad[i]);
    memset(longest, 'a', 65);
    longest[65] = '\0';
    cr_expect_eq(msg_user_add(db, &help_admin, 5, longest, MSG_ROLE_WRITER, NULL), LOA_EINVAL);
    longest[64] = '\0';
    cr_expect_eq(msg_user_add(db, &help_admin, 5, longest, MSG_ROLE_WRITER, NULL), LOA_OK);
}

Test(msg_user, who_is_unknown_or_disabled_has_no_role)
{
    enum msg_role role;
    struct loa_problem why = {0};

    cr_expect_eq(msg_user_role(db, "nobody", &role, &why), LOA_ENOENT);
    cr_expect_not_null(strstr(why.text, "loa user add nobody"), "the mend is in the text");
    cr_assert_eq(db_run(db, "UPDATE users SET disabled_ms = 9 WHERE name = 'writer'", ""), LOA_OK);
    cr_expect_eq(msg_user_role(db, "writer", &role, NULL), LOA_ENOENT);
}
