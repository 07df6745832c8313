/* SPDX-License-Identifier: Apache-2.0 */
/* message_view.h - what there is to tell of one message, as the command line's --json and the API
 * show it. Store thread or command line; reads only. */
#ifndef LOA_BOT_OPS_MESSAGE_VIEW_H
#define LOA_BOT_OPS_MESSAGE_VIEW_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

/* Everything about one message; caller owns *out, cJSON_Delete(). LOA_ENOENT: there is none. */
LOA_MUST_USE enum loa_err ops_message_json(struct db *db, int64_t id, cJSON **out,
                                           struct loa_problem *why);
/* Its runs, in the order of their occurrences, put into `list`. */
LOA_MUST_USE enum loa_err ops_message_runs(struct db *db, int64_t id, cJSON *list);

#endif
