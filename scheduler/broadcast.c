/* SPDX-License-Identifier: Apache-2.0 */
/* A run at work: claims windows of contacts, hands them to the HTTP client, collects what became
 * of each and writes it in batches. Memory is that of a few windows, whatever the audience. */
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/contact.h"
#include "scheduler/engine_impl.h"
#include "scheduler/ref.h"
#include "scheduler/run_parts.h"

enum { WINDOW_MIN = 32, WINDOW_SHORT_MS = 20, WINDOW_LONG_MS = 200 };

/* ---- opening and closing --------------------------------------------------------------- */

static void drop_drafts(struct run *r)
{
    if (r->has_update)
        channel_draft_release(&r->update);
    if (r->has_utility)
        channel_draft_release(&r->utility);
    r->has_update = r->has_utility = false;
}

bool run_compose_template(struct run *r)
{
    struct channel *c = r->account->channel;

    if (r->content.utility.name && c->ops->caps & CHANNEL_CAP_UTILITY)
        r->has_utility = c->ops->compose(c, &r->content, (enum channel_way)r->data.way,
                                         CHANNEL_LANE_UTILITY, &r->utility) == LOA_OK;
    return r->has_utility;
}

bool run_compose(struct run *r)
{
    struct channel *c = r->account->channel;
    enum channel_way way = (enum channel_way)r->data.way;

    drop_drafts(r);
    if (way == CHANNEL_WAY_POST)
        return true;
    r->has_update = c->ops->compose(c, &r->content, way, CHANNEL_LANE_UPDATE, &r->update) == LOA_OK;
    if (!r->template_closed)
        (void)run_compose_template(r);
    return r->has_update || r->has_utility;
}

static bool read_content(struct run *r)
{
    r->has_content = msg_content_load(r->data.content, &r->content) == LOA_OK;
    if (r->has_content && r->data.way == CHANNEL_WAY_POST)
        msg_content_name(&r->content, NULL); /* a post is for everybody */
    return r->has_content;
}

static void foresee(struct run *r)
{
    r->unforeseen = false;
    run_forecast(r);
}

struct run *broadcast_open(struct sched_engine *e, struct msg_run *data)
{
    struct run *r = loa_xcalloc(1, sizeof(*r));

    r->engine = e;
    r->data = *data;
    *data = (struct msg_run){0};
    r->account = engine_account(e, r->data.account_id);
    if (r->account)
        r->rules = channel_rules_at(r->account->channel->ops, loa_clock_wall());
    r->resend_doubtful = r->data.resend_doubtful;
    r->at_end = r->post = r->data.way == CHANNEL_WAY_POST;
    if (r->data.way == CHANNEL_WAY_BATCH && r->account &&
        r->account->closed_ways & 1U << CHANNEL_WAY_BATCH)
        r->data.way = CHANNEL_WAY_SINGLE; /* refused meanwhile; it goes to the same people */
    if (r->at_end && r->data.sent + r->data.failed + r->data.skipped + r->data.in_doubt > 0)
        r->data.way = CHANNEL_WAY_SINGLE; /* the post has its outcome; only the end is left */
    if (r->account && (!read_content(r) || !run_compose(r)))
        run_break(r, "Không dựng được nội dung cho kênh này");
    r->unforeseen =
        r->account && !r->data.cursor_id && r->post == (r->data.way == CHANNEL_WAY_POST);
    if (r->unforeseen && !run_template_waits(r))
        foresee(r);
    return r;
}

void broadcast_post_again(struct run *r, const struct msg_run *seen)
{
    if (seen->way != CHANNEL_WAY_POST || !seen->post_again || r->data.way == CHANNEL_WAY_POST ||
        r->stale_look || r->windows || !broadcast_idle(r))
        return;
    free(r->data.flow_state);
    r->data.flow_state = loa_xstrdup(seen->flow_state);
    r->data.post_again = true;
    r->data.way = CHANNEL_WAY_POST;
    r->drop_streak = 0;
    r->check_at_ms = 0;
}

void run_window_free(struct window *w)
{
    msg_targets_release(&w->targets);
    free(w);
}

void broadcast_free(struct run *r)
{
    while (r->windows) {
        struct window *next = r->windows->next;

        run_window_free(r->windows);
        r->windows = next;
    }
    while (r->retries) {
        struct retry *next = r->retries->next;

        free(r->retries);
        r->retries = next;
    }
    drop_drafts(r);
    if (r->has_content)
        msg_content_release(&r->content);
    free(r->batch.items);
    free(r->batch.changes);
    free(r->batch.windows);
    msg_run_release(&r->data);
    free(r);
}

bool broadcast_idle(const struct run *r)
{
    return !r->inflight && !r->claiming && !r->flushing && !r->finishing && !r->batch.n &&
           !r->batch.n_windows && !r->batch.n_changes;
}

/* ---- what a target may get ------------------------------------------------------------- */

/* The draft for one person now, or why there is none. */
const struct channel_draft *run_draft_for(const struct run *r, const struct msg_target *t,
                                          int64_t now, enum msg_skip *skip)
{
    int64_t window = r->account->channel->ops->limits.window_ms;
    bool inside = !window || (t->last_seen_ms && now - t->last_seen_ms < window);

    *skip = t->skip;
    if (*skip)
        return NULL;
    if (r->cancelled) {
        *skip = MSG_SKIP_CANCELLED;
        return NULL;
    }
    if (now >= r->data.deadline_ms) {
        *skip = MSG_SKIP_EXPIRED;
        return NULL;
    }
    if (inside && r->has_update)
        return &r->update;
    if (r->has_utility)
        return &r->utility;
    *skip = MSG_SKIP_WINDOW;
    return NULL;
}

/* ---- sending --------------------------------------------------------------------------- */

/* It may be long until this run sends again. Past its deadline it sends nothing either, but ends.
 */
bool run_is_parked(const struct run *r, int64_t now)
{
    return now < r->data.deadline_ms &&
           (r->held || r->account->paused || r->account->leaving ||
            (!r->data.urgent && sched_quiet_is(&r->engine->opt.quiet, now)));
}

/* May this run do nothing at all just now? */
bool run_is_held(const struct run *r, int64_t now)
{
    return r->cancelled || r->engine->stopping || r->engine->failed || run_is_parked(r, now) ||
           (now < r->data.deadline_ms && !account_may_send(r->account));
}

static size_t batch_size(const struct run *r)
{
    return r->data.way == CHANNEL_WAY_BATCH ? r->account->channel->ops->limits.batch : 1;
}

/* Records the targets at the window's head that nothing is sent to; true if one is left. */
static bool skip_ahead(struct run *r, struct window *w, int64_t now)
{
    while (w->at < w->targets.n) {
        enum msg_skip skip;

        if (run_draft_for(r, &w->targets.items[w->at], now, &skip))
            return true;
        run_outcome(r, w, w->at++, MSG_DELIVERY_SKIPPED, (int)skip, NULL);
    }
    return false;
}

/* How many from `from` on can go in one request: all of them get the same draft. */
static size_t count_alike(const struct run *r, const struct window *w, size_t from, size_t n,
                          int64_t now)
{
    enum msg_skip skip;
    const struct channel_draft *draft = run_draft_for(r, &w->targets.items[from], now, &skip);
    size_t alike = 0, max = rate_batch(r, batch_size(r));

    while (alike < n && alike < max &&
           run_draft_for(r, &w->targets.items[from + alike], now, &skip) == draft)
        alike++;
    return alike;
}

static void pop_retry(struct run *r)
{
    struct retry *first = r->retries;

    r->retries = first->next;
    free(first);
}

/* Is there a retry whose time has come? Those whom nothing is sent to any more are recorded. */
static bool retry_is_due(struct run *r, int64_t now)
{
    while (r->retries && r->retries->at_mono <= loa_clock_mono()) {
        struct retry *t = r->retries;
        enum msg_skip skip = MSG_SKIP_NONE;

        while (t->n && !run_draft_for(r, &t->window->targets.items[t->from], now, &skip)) {
            run_outcome(r, t->window, t->from++, MSG_DELIVERY_SKIPPED, (int)skip, NULL);
            t->n--;
        }
        if (t->n)
            return true;
        pop_retry(r);
    }
    return false;
}

/* Is there anybody to send to now? */
static bool has_next(struct run *r, int64_t now)
{
    if (retry_is_due(r, now))
        return true;
    for (struct window *w = r->windows; w; w = w->next) {
        if (skip_ahead(r, w, now))
            return true;
    }
    return false;
}

/* The next targets to send, after has_next(): a retry whose time has come, else the head of a
 * window. A batch that waits is cut if the run has gone over to singles meanwhile. */
static void take_next(struct run *r, struct retry *out, int64_t now)
{
    struct window *w = r->windows;

    if (r->retries && r->retries->at_mono <= loa_clock_mono()) {
        struct retry *t = r->retries;

        *out = *t;
        out->n = count_alike(r, t->window, t->from, t->n, now);
        t->from += out->n;
        t->n -= out->n;
        if (!t->n)
            pop_retry(r);
        return;
    }
    while (w->at == w->targets.n)
        w = w->next;
    *out = (struct retry){.window = w, .from = w->at};
    out->n = count_alike(r, w, w->at, w->targets.n - w->at, now);
    w->at += out->n;
}

/* A cancelled run sends nothing more; whom it would have gone to is recorded as left out. */
static void skip_the_rest(struct run *r, int64_t now)
{
    for (struct window *w = r->windows; w; w = w->next)
        (void)skip_ahead(r, w, now);
    while (r->retries) {
        struct retry *t = r->retries;

        r->retries = t->next;
        for (size_t i = 0; i < t->n; i++)
            run_outcome(r, t->window, t->from + i, MSG_DELIVERY_SKIPPED, MSG_SKIP_CANCELLED, NULL);
        free(t);
    }
    run_finish_if_over(r);
}

static size_t unsent(const struct run *r)
{
    size_t n = 0;

    for (const struct window *w = r->windows; w; w = w->next)
        n += w->targets.n - w->at;
    return n;
}

/* A crash puts what is claimed and has no outcome in doubt, so windows are small at the pace that
 * platforms allow; a fast run takes larger ones, as each costs a commit. */
static void fit_window(struct run *r)
{
    int64_t now = loa_clock_mono(), took = now - r->claimed_mono;

    if (took < WINDOW_SHORT_MS)
        r->window *= 2;
    else if (took > WINDOW_LONG_MS)
        r->window /= 2;
    if (r->window < WINDOW_MIN)
        r->window = WINDOW_MIN;
    if (r->window > r->engine->opt.window)
        r->window = r->engine->opt.window;
    r->claimed_mono = now;
}

/* Claims ahead, so that the next window is there when this one has gone out. What has an outcome
 * goes along in the same commit. */
static void claim_ahead(struct run *r)
{
    bool batches = r->data.way == CHANNEL_WAY_BATCH;

    if (r->at_end || r->claiming || r->cancelled || r->batch.n >= 8 * FLUSH_MAX ||
        unsent(r) > (batches ? batch_size(r) : r->window) / 2)
        return;
    broadcast_flush(r, true);
    fit_window(r);
    run_claim(r, batches ? batch_size(r) : r->window);
}

/* What is claimed goes back while the run is parked: a crash leaves no doubt about it, and who says
 * stop meanwhile, wherever, is seen when it is taken up again. */
static void park(struct run *r)
{
    if (r->retries || unsent(r))
        broadcast_give_back(r);
}

static int64_t wait_for_retry(const struct run *r)
{
    int64_t wait = r->retries ? r->retries->at_mono - loa_clock_mono() : 0;

    return !r->retries ? 0 : wait > 0 ? 1000 * wait : 1000;
}

int64_t broadcast_pump(struct run *r)
{
    struct account *a = r->account;
    int64_t now = loa_clock_wall(), now_us = loa_clock_mono_us();
    bool works = !r->engine->stopping && !r->engine->failed;
    struct retry next;

    run_sweep(r);
    if (r->lost)
        return 0;
    if (r->cancelled && works)
        skip_the_rest(r, now);
    if (run_is_held(r, now)) {
        if (works && run_is_parked(r, now))
            park(r);
        return 0;
    }
    if (r->data.way == CHANNEL_WAY_POST) {
        flow_post(r);
        return 0;
    }
    if (run_template_waits(r))
        return a->templates.asking ? 0 : 1000; /* the answer wakes it */
    if (r->unforeseen)
        foresee(r);
    run_take_asked(r);
    for (;;) {
        bool more = has_next(r, now); /* first: who gets nothing costs no place and no call */
        int64_t wait;

        claim_ahead(r);
        if (!more)
            break;
        if (!dispatch_may_begin(a, r->data.urgent ? DISPATCH_URGENT : DISPATCH_NORMAL))
            return 0; /* it is called again when it may */
        wait = rate_wait(r, now_us);
        if (!wait)
            wait = sched_gcra_allow(&a->pace[r->data.way], now_us, 1);
        if (wait)
            return wait;
        take_next(r, &next, now);
        rate_charge(r, next.n, now_us);
        if (run_send(r, &next) != LOA_OK)
            return 1000;
        if (!account_ready(a) || r->cancelled)
            break;
    }
    run_finish_if_over(r);
    return wait_for_retry(r);
}

void broadcast_opt_out(struct run *r, int64_t contact_id)
{
    for (struct window *w = r->windows; w; w = w->next) {
        for (size_t i = 0; i < w->targets.n; i++) {
            if (w->targets.items[i].contact_id == contact_id)
                w->targets.items[i].skip = MSG_SKIP_UNSUBSCRIBED;
        }
    }
}

void broadcast_give_back(struct run *r)
{
    int64_t now = loa_clock_wall();

    for (struct window *w = r->windows; w; w = w->next) {
        while (w->at < w->targets.n)
            run_outcome_at(r, w, w->at++, MSG_DELIVERY_LATER, 0, NULL, now);
    }
    while (r->retries) {
        struct retry *t = r->retries;

        r->retries = t->next;
        for (size_t i = 0; i < t->n; i++)
            run_outcome_at(r, t->window, t->from + i, MSG_DELIVERY_LATER, 0, NULL, now);
        free(t);
    }
    broadcast_flush(r, true);
}
