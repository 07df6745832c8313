/* SPDX-License-Identifier: Apache-2.0 */
/* loa migrate: the schema to the program's version, or a whole store to another place */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bot/cli/cli.h"
#include "bot/cli/cli_place.h"
#include "messages/audit.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/store/copy.h"
#include "messages/store/lock.h"
#include "messages/store/mark.h"

static const char usage[] = "cách dùng: loa migrate [--from KHO --to KHO [--json] [--user AI]]";

/* ---- the schema ------------------------------------------------------------------------ */

static int upgrade(struct cli *cli)
{
    struct loa_problem why;
    int applied = 0, status = cli_config(cli);

    if (status)
        return status;
    if (db_open(cli->cfg.store, DB_CREATE, &cli->db, &why) != LOA_OK ||
        db_migrate(cli->db, &applied, &why) != LOA_OK)
        return cli_complain(&why);
    if (applied)
        (void)printf("Đã nâng cấp kho dữ liệu: %d bước.\n", applied);
    else
        (void)puts("Kho dữ liệu đã ở phiên bản mới nhất.");
    return CLI_OK;
}

/* ---- a move ---------------------------------------------------------------------------- */

struct move {
    struct cli *cli;
    const char *from, *to;
    struct db *source, *target;
    int source_lock, target_lock;
    cJSON *tables;
    int64_t rows;
};

static enum loa_err open_source(struct move *m, struct loa_problem *why)
{
    enum loa_err err = db_open(m->from, DB_READONLY | DB_PATIENT, &m->source, why);

    if (!err)
        err = store_refuse_backup(m->source, why);
    if (!err)
        err = db_check_schema(m->source, why);
    return err ? err : cli_store_idle(m->from, m->source, "from", &m->source_lock, why);
}

static enum loa_err open_target(struct move *m, struct loa_problem *why)
{
    enum loa_err err = db_open(m->to, DB_CREATE | DB_PATIENT, &m->target, why);

    if (!err)
        err = store_lock(m->to, &m->target_lock, why);
    return err ? err : db_migrate(m->target, NULL, why);
}

static void show(void *ctx, const struct store_table_copy *t)
{
    struct move *m = ctx;

    if (isatty(STDERR_FILENO) && (!t->done || !t->comparing))
        (void)fprintf(stderr, "\r\033[K%s %s: %" PRId64, t->comparing ? "so sánh" : "chép",
                      t->table, t->rows);
    if (!t->done || !t->comparing)
        return;
    m->rows += t->rows;
    if (m->cli->json) {
        cJSON *o = cJSON_CreateObject();

        cJSON_AddStringToObject(o, "table", t->table);
        loa_json_add_int(o, "rows", t->rows);
        cJSON_AddStringToObject(o, "sha256", t->checksum);
        cJSON_AddItemToArray(m->tables, o);
        return;
    }
    if (isatty(STDERR_FILENO))
        (void)fprintf(stderr, "\r\033[K");
    (void)printf("%-20s %12" PRId64 "  %.16s\n", t->table, t->rows, t->checksum);
}

/* In the target's log, which is the one that goes on. */
static enum loa_err note(struct move *m, struct loa_problem *why)
{
    struct msg_actor who = {cli_has(m->cli, "user") ? cli_get(m->cli, "user") : "root", "cli"};
    char *from = cli_place(m->from), *to = cli_place(m->to);
    char *detail = loa_xasprintf("%s -> %s, %" PRId64 " rows", from, to, m->rows);
    enum loa_err err = db_begin(m->target);

    if (!err)
        err = msg_audit(m->target, &who, loa_clock_wall(), "store.move", "store", detail);
    if (!err)
        err = db_commit(m->target);
    if (!err) /* so that the first queries are planned well */
        err = db_exec(m->target, "ANALYZE");
    if (err) {
        (void)loa_fail(why, err, "to", "Đã chép xong nhưng không ghi được nhật ký: %s",
                       db_message(m->target));
        db_rollback(m->target);
    }
    free(from);
    free(to);
    free(detail);
    return err;
}

static void print_advice(const struct move *m)
{
    char *from = cli_place(m->from), *to = cli_place(m->to);

    (void)printf("Đã chuyển và so sánh từng dòng: %" PRId64 " dòng, từ %s sang %s.\n"
                 "Kho cũ còn nguyên; đừng chạy “loa serve” trên đó nữa.\n"
                 "Tiếp theo: đặt LOA_STORE sang kho mới rồi chạy “loa serve”.\n",
                 m->rows, from, to);
    if (strncmp(m->from, "sqlite:", 7) == 0 && db_is_postgres(m->target))
        (void)printf("Nếu trước đây chưa đặt LOA_SECRET_KEY: đặt nó bằng nội dung tệp %s.key, như "
                     "nhau ở mọi máy.\n",
                     m->from + 7);
    free(from);
    free(to);
}

static void print(struct move *m)
{
    cJSON *o;

    if (!m->cli->json) {
        print_advice(m);
        return;
    }
    o = cJSON_CreateObject();
    loa_json_add_int(o, "rows", m->rows);
    cJSON_AddItemToObject(o, "tables", cJSON_Duplicate(m->tables, true));
    cli_print_json(o);
}

static int move(struct cli *cli)
{
    struct move m = {.cli = cli,
                     .from = cli_get(cli, "from"),
                     .to = cli_get(cli, "to"),
                     .source_lock = -1,
                     .target_lock = -1,
                     .tables = cJSON_CreateArray()};
    struct loa_problem why = {"", ""};
    enum loa_err err = LOA_OK;

    if (strcmp(m.from, m.to) == 0)
        err = loa_fail(&why, LOA_EINVAL, "to", "Hai kho là một");
    if (!err)
        err = open_source(&m, &why);
    if (!err)
        err = open_target(&m, &why);
    if (!err)
        err = store_copy(m.source, m.target, show, &m, &why);
    if (!err)
        err = note(&m, &why);
    if (!err)
        print(&m);
    db_close(m.source);
    db_close(m.target);
    store_unlock(m.source_lock);
    store_unlock(m.target_lock);
    cJSON_Delete(m.tables);
    return err ? cli_complain(&why) : CLI_OK;
}

int cli_migrate(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {
        {"from", false, false}, {"to", false, false}, {"user", false, false}};
    int status = cli_parse(cli, argc - 1, argv + 1, options, sizeof(options) / sizeof(options[0]));

    if (status)
        return status;
    if (cli->n_words || cli_has(cli, "from") != cli_has(cli, "to") ||
        (cli_has(cli, "user") && !cli_has(cli, "from")))
        return cli_usage(usage);
    if (!cli_has(cli, "from"))
        return upgrade(cli);
    return move(cli);
}
