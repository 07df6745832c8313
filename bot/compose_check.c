/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/compose_check.h"

#include <stdio.h>
#include <string.h>

#include "channels/channel.h"
#include "messages/account_template.h"
#include "messages/base/tz.h"
#include "messages/template.h"
#include "scheduler/plan_message.h"
#include "scheduler/ways.h"

enum { OCCURRENCES_MAX = 40, ACCOUNTS_MAX = 1000 };

/* What the accounts of a channel can do with what a message asks for, taken together. */
struct reach {
    bool direct[MSG_WAYS], post;
    int64_t direct_ids[ACCOUNTS_MAX]; /* accounts that write to people */
    size_t n_direct;
    char why_not_direct[256], why_not_post[256]; /* of the last account that cannot */
};

static enum loa_err look_at(struct db *db, const struct channel_ops *ops, int64_t account,
                            unsigned deliver, int64_t now, struct reach *r)
{
    struct sched_ways ways;
    enum loa_err err = sched_ways_of(db, ops, account, deliver, now, &ways);

    if (err)
        return err;
    if (ways.direct) {
        r->direct[ways.by] = true;
        r->direct_ids[r->n_direct++] = account;
    }
    r->post = r->post || ways.post;
    if (ways.why_not_direct[0])
        memcpy(r->why_not_direct, ways.why_not_direct, sizeof(r->why_not_direct));
    if (ways.why_not_post[0])
        memcpy(r->why_not_post, ways.why_not_post, sizeof(r->why_not_post));
    return LOA_OK;
}

/* Without an account yet, what the channel declares is what there will be. */
static void assume(const struct channel_ops *ops, struct reach *r)
{
    r->direct[CHANNEL_WAY_BATCH] = ops->caps & CHANNEL_CAP_BATCH;
    r->direct[CHANNEL_WAY_SINGLE] = !r->direct[CHANNEL_WAY_BATCH] && ops->caps & CHANNEL_CAP_SINGLE;
    r->post = ops->caps & CHANNEL_CAP_POST;
}

static enum loa_err reach_of(struct db *db, const struct channel_ops *ops, unsigned deliver,
                             int64_t now, struct reach *r)
{
    int64_t ids[ACCOUNTS_MAX];
    size_t n = 0;
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st, "SELECT id FROM accounts WHERE channel = $1 ORDER BY id LIMIT $2", "si",
                 ops->name, (int64_t)ACCOUNTS_MAX);

    memset(r, 0, sizeof(*r));
    while (!err && db_next(st, &err))
        ids[n++] = db_int(st, 0);
    for (size_t i = 0; i < n && !err; i++)
        err = look_at(db, ops, ids[i], deliver, now, r);
    if (!err && !n)
        assume(ops, r);
    return err;
}

static enum loa_err cannot(const struct channel_ops *ops, const char *what, const char *reason,
                           const char *advice, struct loa_problem *why)
{
    return loa_fail(why, LOA_EINVAL, "deliver", "%s: chưa có tài khoản nào %s%s%s%s. %s",
                    ops->title, what, reason[0] ? " (" : "", reason, reason[0] ? ")" : "", advice);
}

/* Takes the names out of the content. */
static enum loa_err check_ways(const struct channel_ops *ops, unsigned deliver,
                               const struct reach *r, struct msg_content *content,
                               struct loa_problem *why)
{
    bool any_direct = false;
    enum loa_err err = LOA_OK;

    if (!(ops->caps & (CHANNEL_CAP_SINGLE | CHANNEL_CAP_BATCH | CHANNEL_CAP_POST)))
        return loa_fail(why, LOA_EINVAL, "channels",
                        "%s chỉ trả lời người đang hỏi, không nhận tin gửi hàng loạt: hãy bỏ "
                        "“%s” khỏi danh sách kênh",
                        ops->title, ops->name);
    for (int way = 0; way < MSG_WAYS && !err && deliver & MSG_DELIVER_DIRECT; way++) {
        any_direct = any_direct || r->direct[way];
        if (r->direct[way])
            err = ops->check(content, (enum channel_way)way, why);
    }
    if (!err && deliver & MSG_DELIVER_DIRECT && !any_direct)
        return cannot(ops, "nhắn được cho từng người", r->why_not_direct,
                      "Hãy thêm tài khoản, hoặc bỏ “direct” trong cách gửi", why);
    if (err || !(deliver & MSG_DELIVER_POST))
        return err;
    if (!r->post)
        return cannot(ops, "đăng được bài công khai", r->why_not_post,
                      "Hãy thêm tài khoản có quyền đăng, hoặc bỏ “post” trong cách gửi", why);
    msg_content_name(content, NULL);
    return ops->check(content, CHANNEL_WAY_POST, why);
}

static enum loa_err check_occurrence(struct db *db, const struct msg_spec *spec,
                                     const struct channel_ops *ops, const struct reach *reach,
                                     int64_t due, struct loa_problem *why)
{
    struct msg_content content;
    enum loa_err err;

    msg_spec_content(spec, ops->name, &content);
    err = msg_template_fill(db, due, &content, why);
    if (!err)
        err = check_ways(ops, msg_spec_deliver(spec, ops->name), reach, &content, why);
    msg_content_release(&content);
    if (err && spec->rrule && why) {
        char day[LOA_ISO_SIZE], text[sizeof(why->text)];

        (void)loa_iso_date(due, day);
        (void)snprintf(text, sizeof(text), "%s", why->text);
        if (!strstr(text, day))
            (void)snprintf(why->text, sizeof(why->text), "Ngày %s: %.400s", day, text);
    }
    return err;
}

/* A template that no account has approved would reach nobody outside the window. */
static enum loa_err check_template(struct db *db, const struct msg_spec *spec,
                                   const struct channel_ops *ops, const struct reach *r,
                                   struct loa_problem *why)
{
    struct msg_content content;
    enum loa_err err = LOA_OK;

    msg_spec_content(spec, ops->name, &content);
    for (size_t i = 0; i < r->n_direct && content.utility.name; i++) {
        err = msg_account_template_check(db, r->direct_ids[i], &content, why);
        if (err != LOA_EINVAL)
            break;
    }
    msg_content_release(&content);
    return err;
}

static enum loa_err check_channel(struct db *db, const struct msg_spec *spec, const char *channel,
                                  int64_t now, struct loa_problem *why)
{
    const struct channel_ops *ops = channel_find(channel);
    struct sched_plan *plan = NULL;
    struct sched_occurrence at = {0};
    struct reach reach;
    enum loa_err err;

    if (!ops)
        return loa_fail(why, LOA_EINVAL, "channels", "Không có kênh “%s”: zalo, viber, facebook",
                        channel);
    err = reach_of(db, ops, msg_spec_deliver(spec, channel), now, &reach);
    if (!err && ops->caps & CHANNEL_CAP_TEMPLATES)
        err = check_template(db, spec, ops, &reach, why);
    if (!err)
        err = sched_message_plan(spec, now, &plan, why);
    if (err)
        return err;
    for (int i = 0; i < OCCURRENCES_MAX && !err && sched_plan_next(plan, at.key, &at); i++)
        err = check_occurrence(db, spec, ops, &reach, at.ms, why);
    sched_plan_free(plan);
    return err;
}

enum loa_err bot_compose_check(struct db *db, const struct msg_spec *spec, int64_t now,
                               struct loa_problem *why)
{
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < spec->channels.n && !err; i++)
        err = check_channel(db, spec, spec->channels.items[i], now, why);
    return err;
}
