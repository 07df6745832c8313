/* SPDX-License-Identifier: Apache-2.0 */
/* What to say to what was written. */
#include "bot/talk.h"

#include <stdlib.h>
#include <string.h>

#include "bot/offer.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/conversation.h"

enum { MISSES_MAX = 2 };        /* in a row, then a person is called */
static const double SURE = 0.4; /* less, and staff should see the question */

void bot_talk_free(struct bot_talk *t)
{
    bot_inbound_release(&t->in);
    msg_reply_release(&t->reply);
    free(t->passed_on);
    free(t->context);
    free(t->missed);
    free(t->judge_what);
    bot_people_free(t->people);
    free(t);
}

static char *print(const struct msg_content *content)
{
    cJSON *json = msg_content_to_json(content);
    char *text = loa_json_print(json);

    cJSON_Delete(json);
    return text;
}

void bot_talk_reply(struct bot_talk *t, const struct msg_content *content)
{
    msg_reply_release(&t->reply);
    t->reply = (struct msg_reply){.account = t->in.account,
                                  .contact = t->in.contact,
                                  .lane = CHANNEL_LANE_REPLY,
                                  .attempts = 1,
                                  .content = print(content),
                                  .remote = loa_xstrdup(t->in.ev.user)};
}

static struct answer_options options(const struct bot *bot)
{
    return (struct answer_options){.office = bot->cfg->office};
}

/* ---- to people ------------------------------------------------------------------------- */

/* Puts a line in front of or after the text. */
static void add_line(struct msg_content *c, const char *before, const char *after)
{
    const char *text = c->text ? c->text : "";
    char *joined = loa_xasprintf("%s%s%s%s%s", before ? before : "", before ? "\n" : "", text,
                                 after ? "\n" : "", after ? after : "");

    free(c->text);
    c->text = joined;
}

/* That it was handed on, as the answerer says it, with what helps at once in front and when
 * somebody will be there behind. */
static void say_handed_over(struct bot_talk *t, const char *first, bool english)
{
    struct answer_index *index = bot_knowledge_index(t->bot->knowledge);
    struct answer_options opt = options(t->bot);
    struct answer_result result;
    struct msg_content content;
    char *note = bot_office_hours_note(&t->bot->cfg->hours, t->now, english);

    answer_ask(index, "#human", t->now, NULL, &result);
    result.english = english;
    answer_reply(index, &result, t->now, &opt, &content);
    add_line(&content, first, note);
    bot_talk_reply(t, &content);
    msg_content_release(&content);
    answer_result_release(&result);
    free(note);
}

static void hand_over(struct bot_talk *t, const char *reason, const struct bot_matter *m,
                      bool english)
{
    const char *first = NULL;

    if (m)
        first = english ? m->say_en : m->say;
    else if (strcmp(reason, MSG_HANDOVER_MISSES) == 0)
        first = english ? "Sorry, I still have no answer to this."
                        : "Xin lỗi, tôi vẫn chưa trả lời được câu hỏi của bạn.";
    t->handover = reason;
    t->matter = m;
    t->people = m && !t->people ? bot_people_hold(t->bot->people) : t->people;
    t->always = m != NULL;
    t->bot->counters.handovers++;
    t->bot->counters.urgent_handovers += m && m->urgent;
    say_handed_over(t, first, english);
}

/* For who waits for a person already. */
static char *passed_on(bool english)
{
    struct msg_content c = {
        .text = loa_xstrdup(english ? "I have passed this on to the staff as well."
                                    : "Tôi đã chuyển thêm lời này của bạn đến cán bộ.")};
    char *text = print(&c);

    msg_content_release(&c);
    return text;
}

/* ---- what lasts ------------------------------------------------------------------------- */

/* The store finds the words, as what is said depends on what it has. Also while a person of the
 * staff answers: it is not to them. */
static void grant(struct bot_talk *t)
{
    struct msg_content later = {0};

    bot_talk_reply(t, &later);
    t->always = true;
}

/* ---- to the answerer ------------------------------------------------------------------- */

/* What the answer came from, if it was one that can be right or wrong, to a question in words. */
static char *judged_by(const struct bot_talk *t, const struct answer_result *r)
{
    const char *payload = t->in.ev.payload;

    if (t->in.ev.kind != CHANNEL_EVENT_TEXT || (payload && *payload))
        return NULL;
    switch (r->intent) {
    case ANSWER_FAQ:
        return r->faq ? loa_xasprintf("faq:%s", r->faq->id) : NULL;
    case ANSWER_EVENT_BY_TOPIC:
    case ANSWER_EVENT_BY_PLACE:
    case ANSWER_EVENT_BY_DATE:
    case ANSWER_WHAT_IS_ON:
    case ANSWER_NEXT_EVENT:
    case ANSWER_EVENT_DETAIL:
    case ANSWER_REGISTRATION:
        return loa_xstrdup(answer_intent_name(r->intent));
    case ANSWER_GREETING:
    case ANSWER_HELP:
    case ANSWER_THANKS:
    case ANSWER_SUBSCRIBE:
    case ANSWER_UNSUBSCRIBE:
    case ANSWER_HUMAN:
    case ANSWER_OUT_OF_SCOPE:
        break;
    }
    return NULL;
}

static void answer(struct bot_talk *t, const char *text, const struct answer_result *r,
                   struct answer_context *ctx)
{
    struct answer_index *index = bot_knowledge_index(t->bot->knowledge);
    struct answer_options opt = options(t->bot);
    struct msg_content content;

    if (r->intent == ANSWER_OUT_OF_SCOPE) {
        t->bot->counters.unanswered++;
        t->missed = loa_xstrdup(text);
        if (ctx->misses >= MISSES_MAX) {
            ctx->misses = 0;
            hand_over(t, MSG_HANDOVER_MISSES, NULL, r->english);
            return;
        }
        t->passed_on = passed_on(r->english);
    }
    if (bot_standing_of(bot_knowledge_catalog(t->bot->knowledge), r, &t->standing)) {
        grant(t);
        return;
    }
    answer_reply(index, r, t->now, &opt, &content);
    bot_offer(&content, r, bot_knowledge_catalog(t->bot->knowledge), channel_find(t->channel),
              t->now);
    t->judge_what = judged_by(t, r);
    if (t->judge_what && r->confidence < SURE) {
        t->missed = loa_xstrdup(text);
        t->missed_how = MSG_QUESTION_UNSURE;
    }
    if (t->judge_what)
        bot_wish_ask_feedback(t, &content, r->english);
    bot_talk_reply(t, &content);
    msg_content_release(&content);
    t->subscribe = r->intent == ANSWER_SUBSCRIBE;
    t->unsubscribe = r->intent == ANSWER_UNSUBSCRIBE;
    t->always = t->unsubscribe;
}

static void ask(struct bot_talk *t, const char *text)
{
    struct answer_index *index = bot_knowledge_index(t->bot->knowledge);
    struct answer_context ctx = {0};
    struct answer_result result;
    const struct bot_matter *m;

    if (bot_wish_take(t, text))
        return;
    if (t->in.context && answer_context_from_json(t->in.context, &ctx) != LOA_OK)
        ctx = (struct answer_context){0};
    t->bot->counters.questions++;
    if (bot_standing_read(index, bot_knowledge_catalog(t->bot->knowledge), text, t->now, &ctx,
                          &t->standing) &&
        t->standing.kind != BOT_STANDING_STOP) {
        grant(t);
        return;
    }
    if (t->standing.kind == BOT_STANDING_STOP)
        text = "#unsub";
    t->standing = (struct bot_standing){0};
    answer_ask(index, text, t->now, &ctx, &result);
    m = bot_people_matter(t->bot->people, text, result.trouble);
    if (m)
        hand_over(t, MSG_HANDOVER_MATTER, m, result.english);
    else if (result.intent == ANSWER_HUMAN)
        hand_over(t, MSG_HANDOVER_ASKED, NULL, result.english);
    else
        answer(t, text, &result, &ctx);
    t->context = answer_context_to_json(&ctx);
    answer_result_release(&result);
}

/* ---- what came ------------------------------------------------------------------------- */

static void say(struct bot_talk *t, const char *text)
{
    struct msg_content c = {.text = loa_xstrdup(text)};

    (void)msg_content_add_button(&c, MSG_BUTTON_REPLY, "Hôm nay có gì?", "Hôm nay có gì?");
    (void)msg_content_add_button(&c, MSG_BUTTON_REPLY, "Hướng dẫn", "#help");
    bot_talk_reply(t, &c);
    msg_content_release(&c);
}

/* A tap on a link button comes back as a message on some platforms; nobody waits for an answer. */
static bool is_link_tap(const struct channel_event *ev)
{
    return ev->silent && ev->text &&
           (strncmp(ev->text, "http://", 7) == 0 || strncmp(ev->text, "https://", 8) == 0);
}

void bot_talk_choose(struct bot_talk *t)
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
        t->passed_on = passed_on(false);
        break;
    default:
        break;
    }
}
