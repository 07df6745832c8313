/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP server over real sockets: answers now and later, routing, and stopping. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <curl/curl.h>

#include "tests/unit/http_rig.h"

static void page(void *ctx, struct http_exchange *x)
{
    (void)ctx;
    http_exchange_reply(x, 200, "text/html; charset=utf-8", "<p>hi", 5);
}

static void asset(void *ctx, struct http_exchange *x)
{
    static const struct http_header headers[] = {{"Content-Security-Policy", "frame-ancestors *"},
                                                 {"Cache-Control", "max-age=60"}};
    static const struct http_answer answer = {.status = 200,
                                              .content_type = "text/html",
                                              .body = "static",
                                              .len = 6,
                                              .memory = HTTP_BODY_STATIC,
                                              .headers = headers,
                                              .n_headers = 2};

    (void)ctx;
    http_exchange_answer(x, &answer);
}

static void problem(void *ctx, struct http_exchange *x)
{
    (void)ctx;
    http_exchange_problem(x, 422, "thiếu \"title\"");
}

static void split_header(void *ctx, struct http_exchange *x)
{
    const struct http_header evil = {"X-Evil", "a\r\nSet-Cookie: b"};

    (void)ctx;
    http_exchange_answer(x, &(struct http_answer){.status = 204, .headers = &evil, .n_headers = 1});
}

static const struct http_route routes[] = {
    {HTTP_ON_GET | HTTP_ON_POST, "/echo", true, rig_echo, 1000},
    {HTTP_ON_POST, "/hold", false, rig_hold, 1000},
    {HTTP_ON_GET, "/hold", false, rig_hold, 0},
    {HTTP_ON_GET, "/page", false, page, 0},
    {HTTP_ON_GET, "/asset", false, asset, 0},
    {HTTP_ON_GET, "/problem", false, problem, 0},
    {HTTP_ON_GET, "/split", false, split_header, 0},
};

static void start(void)
{
    rig_start(NULL, routes, sizeof(routes) / sizeof(routes[0]));
}

TestSuite(http_server, .timeout = 15, .init = start, .fini = rig_end);

/* For tests that start the server in their own way. */
TestSuite(http_server_alone, .timeout = 15, .fini = rig_end);

#define CLOSE "Host: h\r\nConnection: close\r\n"

/* ---- answers --------------------------------------------------------------------------- */

Test(http_server, a_request_reaches_its_handler_whole)
{
    const char *a = rig_ask("POST /echo/tai%20kho%E1%BA%A3n?q=a%26b HTTP/1.1\r\n" CLOSE
                            "X-Test: yes\r\nContent-Length: 5\r\n\r\nhello");

    cr_expect_eq(strncmp(a, "HTTP/1.1 200 OK\r\n", 17), 0, "%s", a);
    cr_expect_not_null(strstr(a, "POST /echo/tai khoản rest=tai khoản q=a&b h=yes "
                                 "peer=127.0.0.1 n=5 body=hello"),
                       "%s", a);
    cr_expect_not_null(strstr(a, "\r\nContent-Length: "));
    cr_expect_not_null(strstr(a, "\r\nX-Content-Type-Options: nosniff\r\n"));
    cr_expect_not_null(strstr(a, "\r\nDate: "));
}

Test(http_server, a_chunked_body_is_put_together)
{
    const char *a = rig_ask("POST /echo HTTP/1.1\r\n" CLOSE
                            "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");

    cr_expect_not_null(strstr(a, "n=5 body=abcde"), "%s", a);
}

Test(http_server, requests_in_one_packet_are_answered_in_order)
{
    int fd = rig_dial();
    const char *a;

    rig_say(fd, "GET /echo?q=1 HTTP/1.1\r\nHost: h\r\n\r\n"
                "POST /echo?q=2 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nxy"
                "GET /echo?q=3 HTTP/1.1\r\n" CLOSE "\r\n");
    a = rig_hear_end(fd);
    cr_expect_eq(rig_count(a, "HTTP/1.1 200 OK"), 3, "%s", a);
    cr_expect_lt(strstr(a, "q=1"), strstr(a, "q=2"));
    cr_expect_lt(strstr(a, "q=2"), strstr(a, "q=3"));
}

Test(http_server, head_is_answered_like_get_without_the_body)
{
    const char *a = rig_ask("HEAD /page HTTP/1.1\r\n" CLOSE "\r\n");

    cr_expect_eq(strncmp(a, "HTTP/1.1 200 OK\r\n", 17), 0, "%s", a);
    cr_expect_not_null(strstr(a, "Content-Length: 5\r\n"));
    cr_expect_null(strstr(a, "<p>hi"));
}

Test(http_server, html_gets_a_strict_policy_unless_it_has_its_own)
{
    const char *a = rig_ask("GET /page HTTP/1.1\r\n" CLOSE "\r\n");

    cr_expect_not_null(strstr(a, "Content-Security-Policy: default-src 'self'"), "%s", a);
    cr_expect_not_null(strstr(a, "Referrer-Policy: same-origin"));
    a = rig_ask("GET /asset HTTP/1.1\r\n" CLOSE "\r\n");
    cr_expect_eq(rig_count(a, "Content-Security-Policy"), 1, "%s", a);
    cr_expect_not_null(strstr(a, "frame-ancestors *"));
    cr_expect_not_null(strstr(a, "Cache-Control: max-age=60"));
    cr_expect_not_null(strstr(a, "\r\n\r\nstatic"));
}

Test(http_server, a_problem_is_json_that_names_the_detail)
{
    const char *a = rig_ask("GET /problem HTTP/1.1\r\n" CLOSE "\r\n");

    cr_expect_not_null(strstr(a, "HTTP/1.1 422 "), "%s", a);
    cr_expect_not_null(strstr(a, "Content-Type: application/problem+json"));
    cr_expect_not_null(strstr(a, "\"status\":422,\"detail\":\"thiếu \\\"title\\\"\"}"), "%s", a);
}

Test(http_server, a_header_with_a_line_break_is_dropped)
{
    const char *a = rig_ask("GET /split HTTP/1.1\r\n" CLOSE "\r\n");

    cr_expect_eq(strncmp(a, "HTTP/1.1 204 ", 13), 0, "%s", a);
    cr_expect_null(strstr(a, "Set-Cookie"));
}

/* ---- routing --------------------------------------------------------------------------- */

Test(http_server, an_unknown_path_is_404_and_the_connection_stays)
{
    int fd = rig_dial();
    const char *a;

    rig_say(fd, "POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
    cr_expect_not_null(strstr(rig_hear(fd, "}\n"), "HTTP/1.1 404 "));
    rig_say(fd, "GET /echo HTTP/1.1\r\n" CLOSE "\r\n");
    a = rig_hear_end(fd);
    cr_expect_not_null(strstr(a, "HTTP/1.1 200 "), "%s", a);
}

Test(http_server, a_wrong_method_is_405_with_allow)
{
    const char *a = rig_ask("DELETE /hold HTTP/1.1\r\n" CLOSE "\r\n");

    cr_expect_not_null(strstr(a, "HTTP/1.1 405 "), "%s", a);
    cr_expect_not_null(strstr(a, "\r\nAllow: GET, HEAD, POST\r\n"), "%s", a);
    a = rig_ask("BREW /page HTTP/1.1\r\n" CLOSE "\r\n");
    cr_expect_not_null(strstr(a, "\r\nAllow: GET, HEAD\r\n"), "%s", a);
}

Test(http_server, malformed_targets_are_400)
{
    static const char *const bad[] = {"/echo?q=%zz", "/ec%ho", "/%00", "/echo?q=%ff", "*"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char request[256];
        const char *a;

        snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\n" CLOSE "\r\n", bad[i]);
        a = rig_ask(request);
        cr_expect_not_null(strstr(a, "HTTP/1.1 400 "), "%s: %s", bad[i], a);
    }
    cr_expect_eq(rig_handled, 0);
}

/* ---- late answers ---------------------------------------------------------------------- */

static void answer_held(size_t i, const char *text)
{
    http_exchange_reply(rig_held[i], 200, "text/plain", text, strlen(text));
}

Test(http_server, an_answer_may_come_in_a_later_turn)
{
    int fd = rig_dial();
    size_t len;

    rig_say(fd, "POST /hold?a=b HTTP/1.1\r\n" CLOSE "Content-Length: 2\r\n\r\nhi");
    rig_until(rig_holds_one);
    rig_turn();
    cr_expect_str_eq(http_exchange_body(rig_held[0], &len), "hi");
    cr_expect_str_eq(http_exchange_query(rig_held[0], "a"), "b");
    answer_held(0, "at last");
    cr_expect_not_null(strstr(rig_hear_end(fd), "\r\n\r\nat last"));
}

static unsigned turns;

static bool a_hundred_turns(void)
{
    return ++turns > 100;
}

Test(http_server, an_answer_may_come_long_after)
{
    int fd = rig_dial();

    rig_say(fd, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\nGET /echo?q=next HTTP/1.1\r\n" CLOSE "\r\n");
    rig_until(rig_holds_one);
    rig_until(a_hundred_turns); /* by now the connection sleeps */
    answer_held(0, "at last");
    cr_expect_not_null(strstr(rig_hear_end(fd), "q=next"));
}

Test(http_server, others_are_served_while_one_waits)
{
    int fd = rig_dial();

    rig_say(fd, "GET /hold HTTP/1.1\r\n" CLOSE "\r\n");
    rig_until(rig_holds_one);
    for (int i = 0; i < 40; i++)
        cr_assert_not_null(strstr(rig_ask("GET /echo HTTP/1.1\r\n" CLOSE "\r\n"), " 200 OK"));
    answer_held(0, "at last");
    cr_expect_not_null(strstr(rig_hear_end(fd), "at last"));
}

static bool connection_is_gone(void)
{
    struct http_server_stats st;

    http_server_stats(rig_server, &st);
    return st.connections == 0;
}

Test(http_server, answering_a_peer_that_has_gone_is_safe)
{
    int fd = rig_dial();

    rig_say(fd, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
    rig_until(rig_holds_one);
    close(fd);
    rig_turn();
    rig_turn();
    answer_held(0, "nobody hears");
    rig_until(connection_is_gone);

    fd = rig_dial(); /* and once more with a reset, while it sleeps */
    rig_n_held = 0;
    rig_say(fd, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
    rig_until(rig_holds_one);
    rig_until(a_hundred_turns);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    close(fd);
    rig_turn();
    answer_held(0, "nobody hears");
    rig_until(connection_is_gone);
}

/* ---- many ------------------------------------------------------------------------------ */

Test(http_server, many_connections_are_served_at_once)
{
    enum { MANY = 200 };
    int fds[MANY];

    for (int i = 0; i < MANY; i++) {
        fds[i] = rig_dial();
        rig_say(fds[i], "GET /echo HTTP/1.1\r\n");
    }
    for (int i = 0; i < MANY; i++)
        rig_say(fds[i], CLOSE "\r\n");
    for (int i = 0; i < MANY; i++)
        cr_expect_not_null(strstr(rig_hear_end(fds[i]), " 200 OK"));
    cr_expect_eq(rig_handled, MANY);
}

static size_t count_bytes(char *p, size_t size, size_t n, void *ctx)
{
    (void)p;
    *(size_t *)ctx += size * n;
    return size * n;
}

Test(http_server, curl_reuses_one_connection)
{
    CURLM *multi = curl_multi_init();
    CURL *curl = curl_easy_init();
    struct http_server_stats st;
    char url[64];
    size_t got = 0;

    snprintf(url, sizeof(url), "http://127.0.0.1:%u/echo?q=%%C4%%90", http_server_port(rig_server));
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, count_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &got);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 5000L);
    for (int i = 0; i < 5; i++) {
        int running = 1;
        long status = 0;

        curl_multi_add_handle(multi, curl);
        while (running) {
            curl_multi_perform(multi, &running);
            rig_turn();
        }
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        cr_expect_eq(status, 200);
        curl_multi_remove_handle(multi, curl);
    }
    http_server_stats(rig_server, &st);
    cr_expect_eq(st.connections, 1);
    cr_expect_eq(st.requests, 5);
    cr_expect_eq(st.answered[2], 5);
    cr_expect_gt(got, 5);
    curl_easy_cleanup(curl);
    curl_multi_cleanup(multi);
}

/* ---- stopping -------------------------------------------------------------------------- */

Test(http_server, stopping_lets_a_request_in_flight_finish)
{
    int idle = rig_dial(), fd = rig_dial();
    const char *a;

    rig_say(fd, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
    rig_until(rig_holds_one);
    rig_stop(60000);
    turns = 0;
    rig_until(a_hundred_turns);
    cr_expect_not(rig_stopped);
    answer_held(0, "at last");
    a = rig_hear_end(fd);
    cr_expect_not_null(strstr(a, "at last"), "%s", a);
    cr_expect_not_null(strstr(a, "Connection: close"));
    cr_expect_str_eq(rig_hear_end(idle), "");
    rig_until(rig_is_stopped);
}

Test(http_server, when_the_grace_is_over_waiting_requests_get_503)
{
    int fd = rig_dial();

    rig_say(fd, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
    rig_until(rig_holds_one);
    rig_until(a_hundred_turns);
    rig_stop(20);
    cr_expect_not_null(strstr(rig_hear_end(fd), "HTTP/1.1 503 "));
    rig_until(rig_is_stopped);
    answer_held(0, "the server is gone"); /* safe, and frees it */
}

Test(http_server, when_the_grace_is_over_half_a_request_is_cut_off)
{
    int fd = rig_dial();

    rig_say(fd, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc");
    rig_turn();
    rig_stop(20);
    rig_hear_end(fd);
    rig_until(rig_is_stopped);
    cr_expect_eq(rig_handled, 0);
}

static void stop_yourself(void *ctx, struct http_exchange *x)
{
    (void)ctx;
    rig_stop(1000);
    http_exchange_reply(x, 200, "text/plain", "bye", 3);
}

Test(http_server_alone, a_handler_may_stop_the_server)
{
    static const struct http_route stop[] = {{HTTP_ON_GET, "/stop", false, stop_yourself, 0}};

    rig_start(NULL, stop, 1);
    cr_expect_not_null(strstr(rig_ask("GET /stop HTTP/1.1\r\nHost: h\r\n\r\n"), "bye"));
    rig_until(rig_is_stopped);
}

/* ---- listening ------------------------------------------------------------------------- */

Test(http_server, a_bad_address_is_explained)
{
    static const char *const bad[] = {
        "",      "8080",   "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",    ":8080",
        "[::1]", "::1:80", "[::1:80",   "h:123456",   "127.0.0.1:65536"};
    struct http_server *s = NULL;
    struct loa_problem p;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct http_server_options o = {.listen = bad[i]};

        cr_expect_eq(http_server_new(&rig_loop, &o, routes, 1, NULL, &s, &p), LOA_EINVAL, "%s",
                     bad[i]);
        cr_expect_str_eq(p.field, "LOA_LISTEN");
    }
    cr_expect_null(s);
}

Test(http_server, a_taken_port_is_explained)
{
    char listen[32];
    struct http_server_options o = {.listen = listen};
    struct http_server *s = NULL;
    struct loa_problem p;

    snprintf(listen, sizeof(listen), "127.0.0.1:%u", http_server_port(rig_server));
    cr_expect_eq(http_server_new(&rig_loop, &o, routes, 1, NULL, &s, &p), LOA_EIO);
    cr_expect_not_null(strstr(p.text, listen), "%s", p.text);
}

Test(http_server_alone, it_listens_on_ipv6_too)
{
    struct http_server_options o = {.listen = "[::1]:0"};
    struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

    rig_start(&o, routes, sizeof(routes) / sizeof(routes[0]));
    a.sin6_port = htons((uint16_t)http_server_port(rig_server));
    cr_assert_eq(connect(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
    rig_say(fd, "GET /echo HTTP/1.1\r\n" CLOSE "\r\n");
    cr_expect_not_null(strstr(rig_hear_end(fd), "peer=::1 "));
}
