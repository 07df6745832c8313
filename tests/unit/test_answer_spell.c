/* SPDX-License-Identifier: Apache-2.0 */
/* Slips: keyboards that were off, stretched words, one wrong key. */
#include <string.h>

#include <criterion/criterion.h>

#include "bot/answer/spell.h"
#include "bot/answer/tokens.h"
#include "bot/answer/vocab.h"

TestSuite(answer_spell, .timeout = 5);

static struct answer_word word(const char *text)
{
    struct answer_tokens t;

    answer_tokenize(text, &t);
    cr_assert_eq(t.n, 1, "%s", text);
    return t.t[0].word;
}

static void expect_same(const struct answer_word *got, const char *want)
{
    struct answer_word w = word(want);

    cr_expect_str_eq(got->base, w.base);
    cr_expect_eq(got->shape, w.shape, "%s", want);
    cr_expect_eq(got->tone, w.tone, "%s", want);
}

Test(answer_spell, telex_keys_are_read_as_the_letters_they_were_meant_to_be)
{
    static const char *const rows[][2] = {
        {"suwj", "sự"},       {"kieenj", "kiện"},     {"ddawng", "đăng"}, {"kys", "ký"},
        {"muoons", "muốn"},   {"dduwowngf", "đường"}, {"vanj", "vạn"},    {"tieengs", "tiếng"},
        {"nguwngf", "ngừng"}, {"hoaf", "hoà"},        {"nhaatj", "nhật"}, {"ngaoif", "ngoài"},
    };

    for (size_t i = 0; i + 1 < sizeof(rows) / sizeof(rows[0]); i++) {
        struct answer_word w = word(rows[i][0]), out;

        cr_assert(answer_untelex(&w, &out), "%s", rows[i][0]);
        expect_same(&out, rows[i][1]);
    }
}

Test(answer_spell, vni_keys_are_read_too)
{
    static const char *const rows[][2] = {
        {"chu7o7ng", "chương"}, {"trinh2", "trình"}, {"kien5", "kiẹn"},
        {"lo7p1", "lớp"},       {"chu74", "chữ"},    {"d9a8ng", "đăng"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct answer_word w = word(rows[i][0]), out;

        cr_assert(answer_unvni(&w, &out), "%s", rows[i][0]);
        expect_same(&out, rows[i][1]);
    }
}

Test(answer_spell, words_that_hold_no_keys_of_the_methods_are_left_alone)
{
    static const char *const rows[] = {"zoom", "excel", "link", "xin", "k12online", "t7", "123"};
    struct answer_word out;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct answer_word w = word(rows[i]);

        cr_expect_not(answer_unvni(&w, &out), "%s", rows[i]);
        cr_expect_not(answer_untelex(&w, &out) && answer_is_syllable(w.base, w.len), "%s", rows[i]);
    }
}

Test(answer_spell, syllables_are_told_from_other_words)
{
    static const char *const good[] = {"nghieng", "quyen", "gi", "gia", "truong", "a", "khuya"};
    static const char *const bad[] = {"chaof", "thks", "zoom", "excel", "wa", "ngg", "", "hg"};

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        cr_expect(answer_is_syllable(good[i], strlen(good[i])), "%s", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_not(answer_is_syllable(bad[i], strlen(bad[i])), "%s", bad[i]);
}

Test(answer_spell, a_guess_is_one_edit_away_and_short_words_are_not_guessed)
{
    static const char *const known[] = {"khong", "truong", "thanks", "hoi"};
    static const struct {
        const char *typed, *meant; /* NULL: none */
    } rows[] = {{"khogn", "khong"},    {"khng", "khong"}, {"khpng", "khong"}, {"trruong", "truong"},
                {"thankss", "thanks"}, {"khxxg", NULL},   {"hoj", NULL},      {"xyzzy", NULL}};
    struct answer_vocab v = {0};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct answer_word w = word(known[i]);

        answer_vocab_add(&v, &w);
    }
    answer_vocab_seal(&v);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct answer_word w = word(rows[i].typed);
        int32_t fold = answer_vocab_guess(&v, &w);

        if (!rows[i].meant)
            cr_expect_lt(fold, 0, "%s", rows[i].typed);
        else
            cr_expect(fold >= 0 && strcmp(v.folds[fold].base, rows[i].meant) == 0, "%s",
                      rows[i].typed);
    }
    answer_vocab_release(&v);
}
