/* SPDX-License-Identifier: Apache-2.0 */
/* http_headers.h - libcurl header lists, made once and shared by all requests with the same
 * headers (those of one account and method rarely change). Private to the HTTP client. The lists
 * hold secrets: their memory is wiped when they go. */
#ifndef LOA_CHANNELS_HTTP_HEADERS_H
#define LOA_CHANNELS_HTTP_HEADERS_H

#include <stddef.h>

#include <curl/curl.h>

#include "channels/http.h"
#include "messages/base/buf.h"
#include "messages/base/err.h"

enum { HTTP_HEADER_SETS_MAX = 32 };

struct http_header_set {
    struct curl_slist *list;
    struct loa_buf key; /* the lines, each with its NUL */
    size_t refs;
};

/* Zeroed memory is an empty cache. */
struct http_header_cache {
    struct http_header_set *sets[HTTP_HEADER_SETS_MAX]; /* the latest used first */
    struct loa_buf scratch;
};

/* The list for the headers of `req`. LOA_OK: *out is a reference, given back with
 * http_header_set_unref(). LOA_EINVAL: a name or value holds a line break. */
LOA_MUST_USE enum loa_err http_header_cache_get(struct http_header_cache *cache,
                                                const struct http_req *req,
                                                struct http_header_set **out);
void http_header_cache_release(struct http_header_cache *cache);
void http_header_set_unref(struct http_header_set *set); /* NULL is fine */

#endif
