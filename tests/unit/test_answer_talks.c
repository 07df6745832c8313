/* SPDX-License-Identifier: Apache-2.0 */
/* The conversations of tests/answer/conversations.txt, which a reader can follow without C. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "answer_kit.h"

TestSuite(answer_talks, .init = answer_kit_open, .fini = answer_kit_close, .timeout = 60);

struct talk {
    int64_t now;
    struct answer_context ctx;
    struct answer_result result;
    struct msg_content reply;
    char citizen[512];
    size_t lines;
};

static void forget_reply(struct talk *t)
{
    answer_result_release(&t->result);
    msg_content_release(&t->reply);
}

static void citizen_writes(struct talk *t, const char *text)
{
    static const struct answer_options opt = {.office = "Sở Giáo dục và Đào tạo"};

    forget_reply(t);
    t->now += 30 * 1000;
    t->lines++;
    cr_assert_lt(strlen(text), sizeof(t->citizen));
    memcpy(t->citizen, text, strlen(text) + 1);
    answer_ask(answer_kit_index(), text, t->now, &t->ctx, &t->result);
    answer_reply(answer_kit_index(), &t->result, t->now, &opt, &t->reply);
}

static void expect_answer(struct talk *t, char *want)
{
    char *parts = strchr(want, ':'), *part;

    if (parts)
        *parts++ = '\0';
    cr_expect_str_eq(answer_intent_name(t->result.intent), want, "%s: %s instead of %s", t->citizen,
                     answer_intent_name(t->result.intent), want);
    while (parts && (part = strsep(&parts, "|")) != NULL) {
        size_t n;

        part += strspn(part, " ");
        n = strlen(part);
        while (n > 0 && part[n - 1] == ' ')
            part[--n] = '\0';
        cr_expect(strstr(t->reply.text, part), "%s: no \"%s\" in: %s", t->citizen, part,
                  t->reply.text);
    }
}

Test(answer_talks, conversations_go_as_written)
{
    char *text = answer_kit_read("tests/answer/conversations.txt"), *rest = text, *line;
    struct talk t = {0};

    while ((line = strsep(&rest, "\n")) != NULL) {
        if (strncmp(line, "@ ", 2) == 0) {
            t.now = answer_kit_time(line + 2);
            t.ctx = (struct answer_context){0};
        } else if (strncmp(line, "> ", 2) == 0) {
            citizen_writes(&t, line + 2);
        } else if (strncmp(line, "= ", 2) == 0) {
            expect_answer(&t, line + 2);
        }
    }
    cr_expect_gt(t.lines, 20);
    forget_reply(&t);
    free(text);
}
