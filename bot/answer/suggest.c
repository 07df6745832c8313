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

/* The nearest: by words, else at the same place or about the same on another day, else on the same
 * day elsewhere. */
void answer_suggest(const struct answer_index *x, const struct answer_parse *p, int64_t now_ms,
                    struct answer_result *r)
{
    struct answer_query q = r->query;
    bool named = q.place[0] || q.subjects[0][0] || q.audience[0];

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
