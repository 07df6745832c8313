/* SPDX-License-Identifier: Apache-2.0 */
/* loa message retry: again to those for whom it failed, by the running server */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "bot/cli/cli_message.h"
#include "bot/ops/message_retry.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"

struct again {
    struct ops_retry wish;
    cJSON *made;
};

static enum loa_err act(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct again *a = arg;

    return ops_message_retry(cli->db, &cli->who, loa_clock_wall(), &a->wish, a->made, why);
}

static void tell(const cJSON *made)
{
    /* From the printed form, in which numbers are plain again. */
    char *text = loa_json_print(made);
    cJSON *list = cJSON_Parse(text);
    const cJSON *o;

    cJSON_ArrayForEach(o, list)(void)
        printf("%s: gửi lần %" PRId64 " cho %" PRId64 " người bị lỗi\n", loa_json_str(o, "account"),
               loa_json_int(o, "attempt", 0), loa_json_int(o, "recipients", 0));
    cJSON_Delete(list);
    free(text);
}

int cli_message_retry(struct cli *cli, int64_t id)
{
    struct again a = {.wish = {.id = id,
                               .account = cli_get(cli, "account"),
                               .day = cli_get(cli, "day"),
                               .codes = cli_get(cli, "codes")},
                      .made = cJSON_CreateArray()};
    int status = cli_act(cli, act, &a);

    if (!status && cli->json) {
        cli_print_json(a.made);
        return CLI_OK;
    }
    if (!status)
        tell(a.made);
    cJSON_Delete(a.made);
    return status;
}
