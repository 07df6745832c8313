/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/agenda_view.h"

#include "messages/base/json.h"
#include "messages/base/tz.h"

cJSON *ops_agenda_item_json(const struct bot_agenda_item *item)
{
    static const char *const kinds[] = {"message",        "token",          "renewal_failing",
                                        "account_paused", "webhook_silent", "held"};
    cJSON *o = cJSON_CreateObject(), *list;
    char iso[LOA_ISO_SIZE];

    cJSON_AddStringToObject(o, "at", loa_iso_format(item->at_ms, iso));
    cJSON_AddStringToObject(o, "kind", kinds[item->kind]);
    if (item->kind == BOT_AGENDA_MESSAGE) {
        loa_json_add_int(o, "id", item->message_id);
        cJSON_AddStringToObject(o, "title", item->title);
        cJSON_AddStringToObject(o, "state", item->state);
        cJSON_AddStringToObject(o, "channels", item->channels);
        cJSON_AddStringToObject(o, "goes", loa_iso_format(item->goes_ms, iso));
        cJSON_AddBoolToObject(o, "series", item->series);
        cJSON_AddBoolToObject(o, "urgent", item->urgent);
        cJSON_AddBoolToObject(o, "post", item->post);
        if (item->daily) {
            cJSON_AddBoolToObject(o, "daily_present", *item->daily != '\0');
            loa_json_add_str(o, "daily", item->daily);
        }
    }
    loa_json_add_str(o, "account", item->account);
    if (item->kind == BOT_AGENDA_RIGHT || item->kind == BOT_AGENDA_FAILING) {
        cJSON_AddStringToObject(o, "right", msg_right_name(item->right));
        cJSON_AddBoolToObject(o, "expired", item->over);
    }
    list = cJSON_AddArrayToObject(o, "warnings");
    for (size_t i = 0; i < item->warnings.n; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(item->warnings.items[i]));
    return o;
}

cJSON *ops_agenda_json(const struct bot_agenda *a, int64_t now, int64_t until)
{
    cJSON *o = cJSON_CreateObject(), *list;
    char iso[LOA_ISO_SIZE];

    cJSON_AddStringToObject(o, "from", loa_iso_format(now, iso));
    cJSON_AddStringToObject(o, "to", loa_iso_format(until, iso));
    list = cJSON_AddArrayToObject(o, "items");
    for (size_t i = 0; i < a->n; i++)
        cJSON_AddItemToArray(list, ops_agenda_item_json(&a->items[i]));
    loa_json_add_int(o, "warnings", (int64_t)a->n_warnings);
    cJSON_AddBoolToObject(o, "cut", a->cut);
    return o;
}
