/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/plan_message.h"

#include <stdlib.h>

#include "messages/base/buf.h"
#include "messages/base/tz.h"

static char *join_days(const struct msg_list *days)
{
    struct loa_buf b = {0};

    for (size_t i = 0; i < days->n; i++)
        loa_buf_addf(&b, "%s%s", i ? "," : "", days->items[i]);
    return loa_buf_take(&b);
}

static int64_t expiry(const struct msg_spec *s, int64_t first_ms)
{
    struct loa_civil c;

    if (s->expires_minute < 0)
        return s->expires_ms;
    c = loa_tz_civil(first_ms);
    c.hour = s->expires_minute / 60;
    c.minute = s->expires_minute % 60;
    c.second = 0;
    return loa_tz_ms(&c);
}

enum loa_err sched_message_plan(const struct msg_spec *s, int64_t scheduled_ms,
                                struct sched_plan **out, struct loa_problem *why)
{
    int64_t once = s->at_ms ? s->at_ms : scheduled_ms;
    char *skip = join_days(&s->skip_days);
    struct sched_schedule schedule = {
        .rrule = s->rrule,
        .at_ms = once,
        .dtstart_ms = s->dtstart_ms,
        .until_ms = s->until_ms,
        .exdates = skip,
        .late = {.rule = (enum sched_late_rule)s->late, .grace_ms = s->grace_ms},
        .expires_ms = expiry(s, s->rrule ? s->dtstart_ms : once),
        .active_ms = scheduled_ms,
        .urgent = s->urgent,
    };
    enum loa_err err = sched_plan_open(&schedule, out, why);

    free(skip);
    return err;
}
