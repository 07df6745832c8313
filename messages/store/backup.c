/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <uv.h>

#include "messages/base/mem.h"
#include "messages/store/copy.h"
#include "messages/store/mark.h"

enum { LOOK_MS = 200 };

enum loa_err store_check_pages(struct db *db, struct loa_problem *why)
{
    struct db_stmt *st;
    char first[200] = "";
    enum loa_err err = db_query(db, &st, "PRAGMA integrity_check(1)", "");

    while (!err && db_next(st, &err))
        (void)snprintf(first, sizeof(first), "%s", db_text(st, 0));
    if (!err && strcmp(first, "ok") == 0) {
        first[0] = '\0';
        err = db_query(db, &st, "PRAGMA foreign_key_check", "");
        while (!err && db_next(st, &err))
            (void)snprintf(first, sizeof(first), "%s -> %s", db_text(st, 0), db_text(st, 2));
    }
    if (err)
        return loa_fail(why, LOA_EPROTO, "store", "Không đọc hết được tệp: %s", db_message(db));
    if (first[0])
        return loa_fail(why, LOA_EPROTO, "store", "Tệp bị hỏng: %s", first);
    return LOA_OK;
}

/* ---- copying, with a look at how far it is ----------------------------------------------- */

struct copying {
    struct db *db;
    const char *to;
    enum loa_err result;
    uv_sem_t over;
};

static void copy_main(void *arg)
{
    struct copying *c = arg;

    /* Reads one snapshot; in WAL mode that keeps nobody from writing. */
    c->result = db_run(c->db, "VACUUM INTO $1", "s", c->to);
    uv_sem_post(&c->over);
}

static int64_t size_of(const char *file)
{
    struct stat st;

    return stat(file, &st) == 0 ? (int64_t)st.st_size : 0;
}

static int64_t estimate(struct db *db)
{
    int64_t pages = 0, unused = 0, size = 0;

    if (db_get_int(db, &pages, "PRAGMA page_count", "") ||
        db_get_int(db, &unused, "PRAGMA freelist_count", "") ||
        db_get_int(db, &size, "PRAGMA page_size", ""))
        return 0;
    return (pages - unused) * size;
}

static enum loa_err copy_file(const struct store_copy_job *job, const char *to,
                              struct loa_problem *why)
{
    struct copying c = {.to = to};
    uv_thread_t thread;
    int64_t total;
    enum loa_err err = db_open(job->url, 0, &c.db, why);

    if (err)
        return err;
    total = estimate(c.db);
    if (uv_sem_init(&c.over, 0) != 0)
        abort();
    if (uv_thread_create(&thread, copy_main, &c) != 0)
        abort();
    while (uv_sem_trywait(&c.over) != 0) {
        usleep(LOOK_MS * 1000);
        if (job->progress)
            job->progress(job->ctx, size_of(to), total);
    }
    uv_thread_join(&thread);
    uv_sem_destroy(&c.over);
    if (c.result)
        err = loa_fail(why, c.result, job->file, "Không sao lưu được: %s", db_message(c.db));
    else if (job->progress)
        job->progress(job->ctx, size_of(to), size_of(to));
    db_close(c.db);
    return err;
}

/* ---- from a server ----------------------------------------------------------------------- */

struct fetching {
    const struct store_copy_job *job;
    struct db *to;
    int64_t total;
};

static void on_rows(void *ctx, const struct store_table_copy *t)
{
    struct fetching *f = ctx;
    int64_t pages = 0, size = 0;

    if (!f->job->progress || t->comparing)
        return;
    if (db_get_int(f->to, &pages, "PRAGMA page_count", "") == LOA_OK &&
        db_get_int(f->to, &size, "PRAGMA page_size", "") == LOA_OK)
        f->job->progress(f->job->ctx, pages * size, f->total);
}

/* Row by row, compared with the server's before it counts. The server has no file to check. */
static enum loa_err copy_server(const struct store_copy_job *job, const char *to,
                                struct loa_problem *why)
{
    char *url = loa_xasprintf("sqlite:%s", to);
    struct fetching f = {.job = job};
    struct db *from = NULL;
    enum loa_err err = db_open(job->url, DB_READONLY | DB_PATIENT, &from, why);

    if (!err)
        err = db_check_schema(from, why);
    if (!err && db_get_int(from, &f.total, "SELECT pg_database_size(current_database())", ""))
        err = loa_fail(why, LOA_EIO, job->file, "Không sao lưu được: %s", db_message(from));
    if (!err)
        err = db_open(url, DB_CREATE | DB_PATIENT, &f.to, why);
    if (!err)
        err = db_migrate(f.to, NULL, why);
    /* All is new, so a journal of what was there before has nothing to hold; in a log every row
     * would stand twice. */
    if (!err && db_exec(f.to, "PRAGMA journal_mode=DELETE"))
        err = loa_fail(why, LOA_EIO, job->file, "Không ghi được: %s", db_message(f.to));
    if (!err)
        err = store_copy(from, f.to, on_rows, &f, why);
    if (!err && job->progress)
        job->progress(job->ctx, size_of(to), size_of(to));
    db_close(f.to);
    db_close(from);
    free(url);
    return err;
}

static enum loa_err copy(const struct store_copy_job *job, const char *to, struct loa_problem *why)
{
    return strncmp(job->url, "sqlite:", 7) == 0 ? copy_file(job, to, why)
                                                : copy_server(job, to, why);
}

/* ---- the copy itself --------------------------------------------------------------------- */

static enum loa_err mark_and_check(const char *file, int64_t now, struct loa_problem *why)
{
    char *url = loa_xasprintf("sqlite:%s", file);
    struct db *db = NULL;
    enum loa_err err = db_open(url, 0, &db, why);

    if (!err)
        err = store_mark_set(db, STORE_MARK_BACKUP, now);
    if (!err)
        err = store_check_pages(db, why);
    /* One file, without a log beside it, that can also be read where nothing can be written. */
    if (!err)
        err = db_exec(db, "PRAGMA journal_mode=DELETE");
    if (err && !why->text[0])
        (void)loa_fail(why, err, file, "Không ghi được vào bản sao: %s", db_message(db));
    db_close(db);
    free(url);
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

static enum loa_err sync_folder(const char *file)
{
    char *copy_of = loa_xstrdup(file);
    enum loa_err err = sync_path(dirname(copy_of), O_RDONLY | O_DIRECTORY);

    free(copy_of);
    return err;
}

/* Without `replace` nobody's file is lost, also if it comes into being just now. */
static enum loa_err put_in_place(const char *from, const char *to, bool replace)
{
    if (replace)
        return rename(from, to) == 0 ? LOA_OK : LOA_EIO;
    if (link(from, to) != 0)
        return errno == EEXIST ? LOA_EEXIST : LOA_EIO;
    (void)unlink(from);
    return LOA_OK;
}

enum loa_err store_backup(const struct store_copy_job *job, struct store_copy *out,
                          struct loa_problem *why)
{
    char *temporary = NULL;
    int fd = -1;
    enum loa_err err = LOA_OK;

    if (!job->replace && access(job->file, F_OK) == 0)
        return loa_fail(why, LOA_EEXIST, job->file,
                        "Tệp đã có; hãy chọn tên khác, hoặc thêm --force để thay nó");
    temporary = loa_xasprintf("%s.XXXXXX", job->file);
    fd = mkostemp(temporary, O_CLOEXEC); /* with mode 0600; an empty file is what VACUUM takes */
    if (fd < 0) {
        err = loa_fail(why, LOA_EIO, job->file, "Không tạo được tệp: %s", strerror(errno));
        goto out;
    }
    (void)close(fd);
    err = copy(job, temporary, why);
    if (!err)
        err = mark_and_check(temporary, job->now, why);
    if (!err && (sync_path(temporary, O_RDWR) || loa_sha256_file(temporary, out->sha256)))
        err = loa_fail(why, LOA_EIO, job->file, "Không ghi được xuống đĩa: %s", strerror(errno));
    out->size = size_of(temporary);
    if (!err) {
        err = put_in_place(temporary, job->file, job->replace);
        if (!err)
            err = sync_folder(job->file);
        if (err)
            err = loa_fail(why, err, job->file, "Không đặt được tệp vào chỗ: %s", strerror(errno));
    }
out:
    if (err && fd >= 0)
        (void)unlink(temporary);
    free(temporary);
    return err;
}
