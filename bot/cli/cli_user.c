/* SPDX-License-Identifier: Apache-2.0 */
/* loa user, loa token */
#include <stdio.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "messages/base/clock.h"
#include "messages/user.h"

struct add {
    const char *name;
    enum msg_role role;
};

/* The very first user is added by whoever has the machine; after that admins add. */
static enum loa_err check_admin(struct cli *cli, const struct add *a, struct loa_problem *why)
{
    int64_t users = 0;
    enum msg_role role;
    enum loa_err err = db_get_int(cli->db, &users, "SELECT COUNT(*) FROM users", "");

    if (err || users == 0) {
        cli->who = (struct msg_actor){a->name, "cli"};
        return err;
    }
    if (!cli->who.user) /* no password on the machine itself: the log says who had it */
        cli->who = (struct msg_actor){"root", "cli"};
    else if (msg_user_role(cli->db, cli->who.user, &role, why) != LOA_OK)
        return LOA_ENOENT;
    else if (role != MSG_ROLE_ADMIN)
        return loa_fail(why, LOA_EPERM, "user", "Chỉ quản trị (admin) mới thêm được người dùng");
    return LOA_OK;
}

static enum loa_err add(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct add *a = arg;
    enum loa_err err = check_admin(cli, a, why);

    return err ? err : msg_user_add(cli->db, &cli->who, loa_clock_wall(), a->name, a->role, why);
}

static int list(struct cli *cli)
{
    struct db_stmt *st;
    cJSON *all = cJSON_CreateArray();
    enum loa_err err = db_query(cli->db, &st, "SELECT name, role FROM users ORDER BY name", "");

    while (!err && db_next(st, &err)) {
        if (cli->json) {
            cJSON *o = cJSON_CreateObject();

            cJSON_AddStringToObject(o, "name", db_text(st, 0));
            cJSON_AddStringToObject(o, "role", db_text(st, 1));
            cJSON_AddItemToArray(all, o);
        } else {
            (void)printf("%-20s %s\n", db_text(st, 0), db_text(st, 1));
        }
    }
    if (cli->json && !err)
        cli_print_json(all);
    else
        cJSON_Delete(all);
    return err ? CLI_FAILED : CLI_OK;
}

int cli_user(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {{"role", false, false}};
    struct add a;
    int status = cli_parse(cli, argc - 1, argv + 1, options, 1);

    if (status)
        return status;
    if (cli->n_words == 1 && strcmp(cli->words[0], "list") == 0) {
        status = cli_open(cli);
        return status ? status : list(cli);
    }
    if (cli->n_words != 2 || strcmp(cli->words[0], "add") != 0)
        return cli_usage("cần: user add TÊN --role VAI_TRÒ");
    if (!cli_has(cli, "role") || msg_role_parse(cli_get(cli, "role"), &a.role) != LOA_OK)
        return cli_usage("--role nhận writer, approver hoặc admin");
    a.name = cli->words[1];
    cli->who = (struct msg_actor){cli_get(cli, "user"), "cli"};
    status = cli_open(cli);
    if (!status)
        status = cli_act(cli, add, &a);
    if (!status)
        (void)printf("Đã thêm %s (%s)\n", a.name, msg_role_name(a.role));
    return status;
}

static enum loa_err make_token(struct cli *cli, void *arg, struct loa_problem *why)
{
    return msg_token_create(cli->db, &cli->who, loa_clock_wall(), cli->who.user, arg, why);
}

int cli_token(struct cli *cli, int argc, char **argv)
{
    struct loa_secret *token = NULL;
    int status = cli_parse(cli, argc - 1, argv + 1, NULL, 0);

    if (!status && (cli->n_words != 1 || strcmp(cli->words[0], "create") != 0))
        status = cli_usage("cần: token create --user TÊN");
    if (!status)
        status = cli_actor(cli);
    if (!status)
        status = cli_open(cli);
    if (!status)
        status = cli_act(cli, make_token, &token);
    if (!status)
        (void)puts(loa_secret_reveal(token)); /* shown this once, to whoever asked for it */
    loa_secret_free(token);
    return status;
}
