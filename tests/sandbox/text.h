/* SPDX-License-Identifier: Apache-2.0 */
/* text.h - hashes, encodings, seeded random numbers, counting of characters, JSON look-ups.
 * Pure functions but for the random state, which the caller holds. */
#ifndef LOA_SANDBOX_TEXT_H
#define LOA_SANDBOX_TEXT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void sbx_hex(char *out, const unsigned char *p, size_t n); /* out: 2n+1 bytes */
void sbx_hmac_hex(char out[65], const char *key, const void *data, size_t n);
/* SHA-256 of the four parts one after another, as Zalo signs. */
void sbx_sha4_hex(char out[65], const char *a, const void *b, size_t bn, const char *c,
                  const char *d);
uint64_t sbx_hash(const void *p, size_t n, uint64_t seed); /* not secret, only fast */
uint64_t sbx_mix(uint64_t x);                              /* a bijection on 64 bits */

uint64_t sbx_random(uint64_t *state);
void sbx_random_hex(uint64_t *state, char *out, size_t digits);   /* out: digits+1 bytes */
void sbx_random_word(uint64_t *state, char *out, size_t letters); /* out: letters+1 bytes */

enum sbx_unit { SBX_CODE_POINTS, SBX_UTF16, SBX_BYTES };
/* Length of `s` after NFC. Broken UTF-8 gives SIZE_MAX, so that every limit refuses it. */
size_t sbx_length(const char *s, enum sbx_unit unit);
/* True if `s` has more than `limit` units or is no valid UTF-8. Cheap for short text. */
bool sbx_longer(const char *s, size_t limit, enum sbx_unit unit);
bool sbx_utf8_ok(const char *s, size_t n);

/* Member as text; NULL unless it is a JSON string. */
const char *sbx_str(const cJSON *o, const char *name);
const cJSON *sbx_get(const cJSON *o, const char *name); /* case matters */
int64_t sbx_int(const cJSON *o, const char *name, int64_t otherwise);
bool sbx_bool(const cJSON *o, const char *name, bool otherwise);

#endif
