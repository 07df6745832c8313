/* SPDX-License-Identifier: Apache-2.0 */
/* calendar.h - what there was and what there is to come between two moments: occurrences of
 * messages with what became of them, events, and what of the accounts ends. Reads only. */
#ifndef LOA_BOT_OPS_CALENDAR_H
#define LOA_BOT_OPS_CALENDAR_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "bot/config.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

/* {"from","to","items":[...],"cut"}, items by time. An item's "kind" is "event" ("event" is its
 * id), or as in ops_agenda_json(); a message's has "outcome": "planned", or what became of it
 * ("started", "missed", "skipped", "asked", "expired") with "sent" and "failed". Caller owns *out.
 */
LOA_MUST_USE enum loa_err ops_calendar(struct db *db, const struct bot_config *cfg, int64_t now,
                                       int64_t from, int64_t to, cJSON **out,
                                       struct loa_problem *why);

#endif
