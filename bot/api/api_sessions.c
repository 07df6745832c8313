/* SPDX-License-Identifier: Apache-2.0 */
/* One's sessions, and one's second factor. */
#include <stdlib.h>

#include "bot/api/resources.h"
#include "messages/base/json.h"
#include "messages/signin.h"
#include "messages/totp.h"

/* A token is not the person: it does not touch how he signs in. */
static enum loa_err only_in_person(struct api_call *c)
{
    if (c->session)
        return LOA_OK;
    return api_refuse(c, LOA_EPERM, 403, "user", "Việc này chỉ làm được khi đã đăng nhập");
}

enum loa_err api_session_leave(struct db *db, struct api_call *c)
{
    enum loa_err err = only_in_person(c);

    if (!err)
        err = msg_session_end(db, &c->actor, c->now, c->session, c->who.user, &c->why);
    api_set_cookie(c, "");
    c->stale = false;
    c->status = err ? c->status : 204;
    return err;
}

enum loa_err api_sessions_list(struct db *db, struct api_call *c)
{
    c->json = cJSON_CreateObject();
    return msg_sessions_list(db, c->who.user, c->now, c->session,
                             cJSON_AddArrayToObject(c->json, "items"));
}

enum loa_err api_session_end(struct db *db, struct api_call *c)
{
    enum loa_err err = only_in_person(c);

    if (!err)
        err = msg_session_end(db, &c->actor, c->now, c->at.id, c->who.user, &c->why);
    c->status = err ? c->status : 204;
    return err;
}

/* ---- the second factor ----------------------------------------------------------------- */

enum loa_err api_factor_begin(struct db *db, struct api_call *c)
{
    struct loa_secret *secret = NULL;
    const char *office = c->bot->cfg->office;
    char *uri;
    enum loa_err err = only_in_person(c);

    if (!err)
        err = msg_factor_begin(db, c->bot->key, c->who.user, &secret, &c->why);
    if (err)
        return err;
    uri = msg_totp_uri(loa_secret_reveal(secret), c->who.user, office ? office : "loa");
    c->json = cJSON_CreateObject();
    cJSON_AddStringToObject(c->json, "secret", loa_secret_reveal(secret));
    cJSON_AddStringToObject(c->json, "uri", uri);
    free(uri);
    loa_secret_free(secret);
    return LOA_OK;
}

static const char *code_of(const struct api_call *c)
{
    const char *code = loa_json_str(c->body, "code");

    return code ? code : "";
}

enum loa_err api_factor_confirm(struct db *db, struct api_call *c)
{
    enum loa_err err = only_in_person(c);

    if (err)
        return err;
    c->json = cJSON_CreateObject();
    return msg_factor_confirm(db, c->bot->key, &c->actor, c->now, code_of(c),
                              cJSON_AddArrayToObject(c->json, "recovery_codes"), &c->why);
}

/* A wrong code counts as a wrong try to sign in, so that it cannot be guessed here. */
enum loa_err api_factor_off(struct db *db, struct api_call *c)
{
    int64_t until = 0;
    bool fits = false;
    enum loa_err err = only_in_person(c);

    if (!err)
        err = msg_signin_until(db, c->who.user, c->now, &until);
    if (!err && until)
        return api_refuse(c, LOA_ERATE, 429, "code", "Sai nhiều lần liên tiếp; hãy đợi rồi thử");
    if (!err)
        err = msg_factor_use(db, c->bot->key, c->now, c->who.user, code_of(c), &fits);
    if (!err && !fits) {
        err = msg_signin_failed(db, c->who.user, c->now);
        if (!err)
            (void)api_refuse(c, LOA_EINVAL, 422, "code", "Mã xác thực chưa đúng");
        return err;
    }
    c->status = err ? c->status : 204;
    return err ? err : msg_factor_off(db, &c->actor, c->now, c->who.user);
}
