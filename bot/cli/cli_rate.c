/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/cli/cli_rate.h"

#include <inttypes.h>
#include <stdio.h>

#include "bot/cli/cli_message.h"
#include "bot/ops/rate.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"

static enum loa_err act(struct cli *cli, void *arg, struct loa_problem *why)
{
    return ops_rate_set(cli->db, &cli->cfg, &cli->who, loa_clock_wall(), arg, why);
}

static int set(struct cli *cli, struct ops_rate *r)
{
    int status;

    if (!ops_rate_parse(cli->words[2], &r->per_minute))
        return cli_usage("tốc độ là số người nhận mỗi phút, ví dụ 600 hoặc 600/phút, hoặc "
                         "“default”; muốn ngừng hẳn thì dùng pause");
    status = cli_act(cli, act, r);
    if (status)
        return status;
    if (cli->json) {
        cJSON *o = cJSON_CreateObject();

        loa_json_add_int(o, "rate_per_min", r->per_minute);
        cli_print_json(o);
    } else if (r->per_minute) {
        (void)printf("Nhiều nhất %" PRId64 " người nhận mỗi phút.\n", r->per_minute);
    } else {
        (void)puts("Theo nhịp của nền tảng.");
    }
    return CLI_OK;
}

int cli_message_rate(struct cli *cli, int64_t id)
{
    struct ops_rate r = {.message = id,
                         .account = cli_has(cli, "account") ? cli_get(cli, "account") : NULL};

    return set(cli, &r);
}

int cli_account_rate(struct cli *cli)
{
    struct ops_rate r = {.account = cli->words[1]};

    return set(cli, &r);
}
