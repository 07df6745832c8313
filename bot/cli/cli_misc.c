/* SPDX-License-Identifier: Apache-2.0 */
/* loa serve, check-config, migrate */
#include <stdio.h>

#include "bot/cli/cli.h"
#include "bot/serve.h"

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
