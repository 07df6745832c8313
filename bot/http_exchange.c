/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/http_impl.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "messages/base/log.h"
#include "messages/base/mem.h"

/* ---- life ------------------------------------------------------------------------------ */

void http_exchange_free(struct http_exchange *x)
{
    struct http_server *s = x->server;

    if (s) {
        s->body_bytes -= x->body.len;
        if (x->prev)
            x->prev->next = x->next;
        else
            s->exchanges = x->next;
        if (x->next)
            x->next->prev = x->prev;
    }
    if (x->response)
        http_response_drop(s, x->response);
    loa_buf_release(&x->body);
    free(x);
}

void http_exchange_detach(struct http_exchange *x)
{
    if (x->stream)
        http_stream_completed(x);
    if (x->phase == HTTP_PHASE_WAITING)
        x->server->waiting--;
    x->conn->x = NULL;
    x->conn = NULL;
    x->server->stats.in_flight--;
    if (!x->owed)
        http_exchange_free(x);
}

/* ---- the request ----------------------------------------------------------------------- */

const char *http_exchange_method(const struct http_exchange *x)
{
    switch (x->method) {
    case HTTP_ON_GET:
        return "GET";
    case HTTP_ON_POST:
        return "POST";
    case HTTP_ON_PUT:
        return "PUT";
    case HTTP_ON_DELETE:
        return "DELETE";
    case HTTP_ON_PATCH:
        return "PATCH";
    default:
        return "OPTIONS";
    }
}

const char *http_exchange_path(const struct http_exchange *x)
{
    return x->target.path;
}

const char *http_exchange_rest(const struct http_exchange *x)
{
    return x->rest;
}

const char *http_exchange_query(const struct http_exchange *x, const char *name)
{
    return http_target_arg(&x->target, name);
}

const char *http_exchange_header(const struct http_exchange *x, const char *name)
{
    return x->conn ? MHD_lookup_connection_value(x->conn->mhd, MHD_HEADER_KIND, name) : NULL;
}

const char *http_exchange_body(const struct http_exchange *x, size_t *len)
{
    *len = x->body.len;
    return loa_buf_str(&x->body);
}

const char *http_exchange_peer(const struct http_exchange *x)
{
    struct http_conn *c = x->conn;

    if (!c)
        return "";
    if (c->peer[0])
        return c->peer;
    if (IN6_IS_ADDR_V4MAPPED(&c->addr))
        inet_ntop(AF_INET, &c->addr.s6_addr[12], c->peer, sizeof(c->peer));
    else
        inet_ntop(AF_INET6, &c->addr, c->peer, sizeof(c->peer));
    return c->peer;
}

static const char *in_header(const struct http_in *in, const char *name)
{
    return http_exchange_header(in->ctx, name);
}

static const char *in_query(const struct http_in *in, const char *name)
{
    return http_exchange_query(in->ctx, name);
}

void http_exchange_http_in(struct http_exchange *x, struct http_in *in)
{
    *in = (struct http_in){
        .method = http_exchange_method(x), .header = in_header, .query = in_query, .ctx = x};
    in->body = http_exchange_body(x, &in->len);
}

/* ---- the answer ------------------------------------------------------------------------ */

static const char HTML_POLICY[] = "default-src 'self'; base-uri 'none'; form-action 'self'; "
                                  "frame-ancestors 'none'; object-src 'none'";

static bool has_header(const struct http_answer *a, const char *name)
{
    for (size_t i = 0; i < a->n_headers; i++) {
        if (strcasecmp(a->headers[i].name, name) == 0)
            return true;
    }
    return false;
}

static void add_header(struct MHD_Response *r, const char *name, const char *value)
{
    if (MHD_add_response_header(r, name, value) != MHD_YES)
        LOA_LOG(LOA_LOG_ERROR, "http: header dropped", F("name", name));
}

void http_exchange_headers(struct MHD_Response *r, const struct http_answer *a)
{
    if (a->content_type) {
        add_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, a->content_type);
        add_header(r, MHD_HTTP_HEADER_X_CONTENT_TYPE_OPTIONS, "nosniff");
        if (strncasecmp(a->content_type, "text/html", 9) == 0) {
            if (!has_header(a, MHD_HTTP_HEADER_CONTENT_SECURITY_POLICY))
                add_header(r, MHD_HTTP_HEADER_CONTENT_SECURITY_POLICY, HTML_POLICY);
            if (!has_header(a, "Referrer-Policy"))
                add_header(r, "Referrer-Policy", "same-origin");
        }
    }
    for (size_t i = 0; i < a->n_headers; i++)
        add_header(r, a->headers[i].name, a->headers[i].value);
}

static struct MHD_Response *with_body(const struct http_answer *a)
{
    enum MHD_ResponseMemoryMode mode = MHD_RESPMEM_MUST_COPY;
    union {
        const void *in;
        void *out; /* libmicrohttpd only reads it */
    } body = {.in = a->body ? a->body : ""};
    struct MHD_Response *r;

    switch (a->memory) {
    case HTTP_BODY_COPY:
        break;
    case HTTP_BODY_STATIC:
        mode = MHD_RESPMEM_PERSISTENT;
        break;
    case HTTP_BODY_TAKE:
        mode = a->body ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT;
        break;
    }
    if (a->len == 0 && mode == MHD_RESPMEM_MUST_COPY)
        mode = MHD_RESPMEM_PERSISTENT;
    r = MHD_create_response_from_buffer(a->len, body.out, mode);
    if (!r) { /* as loa_xmalloc() */
        LOA_LOG0(LOA_LOG_ERROR, "http: out of memory");
        abort();
    }
    http_exchange_headers(r, a);
    return r;
}

struct MHD_Response *http_response_empty(void)
{
    static const struct http_answer empty = {.memory = HTTP_BODY_STATIC};

    return with_body(&empty);
}

void http_response_drop(const struct http_server *s, struct MHD_Response *r)
{
    if (!s || r != s->empty)
        MHD_destroy_response(r);
}

/* Most answers are an empty 200 to a webhook: they share one response. */
static struct MHD_Response *response_for(struct http_exchange *x, const struct http_answer *a)
{
    struct http_server *s = x->conn ? x->server : NULL;

    if (!s || a->len || a->content_type || a->n_headers || a->memory == HTTP_BODY_TAKE)
        return with_body(a);
    if (!s->empty)
        s->empty = http_response_empty();
    return s->empty;
}

void http_problem_body(struct loa_buf *b, unsigned status, const char *detail)
{
    const char *title = MHD_get_reason_phrase_for(status);

    loa_buf_addf(b, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u", title, status);
    if (detail) {
        loa_buf_adds(b, ",\"detail\":\"");
        loa_buf_add_json(b, detail, strlen(detail));
        loa_buf_addc(b, '"');
    }
    loa_buf_adds(b, "}\n");
}

struct MHD_Response *http_exchange_error(unsigned status, const char *detail)
{
    static const struct http_header retry = {MHD_HTTP_HEADER_RETRY_AFTER, "5"};
    struct http_answer a = {.content_type = "application/problem+json"};
    struct MHD_Response *r;
    struct loa_buf b;

    loa_buf_init(&b, 0);
    http_problem_body(&b, status, detail);
    a.body = b.data;
    a.len = b.len;
    if (status == MHD_HTTP_SERVICE_UNAVAILABLE || status == MHD_HTTP_TOO_MANY_REQUESTS) {
        a.headers = &retry;
        a.n_headers = 1;
    }
    r = with_body(&a);
    loa_buf_release(&b);
    return r;
}

void http_exchange_resolve(struct http_exchange *x, unsigned status, struct MHD_Response *r)
{
    x->status = status;
    x->response = r;
    if (x->phase == HTTP_PHASE_ASLEEP)
        MHD_resume_connection(x->conn->mhd);
    http_server_kick(x->server);
}

/* The handler has answered. */
static void settle(struct http_exchange *x, unsigned status, struct MHD_Response *r)
{
    x->owed = false;
    if (x->conn && !x->response) {
        http_exchange_resolve(x, status, r);
        return;
    }
    http_response_drop(x->server, r); /* nobody listens, or the server had to answer first */
    if (!x->conn)
        http_exchange_free(x);
}

void http_exchange_answer(struct http_exchange *x, const struct http_answer *a)
{
    settle(x, a->status, response_for(x, a));
}

void http_exchange_reply(struct http_exchange *x, unsigned status, const char *content_type,
                         const void *body, size_t len)
{
    http_exchange_answer(
        x, &(struct http_answer){
               .status = status, .content_type = content_type, .body = body, .len = len});
}

void http_exchange_problem(struct http_exchange *x, unsigned status, const char *detail)
{
    settle(x, status, http_exchange_error(status, detail));
}
