/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens that end: learned from the platforms, told a day ahead and again at the end, in the log,
 * the metrics, the doctor, the list of accounts and the schedule; and what is shown when a renewal
 * fails. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(rights, .timeout = 300);

static struct rig r;

/* Only an app may ask when a token ends; this is the id of the sandbox's first one. */
static void start(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "FACEBOOK_APP_ID=1234567890123456\n");
    rig_start(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

static bool says(const char *text)
{
    return strstr(rig_output(), text) != NULL;
}

static int64_t left(const char *channel, const char *kind)
{
    char name[128];

    (void)snprintf(name, sizeof(name),
                   "token_expires_seconds{account=\"%s\",channel=\"%s\",kind=\"%s\"}", channel,
                   channel, kind);
    return rig_metric(&r, name);
}

Test(rights, page_token_that_ends_is_told_a_day_ahead_and_at_its_end, .init = start, .fini = end)
{
    rig_do(&r, "{\"op\":\"token_ends\",\"platform\":\"facebook\",\"token\":%lld,\"data\":%lld}",
           (long long)time(NULL) + 7200, (long long)time(NULL) + 30 * 86400);
    rig_serve(&r, "");
    RIG_WAIT(&r, rig_log_has(&r, "token expires within a day"));
    RIG_WAIT(&r, left("facebook", "page") > 0 && left("facebook", "page") <= 7200);
    cr_expect_gt(left("facebook", "data"), 29 * 86400);
    rig_must(&r, "account list");
    cr_expect(says("mã truy cập Trang hết hạn") && says("SẮP HẾT HẠN") &&
                  says("FACEBOOK_PAGE_TOKEN"),
              "%s", rig_output());
    rig_must(&r, "doctor facebook");
    cr_expect(says("SẮP HẾT HẠN"), "%s", rig_output());
    rig_must(&r, "schedule --json");
    cr_expect(says("\"kind\":\"token\",\"account\":\"facebook\",\"right\":\"page\""), "%s",
              rig_output());
    /* The same token a while later. */
    (void)rig_sql(&r, "UPDATE account_health SET expires_ms = expires_ms - 86400000 WHERE "
                      "kind = 'page' RETURNING 1");
    RIG_WAIT(&r, rig_log_has(&r, "token has expired"));
    RIG_WAIT(&r, left("facebook", "page") < 0);
    /* A token without an end, as an office should have. */
    rig_do(&r, "{\"op\":\"token_ends\",\"platform\":\"facebook\"}");
    rig_must(&r, "doctor facebook");
    cr_expect_not(says("HẾT HẠN"), "%s", rig_output());
}

/* Two days in some seconds: the day's notice comes before the end. */
Test(rights, notice_comes_a_day_before_the_end, .init = start, .fini = end)
{
    const time_t token_ends = time(NULL) + 30 * 86400, begin = token_ends - 26 * 3600;
    char clock[64];
    struct tm tm;

    rig_do(&r, "{\"op\":\"token_ends\",\"platform\":\"facebook\",\"token\":%lld}",
           (long long)token_ends);
    gmtime_r(&begin, &tm);
    (void)strftime(clock, sizeof(clock), "--demo-clock '%Y-%m-%dT%H:%MZ*7200'", &tm);
    rig_serve(&r, clock);
    RIG_WAIT(&r, rig_log_has(&r, "token expires within a day"));
    cr_expect_not(rig_log_has(&r, "token has expired"));
    RIG_WAIT(&r, rig_log_has(&r, "token has expired"));
}

Test(rights, refresh_token_has_an_end_and_its_failure_a_remedy, .init = start, .fini = end)
{
    rig_followers(&r, "zalo", 1);
    rig_serve(&r, "");
    RIG_WAIT(&r, left("zalo", "refresh") > 89 * 86400);
    cr_expect_gt(left("zalo", "access"), 0);
    rig_do(&r, "{\"op\":\"revoke_refresh\",\"platform\":\"zalo\"}");
    rig_do(&r, "{\"op\":\"expire_token\",\"platform\":\"zalo\"}");
    (void)rig_message(&r, "--title A --text 'Tin' --channels zalo");
    RIG_WAIT(&r, rig_log_has(&r, "account paused"));
    rig_must(&r, "account list");
    cr_expect(says("mã truy cập") && says("làm mới không được") && says("ZALO_REFRESH_TOKEN"), "%s",
              rig_output());
    rig_must(&r, "schedule");
    cr_expect(says("tài khoản zalo: đang tạm dừng") && says("cấp quyền lại"), "%s", rig_output());
    RIG_WAIT(&r,
             rig_metric(&r, "renewal_failing{account=\"zalo\",channel=\"zalo\",kind=\"access\"}") ==
                 1);
}

Test(rights, last_word_of_a_platform_is_remembered, .init = start, .fini = end)
{
    rig_followers(&r, "viber", 1);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"viber\",\"user\":\"#0\",\"text\":\"chào\"}");
    RIG_WAIT(&r, rig_sql(&r, "SELECT last_webhook_ms FROM accounts WHERE name = 'viber'") > 0);
}
