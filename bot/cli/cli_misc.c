/* SPDX-License-Identifier: Apache-2.0 */
/* loa serve, check-config, migrate, audit */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "bot/serve.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"

int cli_serve(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {{"demo-clock", false, false}};
    struct bot_serve_options opt = {0};
    int status = cli_parse(cli, argc - 1, argv + 1, options, 1);

    if (!status && cli->n_words)
        status = cli_usage("serve không nhận đối số");
    if (!status)
        status = cli_config(cli);
    if (status)
        return status;
    opt.demo_clock = cli_get(cli, "demo-clock");
    return bot_serve(&cli->cfg, &opt);
}

int cli_check_config(struct cli *cli, int argc, char **argv)
{
    int status = cli_parse(cli, argc - 1, argv + 1, NULL, 0);

    if (!status && cli->n_words)
        status = cli_usage("check-config không nhận đối số");
    if (!status)
        status = cli_config(cli);
    if (!status)
        (void)puts("Thiết lập hợp lệ.");
    return status;
}

int cli_migrate(struct cli *cli, int argc, char **argv)
{
    struct loa_problem why;
    int applied = 0;
    int status = cli_parse(cli, argc - 1, argv + 1, NULL, 0);

    if (!status && cli->n_words)
        status = cli_usage("migrate không nhận đối số");
    if (!status)
        status = cli_config(cli);
    if (status)
        return status;
    if (db_open(cli->cfg.store, DB_CREATE, &cli->db, &why) != LOA_OK ||
        db_migrate(cli->db, &applied, &why) != LOA_OK)
        return cli_complain(&why);
    if (applied)
        (void)printf("Đã nâng cấp kho dữ liệu: %d bước.\n", applied);
    else
        (void)puts("Kho dữ liệu đã ở phiên bản mới nhất.");
    return CLI_OK;
}

/* ---- audit ----------------------------------------------------------------------------- */

static int verify(struct cli *cli)
{
    int64_t rows, broken;
    enum loa_err err = msg_audit_verify(cli->db, &rows, &broken);

    if (err == LOA_EPROTO) {
        (void)fprintf(stderr, "loa: nhật ký bị sửa hoặc mất dòng từ số %" PRId64 "\n", broken);
        return CLI_FAILED;
    }
    if (!err)
        (void)printf("Nhật ký nguyên vẹn: %" PRId64 " dòng.\n", rows);
    return err ? CLI_FAILED : CLI_OK;
}

static cJSON *row_json(const struct db_stmt *st, const char *at)
{
    cJSON *o = cJSON_CreateObject();

    loa_json_add_int(o, "seq", db_int(st, 0));
    cJSON_AddStringToObject(o, "at", at);
    cJSON_AddStringToObject(o, "user", db_text(st, 2));
    cJSON_AddStringToObject(o, "via", db_text(st, 3));
    cJSON_AddStringToObject(o, "action", db_text(st, 4));
    cJSON_AddStringToObject(o, "target", db_text(st, 5));
    cJSON_AddStringToObject(o, "detail", db_text(st, 6));
    return o;
}

static int list(struct cli *cli)
{
    cJSON *all = cJSON_CreateArray();
    char iso[LOA_ISO_SIZE];
    struct db_stmt *st;
    enum loa_err err = db_query(cli->db, &st,
                                "SELECT seq, at_ms, user_name, via, action, target, detail "
                                "FROM audit ORDER BY seq",
                                "");

    while (!err && db_next(st, &err)) {
        (void)loa_iso_format(db_int(st, 1), iso);
        if (cli->json)
            cJSON_AddItemToArray(all, row_json(st, iso));
        else
            (void)printf("%6" PRId64 "  %s  %-12s %-4s %-20s %-14s %s\n", db_int(st, 0), iso,
                         db_text(st, 2), db_text(st, 3), db_text(st, 4), db_text(st, 5),
                         db_text(st, 6));
    }
    if (cli->json && !err)
        cli_print_json(all);
    else
        cJSON_Delete(all);
    return err ? CLI_FAILED : CLI_OK;
}

int cli_audit(struct cli *cli, int argc, char **argv)
{
    int status = cli_parse(cli, argc - 1, argv + 1, NULL, 0);
    const char *verb = cli->n_words == 1 ? cli->words[0] : "";

    if (status)
        return status;
    if (strcmp(verb, "list") != 0 && strcmp(verb, "verify") != 0)
        return cli_usage("cần: audit list hoặc audit verify");
    status = cli_open(cli);
    if (status)
        return status;
    return strcmp(verb, "list") == 0 ? list(cli) : verify(cli);
}
