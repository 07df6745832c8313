/* SPDX-License-Identifier: Apache-2.0 */
/* Unicode: what is valid, how long it is, and one form for what looks the same. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/utf8.h"

TestSuite(loa_utf8, .timeout = 5);

Test(loa_utf8, only_what_rfc_3629_allows_is_valid)
{
    static const struct {
        const char *text;
        size_t good;
    } cases[] = {
        {"Tuần lễ học tập", 23}, /* all of it */
        {"a\x80", 1},            /* a continuation alone */
        {"ab\xC0\xAF", 2},       /* overlong */
        {"\xE0\x80\x80", 0},     /* overlong */
        {"\xED\xA0\x80", 0},     /* a surrogate */
        {"\xF4\x90\x80\x80", 0}, /* past U+10FFFF */
        {"x\xF0\x9F\x98", 1},    /* cut short */
        {"\xF0\x9F\x98\x80", 4}, /* a face */
        {"\xFF", 0},
        {"", 0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t n = strlen(cases[i].text);

        cr_expect_eq(loa_utf8_valid_prefix(cases[i].text, n), cases[i].good, "case %zu", i);
        cr_expect_eq(loa_utf8_valid(cases[i].text, n), cases[i].good == n, "case %zu", i);
    }
}

Test(loa_utf8, a_sequence_is_not_read_past_the_length_given)
{
    cr_expect_eq(loa_utf8_valid_prefix("a\xE1\xBB\x85", 3), (size_t)1);
    cr_expect(loa_utf8_valid("a\0b", 3));
}

Test(loa_utf8, length_counts_code_points_and_platform_units)
{
    cr_expect_eq(loa_utf8_length("lễ"), (size_t)2);
    cr_expect_eq(loa_utf8_length("😀"), (size_t)1);
    cr_expect_eq(loa_utf8_length(""), (size_t)0);
    cr_expect_eq(loa_utf8_length("\x80\x80"
                                 "a\xFF"),
                 (size_t)4, "bad bytes count one each");
    cr_expect_eq(loa_utf8_length_utf16("lễ"), (size_t)2);
    cr_expect_eq(loa_utf8_length_utf16("a😀b"), (size_t)4);
}

Test(loa_utf8, the_two_ways_to_write_a_letter_become_one)
{
    char *a = loa_utf8_nfc("le\xCC\x82\xCC\x83"), *b = loa_utf8_nfc("lễ");

    cr_expect_str_eq(a, b);
    cr_expect_str_eq(a, "l\xE1\xBB\x85");
    free(a);
    free(b);
}

Test(loa_utf8, normalising_replaces_bad_bytes_one_by_one)
{
    char *a = loa_utf8_nfc("a\xFF\xC3z");

    cr_expect_str_eq(a, "a\uFFFD\uFFFDz");
    free(a);
    a = loa_utf8_nfc("");
    cr_expect_str_eq(a, "");
    free(a);
}

Test(loa_utf8, a_cut_never_falls_inside_a_letter)
{
    cr_expect_eq(loa_utf8_cut("lễ hội", 0), (size_t)0);
    cr_expect_eq(loa_utf8_cut("lễ hội", 1), (size_t)1);
    cr_expect_eq(loa_utf8_cut("lễ hội", 2), (size_t)4);
    cr_expect_eq(loa_utf8_cut("lễ hội", 99), strlen("lễ hội"));
    cr_expect_eq(loa_utf8_cut("", 5), (size_t)0);
}

Test(loa_utf8, text_has_no_control_characters_but_newline_and_tab)
{
    cr_expect(loa_utf8_is_text("Dòng một\n\tdòng hai 😀"));
    cr_expect(loa_utf8_is_text(""));
    cr_expect(loa_utf8_is_text("\u00A0\u00BF"));
    cr_expect_not(loa_utf8_is_text("a\x01"));
    cr_expect_not(loa_utf8_is_text("a\r\n"));
    cr_expect_not(loa_utf8_is_text("\x1b[31m"));
    cr_expect_not(loa_utf8_is_text("a\x7F"));
    cr_expect_not(loa_utf8_is_text("a\xC2\x85"), "the second set of controls");
    cr_expect_not(loa_utf8_is_text("\xC2\x9B[31m"));
}
