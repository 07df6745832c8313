/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a restore: from the backup into a copy, and from there to its place. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/cli/cli_restore.h"
#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/store/copy.h"
#include "messages/store/lock.h"
#include "messages/store/vacant.h"

/* ---- the place --------------------------------------------------------------------------- */

static enum loa_err check_file(struct restore *r)
{
    char *log = loa_xasprintf("%s-wal", r->target);
    struct stat st;
    enum loa_err err = LOA_OK;

    if ((stat(r->target, &st) == 0 && st.st_size > 0) || access(log, F_OK) == 0)
        err = loa_fail(&r->why, LOA_EEXIST, r->target,
                       "Ở đó đã có một kho dữ liệu. Hãy dời nó (cùng các tệp -wal, -shm bên cạnh) "
                       "sang chỗ khác, đừng xóa: có thể còn cần để xem những gì đã gửi và ai đã "
                       "xin thôi nhận");
    free(log);
    return err;
}

/* The time of a restore decides what was due, as the nodes see it. */
static enum loa_err open_server(struct restore *r)
{
    int64_t now, asked;
    enum loa_err err =
        db_open(r->cli->cfg.store, DB_CREATE | DB_NOTIFY | DB_PATIENT, &r->server, &r->why);

    if (!err)
        err = store_check_vacant(r->server, &r->why);
    if (!err)
        err = db_migrate(r->server, NULL, &r->why);
    asked = loa_clock_mono();
    if (!err && db_now(r->server, &now) == LOA_OK) {
        (void)loa_clock_follow(now, asked, loa_clock_mono());
        r->now = loa_clock_wall();
    }
    return err;
}

/* ---- the copy ---------------------------------------------------------------------------- */

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

/* Beside the target, so that it can be put in place in one step. For a server beside the backup,
 * or where TMPDIR says: it is as large, and people's data. */
static char *work_name(const struct restore *r)
{
    const char *folder = getenv("TMPDIR");

    if (r->target)
        return loa_xasprintf("%s.XXXXXX", r->target);
    return folder && *folder ? loa_xasprintf("%s/loa-restore.XXXXXX", folder)
                             : loa_xasprintf("%s.XXXXXX", r->file);
}

static enum loa_err take_copy(struct restore *r)
{
    int from = open(r->file, O_RDONLY | O_CLOEXEC), to;
    enum loa_err err;

    if (from < 0)
        return loa_fail(&r->why, LOA_ENOENT, r->file, "Không mở được tệp: %s", strerror(errno));
    r->work = work_name(r);
    to = mkostemp(r->work, O_CLOEXEC); /* with mode 0600 */
    if (to < 0) {
        err = loa_fail(&r->why, LOA_EIO, r->work, "Không tạo được tệp: %s%s", strerror(errno),
                       r->target ? "" : " (đặt biến TMPDIR để chọn thư mục khác)");
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

enum loa_err cli_restore_take(struct restore *r)
{
    const char *store = r->cli->cfg.store;
    enum loa_err err;

    if (strncmp(store, "sqlite:", 7) != 0) {
        err = open_server(r);
    } else {
        r->target = loa_xstrdup(store + 7);
        err = store_lock(store, &r->lock, &r->why);
        if (!err)
            err = check_file(r);
    }
    return err ? err : take_copy(r);
}

/* ---- to its place ------------------------------------------------------------------------ */

static enum loa_err sync_path(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        (void)close(fd);
    return ok ? LOA_OK : LOA_EIO;
}

static enum loa_err put_file(struct restore *r)
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

static void show(void *ctx, const struct store_table_copy *t)
{
    (void)ctx;
    if (isatty(STDERR_FILENO))
        (void)fprintf(stderr, "\r\033[K%s %s: %" PRId64 "%s", t->comparing ? "so sánh" : "chép",
                      t->table, t->rows, t->done && t->comparing ? "\r\033[K" : "");
}

/* Looks again at who is there: somebody may have come while the copy was made. */
static enum loa_err put_server(struct restore *r)
{
    char *url = loa_xasprintf("sqlite:%s", r->work);
    struct db *from = NULL;
    enum loa_err err = db_open(url, DB_READONLY | DB_PATIENT, &from, &r->why);

    if (!err)
        err = store_check_vacant(r->server, &r->why);
    if (!err)
        err = store_copy(from, r->server, show, NULL, &r->why);
    db_close(from);
    free(url);
    if (!err && db_exec(r->server, "ANALYZE")) /* so that the first queries are planned well */
        (void)fprintf(stderr, "loa: ANALYZE: %s\n", db_message(r->server));
    return err;
}

enum loa_err cli_restore_put(struct restore *r)
{
    return r->server ? put_server(r) : put_file(r);
}

void cli_restore_clean(struct restore *r)
{
    static const char *const beside[] = {"", "-wal", "-shm", "-journal"};

    for (size_t i = 0; r->work && i < sizeof(beside) / sizeof(beside[0]); i++) {
        char *path = loa_xasprintf("%s%s", r->work, beside[i]);

        (void)unlink(path);
        free(path);
    }
    db_close(r->server);
    store_unlock(r->lock);
    free(r->work);
    free(r->target);
}
