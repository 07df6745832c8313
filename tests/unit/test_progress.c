/* SPDX-License-Identifier: Apache-2.0 */
/* Progress of runs: which ones are shown, how far they are, what they will come to. */
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/delivery.h"
#include "messages/message.h"
#include "messages/progress.h"
#include "messages/retry.h"
#include "tests/unit/store_help.h"

enum { PEOPLE = 6 };

static struct db *db;
static int64_t account, message, people[PEOPLE];

static void open_it(void)
{
    struct msg_spec spec;

    db = help_open();
    account = help_account(db, "zalo");
    for (int i = 0; i < PEOPLE; i++) {
        char name[16];

        (void)snprintf(name, sizeof(name), "p%d", i);
        people[i] = help_contact(db, account, name, i % 2 ? ";a;" : NULL, i ? "Huế" : NULL);
    }
    spec = help_spec("{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":["
                     "\"zalo\"]}}");
    cr_assert_eq(msg_message_create(db, &help_writer, 1, &spec, &message, NULL), LOA_OK);
    msg_spec_release(&spec);
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_progress, .timeout = 20, .init = open_it, .fini = close_it);

static int64_t new_run(int64_t due, const char *topic)
{
    struct msg_run r = {.message_id = message,
                        .due_ms = due,
                        .account_id = account,
                        .content = loa_xstrdup("{}"),
                        .deadline_ms = 900000};
    int64_t id;

    if (topic)
        msg_list_add(&r.audience.topics, topic);
    cr_assert_eq(msg_run_create(db, &r, due), LOA_OK);
    id = r.id;
    msg_run_release(&r);
    return id;
}

static void became(int64_t run, int i, enum msg_delivery_state state)
{
    struct msg_outcome o = {.contact_id = people[i], .at_ms = 5, .state = state};

    cr_assert_eq(msg_run_record(db, run, &o, 1), LOA_OK);
}

static int64_t total_of(const struct msg_progress *p)
{
    int64_t n = -1;

    cr_assert_eq(msg_progress_total(db, p, &n), LOA_OK);
    return n;
}

Test(msg_progress, message_without_runs_has_its_state)
{
    struct msg_progress_of_message p;

    cr_assert_eq(msg_progress_load(db, message, 0, &p), LOA_OK);
    cr_expect_str_eq(p.state, "draft");
    cr_expect_eq(p.n, 0);
    msg_progress_release(&p);
    cr_expect_eq(msg_progress_load(db, message + 1, 0, &p), LOA_ENOENT);
}

Test(msg_progress, total_is_the_audience_and_does_not_move)
{
    struct msg_progress_of_message p;
    int64_t all = new_run(1000, NULL), some;

    cr_assert_eq(msg_progress_load(db, message, 0, &p), LOA_OK);
    cr_assert_eq(p.n, 1);
    cr_expect_eq(total_of(&p.runs[0]), PEOPLE);
    msg_progress_release(&p);
    became(all, 0, MSG_DELIVERY_SENT);
    became(all, 1, MSG_DELIVERY_FAILED);
    (void)help_contact(db, account, "late", NULL, NULL);
    cr_assert_eq(msg_progress_load(db, message, 0, &p), LOA_OK);
    cr_expect_eq(total_of(&p.runs[0]), PEOPLE, "who came later is not part of it");
    cr_expect_eq(p.runs[0].sent, 1);
    cr_expect_eq(p.runs[0].failed, 1);
    msg_progress_release(&p);
    cr_assert_eq(msg_run_state_set(db, all, MSG_RUN_DONE, NULL, 7), LOA_OK);

    some = new_run(2000, "a");
    cr_assert_eq(msg_progress_load(db, message, 0, &p), LOA_OK);
    cr_assert_eq(p.n, 1, "the newest occurrence");
    cr_expect_eq(p.runs[0].run_id, some);
    cr_expect_eq(total_of(&p.runs[0]), PEOPLE / 2);
    msg_progress_release(&p);
    cr_assert_eq(msg_progress_load(db, message, all, &p), LOA_OK);
    cr_assert_eq(p.n, 2, "and those that were watched before");
    cr_expect(p.runs[0].over);
    cr_expect_eq(total_of(&p.runs[0]), 2);
    msg_progress_release(&p);
}

Test(msg_progress, retry_counts_those_it_is_for)
{
    struct msg_retry_request q = {.message_id = message};
    struct msg_progress_of_message p;
    struct msg_retry *made = NULL;
    int64_t run = new_run(1000, NULL);
    size_t n = 0;

    cr_assert_eq(db_run(db, "UPDATE messages SET state = 'sent'", ""), LOA_OK);
    for (int i = 0; i < PEOPLE; i++)
        became(run, i, i < 2 ? MSG_DELIVERY_FAILED : MSG_DELIVERY_SENT);
    cr_assert_eq(msg_run_state_set(db, run, MSG_RUN_DONE, NULL, 7), LOA_OK);
    cr_assert_eq(msg_retry_start(db, &help_writer, 2000, &q, &made, &n, NULL), LOA_OK);
    free(made);
    cr_assert_eq(msg_progress_load(db, message, 0, &p), LOA_OK);
    cr_assert_eq(p.n, 2, "it belongs to the same occurrence");
    cr_expect_eq(p.runs[1].attempt, 2);
    cr_expect_eq(p.runs[1].occurrence_ms, 1000);
    cr_expect_eq(total_of(&p.runs[1]), 2);
    msg_progress_release(&p);
}
