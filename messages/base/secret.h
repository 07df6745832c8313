/* SPDX-License-Identifier: Apache-2.0 */
/* secret.h - a value that must never be shown. It is its own type, so that the logger and the
 * formatters refuse it at compile time; the memory is wiped when it goes. */
#ifndef LOA_MESSAGES_BASE_SECRET_H
#define LOA_MESSAGES_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

struct loa_secret; /* opaque */

/* Copies `value`; NULL or "" gives NULL. Caller owns it, ends it with loa_secret_free(). */
struct loa_secret *loa_secret_new(const char *value);
struct loa_secret *loa_secret_dup(const struct loa_secret *s); /* NULL stays NULL */
void loa_secret_free(struct loa_secret *s);                    /* NULL is fine */
/* The value, borrowed, for a request header, a key or the encrypted store: nowhere else.
 * "" for NULL. */
const char *loa_secret_reveal(const struct loa_secret *s);
size_t loa_secret_len(const struct loa_secret *s);
bool loa_secret_is_set(const struct loa_secret *s);
/* Compares in constant time for equal lengths. False if either is not set. */
bool loa_secret_equal(const struct loa_secret *s, const char *value, size_t len);

#endif
