/* SPDX-License-Identifier: Apache-2.0 */
/* Replies to people: ahead of every broadcast, under the same limiter, each stored before it goes
 * and settled after. */
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/portal.h"
#include "scheduler/engine_impl.h"
#include "scheduler/ref.h"

enum { AGAIN_MS = 500, TRIES_AT_STOP = 4 };

struct pending_reply {
    struct pending_reply *next;
    struct account *account;
    struct msg_reply data;
    bool refreshed;
};

static void push(struct account *a, struct pending_reply *p)
{
    p->next = NULL;
    *a->replies_tail = p;
    a->replies_tail = &p->next;
    a->n_replies++;
}

static struct pending_reply *pop(struct account *a)
{
    struct pending_reply *p = a->replies;

    a->replies = p->next;
    if (!a->replies)
        a->replies_tail = &a->replies;
    a->n_replies--;
    return p;
}

static void pending_free(struct pending_reply *p)
{
    msg_reply_release(&p->data);
    free(p);
}

void reply_drop_all(struct account *a)
{
    while (a->replies)
        pending_free(pop(a));
}

/* ---- outcomes -------------------------------------------------------------------------- */

struct set_job {
    struct account *account;
    int64_t id, contact, due_ms, now;
    bool evidence; /* tried as such already */
    bool left_out; /* the person said stop */
    enum msg_reply_state state;
    enum msg_doubt_cause doubt;
    int code, tries_at_stop;
    char remote_id[CHANNEL_ID_SIZE];
};

static enum loa_err set_work(struct db *db, void *arg)
{
    struct set_job *j = arg;

    if (j->left_out)
        return msg_reply_leave_out(db, j->id, j->now);
    if (j->state == MSG_REPLY_DOUBT)
        return msg_reply_doubt(db, j->id, j->doubt, j->code, j->due_ms, j->now);
    return msg_reply_set(db, j->id, j->state, j->code, j->remote_id, j->due_ms, j->now);
}

static void set_again(void *arg);

/* It went out while we still had the lease: for the new holder that is what an echo would be. */
static enum loa_err evidence_work(struct db *db, void *arg)
{
    struct set_job *j = arg;
    enum loa_err err =
        msg_reply_receipt(db, j->account->data.id, j->contact, j->id, j->remote_id, j->now);

    return err == LOA_ENOENT ? LOA_OK : err;
}

static void set_done(void *arg, enum loa_err result)
{
    struct set_job *j = arg;
    struct sched_engine *e = j->account->engine;

    if (result == LOA_EPERM && !j->evidence && j->state == MSG_REPLY_SENT) {
        j->evidence = true;
        engine_write(e, evidence_work, set_done, j);
        engine_job_done(e);
        return;
    }
    if (result == LOA_EIO && (!e->stopping || j->tries_at_stop++ < TRIES_AT_STOP)) {
        engine_after(e, AGAIN_MS, set_again, j);
        engine_job_done(e);
        return;
    }
    if (result) /* it stays "handed over": in doubt after the next start, never sent twice */
        LOA_LOG(LOA_LOG_ERROR, "outcome of a reply not stored", F("reply", j->id),
                F("why", store_why(e->store, result)));
    free(j);
    engine_job_done(e);
}

static void set_again(void *arg)
{
    struct set_job *j = arg;

    if (j->evidence)
        engine_write(j->account->engine, evidence_work, set_done, j);
    else
        engine_write_for(j->account, set_work, set_done, j);
}

static struct set_job *outcome_of(const struct pending_reply *p, enum msg_reply_state state)
{
    struct set_job *j = loa_xcalloc(1, sizeof(*j));

    *j = (struct set_job){.account = p->account,
                          .id = p->data.id,
                          .contact = p->data.contact,
                          .now = loa_clock_wall(),
                          .state = state};
    return j;
}

static void store_outcome(struct pending_reply *p, enum msg_reply_state state,
                          const struct channel_result *res, int64_t due_ms)
{
    struct set_job *j = outcome_of(p, state);

    j->due_ms = due_ms;
    j->doubt = res->doubt;
    j->code = res->code;
    memcpy(j->remote_id, res->remote_id, sizeof(j->remote_id));
    engine_write_for(p->account, set_work, set_done, j);
}

static void fail(struct pending_reply *p, const struct channel_result *res)
{
    LOA_LOG(LOA_LOG_WARN, "reply failed", F("account", p->account->data.name),
            F("reply", p->data.id), F("code", res->code), F("why", res->detail));
    store_outcome(p, MSG_REPLY_FAILED, res, 0);
}

static void judge(struct pending_reply *p, const struct channel_result *res)
{
    struct account *a = p->account;
    struct sched_backoff b = a->engine->backoff;
    int64_t now = loa_clock_wall(), at;

    if (res->verdict == CHANNEL_STOP && res->partial) { /* this lane only: the account works on */
        fail(p, res);
        pending_free(p);
        return;
    }
    account_learn(a, CHANNEL_WAY_SINGLE, res);
    if (res->tries_max)
        b.max_attempts = (unsigned)res->tries_max;
    if (res->outage) /* somebody waits for it, as long as it is an answer at all */
        b.max_attempts = 0;
    switch (res->verdict) {
    case CHANNEL_OK:
        a->replied++;
        store_outcome(p, MSG_REPLY_SENT, res, 0);
        break;
    case CHANNEL_DOUBT:
        a->doubtful++;
        store_outcome(p, MSG_REPLY_DOUBT, res, now + a->engine->opt.doubt_wait_ms);
        break;
    case CHANNEL_REFRESH:
    case CHANNEL_STOP:
        if (!p->refreshed) {
            p->refreshed = true;
            push(a, p);
            return;
        }
        fail(p, res);
        break;
    case CHANNEL_RETRY:
    case CHANNEL_LATER:
        if (sched_backoff_next(&b, (unsigned)p->data.attempts, now, res->retry_after_ms,
                               now + LOA_HOUR_MS, engine_random, NULL, &at))
            store_outcome(p, MSG_REPLY_WAITING, res, at);
        else
            fail(p, res);
        break;
    case CHANNEL_GIVE_UP:
    case CHANNEL_DROP:
        fail(p, res);
        break;
    }
    pending_free(p);
}

static void on_reply(const struct http_reply *reply, void *ctx)
{
    struct pending_reply *p = ctx;
    struct account *a = p->account;
    struct channel_result res;

    dispatch_ended(a, true);
    a->flying--;
    channel_result_init(&res);
    a->channel->ops->parse_reply(a->channel, CHANNEL_WAY_SINGLE, reply, &res, NULL, NULL);
    account_heard(a, &res);
    judge(p, &res);
    if (!a->engine->stopping)
        dispatch_account(a);
}

/* ---- sending --------------------------------------------------------------------------- */

static enum loa_err build(struct account *a, const struct msg_reply *d, struct http_req *req)
{
    struct sched_ref id = {'r', d->id, 0};
    char ref[SCHED_REF_SIZE];
    struct msg_content content;
    struct channel_draft draft = {0};
    const char *to[1] = {d->remote};
    cJSON *json = loa_json_parse(d->content, strlen(d->content));
    enum loa_err err = msg_content_parse(json, &content, NULL);

    cJSON_Delete(json);
    if (err)
        return err;
    err = a->channel->ops->compose(a->channel, &content, CHANNEL_WAY_SINGLE,
                                   (enum channel_lane)d->lane, &draft);
    if (!err)
        channel_address(a->channel, &draft, to, 1, NULL, sched_ref_format(&id, ref), req);
    channel_draft_release(&draft);
    msg_content_release(&content);
    return err;
}

/* ---- a page of ours ---------------------------------------------------------------------- */

struct local_job {
    struct account *account;
    struct msg_portal_line line;
};

static enum loa_err local_work(struct db *db, void *arg)
{
    const struct local_job *j = arg;

    return msg_portal_deliver(db, &j->line);
}

static void local_done(void *arg, enum loa_err result);

static void local_again(void *arg)
{
    struct local_job *j = arg;

    engine_write_for(j->account, local_work, local_done, j);
}

static void local_done(void *arg, enum loa_err result)
{
    struct local_job *j = arg;
    struct account *a = j->account;
    struct sched_engine *e = a->engine;

    if (result == LOA_EIO && !e->stopping) {
        engine_after(e, AGAIN_MS, local_again, j);
        engine_job_done(e);
        return;
    }
    if (result) /* it stays "handed over": who has the account by then delivers it */
        LOA_LOG(LOA_LOG_WARN, "reply not delivered", F("reply", j->line.reply),
                F("why", store_why(e->store, result)));
    else
        a->replied++;
    if (!result && e->opt.delivered)
        e->opt.delivered(e->opt.events_ctx);
    free(j->line.visitor);
    free(j->line.body);
    free(j);
    dispatch_ended(a, true);
    a->flying--;
    if (!e->stopping)
        dispatch_account(a);
    engine_job_done(e);
}

static void deliver_here(struct pending_reply *p, const struct http_req *req)
{
    struct account *a = p->account;
    struct local_job *j = loa_xcalloc(1, sizeof(*j));

    j->account = a;
    j->line = (struct msg_portal_line){.account = a->data.id,
                                       .contact = p->data.contact,
                                       .reply = p->data.id,
                                       .visitor = loa_xstrdup(p->data.remote),
                                       .body = loa_xstrdup(loa_buf_str(&req->body)),
                                       .at_ms = loa_clock_wall()};
    pending_free(p);
    engine_write_for(a, local_work, local_done, j);
}

/* ---- one reply --------------------------------------------------------------------------- */

/* LOA_ELIMIT: the client is full, the reply waits at the head. */
static enum loa_err send_one(struct account *a)
{
    bool local = a->channel->ops->caps & CHANNEL_CAP_LOCAL;
    struct pending_reply *p = a->replies;
    struct channel_result res;
    enum loa_err err = build(a, &p->data, &a->engine->req);

    if (!err && !local) {
        account_guard(a, &a->engine->req);
        err = http_client_send(a->engine->http, &a->engine->req, on_reply, p);
        if (err && err != LOA_EINVAL)
            return LOA_ELIMIT;
    }
    (void)pop(a);
    if (err) { /* no request comes of it, now or later */
        channel_result_init(&res);
        fail(p, &res);
        pending_free(p);
        return LOA_OK;
    }
    dispatch_began(a, true);
    a->flying++;
    if (local)
        deliver_here(p, &a->engine->req);
    return LOA_OK;
}

int64_t reply_pump(struct account *a)
{
    while (a->replies && dispatch_may_begin(a, DISPATCH_REPLY)) {
        int64_t wait = sched_gcra_allow(&a->pace[CHANNEL_WAY_SINGLE], loa_clock_mono_us(), 1);

        if (wait)
            return wait;
        if (send_one(a) != LOA_OK)
            return 1000;
    }
    return 0;
}

/* It has not left: it waits in the store, for the account or the next start. */
static void give_back(struct pending_reply *p)
{
    struct channel_result res;

    channel_result_init(&res);
    store_outcome(p, MSG_REPLY_WAITING, &res, loa_clock_wall());
    pending_free(p);
}

void reply_give_back(struct account *a)
{
    while (a->replies)
        give_back(pop(a));
}

void sched_engine_reply(struct sched_engine *e, struct msg_reply *r)
{
    struct account *a = engine_account(e, r->account);
    struct pending_reply *p;

    if (!a) { /* stored as handed over: staff see it in doubt */
        msg_reply_release(r);
        return;
    }
    p = loa_xcalloc(1, sizeof(*p));
    p->account = a;
    p->data = *r;
    *r = (struct msg_reply){0};
    if (e->stopping || a->paused) {
        give_back(p);
        return;
    }
    push(a, p);
    dispatch_account(a);
}

/* ---- those who said stop ---------------------------------------------------------------- */

bool reply_is_here(const struct account *a, int64_t id)
{
    for (const struct pending_reply *p = a->replies; p; p = p->next) {
        if (p->data.id == id)
            return true;
    }
    return a->flying > 0;
}

bool reply_range(const struct account *a, int64_t *first, int64_t *last)
{
    for (const struct pending_reply *p = a->replies; p; p = p->next) {
        int64_t id = p->data.contact;

        *first = p == a->replies || id < *first ? id : *first;
        *last = id > *last ? id : *last;
    }
    return a->replies != NULL;
}

static void leave_out(struct pending_reply *p)
{
    struct set_job *j = outcome_of(p, MSG_REPLY_FAILED);

    LOA_LOG(LOA_LOG_INFO, "reply left out", F("account", p->account->data.name),
            F("reply", p->data.id));
    j->left_out = true;
    engine_write_for(p->account, set_work, set_done, j);
    pending_free(p);
}

void reply_opt_out(struct account *a, int64_t contact, bool erased)
{
    size_t n = a->n_replies;

    while (n--) {
        struct pending_reply *p = pop(a);

        if (p->data.contact == contact && (erased || !msg_reply_is_asked(p->data.lane)))
            leave_out(p);
        else
            push(a, p);
    }
}
