/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords: what is refused and why, and that only the right one fits. */
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/crypto.h"
#include "messages/password.h"

static void ready(void)
{
    cr_assert_eq(loa_crypto_init(), LOA_OK);
}

TestSuite(msg_password, .timeout = 60, .init = ready);

Test(msg_password, a_sentence_is_fine_and_what_everybody_tries_is_not)
{
    static const char *const good[] = {"mưa rơi trên phố", "correct horse battery", "aaaaabbbbbc"};
    static const char *const bad[] = {"",
                                      "ngắn quá",
                                      "1234567890",
                                      "Password123",
                                      "aaaaaaaaaaaa",
                                      "van.thu-01",
                                      "\xff\xff\xff\xff\xff"};
    struct loa_problem why;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        cr_expect_eq(msg_password_check(good[i], "an", &why), LOA_OK, "%s", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cr_expect_eq(msg_password_check(bad[i], "van.thu-01", &why), LOA_EINVAL, "%s", bad[i]);
        cr_expect_str_eq(why.field, "password");
    }
}

Test(msg_password, only_the_right_one_fits_however_it_was_typed)
{
    char hash[MSG_PASSWORD_HASH], other[MSG_PASSWORD_HASH];

    cr_assert_eq(msg_password_hash("mưa rơi trên phố", hash), LOA_OK);
    cr_assert_eq(msg_password_hash("mưa rơi trên phố", other), LOA_OK);
    cr_expect_str_neq(hash, other);
    cr_expect_eq(strncmp(hash, "$argon2id$", 10), 0);
    cr_expect(msg_password_fits(hash, "mưa rơi trên phố"));
    cr_expect(msg_password_fits(hash, "mu\xcc\x9b"
                                      "a rơi trên phố"),
              "decomposed");
    cr_expect_not(msg_password_fits(hash, "mua roi tren pho"));
    cr_expect_not(msg_password_fits(NULL, "mưa rơi trên phố"));
}
