/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/ways.h"

#include <stdio.h>

#include "messages/spec.h"

static bool may(const struct channel_ops *ops, const struct msg_way known[MSG_WAYS],
                enum channel_way way)
{
    static const unsigned caps[MSG_WAYS] = {CHANNEL_CAP_SINGLE, CHANNEL_CAP_BATCH,
                                            CHANNEL_CAP_POST};

    return ops->caps & caps[way] && known[way].state != MSG_WAY_CLOSED;
}

static void say(const struct msg_way *closed, const char *lacks, char why[256])
{
    (void)snprintf(why, 256, "%s", closed->detail[0] ? closed->detail : lacks);
}

enum loa_err sched_ways_of(struct db *db, const struct channel_ops *ops, int64_t account,
                           unsigned deliver, int64_t now, struct sched_ways *out)
{
    struct msg_way known[MSG_WAYS];
    enum loa_err err = msg_account_ways(db, account, now, known);

    *out = (struct sched_ways){.by = CHANNEL_WAY_SINGLE};
    if (err)
        return err;
    if (may(ops, known, CHANNEL_WAY_BATCH))
        out->by = CHANNEL_WAY_BATCH;
    if (deliver & MSG_DELIVER_DIRECT) {
        out->direct = may(ops, known, out->by);
        if (!out->direct)
            say(&known[CHANNEL_WAY_SINGLE], "không nhắn được cho từng người", out->why_not_direct);
    }
    if (deliver & MSG_DELIVER_POST) {
        out->post = may(ops, known, CHANNEL_WAY_POST);
        if (!out->post)
            say(&known[CHANNEL_WAY_POST], "không có bài đăng công khai", out->why_not_post);
    }
    return LOA_OK;
}

enum loa_err sched_ways_told(struct db *db, int64_t account, unsigned open, unsigned closed,
                             const char *why, int64_t now)
{
    enum loa_err err = LOA_OK;

    for (int way = 0; way < MSG_WAYS && !err; way++) {
        const bool is_closed = closed & 1U << way;
        struct msg_way is = {.state = is_closed ? MSG_WAY_CLOSED : MSG_WAY_OPEN,
                             .source = MSG_WAY_PLATFORM};

        if (!((open | closed) & 1U << way))
            continue;
        (void)snprintf(is.detail, sizeof(is.detail), "%s", is_closed && why ? why : "");
        err = msg_account_way_set(db, account, way, &is, now);
    }
    return err;
}
