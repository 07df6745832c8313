/* SPDX-License-Identifier: Apache-2.0 */
/* What a citizen says about his own data and about the last answer. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bot/talk.h"
#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/privacy.h"

/* In which a question whether to erase may be answered with yes. */
enum { ERASE_LIFE_MS = 30 * LOA_MINUTE_MS };

static const char *tr(const struct bot_talk *t, const char *vi, const char *en)
{
    return t->english ? en : vi;
}

static void reply_with(struct bot_talk *t, const char *text)
{
    struct msg_content c = {.text = loa_xstrdup(text)};

    bot_talk_reply(t, &c);
    msg_content_release(&c);
}

/* ---- what is meant --------------------------------------------------------------------- */

/* "#useful:12" */
static bool judgement(struct bot_talk *t, const char *text)
{
    bool useful = strncmp(text, "#useful:", 8) == 0;

    if (!useful && strncmp(text, "#wrong:", 7) != 0)
        return false;
    t->judged = strtoimax(strchr(text, ':') + 1, NULL, 10);
    t->wish = useful ? BOT_WISH_USEFUL : BOT_WISH_WRONG;
    return true;
}

static bool from_button(struct bot_talk *t, const char *text)
{
    static const struct {
        const char *payload;
        enum bot_wish wish;
    } buttons[] = {{"#about-me", BOT_WISH_ABOUT_ME},
                   {"#erase", BOT_WISH_ERASE},
                   {"#erase-yes", BOT_WISH_YES},
                   {"#erase-no", BOT_WISH_NO}};

    for (size_t i = 0; i < sizeof(buttons) / sizeof(buttons[0]); i++) {
        if (strcmp(text, buttons[i].payload) == 0)
            t->wish = buttons[i].wish;
    }
    return t->wish || judgement(t, text);
}

static bool was_asked(const struct bot_talk *t)
{
    return t->in.asked.erase_ms > 0 && t->now - t->in.asked.erase_ms <= ERASE_LIFE_MS;
}

/* Yes, no and a judgement mean something only after a question or an answer. */
static bool from_words(struct bot_talk *t, const char *text)
{
    t->wish = bot_people_wish(t->bot->people, text);
    if ((t->wish == BOT_WISH_YES || t->wish == BOT_WISH_NO) && !was_asked(t))
        t->wish = BOT_WISH_NONE;
    if ((t->wish == BOT_WISH_USEFUL || t->wish == BOT_WISH_WRONG) && !t->in.asked.judge_seq)
        t->wish = BOT_WISH_NONE;
    return t->wish != BOT_WISH_NONE;
}

static bool is_english(const struct bot_talk *t, const char *text)
{
    struct answer_context ctx = {0};
    struct answer_result r;
    bool english;

    if (text[0] == '#') {
        bool known = t->in.context && answer_context_from_json(t->in.context, &ctx) == LOA_OK;

        return known && ctx.english;
    }
    answer_ask(bot_knowledge_index(t->bot->knowledge), text, t->now, NULL, &r);
    english = r.english;
    answer_result_release(&r);
    return english;
}

/* ---- what is said ---------------------------------------------------------------------- */

static void ask_to_confirm(struct bot_talk *t)
{
    struct msg_content c = {
        .text = loa_xstrdup(
            tr(t,
               "Tôi sẽ xóa mọi điều đang lưu về bạn: tên, chủ đề, các tin nhắn và câu trả lời. Bạn "
               "cũng không nhận tin nữa; chỉ giữ lại một dấu mã hóa để không gửi nhầm. Việc này "
               "không lấy lại được. Bạn gõ XÓA để xác nhận, KHÔNG để giữ lại.",
               "I will erase everything that I keep about you: name, topics, messages and answers. "
               "You will get no more messages either; only a digest stays, so that none is sent by "
               "mistake. This cannot be undone. Write DELETE to confirm, NO to keep it."))};

    (void)msg_content_add_button(&c, MSG_BUTTON_REPLY, tr(t, "Xóa hết", "Delete all"),
                                 "#erase-yes");
    (void)msg_content_add_button(&c, MSG_BUTTON_REPLY, tr(t, "Giữ lại", "Keep it"), "#erase-no");
    bot_talk_reply(t, &c);
    msg_content_release(&c);
}

static void thank(struct bot_talk *t)
{
    struct msg_content c = {0};

    if (t->wish == BOT_WISH_USEFUL) {
        reply_with(t, tr(t, "Cảm ơn bạn!", "Thank you!"));
        return;
    }
    c.text =
        loa_xstrdup(tr(t,
                       "Cảm ơn bạn đã cho biết. Tôi đã ghi lại để cán bộ bổ sung; bạn có thể hỏi "
                       "lại cách khác hoặc gặp cán bộ.",
                       "Thank you for telling me. The staff will look at it; you can ask in "
                       "other words or talk to a person."));
    (void)msg_content_add_button(&c, MSG_BUTTON_REPLY, tr(t, "Gặp cán bộ", "Talk to a person"),
                                 "#human");
    bot_talk_reply(t, &c);
    msg_content_release(&c);
}

bool bot_wish_take(struct bot_talk *t, const char *text)
{
    if (text[0] == '#' ? !from_button(t, text) : !from_words(t, text))
        return false;
    t->always = true;
    t->english = is_english(t, text);
    if (t->wish == BOT_WISH_YES && !was_asked(t)) /* an old button */
        t->wish = BOT_WISH_ERASE;
    switch (t->wish) {
    case BOT_WISH_ERASE:
        ask_to_confirm(t);
        break;
    case BOT_WISH_YES:
        reply_with(t,
                   tr(t,
                      "Đã xóa mọi điều tôi lưu về bạn. Nếu bạn nhắn lại, tôi sẽ coi bạn như người "
                      "mới. Chúc bạn mọi điều tốt lành!",
                      "Everything that I kept about you is erased. If you write again, you are "
                      "new to me. All the best!"));
        break;
    case BOT_WISH_NO:
        reply_with(t, tr(t, "Vâng, tôi không xóa gì cả.", "All right, nothing is erased."));
        break;
    case BOT_WISH_USEFUL:
    case BOT_WISH_WRONG:
        thank(t);
        break;
    case BOT_WISH_ABOUT_ME: /* told from the store */
    case BOT_WISH_NONE:
        break;
    }
    return true;
}

void bot_wish_ask_feedback(struct bot_talk *t, struct msg_content *c, bool english)
{
    static const char *const words[2][2] = {{"Hữu ích", "Chưa đúng"}, {"Helpful", "Not right"}};
    char *useful, *wrong, *text;

    if (!t->buttons_max) {
        text = loa_xasprintf("%s\n%s", c->text ? c->text : "",
                             english ? "(Write “helpful” or “not right” to tell us.)"
                                     : "(Bạn gõ “hữu ích” hoặc “chưa đúng” để góp ý.)");
        free(c->text);
        c->text = text;
        return;
    }
    if (c->n_buttons + 2 > t->buttons_max || c->n_buttons + 2 > MSG_BUTTONS_MAX)
        return; /* what helps him on comes first; he may still write it */
    useful = loa_xasprintf("#useful:%" PRId64, t->in.seq);
    wrong = loa_xasprintf("#wrong:%" PRId64, t->in.seq);
    (void)msg_content_add_button(c, MSG_BUTTON_REPLY, words[english][0], useful);
    (void)msg_content_add_button(c, MSG_BUTTON_REPLY, words[english][1], wrong);
    free(useful);
    free(wrong);
}

/* ---- what it means for the store ------------------------------------------------------- */

static enum loa_err tell_about_him(struct db *db, struct bot_talk *t)
{
    const struct bot_config *cfg = t->bot->cfg;
    struct msg_keep_days keep = {cfg->keep_inbound, cfg->keep_replies, cfg->keep_deliveries};
    struct msg_content c = {0};
    struct msg_person p;
    enum loa_err err = msg_person_read(db, t->in.account, t->in.contact, &p);

    if (err)
        return err == LOA_ENOENT ? LOA_OK : err;
    c.text = msg_person_text(&p, &keep, t->english);
    (void)msg_content_add_button(&c, MSG_BUTTON_REPLY, tr(t, "Xóa dữ liệu", "Delete my data"),
                                 "#erase");
    bot_talk_reply(t, &c);
    msg_content_release(&c);
    msg_person_release(&p);
    return LOA_OK;
}

/* The last word belongs to nobody any more and is not kept: should it not get out, so be it. */
static enum loa_err forget(struct db *db, struct bot_talk *t)
{
    static const struct msg_actor himself = {"loa", "chat"};
    enum loa_err err = msg_person_erase(db, &himself, t->now, t->in.account, t->in.contact);

    t->forgotten = true;
    t->reply.contact = 0;
    return err;
}

enum loa_err bot_wish_store(struct db *db, struct bot_talk *t)
{
    bool counted;

    switch (t->wish) {
    case BOT_WISH_ABOUT_ME:
        return tell_about_him(db, t);
    case BOT_WISH_ERASE:
        return msg_erase_asked(db, t->in.account, t->in.contact, t->now);
    case BOT_WISH_YES:
        return forget(db, t);
    case BOT_WISH_NO:
        return msg_erase_asked(db, t->in.account, t->in.contact, 0);
    case BOT_WISH_USEFUL:
    case BOT_WISH_WRONG:
        return msg_judge(db, t->in.account, t->in.contact, t->judged, t->channel,
                         t->wish == BOT_WISH_USEFUL, t->now, &counted);
    case BOT_WISH_NONE:
        break;
    }
    return LOA_OK;
}
