/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that go on: server-sent events over real sockets. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/unit/http_rig.h"

static struct http_exchange *stream;
static unsigned closed;

static void on_closed(void *ctx)
{
    cr_expect_eq(ctx, &closed);
    stream = NULL;
    closed++;
}

static const struct http_header no_store = {"Cache-Control", "no-store"};
static const struct http_answer events = {
    .status = 200, .content_type = "text/event-stream", .headers = &no_store, .n_headers = 1};

static void begin(void *ctx, struct http_exchange *x)
{
    (void)ctx;
    stream = x;
    cr_assert_eq(http_exchange_stream_begin(x, &events, on_closed, &closed), LOA_OK);
}

static void burst(void *ctx, struct http_exchange *x)
{
    begin(ctx, x);
    cr_expect_eq(http_exchange_stream_write(x, "data: all\n\n", 11), LOA_OK);
    http_exchange_stream_end(x);
}

static const struct http_route routes[] = {
    {HTTP_ON_GET, "/events", false, begin, 0},
    {HTTP_ON_GET, "/burst", false, burst, 0},
    {HTTP_ON_GET, "/hold", false, rig_hold, 0},
    {HTTP_ON_GET, "/echo", false, rig_echo, 0},
};

static void start(void)
{
    static const struct http_server_options o = {.max_stream_queue = 65536};

    rig_start(&o, routes, sizeof(routes) / sizeof(routes[0]));
}

TestSuite(http_stream, .timeout = 15, .init = start, .fini = rig_end);

#define GET_EVENTS "GET /events HTTP/1.1\r\nHost: h\r\n\r\n"

static bool has_begun(void)
{
    return stream != NULL;
}

static bool has_closed(void)
{
    return closed > 0;
}

static int open_stream(void)
{
    int fd = rig_dial();

    rig_say(fd, GET_EVENTS);
    rig_until(has_begun);
    return fd;
}

Test(http_stream, headers_come_at_once_and_events_as_they_are_written)
{
    int fd = open_stream();
    const char *a = rig_hear(fd, "\r\n\r\n");

    cr_expect_not_null(strstr(a, "Content-Type: text/event-stream"), "%s", a);
    cr_expect_not_null(strstr(a, "Cache-Control: no-store"));
    cr_expect_null(strstr(a, "Content-Length"));
    cr_expect_eq(http_exchange_stream_write(stream, "data: 1\n\n", 9), LOA_OK);
    rig_hear(fd, "data: 1\n\n");
    cr_expect_eq(http_exchange_stream_write(stream, "data: 2\n\n", 9), LOA_OK);
    cr_expect_eq(http_exchange_stream_write(stream, "data: 3\n\n", 9), LOA_OK);
    rig_hear(fd, "data: 3\n\n");
    http_exchange_stream_end(stream);
    rig_hear(fd, "0\r\n\r\n");
    rig_say(fd, "GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    cr_expect_not_null(strstr(rig_hear_end(fd), " 200 OK"), "the connection is used again");
    cr_expect_eq(closed, 0);
}

Test(http_stream, a_stream_may_end_in_the_call_that_began_it)
{
    const char *a = rig_ask("GET /burst HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

    cr_expect_not_null(strstr(a, "data: all\n\n"), "%s", a);
    cr_expect_eq(closed, 0);
}

Test(http_stream, a_stream_may_begin_late)
{
    int fd = rig_dial();

    rig_say(fd, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
    rig_until(rig_holds_one);
    begin(NULL, rig_held[0]);
    rig_hear(fd, "text/event-stream");
    close(fd);
    rig_until(has_closed);
}

static bool nobody_is_there(void)
{
    struct http_server_stats st;

    http_server_stats(rig_server, &st);
    return st.connections == 0;
}

Test(http_stream, a_peer_that_goes_is_noticed_without_a_write)
{
    int fd = open_stream();
    struct http_server_stats st;

    rig_hear(fd, "\r\n\r\n");
    close(fd);
    rig_until(has_closed);
    cr_expect_eq(closed, 1);
    http_server_stats(rig_server, &st);
    cr_expect_eq(st.streams, 0);
    rig_until(nobody_is_there);
}

Test(http_stream, ending_a_stream_whose_peer_just_went_is_safe)
{
    int fd = open_stream();

    rig_hear(fd, "\r\n\r\n");
    close(fd);
    http_exchange_stream_write(stream, "data: x\n\n", 9);
    http_exchange_stream_end(stream);
    rig_until(nobody_is_there);
    cr_expect_eq(closed, 0);
}

Test(http_stream, a_reader_that_lags_too_far_is_cut_off)
{
    static char block[4096];
    int fd = open_stream(), small = 4096, n = 0;
    enum loa_err err = LOA_OK;

    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    memset(block, 'x', sizeof(block));
    while (err == LOA_OK && n++ < 10000) {
        err = http_exchange_stream_write(stream, block, sizeof(block));
        rig_turn();
    }
    cr_expect_eq(err, LOA_ELIMIT);
    rig_until(has_closed);
    cr_expect_eq(closed, 1);
    close(fd);
}

Test(http_stream, much_is_delivered_whole_to_a_reader_that_keeps_up)
{
    static char line[1000];
    int fd = open_stream();
    size_t got = 0;
    unsigned sent = 0;

    memset(line, '#', sizeof(line));
    while (got < 500000) {
        char in[65536];
        ssize_t n;

        if (sent < 500 && http_exchange_stream_write(stream, line, sizeof(line)) == LOA_OK)
            sent++;
        rig_turn();
        while ((n = recv(fd, in, sizeof(in), MSG_DONTWAIT)) > 0) {
            for (ssize_t i = 0; i < n; i++)
                got += in[i] == '#';
        }
    }
    cr_expect_eq(got, 500000);
    http_exchange_stream_end(stream);
    close(fd);
}

Test(http_stream, head_gets_the_headers_and_the_owner_is_told)
{
    int fd = rig_dial();

    rig_say(fd, "HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n");
    rig_hear(fd, "text/event-stream");
    rig_until(has_closed);
    close(fd);
}

Test(http_stream, stopping_the_server_ends_streams)
{
    int fd = open_stream();
    const char *a;

    cr_expect_eq(http_exchange_stream_write(stream, "data: last\n\n", 12), LOA_OK);
    rig_stop(5000);
    cr_expect_eq(http_exchange_stream_write(stream, "x", 1), LOA_EIO);
    a = rig_hear_end(fd);
    cr_expect_not_null(strstr(a, "data: last\n\n"), "%s", a);
    rig_until(rig_is_stopped);
    cr_expect_eq(closed, 1);
}

Test(http_stream, beginning_after_the_server_has_stopped_fails)
{
    int fd = rig_dial();

    rig_say(fd, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
    rig_until(rig_holds_one);
    rig_stop(0);
    rig_until(rig_is_stopped);
    cr_expect_eq(http_exchange_stream_begin(rig_held[0], &events, on_closed, &closed), LOA_EIO);
    cr_expect_eq(closed, 0);
    close(fd);
}
