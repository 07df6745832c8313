/* SPDX-License-Identifier: Apache-2.0 */
/* http_transfer.h - one request on one reusable easy handle: what libcurl is told, what comes
 * back, and how far it got. Private to the HTTP client. Loop thread only. */
#ifndef LOA_CHANNELS_HTTP_TRANSFER_H
#define LOA_CHANNELS_HTTP_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>

#include "channels/http.h"
#include "channels/http_client.h"
#include "channels/http_headers.h"
#include "channels/http_wire.h"
#include "messages/base/buf.h"

/* Settings that all transfers share; owned by the client. */
struct http_transfer_config {
    long timeout_ms;
    size_t max_reply;
    bool http2_writes;
    bool proxies;  /* the environment names some: libcurl looks there for each request */
    char *ca_file; /* NULL: the system's */
    char *user_agent;
};

struct http_transfer {
    CURL *easy;
    const struct http_transfer_config *config;
    struct http_wire *wire;
    struct http_transfer *prev, *next; /* the client's list */
    http_reply_cb cb;
    void *ctx;
    struct http_header_set *headers;
    curl_mime *mime;

    /* The request; the easy handle remembers these settings between uses. */
    enum http_method method;
    bool method_set, has_body, version_set, http2;
    long timeout_ms;
    struct loa_buf url, body;
    CURLU *parts; /* of `url` */

    /* How far it got. */
    unsigned attempts; /* connections on which the request was begun */
    long sent_before;  /* bytes that went to a proxy before the first */
    bool not_repeated, too_big;
    bool (*may_go)(const void *ctx);
    const void *may_go_ctx;

    struct loa_buf reply, kept; /* the reply's body; names and values of kept headers */
    struct {
        size_t name, value; /* offsets in `kept` */
    } header_at[HTTP_REPLY_HEADERS_MAX];
    size_t n_headers;
    char error[CURL_ERROR_SIZE];
};

/* NULL: libcurl refused. `config` and `wire` are borrowed and outlive the transfer. */
struct http_transfer *http_transfer_new(const struct http_transfer_config *config,
                                        struct http_wire *wire);
void http_transfer_free(struct http_transfer *t);

/* Takes the contents of a checked `req`, which is empty afterwards, and one reference to
 * `headers`. Ready to be added to the multi handle. */
void http_transfer_load(struct http_transfer *t, struct http_req *req,
                        struct http_header_set *headers);
/* What came of it, borrowed from `t`; `code` as libcurl told. The easy handle is off the multi
 * handle. */
void http_transfer_result(struct http_transfer *t, CURLcode code, struct http_reply *reply);
/* The same for one that was given up before libcurl had finished. */
void http_transfer_abort(struct http_transfer *t, struct http_reply *reply);
/* Forgets this request, ready for the next. */
void http_transfer_reset(struct http_transfer *t);

#endif
