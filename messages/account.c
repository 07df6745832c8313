/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/account_right.h"
#include "messages/account_way.h"
#include "messages/base/crypto.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/user.h"

/* Plain settings and secrets by their JSON names. */
static const struct {
    const char *key;
    size_t offset;
} settings[] =
    {
        {"remote_id", offsetof(struct msg_account, remote_id)},
        {"app_id", offsetof(struct msg_account, app_id)},
        {"sender_name", offsetof(struct msg_account, sender_name)},
        {"api_base", offsetof(struct msg_account, api_base)},
        {"oauth_base", offsetof(struct msg_account, oauth_base)},
        {"package", offsetof(struct msg_account, package)},
        {"posts_month", offsetof(struct msg_account, posts_month)},
        {"free_month", offsetof(struct msg_account, free_month)},
        {"price", offsetof(struct msg_account, price)},
        {"utility_price", offsetof(struct msg_account, utility_price)},
},
  secrets[] = {
      {"app_secret", offsetof(struct msg_account, app_secret)},
      {"webhook_secret", offsetof(struct msg_account, webhook_secret)},
      {"verify_token", offsetof(struct msg_account, verify_token)},
};

enum {
    N_SETTINGS = sizeof(settings) / sizeof(settings[0]),
    N_SECRETS = sizeof(secrets) / sizeof(secrets[0])
};

static char **setting_of(struct msg_account *a, size_t i)
{
    return (char **)(void *)((char *)a + settings[i].offset);
}

static struct loa_secret **secret_of(struct msg_account *a, size_t i)
{
    return (struct loa_secret **)(void *)((char *)a + secrets[i].offset);
}

void msg_account_release(struct msg_account *a)
{
    for (size_t i = 0; i < N_SETTINGS; i++)
        free(*setting_of(a, i));
    for (size_t i = 0; i < N_SECRETS; i++)
        loa_secret_free(*secret_of(a, i));
    loa_secret_free(a->access_token);
    loa_secret_free(a->refresh_token);
    free(a->name);
    free(a->channel);
    free(a->pause_reason);
    *a = (struct msg_account){0};
}

/* ---- writing --------------------------------------------------------------------------- */

static char *settings_text(struct msg_account *a)
{
    cJSON *o = cJSON_CreateObject();
    char *text;

    for (size_t i = 0; i < N_SETTINGS; i++)
        loa_json_add_str(o, settings[i].key, *setting_of(a, i));
    text = loa_json_print(o);
    cJSON_Delete(o);
    return text;
}

static char *sealed_secrets(struct msg_account *a, const struct loa_secret *key)
{
    cJSON *o = cJSON_CreateObject();
    char *text, *sealed;

    for (size_t i = 0; i < N_SECRETS; i++)
        loa_json_add_str(o, secrets[i].key, loa_secret_reveal(*secret_of(a, i)));
    text = loa_json_print(o);
    cJSON_Delete(o);
    sealed = loa_seal(key, text);
    explicit_bzero(text, strlen(text));
    free(text);
    return sealed;
}

static char *seal_or_null(const struct loa_secret *key, const struct loa_secret *s)
{
    return loa_secret_is_set(s) ? loa_seal(key, loa_secret_reveal(s)) : NULL;
}

static void digest(const struct loa_secret *s, char out[LOA_SHA256_HEX])
{
    struct loa_bytes piece = {loa_secret_reveal(s), loa_secret_len(s)};

    loa_sha256_hex(&piece, 1, out);
}

static enum loa_err insert(struct db *db, int64_t now, struct msg_account *a)
{
    enum loa_err err = db_next_id(db, "accounts", &a->id);

    if (err)
        return err;
    return db_run(db,
                  "INSERT INTO accounts (id, name, channel, created_ms) VALUES ($1, $2, $3, $4)",
                  "issi", a->id, a->name, a->channel, now);
}

static enum loa_err update_tokens(struct db *db, const struct loa_secret *key,
                                  const struct msg_account *a)
{
    char origin[LOA_SHA256_HEX];
    char *access = seal_or_null(key, a->access_token);
    char *refresh = seal_or_null(key, a->refresh_token);
    enum loa_err err;

    digest(a->refresh_token, origin);
    if (!refresh) /* a channel whose token we do not renew: the given one is the one */
        err =
            db_run(db, "UPDATE accounts SET access_token = $1 WHERE id = $2", "si", access, a->id);
    else
        err = db_run(db,
                     "UPDATE accounts SET access_token = $1, refresh_token = $2, "
                     "refresh_origin = $3, token_expires_ms = 0 "
                     "WHERE id = $4 AND (refresh_origin IS NULL OR refresh_origin <> $3)",
                     "sssi", access, refresh, origin, a->id);
    if (!err && refresh && db_changes(db)) /* a new one */
        err = msg_right_forget(db, a->id);
    free(access);
    free(refresh);
    return err;
}

/* LOA_ENOENT: a new name. The people of one platform cannot become those of another. */
static enum loa_err find_same(struct db *db, struct msg_account *a, struct loa_problem *why)
{
    int64_t same = 0;
    enum loa_err err;

    if (!msg_is_name(a->name))
        return loa_fail(why, LOA_EINVAL, "account",
                        "Tên tài khoản gồm 1-64 chữ cái không dấu, số, dấu chấm, gạch");
    err = db_get_int(db, &a->id, "SELECT id FROM accounts WHERE name = $1", "s", a->name);
    if (!err)
        err = db_get_int(db, &same, "SELECT COUNT(*) FROM accounts WHERE id = $1 AND channel = $2",
                         "is", a->id, a->channel);
    if (!err && !same)
        return loa_fail(why, LOA_EINVAL, "channel",
                        "Tài khoản “%s” thuộc kênh khác; hãy đặt tên khác", a->name);
    return err;
}

enum loa_err msg_account_put(struct db *db, const struct msg_actor *who, int64_t now,
                             const struct loa_secret *key, struct msg_account *a,
                             struct loa_problem *why)
{
    char *text, *sealed, target[96];
    bool added;
    enum loa_err err = db_lock(db, "accounts"); /* nodes that start together wait */

    if (err)
        return loa_fail(why, err, "account", "Không ghi được tài khoản “%s”: %s", a->name,
                        db_message(db));
    err = find_same(db, a, why);
    added = err == LOA_ENOENT;
    if (err == LOA_EINVAL)
        return err;
    text = settings_text(a);
    sealed = sealed_secrets(a, key);

    if (added)
        err = insert(db, now, a);
    if (!err)
        err = db_run(db,
                     "UPDATE accounts SET channel = $1, settings = $2, secrets = $3 WHERE id = $4",
                     "sssi", a->channel, text, sealed, a->id);
    if (!err)
        err = update_tokens(db, key, a);
    (void)snprintf(target, sizeof(target), "account %s", a->name);
    if (!err && added)
        err = msg_audit(db, who, now, "account.add", target, a->channel);
    if (err)
        (void)loa_fail(why, err, "account", "Không ghi được tài khoản “%s”: %s", a->name,
                       db_message(db));
    free(text);
    free(sealed);
    return err;
}

enum loa_err msg_account_store_tokens(struct db *db, const struct loa_secret *key, int64_t id,
                                      const struct loa_secret *access,
                                      const struct loa_secret *refresh, int64_t expires_ms)
{
    char *a = seal_or_null(key, access), *r = seal_or_null(key, refresh);
    enum loa_err err =
        db_run(db,
               "UPDATE accounts SET access_token = $1, refresh_token = COALESCE($2, refresh_token),"
               " token_expires_ms = $3 WHERE id = $4",
               "ssii", a, r, expires_ms, id);

    free(a);
    free(r);
    return err;
}

/* ---- reading --------------------------------------------------------------------------- */

static enum loa_err open_secret(const struct loa_secret *key, const char *sealed,
                                struct loa_secret **out)
{
    return sealed && *sealed ? loa_unseal(key, sealed, out) : LOA_OK;
}

static enum loa_err open_secrets(const struct loa_secret *key, const char *sealed,
                                 struct msg_account *a)
{
    struct loa_secret *text = NULL;
    cJSON *o;
    enum loa_err err = open_secret(key, sealed, &text);

    if (err || !text)
        return err;
    o = loa_json_parse(loa_secret_reveal(text), loa_secret_len(text));
    for (size_t i = 0; i < N_SECRETS; i++)
        *secret_of(a, i) = loa_secret_new(loa_json_str(o, secrets[i].key));
    cJSON_Delete(o);
    loa_secret_free(text);
    return LOA_OK;
}

static enum loa_err from_row(const struct db_stmt *st, const struct loa_secret *key,
                             struct msg_account *a)
{
    const char *text = db_text(st, 5);
    cJSON *o = loa_json_parse(text, strlen(text));
    enum loa_err err = LOA_OK;

    a->id = db_int(st, 0);
    a->name = loa_xstrdup(db_text(st, 1));
    a->channel = loa_xstrdup(db_text(st, 2));
    a->paused = strcmp(db_text(st, 3), "paused") == 0;
    a->pause_reason = loa_xstrdup(db_text(st, 4));
    for (size_t i = 0; i < N_SETTINGS; i++)
        *setting_of(a, i) = loa_xstrdup(loa_json_str(o, settings[i].key));
    cJSON_Delete(o);
    a->token_expires_ms = db_int(st, 9);
    a->last_webhook_ms = db_int(st, 10);
    a->last_echo_ms = db_int(st, 11);
    if (key)
        err = open_secrets(key, db_text(st, 6), a);
    if (key && !err)
        err = open_secret(key, db_text(st, 7), &a->access_token);
    if (key && !err)
        err = open_secret(key, db_text(st, 8), &a->refresh_token);
    return err;
}

enum loa_err msg_account_load_range(struct db *db, const struct loa_secret *key, int64_t first,
                                    int64_t last, struct msg_account **out, size_t *n,
                                    struct loa_problem *why)
{
    struct msg_account *all = NULL;
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT id, name, channel, state, pause_reason, settings, secrets, "
                                "access_token, refresh_token, token_expires_ms, last_webhook_ms, "
                                "last_echo_ms FROM accounts WHERE id >= $1 AND id <= $2 "
                                "ORDER BY id",
                                "ii", first, last);

    *n = 0;
    while (!err && db_next(st, &err)) {
        all = loa_xrealloc(all, (*n + 1) * sizeof(*all));
        all[*n] = (struct msg_account){0};
        err = from_row(st, key, &all[(*n)++]);
        if (err) {
            db_end(st);
            err = loa_fail(why, LOA_EINVAL, "LOA_SECRET_KEY",
                           "Không mở được khóa bí mật của tài khoản “%s”: LOA_SECRET_KEY khác với "
                           "lúc lưu",
                           all[*n - 1].name);
        }
    }
    if (err) {
        for (size_t i = 0; i < *n; i++)
            msg_account_release(&all[i]);
        free(all);
        return err;
    }
    *out = all;
    return LOA_OK;
}

enum loa_err msg_account_load(struct db *db, const struct loa_secret *key, struct msg_account **out,
                              size_t *n, struct loa_problem *why)
{
    return msg_account_load_range(db, key, 0, INT64_MAX, out, n, why);
}

enum loa_err msg_account_id(struct db *db, const char *name, int64_t *out, struct loa_problem *why)
{
    enum loa_err err = db_get_int(db, out, "SELECT id FROM accounts WHERE name = $1", "s", name);

    if (err == LOA_ENOENT)
        return loa_fail(why, err, "account", "Không có tài khoản “%s”; xem: loa account list",
                        name);
    return err;
}

static enum loa_err set_state(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                              const char *state, const char *reason, const char *action)
{
    char target[48];
    enum loa_err err = db_run(db, "UPDATE accounts SET state = $1, pause_reason = $2 WHERE id = $3",
                              "ssi", state, reason, id);

    if (!err && !db_changes(db))
        return LOA_ENOENT;
    (void)snprintf(target, sizeof(target), "account %lld", (long long)id);
    return err ? err : msg_audit(db, who, now, action, target, reason);
}

enum loa_err msg_account_pause(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                               const char *reason)
{
    return set_state(db, who, now, id, "paused", reason, "account.pause");
}

enum loa_err msg_account_resume(struct db *db, const struct msg_actor *who, int64_t now, int64_t id)
{
    enum loa_err err = set_state(db, who, now, id, "active", NULL, "account.resume");

    return err ? err : msg_account_ways_forget(db, id, false);
}
