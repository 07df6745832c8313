/* SPDX-License-Identifier: Apache-2.0 */
/* request.c - reading a request: headers, query, forms, multipart. */
#define H2O_USE_LIBUV 0
#include <ctype.h>
#include <h2o.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/http.h"

char *sbx_keep(const struct sbx_req *r, const char *s, size_t n)
{
    char *p = h2o_mem_alloc_pool(&r->h2o->pool, n + 1);

    if (n)
        memcpy(p, s, n);
    p[n] = '\0';
    return p;
}

const char *sbx_header(const struct sbx_req *r, const char *name)
{
    size_t n = strlen(name);

    for (size_t i = 0; i < r->h2o->headers.size; i++) {
        const h2o_header_t *h = &r->h2o->headers.entries[i];

        if (h->name->len == n && !strncasecmp(h->name->base, name, n))
            return sbx_keep(r, h->value.base, h->value.len);
    }
    return NULL;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

const char *sbx_decode(const struct sbx_req *r, const char *s, size_t n)
{
    char *out = sbx_keep(r, s, n), *w = out;

    for (size_t i = 0; i < n; i++) {
        if (s[i] == '%' && i + 2 < n && hex_value(s[i + 1]) >= 0 && hex_value(s[i + 2]) >= 0) {
            *w++ = (char)(hex_value(s[i + 1]) * 16 + hex_value(s[i + 2]));
            i += 2;
        } else {
            *w++ = s[i] == '+' ? ' ' : s[i];
        }
    }
    *w = '\0';
    return out;
}

const char *sbx_pairs(const struct sbx_req *r, const char *text, size_t len, const char *name)
{
    size_t want = strlen(name);

    for (const char *p = text, *end = text + len; p < end;) {
        const char *stop = memchr(p, '&', (size_t)(end - p));
        const char *eq, *key;

        if (!stop)
            stop = end;
        eq = memchr(p, '=', (size_t)(stop - p));
        key = sbx_decode(r, p, (size_t)((eq ? eq : stop) - p));
        if (strlen(key) == want && !strcmp(key, name))
            return eq ? sbx_decode(r, eq + 1, (size_t)(stop - eq - 1)) : "";
        p = stop + 1;
    }
    return NULL;
}

const char *sbx_query(const struct sbx_req *r, const char *name)
{
    return sbx_pairs(r, r->query, strlen(r->query), name);
}

bool sbx_is_type(const struct sbx_req *r, const char *type)
{
    const char *is = sbx_header(r, "content-type");

    return is && !strncasecmp(is, type, strlen(type));
}

const char *sbx_form(const struct sbx_req *r, const char *name)
{
    struct sbx_part part;

    if (sbx_is_type(r, "application/x-www-form-urlencoded"))
        return sbx_pairs(r, r->body, r->body_len, name);
    if (sbx_multipart(r, name, &part) && !part.filename)
        return sbx_keep(r, part.data, part.len);
    return NULL;
}

/* name="..." or name=... out of one header line of a part. */
static const char *attribute(const struct sbx_req *r, const char *head, size_t len,
                             const char *name)
{
    const char *p = memmem(head, len, name, strlen(name));
    const char *end = head + len, *from, *to;

    if (!p)
        return NULL;
    from = p + strlen(name);
    if (from < end && *from == '"') {
        from++;
        to = memchr(from, '"', (size_t)(end - from));
    } else {
        to = from;
        while (to < end && *to != ';' && *to != '\r' && *to != '\n')
            to++;
    }
    return to ? sbx_keep(r, from, (size_t)(to - from)) : NULL;
}

static bool read_part(const struct sbx_req *r, const char *p, size_t len, const char *name,
                      struct sbx_part *out)
{
    const char *gap = memmem(p, len, "\r\n\r\n", 4), *is, *type;
    size_t head;

    if (!gap)
        return false;
    head = (size_t)(gap - p);
    is = attribute(r, p, head, " name=");
    if (!is || strcmp(is, name) != 0)
        return false;
    out->data = gap + 4;
    out->len = len - head - 4;
    out->filename = attribute(r, p, head, " filename=");
    type = attribute(r, p, head, "Content-Type: ");
    out->type = type ? type : attribute(r, p, head, "content-type: ");
    return true;
}

bool sbx_multipart(const struct sbx_req *r, const char *name, struct sbx_part *out)
{
    const char *type = sbx_header(r, "content-type"), *mark, *p, *end = r->body + r->body_len;
    size_t n;

    if (!type || strncasecmp(type, "multipart/form-data", 19) != 0)
        return false;
    mark = attribute(r, type, strlen(type), "boundary=");
    if (!mark)
        return false;
    n = strlen(mark);
    mark = sbx_keep(r, mark, n);
    for (p = memmem(r->body, r->body_len, mark, n); p;) {
        const char *from = p + n + 2, *next;

        if (from > end)
            return false;
        next = memmem(from, (size_t)(end - from), mark, n);
        if (!next || next - from < 4)
            return false;
        if (read_part(r, from, (size_t)(next - from) - 4, name, out)) /* "\r\n--" before it */
            return true;
        p = next;
    }
    return false;
}
