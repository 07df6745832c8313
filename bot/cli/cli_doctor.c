/* SPDX-License-Identifier: Apache-2.0 */
/* loa doctor: tries the credentials of each account, read-only. Never renews a token: the running
 * server does, and a refresh token works only once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "bot/cli/cli.h"
#include "channels/channel.h"
#include "channels/http_client.h"
#include "messages/base/clock.h"
#include "messages/base/mem.h"

struct probe {
    const struct msg_account *account;
    struct channel *channel;
    struct http_client *http;
    struct channel_flow flow;
    struct http_req req;
    bool well;
};

static void report(struct probe *p)
{
    const struct channel_result *r = &p->flow.res;

    p->well = r->verdict == CHANNEL_OK;
    (void)printf("%-16s %-10s %s", p->account->name, p->account->channel,
                 p->well ? "tốt" : "KHÔNG ĐƯỢC");
    if (p->flow.summary[0])
        (void)printf(": %s", p->flow.summary);
    if (!p->well && (r->code || r->detail[0]))
        (void)printf(" (mã %d: %s)", r->code, r->detail);
    if (p->account->paused)
        (void)printf("; đang tạm dừng: %s",
                     p->account->pause_reason ? p->account->pause_reason : "");
    (void)putchar('\n');
}

static void step(struct probe *p, const struct http_reply *prev);

static void on_reply(const struct http_reply *reply, void *ctx)
{
    step(ctx, reply);
}

static void step(struct probe *p, const struct http_reply *prev)
{
    http_req_reset(&p->req);
    if (p->channel->ops->flow(p->channel, &p->flow, prev, &p->req) == CHANNEL_STEP_SEND &&
        http_client_send(p->http, &p->req, on_reply, p) == LOA_OK)
        return;
    report(p);
    http_client_close(p->http, 0, NULL, NULL);
}

static bool token_is_old(const struct probe *p)
{
    const struct msg_account *a = p->account;

    if (!(p->channel->ops->caps & CHANNEL_CAP_REFRESH))
        return false;
    if (!loa_secret_is_set(a->access_token)) {
        (void)printf("%-16s %-10s chưa có mã truy cập: hãy chạy loa serve một lần\n", a->name,
                     a->channel);
        return true;
    }
    if (a->token_expires_ms && a->token_expires_ms < loa_clock_wall()) {
        (void)printf("%-16s %-10s mã truy cập đã hết hạn: loa serve sẽ tự làm mới khi chạy\n",
                     a->name, a->channel);
        return true;
    }
    return false;
}

static bool probe_with(const struct cli *cli, struct probe *p)
{
    struct http_client_options opt = {
        .ca_file = cli->cfg.ca_file, .timeout_ms = 15000, .http2_writes = cli->cfg.http2_sends};
    uv_loop_t loop;

    uv_loop_init(&loop);
    if (http_client_new(&loop, &opt, &p->http) == LOA_OK) {
        p->flow.kind = CHANNEL_FLOW_PROBE;
        channel_result_init(&p->flow.res);
        step(p, NULL);
        (void)uv_run(&loop, UV_RUN_DEFAULT);
    }
    (void)uv_loop_close(&loop);
    http_req_release(&p->req);
    return p->well;
}

static bool check(const struct cli *cli, const struct msg_account *a)
{
    const struct channel_ops *ops = channel_find(a->channel);
    struct channel_config cfg = channel_config_of(a);
    struct probe *p = loa_xcalloc(1, sizeof(*p));
    struct loa_problem why;
    bool well = false;

    p->account = a;
    if (!ops || ops->open(&cfg, &p->channel, &why) != LOA_OK) {
        (void)printf("%-16s %-10s KHÔNG ĐƯỢC: %s\n", a->name, a->channel, ops ? why.text : "");
    } else {
        well = !token_is_old(p) && ops->flow && probe_with(cli, p);
        ops->close(p->channel);
    }
    free(p);
    return well;
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
