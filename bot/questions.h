/* SPDX-License-Identifier: Apache-2.0 */
/* questions.h - questions without a good answer, grouped by likeness, so that staff answer a
 * hundred of them with one entry. Pure; one thread. */
#ifndef LOA_BOT_QUESTIONS_H
#define LOA_BOT_QUESTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "messages/question.h"

/* How alike two questions are, 0 to 1: by the syllables they share, marks and small words apart. */
double bot_questions_likeness(const char *a, const char *b);

struct bot_question_group {
    int64_t id;    /* the number of its first question */
    size_t *items; /* indexes into the questions, in their order; caller's by way of _free() */
    size_t n;
    size_t wrong, unsure; /* of these, by reason */
    int64_t last_ms;
};
struct bot_question_groups {
    struct bot_question_group *items;
    size_t n;
};

/* In the order of the questions' numbers each joins the first group whose first question it is
 * like, or begins one; so a group keeps its number as long as its first question is kept. Caller
 * ends *out with bot_question_groups_free(). */
void bot_questions_group(const struct msg_question *questions, size_t n,
                         struct bot_question_groups *out);
void bot_question_groups_free(struct bot_question_groups *g);
/* The group that question `seq` belongs to; NULL: none. */
const struct bot_question_group *bot_questions_find(const struct bot_question_groups *g,
                                                    const struct msg_question *questions,
                                                    int64_t seq);

#endif
