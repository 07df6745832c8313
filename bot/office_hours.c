/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/office_hours.h"

#include <ctype.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/base/tz.h"

enum { DAY_MINUTES = 1440, LOOK_DAYS = 8 };

static const char *skip(const char *s)
{
    while (*s == ' ' || *s == '\t')
        s++;
    return s;
}

/* "mon", "t2", "cn"; NULL when it is none, else what follows. */
static const char *take_day(const char *s, int *day)
{
    static const char *const english[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

    for (int i = 0; i < 7; i++) {
        if (strncmp(s, english[i], 3) == 0) {
            *day = i;
            return s + 3;
        }
    }
    if (s[0] == 't' && s[1] >= '2' && s[1] <= '7') {
        *day = s[1] - '2';
        return s + 2;
    }
    if (s[0] == 'c' && s[1] == 'n') {
        *day = 6;
        return s + 2;
    }
    return NULL;
}

/* "7:30" or "24:00"; NULL when it is none, else what follows. */
static const char *take_time(const char *s, int *minutes)
{
    int hour = 0, digits = 0;

    for (; isdigit((unsigned char)*s) && digits < 2; digits++)
        hour = hour * 10 + (*s++ - '0');
    if (!digits || s[0] != ':' || !isdigit((unsigned char)s[1]) || !isdigit((unsigned char)s[2]) ||
        s[1] > '5')
        return NULL;
    *minutes = hour * 60 + (s[1] - '0') * 10 + (s[2] - '0');
    return *minutes <= DAY_MINUTES ? s + 3 : NULL;
}

/* "07:30-11:30" for the days from..to. */
static const char *take_span(const char *s, int from, int to, struct bot_office_hours *h)
{
    struct bot_office_span span = {0};

    s = take_time(skip(s), &span.from_min);
    s = s && *s == '-' ? take_time(s + 1, &span.to_min) : NULL;
    if (!s || span.to_min <= span.from_min)
        return NULL;
    for (int day = from;; day = (day + 1) % 7) {
        if (h->n == BOT_OFFICE_SPANS_MAX)
            return NULL;
        span.weekday = day;
        h->spans[h->n++] = span;
        if (day == to)
            return skip(s);
    }
}

/* "mon-fri 07:30-11:30,13:30-17:00" */
static const char *take_days(const char *s, struct bot_office_hours *h)
{
    int from, to;

    s = take_day(skip(s), &from);
    to = from;
    if (s && *s == '-')
        s = take_day(s + 1, &to);
    if (!s || (*s != ' ' && *s != '\t'))
        return NULL;
    s = take_span(s, from, to, h);
    while (s && *s == ',')
        s = take_span(s + 1, from, to, h);
    return s;
}

enum loa_err bot_office_hours_parse(const char *text, struct bot_office_hours *out,
                                    struct loa_problem *why)
{
    struct bot_office_hours h = {.n = 0};
    const char *s = text;

    if (text && text[0] && strcmp(text, "always") != 0) {
        do
            s = take_days(s + (s != text), &h);
        while (s && *s == ';');
        if (!s || *s)
            return loa_fail(why, LOA_EINVAL, "office_hours",
                            "Giờ làm việc phải có dạng " BOT_OFFICE_HOURS_DEFAULT
                            "; sat 08:00-11:00 (ngày: mon…sun hoặc t2…t7, cn), hoặc always nếu lúc "
                            "nào cũng có người");
    }
    *out = h;
    return LOA_OK;
}

bool bot_office_hours_open(const struct bot_office_hours *h, int64_t ms)
{
    struct loa_civil c = loa_tz_civil(ms);
    int minute = c.hour * 60 + c.minute;

    for (size_t i = 0; i < h->n; i++) {
        const struct bot_office_span *s = &h->spans[i];

        if (s->weekday == c.weekday && minute >= s->from_min && minute < s->to_min)
            return true;
    }
    return h->n == 0;
}

int64_t bot_office_hours_next(const struct bot_office_hours *h, int64_t ms)
{
    int64_t best = INT64_MAX;

    if (bot_office_hours_open(h, ms))
        return ms;
    for (int day = 0; day < LOOK_DAYS; day++) {
        struct loa_civil c = loa_tz_civil(loa_tz_add_days(ms, day));

        for (size_t i = 0; i < h->n; i++) {
            struct loa_civil at = {.year = c.year,
                                   .month = c.month,
                                   .day = c.day,
                                   .hour = h->spans[i].from_min / 60,
                                   .minute = h->spans[i].from_min % 60};
            int64_t t = loa_tz_ms(&at);

            if (h->spans[i].weekday == c.weekday && t >= ms && t < best)
                best = t;
        }
        if (best != INT64_MAX)
            break;
    }
    return best == INT64_MAX ? ms : best;
}

char *bot_office_hours_note(const struct bot_office_hours *h, int64_t ms, bool english)
{
    static const char *const vi[] = {"thứ Hai", "thứ Ba",  "thứ Tư",  "thứ Năm",
                                     "thứ Sáu", "thứ Bảy", "Chủ nhật"};
    static const char *const en[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                     "Friday", "Saturday", "Sunday"};
    struct loa_civil c;

    if (bot_office_hours_open(h, ms))
        return NULL;
    c = loa_tz_civil(bot_office_hours_next(h, ms));
    if (english)
        return loa_xasprintf("It is outside office hours now; the staff are back at %02d:%02d on "
                             "%s, %02d/%02d.",
                             c.hour, c.minute, en[c.weekday], c.day, c.month);
    return loa_xasprintf("Bây giờ ngoài giờ làm việc; cán bộ có mặt trở lại lúc %02d:%02d %s, "
                         "%02d/%02d.",
                         c.hour, c.minute, vi[c.weekday], c.day, c.month);
}
