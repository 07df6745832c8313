/* SPDX-License-Identifier: Apache-2.0 */
/* rate.h - caps on how fast broadcasts go, as people say them. */
#ifndef LOA_BOT_OPS_RATE_H
#define LOA_BOT_OPS_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "bot/config.h"
#include "messages/rate.h"

/* "120", "120/phút", "2/giây"; "default" is 0. False: none of these. */
bool ops_rate_parse(const char *text, int64_t *per_minute);

struct ops_rate {
    int64_t message;     /* 0: all broadcasts of the account */
    const char *account; /* its name; NULL: the message on every account */
    int64_t per_minute;  /* 0: the platform's own pace */
};
/* Store thread, inside a writing transaction. LOA_ELIMIT: faster than the platforms let it go. */
LOA_MUST_USE enum loa_err ops_rate_set(struct db *db, const struct bot_config *cfg,
                                       const struct msg_actor *who, int64_t now,
                                       const struct ops_rate *r, struct loa_problem *why);

#endif
