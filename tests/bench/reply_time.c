/* SPDX-License-Identifier: Apache-2.0 */
/* How long a citizen waits for an answer: plays Zalo for the program under test (one thread) and
 * lets citizens write at an even pace (the other). From the moment a question is handed to the
 * socket until the whole request with the answer is here.
 *
 *   bench-reply_time
 *
 * Prints its port, then obeys lines on stdin:
 *   ask LOA_PORT COUNT PER_SECOND FIRST   prints median, 99th percentile and maximum in us
 * Citizens are numbered from FIRST, one question each. Signs with ZALO_APP_ID, ZALO_OA_ID and
 * ZALO_OA_SECRET from the environment. */
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bot/http_server.h"
#include "messages/base/crypto.h"

enum {
    CONNECTIONS = 16, /* questions go over them in turn */
    BODY_MAX = 1 << 20,
    COUNT_MAX = 100000,
    PATIENCE_S = 120,
};

/* Citizens who ask have ids from here on; the audience's begin with a 3. */
static const int64_t first_citizen = INT64_C(4000000000000000000);

static atomic_llong came[COUNT_MAX]; /* when the answer to a question was here, ns; 0: not yet */
static atomic_llong base;            /* the citizen whose place in `came` is 0 */
static atomic_size_t n_came;

static void die(const char *what)
{
    fprintf(stderr, "bench-reply_time: %s\n", what);
    exit(1);
}

static long long now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- the platform ---------------------------------------------------------------------- */

static void note(const char *body, long long at)
{
    const char *id = strstr(body, "\"user_id\":\"");
    long long k = id ? strtoll(id + 11, NULL, 10) - first_citizen - atomic_load(&base) : -1;

    if (k < 0 || k >= COUNT_MAX || atomic_load(&came[k]))
        return;
    atomic_store(&came[k], at);
    atomic_fetch_add(&n_came, 1);
}

static void on_request(void *ctx, struct http_exchange *x)
{
    static const char tokens[] = "{\"access_token\":\"bench-access\",\"refresh_token\":"
                                 "\"bench-refresh\",\"expires_in\":\"90000\"}";
    static const char taken[] = "{\"data\":{\"message_id\":\"0123456789abcdef0123456789\","
                                "\"user_id\":\"1\"},\"error\":0,\"message\":\"Success\"}";
    const char *answer = taken;
    size_t len;

    (void)ctx;
    if (strstr(http_exchange_path(x), "/access_token"))
        answer = tokens;
    else
        note(http_exchange_body(x, &len), now_ns());
    http_exchange_reply(x, 200, "application/json", answer, strlen(answer));
}

static const struct http_route routes[] = {
    {HTTP_ON_GET | HTTP_ON_POST, "/", true, on_request, BODY_MAX}};

static void platform(void *arg)
{
    (void)arg;
    uv_loop_t *loop = arg;

    uv_run(loop, UV_RUN_DEFAULT);
}

static unsigned start_platform(void)
{
    static uv_loop_t loop;
    static uv_thread_t thread;
    const struct http_server_options o = {.listen = "127.0.0.1:0"};
    struct http_server *server;
    struct loa_problem why;

    uv_loop_init(&loop);
    if (http_server_new(&loop, &o, routes, 1, NULL, &server, &why) != LOA_OK ||
        uv_thread_create(&thread, platform, &loop) != 0)
        die("cannot listen");
    return http_server_port(server);
}

/* ---- the citizens ---------------------------------------------------------------------- */

static const char *setting(const char *name)
{
    const char *value = getenv(name);

    if (!value || !*value)
        die(name);
    return value;
}

static int question(int64_t citizen, char *out, size_t size)
{
    const char *app = setting("ZALO_APP_ID"), *secret = setting("ZALO_OA_SECRET");
    char body[1024], stamp[32], mac[LOA_SHA256_HEX];
    int len;

    (void)snprintf(stamp, sizeof(stamp), "%lld", (long long)time(NULL) * 1000);
    len = snprintf(
        body, sizeof(body),
        "{\"event_name\":\"user_send_text\",\"app_id\":\"%s\",\"sender\":{\"id\":\"%" PRId64
        "\"},\"recipient\":{\"id\":\"%s\"},\"message\":{\"text\":"
        "\"Lễ khai mạc mấy giờ, ở đâu vậy?\",\"msg_id\":\"%020" PRIx64 "\"},\"timestamp\":\"%s\"}",
        app, citizen, setting("ZALO_OA_ID"), (uint64_t)citizen, stamp);
    loa_sha256_hex((const struct loa_bytes[]){{app, strlen(app)},
                                              {body, (size_t)len},
                                              {stamp, strlen(stamp)},
                                              {secret, strlen(secret)}},
                   4, mac);
    return snprintf(out, size,
                    "POST /webhooks/zalo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
                    "application/json\r\nX-ZEvent-Signature: mac=%s\r\nContent-Length: "
                    "%d\r\n\r\n%s",
                    mac, len, body);
}

static int connect_to(uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof(at)) != 0)
        die("cannot connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    return fd;
}

/* Waits for the acknowledgement of the connection's question before, if there is one. */
static void take_ack(int fd)
{
    char reply[4096];
    ssize_t n = recv(fd, reply, sizeof(reply) - 1, 0);

    if (n <= 0)
        die("the server hung up");
    reply[n] = '\0';
    if (strncmp(reply, "HTTP/1.1 200", 12) != 0)
        die(reply);
}

static void sleep_until(long long at)
{
    struct timespec t = {.tv_sec = at / 1000000000, .tv_nsec = at % 1000000000};

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) != 0)
        ;
}

static int smaller(const void *a, const void *b)
{
    long long x = *(const long long *)a, y = *(const long long *)b;

    return (x > y) - (x < y);
}

static void report(const long long *asked, size_t count)
{
    static long long took[COUNT_MAX];

    for (size_t i = 0; i < count; i++)
        took[i] = atomic_load(&came[i]) - asked[i];
    qsort(took, count, sizeof(took[0]), smaller);
    (void)printf("%lld %lld %lld\n", took[count / 2] / 1000, took[count * 99 / 100] / 1000,
                 took[count - 1] / 1000);
    (void)fflush(stdout);
}

static void ask(uint16_t port, size_t count, double per_s, int64_t first)
{
    static long long asked[COUNT_MAX];
    long long start, end;
    int fds[CONNECTIONS];

    atomic_store(&base, first);
    atomic_store(&n_came, 0);
    for (size_t i = 0; i < count; i++)
        atomic_store(&came[i], 0);
    for (size_t i = 0; i < CONNECTIONS; i++)
        fds[i] = connect_to(port);
    start = now_ns();
    for (size_t i = 0; i < count; i++) {
        char request[2048];
        int fd = fds[i % CONNECTIONS];
        int len = question(first_citizen + first + (int64_t)i, request, sizeof(request));

        if (i >= CONNECTIONS)
            take_ack(fd);
        sleep_until(start + (long long)((double)i * 1e9 / per_s));
        asked[i] = now_ns();
        if (send(fd, request, (size_t)len, MSG_NOSIGNAL) != len)
            die("a question did not go out whole");
    }
    end = now_ns() + PATIENCE_S * 1000000000LL;
    while (atomic_load(&n_came) < count) {
        if (now_ns() > end)
            die("answers are missing");
        sleep_until(now_ns() + 10000000);
    }
    for (size_t i = 0; i < CONNECTIONS; i++)
        close(fds[i]);
    report(asked, count);
}

int main(void)
{
    char line[128];

    if (loa_crypto_init() != LOA_OK)
        die("no crypto");
    (void)printf("%u\n", start_platform());
    (void)fflush(stdout);
    while (fgets(line, sizeof(line), stdin)) {
        unsigned port;
        size_t count;
        double per_s;
        int64_t first;

        if (sscanf(line, "ask %u %zu %lf %" SCNd64, &port, &count, &per_s, &first) != 4 || !count ||
            count > COUNT_MAX || port > UINT16_MAX || per_s <= 0)
            die("ask LOA_PORT COUNT PER_SECOND FIRST");
        ask((uint16_t)port, count, per_s, first);
    }
    return 0;
}
