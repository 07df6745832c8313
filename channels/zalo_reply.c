/* SPDX-License-Identifier: Apache-2.0 */
/* What Zalo answers: its envelope and its error numbers (sections 1, 3.1 and 9). */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "channels/zalo_private.h"
#include "messages/base/json.h"
#include "messages/base/utf8.h"

/* ---- section 9: errors of openapi.zalo.me ---- */

struct rule {
    int code;
    enum channel_verdict verdict;
    enum channel_gone gone;
    int retry_after_ms;
    int tries_max; /* 0: the engine's own limit */
    bool partial;  /* STOP: this feature only */
};

static const struct rule rules[] = {
    {-32, CHANNEL_RETRY, CHANNEL_GONE_NO, 60000, 0, false}, /* calls are counted by the minute */
    {-100, CHANNEL_DROP, CHANNEL_GONE_NO, 0, 0, false},     /* needs another upload */
    {-200, CHANNEL_RETRY, CHANNEL_GONE_NO, 0, 3, false},
    {-201, CHANNEL_DROP, CHANNEL_GONE_NO, 0, 0, false},
    {-204, CHANNEL_STOP, CHANNEL_GONE_NO, 0, 0, false},
    {-205, CHANNEL_STOP, CHANNEL_GONE_NO, 0, 0, false},
    {-209, CHANNEL_STOP, CHANNEL_GONE_NO, 0, 0, false},
    {-210, CHANNEL_DROP, CHANNEL_GONE_NO, 0, 0, false},
    {-211, CHANNEL_LATER, CHANNEL_GONE_NO, 0, 0, false},
    {-212, CHANNEL_STOP, CHANNEL_GONE_NO, 0, 0, false},
    {-213, CHANNEL_GIVE_UP, CHANNEL_GONE_UNSUBSCRIBED, 0, 0, false},
    {-214, CHANNEL_RETRY, CHANNEL_GONE_NO, 3000, 0, false}, /* an article is being processed */
    {-216, CHANNEL_REFRESH, CHANNEL_GONE_NO, 0, 0, false},
    {-217, CHANNEL_GIVE_UP, CHANNEL_GONE_BLOCKED, 0, 0, false},
    {-218, CHANNEL_LATER, CHANNEL_GONE_NO, 0, 0, false},
    {-219, CHANNEL_STOP, CHANNEL_GONE_NO, 0, 0, false},
    {-220, CHANNEL_REFRESH, CHANNEL_GONE_NO, 0, 0, false},
    {-221, CHANNEL_STOP, CHANNEL_GONE_NO, 0, 0, false},
    {-223, CHANNEL_STOP, CHANNEL_GONE_NO, 0, 0,
     false}, /* or LATER: the words tell, see classify() */
    {-224, CHANNEL_STOP, CHANNEL_GONE_NO, 0, 0, true},
    {-227, CHANNEL_GIVE_UP, CHANNEL_GONE_INVALID, 0, 0, false},
    {-230, CHANNEL_GIVE_UP, CHANNEL_GONE_WINDOW, 0, 0, false},
    {-232, CHANNEL_GIVE_UP, CHANNEL_GONE_WINDOW, 0, 0, false},
    {-233, CHANNEL_DROP, CHANNEL_GONE_NO, 0, 0, false},
    {-234, CHANNEL_LATER, CHANNEL_GONE_NO, 0, 0, false},
    {-235, CHANNEL_STOP, CHANNEL_GONE_NO, 0, 0, true},
    {-237, CHANNEL_GIVE_UP, CHANNEL_GONE_INVALID, 0, 0, false},
    {-238, CHANNEL_DROP, CHANNEL_GONE_NO, 0, 0, false},
    {-240, CHANNEL_DROP, CHANNEL_GONE_NO, 0, 0, false},
    {-241, CHANNEL_DROP, CHANNEL_GONE_NO, 0, 0, false},
    {-242, CHANNEL_STOP, CHANNEL_GONE_NO, 0, 0, false},
    {-244, CHANNEL_GIVE_UP, CHANNEL_GONE_BLOCKED, 0, 0, false},
    {-248, CHANNEL_DROP, CHANNEL_GONE_NO, 0, 0, false},
    {-249, CHANNEL_DROP, CHANNEL_GONE_NO, 0, 0, false},
    {-305, CHANNEL_GIVE_UP, CHANNEL_GONE_WINDOW, 0, 0, false},
    {-311, CHANNEL_LATER, CHANNEL_GONE_NO, 0, 0, false},
    {-320, CHANNEL_STOP, CHANNEL_GONE_NO, 0, 0, false},
    {-321, CHANNEL_STOP, CHANNEL_GONE_NO, 0, 0, false},
    {-403, CHANNEL_GIVE_UP, CHANNEL_GONE_INVALID, 0, 0, false},
};

static void classify(int64_t code, const char *message, struct channel_result *res)
{
    /* A number that is not in the table: no second attempt, and staff hear of it. */
    res->verdict = CHANNEL_DROP;
    res->code = code >= INT32_MIN && code <= INT32_MAX ? (int)code : INT32_MIN;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (rules[i].code != code)
            continue;
        res->verdict = rules[i].verdict;
        res->gone = rules[i].gone;
        res->retry_after_ms = rules[i].retry_after_ms;
        res->tries_max = rules[i].tries_max;
        res->partial = rules[i].partial;
        break;
    }
    if (code == -223 && message && strcasestr(message, "quota"))
        res->verdict = CHANNEL_LATER;
}

/* ---- words for staff ---- */

/* Overwrites each place where the secret stands in the words. */
static void blot_out(char *words, const struct loa_secret *secret)
{
    size_t n = loa_secret_len(secret);
    char *at = words;

    while (n && (at = strstr(at, loa_secret_reveal(secret))) != NULL) {
        memset(at, '*', n);
        at += n;
    }
}

/* Blotted out in a copy of the whole, as a cut could leave half a secret that nobody finds. */
void zalo_say(const struct zalo *z, struct channel_result *res, const char *words)
{
    struct loa_buf copy = {.max = 64 * 1024};
    size_t n;

    loa_buf_add(&copy, words, strnlen(words, copy.max - 1));
    if (copy.data) {
        blot_out(copy.data, z->access_token);
        blot_out(copy.data, z->refresh_token);
        blot_out(copy.data, z->app_secret);
        blot_out(copy.data, z->webhook_secret);
        blot_out(copy.data, z->proof);
    }
    for (size_t i = 0; i < copy.len; i++) {
        if ((unsigned char)copy.data[i] < 0x20 || copy.data[i] == 0x7f)
            copy.data[i] = ' ';
    }
    n = copy.len < sizeof(res->detail) ? copy.len : sizeof(res->detail) - 1;
    n = loa_utf8_valid_prefix(loa_buf_str(&copy), n);
    memcpy(res->detail, loa_buf_str(&copy), n);
    res->detail[n] = '\0';
    loa_buf_release(&copy);
}

/* ---- load ---- */

static int percent(int64_t remain, int64_t total)
{
    if (total <= 0 || remain < 0)
        return -1;
    return remain >= total ? 0 : (int)(100.0 * (double)(total - remain) / (double)total);
}

static int64_t header_number(const struct http_reply *r, const char *name)
{
    const char *value = http_reply_header(r, name);
    char *end;
    long long n;

    if (!value || *value < '0' || *value > '9')
        return -1;
    n = strtoll(value, &end, 10);
    return *end ? -1 : (int64_t)n;
}

/* Quotas of one person (the 48-hour replies, the welcome) say nothing of the account's rest. */
static bool is_account_quota(const char *type)
{
    return type && (strcmp(type, "sub_quota") == 0 || strcmp(type, "purchase_quota") == 0 ||
                    strcmp(type, "reward_quota") == 0);
}

static void read_load(const struct http_reply *r, const cJSON *data, struct channel_result *res)
{
    const cJSON *quota = loa_json_get(data, "quota");
    int64_t calls = header_number(r, "X-RateLimit-Remain");
    int64_t messages = -1;

    res->usage_percent = percent(calls, header_number(r, "X-RateLimit-Limit"));
    if (is_account_quota(loa_json_str(quota, "quota_type"))) {
        messages = loa_json_int(quota, "remain", -1);
        if (res->usage_percent < 0)
            res->usage_percent = percent(messages, loa_json_int(quota, "total", -1));
    }
    res->remaining = calls;
    if (messages >= 0 && (calls < 0 || messages < calls))
        res->remaining = messages;
}

/* ---- the envelope ---- */

/* Nothing readable came: an HTTP error is a fault of transport, a success may be one. */
static void unreadable(const struct zalo *z, const struct http_reply *r, struct channel_result *res)
{
    if (r->status >= 200 && r->status < 300) {
        res->verdict = CHANNEL_DOUBT;
        res->doubt = MSG_DOUBT_ANSWER;
        zalo_say(z, res, "unreadable answer");
    } else if (!channel_result_of_transport(r, res)) {
        res->verdict = CHANNEL_RETRY;
        res->code = (int)r->status;
        zalo_say(z, res, "HTTP error without a readable answer");
    }
}

/* True if the object has an error number; HTTP's status does not matter then. */
static bool has_error(const cJSON *root, int64_t *code)
{
    *code = loa_json_int(root, "error", INT64_MIN);
    return *code != INT64_MIN;
}

const cJSON *zalo_read_reply(const struct zalo *z, const struct http_reply *r,
                             struct channel_result *res, cJSON **root)
{
    const char *message;
    int64_t code;

    channel_result_init(res);
    *root = NULL;
    if (r->outcome != HTTP_DONE) {
        channel_result_of_transport(r, res);
        return NULL;
    }
    *root = loa_json_read(r->body, r->len);
    read_load(r, loa_json_get(*root, "data"), res);
    if (!has_error(*root, &code)) {
        unreadable(z, r, res);
        return NULL;
    }
    message = loa_json_str(*root, "message");
    if (code != 0) {
        classify(code, message, res);
        zalo_say(z, res, message && message[0] ? message : "no words");
        return NULL;
    }
    res->verdict = CHANNEL_OK;
    return loa_json_get(*root, "data");
}

void zalo_parse_reply(struct channel *c, enum channel_way way, const struct http_reply *r,
                      struct channel_result *res, channel_failed_cb failed, void *ctx)
{
    const struct zalo *z = (struct zalo *)c;
    cJSON *root;
    const cJSON *data = zalo_read_reply(z, r, res, &root);

    (void)way; /* one answer for all, and no batches */
    (void)failed;
    (void)ctx;
    loa_json_id(data, "message_id", res->remote_id, sizeof(res->remote_id));
    cJSON_Delete(root);
}
