/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - loa-sandbox: Zalo, Viber and Facebook in miniature, for tests and for trying out. */
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "tests/sandbox/control.h"
#include "tests/sandbox/fb.h"
#include "tests/sandbox/hook.h"
#include "tests/sandbox/ledger.h"
#include "tests/sandbox/live.h"

static volatile sig_atomic_t stopping;

static void on_signal(int sig)
{
    (void)sig;
    stopping = 1;
}

struct options {
    const char *listen, *tls, *ca_out, *env_out, *log;
};

static const char usage_text[] =
    "usage: loa-sandbox [--listen 127.0.0.1:9001] [--tls 127.0.0.1:9443 [--tls-ca-out FILE]]\n"
    "                   [--loa http://127.0.0.1:8080] [--env-out FILE] [--quiet] [--seed N]\n"
    "                   [--log FILE]\n"
    "Zalo, Viber and Facebook in miniature on loopback. Page at /, orders at /_control.\n";

static int read_options(int argc, char **argv, struct sbx *s, struct options *o)
{
    static const struct option table[] = {{"listen", required_argument, NULL, 'l'},
                                          {"tls", required_argument, NULL, 't'},
                                          {"tls-ca-out", required_argument, NULL, 'c'},
                                          {"loa", required_argument, NULL, 'b'},
                                          {"env-out", required_argument, NULL, 'e'},
                                          {"quiet", no_argument, NULL, 'q'},
                                          {"seed", required_argument, NULL, 's'},
                                          {"log", required_argument, NULL, 'g'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int c;

    o->listen = "127.0.0.1:9001";
    while ((c = getopt_long(argc, argv, "", table, NULL)) != -1) {
        switch (c) {
        case 'l':
            o->listen = optarg;
            break;
        case 't':
            o->tls = optarg;
            break;
        case 'c':
            o->ca_out = optarg;
            break;
        case 'b':
            snprintf(s->loa_url, sizeof(s->loa_url), "%s", optarg);
            break;
        case 'e':
            o->env_out = optarg;
            break;
        case 'q':
            s->quiet = true;
            break;
        case 's':
            s->seed = strtoull(optarg, NULL, 10);
            break;
        case 'g':
            o->log = optarg;
            break;
        case 'h':
            fputs(usage_text, stdout);
            return 0;
        default:
            fputs(usage_text, stderr);
            return 2;
        }
    }
    if (optind < argc) {
        fputs(usage_text, stderr);
        return 2;
    }
    return -1;
}

static void many_files(void)
{
    struct rlimit r;

    if (!getrlimit(RLIMIT_NOFILE, &r)) {
        r.rlim_cur = r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
    }
}

static void start(struct sbx *s)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    sbx_clock_set(s, (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000, 1.0);
    s->random = s->seed;
    s->token_seq = 5925751017338988046; /* above 2^53: neighbours are one number as doubles */
    s->limits = !s->quiet;
    sbx_switch_defaults(s->sw);
    sbx_hook_defaults(s);
    s->timers = sbx_timers_new();
    s->ledger = sbx_ledger_new();
    sbx_live_start(s);
    s->http = sbx_http_open(s);
    s->hooks = sbx_hooks_open(s);
    for (int p = 0; p < SBX_PLATFORMS; p++)
        sbx_account_new(s, (enum sbx_platform)p, false);
}

static bool write_env(const struct sbx *s, const char *path, const char *base)
{
    struct sbx_buf b = {0};
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
    bool ok;

    sbx_env_write(s, base, &b);
    ok = f && fwrite(b.p, 1, b.len, f) == b.len;
    if (f && fclose(f) != 0)
        ok = false;
    if (!ok)
        fprintf(stderr, "loa-sandbox: cannot write %s: %s\n", path, strerror(errno));
    sbx_buf_free(&b);
    return ok;
}

static bool open_all(struct sbx *s, const struct options *o)
{
    char base[64];
    int port = 0, tls_port = 0;

    if (!sbx_http_listen(s->http, o->listen, false, NULL, &port) ||
        (o->tls && !sbx_http_listen(s->http, o->tls, true, o->ca_out, &tls_port)))
        return false;
    snprintf(base, sizeof(base), "http://127.0.0.1:%d", port);
    if (o->env_out && !write_env(s, o->env_out, base))
        return false;
    printf("sandbox: ready %s", base);
    if (tls_port)
        printf(" https://127.0.0.1:%d", tls_port);
    printf("\n");
    fflush(stdout);
    return true;
}

static void publish(struct sbx *s, void *arg)
{
    (void)arg;
    fb_publish_due(s);
    sbx_timer(s, 200, publish, NULL);
}

int main(int argc, char **argv)
{
    static struct sbx sandbox;
    struct sbx *s = &sandbox;
    struct options o = {0};
    struct sigaction stop = {.sa_handler = on_signal};
    int early;

    s->seed = 1;
    early = read_options(argc, argv, s, &o);
    if (early >= 0)
        return early;
    if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT)) {
        fprintf(stderr, "loa-sandbox: libraries do not start\n");
        return 1;
    }
    signal(SIGPIPE, SIG_IGN);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
    many_files();
    start(s);
    if (o.log && !sbx_log_open(s, o.log))
        return 1;
    if (!open_all(s, &o))
        return 1;
    sbx_timer(s, 200, publish, NULL);
    while (!stopping) {
        sbx_http_turn(s, sbx_timers_wait(s));
        sbx_timers_run(s);
    }
    sbx_hooks_close(s);
    sbx_log_close(s);
    sbx_http_close(s->http);
    sbx_ledger_free(s->ledger);
    sbx_accounts_clear(s);
    /* timers, faults and connections under way stay reachable from `sandbox` and end with us */
    return 0;
}
