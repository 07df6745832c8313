/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "messages/base/buf.h"
#include "messages/base/mem.h"

/* How much of s, from `at` on, is plain ASCII: by eight bytes, as most text from platforms is. */
static size_t skip_ascii(const char *s, size_t at, size_t n)
{
    uint64_t word;

    for (; n - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, s + at, sizeof(word));
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    return at;
}

size_t loa_utf8_valid_prefix(const char *s, size_t n)
{
    size_t at = skip_ascii(s, 0, n);

    while (at < n) {
        utf8proc_int32_t cp;
        utf8proc_ssize_t step;

        if ((unsigned char)s[at] < 0x80) {
            at++;
            continue;
        }
        step = utf8proc_iterate((const utf8proc_uint8_t *)s + at, (utf8proc_ssize_t)(n - at), &cp);
        if (step <= 0)
            break;
        at = skip_ascii(s, at + (size_t)step, n);
    }
    return at;
}

bool loa_utf8_valid(const char *s, size_t n)
{
    return loa_utf8_valid_prefix(s, n) == n;
}

char *loa_utf8_mend(const char *s)
{
    size_t n = strlen(s);
    struct loa_buf b;

    loa_buf_init(&b, 4 * n + 4);
    while (n) {
        size_t good = loa_utf8_valid_prefix(s, n);

        loa_buf_add(&b, s, good);
        if (good < n)
            loa_buf_adds(&b, "\xEF\xBF\xBD");
        good += good < n;
        s += good;
        n -= good;
    }
    return loa_buf_take(&b);
}

size_t loa_utf8_length(const char *s)
{
    size_t points = 0, n = strlen(s);

    while (n) {
        utf8proc_int32_t cp;
        utf8proc_ssize_t step =
            utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &cp);
        size_t used = step > 0 ? (size_t)step : 1;

        s += used;
        n -= used;
        points++;
    }
    return points;
}

size_t loa_utf8_length_utf16(const char *s)
{
    size_t units = 0;

    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        units += (c & 0xC0) != 0x80;
        units += c >= 0xF0; /* outside the basic plane: a surrogate pair */
    }
    return units;
}

static char *replace_invalid(const char *s, size_t n)
{
    struct loa_buf b;

    loa_buf_init(&b, n * 3 + 1);
    while (n) {
        size_t good = loa_utf8_valid_prefix(s, n);

        loa_buf_add(&b, s, good);
        s += good;
        n -= good;
        if (n) {
            loa_buf_adds(&b, "\xEF\xBF\xBD");
            s++;
            n--;
        }
    }
    return loa_buf_take(&b);
}

char *loa_utf8_nfc(const char *s)
{
    char *clean = replace_invalid(s, strlen(s));
    utf8proc_uint8_t *out = utf8proc_NFC((const utf8proc_uint8_t *)clean);

    if (!out)
        return clean;
    free(clean);
    return (char *)out;
}

size_t loa_utf8_cut(const char *s, size_t max_points)
{
    size_t at = 0, points = 0;

    while (s[at]) {
        if (((unsigned char)s[at] & 0xC0) != 0x80 && points++ == max_points)
            break;
        at++;
    }
    return at;
}

bool loa_utf8_is_text(const char *s)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F)
            return false;
        if (c == 0xC2 && (unsigned char)s[1] >= 0x80 && (unsigned char)s[1] < 0xA0) /* C1 */
            return false;
    }
    return true;
}
