/* SPDX-License-Identifier: Apache-2.0 */
/* Codes of half a minute: the vectors of the RFCs, and that each works once. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/crypto.h"
#include "messages/totp.h"

static void ready(void)
{
    cr_assert_eq(loa_crypto_init(), LOA_OK);
}

TestSuite(msg_totp, .timeout = 10, .init = ready);

static const uint8_t rfc_key[] = "12345678901234567890";
/* The same in base32. */
static const char rfc_secret[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

Test(msg_totp, the_codes_of_rfc_6238_come_out)
{
    static const struct {
        int64_t seconds;
        const char *code;
    } vectors[] = {{59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
                   {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
    char out[9];

    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        msg_totp_code(rfc_key, 20, vectors[i].seconds / 30, 8, out);
        cr_expect_str_eq(out, vectors[i].code);
    }
}

Test(msg_totp, the_codes_of_rfc_4226_come_out)
{
    static const char *const codes[] = {"755224", "287082", "359152", "969429", "338314",
                                        "254676", "287922", "162583", "399871", "520489"};
    char out[7];

    for (int i = 0; i < 10; i++) {
        msg_totp_code(rfc_key, 20, i, 6, out);
        cr_expect_str_eq(out, codes[i]);
    }
}

Test(msg_totp, a_code_works_a_step_early_or_late_and_once)
{
    static const int64_t now = INT64_C(1111111111000);
    const int64_t step = now / 30000;

    cr_expect_eq(msg_totp_fits(rfc_secret, "050471", now, 0), step);
    cr_expect_eq(msg_totp_fits(rfc_secret, "050471", now + 30000, 0), step);
    cr_expect_eq(msg_totp_fits(rfc_secret, "050471", now - 30000, 0), step);
    cr_expect_eq(msg_totp_fits(rfc_secret, "050471", now + 60000, 0), 0, "two steps");
    cr_expect_eq(msg_totp_fits(rfc_secret, "050471", now, step), 0, "used");
    cr_expect_eq(msg_totp_fits(rfc_secret, "050472", now, 0), 0);
    cr_expect_eq(msg_totp_fits(rfc_secret, "50471", now, 0), 0);
    cr_expect_eq(msg_totp_fits(rfc_secret, "", now, 0), 0);
    cr_expect_eq(msg_totp_fits("not base32!", "050471", now, 0), 0);
}

Test(msg_totp, secrets_and_paper_codes_are_random_and_legible)
{
    char a[MSG_TOTP_SECRET], b[MSG_TOTP_SECRET], c[MSG_RECOVERY_CODE], *uri;

    msg_totp_secret(a);
    msg_totp_secret(b);
    cr_expect_str_neq(a, b);
    cr_expect_eq(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), (size_t)32);
    msg_recovery_code(c);
    cr_expect_eq(strlen(c), (size_t)19);
    cr_expect_null(strpbrk(c, "ilo01"));
    uri = msg_totp_uri(a, "an", "Tuần lễ");
    cr_expect_eq(strncmp(uri, "otpauth://totp/Tu%E1%BA%A7n%20l%E1%BB%85:an?secret=", 50), 0, "%s",
                 uri);
    free(uri);
}
