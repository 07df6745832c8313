/* SPDX-License-Identifier: Apache-2.0 */
/* loa doctor: tries the credentials of each account, read-only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli_flow.h"
#include "bot/cli/cli_rights.h"
#include "messages/base/clock.h"
#include "scheduler/ways.h"

struct told {
    int64_t account;
    const struct channel_flow *flow;
};

static enum loa_err keep(struct cli *cli, void *arg, struct loa_problem *why)
{
    const struct told *t = arg;
    enum loa_err err = cli_rights_keep(cli, t->account, t->flow);

    (void)why;
    return err ? err
               : sched_ways_told(cli->db, t->account, t->flow->ways_open, t->flow->ways_closed,
                                 t->flow->ways_why, loa_clock_wall());
}

/* False if one of them is over, whatever the platform still lets through. */
static bool tell_rights(struct cli *cli, int64_t account)
{
    struct msg_right *rights = NULL;
    size_t n = 0;
    bool over = msg_right_load(cli->db, &rights, &n) == LOA_OK &&
                cli_rights_print(rights, n, account, loa_clock_wall(), true);

    free(rights);
    return !over;
}

static bool check(struct cli *cli, const struct msg_account *a)
{
    struct channel_flow f = {.kind = CHANNEL_FLOW_PROBE};
    struct loa_problem why = {"", ""};
    enum loa_err err = cli_flow_run(cli, a, &f, &why);
    bool well = !err && f.res.verdict == CHANNEL_OK;

    (void)printf("%-16s %-10s %s", a->name, a->channel, well ? "tốt" : "KHÔNG ĐƯỢC");
    if (err)
        (void)printf(": %s", why.text);
    if (f.summary[0])
        (void)printf(": %s", f.summary);
    if (!err && !well && (f.res.code || f.res.detail[0]))
        (void)printf(" (mã %d: %s)", f.res.code, f.res.detail);
    if (a->paused)
        (void)printf("; đang tạm dừng: %s", a->pause_reason ? a->pause_reason : "");
    if (f.ways_closed)
        (void)printf("; %s", f.ways_why);
    (void)putchar('\n');
    if (well && (f.ways_open | f.ways_closed || f.n_rights))
        well = cli_act(cli, keep, &(struct told){a->id, &f}) == CLI_OK;
    return tell_rights(cli, a->id) && well;
}

int cli_doctor(struct cli *cli, int argc, char **argv)
{
    struct loa_secret *key = NULL;
    struct msg_account *all = NULL;
    struct loa_problem why;
    size_t n = 0, seen = 0;
    int status = cli_parse(cli, argc - 1, argv + 1, NULL, 0);

    if (!status && cli->n_words > 1)
        status = cli_usage("doctor nhận nhiều nhất một kênh");
    if (!status && cli->n_words && !channel_find(cli->words[0]))
        status = cli_usage("không có kênh này: zalo, viber, facebook");
    if (!status)
        status = cli_open(cli);
    if (status)
        return status;
    if (bot_config_key(&cli->cfg, &key, &why) != LOA_OK)
        return cli_complain(&why);
    cli->who = (struct msg_actor){"loa", "cli"};
    status = cli_act(cli, cli_put_accounts, NULL);
    if (!status && msg_account_load(cli->db, key, &all, &n, &why) != LOA_OK)
        status = cli_complain(&why);
    for (size_t i = 0; i < n; i++) {
        if (!cli->n_words || strcmp(all[i].channel, cli->words[0]) == 0) {
            seen++;
            if (!check(cli, &all[i]))
                status = CLI_FAILED;
        }
        msg_account_release(&all[i]);
    }
    if (!status && !seen) {
        (void)loa_fail(&why, LOA_ENOENT, "account", "Chưa có tài khoản nào; xem .env.example");
        status = cli_complain(&why);
    }
    free(all);
    loa_secret_free(key);
    return status;
}
