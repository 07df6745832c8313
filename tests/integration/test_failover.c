/* SPDX-License-Identifier: Apache-2.0 */
/* The database's primary dies under two nodes at work; its synchronous standby takes over. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <libpq-fe.h>

#include "messages/base/crypto.h"
#include "messages/base/mem.h"
#include "messages/base/secret.h"
#include "tests/integration/rig.h"
#include "tests/kit/database.h"

enum { PEOPLE = 1200, QUESTIONS_MAX = 4000 };

static struct rig r, second; /* `second` is another node on the first one's folder */
static char cluster_dir[64];
static struct loa_secret *key;

/* Questions by their number: which were answered with 200. */
static bool kept[QUESTIONS_MAX];
static int asked;

TestSuite(failover, .timeout = 400);

static void cluster(const char *order, const char *more)
{
    char command[256];

    (void)snprintf(command, sizeof(command), "tests/postgres/cluster %s %s %s >/dev/null", order,
                   cluster_dir, more);
    cr_assert_eq(system(command), 0, "%s", command);
}

static char *url_of(const char *database, const char *hosts)
{
    char *escaped = rig_escape(cluster_dir), *url;

    url = loa_xasprintf("postgresql://loa@/%s?host=%s%%2Fs1%s%s%s", database, escaped,
                        *hosts ? "," : "", *hosts ? escaped : "", hosts);
    free(escaped);
    return url;
}

static void make_database(void)
{
    char *url = url_of("postgres", "");
    PGconn *conn = PQconnectdb(url);
    PGresult *res = PQexec(conn, "CREATE DATABASE loa");

    cr_assert_eq(PQresultStatus(res), PGRES_COMMAND_OK, "%s", PQerrorMessage(conn));
    PQclear(res);
    PQfinish(conn);
    free(url);
}

static int free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    cr_assert_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&a, &n), 0);
    close(fd);
    return ntohs(a.sin_port);
}

static void start_second_node(void)
{
    char listen[32];

    second = r;
    second.loa_pid = 0;
    second.web_port = free_port();
    (void)snprintf(listen, sizeof(listen), "127.0.0.1:%d", second.web_port);
    (void)snprintf(second.web, sizeof(second.web), "http://%s", listen);
    setenv("LOA_LISTEN", listen, 1);
    setenv("LOA_NODE", "second", 1);
    rig_spawn(&second, "");
    unsetenv("LOA_LISTEN");
    unsetenv("LOA_NODE");
    rig_wait_ready(&second);
}

static void start(void)
{
    (void)snprintf(cluster_dir, sizeof(cluster_dir), "/tmp/loa-failover-XXXXXX");
    cr_assert_not_null(mkdtemp(cluster_dir));
    cluster("start", "");
    make_database();
    cluster("standby", "");
    r.database = url_of("loa", "%2Fs2&target_session_attrs=read-write");
    rig_start(&r, "");
    rig_do(&r, "{\"op\":\"limits\",\"on\":false}");
    rig_followers(&r, "facebook", PEOPLE);
    rig_serve(&r, "");
    start_second_node();
    key = loa_secret_new(rig_env(&r, "VIBER_AUTH_TOKEN"));
}

static void end(void)
{
    if (!cluster_dir[0])
        return;
    if (second.loa_pid > 0)
        cr_expect_eq(rig_stop(&second), 0);
    rig_end(&r);
    cluster("stop", "");
    loa_secret_free(key);
    free(r.database);
}

/* A person writes to one of the nodes, as Viber would bring it; the answer's status. */
static long ask(const struct rig *node)
{
    char body[512], url[128], header[128], mac[LOA_SHA256_HEX];
    long status = 0;
    int n = snprintf(body, sizeof(body),
                     "{\"event\":\"message\",\"timestamp\":1790000000000,\"message_token\":%d,"
                     "\"sender\":{\"id\":\"v9Kx2mQpT0aYcE4sLr7HbA==\",\"name\":\"A\"},"
                     "\"message\":{\"text\":\"câu số %d?\",\"type\":\"text\"},\"silent\":false}",
                     1000 + asked, asked);

    cr_assert_lt(asked, QUESTIONS_MAX);
    loa_hmac_sha256_hex(key, body, (size_t)n, mac);
    (void)snprintf(header, sizeof(header), "X-Viber-Content-Signature: %s", mac);
    (void)snprintf(url, sizeof(url), "%s/webhooks/viber", node->web);
    (void)rig_http("POST", url, body, (size_t)n, header, &status);
    kept[asked++] = status == 200;
    rig_nap();
    return status;
}

static void ask_until(const struct rig *node, long wanted)
{
    int64_t deadline = rig_now_ms() + 120000;

    while (ask(node) != wanted) {
        if (rig_now_ms() > deadline)
            rig_give_up(&r, wanted == 200 ? "webhooks are taken again" : "webhooks are refused");
    }
}

/* Every question that was acknowledged is in the store. */
static int lost(void)
{
    int missing = 0;

    for (int i = 0; i < asked; i++) {
        char sql[128];

        if (!kept[i])
            continue;
        (void)snprintf(sql, sizeof(sql),
                       "SELECT COUNT(*) FROM inbound WHERE event LIKE '%%câu số %d?%%'", i);
        missing += rig_sql(&r, sql) != 1;
    }
    return missing;
}

Test(failover, the_standby_takes_over_and_nobody_is_missed_or_written_to_twice, .fini = end)
{
    int64_t id, killed;
    int acknowledged = 0;

    if (!kit_store_is_postgres())
        cr_skip_test("LOA_TEST_STORE is not postgres");
    start();
    id = rig_message(&r, "--title A --text 'Tin qua sự cố' --channels facebook");
    RIG_WAIT(&r, rig_stat(&r, "facebook", "unique") >= PEOPLE / 5);
    for (int i = 0; i < 20; i++) {
        cr_expect_eq(ask(&r), 200);
        cr_expect_eq(ask(&second), 200);
    }
    cluster("kill", "primary");
    killed = rig_now_ms();
    ask_until(&r, 503);
    ask_until(&second, 503);
    (void)fprintf(stderr, "failover: both nodes refuse after %lld ms\n",
                  (long long)(rig_now_ms() - killed));
    for (int i = 0; i < 100; i++)
        cr_expect_eq(ask(i % 2 ? &r : &second), 503, "and goes on refusing");
    cr_expect_eq(rig_metric(&r, "store_connected"), 0);
    cluster("promote", "");
    killed = rig_now_ms();
    ask_until(&r, 200);
    ask_until(&second, 200);
    (void)fprintf(stderr, "failover: both nodes take again %lld ms after the promotion\n",
                  (long long)(rig_now_ms() - killed));
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    for (int i = 0; i < asked; i++)
        acknowledged += kept[i];
    (void)fprintf(stderr,
                  "failover: %d questions, %d acknowledged, %d of them lost; facebook: sent %lld, "
                  "in doubt %lld; ledger: reached %lld, duplicates %lld\n",
                  asked, acknowledged, lost(), (long long)rig_run(&r, id, "facebook", "sent"),
                  (long long)rig_run(&r, id, "facebook", "in_doubt"),
                  (long long)rig_stat(&r, "facebook", "unique"),
                  (long long)rig_stat(&r, "facebook", "duplicates"));
    cr_expect_eq(lost(), 0);
    cr_expect_eq(rig_stat(&r, "facebook", "unique"), PEOPLE, "nobody is missed");
    cr_expect_eq(rig_stat(&r, "facebook", "duplicates"), 0, "nobody gets it twice");
    RIG_WAIT(&r, rig_run(&r, id, "facebook", "sent") == PEOPLE);
    cr_expect_eq(rig_run(&r, id, "facebook", "in_doubt"), 0);
    cr_expect_gt(rig_metric(&r, "store_reconnects_total"), 0);
    cr_expect_eq(rig_metric(&r, "store_connected"), 1);
}
