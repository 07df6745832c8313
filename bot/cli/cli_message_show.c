/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to tell of one message. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli_message.h"
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

cJSON *cli_message_json(struct db *db, int64_t id, struct loa_problem *why)
{
    struct msg_message *m = NULL;
    cJSON *o = NULL;
    enum loa_err err = msg_message_get(db, id, &m, why);

    if (err)
        return NULL;
    o = cJSON_CreateObject();
    loa_json_add_int(o, "id", m->id);
    cJSON_AddStringToObject(o, "title", m->spec.title);
    cJSON_AddStringToObject(o, "state", msg_state_name(m->state));
    loa_json_add_int(o, "version", m->version);
    cJSON_AddStringToObject(o, "author", m->author);
    loa_json_add_str(o, "reason", m->reason);
    loa_json_add_str(o, "sha256", m->sha256);
    cJSON_AddBoolToObject(o, "urgent", m->spec.urgent);
    add_time(o, "next", m->next_ms > 1 ? m->next_ms : 0);
    cJSON_AddItemToObject(o, "content", msg_spec_to_json(&m->spec));
    err = add_approvals(db, m, o);
    if (!err)
        err = add_occurrences(db, id, o);
    if (!err)
        err = cli_message_runs(db, id, cJSON_AddArrayToObject(o, "runs"));
    msg_message_free(m);
    if (!err)
        return o;
    cJSON_Delete(o);
    (void)loa_fail(why, err, "", "Không đọc được kho dữ liệu: %s", db_message(db));
    return NULL;
}

static const char *raw(const cJSON *o, const char *key)
{
    const cJSON *item = loa_json_get(o, key);

    return item && item->valuestring ? item->valuestring : "";
}

void cli_message_print(const cJSON *o)
{
    const cJSON *item;

    (void)printf("Thông điệp %s: %s\nTrạng thái: %s%s%s\nSoạn: %s, bản %s\n", raw(o, "id"),
                 raw(o, "title"), raw(o, "state"), loa_json_get(o, "reason") ? ": " : "",
                 raw(o, "reason"), raw(o, "author"), raw(o, "version"));
    cJSON_ArrayForEach(item, loa_json_get(o, "approvals"))(void)
        printf("Duyệt: %s lúc %s\n", raw(item, "user"), raw(item, "at"));
    if (cJSON_IsString(loa_json_get(o, "next")))
        (void)printf("Lần tới: %s\n", raw(o, "next"));
    cJSON_ArrayForEach(item, loa_json_get(o, "occurrences"))(void)
        printf("Kỳ %s: %s\n", raw(item, "due"), raw(item, "state"));
    cJSON_ArrayForEach(item, loa_json_get(o, "runs")) cli_message_print_run(o, item);
}
