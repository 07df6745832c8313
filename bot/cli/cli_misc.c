/* SPDX-License-Identifier: Apache-2.0 */
/* loa serve, check-config, migrate */
#include <stdio.h>

#include "bot/cli/cli.h"
#include "bot/secret_files.h"
#include "bot/serve.h"
#include "messages/base/log.h"

/* Warnings only. */
static void tell_of_open_files(const struct cli *cli, bool to_log)
{
    struct loa_problem open[BOT_SECRET_FILES];
    size_t n = bot_secret_files_check(&cli->cfg, cli->env, open);

    for (size_t i = 0; i < n; i++) {
        if (to_log)
            LOA_LOG(LOA_LOG_WARN, "others can read a secret file", F("setting", open[i].field),
                    F("why", open[i].text));
        else
            (void)cli_complain(&open[i]);
    }
}

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
    tell_of_open_files(cli, true);
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
    if (status)
        return status;
    tell_of_open_files(cli, false);
    (void)puts("Thiết lập hợp lệ.");
    return CLI_OK;
}
