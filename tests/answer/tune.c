/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses the thresholds on labelled questions: one after another is moved over its range, the
 * others held, until a round changes nothing. Of equally good values the middle of the widest run
 * is taken, as far as can be from where answers begin to fall.
 *   answer-tune --words DIR FILE... > bot/answer/data/thresholds.txt */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/crypto.h"
#include "messages/base/tz.h"
#include "tests/answer/demo.h"
#include "tests/answer/gold.h"

enum { ROUNDS = 3, STEPS_MAX = 64 };

static const struct {
    enum answer_threshold t;
    float low, high, step;
} ranges[] = {
    {ANSWER_T_EVENT_SPARE, 0.05F, 0.60F, 0.05F},  {ANSWER_T_EVENT_EXCESS, 0.05F, 0.60F, 0.05F},
    {ANSWER_T_FAQ_SPARE, 0.05F, 0.60F, 0.05F},    {ANSWER_T_FAQ_EXCESS, 0.05F, 0.60F, 0.05F},
    {ANSWER_T_UNKNOWN_WORD, 0.50F, 4.00F, 0.25F}, {ANSWER_T_EVENT_CLEAR, 0.30F, 0.80F, 0.02F},
    {ANSWER_T_EVENT_LIKELY, 0.20F, 0.60F, 0.02F}, {ANSWER_T_EVENT_LEAD, 1.00F, 1.60F, 0.04F},
    {ANSWER_T_EVENT_SURE, 0.50F, 0.98F, 0.02F},   {ANSWER_T_EVENT_NEAR, 0.20F, 0.70F, 0.02F},
    {ANSWER_T_EVENT_SHARE, 0.50F, 0.98F, 0.02F},  {ANSWER_T_FAQ_SURE, 0.50F, 0.90F, 0.02F},
    {ANSWER_T_FAQ_FAIR, 0.25F, 0.70F, 0.02F},     {ANSWER_T_FAQ_WEAK, 0.05F, 0.45F, 0.02F},
};

static struct answer_index *answers;
static struct gold_set set;

/* What counts: the intent, then the events and the rest. */
static double quality(void)
{
    double sum = 0;

    for (size_t i = 0; i < set.n; i++) {
        double marks[GOLD_MARKS];
        struct answer_result r;

        answer_ask(answers, set.items[i].text, set.items[i].now_ms, NULL, &r);
        gold_score(&set.items[i], &r, marks);
        sum += marks[GOLD_INTENT] + marks[GOLD_ALL];
        if (marks[GOLD_EVENTS] >= 0)
            sum += marks[GOLD_EVENTS] - 1;
        answer_result_release(&r);
    }
    return sum / (double)set.n;
}

/* The middle of the longest run of the best; a tie goes to the run that holds the present value. */
static size_t middle_of_best(const double *q, size_t n, size_t now)
{
    double best = q[0];
    size_t at = 0, longest = 0;

    for (size_t i = 1; i < n; i++)
        best = q[i] > best ? q[i] : best;
    for (size_t i = 0; i < n;) {
        size_t k = i;

        while (k < n && q[k] >= best - 1e-9)
            k++;
        if (k - i > longest || (k - i == longest && i <= now && now < k)) {
            longest = k - i;
            at = (i + k) / 2;
        }
        i = k > i ? k : i + 1;
    }
    return at;
}

static bool tune_one(struct answer_words *w, size_t which)
{
    float *value = &w->thresholds[ranges[which].t], before = *value;
    double q[STEPS_MAX];
    size_t n = 0, now = 0;

    for (; n < STEPS_MAX; n++) {
        *value = ranges[which].low + (float)n * ranges[which].step;
        if (*value > ranges[which].high + ranges[which].step / 2)
            break;
        if (fabsf(*value - before) < ranges[which].step / 2)
            now = n;
        q[n] = quality();
    }
    *value = ranges[which].low + (float)middle_of_best(q, n, now) * ranges[which].step;
    return fabsf(*value - before) > ranges[which].step / 4;
}

int main(int argc, char **argv)
{
    struct answer_words *w = NULL;
    struct msg_catalog *catalog;
    struct loa_problem why = {"", ""};
    bool changed = true;

    if (argc < 4 || strcmp(argv[1], "--words") != 0 || loa_crypto_init() ||
        loa_tz_set("Asia/Ho_Chi_Minh"))
        return 2;
    if (answer_words_load_only(argv[2], &w, &why) != LOA_OK) {
        (void)fprintf(stderr, "%s: %s\n", why.field, why.text);
        return 2;
    }
    for (int i = 3; i < argc; i++) {
        if (!gold_read(&set, argv[i]))
            return 2;
    }
    catalog = demo_catalog();
    answers = answer_index_new(catalog, w);
    (void)fprintf(stderr, "%zu questions, before: %.4f\n", set.n, quality());
    for (int round = 0; round < ROUNDS && changed; round++) {
        changed = false;
        for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
            changed |= tune_one(w, i);
        (void)fprintf(stderr, "round %d: %.4f\n", round + 1, quality());
    }
    (void)printf(
        "# Written by `make answer-tune`: the values that answer the labelled questions of\n"
        "# tests/answer best.\n[thresholds]\n");
    for (int i = 0; i < ANSWER_THRESHOLD_COUNT; i++)
        (void)printf("%s = %.2f\n", answer_threshold_name((enum answer_threshold)i),
                     (double)w->thresholds[i]);
    answer_index_free(answers);
    msg_catalog_free(catalog);
    answer_words_free(w);
    gold_release(&set);
    return 0;
}
