/* SPDX-License-Identifier: Apache-2.0 */
/* loa faq, topics, places, daily */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "bot/cli/cli_faults.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/catalog_store.h"
#include "messages/import.h"

enum noun { FAQ, TOPICS, PLACES, DAILY };

struct import {
    enum noun noun;
    char *bytes;
    size_t n;
    struct msg_catalog *catalog; /* what they say, but for DAILY */
    struct msg_put_counts counts;
    struct msg_faults faults;
};

/* What is wrong is in the faults. */
static void parse(struct import *in)
{
    static const enum msg_import_kind kinds[] = {
        [FAQ] = MSG_IMPORT_FAQ, [TOPICS] = MSG_IMPORT_TOPICS, [PLACES] = MSG_IMPORT_PLACES};
    enum loa_err err = LOA_OK;

    if (in->noun != DAILY)
        err = msg_import_rows(in->catalog, kinds[in->noun], in->bytes, in->n, MSG_FORMAT_JSON,
                              &in->faults);
    (void)err;
}

static enum loa_err put(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct import *in = arg;
    int64_t now = loa_clock_wall();
    enum loa_err err;

    switch (in->noun) {
    case FAQ:
        return msg_catalog_put_faqs(cli->db, &cli->who, now, in->catalog, &in->counts);
    case TOPICS:
        return msg_catalog_put_topics(cli->db, &cli->who, now, in->catalog, &in->counts);
    case PLACES:
        return msg_catalog_put_places(cli->db, &cli->who, now, in->catalog, &in->counts);
    case DAILY:
        break;
    }
    err = msg_daily_put(cli->db, &cli->who, now, in->bytes, in->n, cli_has(cli, "skip-bad"),
                        &in->counts, &in->faults);
    if (err && in->faults.n)
        (void)loa_fail(why, err, "", "Có mục sai trong tệp");
    return err;
}

static int import(struct cli *cli, enum noun noun)
{
    struct import in = {.noun = noun};
    struct loa_problem why = {"", ""};
    int status = cli_actor(cli);

    if (!status)
        status = cli_open(cli);
    if (status)
        return status;
    if (cli_read_file(cli->words[1], MSG_IMPORT_MAX, &in.bytes, &in.n, &why) != LOA_OK)
        return cli_complain(&why);
    in.catalog = msg_catalog_new();
    /* Before the transaction: a long file must not keep the server from writing. */
    parse(&in);
    status = cli_faults(cli, &in.faults);
    if (!status)
        status = cli_act(cli, put, &in);
    if (noun == DAILY && in.faults.n) /* told by the act */
        (void)cli_faults(cli, &in.faults);
    if (!status)
        (void)printf("Đã nhập %s: thêm %d, đổi %d, giữ nguyên %d.\n", cli->words[1],
                     in.counts.added, in.counts.changed, in.counts.same);
    if (!status)
        cli_faults_left_out(&in.faults);
    msg_faults_release(&in.faults);
    msg_catalog_free(in.catalog);
    free(in.bytes);
    return status;
}

/* ---- lists ----------------------------------------------------------------------------- */

static void print_entry(enum noun noun, const cJSON *o)
{
    const char *id = loa_json_str(o, noun == DAILY ? "date" : "id");
    const char *title = loa_json_str(o, noun == FAQ ? "answer" : "title");

    (void)printf("%-22s %s\n", id ? id : "", title ? title : "");
}

static int list(struct cli *cli, enum noun noun)
{
    static const char by_faq[] = "SELECT data FROM faqs ORDER BY position, id";
    static const char by_day[] = "SELECT data FROM daily ORDER BY day";
    const char *sql = noun == FAQ ? by_faq : by_day;
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

static int content(struct cli *cli, int argc, char **argv, enum noun noun)
{
    static const struct cli_option options[] = {{"skip-bad", true, false}};
    int status = cli_parse(cli, argc - 1, argv + 1, options, 1);
    const char *verb = cli->n_words ? cli->words[0] : "";

    if (status)
        return status;
    if (strcmp(verb, "import") == 0 && cli->n_words == 2)
        return import(cli, noun);
    if (strcmp(verb, "list") != 0 || cli->n_words != 1 || noun == TOPICS || noun == PLACES)
        return cli_usage("cần: import TỆP");
    status = cli_open(cli);
    return status ? status : list(cli, noun);
}

int cli_faq(struct cli *cli, int argc, char **argv)
{
    return content(cli, argc, argv, FAQ);
}

int cli_topics(struct cli *cli, int argc, char **argv)
{
    return content(cli, argc, argv, TOPICS);
}

int cli_places(struct cli *cli, int argc, char **argv)
{
    return content(cli, argc, argv, PLACES);
}

int cli_daily(struct cli *cli, int argc, char **argv)
{
    return content(cli, argc, argv, DAILY);
}
