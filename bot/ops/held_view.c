/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/held_view.h"

#include "messages/base/json.h"
#include "messages/base/tz.h"

cJSON *ops_held_json(const struct msg_held *h)
{
    cJSON *o = cJSON_CreateObject();
    char key[MSG_HELD_KEY], iso[LOA_ISO_SIZE];

    cJSON_AddStringToObject(o, "key", msg_held_key(h, key));
    loa_json_add_int(o, "message", h->message_id);
    cJSON_AddStringToObject(o, "title", h->title);
    cJSON_AddStringToObject(o, "message_state", h->message_state);
    cJSON_AddStringToObject(o, "due", loa_iso_format(h->due_ms, iso));
    if (!h->run_id)
        return o;
    cJSON_AddStringToObject(o, "account", h->account);
    loa_json_add_int(o, "sent", h->sent);
    loa_json_add_int(o, "in_doubt", h->doubt);
    loa_json_add_int(o, "rest", h->rest);
    cJSON_AddStringToObject(o, "deadline", loa_iso_format(h->deadline_ms, iso));
    return o;
}
