/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/post_history.h"

#include "messages/base/clock.h"

/* A post waits for the platform at most so long between the run's beginning and its going out. */
enum { POST_MAX_MS = 3 * LOA_DAY_MS };

enum loa_err msg_post_history(struct db *db, int64_t account_id, int64_t since_ms, int64_t until_ms,
                              int64_t but_run, struct msg_post out[MSG_POSTS_MAX], size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st,
        "SELECT COALESCE(d.at_ms, r.created_ms), r.last_id FROM runs r LEFT JOIN deliveries d ON "
        "d.run_id = r.id AND d.contact_id = 0 WHERE r.account_id = $1 AND r.way = 2 AND "
        "r.created_ms >= $2 AND r.created_ms < $3 AND r.sent + r.in_doubt > 0 AND r.id <> $4 AND "
        "COALESCE(d.at_ms, r.created_ms) >= $5 AND COALESCE(d.at_ms, r.created_ms) < $3 "
        "ORDER BY r.last_id DESC, r.id LIMIT $6",
        "iiiiii", account_id, since_ms - (int64_t)POST_MAX_MS, until_ms, but_run, since_ms,
        (int64_t)MSG_POSTS_MAX);

    *n = 0;
    while (!err && db_next(st, &err))
        out[(*n)++] = (struct msg_post){db_int(st, 0), db_int(st, 1)};
    return err;
}

enum loa_err msg_post_followers(struct db *db, int64_t account_id, int64_t line, int64_t *out)
{
    return db_get_int(db, out,
                      "SELECT COUNT(*) FROM contacts WHERE account_id = $1 AND id > $2 AND "
                      "status = 0",
                      "ii", account_id, line);
}
