/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/replay.h"

#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/mem.h"

void msg_replay_release(struct msg_replay *r)
{
    free(r->etag);
    free(r->location);
    free(r->body);
    *r = (struct msg_replay){0};
}

static enum loa_err load(struct db *db, const char *user, const char *key, const char *digest,
                         struct msg_replay *out, struct loa_problem *why)
{
    struct db_stmt *st;
    enum loa_err found = LOA_EIO; /* it was there a moment ago */
    enum loa_err err = db_query(db, &st,
                                "SELECT request_sha, status, etag, location, body FROM api_answers "
                                "WHERE user_name = $1 AND request_key = $2",
                                "ss", user, key);

    while (!err && db_next(st, &err)) {
        found = strcmp(db_text(st, 0), digest) == 0 ? LOA_EEXIST : LOA_EINVAL;
        if (found != LOA_EEXIST)
            continue;
        msg_replay_release(out);
        out->status = (unsigned)db_int(st, 1);
        out->etag = loa_xstrdup(db_text(st, 2));
        out->location = loa_xstrdup(db_text(st, 3));
        out->body = loa_xstrdup(db_text(st, 4));
    }
    if (!err && found == LOA_EINVAL)
        return loa_fail(why, LOA_EINVAL, "Idempotency-Key",
                        "Khóa này đã dùng cho một yêu cầu khác; hãy dùng khóa mới");
    return err ? err : found;
}

enum loa_err msg_replay_claim(struct db *db, const char *user, const char *key, const char *digest,
                              int64_t now, struct msg_replay *out, struct loa_problem *why)
{
    enum loa_err err = db_run(db, "DELETE FROM api_answers WHERE user_name = $1 AND at_ms < $2",
                              "si", user, now - LOA_DAY_MS);

    if (!err) /* where another has just claimed it, this waits for his commit */
        err = db_run(db,
                     "INSERT INTO api_answers (user_name, request_key, request_sha, at_ms) "
                     "VALUES ($1, $2, $3, $4) ON CONFLICT (user_name, request_key) DO NOTHING",
                     "sssi", user, key, digest, now);
    if (err || db_changes(db))
        return err;
    return load(db, user, key, digest, out, why);
}

enum loa_err msg_replay_keep(struct db *db, const char *user, const char *key,
                             const struct msg_replay *r)
{
    return db_run(db,
                  "UPDATE api_answers SET status = $1, etag = $2, location = $3, body = $4 "
                  "WHERE user_name = $5 AND request_key = $6",
                  "isssss", (int64_t)r->status, r->etag, r->location, r->body, user, key);
}
