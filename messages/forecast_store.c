/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/forecast_store.h"

#include <stdlib.h>

#include "messages/base/mem.h"

enum loa_err msg_forecast_save(struct db *db, int64_t message_id, int64_t run_id, const char *stage,
                               const char *data, int64_t now)
{
    return db_run(db,
                  "INSERT INTO forecasts (message_id, run_id, stage, at_ms, data) "
                  "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (message_id, run_id, stage) "
                  "DO UPDATE SET at_ms = $4, data = $5",
                  "iisis", message_id, run_id, stage, now, data);
}

enum loa_err msg_forecast_load(struct db *db, int64_t message_id, int64_t run_id, const char *stage,
                               char **out, int64_t *at_ms)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT data, at_ms FROM forecasts WHERE message_id = $1 AND "
                                "run_id = $2 AND stage = $3",
                                "iis", message_id, run_id, stage);

    *out = NULL;
    while (!err && db_next(st, &err)) {
        free(*out);
        *out = loa_xstrdup(db_text(st, 0));
        if (at_ms)
            *at_ms = db_int(st, 1);
    }
    return err || *out ? err : LOA_ENOENT;
}

/* The reasons are in its deliveries, and in what clean-up has counted of them. */
enum loa_err msg_run_result(struct db *db, int64_t run_id, struct msg_run_result *out)
{
    int64_t skipped = 0, known = 0;
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT sent, failed, skipped, in_doubt, charged, created_ms, "
                                "finished_ms FROM runs WHERE id = $1",
                                "i", run_id);

    *out = (struct msg_run_result){0};
    while (!err && db_next(st, &err)) {
        out->sent = db_int(st, 0);
        out->failed = db_int(st, 1);
        skipped = db_int(st, 2);
        out->in_doubt = db_int(st, 3);
        out->charged = db_int(st, 4);
        out->start_ms = db_int(st, 5);
        out->end_ms = db_int(st, 6);
    }
    out->people = out->sent + out->failed + out->in_doubt + skipped;
    if (!err)
        err = db_query(
            db, &st,
            "SELECT code, COUNT(*) FROM deliveries WHERE run_id = $1 AND state = 3 "
            "GROUP BY code UNION ALL SELECT code, CAST(SUM(n) AS BIGINT) FROM delivery_stats WHERE "
            "run_id = $1 AND state = 3 GROUP BY code",
            "i", run_id);
    while (!err && db_next(st, &err)) {
        int64_t code = db_int(st, 0);

        if (code > 0 && code < MSG_SKIPS)
            out->skipped[code] += db_int(st, 1);
        known += code > 0 && code < MSG_SKIPS ? db_int(st, 1) : 0;
    }
    out->skipped[MSG_SKIP_NONE] = skipped - known;
    return err;
}
