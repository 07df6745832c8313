/* SPDX-License-Identifier: Apache-2.0 */
/* What waits for staff: it is listed, and goes or is given up as they say, once. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/held.h"
#include "messages/message.h"
#include "messages/run.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account, message, due;

static void set_message(const char *state)
{
    cr_assert_eq(db_run(db, "UPDATE messages SET state = $1, next_ms = 0 WHERE id = $2", "si",
                        state, message),
                 LOA_OK);
}

static void ask(int64_t due_ms)
{
    cr_assert_eq(db_run(db,
                        "INSERT INTO occurrences (message_id, due_ms, state, at_ms) "
                        "VALUES ($1, $2, 'asked', $2)",
                        "ii", message, due_ms),
                 LOA_OK);
}

static void open_it(void)
{
    struct msg_spec spec;

    db = help_open();
    account = help_account(db, "zalo");
    due = help_at("2026-10-01T07:30:00+07:00");
    spec = help_spec("{\"title\":\"Khai mạc\",\"body\":{\"text\":\"x\"},\"audience\":{"
                     "\"channels\":[\"zalo\"]}}");
    cr_assert_eq(msg_message_create(db, &help_writer, 1, &spec, &message, NULL), LOA_OK);
    msg_spec_release(&spec);
    set_message("scheduled");
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_held, .timeout = 20, .init = open_it, .fini = close_it);

static int64_t held_run(void)
{
    struct msg_run r = {.message_id = message,
                        .due_ms = due,
                        .account_id = account,
                        .content = loa_xstrdup("{}"),
                        .deadline_ms = due + 1000000};
    int64_t id;

    cr_assert_eq(msg_run_create(db, &r, due), LOA_OK);
    id = r.id;
    msg_run_release(&r);
    cr_assert_eq(db_run(db, "UPDATE runs SET state = 'held', cursor_id = 1 WHERE id = $1", "i", id),
                 LOA_OK);
    return id;
}

static enum loa_err decide(const struct msg_actor *who, const char *key, bool send, int64_t now)
{
    struct loa_problem why = {"", ""};
    enum loa_err err = msg_held_decide(db, who, now, key, send, &why);

    if (err)
        cr_expect_neq(why.text[0], '\0');
    return err;
}

static const char *key_of(size_t i)
{
    static char key[MSG_HELD_KEY];
    struct msg_held *items;
    size_t n;

    cr_assert_eq(msg_held_list(db, &items, &n), LOA_OK);
    key[0] = '\0';
    if (i < n)
        (void)msg_held_key(&items[i], key);
    msg_held_release(items, n);
    return key;
}

Test(msg_held, an_occurrence_is_granted_once_and_the_planner_woken)
{
    ask(due);
    cr_expect_str_eq(key_of(0), "1@2026-10-01T07:30:00+07:00");
    cr_expect_eq(decide(&help_approver, key_of(0), true, due + 1), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM occurrences WHERE state = 'granted'"), 1);
    cr_expect_eq(help_int(db, "SELECT next_ms FROM messages"), 1);
    cr_expect_str_eq(key_of(0), "", "it is not on the list any more");
    cr_expect_eq(decide(&help_approver, "1@2026-10-01T07:30:00+07:00", true, due + 1), LOA_ENOENT);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action = 'held.send'"), 1);
}

Test(msg_held, an_occurrence_is_declined)
{
    ask(due);
    cr_expect_eq(decide(&help_approver, key_of(0), false, due + 1), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM occurrences WHERE state = 'declined'"), 1);
}

Test(msg_held, a_writer_does_not_decide)
{
    ask(due);
    cr_expect_eq(decide(&help_writer, key_of(0), true, due + 1), LOA_EPERM);
    cr_expect_eq(decide(&help_admin, key_of(0), true, due + 1), LOA_OK);
}

Test(msg_held, a_message_that_was_over_goes_on_and_one_in_draft_does_not)
{
    ask(due);
    ask(due + 1000);
    set_message("sent");
    cr_expect_eq(decide(&help_approver, key_of(0), true, due + 1), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM messages WHERE state = 'sending' AND "
                              "next_ms = 1"),
                 1);
    set_message("draft");
    cr_assert_eq(db_savepoint(db), LOA_OK);
    cr_expect_eq(decide(&help_approver, key_of(0), true, due + 1), LOA_EPERM);
    db_rollback_to(db);
    cr_assert_eq(db_release(db), LOA_OK);
    cr_expect_eq(decide(&help_approver, key_of(0), false, due + 1), LOA_OK, "to give up is free");
}

Test(msg_held, a_held_run_is_worked_by_nobody_and_goes_on_when_told)
{
    int64_t run = held_run();
    struct msg_run *runs;
    char key[MSG_HELD_KEY];
    size_t n;

    (void)snprintf(key, sizeof(key), "run:%" PRId64, run);
    cr_expect_str_eq(key_of(0), key);
    cr_assert_eq(msg_run_load_open(db, 0, &runs, &n), LOA_OK);
    cr_expect_eq(n, (size_t)0);
    cr_expect_eq(decide(&help_approver, key, true, due + 1), LOA_OK);
    cr_assert_eq(msg_run_load_open(db, 0, &runs, &n), LOA_OK);
    cr_assert_eq(n, (size_t)1);
    cr_expect_eq(runs[0].cursor_id, 1, "from where it stood");
    msg_run_release(&runs[0]);
    free(runs);
}

Test(msg_held, a_held_run_past_its_deadline_can_only_end)
{
    int64_t run = held_run();
    char key[MSG_HELD_KEY];

    (void)snprintf(key, sizeof(key), "run:%" PRId64, run);
    cr_expect_eq(decide(&help_approver, key, true, due + 1000000), LOA_ETIMEOUT);
    cr_expect_eq(decide(&help_approver, key, false, due + 1000000), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM runs WHERE state = 'done' AND "
                              "finished_ms > 0"),
                 1);
}

/* Resuming is for all of a message; a run that may have gone out is a decision of its own. */
Test(msg_held, a_message_is_not_resumed_over_a_held_run)
{
    int64_t run = held_run();
    char key[MSG_HELD_KEY];

    set_message("paused");
    cr_expect_eq(msg_message_resume(db, &help_approver, due, message, NULL), LOA_EPERM);
    (void)snprintf(key, sizeof(key), "run:%" PRId64, run);
    cr_expect_eq(decide(&help_approver, key, false, due + 1), LOA_OK);
    cr_expect_eq(msg_message_resume(db, &help_approver, due, message, NULL), LOA_OK);
}

Test(msg_held, a_cancelled_messages_run_is_given_back_to_be_ended)
{
    struct msg_run *runs;
    size_t n;

    (void)held_run();
    set_message("cancelled");
    cr_assert_eq(msg_run_load_open(db, 0, &runs, &n), LOA_OK);
    cr_assert_eq(n, (size_t)1);
    cr_expect_eq(runs[0].state, MSG_RUN_HELD);
    msg_run_release(&runs[0]);
    free(runs);
}

Test(msg_held, what_is_no_key_is_refused)
{
    static const char *const keys[] = {"", "run:", "run:x", "1", "1@", "1@x", "run:1x", "0@", "@"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        cr_expect_eq(decide(&help_approver, keys[i], true, due), LOA_ENOENT, "%s", keys[i]);
}
