/* SPDX-License-Identifier: Apache-2.0 */
/* Questions without a good answer, kept without who asked; and what people thought of answers. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/conversation.h"
#include "messages/inbound.h"
#include "messages/question.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account, an, seq;

static void open_it(void)
{
    db = help_open();
    account = help_account(db, "zalo");
    an = help_contact(db, account, "u1", NULL, NULL);
    cr_assert_eq(msg_inbound_add(db, account, "k1", "{\"kind\":0,\"text\":\"gửi xe 0905123456\"}",
                                 true, 1, 10, &seq),
                 LOA_OK);
    cr_assert_eq(msg_inbound_of(db, seq, an), LOA_OK);
    cr_assert_eq(msg_conversation_put(db, account, an, "{}", 10), LOA_OK);
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_question, .timeout = 5, .init = open_it, .fini = close_it);

Test(msg_question, what_could_tell_who_asked_is_taken_out)
{
    static const struct {
        const char *in, *out;
    } all[] = {
        {"gọi tôi số 0905 123 456 nhé", "gọi tôi số […] nhé"},
        {"tel:+84905123456, mai có gì", "tel:[…], mai có gì"},
        {"thư an.nguyen@example.vn ạ", "thư […] ạ"},
        {"xem https://a.example/x?u=5 giúp", "xem […] giúp"},
        {"ngày 3/10/2026 lúc 19h30 có gì", "ngày 3/10/2026 lúc 19h30 có gì"},
        {"số cccd 056-123-456789", "số cccd […]"},
        {"số 5 đường 23", "số 5 đường 23"},
        {"", ""},
    };

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        char *out = msg_question_redact(all[i].in);

        cr_expect_str_eq(out, all[i].out, "%s: %s", all[i].in, out);
        free(out);
    }
}

Test(msg_question, an_answer_is_judged_once_and_a_wrong_one_joins_the_list_without_who_asked)
{
    bool counted;

    cr_assert_eq(msg_judge_open(db, account, an, seq, "faq:f1"), LOA_OK);
    cr_assert_eq(msg_judge(db, account, an, seq + 5, "zalo", false, 20, &counted), LOA_OK);
    cr_expect_not(counted, "the button of another answer");
    cr_assert_eq(msg_judge(db, account, an, seq, "zalo", false, 20, &counted), LOA_OK);
    cr_expect(counted);
    cr_assert_eq(msg_judge(db, account, an, 0, "zalo", true, 21, &counted), LOA_OK);
    cr_expect_not(counted, "judged already");
    cr_expect_eq(help_int(db, "SELECT SUM(n) FROM feedback_stats WHERE what = 'faq:f1' AND "
                              "useful = 0"),
                 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM unanswered WHERE reason = 1 AND "
                              "question = 'gửi xe […]'"),
                 1);
}

Test(msg_question, what_staff_dealt_with_is_only_counted)
{
    struct msg_question *q;
    size_t n;

    cr_assert_eq(msg_question_add(db, "zalo", "a", MSG_QUESTION_UNANSWERED, 10), LOA_OK);
    cr_assert_eq(msg_question_add(db, "zalo", "b", MSG_QUESTION_UNSURE, 11), LOA_OK);
    cr_assert_eq(msg_questions_read(db, 10, &q, &n), LOA_OK);
    cr_assert_eq(n, 2);
    cr_expect_str_eq(q[0].text, "a");
    cr_assert_eq(msg_questions_settle(db, &q[0].seq, 1), LOA_OK);
    cr_assert_eq(msg_questions_settle(db, &q[0].seq, 1), LOA_OK, "twice does no harm");
    msg_questions_free(q, n);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM unanswered"), 1);
    cr_expect_eq(help_int(db, "SELECT SUM(n) FROM question_stats"), 1);
}
