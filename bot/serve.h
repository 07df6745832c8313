/* SPDX-License-Identifier: Apache-2.0 */
/* serve.h - `loa serve`: the program that stays. Starts the store, the engine, the answers and the
 * HTTP server, and ends them in the opposite order on SIGTERM or SIGINT. */
#ifndef LOA_BOT_SERVE_H
#define LOA_BOT_SERVE_H

#include "bot/config.h"

struct bot_serve_options {
    const char *demo_clock; /* as in demo_clock.h, or NULL */
};

/* Blocks until it is told to stop. The process's exit code: 0, or 1 with the reason on stderr. */
int bot_serve(const struct bot_config *cfg, const struct bot_serve_options *opt);

#endif
