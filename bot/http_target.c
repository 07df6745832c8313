/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/http_target.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "messages/base/utf8.h"

static const struct {
    const char *name;
    unsigned bit;
} methods_known[] = {
    {"GET", HTTP_ON_GET},         {"HEAD", HTTP_ON_GET},      {"POST", HTTP_ON_POST},
    {"PUT", HTTP_ON_PUT},         {"DELETE", HTTP_ON_DELETE}, {"PATCH", HTTP_ON_PATCH},
    {"OPTIONS", HTTP_ON_OPTIONS},
};

enum { METHODS = sizeof(methods_known) / sizeof(methods_known[0]) };

unsigned http_method_bit(const char *name)
{
    for (size_t i = 0; i < METHODS; i++) {
        if (strcmp(name, methods_known[i].name) == 0)
            return methods_known[i].bit;
    }
    return 0;
}

void http_allow(unsigned methods, char out[HTTP_ALLOW_SIZE])
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < METHODS; i++) {
        if (!(methods & methods_known[i].bit))
            continue;
        used += (size_t)snprintf(out + used, HTTP_ALLOW_SIZE - used, "%s%s", used ? ", " : "",
                                 methods_known[i].name);
    }
}

/* Length of the route's path if it takes `path`, else 0. */
static size_t route_takes(const struct http_route *r, const char *path)
{
    size_t n = strlen(r->path);

    if (strncmp(r->path, path, n) != 0)
        return 0;
    if (path[n] == '\0')
        return n;
    if (!r->prefix)
        return 0;
    return path[n] == '/' || r->path[n - 1] == '/' ? n : 0;
}

enum http_match http_route_find(const struct http_route *routes, size_t n, unsigned method,
                                const char *path, const struct http_route **route,
                                const char **rest, unsigned *allowed)
{
    const struct http_route *best = NULL;
    size_t best_len = 0;

    *route = NULL;
    *rest = "";
    *allowed = 0;
    for (size_t i = 0; i < n; i++) {
        size_t len = route_takes(&routes[i], path);

        if (len > best_len || (len && len == best_len && best->prefix && !routes[i].prefix)) {
            best = &routes[i];
            best_len = len;
        }
    }
    if (!best)
        return HTTP_NO_PATH;
    for (size_t i = 0; i < n; i++) {
        if (routes[i].prefix != best->prefix || strcmp(routes[i].path, best->path) != 0)
            continue;
        *allowed |= routes[i].methods;
        if ((routes[i].methods & method) && !*route)
            *route = &routes[i];
    }
    if (!*route)
        return HTTP_NO_METHOD;
    *rest = path + best_len;
    if (**rest == '/')
        (*rest)++;
    return HTTP_MATCHED;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Appends raw[0..len) decoded and a NUL at *out, and moves *out past it. */
static bool decode(const char *raw, size_t len, bool plus_is_space, char **out)
{
    char *start = *out, *p = start;

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)raw[i];

        if (c == '%') {
            int hi = len - i > 2 ? hex(raw[i + 1]) : -1;
            int lo = len - i > 2 ? hex(raw[i + 2]) : -1;

            if (hi < 0 || lo < 0)
                return false;
            c = (unsigned char)(hi * 16 + lo);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        /* No path has control characters; a text argument may have line breaks and tabs. */
        if (c == 0x7f || (c < 0x20 && !(plus_is_space && (c == '\n' || c == '\r' || c == '\t'))))
            return false;
        *p++ = (char)c;
    }
    if (!loa_utf8_valid(start, (size_t)(p - start)))
        return false;
    *p++ = '\0';
    *out = p;
    return true;
}

static bool parse_args(const char *query, size_t len, char **out, struct http_target *t)
{
    const char *end = query + len;

    t->args = *out;
    while (query < end) {
        const char *amp = memchr(query, '&', (size_t)(end - query));
        const char *stop = amp ? amp : end;
        const char *eq = memchr(query, '=', (size_t)(stop - query));
        const char *name_end = eq ? eq : stop, *value = eq ? eq + 1 : stop;

        if (stop > query) {
            if (t->n_args == HTTP_ARGS_MAX)
                return false;
            if (!decode(query, (size_t)(name_end - query), true, out) ||
                !decode(value, (size_t)(stop - value), true, out))
                return false;
            t->n_args++;
        }
        query = stop + 1;
    }
    return true;
}

/* "http://host/a" -> "/a"; proxies may send the whole address (RFC 9112, 3.2.2). */
static bool skip_authority(const char **raw, size_t *len)
{
    const char *p = *raw, *end = *raw + *len;

    if (*len >= 7 && strncasecmp(p, "http://", 7) == 0)
        p += 7;
    else if (*len >= 8 && strncasecmp(p, "https://", 8) == 0)
        p += 8;
    else
        return *len > 0 && *p == '/';
    while (p < end && *p != '/')
        p++;
    *raw = p;
    *len = (size_t)(end - p);
    return p < end;
}

size_t http_target_size(size_t len)
{
    /* Decoding never lengthens, but an argument without '=' gains the NUL of its value. */
    return len + HTTP_ARGS_MAX + 4;
}

enum loa_err http_target_parse(const char *raw, size_t len, char *buf, struct http_target *out)
{
    struct http_target t = {.path = buf, .args = ""};
    const char *query;
    size_t path_len;

    if (!skip_authority(&raw, &len))
        return LOA_EINVAL;
    query = memchr(raw, '?', len);
    path_len = query ? (size_t)(query - raw) : len;
    if (!decode(raw, path_len, false, &buf))
        return LOA_EINVAL;
    if (query && !parse_args(query + 1, len - path_len - 1, &buf, &t))
        return LOA_EINVAL;
    *out = t;
    return LOA_OK;
}

const char *http_target_arg(const struct http_target *t, const char *name)
{
    const char *p = t->args;

    for (size_t i = 0; i < t->n_args; i++) {
        const char *value = p + strlen(p) + 1;

        if (strcmp(p, name) == 0)
            return value;
        p = value + strlen(value) + 1;
    }
    return NULL;
}
