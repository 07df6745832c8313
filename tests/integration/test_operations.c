/* SPDX-License-Identifier: Apache-2.0 */
/* What staff do with a broadcast that is under way: pause, slow down, try it on themselves. The
 * sandbox's ledger says when each message was taken. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(operations, .timeout = 400);

static struct rig r;

static void start_fast(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "ZALO_RATE=600000\nFACEBOOK_RATE=600000\n");
    rig_start(&r, "");
    rig_do(&r, "{\"op\":\"limits\",\"on\":false}"); /* the pace here is above the platforms' own */
}

/* Time enough for echoes that could not be delivered to come again. */
static void start_with_doubt(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "LOA_DOUBT_WAIT=25\nFACEBOOK_RATE=600000\n");
    rig_start(&r, "");
    rig_do(&r, "{\"op\":\"limits\",\"on\":false}");
}

static void end(void)
{
    rig_end(&r);
}

/* The wall clock that the sandbox's ledger uses, too. */
static int64_t wall_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* When each of the newest messages to people was taken, oldest first; at most `max`. */
static int taken(const char *platform, int64_t *at, int max)
{
    char url[256];
    cJSON *all;
    const cJSON *item;
    int n = 0;

    (void)snprintf(url, sizeof(url), "%s/_control/ledger?platform=%s&dir=out&limit=%d&last=1",
                   r.sandbox, platform, max);
    all = cJSON_Parse(rig_http("GET", url, NULL, 0, NULL, NULL));
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(all, "messages"))
    {
        if (n < max)
            at[n++] = (int64_t)cJSON_GetObjectItemCaseSensitive(item, "at")->valuedouble;
    }
    cJSON_Delete(all);
    return n;
}

/* ---- pause ----------------------------------------------------------------------------- */

/* Waits until nothing more comes; the number taken by then. */
static int64_t come_to_rest(const char *platform)
{
    int64_t at;

    do {
        at = rig_stat(&r, platform, "unique");
        for (int i = 0; i < 75; i++)
            rig_nap();
    } while (rig_stat(&r, platform, "unique") != at);
    return at;
}

Test(operations, nothing_is_sent_a_second_after_a_pause, .init = start_fast, .fini = end)
{
    enum { PEOPLE = 6000, ROUNDS = 3 };
    int64_t id, at = 0, least = INT64_MAX;

    rig_followers(&r, "facebook", PEOPLE);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"delay\",\"platform\":\"facebook\",\"ms\":60}");
    id = rig_message(&r, "--title A --text 'Tin' --channels facebook");
    for (int i = 0; i < ROUNDS; i++) {
        int64_t acknowledged, newest = 0;

        RIG_WAIT(&r, rig_stat(&r, "facebook", "unique") > at + 200);
        rig_must(&r, "message pause %lld --user binh", (long long)id);
        acknowledged = wall_ms();
        at = come_to_rest("facebook");
        cr_assert_lt(at, PEOPLE);
        cr_assert_eq(taken("facebook", &newest, 1), 1);
        (void)fprintf(stderr, "operations: the last message came %lld ms after the pause\n",
                      (long long)(newest - acknowledged));
        if (newest - acknowledged < least)
            least = newest - acknowledged;
        rig_must(&r, "message resume %lld --user binh", (long long)id);
    }
    /* The best of three: the machine that runs the tests may be busy with others. */
    cr_expect_leq(least, 1000);
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), PEOPLE);
    cr_expect_eq(rig_stat(&r, "facebook", "unique"), PEOPLE);
    cr_expect_eq(rig_stat(&r, "facebook", "duplicates"), 0);
}

/* ---- rate ------------------------------------------------------------------------------ */

static int count_between(const char *platform, int64_t from, int64_t to)
{
    static int64_t at[2000];
    int n = taken(platform, at, 2000), between = 0;

    for (int i = 0; i < n; i++)
        between += at[i] > from && at[i] <= to;
    return between;
}

Test(operations, rate_of_a_running_broadcast_changes, .init = start_fast, .fini = end)
{
    enum { PEOPLE = 1500 };
    int64_t id, at[40], changed;

    rig_followers(&r, "zalo", PEOPLE);
    rig_must(&r, "message new --title A --text 'Tin' --channels zalo --user binh");
    id = 1;
    rig_must(&r, "message rate 1 600/phút --user binh");
    rig_must(&r, "message submit 1 --user binh");
    rig_must(&r, "message approve 1 --user chi");
    rig_serve(&r, "");
    rig_must(&r, "message schedule 1 --user binh");
    RIG_WAIT(&r, rig_stat(&r, "zalo", "unique") >= 40);
    cr_assert_eq(taken("zalo", at, 40), 40);
    cr_expect_geq(at[39] - at[0], 3500, "40 of 10 a second came within %lld ms",
                  (long long)(at[39] - at[0]));
    cr_expect_eq(rig_run(&r, id, "zalo", "rate_per_min"), 600);

    rig_must(&r, "message rate 1 30000 --account zalo --user binh");
    RIG_WAIT(&r, rig_stat(&r, "zalo", "unique") >= 300);
    rig_must(&r, "account rate zalo 120 --user an");
    changed = wall_ms();
    RIG_WAIT(&r, rig_metric(&r, "rate_cap_per_minute{account=\"zalo\",channel=\"zalo\"}") == 120);
    RIG_WAIT(&r, wall_ms() > changed + 6000);
    cr_expect_leq(count_between("zalo", changed + 2000, changed + 5000), 8, "2 a second");

    rig_must(&r, "account rate zalo default --user an");
    rig_must(&r, "message rate 1 default --user binh");
    RIG_WAIT(&r, rig_run_done(&r, id, "zalo"));
    cr_expect_eq(rig_run(&r, id, "zalo", "sent"), PEOPLE);
    cr_expect_eq(rig_run(&r, id, "zalo", "rate_per_min"), -1);
    cr_expect_eq(rig_stat(&r, "zalo", "duplicates"), 0);
}

/* A batch is no way around a cap. */
Test(operations, batches_keep_to_a_rate_too, .init = start_fast, .fini = end)
{
    int64_t id, at[60];

    rig_followers(&r, "viber", 400);
    rig_must(&r, "account rate viber 50 --user an");
    rig_serve(&r, "");
    id = rig_message(&r, "--title A --text 'Tin' --channels viber");
    RIG_WAIT(&r, rig_stat(&r, "viber", "unique") >= 50);
    cr_expect_eq(rig_stat(&r, "viber", "unique"), 50);
    cr_assert_eq(taken("viber", at, 60), 50);
    rig_must(&r, "account rate viber default --user an");
    RIG_WAIT(&r, rig_run_done(&r, id, "viber"));
    cr_expect_eq(rig_run(&r, id, "viber", "sent"), 400);
}

/* ---- trials ---------------------------------------------------------------------------- */

Test(operations, draft_is_tried_on_staff_and_marked, .init = start_fast, .fini = end)
{
    rig_followers(&r, "viber", 3);
    rig_serve(&r, "");
    rig_must(&r, "message new --title A --text 'Mai họp tổ dân phố' --channels viber --user binh");
    rig_must(&r,
             "contacts list --account viber --json | sed 's/.*\"id\":\"\\([^\"]*\\)\".*/\\1/' | "
             "sed -n 1p > who");
    cr_expect_eq(rig_loa(&r, "message test 1 --account viber --to \"$(cat who)\" --user binh"), 1);
    rig_must(&r, "contacts tester add \"$(cat who)\" --account viber --user an");
    rig_must(&r, "message test 1 --account viber --to \"$(cat who)\" --user binh");
    RIG_WAIT(&r, rig_got(&r, "viber", "#0", "[THỬ] Mai họp tổ dân phố") == 1);
    cr_expect_eq(rig_got(&r, "viber", "#1", "Mai họp"), 0);
    cr_expect(rig_state_is(&r, 1, "draft"));
}

/* ---- retries --------------------------------------------------------------------------- */

/* Runs of a message in an order that does not change: the first one, then its retries. */
static int64_t of_run(int64_t id, int which, const char *key)
{
    cJSON *message = rig_show(&r, id);
    const cJSON *run = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(message, "runs"), which);
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(run, key);
    int64_t n = cJSON_IsNumber(item) ? (int64_t)item->valuedouble : -1;

    cJSON_Delete(message);
    return n;
}

Test(operations, failed_ones_are_sent_to_again_and_nobody_else, .init = start_fast, .fini = end)
{
    enum { PEOPLE = 40 };
    int64_t id;

    rig_followers(&r, "zalo", PEOPLE);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"fail\",\"platform\":\"zalo\",\"path\":\"/message/cs\",\"kind\":"
               "\"error\",\"code\":-240,\"count\":3,\"skip\":5}");
    id = rig_message(&r, "--title A --text 'Tin' --channels zalo");
    RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
    cr_assert_eq(rig_run(&r, id, "zalo", "failed"), 3);
    cr_assert_eq(rig_stat(&r, "zalo", "unique"), PEOPLE - 3);
    cr_expect_eq(rig_loa(&r, "message retry %lld --codes 7 --user binh", (long long)id), 1);
    rig_must(&r, "message retry %lld --codes -240 --user binh --json", (long long)id);
    cr_expect(strstr(rig_output(), "\"attempt\":2,\"recipients\":3") != NULL, "%s", rig_output());
    RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
    cr_expect_eq(of_run(id, 0, "failed"), 3, "what happened stays");
    cr_expect_eq(of_run(id, 1, "sent"), 3);
    cr_expect_eq(of_run(id, 1, "attempt"), 2);
    cr_expect_eq(rig_loa(&r, "message retry %lld --user binh", (long long)id), 1);
    cr_expect_eq(rig_stat(&r, "zalo", "unique"), PEOPLE);
    cr_expect_eq(rig_stat(&r, "zalo", "duplicates"), 0);
}

/* A retry that is cut off is as careful as any other run. */
Test(operations, killed_retry_sends_nothing_twice, .init = start_with_doubt, .fini = end)
{
    enum { PEOPLE = 60, FAILED = 30 };
    int64_t id;

    rig_followers(&r, "facebook", PEOPLE);
    rig_serve(&r, "");
    rig_do(&r,
           "{\"op\":\"fail\",\"platform\":\"facebook\",\"path\":\"/messages\",\"kind\":"
           "\"error\",\"code\":230,\"count\":%d}",
           FAILED);
    id = rig_message(&r, "--title A --text 'Tin' --channels facebook");
    RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
    cr_assert_eq(rig_run(&r, id, "facebook", "failed"), FAILED);
    rig_do(&r, "{\"op\":\"delay\",\"platform\":\"facebook\",\"ms\":400}");
    rig_must(&r, "message rate %lld 600 --user binh", (long long)id);
    rig_must(&r, "message retry %lld --user binh", (long long)id);
    RIG_WAIT(&r, rig_stat(&r, "facebook", "unique") > PEOPLE - FAILED + 5);
    rig_kill(&r);
    rig_serve(&r, "");
    RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
    cr_expect_eq(rig_stat(&r, "facebook", "duplicates"), 0);
    cr_expect_eq(of_run(id, 1, "sent") + of_run(id, 1, "in_doubt"), FAILED);
    cr_expect_eq(rig_stat(&r, "facebook", "unique") + of_run(id, 1, "in_doubt"), PEOPLE);
}

/* ---- watch ----------------------------------------------------------------------------- */

/* The program's path, for commands that rig_loa() cannot run. */
static const char *loa(void)
{
    static char path[4096];
    char cwd[2048];
    const char *build = getenv("LOA_BUILD");

    cr_assert_not_null(getcwd(cwd, sizeof(cwd)));
    (void)snprintf(path, sizeof(path), "%s/%s/loa", cwd, build ? build : "build");
    return path;
}

static char shell_output[1 << 16];

/* A shell command in the rig's folder; its exit code. */
static int in_shell(const char *fmt, ...)
{
    char command[8192];
    size_t n = (size_t)snprintf(command, sizeof(command), "cd %s && { ", r.dir);
    va_list ap;
    FILE *f;
    int status;

    va_start(ap, fmt);
    n += (size_t)vsnprintf(command + n, sizeof(command) - n, fmt, ap);
    va_end(ap);
    (void)snprintf(command + n, sizeof(command) - n, "; } 2>&1");
    f = popen(command, "r");
    cr_assert_not_null(f);
    n = fread(shell_output, 1, sizeof(shell_output) - 1, f);
    shell_output[n] = '\0';
    status = pclose(f);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool says(const char *text)
{
    return strstr(rig_output(), text) != NULL;
}

Test(operations, watch_follows_a_broadcast_to_its_end, .init = start_fast, .fini = end)
{
    enum { PEOPLE = 300 };
    const char *last;
    int64_t id;

    rig_followers(&r, "zalo", PEOPLE);
    rig_serve(&r, "");
    cr_expect_eq(rig_loa(&r, "message watch 1"), 1, "there is none");
    rig_must(&r, "account rate zalo 6000 --user an");
    id = rig_message(&r, "--title A --text 'Tin' --channels zalo");
    /* A line a look, as JSON; it ends by itself. */
    rig_must(&r, "message watch %lld --json --interval 0.2", (long long)id);
    cr_expect(says("\"state\":\"sending\"") && says("\"rate_per_min\":6000") &&
                  says("\"ends\":\"2"),
              "%s", rig_output());
    last = strstr(rig_output(), "\"state\":\"done\"");
    cr_assert_not_null(last, "%s", rig_output());
    cr_expect(strstr(last, "\"done\":300,\"total\":300,\"sent\":300,\"failed\":0") != NULL, "%s",
              last);
    /* On a terminal the line is written over. */
    rig_do(&r, "{\"op\":\"fail\",\"platform\":\"zalo\",\"path\":\"/message/cs\",\"kind\":"
               "\"error\",\"code\":-240,\"count\":1}");
    id = rig_message(&r, "--title B --text 'Tin hai' --channels zalo");
    cr_expect_eq(in_shell("script -qec \"%s message watch %lld --interval 0.1\" /dev/null", loa(),
                          (long long)id),
                 1, "one failed");
    cr_expect(strstr(shell_output, "\x1b[2K") && strstr(shell_output, "300/300 (100%), lỗi 1"),
              "%s", shell_output);
}

Test(operations, watch_can_be_left_and_the_broadcast_goes_on, .init = start_fast, .fini = end)
{
    int64_t id;

    rig_followers(&r, "viber", 50);
    rig_serve(&r, "");
    rig_must(&r, "account pause viber --reason 'thử' --user an");
    id = rig_message(&r, "--title A --text 'Tin' --channels viber");
    RIG_WAIT(&r, rig_state_is(&r, id, "sending"));
    cr_expect_eq(
        in_shell("timeout --preserve-status -s INT 1 %s message watch %lld", loa(), (long long)id),
        1);
    cr_expect(strstr(shell_output, "tài khoản tạm dừng") && strstr(shell_output, "thử") &&
                  strstr(shell_output, "loa account resume viber") &&
                  strstr(shell_output, "thôi theo dõi"),
              "%s", shell_output);
    rig_must(&r, "account resume viber --user an");
    rig_must(&r, "message watch %lld --interval 0.2", (long long)id);
    cr_expect(strstr(rig_output(), "viber (batch) xong") != NULL, "%s", rig_output());
    cr_expect_eq(rig_run(&r, id, "viber", "sent"), 50);
}
