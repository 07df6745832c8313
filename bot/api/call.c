/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/api/call.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/http_target.h"
#include "messages/base/json.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"

void api_call_free(struct api_call *c)
{
    cJSON_Delete(c->body);
    cJSON_Delete(c->json);
    cJSON_Delete(c->more);
    free(c->text);
    free(c->agent);
    free(c->if_match);
    free(c->request_key);
    free(c);
}

enum loa_err api_refuse(struct api_call *c, enum loa_err err, unsigned status, const char *field,
                        const char *text)
{
    c->status = status;
    return loa_fail(&c->why, err, field, "%s", text);
}

/* ---- the answer ------------------------------------------------------------------------ */

/* What stands in the way and has to do with who asks, not with how things stand. */
static bool is_about_rights(const struct loa_problem *why)
{
    return strcmp(why->field, "user") == 0 || strcmp(why->field, "scope") == 0 || !why->field[0];
}

static unsigned status_of(enum loa_err err, const struct loa_problem *why)
{
    switch (err) {
    case LOA_OK:
        return 200;
    case LOA_EINVAL:
        return 422;
    case LOA_ENOENT:
        return strcmp(why->field, "id") == 0 || !why->field[0] ? 404 : 422;
    case LOA_EEXIST:
        return 409;
    case LOA_EPERM:
        return is_about_rights(why) ? 403 : 409;
    case LOA_ELIMIT:
        return 422;
    case LOA_ERATE:
        return 429;
    case LOA_EIO:
    case LOA_EREJECT:
    case LOA_EPROTO:
    case LOA_ETIMEOUT:
        return 503;
    }
    return 500;
}

/* The word for programs and the one for people. */
static const struct kind {
    unsigned status;
    const char *code, *title;
} kinds[] = {
    {400, "malformed", "Yêu cầu không đọc được"},
    {401, "sign-in", "Cần đăng nhập"},
    {403, "forbidden", "Không có quyền"},
    {404, "not-found", "Không tìm thấy"},
    {405, "method", "Không có cách gọi này"},
    {409, "conflict", "Trạng thái hiện tại không cho phép"},
    {412, "changed", "Đã có người sửa trước"},
    {415, "media-type", "Sai kiểu nội dung"},
    {422, "invalid", "Nội dung chưa đúng"},
    {428, "if-match", "Thiếu If-Match"},
    {429, "slow-down", "Quá nhiều lần"},
    {503, "unavailable", "Chưa làm được lúc này"}, /* the last: whatever else */
};

static const struct kind *kind_of(unsigned status)
{
    size_t i = 0;

    while (i + 1 < sizeof(kinds) / sizeof(kinds[0]) && kinds[i].status != status)
        i++;
    return &kinds[i];
}

static void problem_text(struct api_call *c, unsigned status)
{
    const struct kind *kind = kind_of(status);
    cJSON *o = cJSON_CreateObject(), *one;

    cJSON_AddStringToObject(o, "type", "about:blank");
    cJSON_AddStringToObject(o, "title", kind->title);
    cJSON_AddNumberToObject(o, "status", (double)status);
    cJSON_AddStringToObject(o, "code", kind->code);
    cJSON_AddStringToObject(o, "detail", c->why.text[0] ? c->why.text : kind->title);
    if (c->why.field[0]) {
        one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "field", c->why.field);
        cJSON_AddStringToObject(one, "reason", c->why.text);
        cJSON_AddItemToArray(cJSON_AddArrayToObject(o, "errors"), one);
    }
    while (c->more && c->more->child) {
        one = cJSON_DetachItemViaPointer(c->more, c->more->child);
        cJSON_AddItemToObject(o, one->string, one);
    }
    free(c->text);
    c->text = loa_json_print(o);
    cJSON_Delete(o);
}

/* A 204 has no body, so no type either. */
static void give(struct api_call *c, unsigned status, bool problem)
{
    struct http_header headers[10];
    char allow[HTTP_ALLOW_SIZE], retry[24], kept[100];
    size_t n = 0;
    const char *type = problem   ? "application/problem+json"
                       : c->type ? c->type
                                 : "application/json; charset=utf-8";
    struct http_answer a = {.status = status,
                            .content_type = c->text ? type : NULL,
                            .body = c->text,
                            .len = c->text ? strlen(c->text) : 0,
                            .memory = HTTP_BODY_TAKE,
                            .headers = headers};

    headers[n++] = (struct http_header){"Cache-Control", "no-store"};
    if (c->etag[0] && !problem)
        headers[n++] = (struct http_header){"ETag", c->etag};
    if (c->location[0] && !problem)
        headers[n++] = (struct http_header){"Location", c->location};
    (void)snprintf(kept, sizeof(kept), "attachment; filename=\"%s\"", c->file ? c->file : "");
    if (c->file && !problem)
        headers[n++] = (struct http_header){"Content-Disposition", kept};
    if (c->replayed)
        headers[n++] = (struct http_header){"Idempotency-Replayed", "true"};
    if (status == 401)
        headers[n++] = (struct http_header){"WWW-Authenticate", "Bearer realm=\"loa\""};
    if (c->cookie[0] && !problem)
        headers[n++] = (struct http_header){"Set-Cookie", c->cookie};
    (void)snprintf(retry, sizeof(retry), "%" PRId64, c->retry_s ? c->retry_s : 5);
    if (status == 429 || status == 503)
        headers[n++] = (struct http_header){"Retry-After", retry};
    if (status == 405) {
        http_allow(c->allowed, allow);
        headers[n++] = (struct http_header){"Allow", allow};
    }
    a.n_headers = n;
    c->text = NULL;
    http_exchange_answer(c->x, &a);
}

void api_answer(struct api_call *c, enum loa_err result)
{
    unsigned status = c->status ? c->status : status_of(result, &c->why);

    if (result && status < 400) /* the work was done, and its commit failed */
        status = status_of(result, &c->why);
    if (result == LOA_EIO && !c->why.text[0])
        LOA_LOG(LOA_LOG_ERROR, "api: the store failed", F("path", c->route ? c->route->path : ""),
                F("why", store_why(c->bot->store, result)));
    if (status >= 400)
        problem_text(c, status);
    give(c, status, status >= 400);
    api_call_free(c);
}

/* ---- the cookie ------------------------------------------------------------------------ */

void api_csrf(const char *secret, size_t len, char out[LOA_SHA256_HEX])
{
    struct loa_bytes pieces[] = {{"csrf:", 5}, {secret, len}};

    loa_sha256_hex(pieces, 2, out);
}

/* Lax: a link in an e-mail opens the console signed in. */
void api_set_cookie(struct api_call *c, const char *secret)
{
    const char *url = c->bot->cfg->public_url;
    bool tls = url && strncmp(url, "https://", 8) == 0;

    (void)snprintf(c->cookie, sizeof(c->cookie),
                   API_COOKIE "=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s", secret,
                   *secret ? MSG_SESSION_MAX_MS / 1000 : 0, tls ? "; Secure" : "");
}

/* ---- jobs ------------------------------------------------------------------------------ */

static enum loa_err known(struct db *db, struct api_call *c)
{
    if (c->token_digest[0])
        return msg_token_check(db, c->token_digest, c->now, &c->who);
    if (c->session_digest[0])
        return msg_session_check(db, c->session_digest, c->now, &c->who, &c->session, &c->stale);
    return LOA_ENOENT;
}

/* A page of somebody else's has the cookie sent along, but cannot read what must be repeated. */
static bool is_forged(const struct api_call *c)
{
    return c->session && c->route->method != HTTP_ON_GET && !c->csrf_fits;
}

enum loa_err api_identify(struct db *db, struct api_call *c)
{
    enum loa_err err;

    if (c->route->flags & API_OPEN)
        return LOA_OK;
    err = known(db, c);
    if (err == LOA_ENOENT)
        return api_refuse(
            c, LOA_EPERM, 401, "",
            "Cần đăng nhập, hoặc mã truy cập còn hiệu lực (Authorization: Bearer ...)");
    if (err)
        return err;
    c->actor = (struct msg_actor){c->who.user, c->session ? "console" : "api"};
    if (is_forged(c))
        return api_refuse(c, LOA_EPERM, 403, "X-CSRF-Token",
                          "Thiếu hoặc sai X-CSRF-Token của phiên này; hãy tải lại trang");
    if (c->route->scope & ~c->who.scopes)
        return api_refuse(c, LOA_EPERM, 403, "scope",
                          "Mã truy cập hoặc vai trò này không có quyền làm việc ấy");
    return LOA_OK;
}

static void print_answer(struct api_call *c)
{
    if (c->type)
        return;
    free(c->text);
    c->text = c->json ? loa_json_print(c->json) : NULL;
}

static enum loa_err work_once(struct db *db, struct api_call *c)
{
    struct msg_replay r = {0};
    enum loa_err err =
        msg_replay_claim(db, c->who.user, c->request_key, c->request_digest, c->now, &r, &c->why);

    if (err == LOA_EEXIST) {
        c->replayed = true;
        c->status = r.status;
        c->text = r.body[0] ? loa_xstrdup(r.body) : NULL;
        (void)snprintf(c->etag, sizeof(c->etag), "%s", r.etag);
        (void)snprintf(c->location, sizeof(c->location), "%s", r.location);
        msg_replay_release(&r);
        return LOA_OK;
    }
    if (!err)
        err = c->work(db, c);
    if (err)
        return err;
    print_answer(c);
    r = (struct msg_replay){.status = c->status ? c->status : 200,
                            .etag = loa_xstrdup(c->etag),
                            .location = loa_xstrdup(c->location),
                            .body = loa_xstrdup(c->text ? c->text : "")};
    err = msg_replay_keep(db, c->who.user, c->request_key, &r);
    msg_replay_release(&r);
    return err;
}

static void answer_reset(struct api_call *c)
{
    cJSON_Delete(c->json);
    cJSON_Delete(c->more);
    free(c->text);
    c->json = c->more = NULL;
    c->text = NULL;
    c->type = c->file = NULL;
    c->status = 0;
    c->etag[0] = c->location[0] = c->cookie[0] = '\0';
    c->retry_s = 0;
    c->why = (struct loa_problem){"", ""};
}

static enum loa_err read_job(struct db *db, void *arg)
{
    struct api_call *c = arg;
    enum loa_err err;

    answer_reset(c);
    err = api_identify(db, c);
    if (!err)
        err = c->work(db, c);
    if (!err)
        print_answer(c);
    return err;
}

static enum loa_err write_job(struct db *db, void *arg)
{
    struct api_call *c = arg;
    enum loa_err err;

    answer_reset(c);
    err = api_identify(db, c);
    if (!err && c->request_key)
        return work_once(db, c);
    if (!err)
        err = c->work(db, c);
    if (!err)
        print_answer(c);
    return err;
}

/* ---- the last use of a session --------------------------------------------------------- */

struct touch {
    struct bot *bot;
    int64_t session, now;
};

static enum loa_err touch_job(struct db *db, void *arg)
{
    const struct touch *t = arg;

    return msg_session_touch(db, t->session, t->now);
}

static void touched(void *arg, enum loa_err result)
{
    struct touch *t = arg;

    if (result)
        LOA_LOG(LOA_LOG_WARN, "api: a session's last use was not noted",
                F("why", store_why(t->bot->store, result)));
    t->bot->jobs--;
    free(t);
}

static void touch(struct api_call *c)
{
    struct touch *t = loa_xmalloc(sizeof(*t));

    *t = (struct touch){c->bot, c->session, c->now};
    c->stale = false;
    c->bot->jobs++;
    store_write(c->bot->store, touch_job, touched, t);
}

static void on_done(void *arg, enum loa_err result)
{
    struct api_call *c = arg;
    struct bot *bot = c->bot;

    if (c->stale && !bot->stopping)
        touch(c);
    c->then(c, result);
    bot->jobs--;
}

static void prepare(struct api_call *c, enum loa_err (*work)(struct db *db, struct api_call *c),
                    void (*then)(struct api_call *c, enum loa_err result))
{
    c->work = work;
    c->then = then ? then : api_answer;
    c->bot->jobs++;
}

void api_read(struct api_call *c, enum loa_err (*work)(struct db *db, struct api_call *c),
              void (*then)(struct api_call *c, enum loa_err result))
{
    prepare(c, work, then);
    store_read(c->bot->store, read_job, on_done, c);
}

void api_write(struct api_call *c, enum loa_err (*work)(struct db *db, struct api_call *c),
               void (*then)(struct api_call *c, enum loa_err result))
{
    prepare(c, work, then);
    store_write(c->bot->store, write_job, on_done, c);
}

/* ---- what works share ------------------------------------------------------------------ */

const char *api_query(const struct api_call *c, const char *name)
{
    const char *v = http_exchange_query(c->x, name);

    return v && *v ? v : NULL;
}

static bool take_number(const char *text, int64_t min, int64_t max, int64_t *out)
{
    int64_t v = 0;

    if (!text)
        return true;
    for (const char *p = text; *p; p++) {
        if (*p < '0' || *p > '9' || v > (max - (*p - '0')) / 10)
            return false;
        v = v * 10 + (*p - '0');
    }
    *out = v;
    return v >= min;
}

enum loa_err api_query_int(struct api_call *c, const char *name, int64_t min, int64_t max,
                           int64_t *out)
{
    if (take_number(api_query(c, name), min, max, out))
        return LOA_OK;
    c->status = 400;
    return loa_fail(&c->why, LOA_EINVAL, name, "%s là số từ %" PRId64 " đến %" PRId64, name, min,
                    max);
}

enum loa_err api_query_time(struct api_call *c, const char *name, int64_t *out)
{
    const char *text = api_query(c, name);

    if (!text || loa_iso_parse(text, out) == LOA_OK)
        return LOA_OK;
    c->status = 400;
    return loa_fail(&c->why, LOA_EINVAL, name, "%s là ngày như 2026-10-01 hoặc thời điểm ISO 8601",
                    name);
}

void api_add_time(cJSON *o, const char *key, int64_t ms)
{
    char iso[LOA_ISO_SIZE];

    if (ms)
        cJSON_AddStringToObject(o, key, loa_iso_format(ms, iso));
    else
        cJSON_AddNullToObject(o, key);
}

/* "a", "b", or * */
static bool lists(const char *header, const char *etag)
{
    size_t n = strlen(etag);

    for (const char *p = header; *p;) {
        size_t len;

        p += strspn(p, " \t,");
        len = strcspn(p, ",");
        while (len && (p[len - 1] == ' ' || p[len - 1] == '\t'))
            len--;
        if ((len == 1 && *p == '*') || (len == n && strncmp(p, etag, n) == 0))
            return true;
        p += strcspn(p, ",");
    }
    return false;
}

enum loa_err api_match(struct api_call *c, const char *etag, bool needed)
{
    if (!c->if_match && needed)
        return api_refuse(c, LOA_EPERM, 428, "If-Match",
                          "Hãy gửi If-Match với ETag của bản đã đọc, để không ghi đè lên người "
                          "khác");
    if (c->if_match && !lists(c->if_match, etag))
        return api_refuse(c, LOA_EPERM, 412, "If-Match",
                          "Đã có người sửa sau khi bạn mở; hãy tải lại rồi sửa tiếp");
    return LOA_OK;
}

/* ---- pages ----------------------------------------------------------------------------- */

enum { PAGE_DEFAULT = 50, PAGE_MAX = 200 };

enum loa_err api_page_begin(struct api_call *c, bool upward, struct api_page *p)
{
    *p = (struct api_page){.limit = PAGE_DEFAULT, .cursor = upward ? -1 : INT64_MAX};
    if (!take_number(api_query(c, "limit"), 1, PAGE_MAX, &p->limit))
        return api_refuse(c, LOA_EINVAL, 400, "limit", "limit là số từ 1 đến 200");
    if (!take_number(api_query(c, "cursor"), 0, INT64_MAX, &p->cursor))
        return api_refuse(c, LOA_EINVAL, 400, "cursor",
                          "cursor phải là giá trị “next” của trang trước");
    p->items = cJSON_CreateArray();
    return LOA_OK;
}

bool api_page_takes(struct api_page *p, int64_t key)
{
    if (p->n++ >= p->limit)
        return false;
    p->last = key;
    return true;
}

void api_page_end(struct api_call *c, struct api_page *p)
{
    char cursor[24];

    c->json = cJSON_CreateObject();
    cJSON_AddItemToObject(c->json, "items", p->items);
    (void)snprintf(cursor, sizeof(cursor), "%lld", (long long)p->last);
    if (p->n > p->limit)
        cJSON_AddStringToObject(c->json, "next", cursor);
    else
        cJSON_AddNullToObject(c->json, "next");
    p->items = NULL;
}
