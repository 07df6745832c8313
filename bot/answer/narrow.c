/* SPDX-License-Identifier: Apache-2.0 */
/* Several subjects in one message. "Sách và tin học" wants either, "cuộc thi vẽ tranh" and "lễ khai
 * mạc có livestream" want events that are both: what is joined by a word for "and" adds, what
 * stands side by side narrows. */
#include "bot/answer/parse.h"

static bool names(const struct answer_span *s, uint32_t subject)
{
    return s->kind == ANSWER_SPAN_SUBJECT && s->ref == subject;
}

/* True when a word for "and", or a pause, stands between the two. */
static bool apart(const struct answer_parse *p, const struct answer_span *first,
                  const struct answer_span *second)
{
    static const char *const words[] = {"va", "voi", "hoac", "hay", "cung", "lan", "con"};

    if (first->at > second->at) {
        const struct answer_span *swap = first;

        first = second;
        second = swap;
    }
    for (size_t i = (size_t)first->at + first->n; i <= second->at; i++) {
        const struct answer_token *t = &p->t.t[i];

        if (t->glue == ',' || t->glue == '|' || t->glue == '/')
            return true;
        for (size_t k = 0; i < second->at && k < sizeof(words) / sizeof(words[0]); k++) {
            if (answer_token_is(t, words[k]))
                return true;
        }
    }
    return false;
}

/* True when the two are nowhere named as one. */
static bool joined(const struct answer_parse *p, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < p->spans.n; i++) {
        for (size_t k = 0; names(&p->spans.s[i], a) && k < p->spans.n; k++) {
            if (names(&p->spans.s[k], b) && !apart(p, &p->spans.s[i], &p->spans.s[k]))
                return false;
        }
    }
    return true;
}

/* Every event of `a` is one of `b`; both are in order. */
static bool within(const struct answer_subject *a, const struct answer_subject *b)
{
    size_t k = 0;

    for (size_t i = 0; i < a->n; i++) {
        while (k < b->n && b->events[k] < a->events[i])
            k++;
        if (k == b->n || b->events[k] != a->events[i])
            return false;
    }
    return a->n > 0;
}

static bool has(const struct answer_subject *s, uint32_t event)
{
    size_t low = 0, high = s->n;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (s->events[mid] < event)
            low = mid + 1;
        else
            high = mid;
    }
    return low < s->n && s->events[low] == event;
}

static bool have_common(const struct answer_index *x, const struct answer_parse *p)
{
    const struct answer_subject *first = &x->subjects[p->subjects[0]];

    for (size_t i = 0; i < first->n; i++) {
        size_t k = 1;

        while (k < p->n_subjects && has(&x->subjects[p->subjects[k]], first->events[i]))
            k++;
        if (k == p->n_subjects)
            return true;
    }
    return false;
}

/* The wider of two side by side says nothing more: "cuộc thi" in "cuộc thi vẽ tranh". */
static void drop_wider(const struct answer_index *x, struct answer_parse *p)
{
    for (size_t i = 0; i < p->n_subjects; i++) {
        for (size_t k = 0; k < p->n_subjects; k++) {
            const struct answer_subject *wide = &x->subjects[p->subjects[i]];
            const struct answer_subject *slim = &x->subjects[p->subjects[k]];

            if (i == k || slim->n >= wide->n || !within(slim, wide) ||
                joined(p, p->subjects[i], p->subjects[k]))
                continue;
            for (size_t rest = i + 1; rest < p->n_subjects; rest++)
                p->subjects[rest - 1] = p->subjects[rest];
            p->n_subjects--;
            i = (size_t)-1; /* begin anew */
            break;
        }
    }
}

void answer_narrow(const struct answer_index *x, struct answer_parse *p)
{
    drop_wider(x, p);
    p->narrow = p->n_subjects > 1;
    for (size_t i = 1; i < p->n_subjects && p->narrow; i++)
        p->narrow = !joined(p, p->subjects[i - 1], p->subjects[i]);
    p->narrow = p->narrow && have_common(x, p);
}
