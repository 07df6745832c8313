/* SPDX-License-Identifier: Apache-2.0 */
/* Phrases in the message, and which of them name a place, a subject or an audience. */
#include <string.h>

#include "bot/answer/parse.h"
#include "bot/answer/spell.h"

static bool inside(const struct answer_span *a, const struct answer_span *b)
{
    return a->n < b->n && a->at >= b->at && a->at + a->n <= b->at + b->n;
}

static bool overlap(const struct answer_span *a, const struct answer_span *b)
{
    return a->at < b->at + b->n && b->at < a->at + a->n;
}

/* The keyword AI is not the word "ai" (who): a short keyword in capitals that is also a syllable
 * must be typed in capitals. */
static bool is_shouted(const struct answer_index *x, const struct answer_parse *p,
                       const struct answer_span *s)
{
    const struct answer_token *t = &p->t.t[s->at];
    const char *name;
    bool other_upper = false;

    if (s->kind != ANSWER_SPAN_SUBJECT || s->n != 1)
        return true;
    name = x->subjects[s->ref].name;
    if (strlen(name) > 3 || strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(name) ||
        !answer_is_syllable(t->word.base, t->word.len) || t->word.len != strlen(name))
        return true;
    for (size_t i = 0; i < p->t.n; i++)
        other_upper |= p->t.t[i].word.upper && p->t.t[i].word.len > 3;
    return t->word.upper && !other_upper;
}

/* "nay" without marks is "này" (this) more often than today; it stands alone or at the start. */
static bool is_time_word(const struct answer_index *x, const struct answer_parse *p,
                         const struct answer_span *s)
{
    const struct answer_token *t = &p->t.t[s->at];

    if (s->kind != ANSWER_SPAN_CONCEPT || s->n != 1 ||
        x->traits[s->ref].when != ANSWER_WHEN_TODAY || !answer_token_is(t, "nay") ||
        t->word.tone != TONE_NONE || p->t.marked)
        return true;
    return t->glue == '|' || t->glue == ',';
}

/* A phrase inside a longer one is mostly not meant, but "chiều mai" is a time of day and holds a
 * day, "cuộc thi nào" holds a subject, and "hạn gửi báo cáo khi nào" still asks when. */
static bool survives(const struct answer_index *x, const struct answer_span *a,
                     const struct answer_span *b)
{
    const struct answer_traits *outer;

    if (b->loose ||
        (a->kind == ANSWER_SPAN_CONCEPT && x->traits[a->ref].part &&
         b->kind != ANSWER_SPAN_SUBJECT) ||
        (b->kind == ANSWER_SPAN_CONCEPT && x->traits[b->ref].part))
        return true;
    if (b->kind != ANSWER_SPAN_CONCEPT)
        return false;
    outer = &x->traits[b->ref];
    if (a->kind != ANSWER_SPAN_CONCEPT)
        return outer->frame;
    if (x->traits[a->ref].frame)
        return outer->about || outer->frame;
    return x->traits[a->ref].when && x->traits[a->ref].when < ANSWER_WHEN_MORNING &&
           outer->when >= ANSWER_WHEN_MORNING;
}

/* "tuyến nào" (which bus line) in "lớp trực tuyến nào": half of a name means nothing. */
static bool cuts_name(const struct answer_index *x, const struct answer_span *a,
                      const struct answer_span *b)
{
    return a->kind == ANSWER_SPAN_CONCEPT && b->kind == ANSWER_SPAN_SUBJECT && a->n <= b->n &&
           !x->traits[a->ref].frame && !x->traits[a->ref].part && !x->traits[a->ref].when &&
           overlap(a, b) && !inside(a, b) && (a->at != b->at || a->n != b->n);
}

bool answer_is_inner(const struct answer_index *x, const struct answer_spans *spans, size_t i)
{
    const struct answer_span *s = &spans->s[i];
    size_t end = (size_t)s->at + s->n;

    for (size_t k = 0; k < spans->n; k++) {
        const struct answer_span *o = &spans->s[k];

        if (o->at >= end || (size_t)o->at + o->n <= s->at || k == i)
            continue;
        if ((inside(s, o) && !survives(x, s, o)) || cuts_name(x, s, o))
            return true;
    }
    return false;
}

void answer_drop_inner(const struct answer_index *x, struct answer_spans *spans)
{
    bool inner[ANSWER_SPANS_MAX];
    size_t kept = 0;

    for (size_t i = 0; i < spans->n; i++)
        inner[i] = answer_is_inner(x, spans, i);
    for (size_t i = 0; i < spans->n; i++) {
        if (!inner[i])
            spans->s[kept++] = spans->s[i];
    }
    spans->n = kept;
}

static bool is_entity(const struct answer_span *s)
{
    return s->kind == ANSWER_SPAN_PLACE || s->kind == ANSWER_SPAN_SUBJECT ||
           s->kind == ANSWER_SPAN_AUDIENCE;
}

/* "mọi người" is an audience of the catalogue, but in "mọi người ơi" it is nobody in particular. */
static bool is_filler(const struct answer_index *x, const struct answer_span *a,
                      const struct answer_spans *spans)
{
    for (size_t i = 0; i < spans->n; i++) {
        const struct answer_span *b = &spans->s[i];

        if (b->kind == ANSWER_SPAN_CONCEPT && (int)b->ref == x->filler && b->at == a->at &&
            b->n == a->n)
            return true;
    }
    return false;
}

/* Where two names overlap the longer counts, and of equal ones the one written exactly. */
static bool loses(const struct answer_index *x, const struct answer_span *a,
                  const struct answer_spans *spans)
{
    for (size_t i = 0; i < spans->n; i++) {
        const struct answer_span *b = &spans->s[i];

        if (b == a || !is_entity(b) || !overlap(a, b) || a->kind == b->kind)
            continue;
        if (b->n > a->n || (b->n == a->n && b->exact && !a->exact))
            return true;
        /* "công nhân" is both: who asks for them asks for what is held for them. */
        if (b->n == a->n && b->kind == ANSWER_SPAN_AUDIENCE && a->kind == ANSWER_SPAN_SUBJECT &&
            !x->subjects[a->ref].topic)
            return true;
    }
    return false;
}

static void add_unique(uint32_t *list, size_t *n, size_t max, uint32_t v)
{
    for (size_t i = 0; i < *n; i++) {
        if (list[i] == v)
            return;
    }
    if (*n < max)
        list[(*n)++] = v;
}

static void add_place(const struct answer_index *x, struct answer_parse *p, uint32_t place)
{
    if (x->catalog->places[place].kind == MSG_PLACE_ONLINE) {
        p->online = true;
        return;
    }
    for (size_t i = 0; i < p->n_places; i++) {
        if (p->places[i] == (int)place)
            return;
    }
    if (p->n_places == sizeof(p->places) / sizeof(p->places[0]))
        return;
    p->places[p->n_places++] = (int)place;
    /* A venue says more than its area. */
    if (x->catalog->places[place].kind == MSG_PLACE_VENUE && p->n_places > 1) {
        int first = p->places[0];

        if (x->catalog->places[first].kind != MSG_PLACE_VENUE) {
            p->places[0] = (int)place;
            p->places[p->n_places - 1] = first;
        }
    }
}

/* "Ba mẹ tôi hỏi có lớp cho người cao tuổi": the audience that something is for goes first. */
static void prefer_audience(const struct answer_index *x, struct answer_parse *p)
{
    for (size_t i = 0; i < p->spans.n && p->n_audiences > 1; i++) {
        const struct answer_span *s = &p->spans.s[i];

        if (s->kind != ANSWER_SPAN_AUDIENCE || s->at == 0 ||
            !answer_token_is(&p->t.t[s->at - 1], "cho") || loses(x, s, &p->spans))
            continue;
        for (size_t k = 0; k < p->n_audiences; k++) {
            if (p->audiences[k] == s->ref) {
                p->audiences[k] = p->audiences[0];
                p->audiences[0] = s->ref;
                return;
            }
        }
    }
}

static void resolve(const struct answer_index *x, struct answer_parse *p)
{
    for (size_t i = 0; i < p->spans.n; i++) {
        const struct answer_span *s = &p->spans.s[i];

        if (!is_entity(s) || loses(x, s, &p->spans) || is_filler(x, s, &p->spans))
            continue;
        if (s->kind == ANSWER_SPAN_PLACE)
            add_place(x, p, s->ref);
        else if (s->kind == ANSWER_SPAN_SUBJECT)
            add_unique(p->subjects, &p->n_subjects, ANSWER_SUBJECTS_MAX, s->ref);
        else
            add_unique(p->audiences, &p->n_audiences, ANSWER_SUBJECTS_MAX, s->ref);
    }
    prefer_audience(x, p);
}

/* Phrases with filler in between. Days and names must stand together. */
static void spot_loosely(const struct answer_index *x, struct answer_parse *p)
{
    size_t strict = p->spans.n, kept;

    for (size_t i = 0; i < strict; i++) {
        const struct answer_span *s = &p->spans.s[i];

        if (s->kind == ANSWER_SPAN_CONCEPT && (int)s->ref == x->filler && s->n == 1)
            p->t.t[s->at].filler = true;
    }
    for (size_t i = 0; i < strict; i++) {
        const struct answer_span *s = &p->spans.s[i];

        if (is_entity(s) && !is_filler(x, s, &p->spans))
            for (size_t k = 0; k < s->n; k++)
                p->t.t[s->at + k].filler = false;
    }
    for (size_t i = 0; i < p->t.n; i++)
        answer_phrases_loose(&x->spots, &x->vocab, &p->t, i, &p->spans);
    kept = strict;
    for (size_t i = strict; i < p->spans.n; i++) {
        const struct answer_span *s = &p->spans.s[i];

        if (!x->traits[s->ref].when && !x->traits[s->ref].frame && (int)s->ref != x->filler &&
            (int)s->ref != x->near)
            p->spans.s[kept++] = *s;
    }
    p->spans.n = kept;
}

void answer_spot(const struct answer_index *x, struct answer_parse *p)
{
    size_t kept = 0;

    p->spans.n = 0;
    for (size_t i = 0; i < p->t.n; i++)
        answer_phrases_at(&x->spots, &x->vocab, &p->t, i, &p->spans);
    for (size_t i = 0; i < p->spans.n; i++) {
        if (is_shouted(x, p, &p->spans.s[i]) && is_time_word(x, p, &p->spans.s[i]))
            p->spans.s[kept++] = p->spans.s[i];
    }
    p->spans.n = kept;
    spot_loosely(x, p);
    answer_drop_inner(x, &p->spans);
    for (size_t i = 0; i < p->spans.n; i++) {
        const struct answer_span *s = &p->spans.s[i];

        if (s->kind != ANSWER_SPAN_CONCEPT || ((int)s->ref != x->near && !x->traits[s->ref].part))
            for (size_t k = 0; k < s->n; k++)
                p->t.t[s->at + k].covered = true;
    }
    resolve(x, p);
    for (size_t i = 0; i < p->spans.n; i++) {
        if (p->spans.s[i].kind == ANSWER_SPAN_CONCEPT)
            answer_facts_set(&p->facts, p->spans.s[i].ref);
    }
    p->n_derived = answer_derive(x->words, &p->facts, p->derived, ANSWER_DERIVED_MAX);
}
