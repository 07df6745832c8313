/* SPDX-License-Identifier: Apache-2.0 */
/* What was foreseen and what happened: caps that are kept when sending, numbers that come true. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(forecast, .timeout = 300);

static struct rig r;

static void start(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env),
                   "LOA_DOUBT_WAIT=2\nLOA_QUIET_HOURS=off\nZALO_PACKAGE=advanced\n");
    rig_start(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

/* One article a day to each follower: the platform would take a second one and show it to nobody.
 * An urgent one is tried all the same. */
Test(forecast, second_article_of_a_day_is_left_out_with_the_reason, .init = start, .fini = end)
{
    int64_t first, second, urgent;

    rig_followers(&r, "zalo", 3);
    rig_serve(&r, "");
    first = rig_message(&r, "--title A --text 'Bài thứ nhất' --channels zalo --deliver post "
                            "--image https://example.vn/a.jpg");
    RIG_WAIT(&r, rig_run_done(&r, first, "zalo"));
    cr_expect_eq(rig_run(&r, first, "zalo", "sent"), 1);
    second = rig_message(&r, "--title B --text 'Bài thứ hai' --channels zalo --deliver post "
                             "--image https://example.vn/b.jpg");
    RIG_WAIT(&r, rig_run_done(&r, second, "zalo"));
    cr_expect_eq(rig_run(&r, second, "zalo", "sent"), 0);
    cr_expect_eq(rig_run(&r, second, "zalo", "skipped"), 1);
    rig_must(&r, "message show %d", (int)second);
    cr_expect_not_null(strstr(rig_output(), "hôm nay người quan tâm đã nhận 1 bài"), "%s",
                       rig_output());
    urgent = rig_message(&r, "--title C --text 'Bài khẩn' --channels zalo --deliver post --urgent "
                             "--image https://example.vn/c.jpg");
    RIG_WAIT(&r, rig_run_done(&r, urgent, "zalo"));
    cr_expect_eq(rig_run(&r, urgent, "zalo", "sent"), 1);
    RIG_WAIT(&r, rig_stat(&r, "zalo", "posts") == 2); /* spread after a review */
}

/* ---- what was foreseen beside what happened ---------------------------------------------- */

static cJSON *json_of(const char *command, int64_t id)
{
    cJSON *o;

    rig_must(&r, "message %s %d --json", command, (int)id);
    o = cJSON_Parse(rig_output());
    cr_assert_not_null(o, "%s", rig_output());
    return o;
}

static double num(const cJSON *o, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);

    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static bool is(const cJSON *o, const char *key, const char *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);

    return cJSON_IsString(item) && strcmp(item->valuestring, value) == 0;
}

/* The one of an account by a way in a list of occurrences or runs. */
static const cJSON *one(const cJSON *o, const char *list, const char *account, const char *way)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(o, list))
    {
        if (is(item, "account", account) && is(item, "way", way))
            return item;
    }
    cr_assert_fail("nothing of %s by %s", account, way);
    return NULL;
}

static int64_t outgoing(const char *platform)
{
    return rig_stat(&r, platform, "unique");
}

/* Ten followers each: some said stop, some do not follow, some blocked us, some were silent too
 * long. What staff were told before is what the platforms' ledger shows after. */
static void mixed_followers(const char *platform, const char *account)
{
    char sql[512];

    rig_followers(&r, platform, 30);
    (void)snprintf(sql, sizeof(sql),
                   "UPDATE contacts SET status = CASE WHEN id %% 10 = 1 THEN 1 WHEN id %% 10 = 2 "
                   "THEN 2 WHEN id %% 10 = 3 THEN 3 ELSE 0 END, opted_out = CASE WHEN id %% 10 = 4 "
                   "THEN 1 ELSE 0 END, last_seen_ms = CASE WHEN id %% 10 = 5 THEN last_seen_ms - "
                   "2592000000 WHEN id %% 10 = 6 THEN 0 WHEN id %% 10 = 7 THEN "
                   "last_seen_ms - 216000000 ELSE last_seen_ms END "
                   "WHERE account_id = (SELECT id FROM accounts WHERE name = '%s') RETURNING 1",
                   account);
    (void)rig_sql(&r, sql);
}

static void check_foreseen(const cJSON *before, const cJSON *after, const char *account,
                           const char *way, int64_t in_ledger)
{
    static const char *const fates[] = {"window", "blocked"};
    const cJSON *foreseen = one(before, "occurrences", account, way);
    const cJSON *run = one(after, "runs", account, way);
    const cJSON *happened = cJSON_GetObjectItemCaseSensitive(run, "happened");
    const cJSON *lost = cJSON_GetObjectItemCaseSensitive(foreseen, "not_reached");
    const cJSON *skipped = cJSON_GetObjectItemCaseSensitive(happened, "not_reached");

    cr_expect_gt(num(foreseen, "reach"), 0, "%s", account);
    cr_expect_lt(num(foreseen, "reach"), 30, "%s", account);
    cr_expect_eq(num(foreseen, "reach"), num(happened, "reach"), "%s", account);
    cr_expect_eq(num(foreseen, "people"), num(happened, "people"), "%s", account);
    cr_expect_eq((int64_t)num(foreseen, "reach"), in_ledger, "%s", account);
    for (size_t i = 0; i < 2; i++)
        cr_expect_eq(num(lost, fates[i]), num(skipped, fates[i]), "%s %s", account, fates[i]);
    cr_expect_eq(num(lost, "unsubscribed") + num(lost, "opted_out"), num(skipped, "unsubscribed"));
    cr_expect_eq(num(lost, "invalid") + num(lost, "erased"), num(skipped, "invalid"));
    cr_expect_eq(num(foreseen, "paid"), num(happened, "paid"), "%s", account);
    cr_expect_eq(num(foreseen, "cost"), num(happened, "cost"), "%s", account);
    cr_expect_eq(num(cJSON_GetObjectItemCaseSensitive(run, "approve"), "reach"),
                 num(foreseen, "reach"), "kept when it was approved");
    cr_expect_eq(num(cJSON_GetObjectItemCaseSensitive(run, "run"), "reach"), num(foreseen, "reach"),
                 "made again when the run began");
}

static void start_priced(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env),
                   "LOA_DOUBT_WAIT=2\nLOA_QUIET_HOURS=off\nZALO_PACKAGE=advanced\n"
                   "ZALO_PRICE=55\nVIBER_PRICE=400\n");
    rig_start(&r, "");
}

Test(forecast, numbers_told_before_are_those_of_the_ledger_after, .init = start_priced, .fini = end)
{
    static const char *const platforms[] = {"zalo", "viber", "facebook"};
    static const char *const ways[] = {"single", "batch", "single"};
    int64_t id, ledger[3];
    cJSON *before, *after;

    for (int i = 0; i < 3; i++)
        mixed_followers(platforms[i], platforms[i]);
    rig_must(&r, "message new --title A --text 'Bản tin' --channels zalo,viber,facebook "
                 "--user binh");
    id = 1;
    before = json_of("forecast", id);
    rig_must(&r, "message submit %d --user binh", (int)id);
    rig_must(&r, "message approve %d --user chi", (int)id);
    for (int i = 0; i < 3; i++)
        ledger[i] = outgoing(platforms[i]);
    rig_serve(&r, "");
    rig_must(&r, "message schedule %d --user chi", (int)id);
    for (int i = 0; i < 3; i++)
        RIG_WAIT(&r, rig_run_done(&r, id, platforms[i]));
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM forecasts WHERE stage = 'run'") == 3);
    after = json_of("forecast", id);
    for (int i = 0; i < 3; i++)
        check_foreseen(before, after, platforms[i], ways[i], outgoing(platforms[i]) - ledger[i]);
    cr_expect_eq(num(one(before, "occurrences", "zalo", "single"), "cost"), 3 * 55);
    cr_expect_gt(num(one(before, "occurrences", "viber", "batch"), "cost"), 0);
    rig_must(&r, "message show %d", (int)id);
    cr_expect_not_null(strstr(rig_output(), "Dự báo và thực tế"), "%s", rig_output());
    cr_expect_not_null(strstr(rig_output(), "thực tế: tới"), "%s", rig_output());
    rig_must(&r, "message forecast %d", (int)id);
    cr_expect_not_null(strstr(rig_output(), "lúc duyệt"), "%s", rig_output());
    cJSON_Delete(before);
    cJSON_Delete(after);
}

/* Before anyone approves, the seven-day plan says that nobody is reached from the fifth day on. */
Test(forecast, approver_sees_the_cap_of_a_seven_day_plan, .init = start, .fini = end)
{
    cJSON *answer, *warning;
    bool found = false;

    rig_followers(&r, "zalo", 5);
    rig_must(&r, "message new --title Tuần --text 'Bản tin' --image https://example.vn/a.jpg "
                 "--channels zalo --deliver post --rrule 'FREQ=DAILY;COUNT=7' "
                 "--dtstart 2040-10-01T07:30:00+07:00 --user binh");
    rig_must(&r, "message forecast 1 --now 2040-09-30T09:00:00+07:00");
    cr_expect_not_null(strstr(rig_output(), "Từ ngày 05/10"), "%s", rig_output());
    cr_expect_not_null(strstr(rig_output(), "01, 03, 05, 07/10"), "%s", rig_output());
    rig_must(&r, "message edit 1 --rrule 'FREQ=DAILY;COUNT=15' --dtstart \"$(date -d tomorrow "
                 "+%%Y-%%m-%%dT07:30:00+07:00)\" --user binh");
    rig_must(&r, "message submit 1 --user binh");
    cr_expect_not_null(strstr(rig_output(), "[post_cap]"), "%s", rig_output());
    rig_must(&r, "message approve 1 --user chi --json");
    answer = cJSON_Parse(rig_output());
    cr_assert_not_null(answer, "%s", rig_output());
    cJSON_ArrayForEach(warning, cJSON_GetObjectItemCaseSensitive(answer, "warnings")) found =
        found || is(warning, "code", "post_cap");
    cr_expect(found, "%s", rig_output());
    cJSON_Delete(answer);
}
