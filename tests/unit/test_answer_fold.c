/* SPDX-License-Identifier: Apache-2.0 */
/* Words: what may stand for what, and how a message is cut. */
#include <string.h>

#include <criterion/criterion.h>

#include "bot/answer/tokens.h"

TestSuite(answer_fold, .timeout = 5);

static bool may_mean(const char *typed, const char *word)
{
    struct answer_tokens q, w;

    answer_tokenize(typed, &q);
    answer_tokenize(word, &w);
    if (q.n != 1 || w.n != 1 || strcmp(q.t[0].word.base, w.t[0].word.base) != 0)
        return false;
    return answer_marks_fit(q.t[0].word.shape, q.t[0].word.tone, w.t[0].word.shape,
                            w.t[0].word.tone);
}

Test(answer_fold, marks_that_were_not_typed_may_be_any_and_typed_ones_count)
{
    /* A mark may be missing on one letter and typed on the next: "dương" may be half of "đường". */
    static const struct {
        const char *typed, *word;
        bool fits;
    } rows[] = {
        {"duong", "đường", true},  {"duong", "dương", true},  {"dương", "đường", true},
        {"đường", "dương", false}, {"đường", "duong", false}, {"đuong", "đường", true},
        {"đường", "đường", true},  {"hoà", "hòa", true},      {"hòa", "hoà", true},
        {"thuỷ", "thủy", true},    {"ĐƯỜNG", "đường", true},  {"ban", "bạn", true},
        {"bán", "bạn", false},     {"tiêng", "tiếng", true},  {"tiếng", "tiêng", false},
        {"mot", "mốt", true},      {"một", "mốt", false},     {"Ðăng", "đăng", true},
        {"oi", "ơi", true},        {"ôi", "ơi", false},       {"lớp", "lợp", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        cr_expect_eq(may_mean(rows[i].typed, rows[i].word), rows[i].fits, "%s for %s",
                     rows[i].typed, rows[i].word);
}

Test(answer_fold, composed_and_decomposed_text_are_the_same)
{
    struct answer_tokens nfc, nfd;

    answer_tokenize("Đường hoà tiếng", &nfc);
    answer_tokenize("\xC4\x90u\xCC\x9Bo\xCC\x9B\xCC\x80ng hoa\xCC\x80 tie\xCC\x82\xCC\x81ng", &nfd);
    cr_assert_eq(nfc.n, 3);
    cr_assert_eq(nfd.n, 3);
    for (size_t i = 0; i < 3; i++) {
        cr_expect_str_eq(nfc.t[i].word.base, nfd.t[i].word.base);
        cr_expect_eq(nfc.t[i].word.shape, nfd.t[i].word.shape, "%zu", i);
        cr_expect_eq(nfc.t[i].word.tone, nfd.t[i].word.tone, "%zu", i);
    }
}

Test(answer_fold, numbers_stand_apart_from_the_unit_that_follows)
{
    struct answer_tokens t;

    answer_tokenize("t7 7h30 3/10 k12online", &t);
    cr_assert_eq(t.n, 7);
    cr_expect_str_eq(t.t[0].word.base, "t7");
    cr_expect_eq(answer_token_number(&t.t[1]), 7);
    cr_expect_str_eq(t.t[2].word.base, "h");
    cr_expect_eq(t.t[2].glue, '\0');
    cr_expect_eq(answer_token_number(&t.t[5]), 10);
    cr_expect_eq(t.t[5].glue, '/');
    cr_expect_str_eq(t.t[6].word.base, "k12online");
}

Test(answer_fold, any_bytes_are_survived_and_long_messages_cut)
{
    char many[2 * ANSWER_TOKENS_MAX + 3];
    struct answer_tokens t;

    answer_tokenize("\xff\xfe\xC4 a\xE1\xBB", &t);
    cr_expect_eq(t.n, 1);
    answer_tokenize("", &t);
    cr_expect_eq(t.n, 0);
    answer_tokenize("\xCC\x80\xCC\x80", &t);
    cr_expect_eq(t.n, 0);
    for (size_t i = 0; i < sizeof(many); i++)
        many[i] = i % 2 ? ' ' : 'a';
    many[sizeof(many) - 1] = '\0';
    answer_tokenize(many, &t);
    cr_expect_eq(t.n, ANSWER_TOKENS_MAX);
    cr_expect(t.cut);
}
