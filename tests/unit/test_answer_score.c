/* SPDX-License-Identifier: Apache-2.0 */
/* The labelled questions of tests/answer: the share that is understood must not fall. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "answer_kit.h"
#include "messages/base/buf.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"

TestSuite(answer_score, .init = answer_kit_open, .fini = answer_kit_close, .timeout = 60);

struct score {
    double intent, events, dates, faqs; /* sums, then shares */
    size_t n, n_events, n_dates, n_faqs;
};

static bool blind; /* questions held out are not shown, so that nobody works with them */

static bool is_in(const cJSON *list, const char *s)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        if (cJSON_IsString(item) && strcmp(item->valuestring, s) == 0)
            return true;
    }
    return false;
}

static double f1(const cJSON *gold, const struct answer_result *r)
{
    size_t n = (size_t)cJSON_GetArraySize(gold), hits = 0;

    for (size_t i = 0; i < r->n_events; i++)
        hits += is_in(gold, r->events[i]->id);
    return n + r->n_events == 0 ? 1.0 : 2.0 * (double)hits / (double)(n + r->n_events);
}

static bool same_date(const char *gold, const struct answer_result *r)
{
    char from[LOA_ISO_SIZE], to[LOA_ISO_SIZE];

    if (!r->has_date)
        return false;
    loa_iso_date(r->from_ms, from);
    loa_iso_date(r->to_ms, to);
    return strncmp(gold, from, 10) == 0 && strcmp(gold + strlen(gold) - 10, to) == 0;
}

static void score_line(const cJSON *line, struct score *s)
{
    const cJSON *want = loa_json_get(line, "expect"), *events = loa_json_get(want, "events");
    const char *intent = loa_json_str(want, "intent"), *date = loa_json_str(want, "date");
    const char *faq = loa_json_str(want, "faq"), *got;
    struct answer_result r;
    bool right;

    answer_ask(answer_kit_index(), loa_json_str(line, "text"),
               answer_kit_time(loa_json_str(line, "now")), NULL, &r);
    got = answer_intent_name(r.intent);
    right = strcmp(got, intent) == 0 || is_in(loa_json_get(want, "intent_alt"), got);
    if (!right && !blind)
        fprintf(stderr, "%s: %s, got %s: %s\n", loa_json_str(line, "id"), intent, got,
                loa_json_str(line, "text"));
    s->n++;
    s->intent += right;
    if (events) {
        s->n_events++;
        s->events += f1(events, &r);
    }
    if (date) {
        s->n_dates++;
        s->dates += same_date(date, &r);
    }
    if (strcmp(intent, "faq") == 0) {
        s->n_faqs++;
        s->faqs += r.faq && (strcmp(r.faq->id, faq ? faq : "") == 0 || !faq ||
                             is_in(loa_json_get(want, "faq_alt"), r.faq->id));
    }
    answer_result_release(&r);
}

static struct score score_file(const char *path, const char *tag)
{
    char *text = answer_kit_read(path), *rest = text, *line;
    struct score s = {0};

    while ((line = strsep(&rest, "\n")) != NULL) {
        cJSON *json = *line ? loa_json_parse(line, strlen(line)) : NULL;

        if (json && (!tag || is_in(loa_json_get(json, "tags"), tag)))
            score_line(json, &s);
        cJSON_Delete(json);
    }
    free(text);
    cr_assert_gt(s.n, 0, "%s", path);
    s.intent /= (double)s.n;
    s.events = s.n_events ? s.events / (double)s.n_events : 1;
    s.dates = s.n_dates ? s.dates / (double)s.n_dates : 1;
    s.faqs = s.n_faqs ? s.faqs / (double)s.n_faqs : 1;
    fprintf(stderr, "%s%s%s: %zu questions, intent %.3f, events %.3f, date %.3f, faq %.3f\n", path,
            tag ? " " : "", tag ? tag : "", s.n, s.intent, s.events, s.dates, s.faqs);
    return s;
}

Test(answer_score, answer_dev_set_reaches_the_floor)
{
    struct score s = score_file("tests/answer/queries-dev.jsonl", NULL);

    cr_expect_geq(s.intent, 0.97);
    cr_expect_geq(s.events, 0.95);
    cr_expect_geq(s.dates, 0.98);
    cr_expect_geq(s.faqs, 0.95);
}

Test(answer_score, no_kind_of_question_is_left_behind)
{
    static const char *const tags[] = {
        "NFD",          "audience",      "date-absolute",  "date-relative", "diacritics",
        "emoji",        "english",       "injection",      "insult",        "long",
        "multi-intent", "no-diacritics", "other-language", "out_of_scope",  "place-alias",
        "politics",     "sensitive",     "spam",           "teencode",      "time-of-day",
        "typo",         "venue",
    };

    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        struct score s = score_file("tests/answer/queries-dev.jsonl", tags[i]);

        cr_expect_geq(s.intent, 0.90, "%s", tags[i]);
        cr_expect_geq(s.events, 0.90, "%s", tags[i]);
    }
}

Test(answer_score, more_questions_in_other_words_are_understood)
{
    static const char *const files[] = {"tests/answer/queries-more.jsonl",
                                        "tests/answer/more-2.jsonl"};

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct score s = score_file(files[i], NULL);

        cr_expect_geq(s.intent, 0.97);
        cr_expect_geq(s.events, 0.95);
        cr_expect_geq(s.dates, 0.98);
        cr_expect_geq(s.faqs, 0.95);
    }
}

/* Never worked with: the floor is where it stands, lower than that of the others. */
Test(answer_score, questions_held_out_stay_above_their_floor)
{
    struct score s;

    blind = true;
    s = score_file("tests/answer/heldout.jsonl", NULL);

    cr_expect_geq(s.intent, 0.93);
    cr_expect_geq(s.events, 0.93);
    cr_expect_geq(s.dates, 0.94);
    s = score_file("tests/answer/heldout-2.jsonl", NULL);
    cr_expect_geq(s.intent, 0.93);
    cr_expect_geq(s.events, 0.93);
    cr_expect_geq(s.dates, 0.94);
}

/* The letters of a text without marks, case and punctuation. Caller owns. */
static char *letters_of(const char *text, size_t *words)
{
    struct answer_tokens t;
    struct loa_buf b;

    answer_tokenize(text, &t);
    loa_buf_init(&b, 0);
    for (size_t i = 0; i < t.n; i++)
        loa_buf_addf(&b, "%s ", t.t[i].word.base);
    *words = t.n;
    return loa_buf_take(&b);
}

static void no_phrase_is(char **phrases, size_t n, const char *question)
{
    size_t words;
    char *q = letters_of(question, &words);

    /* "dang ky" and the like are commands that every list has. */
    for (size_t i = 0; words >= 4 && i < n; i++)
        cr_expect_str_neq(phrases[i], q, "%s", question);
    free(q);
}

Test(answer_score, lists_hold_no_question_of_the_labelled_ones)
{
    static const char *const files[] = {
        "tests/answer/queries-dev.jsonl", "tests/answer/heldout.jsonl",
        "tests/answer/heldout-2.jsonl", "tests/answer/more-2.jsonl"};
    struct answer_words *w = answer_words_load_builtin();
    char **phrases = loa_xcalloc(w->n_phrases, sizeof(*phrases));
    size_t words;

    for (size_t i = 0; i < w->n_phrases; i++)
        phrases[i] = letters_of(w->phrases[i].text, &words);
    for (size_t f = 0; f < sizeof(files) / sizeof(files[0]); f++) {
        char *text = answer_kit_read(files[f]), *rest = text, *line;

        while ((line = strsep(&rest, "\n")) != NULL) {
            cJSON *json = *line ? loa_json_parse(line, strlen(line)) : NULL;

            if (json)
                no_phrase_is(phrases, w->n_phrases, loa_json_str(json, "text"));
            cJSON_Delete(json);
        }
        free(text);
    }
    for (size_t i = 0; i < w->n_phrases; i++)
        free(phrases[i]);
    free(phrases);
    answer_words_free(w);
}
