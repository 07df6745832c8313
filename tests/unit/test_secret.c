/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets: kept apart by their type, so that neither the log nor printf can show one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/base/secret.h"
#include "tests/unit/store_help.h"

TestSuite(loa_secret, .timeout = 30);

Test(loa_secret, nothing_and_an_empty_text_are_no_secret)
{
    cr_expect_null(loa_secret_new(NULL));
    cr_expect_null(loa_secret_new(""));
    cr_expect_null(loa_secret_dup(NULL));
    cr_expect_not(loa_secret_is_set(NULL));
    cr_expect_str_eq(loa_secret_reveal(NULL), "");
    cr_expect_eq(loa_secret_len(NULL), (size_t)0);
    loa_secret_free(NULL);
}

Test(loa_secret, a_copy_outlives_its_original)
{
    char text[] = "token";
    struct loa_secret *a = loa_secret_new(text), *b = loa_secret_dup(a);

    memset(text, 'x', sizeof(text) - 1);
    loa_secret_free(a);
    cr_expect(loa_secret_is_set(b));
    cr_expect_str_eq(loa_secret_reveal(b), "token");
    cr_expect_eq(loa_secret_len(b), (size_t)5);
    loa_secret_free(b);
}

Test(loa_secret, equality_takes_the_whole_value)
{
    struct loa_secret *s = loa_secret_new("abc");

    cr_expect(loa_secret_equal(s, "abc", 3));
    cr_expect(loa_secret_equal(s, "abcd", 3));
    cr_expect_not(loa_secret_equal(s, "abcd", 4));
    cr_expect_not(loa_secret_equal(s, "ab", 2));
    cr_expect_not(loa_secret_equal(s, "abd", 3));
    cr_expect_not(loa_secret_equal(s, "", 0));
    cr_expect_not(loa_secret_equal(NULL, "", 0), "what is not set equals nothing");
    loa_secret_free(s);
}

/* Compiles one function body with the project's headers; true if the compiler accepts it. */
static bool compiles(const char *body)
{
    char *path = loa_xasprintf("%s/try.c", help_folder()), *command;
    FILE *f = fopen(path, "w");
    int status;

    cr_assert_not_null(f);
    fprintf(f,
            "#include \"messages/base/log.h\"\n#include <stdio.h>\n"
            "void try(struct loa_secret *s, const struct loa_secret *c, const char *t);\n"
            "void try(struct loa_secret *s, const struct loa_secret *c, const char *t)\n"
            "{ (void)s; (void)c; (void)t; %s }\n",
            body);
    fclose(f);
    command = loa_xasprintf("cc -std=c11 -D_GNU_SOURCE -I. -O1 -Wall -Wformat=2 -Werror -c "
                            "-o /dev/null %s >/dev/null 2>&1",
                            path);
    status = system(command);
    free(command);
    free(path);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Test(loa_secret, one_that_is_given_to_the_log_or_to_printf_does_not_compile,
     .fini = help_folder_remove)
{
    if (system("command -v cc >/dev/null 2>&1 && test -r messages/base/log.h") != 0)
        cr_skip_test("no compiler, or not in the project's folder");
    cr_assert(compiles("LOA_LOG(LOA_LOG_INFO, \"x\", F(\"token\", t));"));
    cr_expect_not(compiles("LOA_LOG(LOA_LOG_INFO, \"x\", F(\"token\", s));"));
    cr_expect_not(compiles("LOA_LOG(LOA_LOG_INFO, \"x\", F(\"token\", c));"));
    cr_expect_not(compiles("LOA_LOG(LOA_LOG_INFO, \"x\", F(\"a\", 1), F(\"token\", c));"));
    cr_expect_not(compiles("printf(\"%s\", s);"));
    cr_expect_not(compiles("printf(\"%s\", s->value);"), "the type is opaque");
}
