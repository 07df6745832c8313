/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to tell of a message's runs: numbers, caps, what holds them, what was done by hand.
 */
#include <stdlib.h>
#include <string.h>

#include "bot/ops/message_view.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/cleanup.h"
#include "messages/doubt.h"
#include "messages/rate.h"

static const char *const ways[] = {"single", "batch", "post"};

/* Integers are kept as their digits. */
static const char *raw(const cJSON *o, const char *key)
{
    const cJSON *item = loa_json_get(o, key);

    return item && item->valuestring ? item->valuestring : "";
}

static void add_time(cJSON *o, const char *key, int64_t ms)
{
    char iso[LOA_ISO_SIZE];

    cJSON_AddStringToObject(o, key, loa_iso_format(ms, iso));
}

static enum loa_err add_reached(struct db *db, int64_t run, cJSON *o)
{
    int64_t delivered = 0, seen = 0;
    enum loa_err err = msg_delivery_reached(db, run, &delivered, &seen);

    loa_json_add_int(o, "delivered", delivered);
    loa_json_add_int(o, "seen", seen);
    return err;
}

/* Why what is in doubt is so: {"crash": 3, "timeout": 1}. */
static enum loa_err add_doubts(struct db *db, int64_t run, cJSON *o)
{
    cJSON *causes = NULL;
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT cause, COUNT(*) FROM doubts WHERE kind = 1 AND item = $1 "
                                "GROUP BY cause ORDER BY cause",
                                "i", run);

    while (!err && db_next(st, &err)) {
        if (!causes)
            causes = cJSON_AddObjectToObject(o, "doubts");
        loa_json_add_int(causes, msg_doubt_cause_name((enum msg_doubt_cause)db_int(st, 0)),
                         db_int(st, 1));
    }
    return err;
}

static enum loa_err add_rate(struct db *db, int64_t message, int64_t account, cJSON *o)
{
    int64_t cap = 0;
    enum loa_err err = msg_rate_of(db, message, account, &cap);

    if (!err && cap)
        loa_json_add_int(o, "rate_per_min", cap);
    return err;
}

static void add_hand(const struct db_stmt *st, int at, cJSON *run)
{
    cJSON *o;

    if (!db_text(st, at))
        return;
    o = cJSON_AddObjectToObject(run, "by_hand");
    cJSON_AddStringToObject(o, "user", db_text(st, at));
    add_time(o, "at", db_int(st, at + 1));
    loa_json_add_str(o, "url", db_text(st, at + 2));
    loa_json_add_str(o, "note", db_text(st, at + 3));
}

static cJSON *run_json(const struct db_stmt *st)
{
    static const char *const numbers[] = {"total", "sent", "failed", "skipped", "in_doubt"};
    cJSON *run = cJSON_CreateObject();

    loa_json_add_int(run, "id", db_int(st, 0));
    cJSON_AddStringToObject(run, "account", db_text(st, 1));
    cJSON_AddStringToObject(run, "channel", db_text(st, 2));
    add_time(run, "due", db_int(st, 3));
    cJSON_AddStringToObject(run, "way", ways[db_int(st, 4) % 3]);
    cJSON_AddStringToObject(run, "state", db_text(st, 5));
    for (int i = 0; i < 5; i++)
        loa_json_add_int(run, numbers[i], db_int(st, 6 + i));
    loa_json_add_str(run, "error", db_text(st, 11));
    if (db_int(st, 13)) {
        loa_json_add_int(run, "attempt", db_int(st, 12));
        loa_json_add_int(run, "retry_of", db_int(st, 13));
    }
    if (!db_int(st, 14) && strcmp(db_text(st, 15), "paused") == 0)
        cJSON_AddStringToObject(run, "account_paused", db_text(st, 16) ? db_text(st, 16) : "");
    add_hand(st, 18, run);
    return run;
}

/* What needs a query of its own, after the one that lists them is read to its end. */
static enum loa_err add_more(struct db *db, int64_t message, cJSON *run)
{
    int64_t account = 0, id = strtoll(raw(run, "id"), NULL, 10);
    enum loa_err err =
        db_get_int(db, &account, "SELECT account_id FROM runs WHERE id = $1", "i", id);

    if (!err)
        err = add_reached(db, id, run);
    if (!err)
        err = add_doubts(db, id, run);
    return err ? err : add_rate(db, message, account, run);
}

enum loa_err ops_message_runs(struct db *db, int64_t id, cJSON *list)
{
    cJSON *run;
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT r.id, a.name, a.channel, COALESCE(f.due_ms, r.due_ms) AS occurrence, "
                 "r.way, r.state, r.sent + r.failed + r.skipped + r.in_doubt, r.sent, r.failed, "
                 "r.skipped, r.in_doubt, r.error, r.attempt, r.retry_of, r.finished_ms, a.state, "
                 "a.pause_reason, a.id, h.user_name, h.at_ms, h.url, h.note "
                 "FROM runs r JOIN accounts a ON a.id = r.account_id "
                 "LEFT JOIN runs f ON f.id = r.retry_of "
                 "LEFT JOIN handposts h ON h.run_id = r.id "
                 "WHERE r.message_id = $1 ORDER BY occurrence, r.id",
                 "i", id);

    while (!err && db_next(st, &err))
        cJSON_AddItemToArray(list, run_json(st));
    cJSON_ArrayForEach(run, list) err = err ? err : add_more(db, id, run);
    return err;
}
