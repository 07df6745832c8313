/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/answer_view.h"

#include <stdio.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/tz.h"

static void add_date(cJSON *o, const struct answer_result *r)
{
    char from[LOA_ISO_SIZE], to[LOA_ISO_SIZE], both[2 * LOA_ISO_SIZE];

    if (!r->has_date) {
        cJSON_AddNullToObject(o, "date");
        return;
    }
    (void)loa_iso_date(r->from_ms, from);
    (void)loa_iso_date(r->to_ms, to);
    (void)snprintf(both, sizeof(both), "%s/%s", from, to);
    cJSON_AddStringToObject(o, "date", strcmp(from, to) == 0 ? from : both);
}

static void add_or_null(cJSON *o, const char *key, const char *v)
{
    if (v && *v)
        cJSON_AddStringToObject(o, key, v);
    else
        cJSON_AddNullToObject(o, key);
}

cJSON *ops_answer_json(const struct answer_result *r, const cJSON *id)
{
    cJSON *o = cJSON_CreateObject(), *events;

    if (cJSON_IsString(id) || cJSON_IsNumber(id))
        cJSON_AddItemToObject(o, "id", cJSON_Duplicate(id, false));
    cJSON_AddStringToObject(o, "intent", answer_intent_name(r->intent));
    events = cJSON_AddArrayToObject(o, "events");
    for (size_t i = 0; i < r->n_events; i++)
        cJSON_AddItemToArray(events, cJSON_CreateString(r->events[i]->id));
    add_or_null(o, "faq", r->faq ? r->faq->id : NULL);
    add_date(o, r);
    add_or_null(o, "place", r->place ? r->place->name : NULL);
    add_or_null(o, "time_of_day", answer_tod_name(r->tod));
    cJSON_AddStringToObject(o, "lang", r->english ? "en" : "vi");
    cJSON_AddNumberToObject(o, "confidence", r->confidence);
    return o;
}
