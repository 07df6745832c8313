/* SPDX-License-Identifier: Apache-2.0 */
/* loa handpost: a sheet for posting by hand when a channel is down, and its tick-off */
#include "bot/cli/cli_handpost.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "bot/ops/hand_tick.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"

/* ---- the sheet ------------------------------------------------------------------------- */

static int write_html(const struct ops_hand_sheet *s, const char *path)
{
    FILE *f = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
    struct loa_problem why;
    bool failed;

    if (!f) {
        (void)loa_fail(&why, LOA_EIO, path, "Không ghi được tệp: %s", strerror(errno));
        return cli_complain(&why);
    }
    cli_hand_html(s, f);
    failed = fflush(f) != 0 || ferror(f);
    if (f != stdout && fclose(f) != 0)
        failed = true;
    if (!failed)
        return CLI_OK;
    (void)loa_fail(&why, LOA_EIO, path, "Không ghi được tệp: %s", strerror(errno));
    return cli_complain(&why);
}

static int sheet(struct cli *cli, int64_t id)
{
    struct loa_problem why = {"", ""};
    struct ops_hand_wish wish = {.id = id,
                                 .now = loa_clock_wall(),
                                 .channel = cli_get(cli, "channel"),
                                 .account = cli_get(cli, "account"),
                                 .day = cli_get(cli, "day"),
                                 .approvals = cli->cfg.approvals};
    struct ops_hand_sheet s;
    int status = CLI_OK;

    if (ops_hand_collect(cli->db, &wish, &s, &why) != LOA_OK)
        status = cli_complain(&why);
    else if (cli_has(cli, "html"))
        status = write_html(&s, cli_get(cli, "html"));
    else if (cli->json)
        cli_print_json(ops_hand_json(&s));
    else
        cli_hand_text(&s);
    ops_hand_release(&s);
    return status;
}

/* ---- the tick -------------------------------------------------------------------------- */

static enum loa_err act(struct cli *cli, void *arg, struct loa_problem *why)
{
    return ops_hand_tick(cli->db, &cli->who, loa_clock_wall(), arg, why);
}

static void tell(const struct cli *cli, const struct ops_hand_tick *t)
{
    char iso[LOA_ISO_SIZE];

    (void)loa_iso_format(t->due_ms, iso);
    if (cli->json) {
        cJSON *o = cJSON_CreateObject();

        loa_json_add_int(o, "id", t->id);
        cJSON_AddStringToObject(o, "account", cli_get(cli, "account"));
        cJSON_AddStringToObject(o, "due", iso);
        cJSON_AddBoolToObject(o, "by_hand", !t->undo);
        cli_print_json(o);
    } else if (t->undo) {
        (void)printf("Đã bỏ dấu: bài kỳ %s trên %s lại do máy đăng.\n", iso,
                     cli_get(cli, "account"));
    } else {
        (void)printf("Đã đánh dấu đăng tay: kỳ %s trên %s. Máy sẽ không đăng bài này nữa.\n", iso,
                     cli_get(cli, "account"));
    }
}

static int done(struct cli *cli, int64_t id)
{
    struct ops_hand_tick t = {.id = id,
                              .account = cli_get(cli, "account"),
                              .day = cli_get(cli, "day"),
                              .url = cli_get(cli, "url"),
                              .note = cli_get(cli, "note"),
                              .undo = cli_has(cli, "undo"),
                              .approvals = cli->cfg.approvals};
    int status = cli_act(cli, act, &t);

    if (!status)
        tell(cli, &t);
    return status;
}

/* ---- the command ----------------------------------------------------------------------- */

static int check_options(const struct cli *cli, bool tick)
{
    const char *way = cli_get(cli, "way"), *url = cli_get(cli, "url"), *note = cli_get(cli, "note");

    if (!tick)
        return CLI_OK;
    if (!cli_has(cli, "account"))
        return cli_usage("handpost done cần --account TÊN");
    if (way && strcmp(way, "direct") == 0)
        return cli_usage("tin riêng cho từng người không đăng tay được; chỉ bài công khai (--way "
                         "post). Tin riêng thì máy gửi tiếp khi kênh trở lại");
    if (way && strcmp(way, "post") != 0)
        return cli_usage("--way chỉ nhận post");
    if (url && !ops_hand_url_ok(url))
        return cli_usage("--url là liên kết tới bài đã đăng, bắt đầu bằng https://");
    if (note && !ops_hand_note_ok(note))
        return cli_usage("--note dài nhất 500 ký tự");
    return CLI_OK;
}

int cli_handpost(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {
        {"channel", false, false}, {"account", false, false}, {"day", false, false},
        {"html", false, false},    {"way", false, false},     {"url", false, false},
        {"note", false, false},    {"undo", true, false},
    };
    int status = cli_parse(cli, argc - 1, argv + 1, options, sizeof(options) / sizeof(options[0]));
    bool tick = cli->n_words && strcmp(cli->words[0], "done") == 0;
    int64_t id = 0;

    if (!status && cli->n_words != (tick ? 2 : 1))
        status = cli_usage("cần: handpost ID hoặc handpost done ID --account TÊN");
    if (!status && !cli_id(cli->words[tick ? 1 : 0], &id))
        status = CLI_USAGE;
    if (!status)
        status = check_options(cli, tick);
    if (!status && tick)
        status = cli_actor(cli);
    if (!status)
        status = cli_open(cli);
    if (status)
        return status;
    return tick ? done(cli, id) : sheet(cli, id);
}
