/* SPDX-License-Identifier: Apache-2.0 */
/* A run that could send and does not is noticed after a minute, and only such a one. */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "scheduler/run_parts.h"
#include "tests/unit/store_help.h"

TestSuite(sched_stall, .timeout = 30);

enum { LOOK_MS = 15000, LOOKS = 20 };

static int alarms(bool (*may)(int look), uint64_t (*moves)(int look))
{
    struct sched_stall s = {0};
    int n = 0;

    for (int i = 0; i < LOOKS; i++)
        n += sched_stall_look(&s, may(i), moves(i), (int64_t)i * LOOK_MS);
    return n;
}

static bool always(int look)
{
    return look >= 0;
}

static bool at_every_fourth_not(int look)
{
    return look % 4 != 3;
}

static uint64_t none(int look)
{
    return look < 0;
}

static uint64_t one_a_minute(int look)
{
    return (uint64_t)look / 4;
}

Test(sched_stall, what_may_move_and_does_not_is_noticed_each_minute)
{
    struct sched_stall s = {0};

    cr_expect_not(sched_stall_look(&s, true, 7, 0));
    cr_expect_not(sched_stall_look(&s, true, 7, SCHED_STALL_MS - 1));
    cr_expect(sched_stall_look(&s, true, 7, SCHED_STALL_MS));
    cr_expect_not(sched_stall_look(&s, true, 7, SCHED_STALL_MS + 1), "counted from anew");
    cr_expect_eq(alarms(always, none), 4);
}

Test(sched_stall, what_moves_now_and_then_or_waits_in_between_does_not_stand)
{
    cr_expect_eq(alarms(always, one_a_minute), 0);
    cr_expect_eq(alarms(at_every_fourth_not, none), 0);
}

/* ---- a run ----------------------------------------------------------------------------- */

static struct help_rig rig;
static struct sched_engine e;
static struct account a;
static struct run r;

static void open_it(void)
{
    char *url = help_url("loa.db");
    struct db *db = NULL;

    loa_log_set_level(LOA_LOG_ERROR + 1);
    cr_assert_eq(db_open(url, DB_CREATE, &db, NULL), LOA_OK);
    db_close(db);
    help_rig_open(&rig, url);
    free(url);
    e = (struct sched_engine){.store = rig.store, .accounts = &a, .runs = &r, .opt.alone = true};
    a = (struct account){
        .engine = &e, .lease = {true, 1, INT64_MAX}, .data.name = (char[]){"trang"}};
    r = (struct run){.engine = &e,
                     .account = &a,
                     .data = {.id = 5, .deadline_ms = INT64_MAX, .way = CHANNEL_WAY_SINGLE}};
    sched_places_init(&e.places, 64, 1);
    sched_gcra_init(&a.pace[CHANNEL_WAY_SINGLE], 10, 1000000, 10);
}

static void close_it(void)
{
    help_rig_close(&rig);
    help_folder_remove();
}

static bool may(void)
{
    return run_may_move(&r, loa_clock_wall());
}

Test(sched_stall, a_run_that_stands_is_dropped_to_be_read_again, .init = open_it, .fini = close_it)
{
    cr_expect_eq(run_stall_look(&e), 0);
    r.stall.since_ms -= SCHED_STALL_MS;
    r.moves++;
    cr_expect_eq(run_stall_look(&e), 0, "it did something");
    r.stall.since_ms -= SCHED_STALL_MS;
    r.claiming = true; /* though the store has nothing of it any more */
    cr_expect_eq(run_stall_look(&e), 1);
    cr_expect(r.lost);
    cr_expect(broadcast_idle(&r), "nothing keeps it in memory");
    r.stall.since_ms -= SCHED_STALL_MS;
    cr_expect_eq(run_stall_look(&e), 0, "once");
}

Test(sched_stall, a_run_that_must_wait_does_not_stand, .init = open_it, .fini = close_it)
{
    cr_expect(may());
    r.held = true;
    cr_expect_not(may(), "paused by staff");
    r.held = false;
    a.paused = true;
    cr_expect_not(may(), "its account is paused");
    a.paused = false;
    r.check_at_ms = loa_clock_wall() + LOA_HOUR_MS;
    cr_expect_not(may(), "waits for echoes");
    r.check_at_ms = 0;
    a.inflight = 1;
    cr_expect_not(may(), "a request of the account is under way");
    a.inflight = 0;
    r.cap = (struct rate_cap){.per_minute = 1, .free_us = INT64_MAX};
    cr_expect_not(may(), "staff's rate");
    r.cap = (struct rate_cap){0};
    sched_gcra_block(&a.pace[CHANNEL_WAY_SINGLE], INT64_MAX / 2);
    cr_expect_not(may(), "the platform said later");
    sched_gcra_init(&a.pace[CHANNEL_WAY_SINGLE], 10, 1000000, 10);
    e.failed = true;
    cr_expect_not(may(), "the store takes no outcomes");
    e.failed = false;
    cr_expect(may());
}
