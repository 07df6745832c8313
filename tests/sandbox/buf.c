/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sandbox/buf.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *sbx_alloc(size_t n)
{
    void *p = calloc(1, n ? n : 1);

    if (!p)
        abort();
    return p;
}

void *sbx_grow(void *p, size_t n)
{
    void *q = realloc(p, n ? n : 1);

    if (!q)
        abort();
    return q;
}

char *sbx_strdup(const char *s)
{
    size_t n;
    char *p;

    if (!s)
        return NULL;
    n = strlen(s) + 1;
    p = sbx_alloc(n);
    memcpy(p, s, n);
    return p;
}

void sbx_buf_add(struct sbx_buf *b, const void *p, size_t n)
{
    if (b->len + n + 1 > b->cap) {
        size_t cap = b->cap ? b->cap : 256;

        while (cap < b->len + n + 1)
            cap *= 2;
        b->p = sbx_grow(b->p, cap);
        b->cap = cap;
    }
    if (n)
        memcpy(b->p + b->len, p, n);
    b->len += n;
    b->p[b->len] = '\0';
}

void sbx_buf_str(struct sbx_buf *b, const char *s)
{
    if (s)
        sbx_buf_add(b, s, strlen(s));
}

void sbx_buf_int(struct sbx_buf *b, int64_t v)
{
    char t[24];
    int n = snprintf(t, sizeof(t), "%" PRId64, v);

    sbx_buf_add(b, t, (size_t)n);
}

void sbx_buf_json(struct sbx_buf *b, const char *s)
{
    const char *from = s;

    if (!s) {
        sbx_buf_add(b, "null", 4);
        return;
    }
    sbx_buf_add(b, "\"", 1);
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        char t[8];

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        sbx_buf_add(b, from, (size_t)(s - from));
        from = s + 1;
        if (c == '"' || c == '\\') {
            t[0] = '\\';
            t[1] = (char)c;
            sbx_buf_add(b, t, 2);
        } else if (c == '\n') {
            sbx_buf_add(b, "\\n", 2);
        } else {
            int n = snprintf(t, sizeof(t), "\\u%04x", c);

            sbx_buf_add(b, t, (size_t)n);
        }
    }
    sbx_buf_add(b, from, (size_t)(s - from));
    sbx_buf_add(b, "\"", 1);
}

void sbx_buf_reset(struct sbx_buf *b)
{
    b->len = 0;
    if (b->p)
        b->p[0] = '\0';
}

void sbx_buf_free(struct sbx_buf *b)
{
    free(b->p);
    memset(b, 0, sizeof(*b));
}

void sbx_buf_uncomma(struct sbx_buf *b)
{
    if (b->len && b->p[b->len - 1] == ',')
        b->p[--b->len] = '\0';
}

static void put_directive(struct sbx_buf *b, char c, va_list *ap)
{
    switch (c) {
    case 'q':
        sbx_buf_json(b, va_arg(*ap, const char *));
        break;
    case 's':
        sbx_buf_str(b, va_arg(*ap, const char *));
        break;
    case 'l':
        sbx_buf_int(b, va_arg(*ap, int64_t));
        break;
    case 'd':
        sbx_buf_int(b, va_arg(*ap, int));
        break;
    case 'b':
        sbx_buf_str(b, va_arg(*ap, int) ? "true" : "false");
        break;
    default:
        sbx_buf_add(b, &c, 1);
        break;
    }
}

void sbx_put(struct sbx_buf *b, const char *tpl, ...)
{
    va_list ap;

    va_start(ap, tpl);
    while (*tpl) {
        size_t n = strcspn(tpl, "%'");

        sbx_buf_add(b, tpl, n);
        tpl += n;
        if (*tpl == '\'') {
            sbx_buf_add(b, "\"", 1);
            tpl++;
        } else if (*tpl == '%' && tpl[1]) {
            put_directive(b, tpl[1], &ap);
            tpl += 2;
        } else if (*tpl) {
            tpl++;
        }
    }
    va_end(ap);
}

/* One code point of valid UTF-8; a broken byte is taken as Latin-1 so that nothing is lost. */
static uint32_t next_cp(const unsigned char *s, size_t left, size_t *used)
{
    uint32_t c = s[0];
    size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;

    *used = 1;
    if (n == 1 || n > left)
        return c;
    c &= 0xffu >> (n + 1);
    for (size_t i = 1; i < n; i++)
        c = (c << 6) | (s[i] & 0x3fu);
    *used = n;
    return c;
}

static void put_unit(struct sbx_buf *b, uint32_t unit, bool upper)
{
    char t[8];
    int n = snprintf(t, sizeof(t), upper ? "\\u%04X" : "\\u%04x", unit & 0xffffu);

    sbx_buf_add(b, t, (size_t)n);
}

void sbx_buf_escape(struct sbx_buf *out, const char *json, size_t len, enum sbx_escape how)
{
    const unsigned char *s = (const unsigned char *)json;
    bool upper = how == SBX_ESC_UPPER, slash = how == SBX_ESC_LOWER || how == SBX_ESC_LOWER_MORE;
    size_t i = 0, used;

    if (how == SBX_ESC_NONE) {
        sbx_buf_add(out, json, len);
        return;
    }
    while (i < len) {
        uint32_t c = next_cp(s + i, len - i, &used);

        if (c == '/' && slash) {
            sbx_buf_add(out, "\\/", 2);
        } else if (how == SBX_ESC_LOWER_MORE && (c == '%' || c == '@' || c == '<')) {
            put_unit(out, c, false);
        } else if (c < 0x80) {
            sbx_buf_add(out, s + i, 1);
        } else if (c < 0x10000) {
            put_unit(out, c, upper);
        } else {
            put_unit(out, 0xd800 + ((c - 0x10000) >> 10), upper);
            put_unit(out, 0xdc00 + ((c - 0x10000) & 0x3ff), upper);
        }
        i += used;
    }
}
