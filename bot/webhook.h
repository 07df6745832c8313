/* SPDX-License-Identifier: Apache-2.0 */
/* webhook.h - what platforms send us: check the signature over the raw bytes, parse, store, answer
 * 200; only then work on it. */
#ifndef LOA_BOT_WEBHOOK_H
#define LOA_BOT_WEBHOOK_H

#include "bot/http_server.h"

enum { BOT_WEBHOOK_MAX = 1024 * 1024 };

/* Handlers of /webhooks/CHANNEL[/ACCOUNT]; `ctx` is the struct bot. */
void bot_webhook_facebook(void *ctx, struct http_exchange *x);
void bot_webhook_viber(void *ctx, struct http_exchange *x);
void bot_webhook_zalo(void *ctx, struct http_exchange *x);
/* After each round of requests: what it brought goes into the store, together. */
void bot_webhook_round(void *ctx);

#endif
