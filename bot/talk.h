/* SPDX-License-Identifier: Apache-2.0 */
/* talk.h - one reply on its way from understanding to the engine: what is said (talk.c, loop
 * thread) and what it means for the store (talk_store.c, store thread). conversation.c drives it.
 */
#ifndef LOA_BOT_TALK_H
#define LOA_BOT_TALK_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "bot/bot.h"
#include "bot/inbox.h"
#include "bot/people.h"
#include "bot/standing.h"
#include "messages/inbound.h"

struct bot_talk {
    struct bot *bot;
    struct bot_inbound in;
    int64_t now, quiet_ms;
    const char *channel;
    size_t buttons_max; /* of the channel; 0: it has none */
    /* What was understood. */
    struct msg_reply reply; /* content NULL: nothing is said */
    char *passed_on; /* said instead of not knowing while a person is awaited; NULL: no such case */
    char *context;   /* the new memory; NULL: as before */
    char *missed;    /* the question, if it found no answer or none that is sure */
    enum msg_question_reason missed_how;
    char *judge_what;     /* what was answered from; NULL: nothing that could be judged */
    const char *handover; /* why it goes to people; NULL: it does not */
    const struct bot_matter *matter; /* ... for which one */
    struct bot_people *people;       /* what `matter` is of; held */
    struct bot_standing standing;    /* done in the store, which also finds the words */
    bool subscribe, unsubscribe;
    enum bot_wish wish; /* about his own data, or the last answer */
    int64_t judged;     /* USEFUL, WRONG: the event that asked; 0: the last one */
    bool english;       /* how a wish is answered */
    bool always;        /* said even while a person answers */
    /* What the store said to it. */
    bool forgotten; /* everything of him is erased; `reply` is the last word */
    bool silent;    /* asked to be forgotten meanwhile, answered by another, or a person answers */
    uv_timer_t timer;
};

void bot_talk_free(struct bot_talk *t);
/* Makes `content` the reply. Any thread, but one at a time. */
void bot_talk_reply(struct bot_talk *t, const struct msg_content *content);
/* Fills what was understood from t->in. */
void bot_talk_choose(struct bot_talk *t);
/* Takes what is about the citizen's own data or the last answer (wish.c). False: it is none. */
bool bot_wish_take(struct bot_talk *t, const char *text);
/* What a wish means for the store; fills the reply where it is told from there. */
LOA_MUST_USE enum loa_err bot_wish_store(struct db *db, struct bot_talk *t);
/* Lets the citizen say what he thinks of this answer. */
void bot_wish_ask_feedback(struct bot_talk *t, struct msg_content *c, bool english);
/* A store_work_cb; may run again after LOA_EIO. */
enum loa_err bot_talk_store(struct db *db, void *arg);

#endif
