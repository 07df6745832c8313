/* SPDX-License-Identifier: Apache-2.0 */
/* event_view.h - events as the command line's --json and the API show them, and as files. Reads
 * only. */
#ifndef LOA_BOT_OPS_EVENT_VIEW_H
#define LOA_BOT_OPS_EVENT_VIEW_H

#include <cjson/cJSON.h>

#include "bot/config.h"
#include "messages/base/err.h"
#include "messages/catalog.h"
#include "messages/import.h"
#include "messages/store/db.h"

/* An event as files have it, with "sequence", "reminders" (how many asked for one), "changes" (what
 * those were told), "online_service". LOA_ENOENT. Caller owns *out. */
LOA_MUST_USE enum loa_err ops_event_json(struct db *db, const char *id, cJSON **out,
                                         struct loa_problem *why);
/* All events as a file; caller owns, free(). */
char *ops_events_export(const struct bot_config *cfg, const struct msg_catalog *c,
                        enum msg_format format);

#endif
