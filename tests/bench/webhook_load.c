/* SPDX-License-Identifier: Apache-2.0 */
/* Load for the HTTP server: keep-alive connections, one request under way on each, one thread.
 *
 *   bench-webhook_load PORT CONNECTIONS bare COUNT            GET /healthz
 *   bench-webhook_load PORT CONNECTIONS receipts COUNT FIRST  Viber "delivered", Zalo "seen"
 *   bench-webhook_load PORT CONNECTIONS questions COUNT FIRST Zalo texts of citizens, one each
 *
 * Events are distinct: they are numbered from FIRST. All are written and signed before the clock
 * starts, with VIBER_AUTH_TOKEN, ZALO_APP_ID, ZALO_OA_ID and ZALO_OA_SECRET from the environment.
 * It has to be cheap: on a machine of two cores it takes them from the server.
 * Prints requests a second; anything but a 200 is a failure. */
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "messages/base/buf.h"
#include "messages/base/crypto.h"
#include "messages/base/mem.h"

enum { CONNECTIONS_MAX = 1024, REPLY_MAX = 4096, BODY_MAX = 1024 };

struct peer {
    int fd;
    size_t sent, end; /* of the request under way, in `wire` */
    size_t got;
    char reply[REPLY_MAX];
};

static struct loa_buf wire; /* all requests in a row */
static size_t *starts;      /* where each begins, and where the last ends */
static size_t count, next_request, answered;
static struct loa_secret *viber_key;

static void die(const char *what)
{
    fprintf(stderr, "bench-webhook_load: %s\n", what);
    exit(1);
}

static const char *setting(const char *name)
{
    const char *value = getenv(name);

    if (!value || !*value)
        die(name);
    return value;
}

/* ---- the requests ---------------------------------------------------------------------- */

static void add_post(const char *path, const char *header, const char *prefix, const char *mac,
                     const char *body, size_t len)
{
    loa_buf_addf(&wire,
                 "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                 "%s: %s%s\r\nContent-Length: %zu\r\n\r\n",
                 path, header, prefix, mac, len);
    loa_buf_add(&wire, body, len);
}

static void add_viber(int64_t i)
{
    char body[BODY_MAX], mac[LOA_SHA256_HEX];
    int len = snprintf(body, sizeof(body),
                       "{\"event\":\"delivered\",\"timestamp\":%" PRId64
                       ",\"chat_hostname\":\"SN-CHAT-02_\",\"message_token\":%" PRId64
                       ",\"user_id\":\"v9Kx2mQpT0aYcE4sLr7HbA==\"}",
                       INT64_C(1790000000000) + i, INT64_C(5920000000000000000) + i);

    loa_hmac_sha256_hex(viber_key, body, (size_t)len, mac);
    add_post("/webhooks/viber", "X-Viber-Content-Signature", "", mac, body, (size_t)len);
}

static void sign_zalo(const char *body, size_t len, const char *stamp, char mac[LOA_SHA256_HEX])
{
    const char *app = setting("ZALO_APP_ID"), *secret = setting("ZALO_OA_SECRET");
    const struct loa_bytes pieces[] = {
        {app, strlen(app)}, {body, len}, {stamp, strlen(stamp)}, {secret, strlen(secret)}};

    loa_sha256_hex(pieces, sizeof(pieces) / sizeof(pieces[0]), mac);
}

/* A text comes from the citizen, "seen" goes the other way; `message` is the object's content. */
static void add_zalo(int64_t i, const char *name, bool from_citizen, const char *message)
{
    const char *oa = setting("ZALO_OA_ID");
    char citizen[32], stamp[32], body[BODY_MAX], mac[LOA_SHA256_HEX];
    int len;

    (void)snprintf(citizen, sizeof(citizen), "%" PRId64, INT64_C(3000000000000000001) + i);
    (void)snprintf(stamp, sizeof(stamp), "%" PRId64, INT64_C(1790000000000) + i);
    len = snprintf(body, sizeof(body),
                   "{\"event_name\":\"%s\",\"app_id\":\"%s\",\"sender\":{\"id\":\"%s\"},"
                   "\"recipient\":{\"id\":\"%s\"},\"message\":{%s},\"timestamp\":\"%s\"}",
                   name, setting("ZALO_APP_ID"), from_citizen ? citizen : oa,
                   from_citizen ? oa : citizen, message, stamp);
    sign_zalo(body, (size_t)len, stamp, mac);
    add_post("/webhooks/zalo", "X-ZEvent-Signature", "mac=", mac, body, (size_t)len);
}

static void add_receipt(int64_t i)
{
    char message[128];

    if (i % 2) {
        add_viber(i);
        return;
    }
    (void)snprintf(message, sizeof(message), "\"msg_ids\":[\"%020" PRIx64 "\"]", (uint64_t)i);
    add_zalo(i, "user_seen_message", false, message);
}

static void add_question(int64_t i)
{
    char message[256];

    (void)snprintf(message, sizeof(message),
                   "\"text\":\"Lễ khai mạc mấy giờ, ở đâu vậy?\",\"msg_id\":\"%020" PRIx64 "\"",
                   (uint64_t)i);
    add_zalo(i, "user_send_text", true, message);
}

static void add_bare(int64_t i)
{
    (void)i;
    loa_buf_adds(&wire, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
}

static void write_requests(void (*add)(int64_t i), int64_t first)
{
    starts = loa_xmalloc((count + 1) * sizeof(*starts));
    for (size_t i = 0; i < count; i++) {
        starts[i] = wire.len;
        add(first + (int64_t)i);
    }
    starts[count] = wire.len;
    if (wire.overflow)
        die("COUNT is too large");
}

/* ---- the connections ------------------------------------------------------------------- */

static void send_more(struct peer *p)
{
    ssize_t n = send(p->fd, wire.data + p->sent, p->end - p->sent, MSG_NOSIGNAL);

    /* A request is far smaller than a socket's buffer. */
    if (n != (ssize_t)(p->end - p->sent))
        die("a request did not go out whole");
    p->sent = p->end;
}

static void begin(struct peer *p)
{
    if (next_request == count)
        return;
    p->sent = starts[next_request];
    p->end = starts[++next_request];
    p->got = 0;
    send_more(p);
}

/* True once head and body are there. */
static bool is_whole(const struct peer *p)
{
    const char *end = memmem(p->reply, p->got, "\r\n\r\n", 4);
    const char *len = memmem(p->reply, p->got, "Content-Length:", 15);

    return end && p->got >= (size_t)(end + 4 - p->reply) +
                                (len && len < end ? strtoul(len + 15, NULL, 10) : 0);
}

static void on_readable(struct peer *p)
{
    do { /* what is left unread is not told of again */
        ssize_t n = recv(p->fd, p->reply + p->got, REPLY_MAX - 1 - p->got, MSG_DONTWAIT);

        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0)
            die("the server hung up");
        p->got += (size_t)n;
        p->reply[p->got] = '\0';
    } while (!is_whole(p));
    if (strncmp(p->reply, "HTTP/1.1 200", 12) != 0)
        die(p->reply);
    answered++;
    begin(p);
}

static void connect_to(struct peer *p, int epoll, uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct epoll_event want = {.events = EPOLLIN | EPOLLET, .data.ptr = p};
    int one = 1;

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (p->fd < 0 || connect(p->fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
        setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) != 0 ||
        epoll_ctl(epoll, EPOLL_CTL_ADD, p->fd, &want) != 0)
        die("cannot connect");
}

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double drive(uint16_t port, size_t connections)
{
    struct peer *peers = loa_xcalloc(connections, sizeof(*peers));
    struct epoll_event events[CONNECTIONS_MAX];
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    double start;

    for (size_t i = 0; i < connections; i++)
        connect_to(&peers[i], epoll, port);
    start = now_s();
    for (size_t i = 0; i < connections; i++)
        begin(&peers[i]);
    while (answered < count) {
        int n = epoll_wait(epoll, events, CONNECTIONS_MAX, 30000);

        if (n <= 0)
            die("no answer for 30 seconds");
        for (int i = 0; i < n; i++)
            on_readable(events[i].data.ptr);
    }
    start = now_s() - start;
    for (size_t i = 0; i < connections; i++)
        close(peers[i].fd);
    close(epoll);
    free(peers);
    return start;
}

int main(int argc, char **argv)
{
    size_t connections = argc > 4 ? strtoul(argv[2], NULL, 10) : 0;
    int64_t first = argc > 5 ? strtoll(argv[5], NULL, 10) : 0;
    void (*add)(int64_t i) = NULL;

    if (argc > 4) {
        count = strtoul(argv[4], NULL, 10);
        add = strcmp(argv[3], "bare") == 0        ? add_bare
              : strcmp(argv[3], "receipts") == 0  ? add_receipt
              : strcmp(argv[3], "questions") == 0 ? add_question
                                                  : NULL;
    }
    if (!add || !count || !connections || connections > CONNECTIONS_MAX || loa_crypto_init()) {
        fputs("usage: bench-webhook_load PORT CONNECTIONS bare|receipts|questions COUNT [FIRST]\n",
              stderr);
        return 2;
    }
    viber_key = add == add_receipt ? loa_secret_new(setting("VIBER_AUTH_TOKEN")) : NULL;
    loa_buf_init(&wire, (size_t)1 << 30);
    write_requests(add, first);
    (void)printf("%.0f\n",
                 (double)count / drive((uint16_t)strtoul(argv[1], NULL, 10), connections));
    loa_secret_free(viber_key);
    loa_buf_release(&wire);
    free(starts);
    return 0;
}
