/* SPDX-License-Identifier: Apache-2.0 */
/* event_json.h - an inbound event as the text that the store keeps, and back, so that work goes on
 * after a crash. */
#ifndef LOA_BOT_EVENT_JSON_H
#define LOA_BOT_EVENT_JSON_H

#include <cjson/cJSON.h>

#include "channels/event.h"
#include "messages/base/err.h"

/* Caller owns the text, free(). */
char *bot_event_to_json(const struct channel_event *ev);
/* A copy of the event whose strings live in the returned block; free() ends it. */
void *bot_event_copy(const struct channel_event *ev, struct channel_event *out);
/* Strings of *out are borrowed from *json, which the caller ends with cJSON_Delete(). LOA_EPROTO:
 * not such a text; *json is NULL then. */
LOA_MUST_USE enum loa_err bot_event_from_json(const char *text, cJSON **json,
                                              struct channel_event *out);

#endif
