/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/doubt_view.h"

#include "messages/base/json.h"
#include "messages/base/tz.h"

static void add_time(cJSON *o, const char *key, int64_t ms)
{
    char iso[LOA_ISO_SIZE];

    if (ms)
        cJSON_AddStringToObject(o, key, loa_iso_format(ms, iso));
    else
        cJSON_AddNullToObject(o, key);
}

static const char *kind_of(const struct msg_doubt_case *c)
{
    return c->id.kind == MSG_DOUBT_REPLY ? "reply" : c->id.contact ? "delivery" : "post";
}

static void add_who(const struct msg_doubt_case *c, cJSON *o)
{
    cJSON *who = cJSON_AddObjectToObject(o, "contact");

    loa_json_add_int(who, "id", c->id.contact);
    loa_json_add_str(who, "remote_id", c->remote);
    loa_json_add_str(who, "name", c->name);
}

static void add_evidence(const struct msg_doubt_case *c, cJSON *o)
{
    static const char *const looks[] = {"none", "unsure", "absent"};
    cJSON *e = cJSON_AddObjectToObject(o, "evidence");

    add_time(e, "last_echo", c->last_echo_ms);
    cJSON_AddBoolToObject(e, "echo_since", c->last_echo_ms > c->noted_ms);
    loa_json_add_int(e, "later_sent", c->later);
    loa_json_add_int(e, "later_arrived", c->arrived);
    add_time(e, "last_arrived", c->last_arrived_ms);
    loa_json_add_int(e, "unclaimed_receipts", c->unclaimed);
    add_time(e, "wrote", c->wrote_ms);
    cJSON_AddStringToObject(e, "looked", looks[(unsigned)c->looked % 3]);
}

cJSON *ops_doubt_json(const struct msg_doubt_case *c)
{
    char id[MSG_DOUBT_ID_SIZE];
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "id", msg_doubt_id_format(&c->id, id));
    cJSON_AddStringToObject(o, "kind", kind_of(c));
    cJSON_AddStringToObject(o, "account", c->account);
    cJSON_AddStringToObject(o, "channel", c->channel);
    if (c->message) {
        loa_json_add_int(o, "message", c->message);
        loa_json_add_str(o, "title", c->title);
        loa_json_add_int(o, "run", c->id.item);
    } else {
        loa_json_add_int(o, "reply", c->id.item);
    }
    if (c->id.contact)
        add_who(c, o);
    cJSON_AddStringToObject(o, "cause", msg_doubt_cause_name(c->cause));
    loa_json_add_int(o, "code", c->code);
    add_time(o, "since", c->since_ms);
    add_time(o, "noted", c->noted_ms);
    loa_json_add_int(o, "sent_again", c->tries);
    cJSON_AddStringToObject(o, "state", c->sending ? "sending" : c->again ? "again" : "open");
    add_evidence(c, o);
    loa_json_add_str(o, "no_resend", c->hindrance);
    return o;
}
