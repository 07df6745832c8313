/* SPDX-License-Identifier: Apache-2.0 */
/* The platforms over TLS: trusted by a given certificate, refused without it. */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <curl/curl.h>

#include "tests/integration/rig.h"

TestSuite(tls, .timeout = 300);

static struct rig r;

static const char *const platforms[] = {"zalo", "viber", "facebook"};
enum { PLATFORMS = 3, PEOPLE = 8 };

static void add_setting(const char *line)
{
    char path[128];
    FILE *f;

    (void)snprintf(path, sizeof(path), "%s/.env", r.dir);
    f = fopen(path, "a");
    cr_assert_not_null(f);
    (void)fprintf(f, "%s\n", line);
    (void)fclose(f);
}

/* The last line of a name counts, so these take the place of the plain addresses. */
static void start(void)
{
    static const char *const bases[] = {"ZALO_API_BASE", "ZALO_OAUTH_BASE", "VIBER_API_BASE",
                                        "FACEBOOK_API_BASE"};
    char line[128];

    rig_start(&r, "--tls 127.0.0.1:0 --tls-ca-out ca.pem");
    for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
        (void)snprintf(line, sizeof(line), "%s=%s", bases[i], r.tls);
        add_setting(line);
    }
    for (size_t i = 0; i < PLATFORMS; i++)
        rig_followers(&r, platforms[i], PEOPLE);
}

static void trust(void)
{
    add_setting("LOA_CA_FILE=ca.pem");
}

static void end(void)
{
    rig_end(&r);
}

static void everyone_has_it_once(int64_t id)
{
    for (size_t i = 0; i < PLATFORMS; i++) {
        RIG_WAIT(&r, rig_run_done(&r, id, platforms[i]));
        cr_expect_eq(rig_run(&r, id, platforms[i], "sent"), PEOPLE, "%s", platforms[i]);
        cr_expect_eq(rig_stat(&r, platforms[i], "unique"), PEOPLE, "%s", platforms[i]);
        cr_expect_eq(rig_stat(&r, platforms[i], "duplicates"), 0, "%s", platforms[i]);
    }
}

Test(tls, messages_go_out_over_a_trusted_connection, .init = start, .fini = end)
{
    trust();
    rig_serve(&r, "");
    everyone_has_it_once(rig_message(&r, "--title A --text 'Tin qua TLS' "
                                         "--channels zalo,viber,facebook"));
    rig_must(&r, "doctor");
}

/* True once a call of the account has failed and waits for its next try. */
static bool was_retried(const char *account)
{
    char url[128], needle[128];
    const char *at;

    (void)snprintf(url, sizeof(url), "%s/metrics", r.web);
    (void)snprintf(needle, sizeof(needle), "\nloa_retried_total{account=\"%s\",channel=\"%s\"} ",
                   account, account);
    at = strstr(rig_http("GET", url, NULL, 0, NULL, NULL), needle);
    return at && strtol(at + strlen(needle), NULL, 10) > 0;
}

/* With HTTP/2 for sends as well, an answer still belongs to its own request. */
Test(tls, sends_may_share_one_connection, .init = start, .fini = end)
{
    trust();
    add_setting("LOA_HTTP2_SENDS=1");
    rig_serve(&r, "");
    everyone_has_it_once(rig_message(&r, "--title A --text 'Tin qua HTTP/2' "
                                         "--channels zalo,viber,facebook"));
}

/* Nothing is said to a stranger; what was due goes out once the setting is right. */
Test(tls, unknown_certificate_is_refused_and_nothing_is_lost, .init = start, .fini = end)
{
    int64_t id;

    rig_spawn(&r, "");
    rig_wait_ready(&r);
    cr_expect_eq(rig_loa(&r, "doctor facebook"), 1);
    cr_expect(strstr(rig_output(), "certificate") != NULL, "%s", rig_output());
    id = rig_message(&r, "--title A --text 'Tin qua TLS' --channels zalo,viber,facebook");
    RIG_WAIT(&r, was_retried("zalo") || was_retried("facebook"));
    for (size_t i = 0; i < PLATFORMS; i++) {
        cr_expect_eq(rig_stat(&r, platforms[i], "accepted"), 0, "%s", platforms[i]);
        cr_expect_eq(rig_run(&r, id, platforms[i], "in_doubt"), 0, "%s", platforms[i]);
    }
    cr_expect(rig_log_has(&r, "certificate"), "the log says why");
    cr_assert_eq(rig_stop(&r), 0);
    trust();
    rig_serve(&r, "");
    everyone_has_it_once(id);
}

/* ---- HTTP/2 ---------------------------------------------------------------------------- */

/* Which protocols a client offers stands readable in the first bytes it sends. */
static bool offers_http2(int fd)
{
    static const char alpn[] = "\x02h2";
    char hello[4096];
    ssize_t n = recv(fd, hello, sizeof(hello), MSG_PEEK);

    return n > 0 && memmem(hello, (size_t)n, alpn, 3) != NULL;
}

static int connect_to(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    a.sin_port = htons((uint16_t)port);
    if (connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
        _exit(1);
    return fd;
}

static void pass_on(int from, int to)
{
    struct pollfd p[2] = {{.fd = from, .events = POLLIN}, {.fd = to, .events = POLLIN}};
    char bytes[16384];

    while (poll(p, 2, 60000) > 0) {
        for (int i = 0; i < 2; i++) {
            ssize_t n = p[i].revents ? read(p[i].fd, bytes, sizeof(bytes)) : -1;

            if (p[i].revents && (n <= 0 || write(p[!i].fd, bytes, (size_t)n) != n))
                return;
        }
    }
}

/* A process that hands connections on to the sandbox and notes "2" or "1" for each. */
static pid_t watch(const char *notes, int *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(a);
    int listener = socket(AF_INET, SOCK_STREAM, 0), fd;
    const char *colon = strrchr(r.tls, ':');
    pid_t pid;

    cr_assert_eq(bind(listener, (struct sockaddr *)&a, sizeof(a)), 0);
    cr_assert_eq(listen(listener, 64), 0);
    cr_assert_eq(getsockname(listener, (struct sockaddr *)&a, &len), 0);
    *port = ntohs(a.sin_port);
    pid = fork();
    if (pid != 0) {
        close(listener);
        return pid;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)signal(SIGCHLD, SIG_IGN);
    while ((fd = accept(listener, NULL, NULL)) >= 0) {
        FILE *f = fopen(notes, "a");

        (void)fputs(offers_http2(fd) ? "2" : "1", f);
        (void)fclose(f);
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            pass_on(fd, connect_to((int)strtol(colon + 1, NULL, 10)));
            _exit(0);
        }
        close(fd);
    }
    _exit(0);
}

static size_t ignore(char *bytes, size_t size, size_t n, void *ctx)
{
    (void)bytes;
    (void)ctx;
    return size * n;
}

/* The version that the sandbox speaks with a client that offers HTTP/2. */
static long version_spoken(void)
{
    char ca[128], url[128];
    long version = 0;
    CURL *c = curl_easy_init();

    (void)snprintf(ca, sizeof(ca), "%s/ca.pem", r.dir);
    (void)snprintf(url, sizeof(url), "%s/_control/state", r.tls);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_CAINFO, ca);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, ignore);
    cr_expect_eq(curl_easy_perform(c), CURLE_OK);
    curl_easy_getinfo(c, CURLINFO_HTTP_VERSION, &version);
    curl_easy_cleanup(c);
    return version;
}

static void read_notes(const char *path, char *out, size_t size)
{
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(out, 1, size - 1, f) : 0;

    out[n] = '\0';
    if (f)
        (void)fclose(f);
}

/* Reads offer HTTP/2; sends do so only where the operator wants it. */
Test(tls, http2_is_offered_for_reads_and_for_sends_when_asked, .init = start, .fini = end)
{
    char line[128], notes[128], seen[256];
    int port;
    pid_t pid;
    int64_t id;

    cr_expect_eq(version_spoken(), CURL_HTTP_VERSION_2_0);
    (void)snprintf(notes, sizeof(notes), "%s/notes", r.dir);
    pid = watch(notes, &port);
    trust();
    (void)snprintf(line, sizeof(line), "FACEBOOK_API_BASE=https://127.0.0.1:%d", port);
    add_setting(line);
    rig_must(&r, "doctor facebook");
    read_notes(notes, seen, sizeof(seen));
    cr_expect(strchr(seen, '2') != NULL && strchr(seen, '1') == NULL, "reads: %s", seen);
    rig_serve(&r, "");
    id = rig_message(&r, "--title A --text 'Tin' --channels facebook");
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    read_notes(notes, seen, sizeof(seen));
    cr_expect(strchr(seen, '1') != NULL, "sends: %s", seen);
    cr_assert_eq(rig_stop(&r), 0);
    (void)remove(notes);
    add_setting("LOA_HTTP2_SENDS=1");
    rig_serve(&r, "");
    id = rig_message(&r, "--title B --text 'Tin nữa' --channels facebook");
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), PEOPLE);
    read_notes(notes, seen, sizeof(seen));
    cr_expect(strchr(seen, '2') != NULL && strchr(seen, '1') == NULL, "sends: %s", seen);
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
}
