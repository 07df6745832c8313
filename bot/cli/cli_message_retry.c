/* SPDX-License-Identifier: Apache-2.0 */
/* loa message retry: again to those for whom it failed, by the running server */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "bot/cli/cli_message.h"
#include "bot/occurrence.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/message.h"
#include "messages/retry.h"

struct again {
    struct msg_retry_request q;
    struct msg_retry *made;
    size_t n;
};

static enum loa_err find_day(struct cli *cli, struct again *a, int64_t now, struct loa_problem *why)
{
    struct msg_message *m = NULL;
    struct bot_occurrence o = {0};
    enum loa_err err = msg_message_get(cli->db, a->q.message_id, &m, why);

    if (!err)
        err = bot_occurrence_find(m, cli_get(cli, "day"), now, &o, why);
    a->q.due_ms = o.due_ms;
    msg_message_free(m);
    return err;
}

static enum loa_err act(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct again *a = arg;
    int64_t now = loa_clock_wall();
    enum loa_err err = LOA_OK;

    if (cli_has(cli, "account"))
        err = msg_account_id(cli->db, cli_get(cli, "account"), &a->q.account_id, why);
    if (!err && cli_has(cli, "day"))
        err = find_day(cli, a, now, why);
    return err ? err : msg_retry_start(cli->db, &cli->who, now, &a->q, &a->made, &a->n, why);
}

/* Caller frees. */
static char *account_name(struct cli *cli, int64_t id)
{
    struct db_stmt *st;
    char *name = NULL;
    enum loa_err err = db_query(cli->db, &st, "SELECT name FROM accounts WHERE id = $1", "i", id);

    while (!err && db_next(st, &err)) {
        free(name);
        name = loa_xstrdup(db_text(st, 0));
    }
    return name ? name : loa_xstrdup("");
}

static void tell(struct cli *cli, const struct msg_retry *r, cJSON *list)
{
    char *name = account_name(cli, r->account_id);

    if (cli->json) {
        cJSON *o = cJSON_CreateObject();

        loa_json_add_int(o, "run", r->run_id);
        loa_json_add_int(o, "retry_of", r->first_run_id);
        cJSON_AddStringToObject(o, "account", name);
        loa_json_add_int(o, "attempt", r->attempt);
        loa_json_add_int(o, "recipients", r->recipients);
        cJSON_AddItemToArray(list, o);
    } else {
        (void)printf("%s: gửi lần %d cho %" PRId64 " người bị lỗi\n", name, r->attempt,
                     r->recipients);
    }
    free(name);
}

int cli_message_retry(struct cli *cli, int64_t id)
{
    struct again a = {.q = {.message_id = id, .codes = cli_get(cli, "codes")}};
    cJSON *list;
    int status = cli_act(cli, act, &a);

    if (status)
        return status;
    list = cJSON_CreateArray();
    for (size_t i = 0; i < a.n; i++)
        tell(cli, &a.made[i], list);
    if (cli->json)
        cli_print_json(list);
    else
        cJSON_Delete(list);
    free(a.made);
    return CLI_OK;
}
