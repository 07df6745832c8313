/* SPDX-License-Identifier: Apache-2.0 */
/* conversation.h - a conversation as staff see it, and their answer in it. */
#ifndef LOA_BOT_OPS_CONVERSATION_H
#define LOA_BOT_OPS_CONVERSATION_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "bot/config.h"
#include "messages/conversation.h"

/* "waiting", "answered", "closed"; static. */
const char *ops_conversation_state(const struct bot_config *cfg, const struct msg_conversation *c,
                                   int64_t now);
/* As the command line's --json and the API show it; caller owns, cJSON_Delete(). */
cJSON *ops_conversation_json(const struct bot_config *cfg, const struct msg_conversation *c,
                             int64_t now);
/* Store thread, inside a writing transaction. LOA_EPERM: the platform does not let us write to this
 * person now. LOA_EINVAL, LOA_ELIMIT: the text. */
LOA_MUST_USE enum loa_err ops_conversation_reply(struct db *db, const struct msg_actor *who,
                                                 int64_t now, const struct msg_conversation *c,
                                                 const char *text, int64_t *reply_id,
                                                 struct loa_problem *why);

#endif
