/* SPDX-License-Identifier: Apache-2.0 */
/* conversation.h - answers people: understands what they wrote, does what they asked for
 * (subscribe, stop), stores the reply and hands it to the engine. */
#ifndef LOA_BOT_CONVERSATION_H
#define LOA_BOT_CONVERSATION_H

#include <stdbool.h>

#include "bot/bot.h"
#include "bot/inbox.h"

/* Takes the contents of `in`, an event that is stored and open. `welcomed`: the welcome went back
 * in the webhook's own answer already. */
void bot_conversation_handle(struct bot *bot, struct bot_inbound *in, bool welcomed);
/* The welcome as the body of a webhook's answer; empty if the channel or the content has none. */
void bot_conversation_welcome(struct bot *bot, struct channel *c, const struct channel_event *ev,
                              struct loa_buf *body);
/* Goes on with the events that a crash left open, before any new one is taken; then `done`. */
void bot_conversation_resume(struct bot *bot, void (*done)(struct bot *bot));

#endif
