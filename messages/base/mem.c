/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *p)
{
    if (!p) {
        fputs("loa: out of memory\n", stderr);
        abort();
    }
    return p;
}

void *loa_xmalloc(size_t size)
{
    return must(malloc(size ? size : 1));
}

void *loa_xcalloc(size_t count, size_t size)
{
    return must(calloc(count ? count : 1, size ? size : 1));
}

void *loa_xrealloc(void *old, size_t size)
{
    return must(realloc(old, size ? size : 1));
}

char *loa_xstrdup(const char *s)
{
    return s ? must(strdup(s)) : NULL;
}

char *loa_xstrndup(const char *s, size_t n)
{
    return must(strndup(s, n));
}

char *loa_xasprintf(const char *fmt, ...)
{
    va_list ap;
    char *out = NULL;
    int n;

    va_start(ap, fmt);
    n = vasprintf(&out, fmt, ap);
    va_end(ap);
    return must(n < 0 ? NULL : out);
}
