/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/webhook.h"

#include <stdlib.h>
#include <string.h>

#include "bot/bot.h"
#include "bot/conversation.h"
#include "bot/inbox.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/inbound.h"

enum {
    /* Above these the store cannot follow; the platform tries again later. */
    BACKLOG_MAX = 20000,
    BYTES_MAX = 4 * 1024 * 1024, /* of bodies that are not stored yet */
    /* A store that has kept nothing for so long is stuck. Platforms want their answer within some
     * seconds, so what comes now is better refused than held. */
    STUCK_MS = 4000,
    /* Events that one store job keeps: whatever a body brings, replies and outcomes go between. */
    SLICE = 256,
    TRIES = 3,
    TRY_MS = 5000, /* nobody waits for the answer any more */
};

struct hook {
    struct hook *next; /* of its batch */
    struct bot *bot;
    struct http_exchange *x;
    struct channel *channel;
    int64_t account, now;
    const struct http_in *in; /* while the body is parsed */
    int64_t also;             /* another account whose secret fits the signature, too */
    bool forged;              /* names an account of ours whose secret does not */
    size_t strangers;         /* events of accounts that are not ours */
    struct bot_inbound *events;
    size_t n, room;
    unsigned tries;
    size_t stored; /* of them, from the first on */
    size_t bytes;  /* of the body */
    int64_t came_mono;
    struct loa_buf answer; /* the welcome that goes back in the response */
};

static void hook_free(struct hook *h)
{
    for (size_t i = 0; i < h->n; i++)
        bot_inbound_release(&h->events[i]);
    free(h->events);
    loa_buf_release(&h->answer);
    free(h);
}

/* ---- parsing --------------------------------------------------------------------------- */

/* One app may serve several accounts of a platform, and the event says whose it is. Offices with
 * apps of their own must not speak for each other: the other account's secret has to fit as well.
 */
static bool is_entitled(struct hook *h, int64_t account)
{
    struct channel *other;

    if (account == h->account || account == h->also)
        return true;
    other = sched_engine_channel_of(h->bot->engine, account);
    if (!other || !other->ops->verify_webhook(other, h->in))
        return false;
    h->also = account;
    return true;
}

/* An app tells of every account that ever allowed it, also of those that are not kept here. What
 * their citizens say is nobody's business here, and in no account of ours their ids mean anything.
 * The call is answered all the same: a refusal would only bring it back, and in the end cost the
 * others their webhooks. An account whose id was never given may be whoever is named. */
static bool account_of(struct hook *h, const struct channel_event *ev, int64_t *account)
{
    struct sched_engine *e = h->bot->engine;
    const char *own = sched_engine_remote_id(e, h->account);

    *account = h->account;
    if (!ev->account || sched_engine_account_of(e, h->channel->ops->name, ev->account, account) ||
        !own || !own[0])
        return true;
    if (!h->strangers++)
        LOA_LOG(LOA_LOG_WARN, "event of an account that is not ours",
                F("channel", h->channel->ops->name), F("id", ev->account));
    return false;
}

static void on_event(void *ctx, const struct channel_event *ev)
{
    struct hook *h = ctx;
    int64_t account;

    if (h->forged || !account_of(h, ev, &account))
        return;
    h->forged = !is_entitled(h, account);
    if (h->forged)
        return;
    if (h->n == h->room) {
        h->room = h->room ? 2 * h->room : 4;
        h->events = loa_xrealloc(h->events, h->room * sizeof(*h->events));
    }
    bot_inbound_init(&h->events[h->n], account, ev);
    h->events[h->n++].fence = sched_engine_fence(h->bot->engine, account);
}

/* ---- after the store has it ------------------------------------------------------------ */

static void act_on(struct hook *h, struct bot_inbound *in)
{
    if (in->duplicate) {
        h->bot->counters.duplicates++;
        return;
    }
    if (in->opted_out)
        sched_engine_opt_out(h->bot->engine, in->account, in->contact);
    if (in->ev.kind == CHANNEL_EVENT_STOP)
        sched_engine_pause(h->bot->engine, in->account,
                           in->ev.detail ? in->ev.detail : "Nền tảng đã chặn tài khoản này");
    if (in->ev.kind == CHANNEL_EVENT_NOTICE || in->ev.kind == CHANNEL_EVENT_RESUME) {
        LOA_LOG(LOA_LOG_WARN, "notice from the platform", F("channel", h->channel->ops->name),
                F("name", in->ev.name), F("detail", in->ev.detail));
        sched_engine_noticed(h->bot->engine, in->account);
    }
    if (in->open && in->fence)
        bot_conversation_handle(h->bot, in);
}

/* ---- what one round of requests brought, kept together, a slice a job ------------------- */

struct hook_batch {
    struct bot *bot;
    struct hook *hooks, **tail; /* those that are not stored whole yet */
    size_t slice;               /* events of the job under way */
};

/* Receipts are kept without a number: most slices have nothing else. */
static size_t numbered(const struct hook_batch *b)
{
    size_t left = b->slice, n = 0;

    for (const struct hook *h = b->hooks; left; h = h->next) {
        for (size_t i = h->stored; i < h->n && left; i++, left--)
            n += h->events[i].text != NULL;
    }
    return n;
}

static enum loa_err store_work(struct db *db, void *arg)
{
    const struct hook_batch *b = arg;
    size_t left = b->slice, n = numbered(b);
    int64_t seq = 0;
    enum loa_err err = n ? msg_inbound_reserve(db, n, &seq) : LOA_OK;

    for (struct hook *h = b->hooks; left && !err; h = h->next) {
        for (size_t i = h->stored; i < h->n && left && !err; i++, left--) {
            if (h->events[i].text)
                h->events[i].seq = seq++;
            err = bot_inbound_store(db, &h->events[i], h->now);
        }
    }
    return err;
}

/* What is stored is worked on even if the rest is not: when the platform sends it all again, the
 * stored part is known already. */
static void answer(struct hook *h, enum loa_err result)
{
    struct bot *bot = h->bot;

    if (result)
        sched_engine_deaf(bot->engine);
    if (result)
        http_exchange_problem(h->x, 503, "The store cannot keep this now; send it again.");
    else
        http_exchange_reply(h->x, 200, h->answer.len ? "application/json" : NULL,
                            loa_buf_str(&h->answer), h->answer.len);
    for (size_t i = 0; i < h->stored; i++)
        act_on(h, &h->events[i]);
    bot->hooks_waiting--;
    bot->hook_bytes -= h->bytes;
    bot->jobs--;
    hook_free(h);
}

static void add_to_batch(struct bot *bot, struct hook *h)
{
    struct hook_batch *b = bot->hooks;

    if (!b) {
        b = loa_xcalloc(1, sizeof(*b));
        b->bot = bot;
        b->tail = &b->hooks;
        bot->hooks = b;
    }
    h->next = NULL;
    *b->tail = h;
    b->tail = &h->next;
}

static void store_done(void *arg, enum loa_err result);

static void store_slice(struct hook_batch *b)
{
    b->slice = 0;
    for (const struct hook *h = b->hooks; h && b->slice < SLICE; h = h->next)
        b->slice += h->n - h->stored;
    b->slice = b->slice < SLICE ? b->slice : SLICE;
    store_write(b->bot->store, store_work, store_done, b);
}

/* The slice is stored: those that are whole with it get their answer. */
static void advance(struct hook_batch *b)
{
    size_t left = b->slice;

    while (left) {
        struct hook *h = b->hooks;
        size_t n = h->n - h->stored < left ? h->n - h->stored : left;

        h->stored += n;
        left -= n;
        if (h->stored < h->n)
            break;
        b->hooks = h->next;
        answer(h, LOA_OK);
    }
}

/* The fault may be another's in the same job: each for itself. And two nodes that were in each
 * other's way succeed the next time. */
static bool may_again(struct hook *h, bool shared)
{
    return loa_clock_mono() - h->came_mono < TRY_MS &&
           (shared || (h->tries++ < TRIES && store_connected(h->bot->store)));
}

static void again_or_refuse(struct hook_batch *b, enum loa_err result)
{
    bool shared = b->hooks->next != NULL;

    for (struct hook *h = b->hooks, *next; h; h = next) {
        next = h->next;
        if (may_again(h, shared)) {
            add_to_batch(h->bot, h);
            bot_webhook_round(h->bot);
        } else {
            answer(h, result);
        }
    }
    b->hooks = NULL;
}

static void store_done(void *arg, enum loa_err result)
{
    struct hook_batch *b = arg;

    b->bot->hooks_fail = result == LOA_EIO;
    if (!result) {
        b->bot->hook_progress_mono = loa_clock_mono();
        advance(b);
    } else {
        again_or_refuse(b, result);
    }
    if (b->hooks)
        store_slice(b);
    else
        free(b);
}

void bot_webhook_round(void *ctx)
{
    struct bot *bot = ctx;
    struct hook_batch *b = bot->hooks;

    if (!b)
        return;
    bot->hooks = NULL;
    store_slice(b);
}

/* ---- the request ----------------------------------------------------------------------- */

static void handshake(struct channel *c, struct http_exchange *x, const struct http_in *in)
{
    struct loa_buf body = {0};
    int status = c->ops->handshake ? c->ops->handshake(c, in, &body) : 200;

    http_exchange_reply(x, (unsigned)status, "text/plain; charset=utf-8", loa_buf_str(&body),
                        body.len);
    loa_buf_release(&body);
}

static void refuse_signature(struct bot *bot, struct http_exchange *x)
{
    bot->counters.bad_signatures++;
    http_exchange_problem(x, 403, "The signature does not fit.");
}

static void accept_hook(struct bot *bot, struct channel *c, int64_t account,
                        struct http_exchange *x, const struct http_in *in)
{
    struct hook *h = loa_xcalloc(1, sizeof(*h));

    *h = (struct hook){
        .bot = bot, .x = x, .channel = c, .account = account, .now = loa_clock_wall(), .in = in};
    if (c->ops->parse_webhook(c, in->body, in->len, on_event, h) != LOA_OK) {
        bot->counters.bad_bodies++;
        http_exchange_problem(x, 400, "The body is not what this platform sends.");
        hook_free(h);
        return;
    }
    h->in = NULL;
    if (h->forged) {
        refuse_signature(bot, x);
        hook_free(h);
        return;
    }
    bot->counters.webhook_events += h->n;
    bot->counters.strangers += h->strangers;
    sched_engine_heard(bot->engine, account);
    if (!h->n) {
        http_exchange_reply(x, 200, NULL, "", 0);
        hook_free(h);
        return;
    }
    if (c->ops->caps & CHANNEL_CAP_WEBHOOK_REPLY && h->n == 1 &&
        h->events[0].ev.kind == CHANNEL_EVENT_OPENED)
        bot_conversation_welcome(bot, c, &h->events[0].ev, &h->answer);
    h->events[0].answered = h->answer.len != 0;
    h->bytes = in->len;
    h->came_mono = loa_clock_mono();
    bot->hook_bytes += h->bytes;
    if (!bot->hooks_waiting++)
        bot->hook_progress_mono = loa_clock_mono();
    bot->jobs++;
    add_to_batch(bot, h);
}

/* The store does not follow: what is refused now comes again, what is held takes memory. Once it
 * has failed, one call at a time finds out whether it works again. */
static bool is_busy(const struct bot *bot)
{
    if (bot->hooks_fail && bot->hooks_waiting)
        return true;
    return store_backlog(bot->store) > BACKLOG_MAX || bot->hook_bytes > BYTES_MAX ||
           (bot->hooks_waiting && loa_clock_mono() - bot->hook_progress_mono > STUCK_MS);
}

void bot_webhook_take(struct bot *bot, struct channel *c, int64_t account, struct http_exchange *x,
                      const struct http_in *in)
{
    if (!bot->ready || bot->stopping || is_busy(bot)) {
        if (!bot->hooks_refused)
            LOA_LOG(LOA_LOG_WARN, "webhooks are sent away, to come again",
                    F("waiting", bot->hooks_waiting), F("bytes", bot->hook_bytes),
                    F("backlog", store_backlog(bot->store)));
        bot->hooks_refused = true;
        bot->counters.refused_busy++;
        sched_engine_deaf(bot->engine);
        http_exchange_problem(x, 503, "Busy; send it again.");
        return;
    }
    bot->hooks_refused = false;
    accept_hook(bot, c, account, x, in);
}

static void webhook(struct bot *bot, const char *channel, struct http_exchange *x)
{
    struct http_in in;
    int64_t account;
    const char *name = http_exchange_rest(x);
    /* Without a name it is the account of the settings, which is named after its channel. */
    struct channel *c =
        sched_engine_channel(bot->engine, channel, *name ? name : channel, &account);

    if (!c && !*name)
        c = sched_engine_channel(bot->engine, channel, NULL, &account);
    if (!c) {
        http_exchange_problem(x, bot->ready ? 404 : 503, "No such account here.");
        return;
    }
    http_exchange_http_in(x, &in);
    if (strcmp(in.method, "GET") == 0) {
        handshake(c, x, &in);
        return;
    }
    bot->counters.webhooks++;
    if (!c->ops->verify_webhook(c, &in)) {
        refuse_signature(bot, x);
        return;
    }
    bot_webhook_take(bot, c, account, x, &in);
}

void bot_webhook_facebook(void *ctx, struct http_exchange *x)
{
    webhook(ctx, "facebook", x);
}

void bot_webhook_viber(void *ctx, struct http_exchange *x)
{
    webhook(ctx, "viber", x);
}

void bot_webhook_zalo(void *ctx, struct http_exchange *x)
{
    webhook(ctx, "zalo", x);
}
