/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/answer/follow.h"
#include "bot/answer/parse.h"
#include "bot/answer/payload.h"
#include "bot/answer/understand.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"

const char *answer_tod_name(enum answer_tod tod)
{
    static const char *const names[] = {"", "sáng", "trưa", "chiều", "tối"};

    return names[tod <= ANSWER_TOD_EVENING ? tod : 0];
}

/* A name that is too long for a query is left out: no filter is better than a wrong one. */
static void set_name(char out[ANSWER_NAME_SIZE], const char *name)
{
    size_t n = strlen(name);

    if (n < ANSWER_NAME_SIZE)
        memcpy(out, name, n + 1);
}

static const char *online_name(const struct answer_index *x)
{
    for (size_t i = 0; i < x->catalog->n_places; i++) {
        if (x->catalog->places[i].kind == MSG_PLACE_ONLINE)
            return x->catalog->places[i].name;
    }
    return "";
}

static void query_of(const struct answer_index *x, const struct answer_parse *p,
                     struct answer_query *q)
{
    *q = (struct answer_query){.has_date = p->dates.has,
                               .day_from = p->dates.from,
                               .day_to = p->dates.to,
                               .tod = (enum answer_tod)p->dates.tod,
                               .has_clock = p->dates.clock,
                               .minute_from = p->dates.minute_from,
                               .minute_to = p->dates.minute_to};
    if (p->n_places)
        set_name(q->place, x->catalog->places[p->places[0]].name);
    else if (p->online)
        set_name(q->place, online_name(x));
    for (size_t i = 0; i < p->n_subjects; i++)
        set_name(q->subjects[i], x->subjects[p->subjects[i]].name);
    q->narrow = p->narrow;
    if (p->n_audiences)
        set_name(q->audience, x->audiences[p->audiences[0]].name);
}

static void set_events(const struct answer_index *x, struct answer_result *r, const uint32_t *list,
                       size_t n)
{
    r->events = loa_xcalloc(n + 1, sizeof(struct msg_event *));
    r->n_events = n;
    for (size_t i = 0; i < n; i++)
        r->events[i] = &x->catalog->events[list[i]];
}

static void set_event(const struct answer_index *x, struct answer_result *r, uint32_t event)
{
    set_events(x, r, &event, 1);
    set_name(r->query.event, r->events[0]->id);
}

/* The set of the filters; a set of one is an event that may be talked about next. */
static void set_selected(const struct answer_index *x, struct answer_result *r, int64_t now_ms)
{
    size_t n;
    uint32_t *list = answer_select(x, &r->query, now_ms, &n);

    set_events(x, r, list, n);
    if (n == 1)
        set_name(r->query.event, r->events[0]->id);
    free(list);
}

/* The same, where a wrong hour shall not hide what was named. */
static void set_named(const struct answer_index *x, struct answer_result *r, int64_t now_ms)
{
    set_selected(x, r, now_ms);
    if (r->n_events || !r->query.has_clock)
        return;
    free(r->events);
    r->query.has_clock = false;
    set_selected(x, r, now_ms);
}

static void set_single(const struct answer_index *x, struct answer_result *r, int64_t now_ms)
{
    set_named(x, r, now_ms);
    if (r->n_events)
        return;
    free(r->events);
    set_selected(x, r, 0); /* it is over */
}

static bool has_feature(const struct answer_parse *p, enum answer_feature f)
{
    return answer_facts_has(&p->facts, (unsigned)ANSWER_CONCEPTS_MAX + (unsigned)f);
}

/* The events that words alone point at, when no subject of the catalogue is named. */
static void set_alike(const struct answer_index *x, const struct answer_parse *p,
                      struct answer_result *r)
{
    const float *least = x->words->thresholds;
    uint32_t list[ANSWER_BEST];
    size_t n = 0;

    for (size_t i = 0; i < p->n_events; i++) {
        if (p->events[i].likeness >= least[ANSWER_T_EVENT_NEAR] &&
            p->events[i].likeness >= least[ANSWER_T_EVENT_SHARE] * p->events[0].likeness)
            list[n++] = p->events[i].doc;
    }
    set_events(x, r, list, n);
    if (n == 1)
        set_name(r->query.event, r->events[0]->id);
}

static void find_one(const struct answer_index *x, const struct answer_parse *p, int64_t now_ms,
                     struct answer_result *r)
{
    bool single =
        has_feature(p, ANSWER_FEATURE_SINGLE) || has_feature(p, ANSWER_FEATURE_SINGLE_PLACE);

    if (has_feature(p, ANSWER_FEATURE_EVENT) ||
        (!single && has_feature(p, ANSWER_FEATURE_EVENT_LIKELY)))
        set_event(x, r, p->events[0].doc);
    else if (single)
        set_single(x, r, now_ms);
    else if (p->n_subjects)
        set_named(x, r, now_ms);
    else
        set_alike(x, p, r);
}

/* The events, or the FAQ entry, that the intent asks for. */
static void fill(const struct answer_index *x, const struct answer_parse *p, int64_t now_ms,
                 struct answer_result *r)
{
    switch (r->intent) {
    case ANSWER_EVENT_BY_TOPIC:
        if (r->query.subjects[0][0] || r->query.audience[0])
            set_selected(x, r, now_ms);
        else
            set_alike(x, p, r);
        return;
    case ANSWER_EVENT_BY_PLACE:
    case ANSWER_EVENT_BY_DATE:
    case ANSWER_WHAT_IS_ON:
    case ANSWER_NEXT_EVENT:
        set_selected(x, r, now_ms);
        return;
    case ANSWER_EVENT_DETAIL:
        find_one(x, p, now_ms, r);
        return;
    case ANSWER_REGISTRATION:
        if (has_feature(p, ANSWER_FEATURE_EVENT) || has_feature(p, ANSWER_FEATURE_SINGLE) ||
            has_feature(p, ANSWER_FEATURE_EVENT_LIKELY) || p->n_subjects)
            find_one(x, p, now_ms, r);
        return;
    case ANSWER_FAQ:
        if (p->n_faqs)
            r->faq = &x->catalog->faqs[p->faqs[0].doc];
        return;
    case ANSWER_OUT_OF_SCOPE:
    case ANSWER_GREETING:
    case ANSWER_THANKS:
    case ANSWER_HELP:
    case ANSWER_SUBSCRIBE:
    case ANSWER_UNSUBSCRIBE:
    case ANSWER_HUMAN:
        return;
    }
}

static bool is_about_events(enum answer_intent i)
{
    return i == ANSWER_EVENT_BY_TOPIC || i == ANSWER_EVENT_BY_PLACE || i == ANSWER_EVENT_BY_DATE ||
           i == ANSWER_NEXT_EVENT || i == ANSWER_EVENT_DETAIL || i == ANSWER_REGISTRATION;
}

/* A second wish: "hội sách ở đâu, gửi xe có tốn tiền không". What the concept "also" is made of
 * (derive.txt) is answered beside the events; a question of the FAQ about a named event shows the
 * event too. */
static void fill_second(const struct answer_index *x, struct answer_parse *p,
                        struct answer_result *r)
{
    int also = answer_words_concept(x->words, "also");

    if (r->intent == ANSWER_FAQ && has_feature(p, ANSWER_FEATURE_EVENT)) {
        set_event(x, r, p->events[0].doc);
        return;
    }
    if (!is_about_events(r->intent) || also < 0 || !answer_facts_has(&p->facts, (unsigned)also) ||
        p->n_faqs == 0)
        return;
    for (size_t i = 0; i < x->words->n_derived; i++) {
        if (x->words->derived[i].concept == also)
            answer_prefer_faq(x, p, &x->words->derived[i]);
    }
    if (p->faqs[0].likeness >= x->words->thresholds[ANSWER_T_FAQ_WEAK])
        r->faq = &x->catalog->faqs[p->faqs[0].doc];
}

static double confidence_of(const struct answer_parse *p, const struct answer_result *r)
{
    if (!p->rule)
        return 0;
    if (r->intent == ANSWER_FAQ)
        return p->n_faqs ? (double)p->faqs[0].likeness : 0;
    if (r->intent == ANSWER_EVENT_DETAIL && r->n_events)
        return p->n_events ? (double)p->events[0].likeness : 0.5;
    if (r->intent == ANSWER_OUT_OF_SCOPE)
        return 0.3;
    return p->strange >= 3 ? 0.6 : 0.9;
}

static enum answer_trouble trouble_of(const struct answer_index *x, const struct answer_parse *p)
{
    static const char *const names[] = {"trouble.fire",     "trouble.medical", "trouble.child",
                                        "trouble.distress", "trouble.police",  "trouble.fraud"};
    static const enum answer_trouble kinds[] = {ANSWER_TROUBLE_FIRE,   ANSWER_TROUBLE_MEDICAL,
                                                ANSWER_TROUBLE_CHILD,  ANSWER_TROUBLE_DISTRESS,
                                                ANSWER_TROUBLE_POLICE, ANSWER_TROUBLE_FRAUD};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        int id = answer_words_concept(x->words, names[i]);

        if (id >= 0 && answer_facts_has(&p->facts, (unsigned)id))
            return kinds[i];
    }
    return ANSWER_TROUBLE_NONE;
}

static bool said(const struct answer_index *x, const struct answer_parse *p, const char *concept)
{
    int id = answer_words_concept(x->words, concept);

    return id >= 0 && answer_facts_has(&p->facts, (unsigned)id);
}

void answer_understand(struct answer_index *x, const char *text, int64_t now_ms,
                       struct answer_parse *p)
{
    struct answer_query q;
    struct loa_civil now;
    size_t single = 0;

    *p = (struct answer_parse){0};
    answer_mend(x, text, p);
    answer_spot(x, p);
    answer_narrow(x, p);
    now = loa_tz_civil(now_ms);
    answer_dates_find(x, &p->t, &p->spans, answer_day_of(now_ms),
                      (int16_t)(now.hour * 60 + now.minute), &p->dates);
    answer_find_candidates(x, p);
    query_of(x, p, &q);
    if (q.subjects[0][0] || p->n_places) {
        single = answer_count(x, &q, now_ms, 2);
        if (single == 0 && q.has_clock) { /* who has its time wrong means it nevertheless */
            q.has_clock = false;
            single = answer_count(x, &q, now_ms, 2);
        }
        /* Asked about by name, one that is over is meant too. */
        if (single == 0)
            single = answer_count(x, &q, 0, 2);
    }
    answer_decide(x, p, single);
}

static const struct msg_place *place_named(const struct answer_index *x, const char *name)
{
    for (size_t i = 0; i < x->catalog->n_places && name[0]; i++) {
        if (strcmp(x->catalog->places[i].name, name) == 0)
            return &x->catalog->places[i];
    }
    return NULL;
}

/* What of the query the answer repeats. */
static void echo_query(const struct answer_index *x, struct answer_result *r)
{
    r->place = place_named(x, r->query.place);
    r->has_date = r->query.has_date;
    r->tod = r->query.tod;
    if (r->has_date) {
        r->from_ms = answer_day_ms(r->query.day_from);
        r->to_ms = answer_day_ms(r->query.day_to);
    }
}

static void remember(struct answer_context *ctx, const struct answer_result *r, int64_t now_ms)
{
    bool miss = r->intent == ANSWER_OUT_OF_SCOPE;

    ctx->misses = miss ? (uint8_t)(ctx->misses + (ctx->misses < UINT8_MAX)) : 0;
    ctx->english = r->english;
    ctx->at_ms = now_ms;
    switch (r->intent) {
    case ANSWER_EVENT_BY_TOPIC:
    case ANSWER_EVENT_BY_PLACE:
    case ANSWER_EVENT_BY_DATE:
    case ANSWER_WHAT_IS_ON:
    case ANSWER_NEXT_EVENT:
    case ANSWER_EVENT_DETAIL:
    case ANSWER_REGISTRATION:
        ctx->query = r->query;
        return;
    case ANSWER_OUT_OF_SCOPE:
    case ANSWER_GREETING:
    case ANSWER_THANKS:
    case ANSWER_HELP:
    case ANSWER_FAQ:
    case ANSWER_SUBSCRIBE:
    case ANSWER_UNSUBSCRIBE:
    case ANSWER_HUMAN:
        return; /* thanks in between do not change the subject */
    }
}

static bool is_fresh(const struct answer_context *ctx, int64_t now_ms)
{
    return ctx && ctx->at_ms > 0 && now_ms >= ctx->at_ms &&
           now_ms - ctx->at_ms <= ANSWER_CONTEXT_LIFE_MS;
}

static void ask_text(struct answer_index *x, const char *text, int64_t now_ms,
                     const struct answer_context *ctx, struct answer_result *r)
{
    struct answer_parse p;

    answer_understand(x, text, now_ms, &p);
    query_of(x, &p, &r->query);
    r->english = p.english;
    r->intent = p.rule ? (enum answer_intent)p.rule->intent : ANSWER_OUT_OF_SCOPE;
    r->trouble = r->intent == ANSWER_HUMAN ? trouble_of(x, &p) : ANSWER_TROUBLE_NONE;
    if (!r->trouble && is_fresh(ctx, now_ms) && answer_follow(x, &p, &ctx->query, &r->query)) {
        r->follow_up = true;
        answer_fill_query(x, now_ms, r);
        r->confidence = 0.8;
        return;
    }
    r->query.intent = r->intent;
    r->query.running = r->intent == ANSWER_WHAT_IS_ON && said(x, &p, "now");
    fill(x, &p, now_ms, r);
    r->confidence = confidence_of(&p, r);
    fill_second(x, &p, r);
    if (r->n_events == 0 && !r->faq)
        answer_suggest(x, &p, now_ms, r);
}

void answer_fill_query(const struct answer_index *x, int64_t now_ms, struct answer_result *r)
{
    const struct msg_event *e =
        r->query.event[0] ? msg_catalog_event(x->catalog, r->query.event) : NULL;

    r->intent = r->query.intent;
    if ((r->intent == ANSWER_EVENT_DETAIL || r->intent == ANSWER_REGISTRATION)) {
        if (e)
            set_event(x, r, (uint32_t)(e - x->catalog->events));
        return;
    }
    set_selected(x, r, now_ms);
}

void answer_ask(struct answer_index *x, const char *text, int64_t now_ms,
                struct answer_context *ctx, struct answer_result *out)
{
    *out = (struct answer_result){0};
    if (!answer_payload(x, text, now_ms, out))
        ask_text(x, text, now_ms, ctx, out);
    else if (ctx)
        out->english = ctx->english;
    echo_query(x, out);
    if (ctx)
        remember(ctx, out, now_ms);
}

void answer_result_release(struct answer_result *r)
{
    free(r->events);
    *r = (struct answer_result){0};
}
