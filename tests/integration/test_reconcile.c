/* SPDX-License-Identifier: Apache-2.0 */
/* What should have gone out and was left lying, by whatever cause, is found within a minute. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(reconcile, .timeout = 300);

static struct rig r;

static void start(void)
{
    rig_start(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

Test(reconcile, what_nobody_works_on_is_found_and_shown, .init = start, .fini = end)
{
    int64_t sent, later, begun;

    rig_followers(&r, "facebook", 3);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"webhooks\",\"enabled\":false}"); /* no echo settles what is staged here */
    sent = rig_message(&r, "--title A --text 'Tin' --channels facebook");
    later = rig_message(&r, "--title B --text 'Sau' --channels facebook --at "
                            "2030-01-01T08:00:00+07:00");
    RIG_WAIT(&r, rig_run_done(&r, sent, "facebook"));
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM windows") == 0);
    begun = rig_now_ms();
    (void)rig_sql(&r, "INSERT INTO windows (run_id, first_id, last_id, claimed_ms) "
                      "VALUES (1, 1, 3, 1) RETURNING 1");
    (void)rig_sql(&r, "DELETE FROM deliveries WHERE contact_id = 2 RETURNING 1");
    (void)rig_sql(&r, "INSERT INTO replies (id, account_id, contact_id, lane, content, state, "
                      "attempts, created_ms, due_ms, at_ms) SELECT 9001, account_id, id, 0, '{}', "
                      "1, 1, 1, 1, 1 FROM contacts WHERE id = 1 RETURNING 1");
    (void)rig_sql(&r, "UPDATE messages SET next_ms = 0, updated_ms = 1 WHERE state = 'scheduled' "
                      "RETURNING 1");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM windows") == 0);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM doubts WHERE cause = 1") == 2);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM messages WHERE next_ms > 1") == 1);
    cr_expect_leq(rig_now_ms() - begun, 60000, "within a minute");
    cr_expect(rig_state_is(&r, later, "scheduled"));
    cr_expect_eq(rig_sql(&r, "SELECT state FROM replies WHERE id = 9001"), 4);
    cr_expect_eq(rig_sql(&r, "SELECT state FROM deliveries WHERE contact_id = 2"), 4);
    RIG_WAIT(&r, rig_metric(&r, "in_doubt") == 2);
    rig_must(&r, "doubt list");
    cr_expect_not_null(strstr(rig_output(), "r9001"), "%s", rig_output());
    cr_expect_not_null(strstr(rig_output(), "d1-2"), "%s", rig_output());
}
