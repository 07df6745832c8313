/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/rank.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "messages/base/mem.h"

enum { COMMON_MIN = 512 };

void answer_ranker_release(struct answer_ranker *r)
{
    free(r->postings);
    free(r->first);
    free(r->mass);
    free(r->next);
    free(r->score);
    free(r->last);
    free(r->stamp);
    free(r->touched);
    *r = (struct answer_ranker){0};
}

void answer_ranker_open(struct answer_ranker *r, size_t n_terms, size_t n_docs)
{
    r->n_terms = n_terms;
    r->n_docs = n_docs;
    r->first = loa_xcalloc(n_terms + 1, sizeof(*r->first));
    r->next = loa_xcalloc(n_terms + 1, sizeof(*r->next));
    r->mass = loa_xcalloc(n_docs + 1, sizeof(*r->mass));
    r->score = loa_xcalloc(n_docs + 1, sizeof(*r->score));
    r->last = loa_xcalloc(n_docs + 1, sizeof(*r->last));
    r->stamp = loa_xcalloc(n_docs + 1, sizeof(*r->stamp));
    r->touched = loa_xcalloc(n_docs + 1, sizeof(*r->touched));
}

void answer_ranker_count(struct answer_ranker *r, uint32_t term, uint32_t doc)
{
    if (r->next[term] == doc + 1)
        return; /* a word that the text holds twice */
    r->next[term] = doc + 1;
    r->first[term + 1]++;
}

void answer_ranker_make_room(struct answer_ranker *r)
{
    for (size_t t = 0; t < r->n_terms; t++)
        r->first[t + 1] += r->first[t];
    for (size_t t = 0; t <= r->n_terms; t++)
        r->next[t] = r->first[t];
    r->postings = loa_xmalloc(((size_t)r->first[r->n_terms] + 1) * sizeof(*r->postings));
}

void answer_ranker_add(struct answer_ranker *r, uint32_t term, uint32_t doc, uint8_t weight)
{
    uint32_t at = r->next[term], *before = at > r->first[term] ? &r->postings[at - 1] : NULL;
    uint32_t posting = doc << 8 | weight;

    if (!before || answer_posting_doc(*before) != doc)
        r->postings[r->next[term]++] = posting;
    else if (posting > *before)
        *before = posting;
}

/* What a term counts that `n` texts hold. A word that is in very many texts tells none of them from
 * the others: it does not count, so that a question costs the same over ten thousand texts as over
 * a thousand. */
static float idf(size_t n, size_t n_docs)
{
    size_t most = n_docs / 32 > COMMON_MIN ? n_docs / 32 : COMMON_MIN;

    return n > most ? 0 : logf(1.0F + (float)n_docs / (1.0F + (float)n));
}

static float idf_of(const struct answer_ranker *r, uint32_t term)
{
    return idf(r->first[term + 1] - r->first[term], r->n_docs);
}

void answer_ranker_seal(struct answer_ranker *r)
{
    for (uint32_t term = 0; term < r->n_terms; term++) {
        float weight = -1;

        for (uint32_t i = r->first[term]; i < r->first[term + 1]; i++) {
            if ((r->postings[i] & 255) < 100)
                continue;
            if (weight < 0)
                weight = idf_of(r, term);
            r->mass[answer_posting_doc(r->postings[i])] +=
                answer_posting_weight(r->postings[i]) * weight;
        }
    }
    free(r->next);
    r->next = NULL;
}

void answer_ranker_begin(struct answer_ranker *r)
{
    for (size_t i = 0; i < r->n_touched; i++) {
        r->score[r->touched[i]] = 0;
        r->last[r->touched[i]] = 0;
        r->stamp[r->touched[i]] = 0;
    }
    r->n_touched = 0;
    r->group = 0;
    r->asked = 0;
}

static void add_score(struct answer_ranker *r, uint32_t doc, float weight)
{
    if (r->stamp[doc] == 0)
        r->touched[r->n_touched++] = doc;
    if (r->stamp[doc] == r->group) {
        if (weight <= r->last[doc])
            return;
        r->score[doc] -= r->last[doc];
    }
    r->stamp[doc] = r->group;
    r->score[doc] += weight;
    r->last[doc] = weight;
}

void answer_ranker_ask(struct answer_ranker *r, const uint32_t *terms, size_t n, float factor,
                       float unknown)
{
    float most = 0;
    bool common = false;

    r->group++;
    for (size_t k = 0; k < n; k++) {
        uint32_t term = terms[k];
        float rare;

        if (term >= r->n_terms || r->first[term] == r->first[term + 1])
            continue;
        rare = idf_of(r, term);
        common |= rare <= 0;
        if (rare <= 0)
            continue;
        for (uint32_t i = r->first[term]; i < r->first[term + 1]; i++) {
            float w = factor * answer_posting_weight(r->postings[i]) * rare;

            most = w > most ? w : most;
            add_score(r, answer_posting_doc(r->postings[i]), w);
        }
    }
    if (most > 0)
        r->asked += most;
    else if (!common)
        r->asked += unknown;
}

float answer_ranker_likeness(const struct answer_ranker *r, uint32_t doc, float spare, float excess)
{
    float m = r->score[doc];
    float more_text = r->mass[doc] > m ? r->mass[doc] - m : 0;
    float more_asked = r->asked > m ? r->asked - m : 0;

    return m > 0 ? m / (m + spare * more_text + excess * more_asked) : 0;
}
