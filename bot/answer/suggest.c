/* SPDX-License-Identifier: Apache-2.0 */
/* What comes nearest when there is no answer. */
#include <stdlib.h>

#include "bot/answer/parse.h"

/* The first of what one filter less lets through. */
static void suggest_near(const struct answer_index *x, const struct answer_query *q, int64_t now_ms,
                         struct answer_result *r)
{
    size_t n;
    uint32_t *list = answer_select(x, q, now_ms, &n);

    for (size_t i = 0; i < n && r->n_suggestions < 3; i++)
        r->suggestions[r->n_suggestions++] = &x->catalog->events[list[i]];
    free(list);
}

/* Minutes between the hours that were asked and those of the event. */
static int minutes_apart(const struct answer_row *row, const struct answer_query *q)
{
    if (row->minute_to <= q->minute_from)
        return q->minute_from - row->minute_to + 1;
    return row->minute_from >= q->minute_to ? row->minute_from - q->minute_to + 1 : 0;
}

/* The same at another hour of that day, the nearest first. */
static void suggest_hours(const struct answer_index *x, struct answer_query q, int64_t now_ms,
                          struct answer_result *r)
{
    size_t n;
    uint32_t *list;

    q.has_clock = false;
    q.tod = ANSWER_TOD_NONE;
    list = answer_select(x, &q, now_ms, &n);
    while (r->n_suggestions < 3 && r->n_suggestions < n) {
        size_t best = r->n_suggestions;
        uint32_t event;

        for (size_t i = best + 1; i < n; i++) {
            if (minutes_apart(&x->rows[list[i]], &q) < minutes_apart(&x->rows[list[best]], &q))
                best = i;
        }
        event = list[best];
        list[best] = list[r->n_suggestions];
        list[r->n_suggestions] = event;
        r->suggestions[r->n_suggestions++] = &x->catalog->events[event];
    }
    free(list);
}

/* The nearest: by words, else at the same place or about the same on another day, else on the same
 * day elsewhere. */
void answer_suggest(const struct answer_index *x, const struct answer_parse *p, int64_t now_ms,
                    struct answer_result *r)
{
    struct answer_query q = r->query;
    bool named = q.place[0] || q.subjects[0][0] || q.audience[0];

    if (q.has_clock && r->intent != ANSWER_OUT_OF_SCOPE)
        suggest_hours(x, q, now_ms, r);
    if (r->n_suggestions)
        return;
    q.has_clock = false;
    if (named && r->intent != ANSWER_OUT_OF_SCOPE) {
        q.has_date = false;
        q.tod = ANSWER_TOD_NONE;
        suggest_near(x, &q, now_ms, r);
        if (!r->n_suggestions && r->query.has_date) {
            q = (struct answer_query){.intent = q.intent,
                                      .has_date = true,
                                      .day_from = r->query.day_from,
                                      .day_to = r->query.day_to};
            suggest_near(x, &q, now_ms, r);
        }
    }
    if (r->n_suggestions)
        return;
    for (size_t i = 0; i < p->n_events && i < 3; i++) {
        if (p->events[i].likeness >= x->words->thresholds[ANSWER_T_EVENT_SUGGEST])
            r->suggestions[r->n_suggestions++] = &x->catalog->events[p->events[i].doc];
    }
}
