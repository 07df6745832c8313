/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/canned.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"

enum loa_err msg_canned_list(struct db *db, cJSON *list)
{
    char iso[LOA_ISO_SIZE];
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st, "SELECT id, title, text, user_name, at_ms FROM canned_answers ORDER BY title", "");

    while (!err && db_next(st, &err)) {
        cJSON *o = cJSON_CreateObject();

        loa_json_add_int(o, "id", db_int(st, 0));
        cJSON_AddStringToObject(o, "title", db_text(st, 1));
        cJSON_AddStringToObject(o, "text", db_text(st, 2));
        cJSON_AddStringToObject(o, "user", db_text(st, 3));
        cJSON_AddStringToObject(o, "at", loa_iso_format(db_int(st, 4), iso));
        cJSON_AddItemToArray(list, o);
    }
    return err;
}

static enum loa_err check(const char *text, const char *field, size_t max, struct loa_problem *why)
{
    if (text && text[strspn(text, " \t\n")] && loa_utf8_is_text(text) &&
        loa_utf8_length(text) <= max)
        return LOA_OK;
    return loa_fail(why, LOA_EINVAL, field, "Cần 1-%zu ký tự, không có ký tự điều khiển", max);
}

static enum loa_err record(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                           const char *action)
{
    char target[48];

    (void)snprintf(target, sizeof(target), "canned %" PRId64, id);
    return msg_audit(db, who, now, action, target, "");
}

static enum loa_err free_title(struct db *db, const char *title, int64_t id,
                               struct loa_problem *why)
{
    int64_t others = 0;
    enum loa_err err =
        db_get_int(db, &others, "SELECT COUNT(*) FROM canned_answers WHERE title = $1 AND id <> $2",
                   "si", title, id);

    if (!err && others)
        return loa_fail(why, LOA_EEXIST, "title", "Đã có câu trả lời mang tên này");
    return err;
}

static enum loa_err put(struct db *db, const struct msg_actor *who, int64_t now, const char *title,
                        const char *text, int64_t *id, struct loa_problem *why)
{
    bool fresh = *id == 0;
    enum loa_err err = db_lock(db, "canned");

    if (!err)
        err = free_title(db, title, *id, why);
    if (!err && fresh)
        err = db_next_id(db, "canned", id);
    if (!err && fresh)
        err = db_run(db,
                     "INSERT INTO canned_answers (id, title, text, user_name, at_ms) VALUES ($1, "
                     "$2, $3, $4, $5)",
                     "isssi", *id, title, text, who->user, now);
    else if (!err)
        err = db_run(db,
                     "UPDATE canned_answers SET title = $2, text = $3, user_name = $4, at_ms = $5 "
                     "WHERE id = $1",
                     "isssi", *id, title, text, who->user, now);
    if (!err && !db_changes(db))
        return loa_fail(why, LOA_ENOENT, "id", "Không có câu trả lời số %" PRId64, *id);
    return err ? err : record(db, who, now, *id, fresh ? "canned.new" : "canned.change");
}

enum loa_err msg_canned_put(struct db *db, const struct msg_actor *who, int64_t now,
                            const char *title, const char *text, int64_t *id,
                            struct loa_problem *why)
{
    char *t, *x;
    enum loa_err err = check(title, "title", MSG_CANNED_TITLE_MAX, why);

    if (!err)
        err = check(text, "text", MSG_CANNED_TEXT_MAX, why);
    if (err)
        return err;
    t = loa_utf8_nfc(title);
    x = loa_utf8_nfc(text);
    err = put(db, who, now, t, x, id, why);
    free(t);
    free(x);
    return err;
}

enum loa_err msg_canned_delete(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                               struct loa_problem *why)
{
    enum loa_err err = db_run(db, "DELETE FROM canned_answers WHERE id = $1", "i", id);

    if (!err && !db_changes(db))
        return loa_fail(why, LOA_ENOENT, "id", "Không có câu trả lời số %" PRId64, id);
    return err ? err : record(db, who, now, id, "canned.delete");
}
