/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/clock.h"

#include <stdio.h>
#include <string.h>

#include "bot/answer/answer.h"
#include "bot/answer/finder.h"

enum { DAY = 24 * 60, AROUND = 30 };

enum answer_clock_role answer_clock_named(const char *concept)
{
    static const struct {
        const char *name;
        enum answer_clock_role role;
    } names[] = {
        {"hour", ANSWER_CLOCK_HOUR},       {"minute", ANSWER_CLOCK_MINUTE},
        {"half", ANSWER_CLOCK_HALF},       {"less", ANSWER_CLOCK_LESS},
        {"am", ANSWER_CLOCK_AM},           {"pm", ANSWER_CLOCK_PM},
        {"after", ANSWER_CLOCK_AFTER},     {"before", ANSWER_CLOCK_BEFORE},
        {"until", ANSWER_CLOCK_UNTIL},     {"about", ANSWER_CLOCK_ABOUT},
        {"and", ANSWER_CLOCK_AND},         {"at", ANSWER_CLOCK_AT},
        {"between", ANSWER_CLOCK_BETWEEN}, {"onward", ANSWER_CLOCK_ONWARD},
        {"back", ANSWER_CLOCK_BACK},       {"duration", ANSWER_CLOCK_DURATION},
        {"not", ANSWER_CLOCK_NOT},
    };
    static const char head[] = "i.clock.";

    if (strncmp(concept, head, sizeof(head) - 1) != 0)
        return ANSWER_CLOCK_NONE;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i].name, concept + sizeof(head) - 1) == 0)
            return names[i].role;
    }
    return ANSWER_CLOCK_NONE;
}

bool answer_clock_hours(const char *concept, int16_t *from, int16_t *to)
{
    unsigned h1, m1, h2, m2;
    char rest;

    if (sscanf(concept, "clock.%2u%2u-%2u%2u%c", &h1, &m1, &h2, &m2, &rest) != 4 || h1 > 23 ||
        h2 > 24 || m1 > 59 || m2 > 59 || h1 * 60 + m1 >= h2 * 60 + m2 || h2 * 60 + m2 > DAY)
        return false;
    *from = (int16_t)(h1 * 60 + m1);
    *to = (int16_t)(h2 * 60 + m2);
    return true;
}

/* --- what stands where ------------------------------------------------------------------- */

/* The span of that role that starts at the token; NULL: none. */
static const struct answer_span *role_at(const struct answer_finder *f, size_t at,
                                         enum answer_clock_role role)
{
    for (size_t i = 0; i < f->spans->n; i++) {
        const struct answer_span *s = &f->spans->s[i];

        if (s->kind == ANSWER_SPAN_CONCEPT && !s->loose && s->at == at &&
            f->x->traits[s->ref].clock == role)
            return s;
    }
    return NULL;
}

/* The same for the span that ends before the token. */
static const struct answer_span *role_before(const struct answer_finder *f, size_t at,
                                             enum answer_clock_role role)
{
    for (size_t i = 0; i < f->spans->n; i++) {
        const struct answer_span *s = &f->spans->s[i];

        if (s->kind == ANSWER_SPAN_CONCEPT && !s->loose && (size_t)s->at + s->n == at &&
            f->x->traits[s->ref].clock == role)
            return s;
    }
    return NULL;
}

static size_t role_words(const struct answer_finder *f, size_t at, enum answer_clock_role role)
{
    const struct answer_span *s = role_at(f, at, role);

    return s ? s->n : 0;
}

static bool is_tod(enum answer_when w)
{
    return w >= ANSWER_WHEN_MORNING && w <= ANSWER_WHEN_EVENING;
}

/* The time of day said from that token on; *words: its tokens, where they are wanted. */
static uint8_t tod_at(const struct answer_finder *f, size_t at, size_t *words)
{
    uint8_t tod = ANSWER_TOD_NONE;
    size_t most = 0;

    for (size_t i = 0; i < f->spans->n; i++) {
        const struct answer_span *s = &f->spans->s[i];
        enum answer_when w;

        if (s->kind != ANSWER_SPAN_CONCEPT || s->at != at)
            continue;
        w = (enum answer_when)f->x->traits[s->ref].when;
        if (is_tod(w) && s->n > most) {
            tod = (uint8_t)(w - ANSWER_WHEN_MORNING + ANSWER_TOD_MORNING);
            most = s->n;
        }
    }
    if (words)
        *words = most;
    return tod;
}

/* Places where a time of day is said. */
static size_t count_tods(const struct answer_finder *f)
{
    size_t n = 0;

    for (size_t at = 0; at < f->t->n; at++)
        n += tod_at(f, at, NULL) != ANSWER_TOD_NONE;
    return n;
}

static bool glued(const struct answer_finder *f, size_t at, char glue)
{
    const struct answer_token *t = answer_finder_token(f, at);

    return t && t->glue == glue;
}

/* --- one time ---------------------------------------------------------------------------- */

/* "7", "bảy", "mười một". Returns the tokens taken. */
static size_t read_hour(const struct answer_finder *f, size_t at, struct answer_moment *m)
{
    const struct answer_token *t = answer_finder_token(f, at), *next = NULL;
    int v = answer_finder_number(f, at, 0, 24);

    if (v >= 0) {
        m->hour = v;
        m->sure = v > 12 || (t && t->word.len > 1 && t->word.base[0] == '0');
        return 1;
    }
    if (!t || t->number || t->covered)
        return 0;
    v = answer_finder_spelled(t);
    next = answer_finder_token(f, at + 1);
    if (v == 10 && next && !next->number) {
        int more = answer_finder_spelled(next);

        if (more == 1 || more == 2) {
            m->hour = 10 + more;
            return 2;
        }
    }
    m->hour = v;
    return v > 0;
}

/* Minutes after "giờ": "7h30", "7 giờ 30 phút", "8 giờ rưỡi", "8 giờ kém 15". */
static size_t read_minutes(const struct answer_finder *f, size_t at, struct answer_moment *m)
{
    size_t half = role_words(f, at, ANSWER_CLOCK_HALF), less;
    int v;

    if (half) {
        m->minute = 30;
        return half;
    }
    less = role_words(f, at, ANSWER_CLOCK_LESS);
    v = answer_finder_number(f, at + less, 0, 59);
    /* "8 giờ 3/10" goes on with a day. */
    if (v < 0 || glued(f, at + less + 1, '/') || glued(f, at + less + 1, '-') ||
        (!less && f->t->t[at].glue == ' ' && v < 10 &&
         !role_words(f, at + 1, ANSWER_CLOCK_MINUTE)) ||
        role_words(f, at + less + 1, ANSWER_CLOCK_HOUR))
        return 0;
    m->minute = less ? 60 - v : v;
    m->hour -= less && v > 0 && m->hour > 0;
    m->minute %= 60;
    return less + 1 + role_words(f, at + less + 1, ANSWER_CLOCK_MINUTE);
}

static size_t read_half_of_day(const struct answer_finder *f, size_t at, struct answer_moment *m)
{
    size_t n;

    if ((n = role_words(f, at, ANSWER_CLOCK_AM)) != 0)
        m->tod = ANSWER_TOD_MORNING;
    else if ((n = role_words(f, at, ANSWER_CLOCK_PM)) != 0)
        m->tod = ANSWER_TOD_AFTERNOON;
    m->timed |= n > 0;
    return n;
}

/* A time from token `at` on. Returns the tokens taken, 0: there is none. */
static size_t read_moment(const struct answer_finder *f, size_t at, struct answer_moment *m)
{
    size_t n, more;

    *m = (struct answer_moment){0};
    n = read_hour(f, at, m);
    if (!n || glued(f, at, '/'))
        return 0;
    if ((more = role_words(f, at + n, ANSWER_CLOCK_HOUR)) != 0) {
        if (role_at(f, at + n, ANSWER_CLOCK_NOT))
            return 0;
        m->timed = true;
        n += more;
        n += read_minutes(f, at + n, m);
    } else if (glued(f, at + n, ':') && f->t->t[at + n].word.len == 2 &&
               answer_finder_number(f, at + n, 0, 59) >= 0) {
        m->minute = answer_finder_number(f, at + n, 0, 59);
        m->timed = true;
        n++;
    } else if ((more = role_words(f, at + n, ANSWER_CLOCK_HALF)) != 0) {
        m->minute = 30;
        m->timed = true;
        n += more;
    }
    more = read_half_of_day(f, at + n, m);
    if (!more)
        m->tod = tod_at(f, at + n, &more);
    return m->hour * 60 + m->minute <= DAY ? n + more : 0;
}

/* --- times together ---------------------------------------------------------------------- */

static bool is_day(const struct answer_finder *f, size_t at)
{
    static const char *const words[] = {"ngay", "mung", "mong", "hom", "bua", "thang", NULL};

    return at > 0 && answer_finder_word(f, at - 1, words);
}

/* "sau 7 tối nay": a number alone is a time where nothing else can follow from it. */
static bool stands_alone(const struct answer_finder *f, size_t at)
{
    const struct answer_token *t = answer_finder_token(f, at);

    if (f->out->tod == ANSWER_TOD_NONE)
        return false;
    return !t || t->glue == '|' || t->glue == ',' || tod_at(f, at, NULL) != ANSWER_TOD_NONE;
}

/* The second time of a range. Returns the tokens taken from `at` on. */
static size_t read_second(const struct answer_finder *f, size_t at, bool between,
                          struct answer_moment *b)
{
    size_t join = role_words(f, at, ANSWER_CLOCK_UNTIL), n;

    if (!join && between)
        join = role_words(f, at, ANSWER_CLOCK_AND);
    if (!join && !glued(f, at, '-'))
        return 0;
    n = read_moment(f, at + join, b);
    return n ? join + n : 0;
}

/* What is said before and after one time about it. */
static enum answer_clock_role frame_of(const struct answer_finder *f, size_t at, size_t end)
{
    static const enum answer_clock_role before[] = {ANSWER_CLOCK_AFTER, ANSWER_CLOCK_BEFORE,
                                                    ANSWER_CLOCK_UNTIL, ANSWER_CLOCK_ABOUT};
    const struct answer_span *about = role_before(f, at, ANSWER_CLOCK_ABOUT);

    if (!about)
        about = role_before(f, at, ANSWER_CLOCK_AT);

    if (role_at(f, end, ANSWER_CLOCK_ONWARD))
        return ANSWER_CLOCK_AFTER;
    if (role_at(f, end, ANSWER_CLOCK_BACK))
        return ANSWER_CLOCK_BEFORE;
    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
        if (role_before(f, at, before[i]) || (about && role_before(f, about->at, before[i])))
            return before[i];
    }
    return ANSWER_CLOCK_NONE;
}

/* Times from token `at` on, with what frames them. Returns the tokens taken. */
static size_t read_hours(const struct answer_finder *f, size_t at, struct answer_hours *h)
{
    struct answer_hours mine = {.has = true};
    size_t n = read_moment(f, at, &mine.a), more;

    if (!n || is_day(f, at) || role_before(f, at, ANSWER_CLOCK_DURATION))
        return 0;
    more = read_second(f, at + n, role_before(f, at, ANSWER_CLOCK_BETWEEN), &mine.b);
    if (more && (mine.a.timed || mine.b.timed)) {
        mine.how = ANSWER_CLOCK_BETWEEN;
        n += more;
    } else {
        mine.how = frame_of(f, at, at + n);
        /* "mở tới 9 giờ" says nothing of what begins. "0h" and "24h" are hardly asked for. */
        if (mine.how == ANSWER_CLOCK_UNTIL ||
            (mine.how == ANSWER_CLOCK_NONE && mine.a.hour % 24 == 0))
            return 0;
        if (!mine.a.timed && ((mine.how != ANSWER_CLOCK_AFTER && mine.how != ANSWER_CLOCK_BEFORE) ||
                              !(mine.a.tod || stands_alone(f, at + n))))
            return 0;
    }
    mine.said = (mine.a.tod != 0) + (mine.how == ANSWER_CLOCK_BETWEEN && mine.b.tod != 0 ? 1U : 0U);
    *h = mine;
    return n;
}

void answer_find_hours(const struct answer_finder *f, struct answer_hours *out)
{
    for (size_t at = 0; at < f->t->n;) {
        struct answer_hours h;
        size_t n = read_hours(f, at, &h);

        if (n) {
            if (!out->has)
                *out = h;
            answer_finder_cover(f, at, n);
        }
        at += n ? n : 1;
    }
}

/* --- to minutes -------------------------------------------------------------------------- */

/* Hours of the day for one that was said with a time of day. */
static int with_tod(int hour, uint8_t tod)
{
    if (tod == ANSWER_TOD_MORNING)
        return hour == 12 ? 0 : hour;
    if (hour == 12)
        return tod == ANSWER_TOD_EVENING ? 24 : 12;
    return hour < (tod == ANSWER_TOD_NOON ? 10 : 12) ? hour + 12 : hour;
}

/* Without a word of the day's half: what is held, and what is still to come. */
static int guess(const struct answer_finder *f, const struct answer_moment *m)
{
    const struct answer_dates *d = f->out;
    bool today = !d->has || (d->from == f->today && d->to == f->today);
    int at = m->hour * 60 + m->minute;

    if (m->hour >= 1 && m->hour <= 6)
        return m->hour + 12;
    if (m->hour < 12 && m->hour > 0 && today && at < f->minute && at + DAY / 2 >= f->minute)
        return m->hour + 12;
    return m->hour;
}

static int minutes_of(const struct answer_finder *f, const struct answer_moment *m)
{
    int hour = m->hour;

    if (m->tod) {
        hour = hour > 12 ? hour : with_tod(hour, m->tod);
    } else if (!m->sure && f->out->tod) {
        hour = with_tod(hour, f->out->tod);
    } else if (!m->sure) {
        hour = guess(f, m);
        f->out->guessed = true;
    }
    return hour * 60 + m->minute;
}

static void set(struct answer_dates *d, int from, int to)
{
    d->clock = true;
    d->minute_from = (int16_t)(from < 0 ? 0 : from);
    d->minute_to = (int16_t)(to > DAY ? DAY : to);
    if (d->minute_to <= d->minute_from)
        d->minute_to = (int16_t)(d->minute_from + 1);
}

/* "8 đến 10 giờ tối" are both in the evening, "10 giờ đến 2 giờ chiều" are not. */
static void set_range(const struct answer_finder *f, const struct answer_hours *h)
{
    int a = minutes_of(f, &h->a), b = minutes_of(f, &h->b);
    bool free_a = !h->a.tod && !h->a.sure && h->a.hour < 12;
    bool free_b = !h->b.tod && !h->b.sure && h->b.hour < 12;

    if (free_a && (h->b.tod || h->b.sure)) {
        a = h->a.hour * 60 + h->a.minute;
        if (b >= DAY / 2 && a + DAY / 2 < b)
            a += DAY / 2;
    } else if (free_b) {
        b = h->b.hour * 60 + h->b.minute;
        if (b <= a)
            b += DAY / 2;
    }
    if (b > a)
        set(f->out, a, b);
}

static void set_named(const struct answer_finder *f)
{
    for (size_t i = 0; i < f->spans->n; i++) {
        const struct answer_span *s = &f->spans->s[i];
        int16_t from, to;

        if (s->kind == ANSWER_SPAN_CONCEPT &&
            f->x->traits[s->ref].when == (uint8_t)ANSWER_WHEN_HOURS &&
            answer_clock_hours(f->x->words->concepts[s->ref], &from, &to)) {
            set(f->out, from, to);
            return;
        }
    }
}

void answer_set_hours(const struct answer_finder *f, const struct answer_hours *h)
{
    int at;

    if (!h->has) {
        set_named(f);
        return;
    }
    at = minutes_of(f, &h->a);
    switch (h->how) {
    case ANSWER_CLOCK_AFTER:
        set(f->out, at, DAY);
        break;
    case ANSWER_CLOCK_BEFORE:
        set(f->out, 0, at);
        break;
    case ANSWER_CLOCK_ABOUT:
        set(f->out, at - AROUND, at + AROUND + 1);
        break;
    case ANSWER_CLOCK_BETWEEN:
        set_range(f, h);
        break;
    case ANSWER_CLOCK_NONE:
    case ANSWER_CLOCK_HOUR:
    case ANSWER_CLOCK_MINUTE:
    case ANSWER_CLOCK_HALF:
    case ANSWER_CLOCK_LESS:
    case ANSWER_CLOCK_AM:
    case ANSWER_CLOCK_PM:
    case ANSWER_CLOCK_UNTIL:
    case ANSWER_CLOCK_AND:
    case ANSWER_CLOCK_AT:
    case ANSWER_CLOCK_ONWARD:
    case ANSWER_CLOCK_BACK:
    case ANSWER_CLOCK_DURATION:
    case ANSWER_CLOCK_NOT:
        set(f->out, at, at + 1);
        return;
    }
    /* In "sau 9h sáng" the morning belongs to the time: the afternoon is after it, too. */
    if (h->said && h->said == count_tods(f))
        f->out->tod = ANSWER_TOD_NONE;
}

static void shift(struct answer_query *q, int by)
{
    if (q->minute_from > 0)
        q->minute_from = (int16_t)(q->minute_from + by);
    if (q->minute_to < DAY)
        q->minute_to = (int16_t)(q->minute_to + by);
}

void answer_clock_lean(const struct answer_query *before, struct answer_query *q)
{
    bool late = before->tod == ANSWER_TOD_AFTERNOON || before->tod == ANSWER_TOD_EVENING ||
                (before->has_clock && before->minute_from >= DAY / 2);
    bool early =
        before->tod == ANSWER_TOD_MORNING || (before->has_clock && before->minute_to <= DAY / 2);
    int hour = q->minute_from ? q->minute_from : q->minute_to;

    if (late && hour < DAY / 2)
        shift(q, DAY / 2);
    else if (early && hour >= DAY / 2)
        shift(q, -DAY / 2);
}
