/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that come late, broken or not at all, the same on each platform: everyone ends in exactly
 * one state, and nobody gets the message twice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(outcomes, .timeout = 400);

static struct rig r;

static const char *const platforms[] = {"zalo", "viber", "facebook"};
enum { PLATFORMS = 3, PEOPLE = 40 };

static void start(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env),
                   "LOA_DOUBT_WAIT=2\nZALO_RATE=60000\nFACEBOOK_RATE=60000\n");
    rig_start(&r, "");
    for (size_t i = 0; i < PLATFORMS; i++)
        rig_followers(&r, platforms[i], PEOPLE);
    rig_serve(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

/* Where messages of each platform go to: faults must not hit the set-up calls. */
static const char *path_of(const char *platform)
{
    return strcmp(platform, "zalo") == 0    ? "/message/cs"
           : strcmp(platform, "viber") == 0 ? "broadcast_message"
                                            : "/messages";
}

static void fault(const char *platform, const char *members)
{
    rig_do(&r, "{\"op\":\"fail\",\"platform\":\"%s\",\"path\":\"%s\",%s}", platform,
           path_of(platform), members);
}

/* Sends to all, waits for the end, prints what became of it. */
static int64_t send_to(const char *platform, const char *what)
{
    char options[160];
    int64_t id;

    (void)snprintf(options, sizeof(options), "--title A --text 'Tin: %s' --channels %s", what,
                   platform);
    id = rig_message(&r, options);
    RIG_WAIT(&r, rig_run_done(&r, id, platform));
    (void)fprintf(stderr,
                  "outcomes: %s, %s: sent %lld, failed %lld, skipped %lld, in doubt %lld; ledger: "
                  "reached %lld, duplicates: %lld\n",
                  what, platform, (long long)rig_run(&r, id, platform, "sent"),
                  (long long)rig_run(&r, id, platform, "failed"),
                  (long long)rig_run(&r, id, platform, "skipped"),
                  (long long)rig_run(&r, id, platform, "in_doubt"),
                  (long long)rig_stat(&r, platform, "unique"),
                  (long long)rig_stat(&r, platform, "duplicates"));
    return id;
}

/* One state for each recipient, and the totals say so. */
static void adds_up(int64_t id, const char *platform)
{
    char sql[128];

    cr_expect_eq(rig_run(&r, id, platform, "total"), PEOPLE, "%s", platform);
    cr_expect_eq(rig_run(&r, id, platform, "sent") + rig_run(&r, id, platform, "failed") +
                     rig_run(&r, id, platform, "skipped") + rig_run(&r, id, platform, "in_doubt"),
                 PEOPLE, "%s", platform);
    (void)snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM deliveries WHERE run_id = %lld",
                   (long long)rig_run(&r, id, platform, "id"));
    cr_expect_eq(rig_sql(&r, sql), PEOPLE, "%s", platform);
    cr_expect_eq(rig_stat(&r, platform, "duplicates"), 0, "%s", platform);
}

/* The platform took the message; its answer got lost on the way, is cut, or makes no sense. Echoes
 * and receipts settle what the answer would have said. */
static void taken_and_not_told(const char *name, const char *members)
{
    for (size_t i = 0; i < PLATFORMS; i++) {
        int64_t id;

        fault(platforms[i], members);
        id = send_to(platforms[i], name);
        RIG_WAIT(&r, rig_run(&r, id, platforms[i], "sent") == PEOPLE);
        adds_up(id, platforms[i]);
        cr_expect_eq(rig_stat(&r, platforms[i], "unique"), PEOPLE, "%s", platforms[i]);
    }
}

Test(outcomes, half_an_answer_is_no_reason_to_send_again, .init = start, .fini = end)
{
    taken_and_not_told("half an answer", "\"kind\":\"partial\",\"count\":2");
}

Test(outcomes, answer_without_sense_is_no_reason_to_send_again, .init = start, .fini = end)
{
    taken_and_not_told("garbage after acceptance",
                       "\"kind\":\"garbage\",\"after\":true,\"count\":2");
}

Test(outcomes, gateway_that_gave_up_waiting_is_no_reason_to_send_again, .init = start, .fini = end)
{
    taken_and_not_told("504 after acceptance",
                       "\"kind\":\"timeout\",\"ms\":300,\"after\":true,\"count\":2");
}

Test(outcomes, connection_reset_after_acceptance_is_settled, .init = start, .fini = end)
{
    taken_and_not_told("reset after acceptance",
                       "\"kind\":\"drop_after\",\"reset\":true,\"count\":2");
}

/* Never taken, and the platform does not say so: no one gets it twice; where there are no echoes
 * the number in doubt is what was not taken. */
Test(outcomes, lost_request_doubles_nothing, .init = start, .fini = end)
{
    for (size_t i = 0; i < PLATFORMS; i++) {
        int64_t id;

        fault(platforms[i], "\"kind\":\"drop_before\",\"count\":1");
        id = send_to(platforms[i], "dropped before acceptance");
        adds_up(id, platforms[i]);
        cr_expect_eq(rig_stat(&r, platforms[i], "unique") +
                         rig_run(&r, id, platforms[i], "in_doubt"),
                     PEOPLE, "%s", platforms[i]);
        cr_expect_eq(rig_run(&r, id, platforms[i], "sent"), rig_stat(&r, platforms[i], "unique"));
    }
}

Test(outcomes, slow_answers_are_waited_for, .init = start, .fini = end)
{
    for (size_t i = 0; i < PLATFORMS; i++) {
        int64_t id;

        fault(platforms[i], "\"kind\":\"delay\",\"ms\":2500,\"count\":3");
        id = send_to(platforms[i], "answers after 2.5 s");
        adds_up(id, platforms[i]);
        cr_expect_eq(rig_run(&r, id, platforms[i], "sent"), PEOPLE, "%s", platforms[i]);
    }
}

/* 429 with and without Retry-After: the account as a whole waits, and no earlier than told. */
Test(outcomes, too_many_requests_is_obeyed, .init = start, .fini = end)
{
    int64_t begun, id;

    for (size_t i = 0; i < PLATFORMS; i++) {
        fault(platforms[i], "\"kind\":\"http\",\"status\":429,\"count\":1");
        id = send_to(platforms[i], "429 without Retry-After");
        adds_up(id, platforms[i]);
        cr_expect_eq(rig_run(&r, id, platforms[i], "sent"), PEOPLE, "%s", platforms[i]);
    }
    rig_do(&r, "{\"op\":\"ledger_clear\"}");
    fault("facebook", "\"kind\":\"error\",\"code\":613,\"http\":429,\"count\":1,"
                      "\"headers\":{\"Retry-After\":\"3\"}");
    begun = rig_now_ms();
    id = send_to("facebook", "429 with Retry-After 3");
    cr_expect_geq(rig_now_ms() - begun, 3000);
    adds_up(id, "facebook");
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), PEOPLE);
}

/* An error that does not go away ends in failures for some, not in a run without end. */
Test(outcomes, lasting_refusal_of_one_person_harms_nobody_else, .init = start, .fini = end)
{
    static const struct {
        const char *platform, *change;
    } cases[] = {{"zalo", "\"restricted\":true"},
                 {"viber", "\"old_client\":true"},
                 {"facebook", "\"inactive\":true"}};

    for (size_t i = 0; i < PLATFORMS; i++) {
        int64_t id;

        rig_do(&r, "{\"op\":\"user\",\"platform\":\"%s\",\"user\":\"#7\",%s}", cases[i].platform,
               cases[i].change);
        id = send_to(cases[i].platform, "one person refused");
        adds_up(id, cases[i].platform);
        cr_expect_eq(rig_run(&r, id, cases[i].platform, "sent") +
                         rig_run(&r, id, cases[i].platform, "failed"),
                     PEOPLE);
        cr_expect_leq(rig_run(&r, id, cases[i].platform, "failed"), 1);
    }
}
