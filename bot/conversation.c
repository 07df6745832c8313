/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/conversation.h"

#include <stdlib.h>
#include <string.h>

#include "bot/event_json.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/inbound.h"

enum { TAKE_MAX = 64, AGAIN_MS = 500 };

/* One reply from understanding to the engine. */
struct talk {
    struct bot *bot;
    struct bot_inbound in;
    struct msg_reply reply;
    const char *channel;
    char *context; /* the new memory */
    char *missed;  /* the question, if it found no answer */
    bool wants_person, subscribe, unsubscribe;
    bool silent; /* asked to be forgotten meanwhile, or answered by another: nothing is said */
    int64_t now;
    uv_timer_t timer;
};

static void talk_free(struct talk *t)
{
    bot_inbound_release(&t->in);
    msg_reply_release(&t->reply);
    free(t->context);
    free(t->missed);
    free(t);
}

/* ---- storing and sending --------------------------------------------------------------- */

static enum loa_err consent_work(struct db *db, const struct talk *t)
{
    if (!t->subscribe && !t->unsubscribe)
        return LOA_OK;
    return msg_contact_consent(db, t->in.account, t->in.contact, t->subscribe, t->in.ev.text,
                               "chat", t->now);
}

static enum loa_err is_erased(struct db *db, const struct talk *t, bool *yes)
{
    int64_t n = 0;
    enum loa_err err = db_get_int(
        db, &n, "SELECT COUNT(*) FROM contacts WHERE account_id = $1 AND id = $2 AND status = 4",
        "ii", t->in.account, t->in.contact);

    *yes = n > 0;
    return err;
}

static enum loa_err talk_work(struct db *db, void *arg)
{
    struct talk *t = arg;
    enum loa_err err = msg_inbound_done(db, t->in.seq);

    t->silent = err == LOA_ENOENT; /* somebody answered already */
    if (t->silent)
        return LOA_OK;
    if (!err)
        err = is_erased(db, t, &t->silent);
    if (err || t->silent)
        return err;
    err = consent_work(db, t);
    if (!err && t->reply.content)
        err = msg_reply_add(db, &t->reply, t->now);
    if (!err && t->context)
        err = msg_conversation_put(db, t->in.account, t->in.contact, t->context, t->wants_person,
                                   t->now);
    if (!err && t->missed)
        err = msg_unanswered_add(db, t->channel, t->missed, t->now);
    return err;
}

static void store_talk(struct talk *t);

static void on_again_closed(uv_handle_t *h)
{
    struct talk *t = h->data;

    store_talk(t);
    t->bot->jobs--;
}

static void on_again(uv_timer_t *timer)
{
    uv_close((uv_handle_t *)timer, on_again_closed);
}

/* Somebody waits for the answer, so not only after the next start. */
static void store_again(struct talk *t)
{
    uv_timer_init(&t->bot->loop, &t->timer);
    t->timer.data = t;
    uv_timer_start(&t->timer, on_again, AGAIN_MS, 0);
}

static void talk_done(void *arg, enum loa_err result)
{
    struct talk *t = arg;
    struct bot *bot = t->bot;

    if (result == LOA_EIO && !bot->stopping) {
        store_again(t);
        return;
    }
    if (result) /* the event stays open: whoever has the account by now works on it */
        LOA_LOG(LOA_LOG_ERROR, "reply not stored", F("event", t->in.seq),
                F("why", store_why(bot->store, result)));
    else if (t->reply.content && !t->silent)
        sched_engine_reply(bot->engine, &t->reply);
    if (!result && t->unsubscribe && !t->silent)
        sched_engine_opt_out(bot->engine, t->in.account, t->in.contact);
    talk_free(t);
    bot->jobs--;
}

static void store_talk(struct talk *t)
{
    t->bot->jobs++;
    sched_engine_write(t->bot->engine, t->in.account, talk_work, talk_done, t);
}

static void set_reply(struct talk *t, const struct msg_content *content)
{
    cJSON *json = msg_content_to_json(content);

    t->reply = (struct msg_reply){.account = t->in.account,
                                  .contact = t->in.contact,
                                  .lane = CHANNEL_LANE_REPLY,
                                  .attempts = 1,
                                  .content = loa_json_print(json),
                                  .remote = loa_xstrdup(t->in.ev.user)};
    cJSON_Delete(json);
}

/* ---- what to say ----------------------------------------------------------------------- */

static struct answer_options options(const struct bot *bot)
{
    return (struct answer_options){.office = bot->cfg->office};
}

static void ask(struct talk *t, const char *text)
{
    struct answer_index *index = bot_knowledge_index(t->bot->knowledge);
    struct answer_options opt = options(t->bot);
    struct answer_context ctx = {0};
    struct answer_result result;
    struct msg_content content;

    if (t->in.context && answer_context_from_json(t->in.context, &ctx) != LOA_OK)
        ctx = (struct answer_context){0};
    answer_ask(index, text, t->now, &ctx, &result);
    answer_reply(index, &result, t->now, &opt, &content);
    set_reply(t, &content);
    msg_content_release(&content);
    t->context = answer_context_to_json(&ctx);
    t->subscribe = result.intent == ANSWER_SUBSCRIBE;
    t->unsubscribe = result.intent == ANSWER_UNSUBSCRIBE;
    t->wants_person = result.intent == ANSWER_HUMAN;
    t->bot->counters.questions++;
    if (result.intent == ANSWER_OUT_OF_SCOPE) {
        t->bot->counters.unanswered++;
        t->missed = loa_xstrdup(text);
    }
    answer_result_release(&result);
}

static void say(struct talk *t, const char *text)
{
    struct msg_content c = {.text = loa_xstrdup(text)};

    (void)msg_content_add_button(&c, MSG_BUTTON_REPLY, "Hôm nay có gì?", "Hôm nay có gì?");
    (void)msg_content_add_button(&c, MSG_BUTTON_REPLY, "Hướng dẫn", "#help");
    set_reply(t, &c);
    msg_content_release(&c);
}

/* A tap on a link button comes back as a message on some platforms; nobody waits for an answer. */
static bool is_link_tap(const struct channel_event *ev)
{
    return ev->silent && ev->text &&
           (strncmp(ev->text, "http://", 7) == 0 || strncmp(ev->text, "https://", 8) == 0);
}

static void choose_reply(struct talk *t)
{
    const struct channel_event *ev = &t->in.ev;

    switch (ev->kind) {
    case CHANNEL_EVENT_TEXT:
        if (!is_link_tap(ev))
            ask(t, ev->payload && *ev->payload ? ev->payload : ev->text ? ev->text : "");
        break;
    case CHANNEL_EVENT_OPENED:
    case CHANNEL_EVENT_FOLLOW:
        ask(t, "xin chào");
        break;
    case CHANNEL_EVENT_MEDIA:
        say(t, "Dạ, em là trợ lý tự động nên chưa xem được ảnh, nhãn dán hay tệp. Mời anh/chị gõ "
               "câu hỏi bằng chữ ạ.");
        break;
    default:
        break;
    }
}

void bot_conversation_handle(struct bot *bot, struct bot_inbound *in)
{
    struct talk *t = loa_xcalloc(1, sizeof(*t));
    struct channel *c = sched_engine_channel_of(bot->engine, in->account);

    t->bot = bot;
    t->now = loa_clock_wall();
    t->in = *in;
    t->channel = c ? c->ops->name : "";
    *in = (struct bot_inbound){0};
    if (t->in.contact)
        choose_reply(t);
    store_talk(t);
}

void bot_conversation_welcome(struct bot *bot, struct channel *c, const struct channel_event *ev,
                              struct loa_buf *body)
{
    struct answer_index *index = bot_knowledge_index(bot->knowledge);
    struct answer_options opt = options(bot);
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
