/* SPDX-License-Identifier: Apache-2.0 */
/* What the HTTP server refuses by itself: too much, too slow, too many, ambiguous. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <curl/curl.h>

#include "messages/base/mem.h"
#include "tests/unit/http_rig.h"

static const struct http_route routes[] = {
    {HTTP_ON_GET, "/echo", false, rig_echo, 0},
    {HTTP_ON_POST, "/echo", false, rig_echo, 100000},
    {HTTP_ON_POST, "/small", false, rig_echo, 10},
    {HTTP_ON_POST, "/hold", false, rig_hold, 1000},
};

static void start(void)
{
    static const struct http_server_options o = {.max_header = 4096,
                                                 .max_bodies = 150000,
                                                 .max_connections = 8,
                                                 .max_per_ip = 6,
                                                 .read_timeout_ms = 100,
                                                 .idle_timeout_ms = 300};

    rig_start(&o, routes, sizeof(routes) / sizeof(routes[0]));
}

TestSuite(http_limits, .timeout = 15, .init = start, .fini = rig_end);

TestSuite(http_limits_alone, .timeout = 15, .fini = rig_end);

#define HOST "Host: h\r\n"

/* ---- too much -------------------------------------------------------------------------- */

Test(http_limits, a_body_announced_too_long_is_413_before_it_is_sent)
{
    const char *a = rig_ask("POST /small HTTP/1.1\r\n" HOST "Content-Length: 999999\r\n\r\n");

    cr_expect_eq(strncmp(a, "HTTP/1.1 413 ", 13), 0, "%s", a);
    cr_expect_not_null(strstr(a, "Connection: close"));
    cr_expect_not_null(strstr(a, "\"status\":413}"));
}

Test(http_limits, a_body_a_little_too_long_is_413_and_the_connection_stays)
{
    int fd = rig_dial();

    rig_say(fd, "POST /small HTTP/1.1\r\n" HOST "Content-Length: 11\r\n\r\nhello world");
    cr_expect_not_null(strstr(rig_hear(fd, "}\n"), "HTTP/1.1 413 "));
    rig_say(fd, "POST /small HTTP/1.1\r\n" HOST "Content-Length: 10\r\nConnection: close\r\n\r\n"
                "helloworld");
    cr_expect_not_null(strstr(rig_hear_end(fd), "n=10 body=helloworld"));
}

Test(http_limits, a_chunked_body_is_413_once_it_passes_the_limit)
{
    int fd = rig_dial();
    const char *a;

    rig_say(fd, "POST /small HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
                "8\r\n12345678\r\n3\r\n9ab\r\n");
    a = rig_hear(fd, "413}\n");
    cr_expect_eq(strncmp(a, "HTTP/1.1 413 ", 13), 0, "%s", a);
    rig_say(fd, "3\r\nabc\r\n0\r\n\r\n"); /* still read, so that the answer is not reset away */
    cr_expect_str_eq(rig_hear_end(fd), "");
    cr_expect_eq(rig_handled, 0);
}

static size_t swallow(char *p, size_t size, size_t n, void *ctx)
{
    (void)p;
    (void)ctx;
    return size * n;
}

static long curl_post(const char *path, size_t n, struct curl_slist *headers)
{
    CURLM *multi = curl_multi_init();
    CURL *curl = curl_easy_init();
    char url[64], *body = loa_xcalloc(1, n);
    long status = 0;
    int running = 1;

    snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", http_server_port(rig_server), path);
    memset(body, 'x', n);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)n);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 5000L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
    curl_multi_add_handle(multi, curl);
    while (running) {
        curl_multi_perform(multi, &running);
        rig_turn();
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi, curl);
    curl_easy_cleanup(curl);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    free(body);
    return status;
}

Test(http_limits, a_client_that_sends_all_the_same_still_reads_the_413)
{
    cr_expect_eq(curl_post("/small", 300000, curl_slist_append(NULL, "Expect:")), 413);
    cr_expect_eq(curl_post("/small", 300000, curl_slist_append(NULL, "Expect: 100-continue")), 413);
    cr_expect_eq(curl_post("/nowhere", 300000, curl_slist_append(NULL, "Expect:")), 404);
    cr_expect_eq(curl_post("/echo", 90000, curl_slist_append(NULL, "Expect: 100-continue")), 200);
}

Test(http_limits, bodies_of_all_requests_together_are_capped)
{
    int fd = rig_dial();
    char *part = loa_xcalloc(1, 80000);

    memset(part, 'x', 80000);
    rig_say(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 90000\r\n\r\n");
    rig_say_bytes(fd, part, 80000);
    for (int i = 0; i < 20; i++)
        rig_turn();
    cr_expect_eq(curl_post("/echo", 80000, NULL), 503);
    rig_say_bytes(fd, part, 10000);
    cr_expect_not_null(strstr(rig_hear(fd, "body="), " 200 OK"));
    close(fd);
    cr_expect_eq(curl_post("/echo", 80000, NULL), 200);
    free(part);
}

Test(http_limits, long_headers_are_431)
{
    struct loa_buf b;
    const char *a;

    loa_buf_init(&b, 0);
    loa_buf_adds(&b, "GET /echo HTTP/1.1\r\n" HOST "X-Long: ");
    for (int i = 0; i < 5000; i++)
        loa_buf_addc(&b, 'x');
    loa_buf_adds(&b, "\r\nConnection: close\r\n\r\n");
    a = rig_ask(b.data);
    cr_expect_not_null(strstr(a, "HTTP/1.1 431 "), "%s", a);
    loa_buf_release(&b);
}

Test(http_limits, endless_headers_are_431)
{
    int fd = rig_dial();
    const char *a;

    rig_say(fd, "GET /echo HTTP/1.1\r\n" HOST);
    for (int i = 0; i < 5000; i++)
        rig_say(fd, "X-Long: xxxxxxxxxxxxxxx\r\n");
    a = rig_hear_end(fd);
    cr_expect(*a == '\0' || strstr(a, " 431 "), "%s", a); /* a reset may eat it */
    cr_expect_eq(rig_handled, 0);
}

/* ---- too slow -------------------------------------------------------------------------- */

Test(http_limits, half_a_body_and_silence_is_408)
{
    const char *a = rig_ask("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\nhalf");

    cr_expect_eq(strncmp(a, "HTTP/1.1 408 ", 13), 0, "%s", a);
    cr_expect_eq(rig_handled, 0);
}

Test(http_limits, half_the_headers_and_silence_is_408)
{
    const char *a = rig_ask("POST /echo HTTP/1.1\r\n" HOST "Content-Le");

    cr_expect_eq(strncmp(a, "HTTP/1.1 408 ", 13), 0, "%s", a);
}

Test(http_limits, half_a_request_line_and_silence_is_closed)
{
    cr_expect_str_eq(rig_ask("POST /ec"), "");
    cr_expect_str_eq(rig_ask(""), "");
}

Test(http_limits, a_byte_now_and_then_is_not_enough)
{
    int fd = rig_dial();
    char byte = 'x';
    ssize_t n;

    rig_say(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 90000\r\n\r\n");
    do {
        rig_say_bytes(fd, &byte, 1);
        rig_turn();
        poll(NULL, 0, 1);
        n = recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK);
    } while (n < 0);
    cr_expect_not_null(strstr(rig_hear_end(fd), "HTTP/1.1 408 "));
}

Test(http_limits, an_idle_connection_is_closed)
{
    int fd = rig_dial();

    rig_say(fd, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    rig_hear(fd, "body=");
    cr_expect_str_eq(rig_hear_end(fd), "");
}

/* ---- too many -------------------------------------------------------------------------- */

static unsigned want_connections;

static bool all_connected(void)
{
    struct http_server_stats st;

    http_server_stats(rig_server, &st);
    return st.connections == want_connections;
}

static const char GET[] = "GET /echo HTTP/1.1\r\n" HOST "\r\n";

Test(http_limits, one_address_with_too_many_connections_gets_429)
{
    int fds[6];

    for (size_t i = 0; i < 6; i++)
        fds[i] = rig_dial();
    want_connections = 6;
    rig_until(all_connected);
    cr_expect_not_null(strstr(rig_ask(GET), "HTTP/1.1 429 "));
    want_connections = 6;
    rig_until(all_connected);
    rig_say(fds[5], GET);
    cr_expect_not_null(strstr(rig_hear(fds[5], "body="), " 200 OK"));
    for (size_t i = 0; i < 6; i++)
        close(fds[i]);
    want_connections = 0;
    rig_until(all_connected);
    cr_expect_not_null(strstr(rig_ask("GET /echo HTTP/1.0\r\n\r\n"), " 200 OK"));
}

Test(http_limits_alone, too_many_connections_in_all_get_503_with_retry_after)
{
    static const struct http_server_options o = {.max_connections = 2, .read_timeout_ms = 1000};
    int a, b;
    const char *answer;

    rig_start(&o, routes, sizeof(routes) / sizeof(routes[0]));
    a = rig_dial();
    b = rig_dial();
    want_connections = 2;
    rig_until(all_connected);
    answer = rig_ask(GET);
    cr_expect_not_null(strstr(answer, "HTTP/1.1 503 "), "%s", answer);
    cr_expect_not_null(strstr(answer, "Retry-After: "));
    close(a);
    want_connections = 1;
    rig_until(all_connected);
    cr_expect_not_null(strstr(rig_ask("GET /echo HTTP/1.0\r\n\r\n"), " 200 OK"));
    close(b);
}

/* ---- ambiguous ------------------------------------------------------------------------- */

Test(http_limits, a_request_whose_end_is_in_doubt_is_refused)
{
    static const struct {
        const char *headers;
        const char *status;
    } bad[] = {
        {"Content-Length: 3\r\nContent-Length: 4\r\n", " 400 "},
        {"Content-Length: 3\r\nContent-Length: 3\r\n", " 400 "},
        {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", " 400 "},
        {"Content-Length: 3x\r\n", " 400 "},
        {"Content-Length: -3\r\n", " 400 "},
        {"Content-Length: 99999999999999999999999\r\n", " 4"},
        {"Transfer-Encoding: gzip\r\n", " 501 "},
        {"Transfer-Encoding: gzip, chunked\r\n", " 501 "},
        {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", " 400 "},
        {"Content-Length: 3\r\nExpect: magic\r\n", " 417 "},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char request[256];
        const char *a;

        snprintf(request, sizeof(request), "POST /echo HTTP/1.1\r\n" HOST "%s\r\nabc",
                 bad[i].headers);
        a = rig_ask(request);
        cr_expect_not_null(strstr(a, bad[i].status), "%s: %s", bad[i].headers, a);
        cr_expect_null(strstr(a, " 200 "), "%s", a);
    }
    cr_expect_eq(rig_handled, 0);
}

Test(http_limits, garbage_is_refused)
{
    static const char *const bad[] = {
        "\x16\x03\x01\x02\x00\r\n\r\n",
        "GET\r\n\r\n",
        "GET /echo HTTP/9.9\r\n" HOST "\r\n",
        "GET /echo HTTP/1.1\r\n\r\n", /* no Host */
        "GET /echo HTTP/1.1\r\n" HOST "no colon here\r\n\r\n",
        "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const char *a = rig_ask(bad[i]);

        cr_expect_null(strstr(a, " 200 OK"), "%s: %s", bad[i], a);
    }
    cr_expect_eq(rig_handled, 0);
}
