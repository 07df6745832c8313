/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/quiet.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/tz.h"

enum { DAY_MINUTES = 1440 };

/* "7:30", "07:30" or "24:00"; NULL when it is none, else what follows. */
static const char *take_time(const char *s, int *minutes)
{
    int hour = 0, digits = 0;

    for (; isdigit((unsigned char)*s) && digits < 2; digits++)
        hour = hour * 10 + (*s++ - '0');
    if (!digits || s[0] != ':' || !isdigit((unsigned char)s[1]) || !isdigit((unsigned char)s[2]))
        return NULL;
    *minutes = hour * 60 + (s[1] - '0') * 10 + (s[2] - '0');
    if (s[1] > '5' || *minutes > DAY_MINUTES)
        return NULL;
    *minutes %= DAY_MINUTES;
    return s + 3;
}

enum loa_err sched_quiet_parse(const char *text, struct sched_quiet *out,
                               struct loa_problem *problem)
{
    struct sched_quiet q = {0};
    const char *s;

    if (!text || !text[0] || strcmp(text, "off") == 0) {
        *out = q;
        return LOA_OK;
    }
    s = take_time(text, &q.from_min);
    s = s && *s == '-' ? take_time(s + 1, &q.to_min) : NULL;
    if (!s || *s)
        return loa_fail(problem, LOA_EINVAL, "quiet",
                        "Giờ yên tĩnh phải có dạng 22:00-06:00, hoặc off nếu không đặt.");
    *out = q;
    return LOA_OK;
}

static int minute_of_day(const struct loa_civil *c)
{
    return c->hour * 60 + c->minute;
}

static bool covers(const struct sched_quiet *q, int minute)
{
    if (q->from_min <= q->to_min)
        return minute >= q->from_min && minute < q->to_min;
    return minute >= q->from_min || minute < q->to_min;
}

bool sched_quiet_is(const struct sched_quiet *q, int64_t ms)
{
    struct loa_civil c;

    if (!q || q->from_min == q->to_min)
        return false;
    c = loa_tz_civil(ms);
    return covers(q, minute_of_day(&c));
}

int64_t sched_quiet_next(const struct sched_quiet *q, int64_t ms)
{
    struct loa_civil c, end;
    int left;
    int64_t next;

    if (!sched_quiet_is(q, ms))
        return ms;
    c = end = loa_tz_civil(ms);
    left = q->to_min - minute_of_day(&c);
    if (left <= 0) {
        left += DAY_MINUTES;
        end.day++;
    }
    end.hour = q->to_min / 60;
    end.minute = q->to_min % 60;
    end.second = 0;
    next = loa_tz_ms(&end);
    /* The hour that a clock change repeats: its wall time names the first pass, now is in the
     * second, so count what is left of it. */
    if (next <= ms)
        next = ms - (ms % LOA_MINUTE_MS) + (int64_t)left * LOA_MINUTE_MS;
    return next;
}

/* The first quiet moment after one that is not. */
static int64_t next_begin(const struct sched_quiet *q, int64_t ms)
{
    struct loa_civil c = loa_tz_civil(ms);
    int64_t at;

    c.hour = q->from_min / 60;
    c.minute = q->from_min % 60;
    c.second = 0;
    at = loa_tz_ms(&c);
    if (at > ms)
        return at;
    c.day++;
    return loa_tz_ms(&c);
}

int64_t sched_quiet_after(const struct sched_quiet *q, int64_t ms, int64_t work_ms)
{
    if (!q || q->from_min == q->to_min)
        return ms + work_ms;
    for (;;) {
        int64_t from = sched_quiet_next(q, ms), to = next_begin(q, from);

        if (work_ms <= to - from)
            return from + work_ms;
        work_ms -= to - from;
        ms = to;
    }
}
