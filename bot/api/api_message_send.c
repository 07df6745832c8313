/* SPDX-License-Identifier: Apache-2.0 */
/* Sending a message to few, slower, or again. */
#include <string.h>

#include "bot/api/resources.h"
#include "bot/ops/message_retry.h"
#include "bot/ops/message_trial.h"
#include "bot/ops/rate.h"
#include "messages/base/json.h"

enum { TO_MAX = 20 };

/* Strings of an array; borrowed. */
static enum loa_err read_list(struct api_call *c, const char *member, const char *out[TO_MAX],
                              size_t *n)
{
    const cJSON *list = loa_json_get(c->body, member), *item;

    *n = 0;
    if (list && !cJSON_IsArray(list))
        return loa_fail(&c->why, LOA_EINVAL, member, "Cần một danh sách");
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item) || *n == TO_MAX)
            return loa_fail(&c->why, LOA_EINVAL, member, "Cần danh sách nhiều nhất %d chuỗi",
                            TO_MAX);
        out[(*n)++] = item->valuestring;
    }
    return LOA_OK;
}

enum loa_err api_message_test(struct db *db, struct api_call *c)
{
    const char *to[TO_MAX];
    struct ops_trial t = {.id = c->at.id,
                          .account = loa_json_str(c->body, "account"),
                          .to = to,
                          .day = loa_json_str(c->body, "day"),
                          .approvals = c->bot->cfg->approvals};
    enum loa_err err = read_list(c, "to", to, &t.n_to);

    if (!err && !t.account)
        err = loa_fail(&c->why, LOA_EINVAL, "account", "Cần tên tài khoản gửi thử");
    if (!err)
        err = ops_message_test(db, &c->actor, c->now, &t, &c->why);
    if (err)
        return err;
    c->json = cJSON_CreateObject();
    loa_json_add_int(c->json, "id", t.id);
    loa_json_add_int(c->json, "sent", t.sent);
    cJSON_AddBoolToObject(c->json, "approved", t.approved);
    return LOA_OK;
}

static enum loa_err set_rate(struct db *db, struct api_call *c, struct ops_rate *r)
{
    enum loa_err err;

    r->per_minute = loa_json_int(c->body, "per_minute", -1);
    if (r->per_minute < 0 || r->per_minute > 1000000000)
        return loa_fail(&c->why, LOA_EINVAL, "per_minute",
                        "Số người nhận mỗi phút, 0 là theo nhịp của nền tảng");
    err = ops_rate_set(db, c->bot->cfg, &c->actor, c->now, r, &c->why);
    if (err)
        return err;
    c->json = cJSON_CreateObject();
    loa_json_add_int(c->json, "per_minute", r->per_minute);
    return LOA_OK;
}

enum loa_err api_message_rate(struct db *db, struct api_call *c)
{
    struct ops_rate r = {.message = c->at.id, .account = loa_json_str(c->body, "account")};

    return set_rate(db, c, &r);
}

enum loa_err api_account_rate(struct db *db, struct api_call *c)
{
    struct ops_rate r = {.account = c->at.name};

    return set_rate(db, c, &r);
}

enum loa_err api_message_retry(struct db *db, struct api_call *c)
{
    struct ops_retry r = {.id = c->at.id,
                          .account = loa_json_str(c->body, "account"),
                          .day = loa_json_str(c->body, "day"),
                          .codes = loa_json_str(c->body, "codes")};

    enum loa_err err;

    c->json = cJSON_CreateObject();
    err = ops_message_retry(db, &c->actor, c->now, &r, cJSON_AddArrayToObject(c->json, "items"),
                            &c->why);
    /* Nobody is left, or it is too late: how things stand, nothing that is not there. */
    if (err == LOA_ETIMEOUT || (err == LOA_ENOENT && strcmp(c->why.field, "id") != 0))
        c->status = 409;
    return err;
}
