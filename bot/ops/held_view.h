/* SPDX-License-Identifier: Apache-2.0 */
/* held_view.h - what waits for staff to decide, as the command line's --json and the API show it.
 */
#ifndef LOA_BOT_OPS_HELD_VIEW_H
#define LOA_BOT_OPS_HELD_VIEW_H

#include <cjson/cJSON.h>

#include "messages/held.h"

/* Caller owns, cJSON_Delete(). */
cJSON *ops_held_json(const struct msg_held *h);

#endif
