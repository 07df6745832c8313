/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/kit/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <libpq-fe.h>

#include "messages/base/crypto.h"
#include "messages/base/mem.h"
#include "messages/store/db.h"
#include "messages/store/embedded.h"

/* Named after the migrations, as a cluster may outlive a change of them. */
static const char *template(void)
{
    static char name[40];
    uint64_t hash = 0;

    for (const struct store_embedded *f = store_migration_files; !name[0] && f->name; f++)
        hash = 31 * hash + (uint64_t)loa_hash64(f->text);
    if (!name[0])
        (void)snprintf(name, sizeof(name), "loa_template_%llx", (unsigned long long)(hash >> 16));
    return name;
}

bool kit_postgres(void)
{
    const char *cluster = getenv("LOA_TEST_POSTGRES");

    return cluster && *cluster;
}

bool kit_store_is_postgres(void)
{
    const char *kind = getenv("LOA_TEST_STORE");

    return kind && strcmp(kind, "postgres") == 0;
}

static char *url_of(const char *name)
{
    cr_assert(kit_postgres(), "LOA_TEST_POSTGRES is not set");
    return loa_xasprintf("%s/%s", getenv("LOA_TEST_POSTGRES"), name);
}

static void drop_notice(void *arg, const char *words)
{
    (void)arg;
    (void)words;
}

static PGconn *maintenance(void)
{
    char *url = url_of("postgres");
    PGconn *conn = PQconnectdb(url);

    cr_assert_eq(PQstatus(conn), CONNECTION_OK, "%s", PQerrorMessage(conn));
    free(url);
    PQsetNoticeProcessor(conn, drop_notice, NULL);
    return conn;
}

static void run(PGconn *conn, const char *sql)
{
    PGresult *res = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(res);

    cr_assert(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s: %s", sql,
              PQerrorMessage(conn));
    PQclear(res);
}

static bool exists(PGconn *conn, const char *name)
{
    PGresult *res = PQexecParams(conn, "SELECT 1 FROM pg_database WHERE datname = $1", 1, NULL,
                                 &name, NULL, NULL, 0);
    bool found = PQntuples(res) > 0;

    PQclear(res);
    return found;
}

/* Migrated once, for all tests: a database copied from it is there in no time. The name says so
 * only when it is finished. */
static void make_template(PGconn *conn)
{
    char *url = url_of("loa_template_new");
    struct loa_problem why = {0};
    struct db *db = NULL;
    char *sql;

    run(conn, "SELECT pg_advisory_lock(1)");
    if (!exists(conn, template())) {
        run(conn, "DROP DATABASE IF EXISTS loa_template_new");
        run(conn, "CREATE DATABASE loa_template_new");
        cr_assert_eq(db_open(url, DB_CREATE, &db, &why), LOA_OK, "%s", why.text);
        cr_assert_eq(db_migrate(db, NULL, &why), LOA_OK, "%s", why.text);
        db_close(db);
        /* The server notices an end of a session a little later than the client. */
        run(conn, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                  "WHERE datname = 'loa_template_new'");
        sql = loa_xasprintf("ALTER DATABASE loa_template_new RENAME TO %s", template());
        run(conn, sql);
        free(sql);
    }
    run(conn, "SELECT pg_advisory_unlock(1)");
    free(url);
}

char *kit_database_new(bool migrated)
{
    static int made;
    PGconn *conn = maintenance();
    char name[64], *sql;

    (void)snprintf(name, sizeof(name), "loa_test_%d_%d", (int)getpid(), ++made);
    if (migrated)
        make_template(conn);
    sql = loa_xasprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
    run(conn, sql);
    free(sql);
    sql =
        loa_xasprintf("CREATE DATABASE %s TEMPLATE %s", name, migrated ? template() : "template1");
    run(conn, sql);
    free(sql);
    PQfinish(conn);
    return url_of(name);
}

char *kit_database_put_aside(const char *url)
{
    PGconn *conn = maintenance();
    const char *name = strrchr(url, '/') + 1;
    char *sql = loa_xasprintf("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                              "WHERE datname = '%s'",
                              name);

    run(conn, sql);
    free(sql);
    sql = loa_xasprintf("ALTER DATABASE %s RENAME TO %s_aside", name, name);
    run(conn, sql);
    free(sql);
    sql = loa_xasprintf("CREATE DATABASE %s TEMPLATE template1", name);
    run(conn, sql);
    free(sql);
    PQfinish(conn);
    return loa_xasprintf("%s_aside", url);
}

void kit_database_drop(char *url)
{
    PGconn *conn = maintenance();
    char *sql = loa_xasprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", strrchr(url, '/') + 1);

    run(conn, sql);
    free(sql);
    PQfinish(conn);
    free(url);
}

/* ---- borrowed ones --------------------------------------------------------------------- */

/* Holds the lock on what is borrowed; the server lets it go when the test's process ends. */
static PGconn *lender;

static const char clean[] =
    "DO $$ DECLARE t record; BEGIN "
    "SET LOCAL session_replication_role = replica; "
    "FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND "
    "tablename <> 'schema_version' LOOP EXECUTE 'DELETE FROM ' || quote_ident(t.tablename); "
    "END LOOP; "
    "FOR t IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP "
    "EXECUTE 'DROP SEQUENCE ' || quote_ident(t.sequencename); END LOOP; END $$";

static void prepare(const char *name)
{
    char *url = url_of(name);
    PGconn *conn;

    if (!exists(lender, name)) {
        char *sql = loa_xasprintf("CREATE DATABASE %s TEMPLATE %s", name, template());

        run(lender, sql);
        free(sql);
    }
    conn = PQconnectdb(url);
    run(conn, clean);
    PQfinish(conn);
    free(url);
}

static bool lock(int number)
{
    char sql[64];
    PGresult *res;
    bool ours;

    (void)snprintf(sql, sizeof(sql), "SELECT pg_try_advisory_lock(2, %d)", number);
    res = PQexec(lender, sql);
    ours = PQntuples(res) == 1 && PQgetvalue(res, 0, 0)[0] == 't';
    PQclear(res);
    return ours;
}

char *kit_database_borrow(void)
{
    char name[64];
    int number = 1;

    lender = maintenance();
    make_template(lender);
    while (!lock(number))
        cr_assert_lt(++number, 100, "all are lent");
    (void)snprintf(name, sizeof(name), "loa_lent_%s_%d", template() + strlen("loa_template_"),
                   number);
    prepare(name);
    return url_of(name);
}

void kit_database_return(char *url)
{
    PQfinish(lender);
    lender = NULL;
    free(url);
}
