/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sandbox/text.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

void sbx_hex(char *out, const unsigned char *p, size_t n)
{
    sodium_bin2hex(out, 2 * n + 1, p, n);
}

void sbx_hmac_hex(char out[65], const char *key, const void *data, size_t n)
{
    crypto_auth_hmacsha256_state st;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];

    crypto_auth_hmacsha256_init(&st, (const unsigned char *)key, strlen(key));
    crypto_auth_hmacsha256_update(&st, data, n);
    crypto_auth_hmacsha256_final(&st, mac);
    sbx_hex(out, mac, sizeof(mac));
}

void sbx_sha4_hex(char out[65], const char *a, const void *b, size_t bn, const char *c,
                  const char *d)
{
    crypto_hash_sha256_state st;
    unsigned char h[crypto_hash_sha256_BYTES];

    crypto_hash_sha256_init(&st);
    crypto_hash_sha256_update(&st, (const unsigned char *)a, strlen(a));
    crypto_hash_sha256_update(&st, b, bn);
    crypto_hash_sha256_update(&st, (const unsigned char *)c, strlen(c));
    crypto_hash_sha256_update(&st, (const unsigned char *)d, strlen(d));
    crypto_hash_sha256_final(&st, h);
    sbx_hex(out, h, sizeof(h));
}

uint64_t sbx_mix(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

uint64_t sbx_hash(const void *p, size_t n, uint64_t seed)
{
    const unsigned char *s = p;
    uint64_t h = seed ^ 0xcbf29ce484222325u;

    for (size_t i = 0; i < n; i++)
        h = (h ^ s[i]) * 0x100000001b3u;
    return sbx_mix(h);
}

uint64_t sbx_random(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15u;
    return sbx_mix(*state);
}

static void random_from(uint64_t *state, char *out, size_t n, const char *set, size_t set_len)
{
    for (size_t i = 0; i < n; i++)
        out[i] = set[sbx_random(state) % set_len];
    out[n] = '\0';
}

void sbx_random_hex(uint64_t *state, char *out, size_t digits)
{
    random_from(state, out, digits, "0123456789abcdef", 16);
}

void sbx_random_word(uint64_t *state, char *out, size_t letters)
{
    random_from(state, out, letters,
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 62);
}

bool sbx_utf8_ok(const char *s, size_t n)
{
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s;
    utf8proc_int32_t cp;

    while (n) {
        utf8proc_ssize_t k;

        if (*p < 0x80) { /* most bytes; the call is what costs */
            p++;
            n--;
            continue;
        }
        k = utf8proc_iterate(p, (utf8proc_ssize_t)n, &cp);
        if (k <= 0)
            return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

size_t sbx_length(const char *s, enum sbx_unit unit)
{
    utf8proc_uint8_t *nfc, *p;
    utf8proc_int32_t cp;
    size_t n = 0, left = strlen(s);

    if (!sbx_utf8_ok(s, left))
        return SIZE_MAX;
    if (unit == SBX_BYTES)
        return left;
    nfc = utf8proc_NFC((const utf8proc_uint8_t *)s);
    if (!nfc)
        return SIZE_MAX;
    for (p = nfc; *p; n++) {
        utf8proc_ssize_t k = utf8proc_iterate(p, -1, &cp);

        if (k <= 0)
            break;
        if (unit == SBX_UTF16 && cp > 0xffff)
            n++;
        p += k;
    }
    free(nfc);
    return n;
}

bool sbx_longer(const char *s, size_t limit, enum sbx_unit unit)
{
    size_t bytes = strlen(s);

    if (bytes <= limit) /* no unit is shorter than a byte */
        return !sbx_utf8_ok(s, bytes);
    return sbx_length(s, unit) > limit;
}

const cJSON *sbx_get(const cJSON *o, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(o, name);
}

const char *sbx_str(const cJSON *o, const char *name)
{
    const cJSON *v = sbx_get(o, name);

    return cJSON_IsString(v) ? v->valuestring : NULL;
}

int64_t sbx_int(const cJSON *o, const char *name, int64_t otherwise)
{
    const cJSON *v = sbx_get(o, name);

    /* outside of this no platform has an integer that is read as a number */
    if (cJSON_IsNumber(v))
        return v->valuedouble > 9e15    ? 9000000000000000
               : v->valuedouble < -9e15 ? -9000000000000000
                                        : (int64_t)v->valuedouble;
    if (cJSON_IsString(v) && v->valuestring[0])
        return strtoll(v->valuestring, NULL, 10);
    return otherwise;
}

bool sbx_bool(const cJSON *o, const char *name, bool otherwise)
{
    const cJSON *v = sbx_get(o, name);

    return v ? cJSON_IsTrue(v) || (cJSON_IsNumber(v) && v->valueint != 0) : otherwise;
}
