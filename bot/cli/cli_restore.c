/* SPDX-License-Identifier: Apache-2.0 */
/* loa restore: a backup becomes a store again, with all that may have gone out since held back */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bot/cli/cli.h"
#include "bot/cli/cli_place.h"
#include "bot/cli/cli_restore.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/store/backup.h"
#include "scheduler/plan_hold.h"

/* ---- is it worth restoring? -------------------------------------------------------------- */

static enum loa_err check_audit(struct restore *r)
{
    int64_t rows, broken;
    enum loa_err err = msg_audit_verify(r->cli->db, &rows, &broken);

    if (err == LOA_EPROTO)
        return loa_fail(&r->why, err, "audit",
                        "Nhật ký trong bản sao bị sửa hoặc mất dòng từ số %" PRId64, broken);
    if (err || !r->anchors)
        return err;
    err = msg_anchor_check_older(r->cli->db, r->anchors, &r->compared, &r->why);
    if (err == LOA_EPROTO && r->compared.bad_seq)
        return loa_fail(&r->why, err, "anchor",
                        "Nhật ký trong bản sao khác với tệp neo ở dòng số %" PRId64
                        ": đây không phải bản sao của kho dữ liệu này, hoặc đã bị viết lại",
                        r->compared.bad_seq);
    return err == LOA_ENOENT ? LOA_OK : err; /* nothing was anchored yet */
}

static enum loa_err forget_secrets(struct db *db)
{
    return db_run(db,
                  "UPDATE accounts SET secrets = NULL, access_token = NULL, refresh_token = NULL, "
                  "refresh_origin = NULL, token_expires_ms = 0",
                  "");
}

static bool has_key(const struct restore *r)
{
    char *path = r->target ? loa_xasprintf("%s.key", r->target) : NULL;
    bool yes = loa_secret_is_set(r->cli->cfg.secret_key) || (path && access(path, R_OK) == 0);

    free(path);
    return yes;
}

static enum loa_err no_key(struct restore *r)
{
    if (!r->target)
        return loa_fail(&r->why, LOA_ENOENT, "LOA_SECRET_KEY",
                        "Chưa có khóa mở các bí mật trong bản sao: hãy đặt LOA_SECRET_KEY (nếu "
                        "trước đây để trống: nội dung tệp .key cạnh kho cũ). Nếu đã mất khóa, thêm "
                        "--without-key rồi nhập lại bí mật của từng tài khoản");
    return loa_fail(&r->why, LOA_ENOENT, "LOA_SECRET_KEY",
                    "Chưa có khóa mở các bí mật trong bản sao: hãy đặt LOA_SECRET_KEY, hoặc chép "
                    "tệp khóa cũ thành “%s.key”. Nếu đã mất khóa, thêm --without-key rồi nhập lại "
                    "bí mật của từng tài khoản",
                    r->target);
}

/* A store whose secrets cannot be opened would not start. */
static enum loa_err check_key(struct restore *r)
{
    int64_t sealed = 0;
    struct loa_secret *key = NULL;
    struct msg_account *accounts = NULL;
    size_t n = 0;
    enum loa_err err = db_get_int(
        r->cli->db, &sealed,
        "SELECT COUNT(*) FROM accounts WHERE COALESCE(secrets, access_token, refresh_token, '') "
        "<> ''",
        "");

    if (err || !sealed)
        return err;
    if (r->without_key)
        return forget_secrets(r->cli->db);
    if (!has_key(r))
        return no_key(r);
    err = bot_config_key(&r->cli->cfg, &key, &r->why);
    if (!err)
        err = msg_account_load(r->cli->db, key, &accounts, &n, &r->why);
    for (size_t i = 0; i < n && !err; i++)
        msg_account_release(&accounts[i]);
    if (!err)
        free(accounts);
    loa_secret_free(key);
    return err;
}

/* Reads, checks and, if the program is newer, brings up to date. The copy is used up by it. */
static enum loa_err open_work(struct restore *r)
{
    char *url = loa_xasprintf("sqlite:%s", r->work);
    enum loa_err err = db_open(url, 0, &r->cli->db, &r->why);

    free(url);
    if (!err)
        err = store_check_pages(r->cli->db, &r->why);
    if (!err)
        err = db_migrate(r->cli->db, NULL, &r->why);
    if (!err)
        err = msg_user_role(r->cli->db, r->cli->who.user, &r->cli->role, &r->why);
    if (!err && r->cli->role != MSG_ROLE_ADMIN)
        err = loa_fail(&r->why, LOA_EPERM, "user",
                       "Trong bản sao, “%s” không phải quản trị viên (admin)", r->cli->who.user);
    if (!err)
        err = check_audit(r);
    return err ? err : check_key(r);
}

/* ---- holding ----------------------------------------------------------------------------- */

static enum loa_err all_messages(struct db *db, int64_t **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st, "SELECT id FROM messages ORDER BY id", "");

    while (!err && db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        (*out)[(*n)++] = db_int(st, 0);
    }
    return err;
}

static enum loa_err hold_messages(struct restore *r, struct db *db)
{
    int64_t *ids = NULL;
    size_t n = 0;
    enum loa_err err = all_messages(db, &ids, &n);

    for (size_t i = 0; i < n && !err; i++) {
        bool held;

        err = msg_restore_pause(db, &r->cli->who, r->now, ids[i], &held);
        if (!err && held) {
            r->held.messages++;
            err = sched_plan_hold(db, ids[i], r->now, &r->held.occurrences);
        }
    }
    free(ids);
    return err;
}

static enum loa_err hold_all(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct restore *r = arg;
    char *detail = loa_xasprintf("%s sha256 %s", r->file, r->sha256);
    enum loa_err err = msg_restore_begin(cli->db, &cli->who, r->now, detail, &r->held);

    if (!err)
        err = msg_anchor_read(cli->db, &r->anchor);
    if (!err)
        err = msg_restore_hold(cli->db, r->now, &r->held);
    if (!err)
        err = cli_restore_refusals(r);
    if (!err)
        err = hold_messages(r, cli->db);
    if (!err)
        err = msg_restore_end(cli->db, r->now, &r->held);
    if (err)
        *why = r->why;
    free(detail);
    return err;
}

/* ---- telling ----------------------------------------------------------------------------- */

static void print_json(const struct restore *r)
{
    cJSON *o = cJSON_CreateObject();
    char iso[LOA_ISO_SIZE], *place = cli_place(r->cli->cfg.store);

    cJSON_AddStringToObject(o, "file", r->file);
    cJSON_AddStringToObject(o, "sha256", r->sha256);
    cJSON_AddStringToObject(o, "store", place);
    if (r->held.backup_ms)
        cJSON_AddStringToObject(o, "backup", loa_iso_format(r->held.backup_ms, iso));
    else
        cJSON_AddNullToObject(o, "backup");
    loa_json_add_int(o, "messages_paused", r->held.messages);
    loa_json_add_int(o, "runs_held", r->held.runs);
    loa_json_add_int(o, "occurrences_asked", r->held.occurrences);
    loa_json_add_int(o, "in_doubt", r->held.doubts);
    loa_json_add_int(o, "replies_in_doubt", r->held.replies);
    loa_json_add_int(o, "events_closed", r->held.events);
    /* false: those after the backup are not known at all */
    cJSON_AddBoolToObject(o, "opt_outs_read", r->old || r->n_lists);
    loa_json_add_int(o, "opt_outs", r->refusals.opt_outs);
    loa_json_add_int(o, "erasures", r->refusals.erasures);
    loa_json_add_int(o, "opt_outs_elsewhere", r->refusals.elsewhere);
    cli_print_json(o);
    free(place);
}

static void print_text(const struct restore *r)
{
    const struct msg_restored *h = &r->held;
    char iso[LOA_ISO_SIZE], *place = cli_place(r->cli->cfg.store);

    (void)printf("Đã khôi phục %s từ bản sao lúc %s.\n", place,
                 h->backup_ms ? loa_iso_format(h->backup_ms, iso) : "(không rõ)");
    free(place);
    (void)printf("Những gì có thể đã gửi sau lúc ấy được giữ lại, không tự gửi lần nữa:\n"
                 "  %" PRId64 " thông điệp tạm dừng, %" PRId64 " lượt gửi dở dang, %" PRId64
                 " kỳ đã đến giờ,\n  %" PRId64 " người chưa rõ đã nhận chưa, %" PRId64
                 " câu trả lời chưa rõ\n",
                 h->messages, h->runs, h->occurrences, h->doubts, h->replies);
    (void)puts("\nViệc cần làm trước khi gửi tiếp (xem docs/operator.md, “Restoring”):\n"
               "  1. loa held list: với từng lượt và từng kỳ, xem trên nền tảng đã gửi chưa, rồi\n"
               "     loa held skip KHÓA (đã gửi, thôi) hoặc loa held send KHÓA (gửi, chấp nhận có\n"
               "     người nhận hai lần).\n"
               "  2. loa message list --state paused: xem lại từng tin, rồi loa message resume ID\n"
               "     (hoặc cancel, nếu đã hủy sau lúc sao lưu).");
    cli_restore_print_refusals(r);
    (void)puts(
        "  4. Zalo: mã làm mới trong bản sao thường đã dùng rồi; nếu tài khoản bị tạm dừng,\n"
        "     hãy cấp quyền lại và đặt mã mới.\n"
        "Sau đó: loa serve.");
}

/* ---- the command ------------------------------------------------------------------------- */

static int restore(struct restore *r)
{
    enum loa_err err = cli_restore_take(r);
    int status;

    if (!err)
        err = open_work(r);
    if (err) {
        if (!r->why.text[0])
            (void)loa_fail(&r->why, err, r->file, "Không đọc được bản sao: %s",
                           r->cli->db ? db_message(r->cli->db) : loa_strerror(err));
        return cli_complain(&r->why);
    }
    status = cli_act(r->cli, hold_all, r);
    db_close(r->cli->db); /* the log goes into the file */
    r->cli->db = NULL;
    /* Before the store is there: a restore that is told and did not happen does no harm, as the
     * next one takes its place. */
    if (!status && r->cli->cfg.audit_anchor &&
        msg_anchor_append(r->cli->cfg.audit_anchor, &r->anchor, r->now, "restore", &r->why) !=
            LOA_OK)
        status = cli_complain(&r->why);
    if (!status && cli_restore_put(r) != LOA_OK)
        status = cli_complain(&r->why);
    return status;
}

int cli_restore(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {{"to", false, false},
                                                {"anchor", false, false},
                                                {"without-key", true, false},
                                                {"old", false, false},
                                                {"optouts", false, true}};
    struct restore r = {.cli = cli, .now = loa_clock_wall(), .lock = -1};
    int status = cli_parse(cli, argc - 1, argv + 1, options, sizeof(options) / sizeof(options[0]));

    if (!status && cli->n_words != 1)
        status = cli_usage("cần: restore TỆP");
    if (!status)
        status = cli_actor(cli);
    if (!status)
        status = cli_config(cli);
    if (status)
        return status;
    if (cli_has(cli, "to")) {
        free(cli->cfg.store);
        cli->cfg.store = loa_xstrdup(cli_get(cli, "to"));
    }
    r.file = cli->words[0];
    r.without_key = cli_has(cli, "without-key");
    r.old = cli_get(cli, "old");
    r.n_lists = cli_all(cli, "optouts", &r.lists);
    r.anchors = cli_has(cli, "anchor") ? cli_get(cli, "anchor") : cli->cfg.audit_anchor;
    status = restore(&r);
    if (!status && cli->json)
        print_json(&r);
    else if (!status)
        print_text(&r);
    cli_restore_clean(&r);
    return status;
}
