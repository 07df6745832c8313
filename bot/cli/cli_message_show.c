/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to tell of one message. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli_message.h"
#include "channels/channel.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/message.h"
#include "messages/run.h"

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

static enum loa_err add_reached(struct db *db, int64_t run, cJSON *o)
{
    struct db_stmt *st;
    int64_t delivered = 0, seen = 0;
    enum loa_err err = db_query(db, &st,
                                "SELECT state, COUNT(*) FROM deliveries WHERE run_id = $1 AND "
                                "state >= 5 AND state <= 6 GROUP BY state",
                                "i", run);

    while (!err && db_next(st, &err)) {
        delivered += db_int(st, 1); /* what was seen was delivered */
        if (db_int(st, 0) == MSG_DELIVERY_SEEN)
            seen = db_int(st, 1);
    }
    loa_json_add_int(o, "delivered", delivered);
    loa_json_add_int(o, "seen", seen);
    return err;
}

static enum loa_err add_runs(struct db *db, int64_t id, cJSON *o)
{
    static const char *const ways[] = {"single", "batch", "post"};
    static const char *const numbers[] = {"total", "sent", "failed", "skipped", "in_doubt"};
    cJSON *list = cJSON_AddArrayToObject(o, "runs"), *run;
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT r.id, a.name, a.channel, r.due_ms, r.way, r.state, "
                 "r.sent + r.failed + r.skipped + r.in_doubt, r.sent, r.failed, r.skipped, "
                 "r.in_doubt, r.error FROM runs r JOIN accounts a ON a.id = r.account_id "
                 "WHERE r.message_id = $1 ORDER BY r.due_ms, r.id",
                 "i", id);

    while (!err && db_next(st, &err)) {
        run = cJSON_CreateObject();
        loa_json_add_int(run, "id", db_int(st, 0));
        cJSON_AddStringToObject(run, "account", db_text(st, 1));
        cJSON_AddStringToObject(run, "channel", db_text(st, 2));
        add_time(run, "due", db_int(st, 3));
        cJSON_AddStringToObject(run, "way", ways[db_int(st, 4) % 3]);
        cJSON_AddStringToObject(run, "state", db_text(st, 5));
        for (int i = 0; i < 5; i++)
            loa_json_add_int(run, numbers[i], db_int(st, 6 + i));
        loa_json_add_str(run, "error", db_text(st, 11));
        cJSON_AddItemToArray(list, run);
    }
    cJSON_ArrayForEach(run, list)
    {
        const cJSON *number = loa_json_get(run, "id"); /* raw: read as text */

        if (!err && number)
            err = add_reached(db, strtoll(number->valuestring, NULL, 10), run);
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
        err = add_runs(db, id, o);
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
    cJSON_ArrayForEach(item, loa_json_get(o, "runs"))
    {
        (void)printf("%s %s (%s): %s, tổng %s, đã gửi %s, lỗi %s, bỏ qua %s, chưa rõ %s, "
                     "đã nhận %s, đã xem %s%s%s\n",
                     raw(item, "due"), raw(item, "account"), raw(item, "way"), raw(item, "state"),
                     raw(item, "total"), raw(item, "sent"), raw(item, "failed"),
                     raw(item, "skipped"), raw(item, "in_doubt"), raw(item, "delivered"),
                     raw(item, "seen"), loa_json_get(item, "error") ? ": " : "",
                     raw(item, "error"));
    }
}
