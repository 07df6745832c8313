/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/signin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/session.h"

enum { FREE_TRIES = 4, FIRST_MS = 30 * LOA_SECOND_MS, MOST_MS = LOA_HOUR_MS };

/* ---- tries ------------------------------------------------------------------------------- */

enum loa_err msg_signin_until(struct db *db, const char *name, int64_t now, int64_t *until)
{
    enum loa_err err =
        db_get_int(db, until, "SELECT until_ms FROM sign_in_failures WHERE name = $1", "s", name);

    if (err == LOA_ENOENT || (!err && *until <= now)) {
        *until = 0;
        return LOA_OK;
    }
    return err;
}

static int64_t wait_after(int64_t failures)
{
    int64_t wait = FIRST_MS;

    if (failures <= FREE_TRIES)
        return 0;
    for (int64_t i = FREE_TRIES + 1; i < failures && wait < MOST_MS; i++)
        wait *= 2;
    return wait < MOST_MS ? wait : MOST_MS;
}

enum loa_err msg_signin_failed(struct db *db, const char *name, int64_t now)
{
    int64_t failures = 0;
    enum loa_err err =
        db_run(db, "DELETE FROM sign_in_failures WHERE at_ms < $1", "i", now - LOA_DAY_MS);

    if (!err)
        err = db_run(db,
                     "INSERT INTO sign_in_failures (name, failures, at_ms, until_ms) "
                     "VALUES ($1, 1, $2, 0) ON CONFLICT (name) DO UPDATE SET "
                     "failures = sign_in_failures.failures + 1, at_ms = $2",
                     "si", name, now);
    if (!err)
        err = db_get_int(db, &failures, "SELECT failures FROM sign_in_failures WHERE name = $1",
                         "s", name);
    if (!err && wait_after(failures))
        err = db_run(db, "UPDATE sign_in_failures SET until_ms = $1 WHERE name = $2", "is",
                     now + wait_after(failures), name);
    return err;
}

enum loa_err msg_signin_passed(struct db *db, const char *name)
{
    return db_run(db, "DELETE FROM sign_in_failures WHERE name = $1", "s", name);
}

/* ---- the password ------------------------------------------------------------------------ */

enum loa_err msg_signin_password(struct db *db, const char *name, char out[MSG_PASSWORD_HASH])
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st, "SELECT password FROM users WHERE name = $1 AND disabled_ms IS NULL", "s", name);

    out[0] = '\0';
    while (!err && db_next(st, &err))
        (void)snprintf(out, MSG_PASSWORD_HASH, "%s", db_text(st, 0) ? db_text(st, 0) : "");
    return err;
}

enum loa_err msg_signin_set(struct db *db, const struct msg_actor *who, int64_t now,
                            const char *name, const char *hash, int64_t session)
{
    char target[80];
    enum loa_err err =
        db_run(db, "UPDATE users SET password = $1 WHERE name = $2", "ss", hash, name);

    (void)snprintf(target, sizeof(target), "user %s", name);
    if (!err)
        err = msg_sessions_end(db, name, session);
    return err ? err : msg_audit(db, who, now, "user.password", target, NULL);
}

enum loa_err msg_signin_link(struct db *db, const struct msg_actor *who, int64_t now,
                             const char *name, struct loa_secret **out, struct loa_problem *why)
{
    char secret[65], digest[LOA_SHA256_HEX], target[80];
    enum msg_role role;
    enum loa_err err = msg_user_role(db, name, &role, why);

    if (err)
        return err;
    loa_random_hex(secret, 32);
    msg_token_digest(secret, 64, digest);
    (void)snprintf(target, sizeof(target), "user %s", name);
    err = db_run(db,
                 "INSERT INTO user_links (user_name, hash, expires_ms) VALUES ($1, $2, $3) "
                 "ON CONFLICT (user_name) DO UPDATE SET hash = $2, expires_ms = $3",
                 "ssi", name, digest, now + LOA_DAY_MS);
    if (!err)
        err = msg_audit(db, who, now, "user.link", target, NULL);
    if (!err)
        *out = loa_secret_new(secret);
    return err;
}

enum loa_err msg_signin_link_owner(struct db *db, const char *digest, int64_t now, char name[72])
{
    struct db_stmt *st;
    enum loa_err found = LOA_ENOENT;
    enum loa_err err = db_query(db, &st,
                                "SELECT l.user_name FROM user_links l JOIN users u ON u.name = "
                                "l.user_name WHERE l.hash = $1 AND l.expires_ms > $2 AND "
                                "u.disabled_ms IS NULL",
                                "si", digest, now);

    while (!err && db_next(st, &err)) {
        (void)snprintf(name, 72, "%s", db_text(st, 0));
        found = LOA_OK;
    }
    return err ? err : found;
}

enum loa_err msg_signin_link_use(struct db *db, const char *digest, const char *name)
{
    enum loa_err err =
        db_run(db, "DELETE FROM user_links WHERE hash = $1 AND user_name = $2", "ss", digest, name);

    return !err && !db_changes(db) ? LOA_ENOENT : err;
}
