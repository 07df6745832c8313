/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/conversation.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/inbound.h"

const char *ops_conversation_state(const struct bot_config *cfg, const struct msg_conversation *c,
                                   int64_t now)
{
    const struct msg_handover *h = &c->handover;
    int64_t quiet = cfg->person_minutes * LOA_MINUTE_MS;

    if (!h->open || msg_handover_over(h, now, quiet))
        return "closed";
    return h->person_ms < h->asked_ms ? "waiting" : "answered";
}

static void add_time(cJSON *o, const char *key, int64_t ms)
{
    char iso[LOA_ISO_SIZE];

    if (ms)
        cJSON_AddStringToObject(o, key, loa_iso_format(ms, iso));
    else
        cJSON_AddNullToObject(o, key);
}

cJSON *ops_conversation_json(const struct bot_config *cfg, const struct msg_conversation *c,
                             int64_t now)
{
    const struct msg_handover *h = &c->handover;
    cJSON *o = cJSON_CreateObject(), *who;

    loa_json_add_int(o, "id", c->id);
    cJSON_AddStringToObject(o, "account", c->account);
    cJSON_AddStringToObject(o, "channel", c->channel);
    who = cJSON_AddObjectToObject(o, "contact");
    cJSON_AddStringToObject(who, "remote_id", c->remote_id);
    loa_json_add_str(who, "name", c->name);
    cJSON_AddStringToObject(o, "state", ops_conversation_state(cfg, c, now));
    cJSON_AddBoolToObject(o, "urgent", h->urgent);
    loa_json_add_str(o, "reason", c->reason);
    loa_json_add_str(o, "matter", c->matter);
    loa_json_add_str(o, "assignee", c->assignee);
    add_time(o, "since", h->since_ms);
    add_time(o, "last_asked", h->asked_ms);
    add_time(o, "last_person", h->person_ms);
    cJSON_AddBoolToObject(o, "bot_quiet",
                          msg_handover_quiet(h, now, cfg->person_minutes * LOA_MINUTE_MS));
    return o;
}

/* ---- reply ----------------------------------------------------------------------------- */

/* What a person may write now: an ordinary answer inside the platform's window, as a person's where
 * the platform lets people answer longer. */
static enum loa_err lane_of(const struct channel_ops *ops, const struct msg_conversation *c,
                            int64_t now, int *lane, struct loa_problem *why)
{
    const struct channel_limits *l = &ops->limits;
    int64_t age = now - c->last_seen_ms;

    *lane = MSG_REPLY_ANSWER;
    if (!c->reachable)
        return loa_fail(why, LOA_EPERM, "conversation",
                        "Người này đã chặn tài khoản hoặc không còn trên nền tảng");
    if (!l->window_ms || age < l->window_ms)
        return LOA_OK;
    *lane = MSG_REPLY_HUMAN;
    if (l->human_window_ms && age < l->human_window_ms)
        return LOA_OK;
    return loa_fail(why, LOA_EPERM, "conversation",
                    "%s chỉ cho trả lời trong %" PRId64
                    " ngày kể từ lời cuối của người dân; hãy chờ họ nhắn lại",
                    ops->title,
                    (l->human_window_ms ? l->human_window_ms : l->window_ms) / LOA_DAY_MS);
}

static enum loa_err content_of(const struct channel_ops *ops, const char *text, char **out,
                               struct loa_problem *why)
{
    cJSON *json = cJSON_CreateObject();
    struct msg_content content;
    enum loa_err err;

    cJSON_AddStringToObject(json, "text", text);
    err = msg_content_parse(json, &content, why);
    cJSON_Delete(json);
    if (err)
        return err;
    err = ops->check(&content, CHANNEL_WAY_SINGLE, why);
    json = msg_content_to_json(&content);
    if (!err)
        *out = loa_json_print(json);
    cJSON_Delete(json);
    msg_content_release(&content);
    return err;
}

enum loa_err ops_conversation_reply(struct db *db, const struct msg_actor *who, int64_t now,
                                    const struct msg_conversation *c, const char *text,
                                    int64_t *reply_id, struct loa_problem *why)
{
    const struct channel_ops *ops = channel_find(c->channel);
    char *content = NULL;
    int lane;
    enum loa_err err = ops ? content_of(ops, text, &content, why) : LOA_ENOENT;

    if (!err)
        err = lane_of(ops, c, now, &lane, why);
    if (!err)
        err = msg_conversation_reply(db, who, now, c, lane, content, reply_id);
    if (!err)
        err = db_notify(db);
    free(content);
    return err;
}
