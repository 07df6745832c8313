/* SPDX-License-Identifier: Apache-2.0 */
/* By which ways a message goes out on an account. */
#include <criterion/criterion.h>

#include "messages/spec.h"
#include "scheduler/ways.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account;

static void open_db(void)
{
    db = help_open();
    account = help_account(db, "a");
}

static void close_db(void)
{
    help_close(db);
}

TestSuite(sched_ways, .timeout = 10, .init = open_db, .fini = close_db);

enum { NOW = 1000000, BOTH = MSG_DELIVER_DIRECT | MSG_DELIVER_POST };

static struct sched_ways ways_of(const struct channel_ops *ops, unsigned deliver)
{
    struct sched_ways w;

    cr_assert_eq(sched_ways_of(db, ops, account, deliver, NOW, &w), LOA_OK);
    return w;
}

Test(sched_ways, a_channel_that_declares_batches_sends_in_batches)
{
    struct sched_ways viber = ways_of(&channel_viber, BOTH), zalo = ways_of(&channel_zalo, BOTH);

    cr_expect(viber.direct && viber.post);
    cr_expect_eq(viber.by, CHANNEL_WAY_BATCH);
    cr_expect(zalo.direct && zalo.post);
    cr_expect_eq(zalo.by, CHANNEL_WAY_SINGLE);
    cr_expect_str_eq(viber.why_not_post, "");
}

Test(sched_ways, only_what_was_asked_for_is_done)
{
    struct sched_ways w = ways_of(&channel_facebook, MSG_DELIVER_POST);

    cr_expect(w.post && !w.direct);
    w = ways_of(&channel_facebook, MSG_DELIVER_DIRECT);
    cr_expect(w.direct && !w.post);
    cr_expect_str_eq(w.why_not_post, "", "nobody asked");
}

Test(sched_ways, a_bot_does_not_post_and_a_channel_does_not_write)
{
    struct sched_ways w;

    cr_assert_eq(sched_ways_told(db, account, 1U << CHANNEL_WAY_SINGLE, 1U << CHANNEL_WAY_POST,
                                 "a bot", NOW),
                 LOA_OK);
    w = ways_of(&channel_viber, BOTH);
    cr_expect(w.direct && !w.post);
    cr_expect_str_eq(w.why_not_post, "a bot");
    cr_assert_eq(sched_ways_told(db, account, 1U << CHANNEL_WAY_POST,
                                 1U << CHANNEL_WAY_SINGLE | 1U << CHANNEL_WAY_BATCH, "a channel",
                                 NOW),
                 LOA_OK);
    w = ways_of(&channel_viber, BOTH);
    cr_expect(!w.direct && w.post);
    cr_expect_str_eq(w.why_not_direct, "a channel");
}

Test(sched_ways, without_batches_it_goes_one_by_one)
{
    struct sched_ways w;

    cr_assert_eq(msg_account_way_refused(db, account, CHANNEL_WAY_BATCH, "not allowed", NOW),
                 LOA_OK);
    w = ways_of(&channel_viber, MSG_DELIVER_DIRECT);
    cr_expect(w.direct);
    cr_expect_eq(w.by, CHANNEL_WAY_SINGLE);
    cr_expect_str_eq(w.why_not_direct, "");
}
