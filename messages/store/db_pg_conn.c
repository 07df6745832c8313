/* SPDX-License-Identifier: Apache-2.0 */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/store/db_pg.h"

enum {
    SETUP_WAIT_MS = 5000,
    FIRST_PAUSE_MS = 50,
    LONGEST_PAUSE_MS = 1000,
    OLDEST_SERVER = 120000,
};

/* The server ends a statement before we give up on the server, and a session that holds locks and
 * does nothing (a node that hangs in a transaction) before it stops the others. */
static const char limits[] = "-c statement_timeout=60000 -c lock_timeout=10000 "
                             "-c idle_in_transaction_session_timeout=60000";
static const char prompt[] = "-c statement_timeout=8000 -c lock_timeout=5000 "
                             "-c idle_in_transaction_session_timeout=10000";
static const char no_limits[] = "-c statement_timeout=0 -c lock_timeout=0";

/* ---- connecting ------------------------------------------------------------------------ */

/* Ours, and behind them those of the URL, which win. */
static char *session_options(const char *url, unsigned flags)
{
    PQconninfoOption *all = PQconninfoParse(url, NULL);
    const char *theirs = "";
    char *out;

    for (PQconninfoOption *o = all; o && o->keyword; o++) {
        if (strcmp(o->keyword, "options") == 0 && o->val)
            theirs = o->val;
    }
    out = loa_xasprintf("-c client_min_messages=warning %s %s",
                        flags & DB_PATIENT  ? no_limits
                        : flags & DB_PROMPT ? prompt
                                            : limits,
                        theirs);
    PQconninfoFree(all);
    return out;
}

static bool is_sound(const char *keyword, const char *value)
{
    if (strcmp(keyword, "port") == 0)
        return !value[strspn(value, "0123456789,")];
    if (strcmp(keyword, "host") == 0) /* "@name" is a socket without a file */
        return !*value || !strchr(value + 1, '@');
    return strcmp(keyword, "dbname") != 0 || !strchr(value, '@');
}

bool pg_sound(const char *url)
{
    PQconninfoOption *all = PQconninfoParse(url, NULL);
    bool sound = all != NULL;

    for (PQconninfoOption *o = all; o && o->keyword; o++)
        sound = sound && (!o->val || is_sound(o->keyword, o->val));
    PQconninfoFree(all);
    return sound;
}

/* A server that is dead or cut off must be noticed in seconds. What the URL says wins, but for the
 * encoding. */
static PGconn *connect_with(const char *url, const char *options)
{
    const char *const keys[] = {"connect_timeout",
                                "keepalives",
                                "keepalives_idle",
                                "keepalives_interval",
                                "keepalives_count",
                                "tcp_user_timeout",
                                "fallback_application_name",
                                "dbname",
                                "client_encoding",
                                "options",
                                NULL};
    const char *const values[] = {"3",   "1", "5",    "2",     "3", "10000",
                                  "loa", url, "UTF8", options, NULL};

    return PQconnectdbParams(keys, values, 1);
}

static void drop_notice(void *arg, const PGresult *res)
{
    (void)arg;
    (void)res;
}

static bool set_up(PGconn *conn, unsigned flags, char *why, size_t size)
{
    static const char read_only[] = "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY";
    const char *encoding = PQparameterStatus(conn, "server_encoding");
    PGresult *bad = NULL;

    PQsetNoticeReceiver(conn, drop_notice, NULL);
    if (PQserverVersion(conn) < OLDEST_SERVER) {
        (void)snprintf(why, size, "PostgreSQL 12 or newer is needed");
        return false;
    }
    if (!encoding || strcmp(encoding, "UTF8") != 0) {
        (void)snprintf(why, size, "the database must be made with ENCODING 'UTF8'");
        return false;
    }
    if (PQsetnonblocking(conn, 1) != 0)
        return false;
    /* Not among the options: target_session_attrs=read-write would refuse the primary. */
    if (flags & DB_READONLY && (!pg_plain(conn, read_only, SETUP_WAIT_MS, &bad) || bad)) {
        (void)snprintf(why, size, "%s", PQerrorMessage(conn));
        PQclear(bad);
        return false;
    }
    return PQenterPipelineMode(conn) == 1;
}

PGconn *pg_connect(const char *url, unsigned flags, char *why, size_t size)
{
    char *options = session_options(url, flags);
    PGconn *conn = connect_with(url, options);

    free(options);
    why[0] = '\0';
    if (PQstatus(conn) == CONNECTION_OK && set_up(conn, flags, why, size))
        return conn;
    if (!why[0])
        (void)snprintf(why, size, "%s", PQerrorMessage(conn));
    PQfinish(conn);
    return NULL;
}

/* ---- losing it, and connecting again --------------------------------------------------- */

/* A thread of its own, as a host that is cut off holds a connect up for seconds. Shared by the
 * thread and the connection; the last of the two frees it. */
struct pg_connector {
    char *url;
    unsigned flags;
    PGconn *conn;
    char why[256];
    atomic_bool done;
    atomic_int users;
};

static void connector_leave(struct pg_connector *c)
{
    if (atomic_fetch_sub(&c->users, 1) != 1)
        return;
    if (c->conn)
        PQfinish(c->conn);
    free(c->url);
    free(c);
}

static void *connector_main(void *arg)
{
    struct pg_connector *c = arg;

    c->conn = pg_connect(c->url, c->flags, c->why, sizeof(c->why));
    atomic_store(&c->done, true);
    connector_leave(c);
    return NULL;
}

static struct pg_connector *connector_start(const struct pg_db *pg)
{
    struct pg_connector *c = loa_xcalloc(1, sizeof(*c));
    pthread_attr_t attr;
    pthread_t thread;

    c->url = loa_xstrdup(pg->url);
    c->flags = pg->flags;
    atomic_init(&c->done, false);
    atomic_init(&c->users, 2);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &attr, connector_main, c) != 0) {
        atomic_store(&c->done, true); /* tried again after the pause */
        connector_leave(c);
    }
    pthread_attr_destroy(&attr);
    return c;
}

void pg_connector_drop(struct pg_db *pg)
{
    if (pg->connector)
        connector_leave(pg->connector);
    pg->connector = NULL;
}

void pg_lose(struct pg_db *pg)
{
    if (!pg->conn)
        return;
    LOA_LOG(LOA_LOG_WARN, "database connection lost", F("why", pg->message));
    PQfinish(pg->conn);
    pg->conn = NULL;
    pg->n_pending = 0;
    pg->risky = pg->notify = false;
    pg->begin = NULL;
    pg->again_at_ms = loa_clock_mono();
    pg->pause_ms = FIRST_PAUSE_MS;
    pg_forget_statements(pg);
}

static bool adopt(struct pg_db *pg)
{
    struct pg_connector *c = pg->connector;

    if (!c->conn) {
        (void)snprintf(pg->message, sizeof(pg->message), "%s", c->why);
        pg->again_at_ms = loa_clock_mono() + pg->pause_ms;
        pg->pause_ms = 2 * pg->pause_ms < LONGEST_PAUSE_MS ? 2 * pg->pause_ms : LONGEST_PAUSE_MS;
        pg_connector_drop(pg);
        return false;
    }
    pg->conn = c->conn;
    c->conn = NULL;
    pg_connector_drop(pg);
    pg->reconnects++;
    pg->heard++; /* what was told meanwhile was not heard */
    LOA_LOG(LOA_LOG_INFO, "database connected again", F("host", PQhost(pg->conn)));
    return !pg->listening || pg_send(pg, "LISTEN loa") == LOA_OK;
}

/* The server's end closed while nothing was asked? */
static bool still_there(struct pg_db *pg)
{
    struct pollfd p = {PQsocket(pg->conn), POLLIN, 0};

    /* Its last words come before the end. */
    for (;;) {
        if (poll(&p, 1, 0) == 0)
            return true;
        if (!PQconsumeInput(pg->conn) || PQstatus(pg->conn) != CONNECTION_OK)
            break;
    }
    (void)snprintf(pg->message, sizeof(pg->message), "the server closed the connection");
    pg_lose(pg);
    return false;
}

bool pg_alive(struct db *db)
{
    struct pg_db *pg = (struct pg_db *)db;

    if (pg->conn)
        return still_there(pg);
    if (pg->in_transaction)
        return false;
    if (pg->connector)
        return atomic_load(&pg->connector->done) && adopt(pg);
    if (loa_clock_mono() >= pg->again_at_ms)
        pg->connector = connector_start(pg);
    return false;
}
