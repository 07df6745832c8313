/* SPDX-License-Identifier: Apache-2.0 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/store/db_pg.h"

/* ---- errors ---------------------------------------------------------------------------- */

static void keep_words(struct pg_db *pg, const char *words)
{
    size_t n;

    (void)snprintf(pg->message, sizeof(pg->message), "%s", words ? words : "");
    n = strlen(pg->message);
    while (n && pg->message[n - 1] == '\n')
        pg->message[--n] = '\0';
}

/* The server says that this session is over. */
static bool is_farewell(const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

    return severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0);
}

static enum loa_err map_state(const struct pg_db *pg, const char *state)
{
    if (strcmp(state, "23505") == 0)
        return LOA_EEXIST;
    if (strncmp(state, "23", 2) == 0 || strncmp(state, "22", 2) == 0)
        return LOA_EINVAL;
    if (strcmp(state, "25006") == 0 && pg->flags & DB_READONLY)
        return LOA_EPERM;
    return LOA_EIO;
}

enum loa_err pg_fail(struct pg_db *pg, const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    enum loa_err err;

    keep_words(pg, words ? words : PQresultErrorMessage(result));
    if (!state)
        return LOA_EIO;
    err = map_state(pg, state);
    /* A standby, or a primary that was made one: another host may be the primary now. */
    if (is_farewell(result) || (strcmp(state, "25006") == 0 && err == LOA_EIO))
        pg_lose(pg);
    return err;
}

static enum loa_err broken(struct pg_db *pg)
{
    const char *words = pg->conn ? PQerrorMessage(pg->conn) : "";

    if (words[0])
        keep_words(pg, words);
    else if (pg->conn)
        keep_words(pg, "no answer from the server in time");
    pg_lose(pg);
    return LOA_EIO;
}

/* ---- waiting --------------------------------------------------------------------------- */

bool pg_wait(PGconn *conn, int64_t wait_ms)
{
    int64_t until = loa_clock_mono() + wait_ms;

    for (;;) {
        int unsent = PQflush(conn);
        struct pollfd p = {PQsocket(conn), (short)(unsent ? POLLIN | POLLOUT : POLLIN), 0};
        int64_t left = wait_ms < 0 ? -1 : until - loa_clock_mono();

        if (unsent < 0)
            return false;
        if (!unsent && !PQisBusy(conn))
            return true;
        if (wait_ms >= 0 && left <= 0)
            return false;
        if (poll(&p, 1, (int)left) > 0 && p.revents & ~POLLOUT && !PQconsumeInput(conn))
            return false;
    }
}

bool pg_plain(PGconn *conn, const char *sql, int64_t wait_ms, PGresult **bad)
{
    PGresult *res;

    *bad = NULL;
    if (!PQsendQuery(conn, sql))
        return false;
    for (;;) {
        if (!pg_wait(conn, wait_ms))
            return false;
        res = PQgetResult(conn);
        if (!res)
            return PQstatus(conn) == CONNECTION_OK;
        if (PQresultStatus(res) == PGRES_FATAL_ERROR && !*bad)
            *bad = res;
        else
            PQclear(res);
    }
}

/* ---- sending --------------------------------------------------------------------------- */

enum loa_err pg_note(struct pg_db *pg, int sent, struct pg_stmt *prepares)
{
    if (!sent)
        return broken(pg);
    pg->pending[pg->n_pending++].prepares = prepares;
    if (prepares)
        prepares->state = PG_SENT;
    return LOA_OK;
}

enum loa_err pg_ready(struct pg_db *pg)
{
    const char *begin;

    /* In a transaction that was lost, nothing may go on as if it were still there. */
    if (!pg->conn && (pg->in_transaction || !pg_alive(&pg->base)))
        return LOA_EIO;
    /* Room for BEGIN, PREPARE, the statement itself and NOTIFY. */
    if (pg->n_pending + 4 > PG_PENDING_MAX) {
        enum loa_err err = pg_collect(pg, NULL);

        if (err)
            return err;
    }
    begin = pg->begin;
    if (!begin)
        return LOA_OK;
    pg->begin = NULL;
    return pg_note(pg, PQsendQueryParams(pg->conn, begin, 0, NULL, NULL, NULL, NULL, 0), NULL);
}

enum loa_err pg_send(struct pg_db *pg, const char *sql)
{
    enum loa_err err = pg_ready(pg);

    if (err)
        return err;
    return pg_note(pg, PQsendQueryParams(pg->conn, sql, 0, NULL, NULL, NULL, NULL, 0), NULL);
}

/* ---- results --------------------------------------------------------------------------- */

/* The next result; NULL when the connection failed. */
static PGresult *next_result(struct pg_db *pg)
{
    PGresult *res;

    if (!pg_wait(pg->conn, pg->wait_ms))
        return NULL;
    res = PQgetResult(pg->conn);
    /* A server that ends says so in a result; the end itself is noticed with the next read. */
    if (res && PQresultStatus(res) == PGRES_FATAL_ERROR && PQstatus(pg->conn) != CONNECTION_OK) {
        keep_words(pg, PQresultErrorMessage(res));
        PQclear(res);
        return NULL;
    }
    return res;
}

/* Reads the result of one command and the end mark behind it. */
static PGresult *command_result(struct pg_db *pg)
{
    PGresult *res = next_result(pg);

    if (!res)
        return NULL;
    /* The end mark is always there by then, or comes with the next bytes. */
    if (!pg_wait(pg->conn, pg->wait_ms)) {
        PQclear(res);
        return NULL;
    }
    PQclear(PQgetResult(pg->conn));
    return res;
}

static enum loa_err read_sync(struct pg_db *pg)
{
    PGresult *res = next_result(pg);
    ExecStatusType status = PQresultStatus(res);

    PQclear(res);
    return status == PGRES_PIPELINE_SYNC ? LOA_OK : broken(pg);
}

static void add_changes(struct pg_db *pg, PGresult *res)
{
    const char *n = PQcmdTuples(res);

    pg->changes = n[0] ? strtoll(n, NULL, 10) : 0;
    pg->changes_in_all += pg->changes;
}

enum loa_err pg_collect(struct pg_db *pg, PGresult **last)
{
    size_t n = pg->n_pending;
    PGresult *failed = NULL;
    enum loa_err err;

    if (last)
        *last = NULL;
    if (!pg->conn)
        return LOA_EIO;
    if (!n)
        return LOA_OK;
    if (!PQpipelineSync(pg->conn))
        return broken(pg);
    for (size_t i = 0; i < n; i++) {
        PGresult *res = command_result(pg);
        ExecStatusType status = PQresultStatus(res);
        bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
        struct pg_stmt *prepares = pg->pending[i].prepares;

        if (!res) {
            PQclear(failed);
            return broken(pg);
        }
        if (prepares)
            prepares->state = good ? PG_READY : PG_NEW;
        else if (good)
            add_changes(pg, res);
        if (last && good && i + 1 == n)
            *last = res;
        else if (!good && !failed && status != PGRES_PIPELINE_ABORTED)
            failed = res;
        else
            PQclear(res);
    }
    pg->n_pending = 0;
    pg->risky = false;
    err = read_sync(pg);
    if (!err && failed)
        err = pg_fail(pg, failed);
    PQclear(failed);
    if (err && last) {
        PQclear(*last);
        *last = NULL;
    }
    return err;
}
