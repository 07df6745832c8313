/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/conversation.h"

#include <stdlib.h>
#include <string.h>

#include "bot/event_json.h"
#include "bot/talk.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/inbound.h"

enum { TAKE_MAX = 64, AGAIN_MS = 500 };

static void store_talk(struct bot_talk *t);

static void on_again_closed(uv_handle_t *h)
{
    struct bot_talk *t = h->data;

    store_talk(t);
    t->bot->jobs--;
}

static void on_again(uv_timer_t *timer)
{
    uv_close((uv_handle_t *)timer, on_again_closed);
}

/* Somebody waits for the answer, so not only after the next start. */
static void store_again(struct bot_talk *t)
{
    uv_timer_init(&t->bot->loop, &t->timer);
    t->timer.data = t;
    uv_timer_start(&t->timer, on_again, AGAIN_MS, 0);
}

/* It is stored, so it goes out, and what follows from it is done. */
static void send_talk(struct bot_talk *t)
{
    struct sched_engine *e = t->bot->engine;

    if (t->matter && t->matter->urgent)
        LOA_LOG(LOA_LOG_WARN, "urgent: somebody needs a person", F("conversation", t->in.contact),
                F("matter", t->matter->name));
    if (t->unsubscribe || t->forgotten)
        sched_engine_opt_out(e, t->in.account, t->in.contact);
    if (t->reply.content)
        sched_engine_reply(e, &t->reply);
}

static void talk_done(void *arg, enum loa_err result)
{
    struct bot_talk *t = arg;
    struct bot *bot = t->bot;

    if (result == LOA_EIO && !bot->stopping) {
        store_again(t);
        return;
    }
    if (result) /* the event stays open: whoever has the account by now works on it */
        LOA_LOG(LOA_LOG_ERROR, "reply not stored", F("event", t->in.seq),
                F("why", store_why(bot->store, result)));
    else if (!t->silent)
        send_talk(t);
    bot_talk_free(t);
    bot->jobs--;
}

static void store_talk(struct bot_talk *t)
{
    t->bot->jobs++;
    sched_engine_write(t->bot->engine, t->in.account, bot_talk_store, talk_done, t);
}

void bot_conversation_handle(struct bot *bot, struct bot_inbound *in)
{
    struct bot_talk *t = loa_xcalloc(1, sizeof(*t));
    struct channel *c = sched_engine_channel_of(bot->engine, in->account);

    t->bot = bot;
    t->now = loa_clock_wall();
    t->quiet_ms = bot->cfg->person_minutes * LOA_MINUTE_MS;
    t->in = *in;
    t->channel = c ? c->ops->name : "";
    t->buttons_max = c ? c->ops->limits.buttons : 0;
    *in = (struct bot_inbound){0};
    if (t->in.contact)
        bot_talk_choose(t);
    store_talk(t);
}

void bot_conversation_welcome(struct bot *bot, struct channel *c, const struct channel_event *ev,
                              struct loa_buf *body)
{
    struct answer_index *index = bot_knowledge_index(bot->knowledge);
    struct answer_options opt = {.office = bot->cfg->office};
    struct answer_result result;
    struct msg_content content;

    if (!index)
        return;
    opt.subscribed = ev->subscribed;
    answer_ask(index, "xin chào", loa_clock_wall(), NULL, &result);
    answer_reply(index, &result, loa_clock_wall(), &opt, &content);
    if (c->ops->webhook_reply(c, &content, body) != LOA_OK)
        loa_buf_reset(body);
    msg_content_release(&content);
    answer_result_release(&result);
}

/* ---- what nobody took yet: after a crash, or stored by another node ---------------------- */

struct take_job {
    struct bot *bot;
    int64_t account, fence, now;
    struct bot_inbound *events;
    size_t n;
    bool more; /* there may be others after these */
};

static enum loa_err take_work(struct db *db, void *arg)
{
    struct take_job *j = arg;
    struct msg_inbound *rows = NULL;
    size_t n = 0;
    enum loa_err err = msg_inbound_take(db, j->account, j->fence, TAKE_MAX, &rows, &n);

    j->more = n == TAKE_MAX;
    j->events = loa_xcalloc(n, sizeof(*j->events));
    for (size_t i = 0; i < n; i++) {
        struct bot_inbound *in = &j->events[j->n];
        cJSON *json = NULL;

        *in =
            (struct bot_inbound){.account = rows[i].account, .seq = rows[i].seq, .fence = j->fence};
        if (!err && bot_event_from_json(rows[i].event, &json, &in->ev) == LOA_OK) {
            in->json = json;
            err = bot_inbound_reload(db, in, j->now);
            j->n++;
        } else if (!err) { /* nothing can be read out of it, today or later */
            err = msg_inbound_done(db, rows[i].seq);
        }
        free(rows[i].event);
    }
    free(rows);
    return err;
}

static void take_done(void *arg, enum loa_err result)
{
    struct take_job *j = arg;
    struct bot *bot = j->bot;

    if (!result && j->n)
        LOA_LOG(LOA_LOG_INFO, "going on with events of before", F("account", j->account),
                F("count", j->n));
    for (size_t i = 0; i < j->n; i++) {
        if (!result && !bot->stopping)
            bot_conversation_handle(bot, &j->events[i]);
        bot_inbound_release(&j->events[i]);
    }
    if (!result && j->more && !bot->stopping)
        bot_conversation_take(bot, j->account, j->fence);
    bot->jobs--;
    free(j->events);
    free(j);
}

void bot_conversation_take(void *ctx, int64_t account, int64_t fence)
{
    struct bot *bot = ctx;
    struct take_job *j;

    if (!bot->ready || bot->stopping)
        return;
    j = loa_xcalloc(1, sizeof(*j));
    *j = (struct take_job){.bot = bot, .account = account, .fence = fence, .now = loa_clock_wall()};
    bot->jobs++;
    sched_engine_write(bot->engine, account, take_work, take_done, j);
}
