/* SPDX-License-Identifier: Apache-2.0 */
/* Acts that take several requests: renewing a token, publishing a post, setting a webhook. The
 * adapter says what comes next; here it is sent, and what must survive a crash is stored first. */
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "scheduler/flow_impl.h"
#include "scheduler/ref.h"
#include "scheduler/run_parts.h"

struct flow {
    struct flow *next; /* all that are under way */
    struct account *account;
    struct run *run; /* POST only */
    struct channel_flow f;
    bool after_crash; /* a request that must not happen twice may have gone out */
    bool had_effect;  /* the request before this one */
    char before[sizeof(((struct channel_flow *)0)->state)]; /* the state before this request */
    struct http_req req;
    uv_timer_t timer;
    char *webhook_url;
    char ref[SCHED_REF_SIZE];
    struct store_state {
        int64_t run_id;
        bool posting;
        char text[sizeof(((struct channel_flow *)0)->state) + 2];
    } save;
};

static void step(struct flow *fl, const struct http_reply *prev);

static void on_closed(uv_handle_t *h)
{
    struct flow *fl = h->data;
    struct flow **at = &fl->account->engine->flows;

    while (*at != fl)
        at = &(*at)->next;
    *at = fl->next;
    http_req_release(&fl->req);
    loa_secret_free(fl->f.access_token);
    loa_secret_free(fl->f.refresh_token);
    free(fl->f.templates);
    free(fl->webhook_url);
    fl->account->flows--;
    engine_job_done(fl->account->engine);
    free(fl);
}

static void flow_end(struct flow *fl)
{
    uv_close((uv_handle_t *)&fl->timer, on_closed);
}

static struct flow *flow_new(struct account *a, enum channel_flow_kind kind)
{
    struct flow *fl = loa_xcalloc(1, sizeof(*fl));

    fl->account = a;
    fl->f.kind = kind;
    channel_result_init(&fl->f.res);
    uv_timer_init(a->engine->loop, &fl->timer);
    fl->timer.data = fl;
    fl->next = a->engine->flows;
    a->engine->flows = fl;
    a->engine->jobs++;
    a->flows++;
    return fl;
}

/* The request of this step has not left: the flow goes on from where that is plain. A state that
 * names an act reads as "perhaps done"; the one before does not, unless it names one, too. */
static void step_back(struct flow *fl)
{
    if (fl->f.effect && !fl->had_effect)
        memcpy(fl->f.state, fl->before, sizeof(fl->before));
    fl->f.effect = false;
}

/* May a post go on? Staff can stop it, and its time can end, between two of its requests. */
static bool must_wait(const struct flow *fl)
{
    const struct run *r = fl->run;

    if (fl->account->engine->stopping || !account_is_ours(fl->account))
        return true;
    return r && (r->cancelled || loa_clock_wall() >= r->data.deadline_ms ||
                 run_is_parked(r, loa_clock_wall()));
}

static void wait_or_end(struct flow *fl)
{
    step_back(fl);
    if (fl->run) {
        flow_over_wait(fl->run, &fl->f);
    } else {
        channel_result_init(&fl->f.res);
        flow_over(fl->account, NULL, &fl->f);
    }
    flow_end(fl);
}

/* ---- sending a step -------------------------------------------------------------------- */

static void on_reply(const struct http_reply *reply, void *ctx)
{
    struct flow *fl = ctx;

    dispatch_ended(fl->account, true);
    step(fl, reply);
}

/* What staff decided about an earlier doubt holds for one attempt. */
static void note_posting(struct flow *fl)
{
    if (!fl->run || !fl->f.effect)
        return;
    fl->f.again = fl->run->data.post_again = false;
    fl->run->doubt.since_ms = loa_clock_wall();
}

static void transmit(struct flow *fl)
{
    if (must_wait(fl)) {
        wait_or_end(fl);
        return;
    }
    account_guard(fl->account, &fl->req);
    if (http_client_send(fl->account->engine->http, &fl->req, on_reply, fl) == LOA_OK) {
        note_posting(fl);
        dispatch_began(fl->account, true);
        return;
    }
    step_back(fl);
    channel_result_init(&fl->f.res);
    flow_over(fl->account, fl->run, &fl->f);
    flow_end(fl);
}

static enum loa_err save_work(struct db *db, void *arg)
{
    struct flow *fl = arg;

    return msg_run_flow_save(db, fl->save.run_id, fl->save.text, fl->save.posting);
}

static void save_done(void *arg, enum loa_err result)
{
    struct flow *fl = arg;
    struct sched_engine *e = fl->account->engine;

    if (result == LOA_ENOENT) {
        flow_over_gone(fl->run);
        flow_end(fl);
    } else if (result) {
        step_back(fl);
        channel_result_init(&fl->f.res);
        flow_over(fl->account, fl->run, &fl->f);
        flow_end(fl);
    } else {
        transmit(fl);
    }
    engine_job_done(e);
}

/* A public post remembers where it is, and with a mark whether a request that must not happen
 * twice is on its way. */
static void on_timer(uv_timer_t *t)
{
    struct flow *fl = t->data;
    size_t n = strlen(fl->f.state);

    if (!fl->run || must_wait(fl)) {
        transmit(fl);
        return;
    }
    fl->save.run_id = fl->run->data.id;
    fl->save.posting = fl->f.effect;
    memcpy(fl->save.text, fl->f.state, n + 1);
    if (fl->f.effect) {
        fl->save.text[n] = MSG_RUN_FLOW_MARK;
        fl->save.text[n + 1] = '\0';
    }
    engine_write_for(fl->account, save_work, save_done, fl);
}

static void step(struct flow *fl, const struct http_reply *prev)
{
    struct channel *c = fl->account->channel;

    fl->had_effect = prev && fl->f.effect;
    memcpy(fl->before, fl->f.state, sizeof(fl->before));
    fl->f.wait_ms = 0;
    fl->f.effect = false;
    http_req_reset(&fl->req);
    if (c->ops->flow(c, &fl->f, prev, &fl->req) == CHANNEL_STEP_DONE) {
        flow_over(fl->account, fl->run, &fl->f);
        flow_end(fl);
        return;
    }
    if (fl->after_crash && fl->f.effect && !fl->f.again) { /* nobody can tell if it happened */
        flow_over_doubt(fl->run);
        flow_end(fl);
        return;
    }
    fl->after_crash = false;
    if (must_wait(fl))
        fl->f.wait_ms = 0;
    uv_timer_start(&fl->timer, on_timer, fl->f.wait_ms > 0 ? (uint64_t)fl->f.wait_ms : 0, 0);
}

void flow_hurry(struct sched_engine *e)
{
    for (struct flow *fl = e->flows; fl; fl = fl->next) {
        if (uv_is_active((uv_handle_t *)&fl->timer))
            uv_timer_start(&fl->timer, on_timer, 0, 0);
    }
}

/* ---- the flows ------------------------------------------------------------------------- */

void flow_refresh(struct account *a)
{
    a->needs_refresh = true;
    a->refreshing = true;
    step(flow_new(a, CHANNEL_FLOW_REFRESH), NULL);
}

void flow_setup(struct account *a)
{
    struct flow *fl;

    if (!account_ready(a)) /* it may need the token that is being renewed */
        return;
    a->needs_setup = false;
    fl = flow_new(a, CHANNEL_FLOW_SETUP);
    fl->webhook_url = loa_xasprintf("%s/webhooks/%s/%s", a->engine->opt.public_url,
                                    a->channel->ops->name, a->data.name);
    fl->f.webhook_url = fl->webhook_url;
    step(fl, NULL);
}

void flow_templates(struct account *a)
{
    step(flow_new(a, CHANNEL_FLOW_TEMPLATES), NULL);
}

void flow_probe(struct account *a)
{
    step(flow_new(a, CHANNEL_FLOW_PROBE), NULL);
}

void flow_post(struct run *r)
{
    struct account *a = r->account;
    struct sched_ref ref = {'p', r->data.id, 0};
    const char *state = r->data.flow_state ? r->data.flow_state : "";
    size_t n = strlen(state);
    struct flow *fl;

    if (r->inflight || r->claiming || r->finishing || r->flushing || !r->at_end ||
        r->check_at_ms > loa_clock_wall())
        return;
    if (loa_clock_wall() >= r->data.deadline_ms) {
        flow_over_late(r);
        return;
    }
    if (!post_gate(r) || sched_gcra_allow(&a->pace[CHANNEL_WAY_POST], loa_clock_mono_us(), 1))
        return;
    r->post_free = false;
    fl = flow_new(a, CHANNEL_FLOW_POST);
    fl->run = r;
    fl->f.content = &r->content;
    fl->f.ref = sched_ref_format(&ref, fl->ref);
    fl->f.again = r->data.post_again;
    fl->f.since_ms = r->data.created_ms;
    fl->after_crash = n && state[n - 1] == MSG_RUN_FLOW_MARK;
    n -= fl->after_crash;
    memcpy(fl->f.state, state, n < sizeof(fl->f.state) ? n : 0);
    r->inflight++;
    step(fl, NULL);
}
