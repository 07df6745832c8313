/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/follow.h"

#include <string.h>

#include "bot/answer/clock.h"

enum { SHORT_WORDS = 7 };

static bool said(const struct answer_index *x, const struct answer_parse *p, const char *concept)
{
    int id = answer_words_concept(x->words, concept);

    return id >= 0 && answer_facts_has(&p->facts, (unsigned)id);
}

static bool said_any(const struct answer_index *x, const struct answer_parse *p,
                     const char *beginning)
{
    size_t n = strlen(beginning);

    for (size_t i = 0; i < x->words->n_concepts; i++) {
        if (strncmp(x->words->concepts[i], beginning, n) == 0 &&
            answer_facts_has(&p->facts, (unsigned)i))
            return true;
    }
    return false;
}

static bool is_list(enum answer_intent i)
{
    return i == ANSWER_EVENT_BY_TOPIC || i == ANSWER_EVENT_BY_PLACE || i == ANSWER_EVENT_BY_DATE ||
           i == ANSWER_WHAT_IS_ON || i == ANSWER_NEXT_EVENT;
}

/* What the message means by itself leaves room for what was said before. */
static bool is_open(const struct answer_parse *p)
{
    return !p->rule || is_list((enum answer_intent)p->rule->intent);
}

static bool names_event(const struct answer_parse *p)
{
    return answer_facts_has(&p->facts, ANSWER_CONCEPTS_MAX + ANSWER_FEATURE_EVENT);
}

static void copy_subjects(const struct answer_query *from, struct answer_query *to)
{
    memcpy(to->subjects, from->subjects, sizeof(to->subjects));
    to->narrow = from->narrow;
}

/* What the new message names replaces what the old one named. */
static void merge(const struct answer_parse *p, const struct answer_query *before,
                  struct answer_query *q)
{
    struct answer_query m = *before;

    if (q->has_date) {
        m.has_date = true;
        m.day_from = q->day_from;
        m.day_to = q->day_to;
        m.tod = q->tod;
        m.has_clock = false;
    } else if (q->tod || q->has_clock) {
        if (q->has_clock && p->dates.guessed)
            answer_clock_lean(before, q);
        m.tod = q->tod;
    }
    if (q->has_clock || q->tod) {
        m.has_clock = q->has_clock;
        m.minute_from = q->minute_from;
        m.minute_to = q->minute_to;
    }
    if (q->place[0])
        memcpy(m.place, q->place, sizeof(m.place));
    if (q->audience[0])
        memcpy(m.audience, q->audience, sizeof(m.audience));
    if (q->subjects[0][0])
        copy_subjects(q, &m);
    m.running = false;
    m.event[0] = '\0';
    if (m.subjects[0][0] || m.audience[0])
        m.intent = ANSWER_EVENT_BY_TOPIC;
    else if (m.place[0])
        m.intent = ANSWER_EVENT_BY_PLACE;
    else if (m.has_date || m.tod || m.has_clock)
        m.intent = ANSWER_EVENT_BY_DATE;
    *q = m;
}

bool answer_follow(const struct answer_index *x, const struct answer_parse *p,
                   const struct answer_query *before, struct answer_query *q)
{
    bool filter =
        q->has_date || q->tod || q->has_clock || q->place[0] || q->audience[0] || q->subjects[0][0];

    if (p->t.n > SHORT_WORDS || names_event(p))
        return false;
    if (filter && is_open(p) && is_list(before->intent) && !said(x, p, "list") &&
        !said_any(x, p, "ask.") && !said(x, p, "register") &&
        (said(x, p, "and-what") || p->strange == 0)) {
        merge(p, before, q);
        return true;
    }
    if (!filter && before->event[0] && (said_any(x, p, "ask.") || said(x, p, "register")) &&
        p->strange == 0 && (said(x, p, "register") || !said_any(x, p, "about."))) {
        bool reg = said(x, p, "register");

        *q = *before;
        q->intent = reg ? ANSWER_REGISTRATION : ANSWER_EVENT_DETAIL;
        return true;
    }
    return false;
}
