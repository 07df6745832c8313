/* SPDX-License-Identifier: Apache-2.0 */
/* http.h - HTTP requests and replies as plain data, between the adapters (which build and read
 * them) and the client and server (which move them). No I/O here. */
#ifndef LOA_CHANNELS_HTTP_H
#define LOA_CHANNELS_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/buf.h"
#include "messages/base/secret.h"

enum http_method { HTTP_GET, HTTP_POST, HTTP_DELETE };

enum { HTTP_HEADERS_MAX = 6 };

/* A request to a platform. Zeroed memory is an empty request; http_req_reset() keeps the buffers'
 * memory for the next one. */
struct http_req {
    enum http_method method;
    struct loa_buf url; /* whole, without secrets */
    struct {
        const char *name;                /* static */
        const struct loa_secret *secret; /* the value, borrowed from the channel; or ... */
        const char *value;               /* ... a plain static value; the other one is NULL */
        const char *prefix;              /* put before the secret ("Bearer "), or NULL */
    } headers[HTTP_HEADERS_MAX];
    size_t n_headers;
    const char *content_type; /* static; NULL: no body */
    struct loa_buf body;
    /* Multipart upload instead of `body`, when file_data is set (borrowed). */
    const char *file_field, *file_name, *file_type;
    const void *file_data;
    size_t file_len;
    int timeout_ms; /* whole request; 0: the client's default */
    /* Asked when the connection stands, right before the first byte leaves; false: HTTP_NOT_SENT.
     * NULL: it may. */
    bool (*may_go)(const void *ctx);
    const void *may_go_ctx;
};

void http_req_reset(struct http_req *r);
void http_req_release(struct http_req *r);
void http_req_header(struct http_req *r, const char *name, const char *value);
void http_req_secret(struct http_req *r, const char *name, const char *prefix,
                     const struct loa_secret *secret);

/* How far a request got when there is no usable reply. */
enum http_outcome {
    HTTP_DONE,     /* there is a status and a body */
    HTTP_NOT_SENT, /* it never reached the peer (resolve, connect, TLS): safe to repeat */
    HTTP_UNKNOWN,  /* bytes left, no whole reply came: the peer may have acted */
    HTTP_TOO_BIG,  /* a reply came and was larger than the cap; the peer acted */
};

enum { HTTP_REPLY_HEADERS_MAX = 8 };

/* A reply, valid during the callback only. */
struct http_reply {
    enum http_outcome outcome;
    long status;      /* 0 unless HTTP_DONE or HTTP_TOO_BIG */
    const char *body; /* NUL-terminated, "" when empty */
    size_t len;
    /* Headers that adapters ask for (X-RateLimit-*, X-App-Usage, X-Business-Use-Case-Usage,
     * X-Page-Usage, Retry-After, Location), as received. */
    struct {
        const char *name, *value;
    } headers[HTTP_REPLY_HEADERS_MAX];
    size_t n_headers;
    bool timed_out;    /* HTTP_UNKNOWN, HTTP_NOT_SENT: the time was over */
    const char *error; /* English, for the log; NULL when HTTP_DONE */
};

/* The value of a header, compared without case; NULL if absent. */
const char *http_reply_header(const struct http_reply *r, const char *name);

/* A request from outside (a webhook), as the server hands it to an adapter: borrowed, whole. */
struct http_in {
    const char *method; /* "GET", "POST" */
    const char *body;   /* raw bytes, not NUL-terminated */
    size_t len;
    /* Look up a header or a decoded query argument; NULL if absent. */
    const char *(*header)(const struct http_in *in, const char *name);
    const char *(*query)(const struct http_in *in, const char *name);
    void *ctx; /* the server's or a test's */
};

#endif
