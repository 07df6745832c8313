/* SPDX-License-Identifier: Apache-2.0 */
/* Digests against published vectors, and sealing that only the right key opens. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/crypto.h"

static void init(void)
{
    cr_assert_eq(loa_crypto_init(), LOA_OK);
}

TestSuite(loa_crypto, .timeout = 10, .init = init);

Test(loa_crypto, sha256_fits_the_published_vectors)
{
    char hex[LOA_SHA256_HEX];
    struct loa_bytes pieces[] = {{"a", 1}, {"", 0}, {"bc", 2}};

    loa_sha256_hex(pieces, 3, hex);
    cr_expect_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    loa_sha256_hex(NULL, 0, hex);
    cr_expect_str_eq(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

Test(loa_crypto, hmac_fits_rfc_4231_case_2)
{
    struct loa_secret *key = loa_secret_new("Jefe");
    static const char text[] = "what do ya want for nothing?";
    char hex[LOA_SHA256_HEX];

    loa_hmac_sha256_hex(key, text, sizeof(text) - 1, hex);
    cr_expect_str_eq(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    loa_secret_free(key);
}

Test(loa_crypto, hex_is_compared_whole_in_either_case)
{
    static const char expected[] =
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    char other[LOA_SHA256_HEX];

    cr_expect(loa_hex_equal(expected, expected, 64));
    memcpy(other, expected, sizeof(other));
    for (size_t i = 0; i < 64; i++)
        other[i] = (char)(other[i] >= 'a' ? other[i] - 32 : other[i]);
    cr_expect(loa_hex_equal(expected, other, 64));
    cr_expect_not(loa_hex_equal(expected, expected, 63));
    cr_expect_not(loa_hex_equal(expected, "", 0));
    for (size_t i = 0; i < 64; i++) {
        memcpy(other, expected, sizeof(other));
        other[i] ^= 1;
        cr_expect_not(loa_hex_equal(expected, other, 64), "digit %zu", i);
    }
}

Test(loa_crypto, random_text_is_hex_and_never_the_same)
{
    char a[33], b[33];

    loa_random_hex(a, 16);
    loa_random_hex(b, 16);
    cr_expect_eq(strlen(a), (size_t)32);
    cr_expect_eq(strspn(a, "0123456789abcdef"), (size_t)32);
    cr_expect_str_neq(a, b);
}

/* The store holds them: they must never change. */
Test(loa_crypto, short_digests_are_the_same_everywhere_and_always)
{
    cr_expect_eq(loa_hash64("m_one"), INT64_C(-798083857938079929));
    cr_expect_eq(loa_hash64(""), INT64_C(5022983466294241692));
    cr_expect_neq(loa_hash64("m_one"), loa_hash64("m_onf"));
}

Test(loa_crypto, what_was_sealed_is_opened_by_the_same_key)
{
    struct loa_secret *key = loa_secret_new("installation key"), *out = NULL;
    char *sealed = loa_seal(key, "mật khẩu"), *again = loa_seal(key, "mật khẩu");

    cr_expect_null(strstr(sealed, "khẩu"));
    cr_expect_str_neq(sealed, again, "a fresh nonce each time");
    cr_assert_eq(loa_unseal(key, sealed, &out), LOA_OK);
    cr_expect_str_eq(loa_secret_reveal(out), "mật khẩu");
    loa_secret_free(out);
    free(sealed);
    free(again);
    loa_secret_free(key);
}

Test(loa_crypto, another_key_opens_nothing)
{
    struct loa_secret *key = loa_secret_new("one"), *other = loa_secret_new("onf"), *out = NULL;
    char *sealed = loa_seal(key, "value");

    cr_expect_eq(loa_unseal(other, sealed, &out), LOA_EINVAL);
    cr_expect_eq(loa_unseal(NULL, sealed, &out), LOA_EINVAL);
    cr_expect_null(out);
    free(sealed);
    loa_secret_free(key);
    loa_secret_free(other);
}

Test(loa_crypto, damage_anywhere_is_noticed)
{
    struct loa_secret *key = loa_secret_new("key"), *out = NULL;
    char *sealed = loa_seal(key, "value"), saved;
    size_t n = strlen(sealed);

    for (size_t i = 0; i < n; i++) {
        saved = sealed[i];
        sealed[i] = saved == 'A' ? 'B' : 'A';
        if (saved != '=')
            cr_expect_eq(loa_unseal(key, sealed, &out), LOA_EINVAL, "at %zu", i);
        sealed[i] = saved;
    }
    sealed[8] = '\0';
    cr_expect_eq(loa_unseal(key, sealed, &out), LOA_EINVAL);
    cr_expect_eq(loa_unseal(key, "", &out), LOA_EINVAL);
    cr_expect_eq(loa_unseal(key, "not base64 !!", &out), LOA_EINVAL);
    cr_expect_null(out);
    free(sealed);
    loa_secret_free(key);
}

Test(loa_crypto, a_keyed_digest_is_of_the_key_and_the_text)
{
    static const char key[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    char a[LOA_SHA256_HEX], b[LOA_SHA256_HEX], other[LOA_SHA256_HEX];

    /* BLAKE2b-256 of "abc" under that key. */
    loa_keyed_hex(key, "abc", a);
    cr_expect_str_eq(a, "d63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f");
    loa_keyed_hex(key, "abd", b);
    cr_expect_str_neq(a, b);
    loa_random_hex(other, 32);
    loa_keyed_hex(other, "abc", b);
    cr_expect_str_neq(a, b);
}
