/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/cli/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/buf.h"
#include "messages/base/clock.h"
#include "messages/base/utf8.h"
#include "messages/store/mark.h"

/* ---- options --------------------------------------------------------------------------- */

static const struct cli_option common[] = {
    {"env", false, false}, {"user", false, false}, {"json", true, false}};

static const struct cli_option *find(const struct cli_option *options, size_t n, const char *name,
                                     size_t len)
{
    for (size_t i = 0; i < n; i++) {
        if (strlen(options[i].name) == len && strncmp(options[i].name, name, len) == 0)
            return &options[i];
    }
    return NULL;
}

static int add_given(struct cli *cli, const struct cli_option *o, const char *value)
{
    size_t i = 0;

    while (i < cli->n_given && strcmp(cli->given[i].name, o->name) != 0)
        i++;
    if (i == sizeof(cli->given) / sizeof(cli->given[0]) || cli->given[i].n == CLI_MULTI_MAX)
        return cli_usage("quá nhiều tùy chọn");
    if (i == cli->n_given)
        cli->given[cli->n_given++].name = o->name;
    else if (!o->multi)
        cli->given[i].n = 0; /* the last one counts */
    cli->given[i].values[cli->given[i].n++] = value;
    return CLI_OK;
}

/* "--name value", "--name=value"; returns how many words were used, 0 after a complaint. */
static int take_option(struct cli *cli, char **argv, int left, const struct cli_option *options,
                       size_t n)
{
    const char *name = argv[0] + 2, *equals = strchr(name, '=');
    size_t len = equals ? (size_t)(equals - name) : strlen(name);
    const struct cli_option *o = find(options, n, name, len);

    if (!o)
        o = find(common, sizeof(common) / sizeof(common[0]), name, len);
    if (!o) {
        (void)fprintf(stderr, "loa: không có tùy chọn --%.*s; xem --help\n", (int)len, name);
        return 0;
    }
    if (o->flag)
        return !equals && add_given(cli, o, "") == CLI_OK ? 1 : 0;
    if (equals)
        return add_given(cli, o, equals + 1) == CLI_OK ? 1 : 0;
    if (left < 2) {
        (void)fprintf(stderr, "loa: --%s cần một giá trị\n", o->name);
        return 0;
    }
    return add_given(cli, o, argv[1]) == CLI_OK ? 2 : 0;
}

/* Much of it is kept and printed again, where control characters would steer a terminal. */
static bool are_text(int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (!loa_utf8_valid(argv[i], strlen(argv[i])) || !loa_utf8_is_text(argv[i]))
            return false;
    }
    return true;
}

int cli_parse(struct cli *cli, int argc, char **argv, const struct cli_option *options, size_t n)
{
    bool words_only = false;

    if (!are_text(argc, argv))
        return cli_usage("có đối số không phải UTF-8 hoặc chứa ký tự điều khiển");
    for (int i = 0; i < argc;) {
        int used = 1;

        if (!words_only && strcmp(argv[i], "--") == 0) {
            words_only = true;
        } else if (!words_only && strncmp(argv[i], "--", 2) == 0) {
            used = take_option(cli, argv + i, argc - i, options, n);
            if (!used)
                return CLI_USAGE;
        } else if (cli->n_words == sizeof(cli->words) / sizeof(cli->words[0])) {
            return cli_usage("quá nhiều đối số");
        } else {
            cli->words[cli->n_words++] = argv[i];
        }
        i += used;
    }
    cli->env = cli_get(cli, "env");
    cli->json = cli_has(cli, "json");
    return CLI_OK;
}

size_t cli_all(const struct cli *cli, const char *name, const char *const **values)
{
    for (size_t i = 0; i < cli->n_given; i++) {
        if (strcmp(cli->given[i].name, name) == 0) {
            *values = cli->given[i].values;
            return cli->given[i].n;
        }
    }
    return 0;
}

const char *cli_get(const struct cli *cli, const char *name)
{
    const char *const *values;

    return cli_all(cli, name, &values) ? values[0] : NULL;
}

bool cli_has(const struct cli *cli, const char *name)
{
    return cli_get(cli, name) != NULL;
}

/* ---- settings and store ---------------------------------------------------------------- */

int cli_complain(const struct loa_problem *why)
{
    (void)fprintf(stderr, "loa: %s%s%s\n", why->field, why->field[0] ? ": " : "", why->text);
    return CLI_FAILED;
}

int cli_usage(const char *usage)
{
    (void)fprintf(stderr, "loa: %s\n", usage);
    return CLI_USAGE;
}

int cli_config(struct cli *cli)
{
    enum loa_err err = bot_config_load(cli->env, &cli->cfg, &cli->problems);

    for (size_t i = 0; i < cli->problems.n; i++)
        (void)cli_complain(&cli->problems.items[i]);
    if (err)
        return CLI_FAILED;
    loa_log_set_level(cli->cfg.log_level);
    return CLI_OK;
}

int cli_open(struct cli *cli)
{
    struct loa_problem why;
    int64_t now, asked;
    int status = cli_config(cli);

    if (status)
        return status;
    if (db_open(cli->cfg.store, DB_CREATE | DB_NOTIFY, &cli->db, &why) != LOA_OK ||
        store_refuse_backup(cli->db, &why) != LOA_OK || db_migrate(cli->db, NULL, &why) != LOA_OK)
        return cli_complain(&why);
    asked = loa_clock_mono();
    if (db_is_postgres(cli->db) && db_now(cli->db, &now) == LOA_OK)
        (void)loa_clock_follow(now, asked, loa_clock_mono()); /* as the nodes do */
    if (cli->acts && msg_user_role(cli->db, cli->who.user, &cli->role, &why) != LOA_OK)
        return cli_complain(&why);
    return CLI_OK;
}

int cli_open_readonly(struct cli *cli)
{
    struct loa_problem why;
    int status = cli_config(cli);

    if (status)
        return status;
    if (db_open(cli->cfg.store, DB_READONLY, &cli->db, &why) != LOA_OK ||
        db_check_schema(cli->db, &why) != LOA_OK)
        return cli_complain(&why);
    return CLI_OK;
}

void cli_close(struct cli *cli)
{
    db_close(cli->db);
    bot_config_release(&cli->cfg);
}

int cli_actor(struct cli *cli)
{
    cli->who = (struct msg_actor){cli_get(cli, "user"), "cli"};
    if (!cli->who.user)
        return cli_usage("cần --user TÊN (ai làm việc này)");
    cli->acts = true;
    return CLI_OK;
}

int cli_admin(const struct cli *cli)
{
    struct loa_problem why;

    if (cli->role == MSG_ROLE_ADMIN)
        return CLI_OK;
    (void)loa_fail(&why, LOA_EPERM, "user", "“%s” không phải quản trị viên (admin)", cli->who.user);
    return cli_complain(&why);
}

int cli_act(struct cli *cli, cli_act_cb act, void *arg)
{
    struct loa_problem why = {"", ""};
    enum loa_err err = db_begin(cli->db);

    if (!err)
        err = act(cli, arg, &why);
    if (!err)
        err = db_commit(cli->db);
    if (!err)
        return CLI_OK;
    if (!why.text[0])
        (void)loa_fail(&why, err, "", "Không ghi được vào kho dữ liệu: %s", db_message(cli->db));
    db_rollback(cli->db);
    return cli_complain(&why);
}

enum loa_err cli_put_accounts(struct cli *cli, void *unused, struct loa_problem *why)
{
    struct msg_account accounts[BOT_CONFIG_ACCOUNTS_MAX];
    struct loa_secret *key = NULL;
    size_t n;
    enum loa_err err = bot_config_key(&cli->cfg, &key, why);

    (void)unused;
    bot_config_accounts(&cli->cfg, accounts, &n);
    for (size_t i = 0; i < n; i++) {
        if (!err)
            err = msg_account_put(cli->db, &cli->who, loa_clock_wall(), key, &accounts[i], why);
        msg_account_release(&accounts[i]);
    }
    loa_secret_free(key);
    return err;
}

/* ---- input and output ------------------------------------------------------------------ */

void cli_print_json(cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);

    (void)puts(text ? text : "null");
    cJSON_free(text);
    cJSON_Delete(json);
}

enum loa_err cli_read_file(const char *path, size_t max, char **out, size_t *len,
                           struct loa_problem *why)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    struct loa_buf b = {.max = max};
    char chunk[65536];
    size_t n;
    bool failed;

    if (!f)
        return loa_fail(why, LOA_ENOENT, path, "Không mở được tệp: %s", strerror(errno));
    while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0 && !b.overflow)
        loa_buf_add(&b, chunk, n);
    failed = ferror(f);
    if (f != stdin)
        (void)fclose(f);
    *len = b.len;
    if (b.overflow || failed) {
        loa_buf_release(&b);
        return loa_fail(why, failed ? LOA_EIO : LOA_ELIMIT, path,
                        failed ? "Không đọc được tệp" : "Tệp lớn quá %zu byte", max);
    }
    *out = loa_buf_take(&b);
    return LOA_OK;
}

bool cli_id(const char *word, int64_t *out)
{
    char *end;

    errno = 0;
    *out = word ? strtoimax(word, &end, 10) : 0;
    if (word && *word && !*end && !errno && *out > 0)
        return true;
    (void)fprintf(stderr, "loa: cần một số thứ tự, không phải “%s”\n", word ? word : "");
    return false;
}
