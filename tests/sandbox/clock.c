/* SPDX-License-Identifier: Apache-2.0 */
/* clock.c - the sandbox's own wall clock. It can be set, moved and made fast, so that windows of
 * 24 hours and 7 days, night hours and hourly caps can be tested in a second. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/sandbox/sbx.h"

#define VN_OFFSET_MS (7 * SBX_HOUR_MS)

int64_t sbx_mono_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t sbx_now(const struct sbx *s)
{
    int64_t passed = sbx_mono_ms() - s->clock_base_mono;

    if (s->clock_speed == 1.0)
        return s->clock_base_ms + passed;
    return s->clock_base_ms + (int64_t)((double)passed * s->clock_speed);
}

void sbx_clock_set(struct sbx *s, int64_t now_ms, double speed)
{
    s->clock_base_ms = now_ms;
    s->clock_base_mono = sbx_mono_ms();
    s->clock_speed = speed;
}

struct sbx_when sbx_vn(int64_t ms)
{
    time_t t = (time_t)((ms + VN_OFFSET_MS) / 1000);
    struct sbx_when w;
    struct tm tm;

    gmtime_r(&t, &tm);
    w.year = tm.tm_year + 1900;
    w.month = tm.tm_mon + 1;
    w.day = tm.tm_mday;
    w.hour = tm.tm_hour;
    w.minute = tm.tm_min;
    w.second = tm.tm_sec;
    return w;
}

int64_t sbx_vn_day(int64_t ms)
{
    return (ms + VN_OFFSET_MS) / SBX_DAY_MS;
}

int64_t sbx_parse_time(const char *s)
{
    struct tm tm = {0};
    int h = 0, m = 0;
    int64_t ms;
    char *rest = strptime(s, "%Y-%m-%dT%H:%M", &tm);

    if (!rest)
        return -1;
    if (*rest == ':' && sscanf(rest, ":%2d", &tm.tm_sec) == 1)
        rest += 3;
    if (*rest == '.')
        rest += 1 + strspn(rest + 1, "0123456789");
    ms = (int64_t)timegm(&tm) * 1000;
    if (*rest == 'Z')
        return rest[1] ? -1 : ms;
    if (!*rest)
        return ms - VN_OFFSET_MS;
    if ((*rest != '+' && *rest != '-') ||
        (sscanf(rest + 1, "%2d:%2d", &h, &m) != 2 && sscanf(rest + 1, "%2d%2d", &h, &m) != 2))
        return -1;
    return ms - (*rest == '-' ? -1 : 1) * (h * SBX_HOUR_MS + m * 60000LL);
}
