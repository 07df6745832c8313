/* SPDX-License-Identifier: Apache-2.0 */
/* Runs: what became of each recipient. */
#include "bot/api/resources.h"
#include "messages/base/json.h"
#include "messages/run.h"

static const char *const states[] = {
    [MSG_DELIVERY_SENT] = "sent",           [MSG_DELIVERY_FAILED] = "failed",
    [MSG_DELIVERY_SKIPPED] = "skipped",     [MSG_DELIVERY_DOUBT] = "in_doubt",
    [MSG_DELIVERY_DELIVERED] = "delivered", [MSG_DELIVERY_SEEN] = "seen",
    [MSG_DELIVERY_LATER] = "later"};
static const char *const skips[MSG_SKIPS] = {[MSG_SKIP_NONE] = "",
                                             [MSG_SKIP_UNSUBSCRIBED] = "unsubscribed",
                                             [MSG_SKIP_WINDOW] = "window",
                                             [MSG_SKIP_BLOCKED] = "blocked",
                                             [MSG_SKIP_INVALID] = "invalid",
                                             [MSG_SKIP_EXPIRED] = "expired",
                                             [MSG_SKIP_CANCELLED] = "cancelled",
                                             [MSG_SKIP_CAP] = "cap"};

static cJSON *delivery(const struct db_stmt *st)
{
    cJSON *o = cJSON_CreateObject();
    int64_t state = db_int(st, 1), code = db_int(st, 2);
    bool known = state > 0 && state <= MSG_DELIVERY_LATER;

    loa_json_add_int(o, "contact", db_int(st, 0));
    cJSON_AddStringToObject(o, "state", known ? states[state] : "");
    loa_json_add_int(o, "code", code);
    if (state == MSG_DELIVERY_SKIPPED && code > 0 && code < MSG_SKIPS)
        cJSON_AddStringToObject(o, "reason", skips[code]);
    api_add_time(o, "at", db_int(st, 3));
    return o;
}

enum loa_err api_run_deliveries(struct db *db, struct api_call *c)
{
    struct api_page p;
    struct db_stmt *st;
    int64_t found = 0;
    enum loa_err err = db_get_int(db, &found, "SELECT id FROM runs WHERE id = $1", "i", c->at.id);

    if (err == LOA_ENOENT)
        return loa_fail(&c->why, err, "id", "Không có lượt gửi này");
    if (!err)
        err = api_page_begin(c, true, &p);
    if (err)
        return err;
    err = db_query(db, &st,
                   "SELECT contact_id, state, code, at_ms FROM deliveries WHERE run_id = $1 AND "
                   "contact_id > $2 ORDER BY contact_id LIMIT $3",
                   "iii", c->at.id, p.cursor, p.limit + 1);
    while (!err && db_next(st, &err)) {
        if (api_page_takes(&p, db_int(st, 0)))
            cJSON_AddItemToArray(p.items, delivery(st));
    }
    api_page_end(c, &p);
    return err;
}
