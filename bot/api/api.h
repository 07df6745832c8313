/* SPDX-License-Identifier: Apache-2.0 */
/* api.h - the JSON API below /api/v1 (docs/api.md): who asks, what for, and the answer. What is
 * done stands in messages/ and bot/ops/. The loop only parses and answers; all work is jobs. */
#ifndef LOA_BOT_API_API_H
#define LOA_BOT_API_API_H

#include <stddef.h>

#include "bot/http_server.h"
#include "messages/store/embedded.h"

enum { BOT_API_BODY_MAX = 1 << 20, BOT_API_FILE_MAX = 8 << 20 };
#define BOT_API_ROOT "/api/v1"

/* The handler of BOT_API_ROOT and all below; `ctx` is the struct bot. */
void bot_api(void *ctx, struct http_exchange *x);

extern const struct store_embedded api_files[]; /* made by the Makefile */
/* The description of the API (OpenAPI 3.1), a static text. */
const char *bot_api_description(void);

#endif
