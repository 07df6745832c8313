/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/message_diff.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/tz.h"

/* ---- versions -------------------------------------------------------------------------- */

/* An approval is of the version that was the newest at that moment. */
#define APPROVED_VERSION                                                                           \
    "(SELECT MAX(v.version) FROM message_versions v WHERE v.message_id = a.message_id AND "        \
    "v.at_ms <= a.at_ms)"

static enum loa_err add_approvers(struct db *db, int64_t id, cJSON *list)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT a.user_name, " APPROVED_VERSION " FROM approvals a WHERE "
                                "a.message_id = $1 ORDER BY a.at_ms",
                                "i", id);
    cJSON *o;

    while (!err && db_next(st, &err)) {
        cJSON_ArrayForEach(o, list)
        {
            const cJSON *v = loa_json_get(o, "version");

            if (v && cJSON_IsNumber(v) && (int64_t)v->valuedouble == db_int(st, 1))
                cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(o, "approved_by"),
                                     cJSON_CreateString(db_text(st, 0)));
        }
    }
    return err;
}

enum loa_err ops_message_versions(struct db *db, int64_t id, cJSON *list)
{
    char iso[LOA_ISO_SIZE];
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT version, author, at_ms FROM message_versions WHERE "
                                "message_id = $1 ORDER BY version DESC",
                                "i", id);

    while (!err && db_next(st, &err)) {
        cJSON *o = cJSON_CreateObject();

        cJSON_AddNumberToObject(o, "version", (double)db_int(st, 0));
        cJSON_AddStringToObject(o, "author", db_text(st, 1));
        cJSON_AddStringToObject(o, "at", loa_iso_format(db_int(st, 2), iso));
        cJSON_AddArrayToObject(o, "approved_by");
        cJSON_AddItemToArray(list, o);
    }
    return err ? err : add_approvers(db, id, list);
}

/* ---- what differs ---------------------------------------------------------------------- */

static void differ(const cJSON *from, const cJSON *to, const char *path, cJSON *changes);

static void add_change(const cJSON *from, const cJSON *to, const char *path, cJSON *changes)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "path", path);
    cJSON_AddItemToObject(o, "from", from ? cJSON_Duplicate(from, true) : cJSON_CreateNull());
    cJSON_AddItemToObject(o, "to", to ? cJSON_Duplicate(to, true) : cJSON_CreateNull());
    cJSON_AddItemToArray(changes, o);
}

static void differ_member(const cJSON *from, const cJSON *to, const char *path, const char *key,
                          cJSON *changes)
{
    char deeper[300];

    (void)snprintf(deeper, sizeof(deeper), "%.200s%s%.80s", path, *path ? "." : "", key);
    differ(loa_json_get(from, key), loa_json_get(to, key), deeper, changes);
}

static void differ(const cJSON *from, const cJSON *to, const char *path, cJSON *changes)
{
    const cJSON *item;

    if (from && to && cJSON_Compare(from, to, true))
        return;
    if (!cJSON_IsObject(from) || !cJSON_IsObject(to)) {
        add_change(from, to, path, changes);
        return;
    }
    cJSON_ArrayForEach(item, to) differ_member(from, to, path, item->string, changes);
    cJSON_ArrayForEach(item, from)
    {
        if (!loa_json_get(to, item->string))
            differ_member(from, to, path, item->string, changes);
    }
}

static enum loa_err load(struct db *db, int64_t id, int64_t version, cJSON *o)
{
    char iso[LOA_ISO_SIZE];
    struct db_stmt *st;
    bool found = false;
    enum loa_err err = db_query(db, &st,
                                "SELECT author, at_ms, content FROM message_versions WHERE "
                                "message_id = $1 AND version = $2",
                                "ii", id, version);

    while (!err && db_next(st, &err)) {
        const char *content = db_text(st, 2);

        found = true;
        loa_json_add_int(o, "version", version);
        cJSON_AddStringToObject(o, "author", db_text(st, 0));
        cJSON_AddStringToObject(o, "at", loa_iso_format(db_int(st, 1), iso));
        cJSON_AddItemToObject(o, "content", loa_json_parse(content, strlen(content)));
    }
    return err || found ? err : LOA_ENOENT;
}

static enum loa_err approved_before(struct db *db, int64_t id, int64_t version, int64_t *out)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st, "SELECT " APPROVED_VERSION " FROM approvals a WHERE a.message_id = $1", "i", id);

    while (!err && db_next(st, &err)) {
        if (db_int(st, 0) < version && db_int(st, 0) > *out)
            *out = db_int(st, 0);
    }
    return err;
}

enum loa_err ops_message_diff(struct db *db, int64_t id, int64_t with_version, cJSON **out,
                              struct loa_problem *why)
{
    int64_t version = 0;
    cJSON *o, *to, *from = NULL;
    enum loa_err err =
        db_get_int(db, &version, "SELECT version FROM messages WHERE id = $1", "i", id);

    if (err == LOA_ENOENT)
        return loa_fail(why, err, "id", "Không có thông điệp số %" PRId64, id);
    if (!err && !with_version)
        err = approved_before(db, id, version, &with_version);
    if (err)
        return err;
    o = cJSON_CreateObject();
    if (with_version)
        err = load(db, id, with_version, from = cJSON_AddObjectToObject(o, "from"));
    else
        cJSON_AddNullToObject(o, "from");
    if (err == LOA_ENOENT)
        (void)loa_fail(why, err, "id", "Không có bản số %" PRId64 " của thông điệp này",
                       with_version);
    to = cJSON_AddObjectToObject(o, "to");
    if (!err)
        err = load(db, id, version, to);
    if (err) {
        cJSON_Delete(o);
        return err;
    }
    cJSON_AddArrayToObject(o, "changes");
    if (from)
        differ(loa_json_get(from, "content"), loa_json_get(to, "content"), "",
               cJSON_GetObjectItemCaseSensitive(o, "changes"));
    *out = o;
    return LOA_OK;
}
