/* SPDX-License-Identifier: Apache-2.0 */
/* preview.h - what each channel will show of a message at one of its times: the content as it would
 * go out, its length as that platform counts, and what the platform would refuse. Reads only. */
#ifndef LOA_BOT_OPS_PREVIEW_H
#define LOA_BOT_OPS_PREVIEW_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/base/err.h"
#include "messages/message.h"
#include "messages/store/db.h"

/* {"due","expires"?,"items":[{"channel","title","way":"direct"|"post","content","length","max",
 * "limits","sha256","post"?,"problem"?}]}. The name of a person is left neutral. "sha256" is that
 * of the content as it goes to the platform's adapter: what was previewed and what is sent are the
 * same if it is. `m` may be one that is not stored (only its spec counts). LOA_ENOENT: no
 * occurrence on that day. Caller owns *out. */
LOA_MUST_USE enum loa_err ops_preview(struct db *db, const struct msg_message *m, const char *day,
                                      int64_t now, cJSON **out, struct loa_problem *why);

#endif
