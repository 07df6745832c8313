/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/catalog_edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/crypto.h"
#include "messages/base/json.h"
#include "messages/import.h"

#define HOLD " /*postgres FOR UPDATE*/"
static const struct {
    const char *look, *hold, *action;
} kinds[] = {
    [MSG_ENTRY_EVENT] = {"SELECT data FROM events WHERE id = $1",
                         "SELECT data FROM events WHERE id = $1" HOLD, ""},
    [MSG_ENTRY_FAQ] = {"SELECT data FROM faqs WHERE id = $1",
                       "SELECT data FROM faqs WHERE id = $1" HOLD, "faq.delete"},
    [MSG_ENTRY_DAILY] = {"SELECT data FROM daily WHERE day = $1",
                         "SELECT data FROM daily WHERE day = $1" HOLD, "daily.delete"},
};

static enum loa_err none(enum msg_entry kind, const char *id, struct loa_problem *why)
{
    switch (kind) {
    case MSG_ENTRY_EVENT:
        return loa_fail(why, LOA_ENOENT, "id", "Không có sự kiện “%s”", id);
    case MSG_ENTRY_FAQ:
        return loa_fail(why, LOA_ENOENT, "id", "Không có câu hỏi “%s”", id);
    case MSG_ENTRY_DAILY:
        break;
    }
    return loa_fail(why, LOA_ENOENT, "id", "Ngày “%s” chưa có tin", id);
}

static void tag_of(const char *data, char tag[MSG_ENTRY_TAG])
{
    struct loa_bytes piece = {data, strlen(data)};
    char sha[LOA_SHA256_HEX];

    loa_sha256_hex(&piece, 1, sha);
    (void)snprintf(tag, MSG_ENTRY_TAG, "\"%.32s\"", sha);
}

enum loa_err msg_entry_get(struct db *db, enum msg_entry kind, const char *id, bool hold,
                           cJSON **out, char tag[MSG_ENTRY_TAG], struct loa_problem *why)
{
    struct db_stmt *st;
    bool found = false;
    enum loa_err err = db_query(db, &st, hold ? kinds[kind].hold : kinds[kind].look, "s", id);

    while (!err && db_next(st, &err)) {
        const char *data = db_text(st, 0);

        found = true;
        tag_of(data, tag);
        if (out)
            *out = loa_json_parse(data, strlen(data));
    }
    return err || found ? err : none(kind, id, why);
}

/* ---- putting --------------------------------------------------------------------------- */

static enum loa_err put_event(struct db *db, const struct msg_actor *who, int64_t now,
                              const cJSON *entry, struct loa_problem *why)
{
    struct msg_catalog *c = msg_catalog_new();
    struct msg_put_counts counts;
    struct msg_event e;
    enum loa_err err = msg_event_from_json(entry, &e, why);

    if (!err) {
        msg_catalog_add_event(c, &e);
        err = msg_catalog_put_events(db, who, now, c, &counts);
    }
    msg_catalog_free(c);
    return err;
}

static enum loa_err put_faq(struct db *db, const struct msg_actor *who, int64_t now,
                            const cJSON *entry, struct loa_problem *why)
{
    struct msg_faq f;
    enum loa_err err = msg_faq_from_json(entry, &f, why);

    if (err)
        return err;
    err = msg_catalog_add_faq_entry(db, who, now, &f, why);
    msg_faq_release(&f);
    return err;
}

static enum loa_err put_day(struct db *db, const struct msg_actor *who, int64_t now,
                            const cJSON *entry, struct loa_problem *why)
{
    cJSON *list = cJSON_CreateArray();
    struct msg_put_counts counts = {0};
    struct msg_faults faults = {0};
    char *text;
    enum loa_err err;

    cJSON_AddItemToArray(list, cJSON_Duplicate(entry, true));
    text = loa_json_print(list);
    err = msg_daily_put(db, who, now, text, strlen(text), false, &counts, &faults);
    if (err && faults.kept)
        *why = faults.items[0].why;
    msg_faults_release(&faults);
    free(text);
    cJSON_Delete(list);
    return err;
}

enum loa_err msg_entry_put(struct db *db, const struct msg_actor *who, int64_t now,
                           enum msg_entry kind, const char *id, const cJSON *entry,
                           struct loa_problem *why)
{
    cJSON *own = cJSON_Duplicate(entry, true);
    const char *key = kind == MSG_ENTRY_DAILY ? "date" : "id";
    enum loa_err err;

    cJSON_DeleteItemFromObjectCaseSensitive(own, key);
    cJSON_AddStringToObject(own, key, id);
    if (kind == MSG_ENTRY_EVENT)
        err = put_event(db, who, now, own, why);
    else if (kind == MSG_ENTRY_FAQ)
        err = put_faq(db, who, now, own, why);
    else
        err = put_day(db, who, now, own, why);
    cJSON_Delete(own);
    return err;
}

enum loa_err msg_entry_delete(struct db *db, const struct msg_actor *who, int64_t now,
                              enum msg_entry kind, const char *id, struct loa_problem *why)
{
    int64_t version;
    enum loa_err err = kind == MSG_ENTRY_FAQ
                           ? db_run(db, "DELETE FROM faqs WHERE id = $1", "s", id)
                           : db_run(db, "DELETE FROM daily WHERE day = $1", "s", id);

    if (!err && !db_changes(db))
        return none(kind, id, why);
    if (!err)
        err = db_count_up(db, "content", &version);
    return err ? err : msg_audit(db, who, now, kinds[kind].action, id, "");
}
