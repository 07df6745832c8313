/* SPDX-License-Identifier: Apache-2.0 */
/* Time: a week by the demonstration clock, jumps, year's end, late rules; and what staff do with a
 * broadcast that is under way. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(schedule, .timeout = 400);

static struct rig r;

static void start(void)
{
    rig_start(&r, "");
}

static void start_fast(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "ZALO_RATE=600000\nFACEBOOK_RATE=600000\n");
    rig_start(&r, "");
    rig_do(&r, "{\"op\":\"limits\",\"on\":false}"); /* the pace here is above the platforms' own */
}

static void end(void)
{
    rig_end(&r);
}

static int64_t occurrences(const char *state)
{
    char sql[128];

    (void)snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM occurrences WHERE state = '%s'", state);
    return rig_sql(&r, sql);
}

/* Sets the demonstration clock that a server with `--demo-clock @clock` follows; from then on it
 * goes at the real pace. */
static void set_clock(const char *when)
{
    char path[128], temporary[136];
    FILE *f;

    (void)snprintf(path, sizeof(path), "%s/clock", r.dir);
    (void)snprintf(temporary, sizeof(temporary), "%s.new", path);
    f = fopen(temporary, "w");
    cr_assert_not_null(f);
    (void)fprintf(f, "%s*1\n", when);
    (void)fclose(f);
    cr_assert_eq(rename(temporary, path), 0);
}

/* Followers whose last word is recent by the demonstration's clock. */
static void viber_followers(int n)
{
    rig_followers(&r, "viber", n);
}

Test(schedule, week_of_daily_updates_each_with_its_own_text, .init = start, .fini = end)
{
    static const char *const texts[] = {"Hôm nay khai mạc ở Nha Trang",
                                        "8 giờ họp mặt Ngày Khuyến học"};
    char cwd[2048];
    int sent = 0;

    cr_assert_not_null(getcwd(cwd, sizeof(cwd)));
    rig_must(&r, "daily import %s/content/daily.json --user binh", cwd);
    viber_followers(3);
    (void)rig_message(&r, "--title Ngày --text '{daily.text}' --channels viber --rrule FREQ=DAILY "
                          "--dtstart 2026-10-01T07:00:00+07:00 --until 2026-10-07T23:00:00+07:00 "
                          "--skip 2026-10-04");
    set_clock("2026-10-01T06:59:59");
    rig_serve(&r, "--demo-clock @clock");
    for (int day = 1; day <= 7; day++) {
        char when[32];

        (void)snprintf(when, sizeof(when), "2026-10-%02dT06:59:59", day);
        set_clock(when);
        if (day == 4)
            continue;
        sent++;
        RIG_WAIT(&r, rig_stat(&r, "viber", "accepted") == 3 * sent);
    }
    RIG_WAIT(&r, rig_state_is(&r, 1, "sent"));
    cr_expect_eq(occurrences("started"), 6);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM runs"), 6);
    cr_expect_eq(rig_stat(&r, "viber", "accepted"), 18);
    cr_expect_eq(rig_stat(&r, "viber", "duplicates"), 0);
    for (size_t i = 0; i < 2; i++)
        cr_expect_eq(rig_got(&r, "viber", "#0", texts[i]), 1, "%s", texts[i]);
}

Test(schedule, clock_that_jumps_doubles_nothing, .init = start, .fini = end)
{
    int64_t before;

    viber_followers(2);
    (void)rig_message(&r, "--title Ngày --text 'Tin {date}' --channels viber --rrule FREQ=DAILY "
                          "--dtstart 2026-12-30T23:59:00+07:00 --until 2027-01-03T23:59:00+07:00");
    rig_serve(&r, "--demo-clock 2026-12-30T23:50");
    rig_kill(&r);                                   /* nothing is due yet */
    rig_serve(&r, "--demo-clock 2026-12-31T00:30"); /* forward, within the grace: sent late */
    RIG_WAIT(&r, rig_got(&r, "viber", "#0", "Tin 30/12/2026") == 1);
    cr_assert_eq(rig_stop(&r), 0);
    before = rig_stat(&r, "viber", "accepted");
    rig_serve(&r, "--demo-clock 2026-12-30T23:58:60"); /* back: not again */
    RIG_WAIT(&r, rig_metric(&r, "store_commits_total") >= 1);
    cr_assert_eq(rig_stop(&r), 0);
    cr_expect_eq(rig_stat(&r, "viber", "accepted"), before);
    rig_serve(&r, "--demo-clock 2027-01-01T12:00"); /* forward over the year's end: missed */
    RIG_WAIT(&r, occurrences("missed") == 1);
    cr_assert_eq(rig_stop(&r), 0);
    rig_serve(&r, "--demo-clock 2027-01-01T23:59");
    RIG_WAIT(&r, rig_got(&r, "viber", "#0", "Tin 1/1/2027") == 1);
    cr_expect_eq(rig_got(&r, "viber", "#0", "Tin 31/12/2026"), 0);
    cr_expect_eq(rig_stat(&r, "viber", "duplicates"), 0);
}

Test(schedule, leap_day_comes_when_there_is_one, .init = start, .fini = end)
{
    viber_followers(1);
    (void)rig_message(&r, "--title Nhuận --text 'Tin {date}' --channels viber "
                          "--rrule 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29' "
                          "--dtstart 2028-02-29T08:00:00+07:00 --until 2032-03-01T00:00:00+07:00");
    rig_serve(&r, "--demo-clock 2028-02-29T07:59:60");
    RIG_WAIT(&r, rig_got(&r, "viber", "#0", "Tin 29/2/2028") == 1);
    /* The planner looks for the next time a moment after the broadcast has ended. */
    RIG_WAIT(&r, (rig_must(&r, "message show 1 --json"),
                  strstr(rig_output(), "2032-02-29T08:00:00+07:00") != NULL));
}

Test(schedule, useless_after_its_hour_is_not_sent, .init = start, .fini = end)
{
    viber_followers(1);
    (void)rig_message(&r, "--title A --text 'Muộn' --channels viber --at 2026-10-01T16:30:00+07:00 "
                          "--expires 2026-10-01T17:00:00+07:00");
    rig_serve(&r, "--demo-clock 2026-10-01T17:01");
    RIG_WAIT(&r, occurrences("expired") == 1);
    cr_expect_eq(rig_stat(&r, "viber", "accepted"), 0);
}

/* A late one is put to staff; it goes when they say so, and the message is not over before. */
Test(schedule, what_staff_are_asked_about_goes_when_they_say_so, .init = start, .fini = end)
{
    int64_t id;

    viber_followers(1);
    id = rig_message(&r, "--title B --text 'Hỏi' --channels viber --at 2026-10-01T07:00:00+07:00 "
                         "--late ask");
    rig_serve(&r, "--demo-clock 2026-10-01T07:30");
    RIG_WAIT(&r, occurrences("asked") == 1);
    cr_expect(rig_state_is(&r, id, "scheduled"));
    rig_must(&r, "held list");
    cr_expect(strstr(rig_output(), "1@2026-10-01T07:00:00+07:00") != NULL, "%s", rig_output());
    cr_expect_neq(rig_loa(&r, "held send 1@2026-10-01T07:00:00+07:00 --user binh"), 0,
                  "the writer does not decide");
    rig_must(&r, "held send 1@2026-10-01T07:00:00+07:00 --user chi");
    RIG_WAIT(&r, rig_got(&r, "viber", "#0", "Hỏi") == 1);
    RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
    cr_expect_eq(occurrences("started"), 1);
}

Test(schedule, late_rules_decide_what_happens, .init = start, .fini = end)
{
    viber_followers(1);
    (void)rig_message(&r, "--title A --text 'Bỏ' --channels viber --at 2026-10-01T07:00:00+07:00 "
                          "--late skip");
    (void)rig_message(&r, "--title B --text 'Hỏi' --channels viber --at 2026-10-01T07:00:00+07:00 "
                          "--late ask");
    (void)rig_message(&r, "--title C --text 'Gửi' --channels viber --at 2026-10-01T07:00:00+07:00");
    rig_serve(&r, "--demo-clock 2026-10-01T07:30");
    RIG_WAIT(&r, rig_got(&r, "viber", "#0", "Gửi") == 1);
    RIG_WAIT(&r, occurrences("missed") == 1 && occurrences("asked") == 1);
    cr_expect_eq(rig_stat(&r, "viber", "accepted"), 1);
}

static void start_quiet(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "LOA_QUIET_HOURS=22:00-06:00\n");
    rig_start(&r, "");
}

Test(schedule, quiet_hours_hold_all_but_the_urgent, .init = start_quiet, .fini = end)
{
    viber_followers(1);
    (void)rig_message(&r,
                      "--title A --text 'Thường' --channels viber --at 2026-10-01T23:00:00+07:00");
    (void)rig_message(&r, "--title B --text 'Khẩn cấp' --channels viber "
                          "--at 2026-10-01T23:00:00+07:00 --urgent");
    rig_serve(&r, "--demo-clock 2026-10-01T22:59:30");
    RIG_WAIT(&r, rig_got(&r, "viber", "#0", "Khẩn cấp") == 1);
    cr_expect_eq(rig_got(&r, "viber", "#0", "Thường"), 0);
    cr_assert_eq(rig_stop(&r), 0);
    rig_serve(&r, "--demo-clock 2026-10-02T06:00");
    RIG_WAIT(&r, rig_got(&r, "viber", "#0", "Thường") == 1);
}

Test(schedule, content_that_changed_after_approval_is_not_sent, .init = start, .fini = end)
{
    char cwd[2048];

    cr_assert_not_null(getcwd(cwd, sizeof(cwd)));
    rig_must(&r, "daily import %s/content/daily.json --user binh", cwd);
    viber_followers(1);
    (void)rig_message(&r, "--title Ngày --text '{daily.text}' --channels viber "
                          "--at 2026-10-01T07:00:00+07:00");
    rig_must(&r, "daily import %s/content/daily.json --user binh", cwd);
    cr_expect(rig_state_is(&r, 1, "approved"), "the same list changes nothing");
    {
        char command[4200];

        (void)snprintf(command, sizeof(command),
                       "sed 's/Hôm nay khai mạc/Hôm nay hoãn/' %s/content/daily.json > %s/d.json",
                       cwd, r.dir);
        cr_assert_eq(system(command), 0);
    }
    rig_must(&r, "daily import d.json --user binh");
    rig_serve(&r, "--demo-clock 2026-10-01T06:59:60");
    RIG_WAIT(&r, rig_state_is(&r, 1, "draft"));
    cr_expect_eq(rig_stat(&r, "viber", "accepted"), 0);
}

/* ---- a broadcast under way ------------------------------------------------------------- */

Test(schedule, broadcast_is_paused_resumed_and_cancelled, .init = start_fast, .fini = end)
{
    enum { PEOPLE = 3000 };
    int64_t id, at;

    rig_followers(&r, "facebook", PEOPLE);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"delay\",\"platform\":\"facebook\",\"ms\":60}");
    id = rig_message(&r, "--title A --text 'Tin' --channels facebook");
    RIG_WAIT(&r, rig_stat(&r, "facebook", "unique") > 200);
    rig_must(&r, "message pause %lld --user binh", (long long)id);
    do { /* until what was under way has come back */
        at = rig_stat(&r, "facebook", "unique");
        for (int i = 0; i < 40; i++)
            rig_nap();
    } while (rig_stat(&r, "facebook", "unique") != at);
    cr_expect_lt(at, PEOPLE);
    rig_must(&r, "message resume %lld --user binh", (long long)id);
    RIG_WAIT(&r, rig_stat(&r, "facebook", "unique") > at + 200);
    rig_must(&r, "message cancel %lld --user binh", (long long)id);
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect(rig_state_is(&r, id, "cancelled"));
    cr_expect_lt(rig_run(&r, id, "facebook", "sent"), PEOPLE);
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), rig_stat(&r, "facebook", "unique"));
}

Test(schedule, paused_account_waits_and_goes_on, .init = start_fast, .fini = end)
{
    int64_t id;

    rig_followers(&r, "zalo", 20);
    rig_must(&r, "account pause zalo --reason 'thử' --user an");
    rig_serve(&r, "");
    id = rig_message(&r, "--title A --text 'Tin' --channels zalo");
    RIG_WAIT(&r, rig_state_is(&r, id, "sending"));
    cr_expect_eq(rig_stat(&r, "zalo", "accepted"), 0);
    rig_must(&r, "account resume zalo --user an");
    RIG_WAIT(&r, rig_run_done(&r, id, "zalo"));
    cr_expect_eq(rig_run(&r, id, "zalo", "sent"), 20);
}

Test(schedule, stop_between_claim_and_send_is_honoured, .init = start_fast, .fini = end)
{
    enum { PEOPLE = 400 };
    int64_t id;

    rig_followers(&r, "facebook", PEOPLE);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"delay\",\"platform\":\"facebook\",\"ms\":1500}");
    id = rig_message(&r, "--title A --text 'Tin dài hơi' --channels facebook");
    RIG_WAIT(&r, rig_stat(&r, "facebook", "unique") >= 1);
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"facebook\",\"user\":\"#150\",\"text\":\"HỦY\"}");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE opted_out = 1") == 1);
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_got(&r, "facebook", "#150", "Tin dài hơi"), 0);
    cr_expect_eq(rig_run(&r, id, "facebook", "skipped"), 1);
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), PEOPLE - 1);
}

/* ---- the program itself ---------------------------------------------------------------- */

Test(schedule, settings_and_accounts_are_checked, .init = start, .fini = end)
{
    rig_must(&r, "check-config");
    cr_expect_eq(rig_loa(&r, "check-config --env /does/not/exist"), 1);
    cr_expect_eq(rig_loa(&r, "no-such-command"), 2);
    cr_expect_eq(rig_loa(&r, "message approve"), 2);
    cr_expect_eq(rig_loa(&r, "message --help"), 0);
    rig_serve(&r, "");
    rig_must(&r, "doctor");
    cr_expect(strstr(rig_output(), "viber") != NULL, "%s", rig_output());
    rig_do(&r, "{\"op\":\"expire_token\",\"platform\":\"facebook\"}");
    cr_expect_eq(rig_loa(&r, "doctor facebook"), 1);
}
