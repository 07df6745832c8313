/* SPDX-License-Identifier: Apache-2.0 */
/* sbx.h - the state of the sandbox: three platforms in miniature, on one thread.
 * Everything here belongs to the loop thread; hook.c alone has a second thread and shares with it
 * only the jobs that it hands over. Times called *_ms are sandbox milliseconds since 1970 (UTC)
 * unless they say `mono`, which are real milliseconds for time-outs and delays. */
#ifndef LOA_SANDBOX_SBX_H
#define LOA_SANDBOX_SBX_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/sandbox/buf.h"
#include "tests/sandbox/switch.h"
#include "tests/sandbox/text.h"
#include "tests/sandbox/user.h"

#define SBX_DAY_MS 86400000LL
#define SBX_HOUR_MS 3600000LL
#define SBX_TOKENS 8
#define SBX_RETRY_MAX 24
#define SBX_DOORS 16

struct sbx_http;
struct sbx_hooks;
struct sbx_timers;
struct sbx_ledger;
struct sbx_fault;
struct sbx_chaos;
struct sbx_live;

/* What an account has made: articles, uploads, posts, photos, templates ... */
enum sbx_thing_kind {
    SBX_UPLOAD,      /* Zalo attachment or file token, FB attachment: `data` holds the bytes */
    SBX_ARTICLE_JOB, /* Zalo: token of article/create */
    SBX_ARTICLE,
    SBX_VIDEO, /* Zalo upload_video token, FB video */
    SBX_POST,
    SBX_PHOTO,
    SBX_COMMENT,
    SBX_TEMPLATE,
    SBX_PERSONA,
    SBX_NOTIFY /* Zalo template id known to the sandbox */
};

struct sbx_thing {
    enum sbx_thing_kind kind;
    char id[96];
    char *json; /* the request as text, or NULL */
    char *type; /* MIME type or a word on the state; may be NULL */
    char *data;
    size_t data_len;
    int64_t at_ms;
    int count; /* polls so far, private replies so far ... */
    bool gone; /* deleted, expired */
};

struct sbx_token {
    char value[160];
    int64_t until_ms; /* 0: no end */
    bool revoked;
};

/* A fixed window counter, as the platforms describe their limits. */
struct sbx_rate {
    int64_t window; /* number of the window */
    int used;
};

struct sbx_account {
    enum sbx_platform platform;
    unsigned number;
    char id[SBX_ID_MAX], app_id[32], app_secret[96], name[96], uri[48];
    char secret[96]; /* Zalo: OA secret key; Facebook: verify token */
    char refresh[160];
    struct sbx_token token[SBX_TOKENS]; /* newest first; Viber and Facebook use the first only */
    char hook_url[512];                 /* "" none */
    bool hook_on;                       /* Viber: set_webhook done; FB: subscribed; Zalo: enabled */
    unsigned hook_events;               /* Viber: optional events, bits in the order of viber.c */
    char fb_fields[512];                /* FB: subscribed fields, comma joined */
    int64_t hook_failing_mono;          /* since when every delivery failed, 0 none */
    bool channel;                       /* Viber: a channel, not a bot */
    char admin_id[SBX_ID_MAX];          /* Viber channel: super admin */
    struct sbx_users users;
    struct sbx_thing *thing;
    size_t thing_n, thing_cap;
    struct sbx_rate rate, rate_oa, rate_media;
    cJSON *profile; /* FB Messenger profile */
    char last_post[65];
    int sub_quota, broadcast_month_used;
    int64_t broadcast_month;
    int usage_percent, usage_minutes;
    int64_t usage_until_ms;
    int64_t token_ends, data_ends; /* FB: epoch seconds, 0 never */
};

struct sbx_hook_cfg {
    bool enabled, echo, delivered, seen, paused;
    bool retry_forever; /* the last wait again and again */
    int duplicate, duplicate_percent, reorder_ms, batch, delay_ms, fail_next;
    int sign; /* 0 right, 1 wrong, 2 none */
    int64_t timeout_ms, retry_ms[SBX_RETRY_MAX];
    int retry_n;
};

struct sbx_counters {
    uint64_t requests, accepted, refused, faults, oauth, hooks_sent, hooks_ok, hooks_failed,
        hooks_dropped;
};

struct sbx {
    struct sbx_http *http;
    struct sbx_hooks *hooks;
    struct sbx_timers *timers;
    struct sbx_ledger *ledger;
    struct sbx_fault *faults;
    struct sbx_chaos *chaos[SBX_PLATFORMS];
    struct sbx_live *live;

    int64_t clock_base_ms, clock_base_mono;
    double clock_speed;

    int sw[SBX_SWITCH_COUNT];
    bool limits, quiet;
    int rate_per_window[SBX_PLATFORMS], rate_window_ms[SBX_PLATFORMS]; /* 0: the contract's */
    int delay_ms[SBX_PLATFORMS];
    struct sbx_hook_cfg hook[SBX_PLATFORMS];
    double time_scale; /* retry schedules are divided by this */
    struct sbx_counters count[SBX_PLATFORMS];
    uint64_t random, seed;
    int64_t token_seq;           /* Viber message tokens */
    uint64_t by_door[SBX_DOORS]; /* messages taken */
    int doors, door;             /* how many there are; that of the call being served, 0 none */
    int coming;                  /* receipts and reviewed articles under way */

    struct sbx_account **account;
    size_t account_n;
    char loa_url[256];
    FILE *log; /* NULL: no log is kept */
};

/* clock.c */
int64_t sbx_mono_ms(void);
int64_t sbx_now(const struct sbx *s);
void sbx_clock_set(struct sbx *s, int64_t now_ms, double speed);
struct sbx_when {
    int year, month, day, hour, minute, second;
};
struct sbx_when sbx_vn(int64_t ms);    /* wall clock in UTC+7 */
int64_t sbx_vn_day(int64_t ms);        /* day number in UTC+7 */
int64_t sbx_parse_time(const char *s); /* ISO 8601 with offset or Z (none: UTC+7); -1 if broken */

/* account.c */
struct sbx_account *sbx_account_new(struct sbx *s, enum sbx_platform p, bool channel);
struct sbx_account *sbx_account_get(const struct sbx *s, enum sbx_platform p, unsigned number);
/* Empties it and gives it its first credentials again; the pointer stays good. */
void sbx_account_reset(struct sbx *s, struct sbx_account *a);
void sbx_accounts_clear(struct sbx *s);
void sbx_env_write(const struct sbx *s, const char *base, struct sbx_buf *out);
void sbx_token_push(struct sbx_account *a, const char *value, int64_t until_ms);
void sbx_tokens_end(struct sbx_account *a); /* all access tokens are void; NULL is fine */
/* Counts one call; false if the window of `ms` already had `limit`. */
bool sbx_rate_take(struct sbx_rate *r, int64_t now_ms, int64_t window_ms, int limit);
struct sbx_thing *sbx_thing_add(struct sbx_account *a, enum sbx_thing_kind kind, const char *id,
                                int64_t now_ms);
struct sbx_thing *sbx_thing_find(const struct sbx_account *a, enum sbx_thing_kind kind,
                                 const char *id);
/* Ids in the form of each platform. */
void sbx_id_hex20(struct sbx *s, char out[21]);
void sbx_id_digits(struct sbx *s, char *out, size_t size, const char *prefix);
void sbx_id_mid(struct sbx *s, char out[80]);

/* log.c */
bool sbx_log_open(struct sbx *s, const char *path);
void sbx_log_close(struct sbx *s);

/* timer.c: one-shot timers on real time. */
typedef void (*sbx_timer_cb)(struct sbx *s, void *arg);
struct sbx_timers *sbx_timers_new(void);
void sbx_timer(struct sbx *s, int64_t after_ms, sbx_timer_cb cb, void *arg);
int64_t sbx_timers_wait(const struct sbx *s); /* ms until the next one, at most 1000 */
void sbx_timers_run(struct sbx *s);

#endif
