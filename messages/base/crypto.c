/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/base/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/hmac.h>
#include <nettle/sha2.h>
#include <sodium.h>

#include "messages/base/mem.h"

enum loa_err loa_crypto_init(void)
{
    return sodium_init() < 0 ? LOA_EIO : LOA_OK;
}

/* Nettle uses the processor's own SHA instructions where there are any; libsodium does not, and a
 * webhook would spend most of its time on its signature. */
void loa_sha256_hex(const struct loa_bytes *pieces, size_t n, char out[LOA_SHA256_HEX])
{
    struct sha256_ctx st;
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_init(&st);
    for (size_t i = 0; i < n; i++)
        sha256_update(&st, pieces[i].len, pieces[i].data);
    sha256_digest(&st, sizeof(digest), digest);
    sodium_bin2hex(out, LOA_SHA256_HEX, digest, sizeof(digest));
}

enum loa_err loa_sha256_file(const char *path, char out[LOA_SHA256_HEX])
{
    struct sha256_ctx st;
    uint8_t digest[SHA256_DIGEST_SIZE], chunk[65536];
    FILE *f = fopen(path, "re");
    bool ok = f != NULL;
    size_t n;

    sha256_init(&st);
    while (ok && (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
        sha256_update(&st, n, chunk);
    ok = ok && !ferror(f);
    if (f)
        (void)fclose(f);
    sha256_digest(&st, sizeof(digest), digest);
    sodium_bin2hex(out, LOA_SHA256_HEX, digest, sizeof(digest));
    return ok ? LOA_OK : LOA_EIO;
}

int64_t loa_hash64(const char *text)
{
    static const unsigned char key[crypto_shorthash_KEYBYTES] = "loa-remote-id-1";
    unsigned char digest[crypto_shorthash_BYTES];
    uint64_t out = 0;

    (void)crypto_shorthash(digest, (const unsigned char *)text, strlen(text), key);
    for (size_t i = 0; i < sizeof(digest); i++)
        out |= (uint64_t)digest[i] << (8 * i);
    return out ? (int64_t)out : 1;
}

void loa_hmac_sha256_hex(const struct loa_secret *key, const void *data, size_t len,
                         char out[LOA_SHA256_HEX])
{
    struct hmac_sha256_ctx st;
    uint8_t digest[SHA256_DIGEST_SIZE];

    hmac_sha256_set_key(&st, loa_secret_len(key), (const uint8_t *)loa_secret_reveal(key));
    hmac_sha256_update(&st, len, data);
    hmac_sha256_digest(&st, sizeof(digest), digest);
    sodium_memzero(&st, sizeof(st));
    sodium_bin2hex(out, LOA_SHA256_HEX, digest, sizeof(digest));
}

void loa_keyed_hex(const char *key_hex, const char *text, char out[LOA_SHA256_HEX])
{
    unsigned char key[32] = {0}, hash[32];

    if (sodium_hex2bin(key, sizeof(key), key_hex, strlen(key_hex), NULL, NULL, NULL) != 0)
        abort(); /* no key of ours */
    (void)crypto_generichash(hash, sizeof(hash), (const unsigned char *)text, strlen(text), key,
                             sizeof(key));
    (void)sodium_bin2hex(out, LOA_SHA256_HEX, hash, sizeof(hash));
    sodium_memzero(key, sizeof(key));
}

bool loa_hex_equal(const char expected[LOA_SHA256_HEX], const char *hex, size_t hex_len)
{
    char lower[LOA_SHA256_HEX - 1];

    if (hex_len != sizeof(lower))
        return false;
    for (size_t i = 0; i < sizeof(lower); i++)
        lower[i] = (char)(hex[i] >= 'A' && hex[i] <= 'F' ? hex[i] + ('a' - 'A') : hex[i]);
    return sodium_memcmp(expected, lower, sizeof(lower)) == 0;
}

void loa_random_hex(char *out, size_t n)
{
    unsigned char *raw = loa_xmalloc(n);

    randombytes_buf(raw, n);
    sodium_bin2hex(out, 2 * n + 1, raw, n);
    free(raw);
}

static void derive_key(const struct loa_secret *key, unsigned char out[crypto_secretbox_KEYBYTES])
{
    (void)crypto_generichash(out, crypto_secretbox_KEYBYTES,
                             (const unsigned char *)loa_secret_reveal(key), loa_secret_len(key),
                             NULL, 0);
}

char *loa_seal(const struct loa_secret *key, const char *plain)
{
    unsigned char k[crypto_secretbox_KEYBYTES];
    size_t n = strlen(plain);
    size_t boxed = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + n;
    unsigned char *box = loa_xmalloc(boxed);
    size_t text_len = sodium_base64_ENCODED_LEN(boxed, sodium_base64_VARIANT_ORIGINAL);
    char *text = loa_xmalloc(text_len);

    derive_key(key, k);
    randombytes_buf(box, crypto_secretbox_NONCEBYTES);
    (void)crypto_secretbox_easy(box + crypto_secretbox_NONCEBYTES, (const unsigned char *)plain, n,
                                box, k);
    sodium_bin2base64(text, text_len, box, boxed, sodium_base64_VARIANT_ORIGINAL);
    sodium_memzero(k, sizeof(k));
    free(box);
    return text;
}

enum loa_err loa_unseal(const struct loa_secret *key, const char *sealed, struct loa_secret **out)
{
    unsigned char k[crypto_secretbox_KEYBYTES];
    size_t cap = strlen(sealed), boxed = 0, n;
    unsigned char *box = loa_xmalloc(cap);
    char *plain = loa_xcalloc(1, cap + 1);
    const size_t head = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    enum loa_err err = LOA_EINVAL;

    derive_key(key, k);
    if (sodium_base642bin(box, cap, sealed, cap, NULL, &boxed, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        boxed < head)
        goto out;
    n = boxed - head;
    if (crypto_secretbox_open_easy((unsigned char *)plain, box + crypto_secretbox_NONCEBYTES,
                                   boxed - crypto_secretbox_NONCEBYTES, box, k) != 0)
        goto out;
    plain[n] = '\0';
    *out = loa_secret_new(plain);
    err = *out ? LOA_OK : LOA_EINVAL;
out:
    sodium_memzero(k, sizeof(k));
    sodium_memzero(plain, cap);
    free(plain);
    free(box);
    return err;
}
