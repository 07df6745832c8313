/* SPDX-License-Identifier: Apache-2.0 */
/* event_diff.h - what an import of events would change, without changing it. Store thread; reads
 * only. */
#ifndef LOA_MESSAGES_EVENT_DIFF_H
#define LOA_MESSAGES_EVENT_DIFF_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/base/err.h"
#include "messages/catalog.h"
#include "messages/store/db.h"

/* {"added":[{"id","title","start"}],"changed":[{"id","title","fields":[{"field","from","to"}],
 * "told":N}],"same":N,"told":N}; `told`: how many people would be told of it, as they asked to be
 * reminded. Caller owns *out, cJSON_Delete(). */
LOA_MUST_USE enum loa_err msg_event_diff(struct db *db, int64_t now, const struct msg_catalog *c,
                                         cJSON **out);

#endif
