/* SPDX-License-Identifier: Apache-2.0 */
/* loa contacts optouts: who said stop, as a file that a restore needs */
#include "bot/cli/cli_optouts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/refusal.h"

static const char usage[] = "cần: contacts optouts export [--since THỜI_ĐIỂM], hoặc contacts "
                            "optouts import TỆP --user AI";

/* ---- out --------------------------------------------------------------------------------- */

static enum loa_err print_one(void *ctx, const struct msg_refusal *r)
{
    char *line = msg_refusal_line(r);
    int n = puts(line);

    (void)ctx;
    free(line);
    return n < 0 ? LOA_EIO : LOA_OK;
}

/* A file that lacks some must not pass for a whole one, so a full disk is an error here. */
static int export_all(struct cli *cli)
{
    struct loa_problem why;
    int64_t since = 0;
    enum loa_err err;
    int status;

    if (cli_has(cli, "since") && loa_iso_parse(cli_get(cli, "since"), &since) != LOA_OK)
        return cli_usage("--since cần thời điểm ISO 8601, ví dụ 2026-10-01T07:30:00+07:00");
    status = cli_open_readonly(cli);
    if (status)
        return status;
    err = msg_refusals_each(cli->db, since, print_one, NULL);
    if (!err && fflush(stdout) == 0)
        return CLI_OK;
    (void)loa_fail(&why, LOA_EIO, "", "Không xuất được hết: %s",
                   err ? db_message(cli->db) : strerror(errno));
    return cli_complain(&why);
}

/* ---- in ---------------------------------------------------------------------------------- */

struct taking {
    struct cli *cli;
    FILE *f;
    struct msg_refusals_taken taken;
};

static enum loa_err take_one(void *ctx, const struct msg_refusal *r)
{
    struct taking *t = ctx;

    return msg_refusal_take(t->cli->db, r, &t->taken);
}

static enum loa_err take_all(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct taking *t = arg;
    enum loa_err err = msg_refusals_read(t->f, take_one, t, why);
    char *detail = loa_xasprintf("%" PRId64 " opt-outs, %" PRId64 " erasures", t->taken.opt_outs,
                                 t->taken.erasures);

    if (!err)
        err = msg_audit(cli->db, &cli->who, loa_clock_wall(), "contacts.optouts", "store", detail);
    free(detail);
    return err;
}

static void print_taken(const struct cli *cli, const struct msg_refusals_taken *n)
{
    cJSON *o;

    if (!cli->json) {
        (void)printf("Thêm %" PRId64 " người xin thôi nhận, %" PRId64
                     " người xin xóa thông tin; đã biết từ trước: %" PRId64 " dòng.\n",
                     n->opt_outs, n->erasures, n->known);
        if (n->elsewhere)
            (void)printf("CHÚ Ý: %" PRId64 " dòng thuộc tài khoản chưa có trong kho này. Thêm tài "
                         "khoản ấy rồi nhập lại tệp.\n",
                         n->elsewhere);
        return;
    }
    o = cJSON_CreateObject();
    loa_json_add_int(o, "opt_outs", n->opt_outs);
    loa_json_add_int(o, "erasures", n->erasures);
    loa_json_add_int(o, "known", n->known);
    loa_json_add_int(o, "elsewhere", n->elsewhere);
    cli_print_json(o);
}

static int import_all(struct cli *cli)
{
    const char *path = cli->words[2];
    struct taking t = {.cli = cli};
    struct loa_problem why;
    int status = cli_actor(cli);

    if (!status)
        status = cli_open(cli);
    if (status)
        return status;
    t.f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!t.f) {
        (void)loa_fail(&why, LOA_ENOENT, path, "Không mở được tệp: %s", strerror(errno));
        return cli_complain(&why);
    }
    status = cli_act(cli, take_all, &t);
    if (t.f != stdin)
        (void)fclose(t.f);
    if (!status)
        print_taken(cli, &t.taken);
    return status;
}

int cli_optouts(struct cli *cli)
{
    const char *verb = cli->n_words > 1 ? cli->words[1] : "";

    if (cli_has(cli, "account"))
        return cli_usage(usage);
    if (strcmp(verb, "export") == 0 && cli->n_words == 2)
        return export_all(cli);
    if (strcmp(verb, "import") == 0 && cli->n_words == 3 && !cli_has(cli, "since"))
        return import_all(cli);
    return cli_usage(usage);
}
