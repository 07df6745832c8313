/* SPDX-License-Identifier: Apache-2.0 */
/* agenda_view.h - what is coming (bot/agenda.h), as the command line's --json and the API show it.
 */
#ifndef LOA_BOT_OPS_AGENDA_VIEW_H
#define LOA_BOT_OPS_AGENDA_VIEW_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "bot/agenda.h"

/* Caller owns, cJSON_Delete(). */
cJSON *ops_agenda_item_json(const struct bot_agenda_item *item);
cJSON *ops_agenda_json(const struct bot_agenda *a, int64_t now, int64_t until);

#endif
