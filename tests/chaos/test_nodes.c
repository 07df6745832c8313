/* SPDX-License-Identifier: Apache-2.0 */
/* Three nodes on one PostgreSQL store, with clocks minutes apart, in the middle of a broadcast on
 * three channels: one is killed, one frozen beyond its lease and thawed, one cut from the database.
 * Each sends through a door of the sandbox of its own, so the ledger says who sent what; a trigger
 * on the leases notes who held what from when on. Nobody is missed, nobody gets it twice, and no
 * node sends for an account that another has taken over. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <libpq-fe.h>

#include "messages/base/tz.h"
#include "tests/chaos/count.h"
#include "tests/chaos/relay.h"
#include "tests/kit/database.h"

TestSuite(nodes, .timeout = 3600);

static struct rig r;

static const char *const channels[] = {"zalo", "viber", "facebook"};
enum { ZALO, VIBER, FACEBOOK, CHANNELS, NODES = 3, EDGE_MS = 2000 };

struct node {
    const char *name, *skew; /* what its clock is off by */
    pid_t pid;
    int port, door;
    char env[1024];
    struct relay *database;
    int64_t back_ms; /* when it was thawed or joined again, by the sandbox's clock; 0: never away */
};

static struct node nodes[NODES] = {{.name = "một", .skew = "+0s"},
                                   {.name = "hai", .skew = "+170s"},
                                   {.name = "ba", .skew = "-240s"}};
static struct relay *balancer;

/* ---- start and end --------------------------------------------------------------------- */

/* postgresql://USER@%2FFOLDER/NAME */
static void cut_url(const char *url, char *socket, size_t size, char *name, size_t name_size)
{
    const char *host = strchr(url, '@') + 1, *slash = strrchr(url, '/');
    size_t n = 0;

    for (const char *p = host; p < slash && n + 1 < size; p++) {
        if (strncmp(p, "%2F", 3) == 0) {
            socket[n++] = '/';
            p += 2;
        } else {
            socket[n++] = *p;
        }
    }
    (void)snprintf(socket + n, size - n, "/.s.PGSQL.5432");
    (void)snprintf(name, name_size, "%s", slash + 1);
}

/* The library that shifts a program's clock; NULL where it is not there or a sanitizer must come
 * first. */
static const char *clock_library(void)
{
    static const char path[] = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
    const char *build = getenv("LOA_BUILD");

    if ((build && strstr(build, "san")) || access(path, R_OK) != 0)
        return NULL;
    return path;
}

static void prepare(struct node *n)
{
    cJSON *door = rig_order(&r, "{\"op\":\"door\"}");
    char socket[128], database[64], skew[256] = "";
    int port = 0;

    cut_url(r.database, socket, sizeof(socket), database, sizeof(database));
    n->database = relay_open(&port);
    relay_to_socket(n->database, socket);
    n->door = cJSON_GetObjectItemCaseSensitive(door, "door")->valueint;
    n->port = rig_free_port();
    relay_to_port(balancer, n->port);
    if (clock_library())
        (void)snprintf(skew, sizeof(skew),
                       "LD_PRELOAD=%s FAKETIME=%s DONT_FAKE_MONOTONIC=1 "
                       "FAKETIME_DONT_FAKE_MONOTONIC=1",
                       clock_library(), n->skew);
    (void)snprintf(n->env, sizeof(n->env),
                   "LOA_NODE=%s LOA_LISTEN=127.0.0.1:%d "
                   "LOA_STORE=postgresql://loa@127.0.0.1:%d/%s http_proxy=http://127.0.0.1:%d %s",
                   n->name, n->port, port, database,
                   cJSON_GetObjectItemCaseSensitive(door, "port")->valueint, skew);
    cJSON_Delete(door);
}

static void node_start(struct node *n)
{
    char log[64];

    (void)snprintf(log, sizeof(log), "%s.log", n->name);
    n->pid = rig_spawn_as(&r, n->env, log);
}

static int node_end(struct node *n, int signal)
{
    int status = 0;

    if (n->pid <= 0)
        return 0;
    (void)kill(n->pid, signal);
    (void)waitpid(n->pid, &status, 0);
    n->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool node_is_ready(const struct node *n)
{
    char url[64];
    long status = 0;

    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/readyz", n->port);
    (void)rig_http("GET", url, NULL, 0, NULL, &status);
    return status == 200;
}

static void start(void)
{
    if (!kit_postgres())
        return;
    (void)snprintf(r.extra_env, sizeof(r.extra_env),
                   "LOA_LEASE=3\nLOA_DOUBT_WAIT=30\nZALO_RATE=%" PRId64 "\nFACEBOOK_RATE=%" PRId64
                   "\nVIBER_RATE=20\n",
                   chaos_size("CHAOS_NODE_RATE", 1200), chaos_size("CHAOS_NODE_RATE", 1200));
    r.database = kit_database_new(true);
    rig_start(&r, "");
    rig_do(&r, "{\"op\":\"limits\",\"on\":false}");
    rig_do(&r, "{\"op\":\"webhooks\",\"delay_ms\":50,\"reorder_ms\":500,\"duplicate_percent\":5,"
               "\"retry_ms\":[200,300,400,500],\"retry_forever\":true}");
    rig_sql_run(
        &r,
        "CREATE TABLE lease_log (at_ms BIGINT, account_id BIGINT, session BIGINT, name TEXT);"
        "CREATE FUNCTION note_lease() RETURNS TRIGGER AS $$ BEGIN INSERT INTO lease_log SELECT "
        "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT), NEW.account_id, "
        "NEW.session, "
        "COALESCE((SELECT name FROM nodes WHERE session = NEW.session), ''); RETURN NEW; END $$ "
        "LANGUAGE plpgsql;"
        "CREATE TRIGGER lease_note AFTER INSERT OR UPDATE OF session ON leases FOR EACH ROW "
        "EXECUTE FUNCTION note_lease();");
    balancer = relay_open(&r.web_port);
    for (int i = 0; i < NODES; i++)
        prepare(&nodes[i]);
}

static void end(void)
{
    if (!r.database)
        return;
    for (int i = 0; i < NODES; i++) {
        int status = node_end(&nodes[i], SIGTERM);

        if (status != 0) { /* a failed expectation here passes unnoticed, a crash does not */
            (void)fprintf(stderr, "node %s did not end well: %d\n", nodes[i].name, status);
            abort();
        }
        relay_close(nodes[i].database);
    }
    relay_close(balancer);
    rig_end(&r);
}

/* ---- who holds what -------------------------------------------------------------------- */

/* The node that holds the account of a channel by a lease in force; NULL: none. */
static struct node *holder(int channel)
{
    for (int i = 0; i < NODES; i++) {
        char sql[512];

        (void)snprintf(
            sql, sizeof(sql),
            "SELECT COUNT(*) FROM leases l JOIN nodes n ON n.session = l.session JOIN "
            "accounts a ON a.id = l.account_id WHERE a.name = '%s' AND n.name = '%s' AND "
            "l.expires_ms > EXTRACT(EPOCH FROM clock_timestamp()) * 1000",
            channels[channel], nodes[i].name);
        if (rig_sql(&r, sql) > 0)
            return &nodes[i];
    }
    return NULL;
}

static bool each_has_one(void)
{
    struct node *a = holder(ZALO), *b = holder(VIBER), *c = holder(FACEBOOK);

    return a && b && c && a != b && a != c && b != c;
}

static bool other_holds(int channel, const struct node *than)
{
    const struct node *now = holder(channel);

    return now && now != than;
}

/* How many messages a node has had accepted, and the sandbox's time now. */
static int64_t sent_by(const struct node *n)
{
    cJSON *doors = rig_read(&r, "/_control/doors");
    const cJSON *item =
        cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(doors, "accepted"), n->door);
    int64_t count = item ? (int64_t)item->valuedouble : -1;

    cJSON_Delete(doors);
    return count;
}

static int64_t sandbox_now(void)
{
    cJSON *state = rig_read(&r, "/_control/doors");
    int64_t now = (int64_t)cJSON_GetObjectItemCaseSensitive(state, "now_ms")->valuedouble;

    cJSON_Delete(state);
    return now;
}

/* ---- what befalls them ----------------------------------------------------------------- */

static int64_t reached(int channel)
{
    return rig_stat(&r, channels[channel], "unique");
}

static void kill_the_holder(int channel)
{
    struct node *n = holder(channel);

    cr_assert_not_null(n);
    (void)node_end(n, SIGKILL);
    (void)fprintf(stderr, "nodes: %s killed, which held %s (%" PRId64 " reached)\n", n->name,
                  channels[channel], reached(channel));
    RIG_WAIT(&r, other_holds(channel, n));
    node_start(n);
    RIG_WAIT(&r, node_is_ready(n));
}

static void goes_on_without(int channel, const struct node *n)
{
    int64_t at, by_it;

    RIG_WAIT(&r, other_holds(channel, n));
    at = reached(channel);
    RIG_WAIT(&r, reached(channel) > at + 20 || at + 20 >= chaos_size("CHAOS_NODE_PEOPLE", 600));
    /* Nothing of it is on its way any more. */
    by_it = sent_by(n);
    for (int i = 0; i < 50; i++)
        rig_nap();
    cr_expect_eq(sent_by(n), by_it, "%s sends on, while it is away", n->name);
}

static void freeze_the_holder(int channel)
{
    struct node *n = holder(channel);

    cr_assert_not_null(n);
    cr_assert_gt(n->pid, 0); /* 0 would be everybody here */
    (void)kill(n->pid, SIGSTOP);
    (void)fprintf(stderr, "nodes: %s frozen, which held %s (%" PRId64 " reached)\n", n->name,
                  channels[channel], reached(channel));
    goes_on_without(channel, n);
    n->back_ms = sandbox_now();
    (void)kill(n->pid, SIGCONT);
    (void)fprintf(stderr, "nodes: %s thawed\n", n->name);
}

static void cut_the_holder(int channel)
{
    struct node *n = holder(channel);

    cr_assert_not_null(n);
    relay_hold(n->database, true);
    (void)fprintf(stderr, "nodes: %s cut from the database, which held %s (%" PRId64 " reached)\n",
                  n->name, channels[channel], reached(channel));
    goes_on_without(channel, n);
    n->back_ms = sandbox_now();
    relay_hold(n->database, false);
    (void)fprintf(stderr, "nodes: %s joined again\n", n->name);
}

/* ---- the proof ------------------------------------------------------------------------- */

struct change {
    int64_t at;
    char name[16];
};

struct history {
    struct change *items;
    size_t n;
};

static struct history read_history(int channel)
{
    struct history h = {NULL, 0};
    char sql[256];
    PGconn *conn = PQconnectdb(r.database);
    PGresult *res;

    (void)snprintf(sql, sizeof(sql),
                   "SELECT l.at_ms, l.name FROM lease_log l JOIN accounts a ON a.id = l.account_id "
                   "WHERE a.name = '%s' ORDER BY l.at_ms",
                   channels[channel]);
    res = PQexec(conn, sql);
    cr_assert_eq(PQresultStatus(res), PGRES_TUPLES_OK, "%s", PQerrorMessage(conn));
    h.n = (size_t)PQntuples(res);
    h.items = calloc(h.n + 1, sizeof(*h.items));
    cr_assert_not_null(h.items);
    for (size_t i = 0; i < h.n; i++) {
        h.items[i].at = strtoll(PQgetvalue(res, (int)i, 0), NULL, 10);
        (void)snprintf(h.items[i].name, sizeof(h.items[i].name), "%s", PQgetvalue(res, (int)i, 1));
    }
    PQclear(res);
    PQfinish(conn);
    return h;
}

/* Who held it then; NULL: nobody yet. */
static const struct change *at_time(const struct history *h, int64_t at)
{
    const struct change *now = NULL;

    for (size_t i = 0; i < h->n && h->items[i].at <= at; i++) {
        if (h->items[i].name[0])
            now = &h->items[i];
    }
    return now;
}

struct proof {
    int64_t by[NODES];
    int64_t edge;  /* arrived within moments of the change: had left before it */
    int64_t stale; /* sent for an account that another had taken over */
};

static void check_entry(const struct history *h, const cJSON *entry, struct proof *p)
{
    const cJSON *door = cJSON_GetObjectItemCaseSensitive(entry, "door");
    int64_t at = (int64_t)cJSON_GetObjectItemCaseSensitive(entry, "at")->valuedouble;
    const struct change *held = at_time(h, at);

    cr_assert(cJSON_IsNumber(door), "a message that came through no node's door");
    for (int i = 0; i < NODES; i++) {
        const struct node *n = &nodes[i];

        if (n->door != door->valueint)
            continue;
        p->by[i]++;
        if (held && strcmp(held->name, n->name) == 0)
            return;
        if (held && at - held->at < EDGE_MS && (!n->back_ms || at < n->back_ms))
            p->edge++;
        else
            p->stale++;
    }
}

static void no_stale_holder_sends(int channel)
{
    struct history h = read_history(channel);
    struct proof p = {0};
    char path[128];
    cJSON *all, *entry;

    (void)snprintf(path, sizeof(path), "/_control/ledger?platform=%s&dir=out&limit=1000000",
                   channels[channel]);
    all = rig_read(&r, path);
    cJSON_ArrayForEach(entry, cJSON_GetObjectItemCaseSensitive(all, "messages"))
        check_entry(&h, entry, &p);
    cJSON_Delete(all);
    (void)fprintf(stderr, "nodes: %s: held by %zu in turn; sent by", channels[channel], h.n);
    for (int i = 0; i < NODES; i++)
        (void)fprintf(stderr, " %s %" PRId64, nodes[i].name, p.by[i]);
    (void)fprintf(stderr, "; by a stale holder %" PRId64 " (under way at a change %" PRId64 ")\n",
                  p.stale, p.edge);
    cr_expect_eq(p.stale, 0, "%s: %" PRId64 " sent by a stale holder", channels[channel], p.stale);
    free(h.items);
}

/* ---- the test -------------------------------------------------------------------------- */

/* At some point of this part of the audience, and at some moment after it. */
static void wait_for_part(uint64_t *seed, int channel, int64_t people, int64_t from, int64_t to)
{
    int64_t mark = people * (from + chaos_random(seed, to - from)) / 100;
    struct timespec ts = {0, (long)chaos_random(seed, 300) * 1000000};

    RIG_WAIT_LONG_EVERY(&r, 1, reached(channel) >= mark);
    nanosleep(&ts, NULL);
}

static bool all_done(int64_t message)
{
    static int64_t next;

    if (rig_now_ms() > next) { /* somebody writes now and then: echoes go on */
        next = rig_now_ms() + 3000;
        rig_do(&r, "[{\"op\":\"say\",\"platform\":\"zalo\",\"user\":\"demo\",\"text\":\"chào\"},"
                   "{\"op\":\"say\",\"platform\":\"facebook\",\"user\":\"demo\",\"text\":\"chào\"}"
                   "]");
    }
    for (int i = 0; i < CHANNELS; i++) {
        if (!rig_run_done(&r, message, channels[i]))
            return false;
    }
    return true;
}

static bool receipts_are_in(int64_t message, int channel, struct count *c)
{
    count_everyone(&r, channels[channel], message, "Tin từ ba nút", c);
    return c->doubt_reached == 0;
}

static void everyone_once(int64_t message, int channel, int64_t people)
{
    struct count c;

    RIG_WAIT_LONG(&r, receipts_are_in(message, channel, &c));
    count_print("nodes", channels[channel], &c);
    if (c.twice)
        count_print_twice(&r, channels[channel], "Tin từ ba nút");
    cr_expect_eq(c.people, people);
    cr_expect_eq(c.open, 0);
    cr_expect_eq(c.twice, 0, "%s: twice: %" PRId64, channels[channel], c.twice);
    cr_expect_eq(c.ghosts + c.hidden, 0, "%s: store and ledger differ", channels[channel]);
    cr_expect_eq(c.sent + c.doubt, people);
    cr_expect_eq(c.sums, 0);
    if (channel != VIBER)
        cr_expect_eq(c.reached, people, "%s: missed: %" PRId64, channels[channel],
                     people - c.reached);
}

Test(nodes, killed_frozen_and_cut_off_nobody_is_missed_or_gets_it_twice, .init = start, .fini = end)
{
    int64_t people = chaos_size("CHAOS_NODE_PEOPLE", 600), message, due;
    int64_t everyone[CHANNELS] = {people, 4 * people, people};
    uint64_t seed;
    char options[256], sql[256], iso[LOA_ISO_SIZE];

    if (!r.database) {
        (void)fprintf(stderr, "nodes: no PostgreSQL here, not tried\n");
        return;
    }
    seed = (uint64_t)chaos_seed("nodes");
    for (int i = 0; i < CHANNELS; i++)
        rig_followers(&r, channels[i], (int)everyone[i]);
    rig_do(&r, "{\"op\":\"demo\"}");
    for (int i = 0; i < NODES; i++)
        node_start(&nodes[i]);
    RIG_WAIT(&r, each_has_one());
    (void)fprintf(stderr, "nodes: three, their clocks %s\n",
                  clock_library() ? "170 s ahead and 240 s behind" : "alike");
    due = sandbox_now() / 1000 + 5;
    (void)snprintf(options, sizeof(options),
                   "--title A --text 'Tin từ ba nút' --channels zalo,viber,facebook --at %s",
                   loa_iso_format(due * 1000, iso));
    message = rig_message(&r, options);
    wait_for_part(&seed, FACEBOOK, people, 5, 25);
    kill_the_holder(FACEBOOK);
    wait_for_part(&seed, ZALO, people, 30, 50);
    freeze_the_holder(ZALO);
    wait_for_part(&seed, FACEBOOK, people, 55, 75);
    cut_the_holder(FACEBOOK);
    RIG_WAIT_LONG(&r, all_done(message));
    for (int i = 0; i < CHANNELS; i++)
        everyone_once(message, i, everyone[i]);
    for (int i = 0; i < CHANNELS; i++)
        no_stale_holder_sends(i);
    (void)snprintf(sql, sizeof(sql),
                   "SELECT COUNT(*) FROM occurrences WHERE message_id = %" PRId64
                   " AND state = 'started' AND at_ms >= due_ms AND due_ms = %" PRId64,
                   message, due * 1000);
    cr_expect_eq(rig_sql(&r, sql), 1, "planned once, and not before its time");
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM runs"), CHANNELS);
}
