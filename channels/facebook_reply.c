/* SPDX-License-Identifier: Apache-2.0 */
/* What the Graph API answers: the table of its errors, and the load it reports in headers. */
#include "channels/facebook_private.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/utf8.h"

/* ---- the table of errors (contract section 11) ----------------------------------------- */

enum {
    FEW = 3,       /* "retry, few" */
    ONCE_MORE = 2, /* "retry once" */
    SECOND = 1000,
    MINUTE = 60 * SECOND,
    SLOW = MINUTE,
};

/* First match wins. code 0: any code; subcode 0: any subcode; code_to 0: just `code`. */
struct row {
    int code, subcode, code_to;
    enum channel_verdict verdict;
    enum channel_gone gone;
    int tries, retry_ms;
    bool throttle; /* the Page's or the app's budget is used up */
};

static const struct row rows[] = {
    /* posts: the subcode decides whatever the code is */
    {.subcode = 1366046, .verdict = CHANNEL_DROP}, /* photo too large or of a wrong format */
    {.subcode = 1366051, .verdict = CHANNEL_DROP}, /* photos already posted */
    {.subcode = 2061006, .verdict = CHANNEL_DROP}, /* bad URL */
    {.subcode = 1349125, .verdict = CHANNEL_DROP}, /* bad content */
    {.subcode = 1390008, .verdict = CHANNEL_RETRY, .retry_ms = 5 * MINUTE}, /* too fast */
    {.subcode = 1363047, .verdict = CHANNEL_RETRY},                         /* service */
    {.subcode = 1609010, .verdict = CHANNEL_RETRY},
    {.subcode = 1346003, .verdict = CHANNEL_DROP}, /* content refused */
    {.subcode = 1404102, .verdict = CHANNEL_DROP},
    {.subcode = 1404006, .verdict = CHANNEL_STOP}, /* security check or identity */
    {.subcode = 1404112, .verdict = CHANNEL_STOP},
    {.subcode = 4854002, .verdict = CHANNEL_STOP},
    {.subcode = 1404078, .verdict = CHANNEL_REFRESH},
    {.subcode = 490, .verdict = CHANNEL_REFRESH},

    {.code = -1, .verdict = CHANNEL_RETRY, .tries = FEW},
    /* "invalid JSON reply", though the message may be out: the echo tells */
    {.code = 1, .subcode = 1357046, .verdict = CHANNEL_DOUBT},
    {.code = 1, .verdict = CHANNEL_RETRY, .tries = FEW},
    {.code = 2, .subcode = 2018344, .verdict = CHANNEL_STOP}, /* accept a privacy term */
    {.code = 2, .verdict = CHANNEL_RETRY},
    {.code = 1200, .verdict = CHANNEL_RETRY},
    {.code = 3, .verdict = CHANNEL_STOP},

    /* throttled: one topic or person, then the whole Page or app */
    {.code = 4, .subcode = 2018354, .verdict = CHANNEL_GIVE_UP},
    {.code = 9, .subcode = 2018352, .verdict = CHANNEL_GIVE_UP},
    {.code = 613, .subcode = 1893016, .verdict = CHANNEL_GIVE_UP},
    {.code = 613, .subcode = 2018338, .verdict = CHANNEL_GIVE_UP, .throttle = true},
    {.code = 4, .verdict = CHANNEL_RETRY, .throttle = true},
    {.code = 17, .verdict = CHANNEL_RETRY, .throttle = true},
    {.code = 32, .verdict = CHANNEL_RETRY, .throttle = true},
    {.code = 341, .verdict = CHANNEL_RETRY, .throttle = true},
    {.code = 613, .verdict = CHANNEL_RETRY, .throttle = true},
    {.code = 80001, .verdict = CHANNEL_RETRY, .throttle = true},
    {.code = 80006, .verdict = CHANNEL_RETRY, .throttle = true},

    /* who may be written to, and when */
    {.code = 10, .subcode = 2018278, .verdict = CHANNEL_GIVE_UP, .gone = CHANNEL_GONE_WINDOW},
    {.code = 10, .subcode = 2018065, .verdict = CHANNEL_GIVE_UP, .gone = CHANNEL_GONE_WINDOW},
    {.code = 10, .subcode = 2534022, .verdict = CHANNEL_GIVE_UP, .gone = CHANNEL_GONE_WINDOW},
    {.code = 10, .subcode = 2018108, .verdict = CHANNEL_GIVE_UP},
    {.code = 10, .subcode = 1893015, .verdict = CHANNEL_GIVE_UP, .gone = CHANNEL_GONE_UNSUBSCRIBED},
    {.code = 10, .subcode = 2018300, .verdict = CHANNEL_LATER}, /* another app has the thread */
    {.code = 10, .subcode = 2018321, .verdict = CHANNEL_LATER}, /* Meta's own questions do */
    {.code = 10, .subcode = 1893063, .verdict = CHANNEL_STOP, .retry_ms = 30 * MINUTE},
    {.code = 10, .subcode = 1404170, .verdict = CHANNEL_LATER}, /* that lane only */
    {.code = 10, .verdict = CHANNEL_STOP},

    {.code = 100, .subcode = 2018001, .verdict = CHANNEL_GIVE_UP, .gone = CHANNEL_GONE_INVALID},
    {.code = 100, .subcode = 33, .verdict = CHANNEL_GIVE_UP, .gone = CHANNEL_GONE_INVALID},
    {.code = 100, .subcode = 1893061, .verdict = CHANNEL_DROP}, /* dead tag */
    {.code = 100, .subcode = 2018014, .verdict = CHANNEL_DROP}, /* message with sender_action */
    {.code = 100, .subcode = 1893029, .verdict = CHANNEL_DROP}, /* too few button parameters */
    /* the platform could not fetch or read our URL: once more, then the message is wrong */
    {.code = 100, .subcode = 2018008, .verdict = CHANNEL_RETRY, .tries = ONCE_MORE},
    {.code = 100, .subcode = 2018047, .verdict = CHANNEL_RETRY, .tries = ONCE_MORE},
    {.code = 100, .subcode = 2018294, .verdict = CHANNEL_RETRY, .tries = ONCE_MORE},
    {.code = 100, .subcode = 2018109, .verdict = CHANNEL_DROP}, /* too large */
    {.code = 100, .subcode = 2018074, .verdict = CHANNEL_DROP}, /* attachment id not ours */
    {.code = 100, .verdict = CHANNEL_DROP},

    {.code = 102, .verdict = CHANNEL_REFRESH},
    {.code = 190, .verdict = CHANNEL_REFRESH}, /* all its subcodes alike */

    {.code = 200, .subcode = 1545041, .verdict = CHANNEL_GIVE_UP, .gone = CHANNEL_GONE_BLOCKED},
    {.code = 230, .verdict = CHANNEL_GIVE_UP},
    {.code = 200, .code_to = 299, .verdict = CHANNEL_STOP},
    {.code = 368, .verdict = CHANNEL_STOP},
    {.code = 506, .verdict = CHANNEL_DROP}, /* the same post again; the post flow looks first */
    {.code = 551, .verdict = CHANNEL_GIVE_UP, .gone = CHANNEL_GONE_BLOCKED},
    {.code = 2022, .verdict = CHANNEL_STOP},
    {.code = 10900, .verdict = CHANNEL_GIVE_UP}, /* replied privately already */
    {.code = 10903, .verdict = CHANNEL_GIVE_UP}, /* cannot be replied to */
    {.code = 1609005, .verdict = CHANNEL_RETRY, .tries = ONCE_MORE},
};

/* None of the rows: one slow retry, then the message fails. */
static const struct row unknown = {.verdict = CHANNEL_RETRY, .tries = ONCE_MORE, .retry_ms = SLOW};

/* Code 100 has no subcode of its own for this. */
static const struct row bad_notification_token = {
    .code = 100, .verdict = CHANNEL_GIVE_UP, .gone = CHANNEL_GONE_UNSUBSCRIBED};

static const struct row *row_of(int code, int subcode, const char *message)
{
    if (code == 100 && !subcode && message && strstr(message, "notification_messages_token"))
        return &bad_notification_token;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *r = &rows[i];

        if (r->code && (code < r->code || code > (r->code_to ? r->code_to : r->code)))
            continue;
        if (r->subcode && r->subcode != subcode)
            continue;
        return r;
    }
    return &unknown;
}

/* What the platform says of itself comes before the table, but not where the table protects the
 * account, or people from getting a message twice. */
static enum channel_verdict weigh(const struct row *r, const cJSON *error)
{
    const cJSON *transient = loa_json_get(error, "is_transient");

    if (cJSON_IsTrue(transient) && (r->verdict == CHANNEL_GIVE_UP || r->verdict == CHANNEL_DROP))
        return CHANNEL_RETRY;
    if (cJSON_IsFalse(transient) && r->verdict == CHANNEL_RETRY && !r->throttle)
        return CHANNEL_GIVE_UP;
    return r->verdict;
}

/* ---- the platform's words -------------------------------------------------------------- */

enum { TOKEN_RUN = 20 };

/* Length of a secret at the start of s, 0 if there is none. Errors quote malformed tokens, and
 * not only ours, so whatever looks like one goes as well. */
static size_t secret_at(const struct facebook *fb, const char *s)
{
    const struct loa_secret *const known[] = {fb->token, fb->app_token, fb->app_secret,
                                              fb->verify_token};
    size_t n = 0;

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        n = loa_secret_len(known[i]);
        if (n && strncmp(s, loa_secret_reveal(known[i]), n) == 0)
            return n;
    }
    if (strncmp(s, "EAA", 3) != 0)
        return 0;
    for (n = 3; isalnum((unsigned char)s[n]); n++)
        ;
    return n >= TOKEN_RUN ? n : 0;
}

static void add_words(const struct facebook *fb, const char *s, struct loa_buf *out)
{
    while (*s) {
        const size_t skip = secret_at(fb, s);

        if (skip) {
            loa_buf_adds(out, "[…]");
            s += skip;
        } else {
            loa_buf_addc(out, iscntrl((unsigned char)*s) ? ' ' : *s);
            s++;
        }
    }
}

/* "message: for people [fbtrace_id]", cut in the middle if need be: Meta asks for the id. */
static void describe(const struct facebook *fb, const cJSON *error, struct channel_result *res)
{
    const char *message = loa_json_str(error, "message");
    const char *user = loa_json_str(error, "error_user_msg");
    const char *trace = loa_json_str(error, "fbtrace_id");
    const size_t room = sizeof(res->detail) - 1;
    struct loa_buf head, tail;
    size_t n;

    loa_buf_init(&head, 0);
    loa_buf_init(&tail, 0);
    add_words(fb, message ? message : "error without a message", &head);
    if (user) {
        loa_buf_adds(&head, ": ");
        add_words(fb, user, &head);
    }
    if (trace && strlen(trace) < 64) {
        loa_buf_adds(&tail, " [");
        add_words(fb, trace, &tail);
        loa_buf_addc(&tail, ']');
    }
    n = head.len < room - tail.len ? head.len : room - tail.len;
    n = loa_utf8_valid_prefix(loa_buf_str(&head), n);
    memcpy(res->detail, loa_buf_str(&head), n);
    memcpy(res->detail + n, loa_buf_str(&tail), tail.len);
    res->detail[n + tail.len] = '\0';
    loa_buf_release(&head);
    loa_buf_release(&tail);
}

static void say(struct channel_result *res, const char *words)
{
    memcpy(res->detail, words, strlen(words) + 1);
}

/* ---- load ------------------------------------------------------------------------------ */

enum { WAIT_MINUTES_MAX = 24 * 60 };

static void take_usage(const cJSON *o, struct channel_result *res, int64_t *wait_minutes)
{
    static const char *const members[] = {"call_count", "total_time", "total_cputime"};
    const int64_t wait = loa_json_int(o, "estimated_time_to_regain_access", 0);

    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        int64_t v = loa_json_int(o, members[i], -1);

        v = v > 100 ? 100 : v;
        if (v > res->usage_percent)
            res->usage_percent = (int)v;
    }
    if (wait > *wait_minutes)
        *wait_minutes = wait < WAIT_MINUTES_MAX ? wait : WAIT_MINUTES_MAX;
}

/* The largest of all percents, and the longest wait. */
static void read_usage(const struct http_reply *r, struct channel_result *res)
{
    static const char *const names[] = {"X-App-Usage", "X-Page-Usage", "X-Business-Use-Case-Usage"};
    int64_t wait_minutes = 0;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = http_reply_header(r, names[i]);
        cJSON *json = value ? loa_json_parse(value, strlen(value)) : NULL;
        const cJSON *list, *item;

        take_usage(json, res, &wait_minutes);
        cJSON_ArrayForEach(list, json)
        {
            if (cJSON_IsArray(list))
                cJSON_ArrayForEach(item, list) take_usage(item, res, &wait_minutes);
        }
        cJSON_Delete(json);
    }
    res->retry_after_ms = wait_minutes * MINUTE;
}

/* ---- the reply ------------------------------------------------------------------------- */

static int small(const cJSON *o, const char *key)
{
    const int64_t v = loa_json_int(o, key, 0);

    return v >= INT_MIN && v <= INT_MAX ? (int)v : 0;
}

static void take_error(const struct facebook *fb, enum channel_way way, const cJSON *error,
                       struct channel_result *res)
{
    const struct row *r;

    res->code = small(error, "code");
    res->subcode = small(error, "error_subcode");
    r = row_of(res->code, res->subcode, loa_json_str(error, "message"));
    res->verdict = weigh(r, error);
    res->tries_max = r->tries;
    if (res->verdict == CHANNEL_GIVE_UP)
        res->gone = r->gone;
    if (res->verdict == CHANNEL_DOUBT)
        res->doubt = MSG_DOUBT_PLATFORM;
    if (r->throttle)
        res->usage_percent = 100;
    else /* load does not say when this would get better */
        res->retry_after_ms = r->retry_ms;
    /* A post has no recipient to give up. */
    if (way == CHANNEL_WAY_POST && res->verdict == CHANNEL_GIVE_UP) {
        res->verdict = CHANNEL_DROP;
        res->gone = CHANNEL_GONE_NO;
    }
    /* Permissions are given one by one: a Page that may not post still answers people. */
    if (way == CHANNEL_WAY_POST && res->verdict == CHANNEL_STOP &&
        (res->code == 10 || (res->code >= 200 && res->code <= 299)))
        res->partial = true;
    /* "Service temporarily unavailable" is said of the platform, too. */
    res->outage = res->code == 2 && res->verdict == CHANNEL_RETRY;
    describe(fb, error, res);
}

/* A success has no envelope: the object itself. */
static bool take_success(enum channel_way way, const cJSON *json, struct channel_result *res)
{
    static const char *const done[] = {"success", "result", "data"};
    bool ok = false;

    if (way == CHANNEL_WAY_SINGLE) {
        loa_json_id(json, "message_id", res->remote_id, sizeof(res->remote_id));
        ok = res->remote_id[0] || loa_json_get(json, "recipient_id");
    } else {
        loa_json_id(json, "post_id", res->remote_id, sizeof(res->remote_id));
        if (!res->remote_id[0])
            loa_json_id(json, "id", res->remote_id, sizeof(res->remote_id));
        ok = res->remote_id[0];
        for (size_t i = 0; i < sizeof(done) / sizeof(done[0]); i++) {
            const cJSON *item = loa_json_get(json, done[i]);

            ok = ok || (item && !cJSON_IsFalse(item));
        }
    }
    return ok;
}

void facebook_parse_reply(struct channel *c, enum channel_way way, const struct http_reply *r,
                          struct channel_result *res, channel_failed_cb failed, void *ctx)
{
    const struct facebook *fb = (const struct facebook *)c;
    cJSON *json = NULL;
    const cJSON *error;

    (void)failed;
    (void)ctx;
    channel_result_init(res);
    if (r->outcome == HTTP_DONE) {
        read_usage(r, res);
        json = loa_json_read(r->body, r->len);
    }
    error = loa_json_get(json, "error");
    /* The status says little: errors come with 200 as well, and decide by their code. */
    if (error) {
        take_error(fb, way, error, res);
    } else if (json && r->status >= 200 && r->status < 300 && take_success(way, json, res)) {
        res->verdict = CHANNEL_OK;
    } else if (channel_result_of_transport(r, res)) {
        res->usage_percent = r->outcome == HTTP_DONE && r->status == 429 ? 100 : res->usage_percent;
    } else if (r->status >= 200 && r->status < 300) {
        res->verdict = CHANNEL_DOUBT;
        res->doubt = MSG_DOUBT_ANSWER;
        say(res, "accepted with an unreadable answer");
    } else {
        res->verdict = CHANNEL_RETRY;
        res->tries_max = ONCE_MORE;
        res->retry_after_ms = SLOW;
        res->code = (int)r->status;
        say(res, "refused with an unreadable answer");
    }
    cJSON_Delete(json);
}
