/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/optouts_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/refusal.h"

/* Looks back so far that a transaction which took long is not missed. */
enum { LOOK_MS = 500, BACK_MS = 2 * LOA_MINUTE_MS, BYTES_MAX = 4 << 20 };

struct written {
    int64_t account, contact, at_ms;
};

struct bot_optouts_log {
    struct bot *bot;
    uv_timer_t timer;
    bool busy, failed;
    int64_t since;         /* what was stored before is in the file */
    struct written *known; /* in the file too, though younger than `since` */
    size_t n_known;
};

struct look {
    struct bot_optouts_log *log;
    const char *path;
    int64_t since, newest;
    const struct written *known;
    size_t n_known;
    struct loa_buf lines;
    struct written *seen; /* all from `since` on */
    size_t n_seen;
    int error; /* errno of the file */
};

static bool is_known(const struct look *j, const struct written *w)
{
    for (size_t i = 0; i < j->n_known; i++) {
        if (memcmp(&j->known[i], w, sizeof(*w)) == 0)
            return true;
    }
    return false;
}

static enum loa_err take_one(void *ctx, const struct msg_refusal *r)
{
    struct look *j = ctx;
    struct written w = {r->account_id, r->contact, r->at_ms};
    char *line;

    if (!(j->n_seen & (j->n_seen - 1)))
        j->seen = loa_xrealloc(j->seen, (j->n_seen ? 2 * j->n_seen : 1) * sizeof(*j->seen));
    j->seen[j->n_seen++] = w;
    j->newest = w.at_ms > j->newest ? w.at_ms : j->newest;
    if (is_known(j, &w))
        return LOA_OK;
    line = msg_refusal_line(r);
    loa_buf_addf(&j->lines, "%s\n", line);
    free(line);
    return LOA_OK;
}

/* All lines or none, and on disk before they count as written. */
static int append(const char *path, const struct loa_buf *lines)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600), error = 0;
    off_t size;
    ssize_t n;

    if (fd < 0)
        return errno;
    size = lseek(fd, 0, SEEK_END);
    n = write(fd, lines->data, lines->len);
    if (n < 0 || (size_t)n != lines->len) {
        error = n < 0 ? errno : ENOSPC;
        if (size >= 0 && ftruncate(fd, size) != 0)
            error = errno;
    } else if (fsync(fd) != 0) {
        error = errno;
    }
    if (close(fd) != 0 && !error)
        error = errno;
    return error;
}

/* On the store's reading thread, which may wait for a disk. */
static enum loa_err look_work(struct db *db, void *arg)
{
    struct look *j = arg;
    enum loa_err err;

    loa_buf_reset(&j->lines);
    j->n_seen = 0;
    j->newest = j->since;
    err = msg_refusals_lately(db, j->since, take_one, j);
    if (!err && j->lines.overflow)
        err = LOA_ELIMIT;
    j->error = !err && j->lines.len ? append(j->path, &j->lines) : 0;
    return err;
}

static void look_done(void *arg, enum loa_err result)
{
    struct look *j = arg;
    struct bot_optouts_log *l = j->log;
    bool failed = result || j->error;

    if (failed && !l->failed)
        LOA_LOG(LOA_LOG_ERROR, "opt-outs not written to their file, trying again",
                F("file", j->path), F("why", j->error ? strerror(j->error) : loa_strerror(result)));
    l->failed = failed;
    if (!failed) {
        free(l->known);
        l->known = j->seen;
        l->n_known = j->n_seen;
        j->seen = NULL;
        l->since = j->newest - BACK_MS > l->since ? j->newest - BACK_MS : l->since;
    }
    free(j->seen);
    loa_buf_release(&j->lines);
    l->busy = false;
    l->bot->jobs--;
    free(j);
}

static void on_time(uv_timer_t *t)
{
    struct bot_optouts_log *l = t->data;
    struct bot *bot = l->bot;
    struct look *j;

    if (l->busy || bot->stopping)
        return;
    j = loa_xcalloc(1, sizeof(*j));
    *j = (struct look){.log = l,
                       .path = bot->cfg->optouts_file,
                       .since = l->since,
                       .known = l->known,
                       .n_known = l->n_known,
                       .lines = {.max = BYTES_MAX}};
    l->busy = true;
    bot->jobs++;
    store_read(bot->store, look_work, look_done, j);
}

struct bot_optouts_log *bot_optouts_log_start(struct bot *bot)
{
    struct bot_optouts_log *l;

    if (!bot->cfg->optouts_file)
        return NULL;
    l = loa_xcalloc(1, sizeof(*l));
    l->bot = bot;
    uv_timer_init(&bot->loop, &l->timer);
    l->timer.data = l;
    uv_timer_start(&l->timer, on_time, 0, LOOK_MS);
    return l;
}

static void on_closed(uv_handle_t *h)
{
    struct bot_optouts_log *l = h->data;

    free(l->known);
    free(l);
}

void bot_optouts_log_stop(struct bot_optouts_log *l)
{
    if (l)
        uv_close((uv_handle_t *)&l->timer, on_closed);
}
