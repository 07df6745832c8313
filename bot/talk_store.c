/* SPDX-License-Identifier: Apache-2.0 */
/* What one talk means for the store, in the transaction that ends its event. */
#include <stdlib.h>

#include "bot/talk.h"
#include "messages/base/json.h"
#include "messages/contact.h"
#include "messages/conversation.h"
#include "messages/question.h"

static enum loa_err consent(struct db *db, const struct bot_talk *t)
{
    if (!t->subscribe && !t->unsubscribe)
        return LOA_OK;
    return msg_contact_consent(db, t->in.account, t->in.contact, t->subscribe, t->in.ev.text,
                               "chat", t->now);
}

static enum loa_err is_erased(struct db *db, const struct bot_talk *t, bool *yes)
{
    int64_t n = 0;
    enum loa_err err = db_get_int(
        db, &n, "SELECT COUNT(*) FROM contacts WHERE account_id = $1 AND id = $2 AND status = 4",
        "ii", t->in.account, t->in.contact);

    *yes = n > 0;
    return err;
}

/* Whoever waits for a person is not told that nobody knows. */
static void pass_on(struct bot_talk *t)
{
    if (!t->passed_on)
        return;
    free(t->reply.content);
    t->reply.content = t->passed_on;
    t->passed_on = NULL;
}

/* Hands over, adds to what a person will read, or ends what a person has answered. */
static enum loa_err people(struct db *db, struct bot_talk *t)
{
    int64_t account = t->in.account, contact = t->in.contact;
    struct msg_handover h;
    enum loa_err err = msg_handover_get(db, account, contact, &h);

    if (err)
        return err;
    if (msg_handover_quiet(&h, t->now, t->quiet_ms) && !t->always) {
        t->silent = true;
        return msg_handover_asked(db, account, contact, t->now);
    }
    if (t->handover)
        return msg_handover_open(db, account, contact, t->handover,
                                 t->matter ? t->matter->name : NULL, t->matter && t->matter->urgent,
                                 t->now);
    if (msg_handover_over(&h, t->now, t->quiet_ms))
        return msg_handover_end(db, account, contact);
    if (!h.open || !t->passed_on)
        return LOA_OK;
    pass_on(t);
    return msg_handover_asked(db, account, contact, t->now);
}

static enum loa_err grant(struct db *db, struct bot_talk *t)
{
    const struct channel_ops *ops = channel_find(t->channel);
    struct bot_standing_scene scene = {.account = t->in.account,
                                       .contact = t->in.contact,
                                       .now = t->now,
                                       .wording = t->in.ev.text,
                                       .quiet = &t->bot->cfg->quiet,
                                       .window_ms = ops ? ops->limits.window_ms : 0,
                                       .platform = ops ? ops->title : "Nền tảng",
                                       .public_url = t->bot->cfg->public_url};
    struct msg_content content;
    cJSON *json;
    enum loa_err err;

    if (t->standing.kind == BOT_STANDING_NONE)
        return LOA_OK;
    err = bot_standing_do(db, &t->standing, &scene, &content);
    if (err)
        return err;
    json = msg_content_to_json(&content);
    free(t->reply.content);
    t->reply.content = loa_json_print(json);
    cJSON_Delete(json);
    msg_content_release(&content);
    return LOA_OK;
}

static enum loa_err keep(struct db *db, struct bot_talk *t)
{
    enum loa_err err = consent(db, t);

    if (!err)
        err = grant(db, t);
    if (!err && t->wish)
        err = bot_wish_store(db, t);
    if (!err && t->reply.content && !t->forgotten)
        err = msg_reply_add(db, &t->reply, t->now);
    if (!err && t->context)
        err = msg_conversation_put(db, t->in.account, t->in.contact, t->context, t->now);
    if (!err && t->context)
        err = msg_judge_open(db, t->in.account, t->in.contact, t->judge_what ? t->in.seq : 0,
                             t->judge_what);
    if (!err && t->missed)
        err = msg_question_add(db, t->channel, t->missed, t->missed_how, t->now);
    return err;
}

enum loa_err bot_talk_store(struct db *db, void *arg)
{
    struct bot_talk *t = arg;
    enum loa_err err = msg_inbound_done(db, t->in.seq);

    t->silent = err == LOA_ENOENT; /* somebody answered already */
    if (t->silent)
        return LOA_OK;
    if (!err && t->in.contact)
        err = is_erased(db, t, &t->silent);
    if (!err && !t->silent && t->in.contact)
        err = people(db, t);
    return err || t->silent ? err : keep(db, t);
}
