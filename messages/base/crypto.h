/* SPDX-License-Identifier: Apache-2.0 */
/* crypto.h - digests, keyed digests, random and sealing, on libsodium and Nettle. Lower-case hex
 * throughout. loa_crypto_init() first, once, before any thread starts. */
#ifndef LOA_MESSAGES_BASE_CRYPTO_H
#define LOA_MESSAGES_BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/base/secret.h"

enum { LOA_SHA256_HEX = 65 }; /* 64 digits and the NUL */

LOA_MUST_USE enum loa_err loa_crypto_init(void);

/* One piece of a message that is hashed as if the pieces stood in a row. */
struct loa_bytes {
    const void *data;
    size_t len;
};

void loa_sha256_hex(const struct loa_bytes *pieces, size_t n, char out[LOA_SHA256_HEX]);
/* Of a whole file. Blocks. */
LOA_MUST_USE enum loa_err loa_sha256_file(const char *path, char out[LOA_SHA256_HEX]);
/* A 64-bit digest (SipHash-2-4) of text that nobody can choose to collide; the same everywhere and
 * always, never 0. */
int64_t loa_hash64(const char *text);
void loa_hmac_sha256_hex(const struct loa_secret *key, const void *data, size_t len,
                         char out[LOA_SHA256_HEX]);
/* A keyed digest (BLAKE2b, 32 bytes) of text; `key_hex` are 64 digits, as loa_random_hex() makes. */
void loa_keyed_hex(const char *key_hex, const char *text, char out[LOA_SHA256_HEX]);
/* Constant time in the bytes. `hex` may be upper or lower case; false unless it has 64 digits. */
bool loa_hex_equal(const char expected[LOA_SHA256_HEX], const char *hex, size_t hex_len);
/* `n` random bytes as 2n hex digits; out holds 2n + 1. */
void loa_random_hex(char *out, size_t n);

/* Seals a secret under the installation's key (LOA_SECRET_KEY, any length; the key is its
 * digest) with XSalsa20-Poly1305. Result: base64 text, caller owns it, ends it with free(). */
char *loa_seal(const struct loa_secret *key, const char *plain);
/* LOA_EINVAL when the text is damaged or was sealed under another key. Caller owns *out. */
LOA_MUST_USE enum loa_err loa_unseal(const struct loa_secret *key, const char *sealed,
                                     struct loa_secret **out);

#endif
