/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/restore.h"

#include <stdbool.h>
#include <stdlib.h>

#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/doubt.h"
#include "messages/inbound.h"
#include "messages/message.h"
#include "messages/run.h"
#include "messages/store/mark.h"

/* More runs and replies than an office makes between two backups. */
enum { NUMBERS_APART = 1000000 };

enum loa_err msg_restore_begin(struct db *db, const struct msg_actor *who, int64_t now,
                               const char *detail, struct msg_restored *out)
{
    enum loa_err err = store_mark_get(db, STORE_MARK_BACKUP, &out->backup_ms);

    if (err && err != LOA_ENOENT)
        return err;
    return msg_audit(db, who, now, "store.restore", "store", detail);
}

/* ---- runs -------------------------------------------------------------------------------- */

static enum loa_err recover_accounts(struct db *db, int64_t now)
{
    int64_t *ids = NULL, doubtful;
    size_t n = 0;
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st, "SELECT id FROM accounts ORDER BY id", "");

    while (!err && db_next(st, &err)) {
        ids = loa_xrealloc(ids, (n + 1) * sizeof(*ids));
        ids[n++] = db_int(st, 0);
    }
    for (size_t i = 0; i < n && !err; i++)
        err = msg_run_recover(db, ids[i], now, &doubtful);
    free(ids);
    return err;
}

/* What a run put off was tried again since. */
static enum loa_err doubt_those_who_waited(struct db *db, int64_t now)
{
    enum loa_err err =
        db_run(db,
               "UPDATE runs SET in_doubt = in_doubt + (SELECT COUNT(*) FROM deliveries d WHERE "
               "d.run_id = runs.id AND d.state IN (4, 7) AND d.state = 7) WHERE finished_ms = 0",
               "");

    if (err)
        return err;
    return db_run(db,
                  "UPDATE deliveries SET state = 4, code = 0, at_ms = $1 WHERE run_id IN "
                  "(SELECT id FROM runs WHERE finished_ms = 0) AND state IN (4, 7) AND state = 7",
                  "i", now);
}

static enum loa_err hold_runs(struct db *db, int64_t now, struct msg_restored *out)
{
    enum loa_err err = recover_accounts(db, now);

    if (!err)
        err = doubt_those_who_waited(db, now);
    if (!err)
        err = db_run(db,
                     "UPDATE runs SET state = 'held', error = 'khôi phục từ bản sao lưu', "
                     "total = sent + failed + skipped + in_doubt WHERE finished_ms = 0",
                     "");
    out->runs = err ? 0 : db_changes(db);
    if (!err)
        err = db_get_int(db, &out->doubts,
                         "SELECT CAST(COALESCE(SUM(in_doubt), 0) AS BIGINT) FROM runs", "");
    return err;
}

/* ---- the rest ---------------------------------------------------------------------------- */

static enum loa_err hold_replies(struct db *db, int64_t now, struct msg_restored *out)
{
    enum loa_err err = db_run(
        db, "UPDATE replies SET state = $1, at_ms = $2, due_ms = $3 WHERE state IN (0, 1, 4)",
        "iii", (int64_t)MSG_REPLY_DOUBT, now, now + INT64_C(3650) * LOA_DAY_MS);

    out->replies = err ? 0 : db_changes(db);
    return err;
}

/* What staff had granted was sent then, or was about to be. */
static enum loa_err ask_again(struct db *db)
{
    return db_run(db, "UPDATE occurrences SET state = 'asked' WHERE state = 'granted'", "");
}

static enum loa_err close_events(struct db *db, struct msg_restored *out)
{
    enum loa_err err = db_run(db, "UPDATE inbound SET state = 1 WHERE state = 0", "");

    out->events = err ? 0 : db_changes(db);
    return err;
}

static enum loa_err part_numbers(struct db *db)
{
    int64_t first;
    enum loa_err err = db_next_ids(db, "runs", NUMBERS_APART, &first);

    return err ? err : db_next_ids(db, "replies", NUMBERS_APART, &first);
}

enum loa_err msg_restore_hold(struct db *db, int64_t now, struct msg_restored *out)
{
    enum loa_err err = hold_runs(db, now, out);

    if (!err)
        err = hold_replies(db, now, out);
    if (!err)
        err = msg_doubt_restored(db, now);
    if (!err)
        err = close_events(db, out);
    if (!err)
        err = ask_again(db);
    if (!err)
        err = part_numbers(db);
    if (!err)
        err = db_run(db, "DELETE FROM leases", "");
    return err ? err : db_run(db, "DELETE FROM nodes", "");
}

enum loa_err msg_restore_pause(struct db *db, const struct msg_actor *who, int64_t now,
                               int64_t message, bool *held)
{
    struct msg_message *m = NULL;
    enum loa_err err = msg_message_get(db, message, &m, NULL);
    enum msg_state state;

    *held = false;
    if (err)
        return err;
    state = m->state;
    if (state == MSG_APPROVED && msg_spec_has_schedule(&m->spec)) {
        err = msg_message_schedule(db, who, now, message, NULL);
        state = MSG_SCHEDULED;
    }
    msg_message_free(m);
    if (!err && (state == MSG_SCHEDULED || state == MSG_SENDING)) {
        err = msg_message_pause(db, who, now, message, NULL);
        state = MSG_PAUSED;
    }
    *held = state == MSG_PAUSED;
    return err;
}

enum loa_err msg_restore_end(struct db *db, int64_t now, const struct msg_restored *r)
{
    enum loa_err err = store_mark_clear(db, STORE_MARK_BACKUP);

    if (!err)
        err = store_mark_set(db, STORE_MARK_RESTORED, now);
    return err ? err : store_mark_set(db, STORE_MARK_RESTORED_FROM, r->backup_ms);
}
