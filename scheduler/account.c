/* SPDX-License-Identifier: Apache-2.0 */
/* An account at work: its open channel, its pace, whether it may send at all. */
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "scheduler/engine_impl.h"

enum { SECOND_US = 1000000, PAUSE_AGAIN_MS = 2000 };

struct channel_deal account_deal(const struct account *a, int64_t now)
{
    const struct channel_ops *ops = channel_find(a->data.channel);
    const struct sched_engine_options *opt = &a->engine->opt;
    struct channel_terms terms = {0};

    if (opt->terms_of)
        terms = opt->terms_of(opt->ctx, ops->name);
    return channel_deal_of(channel_rules_at(ops, now), &terms, &a->data);
}

/* 0: the platform's own limit. */
static double calls_given(const struct account *a)
{
    const struct sched_engine_options *opt = &a->engine->opt;
    double given = opt->pace_of ? opt->pace_of(opt->ctx, a->channel->ops->name) : 0;

    /* The account's package may allow less than the platform. */
    return given > 0 ? given : account_deal(a, loa_clock_wall()).calls_minute;
}

static double calls_a_minute(const struct account *a, enum channel_way way)
{
    const struct channel_limits *l = &a->channel->ops->limits;
    const double per_s[3] = {l->singles_per_s, l->batches_per_s, l->posts_per_s};
    double given = calls_given(a);

    return given > 0 ? given : per_s[way] * 60;
}

double account_pace(const struct account *a, enum channel_way way)
{
    return calls_a_minute(a, way) / 60;
}

static void set_pace(struct account *a)
{
    const struct channel_limits *l = &a->channel->ops->limits;
    bool given = calls_given(a) > 0;

    for (int way = 0; way < 3; way++) {
        double per_minute = calls_a_minute(a, (enum channel_way)way);
        int64_t calls = per_minute >= 1 ? (int64_t)per_minute : 1;
        int64_t burst = way == CHANNEL_WAY_SINGLE ? (int64_t)l->replies_burst : 1;

        if (given) /* whole windows may go at once when the pace is that high */
            burst = calls / 600;
        sched_gcra_init(&a->pace[way], calls, 60LL * SECOND_US, burst > 0 ? burst : 1);
    }
}

static enum loa_err open_channel(struct account *a, struct loa_problem *why)
{
    const struct channel_ops *ops = channel_find(a->data.channel);
    struct channel_config cfg = channel_config_of(&a->data);

    cfg.allow_retired = a->engine->opt.allow_retired;
    if (!ops)
        return loa_fail(why, LOA_ENOENT, "channel", "no such channel");
    return ops->open(&cfg, &a->channel, why);
}

struct account *account_open(struct sched_engine *e, struct msg_account *data)
{
    struct account *a = loa_xcalloc(1, sizeof(*a));
    struct loa_problem why = {"", ""};

    a->engine = e;
    a->data = *data;
    *data = (struct msg_account){0};
    a->paused = a->data.paused;
    a->replies_tail = &a->replies;
    if (open_channel(a, &why) != LOA_OK) {
        LOA_LOG(LOA_LOG_ERROR, "account cannot be opened", F("account", a->data.name),
                F("field", why.field), F("why", why.text));
        account_free(a);
        return NULL;
    }
    a->platform = engine_platform_of(a->channel->ops);
    set_pace(a);
    account_await_setup(a);
    a->needs_refresh =
        a->channel->ops->caps & CHANNEL_CAP_REFRESH && !loa_secret_is_set(a->data.access_token);
    return a;
}

void account_renew(struct account *a, struct msg_account *data)
{
    msg_account_release(&a->data);
    a->data = *data;
    *data = (struct msg_account){0};
    a->paused = a->data.paused;
    a->give_up_streak = 0;
    if (a->channel->ops->set_tokens)
        a->channel->ops->set_tokens(a->channel, a->data.access_token, a->data.refresh_token);
    a->needs_refresh =
        a->channel->ops->caps & CHANNEL_CAP_REFRESH && !loa_secret_is_set(a->data.access_token);
    a->refresh_at_mono = 0;
    a->refresh_failures = 0;
    account_await_setup(a);
    a->needs_setup = a->awaits_setup && a->engine->serving;
}

void account_free(struct account *a)
{
    reply_drop_all(a);
    free(a->templates.list);
    if (a->channel)
        a->channel->ops->close(a->channel);
    msg_account_release(&a->data);
    free(a);
}

bool account_ready(const struct account *a)
{
    return account_is_ours(a) && !a->paused && !a->needs_refresh && !a->refreshing;
}

bool account_may_send(const struct account *a)
{
    return account_ready(a) && !a->awaits_setup;
}

void account_await_setup(struct account *a)
{
    a->awaits_setup = a->engine->opt.public_url && a->channel->ops->flow;
    a->setup_at_mono = 0;
    a->setup_failures = 0;
}

/* ---- pausing --------------------------------------------------------------------------- */

struct pause_job {
    struct account *account;
    int64_t id, now;
    char *reason;
};

static enum loa_err pause_work(struct db *db, void *arg)
{
    static const struct msg_actor self = {"loa", "loa"};
    struct pause_job *j = arg;

    return msg_account_pause(db, &self, j->now, j->id, j->reason);
}

static void pause_done(void *arg, enum loa_err result)
{
    struct pause_job *j = arg;
    struct account *a = j->account;
    struct sched_engine *e = a->engine;

    a->pausing = false;
    if (result) {
        LOA_LOG(LOA_LOG_ERROR, "pausing an account was not stored, trying again",
                F("account", a->data.name), F("why", store_why(e->store, result)));
        a->pause_at_mono = loa_clock_mono() + PAUSE_AGAIN_MS;
    } else {
        a->data.paused = true;
        a->stale_look = e->looking;
    }
    free(j->reason);
    free(j);
    engine_job_done(e);
}

static void store_pause(struct account *a)
{
    struct pause_job *j = loa_xcalloc(1, sizeof(*j));

    *j = (struct pause_job){.account = a,
                            .id = a->data.id,
                            .now = loa_clock_wall(),
                            .reason = loa_xstrdup(a->data.pause_reason)};
    a->pausing = true;
    engine_write(a->engine, pause_work, pause_done, j);
}

void account_pause(struct account *a, const char *reason)
{
    if (a->paused)
        return;
    a->paused = true;
    free(a->data.pause_reason);
    a->data.pause_reason = loa_xstrdup(reason);
    LOA_LOG(LOA_LOG_ERROR, "account paused", F("account", a->data.name), F("why", reason));
    store_pause(a);
}

void account_pause_again(struct account *a)
{
    if (a->paused && !a->data.paused && !a->pausing && loa_clock_mono() >= a->pause_at_mono)
        store_pause(a);
}

/* ---- what replies teach ---------------------------------------------------------------- */

static void learn_streak(struct account *a, const struct channel_result *res)
{
    if (res->verdict != CHANNEL_GIVE_UP || res->gone == CHANNEL_GONE_WINDOW) {
        a->give_up_streak = 0;
        return;
    }
    a->give_up_streak = a->give_up_code == res->code ? a->give_up_streak + 1 : 1;
    a->give_up_code = res->code;
    if (a->give_up_streak >= GIVE_UP_STREAK)
        account_pause(a, "Quá nhiều người nhận liên tiếp bị từ chối với cùng một mã lỗi; hãy kiểm "
                         "tra quyền của tài khoản");
}

void account_heard(struct account *a, const struct channel_result *res)
{
    if (!sched_outage_note(&a->outage, res->outage, loa_clock_mono(), engine_random, NULL))
        return;
    if (sched_outage_is(&a->outage))
        LOA_LOG(LOA_LOG_WARN, "the platform does not answer, sending waits",
                F("account", a->data.name), F("why", res->detail));
    else
        LOA_LOG(LOA_LOG_INFO, "the platform answers again", F("account", a->data.name));
}

void account_learn(struct account *a, enum channel_way way, const struct channel_result *res)
{
    int64_t now_us = loa_clock_mono_us();
    struct sched_gcra *pace = &a->pace[way];

    if (res->usage_percent >= 0)
        sched_gcra_usage(pace, now_us, res->usage_percent, now_us + 60LL * SECOND_US);
    if (res->verdict == CHANNEL_RETRY && res->code) {
        sched_gcra_slow_down(pace, now_us, 0.5, now_us + 5LL * SECOND_US);
        if (res->retry_after_ms)
            sched_gcra_block(pace, now_us + res->retry_after_ms * 1000);
    }
    if (res->verdict == CHANNEL_REFRESH && a->channel->ops->caps & CHANNEL_CAP_REFRESH)
        a->needs_refresh = true;
    else if (res->verdict == CHANNEL_STOP || res->verdict == CHANNEL_REFRESH)
        account_pause(a, res->detail[0] ? res->detail : "Nền tảng từ chối tài khoản này");
    learn_streak(a, res);
}
