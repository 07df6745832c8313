/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/token.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"

/* ---- scopes ---------------------------------------------------------------------------- */

static const char *const scope_names[] = {"read",    "messages", "approve",
                                          "content", "people",   "admin"};
enum { SCOPES = sizeof(scope_names) / sizeof(scope_names[0]) };

const char *msg_scope_name(unsigned bit)
{
    for (unsigned i = 0; i < SCOPES; i++) {
        if (bit == 1u << i)
            return scope_names[i];
    }
    return NULL;
}

enum loa_err msg_scopes_parse(const char *words, unsigned *out)
{
    unsigned all = 0;

    while (*words) {
        size_t n = strcspn(words, " "), i = 0;

        while (i < SCOPES &&
               (strlen(scope_names[i]) != n || strncmp(words, scope_names[i], n) != 0))
            i++;
        if (n == 1 && *words == '*')
            all = MSG_SCOPES_ALL;
        else if (n && i == SCOPES)
            return LOA_EINVAL;
        else if (n)
            all |= 1u << i;
        words += n;
        words += *words == ' ';
    }
    if (!all)
        return LOA_EINVAL;
    *out = all;
    return LOA_OK;
}

const char *msg_scopes_format(unsigned scopes, char out[MSG_SCOPES_SIZE])
{
    size_t used = 0;

    out[0] = '\0';
    if (scopes == MSG_SCOPES_ALL) {
        (void)snprintf(out, MSG_SCOPES_SIZE, "*");
        return out;
    }
    for (unsigned i = 0; i < SCOPES; i++) {
        if (scopes & 1u << i)
            used += (size_t)snprintf(out + used, MSG_SCOPES_SIZE - used, "%s%s", used ? " " : "",
                                     scope_names[i]);
    }
    return out;
}

unsigned msg_scopes_of_role(enum msg_role role)
{
    static const unsigned writer =
        MSG_SCOPE_READ | MSG_SCOPE_MESSAGES | MSG_SCOPE_CONTENT | MSG_SCOPE_PEOPLE;

    switch (role) {
    case MSG_ROLE_WRITER:
        return writer;
    case MSG_ROLE_APPROVER:
        return writer | MSG_SCOPE_APPROVE;
    case MSG_ROLE_ADMIN:
        return MSG_SCOPES_ALL;
    }
    return 0;
}

/* ---- tokens ---------------------------------------------------------------------------- */

void msg_token_digest(const char *token, size_t len, char out[LOA_SHA256_HEX])
{
    struct loa_bytes piece = {token, len};

    loa_sha256_hex(&piece, 1, out);
}

static enum loa_err check_wish(struct db *db, int64_t now, const struct msg_token_wish *w,
                               struct loa_problem *why)
{
    enum msg_role role;
    enum loa_err err = msg_user_role(db, w->user, &role, why);

    if (err)
        return err;
    /* All is all that one may, so it is never too much. */
    if (w->scopes != MSG_SCOPES_ALL && w->scopes & ~msg_scopes_of_role(role))
        return loa_fail(why, LOA_EINVAL, "scopes",
                        "“%s” (%s) không có một trong các quyền được yêu cầu", w->user,
                        msg_role_name(role));
    if (w->label && (!loa_utf8_valid(w->label, strlen(w->label)) || !loa_utf8_is_text(w->label) ||
                     loa_utf8_length(w->label) > MSG_TOKEN_LABEL_MAX))
        return loa_fail(why, LOA_EINVAL, "label", "Tên của mã dài tối đa %d ký tự, trên một dòng",
                        MSG_TOKEN_LABEL_MAX);
    if (w->expires_ms && w->expires_ms <= now)
        return loa_fail(why, LOA_EINVAL, "expires", "Thời điểm hết hạn phải ở tương lai");
    return LOA_OK;
}

enum loa_err msg_token_new(struct db *db, const struct msg_actor *who, int64_t now,
                           const struct msg_token_wish *w, int64_t *id, struct loa_secret **out,
                           struct loa_problem *why)
{
    char token[5 + 64 + 1] = "loat_", hash[LOA_SHA256_HEX], target[80], scopes[MSG_SCOPES_SIZE];
    enum loa_err err = check_wish(db, now, w, why);

    if (err)
        return err;
    loa_random_hex(token + 5, 32);
    msg_token_digest(token, sizeof(token) - 1, hash);
    (void)msg_scopes_format(w->scopes, scopes);
    err = db_next_id(db, "tokens", id);
    if (!err)
        err = db_run(db,
                     "INSERT INTO tokens (id, user_name, hash, created_ms, label, scopes, "
                     "expires_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                     "ississi", *id, w->user, hash, now, w->label ? w->label : "", scopes,
                     w->expires_ms);
    (void)snprintf(target, sizeof(target), "user %s", w->user);
    if (!err)
        err = msg_audit(db, who, now, "token.create", target, scopes);
    if (err)
        return loa_fail(why, err, "", "Không ghi được: %s", db_message(db));
    *out = loa_secret_new(token);
    return LOA_OK;
}

enum loa_err msg_token_check(struct db *db, const char *digest, int64_t now,
                             struct msg_identity *out)
{
    struct db_stmt *st;
    enum loa_err found = LOA_ENOENT;
    enum loa_err err = db_query(db, &st,
                                "SELECT t.user_name, u.role, t.scopes FROM tokens t "
                                "JOIN users u ON u.name = t.user_name WHERE t.hash = $1 AND "
                                "t.revoked_ms IS NULL AND u.disabled_ms IS NULL AND "
                                "(t.expires_ms = 0 OR t.expires_ms > $2)",
                                "si", digest, now);

    while (!err && db_next(st, &err)) {
        (void)snprintf(out->user, sizeof(out->user), "%s", db_text(st, 0));
        if (msg_role_parse(db_text(st, 1), &out->role) != LOA_OK ||
            msg_scopes_parse(db_text(st, 2), &out->scopes) != LOA_OK)
            continue;
        out->scopes &= msg_scopes_of_role(out->role);
        found = LOA_OK;
    }
    return err ? err : found;
}

enum loa_err msg_token_revoke(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                              const char *user, struct loa_problem *why)
{
    char target[48];
    enum loa_err err = db_run(db,
                              "UPDATE tokens SET revoked_ms = $1 WHERE id = $2 AND revoked_ms IS "
                              "NULL AND user_name = COALESCE($3, user_name)",
                              "iis", now, id, user);

    if (!err && !db_changes(db))
        return loa_fail(why, LOA_ENOENT, "id", "Không có mã số %" PRId64 " còn hiệu lực", id);
    (void)snprintf(target, sizeof(target), "token %" PRId64, id);
    return err ? err : msg_audit(db, who, now, "token.revoke", target, NULL);
}

static void add_time(cJSON *o, const char *key, int64_t ms)
{
    char iso[LOA_ISO_SIZE];

    if (ms)
        cJSON_AddStringToObject(o, key, loa_iso_format(ms, iso));
    else
        cJSON_AddNullToObject(o, key);
}

enum loa_err msg_tokens_list(struct db *db, const char *user, int64_t now, cJSON *list)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT id, user_name, label, scopes, created_ms, expires_ms "
                                "FROM tokens WHERE user_name = COALESCE($1, user_name) AND "
                                "revoked_ms IS NULL AND (expires_ms = 0 OR expires_ms > $2) "
                                "ORDER BY id",
                                "si", user, now);

    while (!err && db_next(st, &err)) {
        cJSON *o = cJSON_CreateObject();

        loa_json_add_int(o, "id", db_int(st, 0));
        cJSON_AddStringToObject(o, "user", db_text(st, 1));
        cJSON_AddStringToObject(o, "label", db_text(st, 2));
        cJSON_AddStringToObject(o, "scopes", db_text(st, 3));
        add_time(o, "created", db_int(st, 4));
        add_time(o, "expires", db_int(st, 5));
        cJSON_AddItemToArray(list, o);
    }
    return err;
}
