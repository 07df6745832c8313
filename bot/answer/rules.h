/* SPDX-License-Identifier: Apache-2.0 */
/* rules.h - the decision list that turns what was found in a message into its intent. */
#ifndef LOA_BOT_ANSWER_RULES_H
#define LOA_BOT_ANSWER_RULES_H

#include "bot/answer/features.h"
#include "bot/answer/words.h"

enum { ANSWER_DERIVED_MAX = 16 };

/* Everything that is true of one message: a bit a concept, then a bit a feature. */
struct answer_facts {
    uint64_t bits[(ANSWER_CONCEPTS_MAX + ANSWER_FEATURE_COUNT + 63) / 64];
};

static inline void answer_facts_set(struct answer_facts *f, unsigned at)
{
    f->bits[at / 64] |= UINT64_C(1) << (at % 64);
}

static inline bool answer_facts_has(const struct answer_facts *f, unsigned at)
{
    return (f->bits[at / 64] >> (at % 64)) & 1;
}

static inline void answer_facts_feature(struct answer_facts *f, enum answer_feature at, bool on)
{
    if (on)
        answer_facts_set(f, (unsigned)ANSWER_CONCEPTS_MAX + (unsigned)at);
}

/* "intent <- a|b !c". LOA_EINVAL with `where` in why->field; *out then holds nothing. */
LOA_MUST_USE enum loa_err answer_rule_parse(const struct answer_words *w, const char *where,
                                            const char *text, struct answer_rule *out,
                                            struct loa_problem *why);
/* "concept <- a|b !c", the same way. */
LOA_MUST_USE enum loa_err answer_derive_parse(const struct answer_words *w, const char *where,
                                              const char *text, struct answer_rule *out,
                                              struct loa_problem *why);
/* Adds the concepts that follow from others to the facts, and up to `max` that were new to `out`.
 * Returns how many. */
size_t answer_derive(const struct answer_words *w, struct answer_facts *f, uint16_t *out,
                     size_t max);
/* The first rule that holds, NULL when none does. */
const struct answer_rule *answer_rules_decide(const struct answer_words *w,
                                              const struct answer_facts *f);

const char *answer_feature_name(enum answer_feature feature);

#endif
