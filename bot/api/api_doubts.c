/* SPDX-License-Identifier: Apache-2.0 */
/* What is not known to have gone out, and what waits for staff to decide. */
#include <stdlib.h>
#include <string.h>

#include "bot/api/resources.h"
#include "bot/ops/doubt_view.h"
#include "bot/ops/held_view.h"
#include "messages/account.h"
#include "messages/base/json.h"

enum { DOUBTS_DEFAULT = 100, DOUBTS_MAX = 1000, IDS_MAX = 200 };

/* ---- doubts ---------------------------------------------------------------------------- */

static enum loa_err read_filter(struct db *db, struct api_call *c, struct msg_doubt_filter *f)
{
    const char *account = api_query(c, "account");
    int64_t limit = DOUBTS_DEFAULT;
    enum loa_err err = api_query_int(c, "message", 1, INT64_MAX, &f->message);

    if (!err)
        err = api_query_int(c, "run", 1, INT64_MAX, &f->run);
    if (!err)
        err = api_query_int(c, "limit", 1, DOUBTS_MAX, &limit);
    f->max = (size_t)limit;
    if (!err && account)
        err = msg_account_id(db, account, &f->account, &c->why);
    return err;
}

enum loa_err api_doubts_list(struct db *db, struct api_call *c)
{
    struct msg_doubt_filter filter = {0};
    struct msg_doubt_cases all = {0};
    cJSON *items;
    enum loa_err err = read_filter(db, c, &filter);

    if (!err)
        err = msg_doubt_list(db, &filter, c->now, &all);
    if (err)
        return err;
    c->json = cJSON_CreateObject();
    items = cJSON_AddArrayToObject(c->json, "items");
    for (size_t i = 0; i < all.n; i++)
        cJSON_AddItemToArray(items, ops_doubt_json(&all.items[i]));
    loa_json_add_int(c->json, "total", all.total);
    msg_doubt_cases_release(&all);
    return LOA_OK;
}

/* By their ids: all or none. */
static enum loa_err say_ids(struct db *db, struct api_call *c, enum msg_doubt_said what,
                            int64_t *changed)
{
    const cJSON *ids = loa_json_get(c->body, "ids"), *item;
    enum loa_err err = LOA_OK;

    if (!cJSON_IsArray(ids) || !cJSON_GetArraySize(ids) || cJSON_GetArraySize(ids) > IDS_MAX)
        return loa_fail(&c->why, LOA_EINVAL, "ids", "Cần ids (1 đến %d mã) hoặc run", IDS_MAX);
    cJSON_ArrayForEach(item, ids)
    {
        struct msg_doubt_id id;
        bool fresh = false;

        if (!cJSON_IsString(item) || msg_doubt_id_parse(item->valuestring, &id) != LOA_OK)
            return loa_fail(&c->why, LOA_EINVAL, "ids", "Mã không đúng; lấy mã từ GET doubts");
        err = msg_doubt_say(db, &c->actor, c->now, &id, what, &fresh, &c->why);
        if (err == LOA_ENOENT)
            c->status = 404;
        if (err)
            return err;
        *changed += fresh;
    }
    return LOA_OK;
}

enum loa_err api_doubts_say(struct db *db, struct api_call *c)
{
    enum msg_doubt_said what =
        strcmp(c->route->path, "doubts/sent") == 0 ? MSG_DOUBT_SENT : MSG_DOUBT_AGAIN;
    int64_t run = loa_json_int(c->body, "run", 0), changed = 0, left = 0;
    enum loa_err err =
        run > 0 ? msg_doubt_say_all(db, &c->actor, c->now, run, what, &changed, &left, &c->why)
                : say_ids(db, c, what, &changed);

    if (err)
        return err;
    c->json = cJSON_CreateObject();
    loa_json_add_int(c->json, "changed", changed);
    loa_json_add_int(c->json, "left", left);
    return LOA_OK;
}

/* ---- held ------------------------------------------------------------------------------ */

enum loa_err api_held_list(struct db *db, struct api_call *c)
{
    struct msg_held *items = NULL;
    size_t n = 0;
    enum loa_err err = msg_held_list(db, &items, &n);
    cJSON *list;

    if (err)
        return err;
    c->json = cJSON_CreateObject();
    list = cJSON_AddArrayToObject(c->json, "items");
    for (size_t i = 0; i < n; i++)
        cJSON_AddItemToArray(list, ops_held_json(&items[i]));
    msg_held_release(items, n);
    return LOA_OK;
}

enum loa_err api_held_decide(struct db *db, struct api_call *c)
{
    const char *key = loa_json_str(c->body, "key");
    bool send = strcmp(c->route->path, "held/send") == 0;
    enum loa_err err;

    if (!key)
        return loa_fail(&c->why, LOA_EINVAL, "key", "Cần key của mục đang chờ (GET held)");
    err = msg_held_decide(db, &c->actor, c->now, key, send, &c->why);
    if (err == LOA_ENOENT)
        c->status = 404;
    if (err == LOA_ETIMEOUT)
        c->status = 409;
    if (err)
        return err;
    c->json = cJSON_CreateObject();
    cJSON_AddStringToObject(c->json, "key", key);
    cJSON_AddBoolToObject(c->json, "send", send);
    return LOA_OK;
}
