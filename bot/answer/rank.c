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
    free(r->idf);
    free(r->mass);
    free(r->building);
    free(r->score);
    free(r->last);
    free(r->stamp);
    free(r->touched);
    *r = (struct answer_ranker){0};
}

void answer_ranker_add(struct answer_ranker *r, uint32_t term, uint32_t doc, float weight)
{
    size_t n = r->n_building;

    if ((n & (n - 1)) == 0)
        r->building = loa_xrealloc(r->building, (n ? 2 * n : 1) * sizeof(*r->building));
    r->building[r->n_building++] = (struct answer_ranker_term){term, doc, weight};
}

/* The terms in order, by counting: texts were added in order of their number, and a stable sort
 * keeps them so within a term. Caller owns. */
static struct answer_ranker_term *sort_terms(const struct answer_ranker *r, size_t n_terms)
{
    struct answer_ranker_term *sorted = loa_xcalloc(r->n_building + 1, sizeof(*sorted));
    uint32_t *next = loa_xcalloc(n_terms + 1, sizeof(*next));

    for (size_t i = 0; i < r->n_building; i++)
        next[r->building[i].term + 1]++;
    for (size_t t = 0; t < n_terms; t++)
        next[t + 1] += next[t];
    for (size_t i = 0; i < r->n_building; i++)
        sorted[next[r->building[i].term]++] = r->building[i];
    free(next);
    return sorted;
}

/* A word that is in very many texts tells none of them from the others: it does not count, so that
 * a question costs the same over ten thousand texts as over a thousand. */
static float idf(size_t n, size_t n_docs)
{
    size_t most = n_docs / 32 > COMMON_MIN ? n_docs / 32 : COMMON_MIN;

    return n > most ? 0 : logf(1.0F + (float)n_docs / (1.0F + (float)n));
}

void answer_ranker_seal(struct answer_ranker *r, size_t n_terms, size_t n_docs)
{
    size_t n = 0, at = 0;

    struct answer_ranker_term *terms = sort_terms(r, n_terms);

    r->n_terms = n_terms;
    r->n_docs = n_docs;
    r->postings = loa_xcalloc(r->n_building + 1, sizeof(*r->postings));
    r->first = loa_xcalloc(n_terms + 1, sizeof(*r->first));
    r->idf = loa_xcalloc(n_terms + 1, sizeof(*r->idf));
    r->mass = loa_xcalloc(n_docs + 1, sizeof(*r->mass));
    r->score = loa_xcalloc(n_docs + 1, sizeof(*r->score));
    r->last = loa_xcalloc(n_docs + 1, sizeof(*r->last));
    r->stamp = loa_xcalloc(n_docs + 1, sizeof(*r->stamp));
    r->touched = loa_xcalloc(n_docs + 1, sizeof(*r->touched));
    for (uint32_t term = 0; term < n_terms; term++) {
        r->first[term] = (uint32_t)n;
        for (; at < r->n_building && terms[at].term == term; at++) {
            struct answer_posting *last = n > r->first[term] ? &r->postings[n - 1] : NULL;

            if (last && last->doc == terms[at].doc)
                last->weight = terms[at].weight > last->weight ? terms[at].weight : last->weight;
            else
                r->postings[n++] = (struct answer_posting){terms[at].doc, terms[at].weight};
        }
        r->idf[term] = idf(n - r->first[term], n_docs);
    }
    r->first[n_terms] = (uint32_t)n;
    for (uint32_t term = 0; term < n_terms; term++) {
        for (uint32_t i = r->first[term]; i < r->first[term + 1]; i++) {
            if (r->postings[i].weight >= 1.0F)
                r->mass[r->postings[i].doc] += r->postings[i].weight * r->idf[term];
        }
    }
    free(terms);
    free(r->building);
    r->building = NULL;
    r->n_building = 0;
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

        if (term >= r->n_terms || r->first[term] == r->first[term + 1])
            continue;
        common |= r->idf[term] <= 0;
        if (r->idf[term] <= 0)
            continue;
        for (uint32_t i = r->first[term]; i < r->first[term + 1]; i++) {
            float w = factor * r->postings[i].weight * r->idf[term];

            most = w > most ? w : most;
            add_score(r, r->postings[i].doc, w);
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
