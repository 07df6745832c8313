/* SPDX-License-Identifier: Apache-2.0 */
/* message_diff.h - the versions of a message, and what one says otherwise than the one that was
 * approved before it. Reads only. */
#ifndef LOA_BOT_OPS_MESSAGE_DIFF_H
#define LOA_BOT_OPS_MESSAGE_DIFF_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

/* Adds {"version","author","at","approved_by":[...]} to `list`, newest first. */
LOA_MUST_USE enum loa_err ops_message_versions(struct db *db, int64_t id, cJSON *list);
/* {"from":{"version","author","at","content"}|null,"to":{...},"changes":[{"path","from","to"}]}
 * between the version before the present one that was approved last (with_version 0) or a named
 * one, and the present one. "path" is "body.text", "audience.topics"; what is missing is null.
 * LOA_ENOENT: no such message or version. Caller owns *out. */
LOA_MUST_USE enum loa_err ops_message_diff(struct db *db, int64_t id, int64_t with_version,
                                           cJSON **out, struct loa_problem *why);

#endif
