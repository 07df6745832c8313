/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/when.h"

#include <string.h>

#include "bot/answer/answer.h"
#include "bot/answer/finder.h"

static const struct {
    const char *name;
    enum answer_when when;
} names[] = {
    {"date.minus2", ANSWER_WHEN_MINUS2},
    {"date.yesterday", ANSWER_WHEN_YESTERDAY},
    {"date.today", ANSWER_WHEN_TODAY},
    {"date.tomorrow", ANSWER_WHEN_TOMORROW},
    {"date.plus2", ANSWER_WHEN_PLUS2},
    {"date.mon", ANSWER_WHEN_MON},
    {"date.tue", ANSWER_WHEN_TUE},
    {"date.wed", ANSWER_WHEN_WED},
    {"date.thu", ANSWER_WHEN_THU},
    {"date.fri", ANSWER_WHEN_FRI},
    {"date.sat", ANSWER_WHEN_SAT},
    {"date.sun", ANSWER_WHEN_SUN},
    {"date.weekend", ANSWER_WHEN_WEEKEND},
    {"date.next-week", ANSWER_WHEN_NEXT_WEEK},
    {"date.last-week", ANSWER_WHEN_LAST_WEEK},
    {"date.first-day", ANSWER_WHEN_FIRST_DAY},
    {"date.last-day", ANSWER_WHEN_LAST_DAY},
    {"tod.morning", ANSWER_WHEN_MORNING},
    {"tod.noon", ANSWER_WHEN_NOON},
    {"tod.afternoon", ANSWER_WHEN_AFTERNOON},
    {"tod.evening", ANSWER_WHEN_EVENING},
};

enum answer_when answer_when_named(const char *concept)
{
    int16_t from, to;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i].name, concept) == 0)
            return names[i].when;
    }
    return answer_clock_hours(concept, &from, &to) ? ANSWER_WHEN_HOURS : ANSWER_WHEN_NONE;
}

void answer_finder_add(struct answer_finder *f, int32_t from, int32_t to)
{
    struct answer_dates *d = f->out;

    if (!d->has) {
        d->has = true;
        d->from = from;
        d->to = to;
        return;
    }
    d->from = from < d->from ? from : d->from;
    d->to = to > d->to ? to : d->to;
}

static int32_t weekday(const struct answer_finder *f, int wd, enum answer_when week)
{
    int32_t monday = f->today - answer_weekday(f->today);

    if (week == ANSWER_WHEN_NEXT_WEEK)
        return monday + 7 + wd;
    if (week == ANSWER_WHEN_LAST_WEEK)
        return monday - 7 + wd;
    return f->today + (wd - answer_weekday(f->today) + 7) % 7;
}

/* "thứ hai tuần sau": the week named within two words after `end`. */
static enum answer_when week_after(const struct answer_finder *f, const struct answer_spans *spans,
                                   size_t end)
{
    for (size_t i = 0; i < spans->n; i++) {
        const struct answer_span *s = &spans->s[i];
        enum answer_when w = s->kind == ANSWER_SPAN_CONCEPT
                                 ? (enum answer_when)f->x->traits[s->ref].when
                                 : ANSWER_WHEN_NONE;

        if ((w == ANSWER_WHEN_NEXT_WEEK || w == ANSWER_WHEN_LAST_WEEK) && s->at >= end &&
            s->at <= end + 1)
            return w;
    }
    return ANSWER_WHEN_NONE;
}

static bool add_week_words(struct answer_finder *f, enum answer_when w, enum answer_when week)
{
    int32_t monday = f->today - answer_weekday(f->today);

    if (w >= ANSWER_WHEN_MON && w <= ANSWER_WHEN_SUN) {
        int32_t day = weekday(f, (int)w - ANSWER_WHEN_MON, week);

        answer_finder_add(f, day, day);
    } else if (w == ANSWER_WHEN_WEEKEND) {
        int32_t sat = monday + 5 + (week == ANSWER_WHEN_NEXT_WEEK ? 7 : 0) -
                      (week == ANSWER_WHEN_LAST_WEEK ? 7 : 0);

        answer_finder_add(f, sat, sat + 1);
    } else {
        return false;
    }
    return true;
}

static void add_word(struct answer_finder *f, enum answer_when w)
{
    switch (w) {
    case ANSWER_WHEN_MINUS2:
    case ANSWER_WHEN_YESTERDAY:
    case ANSWER_WHEN_TODAY:
    case ANSWER_WHEN_TOMORROW:
    case ANSWER_WHEN_PLUS2: {
        int32_t day = f->today + (int32_t)w - (int32_t)ANSWER_WHEN_TODAY;

        answer_finder_add(f, day, day);
        return;
    }
    case ANSWER_WHEN_FIRST_DAY:
    case ANSWER_WHEN_LAST_DAY: {
        int32_t day = w == ANSWER_WHEN_FIRST_DAY ? f->x->first_day : f->x->last_day;

        if (f->x->first_day <= f->x->last_day)
            answer_finder_add(f, day, day);
        return;
    }
    case ANSWER_WHEN_MORNING:
    case ANSWER_WHEN_NOON:
    case ANSWER_WHEN_AFTERNOON:
    case ANSWER_WHEN_EVENING:
        if (f->out->tod == ANSWER_TOD_NONE)
            f->out->tod = (uint8_t)(w - ANSWER_WHEN_MORNING + ANSWER_TOD_MORNING);
        return;
    case ANSWER_WHEN_NONE:
    case ANSWER_WHEN_MON:
    case ANSWER_WHEN_TUE:
    case ANSWER_WHEN_WED:
    case ANSWER_WHEN_THU:
    case ANSWER_WHEN_FRI:
    case ANSWER_WHEN_SAT:
    case ANSWER_WHEN_SUN:
    case ANSWER_WHEN_WEEKEND:
    case ANSWER_WHEN_NEXT_WEEK:
    case ANSWER_WHEN_LAST_WEEK:
    case ANSWER_WHEN_HOURS:
        return;
    }
}

static void find_words(struct answer_finder *f, const struct answer_spans *spans)
{
    bool next_week = false, used_week = false;

    for (size_t i = 0; i < spans->n; i++) {
        const struct answer_span *s = &spans->s[i];
        enum answer_when w, week;

        if (s->kind != ANSWER_SPAN_CONCEPT)
            continue;
        w = (enum answer_when)f->x->traits[s->ref].when;
        if (w == ANSWER_WHEN_NONE)
            continue;
        week = week_after(f, spans, (size_t)s->at + s->n);
        if (add_week_words(f, w, week))
            used_week |= week != ANSWER_WHEN_NONE;
        else if (w == ANSWER_WHEN_NEXT_WEEK)
            next_week = true;
        else
            add_word(f, w);
    }
    if (next_week && !used_week && !f->out->has) {
        int32_t monday = f->today - answer_weekday(f->today) + 7;

        answer_finder_add(f, monday, monday + 6);
    }
}

void answer_dates_find(const struct answer_index *x, struct answer_tokens *t,
                       const struct answer_spans *spans, int32_t today, int16_t minute,
                       struct answer_dates *out)
{
    struct answer_finder f = {x, t, spans, today, minute, out};
    struct answer_hours hours = {0};

    *out = (struct answer_dates){0};
    find_words(&f, spans);
    answer_find_hours(&f, &hours); /* before the days: "8-10h" is none */
    answer_find_day_numbers(&f);
    answer_set_hours(&f, &hours);
}
