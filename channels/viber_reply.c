/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "channels/viber_private.h"
#include "messages/base/json.h"
#include "messages/base/utf8.h"

enum {
    HOUR_MS = 3600000,
    PACE_MS = 10000,  /* the span over which broadcasts are counted (2.3) */
    FAULT_MS = 60000, /* before the one repeat that status 19 deserves */
};

/* Section 5. `part`: only this way or lane is closed, the rest of the account works. */
struct rule {
    int code;
    enum channel_verdict verdict;
    enum channel_gone gone;
    bool part;
};

static const struct rule rules[] = {
    {0, CHANNEL_OK, CHANNEL_GONE_NO, false},
    {1, CHANNEL_STOP, CHANNEL_GONE_NO, false},              /* invalidUrl */
    {2, CHANNEL_STOP, CHANNEL_GONE_NO, false},              /* invalidAuthToken */
    {3, CHANNEL_DROP, CHANNEL_GONE_NO, false},              /* badData */
    {4, CHANNEL_DROP, CHANNEL_GONE_NO, false},              /* missingData */
    {5, CHANNEL_GIVE_UP, CHANNEL_GONE_INVALID, false},      /* receiverNotRegistered */
    {6, CHANNEL_GIVE_UP, CHANNEL_GONE_UNSUBSCRIBED, false}, /* receiverNotSubscribed */
    {7, CHANNEL_STOP, CHANNEL_GONE_NO, false},              /* publicAccountBlocked */
    {8, CHANNEL_STOP, CHANNEL_GONE_NO, false},              /* publicAccountNotFound */
    {9, CHANNEL_STOP, CHANNEL_GONE_NO, false},              /* publicAccountSuspended */
    {10, CHANNEL_STOP, CHANNEL_GONE_NO, false},             /* webhookNotSet */
    {11, CHANNEL_GIVE_UP, CHANNEL_GONE_INVALID, false},     /* receiverNoSuitableDevice */
    {12, CHANNEL_RETRY, CHANNEL_GONE_NO, false},            /* tooManyRequests, see below */
    /* apiVersionNotSupported: this message is lost for this one old phone. It is no reason to
     * end the run for all the others, which CHANNEL_DROP would. */
    {13, CHANNEL_GIVE_UP, CHANNEL_GONE_NO, false},
    {14, CHANNEL_DROP, CHANNEL_GONE_NO, false},    /* incompatibleWithVersion */
    {15, CHANNEL_STOP, CHANNEL_GONE_NO, false},    /* publicAccountNotAuthorized */
    {16, CHANNEL_DROP, CHANNEL_GONE_NO, false},    /* inchatReplyMessageNotAllowed */
    {17, CHANNEL_DROP, CHANNEL_GONE_NO, false},    /* publicAccountIsNotInline */
    {18, CHANNEL_STOP, CHANNEL_GONE_NO, true},     /* noPublicChat: only posts are closed */
    {19, CHANNEL_RETRY, CHANNEL_GONE_NO, true},    /* cannotSendBroadcast, see below */
    {20, CHANNEL_STOP, CHANNEL_GONE_NO, true},     /* broadcastNotAllowed */
    {21, CHANNEL_GIVE_UP, CHANNEL_GONE_NO, false}, /* unsupportedCountry: of this message kind */
    {22, CHANNEL_DROP, CHANNEL_GONE_NO, false},    /* paymentUnsupported */
    {23, CHANNEL_STOP, CHANNEL_GONE_NO, true},     /* freeMessagesExceeded: replies still go */
    {24, CHANNEL_STOP, CHANNEL_GONE_NO, true},     /* noBalance: replies still go */
    {999, CHANNEL_GIVE_UP, CHANNEL_GONE_INVALID, false}, /* "Bad receiver ID" */
};

static const struct rule *rule_of(int code)
{
    static const struct rule other = {-1, CHANNEL_RETRY, CHANNEL_GONE_NO, false};

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (rules[i].code == code)
            return &rules[i];
    }
    return &other;
}

/* ---- words --------------------------------------------------------------------------------- */

void viber_say(const struct viber *v, struct channel_result *res, const char *words)
{
    const char *token = loa_secret_reveal(v->token);
    size_t len = loa_secret_len(v->token), at = 0;

    while (*words && at + 4 < sizeof(res->detail)) {
        if (len && strncmp(words, token, len) == 0) {
            memcpy(res->detail + at, "***", 3);
            at += 3;
            words += len;
        } else {
            unsigned char c = (unsigned char)*words++;

            res->detail[at++] = c < 0x20 || c == 0x7f ? ' ' : (char)c;
        }
    }
    res->detail[loa_utf8_valid_prefix(res->detail, at)] = '\0';
}

/* ---- verdicts ------------------------------------------------------------------------------ */

/* One number stands for two caps. The one on a person (2.2) says so in its words; it ends with
 * the clock hour or with an answer, so an hour covers it. Any other is the account's pace. */
static void judge_pace(struct channel_result *res, bool one_person, const char *words)
{
    if (one_person && (!words || strstr(words, "without reply"))) {
        res->verdict = CHANNEL_LATER;
        res->retry_after_ms = HOUR_MS;
    } else {
        res->verdict = CHANNEL_RETRY;
        res->retry_after_ms = PACE_MS;
    }
}

static void judge_broadcast_fault(struct viber *v, struct channel_result *res)
{
    if (++v->broadcast_faults > 1)
        res->verdict = CHANNEL_STOP;
    else
        res->retry_after_ms = FAULT_MS;
}

static void judge(struct viber *v, int code, bool one_person, const char *words,
                  struct channel_result *res)
{
    const struct rule *rule = rule_of(code);

    res->code = code;
    res->verdict = rule->verdict;
    res->gone = rule->gone;
    if (code == 12)
        judge_pace(res, one_person, words);
    if (code == 19 && !one_person)
        judge_broadcast_fault(v, res);
    res->partial = rule->part && res->verdict == CHANNEL_STOP;
    if (code != 0)
        viber_say(v, res, words ? words : "");
}

/* The numbers of a status are small; anything else is not one. */
static bool read_status(const cJSON *o, int *code)
{
    int64_t status = loa_json_int(o, "status", INT64_MIN);

    if (status < 0 || status > INT_MAX)
        return false;
    *code = (int)status;
    return true;
}

/* The platform took the request but what it says cannot be read. With a 2xx it may have acted. */
static void judge_unreadable(const struct http_reply *r, struct channel_result *res)
{
    const bool success = r->status >= 200 && r->status < 300;
    static const char words[] = "answer without a readable status";

    res->verdict = success ? CHANNEL_DOUBT : CHANNEL_RETRY;
    res->doubt = success ? MSG_DOUBT_ANSWER : MSG_DOUBT_NONE;
    res->code = success ? 0 : (int)r->status;
    memcpy(res->detail, words, sizeof(words));
}

static void report_failed(struct viber *v, const cJSON *root, channel_failed_cb failed, void *ctx)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, loa_json_get(root, "failed_list"))
    {
        const char *receiver = loa_json_str(item, "receiver");
        struct channel_result one;
        int code;

        if (!receiver || !receiver[0])
            continue;
        channel_result_init(&one);
        if (!read_status(item, &code) || code == 0)
            code = -1; /* listed as failed, so it did fail: treated as an unknown number */
        judge(v, code, true, loa_json_str(item, "status_message"), &one);
        /* The message was good enough for the others: only this person's copy is lost. */
        if (one.verdict == CHANNEL_DROP)
            one.verdict = CHANNEL_GIVE_UP;
        failed(ctx, receiver, &one);
    }
}

/* Parses the body and judges its status; NULL when there is no such body (res is filled). */
static cJSON *read_reply(struct viber *v, bool one_person, const struct http_reply *r,
                         struct channel_result *res)
{
    cJSON *root = NULL;
    int code;

    channel_result_init(res);
    if (r->outcome != HTTP_DONE) {
        (void)channel_result_of_transport(r, res);
        return NULL;
    }
    /* Refusals come as 200 with a status (section 1); a status beside another HTTP code counts
     * just as much. */
    if (r->body && r->len)
        root = loa_json_read(r->body, r->len);
    if (!root || !read_status(root, &code)) {
        cJSON_Delete(root);
        if (!channel_result_of_transport(r, res))
            judge_unreadable(r, res);
        return NULL;
    }
    judge(v, code, one_person, loa_json_str(root, "status_message"), res);
    return root;
}

/* On success `subcode` is the billing_status: 5 is a charge (2.2). */
void viber_parse_reply(struct channel *c, enum channel_way way, const struct http_reply *r,
                       struct channel_result *res, channel_failed_cb failed, void *ctx)
{
    struct viber *v = (struct viber *)c;
    cJSON *root = read_reply(v, way == CHANNEL_WAY_SINGLE, r, res);

    if (root && res->verdict == CHANNEL_OK) {
        int64_t billing = loa_json_int(root, "billing_status", 0);

        (void)loa_json_id(root, "message_token", res->remote_id, sizeof(res->remote_id));
        res->subcode = billing > 0 && billing < 100 ? (int)billing : 0;
        if (way == CHANNEL_WAY_BATCH) {
            v->broadcast_faults = 0;
            if (failed)
                report_failed(v, root, failed, ctx);
        }
    }
    cJSON_Delete(root);
}

cJSON *viber_parse_answer(struct viber *v, const struct http_reply *r, struct channel_result *res)
{
    cJSON *root = read_reply(v, false, r, res);

    if (res->verdict == CHANNEL_DOUBT)
        res->verdict = CHANNEL_RETRY;
    if (res->verdict == CHANNEL_OK)
        return root;
    cJSON_Delete(root);
    return NULL;
}
