/* SPDX-License-Identifier: Apache-2.0 */
/* loa audit list, verify, anchor */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "messages/anchor.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"

static int check_anchors(struct cli *cli, const char *file)
{
    struct msg_anchor_report r;
    struct loa_problem why = {"", ""};
    enum loa_err err = msg_anchor_check(cli->db, file, &r, &why);

    if (err == LOA_EPROTO && r.bad_seq) {
        (void)fprintf(stderr,
                      r.cut ? "loa: nhật ký bị cắt bớt: dòng số %" PRId64
                              " đã ghi ở tệp neo “%s” nay không còn\n"
                            : "loa: nhật ký bị viết lại: dòng số %" PRId64
                              " khác với tệp neo “%s”\n",
                      r.bad_seq, file);
        return CLI_FAILED;
    }
    if (err)
        return why.text[0] ? cli_complain(&why) : CLI_FAILED;
    (void)printf("Khớp với %" PRId64 " dòng neo trong “%s”.\n", r.lines, file);
    if (r.given_up)
        (void)printf("%" PRId64 " dòng neo cũ thuộc phần đã mất khi khôi phục từ bản sao lưu.\n",
                     r.given_up);
    return CLI_OK;
}

static int verify(struct cli *cli)
{
    const char *anchors = cli_get(cli, "anchor");
    int64_t rows, broken;
    enum loa_err err = msg_audit_verify(cli->db, &rows, &broken);

    if (err == LOA_EPROTO) {
        (void)fprintf(stderr, "loa: nhật ký bị sửa hoặc mất dòng từ số %" PRId64 "\n", broken);
        return CLI_FAILED;
    }
    if (err)
        return CLI_FAILED;
    (void)printf("Nhật ký nguyên vẹn: %" PRId64 " dòng.\n", rows);
    if (!anchors)
        anchors = cli->cfg.audit_anchor;
    return anchors ? check_anchors(cli, anchors) : CLI_OK;
}

static int anchor(struct cli *cli)
{
    const char *file = cli_get(cli, "anchor");
    struct msg_anchor a;
    struct loa_problem why;
    char line[MSG_ANCHOR_LINE];
    int64_t now = loa_clock_wall();

    if (msg_anchor_read(cli->db, &a) != LOA_OK)
        return CLI_FAILED;
    (void)puts(msg_anchor_line(&a, now, "anchor", line));
    if (!file)
        file = cli->cfg.audit_anchor;
    if (file && msg_anchor_append(file, &a, now, "anchor", &why) != LOA_OK)
        return cli_complain(&why);
    return CLI_OK;
}

static cJSON *row_json(const struct db_stmt *st, const char *at)
{
    cJSON *o = cJSON_CreateObject();

    loa_json_add_int(o, "seq", db_int(st, 0));
    cJSON_AddStringToObject(o, "at", at);
    cJSON_AddStringToObject(o, "user", db_text(st, 2));
    cJSON_AddStringToObject(o, "via", db_text(st, 3));
    cJSON_AddStringToObject(o, "action", db_text(st, 4));
    cJSON_AddStringToObject(o, "target", db_text(st, 5));
    cJSON_AddStringToObject(o, "detail", db_text(st, 6));
    return o;
}

static int list(struct cli *cli)
{
    cJSON *all = cJSON_CreateArray();
    char iso[LOA_ISO_SIZE];
    struct db_stmt *st;
    enum loa_err err = db_scan(cli->db, &st,
                               "SELECT seq, at_ms, user_name, via, action, target, detail "
                               "FROM audit ORDER BY seq",
                               "");

    while (!err && db_next(st, &err)) {
        (void)loa_iso_format(db_int(st, 1), iso);
        if (cli->json)
            cJSON_AddItemToArray(all, row_json(st, iso));
        else
            (void)printf("%6" PRId64 "  %s  %-12s %-4s %-20s %-14s %s\n", db_int(st, 0), iso,
                         db_text(st, 2), db_text(st, 3), db_text(st, 4), db_text(st, 5),
                         db_text(st, 6));
    }
    if (cli->json && !err)
        cli_print_json(all);
    else
        cJSON_Delete(all);
    return err ? CLI_FAILED : CLI_OK;
}

int cli_audit(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {{"anchor", false, false}};
    int status = cli_parse(cli, argc - 1, argv + 1, options, 1);
    const char *verb = cli->n_words == 1 ? cli->words[0] : "";

    if (status)
        return status;
    if (strcmp(verb, "list") != 0 && strcmp(verb, "verify") != 0 && strcmp(verb, "anchor") != 0)
        return cli_usage("cần: audit list, audit verify hoặc audit anchor");
    status = cli_open(cli);
    if (status)
        return status;
    if (strcmp(verb, "list") == 0)
        return list(cli);
    return strcmp(verb, "verify") == 0 ? verify(cli) : anchor(cli);
}
