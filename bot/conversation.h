/* SPDX-License-Identifier: Apache-2.0 */
/* conversation.h - answers people: understands what they wrote, does what they asked for
 * (subscribe, stop), stores the reply and hands it to the engine. */
#ifndef LOA_BOT_CONVERSATION_H
#define LOA_BOT_CONVERSATION_H

#include <stdbool.h>

#include "bot/bot.h"
#include "bot/inbox.h"

/* Takes the contents of `in`, an event that is stored and open. */
void bot_conversation_handle(struct bot *bot, struct bot_inbound *in);
/* The welcome as the body of a webhook's answer; empty if the channel or the content has none. */
void bot_conversation_welcome(struct bot *bot, struct channel *c, const struct channel_event *ev,
                              struct loa_buf *body);
/* Goes on with open events of an account that this node works: what a crash left, or another node
 * stored. `ctx` is the bot; its signature is that of sched_engine_options.events. */
void bot_conversation_take(void *ctx, int64_t account, int64_t fence);

#endif
