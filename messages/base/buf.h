/* SPDX-License-Identifier: Apache-2.0 */
/* buf.h - a growing byte buffer with a hard cap. Invariant: data[len] is NUL whenever data is
 * set. Passing the cap sets `overflow` and drops the bytes; the owner checks it once at the end. */
#ifndef LOA_MESSAGES_BASE_BUF_H
#define LOA_MESSAGES_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct loa_buf {
    char *data; /* NULL until the first byte */
    size_t len, cap, max;
    bool overflow;
};

#define LOA_BUF_MAX_DEFAULT ((size_t)16 << 20)

/* Empty, capped at `max` bytes (0: LOA_BUF_MAX_DEFAULT). A zeroed struct is one too. */
void loa_buf_init(struct loa_buf *b, size_t max);
void loa_buf_release(struct loa_buf *b); /* frees the memory, leaves an empty buffer */
void loa_buf_reset(struct loa_buf *b);   /* empty, keeps the memory and the cap */
/* The contents move to the caller, who ends them with free(); never NULL. */
char *loa_buf_take(struct loa_buf *b);
const char *loa_buf_str(const struct loa_buf *b); /* borrowed; "" when empty */

void loa_buf_add(struct loa_buf *b, const void *bytes, size_t n);
void loa_buf_adds(struct loa_buf *b, const char *s);
void loa_buf_addc(struct loa_buf *b, char c);
void loa_buf_addf(struct loa_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Adds `s` as the inside of a JSON string (no quotes): escapes quote, backslash and controls,
 * leaves UTF-8 as it is. */
void loa_buf_add_json(struct loa_buf *b, const char *s, size_t n);
/* Adds `s` percent-encoded (RFC 3986 unreserved characters stay). */
void loa_buf_add_url(struct loa_buf *b, const char *s);

#endif
