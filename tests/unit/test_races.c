/* SPDX-License-Identifier: Apache-2.0 */
/* Several processes on one PostgreSQL at the same instant: what SQLite's single writer gave for
 * nothing has to hold there too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "messages/audit.h"
#include "messages/base/crypto.h"
#include "messages/base/log.h"
#include "messages/contact.h"
#include "messages/message.h"
#include "messages/store/db.h"
#include "messages/user.h"
#include "tests/kit/database.h"
#include "tests/unit/store_help.h"

enum { PROCESSES = 4, TURNS = 40 };

static char *url;

static void make(void)
{
    loa_log_set_level(LOA_LOG_ERROR);
    cr_assert_eq(loa_crypto_init(), LOA_OK);
    if (kit_postgres())
        url = kit_database_new(true);
}

static void drop(void)
{
    if (url)
        kit_database_drop(url);
}

TestSuite(races, .timeout = 120, .init = make, .fini = drop);

static struct db *connect_to(void)
{
    struct db *db = NULL;

    cr_assert_eq(db_open(url, 0, &db, NULL), LOA_OK);
    return db;
}

/* One turn of one process, in a transaction; false ends the process as failed. */
typedef enum loa_err (*turn_cb)(struct db *db, int process, int turn);

static int child(turn_cb turn, int process, int gate, bool in_transaction)
{
    struct db *db = NULL;
    enum loa_err err = db_open(url, 0, &db, NULL);
    char go;

    if (err || read(gate, &go, 1) != 0)
        return 1;
    for (int i = 0; i < TURNS && !err; i++) {
        err = in_transaction ? db_begin(db) : LOA_OK;
        if (!err)
            err = turn(db, process, i);
        if (!err && in_transaction)
            err = db_commit(db);
    }
    if (err)
        (void)fprintf(stderr, "process %d: %s: %s\n", process, loa_strerror(err), db_message(db));
    db_close(db);
    return err != LOA_OK;
}

/* All of them start at once, when the gate's other end is closed. */
static void together(turn_cb turn, bool in_transaction)
{
    pid_t pids[PROCESSES];
    int gate[2], status;

    cr_assert_eq(pipe(gate), 0);
    for (int i = 0; i < PROCESSES; i++) {
        pids[i] = fork();
        cr_assert_geq(pids[i], 0);
        if (pids[i] == 0) {
            (void)close(gate[1]);
            _exit(child(turn, i, gate[0], in_transaction));
        }
    }
    (void)close(gate[0]);
    (void)close(gate[1]);
    for (int i = 0; i < PROCESSES; i++) {
        cr_assert_eq(waitpid(pids[i], &status, 0), pids[i]);
        cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "process %d", i);
    }
}

#define NEEDS_POSTGRES()                                                                           \
    if (!kit_postgres())                                                                           \
    cr_skip_test("LOA_TEST_POSTGRES is not set")

static enum loa_err log_something(struct db *db, int process, int turn)
{
    char detail[32];

    (void)snprintf(detail, sizeof(detail), "%d.%d", process, turn);
    return msg_audit(db, &help_writer, 1000 + turn, "test", "x", detail);
}

Test(races, the_audit_log_is_one_chain_whoever_writes_it)
{
    struct db *db;
    int64_t rows = 0, broken = 0;

    NEEDS_POSTGRES();
    together(log_something, true);
    db = connect_to();
    cr_expect_eq(msg_audit_verify(db, &rows, &broken), LOA_OK);
    cr_expect_eq(rows, PROCESSES * TURNS);
    db_close(db);
}

static enum loa_err hear_from(struct db *db, int process, int turn)
{
    char who[32];
    int64_t id = 0;

    (void)process;
    (void)snprintf(who, sizeof(who), "person %d", turn / 2);
    return msg_contact_touch(db, 1, who, "Tên", 1000, &id);
}

Test(races, a_person_whom_several_nodes_hear_at_once_is_one_contact)
{
    struct db *db;

    NEEDS_POSTGRES();
    together(hear_from, true);
    db = connect_to();
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts"), TURNS / 2);
    db_close(db);
}

static enum loa_err change_mind(struct db *db, int process, int turn)
{
    return msg_contact_consent(db, 1, 1, (process + turn) % 2, "ok", "test", 1000);
}

Test(races, consents_of_one_person_are_all_kept)
{
    struct db *db;
    int64_t id = 0;

    NEEDS_POSTGRES();
    db = connect_to();
    cr_assert_eq(msg_contact_touch(db, 1, "a", NULL, 1, &id), LOA_OK);
    together(change_mind, true);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM consents"), PROCESSES * TURNS);
    cr_expect_eq(help_int(db, "SELECT MAX(seq) FROM consents"), PROCESSES * TURNS);
    db_close(db);
}

static enum loa_err add_topic(struct db *db, int process, int turn)
{
    char topic[32];

    (void)snprintf(topic, sizeof(topic), "t%d-%d", process, turn);
    return msg_contact_topic(db, 1, 1, topic, true);
}

Test(races, no_topic_of_a_person_is_lost)
{
    struct db *db;
    int64_t id = 0;

    NEEDS_POSTGRES();
    db = connect_to();
    cr_assert_eq(msg_contact_touch(db, 1, "a", NULL, 1, &id), LOA_OK);
    together(add_topic, true);
    cr_expect_eq(help_int(db, "SELECT LENGTH(topics) - LENGTH(REPLACE(topics, ';', '')) "
                              "FROM contacts"),
                 PROCESSES * TURNS + 1);
    db_close(db);
}

static enum loa_err draw(struct db *db, int process, int turn)
{
    int64_t first = 0;
    enum loa_err err = db_next_ids(db, "test", 20, &first);
    struct db_rows *rows = db_rows_new("si");

    for (int64_t i = 0; i < 20; i++) {
        char name[64];

        (void)snprintf(name, sizeof(name), "%lld", (long long)(first + i));
        db_rows_add(rows, name, (int64_t)(process * TURNS + turn));
    }
    if (!err) /* a number that came twice would be there already */
        err = db_run_many(db, "INSERT INTO counters (name, value) VALUES ($1, $2)", rows, NULL);
    db_rows_free(rows);
    return err;
}

Test(races, a_number_is_drawn_once)
{
    struct db *db;

    NEEDS_POSTGRES();
    together(draw, true);
    db = connect_to();
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM counters"), PROCESSES * TURNS * 20);
    db_close(db);
}

static enum loa_err count_up(struct db *db, int process, int turn)
{
    int64_t n;

    (void)process;
    (void)turn;
    return db_count_up(db, "test", &n);
}

Test(races, a_counter_has_no_gaps)
{
    struct db *db;

    NEEDS_POSTGRES();
    together(count_up, true);
    db = connect_to();
    cr_expect_eq(help_int(db, "SELECT value FROM counters WHERE name = 'test'"), PROCESSES * TURNS);
    db_close(db);
}

static enum loa_err migrate(struct db *db, int process, int turn)
{
    (void)process;
    (void)turn;
    return db_migrate(db, NULL, NULL);
}

Test(races, nodes_that_start_together_migrate_once)
{
    struct db *db;

    NEEDS_POSTGRES();
    kit_database_drop(url);
    url = kit_database_new(false);
    together(migrate, false);
    db = connect_to();
    cr_expect_eq(db_check_schema(db, NULL), LOA_OK);
    db_close(db);
}

static int64_t message;

/* The planner's part and an approver's: who holds the message sees what the other did. */
static enum loa_err step_back_and_forth(struct db *db, int process, int turn)
{
    struct msg_message *m = NULL;
    enum loa_err err = msg_message_hold(db, message, &m, NULL);
    int64_t key = err ? 0 : m->last_key;

    (void)process;
    (void)turn;
    msg_message_free(m);
    return err ? err
               : db_run(db, "UPDATE messages SET last_key = $1 WHERE id = $2", "ii", key + 1,
                        message);
}

Test(races, what_is_read_of_a_message_to_change_it_is_not_changed_by_others)
{
    struct msg_spec spec =
        help_spec("{\"title\":\"A\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":"
                  "[\"zalo\"]}}");
    struct db *db;

    NEEDS_POSTGRES();
    db = connect_to();
    cr_assert_eq(msg_user_add(db, &help_admin, 1, "writer", MSG_ROLE_WRITER, NULL), LOA_OK);
    cr_assert_eq(msg_message_create(db, &help_writer, 1, &spec, &message, NULL), LOA_OK);
    msg_spec_release(&spec);
    together(step_back_and_forth, true);
    cr_expect_eq(help_int(db, "SELECT last_key FROM messages"), PROCESSES * TURNS);
    db_close(db);
}
