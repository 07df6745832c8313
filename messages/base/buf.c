/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"

void loa_buf_init(struct loa_buf *b, size_t max)
{
    *b = (struct loa_buf){.max = max};
}

void loa_buf_release(struct loa_buf *b)
{
    size_t max = b->max;

    free(b->data);
    loa_buf_init(b, max);
}

void loa_buf_reset(struct loa_buf *b)
{
    b->len = 0;
    b->overflow = false;
    if (b->data)
        b->data[0] = '\0';
}

char *loa_buf_take(struct loa_buf *b)
{
    char *out = b->data ? b->data : loa_xstrdup("");

    loa_buf_init(b, b->max);
    return out;
}

const char *loa_buf_str(const struct loa_buf *b)
{
    return b->data ? b->data : "";
}

/* Makes room for n more bytes and the NUL; false (and overflow) when that passes the cap. */
static bool reserve(struct loa_buf *b, size_t n)
{
    size_t max = b->max ? b->max : LOA_BUF_MAX_DEFAULT;
    size_t cap = b->cap ? b->cap : 64;

    if (b->overflow || n > max || b->len > max - n) {
        b->overflow = true;
        return false;
    }
    if (b->data && b->len + n < b->cap)
        return true;
    while (cap <= b->len + n)
        cap *= 2;
    b->data = loa_xrealloc(b->data, cap);
    b->cap = cap;
    return true;
}

void loa_buf_add(struct loa_buf *b, const void *bytes, size_t n)
{
    if (!reserve(b, n))
        return;
    if (n)
        memcpy(b->data + b->len, bytes, n);
    b->len += n;
    b->data[b->len] = '\0';
}

void loa_buf_adds(struct loa_buf *b, const char *s)
{
    loa_buf_add(b, s, strlen(s));
}

void loa_buf_addc(struct loa_buf *b, char c)
{
    loa_buf_add(b, &c, 1);
}

void loa_buf_addf(struct loa_buf *b, const char *fmt, ...)
{
    va_list ap, again;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n >= 0 && reserve(b, (size_t)n)) {
        (void)vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void loa_buf_add_json(struct loa_buf *b, const char *s, size_t n)
{
    size_t from = 0;

    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        loa_buf_add(b, s + from, i - from);
        from = i + 1;
        if (c == '"' || c == '\\') {
            loa_buf_addc(b, '\\');
            loa_buf_addc(b, (char)c);
        } else if (c == '\n') {
            loa_buf_adds(b, "\\n");
        } else {
            loa_buf_addf(b, "\\u%04x", c);
        }
    }
    loa_buf_add(b, s + from, n - from);
}

static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr("-._~", c) != NULL;
}

void loa_buf_add_url(struct loa_buf *b, const char *s)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if (is_unreserved(c))
            loa_buf_addc(b, (char)c);
        else
            loa_buf_addf(b, "%%%02X", c);
    }
}
