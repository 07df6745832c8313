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

/* Above this the store cannot follow; the platform tries again later. */
enum { BACKLOG_MAX = 20000, TRIES = 3 };

struct hook {
    struct hook *next; /* of its batch */
    struct bot *bot;
    struct http_exchange *x;
    struct channel *channel;
    int64_t account, now;
    const struct http_in *in; /* while the body is parsed */
    int64_t also;             /* another account whose secret fits the signature, too */
    bool forged;              /* names an account of ours whose secret does not */
    struct bot_inbound *events;
    size_t n, room;
    unsigned tries;
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

static void on_event(void *ctx, const struct channel_event *ev)
{
    struct hook *h = ctx;
    int64_t account = h->account;

    if (ev->account)
        (void)sched_engine_account_of(h->bot->engine, h->channel->ops->name, ev->account, &account);
    h->forged = h->forged || !is_entitled(h, account);
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
    if (in->ev.kind == CHANNEL_EVENT_NOTICE || in->ev.kind == CHANNEL_EVENT_RESUME)
        LOA_LOG(LOA_LOG_WARN, "notice from the platform", F("channel", h->channel->ops->name),
                F("name", in->ev.name), F("detail", in->ev.detail));
    if (in->open && in->fence)
        bot_conversation_handle(h->bot, in);
}

/* ---- what one round of requests brought, kept in one job ------------------------------- */

struct hook_batch {
    struct bot *bot;
    struct hook *hooks, **tail;
    size_t n_events;
};

static enum loa_err store_work(struct db *db, void *arg)
{
    struct hook_batch *b = arg;
    int64_t seq = 0;
    enum loa_err err = msg_inbound_reserve(db, b->n_events, &seq);

    for (struct hook *h = b->hooks; h && !err; h = h->next) {
        for (size_t i = 0; i < h->n && !err; i++) {
            h->events[i].seq = seq++;
            err = bot_inbound_store(db, &h->events[i], h->now);
        }
    }
    return err;
}

static void answer(struct hook *h, enum loa_err result)
{
    if (result) {
        http_exchange_problem(h->x, 503, "The store cannot keep this now; send it again.");
    } else {
        http_exchange_reply(h->x, 200, h->answer.len ? "application/json" : NULL,
                            loa_buf_str(&h->answer), h->answer.len);
        for (size_t i = 0; i < h->n; i++)
            act_on(h, &h->events[i]);
    }
    h->bot->jobs--;
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
    b->n_events += h->n;
}

/* The fault may be another's in the same job: each for itself. And two nodes that were in each
 * other's way succeed the next time. */
static bool may_again(struct hook *h, bool shared)
{
    return shared || (h->tries++ < TRIES && store_connected(h->bot->store));
}

static void store_done(void *arg, enum loa_err result)
{
    struct hook_batch *b = arg;
    bool shared = b->hooks->next != NULL;

    for (struct hook *h = b->hooks, *next; h; h = next) {
        next = h->next;
        if (result && may_again(h, shared)) {
            add_to_batch(h->bot, h);
            bot_webhook_round(h->bot);
        } else {
            answer(h, result);
        }
    }
    free(b);
}

void bot_webhook_round(void *ctx)
{
    struct bot *bot = ctx;
    struct hook_batch *b = bot->hooks;

    if (!b)
        return;
    bot->hooks = NULL;
    store_write(bot->store, store_work, store_done, b);
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
    if (!h->n) {
        http_exchange_reply(x, 200, NULL, "", 0);
        hook_free(h);
        return;
    }
    if (c->ops->caps & CHANNEL_CAP_WEBHOOK_REPLY && h->n == 1 &&
        h->events[0].ev.kind == CHANNEL_EVENT_OPENED)
        bot_conversation_welcome(bot, c, &h->events[0].ev, &h->answer);
    h->events[0].answered = h->answer.len != 0;
    bot->jobs++;
    add_to_batch(bot, h);
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
    if (!bot->ready || bot->stopping || store_backlog(bot->store) > BACKLOG_MAX) {
        bot->counters.refused_busy++;
        http_exchange_problem(x, 503, "Busy; send it again.");
        return;
    }
    accept_hook(bot, c, account, x, &in);
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
