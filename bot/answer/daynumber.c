/* SPDX-License-Identifier: Apache-2.0 */
/* Days written with numbers: "3/10", "ngày 5 tháng 10", "mùng ba", "từ 1 đến 3/10", "4th October".
 */
#include <string.h>

#include "bot/answer/finder.h"
#include "messages/base/tz.h"

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

struct civil_day {
    int year, month, day; /* 0: not said */
};

static bool exists(int year, int month, int day)
{
    return month >= 1 && month <= 12 && day >= 1 && day <= days_in(year, month);
}

/* The year and month that were not said: those that lie among the events, else the nearest on or
 * after today. False when there is no such day. */
static bool complete(const struct answer_finder *f, struct civil_day d, int32_t *out)
{
    int64_t now = answer_day_ms(f->today);
    struct loa_civil c = loa_tz_civil(now);
    int32_t best = INT32_MAX;

    for (int k = -12; k <= 12; k++) {
        int m0 = c.year * 12 + c.month - 1 + k;
        int year = d.year ? d.year : m0 / 12, month = d.month ? d.month : m0 % 12 + 1;
        int32_t day, far;

        if (!exists(year, month, d.day))
            continue;
        day = answer_day_civil(year, month, d.day);
        if (day >= f->x->first_day && day <= f->x->last_day) {
            *out = day;
            return true;
        }
        far = day >= f->today ? day - f->today : (f->today - day) * 2;
        if (best == INT32_MAX || far < (best >= f->today ? best - f->today : (f->today - best) * 2))
            best = day;
    }
    *out = best;
    return best != INT32_MAX;
}

const struct answer_token *answer_finder_token(const struct answer_finder *f, size_t at)
{
    return at < f->t->n ? &f->t->t[at] : NULL;
}

bool answer_finder_word(const struct answer_finder *f, size_t at, const char *const *list)
{
    const struct answer_token *t = answer_finder_token(f, at);

    for (; t && !t->number && *list; list++) {
        if (answer_token_is(t, *list))
            return true;
    }
    return false;
}

static const char *const day_words[] = {"ngay", "mung", "mong", "hom", "bua", NULL};
static const char *const new_moon_words[] = {"mung", "mong", NULL};
static const char *const month_words[] = {"thang", NULL};
static const char *const year_words[] = {"nam", NULL};
static const char *const until_words[] = {"den", "toi", NULL};
static const char *const and_words[] = {"va", "voi", "hoac", "hay", NULL};
static const char *const later_words[] = {"nua", NULL};
static const char *const ordinal_words[] = {"st", "nd", "rd", "th", NULL};
static const char *const west_words[] = {"tay", NULL};
static const char *const of_words[] = {"of", NULL};

int answer_finder_spelled(const struct answer_token *t)
{
    static const struct {
        const char *base;
        uint8_t tone;
    } words[] = {{"mot", TONE_NANG}, {"hai", TONE_NONE},  {"ba", TONE_NONE}, {"bon", TONE_SAC},
                 {"nam", TONE_NONE}, {"sau", TONE_SAC},   {"bay", TONE_HOI}, {"tam", TONE_SAC},
                 {"chin", TONE_SAC}, {"muoi", TONE_HUYEN}};

    for (int i = 0; i < 10; i++) {
        if (answer_token_is(t, words[i].base) && t->word.tone == words[i].tone)
            return i + 1;
    }
    return -1;
}

static int month_name(const struct answer_token *t)
{
    static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};
    static const char *const full[] = {"january",   "february", "march",    "april",
                                       "may",       "june",     "july",     "august",
                                       "september", "october",  "november", "december"};

    for (int i = 0; t && !t->number && i < 12; i++) {
        if (answer_token_is(t, months[i]) || answer_token_is(t, full[i]))
            return i + 1;
    }
    return 0;
}

int answer_finder_number(const struct answer_finder *f, size_t at, int low, int high)
{
    const struct answer_token *t = answer_finder_token(f, at);
    int v = t && !t->covered ? answer_token_number(t) : -1;

    return v >= low && v <= high ? v : -1;
}

static bool glued(const struct answer_finder *f, size_t at, const char *glues)
{
    const struct answer_token *t = answer_finder_token(f, at);

    return t && t->glue && strchr(glues, t->glue) != NULL;
}

static bool has_events(const struct answer_finder *f, int month)
{
    struct loa_civil from, to;

    if (f->x->last_day < f->x->first_day)
        return false;
    from = loa_tz_civil(answer_day_ms(f->x->first_day));
    to = loa_tz_civil(answer_day_ms(f->x->last_day));
    return month == from.month || month == to.month;
}

/* A month, and maybe a year, after the day at token `at - 1`. Returns the tokens taken. */
static size_t read_month(const struct answer_finder *f, size_t at, bool after_day_word,
                         struct civil_day *d)
{
    size_t n = 0;
    int v;

    if (answer_finder_word(f, at, month_words)) {
        const struct answer_token *t = answer_finder_token(f, at + 1);

        /* "tháng 10" by itself may be a phrase of the lists, so it may be covered. */
        v = t ? answer_token_number(t) : -1;
        if (v < 0 && t)
            v = answer_finder_spelled(t);
        if (v < 1 || v > 12)
            return 0;
        d->month = v;
        n = 2;
    } else if (glued(f, at, "/-.") && (v = answer_finder_number(f, at, 1, 12)) > 0) {
        bool year = glued(f, at + 1, "/-.") && answer_finder_number(f, at + 1, 2000, 2100) > 0;

        /* "3-5" and "3.5" are often no dates; "ngày 3-5", "3-5-2026" and, when the events are in
         * October, "3-10" are. */
        if (f->t->t[at].glue != '/' && !year && !after_day_word && !has_events(f, v))
            return 0;
        d->month = v;
        n = 1;
    } else {
        return 0;
    }
    if (glued(f, at + n, "/-.") && (v = answer_finder_number(f, at + n, 2000, 2100)) > 0) {
        d->year = v;
        return n + 1;
    }
    if (answer_finder_word(f, at + n, year_words) &&
        (v = answer_finder_number(f, at + n + 1, 2000, 2100)) > 0) {
        d->year = v;
        return n + 2;
    }
    return n;
}

/* "4 October", "4th of October", "October 4th". */
static size_t read_english(const struct answer_finder *f, size_t at, struct civil_day *d)
{
    size_t n = 1;
    int v = answer_finder_number(f, at, 1, 31), month;

    if (v > 0) {
        d->day = v;
        if (answer_finder_word(f, at + n, ordinal_words) && f->t->t[at + n].glue == '\0')
            n++;
        if (n == 2 && at > 0 && month_name(answer_finder_token(f, at - 1)) == 0 &&
            !answer_finder_word(f, at + n, of_words) &&
            month_name(answer_finder_token(f, at + n)) == 0)
            return n; /* "the 4th" */
        n += answer_finder_word(f, at + n, of_words);
        d->month = month_name(answer_finder_token(f, at + n));
        return d->month ? n + 1 : 0;
    }
    month = month_name(answer_finder_token(f, at));
    v = answer_finder_number(f, at + 1, 1, 31);
    if (!month || v < 0)
        return 0;
    d->month = month;
    d->day = v;
    return answer_finder_word(f, at + 2, ordinal_words) && f->t->t[at + 2].glue == '\0' ? 3 : 2;
}

/* One day at token `at`. Returns the tokens it takes, 0: there is none. `bare` allows a number by
 * itself, as the second of a range. */
static size_t read_day(const struct answer_finder *f, size_t at, bool bare, struct civil_day *d)
{
    size_t n = answer_finder_word(f, at, day_words) ? 1 : 0, more;
    bool lunar_style = answer_finder_word(f, at, new_moon_words);
    int v = answer_finder_number(f, at + n, 1, 31);

    *d = (struct civil_day){0};
    if (v < 0 && n && answer_finder_token(f, at + n) && !f->t->t[at + n].covered)
        v = answer_finder_spelled(answer_finder_token(f, at + n));
    if (v < 0 && lunar_style && answer_finder_token(f, at + n)) {
        struct answer_token t = f->t->t[at + n];

        /* After "mùng" a number is sure to follow, so marks may be missing. */
        for (uint8_t tone = TONE_SAC; v < 0 && t.word.tone == TONE_NONE && tone <= TONE_NANG;
             tone++) {
            struct answer_token with = t;

            with.word.tone = tone;
            v = answer_finder_spelled(&with);
        }
    }
    if (v < 0)
        return n ? 0 : read_english(f, at, d);
    d->day = v;
    /* "4 tây": of the western calendar. */
    if (!n && answer_finder_word(f, at + 1, west_words) && !f->t->t[at].covered)
        return 2;
    more = read_month(f, at + n + 1, n > 0, d);
    if (more || n || bare)
        return n + 1 + more;
    return read_english(f, at, d);
}

void answer_finder_cover(const struct answer_finder *f, size_t at, size_t n)
{
    for (size_t i = at; i < at + n && i < f->t->n; i++)
        f->t->t[i].covered = true;
}

/* A bare day before the one at `at`, joined to it: "3 và 4/10", "từ 3 đến 5/10". */
static bool read_before(const struct answer_finder *f, size_t at, struct civil_day last,
                        struct civil_day *d)
{
    size_t back;
    int v;

    if (at == 0)
        return false;
    v = answer_finder_number(f, at - 1, 1, 31);
    /* Without anything between them only days in a row are days: "6 7 tháng 10". */
    if (v > 0 && (glued(f, at, ",-") || (glued(f, at, " ") && v + 1 == last.day)))
        back = 1;
    else if (at >= 2 &&
             (answer_finder_word(f, at - 1, until_words) ||
              answer_finder_word(f, at - 1, and_words)) &&
             (v = answer_finder_number(f, at - 2, 1, 31)) > 0)
        back = 2;
    else
        return false;
    if (v >= last.day)
        return false;
    *d = (struct civil_day){.year = last.year, .month = last.month, .day = v};
    answer_finder_cover(f, at - back, back);
    return true;
}

/* "từ 5/10 trở đi" lasts to the end of the events. */
static bool is_open_end(const struct answer_finder *f, size_t at)
{
    static const char *const tro[] = {"tro", NULL}, *const di[] = {"di", "ve", NULL};

    return answer_finder_word(f, at, tro) && answer_finder_word(f, at + 1, di);
}

/* "3 ngày nữa" is a day, "3 ngày tới" are all until then. Returns the tokens taken. */
static size_t read_days_ahead(struct answer_finder *f, size_t at)
{
    static const char *const coming[] = {"toi", NULL}, *const day[] = {"ngay", "bua", NULL};
    int n = answer_finder_number(f, at, 1, 14);

    if (n < 0 && answer_finder_token(f, at) && !f->t->t[at].number)
        n = answer_finder_spelled(answer_finder_token(f, at));
    if (n < 0 || !answer_finder_word(f, at + 1, day))
        return 0;
    if (answer_finder_word(f, at + 2, later_words))
        answer_finder_add(f, f->today + n, f->today + n);
    else if (answer_finder_word(f, at + 2, coming))
        answer_finder_add(f, f->today + 1, f->today + n);
    else
        return 0;
    return 3;
}

void answer_find_day_numbers(struct answer_finder *f)
{
    for (size_t at = 0; at < f->t->n;) {
        struct civil_day d, before;
        int32_t day, first;
        size_t n = f->t->t[at].covered && f->t->t[at].number ? 0 : read_day(f, at, false, &d);
        size_t ahead = read_days_ahead(f, at);

        if (ahead) {
            n = ahead;
        } else if (n && complete(f, d, &day)) {
            first = day;
            if (read_before(f, at, d, &before))
                complete(f, before, &first);
            if (is_open_end(f, at + n) && f->x->last_day > day)
                day = f->x->last_day;
            /* "ngày 3 đến 5", "3/10 tới 5/10" come round again as days of their own; a bare
             * number after "đến" does not, so it is read here. */
            if (answer_finder_word(f, at + n, until_words)) {
                struct civil_day last;
                size_t more = read_day(f, at + n + 1, true, &last);
                int32_t to;

                if (more && last.month == 0)
                    last.month = d.month;
                if (more && complete(f, last, &to) && to >= first) {
                    day = to;
                    n += 1 + more;
                }
            }
            answer_finder_add(f, first < day ? first : day, day);
        } else {
            n = 0;
        }
        answer_finder_cover(f, at, n);
        at += n ? n : 1;
    }
}
