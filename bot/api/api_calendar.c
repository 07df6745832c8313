/* SPDX-License-Identifier: Apache-2.0 */
/* What is coming and what was, and posting by hand when a channel is down. */
#include "bot/agenda.h"
#include "bot/api/resources.h"
#include "bot/ops/agenda_view.h"
#include "bot/ops/calendar.h"
#include "bot/ops/hand_sheet.h"
#include "bot/ops/hand_tick.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"

enum { DAYS_DEFAULT = 7, DAYS_MAX = 366 };

enum loa_err api_schedule(struct db *db, struct api_call *c)
{
    struct bot_agenda agenda = {0};
    int64_t days = DAYS_DEFAULT, until;
    enum loa_err err = api_query_int(c, "days", 1, DAYS_MAX, &days);

    if (err)
        return err;
    until = loa_tz_add_days(c->now, (int)days);
    err = bot_agenda_make(db, c->bot->cfg, c->now, until, &agenda, &c->why);
    if (!err)
        c->json = ops_agenda_json(&agenda, c->now, until);
    bot_agenda_release(&agenda);
    return err;
}

enum loa_err api_calendar(struct db *db, struct api_call *c)
{
    int64_t from = loa_tz_day_start(c->now), to = 0;
    enum loa_err err = api_query_time(c, "from", &from);

    if (!err)
        err = api_query_time(c, "to", &to);
    if (!err && !to)
        to = loa_tz_add_days(from, DAYS_DEFAULT);
    if (!err && (to <= from || to - from > (int64_t)DAYS_MAX * LOA_DAY_MS))
        err = api_refuse(c, LOA_EINVAL, 400, "to", "to phải sau from, nhiều nhất 366 ngày");
    return err ? err : ops_calendar(db, c->bot->cfg, c->now, from, to, &c->json, &c->why);
}

/* ---- by hand --------------------------------------------------------------------------- */

enum loa_err api_handpost_sheet(struct db *db, struct api_call *c)
{
    struct ops_hand_wish wish = {.id = c->at.id,
                                 .now = c->now,
                                 .channel = api_query(c, "channel"),
                                 .account = api_query(c, "account"),
                                 .day = api_query(c, "day"),
                                 .approvals = c->bot->cfg->approvals};
    struct ops_hand_sheet sheet;
    enum loa_err err = ops_hand_collect(db, &wish, &sheet, &c->why);

    if (!err)
        c->json = ops_hand_json(&sheet);
    if (err == LOA_ENOENT)
        c->status = 404;
    ops_hand_release(&sheet);
    return err;
}

enum loa_err api_handpost_tick(struct db *db, struct api_call *c)
{
    struct ops_hand_tick t = {.id = c->at.id,
                              .account = loa_json_str(c->body, "account"),
                              .day = loa_json_str(c->body, "day"),
                              .url = loa_json_str(c->body, "url"),
                              .note = loa_json_str(c->body, "note"),
                              .undo = loa_json_bool(c->body, "undo", false),
                              .approvals = c->bot->cfg->approvals};
    enum loa_err err;

    if (!t.account)
        return loa_fail(&c->why, LOA_EINVAL, "account", "Cần tên tài khoản đã đăng");
    err = ops_hand_tick(db, &c->actor, c->now, &t, &c->why);
    if (err)
        return err;
    c->json = cJSON_CreateObject();
    loa_json_add_int(c->json, "id", t.id);
    cJSON_AddStringToObject(c->json, "account", t.account);
    api_add_time(c->json, "due", t.due_ms);
    cJSON_AddBoolToObject(c->json, "by_hand", !t.undo);
    return LOA_OK;
}
