/* SPDX-License-Identifier: Apache-2.0 */
/* loa user, loa token */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/signin.h"
#include "messages/token.h"

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

/* ---- a link ---------------------------------------------------------------------------- */

struct link {
    const char *name;
    struct loa_secret *secret;
};

static enum loa_err make_link(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct link *l = arg;
    struct add a = {.name = l->name};
    enum loa_err err = check_admin(cli, &a, why);

    return err ? err
               : msg_signin_link(cli->db, &cli->who, loa_clock_wall(), l->name, &l->secret, why);
}

/* Behind the "#", so that no server between sees it. */
static int link_user(struct cli *cli)
{
    struct link l = {.name = cli->words[1]};
    int status = cli_open(cli);

    if (!status)
        status = cli_act(cli, make_link, &l);
    if (!status)
        (void)printf("%s/#/mat-khau/%s\n", cli->cfg.public_url ? cli->cfg.public_url : "",
                     loa_secret_reveal(l.secret));
    loa_secret_free(l.secret);
    return status;
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
    cli->who = (struct msg_actor){cli_get(cli, "user"), "cli"};
    if (cli->n_words == 2 && strcmp(cli->words[0], "link") == 0)
        return link_user(cli);
    if (cli->n_words != 2 || strcmp(cli->words[0], "add") != 0)
        return cli_usage("cần: user add TÊN --role VAI_TRÒ, hoặc user link TÊN");
    if (!cli_has(cli, "role") || msg_role_parse(cli_get(cli, "role"), &a.role) != LOA_OK)
        return cli_usage("--role nhận writer, approver hoặc admin");
    a.name = cli->words[1];
    status = cli_open(cli);
    if (!status)
        status = cli_act(cli, add, &a);
    if (!status)
        (void)printf("Đã thêm %s (%s)\n", a.name, msg_role_name(a.role));
    return status;
}

/* ---- tokens ---------------------------------------------------------------------------- */

struct make {
    struct msg_token_wish wish;
    int64_t id;
    struct loa_secret *token;
};

static enum loa_err make_token(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct make *m = arg;

    m->wish.user = cli->who.user;
    return msg_token_new(cli->db, &cli->who, loa_clock_wall(), &m->wish, &m->id, &m->token, why);
}

static int create_token(struct cli *cli)
{
    struct make m = {.wish = {.label = cli_get(cli, "label"), .scopes = MSG_SCOPES_ALL}};
    int status;

    if (cli_has(cli, "scopes") && msg_scopes_parse(cli_get(cli, "scopes"), &m.wish.scopes))
        return cli_usage("--scopes nhận các từ read, messages, approve, content, people, admin, "
                         "cách nhau một dấu cách");
    status = cli_open(cli);
    if (status) /* the zone of --expires is known from here on */
        return status;
    if (cli_has(cli, "expires") && loa_iso_parse(cli_get(cli, "expires"), &m.wish.expires_ms))
        return cli_usage("--expires phải là thời điểm ISO 8601, ví dụ 2026-12-31");
    status = cli_act(cli, make_token, &m);
    if (!status)
        (void)puts(loa_secret_reveal(m.token)); /* shown this once, to whoever asked for it */
    loa_secret_free(m.token);
    return status;
}

static int list_tokens(struct cli *cli)
{
    cJSON *all = cJSON_CreateArray(), *o;
    int status = cli_open(cli);

    if (!status && msg_tokens_list(cli->db, cli_get(cli, "user"), loa_clock_wall(), all) != LOA_OK)
        status = CLI_FAILED;
    if (!status && cli->json) {
        cli_print_json(all);
        return status;
    }
    cJSON_ArrayForEach(o, all)
    {
        const char *expires = loa_json_str(o, "expires");

        (void)printf("%5" PRId64 "  %-16s %-24s %s%s%s\n", loa_json_int(o, "id", 0),
                     loa_json_str(o, "user"), loa_json_str(o, "scopes"), loa_json_str(o, "label"),
                     expires ? ", đến " : "", expires ? expires : "");
    }
    cJSON_Delete(all);
    return status;
}

static enum loa_err revoke_one(struct cli *cli, void *arg, struct loa_problem *why)
{
    const int64_t *id = arg;

    return msg_token_revoke(cli->db, &cli->who, loa_clock_wall(), *id, NULL, why);
}

static int revoke_token(struct cli *cli)
{
    int64_t id = 0;
    int status = cli_id(cli->words[1], &id) ? cli_open(cli) : CLI_USAGE;

    return status ? status : cli_act(cli, revoke_one, &id);
}

int cli_token(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {
        {"scopes", false, false}, {"label", false, false}, {"expires", false, false}};
    int status = cli_parse(cli, argc - 1, argv + 1, options, 3);
    const char *verb = !status && cli->n_words ? cli->words[0] : "";

    if (status)
        return status;
    if (cli->n_words == 1 && strcmp(verb, "list") == 0)
        return list_tokens(cli);
    if (!(cli->n_words == 1 && strcmp(verb, "create") == 0) &&
        !(cli->n_words == 2 && strcmp(verb, "revoke") == 0))
        return cli_usage("cần: token create|list|revoke SỐ --user TÊN");
    status = cli_actor(cli);
    if (status)
        return status;
    return cli->n_words == 1 ? create_token(cli) : revoke_token(cli);
}
