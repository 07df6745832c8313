/* SPDX-License-Identifier: Apache-2.0 */
/* webhook.h - what platforms send us: check the signature over the raw bytes, parse, store, answer
 * 200; only then work on it. */
#ifndef LOA_BOT_WEBHOOK_H
#define LOA_BOT_WEBHOOK_H

#include "bot/http_server.h"
#include "channels/channel.h"

struct bot;

enum { BOT_WEBHOOK_MAX = 1024 * 1024 };

/* Handlers of /webhooks/CHANNEL[/ACCOUNT]; `ctx` is the struct bot. */
void bot_webhook_facebook(void *ctx, struct http_exchange *x);
void bot_webhook_viber(void *ctx, struct http_exchange *x);
void bot_webhook_zalo(void *ctx, struct http_exchange *x);
/* The same from where the sender is known already: `in` is kept and worked on, `x` answered. */
void bot_webhook_take(struct bot *bot, struct channel *c, int64_t account, struct http_exchange *x,
                      const struct http_in *in);
/* After each round of requests: what it brought goes into the store, together. */
void bot_webhook_round(void *ctx);

#endif
