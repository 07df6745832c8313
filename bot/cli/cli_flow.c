/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/cli/cli_flow.h"

#include <string.h>

#include <uv.h>

#include "channels/http_client.h"
#include "messages/base/clock.h"

struct job {
    struct channel *channel;
    struct http_client *http;
    struct channel_flow *flow;
    struct http_req req;
    uv_timer_t timer;
};

static void step(struct job *j, const struct http_reply *prev);

static void on_reply(const struct http_reply *reply, void *ctx)
{
    step(ctx, reply);
}

static void end(struct job *j)
{
    uv_close((uv_handle_t *)&j->timer, NULL);
    http_client_close(j->http, 0, NULL, NULL);
}

static void on_timer(uv_timer_t *t)
{
    struct job *j = t->data;

    if (http_client_send(j->http, &j->req, on_reply, j) != LOA_OK)
        end(j);
}

static void step(struct job *j, const struct http_reply *prev)
{
    j->flow->wait_ms = 0;
    http_req_reset(&j->req);
    if (j->channel->ops->flow(j->channel, j->flow, prev, &j->req) == CHANNEL_STEP_SEND)
        uv_timer_start(&j->timer, on_timer, j->flow->wait_ms > 0 ? (uint64_t)j->flow->wait_ms : 0,
                       0);
    else
        end(j);
}

static enum loa_err check_token(const struct channel_ops *ops, const struct msg_account *a,
                                struct loa_problem *why)
{
    if (!(ops->caps & CHANNEL_CAP_REFRESH))
        return LOA_OK;
    if (!loa_secret_is_set(a->access_token))
        return loa_fail(why, LOA_EPERM, a->name, "chưa có mã truy cập: hãy chạy loa serve một lần");
    if (a->token_expires_ms && a->token_expires_ms < loa_clock_wall())
        return loa_fail(why, LOA_EPERM, a->name,
                        "mã truy cập đã hết hạn: loa serve sẽ tự làm mới khi chạy");
    return LOA_OK;
}

static enum loa_err run(const struct cli *cli, struct job *j)
{
    struct http_client_options opt = {
        .ca_file = cli->cfg.ca_file, .timeout_ms = 60000, .http2_writes = cli->cfg.http2_sends};
    uv_loop_t loop;
    enum loa_err err;

    uv_loop_init(&loop);
    err = http_client_new(&loop, &opt, &j->http);
    if (!err) {
        uv_timer_init(&loop, &j->timer);
        j->timer.data = j;
        step(j, NULL);
        (void)uv_run(&loop, UV_RUN_DEFAULT);
    }
    (void)uv_loop_close(&loop);
    http_req_release(&j->req);
    return err;
}

enum loa_err cli_flow_run(const struct cli *cli, const struct msg_account *a,
                          struct channel_flow *f, struct loa_problem *why)
{
    const struct channel_ops *ops = channel_find(a->channel);
    struct channel_config cfg = channel_config_of(a);
    struct job j = {.flow = f};
    enum loa_err err;

    channel_result_init(&f->res);
    if (!ops || !ops->flow)
        return loa_fail(why, LOA_ENOENT, a->name, "kênh này không có việc đó");
    err = check_token(ops, a, why);
    if (!err)
        err = ops->open(&cfg, &j.channel, why);
    if (err)
        return err;
    err = run(cli, &j);
    ops->close(j.channel);
    return err ? loa_fail(why, err, a->name, "không gọi được nền tảng") : LOA_OK;
}
