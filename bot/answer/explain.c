/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "bot/answer/parse.h"
#include "bot/answer/query.h"
#include "bot/answer/understand.h"
#include "messages/base/buf.h"
#include "messages/base/tz.h"

enum { EXPLAIN_MAX = 64 * 1024 };

static void say_word(struct loa_buf *b, const struct answer_word *w)
{
    static const char *const tones[] = {"", "´", "`", "?", "~", "."};

    for (size_t i = 0; i < w->len; i++) {
        uint64_t shape = (w->shape >> (2 * i)) & 3;

        loa_buf_addc(b, w->base[i]);
        if (shape)
            loa_buf_addc(b, shape == SHAPE_ROOF ? '^' : '+');
    }
    loa_buf_adds(b, tones[w->tone]);
}

static void say_tokens(struct loa_buf *b, const struct answer_tokens *t)
{
    static const char *const how[] = {"", "telex/vni", "stretched", "typo", "rewritten"};

    loa_buf_addf(b, "tokens (%s%s):", t->marked ? "marked" : "unmarked", t->cut ? ", cut" : "");
    for (size_t i = 0; i < t->n; i++) {
        loa_buf_addc(b, ' ');
        say_word(b, &t->t[i].word);
        if (t->t[i].how)
            loa_buf_addf(b, "<%s>", how[t->t[i].how]);
        if (!t->t[i].number && t->t[i].fold < 0)
            loa_buf_adds(b, "<unknown>");
        else if (!t->t[i].covered)
            loa_buf_adds(b, "<open>");
    }
    loa_buf_addc(b, '\n');
}

static const char *span_name(const struct answer_index *x, const struct answer_span *s)
{
    switch ((enum answer_span_kind)s->kind) {
    case ANSWER_SPAN_CONCEPT:
        return x->words->concepts[s->ref];
    case ANSWER_SPAN_PLACE:
        return x->catalog->places[s->ref].name;
    case ANSWER_SPAN_SUBJECT:
        return x->subjects[s->ref].name;
    case ANSWER_SPAN_AUDIENCE:
        return x->audiences[s->ref].name;
    case ANSWER_SPAN_REWRITE:
        return x->words->rewrites[s->ref].to;
    }
    return "";
}

static void say_spans(struct loa_buf *b, const struct answer_index *x, const struct answer_parse *p)
{
    static const char *const kinds[] = {"concept", "place", "subject", "audience", "rewrite"};

    loa_buf_adds(b, "phrases:\n");
    for (size_t i = 0; i < p->spans.n; i++) {
        const struct answer_span *s = &p->spans.s[i];

        if (s->kind == ANSWER_SPAN_CONCEPT && (int)s->ref == x->filler)
            continue;
        loa_buf_addf(b, "  %-8s %s%s: ", kinds[s->kind], span_name(x, s),
                     s->exact ? "" : " (folded)");
        for (size_t k = 0; k < s->n; k++) {
            say_word(b, &p->t.t[s->at + k].word);
            loa_buf_addc(b, k + 1 < s->n ? ' ' : '\n');
        }
    }
}

static void say_derived(struct loa_buf *b, const struct answer_index *x,
                        const struct answer_parse *p)
{
    for (size_t i = 0; i < p->n_derived; i++)
        loa_buf_addf(b, "  derived  %s\n", x->words->concepts[p->derived[i]]);
}

static void say_candidates(struct loa_buf *b, const struct answer_index *x,
                           const struct answer_parse *p)
{
    for (size_t i = 0; i < p->n_events; i++)
        loa_buf_addf(b, "event %.3f %s %s\n", (double)p->events[i].likeness,
                     x->catalog->events[p->events[i].doc].id,
                     x->catalog->events[p->events[i].doc].title);
    for (size_t i = 0; i < p->n_faqs; i++)
        loa_buf_addf(b, "faq   %.3f %s\n", (double)p->faqs[i].likeness,
                     x->catalog->faqs[p->faqs[i].doc].id);
}

static void say_facts(struct loa_buf *b, const struct answer_parse *p)
{
    loa_buf_adds(b, "features:");
    for (int i = 0; i < ANSWER_FEATURE_COUNT; i++) {
        if (answer_facts_has(&p->facts, (unsigned)(ANSWER_CONCEPTS_MAX + i)))
            loa_buf_addf(b, " @%s", answer_feature_name((enum answer_feature)i));
    }
    loa_buf_addf(b, "\nrule: %s\n", p->rule ? p->rule->source : "none holds: out_of_scope");
}

static void say_result(struct loa_buf *b, const struct answer_result *r)
{
    char query[ANSWER_QUERY_TEXT], from[LOA_ISO_SIZE], to[LOA_ISO_SIZE];

    loa_buf_addf(b, "answer: %s%s, confidence %.2f\n", answer_intent_name(r->intent),
                 r->follow_up ? " (follows the last question)" : "", r->confidence);
    loa_buf_addf(b, "query: %s\n", answer_query_format(&r->query, query));
    if (r->has_date)
        loa_buf_addf(b, "days: %s to %s\n", loa_iso_date(r->from_ms, from),
                     loa_iso_date(r->to_ms, to));
    if (r->faq)
        loa_buf_addf(b, "faq: %s\n", r->faq->id);
    loa_buf_addf(b, "events (%zu):", r->n_events);
    for (size_t i = 0; i < r->n_events && i < 40; i++)
        loa_buf_addf(b, " %s", r->events[i]->id);
    loa_buf_addc(b, '\n');
}

char *answer_explain(struct answer_index *x, const char *text, int64_t now_ms,
                     const struct answer_context *ctx)
{
    struct answer_context copy = ctx ? *ctx : (struct answer_context){0};
    struct answer_parse p;
    struct answer_result r;
    struct loa_buf b;

    loa_buf_init(&b, EXPLAIN_MAX);
    answer_understand(x, text, now_ms, &p);
    loa_buf_addf(&b, "language: %s\n", p.english ? "English" : p.foreign ? "other" : "Vietnamese");
    say_tokens(&b, &p.t);
    say_spans(&b, x, &p);
    say_derived(&b, x, &p);
    say_candidates(&b, x, &p);
    say_facts(&b, &p);
    answer_ask(x, text, now_ms, &copy, &r);
    say_result(&b, &r);
    answer_result_release(&r);
    return loa_buf_take(&b);
}
