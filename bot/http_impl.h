/* SPDX-License-Identifier: Apache-2.0 */
/* http_impl.h - what the files of the HTTP server share: http_server.c (daemon and loop),
 * http_listen.c, http_conn.c (connections, deadlines), http_request.c (reading and routing),
 * http_exchange.c (request and answer as handlers see them), http_stream.c. Nobody else includes
 * this. */
#ifndef LOA_BOT_HTTP_IMPL_H
#define LOA_BOT_HTTP_IMPL_H

#include <netinet/in.h>

#include <microhttpd.h>

#include "bot/http_server.h"
#include "messages/base/buf.h"

/* One accepted socket. Lives from libmicrohttpd's notice that it was accepted to that of its
 * close, which comes before the descriptor is closed. */
struct http_conn {
    struct http_server *server;
    struct MHD_Connection *mhd;
    struct http_conn *prev, *next;
    struct http_exchange *x; /* the request being read or answered; NULL between requests */
    int fd;
    int64_t deadline; /* uv_now() at which the peer is too late; HTTP_NEVER while we are busy */
    unsigned refuse;  /* one connection too many: its requests get this status; else 0 */
    struct in6_addr addr;
    char peer[INET6_ADDRSTRLEN]; /* "" until asked for */
};

#define HTTP_NEVER INT64_MAX

enum http_phase {
    HTTP_PHASE_LINE,    /* the request line is read */
    HTTP_PHASE_BODY,    /* the headers are read, the body comes */
    HTTP_PHASE_DOOMED,  /* answered past libmicrohttpd; the rest is read away, then closed */
    HTTP_PHASE_HANDLER, /* the handler runs right now */
    HTTP_PHASE_WAITING, /* for the handler's answer; asked for it in each run */
    HTTP_PHASE_ASLEEP,  /* the same for longer: the connection is suspended */
    HTTP_PHASE_ANSWERED,
};

/* A stream's side of an exchange. */
struct http_stream {
    struct loa_buf queue;
    size_t sent; /* of the queue */
    bool suspended;
    bool cut;   /* close with an error: the peer is gone or too slow */
    bool last;  /* end the body when the queue is empty */
    bool ended; /* by its owner, who is not called any more */
    http_closed_cb closed;
    void *ctx;
    uv_poll_t *watch; /* sees the peer go while the connection is suspended; NULL: not watched */
};

/* One request. libmicrohttpd holds it until the request is complete (then conn is NULL), its
 * handler until it has answered; who is last frees it. */
struct http_exchange {
    struct http_server *server; /* NULL once that is freed */
    struct http_conn *conn;     /* NULL once the request is complete or cut off */
    struct http_exchange *prev, *next;
    enum http_phase phase;
    bool owed;  /* a handler has it and has not answered */
    bool close; /* the connection must not be used again */
    bool expects;
    bool bad_target;
    unsigned asked;   /* runs in which there was no answer yet */
    unsigned verdict; /* the status that the server itself will answer; 0: ask the handler */
    unsigned method, allowed;
    const struct http_route *route;
    struct http_target target;
    const char *rest;
    struct loa_buf body;
    size_t discarded; /* body bytes thrown away because of the verdict */
    /* The answer, until it can be queued. */
    struct MHD_Response *response;
    unsigned status;
    struct http_stream *stream;
    char text[]; /* what target borrows */
};

struct http_server {
    uv_loop_t *loop;
    struct MHD_Daemon *daemon;
    struct http_server_options o; /* defaults filled in; listen is not kept */
    const struct http_route *routes;
    size_t n_routes;
    void *ctx;
    unsigned port;

    uv_poll_t poll;                /* libmicrohttpd's epoll descriptor */
    uv_timer_t wake, sweep, grace; /* its timeout; ours; that of stopping */
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t idle;
    int64_t wake_at;
    unsigned handles; /* open uv handles */
    bool dirty;       /* libmicrohttpd has something to do */
    bool stopping, cutting, finished;
    http_stopped_cb done;
    void *done_ctx;

    struct http_conn *conns;
    struct http_exchange *exchanges;
    struct MHD_Response *empty; /* shared by all answers without body and headers; NULL: not yet */
    size_t body_bytes;
    unsigned waiting; /* exchanges in HTTP_PHASE_WAITING */
    bool queued;      /* in this run an answer took its place, which the next one sends */
    struct http_server_stats stats;
};

/* ---- http_server.c */
/* Have libmicrohttpd run before the loop sleeps again. */
void http_server_kick(struct http_server *s);
/* For the close callback of each handle that counts in s->handles; the last one ends `s`. */
void http_server_handle_closed(struct http_server *s);

/* ---- http_listen.c */
/* A listening socket for "host:port"; errors as those of http_server_new(). */
LOA_MUST_USE enum loa_err http_listen(const char *listen, int *out, struct loa_problem *p);

/* ---- http_conn.c */
void http_conn_notify(void *cls, struct MHD_Connection *mhd, void **socket_context,
                      enum MHD_ConnectionNotificationCode code);
struct http_conn *http_conn_of(struct MHD_Connection *mhd);
void http_conn_sweep(struct http_server *s, int64_t now);
/* Writes a whole answer straight to the socket while a request is still being read, where
 * libmicrohttpd takes none, and dooms the exchange: what still comes is read away for a moment,
 * so that the answer is not lost in a reset, then the connection is closed. */
void http_conn_doom(struct http_conn *c, unsigned status);
void http_conn_shut(struct http_conn *c); /* libmicrohttpd will find it closed */

/* ---- http_request.c */
void *http_request_begin(void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result http_request_step(void *cls, struct MHD_Connection *mhd, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **con_cls);
void http_request_completed(void *cls, struct MHD_Connection *mhd, void **con_cls,
                            enum MHD_RequestTerminationCode code);

/* ---- http_exchange.c */
/* Leaves the connection; frees `x` unless its handler still has it. */
void http_exchange_detach(struct http_exchange *x);
/* The server's own answer. */
struct MHD_Response *http_exchange_error(unsigned status, const char *detail);
/* A response without a body, for one exchange alone. */
struct MHD_Response *http_response_empty(void);
/* Ends the caller's hold on a response of that server (NULL: gone); the shared one stays. */
void http_response_drop(const struct http_server *s, struct MHD_Response *r);
/* Gives a response with the answer's headers on it. */
void http_exchange_headers(struct MHD_Response *r, const struct http_answer *a);
/* Keeps the response until it can be queued, and wakes the connection if it is suspended. */
void http_exchange_resolve(struct http_exchange *x, unsigned status, struct MHD_Response *r);
void http_exchange_free(struct http_exchange *x);
/* A problem+json body into `b`. */
void http_problem_body(struct loa_buf *b, unsigned status, const char *detail);

/* ---- http_stream.c */
void http_stream_shut(struct http_exchange *x);      /* the server stops: end it for the owner */
void http_stream_completed(struct http_exchange *x); /* ends the watch, tells the owner */

#endif
