/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/http_peer.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <criterion/criterion.h>

#include "messages/base/buf.h"
#include "messages/base/mem.h"

struct http_peer_conn {
    uv_tcp_t tcp;
    struct http_peer *peer;
    struct http_peer_conn *prev, *next;
    struct loa_buf in;
    bool holding;
    char chunk[4096];
};

static void conn_closed_cb(uv_handle_t *h)
{
    struct http_peer_conn *k = h->data;

    loa_buf_release(&k->in);
    free(k);
}

static bool leave(struct http_peer_conn *k)
{
    if (uv_is_closing((uv_handle_t *)&k->tcp))
        return false;
    if (k->prev)
        k->prev->next = k->next;
    else
        k->peer->conns = k->next;
    if (k->next)
        k->next->prev = k->prev;
    return true;
}

static void hang_up(struct http_peer_conn *k)
{
    if (leave(k))
        uv_close((uv_handle_t *)&k->tcp, conn_closed_cb);
}

static void reset(struct http_peer_conn *k)
{
    if (leave(k))
        uv_tcp_close_reset(&k->tcp, conn_closed_cb);
}

/* Replies are small against a socket's buffer, so a try is enough; /big writes in pieces. */
static void put(struct http_peer_conn *k, const char *bytes, size_t len)
{
    while (len) {
        uv_buf_t b = {.base = loa_xmalloc(len), .len = len};
        int n;

        memcpy(b.base, bytes, len);
        n = uv_try_write((uv_stream_t *)&k->tcp, &b, 1);
        free(b.base);
        if (n == UV_EAGAIN)
            continue;
        if (n < 0)
            return;
        bytes += n;
        len -= (size_t)n;
    }
}

static void reply(struct http_peer_conn *k, const char *headers, const char *body, size_t len)
{
    struct loa_buf b = {0};

    loa_buf_addf(&b, "HTTP/1.1 200 OK\r\n%sContent-Length: %zu\r\n\r\n", headers, len);
    loa_buf_add(&b, body, len);
    put(k, b.data, b.len);
    loa_buf_release(&b);
}

static void reply_big(struct http_peer_conn *k)
{
    char *body = loa_xcalloc(100000, 1);

    memset(body, 'x', 100000);
    reply(k, "", body, 100000);
    free(body);
}

static bool path_is(const struct http_peer_conn *k, const char *path)
{
    const char *p = strchr(k->in.data, ' ');
    size_t n = strlen(path);

    return p && strncmp(p + 1, path, n) == 0 && (p[1 + n] == ' ' || p[1 + n] == '?');
}

static void act(struct http_peer_conn *k, size_t len)
{
    static const char limits[] = "X-RateLimit-Limit: 500\r\nx-ratelimit-remain:  499 \r\n"
                                 "X-App-Usage: {\"call_count\":28}\r\nX-Other: no\r\n"
                                 "retry-after: 7\r\n";
    static const char interim[] = "HTTP/1.1 103 Early Hints\r\nRetry-After: 99\r\n\r\n";
    static const char half[] = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
    static const char stale[] = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n"
                                "Connection: close\r\n\r\n";
    struct http_peer *p = k->peer;

    p->requests++;
    if (path_is(k, "/hold")) {
        k->holding = true;
        p->held++;
    } else if (path_is(k, "/drop") || (path_is(k, "/drop1") && !p->dropped)) {
        p->dropped = true;
        hang_up(k);
    } else if (path_is(k, "/reset")) {
        reset(k);
    } else if (path_is(k, "/half")) {
        put(k, half, sizeof(half) - 1);
        hang_up(k);
    } else if (path_is(k, "/big")) {
        reply_big(k);
    } else if (path_is(k, "/headers")) {
        reply(k, limits, "ok", 2);
    } else if (path_is(k, "/interim")) {
        put(k, interim, sizeof(interim) - 1);
        reply(k, "", "ok", 2);
    } else if (path_is(k, "/echo")) {
        reply(k, "", k->in.data, len);
    } else if (path_is(k, "/stale")) {
        reply(k, "", "ok", 2);
        put(k, stale, sizeof(stale) - 1);
        hang_up(k);
    } else {
        reply(k, "", "ok", 2);
    }
}

/* Length of the request at the start of the input; 0: not all there. */
static size_t request_len(const struct http_peer_conn *k)
{
    const char *end = k->in.data ? strstr(k->in.data, "\r\n\r\n") : NULL;
    const char *length;
    size_t len;

    if (!end)
        return 0;
    length = strcasestr(k->in.data, "\r\nContent-Length:");
    len = (size_t)(end - k->in.data) + 4;
    if (length && length < end)
        len += strtoul(length + 17, NULL, 10);
    return len <= k->in.len ? len : 0;
}

static void alloc_cb(uv_handle_t *h, size_t suggested, uv_buf_t *b)
{
    struct http_peer_conn *k = h->data;

    (void)suggested;
    b->base = k->chunk;
    b->len = sizeof(k->chunk);
}

static void read_cb(uv_stream_t *stream, ssize_t n, const uv_buf_t *b)
{
    struct http_peer_conn *k = stream->data;
    size_t len;

    if (n < 0) {
        hang_up(k);
        return;
    }
    loa_buf_add(&k->in, b->base, (size_t)n);
    while ((len = request_len(k)) > 0) {
        size_t rest = k->in.len - len;

        act(k, len);
        memmove(k->in.data, k->in.data + len, rest + 1);
        k->in.len = rest;
        if (uv_is_closing((uv_handle_t *)&k->tcp))
            return;
    }
}

static void connection_cb(uv_stream_t *listener, int status)
{
    struct http_peer *p = listener->data;
    struct http_peer_conn *k = loa_xcalloc(1, sizeof(*k));

    cr_assert_eq(status, 0);
    k->peer = p;
    k->tcp.data = k;
    uv_tcp_init(p->loop, &k->tcp);
    k->next = p->conns;
    if (k->next)
        k->next->prev = k;
    p->conns = k;
    p->connections++;
    cr_assert_eq(uv_accept(listener, (uv_stream_t *)&k->tcp), 0);
    uv_read_start((uv_stream_t *)&k->tcp, alloc_cb, read_cb);
}

void http_peer_start(struct http_peer *p, uv_loop_t *loop)
{
    struct sockaddr_in addr;
    int len = sizeof(addr);

    memset(p, 0, sizeof(*p));
    p->loop = loop;
    p->listener.data = p;
    uv_ip4_addr("127.0.0.1", 0, &addr);
    uv_tcp_init(loop, &p->listener);
    cr_assert_eq(uv_tcp_bind(&p->listener, (const struct sockaddr *)&addr, 0), 0);
    cr_assert_eq(uv_listen((uv_stream_t *)&p->listener, 4096, connection_cb), 0);
    cr_assert_eq(uv_tcp_getsockname(&p->listener, (struct sockaddr *)&addr, &len), 0);
    p->port = ntohs(addr.sin_port);
}

void http_peer_release(struct http_peer *p)
{
    for (struct http_peer_conn *k = p->conns; k; k = k->next) {
        if (!k->holding)
            continue;
        k->holding = false;
        p->held--;
        reply(k, "", "ok", 2);
    }
}

void http_peer_hang_up(struct http_peer *p)
{
    while (p->conns)
        hang_up(p->conns);
}

void http_peer_stop(struct http_peer *p)
{
    http_peer_hang_up(p);
    uv_close((uv_handle_t *)&p->listener, NULL);
}
