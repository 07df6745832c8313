/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store_help.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "messages/base/crypto.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/contact.h"
#include "messages/user.h"
#include "tests/kit/database.h"

const struct msg_actor help_writer = {"writer", "cli"}, help_approver = {"approver", "cli"},
                       help_second = {"second", "cli"}, help_admin = {"admin", "cli"};

/* LOA_TEST_STORE=postgres: a database of the cluster; else one in memory. */
static char *database;

struct db *help_open(void)
{
    struct db *db = NULL;
    struct loa_problem why = {0};

    if (kit_store_is_postgres())
        database = kit_database_borrow();

    cr_assert_eq(loa_crypto_init(), LOA_OK);
    cr_assert_eq(loa_tz_set("Asia/Ho_Chi_Minh"), LOA_OK);
    cr_assert_eq(db_open(database ? database : "sqlite::memory:", DB_CREATE, &db, &why), LOA_OK,
                 "%s", why.text);
    cr_assert_eq(db_migrate(db, NULL, &why), LOA_OK, "%s", why.text);
    cr_assert_eq(db_begin(db), LOA_OK);
    cr_assert_eq(msg_user_add(db, &help_admin, 1, "admin", MSG_ROLE_ADMIN, NULL), LOA_OK);
    cr_assert_eq(msg_user_add(db, &help_admin, 1, "writer", MSG_ROLE_WRITER, NULL), LOA_OK);
    cr_assert_eq(msg_user_add(db, &help_admin, 1, "approver", MSG_ROLE_APPROVER, NULL), LOA_OK);
    cr_assert_eq(msg_user_add(db, &help_admin, 1, "second", MSG_ROLE_APPROVER, NULL), LOA_OK);
    return db;
}

void help_close(struct db *db)
{
    cr_expect_eq(db_commit(db), LOA_OK);
    db_close(db);
    if (database)
        kit_database_return(database);
    database = NULL;
}

int64_t help_at(const char *iso)
{
    int64_t ms = 0;

    cr_assert_eq(loa_iso_parse(iso, &ms), LOA_OK, "%s", iso);
    return ms;
}

int64_t help_int(struct db *db, const char *sql)
{
    int64_t v = 0;

    cr_assert_eq(db_get_int(db, &v, sql, ""), LOA_OK, "%s: %s", sql, db_message(db));
    return v;
}

char *help_text(struct db *db, const char *sql)
{
    struct db_stmt *st;
    char *out = NULL;
    enum loa_err err = db_query(db, &st, sql, "");

    while (!err && db_next(st, &err)) {
        free(out);
        out = loa_xstrdup(db_text(st, 0));
    }
    cr_assert_eq(err, LOA_OK, "%s: %s", sql, db_message(db));
    return out;
}

struct msg_spec help_spec(const char *json)
{
    cJSON *o = loa_json_parse(json, strlen(json));
    struct msg_spec spec;
    struct loa_problem why = {0};

    cr_assert_not_null(o, "%s", json);
    cr_assert_eq(msg_spec_parse(o, &spec, &why), LOA_OK, "%s: %s", json, why.text);
    cJSON_Delete(o);
    return spec;
}

void help_daily(struct db *db, const char *day, const char *title, const char *text)
{
    cJSON *o = cJSON_CreateObject();
    char *data;

    loa_json_add_str(o, "date", day);
    loa_json_add_str(o, "title", title);
    loa_json_add_str(o, "text", text);
    loa_json_add_str(o, "short", title);
    data = loa_json_print(o);
    cr_assert_eq(db_run(db,
                        "INSERT INTO daily (day, send_at_ms, data) VALUES ($1, 0, $2) "
                        "ON CONFLICT (day) DO UPDATE SET data = $2",
                        "ss", day, data),
                 LOA_OK);
    free(data);
    cJSON_Delete(o);
}

void help_event(struct db *db, const char *id, const char *start, const char *end, const char *json)
{
    cr_assert_eq(db_run(db,
                        "INSERT INTO events (id, start_ms, end_ms, data) VALUES ($1, $2, $3, $4) "
                        "ON CONFLICT (id) DO UPDATE SET start_ms = $2, end_ms = $3, data = $4",
                        "siis", id, help_at(start), help_at(end), json),
                 LOA_OK);
}

int64_t help_account(struct db *db, const char *name)
{
    int64_t id = 0;

    cr_assert_eq(db_next_id(db, "accounts", &id), LOA_OK);
    cr_assert_eq(db_run(db,
                        "INSERT INTO accounts (id, name, channel, created_ms) "
                        "VALUES ($1, $2, 'zalo', 1)",
                        "is", id, name),
                 LOA_OK);
    return id;
}

int64_t help_contact(struct db *db, int64_t account, const char *remote_id, const char *topics,
                     const char *district)
{
    int64_t id = 0;

    cr_assert_eq(msg_contact_touch(db, account, remote_id, NULL, 0, &id), LOA_OK);
    cr_assert_eq(msg_contact_follows(db, account, id), LOA_OK);
    cr_assert_eq(db_run(db,
                        "UPDATE contacts SET topics = $1, district = $2 WHERE account_id = $3 AND "
                        "id = $4",
                        "ssii", topics, district, account, id),
                 LOA_OK);
    return id;
}

/* ---- files ----------------------------------------------------------------------------- */

static char folder[64];

const char *help_folder(void)
{
    if (!folder[0]) {
        (void)snprintf(folder, sizeof(folder), "/tmp/loa-test-XXXXXX");
        cr_assert_not_null(mkdtemp(folder));
    }
    return folder;
}

void help_folder_remove(void)
{
    DIR *dir = folder[0] ? opendir(folder) : NULL;
    struct dirent *entry;

    while (dir && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.')
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    }
    if (dir)
        closedir(dir);
    if (folder[0])
        (void)rmdir(folder);
    folder[0] = '\0';
}

char *help_url(const char *name)
{
    return loa_xasprintf("sqlite:%s/%s", help_folder(), name);
}

/* ---- a store on a loop ----------------------------------------------------------------- */

void help_rig_open(struct help_rig *rig, const char *url)
{
    struct loa_problem why = {0};

    *rig = (struct help_rig){0};
    cr_assert_eq(loa_crypto_init(), LOA_OK);
    cr_assert_eq(uv_loop_init(&rig->loop), 0);
    cr_assert_eq(store_open(&rig->loop, url, &rig->store, &why), LOA_OK, "%s", why.text);
}

static void on_closed(void *ctx)
{
    struct help_rig *rig = ctx;

    rig->closed++;
}

void help_rig_close(struct help_rig *rig)
{
    store_close(rig->store, on_closed, rig);
    while (uv_run(&rig->loop, UV_RUN_DEFAULT) != 0)
        ;
    cr_expect_eq(rig->closed, 1);
    cr_expect_eq(uv_loop_close(&rig->loop), 0);
}

void help_rig_wait(struct help_rig *rig, const int *counter, int n)
{
    while (*counter < n)
        uv_run(&rig->loop, UV_RUN_ONCE);
    cr_expect_eq(*counter, n);
}
