/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/chaos/relay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <uv.h>

#include "messages/base/mem.h"

enum { TARGETS = 8, CHUNK = 65536 };

struct target {
    int port; /* 0: a unix socket */
    char path[108];
};

/* One connection: a stream to whoever came and one to the target. */
struct end {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } u;
    struct link *link;
    bool open;
};

struct link {
    struct link *next;
    struct relay *relay;
    struct end came, went;
    bool joined, closing;
    unsigned tries, handles;
    uv_connect_t connect;
};

struct relay {
    uv_loop_t loop;
    uv_thread_t thread;
    uv_tcp_t listener;
    uv_async_t wake;
    uv_mutex_t lock;
    uv_cond_t done;
    struct target target[TARGETS];
    size_t n_targets, turn;
    struct link *links;
    bool hold, want_hold, stop;
    unsigned asked, served; /* orders, by number */
};

struct chunk {
    uv_write_t req;
    char bytes[];
};

/* ---- one connection -------------------------------------------------------------------- */

static void on_end_closed(uv_handle_t *h)
{
    struct end *e = h->data;
    struct link *l = e->link, **at = &l->relay->links;

    if (--l->handles)
        return;
    while (*at != l)
        at = &(*at)->next;
    *at = l->next;
    free(l);
}

static void link_close(struct link *l)
{
    struct end *ends[2] = {&l->came, &l->went};

    l->closing = true;
    for (size_t i = 0; i < 2; i++) {
        if (ends[i]->open)
            uv_close(&ends[i]->u.handle, on_end_closed);
        ends[i]->open = false;
    }
}

static void on_alloc(uv_handle_t *h, size_t size, uv_buf_t *buf)
{
    (void)h;
    (void)size;
    *buf = uv_buf_init(loa_xmalloc(CHUNK), CHUNK);
}

static void on_written(uv_write_t *req, int status)
{
    struct end *to = req->data;

    if (status < 0 && !to->link->closing)
        link_close(to->link);
    free(req);
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
    struct end *e = s->data;
    struct link *l = e->link;
    struct end *to = e == &l->came ? &l->went : &l->came;

    if (n > 0 && !l->closing) {
        struct chunk *c = loa_xmalloc(sizeof(*c) + (size_t)n);
        uv_buf_t out = uv_buf_init(c->bytes, (unsigned)n);

        memcpy(c->bytes, buf->base, (size_t)n);
        c->req.data = to;
        if (uv_write(&c->req, &to->u.stream, &out, 1, on_written) != 0) {
            free(c);
            link_close(l);
        }
    } else if (n < 0 && !l->closing) {
        link_close(l);
    }
    free(buf->base);
}

static void link_flow(struct link *l)
{
    struct end *ends[2] = {&l->came, &l->went};

    for (size_t i = 0; i < 2 && l->joined && !l->closing; i++) {
        if (l->relay->hold)
            (void)uv_read_stop(&ends[i]->u.stream);
        else
            (void)uv_read_start(&ends[i]->u.stream, on_alloc, on_read);
    }
}

/* ---- its target ------------------------------------------------------------------------ */

static void link_try(struct link *l);

static void on_end_dropped(uv_handle_t *h)
{
    struct end *e = h->data;
    struct link *l = e->link;

    l->handles--;
    if (l->closing) {
        l->handles++;
        on_end_closed(h);
    } else {
        link_try(l);
    }
}

static void on_connected(uv_connect_t *req, int status)
{
    struct link *l = req->data;

    if (l->closing)
        return;
    if (status < 0) { /* the next one, then */
        l->went.open = false;
        uv_close(&l->went.u.handle, on_end_dropped);
        return;
    }
    l->joined = true;
    link_flow(l);
}

static void link_try(struct link *l)
{
    struct relay *r = l->relay;
    struct target *t;
    struct sockaddr_in a;

    uv_mutex_lock(&r->lock);
    t = r->n_targets ? &r->target[r->turn++ % r->n_targets] : NULL;
    uv_mutex_unlock(&r->lock);
    if (!t || l->tries++ >= TARGETS) {
        link_close(l);
        return;
    }
    if (t->port)
        uv_tcp_init(&r->loop, &l->went.u.tcp);
    else
        uv_pipe_init(&r->loop, &l->went.u.pipe, 0);
    l->went.u.handle.data = &l->went;
    l->went.open = true;
    l->handles++;
    l->connect.data = l;
    if (!t->port) {
        uv_pipe_connect(&l->connect, &l->went.u.pipe, t->path, on_connected);
        return;
    }
    uv_ip4_addr("127.0.0.1", t->port, &a);
    if (uv_tcp_connect(&l->connect, &l->went.u.tcp, (struct sockaddr *)&a, on_connected) != 0)
        link_close(l);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct relay *r = listener->data;
    struct link *l;

    if (status < 0)
        return;
    l = loa_xcalloc(1, sizeof(*l));
    l->relay = r;
    l->came.link = l->went.link = l;
    l->next = r->links;
    r->links = l;
    uv_tcp_init(&r->loop, &l->came.u.tcp);
    l->came.u.handle.data = &l->came;
    l->came.open = true;
    l->handles = 1;
    if (uv_accept(listener, &l->came.u.stream) != 0)
        link_close(l);
    else if (!r->hold)
        link_try(l);
}

/* ---- the thread ------------------------------------------------------------------------ */

static void on_wake(uv_async_t *wake)
{
    struct relay *r = wake->data;
    bool stop;

    uv_mutex_lock(&r->lock);
    stop = r->stop;
    r->hold = r->want_hold;
    r->served = r->asked;
    uv_cond_broadcast(&r->done);
    uv_mutex_unlock(&r->lock);
    for (struct link *l = r->links; l; l = l->next) {
        if (stop && !l->closing)
            link_close(l);
        else if (l->joined)
            link_flow(l);
        else if (!r->hold && !l->closing && !l->tries)
            link_try(l);
    }
    if (stop) {
        uv_close((uv_handle_t *)&r->listener, NULL);
        uv_close((uv_handle_t *)&r->wake, NULL);
    }
}

static void work(void *arg)
{
    struct relay *r = arg;

    uv_run(&r->loop, UV_RUN_DEFAULT);
}

/* Wakes the thread and waits until it has seen what was asked for. */
static void ask(struct relay *r, bool hold, bool stop)
{
    unsigned number;

    uv_mutex_lock(&r->lock);
    r->want_hold = hold;
    r->stop = stop;
    number = ++r->asked;
    uv_async_send(&r->wake);
    while (r->served < number)
        uv_cond_wait(&r->done, &r->lock);
    uv_mutex_unlock(&r->lock);
}

struct relay *relay_open(int *port)
{
    struct relay *r = loa_xcalloc(1, sizeof(*r));
    struct sockaddr_in a;
    int size = sizeof(a);

    cr_assert_eq(uv_loop_init(&r->loop), 0);
    uv_mutex_init(&r->lock);
    uv_cond_init(&r->done);
    uv_tcp_init(&r->loop, &r->listener);
    r->listener.data = r;
    uv_ip4_addr("127.0.0.1", *port, &a);
    cr_assert_eq(uv_tcp_bind(&r->listener, (struct sockaddr *)&a, 0), 0);
    cr_assert_eq(uv_listen((uv_stream_t *)&r->listener, 512, on_connection), 0);
    cr_assert_eq(uv_tcp_getsockname(&r->listener, (struct sockaddr *)&a, &size), 0);
    *port = ntohs(a.sin_port);
    uv_async_init(&r->loop, &r->wake, on_wake);
    r->wake.data = r;
    cr_assert_eq(uv_thread_create(&r->thread, work, r), 0);
    return r;
}

static void add(struct relay *r, const struct target *t)
{
    uv_mutex_lock(&r->lock);
    cr_assert_lt(r->n_targets, (size_t)TARGETS);
    r->target[r->n_targets++] = *t;
    uv_mutex_unlock(&r->lock);
}

void relay_to_port(struct relay *r, int port)
{
    add(r, &(struct target){.port = port});
}

void relay_to_socket(struct relay *r, const char *path)
{
    struct target t = {.port = 0};

    (void)snprintf(t.path, sizeof(t.path), "%s", path);
    add(r, &t);
}

void relay_hold(struct relay *r, bool on)
{
    ask(r, on, false);
}

void relay_close(struct relay *r)
{
    if (!r)
        return;
    ask(r, false, true);
    uv_thread_join(&r->thread);
    cr_expect_eq(uv_loop_close(&r->loop), 0);
    uv_mutex_destroy(&r->lock);
    uv_cond_destroy(&r->done);
    free(r);
}
