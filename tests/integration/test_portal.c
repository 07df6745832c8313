/* SPDX-License-Identifier: Apache-2.0 */
/* The chat on the office's portal, over real sockets: what visitors hear, also after they were cut
 * off, from another node, and from people of the staff. */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"
#include "tests/kit/database.h"

TestSuite(portal, .timeout = 300);

static struct rig r;

static void prepare(void)
{
    char cwd[2048];

    (void)snprintf(r.extra_env, sizeof(r.extra_env), "LOA_PORTAL=1\nLOA_OFFICE_HOURS=always\n");
    rig_start(&r, "");
    cr_assert_not_null(getcwd(cwd, sizeof(cwd)));
    rig_must(&r, "events import %s/content/events.json --user binh", cwd);
    rig_must(&r, "faq import %s/content/faq.json --user binh", cwd);
}

static void start(void)
{
    prepare();
    rig_serve(&r, "--demo-clock 2026-10-01T09:00");
}

static void start_today(void) /* neither the command line nor a second node has another clock */
{
    prepare();
    rig_serve(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

/* ---- a browser in miniature ---------------------------------------------------------------- */

struct page {
    int port, fd;
    char cookie[64]; /* "loa_chat=..." */
    char got[65536];
    size_t n;
};

static int dial(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((unsigned short)port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    cr_assert_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0, "%s", strerror(errno));
    return fd;
}

static void put(int fd, const char *text)
{
    size_t n = strlen(text);

    cr_assert_eq(send(fd, text, n, MSG_NOSIGNAL), (ssize_t)n);
}

/* A whole exchange; the answer with its head, until the peer closes. */
static const char *exchange(int port, const char *head, const char *body)
{
    static char answer[131072];
    char request[4096];
    size_t n = 0;
    ssize_t k;
    int fd = dial(port);

    (void)snprintf(request, sizeof(request),
                   "%sHost: 127.0.0.1:%d\r\nConnection: close\r\n%s%zu"
                   "\r\n\r\n%s",
                   head, port, "Content-Length: ", strlen(body), body);
    put(fd, request);
    while ((k = recv(fd, answer + n, sizeof(answer) - 1 - n, 0)) > 0)
        n += (size_t)k;
    answer[n] = '\0';
    close(fd);
    return answer;
}

static int status_of(const char *answer)
{
    int status = 0;

    (void)sscanf(answer, "HTTP/%*s %d", &status);
    return status;
}

static void visit(struct page *p, int port)
{
    const char *at, *answer = exchange(port, "GET /chat HTTP/1.1\r\n", "");

    *p = (struct page){.port = port, .fd = -1};
    cr_assert_eq(status_of(answer), 200, "%s", answer);
    at = strstr(answer, "loa_chat=");
    cr_assert_not_null(at);
    (void)snprintf(p->cookie, sizeof(p->cookie), "%.41s", at);
}

/* Opens the stream; `last` is the Last-Event-ID, NULL: none. */
static void listen_from(struct page *p, const char *last)
{
    char request[512];

    if (p->fd >= 0)
        close(p->fd);
    p->n = 0;
    p->got[0] = '\0';
    p->fd = dial(p->port);
    (void)snprintf(request, sizeof(request),
                   "GET /chat/events HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: other=1; %s\r\n"
                   "%s%s%s\r\n",
                   p->port, p->cookie, last ? "Last-Event-ID: " : "", last ? last : "",
                   last ? "\r\n" : "");
    put(p->fd, request);
}

static void leave(struct page *p)
{
    close(p->fd);
    p->fd = -1;
}

static const char *heard(struct page *p, const char *text)
{
    ssize_t k;

    while ((k = recv(p->fd, p->got + p->n, sizeof(p->got) - 1 - p->n, MSG_DONTWAIT)) > 0)
        p->n += (size_t)k;
    p->got[p->n] = '\0';
    return strstr(p->got, text);
}

static int count(struct page *p, const char *text)
{
    int n = 0;

    (void)heard(p, text);
    for (const char *at = p->got; (at = strstr(at, text)) != NULL; at++)
        n++;
    return n;
}

/* The number of the last line that was heard. */
static const char *last_id(struct page *p)
{
    static char id[24];

    (void)heard(p, "");
    for (const char *at = p->got; (at = strstr(at, "\nid: ")) != NULL; at++)
        (void)snprintf(id, sizeof(id), "%.*s", (int)strcspn(at + 5, "\r\n"), at + 5);
    return id;
}

static int post(struct page *p, const char *body)
{
    char head[512];

    (void)snprintf(head, sizeof(head),
                   "POST /chat/say HTTP/1.1\r\nContent-Type: application/json\r\n"
                   "Origin: http://127.0.0.1:%d\r\nCookie: %s\r\n",
                   p->port, p->cookie);
    return status_of(exchange(p->port, head, body));
}

static void say(struct page *p, const char *text)
{
    static int number;
    char body[1024];

    (void)snprintf(body, sizeof(body), "{\"id\":\"n%d\",\"text\":\"%s\"}", ++number, text);
    cr_assert_eq(post(p, body), 200);
}

static bool is_quiet(void)
{
    return rig_sql(&r, "SELECT COUNT(*) FROM inbound WHERE state = 0") == 0 &&
           rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state IN (0, 1, 4)") == 0;
}

/* ---- what is said and heard ----------------------------------------------------------------- */

Test(portal, a_visitor_asks_and_hears_the_answer, .init = start, .fini = end)
{
    struct page a, b;

    visit(&a, r.web_port);
    visit(&b, r.web_port);
    cr_expect_str_neq(a.cookie, b.cookie);
    listen_from(&a, NULL);
    listen_from(&b, NULL);
    RIG_WAIT(&r, heard(&a, "text/event-stream") && heard(&b, "text/event-stream"));
    cr_assert_eq(post(&a, "{\"id\":\"o\",\"open\":true}"), 200);
    RIG_WAIT(&r, count(&a, "\ndata: ") == 1);
    cr_expect_not_null(heard(&a, "\"from\":\"bot\""));
    cr_expect_not_null(heard(&a, "\"buttons\":["), "what can be tapped comes along");
    say(&a, "hôm nay có gì");
    RIG_WAIT(&r, count(&a, "\ndata: ") == 2);
    cr_expect_not_null(heard(&a, "#event:"));
    RIG_WAIT(&r, is_quiet());
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state = 2"), 2);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE status = 0"), 0,
                 "a visitor follows nothing");
    cr_expect_eq(count(&b, "\ndata: "), 0, "the other visitor hears nothing of it");
    leave(&a);
    leave(&b);
}

Test(portal, who_was_cut_off_hears_what_he_missed_and_no_more, .init = start, .fini = end)
{
    struct page a;
    char id[24];

    visit(&a, r.web_port);
    listen_from(&a, NULL);
    say(&a, "xin chào");
    RIG_WAIT(&r, count(&a, "\ndata: ") == 1);
    (void)snprintf(id, sizeof(id), "%s", last_id(&a));
    leave(&a);
    cr_assert_eq(post(&a, "{\"id\":\"once\",\"text\":\"ngày mai có gì\"}"), 200);
    cr_assert_eq(post(&a, "{\"id\":\"once\",\"text\":\"ngày mai có gì\"}"), 200);
    RIG_WAIT(&r, is_quiet());
    listen_from(&a, id);
    RIG_WAIT(&r, count(&a, "\ndata: ") >= 1);
    say(&a, "cảm ơn");
    RIG_WAIT(&r, count(&a, "\ndata: ") >= 2);
    cr_expect_eq(count(&a, "\ndata: "), 2, "said twice under one number is said once");
    listen_from(&a, NULL);
    RIG_WAIT(&r, count(&a, "\ndata: ") == 3);
    listen_from(&a, "999999999"); /* of a store that was restored since */
    RIG_WAIT(&r, count(&a, "\ndata: ") == 3);
    leave(&a);
}

Test(portal, answers_survive_a_kill_and_come_once, .init = start, .fini = end)
{
    struct page pages[6];

    for (size_t i = 0; i < 6; i++) {
        visit(&pages[i], r.web_port);
        say(&pages[i], "hôm nay có gì");
    }
    rig_kill(&r);
    rig_serve(&r, "--demo-clock 2026-10-01T09:01");
    RIG_WAIT(&r, is_quiet());
    for (size_t i = 0; i < 6; i++) {
        listen_from(&pages[i], NULL);
        RIG_WAIT(&r, count(&pages[i], "\ndata: ") >= 1);
    }
    for (size_t i = 0; i < 6; i++) {
        cr_expect_eq(count(&pages[i], "\ndata: "), 1);
        leave(&pages[i]);
    }
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM portal_lines"), 6);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM doubts"), 0,
                 "nothing is in doubt on a page of ours");
}

Test(portal, what_staff_write_reaches_the_page, .init = start_today, .fini = end)
{
    struct page a;

    visit(&a, r.web_port);
    listen_from(&a, NULL);
    say(&a, "cho tôi gặp cán bộ");
    RIG_WAIT(&r, heard(&a, "cán bộ sẽ trả lời tại đây"));
    rig_must(&r, "conversation list");
    cr_expect_not_null(strstr(rig_output(), "portal"));
    rig_must(&r, "conversation reply %lld --text 'Chào bạn, tôi là Bình.' --user binh",
             (long long)rig_sql(&r, "SELECT id FROM contacts"));
    RIG_WAIT(&r, heard(&a, "tôi là Bình"));
    cr_expect_not_null(heard(&a, "\"from\":\"staff\""));
    say(&a, "hôm nay có gì");
    RIG_WAIT(&r, is_quiet());
    cr_expect_eq(count(&a, "\ndata: "), 2, "the bot keeps quiet while a person answers");
    leave(&a);
}

Test(portal, who_asks_to_be_forgotten_hears_so_and_leaves_no_line, .init = start, .fini = end)
{
    struct page a;

    visit(&a, r.web_port);
    listen_from(&a, NULL);
    say(&a, "hôm nay có gì");
    RIG_WAIT(&r, count(&a, "\ndata: ") == 1);
    say(&a, "xóa dữ liệu của tôi");
    RIG_WAIT(&r, count(&a, "\ndata: ") == 2);
    say(&a, "có");
    RIG_WAIT(&r, count(&a, "\ndata: ") == 3);
    RIG_WAIT(&r, is_quiet());
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM portal_lines WHERE contact_id > 0"), 0);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM portal_lines"), 1, "but the last word");
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE status = 4"), 1);
    leave(&a);
}

/* ---- what is refused ------------------------------------------------------------------------ */

Test(portal, a_flood_is_slowed_down_and_others_are_not, .init = start, .fini = end)
{
    struct page a, b;
    char body[64];
    int status = 200, n = 0;

    visit(&a, r.web_port);
    visit(&b, r.web_port);
    for (; n < 50 && status == 200; n++) {
        (void)snprintf(body, sizeof(body), "{\"id\":\"f%d\",\"text\":\"xin chào\"}", n);
        status = post(&a, body);
    }
    cr_expect_eq(status, 429);
    cr_expect_lt(n, 30);
    say(&b, "xin chào");
    listen_from(&b, NULL);
    RIG_WAIT(&r, count(&b, "\ndata: ") == 1);
    leave(&b);
}

Test(portal, only_our_page_with_its_cookie_is_listened_to, .init = start, .fini = end)
{
    struct page a;
    char head[512];
    const char *page;

    visit(&a, r.web_port);
    cr_expect_eq(status_of(exchange(a.port, "GET /chat/events HTTP/1.1\r\n", "")), 401);
    (void)snprintf(head, sizeof(head),
                   "POST /chat/say HTTP/1.1\r\nContent-Type: application/json\r\n"
                   "Origin: https://elsewhere.example\r\nCookie: %s\r\n",
                   a.cookie);
    cr_expect_eq(status_of(exchange(a.port, head, "{\"id\":\"1\",\"text\":\"x\"}")), 403);
    (void)snprintf(head, sizeof(head),
                   "POST /chat/say HTTP/1.1\r\nContent-Type: text/plain\r\n"
                   "Origin: http://127.0.0.1:%d\r\nCookie: %s\r\n",
                   a.port, a.cookie);
    cr_expect_eq(status_of(exchange(a.port, head, "{\"id\":\"1\",\"text\":\"x\"}")), 403);
    cr_expect_eq(post(&a, "{\"id\":\"1\"}"), 400);
    cr_expect_eq(post(&a, "nonsense"), 400);
    cr_expect_eq(post(&a, "{\"id\":\"1\",\"visitor\":\"00000000000000000000000000000000\"}"), 400);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM contacts"), 0);
    page = exchange(a.port, "GET /chat HTTP/1.1\r\n", "");
    cr_expect_not_null(strstr(page, "script-src 'self'"));
    cr_expect_null(strstr(page, "unsafe"));
    cr_expect_not_null(strstr(page, "HttpOnly"));
    cr_expect_eq(status_of(exchange(a.port, "GET /chat/embed.js HTTP/1.1\r\n", "")), 200);
    cr_expect_eq(status_of(exchange(a.port, "GET /chat/../.env HTTP/1.1\r\n", "")), 404);
}

Test(portal, broadcasts_do_not_go_there, .init = start, .fini = end)
{
    struct page a;

    visit(&a, r.web_port);
    say(&a, "đăng ký nhận tin");
    RIG_WAIT(&r, is_quiet());
    if (rig_loa(&r, "message new --title T --text Tin --channels portal --user binh --json") == 0)
        cr_expect_neq(rig_loa(&r, "message submit 1 --user binh"), 0);
    cr_expect_not_null(strstr(rig_output(), "Cổng thông tin"), "%s", rig_output());
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM runs"), 0);
}

/* ---- several nodes -------------------------------------------------------------------------- */

Test(portal, an_answer_of_one_node_reaches_a_page_at_another, .init = start_today, .fini = end)
{
    struct page here, there;
    char env[256];
    int port = rig_free_port(), status;
    pid_t other;

    if (!kit_store_is_postgres())
        cr_skip_test("SQLite's file belongs to one node");
    (void)snprintf(env, sizeof(env), "LOA_LISTEN=127.0.0.1:%d LOA_NODE=other", port);
    other = rig_spawn_as(&r, env, "other.log");
    for (long code = 0; code != 200; rig_nap()) {
        char url[64];

        (void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/readyz", port);
        (void)rig_http("GET", url, NULL, 0, NULL, &code);
    }
    visit(&here, r.web_port);
    visit(&there, port);
    listen_from(&here, NULL);
    listen_from(&there, NULL);
    RIG_WAIT(&r, heard(&here, "retry") && heard(&there, "retry"));
    say(&here, "xin chào");
    say(&there, "xin chào");
    RIG_WAIT(&r, count(&here, "\ndata: ") == 1 && count(&there, "\ndata: ") == 1);
    there.port = r.web_port; /* speaks to one and listens to the other */
    here.port = port;
    say(&here, "hôm nay có gì");
    say(&there, "hôm nay có gì");
    RIG_WAIT(&r, count(&here, "\ndata: ") == 2 && count(&there, "\ndata: ") == 2);
    kill(other, SIGTERM);
    cr_expect_eq(waitpid(other, &status, 0), other);
    leave(&here);
    leave(&there);
}
