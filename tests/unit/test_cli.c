/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: who acts is one of the staff, and words are text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bot/cli/cli.h"
#include "messages/base/mem.h"
#include "tests/unit/store_help.h"

static char *env;
static struct cli cli;

static void open_it(void)
{
    const char *folder = help_folder();
    FILE *f;

    env = loa_xasprintf("%s/env", folder);
    f = fopen(env, "w");
    cr_assert_not_null(f);
    (void)fprintf(f, "LOA_STORE=sqlite:%s/loa.db\n", folder);
    (void)fclose(f);
    cli = (struct cli){0};
}

static void close_it(void)
{
    cli_close(&cli);
    free(env);
    help_folder_remove();
}

TestSuite(bot_cli, .timeout = 10, .init = open_it, .fini = close_it);

static int parse(const char *word, const char *user)
{
    static char text[4][256];
    char *argv[] = {text[0], text[1], text[2], text[3], NULL};

    (void)snprintf(text[0], sizeof(text[0]), "%s", word);
    (void)snprintf(text[1], sizeof(text[1]), "--env=%s", env);
    (void)snprintf(text[2], sizeof(text[2]), "--user");
    (void)snprintf(text[3], sizeof(text[3]), "%s", user);
    cli = (struct cli){0};
    return cli_parse(&cli, user ? 4 : 2, argv, NULL, 0);
}

static int open_as(const char *user)
{
    cr_assert_eq(parse("x", user), CLI_OK);
    cr_assert_eq(cli_actor(&cli), CLI_OK);
    return cli_open(&cli);
}

static enum loa_err add_an(struct cli *c, void *arg, struct loa_problem *why)
{
    (void)arg;
    return msg_user_add(c->db, &c->who, 5, "an", MSG_ROLE_APPROVER, why);
}

Test(bot_cli, words_that_could_steer_a_terminal_are_refused)
{
    cr_expect_eq(parse("\x1b]0;x\x07", "an"), CLI_USAGE);
    cr_expect_eq(parse("a\xC2\x9B", "an"), CLI_USAGE);
    cr_expect_eq(parse("a\xff", "an"), CLI_USAGE);
    cr_expect_eq(parse("x", "a\rb"), CLI_USAGE);
    cr_expect_eq(parse("hai dòng\nvà\ttab", "an"), CLI_OK);
}

Test(bot_cli, only_the_staff_may_act)
{
    cr_expect_eq(open_as("an"), CLI_FAILED, "nobody is there yet");
    cr_assert_eq(cli_act(&cli, add_an, NULL), CLI_OK);
    cli_close(&cli);
    cr_expect_eq(open_as("An"), CLI_FAILED);
    cli_close(&cli);
    cr_expect_eq(open_as("an"), CLI_OK);
    cr_expect_eq(cli.role, MSG_ROLE_APPROVER);
}
