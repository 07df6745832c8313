/* SPDX-License-Identifier: Apache-2.0 */
/* health.h - what the program says of itself: /healthz (it runs), /readyz (it can work), /metrics
 * (Prometheus text). No secrets, no personal data. */
#ifndef LOA_BOT_HEALTH_H
#define LOA_BOT_HEALTH_H

#include "bot/http_server.h"

/* Handlers; `ctx` is the struct bot. */
void bot_healthz(void *ctx, struct http_exchange *x);
void bot_readyz(void *ctx, struct http_exchange *x);
void bot_metrics(void *ctx, struct http_exchange *x);

#endif
