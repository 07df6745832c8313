/* SPDX-License-Identifier: Apache-2.0 */
/* feeds.h - serves /events.ics and /feed.atom: made on the store's reading thread, kept until the
 * content changes, answered with 304 to who has it. Loop thread only. */
#ifndef LOA_BOT_FEEDS_H
#define LOA_BOT_FEEDS_H

#include "bot/bot.h"

struct bot_feeds;

struct bot_feeds *bot_feeds_new(struct bot *bot);
/* After the store's last job has run. NULL is fine. */
void bot_feeds_free(struct bot_feeds *f);

/* ?event=ID, ?topic=, ?district=, ?audience=: only these. */
void bot_events_ics(void *ctx, struct http_exchange *x);
void bot_feed_atom(void *ctx, struct http_exchange *x);

#endif
