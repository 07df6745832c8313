/* SPDX-License-Identifier: Apache-2.0 */
/* libmicrohttpd has an epoll descriptor of its own, which the loop polls. All its work is done by
 * one MHD_run() a loop turn, in the check phase (after the sockets and the store's completions)
 * or in the prepare phase (for what timers and others woke), so that many answers given in one
 * turn cost one run. */
#include "bot/http_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"

enum {
    WAITING_MS = 1,      /* between runs while answers are waited for and nothing happens */
    ROUNDS_MAX = 8,      /* runs in a row before the loop's other work has its turn */
    REFUSED_MARGIN = 64, /* connections above the limit that are told so; more wait in the kernel */
};

/* ---- libmicrohttpd's words ------------------------------------------------------------- */

static void on_panic(void *cls, const char *file, unsigned int line, const char *reason)
{
    (void)cls;
    LOA_LOG(LOA_LOG_ERROR, "http: libmicrohttpd panics", F("reason", reason), F("file", file),
            F("line", line));
    abort();
}

__attribute__((format(printf, 2, 0))) static void on_log(void *cls, const char *fmt, va_list ap)
{
    /* It tells of every peer that hangs up; only running out of resources is ours to mend. */
    bool ours = strncmp(fmt, "Error accepting", 15) == 0 || strncmp(fmt, "Hit process", 11) == 0 ||
                strncmp(fmt, "Memory alloc", 12) == 0;
    char text[512];
    size_t n;

    (void)cls;
    vsnprintf(text, sizeof(text), fmt, ap);
    n = strlen(text);
    while (n && text[n - 1] == '\n')
        text[--n] = '\0';
    LOA_LOG(ours ? LOA_LOG_WARN : LOA_LOG_DEBUG, "http: libmicrohttpd", F("detail", text));
}

/* ---- the loop -------------------------------------------------------------------------- */

static void finish(struct http_server *s);

static void on_wake(uv_timer_t *h)
{
    struct http_server *s = h->data;

    s->dirty = true;
}

static void on_idle(uv_idle_t *h)
{
    (void)h; /* it only keeps the loop from sleeping */
}

/* Wakes up when libmicrohttpd's next timeout is due. They mostly move away: then the timer fires
 * once in vain, which is cheaper than to move it for each request. */
static void arm(struct http_server *s, uint64_t ms)
{
    int64_t at = (int64_t)(uv_now(s->loop) + ms);

    if (uv_is_active((uv_handle_t *)&s->wake) && s->wake_at <= at)
        return;
    s->wake_at = at;
    uv_timer_start(&s->wake, on_wake, ms, 0);
}

static void run(struct http_server *s)
{
    MHD_UNSIGNED_LONG_LONG ms = 0;
    bool timeout = false;

    for (int i = 0; i < ROUNDS_MAX; i++) {
        s->dirty = s->queued = false;
        MHD_run(s->daemon);
        timeout = MHD_get_timeout(s->daemon, &ms) == MHD_YES;
        if (!timeout || ms > 0 || (s->waiting && !s->queued))
            break;
    }
    if (s->o.round_over)
        s->o.round_over(s->ctx);
    if (timeout && ms == 0 && s->waiting && !s->queued) {
        /* Either for the waiting ones, which an answer will wake, or for others' bytes that are
         * read already: it does not tell. */
        uv_idle_stop(&s->idle);
        arm(s, WAITING_MS);
    } else if (timeout && ms == 0) {
        s->dirty = true;
        uv_idle_start(&s->idle, on_idle);
    } else {
        uv_idle_stop(&s->idle);
        if (timeout)
            arm(s, ms);
    }
    if (s->stopping && s->stats.in_flight == 0)
        finish(s);
}

static void on_poll(uv_poll_t *h, int status, int events)
{
    struct http_server *s = h->data;

    (void)status;
    (void)events;
    s->dirty = true;
}

static void on_prepare(uv_prepare_t *h)
{
    struct http_server *s = h->data;

    if (s->dirty)
        run(s);
}

static void on_check(uv_check_t *h)
{
    struct http_server *s = h->data;

    if (s->dirty)
        run(s);
}

static void on_sweep(uv_timer_t *h)
{
    struct http_server *s = h->data;

    http_conn_sweep(s, (int64_t)uv_now(s->loop));
}

void http_server_kick(struct http_server *s)
{
    s->dirty = true;
}

static uint64_t sweep_period(const struct http_server *s)
{
    int64_t ms = s->o.read_timeout_ms / 8;

    return (uint64_t)(ms < 10 ? 10 : ms > LOA_SECOND_MS ? LOA_SECOND_MS : ms);
}

static enum loa_err start_handles(struct http_server *s)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    int rc = uv_poll_init(s->loop, &s->poll, info->epoll_fd);

    if (rc != 0)
        return LOA_EIO;
    uv_timer_init(s->loop, &s->wake);
    uv_timer_init(s->loop, &s->sweep);
    uv_timer_init(s->loop, &s->grace);
    uv_prepare_init(s->loop, &s->prepare);
    uv_check_init(s->loop, &s->check);
    uv_idle_init(s->loop, &s->idle);
    s->poll.data = s->wake.data = s->sweep.data = s->grace.data = s;
    s->prepare.data = s->check.data = s->idle.data = s;
    s->handles = 7;
    uv_poll_start(&s->poll, UV_READABLE, on_poll);
    uv_prepare_start(&s->prepare, on_prepare);
    uv_check_start(&s->check, on_check);
    uv_timer_start(&s->sweep, on_sweep, sweep_period(s), sweep_period(s));
    return LOA_OK;
}

/* ---- start ----------------------------------------------------------------------------- */

static void fill_defaults(struct http_server_options *o)
{
    if (!o->max_header)
        o->max_header = 8 << 10;
    if (!o->max_bodies)
        o->max_bodies = 32 << 20;
    if (!o->max_stream_queue)
        o->max_stream_queue = 256 << 10;
    if (!o->max_connections)
        o->max_connections = 1024;
    if (!o->read_timeout_ms)
        o->read_timeout_ms = 15 * LOA_SECOND_MS;
    if (!o->idle_timeout_ms)
        o->idle_timeout_ms = 60 * LOA_SECOND_MS;
}

/* Targets are decoded in http_target.c, strictly; libmicrohttpd's own copy is not used. */
static size_t keep_escapes(void *cls, struct MHD_Connection *mhd, char *s)
{
    (void)cls;
    (void)mhd;
    return strlen(s);
}

static struct MHD_Daemon *start_daemon(struct http_server *s, int fd)
{
    /* It reads headers into half of the memory and needs some of the rest for their list. */
    size_t memory = s->o.max_header * 2 + 8192;
    unsigned idle = (unsigned)((s->o.idle_timeout_ms + 999) / 1000);

    MHD_set_panic_func(on_panic, NULL);
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        http_request_step, s, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_LISTEN_SOCKET,
        fd, MHD_OPTION_URI_LOG_CALLBACK, http_request_begin, s, MHD_OPTION_NOTIFY_COMPLETED,
        http_request_completed, s, MHD_OPTION_NOTIFY_CONNECTION, http_conn_notify, s,
        MHD_OPTION_CONNECTION_LIMIT, s->o.max_connections + REFUSED_MARGIN,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory, MHD_OPTION_CONNECTION_TIMEOUT, idle,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_END);
}

enum loa_err http_server_new(uv_loop_t *loop, const struct http_server_options *o,
                             const struct http_route *routes, size_t n_routes, void *ctx,
                             struct http_server **out, struct loa_problem *problem)
{
    struct http_server *s = loa_xcalloc(1, sizeof(*s));
    const union MHD_DaemonInfo *info;
    enum loa_err err;
    int fd = -1;

    s->loop = loop;
    s->o = *o;
    s->routes = routes;
    s->n_routes = n_routes;
    s->ctx = ctx;
    fill_defaults(&s->o);
    err = http_listen(o->listen, &fd, problem);
    if (err != LOA_OK)
        goto fail;
    s->o.listen = NULL;
    s->daemon = start_daemon(s, fd);
    if (!s->daemon) {
        close(fd);
        err = loa_fail(problem, LOA_EIO, "LOA_LISTEN", "libmicrohttpd không khởi động được");
        goto fail;
    }
    info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
    s->port = info->port;
    err = start_handles(s);
    if (err != LOA_OK) {
        loa_fail(problem, err, "LOA_LISTEN", "libuv không nhận bộ mô tả epoll");
        MHD_stop_daemon(s->daemon);
        goto fail;
    }
    *out = s;
    return LOA_OK;
fail:
    free(s);
    return err;
}

unsigned http_server_port(const struct http_server *s)
{
    return s->port;
}

void http_server_stats(const struct http_server *s, struct http_server_stats *out)
{
    *out = s->stats;
}

/* ---- stop ------------------------------------------------------------------------------ */

void http_server_handle_closed(struct http_server *s)
{
    http_stopped_cb done = s->done;
    void *ctx = s->done_ctx;

    if (--s->handles > 0 || !s->finished)
        return;
    for (struct http_exchange *x = s->exchanges, *next; x; x = next) {
        next = x->next;
        x->server = NULL; /* its handler still has it */
        x->prev = x->next = NULL;
    }
    free(s);
    if (done)
        done(ctx);
}

static void on_closed(uv_handle_t *h)
{
    http_server_handle_closed(h->data);
}

/* Closes all connections. Not inside MHD_run(), and with nothing suspended. */
static void finish(struct http_server *s)
{
    if (s->finished)
        return;
    s->finished = true;
    uv_poll_stop(&s->poll); /* before its descriptor is closed */
    MHD_stop_daemon(s->daemon);
    s->daemon = NULL;
    if (s->empty)
        MHD_destroy_response(s->empty);
    s->empty = NULL;
    uv_close((uv_handle_t *)&s->poll, on_closed);
    uv_close((uv_handle_t *)&s->wake, on_closed);
    uv_close((uv_handle_t *)&s->sweep, on_closed);
    uv_close((uv_handle_t *)&s->grace, on_closed);
    uv_close((uv_handle_t *)&s->prepare, on_closed);
    uv_close((uv_handle_t *)&s->check, on_closed);
    uv_close((uv_handle_t *)&s->idle, on_closed);
}

/* Time is up: answers for the handlers that have not, and cuts off the rest. */
static void on_grace(uv_timer_t *h)
{
    struct http_server *s = h->data;

    s->cutting = true;
    for (struct http_exchange *x = s->exchanges; x; x = x->next) {
        if (x->conn && x->owed && !x->response)
            http_exchange_resolve(x, MHD_HTTP_SERVICE_UNAVAILABLE,
                                  http_exchange_error(MHD_HTTP_SERVICE_UNAVAILABLE, NULL));
    }
    run(s);
    finish(s);
}

void http_server_stop(struct http_server *s, int64_t grace_ms, http_stopped_cb done, void *ctx)
{
    MHD_socket fd = MHD_quiesce_daemon(s->daemon);

    if (fd != MHD_INVALID_SOCKET)
        close(fd);
    s->stopping = true;
    s->done = done;
    s->done_ctx = ctx;
    for (struct http_exchange *x = s->exchanges; x; x = x->next) {
        if (x->stream)
            http_stream_shut(x);
    }
    uv_timer_start(&s->grace, on_grace, grace_ms > 0 ? (uint64_t)grace_ms : 0, 0);
    http_server_kick(s);
}
