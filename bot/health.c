/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/health.h"

#include <inttypes.h>
#include <string.h>

#include "bot/bot.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"

void bot_healthz(void *ctx, struct http_exchange *x)
{
    (void)ctx;
    http_exchange_reply(x, 200, "text/plain; charset=utf-8", "ok\n", 3);
}

static void add_account(void *ctx, const struct sched_account_stats *s)
{
    cJSON *list = ctx, *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "name", s->name);
    cJSON_AddStringToObject(o, "channel", s->channel);
    cJSON_AddStringToObject(o, "state", s->paused ? "paused" : "active");
    cJSON_AddBoolToObject(o, "here", s->ours); /* another node works it otherwise */
    loa_json_add_str(o, "reason", s->pause_reason);
    cJSON_AddItemToArray(list, o);
}

void bot_readyz(void *ctx, struct http_exchange *x)
{
    struct bot *bot = ctx;
    bool store = store_connected(bot->store) && sched_engine_healthy(bot->engine);
    bool ready = bot->ready && !bot->stopping && store;
    cJSON *o = cJSON_CreateObject();
    char *text;

    cJSON_AddBoolToObject(o, "ready", ready);
    cJSON_AddBoolToObject(o, "store", store);
    cJSON_AddStringToObject(o, "node", bot->cfg->node);
    cJSON_AddBoolToObject(o, "plans", sched_engine_plans(bot->engine));
    sched_engine_stats(bot->engine, add_account, cJSON_AddArrayToObject(o, "accounts"));
    text = loa_json_print(o);
    http_exchange_reply(x, ready ? 200 : 503, "application/json", text, strlen(text));
    cJSON_free(text);
    cJSON_Delete(o);
}

/* ---- Prometheus ------------------------------------------------------------------------ */

static void metric(struct loa_buf *b, const char *name, const char *type, const char *help)
{
    loa_buf_addf(b, "# HELP loa_%s %s\n# TYPE loa_%s %s\n", name, help, name, type);
}

static void one(struct loa_buf *b, const char *name, const char *type, const char *help,
                uint64_t value)
{
    metric(b, name, type, help);
    loa_buf_addf(b, "loa_%s %" PRIu64 "\n", name, value);
}

/* Account names are short words of letters, digits and dashes: nothing to escape. */
struct column {
    struct loa_buf *b;
    const char *name;
    uint64_t (*value)(const struct sched_account_stats *s);
};

static void cell(void *ctx, const struct sched_account_stats *s)
{
    const struct column *c = ctx;

    loa_buf_addf(c->b, "loa_%s{account=\"%s\",channel=\"%s\"} %" PRIu64 "\n", c->name, s->name,
                 s->channel, c->value(s));
}

static uint64_t get_sent(const struct sched_account_stats *s)
{
    return s->sent;
}

static uint64_t get_failed(const struct sched_account_stats *s)
{
    return s->failed;
}

static uint64_t get_retried(const struct sched_account_stats *s)
{
    return s->retried;
}

static uint64_t get_doubtful(const struct sched_account_stats *s)
{
    return s->doubtful;
}

static uint64_t get_replies(const struct sched_account_stats *s)
{
    return s->replies;
}

static uint64_t get_inflight(const struct sched_account_stats *s)
{
    return s->inflight;
}

static uint64_t get_pace(const struct sched_account_stats *s)
{
    return (uint64_t)(s->rate * 60);
}

static uint64_t get_cap(const struct sched_account_stats *s)
{
    return (uint64_t)s->cap_per_minute;
}

static uint64_t get_ours(const struct sched_account_stats *s)
{
    return s->ours;
}

static uint64_t get_fence(const struct sched_account_stats *s)
{
    return (uint64_t)s->fence;
}

static uint64_t get_paused(const struct sched_account_stats *s)
{
    return s->paused;
}

static void add_accounts(struct loa_buf *b, struct sched_engine *e)
{
    static const struct {
        const char *name, *type, *help;
        uint64_t (*value)(const struct sched_account_stats *s);
    } columns[] = {
        {"sent_total", "counter", "Broadcast messages that the platform accepted.", get_sent},
        {"failed_total", "counter", "Broadcast messages that failed for good.", get_failed},
        {"retried_total", "counter", "Tries that failed and are made again.", get_retried},
        {"in_doubt_total", "counter", "Calls whose outcome was not known.", get_doubtful},
        {"replies_total", "counter", "Replies to people that were accepted.", get_replies},
        {"in_flight", "gauge", "Requests to the platform under way.", get_inflight},
        {"pace_calls_per_minute", "gauge", "Calls that the limiter lets through.", get_pace},
        {"rate_cap_per_minute", "gauge", "Staff's cap on broadcasts, in recipients; 0: none.",
         get_cap},
        {"account_paused", "gauge", "1 while the account is paused.", get_paused},
        {"account_here", "gauge", "1 while this node works the account.", get_ours},
        {"lease_fence", "gauge", "Fencing number of the account's lease, 0 elsewhere.", get_fence},
    };

    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        struct column c = {b, columns[i].name, columns[i].value};

        metric(b, columns[i].name, columns[i].type, columns[i].help);
        sched_engine_stats(e, cell, &c);
    }
}

static void add_cleanup(struct loa_buf *b, const struct sched_housekeeping *h)
{
    struct sched_housekeeping_stats s = {0};

    if (h)
        sched_housekeeping_stats(h, &s);
    metric(b, "cleaned_total", "counter", "Old rows that were counted and dropped.");
    for (int i = 0; i < MSG_CLEANUP_KINDS; i++)
        loa_buf_addf(b, "loa_cleaned_total{kind=\"%s\"} %" PRIu64 "\n",
                     msg_cleanup_name((enum msg_cleanup_kind)i), s.dropped[i]);
}

static void right_cell(void *ctx, const struct sched_right *r)
{
    int64_t left = (r->expires_ms - loa_clock_wall()) / LOA_SECOND_MS;

    if (r->expires_ms)
        loa_buf_addf(ctx,
                     "loa_token_expires_seconds{account=\"%s\",channel=\"%s\",kind=\"%s\"} "
                     "%" PRId64 "\n",
                     r->account, r->channel, r->kind, left);
}

static void failing_cell(void *ctx, const struct sched_right *r)
{
    loa_buf_addf(ctx, "loa_renewal_failing{account=\"%s\",channel=\"%s\",kind=\"%s\"} %d\n",
                 r->account, r->channel, r->kind, r->failing);
}

static void add_rights(struct loa_buf *b, struct sched_engine *e)
{
    metric(b, "token_expires_seconds", "gauge",
           "Until a right of the account ends; below 0: over.");
    sched_engine_rights(e, right_cell, b);
    metric(b, "renewal_failing", "gauge", "1 while the last try to renew it failed.");
    sched_engine_rights(e, failing_cell, b);
}

static void add_reconciled(struct loa_buf *b, const struct sched_engine *e)
{
    static const char *const kinds[] = {"window", "reply", "message", "run", "stall"};

    metric(b, "reconciled_total", "counter",
           "What should have gone out, had been left lying and was put right.");
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        loa_buf_addf(b, "loa_reconciled_total{kind=\"%s\"} %" PRIu64 "\n", kinds[i],
                     sched_engine_reconciled(e, (enum sched_reconciled)i));
}

void bot_metrics(void *ctx, struct http_exchange *x)
{
    struct bot *bot = ctx;
    const struct bot_counters *c = &bot->counters;
    struct http_server_stats http;
    struct store_stats store;
    struct loa_buf b = {0};

    http_server_stats(bot->http, &http);
    store_stats(bot->store, &store);
    one(&b, "webhooks_total", "counter", "Webhook calls.", c->webhooks);
    one(&b, "webhook_events_total", "counter", "Events in webhook calls.", c->webhook_events);
    one(&b, "webhook_bad_signatures_total", "counter", "Calls whose signature did not fit.",
        c->bad_signatures);
    one(&b, "webhook_bad_bodies_total", "counter", "Signed calls that made no sense.",
        c->bad_bodies);
    one(&b, "webhook_strangers_total", "counter", "Events of accounts that are not ours.",
        c->strangers);
    one(&b, "webhook_duplicates_total", "counter", "Events that were known already.",
        c->duplicates);
    one(&b, "webhook_busy_total", "counter", "Calls sent away because the store was behind.",
        c->refused_busy);
    one(&b, "questions_total", "counter", "Messages of people that were understood or not.",
        c->questions);
    one(&b, "unanswered_total", "counter", "Questions without an answer.", c->unanswered);
    one(&b, "handovers_total", "counter", "Conversations handed to people, or urged again.",
        c->handovers);
    one(&b, "urgent_handovers_total", "counter", "Of these, emergencies and sensitive matters.",
        c->urgent_handovers);
    one(&b, "http_requests_total", "counter", "Requests to this server.", http.requests);
    one(&b, "http_refused_total", "counter", "Requests refused for their form or size.",
        http.refused);
    add_cleanup(&b, bot->housekeeping);
    one(&b, "clock_seconds", "gauge", "The wall clock that schedules and answers see.",
        (uint64_t)(loa_clock_wall() / LOA_SECOND_MS));
    one(&b, "store_commits_total", "counter", "Transactions.", store.commits);
    one(&b, "store_failures_total", "counter", "Transactions that failed.", store.failures);
    one(&b, "store_backlog", "gauge", "Store jobs that wait.", store_backlog(bot->store));
    one(&b, "store_connected", "gauge", "0 while a connection to the database is lost.",
        store_connected(bot->store));
    one(&b, "store_reconnects_total", "counter", "Connections to the database made anew.",
        store_reconnects(bot->store));
    one(&b, "open_runs", "gauge", "Broadcasts that are not finished.",
        sched_engine_open_runs(bot->engine));
    one(&b, "in_doubt", "gauge", "Deliveries and replies whose outcome is not known.",
        (uint64_t)sched_engine_in_doubt(bot->engine));
    add_reconciled(&b, bot->engine);
    one(&b, "leases_lost_total", "counter", "Accounts that another node took from this one.",
        sched_engine_leases_lost(bot->engine));
    add_accounts(&b, bot->engine);
    add_rights(&b, bot->engine);
    http_exchange_reply(x, 200, "text/plain; version=0.0.4; charset=utf-8", loa_buf_str(&b), b.len);
    loa_buf_release(&b);
}
