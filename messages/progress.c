/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/rate.h"
#include "messages/run_parts.h"

/* enum channel_way of channels/, which this folder does not know. */
enum { WAY_POST = 2 };

void msg_progress_release(struct msg_progress_of_message *p)
{
    free(p->runs);
    *p = (struct msg_progress_of_message){0};
}

static enum msg_run_state state_of(const char *word)
{
    static const enum msg_run_state all[] = {MSG_RUN_WAITING, MSG_RUN_SENDING, MSG_RUN_DONE,
                                             MSG_RUN_CANCELLED, MSG_RUN_HELD};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (strcmp(msg_run_state_name(all[i]), word) == 0)
            return all[i];
    }
    return MSG_RUN_WAITING;
}

static void from_row(const struct db_stmt *st, struct msg_progress *p)
{
    const char *reason = db_text(st, 15);

    *p = (struct msg_progress){.run_id = db_int(st, 0),
                               .account_id = db_int(st, 1),
                               .occurrence_ms = db_int(st, 4),
                               .deadline_ms = db_int(st, 5),
                               .way = (int)db_int(st, 6),
                               .attempt = (int)db_int(st, 7),
                               .state = state_of(db_text(st, 8)),
                               .over = db_int(st, 9) != 0,
                               .urgent = db_int(st, 16) != 0,
                               .sent = db_int(st, 10),
                               .failed = db_int(st, 11),
                               .skipped = db_int(st, 12),
                               .in_doubt = db_int(st, 13),
                               .account_paused = strcmp(db_text(st, 14), "paused") == 0};
    (void)snprintf(p->account, sizeof(p->account), "%s", db_text(st, 2));
    (void)snprintf(p->channel, sizeof(p->channel), "%s", db_text(st, 3));
    (void)snprintf(p->reason, sizeof(p->reason), "%s", reason ? reason : "");
}

static enum loa_err load_runs(struct db *db, int64_t message, int64_t since,
                              struct msg_progress_of_message *out)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st,
        "SELECT r.id, r.account_id, a.name, a.channel, COALESCE(f.due_ms, r.due_ms) AS occurrence, "
        "r.deadline_ms, r.way, r.attempt, r.state, r.finished_ms, r.sent, r.failed, r.skipped, "
        "r.in_doubt, a.state, a.pause_reason, r.urgent "
        "FROM runs r JOIN accounts a ON a.id = r.account_id "
        "LEFT JOIN runs f ON f.id = r.retry_of WHERE r.message_id = $1 AND (r.finished_ms = 0 OR "
        "COALESCE(f.due_ms, r.due_ms) = (SELECT MAX(n.due_ms) FROM runs n WHERE "
        "n.message_id = $1 AND n.retry_of = 0) OR ($2 > 0 AND r.id >= $2)) "
        "ORDER BY occurrence, r.id",
        "ii", message, since);

    while (!err && db_next(st, &err)) {
        out->runs = loa_xrealloc(out->runs, (out->n + 1) * sizeof(*out->runs));
        from_row(st, &out->runs[out->n++]);
    }
    return err;
}

enum loa_err msg_progress_load(struct db *db, int64_t message, int64_t since,
                               struct msg_progress_of_message *out)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st, "SELECT state, next_ms FROM messages WHERE id = $1", "i", message);

    *out = (struct msg_progress_of_message){0};
    while (!err && db_next(st, &err)) {
        (void)snprintf(out->state, sizeof(out->state), "%s", db_text(st, 0));
        out->next_ms = db_int(st, 1);
    }
    if (!err && !out->state[0])
        return LOA_ENOENT;
    if (!err)
        err = load_runs(db, message, since, out);
    for (size_t i = 0; i < out->n && !err; i++)
        err = msg_rate_of(db, message, out->runs[i].account_id, &out->runs[i].cap_per_minute);
    return err;
}

/* ---- the end of it --------------------------------------------------------------------- */

static enum loa_err read_audience(struct db *db, int64_t run, struct msg_audience *a, int64_t *last)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st, "SELECT audience, last_id FROM runs WHERE id = $1", "i", run);

    while (!err && db_next(st, &err)) {
        msg_audience_read(db_text(st, 0), a);
        *last = db_int(st, 1);
    }
    return err;
}

static enum loa_err count_wanted(struct db *db, int64_t account, int64_t last,
                                 const struct msg_audience *a, int64_t *total)
{
    struct db_stmt *st;
    enum loa_err err =
        db_scan(db, &st, "SELECT topics, district FROM contacts WHERE account_id = $1 AND id <= $2",
                "ii", account, last);

    while (!err && db_next(st, &err))
        *total += msg_audience_wants(a, db_text(st, 0), db_text(st, 1));
    return err;
}

enum loa_err msg_progress_total(struct db *db, const struct msg_progress *run, int64_t *total)
{
    struct msg_audience audience = {0};
    int64_t last = 0;
    enum loa_err err;

    *total = 1;
    if (run->way == WAY_POST)
        return LOA_OK;
    if (run->over) {
        *total = run->sent + run->failed + run->skipped + run->in_doubt;
        return LOA_OK;
    }
    if (run->attempt > 1) /* those to send to have their rows from the start */
        return db_get_int(db, total, "SELECT COUNT(*) FROM deliveries WHERE run_id = $1", "i",
                          run->run_id);
    *total = 0;
    err = read_audience(db, run->run_id, &audience, &last);
    if (!err && !audience.topics.n && !audience.districts.n)
        err = db_get_int(db, total,
                         "SELECT COUNT(*) FROM contacts WHERE account_id = $1 AND id <= $2", "ii",
                         run->account_id, last);
    else if (!err)
        err = count_wanted(db, run->account_id, last, &audience, total);
    msg_audience_release(&audience);
    return err;
}
