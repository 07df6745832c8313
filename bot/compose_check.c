/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/compose_check.h"

#include <stdio.h>
#include <string.h>

#include "channels/channel.h"
#include "messages/base/tz.h"
#include "messages/template.h"
#include "scheduler/plan_message.h"

enum { OCCURRENCES_MAX = 40 };

static enum loa_err check_post(const struct channel_ops *ops, struct msg_content *content,
                               struct loa_problem *why)
{
    if (!(ops->caps & CHANNEL_CAP_POST))
        return loa_fail(why, LOA_EINVAL, "deliver", "Kênh %s không có bài đăng công khai",
                        ops->title);
    msg_content_name(content, NULL);
    return ops->check(content, CHANNEL_WAY_POST, why);
}

/* Takes the names out of the content. */
static enum loa_err check_ways(const struct msg_spec *spec, const struct channel_ops *ops,
                               struct msg_content *content, struct loa_problem *why)
{
    unsigned deliver = msg_spec_deliver(spec, ops->name);
    enum channel_way direct =
        ops->caps & CHANNEL_CAP_BATCH ? CHANNEL_WAY_BATCH : CHANNEL_WAY_SINGLE;
    enum loa_err err = LOA_OK;

    if (deliver & MSG_DELIVER_DIRECT)
        err = ops->check(content, direct, why);
    if (!err && deliver & MSG_DELIVER_POST)
        err = check_post(ops, content, why);
    return err;
}

static enum loa_err check_one(struct db *db, const struct msg_spec *spec, const char *channel,
                              int64_t due, struct loa_problem *why)
{
    const struct channel_ops *ops = channel_find(channel);
    struct msg_content content;
    enum loa_err err;

    if (!ops)
        return loa_fail(why, LOA_EINVAL, "channels", "Không có kênh “%s”: zalo, viber, facebook",
                        channel);
    msg_spec_content(spec, channel, &content);
    err = msg_template_fill(db, due, &content, why);
    if (!err)
        err = check_ways(spec, ops, &content, why);
    msg_content_release(&content);
    return err;
}

static enum loa_err check_occurrence(struct db *db, const struct msg_spec *spec, int64_t due,
                                     struct loa_problem *why)
{
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < spec->channels.n && !err; i++)
        err = check_one(db, spec, spec->channels.items[i], due, why);
    if (err && spec->rrule && why) {
        char day[LOA_ISO_SIZE], text[sizeof(why->text)];

        (void)loa_iso_date(due, day);
        (void)snprintf(text, sizeof(text), "%s", why->text);
        if (!strstr(text, day))
            (void)snprintf(why->text, sizeof(why->text), "Ngày %s: %.400s", day, text);
    }
    return err;
}

enum loa_err bot_compose_check(struct db *db, const struct msg_spec *spec, int64_t now,
                               struct loa_problem *why)
{
    struct sched_plan *plan = NULL;
    struct sched_occurrence at = {0};
    enum loa_err err = sched_message_plan(spec, now, &plan, why);

    if (err)
        return err;
    for (int i = 0; i < OCCURRENCES_MAX && !err && sched_plan_next(plan, at.key, &at); i++)
        err = check_occurrence(db, spec, at.ms, why);
    sched_plan_free(plan);
    return err;
}
