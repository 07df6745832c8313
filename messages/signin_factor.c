/* SPDX-License-Identifier: Apache-2.0 */
/* The second factor: its secret, sealed in the store, and the codes on paper. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/signin.h"
#include "messages/token.h"
#include "messages/totp.h"

struct factor {
    struct loa_secret *on, *pending;
    int64_t last;
};

static void release(struct factor *f)
{
    loa_secret_free(f->on);
    loa_secret_free(f->pending);
}

static enum loa_err unseal(const struct loa_secret *key, const char *text, struct loa_secret **out)
{
    return text ? loa_unseal(key, text, out) : LOA_OK;
}

/* Held until the transaction ends, so that a code is not used twice at the same time. */
static enum loa_err hold(struct db *db, const struct loa_secret *key, const char *name,
                         struct factor *f)
{
    struct db_stmt *st;
    enum loa_err bad = LOA_ENOENT;
    enum loa_err err = db_query(db, &st,
                                "SELECT totp, totp_pending, totp_step FROM users WHERE name = $1 "
                                "/*postgres FOR UPDATE*/",
                                "s", name);

    *f = (struct factor){0};
    while (!err && db_next(st, &err)) {
        bad = unseal(key, db_text(st, 0), &f->on);
        if (!bad)
            bad = unseal(key, db_text(st, 1), &f->pending);
        f->last = db_int(st, 2);
    }
    return err ? err : bad;
}

enum loa_err msg_factor_is_on(struct db *db, const char *name, bool *on)
{
    int64_t n = 0;
    enum loa_err err = db_get_int(
        db, &n, "SELECT COUNT(*) FROM users WHERE name = $1 AND totp IS NOT NULL", "s", name);

    *on = n > 0;
    return err;
}

enum loa_err msg_factor_begin(struct db *db, const struct loa_secret *key, const char *name,
                              struct loa_secret **secret, struct loa_problem *why)
{
    char fresh[MSG_TOTP_SECRET], *sealed;
    enum loa_err err;

    msg_totp_secret(fresh);
    sealed = loa_seal(key, fresh);
    err = db_run(db, "UPDATE users SET totp_pending = $1 WHERE name = $2 AND totp IS NULL", "ss",
                 sealed, name);
    free(sealed);
    if (!err && !db_changes(db))
        return loa_fail(why, LOA_EPERM, "totp", "Xác thực hai lớp đang bật; hãy tắt trước");
    if (!err)
        *secret = loa_secret_new(fresh);
    return err;
}

/* Their digests: 80 random bits need no slow one. */
static enum loa_err add_codes(struct db *db, const char *name, cJSON *codes)
{
    enum loa_err err = db_run(db, "DELETE FROM recovery_codes WHERE user_name = $1", "s", name);

    for (int i = 0; i < MSG_RECOVERY_CODES && !err; i++) {
        char code[MSG_RECOVERY_CODE], digest[LOA_SHA256_HEX];

        msg_recovery_code(code);
        msg_token_digest(code, strlen(code), digest);
        err = db_run(db, "INSERT INTO recovery_codes (user_name, hash) VALUES ($1, $2)", "ss", name,
                     digest);
        cJSON_AddItemToArray(codes, cJSON_CreateString(code));
    }
    return err;
}

enum loa_err msg_factor_confirm(struct db *db, const struct loa_secret *key,
                                const struct msg_actor *who, int64_t now, const char *code,
                                cJSON *codes, struct loa_problem *why)
{
    struct factor f;
    char target[80];
    int64_t step = 0;
    enum loa_err err = hold(db, key, who->user, &f);

    (void)snprintf(target, sizeof(target), "user %s", who->user);
    if (!err && !f.pending)
        err = loa_fail(why, LOA_EPERM, "totp", "Chưa bắt đầu bật xác thực hai lớp");
    if (!err)
        step = msg_totp_fits(loa_secret_reveal(f.pending), code, now, 0);
    if (!err && !step)
        err = loa_fail(why, LOA_EINVAL, "code",
                       "Mã chưa đúng; hãy xem lại giờ của điện thoại rồi nhập mã mới");
    if (!err)
        err = db_run(db,
                     "UPDATE users SET totp = totp_pending, totp_pending = NULL, totp_step = $1 "
                     "WHERE name = $2",
                     "is", step, who->user);
    if (!err)
        err = add_codes(db, who->user, codes);
    if (!err)
        err = msg_audit(db, who, now, "user.factor", target, "on");
    release(&f);
    return err;
}

static enum loa_err use_paper(struct db *db, const char *name, const char *code, bool *fits)
{
    char digest[LOA_SHA256_HEX];
    enum loa_err err;

    msg_token_digest(code, strlen(code), digest);
    err = db_run(db, "DELETE FROM recovery_codes WHERE user_name = $1 AND hash = $2", "ss", name,
                 digest);
    *fits = !err && db_changes(db) > 0;
    return err;
}

enum loa_err msg_factor_use(struct db *db, const struct loa_secret *key, int64_t now,
                            const char *name, const char *code, bool *fits)
{
    struct factor f;
    int64_t step = 0;
    enum loa_err err = hold(db, key, name, &f);

    *fits = false;
    if (!err && f.on)
        step = msg_totp_fits(loa_secret_reveal(f.on), code, now, f.last);
    if (!err && step) {
        err = db_run(db, "UPDATE users SET totp_step = $1 WHERE name = $2", "is", step, name);
        *fits = !err;
    } else if (!err && f.on) {
        err = use_paper(db, name, code, fits);
    }
    release(&f);
    return err;
}

enum loa_err msg_factor_off(struct db *db, const struct msg_actor *who, int64_t now,
                            const char *name)
{
    char target[80];
    enum loa_err err = db_run(db,
                              "UPDATE users SET totp = NULL, totp_pending = NULL, totp_step = 0 "
                              "WHERE name = $1",
                              "s", name);

    (void)snprintf(target, sizeof(target), "user %s", name);
    if (!err)
        err = db_run(db, "DELETE FROM recovery_codes WHERE user_name = $1", "s", name);
    return err ? err : msg_audit(db, who, now, "user.factor", target, "off");
}
