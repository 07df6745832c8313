/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/base/tz.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "messages/base/clock.h"

/* The folder also holds subfolders and tables, which the C library would take for UTC. */
static bool is_zone_file(const char *path)
{
    char magic[4] = {0};
    FILE *f = fopen(path, "rbe");
    bool ok = f && fread(magic, 1, sizeof(magic), f) == sizeof(magic) &&
              memcmp(magic, "TZif", sizeof(magic)) == 0;

    if (f)
        fclose(f);
    return ok;
}

enum loa_err loa_tz_set(const char *name)
{
    char path[256];

    if (!name[0] || name[0] == '/' || strstr(name, "..") ||
        snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name) >= (int)sizeof(path))
        return LOA_EINVAL;
    if (!is_zone_file(path))
        return LOA_EINVAL;
    if (setenv("TZ", name, 1) != 0)
        return LOA_EIO;
    tzset();
    return LOA_OK;
}

static int64_t floor_seconds(int64_t ms)
{
    return ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000);
}

struct loa_civil loa_tz_civil(int64_t ms)
{
    time_t t = (time_t)floor_seconds(ms);
    struct tm tm;

    localtime_r(&t, &tm);
    return (struct loa_civil){.year = tm.tm_year + 1900,
                              .month = tm.tm_mon + 1,
                              .day = tm.tm_mday,
                              .hour = tm.tm_hour,
                              .minute = tm.tm_min,
                              .second = tm.tm_sec,
                              .weekday = (tm.tm_wday + 6) % 7};
}

static struct tm to_tm(const struct loa_civil *c)
{
    return (struct tm){.tm_year = c->year - 1900,
                       .tm_mon = c->month - 1,
                       .tm_mday = c->day,
                       .tm_hour = c->hour,
                       .tm_min = c->minute,
                       .tm_sec = c->second};
}

static long offset_at(time_t t)
{
    struct tm tm = {0};

    localtime_r(&t, &tm);
    return tm.tm_gmtoff;
}

/* Not by mktime(): what that makes of a skipped hour depends on its earlier calls, and for a day
 * that is skipped whole (Pacific/Apia, 2011-12-30) it may fail. Instead the wall time is read with
 * the offsets in force well before and well after it. */
int64_t loa_tz_ms(const struct loa_civil *c)
{
    enum { FAR = 38 * 3600 }; /* the largest offset and the largest change */
    struct tm tm = to_tm(c);
    time_t as_utc = timegm(&tm);
    long before = offset_at(as_utc - FAR), after = offset_at(as_utc + FAR);
    time_t early = as_utc - before, late = as_utc - after;

    if (before != after && offset_at(early) != before && offset_at(late) == after)
        return (int64_t)late * 1000;
    /* The only reading, the first of two, or a skipped time, which this moves forward. */
    return (int64_t)early * 1000;
}

int64_t loa_tz_day_start(int64_t ms)
{
    struct loa_civil c = loa_tz_civil(ms);

    c.hour = c.minute = c.second = 0;
    return loa_tz_ms(&c);
}

int64_t loa_tz_add_days(int64_t ms, int n)
{
    struct loa_civil c = loa_tz_civil(ms);

    c.day += n;
    return loa_tz_ms(&c) + (ms - floor_seconds(ms) * 1000);
}

/* Exactly `digits` digits; NULL otherwise. */
static const char *take_number(const char *s, int digits, int *out)
{
    *out = 0;
    for (int i = 0; i < digits; i++) {
        if (!isdigit((unsigned char)s[i]))
            return NULL;
        *out = *out * 10 + (s[i] - '0');
    }
    return s + digits;
}

static bool is_real_day(const struct loa_civil *c)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (c->year % 4 == 0 && c->year % 100 != 0) || c->year % 400 == 0;

    if (c->month < 1 || c->month > 12 || c->day < 1)
        return false;
    return c->day <= days[c->month - 1] + (c->month == 2 && leap);
}

/* Reads "Z", "+07:00" or "+0700"; *seconds east of UTC. */
static const char *take_offset(const char *s, int *seconds)
{
    int sign, h, m;

    if (*s == 'Z' || *s == 'z') {
        *seconds = 0;
        return s + 1;
    }
    sign = *s == '-' ? -1 : 1;
    s = take_number(s + 1, 2, &h);
    if (s && *s == ':')
        s++;
    s = s ? take_number(s, 2, &m) : NULL;
    if (!s || h > 15 || m > 59)
        return NULL;
    *seconds = sign * (h * 3600 + m * 60);
    return s;
}

static const char *take_clock(const char *s, struct loa_civil *c, int *millis)
{
    s = take_number(s, 2, &c->hour);
    s = s && *s == ':' ? take_number(s + 1, 2, &c->minute) : NULL;
    if (s && *s == ':')
        s = take_number(s + 1, 2, &c->second);
    if (s && (*s == '.' || *s == ',')) {
        int scale = 100;

        for (s++; isdigit((unsigned char)*s); s++, scale /= 10)
            *millis += (*s - '0') * scale;
    }
    return s && c->hour < 24 && c->minute < 60 && c->second < 60 ? s : NULL;
}

/* What loa_iso_format() can write with four digits for the year, in any zone. */
static enum loa_err in_range(int64_t at, int64_t *ms)
{
    if (at < INT64_C(-62135510400000) || at > INT64_C(253402127999999))
        return LOA_EINVAL;
    *ms = at;
    return LOA_OK;
}

enum loa_err loa_iso_parse(const char *text, int64_t *ms)
{
    struct loa_civil c = {0};
    int millis = 0, offset = 0;
    struct tm tm;
    const char *s = take_number(text, 4, &c.year);

    s = s && *s == '-' ? take_number(s + 1, 2, &c.month) : NULL;
    s = s && *s == '-' ? take_number(s + 1, 2, &c.day) : NULL;
    if (!s || !is_real_day(&c))
        return LOA_EINVAL;
    if (*s == 'T' || *s == 't' || *s == ' ')
        s = take_clock(s + 1, &c, &millis);
    if (!s)
        return LOA_EINVAL;
    if (!*s)
        return in_range(loa_tz_ms(&c) + millis, ms);
    if (!strchr("Zz+-", *s) || !(s = take_offset(s, &offset)) || *s)
        return LOA_EINVAL;
    tm = to_tm(&c);
    return in_range(((int64_t)timegm(&tm) - offset) * 1000 + millis, ms);
}

const char *loa_iso_format(int64_t ms, char out[LOA_ISO_SIZE])
{
    time_t t = (time_t)floor_seconds(ms);
    struct tm tm;
    long east;

    localtime_r(&t, &tm);
    if (tm.tm_gmtoff % 60) /* before there were time zones: ISO 8601 cannot write that offset */
        gmtime_r(&t, &tm);
    east = tm.tm_gmtoff / 60;
    (void)snprintf(out, LOA_ISO_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d%c%02ld:%02ld",
                   (tm.tm_year + 1900) % 10000, (tm.tm_mon + 1) % 100, tm.tm_mday % 100,
                   tm.tm_hour % 100, tm.tm_min % 100, tm.tm_sec % 100, east < 0 ? '-' : '+',
                   labs(east) / 60 % 100, labs(east) % 60);
    return out;
}

const char *loa_iso_date(int64_t ms, char out[LOA_ISO_SIZE])
{
    struct loa_civil c = loa_tz_civil(ms);

    (void)snprintf(out, LOA_ISO_SIZE, "%04d-%02d-%02d", c.year % 10000, c.month % 100, c.day % 100);
    return out;
}
