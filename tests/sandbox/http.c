/* SPDX-License-Identifier: Apache-2.0 */
/* http.c - the h2o side: listeners, one handler for everything, held answers, dropped peers. */
#define H2O_USE_LIBUV 0
#include "tests/sandbox/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <h2o.h>
#include <h2o/http1.h>
#include <h2o/http2.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/sandbox/fault.h"
#include "tests/sandbox/live.h"

/* Uploads of 50 MB are refused by the platforms, not by the server. */
#define BODY_MAX (64u << 20)

enum { LISTENERS = SBX_DOORS };

struct sbx_http {
    struct sbx *s;
    h2o_globalconf_t conf;
    h2o_context_t ctx;
    h2o_accept_ctx_t accept[LISTENERS];
    h2o_socket_t *listener[LISTENERS];
    int port[LISTENERS], door[LISTENERS]; /* door 0: the program's own */
    int listeners;
    h2o_handler_t *handler;
};

struct sbx_hold {
    struct sbx *s;
    h2o_req_t *req;         /* NULL once the peer has gone */
    struct sbx_hold **slot; /* in the request's memory: tells when that goes */
    struct sbx_res late;
};

struct handler {
    h2o_handler_t super;
    struct sbx *s;
};

static void send_now(h2o_req_t *req, const struct sbx_res *res)
{
    static h2o_generator_t generator = {NULL, NULL};
    const char *type = res->type ? res->type : "application/json; charset=utf-8";
    h2o_iovec_t body = h2o_strdup(&req->pool, res->body.p ? res->body.p : "", res->body.len);

    req->res.status = res->status;
    req->res.reason = res->status == 200 ? "OK" : "Refused";
    req->res.content_length = body.len;
    h2o_add_header(&req->pool, &req->res.headers, H2O_TOKEN_CONTENT_TYPE, NULL, type, strlen(type));
    for (int i = 0; i < res->header_n; i++) {
        h2o_iovec_t v = h2o_strdup(&req->pool, res->value[i], SIZE_MAX);

        h2o_add_header_by_str(&req->pool, &req->res.headers, res->name[i], strlen(res->name[i]), 1,
                              NULL, v.base, v.len);
    }
    h2o_start_response(req, &generator);
    h2o_send(req, &body, 1, H2O_SEND_STATE_FINAL);
}

static void on_request_gone(void *p)
{
    struct sbx_hold **slot = p;

    if (*slot)
        (*slot)->req = NULL;
}

struct sbx_hold *sbx_hold(struct sbx_req *r, struct sbx_res *res)
{
    struct sbx_hold *h = sbx_alloc(sizeof(*h));
    struct sbx_hold **slot = h2o_mem_alloc_shared(&r->h2o->pool, sizeof(*slot), on_request_gone);

    *slot = h;
    h->slot = slot;
    h->s = r->s;
    h->req = r->h2o;
    res->held = true;
    return h;
}

static void hold_free(struct sbx_hold *h)
{
    if (h->req)
        *h->slot = NULL;
    sbx_buf_free(&h->late.body);
    free(h);
}

void sbx_hold_send(struct sbx_hold *h, const struct sbx_res *res)
{
    h2o_req_t *req = h->req;
    struct sbx_res copy = *res;
    struct sbx_buf body = {0};

    /* `res` may be the hold's own copy, which goes away now */
    sbx_buf_add(&body, res->body.p ? res->body.p : "", res->body.len);
    copy.body = body;
    hold_free(h);
    if (req)
        send_now(req, &copy);
    sbx_buf_free(&body);
}

static void drop(h2o_req_t *req, bool reset)
{
    h2o_socket_t *sock = req->conn->callbacks->get_socket(req->conn);
    struct sbx_res res = {.status = 200};
    int fd = h2o_socket_get_fd(sock);
    struct linger hard = {1, 0};

    if (reset)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    shutdown(fd, SHUT_RDWR);
    req->http1_is_persistent = 0;
    send_now(req, &res); /* the write fails, and h2o closes the connection in its own way */
}

/* Half an answer, then the end. Over TLS only the end: the cipher's state is h2o's. */
static void partial(h2o_req_t *req)
{
    static const char half[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                               "Content-Length: 400\r\n\r\n{\"data\":{\"message_";
    h2o_socket_t *sock = req->conn->callbacks->get_socket(req->conn);

    if (req->version < 0x200 && !sock->ssl)
        send(h2o_socket_get_fd(sock), half, sizeof(half) - 1, MSG_NOSIGNAL);
    drop(req, false);
}

void sbx_hold_drop(struct sbx_hold *h)
{
    h2o_req_t *req = h->req;

    hold_free(h);
    if (req)
        drop(req, true);
}

static void send_late(struct sbx *s, void *arg)
{
    struct sbx_hold *h = arg;

    (void)s;
    sbx_hold_send(h, &h->late);
}

void sbx_hold_send_later(struct sbx *s, struct sbx_hold *h, const struct sbx_res *res,
                         int64_t after_ms)
{
    h->late = *res;
    memset(&h->late.body, 0, sizeof(h->late.body));
    sbx_buf_add(&h->late.body, res->body.p ? res->body.p : "", res->body.len);
    sbx_timer(s, after_ms, send_late, h);
}

void sbx_res_header(struct sbx_res *res, const char *name, const char *value)
{
    if (res->header_n == SBX_HEADERS)
        return;
    res->name[res->header_n] = name;
    snprintf(res->value[res->header_n++], sizeof(res->value[0]), "%s", value);
}

static void garbage(struct sbx_res *res)
{
    res->status = 200;
    res->type = "text/html";
    sbx_buf_reset(&res->body);
    sbx_buf_str(&res->body, "<!DOCTYPE html><html><body>upstream hic\xff\xfe {\"data\":");
}

static void http_error_page(struct sbx_res *res, int status)
{
    res->status = status;
    res->type = "text/html";
    sbx_buf_reset(&res->body);
    sbx_put(&res->body, "<html><head><title>%d</title></head><body>%d</body></html>", status,
            status);
}

/* Ends a request as the fault says. True: nothing more to do. */
static bool finish_with_fault(struct sbx_req *r, struct sbx_res *res, const struct sbx_fault *f)
{
    switch (f->kind) {
    case SBX_FAULT_PARTIAL:
        partial(r->h2o);
        return true;
    case SBX_FAULT_DROP_BEFORE:
    case SBX_FAULT_DROP_AFTER:
        drop(r->h2o, f->reset);
        return true;
    case SBX_FAULT_TIMEOUT: {
        struct sbx_hold *h = sbx_hold(r, res);

        http_error_page(res, 504);
        sbx_hold_send_later(r->s, h, res, f->ms);
        return true;
    }
    case SBX_FAULT_DELAY: {
        struct sbx_hold *h = sbx_hold(r, res);

        sbx_hold_send_later(r->s, h, res, f->ms);
        return true;
    }
    case SBX_FAULT_GARBAGE:
        garbage(res);
        return false;
    case SBX_FAULT_HTTP:
        http_error_page(res, f->http);
        return false;
    case SBX_FAULT_ERROR:
    case SBX_FAULT_EXPIRE:
    case SBX_FAULT_SOME:
    case SBX_FAULT_NONE:
        return false;
    }
    return false;
}

/* Does the platform's own code see the request? */
static bool is_taken(const struct sbx_fault *f)
{
    switch (f->kind) {
    case SBX_FAULT_NONE:
    case SBX_FAULT_DELAY:
    case SBX_FAULT_DROP_AFTER:
    case SBX_FAULT_PARTIAL:
    case SBX_FAULT_EXPIRE:
    case SBX_FAULT_SOME:
        return true;
    case SBX_FAULT_HTTP:
    case SBX_FAULT_DROP_BEFORE:
    case SBX_FAULT_TIMEOUT:
    case SBX_FAULT_GARBAGE:
        return f->after;
    case SBX_FAULT_ERROR:
        break;
    }
    return false;
}

static void serve(struct sbx_req *r, struct sbx_res *res)
{
    enum sbx_platform p = sbx_route_platform(r);
    struct sbx_fault f = {.kind = SBX_FAULT_NONE};

    if (p != SBX_PLATFORMS) {
        r->s->count[p].requests++;
        f = sbx_fault_take(r->s, p, r);
        if (f.kind == SBX_FAULT_NONE && r->s->delay_ms[p]) {
            f.kind = SBX_FAULT_DELAY;
            f.ms = r->s->delay_ms[p];
        }
    }
    r->fault = &f;
    if (f.kind == SBX_FAULT_EXPIRE)
        sbx_tokens_end(sbx_account_get(r->s, p, 1));
    if (f.kind == SBX_FAULT_ERROR)
        sbx_fault_answer(r, res, p, &f);
    else if (is_taken(&f))
        sbx_route(r, res);
    sbx_fault_headers(res, &f);
    r->fault = NULL;
    if (r->s->log && p != SBX_PLATFORMS)
        sbx_log_call(r, res);
    if (res->held) /* answered later by the platform's own code */
        return;
    if (!finish_with_fault(r, res, &f))
        send_now(r->h2o, res);
}

/* Who uses the sandbox as a proxy sends whole URLs; the host does not matter. */
static void cut_host(struct sbx_req *r)
{
    const char *path;

    if (strncmp(r->path, "http://", 7) != 0)
        return;
    path = strchr(r->path + 7, '/');
    r->path = path ? path : "/";
}

/* The door that a request came through; 0: none of them. */
static int door_of(const struct sbx_http *h, h2o_req_t *req)
{
    struct sockaddr_storage a;

    if (!h->s->doors || req->conn->callbacks->get_sockname(req->conn, (struct sockaddr *)&a) == 0)
        return 0;
    for (int i = 0; i < h->listeners; i++) {
        if (h->door[i] && h->port[i] == ntohs(((struct sockaddr_in *)&a)->sin_port))
            return h->door[i];
    }
    return 0;
}

static int on_request(h2o_handler_t *self, h2o_req_t *req)
{
    static struct sbx_res res; /* its body buffer is used again and again */
    struct sbx *s = ((struct handler *)self)->s;
    struct sbx_req r = {.s = s, .h2o = req, .now = sbx_now(s)};
    size_t path_len = req->query_at == SIZE_MAX ? req->path.len : req->query_at;

    r.method = sbx_keep(&r, req->method.base, req->method.len);
    r.path = sbx_keep(&r, req->path.base, path_len);
    r.query = req->query_at == SIZE_MAX
                  ? ""
                  : sbx_keep(&r, req->path.base + path_len + 1, req->path.len - path_len - 1);
    r.body = sbx_keep(&r, req->entity.base, req->entity.len);
    r.body_len = req->entity.len;
    cut_host(&r);
    if (!strcmp(r.path, "/_live"))
        return sbx_live_attach(s, req);
    sbx_buf_reset(&res.body);
    res.status = 200;
    res.type = NULL;
    res.header_n = 0;
    res.held = false;
    s->door = door_of(s->http, req);
    serve(&r, &res);
    s->door = 0;
    return 0;
}

static void on_accept(h2o_socket_t *listener, const char *err)
{
    h2o_accept_ctx_t *ctx = listener->data;

    if (err)
        return;
    for (int i = 0; i < 32; i++) { /* a few at a time, then the others' turn */
        h2o_socket_t *sock = h2o_evloop_socket_accept(listener);

        if (!sock)
            return;
        h2o_accept(ctx, sock);
    }
}

struct sbx_http *sbx_http_open(struct sbx *s)
{
    struct sbx_http *h = sbx_alloc(sizeof(*h));
    h2o_hostconf_t *host;
    h2o_pathconf_t *path;

    h->s = s;
    h2o_config_init(&h->conf);
    h->conf.max_request_entity_size = BODY_MAX;
    h->conf.http1.req_timeout = 30000;
    h->conf.http2.idle_timeout = 60000;
    host = h2o_config_register_host(&h->conf, h2o_iovec_init(H2O_STRLIT("default")), 65535);
    path = h2o_config_register_path(host, "/", 0);
    h->handler = h2o_create_handler(path, sizeof(struct handler));
    h->handler->on_req = on_request;
    ((struct handler *)h->handler)->s = s;
    h2o_context_init(&h->ctx, h2o_evloop_create(), &h->conf);
    return h;
}

static int open_socket(const char *listen_at, int *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof(a);
    char host[64];
    const char *colon = strrchr(listen_at, ':');
    int fd, on = 1;

    if (!colon || (size_t)(colon - listen_at) >= sizeof(host))
        return -1;
    memcpy(host, listen_at, (size_t)(colon - listen_at));
    host[colon - listen_at] = '\0';
    a.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
    if (inet_pton(AF_INET, strcmp(host, "localhost") ? host : "127.0.0.1", &a.sin_addr) != 1)
        return -1;
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 1024) ||
        getsockname(fd, (struct sockaddr *)&a, &len)) {
        close(fd);
        return -1;
    }
    *port = ntohs(a.sin_port);
    return fd;
}

bool sbx_http_listen(struct sbx_http *h, const char *listen_at, bool tls, const char *ca_out,
                     int *port)
{
    int i = h->listeners, fd = i < LISTENERS ? open_socket(listen_at, port) : -1;

    if (fd < 0) {
        fprintf(stderr, "loa-sandbox: cannot listen on %s: %s\n", listen_at,
                errno ? strerror(errno) : "want HOST:PORT");
        return false;
    }
    h->accept[i].ctx = &h->ctx;
    h->accept[i].hosts = h->conf.hosts;
    if (tls) {
        h->accept[i].ssl_ctx = sbx_tls_context(ca_out);
        if (!h->accept[i].ssl_ctx) {
            close(fd);
            return false;
        }
        h2o_ssl_register_alpn_protocols(h->accept[i].ssl_ctx, h2o_http2_alpn_protocols);
    }
    h->listener[i] = h2o_evloop_socket_create(h->ctx.loop, fd, H2O_SOCKET_FLAG_DONT_READ);
    h->listener[i]->data = &h->accept[i];
    h2o_socket_read_start(h->listener[i], on_accept);
    h->port[i] = *port;
    h->listeners++;
    return true;
}

int sbx_http_door(struct sbx_http *h)
{
    int port = 0;

    if (!sbx_http_listen(h, "127.0.0.1:0", false, NULL, &port))
        return -1;
    h->door[h->listeners - 1] = ++h->s->doors;
    return port;
}

void sbx_http_turn(struct sbx *s, int64_t max_wait_ms)
{
    h2o_evloop_run(s->http->ctx.loop, (int32_t)max_wait_ms);
}

struct st_h2o_evloop_t *sbx_http_loop(struct sbx_http *h)
{
    return h->ctx.loop;
}

void sbx_http_close(struct sbx_http *h)
{
    for (int i = 0; i < h->listeners; i++)
        h2o_socket_close(h->listener[i]);
    /* h2o's state has no orderly end while connections live; it stays reachable from `h`, which
     * the caller keeps until the process ends. */
}
