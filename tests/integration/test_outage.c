/* SPDX-License-Identifier: Apache-2.0 */
/* A platform that does not work for a while: it is found out by few, nobody is given up for it, and
 * all is sent when it works again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(outage, .timeout = 300);

static struct rig r;

static void start(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "FACEBOOK_RATE=1000000\nZALO_RATE=1000000\n");
    rig_start(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

/* How many calls the broken platform had. */
static int64_t faults(const char *platform)
{
    char url[128];
    cJSON *state;
    const cJSON *n;
    int64_t v;

    (void)snprintf(url, sizeof(url), "%s/_control/state", r.sandbox);
    state = cJSON_Parse(rig_http("GET", url, NULL, 0, NULL, NULL));
    n = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(state, "counters"),
                                         platform),
        "faults");
    cr_assert(cJSON_IsNumber(n));
    v = (int64_t)n->valuedouble;
    cJSON_Delete(state);
    return v;
}

static void break_down(const char *platform, const char *path)
{
    rig_do(&r,
           "{\"op\":\"fail\",\"platform\":\"%s\",\"kind\":\"http\",\"http\":503,\"count\":-1,"
           "\"path\":\"%s\"}",
           platform, path);
}

static void work_again(void)
{
    rig_do(&r, "{\"op\":\"fail_clear\"}");
}

Test(outage, a_broadcast_waits_for_its_platform_and_loses_nobody, .init = start, .fini = end)
{
    enum { PEOPLE = 600 };
    int64_t id, tried;

    rig_do(&r, "[{\"op\":\"limits\",\"on\":false},{\"op\":\"demo\"}]");
    rig_followers(&r, "facebook", PEOPLE);
    rig_serve(&r, "");
    break_down("facebook", "/messages");
    id = rig_message(&r, "--title A --text 'Bản tin' --channels facebook");
    RIG_WAIT(&r, rig_log_has(&r, "the platform does not answer"));
    tried = faults("facebook");
    /* Then one at a time tries, farther and farther apart. */
    RIG_WAIT(&r, faults("facebook") >= tried + 3);
    cr_expect_lt(faults("facebook"), 200, "most were not even tried");
    cr_expect_eq(rig_run(&r, id, "facebook", "failed"), 0);
    rig_do(&r,
           "{\"op\":\"say\",\"platform\":\"facebook\",\"user\":\"demo\",\"text\":\"xin chào\"}");
    work_again();
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), PEOPLE);
    cr_expect_eq(rig_run(&r, id, "facebook", "failed"), 0);
    cr_expect_eq(rig_run(&r, id, "facebook", "in_doubt"), 0);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state = 2") == 1);
    cr_expect(rig_log_has(&r, "the platform answers again"));
}

/* One account's platform is away; the other's broadcast does not notice. */
Test(outage, another_platform_does_not_notice, .init = start, .fini = end)
{
    int64_t id;

    rig_do(&r, "{\"op\":\"limits\",\"on\":false}");
    rig_followers(&r, "facebook", 100);
    rig_followers(&r, "zalo", 100);
    rig_serve(&r, "");
    break_down("facebook", "/messages");
    id = rig_message(&r, "--title A --text 'Hai nền tảng' --channels facebook,zalo");
    RIG_WAIT(&r, rig_run_done(&r, id, "zalo"));
    cr_expect_eq(rig_run(&r, id, "zalo", "sent"), 100);
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), 0);
    work_again();
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), 100);
}

Test(outage, a_post_waits_as_well, .init = start, .fini = end)
{
    int64_t id;

    rig_serve(&r, "");
    break_down("facebook", "/feed");
    id = rig_message(&r, "--title A --text 'Bài đăng' --channels facebook --deliver post");
    RIG_WAIT(&r, faults("facebook") >= 7); /* more than a refusal is tried */
    work_again();
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), 1);
    cr_expect_eq(rig_stat(&r, "facebook", "posts"), 1);
}
