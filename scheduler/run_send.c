/* SPDX-License-Identifier: Apache-2.0 */
/* Hands targets to the HTTP client and judges the answers. */
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "scheduler/ref.h"
#include "scheduler/run_parts.h"

/* A request under way. The window stays as long as one of its targets has no outcome. */
struct op {
    struct op *next; /* free list */
    struct run *run;
    struct retry what;
    enum channel_way way; /* of this request; the run may change its own meanwhile */
    int64_t since_ms;     /* when it went out */
    bool utility;         /* it carries the approved template */
    bool *refused;        /* batch only: those who have their own outcome */
};

static struct op *op_take(struct sched_engine *e)
{
    struct op *op = e->spare;

    if (op)
        e->spare = op->next;
    else
        op = loa_xmalloc(sizeof(*op));
    *op = (struct op){0};
    return op;
}

static void op_give(struct sched_engine *e, struct op *op)
{
    free(op->refused);
    op->next = e->spare;
    e->spare = op;
}

void run_ops_free(struct sched_engine *e)
{
    while (e->spare) {
        struct op *next = e->spare->next;

        free(e->spare);
        e->spare = next;
    }
}

void run_retry_at(struct run *r, const struct retry *what, int64_t at_mono)
{
    struct retry *t = loa_xmalloc(sizeof(*t)), **at = &r->retries;

    *t = *what;
    t->at_mono = at_mono;
    while (*at && (*at)->at_mono <= at_mono)
        at = &(*at)->next;
    t->next = *at;
    *at = t;
}

void run_break(struct run *r, const char *why)
{
    free(r->data.error);
    r->data.error = loa_xstrdup(why);
    r->cancelled = true;
    r->check_at_ms = 0;
    LOA_LOG(LOA_LOG_ERROR, "run stopped", F("run", r->data.id), F("message", r->data.message_id),
            F("account", r->account ? r->account->data.name : NULL), F("why", why));
}

/* ---- answers --------------------------------------------------------------------------- */

static void all(struct op *op, enum msg_delivery_state state, const struct channel_result *res,
                int64_t at_ms)
{
    for (size_t i = 0; i < op->what.n; i++) {
        size_t at = op->what.from + i;

        if (op->refused && op->refused[i])
            continue;
        run_outcome_at(op->run, op->what.window, at, state,
                       state == MSG_DELIVERY_SENT ? 0 : res->code, res->remote_id, at_ms);
        if (state == MSG_DELIVERY_FAILED)
            run_contact_change(op->run, op->what.window->targets.items[at].contact_id, res->gone);
    }
}

static void again(struct op *op, const struct channel_result *res, int64_t now)
{
    struct run *r = op->run;
    struct sched_backoff b = r->engine->backoff;
    int64_t at;

    op->what.attempts++;
    if (res->tries_max)
        b.max_attempts = (unsigned)res->tries_max;
    if (res->outage && sched_outage_is(&r->account->outage)) { /* not the recipient's fault */
        op->what.attempts -= op->what.attempts > 1;
        b.max_attempts = 0;
    }
    r->account->retried++;
    if (!sched_backoff_next(&b, op->what.attempts, now, res->retry_after_ms, r->data.deadline_ms,
                            engine_random, NULL, &at)) {
        all(op, MSG_DELIVERY_FAILED, res, now);
        return;
    }
    run_retry_at(r, &op->what, loa_clock_mono() + (at - now));
}

static void later(struct op *op, const struct channel_result *res, int64_t now)
{
    int64_t at = now + (res->retry_after_ms ? res->retry_after_ms : LATER_DEFAULT_MS);

    all(op, at < op->run->data.deadline_ms ? MSG_DELIVERY_LATER : MSG_DELIVERY_FAILED, res, at);
}

static void hold_for_token(struct op *op)
{
    if (op->what.refreshed) /* a fresh token is refused as well: a person must look */
        account_pause(op->run->account, "Mã truy cập mới vẫn bị từ chối; hãy cấp quyền lại");
    op->what.refreshed = true;
    run_retry_at(op->run, &op->what, loa_clock_mono());
}

/* Of a message by template: does the refusal say something of templates alone? A right that is
 * missing is that to use them; a Page that is restricted altogether is another matter. */
static bool is_of_template(const struct channel_result *res)
{
    return res->verdict == CHANNEL_DROP ||
           (res->verdict == CHANNEL_STOP &&
            (res->code == 10 || (res->code >= 200 && res->code < 300)));
}

/* The template is not approved (any more), its values do not fit, or the right to use it is
 * missing: those outside the window cannot be written to, which says nothing of the others. */
static void template_refused(struct op *op, const struct channel_result *res, int64_t now)
{
    struct run *r = op->run;
    char *why;

    all(op, MSG_DELIVERY_FAILED, res, now);
    if (!r->has_utility || (res->verdict == CHANNEL_DROP && ++r->utility_streak < DROP_STREAK))
        return;
    why =
        loa_xasprintf("Mẫu tin “%s” bị từ chối khi gửi: %s", r->content.utility.name, res->detail);
    r->utility_streak++; /* a list that has it as approved does not open it again */
    run_template_close(r, why);
    free(why);
    r->account->templates.next_mono = 0;
}

static void wrong_message(struct op *op, const struct channel_result *res, int64_t now)
{
    struct run *r = op->run;

    all(op, MSG_DELIVERY_FAILED, res, now);
    if (op->what.n > 1 || ++r->drop_streak >= DROP_STREAK)
        run_break(r, res->detail[0] ? res->detail : "Nền tảng từ chối nội dung này");
}

/* One way is closed and the account is not: batches become singles, the rest stops. */
static void way_closed(struct op *op, const struct channel_result *res)
{
    struct run *r = op->run;
    struct retry one = op->what;

    if (op->way != CHANNEL_WAY_BATCH) {
        all(op, MSG_DELIVERY_FAILED, res, loa_clock_wall());
        run_break(r, res->detail);
        return;
    }
    account_way_refused(r->account, op->way, res);
    LOA_LOG(LOA_LOG_WARN, "batches are closed, going on with singles", F("run", r->data.id),
            F("why", res->detail));
    if (r->data.way == CHANNEL_WAY_BATCH) {
        r->data.way = CHANNEL_WAY_SINGLE;
        if (!run_compose(r))
            run_break(r, res->detail);
    }
    for (one.n = 1; op->what.n; op->what.n--, one.from++)
        run_retry_at(r, &one, loa_clock_mono());
}

static void judge(struct op *op, const struct channel_result *res)
{
    struct run *r = op->run;
    int64_t now = loa_clock_wall();

    if (res->verdict == CHANNEL_STOP && res->partial) {
        way_closed(op, res);
        return;
    }
    if (op->utility && is_of_template(res)) {
        template_refused(op, res, now);
        return;
    }
    account_learn(r->account, op->way, res);
    switch (res->verdict) {
    case CHANNEL_OK:
        *(op->utility ? &r->utility_streak : &r->drop_streak) = 0;
        all(op, MSG_DELIVERY_SENT, res, now);
        break;
    case CHANNEL_RETRY:
        again(op, res, now);
        break;
    case CHANNEL_DOUBT:
        r->doubt = (struct run_doubt){op->since_ms, res->doubt};
        all(op, MSG_DELIVERY_DOUBT, res, now);
        break;
    case CHANNEL_REFRESH:
        hold_for_token(op);
        break;
    case CHANNEL_LATER:
        later(op, res, now);
        break;
    case CHANNEL_GIVE_UP:
        all(op, MSG_DELIVERY_FAILED, res, now);
        break;
    case CHANNEL_DROP:
        wrong_message(op, res, now);
        break;
    case CHANNEL_STOP: /* nothing was sent: it goes when the account is resumed */
        run_retry_at(r, &op->what, loa_clock_mono());
        break;
    }
}

/* One of a batch has an answer of his own. */
static void on_refused(void *ctx, const char *recipient, const struct channel_result *res)
{
    struct op *op = ctx;
    struct msg_targets *t = &op->what.window->targets;

    if (!op->refused)
        op->refused = loa_xcalloc(op->what.n, sizeof(*op->refused));
    for (size_t i = 0; i < op->what.n; i++) {
        size_t at = op->what.from + i;
        bool wait = res->verdict == CHANNEL_RETRY || res->verdict == CHANNEL_LATER;

        if (op->refused[i] || strcmp(t->items[at].remote_id, recipient) != 0)
            continue;
        op->refused[i] = true;
        wait = wait && loa_clock_wall() + LATER_DEFAULT_MS < op->run->data.deadline_ms;
        run_outcome_at(op->run, op->what.window, at,
                       wait ? MSG_DELIVERY_LATER : MSG_DELIVERY_FAILED, res->code, NULL,
                       loa_clock_wall() + (wait ? LATER_DEFAULT_MS : 0));
        run_contact_change(op->run, t->items[at].contact_id, res->gone);
        return;
    }
}

static void on_reply(const struct http_reply *reply, void *ctx)
{
    struct op *op = ctx;
    struct run *r = op->run;
    struct account *a = r->account;
    struct sched_engine *e = r->engine;
    struct channel_result res;

    r->inflight--;
    dispatch_ended(a, false);
    channel_result_init(&res);
    a->channel->ops->parse_reply(a->channel, op->way, reply, &res, on_refused, op);
    account_heard(a, &res);
    judge(op, &res);
    op_give(e, op);
    if (!e->stopping)
        dispatch_account(a);
}

/* ---- sending --------------------------------------------------------------------------- */

static void address(struct run *r, const struct retry *what, const struct channel_draft *draft)
{
    const struct msg_target *t = &what->window->targets.items[what->from];
    const char *few[1] = {t->remote_id}, **ids = few;
    struct sched_ref id = {'d', r->data.id, what->n == 1 ? t->contact_id : 0};
    char ref[SCHED_REF_SIZE] = "";

    if (draft->body.has_ref)
        (void)sched_ref_format(&id, ref);
    if (what->n > 1) {
        ids = loa_xmalloc(what->n * sizeof(*ids));
        for (size_t i = 0; i < what->n; i++)
            ids[i] = t[i].remote_id;
    }
    channel_address(r->account->channel, draft, ids, what->n, what->n == 1 ? t->name : NULL, ref,
                    &r->engine->req);
    if (what->n > 1)
        free(ids);
}

enum loa_err run_send(struct run *r, const struct retry *what)
{
    struct sched_engine *e = r->engine;
    const struct channel_draft *draft;
    enum msg_skip skip;
    struct op *op;
    enum loa_err err;

    /* They were cut from people who all get the same draft. */
    draft = run_draft_for(r, &what->window->targets.items[what->from], loa_clock_wall(), &skip);
    if (!draft) {
        for (size_t i = 0; i < what->n; i++)
            run_outcome(r, what->window, what->from + i, MSG_DELIVERY_SKIPPED, (int)skip, NULL);
        return LOA_OK;
    }
    address(r, what, draft);
    op = op_take(e);
    op->run = r;
    op->what = *what;
    op->way = (enum channel_way)r->data.way;
    op->utility = draft == &r->utility;
    op->since_ms = loa_clock_wall();
    account_guard(r->account, &e->req);
    err = http_client_send(e->http, &e->req, on_reply, op);
    if (err)
        op_give(e, op);
    if (err == LOA_EINVAL) { /* no request at all, and none will come of it */
        for (size_t i = 0; i < what->n; i++)
            run_outcome(r, what->window, what->from + i, MSG_DELIVERY_FAILED, 0, NULL);
        run_break(r, "Không lập được yêu cầu gửi: hãy kiểm tra địa chỉ API của tài khoản");
        return LOA_OK;
    }
    if (err) {
        run_retry_at(r, what, loa_clock_mono());
        return LOA_ELIMIT;
    }
    r->inflight++;
    r->moves++;
    dispatch_began(r->account, false);
    return LOA_OK;
}
