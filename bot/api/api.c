/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/api/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bot/api/call.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"

/* ---- what was brought along ------------------------------------------------------------ */

static char *header(struct api_call *c, const char *name)
{
    const char *v = http_exchange_header(c->x, name);

    return v && *v ? loa_xstrdup(v) : NULL;
}

static void take_token(struct api_call *c)
{
    const char *v = http_exchange_header(c->x, "Authorization");

    if (!v || strncasecmp(v, "Bearer ", 7) != 0)
        return;
    v += 7 + strspn(v + 7, " ");
    if (*v)
        msg_token_digest(v, strlen(v), c->token_digest);
}

/* The cookie's value, 64 digits; nothing else is one of ours. */
static void take_session(struct api_call *c)
{
    static const char name[] = API_COOKIE "=";
    const char *v = http_exchange_header(c->x, "Cookie"), *repeated;

    while (v && strncmp(v, name, sizeof(name) - 1) != 0) {
        v = strchr(v, ';');
        v = v ? v + 1 + strspn(v + 1, " ") : NULL;
    }
    if (!v || strcspn(v + sizeof(name) - 1, "; ") != MSG_SESSION_SECRET - 1)
        return;
    v += sizeof(name) - 1;
    msg_token_digest(v, MSG_SESSION_SECRET - 1, c->session_digest);
    api_csrf(v, MSG_SESSION_SECRET - 1, c->csrf);
    repeated = http_exchange_header(c->x, "X-CSRF-Token");
    c->csrf_fits = repeated && loa_hex_equal(c->csrf, repeated, strlen(repeated));
}

static void take_who(struct api_call *c)
{
    take_token(c);
    take_session(c);
    (void)snprintf(c->peer, sizeof(c->peer), "%s", http_exchange_peer(c->x));
    c->agent = header(c, "User-Agent");
}

/* The same request has the same digest: method, address and bytes. */
static void digest_request(struct api_call *c, const char *body, size_t len)
{
    const char *method = http_exchange_method(c->x), *path = http_exchange_path(c->x);
    struct loa_bytes pieces[] = {
        {method, strlen(method) + 1}, {path, strlen(path) + 1}, {body, len}};

    loa_sha256_hex(pieces, 3, c->request_digest);
}

static bool is_json(const char *type)
{
    size_t n = type ? strcspn(type, "; ") : 0;

    return n == 16 && strncasecmp(type, "application/json", n) == 0;
}

/* Types that no form of a foreign page can send. */
static bool is_file(const char *type)
{
    static const char *const types[] = {"application/json", "text/csv", "text/calendar"};
    size_t n = type ? strcspn(type, "; ") : 0;

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (n == strlen(types[i]) && strncasecmp(type, types[i], n) == 0)
            return true;
    }
    return false;
}

static enum loa_err take_body(struct api_call *c)
{
    size_t len;
    const char *body = http_exchange_body(c->x, &len);

    digest_request(c, body, len);
    if (!len && !(c->route->flags & API_BODY))
        return LOA_OK;
    if (!(c->route->flags & (API_BODY | API_MAY)))
        return api_refuse(c, LOA_EINVAL, 400, "", "Cách gọi này không nhận nội dung");
    if (c->route->flags & API_FILE) {
        if (len && is_file(http_exchange_header(c->x, "Content-Type")))
            return LOA_OK;
        return api_refuse(c, LOA_EINVAL, 415, "Content-Type",
                          "Cần một tệp application/json, text/csv hoặc text/calendar");
    }
    /* Also keeps foreign pages out: a form cannot send this type. */
    if (!is_json(http_exchange_header(c->x, "Content-Type")))
        return api_refuse(c, LOA_EINVAL, 415, "Content-Type", "Nội dung phải là application/json");
    c->body = loa_json_parse(body, len);
    if (!cJSON_IsObject(c->body))
        return api_refuse(c, LOA_EINVAL, 400, "", "Nội dung phải là một đối tượng JSON hợp lệ");
    return LOA_OK;
}

static enum loa_err take_key(struct api_call *c)
{
    char *key = header(c, "Idempotency-Key");

    if (!key)
        return LOA_OK;
    c->request_key = key;
    if (c->route->method != HTTP_ON_POST || c->route->kind == API_READ)
        return api_refuse(c, LOA_EINVAL, 400, "Idempotency-Key",
                          "Chỉ dùng Idempotency-Key với POST");
    if (c->route->flags & API_SECRET)
        return api_refuse(c, LOA_EINVAL, 400, "Idempotency-Key",
                          "Câu trả lời có điều bí mật nên không được giữ lại; hãy bỏ "
                          "Idempotency-Key");
    if (strlen(key) > MSG_REPLAY_KEY_MAX)
        return api_refuse(c, LOA_EINVAL, 400, "Idempotency-Key",
                          "Idempotency-Key dài tối đa 200 ký tự");
    return LOA_OK;
}

static enum loa_err find(struct api_call *c)
{
    unsigned method = http_method_bit(http_exchange_method(c->x));

    const char *path = http_exchange_path(c->x);

    path += strlen(path) >= sizeof(BOT_API_ROOT) ? sizeof(BOT_API_ROOT) : strlen(path);
    c->route = api_route_find(api_routes, api_n_routes, method, path, &c->at, &c->allowed);
    if (c->route)
        return LOA_OK;
    if (c->allowed)
        return api_refuse(c, LOA_EINVAL, 405, "", "Địa chỉ này không nhận cách gọi ấy");
    return api_refuse(c, LOA_ENOENT, 404, "", "Không có địa chỉ này");
}

/* ---- the door -------------------------------------------------------------------------- */

void bot_api(void *ctx, struct http_exchange *x)
{
    struct bot *bot = ctx;
    struct api_call *c;
    enum loa_err err;

    if (bot->stopping || !bot->ready) {
        http_exchange_problem(x, 503, "Máy chủ đang khởi động hoặc đang dừng; hãy thử lại sau.");
        return;
    }
    c = loa_xcalloc(1, sizeof(*c));
    c->bot = bot;
    c->x = x;
    c->now = loa_clock_wall();
    err = find(c);
    if (!err)
        err = take_body(c);
    if (!err)
        err = take_key(c);
    if (err) {
        api_answer(c, err);
        return;
    }
    take_who(c);
    c->if_match = header(c, "If-Match");
    switch (c->route->kind) {
    case API_READ:
        api_read(c, c->route->work, NULL);
        return;
    case API_WRITE:
        api_write(c, c->route->work, NULL);
        return;
    case API_OWN:
        c->route->start(c);
        return;
    }
}

const char *bot_api_description(void)
{
    for (size_t i = 0; api_files[i].name; i++) {
        if (strcmp(api_files[i].name, "openapi.json") == 0)
            return api_files[i].text;
    }
    return "{}";
}
