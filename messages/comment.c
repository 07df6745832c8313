/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/comment.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"

static enum loa_err check(const char *text, struct loa_problem *why)
{
    if (!text || !text[strspn(text, " \t\n")])
        return loa_fail(why, LOA_EINVAL, "text", "Hãy viết lời nhận xét");
    if (!loa_utf8_is_text(text))
        return loa_fail(why, LOA_EINVAL, "text", "Lời nhận xét có ký tự điều khiển");
    if (loa_utf8_length(text) > MSG_COMMENT_MAX)
        return loa_fail(why, LOA_EINVAL, "text", "Lời nhận xét dài nhất %d ký tự", MSG_COMMENT_MAX);
    return LOA_OK;
}

enum loa_err msg_comment_add(struct db *db, const struct msg_actor *who, int64_t now,
                             int64_t message, const char *text, int64_t *id,
                             struct loa_problem *why)
{
    char *nfc, target[48], detail[48];
    int64_t version = 0;
    enum loa_err err = check(text, why);

    if (!err)
        err = db_get_int(db, &version,
                         "SELECT version FROM messages WHERE id = $1 /*postgres FOR UPDATE*/", "i",
                         message);
    if (err == LOA_ENOENT)
        return loa_fail(why, err, "id", "Không có thông điệp số %" PRId64, message);
    if (!err)
        err = db_next_id(db, "comments", id);
    if (err)
        return err;
    nfc = loa_utf8_nfc(text);
    err = db_run(db,
                 "INSERT INTO message_comments (id, message_id, version, user_name, at_ms, text) "
                 "VALUES ($1, $2, $3, $4, $5, $6)",
                 "iiisis", *id, message, version, who->user, now, nfc);
    free(nfc);
    (void)snprintf(target, sizeof(target), "message %" PRId64, message);
    (void)snprintf(detail, sizeof(detail), "comment %" PRId64, *id);
    return err ? err : msg_audit(db, who, now, "message.comment", target, detail);
}

enum loa_err msg_comments_list(struct db *db, int64_t message, cJSON *list)
{
    char iso[LOA_ISO_SIZE];
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT id, version, user_name, at_ms, text FROM message_comments "
                                "WHERE message_id = $1 ORDER BY id",
                                "i", message);

    while (!err && db_next(st, &err)) {
        cJSON *o = cJSON_CreateObject();

        loa_json_add_int(o, "id", db_int(st, 0));
        loa_json_add_int(o, "version", db_int(st, 1));
        cJSON_AddStringToObject(o, "user", db_text(st, 2));
        cJSON_AddStringToObject(o, "at", loa_iso_format(db_int(st, 3), iso));
        cJSON_AddStringToObject(o, "text", db_text(st, 4));
        cJSON_AddItemToArray(list, o);
    }
    return err;
}
