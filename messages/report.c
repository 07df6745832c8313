/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/report.h"

#include <stdlib.h>

#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/cleanup.h"

static struct msg_report_run run_of(const struct db_stmt *st)
{
    return (struct msg_report_run){
        .run = db_int(st, 0),
        .message = db_int(st, 1),
        .title = db_text(st, 2),
        .due_ms = db_int(st, 3),
        .finished_ms = db_int(st, 4),
        .account = db_text(st, 5),
        .channel = db_text(st, 6),
        .state = db_text(st, 7),
        .error = db_text(st, 8),
        .way = (int)db_int(st, 9),
        .attempt = (int)db_int(st, 10),
        .by_hand = db_int(st, 11) != 0,
        .sent = db_int(st, 12),
        .failed = db_int(st, 13),
        .skipped = db_int(st, 14),
        .in_doubt = db_int(st, 15),
        .charged = db_int(st, 16),
    };
}

enum loa_err msg_report_runs(struct db *db, int64_t from_ms, int64_t to_ms, msg_report_run_cb each,
                             void *ctx)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st,
        "SELECT r.id, r.message_id, m.title, r.due_ms, r.finished_ms, a.name, a.channel, r.state, "
        "r.error, r.way, r.attempt, CASE WHEN h.run_id IS NULL THEN 0 ELSE 1 END, r.sent, "
        "r.failed, r.skipped, r.in_doubt, r.charged FROM runs r JOIN messages m ON "
        "m.id = r.message_id JOIN accounts a ON a.id = r.account_id LEFT JOIN handposts h ON "
        "h.run_id = r.id WHERE r.due_ms >= $1 AND r.due_ms < $2 ORDER BY r.due_ms, r.id",
        "ii", from_ms, to_ms);

    while (!err && db_next(st, &err)) {
        struct msg_report_run r = run_of(st);

        r.total = r.sent + r.failed + r.skipped + r.in_doubt;
        err = msg_delivery_reached(db, r.run, &r.delivered, &r.seen);
        if (err)
            db_end(st);
        else
            each(ctx, &r);
    }
    return err;
}

/* Whole days as clean-up keeps them: 20261001. */
static int64_t day_number(int64_t ms)
{
    struct loa_civil c = loa_tz_civil(ms);

    return (int64_t)c.year * 10000 + c.month * 100 + c.day;
}

enum loa_err msg_report_accounts(struct db *db, int64_t from_ms, int64_t to_ms,
                                 msg_report_account_cb each, void *ctx)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st,
        "SELECT a.name, a.channel, "
        "(SELECT COUNT(*) FROM contacts c WHERE c.account_id = a.id AND c.status = 0 AND "
        "c.opted_out = 0), "
        "(SELECT COUNT(*) FROM consents c WHERE c.account_id = a.id AND c.kind = 'opt-in' AND "
        "c.at_ms >= $1 AND c.at_ms < $2), "
        "(SELECT COUNT(*) FROM consents c WHERE c.account_id = a.id AND c.kind = 'opt-out' AND "
        "c.at_ms >= $1 AND c.at_ms < $2), "
        "(SELECT COUNT(*) FROM replies p WHERE p.account_id = a.id AND p.state = 2 AND "
        "p.created_ms >= $1 AND p.created_ms < $2) + "
        "(SELECT CAST(COALESCE(SUM(s.n), 0) AS BIGINT) FROM activity_stats s WHERE "
        "s.account_id = a.id AND s.what = 2 AND s.code = 2 AND s.day >= $3 AND s.day <= $4) "
        "FROM accounts a ORDER BY a.id",
        "iiii", from_ms, to_ms, day_number(from_ms), day_number(to_ms - 1));

    while (!err && db_next(st, &err)) {
        struct msg_report_account a = {.account = db_text(st, 0),
                                       .channel = db_text(st, 1),
                                       .followers = db_int(st, 2),
                                       .opt_ins = db_int(st, 3),
                                       .opt_outs = db_int(st, 4),
                                       .replies = db_int(st, 5)};

        each(ctx, &a);
    }
    return err;
}
