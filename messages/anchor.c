/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/anchor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "messages/base/mem.h"
#include "messages/base/tz.h"

enum loa_err msg_anchor_read(struct db *db, struct msg_anchor *out)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", "");

    *out = (struct msg_anchor){0};
    (void)memset(out->hash, '0', sizeof(out->hash) - 1);
    while (!err && db_next(st, &err)) {
        out->seq = db_int(st, 0);
        (void)snprintf(out->hash, sizeof(out->hash), "%s", db_text(st, 1));
    }
    return err;
}

const char *msg_anchor_line(const struct msg_anchor *a, int64_t now, const char *word,
                            char out[MSG_ANCHOR_LINE])
{
    char iso[LOA_ISO_SIZE];

    (void)snprintf(out, MSG_ANCHOR_LINE, "%" PRId64 " %s %s %s", a->seq, a->hash,
                   loa_iso_format(now, iso), word);
    return out;
}

enum loa_err msg_anchor_append(const char *file, const struct msg_anchor *a, int64_t now,
                               const char *word, struct loa_problem *why)
{
    char text[MSG_ANCHOR_LINE], line[MSG_ANCHOR_LINE + 1];
    int fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    int n = snprintf(line, sizeof(line), "%s\n", msg_anchor_line(a, now, word, text));
    bool ok = fd >= 0 && write(fd, line, (size_t)n) == n && fsync(fd) == 0;

    if (!ok)
        (void)loa_fail(why, LOA_EIO, "LOA_AUDIT_ANCHOR", "Không ghi được vào tệp “%s”: %s", file,
                       strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return ok ? LOA_OK : LOA_EIO;
}

/* ---- comparing --------------------------------------------------------------------------- */

struct line {
    struct msg_anchor anchor;
    bool restore;
};

static bool parse(const char *text, struct line *out)
{
    char word[32];

    *out = (struct line){0};
    if (sscanf(text, "%" SCNd64 " %64[0-9a-f] %*40s %31s", &out->anchor.seq, out->anchor.hash,
               word) != 3 ||
        strlen(out->anchor.hash) != LOA_SHA256_HEX - 1 || out->anchor.seq < 0)
        return false;
    out->restore = strcmp(word, "restore") == 0;
    return true;
}

static enum loa_err read_lines(const char *file, struct line **out, size_t *n,
                               struct loa_problem *why)
{
    char text[MSG_ANCHOR_LINE + 2];
    FILE *f = fopen(file, "re");
    enum loa_err err = LOA_OK;

    *out = NULL;
    *n = 0;
    if (!f)
        return loa_fail(why, LOA_ENOENT, "anchor", "Không mở được tệp “%s”: %s", file,
                        strerror(errno));
    while (!err && fgets(text, sizeof(text), f)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        if (parse(text, &(*out)[*n]))
            (*n)++;
        else
            err = loa_fail(why, LOA_EPROTO, "anchor", "Dòng %zu của tệp “%s” không đọc được",
                           *n + 1, file);
    }
    if (!err && ferror(f))
        err = loa_fail(why, LOA_EIO, "anchor", "Không đọc được tệp “%s”", file);
    (void)fclose(f);
    return err;
}

/* A restore took up an older state: what was written after that is not there any more. */
static bool is_given_up(const struct line *lines, size_t n, size_t i)
{
    for (size_t k = i + 1; k < n; k++) {
        if (lines[k].restore && lines[k].anchor.seq <= lines[i].anchor.seq)
            return true;
    }
    return false;
}

static enum loa_err compare(struct db *db, const struct line *l, struct msg_anchor_report *out)
{
    struct db_stmt *st;
    bool found = false, same = false;
    enum loa_err err =
        db_query(db, &st, "SELECT hash FROM audit WHERE seq = $1", "i", l->anchor.seq);

    while (!err && db_next(st, &err)) {
        found = true;
        same = strcmp(db_text(st, 0), l->anchor.hash) == 0;
    }
    if (err)
        return err;
    out->lines++;
    if (same || !l->anchor.seq) /* an empty log has no row to compare */
        return LOA_OK;
    out->bad_seq = l->anchor.seq;
    out->cut = !found;
    return LOA_EPROTO;
}

static enum loa_err check(struct db *db, const char *file, int64_t end,
                          struct msg_anchor_report *out, struct loa_problem *why)
{
    struct line *lines;
    size_t n;
    enum loa_err err = read_lines(file, &lines, &n, why);

    *out = (struct msg_anchor_report){0};
    for (size_t i = 0; i < n && !err; i++) {
        if (lines[i].anchor.seq > end || is_given_up(lines, n, i))
            out->given_up++;
        else
            err = compare(db, &lines[i], out);
    }
    free(lines);
    return err;
}

enum loa_err msg_anchor_check(struct db *db, const char *file, struct msg_anchor_report *out,
                              struct loa_problem *why)
{
    return check(db, file, INT64_MAX, out, why);
}

enum loa_err msg_anchor_check_older(struct db *db, const char *file, struct msg_anchor_report *out,
                                    struct loa_problem *why)
{
    struct msg_anchor last;
    enum loa_err err = msg_anchor_read(db, &last);

    return err ? err : check(db, file, last.seq, out, why);
}
