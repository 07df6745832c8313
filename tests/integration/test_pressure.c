/* SPDX-License-Identifier: Apache-2.0 */
/* Webhooks when the store does not follow: refused with 503 and soon, so that the platform sends
 * them again; and bodies with very many events, which do not keep the store from its other work. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include "messages/base/crypto.h"
#include "messages/base/secret.h"
#include "tests/integration/rig.h"

TestSuite(pressure, .timeout = 300);

enum { CALLS_MAX = 800 };

static struct rig r;

static void start(void)
{
    rig_start(&r, "");
    rig_do(&r, "{\"op\":\"demo\"}");
}

static void end(void)
{
    rig_end(&r);
}

/* A value of .env; caller frees. */
static char *setting(const char *name)
{
    char line[512], path[128];
    size_t n = strlen(name);
    char *value = NULL;
    FILE *f;

    (void)snprintf(path, sizeof(path), "%s/.env", r.dir);
    f = fopen(path, "r");
    cr_assert_not_null(f);
    while (fgets(line, sizeof(line), f)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, name, n) == 0 && line[n] == '=')
            value = strdup(line + n + 1);
    }
    (void)fclose(f);
    cr_assert_not_null(value, "%s", name);
    return value;
}

/* ---- somebody else at the store ---------------------------------------------------------- */

/* A session of the test's own, past the program. */
struct other {
    sqlite3 *file;
    PGconn *server;
};

static struct other other_open(void)
{
    struct other o = {NULL, NULL};
    char path[128];

    if (r.database) {
        o.server = PQconnectdb(r.database);
        cr_assert_eq(PQstatus(o.server), CONNECTION_OK, "%s", PQerrorMessage(o.server));
        return o;
    }
    (void)snprintf(path, sizeof(path), "%s/loa.db", r.dir);
    cr_assert_eq(sqlite3_open(path, &o.file), SQLITE_OK);
    sqlite3_busy_timeout(o.file, 20000);
    return o;
}

static void other_close(struct other *o)
{
    sqlite3_close(o->file);
    PQfinish(o->server);
}

static void order(struct other *o, const char *for_file, const char *for_server)
{
    PGresult *res;

    if (o->file) {
        cr_assert_eq(sqlite3_exec(o->file, for_file, NULL, NULL, NULL), SQLITE_OK, "%s",
                     sqlite3_errmsg(o->file));
        return;
    }
    res = PQexec(o->server, for_server);
    cr_assert_eq(PQresultStatus(res), PGRES_COMMAND_OK, "%s", PQerrorMessage(o->server));
    PQclear(res);
}

/* Nothing that comes in can be kept, as long as this is held. Reading goes on. */
static void hold_up(struct other *o)
{
    order(o, "BEGIN IMMEDIATE", "BEGIN; LOCK TABLE inbound, receipts IN EXCLUSIVE MODE");
}

static void let_go(struct other *o)
{
    order(o, "ROLLBACK", "ROLLBACK");
}

/* ---- calls ------------------------------------------------------------------------------- */

/* Sends a request without waiting for its answer; the descriptor is the caller's. */
static int begin_post(const char *path, const char *header, const char *body)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    char head[512];
    size_t len = strlen(body), at = 0;
    int n = snprintf(head, sizeof(head),
                     "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n"
                     "Content-Length: %zu\r\n\r\n",
                     path, header, len);

    a.sin_port = htons((uint16_t)r.web_port);
    cr_assert_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    cr_assert_eq(write(fd, head, (size_t)n), n);
    while (at < len) {
        ssize_t some = write(fd, body + at, len - at);

        cr_assert_gt(some, 0);
        at += (size_t)some;
    }
    return fd;
}

/* The status; the whole answer in a static buffer. */
static int end_post(int fd, const char **answer)
{
    static char text[4096];
    size_t n = 0;
    ssize_t some;

    while (n < sizeof(text) - 1 && (some = read(fd, text + n, sizeof(text) - 1 - n)) > 0)
        n += (size_t)some;
    text[n] = '\0';
    close(fd);
    *answer = text;
    return strncmp(text, "HTTP/1.1 ", 9) == 0 ? (int)strtol(text + 9, NULL, 10) : 0;
}

static int begin_seen(const struct loa_secret *key, int i)
{
    char body[256], header[256], mac[LOA_SHA256_HEX];
    int len = snprintf(body, sizeof(body),
                       "{\"event\":\"seen\",\"timestamp\":1790000000000,\"message_token\":%d,"
                       "\"user_id\":\"v9Kx2mQpT0aYcE4sLr7HbA==\"}",
                       1000 + i);

    loa_hmac_sha256_hex(key, body, (size_t)len, mac);
    (void)snprintf(header, sizeof(header), "X-Viber-Content-Signature: %s", mac);
    return begin_post("/webhooks/viber", header, body);
}

/* One more call, which nobody waits for; true once some were sent away. */
static bool some_are_refused(const struct loa_secret *key, int *fds, int *n)
{
    cr_assert_lt(*n, CALLS_MAX);
    fds[*n] = begin_seen(key, *n);
    ++*n;
    return rig_metric(&r, "webhook_busy_total") > 0;
}

/* Somebody else holds what the store needs to keep them. The first calls wait; soon the others are
 * sent away at once, with the time to come again. What was answered 200 is kept, what was not is
 * nowhere. */
Test(pressure, a_store_that_is_held_up_sends_webhooks_away, .init = start, .fini = end)
{
    struct loa_secret *key;
    char *token = setting("VIBER_AUTH_TOKEN");
    int fds[CALLS_MAX], n = 0, kept = 0;
    const char *answer;
    struct other o;

    rig_serve(&r, "");
    key = loa_secret_new(token);
    o = other_open();
    hold_up(&o);
    RIG_WAIT(&r, some_are_refused(key, fds, &n));
    cr_expect_eq(end_post(begin_seen(key, n), &answer), 503);
    cr_expect_not_null(strstr(answer, "Retry-After: "), "%s", answer);
    let_go(&o);
    for (int i = 0; i < n; i++) {
        int status = end_post(fds[i], &answer);

        cr_expect(status == 200 || status == 503, "%d: %s", status, answer);
        kept += status == 200;
    }
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM receipts"), kept);
    /* And afterwards all is well again. */
    RIG_WAIT(&r, end_post(begin_seen(key, 5000), &answer) == 200);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM receipts"), kept + 1);
    /* A lease that is shorter than such commits would be lost by a node that is well. */
    if (r.database)
        RIG_WAIT(&r, rig_log_has(&r, "more than a third of LOA_LEASE"));
    other_close(&o);
    loa_secret_free(key);
    free(token);
}

/* The platform itself, with its own tries: nobody's question is lost by it. */
Test(pressure, what_was_sent_away_comes_again_and_is_answered, .init = start, .fini = end)
{
    enum { QUESTIONS = 12 };
    struct other o;

    rig_do(&r, "{\"op\":\"webhooks\",\"platform\":\"facebook\",\"timeout_ms\":1000,"
               "\"retry_ms\":[500,1000,2000,4000,8000,16000,30000]}");
    rig_serve(&r, "");
    o = other_open();
    hold_up(&o);
    for (int i = 0; i < QUESTIONS; i++)
        rig_do(&r,
               "{\"op\":\"say\",\"platform\":\"facebook\",\"user\":\"demo\",\"text\":"
               "\"câu hỏi số %d\"}",
               i);
    RIG_WAIT(&r, rig_metric(&r, "webhook_busy_total") > 0);
    let_go(&o);
    other_close(&o);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state = 2") >= QUESTIONS);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM replies"), QUESTIONS, "each once");
}

/* Whoever reads the log is told what cannot be done and why, and when it can again. */
Test(pressure, what_fails_in_the_store_is_named_in_the_log, .init = start, .fini = end)
{
    rig_serve(&r, "");
    rig_sql_run(&r, "ALTER TABLE account_ways RENAME TO account_ways_gone");
    RIG_WAIT(&r, rig_log_has(&r, "looking for work failed"));
    cr_expect(rig_log_has(&r, "\"what\":\"ways\""));
    cr_expect(rig_log_has(&r, r.database ? "relation \\\"account_ways\\\" does not exist"
                                         : "no such table: account_ways"));
    rig_sql_run(&r, "ALTER TABLE account_ways_gone RENAME TO account_ways");
    RIG_WAIT(&r, rig_log_has(&r, "looking for work again"));
    cr_expect_eq(rig_stop(&r), 0);
}

/* ---- bodies with very many events ------------------------------------------------------ */

/* One question, then receipts of `n` - 1 people. Caller frees. */
static char *crowd(const char *page, int n)
{
    size_t room = 512 + (size_t)n * 192;
    char *body = malloc(room);
    size_t at;

    cr_assert_not_null(body);
    at = (size_t)snprintf(body, room,
                          "{\"object\":\"page\",\"entry\":[{\"time\":1790000000411,\"id\":\"%s\","
                          "\"messaging\":[{\"sender\":{\"id\":\"71299900000000001\"},\"recipient\":"
                          "{\"id\":\"%s\"},\"timestamp\":1790000000101,\"message\":{\"mid\":"
                          "\"m_crowd\",\"text\":\"hôm nay có gì\"}}",
                          page, page);
    for (int i = 1; i < n; i++)
        at += (size_t)snprintf(
            body + at, room - at,
            ",{\"sender\":{\"id\":\"72%08d\"},\"recipient\":{\"id\":\"%s\"},"
            "\"timestamp\":1790000000101,\"read\":{\"watermark\":17900000000%02d}}",
            i, page, i % 100);
    (void)snprintf(body + at, room - at, "]}]}");
    return body;
}

static int post_crowd(const struct loa_secret *key, const char *body)
{
    char mac[LOA_SHA256_HEX], header[256];
    const char *answer;

    loa_hmac_sha256_hex(key, body, strlen(body), mac);
    (void)snprintf(header, sizeof(header), "X-Hub-Signature-256: sha256=%s", mac);
    return end_post(begin_post("/webhooks/facebook", header, body), &answer);
}

static int64_t kept(void)
{
    return rig_sql(&r, "SELECT (SELECT COUNT(*) FROM receipts) + (SELECT COUNT(*) FROM inbound "
                       "WHERE account_id = (SELECT id FROM accounts WHERE name = 'facebook'))");
}

/* It goes into the store slice by slice. One that fails in the middle does not undo the others, and
 * what is kept is worked on, though the platform is told to send it all again. */
Test(pressure, a_body_with_many_events_is_kept_in_slices, .init = start, .fini = end)
{
    enum { EVENTS = 3000, BAD = 2000 };
    char *secret = setting("FACEBOOK_APP_SECRET"), *page = setting("FACEBOOK_PAGE_ID");
    char *body = crowd(page, EVENTS);
    struct loa_secret *key = loa_secret_new(secret);
    struct other o;
    int64_t some;

    rig_serve(&r, "");
    o = other_open();
    order(&o,
          "CREATE TRIGGER poison BEFORE INSERT ON receipts WHEN (SELECT COUNT(*) FROM receipts) = "
          "1998 BEGIN SELECT RAISE(ABORT, 'poison'); END",
          "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT "
          "COUNT(*) FROM receipts) = 1998 THEN RAISE EXCEPTION 'poison' USING ERRCODE = "
          "'check_violation'; END IF; RETURN NEW; END $$; "
          "CREATE TRIGGER poison BEFORE INSERT ON receipts FOR EACH ROW EXECUTE FUNCTION poison()");
    cr_expect_eq(post_crowd(key, body), 503);
    some = kept();
    cr_expect(some > BAD - 300 && some <= BAD, "%lld", (long long)some);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM replies") == 1);
    order(&o, "DROP TRIGGER poison", "DROP TRIGGER poison ON receipts");
    cr_expect_eq(post_crowd(key, body), 200);
    cr_expect_eq(kept(), EVENTS);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM replies"), 1, "the question is answered once");
    other_close(&o);
    loa_secret_free(key);
    free(body);
    free(secret);
    free(page);
}
