/* SPDX-License-Identifier: Apache-2.0 */
/* loa cleanup: what the server does little by little, now and to its end */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bot/cli/cli.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/cleanup.h"

enum { STEP_ROWS = 500, REST_US = 5000 };

static const char *const labels[MSG_CLEANUP_KINDS] = {
    "kết quả gửi",          "sự kiện từ các nền tảng",    "câu trả lời",
    "ngữ cảnh trò chuyện",  "câu hỏi chưa trả lời",       "kỳ gửi đã qua",
    "biên nhận lạc",        "dấu chống trùng biên nhận",  "tin báo thôi nhận giữa các máy",
    "lời đã nói trên cổng", "người đã lâu không liên hệ",
};

struct cleanup {
    struct sched_keep keep;
    int64_t now, n[MSG_CLEANUP_KINDS];
    struct msg_cleanup_step step;
};

static enum loa_err one_step(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct cleanup *c = arg;

    (void)why;
    return msg_cleanup_step(cli->db, &c->step);
}

/* Each step is a transaction of its own, with a breath between them for a server that runs. */
static int clean(struct cli *cli, struct cleanup *c, enum msg_cleanup_kind kind)
{
    int status = CLI_OK;

    c->step = (struct msg_cleanup_step){
        .kind = kind, .before_ms = c->now - c->keep.ms[kind], .now = c->now, .max = STEP_ROWS};
    while (!status && !c->step.over) {
        status = cli_act(cli, one_step, c);
        c->n[kind] += c->step.dropped;
        usleep(REST_US);
    }
    return status;
}

static int count(struct cli *cli, struct cleanup *c, enum msg_cleanup_kind kind)
{
    struct loa_problem why;

    if (msg_cleanup_count(cli->db, kind, c->now - c->keep.ms[kind], &c->n[kind]) == LOA_OK)
        return CLI_OK;
    (void)loa_fail(&why, LOA_EIO, "", "Không đọc được kho dữ liệu: %s", db_message(cli->db));
    return cli_complain(&why);
}

static enum loa_err note(struct cli *cli, void *arg, struct loa_problem *why)
{
    const struct cleanup *c = arg;
    int64_t all = 0;
    char detail[48];

    (void)why;
    for (int i = 0; i < MSG_CLEANUP_KINDS; i++)
        all += c->n[i];
    (void)snprintf(detail, sizeof(detail), "%" PRId64 " rows", all);
    return msg_audit(cli->db, &cli->who, c->now, "store.cleanup", "store", detail);
}

static void print(const struct cli *cli, const struct cleanup *c, bool dry)
{
    cJSON *o = cli->json ? cJSON_CreateObject() : NULL;

    if (!o)
        (void)puts(dry ? "Sẽ được đếm lại rồi xóa:" : "Đã đếm lại rồi xóa:");
    for (int i = 0; i < MSG_CLEANUP_KINDS; i++) {
        if (o)
            loa_json_add_int(o, msg_cleanup_name((enum msg_cleanup_kind)i), c->n[i]);
        else
            (void)printf("%10" PRId64 "  %s\n", c->n[i], labels[i]);
    }
    if (o)
        cli_print_json(o);
}

int cli_cleanup(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {{"dry-run", true, false}};
    struct cleanup c = {.now = loa_clock_wall()};
    int status = cli_parse(cli, argc - 1, argv + 1, options, 1);
    bool dry = cli_has(cli, "dry-run");

    if (!status && cli->n_words)
        status = cli_usage("cleanup không nhận đối số");
    if (!status)
        status = cli_actor(cli);
    if (!status)
        status = cli_open(cli);
    if (!status)
        status = cli_admin(cli);
    if (status)
        return status;
    bot_config_keep(&cli->cfg, &c.keep);
    for (int i = 0; i < MSG_CLEANUP_KINDS && !status; i++)
        status = dry ? count(cli, &c, (enum msg_cleanup_kind)i)
                     : clean(cli, &c, (enum msg_cleanup_kind)i);
    if (!status && !dry)
        status = cli_act(cli, note, &c);
    if (!status)
        print(cli, &c, dry);
    return status;
}
