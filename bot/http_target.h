/* SPDX-License-Identifier: Apache-2.0 */
/* http_target.h - what a request line asks for: the path and the query of its target, decoded,
 * and the route that answers it. Pure: bytes in, bytes out; survives any bytes. */
#ifndef LOA_BOT_HTTP_TARGET_H
#define LOA_BOT_HTTP_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "messages/base/err.h"

struct http_exchange;

/* ---- methods and routes ---------------------------------------------------------------- */

enum {
    HTTP_ON_GET = 1 << 0, /* answers HEAD too; the handler need not know */
    HTTP_ON_POST = 1 << 1,
    HTTP_ON_PUT = 1 << 2,
    HTTP_ON_DELETE = 1 << 3,
    HTTP_ON_PATCH = 1 << 4,
    HTTP_ON_OPTIONS = 1 << 5,
};

/* Runs on the loop once the request is in whole. Must answer `x` exactly once, now or at any
 * later time on the loop (see http_server.h). */
typedef void (*http_handler_cb)(void *ctx, struct http_exchange *x);

struct http_route {
    unsigned methods; /* HTTP_ON_* */
    const char *path; /* starts with '/', not decoded further, static */
    bool prefix;      /* also what lies below: "/a" takes "/a" and "/a/b", never "/ab" */
    http_handler_cb handler;
    size_t max_body; /* bytes; 0: the request may have no body */
};

enum http_match { HTTP_MATCHED, HTTP_NO_PATH, HTTP_NO_METHOD };

/* The HTTP_ON_* bit of a method's name (HEAD is HTTP_ON_GET); 0 if unknown. */
unsigned http_method_bit(const char *name);

/* Finds the route for a decoded path: an exact one before a prefix, a longer prefix before a
 * shorter one; the method is looked at only then. `*allowed` gets the methods which that path
 * takes, `*rest` (borrowed from path) what follows a prefix and its slash, "" when nothing. */
enum http_match http_route_find(const struct http_route *routes, size_t n, unsigned method,
                                const char *path, const struct http_route **route,
                                const char **rest, unsigned *allowed);

/* Writes "GET, HEAD, POST" for the Allow header. */
enum { HTTP_ALLOW_SIZE = 64 };
void http_allow(unsigned methods, char out[HTTP_ALLOW_SIZE]);

/* ---- targets --------------------------------------------------------------------------- */

enum { HTTP_ARGS_MAX = 64 };

struct http_target {
    const char *path; /* decoded UTF-8, starts with '/' */
    const char *args; /* n_args times name NUL value NUL, decoded UTF-8 */
    size_t n_args;
};

/* The bytes http_target_parse() needs for a target of `len` bytes. */
size_t http_target_size(size_t len);

/* Decodes raw[0..len), a target in origin form ("/a?b=c") or absolute form ("http://h/a"), into
 * `buf` of http_target_size(len) bytes, which `out` then borrows.
 * LOA_EINVAL: not such a target, a broken percent escape, a control character, invalid UTF-8, or
 * more than HTTP_ARGS_MAX arguments. */
LOA_MUST_USE enum loa_err http_target_parse(const char *raw, size_t len, char *buf,
                                            struct http_target *out);

/* The value of the first argument of that name ("" if it has none); NULL if absent. Borrowed. */
const char *http_target_arg(const struct http_target *t, const char *name);

#endif
