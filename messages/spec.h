/* SPDX-License-Identifier: Apache-2.0 */
/* spec.h - everything that staff say about a message: what, to whom, when. Read from the API's
 * JSON, written back in one canonical form, which is what approvals are bound to. */
#ifndef LOA_MESSAGES_SPEC_H
#define LOA_MESSAGES_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/base/err.h"
#include "messages/catalog.h"
#include "messages/content.h"

enum msg_late { MSG_LATE_SEND, MSG_LATE_SKIP, MSG_LATE_ASK };

enum {
    MSG_DELIVER_DIRECT = 1, /* to each contact, in batches where the platform has them */
    MSG_DELIVER_POST = 2,   /* one public post */
};

enum { MSG_VARIANTS_MAX = 4, MSG_GRACE_DEFAULT_MS = 2 * 3600 * 1000 };

struct msg_variant {
    char *channel;
    struct msg_content content; /* members that differ from the body */
    bool has_deliver;
    unsigned deliver; /* MSG_DELIVER_* when has_deliver */
};

struct msg_spec {
    char *title;
    struct msg_content body;
    struct msg_variant variants[MSG_VARIANTS_MAX];
    size_t n_variants;
    struct msg_list channels, topics, districts; /* topics, districts empty: everybody */
    unsigned deliver;                            /* MSG_DELIVER_* */
    int64_t at_ms;                               /* 0: none */
    char *rrule;                                 /* NULL: none */
    int64_t dtstart_ms, until_ms;                /* until 0: the rule's own end */
    struct msg_list skip_days;                   /* "2026-10-04" */
    enum msg_late late;
    int64_t grace_ms;
    int64_t expires_ms; /* 0: never */
    int expires_minute; /* minute of the occurrence's day after which it is useless; -1: none */
    bool urgent;
    bool resend_doubtful; /* policy for what stays in doubt: false keeps it for staff */
};

/* Reads {"title","body":{...,"variants":{CHANNEL:{...}}},"audience":{"channels","topics"?,
 * "districts"?},"schedule"?:{"at"}|{"rrule","dtstart","until"?,"skip"?},"deliver"?:["direct",
 * "post"],"late"?,"grace_minutes"?,"expires"?,"urgent"?,"doubt"?:"hold"|"resend"}. Unknown
 * members are refused, so that a misspelt one is not silently lost. Caller ends *out with
 * msg_spec_release(). */
LOA_MUST_USE enum loa_err msg_spec_parse(const cJSON *json, struct msg_spec *out,
                                         struct loa_problem *why);
/* The canonical form; caller owns, cJSON_Delete(). */
cJSON *msg_spec_to_json(const struct msg_spec *s);
void msg_spec_release(struct msg_spec *s);

/* The content for one channel: body with its variant on top. Caller ends *out with
 * msg_content_release(). */
void msg_spec_content(const struct msg_spec *s, const char *channel, struct msg_content *out);
unsigned msg_spec_deliver(const struct msg_spec *s, const char *channel);
bool msg_spec_has_schedule(const struct msg_spec *s);

#endif
