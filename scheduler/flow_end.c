/* SPDX-License-Identifier: Apache-2.0 */
/* What the end of a flow means. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "scheduler/flow_impl.h"
#include "scheduler/run_parts.h"

enum {
    REFRESH_AGAIN_MS = 2000,
    REFRESH_TRIES = 6,
    SETUP_AGAIN_MS = 2000,
    TOKEN_AGAIN_MS = 500,
    STOP_TRIES = 10,
};

/* ---- a renewed token: stored before its first use --------------------------------------- */

struct token_job {
    struct account *account;
    struct loa_secret *access, *refresh;
    int64_t id, now, expires_ms;
    int64_t refresh_expires_ms; /* of a new refresh token; 0: it does not end */
    int tries_at_stop;
};

static enum loa_err token_work(struct db *db, void *arg)
{
    struct token_job *j = arg;
    enum loa_err err = msg_account_store_tokens(db, j->account->engine->opt.key, j->id, j->access,
                                                j->refresh, j->expires_ms);

    if (!err)
        err = msg_right_holds(db, j->id, MSG_RIGHT_ACCESS, j->expires_ms, j->now);
    if (!err && loa_secret_is_set(j->refresh))
        err = msg_right_holds(db, j->id, MSG_RIGHT_REFRESH, j->refresh_expires_ms, j->now);
    return err;
}

static void store_token(void *arg);

/* To know later whether those in the store are others. */
static void keep_tokens(struct account *a, struct token_job *j)
{
    loa_secret_free(a->data.access_token);
    a->data.access_token = j->access;
    j->access = NULL;
    if (!j->refresh)
        return;
    loa_secret_free(a->data.refresh_token);
    a->data.refresh_token = j->refresh;
    j->refresh = NULL;
}

static void token_done(void *arg, enum loa_err result)
{
    struct token_job *j = arg;
    struct account *a = j->account;
    struct sched_engine *e = a->engine;

    if (result) { /* the old refresh token is dead and the new one only here: keep trying */
        LOA_LOG(LOA_LOG_ERROR, "new token pair not stored, trying again",
                F("account", a->data.name), F("why", store_why(e->store, result)));
        if (!e->stopping || j->tries_at_stop++ < STOP_TRIES) {
            engine_after(e, TOKEN_AGAIN_MS, store_token, j);
            engine_job_done(e);
            return;
        }
    } else {
        a->channel->ops->set_tokens(a->channel, j->access, j->refresh);
        keep_tokens(a, j);
        a->data.token_expires_ms = j->expires_ms;
        a->needs_refresh = a->refreshing = false;
        a->refresh_failures = 0;
        LOA_LOG(LOA_LOG_INFO, "token renewed", F("account", a->data.name));
    }
    loa_secret_free(j->access);
    loa_secret_free(j->refresh);
    free(j);
    engine_job_done(e);
    dispatch_account(a);
}

static void store_token(void *arg)
{
    struct token_job *j = arg;

    engine_write(j->account->engine, token_work, token_done, j);
}

/* Before the account is given up: is there a newer pair in the store? */
static void reread_over(struct account *a, bool changed)
{
    a->refreshing = false;
    if (a->engine->stopping || !account_is_ours(a))
        return;
    if (changed) {
        a->refresh_failures = 0;
        a->refresh_at_mono = 0;
        return;
    }
    rights_renewal(a, MSG_RIGHT_ACCESS, a->refresh_why);
    if (a->refresh_outage) { /* it says nothing of the token */
        a->refresh_failures += a->refresh_failures < REFRESH_TRIES - 1;
        return;
    }
    if (a->refresh_hopeless || ++a->refresh_failures >= REFRESH_TRIES)
        account_pause(a, a->refresh_why[0] ? a->refresh_why : "Không làm mới được mã truy cập");
}

static void refresh_failed(struct account *a, const struct channel_result *res)
{
    if (a->engine->stopping || !account_is_ours(a)) {
        a->refreshing = false;
        return;
    }
    a->refresh_at_mono = loa_clock_mono() + ((int64_t)REFRESH_AGAIN_MS << a->refresh_failures);
    a->refresh_hopeless = res->verdict == CHANNEL_STOP;
    a->refresh_outage = res->outage && res->verdict == CHANNEL_RETRY;
    (void)snprintf(a->refresh_why, sizeof(a->refresh_why), "%s", res->detail);
    LOA_LOG(LOA_LOG_ERROR, "token not renewed", F("account", a->data.name), F("code", res->code),
            F("why", res->detail));
    account_reread(a, reread_over);
}

static void refresh_over(struct account *a, struct channel_flow *f)
{
    int64_t now = loa_clock_wall();
    int64_t life = channel_rules_at(a->channel->ops, now)->refresh_life_ms;
    struct token_job *j;

    if (f->res.verdict != CHANNEL_OK || !loa_secret_is_set(f->access_token)) {
        refresh_failed(a, &f->res);
        return;
    }
    if (!loa_secret_is_set(f->refresh_token))
        LOA_LOG(LOA_LOG_WARN, "no new refresh token came, the old one stays",
                F("account", a->data.name));
    j = loa_xcalloc(1, sizeof(*j));
    *j = (struct token_job){.account = a,
                            .access = f->access_token,
                            .refresh = f->refresh_token,
                            .id = a->data.id,
                            .now = now,
                            .expires_ms = now + f->expires_in_ms,
                            .refresh_expires_ms = life ? now + life : 0};
    f->access_token = f->refresh_token = NULL;
    store_token(j);
}

static void setup_over(struct account *a, const struct channel_flow *f)
{
    a->awaits_setup = false;
    if (f->res.verdict == CHANNEL_OK) {
        a->setup_failures = 0;
        rights_renewal(a, MSG_RIGHT_SETUP, NULL);
        LOA_LOG(LOA_LOG_INFO, "account is set up", F("account", a->data.name),
                F("detail", f->summary));
        return;
    }
    LOA_LOG(LOA_LOG_WARN, "account is not set up, trying again later", F("account", a->data.name),
            F("code", f->res.code), F("why", f->res.detail));
    rights_renewal(a, MSG_RIGHT_SETUP, f->res.detail);
    a->needs_setup = true;
    a->setup_at_mono =
        loa_clock_mono() + ((int64_t)SETUP_AGAIN_MS
                            << (a->setup_failures < 7 ? a->setup_failures++ : a->setup_failures));
}

/* ---- a public post ---------------------------------------------------------------------- */

/* The post's only outcome, that of contact 0. */
static void post_outcome(struct run *r, enum msg_delivery_state state, int code,
                         const char *remote_id)
{
    struct window *w = loa_xcalloc(1, sizeof(*w));

    w->targets.items = loa_xcalloc(1, sizeof(*w->targets.items));
    w->targets.n = 1;
    run_add_window(r, w);
    w->at = 1;
    run_outcome(r, w, 0, state, code, remote_id);
    r->data.way = CHANNEL_WAY_SINGLE; /* nothing left to post: from here on it ends as others do */
}

/* The flow began when the run was made; its state tells no nearer when the request went out. */
static void post_doubt(struct run *r, enum msg_doubt_cause cause, int code)
{
    if (!r->doubt.since_ms)
        r->doubt.since_ms = r->data.created_ms;
    r->doubt.cause = cause;
    post_outcome(r, MSG_DELIVERY_DOUBT, code, NULL);
}

struct state_job {
    struct sched_engine *engine;
    int64_t run_id;
    char *text;
};

static enum loa_err state_work(struct db *db, void *arg)
{
    struct state_job *j = arg;
    enum loa_err err = msg_run_flow_save(db, j->run_id, j->text, false);

    return err == LOA_ENOENT ? LOA_OK : err; /* it is over, and goes on from nowhere */
}

static void state_done(void *arg, enum loa_err result)
{
    struct state_job *j = arg;

    if (result) /* the mark stays: after the next start the post is in doubt, not sent twice */
        LOA_LOG(LOA_LOG_ERROR, "state of a post not stored", F("run", j->run_id),
                F("why", store_why(j->engine->store, result)));
    engine_job_done(j->engine);
    free(j->text);
    free(j);
}

/* No request is on its way any more, so the mark goes from the stored state. */
static void keep_state(struct run *r, const struct channel_flow *f)
{
    struct state_job *j = loa_xcalloc(1, sizeof(*j));

    free(r->data.flow_state);
    r->data.flow_state = loa_xstrdup(f->state);
    *j = (struct state_job){r->engine, r->data.id, loa_xstrdup(f->state)};
    engine_write_for(r->account, state_work, state_done, j);
}

static void post_again(struct run *r, const struct channel_flow *f)
{
    struct sched_backoff b = r->engine->backoff;
    int64_t now = loa_clock_wall(), at;

    keep_state(r, f);
    if (r->engine->stopping)
        return;        /* it goes on after the next start */
    if (f->res.outage) /* the platform is away: the post waits for it, up to its deadline */
        b.max_attempts = 0;
    if (sched_backoff_next(&b, ++r->drop_streak, now, f->res.retry_after_ms, r->data.deadline_ms,
                           engine_random, NULL, &at))
        r->check_at_ms = at;
    else
        post_outcome(r, MSG_DELIVERY_FAILED, f->res.code, NULL);
}

static void post_failed(struct run *r, const struct channel_result *res)
{
    free(r->data.error);
    r->data.error = loa_xstrdup(res->detail);
    LOA_LOG(LOA_LOG_ERROR, "public post failed", F("run", r->data.id), F("code", res->code),
            F("why", res->detail));
    post_outcome(r, MSG_DELIVERY_FAILED, res->code, NULL);
}

static void post_over(struct run *r, struct channel_flow *f)
{
    r->inflight--;
    if (!(f->res.verdict == CHANNEL_STOP && f->res.partial))
        account_learn(r->account, CHANNEL_WAY_POST, &f->res);
    account_heard(r->account, &f->res);
    switch (f->res.verdict) {
    case CHANNEL_OK:
        post_outcome(r, MSG_DELIVERY_SENT, 0, f->res.remote_id);
        break;
    case CHANNEL_RETRY:
    case CHANNEL_LATER:
    case CHANNEL_REFRESH:
        post_again(r, f);
        break;
    case CHANNEL_DOUBT:
        post_doubt(r, f->res.doubt, f->res.code);
        break;
    case CHANNEL_STOP:
        if (!f->res.partial) {
            post_again(r, f);
            break;
        }
        if (!(f->ways_closed & 1U << CHANNEL_WAY_POST))
            account_way_refused(r->account, CHANNEL_WAY_POST, &f->res);
        post_failed(r, &f->res);
        break;
    case CHANNEL_GIVE_UP:
    case CHANNEL_DROP:
        post_failed(r, &f->res);
        break;
    }
}

void flow_over_doubt(struct run *r)
{
    r->inflight--;
    post_doubt(r, MSG_DOUBT_CRASH, 0);
}

void flow_over_wait(struct run *r, const struct channel_flow *f)
{
    r->inflight--;
    keep_state(r, f);
}

void flow_over_gone(struct run *r)
{
    r->inflight--;
    r->check_at_ms = loa_clock_wall() + LOA_SECOND_MS; /* the next look lets go of it */
}

void flow_over_late(struct run *r)
{
    post_outcome(r, MSG_DELIVERY_SKIPPED, MSG_SKIP_EXPIRED, NULL);
}

void flow_over_capped(struct run *r, const char *why)
{
    free(r->data.error);
    r->data.error = loa_xstrdup(why);
    LOA_LOG(LOA_LOG_WARN, "public post left out", F("run", r->data.id), F("why", why));
    post_outcome(r, MSG_DELIVERY_SKIPPED, MSG_SKIP_CAP, NULL);
}

void flow_over(struct account *a, struct run *run, struct channel_flow *f)
{
    account_ways_told(a, f);
    rights_told(a, f);
    switch (f->kind) {
    case CHANNEL_FLOW_REFRESH:
        refresh_over(a, f);
        break;
    case CHANNEL_FLOW_POST:
        post_over(run, f);
        break;
    case CHANNEL_FLOW_SETUP:
        setup_over(a, f);
        break;
    case CHANNEL_FLOW_TEMPLATES:
        account_templates_told(a, f);
        break;
    case CHANNEL_FLOW_PROBE:
    case CHANNEL_FLOW_UPLOAD:
        break;
    }
    sched_engine_wake(a->engine);
}
