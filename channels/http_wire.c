/* SPDX-License-Identifier: Apache-2.0 */
/* libcurl announces REMOVE and IN again for every request on a kept-alive connection, and libuv
 * pays two system calls for each change. So a connection's poll stays armed after REMOVE and goes
 * only when the socket does. Transfers are collected and started once before and once after each
 * poll; the actions of libcurl that this asks for run inline. Either may finish transfers that no
 * socket will ever announce, so a turn repeats until libcurl has nothing left to say, and past a
 * bound the idle handle keeps the loop from sleeping. */
#include "channels/http_wire.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "messages/base/mem.h"

enum { TURN_ROUNDS = 4 };

struct http_socket {
    uv_poll_t poll;
    struct http_wire *wire;
    curl_socket_t fd;
    int want;        /* what libcurl waits for, as UV_READABLE | UV_WRITABLE */
    int armed;       /* what libuv watches */
    bool connection; /* opened by us; else a descriptor of libcurl's own (the resolver's pipe) */
    bool gone;
};

static void handle_closed(struct http_wire *w)
{
    if (--w->handles == 0) {
        free(w->sockets);
        w->closed(w->ctx);
    }
}

static void socket_closed_cb(uv_handle_t *h)
{
    struct http_socket *s = h->data;
    struct http_wire *w = s->wire;

    free(s);
    handle_closed(w);
}

static struct http_socket *socket_find(const struct http_wire *w, curl_socket_t fd)
{
    return fd >= 0 && (size_t)fd < w->n_sockets ? w->sockets[fd] : NULL;
}

/* Stops watching at once; the memory goes when libuv lets it. The caller closes the descriptor. */
static void socket_drop(struct http_socket *s)
{
    if (s->gone)
        return;
    s->gone = true;
    s->wire->sockets[s->fd] = NULL;
    uv_close((uv_handle_t *)&s->poll, socket_closed_cb);
}

static struct http_socket *socket_add(struct http_wire *w, curl_socket_t fd, bool connection)
{
    struct http_socket *s = loa_xcalloc(1, sizeof(*s));

    s->wire = w;
    s->fd = fd;
    s->connection = connection;
    if (uv_poll_init(w->loop, &s->poll, fd) < 0) {
        free(s);
        return NULL;
    }
    s->poll.data = s;
    w->handles++;
    if ((size_t)fd >= w->n_sockets) {
        size_t n = w->n_sockets ? w->n_sockets : 64;

        while (n <= (size_t)fd)
            n *= 2;
        w->sockets = loa_xrealloc(w->sockets, n * sizeof(struct http_socket *));
        memset(w->sockets + w->n_sockets, 0, (n - w->n_sockets) * sizeof(struct http_socket *));
        w->n_sockets = n;
    }
    w->sockets[fd] = s;
    return s;
}

static void action(struct http_wire *w, curl_socket_t fd, int events)
{
    int running;

    /* Fails only for a handle that is not a multi: nothing to do about it here. */
    (void)curl_multi_socket_action(w->multi, fd, events, &running);
}

static void poll_cb(uv_poll_t *poll, int status, int events);

static void socket_arm(struct http_socket *s)
{
    if (s->armed == s->want)
        return;
    s->armed = s->want;
    if (uv_poll_start(&s->poll, s->want, poll_cb) < 0)
        s->armed = 0; /* the request's deadline ends it */
}

static void poll_cb(uv_poll_t *poll, int status, int events)
{
    struct http_socket *s = poll->data;
    int bits = 0;

    if (!s->want) { /* the peer closed an idle connection: libcurl finds out when it looks */
        uv_poll_stop(poll);
        s->armed = 0;
        return;
    }
    if (status < 0) { /* libuv has stopped; let libcurl read what is left, and the error */
        s->armed = 0;
        bits = CURL_CSELECT_IN | CURL_CSELECT_OUT;
    }
    if (events & UV_READABLE)
        bits |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE)
        bits |= CURL_CSELECT_OUT;
    action(s->wire, s->fd, bits);
    if (!s->gone && !s->armed && s->want)
        socket_arm(s);
}

static int socket_cb(CURL *easy, curl_socket_t fd, int what, void *ctx, void *socketp)
{
    struct http_wire *w = ctx;
    struct http_socket *s = socket_find(w, fd);

    (void)easy;
    (void)socketp;
    if (what == CURL_POLL_REMOVE || what == CURL_POLL_NONE) {
        if (s && s->connection)
            s->want = 0;
        else if (s)
            socket_drop(s); /* libcurl closes it next, without telling; the number comes again */
        return 0;
    }
    if (!s)
        s = socket_add(w, fd, false);
    if (!s)
        return 0;
    s->want = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    socket_arm(s);
    return 0;
}

static curl_socket_t open_cb(void *ctx, curlsocktype purpose, struct curl_sockaddr *addr)
{
    struct http_wire *w = ctx;
    curl_socket_t fd;

    (void)purpose;
    fd = socket(addr->family, addr->socktype | SOCK_CLOEXEC, addr->protocol);
    if (fd < 0)
        return CURL_SOCKET_BAD;
    if (!socket_add(w, fd, true)) {
        close(fd);
        return CURL_SOCKET_BAD;
    }
    return fd;
}

static int close_cb(void *ctx, curl_socket_t fd)
{
    struct http_socket *s = socket_find(ctx, fd);

    if (s)
        socket_drop(s);
    return close(fd);
}

static void timer_cb(uv_timer_t *timer)
{
    /* What finishes here is collected by the turn before the next poll. */
    action(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static int multi_timer_cb(CURLM *multi, long timeout_ms, void *ctx)
{
    struct http_wire *w = ctx;

    (void)multi;
    w->kick = timeout_ms == 0;
    if (timeout_ms < 0)
        uv_timer_stop(&w->timer);
    else if (timeout_ms > 0)
        uv_timer_start(&w->timer, timer_cb, (uint64_t)timeout_ms, 0);
    return 0;
}

static void idle_cb(uv_idle_t *idle)
{
    (void)idle; /* its being active is what counts */
}

void http_wire_wake(struct http_wire *w)
{
    if (!w->turning && !w->closing)
        uv_idle_start(&w->idle, idle_cb);
}

static void turn(struct http_wire *w)
{
    bool more = true;

    w->turning = true;
    for (int i = 0; i < TURN_ROUNDS && more && !w->closing; i++) {
        more = w->turn(w->ctx) || w->kick;
        if (more && !w->closing) {
            w->kick = false;
            action(w, CURL_SOCKET_TIMEOUT, 0);
        }
    }
    w->turning = false;
    if (w->closing)
        return;
    if (more)
        uv_idle_start(&w->idle, idle_cb);
    else
        uv_idle_stop(&w->idle);
}

static void prepare_cb(uv_prepare_t *prepare)
{
    turn(prepare->data);
}

static void check_cb(uv_check_t *check)
{
    turn(check->data);
}

void http_wire_adopt(struct http_wire *w, CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_cb);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, w);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_cb);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, w);
}

static bool configure(CURLM *multi, long max_connections, struct http_wire *w)
{
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket_cb) == CURLM_OK &&
           curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, w) == CURLM_OK &&
           curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, multi_timer_cb) == CURLM_OK &&
           curl_multi_setopt(multi, CURLMOPT_TIMERDATA, w) == CURLM_OK &&
           curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX) == CURLM_OK &&
           curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, max_connections) == CURLM_OK;
}

enum loa_err http_wire_init(struct http_wire *w, uv_loop_t *loop, long max_connections,
                            http_turn_cb turn_cb, void *ctx)
{
    CURLM *multi = curl_multi_init();

    *w = (struct http_wire){.loop = loop, .multi = multi, .turn = turn_cb, .ctx = ctx};
    if (!multi || !configure(multi, max_connections, w)) {
        curl_multi_cleanup(multi);
        return LOA_EIO;
    }
    /* libuv's inits of these four only link them into the loop: they cannot fail. */
    uv_timer_init(loop, &w->timer);
    uv_prepare_init(loop, &w->prepare);
    uv_check_init(loop, &w->check);
    uv_idle_init(loop, &w->idle);
    w->timer.data = w->prepare.data = w->check.data = w->idle.data = w;
    w->handles = 4;
    uv_prepare_start(&w->prepare, prepare_cb);
    uv_check_start(&w->check, check_cb);
    uv_unref((uv_handle_t *)&w->prepare);
    uv_unref((uv_handle_t *)&w->check);
    return LOA_OK;
}

static void own_handle_closed_cb(uv_handle_t *h)
{
    handle_closed(h->data);
}

void http_wire_close(struct http_wire *w, http_wire_closed_cb closed)
{
    w->closing = true;
    w->closed = closed;
    curl_multi_cleanup(w->multi);
    w->multi = NULL;
    uv_close((uv_handle_t *)&w->timer, own_handle_closed_cb);
    uv_close((uv_handle_t *)&w->prepare, own_handle_closed_cb);
    uv_close((uv_handle_t *)&w->check, own_handle_closed_cb);
    uv_close((uv_handle_t *)&w->idle, own_handle_closed_cb);
}
