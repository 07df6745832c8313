/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"

enum { AGENT_MAX = 200 };

static enum loa_err drop_old(struct db *db, int64_t now, const char *user)
{
    return db_run(db,
                  "DELETE FROM sessions WHERE user_name = $1 AND (used_ms <= $2 OR "
                  "created_ms <= $3)",
                  "sii", user, now - MSG_SESSION_IDLE_MS, now - MSG_SESSION_MAX_MS);
}

enum loa_err msg_session_new(struct db *db, int64_t now, const char *user, const char *peer,
                             const char *agent, int64_t *id, char secret[MSG_SESSION_SECRET])
{
    char digest[LOA_SHA256_HEX], *cut = loa_utf8_mend(agent ? agent : "");
    enum loa_err err = drop_old(db, now, user);

    cut[loa_utf8_cut(cut, AGENT_MAX)] = '\0';
    loa_random_hex(secret, 32);
    msg_token_digest(secret, MSG_SESSION_SECRET - 1, digest);
    if (!err)
        err = db_next_id(db, "sessions", id);
    if (!err)
        err = db_run(db,
                     "INSERT INTO sessions (id, hash, user_name, created_ms, used_ms, peer, agent) "
                     "VALUES ($1, $2, $3, $4, $4, $5, $6)",
                     "ississ", *id, digest, user, now, peer ? peer : "", cut);
    free(cut);
    return err;
}

enum loa_err msg_session_check(struct db *db, const char *digest, int64_t now,
                               struct msg_identity *out, int64_t *id, bool *stale)
{
    struct db_stmt *st;
    enum loa_err found = LOA_ENOENT;
    enum loa_err err = db_query(db, &st,
                                "SELECT s.id, s.used_ms, s.user_name, u.role FROM sessions s "
                                "JOIN users u ON u.name = s.user_name WHERE s.hash = $1 AND "
                                "u.disabled_ms IS NULL AND s.used_ms > $2 AND s.created_ms > $3",
                                "sii", digest, now - MSG_SESSION_IDLE_MS, now - MSG_SESSION_MAX_MS);

    while (!err && db_next(st, &err)) {
        *id = db_int(st, 0);
        *stale = now - db_int(st, 1) > MSG_SESSION_TOUCH_MS;
        (void)snprintf(out->user, sizeof(out->user), "%s", db_text(st, 2));
        if (msg_role_parse(db_text(st, 3), &out->role) != LOA_OK)
            continue;
        out->scopes = msg_scopes_of_role(out->role);
        found = LOA_OK;
    }
    return err ? err : found;
}

enum loa_err msg_session_touch(struct db *db, int64_t id, int64_t now)
{
    return db_run(db, "UPDATE sessions SET used_ms = $1 WHERE id = $2 AND used_ms < $1", "ii", now,
                  id);
}

enum loa_err msg_session_end(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                             const char *user, struct loa_problem *why)
{
    char target[48];
    enum loa_err err =
        db_run(db, "DELETE FROM sessions WHERE id = $1 AND user_name = COALESCE($2, user_name)",
               "is", id, user);

    if (!err && !db_changes(db))
        return loa_fail(why, LOA_ENOENT, "id", "Không có phiên đăng nhập số %" PRId64, id);
    (void)snprintf(target, sizeof(target), "session %" PRId64, id);
    return err ? err : msg_audit(db, who, now, "session.end", target, NULL);
}

enum loa_err msg_sessions_end(struct db *db, const char *user, int64_t but)
{
    return db_run(db, "DELETE FROM sessions WHERE user_name = $1 AND id <> $2", "si", user, but);
}

static void add_time(cJSON *o, const char *key, int64_t ms)
{
    char iso[LOA_ISO_SIZE];

    cJSON_AddStringToObject(o, key, loa_iso_format(ms, iso));
}

enum loa_err msg_sessions_list(struct db *db, const char *user, int64_t now, int64_t current,
                               cJSON *list)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT id, created_ms, used_ms, peer, agent FROM sessions WHERE "
                                "user_name = $1 AND used_ms > $2 AND created_ms > $3 ORDER BY id",
                                "sii", user, now - MSG_SESSION_IDLE_MS, now - MSG_SESSION_MAX_MS);

    while (!err && db_next(st, &err)) {
        cJSON *o = cJSON_CreateObject();

        loa_json_add_int(o, "id", db_int(st, 0));
        add_time(o, "created", db_int(st, 1));
        add_time(o, "used", db_int(st, 2));
        cJSON_AddStringToObject(o, "peer", db_text(st, 3));
        cJSON_AddStringToObject(o, "agent", db_text(st, 4));
        cJSON_AddBoolToObject(o, "current", db_int(st, 0) == current);
        cJSON_AddItemToArray(list, o);
    }
    return err;
}
