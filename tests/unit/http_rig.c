/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/http_rig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

enum { PATIENCE_MS = 5000 };

struct http_server *rig_server;
uv_loop_t rig_loop;
struct http_exchange *rig_held[16];
size_t rig_n_held;
unsigned rig_handled;
bool rig_stopped;

static char heard[1 << 20];
static size_t n_heard;

void rig_echo(void *ctx, struct http_exchange *x)
{
    struct loa_buf b;
    struct http_in in;
    const char *q = http_exchange_query(x, "q"), *h = http_exchange_header(x, "x-test");

    (void)ctx;
    rig_handled++;
    loa_buf_init(&b, 0);
    http_exchange_http_in(x, &in);
    loa_buf_addf(&b, "%s %s rest=%s q=%s h=%s peer=%s n=%zu body=", in.method,
                 http_exchange_path(x), http_exchange_rest(x), q ? q : "-", h ? h : "-",
                 http_exchange_peer(x), in.len);
    loa_buf_add(&b, in.body, in.len < 64 ? in.len : 64);
    cr_expect_eq(in.query(&in, "q"), q);
    cr_expect_eq(in.header(&in, "X-Test"), h);
    http_exchange_reply(x, 200, "text/plain", b.data, b.len);
    loa_buf_release(&b);
}

void rig_hold(void *ctx, struct http_exchange *x)
{
    (void)ctx;
    rig_handled++;
    cr_assert_lt(rig_n_held, sizeof(rig_held) / sizeof(rig_held[0]));
    rig_held[rig_n_held++] = x;
}

void rig_start(const struct http_server_options *o, const struct http_route *routes, size_t n)
{
    struct http_server_options opt = {.listen = "127.0.0.1:0"};
    struct loa_problem p;

    if (o)
        opt = *o;
    if (!opt.listen)
        opt.listen = "127.0.0.1:0";
    cr_assert_eq(uv_loop_init(&rig_loop), 0);
    cr_assert_eq(http_server_new(&rig_loop, &opt, routes, n, NULL, &rig_server, &p), LOA_OK, "%s",
                 p.text);
}

static void on_stopped(void *ctx)
{
    (void)ctx;
    rig_stopped = true;
    rig_server = NULL;
}

void rig_stop(int64_t grace_ms)
{
    http_server_stop(rig_server, grace_ms, on_stopped, NULL);
}

bool rig_is_stopped(void)
{
    return rig_stopped;
}

bool rig_holds_one(void)
{
    return rig_n_held > 0;
}

void rig_end(void)
{
    if (rig_server && !rig_stopped)
        rig_stop(0);
    rig_until(rig_is_stopped);
    uv_run(&rig_loop, UV_RUN_NOWAIT);
    cr_expect_eq(uv_loop_close(&rig_loop), 0, "the loop still has handles");
}

void rig_turn(void)
{
    uv_run(&rig_loop, UV_RUN_NOWAIT);
}

void rig_until(rig_cond_cb cond)
{
    uint64_t end = uv_hrtime() + (uint64_t)PATIENCE_MS * 1000000;

    while (!cond()) {
        rig_turn();
        poll(NULL, 0, 1);
        cr_assert_lt(uv_hrtime(), end, "waited in vain");
    }
}

int rig_dial(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)http_server_port(rig_server))};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    cr_assert_eq(connect(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
    return fd;
}

void rig_say_bytes(int fd, const void *bytes, size_t n)
{
    const char *p = bytes;

    while (n) {
        ssize_t w = send(fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (w > 0) {
            p += w;
            n -= (size_t)w;
        } else if (errno != EAGAIN) {
            return; /* the server does not listen any more; what it said tells */
        }
        rig_turn();
    }
}

void rig_say(int fd, const char *text)
{
    rig_say_bytes(fd, text, strlen(text));
}

static const char *hear(int fd, const char *part)
{
    uint64_t end = uv_hrtime() + (uint64_t)PATIENCE_MS * 1000000;

    n_heard = 0;
    heard[0] = '\0';
    for (;;) {
        ssize_t r = recv(fd, heard + n_heard, sizeof(heard) - 1 - n_heard, MSG_DONTWAIT);

        if (r > 0) {
            n_heard += (size_t)r;
            heard[n_heard] = '\0';
        } else if (r == 0 || errno != EAGAIN) {
            cr_assert_null(part, "closed before \"%s\" came: %s", part, heard);
            close(fd);
            return heard;
        } else {
            struct pollfd p = {.fd = fd, .events = POLLIN};

            rig_turn();
            poll(&p, 1, 1);
        }
        if (part && strstr(heard, part))
            return heard;
        cr_assert_lt(uv_hrtime(), end, "waited in vain for \"%s\": %s", part ? part : "the end",
                     heard);
    }
}

const char *rig_hear(int fd, const char *part)
{
    return hear(fd, part);
}

const char *rig_hear_end(int fd)
{
    return hear(fd, NULL);
}

const char *rig_ask(const char *text)
{
    int fd = rig_dial();

    rig_say(fd, text);
    return rig_hear_end(fd);
}

unsigned rig_count(const char *text, const char *part)
{
    unsigned n = 0;

    for (const char *p = strstr(text, part); p; p = strstr(p + 1, part))
        n++;
    return n;
}
