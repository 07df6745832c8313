/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/occurrence.h"

#include <stdlib.h>
#include <string.h>

#include "messages/base/tz.h"
#include "messages/template.h"
#include "scheduler/plan_message.h"

/* The one of a day; with from_ms alone the first from there on, else the last of all. */
static bool pick(struct sched_plan *plan, int64_t from_ms, int64_t to_ms,
                 struct sched_occurrence *out)
{
    struct sched_occurrence at = {0};
    bool any = false;

    while (sched_plan_next(plan, at.key, &at)) {
        if (to_ms && at.ms >= to_ms)
            return false;
        any = true;
        *out = at;
        if (at.ms >= from_ms)
            return true;
    }
    return any && !to_ms;
}

static int64_t expiry_of(struct sched_plan *plan, const struct sched_occurrence *o)
{
    struct sched_moment moment = {.now_ms = o->ms, .last_key = o->key - 1};
    struct sched_turn turn;

    sched_plan_turn(plan, &moment, &turn);
    return turn.n ? turn.due[0].expires_ms : 0;
}

enum loa_err bot_occurrence_find(const struct msg_message *m, const char *day, int64_t now,
                                 struct bot_occurrence *out, struct loa_problem *why)
{
    struct sched_plan *plan = NULL;
    struct sched_occurrence o = {0};
    int64_t from = loa_tz_day_start(now), to = 0;
    char text[LOA_ISO_SIZE];
    enum loa_err err = LOA_OK;

    if (day && (loa_iso_parse(day, &from) != LOA_OK || strlen(day) != strlen("2026-10-01")))
        return loa_fail(why, LOA_EINVAL, "day", "Viết ngày như 2026-10-01");
    if (day)
        to = loa_tz_add_days(from, 1);
    err = sched_message_plan(&m->spec, m->scheduled_ms ? m->scheduled_ms : now, &plan, why);
    if (err)
        return err;
    if (pick(plan, from, to, &o))
        *out = (struct bot_occurrence){o.ms, expiry_of(plan, &o)};
    else if (day)
        err = loa_fail(why, LOA_ENOENT, "day", "Thông điệp này không có kỳ nào vào ngày %s", day);
    else
        err = loa_fail(why, LOA_ENOENT, "day", "Thông điệp này không có kỳ nào; hôm nay là %s",
                       loa_iso_date(now, text));
    sched_plan_free(plan);
    return err;
}

enum loa_err bot_occurrence_content(struct db *db, const struct msg_message *m, const char *channel,
                                    int64_t due_ms, struct msg_content *out,
                                    struct loa_problem *why)
{
    msg_spec_content(&m->spec, channel, out);
    return msg_template_fill(db, due_ms, out, why);
}
