/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in, and setting a password. Argon2id runs on libuv's threads: it takes tens of
 * milliseconds and 64 MiB, so only some at a time. A name that there is not takes the same way,
 * with a password that nobody knows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "bot/api/resources.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/signin.h"
#include "messages/user.h"

enum { PROVING_MAX = 8 };

/* What is proved, and what is to become the password. */
struct proof {
    uv_work_t work;
    struct api_call *c;
    char name[72];
    bool prove, set;           /* compare `given`; make a digest of `fresh` */
    const char *given, *fresh; /* borrowed from the call's body */
    char stored[MSG_PASSWORD_HASH], made[MSG_PASSWORD_HASH];
    char link[LOA_SHA256_HEX];
    bool fits;
    enum loa_err err;
    enum loa_err (*after)(struct db *db, struct api_call *c);
};

static void finish(struct api_call *c, enum loa_err result)
{
    struct proof *p = c->own;

    sodium_memzero(p->made, sizeof(p->made));
    free(p);
    c->own = NULL;
    api_answer(c, result);
}

static void on_worker(uv_work_t *w)
{
    struct proof *p = w->data;

    if (p->prove)
        p->fits = msg_password_fits(p->stored[0] ? p->stored : NULL, p->given);
    if (p->set && (!p->prove || p->fits))
        p->err = msg_password_hash(p->fresh, p->made);
}

static void after_worker(uv_work_t *w, int status)
{
    struct proof *p = w->data;
    struct api_call *c = p->c;

    c->bot->proving--;
    if (status || p->err)
        finish(c, LOA_EIO);
    else
        api_write(c, p->after, finish);
    c->bot->jobs--;
}

/* What the store had to say was fine: on to the threads. */
static void prove(struct api_call *c, enum loa_err result)
{
    struct proof *p = c->own;

    if (result || c->status >= 400 || c->bot->stopping) {
        finish(c, result ? result : c->status ? LOA_OK : LOA_EIO);
        return;
    }
    if (c->bot->proving >= PROVING_MAX ||
        uv_queue_work(&c->bot->loop, &p->work, on_worker, after_worker) != 0) {
        finish(c, api_refuse(c, LOA_EIO, 503, "", "Đang có nhiều người đăng nhập; hãy thử lại"));
        return;
    }
    c->bot->proving++;
    c->bot->jobs++;
}

static void start(struct api_call *c, const struct proof *want,
                  enum loa_err (*look)(struct db *db, struct api_call *c))
{
    struct proof *p = loa_xmalloc(sizeof(*p));

    *p = *want;
    p->c = c;
    p->work.data = p;
    c->own = p;
    api_read(c, look, prove);
}

static enum loa_err need(struct api_call *c, const char *member, const char **out)
{
    *out = loa_json_str(c->body, member);
    if (*out && strlen(*out) <= MSG_PASSWORD_MAX)
        return LOA_OK;
    return loa_fail(&c->why, LOA_EINVAL, member, "Cần “%s”, một chuỗi dài tối đa %d byte", member,
                    MSG_PASSWORD_MAX);
}

/* ---- signing in ------------------------------------------------------------------------ */

/* A refusal whose note of the wrong try stays. */
static enum loa_err refuse_and_keep(struct api_call *c, unsigned status, const char *field,
                                    const char *text)
{
    (void)api_refuse(c, LOA_EPERM, status, field, text);
    return LOA_OK;
}

static enum loa_err too_often(struct api_call *c, int64_t until)
{
    c->retry_s = (until - c->now + LOA_SECOND_MS - 1) / LOA_SECOND_MS;
    c->status = 429;
    return loa_fail(&c->why, LOA_ERATE, "user", "Sai nhiều lần liên tiếp; hãy thử lại sau %d giây",
                    (int)c->retry_s);
}

static enum loa_err look_up(struct db *db, struct api_call *c)
{
    struct proof *p = c->own;
    int64_t until = 0;
    enum loa_err err = msg_signin_until(db, p->name, c->now, &until);

    if (!err && until)
        return too_often(c, until);
    return err ? err : msg_signin_password(db, p->name, p->stored);
}

static enum loa_err wrong(struct db *db, struct api_call *c, const char *field, const char *text)
{
    struct proof *p = c->own;
    enum loa_err err = msg_signin_failed(db, p->name, c->now);

    LOA_LOG(LOA_LOG_WARN, "console: sign-in refused", F("peer", c->peer), F("what", field));
    return err ? err : refuse_and_keep(c, 401, field, text);
}

/* The second factor, where the person has one. *ok false: the answer is a refusal. */
static enum loa_err check_factor(struct db *db, struct api_call *c, bool *ok)
{
    struct proof *p = c->own;
    const char *code = loa_json_str(c->body, "code");
    enum loa_err err = msg_factor_is_on(db, p->name, ok);

    if (err || !*ok) {
        *ok = !err;
        return err;
    }
    *ok = false;
    if (!code || !*code) /* no wrong try: the password was right */
        return refuse_and_keep(c, 401, "code", "Hãy nhập mã 6 số của ứng dụng xác thực");
    err = msg_factor_use(db, c->bot->key, c->now, p->name, code, ok);
    return err || *ok ? err : wrong(db, c, "code", "Mã xác thực chưa đúng hoặc đã dùng rồi");
}

static enum loa_err begin_session(struct db *db, struct api_call *c)
{
    struct proof *p = c->own;
    struct msg_actor who = {p->name, "console"};
    char secret[MSG_SESSION_SECRET], csrf[LOA_SHA256_HEX];
    enum msg_role role;
    int64_t id;
    enum loa_err err = msg_user_role(db, p->name, &role, &c->why);

    if (!err)
        err = msg_signin_passed(db, p->name);
    if (!err)
        err = msg_session_new(db, c->now, p->name, c->peer, c->agent, &id, secret);
    if (!err)
        err = msg_audit(db, &who, c->now, "session.start", p->name, c->peer);
    if (err)
        return err;
    api_set_cookie(c, secret);
    api_csrf(secret, MSG_SESSION_SECRET - 1, csrf);
    c->status = 201;
    c->json = cJSON_CreateObject();
    cJSON_AddStringToObject(c->json, "user", p->name);
    cJSON_AddStringToObject(c->json, "role", msg_role_name(role));
    cJSON_AddStringToObject(c->json, "csrf", csrf);
    return LOA_OK;
}

static enum loa_err sign_in(struct db *db, struct api_call *c)
{
    struct proof *p = c->own;
    char stored[MSG_PASSWORD_HASH];
    int64_t until = 0;
    bool ok = false;
    enum loa_err err = msg_signin_until(db, p->name, c->now, &until);

    if (!err && until) /* others tried meanwhile */
        return too_often(c, until);
    if (!err)
        err = msg_signin_password(db, p->name, stored);
    if (err)
        return err;
    if (!p->fits || strcmp(stored, p->stored) != 0) /* or it was changed meanwhile */
        return wrong(db, c, "password", "Tên hoặc mật khẩu chưa đúng");
    err = check_factor(db, c, &ok);
    return err || !ok ? err : begin_session(db, c);
}

void api_sign_in(struct api_call *c)
{
    struct proof want = {.prove = true, .after = sign_in};
    const char *name = NULL;
    enum loa_err err = need(c, "user", &name);

    if (!err)
        err = need(c, "password", &want.given);
    if (!err && !msg_is_name(name)) /* nobody's, and no row of its own for wrong tries */
        name = "?";
    if (err) {
        api_answer(c, err);
        return;
    }
    (void)snprintf(want.name, sizeof(want.name), "%s", name);
    start(c, &want, look_up);
}

/* ---- a password by a link -------------------------------------------------------------- */

static enum loa_err link_owner(struct db *db, struct api_call *c)
{
    struct proof *p = c->own;
    enum loa_err err = msg_signin_link_owner(db, p->link, c->now, p->name);

    if (err == LOA_ENOENT)
        return api_refuse(c, err, 422, "link", "Liên kết đã dùng hoặc đã hết hạn; hãy xin cái mới");
    return err ? err : msg_password_check(p->fresh, p->name, &c->why);
}

static enum loa_err set_by_link(struct db *db, struct api_call *c)
{
    struct proof *p = c->own;
    struct msg_actor who = {p->name, "console"};
    enum loa_err err = msg_signin_link_use(db, p->link, p->name);

    if (err == LOA_ENOENT)
        return api_refuse(c, err, 422, "link", "Liên kết đã dùng hoặc đã hết hạn; hãy xin cái mới");
    if (!err)
        err = msg_signin_passed(db, p->name);
    if (!err)
        err = msg_signin_set(db, &who, c->now, p->name, p->made, 0);
    if (err)
        return err;
    c->json = cJSON_CreateObject();
    cJSON_AddStringToObject(c->json, "user", p->name);
    return LOA_OK;
}

void api_password_by_link(struct api_call *c)
{
    struct proof want = {.set = true, .after = set_by_link};
    const char *link = NULL;
    enum loa_err err = need(c, "link", &link);

    if (!err)
        err = need(c, "password", &want.fresh);
    if (err) {
        api_answer(c, err);
        return;
    }
    msg_token_digest(link, strlen(link), want.link);
    start(c, &want, link_owner);
}

/* ---- changing it ----------------------------------------------------------------------- */

static enum loa_err own_password(struct db *db, struct api_call *c)
{
    struct proof *p = c->own;

    if (!c->session)
        return api_refuse(c, LOA_EPERM, 403, "user", "Chỉ đổi được mật khẩu khi đã đăng nhập");
    (void)snprintf(p->name, sizeof(p->name), "%s", c->who.user);
    if (msg_password_check(p->fresh, p->name, &c->why) != LOA_OK)
        return LOA_EINVAL;
    return look_up(db, c);
}

static enum loa_err change(struct db *db, struct api_call *c)
{
    struct proof *p = c->own;
    enum loa_err err;

    if (!p->fits) {
        err = msg_signin_failed(db, p->name, c->now);
        return err ? err : refuse_and_keep(c, 422, "current", "Mật khẩu hiện tại chưa đúng");
    }
    c->status = 204;
    return msg_signin_set(db, &c->actor, c->now, p->name, p->made, c->session);
}

void api_password_change(struct api_call *c)
{
    struct proof want = {.prove = true, .set = true, .after = change};
    enum loa_err err = need(c, "current", &want.given);

    if (!err)
        err = need(c, "password", &want.fresh);
    if (err)
        api_answer(c, err);
    else
        start(c, &want, own_password);
}
