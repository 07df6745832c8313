/* SPDX-License-Identifier: Apache-2.0 */
/* timer.c - one-shot timers in a binary heap; h2o's own have one fixed duration a list. */
#include "tests/sandbox/sbx.h"

struct one {
    int64_t at, order; /* equal times fire in the order in which they were set */
    sbx_timer_cb cb;
    void *arg;
};

struct sbx_timers {
    struct one *heap;
    size_t n, cap;
    int64_t order;
};

struct sbx_timers *sbx_timers_new(void)
{
    return sbx_alloc(sizeof(struct sbx_timers));
}

static bool before(const struct one *a, const struct one *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

void sbx_timer(struct sbx *s, int64_t after_ms, sbx_timer_cb cb, void *arg)
{
    struct sbx_timers *t = s->timers;
    struct one one = {sbx_mono_ms() + (after_ms > 0 ? after_ms : 0), t->order++, cb, arg};
    size_t i = t->n++;

    if (t->n > t->cap) {
        t->cap = t->cap ? t->cap * 2 : 64;
        t->heap = sbx_grow(t->heap, t->cap * sizeof(*t->heap));
    }
    while (i && before(&one, &t->heap[(i - 1) / 2])) {
        t->heap[i] = t->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    t->heap[i] = one;
}

static struct one pop(struct sbx_timers *t)
{
    struct one top = t->heap[0], last = t->heap[--t->n];
    size_t i = 0;

    for (;;) {
        size_t c = 2 * i + 1;

        if (c >= t->n)
            break;
        if (c + 1 < t->n && before(&t->heap[c + 1], &t->heap[c]))
            c++;
        if (!before(&t->heap[c], &last))
            break;
        t->heap[i] = t->heap[c];
        i = c;
    }
    if (t->n)
        t->heap[i] = last;
    return top;
}

int64_t sbx_timers_wait(const struct sbx *s)
{
    int64_t wait;

    if (!s->timers->n)
        return 1000;
    wait = s->timers->heap[0].at - sbx_mono_ms();
    return wait < 0 ? 0 : wait > 1000 ? 1000 : wait;
}

void sbx_timers_run(struct sbx *s)
{
    struct sbx_timers *t = s->timers;

    if (!t->n)
        return;
    for (int64_t now = sbx_mono_ms(); t->n && t->heap[0].at <= now;) {
        struct one one = pop(t);

        one.cb(s, one.arg);
    }
}
