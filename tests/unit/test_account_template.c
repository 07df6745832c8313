/* SPDX-License-Identifier: Apache-2.0 */
/* Approved templates: does a message fit the one that it names? */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/account_template.h"
#include "messages/base/mem.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account;

static const struct msg_listed_template listed[] = {
    {.name = "ban_tin", .language = "vi", .status = "APPROVED", .params = 2},
    {.name = "ban_tin", .language = "en", .status = "PENDING", .params = 2},
    {.name = "co_ten", .language = "vi", .status = "APPROVED", .params = 1, .named = true},
    {.name = "co_nut", .language = "vi", .status = "APPROVED", .buttons = 1},
};

static void open_listed(void)
{
    db = help_open();
    account = help_account(db, "trang");
    cr_assert_eq(msg_account_templates_put(db, account, listed, 4, 1), LOA_OK);
}

static void close_db(void)
{
    help_close(db);
}

TestSuite(msg_account_template, .timeout = 10, .init = open_listed, .fini = close_db);

static enum loa_err check(const char *name, const char *language, size_t params, size_t buttons,
                          struct loa_problem *why)
{
    struct msg_content c = {.utility = {.name = loa_xstrdup(name),
                                        .language = loa_xstrdup(language),
                                        .n_params = params}};
    enum loa_err err;

    for (size_t i = 0; i < params; i++)
        c.utility.params[i] = loa_xstrdup("x");
    for (size_t i = 0; i < buttons; i++)
        cr_assert_eq(msg_content_add_button(&c, MSG_BUTTON_REPLY, "A", "a"), LOA_OK);
    err = msg_account_template_check(db, account, &c, why);
    msg_content_release(&c);
    return err;
}

Test(msg_account_template, one_that_is_approved_and_fits_is_good)
{
    cr_expect_eq(check("ban_tin", "vi", 2, 0, NULL), LOA_OK);
    cr_expect_eq(check("co_nut", "vi", 0, 1, NULL), LOA_OK);
}

Test(msg_account_template, staff_are_told_what_is_wrong)
{
    struct loa_problem why;

    cr_expect_eq(check("la", "vi", 0, 0, &why), LOA_EINVAL);
    cr_expect(strstr(why.text, "la") != NULL, "%s", why.text);
    cr_expect_eq(check("ban_tin", "en", 2, 0, &why), LOA_EINVAL);
    cr_expect(strstr(why.text, "đang chờ nền tảng duyệt") != NULL, "%s", why.text);
    cr_expect_eq(check("ban_tin", "vi", 1, 0, &why), LOA_EINVAL);
    cr_expect(strstr(why.text, "2 chỗ điền") != NULL, "%s", why.text);
    cr_expect_eq(check("co_ten", "vi", 1, 0, &why), LOA_EINVAL);
    cr_expect_eq(check("co_nut", "vi", 0, 0, &why), LOA_EINVAL);
}

Test(msg_account_template, a_new_list_replaces_the_old_one)
{
    cr_assert_eq(msg_account_templates_put(db, account, listed + 3, 1, 2), LOA_OK);
    cr_expect_eq(check("ban_tin", "vi", 2, 0, NULL), LOA_EINVAL);
    cr_assert_eq(msg_account_templates_put(db, account, NULL, 0, 3), LOA_OK);
    cr_expect_eq(check("co_nut", "vi", 0, 1, NULL), LOA_EINVAL, "an empty list is a list");
}

Test(msg_account_template, nothing_is_refused_before_the_platform_was_asked)
{
    account = help_account(db, "moi");
    cr_expect_eq(check("la", "vi", 5, 0, NULL), LOA_OK);
}

Test(msg_account_template, the_list_is_read_back_as_it_was_told)
{
    struct msg_listed_template *list;
    int64_t at;
    size_t n;

    cr_assert_eq(msg_account_templates_load(db, account, &list, &n, &at), LOA_OK);
    cr_expect_eq(at, 1);
    cr_assert_eq(n, 4);
    cr_expect_str_eq(list[0].name, "ban_tin");
    cr_expect_str_eq(list[0].language, "en", "by name and language");
    cr_expect_str_eq(list[0].status, "PENDING");
    cr_expect_eq(list[1].params, 2);
    cr_expect(list[3].named);
    free(list);
    cr_assert_eq(msg_account_templates_put(db, account, NULL, 0, 7), LOA_OK);
    cr_assert_eq(msg_account_templates_load(db, account, &list, &n, &at), LOA_OK);
    cr_expect_eq(n, 0);
    cr_expect_eq(at, 7, "none is an answer, too");
    free(list);
}

Test(msg_account_template, a_message_without_a_language_means_vietnamese)
{
    struct msg_content c = {.utility = {.name = loa_xstrdup("co_nut")}};

    cr_assert_eq(msg_content_add_button(&c, MSG_BUTTON_REPLY, "A", "a"), LOA_OK);
    cr_expect_eq(msg_account_template_check(db, account, &c, NULL), LOA_OK);
    msg_content_release(&c);
}

Test(msg_account_template, every_state_is_told_in_words)
{
    static const char *const states[] = {
        "APPROVED",       "ARCHIVED", "DELETED", "DISABLED",         "IN_APPEAL",
        "LIMIT_EXCEEDED", "PAUSED",   "PENDING", "PENDING_DELETION", "REJECTED"};

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        cr_expect_str_neq(msg_template_status_title(states[i]), states[i]);
    cr_expect_str_eq(msg_template_status_title("NEW_WORD"), "NEW_WORD");
}
