/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/recur_rule.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define END_OF_LIST ((short)ICAL_RECURRENCE_ARRAY_MAX)

enum {
    TEXT_MAX = 512,
    DIGITS_MAX = 5, /* libical reads numbers in a way that wraps silently */
    INTERVAL_MAX = 366,
    COUNT_MAX = 20000,
    TIMES_A_DAY_MAX = 48,
};

#define EXAMPLE "ví dụ đúng: FREQ=DAILY hoặc FREQ=WEEKLY;BYDAY=MO,WE,FR;UNTIL=20261010"

static enum loa_err refuse(struct loa_problem *p, const char *why)
{
    return loa_fail(p, LOA_EINVAL, "rrule", "%s", why);
}

static size_t list_length(const short *list)
{
    size_t n = 0;

    while (list[n] != END_OF_LIST)
        n++;
    return n;
}

/* One NAME=VALUE. libical takes an empty value for "not said" and wraps long numbers. */
static bool part_is_sound(const char *part, size_t n)
{
    const char *equals = memchr(part, '=', n);
    bool until = n > 6 && strncasecmp(part, "UNTIL=", 6) == 0;
    size_t digits = 0;

    if (!equals || equals == part || equals == part + n - 1)
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)part[i];

        if (!isalnum(c) && !strchr("=,+-", c))
            return false;
        digits = isdigit(c) ? digits + 1 : 0;
        if (digits > DIGITS_MAX && !until)
            return false;
    }
    return true;
}

static bool text_is_sound(const char *text)
{
    while (*text) {
        size_t n = strcspn(text, ";");

        if (!part_is_sound(text, n))
            return false;
        text += n;
        if (*text == ';')
            text++;
    }
    return true;
}

static bool within(const short *list, short low, short high, bool negative_too)
{
    for (; *list != END_OF_LIST; list++) {
        short v = *list < 0 && negative_too ? (short)-*list : *list;

        if (v < low || v > high)
            return false;
    }
    return true;
}

static int compare_short(const void *a, const void *b)
{
    short x = *(const short *)a, y = *(const short *)b;

    return (x > y) - (x < y);
}

/* libical walks the times of a day in the order they are written, repeats included. */
static void sort_unique(short *list)
{
    size_t n = list_length(list), kept = 0;

    qsort(list, n, sizeof(*list), compare_short);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || list[kept - 1] != list[i])
            list[kept++] = list[i];
    list[kept] = END_OF_LIST;
}

static size_t at_least_one(size_t n)
{
    return n ? n : 1;
}

static size_t times_a_day(const struct icalrecurrencetype *r)
{
    return at_least_one(list_length(r->by_hour)) * at_least_one(list_length(r->by_minute)) *
           at_least_one(list_length(r->by_second));
}

static enum loa_err check_times(struct icalrecurrencetype *r, struct loa_problem *p)
{
    if (!within(r->by_hour, 0, 23, false) || !within(r->by_minute, 0, 59, false) ||
        !within(r->by_second, 0, 59, false))
        return refuse(p, "Giờ trong BYHOUR là 0-23, phút trong BYMINUTE và giây trong BYSECOND là "
                         "0-59.");
    sort_unique(r->by_hour);
    sort_unique(r->by_minute);
    sort_unique(r->by_second);
    if (times_a_day(r) > TIMES_A_DAY_MAX)
        return refuse(p, "Quy tắc gửi quá 48 lần mỗi ngày; hãy bớt BYHOUR, BYMINUTE, BYSECOND.");
    return LOA_OK;
}

static bool some_month_has_such_day(const struct icalrecurrencetype *r)
{
    static const short days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (r->by_month[0] == END_OF_LIST || r->by_month_day[0] == END_OF_LIST)
        return true;
    for (const short *m = r->by_month; *m != END_OF_LIST; m++)
        for (const short *d = r->by_month_day; *d != END_OF_LIST; d++)
            if (abs(*d) <= days[*m - 1])
                return true;
    return false;
}

/* "2FR": a position within the month, or within the year if no month is named. Together with
 * BYMONTHDAY it would be a riddle, and libical searches for thousands of years. */
static enum loa_err check_weekdays(const struct icalrecurrencetype *r, struct loa_problem *p)
{
    bool short_cycle = r->freq == ICAL_DAILY_RECURRENCE || r->freq == ICAL_WEEKLY_RECURRENCE;
    bool by_month = r->freq == ICAL_MONTHLY_RECURRENCE || r->by_month[0] != END_OF_LIST;

    for (const short *d = r->by_day; *d != END_OF_LIST; d++) {
        int position = abs(icalrecurrencetype_day_position(*d));

        if (position == 0)
            continue;
        if (short_cycle)
            return refuse(p, "Thứ có số như 2FR chỉ dùng với FREQ=MONTHLY hoặc FREQ=YEARLY.");
        if (position > (by_month ? 5 : 53))
            return refuse(p, "Số trước thứ trong BYDAY nhiều nhất là 5 trong tháng, 53 trong năm.");
        if (r->by_month_day[0] != END_OF_LIST)
            return refuse(p, "Thứ có số như 2FR không đi cùng BYMONTHDAY.");
    }
    return LOA_OK;
}

static enum loa_err check_days(const struct icalrecurrencetype *r, struct loa_problem *p)
{
    enum loa_err err;

    if (!within(r->by_month, 1, 12, false))
        return refuse(p, "Tháng trong BYMONTH là 1-12 (dương lịch).");
    if (!within(r->by_month_day, 1, 31, true))
        return refuse(p, "Ngày trong BYMONTHDAY là 1-31, hoặc -1 cho ngày cuối tháng.");
    if (!within(r->by_year_day, 1, 366, true))
        return refuse(p, "Ngày trong BYYEARDAY là 1-366.");
    if (r->by_week_no[0] != END_OF_LIST)
        return refuse(p, "Không dùng được BYWEEKNO; hãy dùng BYMONTH và BYDAY.");
    if (r->by_year_day[0] != END_OF_LIST &&
        (r->freq != ICAL_YEARLY_RECURRENCE || r->by_month[0] != END_OF_LIST ||
         r->by_month_day[0] != END_OF_LIST))
        return refuse(p, "BYYEARDAY chỉ dùng với FREQ=YEARLY, không kèm BYMONTH hay BYMONTHDAY.");
    if (r->freq == ICAL_WEEKLY_RECURRENCE && r->by_month_day[0] != END_OF_LIST)
        return refuse(p, "BYMONTHDAY không đi với FREQ=WEEKLY; hãy dùng FREQ=MONTHLY.");
    err = check_weekdays(r, p);
    if (err != LOA_OK)
        return err;
    if (!some_month_has_such_day(r))
        return refuse(p, "Không tháng nào trong BYMONTH có ngày ghi ở BYMONTHDAY.");
    return LOA_OK;
}

/* How many days of one month the rule can name at most. */
static size_t days_a_month(const struct icalrecurrencetype *r)
{
    size_t n = 0;

    if (r->by_month_day[0] != END_OF_LIST)
        return list_length(r->by_month_day);
    for (const short *d = r->by_day; *d != END_OF_LIST; d++)
        n += icalrecurrencetype_day_position(*d) ? 1 : 5;
    return at_least_one(n);
}

/* libical applies BYSETPOS to days only, and not at all to daily and weekly rules. */
static enum loa_err check_positions(const struct icalrecurrencetype *r, struct loa_problem *p)
{
    size_t most = days_a_month(r);

    if (r->by_set_pos[0] == END_OF_LIST)
        return LOA_OK;
    if (r->freq != ICAL_MONTHLY_RECURRENCE && r->freq != ICAL_YEARLY_RECURRENCE)
        return refuse(p, "BYSETPOS chỉ dùng với FREQ=MONTHLY hoặc FREQ=YEARLY.");
    if (times_a_day(r) > 1)
        return refuse(p, "BYSETPOS không đi cùng nhiều giờ trong một ngày.");
    if (r->freq == ICAL_YEARLY_RECURRENCE)
        most = 366;
    for (const short *s = r->by_set_pos; *s != END_OF_LIST; s++)
        if (*s == 0 || (size_t)abs(*s) > most)
            return refuse(p, "Không tháng hay năm nào có đủ ngày cho số thứ tự ở BYSETPOS.");
    return LOA_OK;
}

static enum loa_err check(struct icalrecurrencetype *r, struct loa_problem *p)
{
    enum loa_err err;

    switch (r->freq) {
    case ICAL_DAILY_RECURRENCE:
    case ICAL_WEEKLY_RECURRENCE:
    case ICAL_MONTHLY_RECURRENCE:
    case ICAL_YEARLY_RECURRENCE:
        break;
    case ICAL_SECONDLY_RECURRENCE:
    case ICAL_MINUTELY_RECURRENCE:
    case ICAL_HOURLY_RECURRENCE:
        return refuse(p, "Không lặp theo giờ, phút, giây; nhiều lần trong ngày thì viết như "
                         "FREQ=DAILY;BYHOUR=7,11,17.");
    case ICAL_NO_RECURRENCE:
        return refuse(p, "Không hiểu quy tắc lặp; " EXAMPLE ".");
    }
    if (r->interval > INTERVAL_MAX)
        return refuse(p, "INTERVAL lớn nhất là 366.");
    if (r->count > COUNT_MAX)
        return refuse(p, "COUNT lớn nhất là 20000.");
    if ((err = check_times(r, p)) != LOA_OK || (err = check_days(r, p)) != LOA_OK)
        return err;
    return check_positions(r, p);
}

enum loa_err sched_recur_rule_parse(const char *text, struct icalrecurrencetype *out,
                                    struct loa_problem *problem)
{
    struct icalrecurrencetype r;
    bool lunar;

    if (text && strncasecmp(text, "RRULE:", 6) == 0)
        text += 6;
    if (!text || !text[0])
        return refuse(problem, "Thiếu quy tắc lặp; " EXAMPLE ".");
    if (strlen(text) > TEXT_MAX)
        return refuse(problem, "Quy tắc lặp dài quá 512 ký tự.");
    if (!text_is_sound(text))
        return refuse(problem, "Quy tắc lặp phải gồm các phần TÊN=GIÁ TRỊ cách nhau bằng dấu chấm "
                               "phẩy, số không quá 5 chữ số; " EXAMPLE ".");
    icalerror_set_errors_are_fatal(0);
    icalerror_clear_errno();
    r = icalrecurrencetype_from_string(text);
    lunar = r.rscale != NULL;
    free(r.rscale);
    r.rscale = NULL;
    if (lunar || r.skip != ICAL_SKIP_OMIT)
        return refuse(problem, "Chưa lặp theo âm lịch (RSCALE, SKIP); hãy ghi từng ngày dương "
                               "lịch.");
    if (icalerrno != ICAL_NO_ERROR)
        return refuse(problem, "Không hiểu quy tắc lặp; " EXAMPLE ".");
    *out = r;
    return check(out, problem);
}
