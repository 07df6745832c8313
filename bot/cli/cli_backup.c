/* SPDX-License-Identifier: Apache-2.0 */
/* loa backup: a consistent copy while the server runs */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bot/cli/cli.h"
#include "bot/cli/cli_backup.h"
#include "messages/anchor.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/store/backup.h"

/* ---- what a store holds ------------------------------------------------------------------ */

static const struct {
    const char *key, *label, *sql;
} contents[] = {
    {"accounts", "tài khoản", "SELECT COUNT(*) FROM accounts"},
    {"contacts", "người theo dõi", "SELECT COUNT(*) FROM contacts"},
    {"messages", "thông điệp", "SELECT COUNT(*) FROM messages"},
    {"runs", "lượt gửi", "SELECT COUNT(*) FROM runs"},
    {"open_runs", "lượt đang gửi", "SELECT COUNT(*) FROM runs WHERE finished_ms = 0"},
    {"deliveries", "kết quả gửi", "SELECT COUNT(*) FROM deliveries"},
    {"events", "sự kiện", "SELECT COUNT(*) FROM events"},
    {"faqs", "câu hỏi thường gặp", "SELECT COUNT(*) FROM faqs"},
    {"audit", "dòng nhật ký", "SELECT COUNT(*) FROM audit"},
};
enum { N_CONTENTS = sizeof(contents) / sizeof(contents[0]) };

enum loa_err cli_store_contents(struct db *db, cJSON **out)
{
    cJSON *o = cJSON_CreateObject();
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < N_CONTENTS && !err; i++) {
        int64_t n = 0;

        err = db_get_int(db, &n, contents[i].sql, "");
        loa_json_add_int(o, contents[i].key, n);
    }
    if (err)
        cJSON_Delete(o);
    else
        *out = o;
    return err;
}

void cli_print_contents(const cJSON *o)
{
    for (size_t i = 0; i < N_CONTENTS; i++) {
        const cJSON *n = loa_json_get(o, contents[i].key);

        (void)printf("%s%s %s", i ? ", " : "  Gồm: ", n ? n->valuestring : "?", contents[i].label);
    }
    (void)puts("");
}

/* ---- the command ------------------------------------------------------------------------- */

void cli_progress(void *ctx, int64_t done, int64_t total)
{
    int percent = total > 0 ? (int)(done < total ? 100 * done / total : 100) : 0;

    (void)ctx;
    if (isatty(STDERR_FILENO))
        (void)fprintf(stderr, "\r%d %% (%" PRId64 " MiB)%s", percent, done >> 20,
                      done == total ? "\n" : "");
}

struct taken {
    const char *file;
    int64_t now;
    struct store_copy copy;
    struct msg_anchor anchor; /* of the copy */
    cJSON *contents;
};

static int look_into(struct taken *t)
{
    char *url = loa_xasprintf("sqlite:%s", t->file);
    struct loa_problem why = {"", ""};
    struct db *db = NULL;
    enum loa_err err = db_open(url, DB_READONLY, &db, &why);

    if (!err)
        err = cli_store_contents(db, &t->contents);
    if (!err)
        err = msg_anchor_read(db, &t->anchor);
    if (err && !why.text[0])
        (void)loa_fail(&why, err, t->file, "Không đọc được bản sao: %s", db_message(db));
    db_close(db);
    free(url);
    return err ? cli_complain(&why) : CLI_OK;
}

static enum loa_err note_backup(struct cli *cli, void *arg, struct loa_problem *why)
{
    const struct taken *t = arg;
    char *detail = loa_xasprintf("%s sha256 %s", t->file, t->copy.sha256);
    enum loa_err err = msg_audit(cli->db, &cli->who, t->now, "store.backup", "store", detail);

    (void)why;
    free(detail);
    return err;
}

static void print(struct cli *cli, struct taken *t)
{
    char line[MSG_ANCHOR_LINE], iso[LOA_ISO_SIZE];

    (void)msg_anchor_line(&t->anchor, t->now, "backup", line);
    if (cli->json) {
        cJSON *o = cJSON_CreateObject();

        cJSON_AddStringToObject(o, "file", t->file);
        cJSON_AddStringToObject(o, "at", loa_iso_format(t->now, iso));
        loa_json_add_int(o, "bytes", t->copy.size);
        cJSON_AddStringToObject(o, "sha256", t->copy.sha256);
        cJSON_AddStringToObject(o, "anchor", line);
        cJSON_AddItemToObject(o, "contents", t->contents);
        t->contents = NULL;
        cli_print_json(o);
        return;
    }
    (void)printf("Đã sao lưu vào %s lúc %s (%" PRId64 " KiB).\n", t->file,
                 loa_iso_format(t->now, iso), t->copy.size >> 10);
    cli_print_contents(t->contents);
    (void)printf("  SHA-256: %s\n  Neo nhật ký: %s\n", t->copy.sha256, line);
    (void)puts(
        "  Khóa (LOA_SECRET_KEY hoặc tệp .key cạnh kho dữ liệu) không nằm trong bản sao: hãy "
        "cất riêng.");
}

int cli_backup(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {{"force", true, false}};
    struct taken t = {0};
    struct loa_problem why = {"", ""};
    int status = cli_parse(cli, argc - 1, argv + 1, options, 1);

    if (!status && cli->n_words != 1)
        status = cli_usage("cần: backup TỆP");
    if (!status)
        status = cli_actor(cli);
    if (!status)
        status = cli_open(cli);
    if (!status)
        status = cli_admin(cli);
    if (status)
        return status;
    t.file = cli->words[0];
    t.now = loa_clock_wall();
    if (store_backup(&(struct store_copy_job){.url = cli->cfg.store,
                                              .file = t.file,
                                              .replace = cli_has(cli, "force"),
                                              .now = t.now,
                                              .progress = cli_progress},
                     &t.copy, &why) != LOA_OK)
        return cli_complain(&why);
    status = look_into(&t);
    if (!status)
        status = cli_act(cli, note_backup, &t);
    if (!status && cli->cfg.audit_anchor &&
        msg_anchor_append(cli->cfg.audit_anchor, &t.anchor, t.now, "backup", &why) != LOA_OK)
        status = cli_complain(&why);
    if (!status)
        print(cli, &t);
    cJSON_Delete(t.contents);
    return status;
}
