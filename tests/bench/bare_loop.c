/* SPDX-License-Identifier: Apache-2.0 */
/* bare_loop.c - the yardstick: how fast libuv and libcurl can post one body again and again, with
 * nothing else to do. Shares no code with the program; wired as well as we know how (polls stay
 * armed between requests, transfers are collected and started once a turn, handles are reused, the
 * address is parsed once).
 *
 *   bench-bare_loop URL N INFLIGHT BODYFILE [Header: value]...
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>
#include <uv.h>

enum { FD_MAX = 65536, BODY_MAX = 1 << 20 };

struct sock {
    uv_poll_t poll;
    curl_socket_t fd;
    int want, armed;
};

static uv_loop_t loop;
static CURLM *multi;
static uv_timer_t timer;
static uv_prepare_t prepare;
static uv_check_t check;
static struct sock *socks[FD_MAX];
static CURL **spare; /* a stack of handles with nothing to do */
static size_t n_spare, inflight, left, finished, failed;
static unsigned long long reply_bytes;
static bool kick;

static void die(const char *what)
{
    fprintf(stderr, "bench-bare_loop: %s\n", what);
    exit(1);
}

static void action(curl_socket_t fd, int events)
{
    int running;

    if (curl_multi_socket_action(multi, fd, events, &running) != CURLM_OK)
        die("curl_multi_socket_action failed");
}

static void poll_cb(uv_poll_t *poll, int status, int events)
{
    struct sock *s = poll->data;

    if (!s->want) {
        uv_poll_stop(poll);
        s->armed = 0;
        return;
    }
    if (status < 0) {
        s->armed = 0;
        events = UV_READABLE | UV_WRITABLE;
    }
    action(s->fd, (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
                      (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0));
}

/* Stays armed on REMOVE: libcurl says so after each request, and asks again with the next. */
static int socket_cb(CURL *easy, curl_socket_t fd, int what, void *ctx, void *socketp)
{
    struct sock *s = socks[fd];

    (void)easy;
    (void)ctx;
    (void)socketp;
    if (!s)
        return 0;
    s->want = what == CURL_POLL_REMOVE ? 0
                                       : (what & CURL_POLL_IN ? UV_READABLE : 0) |
                                             (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    if (s->want && s->want != s->armed) {
        s->armed = s->want;
        uv_poll_start(&s->poll, s->want, poll_cb);
    }
    return 0;
}

static curl_socket_t open_cb(void *ctx, curlsocktype purpose, struct curl_sockaddr *addr)
{
    curl_socket_t fd = socket(addr->family, addr->socktype | SOCK_CLOEXEC, addr->protocol);
    struct sock *s = calloc(1, sizeof(*s));

    (void)ctx;
    (void)purpose;
    if (fd < 0 || fd >= FD_MAX || !s || uv_poll_init(&loop, &s->poll, fd) < 0)
        die("no socket");
    s->fd = fd;
    s->poll.data = s;
    socks[fd] = s;
    return fd;
}

static void sock_closed_cb(uv_handle_t *h)
{
    free(h->data);
}

static int close_cb(void *ctx, curl_socket_t fd)
{
    (void)ctx;
    uv_close((uv_handle_t *)&socks[fd]->poll, sock_closed_cb);
    socks[fd] = NULL;
    return close(fd);
}

static void timer_cb(uv_timer_t *t)
{
    (void)t;
    action(CURL_SOCKET_TIMEOUT, 0);
}

static int multi_timer_cb(CURLM *m, long timeout_ms, void *ctx)
{
    (void)m;
    (void)ctx;
    kick = timeout_ms == 0;
    if (timeout_ms < 0)
        uv_timer_stop(&timer);
    else if (timeout_ms > 0)
        uv_timer_start(&timer, timer_cb, (uint64_t)timeout_ms, 0);
    return 0;
}

static size_t write_cb(char *bytes, size_t size, size_t n, void *ctx)
{
    (void)bytes;
    (void)ctx;
    reply_bytes += size * n;
    return size * n;
}

static void collect(void)
{
    CURLMsg *msg;
    int queued;

    while ((msg = curl_multi_info_read(multi, &queued))) {
        CURL *easy = msg->easy_handle;
        CURLcode code = msg->data.result;
        long status = 0;

        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (code != CURLE_OK || status != 200) {
            if (failed++ == 0)
                fprintf(stderr, "bench-bare_loop: %s, status %ld\n", curl_easy_strerror(code),
                        status);
        }
        curl_multi_remove_handle(multi, easy);
        spare[n_spare++] = easy;
        inflight--;
        finished++;
    }
}

static void turn(void)
{
    bool started = true;

    while (started || kick) {
        started = false;
        collect();
        while (left && n_spare) {
            if (curl_multi_add_handle(multi, spare[--n_spare]) != CURLM_OK)
                die("curl_multi_add_handle failed");
            inflight++;
            left--;
            started = true;
        }
        if (started || kick) {
            kick = false;
            action(CURL_SOCKET_TIMEOUT, 0);
        }
    }
    if (!left && !inflight)
        uv_stop(&loop);
}

static void prepare_cb(uv_prepare_t *h)
{
    (void)h;
    turn();
}

static void check_cb(uv_check_t *h)
{
    (void)h;
    turn();
}

static CURL *make_easy(CURLU *url, const struct curl_slist *headers, const char *body, size_t len)
{
    CURL *e = curl_easy_init();

    if (!e)
        die("no handle");
    curl_easy_setopt(e, CURLOPT_CURLU, url);
    curl_easy_setopt(e, CURLOPT_PROXY, "");
    curl_easy_setopt(e, CURLOPT_USERAGENT, "loa");
    curl_easy_setopt(e, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE, (long)len);
    curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, write_cb);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_cb);
    curl_easy_setopt(e, CURLOPT_CLOSESOCKETFUNCTION, close_cb);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, 30000L);
    curl_easy_setopt(e, CURLOPT_BUFFERSIZE, 4096L);
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    return e;
}

static void wire(size_t k)
{
    multi = curl_multi_init();
    if (!multi)
        die("no multi handle");
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket_cb);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, multi_timer_cb);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)k + 16);
    uv_loop_init(&loop);
    uv_timer_init(&loop, &timer);
    uv_prepare_init(&loop, &prepare);
    uv_check_init(&loop, &check);
    uv_prepare_start(&prepare, prepare_cb);
    uv_check_start(&check, check_cb);
}

static char *read_body(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    char *body = malloc(BODY_MAX);

    if (!f || !body)
        die("cannot read the body file");
    *len = fread(body, 1, BODY_MAX, f);
    fclose(f);
    return body;
}

static double seconds(const struct timeval *t)
{
    return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

static void report(double took)
{
    struct rusage use;
    double cpu;

    getrusage(RUSAGE_SELF, &use);
    cpu = seconds(&use.ru_utime) + seconds(&use.ru_stime);
    printf("requests %zu  failed %zu  seconds %.3f  req/s %.0f  cpu-us/request %.2f  "
           "reply-bytes %llu  peak-kib %ld\n",
           finished, failed, took, (double)finished / took, cpu * 1e6 / (double)finished,
           reply_bytes, use.ru_maxrss);
}

int main(int argc, char **argv)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
    CURLU *url;
    size_t len, k;
    char *body;
    uint64_t start;

    if (argc < 5) {
        fputs("usage: bench-bare_loop URL N INFLIGHT BODYFILE [Header: value]...\n", stderr);
        return 2;
    }
    left = strtoul(argv[2], NULL, 10);
    k = strtoul(argv[3], NULL, 10);
    if (!left || !k || k > 10000)
        die("N and INFLIGHT must be positive, INFLIGHT at most 10000");
    body = read_body(argv[4], &len);
    for (int i = 5; i < argc; i++)
        headers = curl_slist_append(headers, argv[i]);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    wire(k);
    url = curl_url();
    if (!url || curl_url_set(url, CURLUPART_URL, argv[1], 0) != CURLUE_OK)
        die("not an address");
    spare = calloc(k, sizeof(CURL *));
    if (!spare)
        die("out of memory");
    for (size_t i = 0; i < k; i++)
        spare[n_spare++] = make_easy(url, headers, body, len);

    start = uv_hrtime();
    uv_run(&loop, UV_RUN_DEFAULT);
    report((double)(uv_hrtime() - start) / 1e9);

    while (n_spare)
        curl_easy_cleanup(spare[--n_spare]);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    curl_url_cleanup(url);
    free(spare);
    free(body);
    return failed ? 1 : 0;
}
