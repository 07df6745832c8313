/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/account_way.h"

#include <stdio.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/mem.h"

static const char *const states[] = {"unknown", "open", "closed"};
static const char *const sources[] = {"platform", "refusal", "staff"};

const char *msg_way_state_name(enum msg_way_state s)
{
    return states[s];
}

const char *msg_way_source_name(enum msg_way_source s)
{
    return sources[s];
}

static enum msg_way_source source_of(const char *name)
{
    return strcmp(name, sources[MSG_WAY_STAFF]) == 0     ? MSG_WAY_STAFF
           : strcmp(name, sources[MSG_WAY_REFUSAL]) == 0 ? MSG_WAY_REFUSAL
                                                         : MSG_WAY_PLATFORM;
}

enum loa_err msg_account_ways(struct db *db, int64_t account, int64_t now,
                              struct msg_way out[MSG_WAYS])
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT way, state, source, detail, until_ms FROM account_ways "
                                "WHERE account_id = $1 AND (until_ms = 0 OR until_ms > $2)",
                                "ii", account, now);

    for (int way = 0; way < MSG_WAYS; way++)
        out[way] = (struct msg_way){.state = MSG_WAY_UNKNOWN};
    while (!err && db_next(st, &err)) {
        int64_t way = db_int(st, 0);
        struct msg_way *w;

        if (way < 0 || way >= MSG_WAYS)
            continue;
        w = &out[way];
        w->state = strcmp(db_text(st, 1), "open") == 0 ? MSG_WAY_OPEN : MSG_WAY_CLOSED;
        w->source = source_of(db_text(st, 2));
        (void)snprintf(w->detail, sizeof(w->detail), "%s", db_text(st, 3));
        w->until_ms = db_int(st, 4);
    }
    return err;
}

enum loa_err msg_account_way_set(struct db *db, int64_t account, int way, const struct msg_way *is,
                                 int64_t now)
{
    return db_run(db,
                  "INSERT INTO account_ways (account_id, way, state, source, detail, until_ms, "
                  "at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_id, way) DO "
                  "UPDATE SET state = $3, source = $4, detail = $5, until_ms = $6, at_ms = $7 "
                  "WHERE account_ways.source <> 'staff' OR $4 = 'staff'",
                  "iisssii", account, (int64_t)way, states[is->state], sources[is->source],
                  is->detail, is->until_ms, now);
}

enum loa_err msg_account_way_refused(struct db *db, int64_t account, int way, const char *detail,
                                     int64_t now)
{
    struct msg_way is = {
        .state = MSG_WAY_CLOSED, .source = MSG_WAY_REFUSAL, .until_ms = now + LOA_DAY_MS};

    (void)snprintf(is.detail, sizeof(is.detail), "%s", detail);
    return msg_account_way_set(db, account, way, &is, now);
}

enum loa_err msg_account_ways_forget(struct db *db, int64_t account, bool all)
{
    return all ? db_run(db, "DELETE FROM account_ways WHERE account_id = $1", "i", account)
               : db_run(db, "DELETE FROM account_ways WHERE account_id = $1 AND source = 'refusal'",
                        "i", account);
}

enum loa_err msg_account_ways_all(struct db *db, int64_t now, struct msg_account_ways_known **out,
                                  size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT account_id, way, state, source FROM account_ways "
                                "WHERE until_ms = 0 OR until_ms > $1 ORDER BY account_id, way",
                                "i", now);

    *out = NULL;
    *n = 0;
    while (!err && db_next(st, &err)) {
        int64_t account = db_int(st, 0), way = db_int(st, 1);
        struct msg_account_ways_known *k;

        if (!*n || (*out)[*n - 1].account != account) {
            *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
            (*out)[(*n)++] = (struct msg_account_ways_known){.account = account};
        }
        k = &(*out)[*n - 1];
        k->told = k->told || source_of(db_text(st, 3)) != MSG_WAY_REFUSAL;
        if (way >= 0 && way < MSG_WAYS && strcmp(db_text(st, 2), "closed") == 0)
            k->closed |= 1U << way;
    }
    return err;
}
