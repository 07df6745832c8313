/* SPDX-License-Identifier: Apache-2.0 */
/* utf8.h - the little of Unicode that all parts share, on utf8proc. */
#ifndef LOA_MESSAGES_BASE_UTF8_H
#define LOA_MESSAGES_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* How many leading bytes of s[0..n) are valid UTF-8 (RFC 3629). */
size_t loa_utf8_valid_prefix(const char *s, size_t n);
bool loa_utf8_valid(const char *s, size_t n);
/* A copy with U+FFFD in place of each bad byte; caller owns, free(). */
char *loa_utf8_mend(const char *s);
/* Code points of a valid string; invalid bytes count one each. */
size_t loa_utf8_length(const char *s);
/* UTF-16 units of a valid string (some platforms count these). */
size_t loa_utf8_length_utf16(const char *s);
/* Normalisation form C; caller owns the result, ends it with free(). Invalid input comes back
 * with U+FFFD in place of each bad byte. */
char *loa_utf8_nfc(const char *s);
/* The byte offset at which at most `max_points` code points end, never inside one. */
size_t loa_utf8_cut(const char *s, size_t max_points);
/* True if no control character but newline and tab occurs (DEL is one too). */
bool loa_utf8_is_text(const char *s);

#endif
