/* SPDX-License-Identifier: Apache-2.0 */
/* loa restore: a backup becomes a store again, with all that may have gone out since held back */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/cli/cli.h"
#include "bot/cli/cli_backup.h"
#include "messages/anchor.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/restore.h"
#include "messages/store/backup.h"
#include "messages/store/lock.h"
#include "scheduler/plan_hold.h"

struct restore {
    struct cli *cli;
    const char *file, *anchors; /* what to restore; NULL or the file of anchors */
    bool without_key;
    char *target, *work; /* file names: where it goes, and the copy that is worked on */
    char sha256[LOA_SHA256_HEX];
    int64_t now;
    int lock;
    struct msg_restored held;
    struct msg_anchor anchor; /* the row of the restore itself */
    struct msg_anchor_report compared;
    struct loa_problem why;
};

/* ---- the way there and back -------------------------------------------------------------- */

static enum loa_err check_target(struct restore *r)
{
    char *log = loa_xasprintf("%s-wal", r->target);
    struct stat st;
    enum loa_err err = LOA_OK;

    if ((stat(r->target, &st) == 0 && st.st_size > 0) || access(log, F_OK) == 0)
        err = loa_fail(&r->why, LOA_EEXIST, r->target,
                       "Ở đó đã có một kho dữ liệu. Hãy dời nó (cùng các tệp -wal, -shm bên cạnh) "
                       "sang chỗ khác, đừng xóa: có thể còn cần để xem những gì đã gửi");
    free(log);
    return err;
}

static enum loa_err copy_bytes(struct restore *r, int from, int to)
{
    char *chunk = loa_xmalloc(1 << 20);
    ssize_t n = 0;
    bool ok = true;

    while (ok && (n = read(from, chunk, 1 << 20)) > 0)
        ok = write(to, chunk, (size_t)n) == n;
    ok = ok && n == 0;
    free(chunk);
    return ok ? LOA_OK
              : loa_fail(&r->why, LOA_EIO, r->file, "Không chép được: %s", strerror(errno));
}

/* Beside the target, so that it can be put in place in one step. */
static enum loa_err take_copy(struct restore *r)
{
    int from = open(r->file, O_RDONLY | O_CLOEXEC), to;
    enum loa_err err;

    if (from < 0)
        return loa_fail(&r->why, LOA_ENOENT, r->file, "Không mở được tệp: %s", strerror(errno));
    r->work = loa_xasprintf("%s.XXXXXX", r->target);
    to = mkostemp(r->work, O_CLOEXEC); /* with mode 0600 */
    if (to < 0) {
        err = loa_fail(&r->why, LOA_EIO, r->target, "Không tạo được tệp: %s", strerror(errno));
        free(r->work);
        r->work = NULL;
    } else {
        err = copy_bytes(r, from, to);
        (void)close(to);
    }
    (void)close(from);
    if (!err && loa_sha256_file(r->work, r->sha256) != LOA_OK)
        err = loa_fail(&r->why, LOA_EIO, r->file, "Không đọc được tệp");
    return err;
}

static enum loa_err sync_path(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        (void)close(fd);
    return ok ? LOA_OK : LOA_EIO;
}

static enum loa_err put_in_place(struct restore *r)
{
    char *folder = loa_xstrdup(r->target);
    enum loa_err err = sync_path(r->work, O_RDWR);

    if (!err && rename(r->work, r->target) != 0)
        err = LOA_EIO;
    if (!err)
        err = sync_path(dirname(folder), O_RDONLY | O_DIRECTORY);
    if (err)
        err = loa_fail(&r->why, err, r->target, "Không đặt được kho dữ liệu vào chỗ: %s",
                       strerror(errno));
    free(folder);
    return err;
}

static void clean_up(struct restore *r)
{
    static const char *const beside[] = {"", "-wal", "-shm", "-journal"};

    for (size_t i = 0; r->work && i < sizeof(beside) / sizeof(beside[0]); i++) {
        char *path = loa_xasprintf("%s%s", r->work, beside[i]);

        (void)unlink(path);
        free(path);
    }
    store_unlock(r->lock);
    free(r->work);
    free(r->target);
}

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
    char *path = loa_xasprintf("%s.key", r->target);
    bool yes = loa_secret_is_set(r->cli->cfg.secret_key) || access(path, R_OK) == 0;

    free(path);
    return yes;
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
        return loa_fail(&r->why, LOA_ENOENT, "LOA_SECRET_KEY",
                        "Chưa có khóa mở các bí mật trong bản sao: hãy đặt LOA_SECRET_KEY, hoặc "
                        "chép tệp khóa cũ thành “%s.key”. Nếu đã mất khóa, thêm --without-key rồi "
                        "nhập lại bí mật của từng tài khoản",
                        r->target);
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

    (void)why;
    if (!err)
        err = msg_anchor_read(cli->db, &r->anchor);
    if (!err)
        err = msg_restore_hold(cli->db, r->now, &r->held);
    if (!err)
        err = hold_messages(r, cli->db);
    if (!err)
        err = msg_restore_end(cli->db, r->now, &r->held);
    free(detail);
    return err;
}

/* ---- telling ----------------------------------------------------------------------------- */

static void print_json(const struct restore *r)
{
    cJSON *o = cJSON_CreateObject();
    char iso[LOA_ISO_SIZE];

    cJSON_AddStringToObject(o, "file", r->file);
    cJSON_AddStringToObject(o, "sha256", r->sha256);
    cJSON_AddStringToObject(o, "store", r->cli->cfg.store);
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
    cli_print_json(o);
}

static void print_text(const struct restore *r)
{
    const struct msg_restored *h = &r->held;
    char iso[LOA_ISO_SIZE];

    (void)printf("Đã khôi phục %s từ bản sao lúc %s.\n", r->cli->cfg.store,
                 h->backup_ms ? loa_iso_format(h->backup_ms, iso) : "(không rõ)");
    (void)printf("Những gì có thể đã gửi sau lúc ấy được giữ lại, không tự gửi lần nữa:\n"
                 "  %" PRId64 " thông điệp tạm dừng, %" PRId64 " lượt gửi dở dang, %" PRId64
                 " kỳ đã đến giờ,\n  %" PRId64 " người chưa rõ đã nhận chưa, %" PRId64
                 " câu trả lời chưa rõ\n",
                 h->messages, h->runs, h->occurrences, h->doubts, h->replies);
    (void)puts(
        "\nViệc cần làm trước khi gửi tiếp (xem docs/operator.md, “Restoring”):\n"
        "  1. loa held list: với từng lượt và từng kỳ, xem trên nền tảng đã gửi chưa, rồi\n"
        "     loa held skip KHÓA (đã gửi, thôi) hoặc loa held send KHÓA (gửi, chấp nhận có\n"
        "     người nhận hai lần).\n"
        "  2. loa message list --state paused: xem lại từng tin, rồi loa message resume ID\n"
        "     (hoặc cancel, nếu đã hủy sau lúc sao lưu).\n"
        "  3. Ai xin thôi nhận (HỦY, STOP) sau lúc sao lưu thì kho này chưa biết: tìm trong\n"
        "     hộp thư của từng tài khoản rồi nhập lại bằng loa contacts import "
        "(subscribed 0).\n"
        "  4. Zalo: mã làm mới trong bản sao thường đã dùng rồi; nếu tài khoản bị tạm dừng,\n"
        "     hãy cấp quyền lại và đặt mã mới.\n"
        "Sau đó: loa serve.");
}

/* ---- the command ------------------------------------------------------------------------- */

static enum loa_err prepare(struct restore *r)
{
    enum loa_err err = LOA_OK;

    if (strncmp(r->cli->cfg.store, "sqlite:", 7) != 0)
        return loa_fail(&r->why, LOA_EINVAL, "to", "Chưa khôi phục được vào kho dữ liệu loại này");
    r->target = loa_xstrdup(r->cli->cfg.store + 7);
    err = store_lock(r->cli->cfg.store, &r->lock, &r->why);
    if (!err)
        err = check_target(r);
    if (!err)
        err = take_copy(r);
    return err ? err : open_work(r);
}

static int restore(struct restore *r)
{
    enum loa_err err = prepare(r);
    int status;

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
    if (!status && put_in_place(r) != LOA_OK)
        status = cli_complain(&r->why);
    return status;
}

int cli_restore(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {
        {"to", false, false}, {"anchor", false, false}, {"without-key", true, false}};
    struct restore r = {.cli = cli, .now = loa_clock_wall(), .lock = -1};
    int status = cli_parse(cli, argc - 1, argv + 1, options, 3);

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
    r.anchors = cli_has(cli, "anchor") ? cli_get(cli, "anchor") : cli->cfg.audit_anchor;
    status = restore(&r);
    if (!status && cli->json)
        print_json(&r);
    else if (!status)
        print_text(&r);
    clean_up(&r);
    return status;
}
