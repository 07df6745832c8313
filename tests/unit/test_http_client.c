/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP client: what a caller learns of each request, and that none is ever sent twice. */
#include "channels/http_client.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <criterion/criterion.h>

#include "tests/unit/http_peer.h"

static uv_loop_t loop;
static struct http_peer peer;
static struct http_client *client;
static struct http_req req;
static unsigned closed;

/* What the latest callback saw. */
static struct {
    unsigned calls, done, unknown, not_sent;
    enum http_outcome outcome;
    long status;
    size_t len;
    char body[4096], error[256], retry_after[32], remain[32], usage[64];
    size_t n_headers;
} got;

static void keep(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "-");
}

static void reply_cb(const struct http_reply *r, void *ctx)
{
    (void)ctx;
    got.calls++;
    got.done += r->outcome == HTTP_DONE;
    got.unknown += r->outcome == HTTP_UNKNOWN;
    got.not_sent += r->outcome == HTTP_NOT_SENT;
    got.outcome = r->outcome;
    got.status = r->status;
    got.len = r->len;
    got.n_headers = r->n_headers;
    keep(got.body, sizeof(got.body), r->body);
    keep(got.error, sizeof(got.error), r->error);
    keep(got.retry_after, sizeof(got.retry_after), http_reply_header(r, "Retry-After"));
    keep(got.remain, sizeof(got.remain), http_reply_header(r, "X-RateLimit-Remain"));
    keep(got.usage, sizeof(got.usage), http_reply_header(r, "X-App-Usage"));
}

static void closed_cb(void *ctx)
{
    (void)ctx;
    closed++;
}

static void open_with(size_t max_inflight)
{
    struct http_client_options opt = {
        .max_inflight = max_inflight, .timeout_ms = 5000, .max_reply = 50000};

    cr_assert_eq(http_client_new(&loop, &opt, &client), LOA_OK);
}

static void setup(void)
{
    cr_assert_eq(uv_loop_init(&loop), 0);
    http_peer_start(&peer, &loop);
    open_with(64);
}

static void teardown(void)
{
    if (client)
        http_client_close(client, 0, closed_cb, NULL);
    http_peer_stop(&peer);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_eq(closed, 1, "the client's end is told once");
    cr_expect_eq(uv_loop_close(&loop), 0, "no handle is left on the loop");
    http_req_release(&req);
}

TestSuite(http_client, .init = setup, .fini = teardown, .timeout = 20);

static void make(enum http_method method, const char *path)
{
    http_req_reset(&req);
    req.method = method;
    loa_buf_addf(&req.url, "http://127.0.0.1:%d%s", peer.port, path);
    if (method == HTTP_POST) {
        req.content_type = "application/json";
        loa_buf_adds(&req.body, "{\"text\":\"xin ch\xC3\xA0o\"}");
    }
}

static void post(const char *path)
{
    make(HTTP_POST, path);
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
}

static void run_until_calls(unsigned n)
{
    while (got.calls < n)
        uv_run(&loop, UV_RUN_ONCE);
}

static void post_and_wait(const char *path)
{
    unsigned n = got.calls + 1;

    post(path);
    run_until_calls(n);
}

/* ---- replies ------------------------------------------------------------------------------ */

Test(http_client, reply_carries_status_and_body)
{
    post_and_wait("/ok");
    cr_expect_eq(got.outcome, HTTP_DONE);
    cr_expect_eq(got.status, 200);
    cr_expect_str_eq(got.body, "ok");
    cr_expect_str_eq(got.error, "-");
    cr_expect_eq(got.n_headers, 0);
}

Test(http_client, reply_carries_the_limit_headers_and_no_others)
{
    post_and_wait("/headers");
    cr_expect_eq(got.n_headers, 4);
    cr_expect_str_eq(got.remain, "499");
    cr_expect_str_eq(got.retry_after, "7");
    cr_expect_str_eq(got.usage, "{\"call_count\":28}");
    post_and_wait("/ok");
    cr_expect_eq(got.n_headers, 0, "the headers of the request before are forgotten");
}

Test(http_client, headers_of_an_interim_answer_are_not_the_replys)
{
    post_and_wait("/interim");
    cr_expect_eq(got.status, 200);
    cr_expect_str_eq(got.retry_after, "-");
}

Test(http_client, reply_over_the_cap_is_too_big_and_the_next_one_is_fine)
{
    post_and_wait("/big");
    cr_expect_eq(got.outcome, HTTP_TOO_BIG);
    cr_expect_eq(got.status, 200);
    cr_expect_eq(got.len, 0);
    post_and_wait("/ok");
    cr_expect_eq(got.outcome, HTTP_DONE);
}

/* ---- requests ----------------------------------------------------------------------------- */

Test(http_client, callback_never_runs_before_send_returns_and_runs_once)
{
    for (int i = 0; i < 10; i++)
        post("/ok");
    cr_expect_eq(got.calls, 0);
    cr_expect_eq(http_client_inflight(client), 10);
    run_until_calls(10);
    cr_expect_eq(http_client_inflight(client), 0);
    for (int i = 0; i < 20; i++)
        uv_run(&loop, UV_RUN_NOWAIT);
    cr_expect_eq(got.calls, 10);
    cr_expect_eq(peer.requests, 10);
}

Test(http_client, connection_is_reused)
{
    for (int i = 0; i < 20; i++)
        post_and_wait("/ok");
    cr_expect_eq(peer.requests, 20);
    cr_expect_eq(peer.connections, 1);
}

Test(http_client, sent_request_is_empty_and_its_buffers_come_back)
{
    const char *first, *second;

    make(HTTP_POST, "/ok");
    first = req.body.data;
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    cr_expect_eq(req.body.len, 0);
    cr_expect_eq(req.url.len, 0);
    cr_expect_eq(req.n_headers, 0);
    cr_expect_neq(req.body.data, first);
    run_until_calls(1);
    make(HTTP_POST, "/ok");
    second = req.body.data;
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    cr_expect_eq(req.body.data, first);
    run_until_calls(2);
    make(HTTP_POST, "/ok");
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    cr_expect_eq(req.body.data, second);
    run_until_calls(3);
}

Test(http_client, wire_shows_method_headers_and_body_as_asked)
{
    make(HTTP_POST, "/echo?a=1");
    http_req_header(&req, "X-Viber", "v");
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    run_until_calls(1);
    cr_expect_eq(strncmp(got.body, "POST /echo?a=1 HTTP/1.1\r\n", 25), 0);
    cr_expect(strstr(got.body, "\r\nContent-Type: application/json\r\n"));
    cr_expect(strstr(got.body, "\r\nX-Viber: v\r\n"));
    cr_expect(strstr(got.body, "\r\n\r\n{\"text\":\"xin ch\xC3\xA0o\"}"));
    cr_expect_null(strstr(got.body, "Expect"));
}

Test(http_client, one_handle_serves_every_kind_of_request_in_turn)
{
    static const char image[] = "\x89PNG\0data";

    post_and_wait("/echo");
    make(HTTP_DELETE, "/echo");
    req.content_type = "application/json";
    loa_buf_adds(&req.body, "{}");
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    run_until_calls(2);
    cr_expect_eq(strncmp(got.body, "DELETE /echo ", 13), 0);
    cr_expect(strstr(got.body, "\r\n\r\n{}"));

    make(HTTP_POST, "/echo");
    req.file_field = "file";
    req.file_name = "a.png";
    req.file_type = "image/png";
    req.file_data = image;
    req.file_len = sizeof(image) - 1;
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    run_until_calls(3);
    cr_expect_eq(strncmp(got.body, "POST /echo ", 11), 0);
    cr_expect(strstr(got.body, "\r\nContent-Type: multipart/form-data; boundary="));
    cr_expect(strstr(got.body, "name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png"));

    make(HTTP_GET, "/echo");
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    run_until_calls(4);
    cr_expect_eq(strncmp(got.body, "GET /echo ", 10), 0);
    cr_expect_null(strstr(got.body, "Content-"));

    make(HTTP_POST, "/echo");
    req.content_type = NULL;
    loa_buf_reset(&req.body);
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    run_until_calls(5);
    cr_expect_eq(strncmp(got.body, "POST /echo ", 11), 0);
    cr_expect(strstr(got.body, "\r\nContent-Length: 0\r\n"));
    cr_expect_null(strstr(got.body, "Content-Type"));
    cr_expect_eq(peer.connections, 1);
}

Test(http_client, replaced_secret_is_sent_from_the_next_request_on)
{
    struct loa_secret *old = loa_secret_new("old"), *new = loa_secret_new("new");

    make(HTTP_POST, "/echo");
    http_req_secret(&req, "Authorization", "Bearer ", old);
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    loa_secret_free(old); /* it was copied */
    run_until_calls(1);
    cr_expect(strstr(got.body, "\r\nAuthorization: Bearer old\r\n"));
    make(HTTP_POST, "/echo");
    http_req_secret(&req, "Authorization", "Bearer ", new);
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    run_until_calls(2);
    cr_expect(strstr(got.body, "\r\nAuthorization: Bearer new\r\n"));
    loa_secret_free(new);
}

Test(http_client, more_header_sets_than_are_kept_are_still_sent_right)
{
    char value[8], line[32];

    for (int i = 0; i < 100; i++) {
        snprintf(value, sizeof(value), "v%d", i % 50);
        snprintf(line, sizeof(line), "\r\nX-Account: v%d\r\n", i % 50);
        make(HTTP_POST, "/echo");
        http_req_header(&req, "X-Account", value);
        cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
        run_until_calls((unsigned)i + 1);
        cr_expect(strstr(got.body, line));
    }
}

Test(http_client, refuses_what_is_no_request_and_leaves_it_alone)
{
    make(HTTP_POST, "/ok");
    http_req_header(&req, "X-Name", "a\r\nX-Smuggled: b");
    cr_expect_eq(http_client_send(client, &req, reply_cb, NULL), LOA_EINVAL);
    cr_expect_eq(req.n_headers, 1);
    http_req_reset(&req);
    cr_expect_eq(http_client_send(client, &req, reply_cb, NULL), LOA_EINVAL);
    loa_buf_adds(&req.url, "file:///etc/passwd");
    cr_expect_eq(http_client_send(client, &req, reply_cb, NULL), LOA_EINVAL);
    make(HTTP_POST, "/ok");
    req.body.overflow = true;
    cr_expect_eq(http_client_send(client, &req, reply_cb, NULL), LOA_EINVAL);
    req.body.overflow = false;
    cr_expect_eq(http_client_inflight(client), 0);
}

Test(http_client, says_when_its_limit_is_reached_and_takes_more_after_a_reply)
{
    for (int i = 0; i < 64; i++)
        post("/ok");
    make(HTTP_POST, "/ok");
    cr_expect_eq(http_client_send(client, &req, reply_cb, NULL), LOA_ELIMIT);
    cr_expect_gt(req.body.len, 0);
    run_until_calls(1);
    cr_expect_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    run_until_calls(65);
}

/* ---- how far it got ----------------------------------------------------------------------- */

Test(http_client, refused_connection_is_not_sent)
{
    int port = peer.port;

    peer.port = 1; /* nobody may listen there */
    post_and_wait("/ok");
    cr_expect_eq(got.outcome, HTTP_NOT_SENT);
    cr_expect_eq(got.status, 0);
    cr_expect_str_neq(got.error, "-");
    peer.port = port;
}

Test(http_client, name_with_several_addresses_reaches_the_one_that_listens)
{
    make(HTTP_POST, "/ok");
    loa_buf_reset(&req.url);
    loa_buf_addf(&req.url, "http://localhost:%d/ok", peer.port);
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    run_until_calls(1);
    cr_expect_eq(got.outcome, HTTP_DONE, "%s", got.error);
    post_and_wait("/ok");
    cr_expect_eq(got.outcome, HTTP_DONE);
}

Test(http_client, peer_without_tls_gets_nothing)
{
    make(HTTP_POST, "/ok");
    loa_buf_reset(&req.url);
    loa_buf_addf(&req.url, "https://127.0.0.1:%d/ok", peer.port);
    req.timeout_ms = 200; /* the peer waits for the rest of what it takes for a request */
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    run_until_calls(1);
    cr_expect_eq(got.outcome, HTTP_NOT_SENT);
    cr_expect_eq(peer.requests, 0);
}

Test(http_client, passed_deadline_is_unknown)
{
    make(HTTP_POST, "/hold");
    req.timeout_ms = 30;
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    run_until_calls(1);
    cr_expect_eq(got.outcome, HTTP_UNKNOWN);
    cr_expect_eq(peer.requests, 1);
}

Test(http_client, half_a_reply_is_unknown)
{
    post_and_wait("/half");
    cr_expect_eq(got.outcome, HTTP_UNKNOWN);
    cr_expect_eq(got.status, 0);
    cr_expect_str_eq(got.body, "");
}

Test(http_client, drop_on_a_new_connection_is_unknown_and_not_repeated)
{
    post_and_wait("/drop");
    cr_expect_eq(got.outcome, HTTP_UNKNOWN);
    cr_expect_eq(peer.requests, 1);
}

Test(http_client, drop_on_a_reused_connection_is_unknown_and_not_repeated)
{
    post_and_wait("/ok");
    post_and_wait("/drop");
    cr_expect_eq(got.outcome, HTTP_UNKNOWN);
    cr_expect_eq(peer.requests, 2, "the peer saw the dropped request %u times", peer.requests - 1);
    post_and_wait("/ok");
    cr_expect_eq(got.outcome, HTTP_DONE);
}

Test(http_client, reset_of_a_reused_connection_is_unknown_and_not_repeated)
{
    post_and_wait("/ok");
    post_and_wait("/reset");
    cr_expect_eq(got.outcome, HTTP_UNKNOWN);
    cr_expect_eq(peer.requests, 2);
}

Test(http_client, dropped_upload_and_delete_are_not_repeated_either)
{
    post_and_wait("/ok");
    make(HTTP_POST, "/drop");
    req.file_field = "file";
    req.file_data = "data";
    req.file_len = 4;
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    run_until_calls(2);
    cr_expect_eq(got.outcome, HTTP_UNKNOWN);
    post_and_wait("/ok");
    make(HTTP_DELETE, "/drop");
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    run_until_calls(4);
    cr_expect_eq(got.outcome, HTTP_UNKNOWN);
    cr_expect_eq(peer.requests, 4);
}

Test(http_client, get_is_repeated_as_it_changes_nothing)
{
    post_and_wait("/ok");
    make(HTTP_GET, "/drop1");
    cr_assert_eq(http_client_send(client, &req, reply_cb, NULL), LOA_OK);
    run_until_calls(2);
    cr_expect_eq(got.outcome, HTTP_DONE);
    cr_expect_eq(peer.requests, 3);
}

Test(http_client, connection_closed_while_idle_is_replaced_without_doubt)
{
    post_and_wait("/ok");
    http_peer_hang_up(&peer);
    for (int i = 0; i < 10; i++)
        uv_run(&loop, UV_RUN_NOWAIT);
    post_and_wait("/ok");
    cr_expect_eq(got.outcome, HTTP_DONE);
    cr_expect_eq(peer.requests, 2);
    cr_expect_eq(peer.connections, 2);
}

Test(http_client, unasked_for_reply_is_not_taken_for_the_next_ones)
{
    post_and_wait("/stale");
    cr_expect_eq(got.status, 200);
    for (int i = 0; i < 10; i++)
        uv_run(&loop, UV_RUN_NOWAIT);
    post_and_wait("/ok");
    cr_expect_eq(got.outcome, HTTP_DONE);
    cr_expect_eq(got.status, 200);
    cr_expect_eq(peer.requests, 2);
}

static void count_cb(uv_check_t *check)
{
    ++*(unsigned *)check->data;
}

static void stop_cb(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

Test(http_client, idle_connection_that_the_peer_closed_does_not_spin_the_loop)
{
    static uv_check_t check; /* libuv lets go of them in the teardown */
    static uv_timer_t timer;
    unsigned turns = 0;

    post_and_wait("/ok");
    http_peer_hang_up(&peer);
    uv_check_init(&loop, &check);
    uv_timer_init(&loop, &timer);
    check.data = &turns;
    uv_check_start(&check, count_cb);
    uv_timer_start(&timer, stop_cb, 30, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_lt(turns, 20);
    uv_close((uv_handle_t *)&check, NULL);
    uv_close((uv_handle_t *)&timer, NULL);
}

/* ---- many, and the end -------------------------------------------------------------------- */

static void more_descriptors(void)
{
    struct rlimit lim;

    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &lim), 0);
    lim.rlim_cur = lim.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &lim);
}

static unsigned as_many_as_fit(unsigned n)
{
    struct rlimit lim;

    more_descriptors();
    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &lim), 0);
    return lim.rlim_cur / 2 < n + 50 ? (unsigned)(lim.rlim_cur / 2 - 50) : n;
}

Test(http_client, thousands_wait_at_once_and_all_are_answered)
{
    unsigned n = as_many_as_fit(3000);

    http_client_close(client, 0, NULL, NULL);
    open_with(n);
    while (peer.held < n) {
        for (int i = 0; i < 200 && http_client_inflight(client) < n; i++)
            post("/hold");
        uv_run(&loop, UV_RUN_ONCE);
    }
    cr_expect_eq(http_client_inflight(client), n);
    http_peer_release(&peer);
    run_until_calls(n);
    cr_expect_eq(got.done, n);
    cr_expect_eq(peer.requests, n);
}

static void chain_cb(const struct http_reply *r, void *ctx)
{
    unsigned *left = ctx;

    reply_cb(r, NULL);
    if (*left == 0)
        return;
    --*left;
    make(HTTP_POST, "/ok");
    cr_assert_eq(http_client_send(client, &req, chain_cb, ctx), LOA_OK);
}

Test(http_client, callbacks_may_send_again_at_the_limit)
{
    unsigned left = 2000;

    for (int i = 0; i < 64; i++) {
        make(HTTP_POST, "/ok");
        cr_assert_eq(http_client_send(client, &req, chain_cb, &left), LOA_OK);
    }
    run_until_calls(2064);
    cr_expect_eq(got.done, 2064);
    cr_expect_leq(peer.connections, 64);
}

Test(http_client, close_tells_each_request_how_far_it_got)
{
    for (int i = 0; i < 3; i++)
        post("/hold");
    while (peer.held < 3)
        uv_run(&loop, UV_RUN_ONCE);
    post("/ok"); /* never begun */
    http_client_close(client, 0, closed_cb, NULL);
    cr_expect_eq(got.calls, 0);
    make(HTTP_POST, "/ok");
    cr_expect_eq(http_client_send(client, &req, reply_cb, NULL), LOA_EPERM);
    client = NULL;
    while (!closed)
        uv_run(&loop, UV_RUN_ONCE);
    cr_expect_eq(got.calls, 4);
    cr_expect_eq(got.unknown, 3);
    cr_expect_eq(got.not_sent, 1);
}

Test(http_client, close_with_grace_lets_requests_finish)
{
    post("/hold");
    while (peer.held < 1)
        uv_run(&loop, UV_RUN_ONCE);
    post("/ok");
    http_client_close(client, 10000, closed_cb, NULL);
    client = NULL;
    run_until_calls(1);
    cr_expect_eq(closed, 0);
    http_peer_release(&peer);
    while (!closed)
        uv_run(&loop, UV_RUN_ONCE);
    cr_expect_eq(got.done, 2);
}

Test(http_client, second_close_shortens_the_grace)
{
    post("/hold");
    while (peer.held < 1)
        uv_run(&loop, UV_RUN_ONCE);
    http_client_close(client, 100000, closed_cb, NULL);
    http_client_close(client, 0, NULL, NULL);
    client = NULL;
    while (!closed)
        uv_run(&loop, UV_RUN_ONCE);
    cr_expect_eq(got.unknown, 1);
}

static void closing_cb(const struct http_reply *r, void *ctx)
{
    reply_cb(r, ctx);
    http_client_close(client, 0, closed_cb, NULL);
    client = NULL;
}

Test(http_client, callback_may_close_the_client)
{
    post("/hold");
    make(HTTP_POST, "/ok");
    cr_assert_eq(http_client_send(client, &req, closing_cb, NULL), LOA_OK);
    while (!closed)
        uv_run(&loop, UV_RUN_ONCE);
    cr_expect_eq(got.calls, 2);
}
