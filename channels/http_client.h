/* SPDX-License-Identifier: Apache-2.0 */
/* http_client.h - the one HTTP client: libcurl's multi interface on a libuv loop. Moves requests
 * and replies; knows nothing of platforms, limits a method or retries. Loop thread only.
 *
 * Never sends a request twice: libcurl repeats a POST by itself when a kept-alive connection is
 * closed before the reply; here that ends as HTTP_UNKNOWN if any byte had left. (A GET is
 * repeated, since it does nothing.) TLS is always verified, redirects are never followed. */
#ifndef LOA_CHANNELS_HTTP_CLIENT_H
#define LOA_CHANNELS_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "channels/http.h"
#include "messages/base/err.h"

struct http_client;

struct http_client_options {
    size_t max_inflight;    /* requests accepted and not yet answered; 0: 1024 */
    int timeout_ms;         /* whole request, when the request names none; 0: 30 s */
    size_t max_reply;       /* largest body of a reply, in bytes; 0: 1 MiB */
    const char *ca_file;    /* trusted certificates (PEM), copied; NULL: the system's */
    const char *user_agent; /* copied; NULL: "loa" */
    /* HTTP/2 is offered for GET. For POST and DELETE only if this is set: when a server ends an
     * HTTP/2 connection (many do after some 1,000 requests), libcurl does not tell which of the
     * open streams were refused and which were acted on, so that they end as HTTP_UNKNOWN;
     * HTTP/1.1 announces its last reply. */
    bool http2_writes;
};

/* Runs exactly once for each accepted request, from the loop, never before http_client_send()
 * returns. `reply` is borrowed for the call. It may send again or close the client. */
typedef void (*http_reply_cb)(const struct http_reply *reply, void *ctx);
typedef void (*http_closed_cb)(void *ctx);

/* `loop` is borrowed and outlives the client. LOA_OK: caller owns *out, ends it with
 * http_client_close(). LOA_EIO: the loop or libcurl refused, *out untouched. */
LOA_MUST_USE enum loa_err http_client_new(uv_loop_t *loop, const struct http_client_options *opt,
                                          struct http_client **out);

/* Takes no new requests from now on, lets those in flight finish for `grace_ms` (0: none), then
 * aborts the rest: their callbacks run with HTTP_NOT_SENT or HTTP_UNKNOWN. `done` (NULL is fine)
 * runs last, from the loop, when the memory is gone and no handle is left. Calling it again with
 * a shorter grace hastens the end; the first `done` counts. */
void http_client_close(struct http_client *c, unsigned grace_ms, http_closed_cb done, void *ctx);

/* Hands over a request. LOA_OK: `cb` will run once; the URL and the body have moved (swapped for
 * spare buffers, so that a steady sender allocates nothing), headers, secrets and file were
 * copied, and `req` is empty, as after http_req_reset(). On an error `req` is unchanged and `cb`
 * never runs: LOA_ELIMIT: max_inflight reached, keep it and try when a reply came; LOA_EINVAL: no
 * URL, one that is not http(s), a buffer that overflowed, or a header with a line break;
 * LOA_EPERM: the client is closing. */
LOA_MUST_USE enum loa_err http_client_send(struct http_client *c, struct http_req *req,
                                           http_reply_cb cb, void *ctx);

/* Requests accepted whose callback has not begun. */
size_t http_client_inflight(const struct http_client *c);

#endif
