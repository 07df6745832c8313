/* SPDX-License-Identifier: Apache-2.0 */
/* loa message test: to a few named contacts, by the running server */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli_message.h"
#include "bot/ops/message_trial.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"

enum { TO_MAX = 64 };

static enum loa_err act(struct cli *cli, void *arg, struct loa_problem *why)
{
    return ops_message_test(cli->db, &cli->who, loa_clock_wall(), arg, why);
}

/* "a,b"; cuts `list` into its parts. */
static size_t split(char *list, const char *out[TO_MAX])
{
    size_t n = 0;

    while (*list && n < TO_MAX) {
        size_t len = strcspn(list, ",");
        bool more = list[len] == ',';

        list[len] = '\0';
        if (len)
            out[n++] = list;
        list += len + more;
    }
    return n;
}

static void tell(const struct cli *cli, const struct ops_trial *t)
{
    cJSON *o;

    if (!cli->json) {
        (void)printf("Đã xếp %d tin thử%s; máy chủ đang chạy sẽ gửi ngay.\n", t->sent,
                     t->approved ? "" : ", có dấu [THỬ] vì tin chưa duyệt");
        return;
    }
    o = cJSON_CreateObject();
    loa_json_add_int(o, "id", t->id);
    loa_json_add_int(o, "sent", t->sent);
    cJSON_AddBoolToObject(o, "approved", t->approved);
    cli_print_json(o);
}

int cli_message_test(struct cli *cli, int64_t id)
{
    const char *to[TO_MAX];
    struct ops_trial t = {.id = id,
                          .account = cli_get(cli, "account"),
                          .to = to,
                          .day = cli_get(cli, "day"),
                          .approvals = cli->cfg.approvals};
    char *list;
    int status = CLI_OK;

    if (!cli_has(cli, "account") || !cli_has(cli, "to"))
        return cli_usage("message test cần --account và --to");
    list = loa_xstrdup(cli_get(cli, "to"));
    t.n_to = split(list, to);
    if (!t.n_to)
        status = cli_usage("cần ít nhất một người nhận (--to)");
    if (!status)
        status = cli_act(cli, act, &t);
    if (!status)
        tell(cli, &t);
    free(list);
    return status;
}
