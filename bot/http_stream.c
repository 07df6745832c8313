/* SPDX-License-Identifier: Apache-2.0 */
/* A stream's connection is suspended whenever its queue is empty. libmicrohttpd does not look at
 * a suspended socket, so a poll handle of our own sees the peer go. */
#include "bot/http_impl.h"

#include <stdlib.h>
#include <string.h>

#include "messages/base/log.h"
#include "messages/base/mem.h"

enum { BLOCK = 4096 };

static void wake(struct http_exchange *x)
{
    if (x->stream->suspended) {
        x->stream->suspended = false;
        MHD_resume_connection(x->conn->mhd);
    }
    http_server_kick(x->server);
}

/* A suspended connection notices by the reader, one that is sending by its socket. */
static void cut(struct http_exchange *x)
{
    x->stream->cut = true;
    http_conn_shut(x->conn);
    wake(x);
}

/* ---- the watch on the peer ------------------------------------------------------------- */

static void on_watch_closed(uv_handle_t *h)
{
    struct http_server *s = h->data;

    free(h);
    http_server_handle_closed(s);
}

static void unwatch(struct http_exchange *x)
{
    uv_poll_t *watch = x->stream->watch;

    if (!watch)
        return;
    x->stream->watch = NULL;
    uv_poll_stop(watch);
    watch->data = x->server;
    uv_close((uv_handle_t *)watch, on_watch_closed);
}

static void on_watch(uv_poll_t *h, int status, int events)
{
    struct http_exchange *x = h->data;

    (void)status;
    (void)events;
    unwatch(x);
    if (!x->stream->cut)
        cut(x);
}

static void watch(struct http_exchange *x)
{
    uv_poll_t *h = loa_xmalloc(sizeof(*h));

    if (uv_poll_init(x->server->loop, h, x->conn->fd) != 0) {
        free(h); /* the next write will find out */
        return;
    }
    x->server->handles++;
    h->data = x;
    x->stream->watch = h;
    if (uv_poll_start(h, UV_DISCONNECT, on_watch) != 0)
        unwatch(x);
}

/* ---- the bytes ------------------------------------------------------------------------- */

static ssize_t on_read(void *cls, uint64_t pos, char *buf, size_t max)
{
    struct http_exchange *x = cls;
    struct http_stream *st = x->stream;
    size_t n = st->queue.len - st->sent;

    (void)pos;
    if (st->cut)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (n == 0 && st->last)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (n == 0) {
        st->suspended = true;
        MHD_suspend_connection(x->conn->mhd);
        return 0;
    }
    if (n > max)
        n = max;
    memcpy(buf, st->queue.data + st->sent, n);
    st->sent += n;
    if (st->sent == st->queue.len) {
        loa_buf_reset(&st->queue);
        st->sent = 0;
    }
    return (ssize_t)n;
}

enum loa_err http_exchange_stream_begin(struct http_exchange *x, const struct http_answer *a,
                                        http_closed_cb closed, void *ctx)
{
    struct http_stream *st;
    struct MHD_Response *r;

    x->owed = false;
    if (!x->conn) {
        http_exchange_free(x);
        return LOA_EIO;
    }
    if (x->response) /* the server had to answer first; it frees `x` when that is sent */
        return LOA_EIO;
    st = loa_xcalloc(1, sizeof(*st));
    st->closed = closed;
    st->ctx = ctx;
    st->last = x->server->stopping;
    loa_buf_init(&st->queue, x->server->o.max_stream_queue * 2);
    x->stream = st;
    x->server->stats.streams++;
    r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, on_read, x, NULL);
    if (!r) {
        LOA_LOG0(LOA_LOG_ERROR, "http: out of memory");
        abort();
    }
    http_exchange_headers(r, a);
    watch(x);
    http_exchange_resolve(x, a->status, r);
    return LOA_OK;
}

enum loa_err http_exchange_stream_write(struct http_exchange *x, const void *bytes, size_t n)
{
    struct http_stream *st = x->stream;

    if (st->cut || st->last)
        return LOA_EIO;
    if (n > x->server->o.max_stream_queue - (st->queue.len - st->sent)) {
        cut(x);
        return LOA_ELIMIT;
    }
    if (st->sent > x->server->o.max_stream_queue / 2) { /* drop what has gone */
        memmove(st->queue.data, st->queue.data + st->sent, st->queue.len - st->sent);
        st->queue.len -= st->sent;
        st->queue.data[st->queue.len] = '\0';
        st->sent = 0;
    }
    loa_buf_add(&st->queue, bytes, n);
    wake(x);
    return LOA_OK;
}

void http_exchange_stream_end(struct http_exchange *x)
{
    struct http_stream *st = x->stream;

    st->ended = true;
    st->last = true;
    if (!st->cut)
        wake(x);
}

void http_stream_shut(struct http_exchange *x)
{
    x->stream->last = true;
    if (!x->stream->cut)
        wake(x);
}

void http_stream_completed(struct http_exchange *x)
{
    struct http_stream *st = x->stream;

    unwatch(x);
    x->stream = NULL;
    x->server->stats.streams--;
    if (!st->ended)
        st->closed(st->ctx);
    loa_buf_release(&st->queue);
    free(st);
}
