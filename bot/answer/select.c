/* SPDX-License-Identifier: Apache-2.0 */
/* The filters: day, time of day, hours, place, subject, audience, joined by AND. */
#include <stdlib.h>
#include <string.h>

#include "bot/answer/parse.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"

enum { MEMBERS_MAX = 64 };

struct filter {
    const struct answer_index *x;
    const struct answer_query *q;
    int64_t now_ms;
    int32_t today;
    int16_t minute; /* of now */
    const struct msg_place *place;
    int place_at;
    int16_t members[MEMBERS_MAX]; /* of a region, as places */
    size_t n_members;
};

/* Half open, in minutes of the day. */
static bool in_time_of_day(const struct answer_row *r, enum answer_tod tod)
{
    static const int16_t from[] = {0, 5 * 60, 11 * 60, 12 * 60, 18 * 60};
    static const int16_t to[] = {24 * 60, 12 * 60, 13 * 60 + 30, 18 * 60, 24 * 60};

    return r->minute_from < to[tod] && r->minute_to > from[tod];
}

static bool at_clock(const struct answer_row *r, const struct answer_query *q)
{
    return !q->has_clock || (r->minute_from < q->minute_to && r->minute_to > q->minute_from);
}

static bool at_place(const struct filter *f, const struct answer_row *r)
{
    if (!f->place)
        return true;
    switch (f->place->kind) {
    case MSG_PLACE_ONLINE:
        return r->online;
    case MSG_PLACE_VENUE:
        return r->venue == f->place_at;
    case MSG_PLACE_AREA:
        return r->district == f->place_at;
    case MSG_PLACE_REGION:
        for (size_t i = 0; i < f->n_members; i++) {
            if (f->members[i] == r->district)
                return true;
        }
        return r->district == f->place_at;
    }
    return false;
}

static bool passes(const struct filter *f, size_t event)
{
    const struct answer_row *r = &f->x->rows[event];
    const struct answer_query *q = f->q;

    if (q->running)
        return r->day_from <= f->today && r->day_to >= f->today && r->minute_from <= f->minute &&
               r->minute_to > f->minute && at_place(f, r);
    if (q->has_date && (r->day_from > q->day_to || r->day_to < q->day_from))
        return false;
    if (!q->has_date && r->end_ms <= f->now_ms)
        return false;
    return in_time_of_day(r, q->tod) && at_clock(r, q) && at_place(f, r);
}

/* Marks the events of all subjects of that name: a topic's id or a keyword. */
static void mark_subject(const struct answer_subject *list, size_t n, const char *name,
                         unsigned char bit, unsigned char *marks)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i].name, name) != 0)
            continue;
        for (size_t k = 0; k < list[i].n; k++)
            marks[list[i].events[k]] |= bit;
        return;
    }
}

static void find_members(struct filter *f)
{
    const struct msg_catalog *c = f->x->catalog;

    for (size_t i = 0; i < c->n_places && i < INT16_MAX; i++) {
        for (size_t k = 0; k < f->place->members.n && f->n_members < MEMBERS_MAX; k++) {
            if (strcmp(f->place->members.items[k], c->places[i].name) == 0)
                f->members[f->n_members++] = (int16_t)i;
        }
    }
}

static void find_place(struct filter *f)
{
    const struct msg_catalog *c = f->x->catalog;

    for (size_t i = 0; i < c->n_places && f->q->place[0]; i++) {
        if (strcmp(c->places[i].name, f->q->place) == 0) {
            f->place = &c->places[i];
            f->place_at = (int)i;
            find_members(f);
            return;
        }
    }
}

/* A bit a subject when all are wanted, else one for any of them. */
enum { BY_SUBJECT = 1, BY_AUDIENCE = 1 << ANSWER_SUBJECTS_MAX };

/* NULL when neither is asked. Caller owns. */
static unsigned char *mark_events(const struct filter *f, unsigned char *want)
{
    const struct answer_query *q = f->q;
    unsigned char *marks;

    *want = q->audience[0] ? BY_AUDIENCE : 0;
    if (!*want && !q->subjects[0][0])
        return NULL;
    marks = loa_xcalloc(f->x->catalog->n_events + 1, 1);
    for (size_t i = 0; i < ANSWER_SUBJECTS_MAX && q->subjects[i][0]; i++) {
        unsigned char bit = (unsigned char)(q->narrow ? BY_SUBJECT << i : BY_SUBJECT);

        *want |= bit;
        mark_subject(f->x->subjects, f->x->n_subjects, q->subjects[i], bit, marks);
    }
    if (q->audience[0])
        mark_subject(f->x->audiences, f->x->catalog->audiences.n, q->audience, BY_AUDIENCE, marks);
    return marks;
}

/* Keeps those that share the earliest start to come. */
static size_t keep_next(const struct filter *f, uint32_t *list, size_t n)
{
    const struct msg_event *events = f->x->catalog->events;
    int64_t first = INT64_MAX;
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        int64_t start = events[list[i]].start_ms;

        if (start > f->now_ms && start < first)
            first = start;
    }
    for (size_t i = 0; i < n; i++) {
        if (events[list[i]].start_ms == first)
            list[kept++] = list[i];
    }
    return kept;
}

/* At most `limit` of them. */
static uint32_t *select_some(const struct answer_index *x, const struct answer_query *q,
                             int64_t now_ms, size_t limit, size_t *n)
{
    struct filter f = {.x = x, .q = q, .now_ms = now_ms, .place_at = -1};
    struct loa_civil now = loa_tz_civil(now_ms);
    unsigned char want, *marks;
    uint32_t *list = loa_xmalloc((x->catalog->n_events + 1) * sizeof(*list));

    f.today = answer_day_civil(now.year, now.month, now.day);
    f.minute = (int16_t)(now.hour * 60 + now.minute);
    find_place(&f);
    marks = mark_events(&f, &want);
    *n = 0;
    for (size_t i = 0; i < x->catalog->n_events && *n < limit; i++) {
        if ((!marks || (marks[i] & want) == want) && passes(&f, i))
            list[(*n)++] = (uint32_t)i;
    }
    free(marks);
    if (q->intent == ANSWER_NEXT_EVENT)
        *n = keep_next(&f, list, *n);
    return list;
}

uint32_t *answer_select(const struct answer_index *x, const struct answer_query *q, int64_t now_ms,
                        size_t *n)
{
    return select_some(x, q, now_ms, SIZE_MAX, n);
}

size_t answer_count(const struct answer_index *x, const struct answer_query *q, int64_t now_ms,
                    size_t limit)
{
    size_t n;

    free(select_some(x, q, now_ms, limit, &n));
    return n;
}
