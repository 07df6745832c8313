/* SPDX-License-Identifier: Apache-2.0 */
/* loa faq, topics, places, daily */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "bot/cli/cli_faults.h"
#include "bot/ops/content_import.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/catalog_store.h"
#include "messages/import.h"

static enum loa_err put(struct cli *cli, void *arg, struct loa_problem *why)
{
    return ops_import_put(cli->db, &cli->who, loa_clock_wall(), arg, why);
}

static int import(struct cli *cli, enum ops_content noun)
{
    struct ops_import in = {.kind = noun, .skip_bad = cli_has(cli, "skip-bad")};
    struct loa_problem why = {"", ""};
    char *bytes = NULL;
    int status = cli_actor(cli);

    if (!status)
        status = cli_open(cli);
    if (status)
        return status;
    if (cli_read_file(cli->words[1], MSG_IMPORT_MAX, &bytes, &in.n, &why) != LOA_OK)
        return cli_complain(&why);
    in.bytes = bytes;
    /* Before the transaction: a long file must not keep the server from writing. */
    ops_import_parse(&in);
    status = cli_faults(cli, &in.faults);
    if (!status)
        status = cli_act(cli, put, &in);
    if (noun == OPS_DAILY && in.faults.n) /* told by the act */
        (void)cli_faults(cli, &in.faults);
    if (!status)
        (void)printf("Đã nhập %s: thêm %d, đổi %d, giữ nguyên %d.\n", cli->words[1],
                     in.counts.added, in.counts.changed, in.counts.same);
    if (!status)
        cli_faults_left_out(&in.faults);
    ops_import_release(&in);
    free(bytes);
    return status;
}

/* ---- lists ----------------------------------------------------------------------------- */

static void print_entry(enum ops_content noun, const cJSON *o)
{
    const char *id = loa_json_str(o, noun == OPS_DAILY ? "date" : "id");
    const char *title = loa_json_str(o, noun == OPS_FAQ ? "answer" : "title");

    (void)printf("%-22s %s\n", id ? id : "", title ? title : "");
}

static int list(struct cli *cli, enum ops_content noun)
{
    static const char by_faq[] = "SELECT data FROM faqs ORDER BY position, id";
    static const char by_day[] = "SELECT data FROM daily ORDER BY day";
    const char *sql = noun == OPS_FAQ ? by_faq : by_day;
    cJSON *all = cJSON_CreateArray();
    struct db_stmt *st;
    enum loa_err err = db_query(cli->db, &st, sql, "");

    while (!err && db_next(st, &err)) {
        const char *data = db_text(st, 0);
        cJSON *o = loa_json_parse(data, strlen(data));

        if (cli->json) {
            cJSON_AddItemToArray(all, o);
        } else {
            print_entry(noun, o);
            cJSON_Delete(o);
        }
    }
    if (cli->json && !err)
        cli_print_json(all);
    else
        cJSON_Delete(all);
    return err ? CLI_FAILED : CLI_OK;
}

static int content(struct cli *cli, int argc, char **argv, enum ops_content noun)
{
    static const struct cli_option options[] = {{"skip-bad", true, false}};
    int status = cli_parse(cli, argc - 1, argv + 1, options, 1);
    const char *verb = cli->n_words ? cli->words[0] : "";

    if (status)
        return status;
    if (strcmp(verb, "import") == 0 && cli->n_words == 2)
        return import(cli, noun);
    if (strcmp(verb, "list") != 0 || cli->n_words != 1 || noun == OPS_TOPICS || noun == OPS_PLACES)
        return cli_usage("cần: import TỆP");
    status = cli_open(cli);
    return status ? status : list(cli, noun);
}

int cli_faq(struct cli *cli, int argc, char **argv)
{
    return content(cli, argc, argv, OPS_FAQ);
}

int cli_topics(struct cli *cli, int argc, char **argv)
{
    return content(cli, argc, argv, OPS_TOPICS);
}

int cli_places(struct cli *cli, int argc, char **argv)
{
    return content(cli, argc, argv, OPS_PLACES);
}

int cli_daily(struct cli *cli, int argc, char **argv)
{
    return content(cli, argc, argv, OPS_DAILY);
}
