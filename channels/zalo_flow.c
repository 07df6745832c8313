/* SPDX-License-Identifier: Apache-2.0 */
/* The flows other than a post: renew the token (section 2), look at the account (6), upload a
 * picture (5), and the set-up that Zalo leaves to people. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "channels/zalo_private.h"
#include "messages/base/json.h"

enum {
    REFRESH_TIMEOUT_MS = 30000,
    REFRESH_TRIES_MAX = 5,    /* "few times, then alarm" */
    RATE_WAIT_MS = 60000,     /* -32 counts by the minute */
    TOKEN_LIFE_S = 90000,     /* 25 hours, when the answer does not say */
    UPLOAD_MAX = 1024 * 1024, /* jpg and png */
    UPLOAD_TIMEOUT_MS = 60000,
};

static enum channel_step finish(const struct zalo *z, struct channel_flow *f,
                                enum channel_verdict verdict, const char *words)
{
    f->res.verdict = verdict;
    zalo_say(z, &f->res, words);
    return CHANNEL_STEP_DONE;
}

/* ---- refresh ---- */

/* Not marked as an effect: a refresh token works once, so asking again after a lost answer either
 * succeeds or is refused with -14014, and there is nothing better to do. */
static enum channel_step ask_tokens(struct zalo *z, struct channel_flow *f, struct http_req *req)
{
    if (!z->refresh_token || !z->app_secret)
        return finish(z, f, CHANNEL_STOP,
                      "Tài khoản không có refresh token hoặc khóa bí mật của ứng dụng: hãy cấp "
                      "quyền lại cho ứng dụng.");
    http_req_reset(req);
    req->method = HTTP_POST;
    loa_buf_adds(&req->url, z->oauth);
    loa_buf_adds(&req->url, "/v4/oa/access_token");
    req->content_type = "application/x-www-form-urlencoded";
    req->timeout_ms = REFRESH_TIMEOUT_MS;
    http_req_secret(req, "secret_key", NULL, z->app_secret);
    loa_buf_adds(&req->body, "grant_type=refresh_token&app_id=");
    loa_buf_add_url(&req->body, z->app_id);
    loa_buf_adds(&req->body, "&refresh_token=");
    loa_buf_add_url(&req->body, loa_secret_reveal(z->refresh_token));
    (void)snprintf(f->state, sizeof(f->state), "refresh");
    return CHANNEL_STEP_SEND;
}

static bool is_final(int64_t code)
{
    static const int codes[] = {-14002, -14003, -14004, -14005, -14014, -14018};

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (codes[i] == code)
            return true;
    }
    return false;
}

static enum channel_step refuse_tokens(const struct zalo *z, struct channel_flow *f,
                                       const cJSON *root)
{
    static const char *const words[] = {"error_description", "error_reason", "message",
                                        "error_name"};
    int64_t code = loa_json_int(root, "error", 0);
    const char *said = NULL;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && (!said || !said[0]); i++)
        said = loa_json_str(root, words[i]);
    f->res.code = code >= INT32_MIN && code <= INT32_MAX ? (int)code : INT32_MIN;
    f->res.retry_after_ms = code == -32 ? RATE_WAIT_MS : 0;
    if (is_final(code))
        return finish(z, f, CHANNEL_STOP, said && said[0] ? said : "refused");
    f->res.tries_max = REFRESH_TRIES_MAX;
    return finish(z, f, CHANNEL_RETRY, said && said[0] ? said : "an answer without access_token");
}

static enum channel_step take_tokens(const struct zalo *z, struct channel_flow *f,
                                     const struct http_reply *prev)
{
    cJSON *root = loa_json_parse(prev->body, prev->len);
    const char *access = loa_json_str(root, "access_token");
    const char *refresh = loa_json_str(root, "refresh_token");
    int64_t seconds = loa_json_int(root, "expires_in", TOKEN_LIFE_S);
    enum channel_step step = CHANNEL_STEP_DONE;

    f->res.code = prev->status >= 400 ? (int)prev->status : 0;
    if (!access || !access[0] || !zalo_is_token(access) || (refresh && !zalo_is_token(refresh))) {
        step = refuse_tokens(z, f, root);
        f->res.outage = prev->status >= 500;
        goto out;
    }
    if (seconds <= 0 || seconds > INT64_C(366) * 86400)
        seconds = TOKEN_LIFE_S;
    f->access_token = loa_secret_new(access);
    f->refresh_token = loa_secret_new(refresh);
    f->expires_in_ms = seconds * 1000;
    f->res.code = 0;
    step = finish(z, f, CHANNEL_OK,
                  f->refresh_token ? ""
                                   : "Zalo không trả về refresh token mới, vẫn giữ cái cũ: hãy "
                                     "theo dõi lần gia hạn tới.");
out:
    cJSON_Delete(root);
    return step;
}

static enum channel_step refresh_flow(struct zalo *z, struct channel_flow *f,
                                      const struct http_reply *prev, struct http_req *req)
{
    if (!prev)
        return ask_tokens(z, f, req);
    if (prev->outcome != HTTP_DONE) {
        channel_result_of_transport(prev, &f->res);
        f->res.verdict = CHANNEL_RETRY;
        f->res.tries_max = REFRESH_TRIES_MAX;
        return CHANNEL_STEP_DONE;
    }
    return take_tokens(z, f, prev);
}

/* ---- probe ---- */

static void describe(struct channel_flow *f, const cJSON *data, const char *id)
{
    const char *name = loa_json_str(data, "name"), *package = loa_json_str(data, "package_name");
    int64_t followers = loa_json_int(data, "num_follower", -1);
    int n =
        snprintf(f->summary, sizeof(f->summary), "OA “%.120s” (%.40s), %s", name ? name : "?", id,
                 loa_json_bool(data, "is_verified", false) ? "đã xác thực" : "chưa xác thực");
    size_t at = n > 0 ? (size_t)n : 0;

    if (followers >= 0 && at < sizeof(f->summary))
        at += (size_t)snprintf(f->summary + at, sizeof(f->summary) - at,
                               ", %" PRId64 " người quan tâm", followers);
    if (package && package[0] && at < sizeof(f->summary))
        (void)snprintf(f->summary + at, sizeof(f->summary) - at, ", gói %.80s", package);
    for (char *s = f->summary; *s; s++) {
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            *s = ' ';
    }
}

static enum channel_step probe_flow(struct zalo *z, struct channel_flow *f,
                                    const struct http_reply *prev, struct http_req *req)
{
    char id[CHANNEL_ID_SIZE];
    const cJSON *data;
    cJSON *root;

    if (!prev) {
        zalo_request(z, req, HTTP_GET, "/v2.0/oa/getoa");
        return CHANNEL_STEP_SEND;
    }
    data = zalo_read_reply(z, prev, &f->res, &root);
    if (f->res.verdict == CHANNEL_DOUBT) /* nothing was changed, so nothing is in doubt */
        f->res.verdict = CHANNEL_RETRY;
    if (f->res.verdict == CHANNEL_OK) {
        if (!loa_json_id(data, "oaid", id, sizeof(id))[0])
            loa_json_id(data, "oa_id", id, sizeof(id));
        describe(f, data, id);
        if (id[0] && strcmp(id, z->oa_id) != 0) {
            f->res.verdict = CHANNEL_STOP;
            (void)snprintf(f->res.detail, sizeof(f->res.detail),
                           "Token này của OA %.40s, không phải OA %.40s: hãy sửa ZALO_OA_ID hoặc "
                           "cấp quyền lại.",
                           id, z->oa_id);
        }
    }
    cJSON_Delete(root);
    return CHANNEL_STEP_DONE;
}

/* ---- set-up ---- */

/* No call sets the webhook or a menu: people do it in the developer console. */
static enum channel_step setup_flow(struct channel_flow *f)
{
    f->res.verdict = CHANNEL_OK;
    (void)snprintf(f->summary, sizeof(f->summary),
                   "Zalo không cho đặt webhook tự động: hãy nhập %.300s vào mục Webhook của ứng "
                   "dụng trên developers.zalo.me.",
                   f->webhook_url ? f->webhook_url : "địa chỉ webhook");
    return CHANNEL_STEP_DONE;
}

/* ---- upload ---- */

bool zalo_build_upload_image(struct zalo *z, const void *data, size_t len, const char *type,
                             struct http_req *req, struct channel_result *res)
{
    bool png = type && strcmp(type, "image/png") == 0;
    bool jpeg = type && strcmp(type, "image/jpeg") == 0;

    /* A gif could be uploaded, but not shown: see zalo_has_picture(). */
    if ((!png && !jpeg) || !data || !len || len > UPLOAD_MAX) {
        res->verdict = CHANNEL_DROP;
        zalo_say(z, res, "Zalo chỉ nhận ảnh JPG hoặc PNG, tối đa 1 MB.");
        return false;
    }
    zalo_request(z, req, HTTP_POST, "/v2.0/oa/upload/image");
    req->content_type = NULL; /* the client writes the multipart's own */
    req->file_field = "file";
    req->file_name = png ? "image.png" : "image.jpg";
    req->file_type = png ? "image/png" : "image/jpeg";
    req->file_data = data;
    req->file_len = len;
    req->timeout_ms = UPLOAD_TIMEOUT_MS;
    return true;
}

void zalo_parse_upload_image(const struct zalo *z, const struct http_reply *r,
                             struct channel_result *res, char *id, size_t size)
{
    char raw[CHANNEL_ID_SIZE];
    cJSON *root;
    const cJSON *data = zalo_read_reply(z, r, res, &root);

    id[0] = '\0';
    loa_json_id(data, "attachment_id", raw, sizeof(raw));
    /* A picture too many does no harm, so a lost answer only means: again. */
    if (res->verdict == CHANNEL_DOUBT || (res->verdict == CHANNEL_OK && !raw[0]))
        res->verdict = CHANNEL_RETRY;
    if (res->verdict == CHANNEL_OK &&
        snprintf(id, size, "%s%s", ZALO_ATTACHMENT, raw) >= (int)size) {
        id[0] = '\0';
        res->verdict = CHANNEL_DROP;
        zalo_say(z, res, "attachment_id is too long");
    }
    cJSON_Delete(root);
}

static enum channel_step upload_flow(struct zalo *z, struct channel_flow *f,
                                     const struct http_reply *prev, struct http_req *req)
{
    if (prev) {
        zalo_parse_upload_image(z, prev, &f->res, f->upload_id, sizeof(f->upload_id));
        return CHANNEL_STEP_DONE;
    }
    return zalo_build_upload_image(z, f->file_data, f->file_len, f->file_type, req, &f->res)
               ? CHANNEL_STEP_SEND
               : CHANNEL_STEP_DONE;
}

enum channel_step zalo_flow(struct channel *c, struct channel_flow *f,
                            const struct http_reply *prev, struct http_req *req)
{
    struct zalo *z = (struct zalo *)c;

    if (f->kind == CHANNEL_FLOW_POST)
        return zalo_post_flow(z, f, prev, req);
    channel_result_init(&f->res);
    f->effect = false;
    f->wait_ms = 0;
    switch (f->kind) {
    case CHANNEL_FLOW_POST:
    case CHANNEL_FLOW_TEMPLATES: /* those of ZBS are not sent by this program */
        break;
    case CHANNEL_FLOW_REFRESH:
        return refresh_flow(z, f, prev, req);
    case CHANNEL_FLOW_SETUP:
        return setup_flow(f);
    case CHANNEL_FLOW_PROBE:
        return probe_flow(z, f, prev, req);
    case CHANNEL_FLOW_UPLOAD:
        return upload_flow(z, f, prev, req);
    }
    return finish(z, f, CHANNEL_DROP, "no such flow");
}
