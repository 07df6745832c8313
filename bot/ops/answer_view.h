/* SPDX-License-Identifier: Apache-2.0 */
/* answer_view.h - what was understood of a question, as the command line's --json and the API show
 * it. */
#ifndef LOA_BOT_OPS_ANSWER_VIEW_H
#define LOA_BOT_OPS_ANSWER_VIEW_H

#include <cjson/cJSON.h>

#include "bot/answer/answer.h"

/* `id` comes back as it was given; NULL: none was. Caller owns, cJSON_Delete(). */
cJSON *ops_answer_json(const struct answer_result *r, const cJSON *id);

#endif
