/* SPDX-License-Identifier: Apache-2.0 */
/* From what was found to one intent: sets the facts and asks the rules. */
#include "bot/answer/parse.h"
#include "bot/answer/spell.h"

static bool leads(const struct answer_candidate *c, size_t n, float least, float lead)
{
    return n > 0 && c[0].likeness >= least && (n < 2 || c[0].likeness >= lead * c[1].likeness);
}

static size_t count_strange(const struct answer_parse *p, size_t *gibberish, size_t *unknown,
                            size_t *words)
{
    size_t strange = 0;

    *gibberish = *unknown = *words = 0;
    for (size_t i = 0; i < p->t.n; i++) {
        const struct answer_token *t = &p->t.t[i];

        if (t->number)
            continue;
        (*words)++;
        if (t->covered)
            continue;
        strange++;
        *unknown += t->fold < 0;
        *gibberish += t->fold < 0 && !answer_is_syllable(t->word.base, t->word.len);
    }
    return strange;
}

void answer_decide(const struct answer_index *x, struct answer_parse *p, size_t single)
{
    struct answer_facts *f = &p->facts;
    const float *least = x->words->thresholds;
    size_t gibberish, unknown, words;
    float faq = p->n_faqs ? p->faqs[0].likeness : 0;

    p->strange = count_strange(p, &gibberish, &unknown, &words);
    answer_facts_feature(f, ANSWER_FEATURE_DATE, p->dates.has);
    answer_facts_feature(f, ANSWER_FEATURE_TOD, p->dates.tod != ANSWER_TOD_NONE);
    answer_facts_feature(f, ANSWER_FEATURE_CLOCK, p->dates.clock);
    answer_facts_feature(f, ANSWER_FEATURE_PLACE, p->n_places > 0);
    answer_facts_feature(f, ANSWER_FEATURE_VENUE,
                         p->n_places > 0 &&
                             x->catalog->places[p->places[0]].kind == MSG_PLACE_VENUE);
    answer_facts_feature(f, ANSWER_FEATURE_ONLINE, p->online);
    answer_facts_feature(f, ANSWER_FEATURE_TOPIC, p->n_subjects > 0);
    answer_facts_feature(f, ANSWER_FEATURE_AUDIENCE, p->n_audiences > 0);
    answer_facts_feature(
        f, ANSWER_FEATURE_EVENT,
        (p->named || (single == 1 && p->n_subjects > 0)) &&
            leads(p->events, p->n_events, least[ANSWER_T_EVENT_CLEAR], least[ANSWER_T_EVENT_LEAD]));
    answer_facts_feature(f, ANSWER_FEATURE_EVENT_SURE,
                         p->named && leads(p->events, p->n_events, least[ANSWER_T_EVENT_SURE],
                                           least[ANSWER_T_EVENT_LEAD]));
    answer_facts_feature(
        f, ANSWER_FEATURE_EVENT_LIKELY,
        leads(p->events, p->n_events, least[ANSWER_T_EVENT_LIKELY], least[ANSWER_T_EVENT_LEAD]));
    answer_facts_feature(f, ANSWER_FEATURE_SINGLE, single == 1 && p->n_subjects > 0);
    answer_facts_feature(f, ANSWER_FEATURE_SINGLE_PLACE, single == 1 && p->n_subjects == 0);
    answer_facts_feature(f, ANSWER_FEATURE_FAQ_SURE, faq >= least[ANSWER_T_FAQ_SURE]);
    answer_facts_feature(f, ANSWER_FEATURE_FAQ_FAIR, faq >= least[ANSWER_T_FAQ_FAIR]);
    answer_facts_feature(f, ANSWER_FEATURE_FAQ_WEAK, faq >= least[ANSWER_T_FAQ_WEAK]);
    answer_facts_feature(f, ANSWER_FEATURE_FAQ_BEST,
                         faq > 0 && (p->n_events == 0 || faq >= p->events[0].likeness));
    answer_facts_feature(f, ANSWER_FEATURE_SHORT, words <= 4);
    answer_facts_feature(f, ANSWER_FEATURE_LONE, p->strange == 0 && words > 0);
    answer_facts_feature(f, ANSWER_FEATURE_STRANGE, p->strange >= 2);
    answer_facts_feature(f, ANSWER_FEATURE_UNKNOWN, unknown > 0);
    answer_facts_feature(f, ANSWER_FEATURE_GIBBERISH, words > 0 && gibberish * 2 > words);
    answer_facts_feature(f, ANSWER_FEATURE_FOREIGN, p->foreign);
    answer_facts_feature(f, ANSWER_FEATURE_ENGLISH, p->english);
    answer_facts_feature(f, ANSWER_FEATURE_QUESTION, p->t.question);
    p->rule = answer_rules_decide(x->words, f);
    if (p->rule && p->rule->intent == ANSWER_FAQ)
        answer_prefer_faq(x, p, p->rule);
}
