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
#include "messages/inbound.h"

struct bot_talk {
    struct bot *bot;
    struct bot_inbound in;
    int64_t now, quiet_ms;
    const char *channel;
    /* What was understood. */
    struct msg_reply reply; /* content NULL: nothing is said */
    char *passed_on; /* said instead of not knowing while a person is awaited; NULL: no such case */
    char *context;   /* the new memory; NULL: as before */
    char *missed;    /* the question, if it found no answer */
    const char *handover;            /* why it goes to people; NULL: it does not */
    const struct bot_matter *matter; /* ... for which one */
    bool subscribe, unsubscribe;
    bool always; /* said even while a person answers */
    /* What the store said to it. */
    bool silent; /* asked to be forgotten meanwhile, answered by another, or a person answers */
    uv_timer_t timer;
};

void bot_talk_free(struct bot_talk *t);
/* Fills what was understood from t->in. */
void bot_talk_choose(struct bot_talk *t);
/* A store_work_cb; may run again after LOA_EIO. */
enum loa_err bot_talk_store(struct db *db, void *arg);

#endif
