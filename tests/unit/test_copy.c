/* SPDX-License-Identifier: Apache-2.0 */
/* A store that moves: all of it or nothing, compared row by row, whichever the direction. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/audit.h"
#include "messages/base/crypto.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/store/copy.h"
#include "messages/store/db.h"
#include "messages/store/tables.h"
#include "messages/user.h"
#include "tests/kit/database.h"
#include "tests/unit/store_help.h"

enum { PEOPLE = 2500 };

static char *source_url, *target_url, *server_url;
static struct db *source, *target;

static struct db *connect_to(const char *url)
{
    struct db *db = NULL;
    struct loa_problem why = {0};

    cr_assert_eq(db_open(url, DB_CREATE | DB_PATIENT, &db, &why), LOA_OK, "%s", why.text);
    cr_assert_eq(db_migrate(db, NULL, &why), LOA_OK, "%s", why.text);
    return db;
}

static void set_up(void)
{
    loa_log_set_level(LOA_LOG_ERROR);
    cr_assert_eq(loa_crypto_init(), LOA_OK);
    source_url = help_url("source.db");
    target_url = help_url("target.db");
    if (kit_postgres())
        server_url = kit_database_borrow();
}

static void tear_down(void)
{
    db_close(source);
    db_close(target);
    if (server_url)
        kit_database_return(server_url);
    free(source_url);
    free(target_url);
    help_folder_remove();
}

TestSuite(store_copy, .timeout = 120, .init = set_up, .fini = tear_down);

#define NEEDS_POSTGRES()                                                                           \
    if (!kit_postgres())                                                                           \
    cr_skip_test("LOA_TEST_POSTGRES is not set")

/* Rows of every awkward kind: NULLs, empty texts, both ends of the numbers, keys that collations
 * order differently, bytes that are no text. */
static void fill(struct db *db)
{
    static const char *const names[] = {"a", "B", "b", "Á", "_", "zz", "Z", "đ", "1"};
    struct db_rows *rows = db_rows_new("iissis");
    int64_t id = 0, first = 0;

    cr_assert_eq(db_begin(db), LOA_OK);
    cr_assert_eq(db_next_ids(db, "contacts", PEOPLE, &first), LOA_OK);
    for (int64_t i = 0; i < PEOPLE; i++) {
        char remote[32];

        (void)snprintf(remote, sizeof(remote), "người %d", (int)(PEOPLE - i));
        db_rows_add(rows, INT64_C(1), first + i, remote, i % 3 ? "Tên" : NULL, i % 7,
                    i % 2 ? "" : NULL);
    }
    cr_assert_eq(db_run_many(db,
                             "INSERT INTO contacts (account_id, id, remote_id, name, status, "
                             "district) VALUES ($1, $2, $3, $4, $5, $6)",
                             rows, NULL),
                 LOA_OK, "%s", db_message(db));
    db_rows_free(rows);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        cr_assert_eq(db_run(db, "INSERT INTO faqs (id, position, data) VALUES ($1, $2, $3)", "sis",
                            names[i], i % 2 ? INT64_MIN : INT64_MAX, "{\"quote\":\"'\\\\\"}"),
                     LOA_OK);
    cr_assert_eq(msg_user_add(db, &help_admin, 1, "an", MSG_ROLE_ADMIN, NULL), LOA_OK);
    cr_assert_eq(db_run(db,
                        "INSERT INTO tokens (id, user_name, hash, created_ms) VALUES "
                        "(1, 'an', 'x', 1)",
                        ""),
                 LOA_OK);
    cr_assert_eq(db_next_id(db, "runs", &id), LOA_OK);
    cr_assert_eq(db_count_up(db, "content", &id), LOA_OK);
    cr_assert_eq(db_commit(db), LOA_OK);
}

struct seen {
    int64_t rows;
    int tables;
    struct db *writer; /* adds a row at the first call */
};

static void note(void *ctx, const struct store_table_copy *t)
{
    struct seen *s = ctx;

    if (s->writer)
        cr_assert_eq(
            db_run(s->writer, "INSERT INTO faqs (id, position, data) VALUES ('late', 1, '{}')", ""),
            LOA_OK);
    s->writer = NULL;
    if (t->done && t->comparing) {
        s->rows += t->rows;
        s->tables++;
    }
}

static void copy(struct seen *s)
{
    struct loa_problem why = {0};

    cr_assert_eq(store_copy(source, target, note, s, &why), LOA_OK, "%s", why.text);
}

static void check_target(void)
{
    int64_t id = 0, rows = 0, broken = 0;

    cr_expect_eq(help_int(target, "SELECT COUNT(*) FROM contacts"), PEOPLE);
    cr_expect_eq(help_int(target, "SELECT COUNT(*) FROM contacts WHERE district IS NULL"),
                 PEOPLE / 2);
    cr_expect_eq(help_int(target, "SELECT COUNT(*) FROM contacts WHERE district = ''"), PEOPLE / 2);
    cr_expect_eq(help_int(target, "SELECT COUNT(*) FROM users WHERE disabled_ms IS NULL"), 1);
    cr_expect_eq(help_int(target, "SELECT COUNT(*) FROM faqs"), 9);
    cr_expect_eq(msg_audit_verify(target, &rows, &broken), LOA_OK);
    cr_expect_eq(rows, 1);
    cr_assert_eq(db_begin(target), LOA_OK);
    cr_assert_eq(db_next_id(target, "contacts", &id), LOA_OK);
    cr_expect_eq(id, PEOPLE + 1, "no number is given twice");
    cr_assert_eq(db_next_id(target, "runs", &id), LOA_OK);
    cr_expect_eq(id, 2);
    cr_assert_eq(db_count_up(target, "content", &id), LOA_OK);
    cr_expect_eq(id, 2);
    cr_assert_eq(db_commit(target), LOA_OK);
}

Test(store_copy, from_file_to_server_and_back_to_another_file)
{
    struct seen first = {0}, second = {0};

    NEEDS_POSTGRES();
    source = connect_to(source_url);
    target = connect_to(server_url);
    fill(source);
    copy(&first);
    cr_expect_eq(first.rows, PEOPLE + 9 + 3);
    cr_expect_eq(help_int(source, "SELECT COUNT(*) FROM contacts"), PEOPLE);
    db_close(source);
    source = target;
    target = connect_to(target_url);
    copy(&second);
    cr_expect_eq(second.rows, first.rows);
    cr_expect_eq(second.tables, first.tables);
    check_target();
}

Test(store_copy, numbers_go_on_where_they_were_on_a_server_too)
{
    struct seen s = {0};

    NEEDS_POSTGRES();
    source = connect_to(source_url);
    target = connect_to(server_url);
    fill(source);
    copy(&s);
    check_target();
}

Test(store_copy, what_is_written_meanwhile_is_not_in_it)
{
    struct seen s = {0};

    source = connect_to(source_url);
    target = connect_to(target_url);
    fill(source);
    s.writer = connect_to(source_url);
    copy(&s);
    cr_expect_eq(help_int(source, "SELECT COUNT(*) FROM faqs"), 10);
    check_target();
}

Test(store_copy, a_target_with_a_single_row_is_left_alone)
{
    struct loa_problem why = {0};

    source = connect_to(source_url);
    target = connect_to(target_url);
    fill(source);
    cr_assert_eq(db_run(target, "INSERT INTO faqs (id, position, data) VALUES ('x', 1, '{}')", ""),
                 LOA_OK);
    cr_expect_eq(store_copy(source, target, NULL, NULL, &why), LOA_EEXIST);
    cr_expect_not_null(strstr(why.text, "faqs"));
    cr_expect_eq(help_int(target, "SELECT COUNT(*) FROM faqs"), 1);
    cr_expect_eq(help_int(target, "SELECT COUNT(*) FROM contacts"), 0);
}

Test(store_copy, a_row_that_came_over_different_undoes_all)
{
    struct loa_problem why = {0};

    source = connect_to(source_url);
    target = connect_to(target_url);
    fill(source);
    cr_assert_eq(db_exec(target, "CREATE TRIGGER meddler AFTER INSERT ON faqs WHEN NEW.id = 'zz' "
                                 "BEGIN UPDATE faqs SET data = 'changed' WHERE id = 'zz'; END"),
                 LOA_OK);
    cr_expect_eq(store_copy(source, target, NULL, NULL, &why), LOA_EPROTO);
    cr_expect_not_null(strstr(why.text, "faqs"));
    cr_expect_eq(help_int(target, "SELECT COUNT(*) FROM contacts"), 0);
    cr_expect_eq(help_int(target, "SELECT COUNT(*) FROM faqs"), 0);
    cr_assert_eq(db_exec(target, "DROP TRIGGER meddler"), LOA_OK);
    cr_expect_eq(store_copy(source, target, NULL, NULL, &why), LOA_OK, "%s", why.text);
}

Test(store_copy, bytes_of_old_that_are_not_text_come_over_mended)
{
    struct seen s = {0};

    NEEDS_POSTGRES();
    source = connect_to(source_url);
    target = connect_to(server_url);
    cr_assert_eq(db_exec(source, "INSERT INTO faqs (id, position, data) VALUES "
                                 "('x', 1, CAST(x'61ff62' AS TEXT))"),
                 LOA_OK);
    copy(&s);
    cr_expect_eq(help_int(target, "SELECT COUNT(*) FROM faqs WHERE data = 'a\xEF\xBF\xBD"
                                  "b'"),
                 1);
}

/* ---- the list of tables ---------------------------------------------------------------- */

Test(store_copy, every_table_and_column_of_the_server_is_known_with_its_type)
{
    struct store_tables tables;
    int64_t columns = 0, there = 0;
    struct db_stmt *st;
    enum loa_err err;

    NEEDS_POSTGRES();
    target = connect_to(server_url);
    cr_assert_eq(store_tables_read(&tables), LOA_OK);
    for (size_t i = 0; i < tables.n; i++) {
        for (size_t k = 0; k < tables.items[i].n; k++, columns++) {
            const struct store_column *c = &tables.items[i].columns[k];

            cr_assert_eq(db_get_int(target, &there,
                                    "SELECT COUNT(*) FROM information_schema.columns WHERE "
                                    "table_schema = 'public' AND table_name = $1 AND "
                                    "column_name = $2 AND data_type = $3",
                                    "sss", tables.items[i].name, c->name,
                                    c->type == 'i' ? "bigint" : "text"),
                         LOA_OK);
            cr_expect_eq(there, 1, "%s.%s", tables.items[i].name, c->name);
        }
    }
    err = db_query(target, &st,
                   "SELECT COUNT(*) FROM information_schema.columns WHERE "
                   "table_schema = 'public' AND table_name <> 'schema_version'",
                   "");
    while (!err && db_next(st, &err))
        cr_expect_eq(db_int(st, 0), columns, "and there are no others");
    store_tables_release(&tables);
}

Test(store_copy, every_table_has_a_key_and_stands_behind_those_it_refers_to)
{
    struct store_tables tables;
    size_t users = 0, tokens = 0, messages = 0, approvals = 0;

    cr_assert_eq(store_tables_read(&tables), LOA_OK);
    for (size_t i = 0; i < tables.n; i++) {
        const struct store_table *t = &tables.items[i];
        int keys = 0;

        for (size_t k = 0; k < t->n; k++)
            keys += t->columns[k].key > 0;
        cr_expect_gt(keys, 0, "%s has no primary key", t->name);
        users = strcmp(t->name, "users") == 0 ? i : users;
        tokens = strcmp(t->name, "tokens") == 0 ? i : tokens;
        messages = strcmp(t->name, "messages") == 0 ? i : messages;
        approvals = strcmp(t->name, "approvals") == 0 ? i : approvals;
    }
    cr_expect_gt(tokens, users);
    cr_expect_gt(approvals, messages);
    store_tables_release(&tables);
}
