/* SPDX-License-Identifier: Apache-2.0 */
/* A request that is sent twice does its work once. */
#include <criterion/criterion.h>

#include "messages/base/clock.h"
#include "messages/replay.h"
#include "tests/unit/store_help.h"

static struct db *db;

static void open_it(void)
{
    db = help_open();
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_replay, .timeout = 10, .init = open_it, .fini = close_it);

static char tag[] = "\"1\"", place[] = "/x/1", body[] = "{\"a\":1}";

Test(msg_replay, the_second_time_gets_the_answer_of_the_first)
{
    struct msg_replay r = {0}, kept = {201, tag, place, body};

    cr_assert_eq(msg_replay_claim(db, "writer", "k", "d1", 10, &r, NULL), LOA_OK);
    cr_assert_eq(msg_replay_keep(db, "writer", "k", &kept), LOA_OK);
    cr_assert_eq(msg_replay_claim(db, "writer", "k", "d1", 11, &r, NULL), LOA_EEXIST);
    cr_expect_eq(r.status, 201u);
    cr_expect_str_eq(r.etag, tag);
    cr_expect_str_eq(r.location, place);
    cr_expect_str_eq(r.body, body);
    msg_replay_release(&r);
}

Test(msg_replay, a_key_is_not_for_another_request_but_others_have_their_own)
{
    struct msg_replay r = {0};
    struct loa_problem why = {"", ""};

    cr_assert_eq(msg_replay_claim(db, "writer", "k", "d1", 10, &r, NULL), LOA_OK);
    cr_expect_eq(msg_replay_claim(db, "writer", "k", "d2", 11, &r, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "Idempotency-Key");
    cr_expect_eq(msg_replay_claim(db, "approver", "k", "d2", 11, &r, NULL), LOA_OK);
}

Test(msg_replay, after_a_day_a_key_is_free_again)
{
    struct msg_replay r = {0};

    cr_assert_eq(msg_replay_claim(db, "writer", "k", "d1", 10, &r, NULL), LOA_OK);
    cr_expect_eq(msg_replay_claim(db, "writer", "k", "d2", 11 + LOA_DAY_MS, &r, NULL), LOA_OK);
}
