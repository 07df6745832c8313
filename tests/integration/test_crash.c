/* SPDX-License-Identifier: Apache-2.0 */
/* kill -9 and SIGTERM in the middle of broadcasts, a full disk, a second server. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"
#include "tests/kit/database.h"

TestSuite(crash, .timeout = 600);

static struct rig r;

static void start(void)
{
    (void)snprintf(
        r.extra_env, sizeof(r.extra_env),
        "LOA_DOUBT_WAIT=25\nZALO_RATE=600000\nFACEBOOK_RATE=600000\nVIBER_RATE=600000\n");
    rig_start(&r, "");
    rig_do(&r, "{\"op\":\"limits\",\"on\":false}"); /* the pace here is above the platforms' own */
    /* Webhooks that met a dead server come again soon; in life it is 30 s and minutes. */
    rig_do(&r, "{\"op\":\"webhooks\",\"retry_ms\":[200,300,400,500],\"retry_forever\":true}");
}

static void end(void)
{
    rig_end(&r);
}

static int64_t in_store(const char *state)
{
    char sql[128];

    (void)snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM deliveries WHERE state IN (%s)", state);
    return rig_sql(&r, sql);
}

/* The other channels, and more kills: tests/chaos/test_kills.c. Kills the server `kills` times at
 * instants that the progress of the run decides. */
static int64_t broadcast_with_kills(const char *channel, int n, int kills, unsigned seed)
{
    char options[128];
    int64_t id;

    rig_followers(&r, channel, n);
    rig_serve(&r, "");
    (void)snprintf(options, sizeof(options), "--title A --text 'Tin qua sự cố' --channels %s",
                   channel);
    rig_do(&r, "{\"op\":\"delay\",\"platform\":\"%s\",\"ms\":25}", channel);
    id = rig_message(&r, options);
    srand(seed);
    for (int i = 1; i <= kills; i++) {
        int64_t mark = (int64_t)n * i / (kills + 2) + rand() % (n / (kills + 2));

        RIG_WAIT(&r, rig_stat(&r, channel, "unique") >= mark || rig_run_done(&r, id, channel));
        rig_kill(&r);
        rig_spawn(&r, "");
    }
    rig_wait_ready(&r);
    RIG_WAIT(&r, rig_run_done(&r, id, channel));
    return id;
}

static void report(const char *channel, int64_t id)
{
    (void)fprintf(
        stderr, "crash: %s: sent %lld, in doubt %lld; ledger: reached %lld, duplicates %lld\n",
        channel, (long long)rig_run(&r, id, channel, "sent"),
        (long long)rig_run(&r, id, channel, "in_doubt"), (long long)rig_stat(&r, channel, "unique"),
        (long long)rig_stat(&r, channel, "duplicates"));
}

static void nobody_missed_nobody_twice(const char *channel)
{
    enum { PEOPLE = 3000 };
    int64_t id = broadcast_with_kills(channel, PEOPLE, 4, 7);

    report(channel, id);
    cr_expect_eq(rig_stat(&r, channel, "unique"), PEOPLE, "nobody is missed");
    cr_expect_eq(rig_stat(&r, channel, "duplicates"), 0, "nobody gets it twice");
    cr_expect_eq(rig_run(&r, id, channel, "sent"), PEOPLE);
    cr_expect_eq(rig_run(&r, id, channel, "in_doubt"), 0);
}

Test(crash, facebook_broadcast_survives_kills_by_its_echoes, .init = start, .fini = end)
{
    nobody_missed_nobody_twice("facebook");
}

Test(crash, told_to_stop_it_finishes_what_is_under_way, .init = start, .fini = end)
{
    enum { PEOPLE = 2000 };
    int64_t id;

    rig_followers(&r, "facebook", PEOPLE);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"delay\",\"platform\":\"facebook\",\"ms\":40}");
    id = rig_message(&r, "--title A --text 'Tin' --channels facebook");
    for (int i = 1; i <= 3; i++) {
        RIG_WAIT(&r, rig_stat(&r, "facebook", "unique") >= PEOPLE * i / 5);
        cr_assert_eq(rig_stop(&r), 0);
        cr_expect_eq(in_store("4"), 0, "a graceful end leaves no doubt");
        cr_expect_eq(in_store("1, 5, 6"), rig_stat(&r, "facebook", "unique"));
        rig_serve(&r, "");
    }
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_stat(&r, "facebook", "unique"), PEOPLE);
    cr_expect_eq(rig_stat(&r, "facebook", "duplicates"), 0);
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), PEOPLE);
}

Test(crash, second_server_on_one_store_refuses, .init = start, .fini = end)
{
    if (r.database)
        cr_skip_test("PostgreSQL serves many");
    rig_serve(&r, "");
    cr_expect_eq(rig_loa(&r, "serve"), 1);
    cr_expect(strstr(rig_output(), "loa.db") != NULL, "%s", rig_output());
    cr_expect(strstr(rig_output(), "loa serve") != NULL, "%s", rig_output());
}

/* ---- a full disk ----------------------------------------------------------------------- */

static char disk[80];

static void start_on_small_disk(void)
{
    (void)snprintf(disk, sizeof(disk), "/tmp/loa-disk-XXXXXX");
    cr_assert_not_null(mkdtemp(disk));
    if (kit_store_is_postgres() || mount("tmpfs", disk, "tmpfs", 0, "size=24m") != 0) {
        (void)fprintf(stderr, "crash: no small disk can be mounted here, full disk not tried\n");
        (void)rmdir(disk);
        disk[0] = '\0';
    }
    start();
    if (disk[0]) {
        char command[512];

        (void)snprintf(command, sizeof(command),
                       "cd %s && cp loa.db* %s/ && echo LOA_STORE=sqlite:%s/loa.db >> .env && "
                       "rm loa.db && ln -s %s/loa.db loa.db",
                       r.dir, disk, disk, disk);
        cr_assert_eq(system(command), 0);
    }
}

static void end_small_disk(void)
{
    end();
    if (disk[0]) {
        cr_expect_eq(umount(disk), 0);
        (void)rmdir(disk);
    }
}

static void fill_disk(void)
{
    char command[160];

    (void)snprintf(command, sizeof(command), "dd if=/dev/zero of=%s/fill bs=4k 2>/dev/null; true",
                   disk);
    cr_assert_eq(system(command), 0);
}

static void free_disk(void)
{
    char command[160];

    (void)snprintf(command, sizeof(command), "rm %s/fill", disk);
    cr_assert_eq(system(command), 0);
}

Test(crash, full_disk_stops_sending_and_loses_nothing, .init = start_on_small_disk,
     .fini = end_small_disk)
{
    enum { PEOPLE = 3000 };
    int64_t id;

    if (!disk[0])
        return;
    rig_followers(&r, "facebook", PEOPLE);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"webhooks\",\"enabled\":false}");
    rig_do(&r, "{\"op\":\"delay\",\"platform\":\"facebook\",\"ms\":30}");
    id = rig_message(&r, "--title A --text 'Tin' --channels facebook");
    RIG_WAIT(&r, rig_stat(&r, "facebook", "unique") >= PEOPLE / 4);
    fill_disk();
    RIG_WAIT(&r, rig_log_has(&r, "outcomes cannot be stored"));
    free_disk();
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect(rig_log_has(&r, "outcomes are stored again"));
    cr_expect_eq(rig_stat(&r, "facebook", "unique"), PEOPLE);
    cr_expect_eq(rig_stat(&r, "facebook", "duplicates"), 0);
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), PEOPLE);
}
