/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/message_view.h"

#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/message.h"

static void add_time(cJSON *o, const char *key, int64_t ms)
{
    char iso[LOA_ISO_SIZE];

    if (ms)
        cJSON_AddStringToObject(o, key, loa_iso_format(ms, iso));
    else
        cJSON_AddNullToObject(o, key);
}

static enum loa_err add_approvals(struct db *db, const struct msg_message *m, cJSON *o)
{
    cJSON *list = cJSON_AddArrayToObject(o, "approvals");
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT user_name, at_ms FROM approvals WHERE message_id = $1 AND "
                                "sha256 = $2 ORDER BY at_ms",
                                "is", m->id, m->sha256);

    while (!err && db_next(st, &err)) {
        cJSON *a = cJSON_CreateObject();

        cJSON_AddStringToObject(a, "user", db_text(st, 0));
        add_time(a, "at", db_int(st, 1));
        cJSON_AddItemToArray(list, a);
    }
    return err;
}

static enum loa_err add_occurrences(struct db *db, int64_t id, cJSON *o)
{
    cJSON *list = cJSON_AddArrayToObject(o, "occurrences");
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st, "SELECT due_ms, state FROM occurrences WHERE message_id = $1 ORDER BY due_ms", "i",
        id);

    while (!err && db_next(st, &err)) {
        cJSON *a = cJSON_CreateObject();

        add_time(a, "due", db_int(st, 0));
        cJSON_AddStringToObject(a, "state", db_text(st, 1));
        cJSON_AddItemToArray(list, a);
    }
    return err;
}

static cJSON *head(const struct msg_message *m)
{
    cJSON *o = cJSON_CreateObject();

    loa_json_add_int(o, "id", m->id);
    cJSON_AddStringToObject(o, "title", m->spec.title);
    cJSON_AddStringToObject(o, "state", msg_state_name(m->state));
    loa_json_add_int(o, "version", m->version);
    cJSON_AddStringToObject(o, "author", m->author);
    loa_json_add_str(o, "reason", m->reason);
    loa_json_add_str(o, "sha256", m->sha256);
    cJSON_AddBoolToObject(o, "urgent", m->spec.urgent);
    add_time(o, "next", m->next_ms > 1 ? m->next_ms : 0);
    add_time(o, "created", m->created_ms);
    add_time(o, "updated", m->updated_ms);
    cJSON_AddItemToObject(o, "content", msg_spec_to_json(&m->spec));
    return o;
}

enum loa_err ops_message_json(struct db *db, int64_t id, cJSON **out, struct loa_problem *why)
{
    struct msg_message *m = NULL;
    cJSON *o;
    enum loa_err err = msg_message_get(db, id, &m, why);

    if (err)
        return err;
    o = head(m);
    err = add_approvals(db, m, o);
    if (!err)
        err = add_occurrences(db, id, o);
    if (!err)
        err = ops_message_runs(db, id, cJSON_AddArrayToObject(o, "runs"));
    msg_message_free(m);
    if (err) {
        cJSON_Delete(o);
        return loa_fail(why, err, "", "Không đọc được kho dữ liệu: %s", db_message(db));
    }
    *out = o;
    return LOA_OK;
}
