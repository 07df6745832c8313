/* SPDX-License-Identifier: Apache-2.0 */
/* The buffer: it grows, it stops at its cap, and it never ends without a NUL. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/buf.h"

TestSuite(loa_buf, .timeout = 5);

Test(loa_buf, a_zeroed_struct_is_an_empty_buffer)
{
    struct loa_buf b = {0};

    cr_expect_str_eq(loa_buf_str(&b), "");
    loa_buf_addc(&b, 'x');
    cr_expect_str_eq(loa_buf_str(&b), "x");
    loa_buf_release(&b);
    cr_expect_null(b.data);
}

Test(loa_buf, grows_byte_by_byte_and_stays_terminated)
{
    struct loa_buf b = {0};

    for (size_t i = 0; i < 5000; i++) {
        loa_buf_addc(&b, (char)('a' + i % 26));
        cr_assert_eq(b.len, i + 1);
        cr_assert_eq(b.data[b.len], '\0');
        cr_assert_lt(b.len, b.cap);
    }
    loa_buf_release(&b);
}

Test(loa_buf, keeps_bytes_that_are_zero)
{
    struct loa_buf b = {0};

    loa_buf_add(&b, "a\0b", 3);
    cr_expect_eq(b.len, (size_t)3);
    cr_expect_arr_eq(b.data, "a\0b", 4);
    loa_buf_release(&b);
}

Test(loa_buf, the_cap_is_reached_exactly_and_not_passed)
{
    struct loa_buf b;

    loa_buf_init(&b, 8);
    loa_buf_adds(&b, "12345678");
    cr_expect_not(b.overflow);
    loa_buf_addc(&b, '9');
    cr_expect(b.overflow);
    cr_expect_str_eq(loa_buf_str(&b), "12345678");
    loa_buf_release(&b);
}

Test(loa_buf, what_does_not_fit_is_dropped_whole_and_so_is_all_that_follows)
{
    struct loa_buf b;

    loa_buf_init(&b, 8);
    loa_buf_adds(&b, "1234");
    loa_buf_adds(&b, "56789");
    cr_expect(b.overflow);
    loa_buf_adds(&b, "5");
    loa_buf_addf(&b, "%d", 5);
    cr_expect_str_eq(loa_buf_str(&b), "1234", "nothing is glued on behind a hole");
    loa_buf_reset(&b);
    cr_expect_not(b.overflow);
    loa_buf_addf(&b, "%s-%d", "abc", 12);
    cr_expect_str_eq(loa_buf_str(&b), "abc-12");
    loa_buf_release(&b);
}

Test(loa_buf, a_size_near_the_end_of_size_t_does_not_wrap_around)
{
    struct loa_buf b;

    loa_buf_init(&b, 100);
    loa_buf_adds(&b, "abc");
    loa_buf_add(&b, "x", SIZE_MAX - 1);
    cr_expect(b.overflow);
    cr_expect_str_eq(loa_buf_str(&b), "abc");
    loa_buf_release(&b);
}

Test(loa_buf, without_a_cap_given_the_default_holds)
{
    struct loa_buf b;
    char *block = calloc(1, LOA_BUF_MAX_DEFAULT);

    loa_buf_init(&b, 0);
    cr_assert_not_null(block);
    loa_buf_add(&b, block, LOA_BUF_MAX_DEFAULT);
    cr_expect_not(b.overflow);
    loa_buf_addc(&b, 'x');
    cr_expect(b.overflow);
    free(block);
    loa_buf_release(&b);
}

Test(loa_buf, take_moves_the_text_and_leaves_an_empty_buffer_with_its_cap)
{
    struct loa_buf b;
    char *text;

    loa_buf_init(&b, 4);
    loa_buf_adds(&b, "abcd");
    text = loa_buf_take(&b);
    cr_expect_str_eq(text, "abcd");
    free(text);
    cr_expect_eq(b.len, (size_t)0);
    cr_expect_eq(b.max, (size_t)4);
    text = loa_buf_take(&b);
    cr_expect_str_eq(text, "", "never NULL");
    free(text);
}

Test(loa_buf, json_text_is_escaped_and_vietnamese_stays)
{
    struct loa_buf b = {0};
    const char text[] = "\"Tuần\\lễ\"\n\t\x01\x1f\x7f";

    loa_buf_add_json(&b, text, sizeof(text) - 1);
    cr_expect_str_eq(loa_buf_str(&b), "\\\"Tuần\\\\lễ\\\"\\n\\u0009\\u0001\\u001f\x7f");
    loa_buf_reset(&b);
    loa_buf_add_json(&b, "a\0b", 3);
    cr_expect_str_eq(loa_buf_str(&b), "a\\u0000b");
    loa_buf_release(&b);
}

Test(loa_buf, url_text_keeps_only_the_unreserved_characters)
{
    struct loa_buf b = {0};

    loa_buf_add_url(&b, "aZ09-._~ &=+/ễ");
    cr_expect_str_eq(loa_buf_str(&b), "aZ09-._~%20%26%3D%2B%2F%E1%BB%85");
    loa_buf_release(&b);
}
