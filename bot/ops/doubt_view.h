/* SPDX-License-Identifier: Apache-2.0 */
/* doubt_view.h - a doubt with its evidence, as the command line's --json and the API show it. */
#ifndef LOA_BOT_OPS_DOUBT_VIEW_H
#define LOA_BOT_OPS_DOUBT_VIEW_H

#include <cjson/cJSON.h>

#include "messages/doubt_case.h"

/* Caller owns, cJSON_Delete(). */
cJSON *ops_doubt_json(const struct msg_doubt_case *c);

#endif
