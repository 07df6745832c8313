/* SPDX-License-Identifier: Apache-2.0 */
/* loa store size, compact: what the SQLite file takes, and giving back what it does not need */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/store/lock.h"

struct size {
    int64_t page, pages, unused;
};

static int read_size(struct cli *cli, struct size *out)
{
    struct loa_problem why;

    if (strncmp(cli->cfg.store, "sqlite:", 7) != 0) {
        (void)loa_fail(&why, LOA_EINVAL, "LOA_STORE",
                       "Lệnh này chỉ dành cho kho SQLite; PostgreSQL tự lo việc ấy (autovacuum)");
        return cli_complain(&why);
    }
    if (db_get_int(cli->db, &out->page, "PRAGMA page_size", "") == LOA_OK &&
        db_get_int(cli->db, &out->pages, "PRAGMA page_count", "") == LOA_OK &&
        db_get_int(cli->db, &out->unused, "PRAGMA freelist_count", "") == LOA_OK)
        return CLI_OK;
    (void)loa_fail(&why, LOA_EIO, "", "Không đọc được kho dữ liệu: %s", db_message(cli->db));
    return cli_complain(&why);
}

static int size(struct cli *cli)
{
    struct size s;
    int status = read_size(cli, &s);

    if (status)
        return status;
    if (cli->json) {
        cJSON *o = cJSON_CreateObject();

        loa_json_add_int(o, "bytes", s.pages * s.page);
        loa_json_add_int(o, "free_bytes", s.unused * s.page);
        cli_print_json(o);
    } else {
        (void)printf("Tệp: %" PRId64 " KiB, trong đó %" PRId64
                     " KiB còn trống, sẽ được dùng lại.\n",
                     s.pages * s.page >> 10, s.unused * s.page >> 10);
    }
    return CLI_OK;
}

static enum loa_err note(struct cli *cli, void *arg, struct loa_problem *why)
{
    (void)arg;
    (void)why;
    return msg_audit(cli->db, &cli->who, loa_clock_wall(), "store.compact", "store", NULL);
}

static int compact(struct cli *cli)
{
    struct loa_problem why;
    struct size before, after;
    int fd = -1, status = cli_admin(cli);

    if (!status)
        status = read_size(cli, &before);
    if (!status && store_lock(cli->cfg.store, &fd, &why) != LOA_OK)
        status = cli_complain(&why);
    if (!status && db_exec(cli->db, "VACUUM") != LOA_OK) {
        (void)loa_fail(&why, LOA_EIO, "", "Không nén được: %s", db_message(cli->db));
        status = cli_complain(&why);
    }
    if (!status)
        status = read_size(cli, &after);
    if (!status)
        status = cli_act(cli, note, NULL);
    if (!status)
        (void)printf("Đã nén: %" PRId64 " KiB còn %" PRId64 " KiB.\n",
                     before.pages * before.page >> 10, after.pages * after.page >> 10);
    store_unlock(fd);
    return status;
}

int cli_store(struct cli *cli, int argc, char **argv)
{
    int status = cli_parse(cli, argc - 1, argv + 1, NULL, 0);
    const char *verb = cli->n_words == 1 ? cli->words[0] : "";
    bool compacts = strcmp(verb, "compact") == 0;

    if (status)
        return status;
    if (!compacts && strcmp(verb, "size") != 0)
        return cli_usage("cần: store size hoặc store compact");
    if (compacts)
        status = cli_actor(cli);
    if (!status)
        status = cli_open(cli);
    if (status)
        return status;
    return compacts ? compact(cli) : size(cli);
}
