/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/post_cap.h"

#include "messages/base/tz.h"

static int64_t month_of(int64_t ms, int ahead)
{
    struct loa_civil c = loa_tz_civil(ms);
    struct loa_civil first = {.year = c.year, .month = c.month + ahead, .day = 1};

    return loa_tz_ms(&first);
}

int64_t sched_month_start(int64_t ms)
{
    return month_of(ms, 0);
}

int64_t sched_month_end(int64_t ms)
{
    return month_of(ms, 1);
}

/* The cap-th of the lines, highest first: whoever is at or below it has had his share. */
static int64_t line_of(const struct msg_post *posts, size_t n, int64_t from_ms, int64_t to_ms,
                       int cap)
{
    int seen = 0;

    for (size_t i = 0; i < n && cap; i++) {
        if (posts[i].at_ms >= from_ms && posts[i].at_ms < to_ms && ++seen == cap)
            return posts[i].line;
    }
    return -1;
}

enum sched_room sched_post_line(const struct channel_deal *deal, const struct msg_post *posts,
                                size_t n, int64_t at_ms, int64_t newest, int64_t *line)
{
    int64_t day = loa_tz_day_start(at_ms);
    int64_t by_day = line_of(posts, n, day, loa_tz_add_days(day, 1), deal->posts_day);
    int64_t by_month =
        line_of(posts, n, sched_month_start(at_ms), sched_month_end(at_ms), deal->posts_month);

    *line = by_day > by_month ? by_day : by_month;
    if (*line < 0)
        return SCHED_ROOM_ALL;
    if (*line < newest)
        return SCHED_ROOM_SOME;
    return by_month >= by_day ? SCHED_ROOM_MONTH_FULL : SCHED_ROOM_DAY_FULL;
}

enum loa_err sched_post_room(struct db *db, const struct channel_deal *deal, int64_t account_id,
                             int64_t run_id, int64_t now, enum sched_room *out)
{
    struct msg_post posts[MSG_POSTS_MAX];
    int64_t newest = 0, line, left = 0;
    size_t n;
    enum loa_err err = msg_post_history(db, account_id, sched_month_start(now),
                                        sched_month_end(now), run_id, posts, &n);

    if (!err)
        err = db_get_int(db, &newest,
                         "SELECT COALESCE(MAX(id), 0) FROM contacts WHERE account_id = $1", "i",
                         account_id);
    if (err)
        return err;
    *out = sched_post_line(deal, posts, n, now, newest, &line);
    if (*out != SCHED_ROOM_SOME)
        return LOA_OK;
    err = msg_post_followers(db, account_id, line, &left);
    if (!err && !left) /* those who came later do not follow */
        *out = sched_post_line(deal, posts, n, now, line, &line);
    return err;
}
