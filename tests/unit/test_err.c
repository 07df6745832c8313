/* SPDX-License-Identifier: Apache-2.0 */
/* Errors: a name for each, and the sentence that goes to whoever gave the input. */
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/err.h"

TestSuite(loa_err, .timeout = 5);

Test(loa_err, every_value_has_a_name_of_its_own)
{
    for (int a = LOA_OK; a <= LOA_ETIMEOUT; a++) {
        cr_assert_not_null(loa_strerror((enum loa_err)a));
        cr_expect_str_neq(loa_strerror((enum loa_err)a), "unknown error", "%d", a);
        for (int b = LOA_OK; b < a; b++)
            cr_expect_str_neq(loa_strerror((enum loa_err)a), loa_strerror((enum loa_err)b));
    }
}

Test(loa_err, a_value_from_nowhere_is_unknown_and_not_null)
{
    cr_expect_str_eq(loa_strerror((enum loa_err)99), "unknown error");
}

Test(loa_err, fail_fills_in_the_field_and_the_sentence_and_hands_the_error_on)
{
    struct loa_problem p = {0};

    cr_expect_eq(loa_fail(&p, LOA_EPERM, "user", "“%s” x %d", "abc", 7), LOA_EPERM);
    cr_expect_str_eq(p.field, "user");
    cr_expect_str_eq(p.text, "“abc” x 7");
    cr_expect_eq(loa_fail(&p, LOA_EIO, NULL, "y"), LOA_EIO);
    cr_expect_str_eq(p.field, "");
}

Test(loa_err, fail_needs_no_problem_to_fill)
{
    cr_expect_eq(loa_fail(NULL, LOA_ELIMIT, "x", "%s", "y"), LOA_ELIMIT);
}

Test(loa_err, a_long_sentence_is_cut_and_terminated)
{
    struct loa_problem p;
    char big[2000];

    memset(big, 'x', sizeof(big) - 1);
    big[sizeof(big) - 1] = '\0';
    (void)loa_fail(&p, LOA_EINVAL, big, "%s", big);
    cr_expect_eq(strlen(p.field), sizeof(p.field) - 1);
    cr_expect_eq(strlen(p.text), sizeof(p.text) - 1);
}
