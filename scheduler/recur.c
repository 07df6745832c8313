/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/recur.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "scheduler/recur_rule.h"

enum { EXDATES_MAX = 1000, FIRST_YEAR = 1990, LAST_YEAR = 2200 };

#define KEY_DAY INT64_C(1000000) /* a key's hhmmss is below this */

struct sched_recur {
    struct icalrecurrencetype rule; /* without UNTIL: that is until_key */
    struct icaltimetype dtstart;    /* floating */
    int64_t until_key;              /* inclusive; INT64_MAX: none */
    int *exdates;                   /* YYYYMMDD, rising */
    size_t n_exdates;
    icalrecur_iterator *iterator;
    struct sched_occurrence last; /* what the iterator gave last; key 0: nothing yet */
    int64_t before_last;          /* key asked for when `last` was found; for asking again */
    int64_t end;                  /* there is nothing after this key; INT64_MAX: not yet known */
};

int64_t sched_key_of(const struct loa_civil *c)
{
    int64_t date = ((int64_t)c->year * 100 + c->month) * 100 + c->day;

    return ((date * 100 + c->hour) * 100 + c->minute) * 100 + c->second;
}

int64_t sched_key(int64_t ms)
{
    struct loa_civil c = loa_tz_civil(ms);

    return sched_key_of(&c);
}

static struct loa_civil key_civil(int64_t key)
{
    return (struct loa_civil){.year = (int)(key / (KEY_DAY * 10000)),
                              .month = (int)(key / (KEY_DAY * 100) % 100),
                              .day = (int)(key / KEY_DAY % 100),
                              .hour = (int)(key / 10000 % 100),
                              .minute = (int)(key / 100 % 100),
                              .second = (int)(key % 100)};
}

int64_t sched_key_ms(int64_t key)
{
    struct loa_civil c = key_civil(key);

    return loa_tz_ms(&c);
}

const char *sched_key_text(int64_t key, char out[SCHED_KEY_TEXT_SIZE])
{
    struct loa_civil c = key_civil(key);

    (void)snprintf(out, SCHED_KEY_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d", c.year % 10000,
                   c.month, c.day, c.hour, c.minute, c.second);
    return out;
}

static int compare_int(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;

    return (x > y) - (x < y);
}

/* One "2026-10-02" of `len` bytes; 0 when it is not a day of the calendar. */
static int date_number(const char *s, size_t len)
{
    char text[11];
    int64_t ms;

    if (len != sizeof(text) - 1)
        return 0;
    memcpy(text, s, len);
    text[len] = '\0';
    /* The parser checks the form and the calendar; the zone plays no part in the number. */
    if (loa_iso_parse(text, &ms) != LOA_OK)
        return 0;
    return (int)(strtol(text, NULL, 10) * 10000 + strtol(text + 5, NULL, 10) * 100 +
                 strtol(text + 8, NULL, 10));
}

static enum loa_err parse_exdates(struct sched_recur *r, const char *text, struct loa_problem *p)
{
    static const char separators[] = ", ;\t\n";

    for (; text && *(text += strspn(text, separators)); text += strcspn(text, separators)) {
        size_t len = strcspn(text, separators);
        int date = date_number(text, len);

        if (!date)
            return loa_fail(p, LOA_EINVAL, "exdates",
                            "Ngày bỏ qua phải có dạng 2026-10-02, cách nhau bằng dấu phẩy.");
        if (r->n_exdates == EXDATES_MAX)
            return loa_fail(p, LOA_EINVAL, "exdates", "Có quá %d ngày bỏ qua.", (int)EXDATES_MAX);
        r->exdates = loa_xrealloc(r->exdates, (r->n_exdates + 1) * sizeof(*r->exdates));
        r->exdates[r->n_exdates++] = date;
    }
    if (r->n_exdates)
        qsort(r->exdates, r->n_exdates, sizeof(*r->exdates), compare_int);
    return LOA_OK;
}

static bool is_skipped(const struct sched_recur *r, int64_t key)
{
    int date = (int)(key / KEY_DAY);

    return r->n_exdates &&
           bsearch(&date, r->exdates, r->n_exdates, sizeof(*r->exdates), compare_int);
}

static int64_t key_of_ical(struct icaltimetype t)
{
    struct loa_civil c = {.year = t.year,
                          .month = t.month,
                          .day = t.day,
                          .hour = t.hour,
                          .minute = t.minute,
                          .second = t.second};

    return sched_key_of(&c);
}

/* UNTIL leaves libical here: it would end a date before that day's first minute, and compare a
 * UTC moment with wall times as if they were UTC too. */
static enum loa_err take_until(struct sched_recur *r, int64_t until_ms, struct loa_problem *p)
{
    struct icaltimetype u = r->rule.until;

    r->until_key = INT64_MAX;
    r->rule.until = icaltime_null_time();
    if (!icaltime_is_null_time(u)) {
        if (u.month < 1 || u.month > 12 || u.day < 1 || u.year < FIRST_YEAR || u.year > 9999 ||
            u.day > icaltime_days_in_month(u.month, u.year) || u.hour > 23 || u.minute > 59 ||
            u.second > 59)
            return loa_fail(p, LOA_EINVAL, "rrule",
                            "UNTIL phải là ngày có thật, như 20261010 hoặc 20261010T170000.");
        if (u.is_date)
            r->until_key = key_of_ical(u) + 235959;
        else if (icaltime_is_utc(u))
            r->until_key = sched_key((int64_t)icaltime_as_timet(u) * 1000);
        else
            r->until_key = key_of_ical(u);
    }
    if (until_ms) {
        int64_t key = sched_key(until_ms);

        if (key < r->until_key)
            r->until_key = key;
    }
    return LOA_OK;
}

static enum loa_err take_dtstart(struct sched_recur *r, int64_t ms, struct loa_problem *p)
{
    struct loa_civil c = loa_tz_civil(ms);

    if (c.year < FIRST_YEAR || c.year > LAST_YEAR)
        return loa_fail(p, LOA_EINVAL, "dtstart", "Ngày bắt đầu phải trong các năm %d-%d.",
                        (int)FIRST_YEAR, (int)LAST_YEAR);
    r->dtstart = icaltime_null_time();
    r->dtstart.year = c.year;
    r->dtstart.month = c.month;
    r->dtstart.day = c.day;
    r->dtstart.hour = c.hour;
    r->dtstart.minute = c.minute;
    r->dtstart.second = c.second;
    return LOA_OK;
}

static bool rewind_iterator(struct sched_recur *r)
{
    if (r->iterator)
        icalrecur_iterator_free(r->iterator);
    icalerror_clear_errno();
    r->iterator = icalrecur_iterator_new(r->rule, r->dtstart);
    r->last = (struct sched_occurrence){0};
    r->before_last = 0;
    r->end = INT64_MAX;
    return r->iterator != NULL;
}

enum loa_err sched_recur_open(const struct sched_rule *rule, struct sched_recur **out,
                              struct loa_problem *problem)
{
    struct sched_recur *r = loa_xcalloc(1, sizeof(*r));
    struct sched_occurrence first;
    enum loa_err err;

    if ((err = sched_recur_rule_parse(rule->rrule, &r->rule, problem)) != LOA_OK ||
        (err = take_dtstart(r, rule->dtstart_ms, problem)) != LOA_OK ||
        (err = take_until(r, rule->until_ms, problem)) != LOA_OK ||
        (err = parse_exdates(r, rule->exdates, problem)) != LOA_OK)
        goto out;
    if (!rewind_iterator(r) || !sched_recur_next(r, 0, &first)) {
        err = loa_fail(problem, LOA_EINVAL, "rrule",
                       "Quy tắc lặp này không rơi vào ngày nào; hãy xem lại ngày bắt đầu, ngày "
                       "kết thúc và các ngày bỏ qua.");
        goto out;
    }
    *out = r;
    r = NULL;
out:
    sched_recur_free(r);
    return err;
}

void sched_recur_free(struct sched_recur *r)
{
    if (!r)
        return;
    if (r->iterator)
        icalrecur_iterator_free(r->iterator);
    free(r->exdates);
    free(r);
}

bool sched_recur_next(struct sched_recur *r, int64_t after_key, struct sched_occurrence *out)
{
    /* The answer given last is good for any key between the one asked then and its own. */
    if (r->last.key > after_key && after_key >= r->before_last) {
        *out = r->last;
        return true;
    }
    if (after_key >= r->end || (r->last.key > after_key && !rewind_iterator(r)))
        return false;
    for (;;) {
        struct icaltimetype t = icalrecur_iterator_next(r->iterator);
        int64_t key = key_of_ical(t);

        if (icaltime_is_null_time(t) || key > r->until_key)
            break;
        if (key <= after_key || key <= r->last.key || is_skipped(r, key))
            continue;
        r->last = (struct sched_occurrence){.key = key, .ms = sched_key_ms(key)};
        if (r->last.ms < 0)
            continue; /* a day that the zone left out altogether, as Samoa did in 2011 */
        r->before_last = after_key;
        *out = r->last;
        return true;
    }
    /* The iterator stands past everything: a question about an earlier key starts over. */
    r->last = (struct sched_occurrence){.key = INT64_MAX};
    r->before_last = INT64_MAX;
    r->end = after_key;
    return false;
}

bool sched_recur_after(struct sched_recur *r, int64_t after_ms, struct sched_occurrence *out)
{
    int64_t key = sched_key(after_ms - LOA_DAY_MS);

    while (sched_recur_next(r, key, out)) {
        if (out->ms > after_ms)
            return true;
        key = out->key;
    }
    return false;
}
