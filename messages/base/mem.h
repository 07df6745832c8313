/* SPDX-License-Identifier: Apache-2.0 */
/* mem.h - allocation that never fails: out of memory aborts, as sizes that come from outside
 * are capped before they get here. */
#ifndef LOA_MESSAGES_BASE_MEM_H
#define LOA_MESSAGES_BASE_MEM_H

#include <stddef.h>

/* Caller owns the result and ends it with free(). Never NULL. */
void *loa_xmalloc(size_t size);
void *loa_xcalloc(size_t count, size_t size);
void *loa_xrealloc(void *old, size_t size);
char *loa_xstrdup(const char *s);            /* NULL stays NULL */
char *loa_xstrndup(const char *s, size_t n); /* at most n bytes, always terminated */
/* printf into a fresh string. */
char *loa_xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
