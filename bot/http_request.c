/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/http_impl.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "messages/base/mem.h"

enum {
    MIN_BYTES_PER_S = 16384, /* a slower body runs into the read timeout */
    DISCARD_KEEP = 65536,    /* read away so that the connection can be kept */
    PATIENCE = 16,           /* runs without an answer before a connection is suspended */
    DISCARD_MAX = 1 << 20,   /* read away so that our answer survives */
};

/* ---- the request line ------------------------------------------------------------------ */

/* libmicrohttpd's hook for the undecoded target. What it returns is the request's context. */
void *http_request_begin(void *cls, const char *uri, struct MHD_Connection *mhd)
{
    struct http_server *s = cls;
    struct http_conn *c = http_conn_of(mhd);
    size_t len = strlen(uri);
    struct http_exchange *x = loa_xmalloc(sizeof(*x) + http_target_size(len));

    memset(x, 0, sizeof(*x));
    x->server = s;
    x->conn = c;
    x->rest = "";
    x->next = s->exchanges;
    if (x->next)
        x->next->prev = x;
    s->exchanges = x;
    s->stats.in_flight++;
    s->stats.requests++;
    if (http_target_parse(uri, len, x->text, &x->target) != LOA_OK) {
        x->bad_target = true;
        x->target = (struct http_target){.path = "", .args = ""};
    }
    if (c->x)
        http_exchange_detach(c->x);
    c->x = x;
    if (!c->refuse)
        c->deadline = (int64_t)uv_now(s->loop) + s->o.read_timeout_ms;
    return x;
}

/* ---- the headers ----------------------------------------------------------------------- */

/* What decides where the body ends, and so must be beyond doubt (request smuggling). */
struct framing {
    unsigned lengths, encodings, expects;
    bool chunked, number, continues;
    uint64_t length;
};

static bool parse_length(const char *s, uint64_t *out)
{
    uint64_t n = 0;

    if (!*s)
        return false;
    for (; *s; s++) {
        if (*s < '0' || *s > '9' || n > UINT64_MAX / 10 - 1)
            return false;
        n = n * 10 + (uint64_t)(*s - '0');
    }
    *out = n;
    return true;
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *key,
                                 const char *value)
{
    struct framing *f = cls;

    (void)kind;
    if (!value)
        return MHD_YES;
    if (strcasecmp(key, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
        f->lengths++;
        f->number = parse_length(value, &f->length);
    } else if (strcasecmp(key, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        f->encodings++;
        f->chunked = strcasecmp(value, "chunked") == 0;
    } else if (strcasecmp(key, MHD_HTTP_HEADER_EXPECT) == 0) {
        f->expects++;
        f->continues = strcasecmp(value, "100-continue") == 0;
    }
    return MHD_YES;
}

static unsigned judge_framing(const struct framing *f)
{
    if (f->lengths > 1 || f->encodings > 1 || (f->lengths && f->encodings) ||
        (f->lengths && !f->number))
        return MHD_HTTP_BAD_REQUEST;
    if (f->encodings && !f->chunked)
        return MHD_HTTP_NOT_IMPLEMENTED;
    return 0;
}

static unsigned judge_route(struct http_exchange *x, const char *method, const struct framing *f)
{
    struct http_server *s = x->server;

    x->method = http_method_bit(method);
    switch (http_route_find(s->routes, s->n_routes, x->method, x->target.path, &x->route, &x->rest,
                            &x->allowed)) {
    case HTTP_NO_PATH:
        return MHD_HTTP_NOT_FOUND;
    case HTTP_NO_METHOD:
        return MHD_HTTP_METHOD_NOT_ALLOWED;
    case HTTP_MATCHED:
        break;
    }
    if (f->expects && !f->continues)
        return MHD_HTTP_EXPECTATION_FAILED;
    if (f->lengths && f->length > x->route->max_body)
        return MHD_HTTP_CONTENT_TOO_LARGE;
    if (f->lengths && f->length > s->o.max_bodies - s->body_bytes)
        return MHD_HTTP_SERVICE_UNAVAILABLE;
    return 0;
}

/* The first reason, in order of gravity, why the server answers by itself; 0: none. */
static unsigned judge(struct http_exchange *x, const char *method, const struct framing *f)
{
    struct http_server *s = x->server;
    unsigned broken = judge_framing(f);
    size_t header_size =
        MHD_get_connection_info(x->conn->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;

    if (x->conn->refuse || broken || s->cutting)
        x->close = true;
    if (x->conn->refuse)
        return x->conn->refuse;
    if (broken)
        return broken;
    if (s->cutting)
        return MHD_HTTP_SERVICE_UNAVAILABLE;
    if (header_size > s->o.max_header)
        return MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
    if (x->bad_target)
        return MHD_HTTP_BAD_REQUEST;
    return judge_route(x, method, f);
}

/* ---- answering ------------------------------------------------------------------------- */

static enum MHD_Result queue(struct http_exchange *x)
{
    struct http_server *s = x->server;
    enum MHD_Result queued;

    if (x->close || s->stopping) {
        if (x->response == s->empty)
            x->response = http_response_empty();
        MHD_add_response_header(x->response, MHD_HTTP_HEADER_CONNECTION, "close");
    }
    queued = MHD_queue_response(x->conn->mhd, x->status, x->response);
    http_response_drop(s, x->response);
    x->response = NULL;
    x->phase = HTTP_PHASE_ANSWERED;
    x->conn->deadline = HTTP_NEVER; /* libmicrohttpd watches over the sending */
    s->stats.answered[x->status / 100]++;
    return queued;
}

/* A refusal, by the usual way. */
static enum MHD_Result refuse(struct http_exchange *x)
{
    char allow[HTTP_ALLOW_SIZE];

    x->status = x->verdict;
    x->response = http_exchange_error(x->status, NULL);
    if (x->status == MHD_HTTP_METHOD_NOT_ALLOWED) {
        http_allow(x->allowed, allow);
        MHD_add_response_header(x->response, MHD_HTTP_HEADER_ALLOW, allow);
    }
    x->server->stats.refused++;
    return queue(x);
}

static enum MHD_Result dispatch(struct http_exchange *x)
{
    x->conn->deadline = HTTP_NEVER;
    if (x->server->cutting)
        x->verdict = MHD_HTTP_SERVICE_UNAVAILABLE;
    if (x->verdict)
        return refuse(x);
    x->phase = HTTP_PHASE_HANDLER;
    x->owed = true;
    x->route->handler(x->server->ctx, x);
    if (x->response)
        return queue(x);
    x->phase = HTTP_PHASE_WAITING;
    x->server->waiting++;
    return MHD_YES;
}

/* To suspend and resume a connection takes three system calls, more than the whole rest of a
 * request. Most answers wait for one commit of the store, so the connection first stays in the
 * round for a few runs, where it costs a function call each. */
static enum MHD_Result wait_on(struct http_exchange *x)
{
    if (x->response) {
        x->server->waiting--;
        x->server->queued = true;
        return queue(x);
    }
    if (++x->asked >= PATIENCE) {
        x->server->waiting--;
        x->phase = HTTP_PHASE_ASLEEP;
        MHD_suspend_connection(x->conn->mhd);
    }
    return MHD_YES;
}

/* ---- what libmicrohttpd calls ---------------------------------------------------------- */

static enum MHD_Result on_headers(struct http_exchange *x, const char *method)
{
    struct framing f = {0};

    x->phase = HTTP_PHASE_BODY;
    MHD_get_connection_values(x->conn->mhd, MHD_HEADER_KIND, on_header, &f);
    x->verdict = judge(x, method, &f);
    if (!x->verdict) {
        loa_buf_init(&x->body, x->route->max_body);
        return MHD_YES;
    }
    if (!f.encodings && (!f.lengths || f.length == 0))
        return MHD_YES; /* no body: the next call asks for the answer */
    if (f.expects) {
        x->close = true; /* the peer may or may not send the body after all */
        return refuse(x);
    }
    if (judge_framing(&f) || (f.lengths && f.length > DISCARD_KEEP))
        http_conn_doom(x->conn, x->verdict);
    return MHD_YES;
}

static void take(struct http_exchange *x, const char *data, size_t n)
{
    struct http_server *s = x->server;

    if (n > x->route->max_body - x->body.len)
        x->verdict = MHD_HTTP_CONTENT_TOO_LARGE;
    else if (n > s->o.max_bodies - s->body_bytes)
        x->verdict = MHD_HTTP_SERVICE_UNAVAILABLE;
    if (x->verdict) {
        s->body_bytes -= x->body.len;
        loa_buf_release(&x->body);
        http_conn_doom(x->conn, x->verdict);
        return;
    }
    loa_buf_add(&x->body, data, n);
    s->body_bytes += n;
    x->conn->deadline += (int64_t)n * 1000 / MIN_BYTES_PER_S;
}

static enum MHD_Result on_body(struct http_exchange *x, const char *data, size_t n)
{
    if (!x->verdict) {
        take(x, data, n);
        return MHD_YES;
    }
    x->discarded += n;
    if (x->discarded > DISCARD_MAX)
        return MHD_NO;
    if (x->phase != HTTP_PHASE_DOOMED && x->discarded > DISCARD_KEEP)
        http_conn_doom(x->conn, x->verdict);
    return MHD_YES;
}

enum MHD_Result http_request_step(void *cls, struct MHD_Connection *mhd, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **con_cls)
{
    struct http_exchange *x = *con_cls;
    size_t n = *size;

    (void)cls;
    (void)mhd;
    (void)url;
    (void)version;
    *size = 0;
    switch (x->phase) {
    case HTTP_PHASE_LINE:
        *size = n;
        return on_headers(x, method);
    case HTTP_PHASE_BODY:
        return n ? on_body(x, data, n) : dispatch(x);
    case HTTP_PHASE_DOOMED:
        return n ? on_body(x, data, n) : MHD_NO;
    case HTTP_PHASE_WAITING:
        return wait_on(x);
    case HTTP_PHASE_ASLEEP:
        return queue(x); /* resumed, and that only with a response */
    case HTTP_PHASE_HANDLER:
    case HTTP_PHASE_ANSWERED:
        break;
    }
    return MHD_YES;
}

void http_request_completed(void *cls, struct MHD_Connection *mhd, void **con_cls,
                            enum MHD_RequestTerminationCode code)
{
    struct http_server *s = cls;
    struct http_exchange *x = *con_cls;

    (void)mhd;
    (void)code;
    if (!x)
        return;
    *con_cls = NULL;
    x->conn->deadline = (int64_t)uv_now(s->loop) + s->o.idle_timeout_ms;
    http_exchange_detach(x);
}
