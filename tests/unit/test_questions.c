/* SPDX-License-Identifier: Apache-2.0 */
/* Likeness: the same question in other words is one group, another question is not. */
#include <string.h>

#include <criterion/criterion.h>

#include "bot/questions.h"

TestSuite(questions, .timeout = 20);

Test(questions, the_same_in_other_words_is_alike_and_something_else_is_not)
{
    static const char *const alike[][2] = {
        {"gửi xe máy ở đâu vậy ạ", "gui xe may o dau"},
        {"có chỗ gửi xe máy không", "chỗ gửi xe máy ở đâu ạ"},
        {"có phát quà cho trẻ em không", "Phát quà trẻ em???"},
        {"ạ", "a"},
    };
    static const char *const different[][2] = {
        {"gửi xe máy ở đâu", "có phát quà cho trẻ em không"},
        {"có wifi không", "có bãi xe không"},
        {"", "gửi xe"},
    };

    for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
        cr_expect_geq(bot_questions_likeness(alike[i][0], alike[i][1]), 0.6, "%s", alike[i][0]);
    for (size_t i = 0; i < sizeof(different) / sizeof(different[0]); i++)
        cr_expect_lt(bot_questions_likeness(different[i][0], different[i][1]), 0.6, "%s",
                     different[i][0]);
}

Test(questions, a_group_goes_by_its_first_question_and_is_found_by_any)
{
    static char a[] = "gửi xe máy ở đâu", b[] = "có wifi không", c[] = "gui xe may o dau v";
    const struct msg_question q[] = {
        {.seq = 3, .at_ms = 10, .text = a, .reason = MSG_QUESTION_WRONG},
        {.seq = 5, .at_ms = 20, .text = b},
        {.seq = 9, .at_ms = 30, .text = c},
    };
    struct bot_question_groups g;
    const struct bot_question_group *found;

    bot_questions_group(q, 3, &g);
    cr_assert_eq(g.n, 2);
    found = bot_questions_find(&g, q, 9);
    cr_assert_not_null(found);
    cr_expect_eq(found->id, 3);
    cr_expect_eq(found->n, 2);
    cr_expect_eq(found->wrong, 1);
    cr_expect_eq(found->last_ms, 30);
    cr_expect_null(bot_questions_find(&g, q, 4));
    bot_question_groups_free(&g);
    bot_questions_group(q, 0, &g);
    cr_expect_eq(g.n, 0);
    bot_question_groups_free(&g);
}
