/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/message_retry.h"

#include <stdlib.h>

#include "bot/occurrence.h"
#include "messages/account.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/message.h"
#include "messages/retry.h"

static enum loa_err find_day(struct db *db, int64_t now, const struct ops_retry *r, int64_t *due_ms,
                             struct loa_problem *why)
{
    struct msg_message *m = NULL;
    struct bot_occurrence o = {0};
    enum loa_err err = msg_message_get(db, r->id, &m, why);

    if (!err)
        err = bot_occurrence_find(m, r->day, now, &o, why);
    *due_ms = o.due_ms;
    msg_message_free(m);
    return err;
}

static enum loa_err add(struct db *db, const struct msg_retry *made, cJSON *list)
{
    cJSON *o = cJSON_CreateObject();
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st, "SELECT name FROM accounts WHERE id = $1", "i", made->account_id);

    loa_json_add_int(o, "run", made->run_id);
    loa_json_add_int(o, "retry_of", made->first_run_id);
    while (!err && db_next(st, &err))
        cJSON_AddStringToObject(o, "account", db_text(st, 0));
    loa_json_add_int(o, "attempt", made->attempt);
    loa_json_add_int(o, "recipients", made->recipients);
    cJSON_AddItemToArray(list, o);
    return err;
}

enum loa_err ops_message_retry(struct db *db, const struct msg_actor *who, int64_t now,
                               const struct ops_retry *r, cJSON *list, struct loa_problem *why)
{
    struct msg_retry_request q = {.message_id = r->id, .codes = r->codes};
    struct msg_retry *made = NULL;
    size_t n = 0;
    enum loa_err err = LOA_OK;

    if (r->account)
        err = msg_account_id(db, r->account, &q.account_id, why);
    if (!err && r->day)
        err = find_day(db, now, r, &q.due_ms, why);
    if (!err)
        err = msg_retry_start(db, who, now, &q, &made, &n, why);
    for (size_t i = 0; i < n && !err; i++)
        err = add(db, &made[i], list);
    free(made);
    return err;
}
