/* SPDX-License-Identifier: Apache-2.0 */
/* http_server.h - HTTP/1.1 in: libmicrohttpd on the libuv loop. The server reads a request whole,
 * within its limits, calls the route's handler, and sends the answer when the handler gives it,
 * at once or after the store has committed. It answers by itself what no handler should see:
 * 400 malformed, 404, 405, 408 too slow, 413 too large, 417, 429 and 503 too many, 431, 501; these
 * bodies are problem+json (RFC 9457), except where libmicrohttpd cannot even parse the request. It
 * knows nothing of channels' contents or of sessions. Loop thread only. */
#ifndef LOA_BOT_HTTP_SERVER_H
#define LOA_BOT_HTTP_SERVER_H

#include <stdint.h>

#include <uv.h>

#include "bot/http_target.h"
#include "channels/http.h"
#include "messages/base/err.h"

struct http_server;
struct http_exchange;

/* ---- the server ------------------------------------------------------------------------ */

/* Zeroed members mean the default in brackets. */
struct http_server_options {
    const char *listen;       /* "127.0.0.1:8080", "[::1]:0", "localhost:8080"; port 0: any free */
    size_t max_header;        /* bytes of the request line and headers [8 KiB] */
    size_t max_bodies;        /* bytes of all request bodies held at once; more: 503 [32 MiB] */
    size_t max_stream_queue;  /* bytes that a stream's reader may lag behind [256 KiB] */
    unsigned max_connections; /* more: 503 [1024] */
    unsigned max_per_ip;      /* more from one address: 429 [no limit: a proxy is one address] */
    int64_t read_timeout_ms;  /* for a whole request; a second more for each 16 KiB [15 s] */
    int64_t idle_timeout_ms;  /* between requests, and for a peer that reads nothing [60 s] */
    /* Runs with the handlers' `ctx` after each round in which handlers may have run, so that they
     * can hand on together what they collected [nothing]. */
    void (*round_over)(void *ctx);
};

/* Listens and serves `routes` (borrowed until the server has stopped; `ctx` goes to the
 * handlers). LOA_OK: caller owns *out and ends it with http_server_stop().
 * LOA_EINVAL: the address is malformed; LOA_EIO: it cannot be listened on; see `problem`. */
LOA_MUST_USE enum loa_err http_server_new(uv_loop_t *loop, const struct http_server_options *o,
                                          const struct http_route *routes, size_t n_routes,
                                          void *ctx, struct http_server **out,
                                          struct loa_problem *problem);

/* The port it listens on, also where the options said 0. */
unsigned http_server_port(const struct http_server *s);

typedef void (*http_stopped_cb)(void *ctx);

/* Stops listening, ends the streams, lets the requests in flight finish for at most `grace_ms`
 * (those left are answered 503 or cut off), closes all connections and frees `s`; then calls
 * `done` (NULL is fine), never before this call returns. Call it once. A handler that has not
 * answered by then may still do so, into the void. */
void http_server_stop(struct http_server *s, int64_t grace_ms, http_stopped_cb done, void *ctx);

struct http_server_stats {
    uint64_t requests;    /* request lines read */
    uint64_t answered[6]; /* by the first digit of the status, [0] unused */
    uint64_t refused;     /* of these by the server: limits, timeouts, malformed */
    unsigned connections, in_flight, streams; /* at present */
};

void http_server_stats(const struct http_server *s, struct http_server_stats *out);

/* ---- the request ----------------------------------------------------------------------- */

/* All strings are borrowed. The path, the query and the body live until the answer is given, the
 * headers and the peer until the handler returns: copy what is needed later. */

const char *http_exchange_method(const struct http_exchange *x); /* "GET" for HEAD as well */
const char *http_exchange_path(const struct http_exchange *x);   /* decoded */
const char *http_exchange_rest(const struct http_exchange *x);   /* of a prefix route, no slash */
/* The decoded value of a query argument, or of a header (name without case); NULL if absent. */
const char *http_exchange_query(const struct http_exchange *x, const char *name);
const char *http_exchange_header(const struct http_exchange *x, const char *name);
/* The raw body, NUL-terminated, never NULL. */
const char *http_exchange_body(const struct http_exchange *x, size_t *len);
/* The peer's address without the port: that of the proxy, if there is one. */
const char *http_exchange_peer(const struct http_exchange *x);
/* Fills what an adapter's webhook functions take; it borrows from `x`. */
void http_exchange_http_in(struct http_exchange *x, struct http_in *in);

/* ---- the answer ------------------------------------------------------------------------ */

struct http_header {
    const char *name, *value;
};

struct http_answer {
    unsigned status;
    const char *content_type; /* NULL: none, for an empty body */
    const void *body;
    size_t len;
    enum {
        HTTP_BODY_COPY,   /* copied before the call returns */
        HTTP_BODY_STATIC, /* borrowed for ever */
        HTTP_BODY_TAKE,   /* the server ends it with free() */
    } memory;
    const struct http_header *headers; /* copied */
    size_t n_headers;
};

/* Each of these answers `x`, which is gone for the caller at once.
 * Safe when the peer or even the server is gone. Content-Length, Date and
 * X-Content-Type-Options are added, to HTML also a strict Content-Security-Policy and
 * Referrer-Policy unless given. A header value must not hold a line break (the server drops
 * such a header). */
void http_exchange_answer(struct http_exchange *x, const struct http_answer *a);
/* The same in short: body copied, no more headers. */
void http_exchange_reply(struct http_exchange *x, unsigned status, const char *content_type,
                         const void *body, size_t len);
/* An error as problem+json; `detail` (NULL is fine) is a sentence for the reader. */
void http_exchange_problem(struct http_exchange *x, unsigned status, const char *detail);

/* Runs once if the peer goes, or is cut off for not reading, or the server stops, before the
 * owner ended the stream; `x` is gone then. Never runs inside a call of the owner's. */
typedef void (*http_closed_cb)(void *ctx);

/* Answers with a body of unknown length (server-sent events): headers now (a->body and a->len are
 * not used), then bytes as they come. LOA_OK: `x` stays the owner's until `closed` runs or
 * http_exchange_stream_end(). LOA_EIO: the peer or the server is gone; so is `x`, and `closed`
 * will not run. A peer that closes its sending side counts as gone. */
LOA_MUST_USE enum loa_err http_exchange_stream_begin(struct http_exchange *x,
                                                     const struct http_answer *a,
                                                     http_closed_cb closed, void *ctx);
/* Queues a copy. LOA_ELIMIT: the reader lags too far behind, so the stream is being cut off;
 * LOA_EIO: it is being closed already. In both cases `closed` follows, unless the owner ends the
 * stream first. */
enum loa_err http_exchange_stream_write(struct http_exchange *x, const void *bytes, size_t n);
/* Sends what is queued and ends the body; `x` is gone, `closed` will not run. */
void http_exchange_stream_end(struct http_exchange *x);

#endif
