/* SPDX-License-Identifier: Apache-2.0 */
/* Platforms that fail: tokens, limits, errors, broken connections. Everyone ends in exactly one
 * state, and the sandbox's ledger says who got what. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(faults, .timeout = 400);

enum { N = 60 };

static struct rig r;

static void start(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env),
                   "LOA_DOUBT_WAIT=2\nZALO_RATE=60000\nFACEBOOK_RATE=60000\n");
    rig_start(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

static int64_t number(int64_t id, const char *account, const char *key)
{
    return rig_run(&r, id, account, key);
}

/* Every recipient is in exactly one state and the numbers say so. */
static void adds_up(int64_t id, const char *account, int64_t total)
{
    cr_expect_eq(number(id, account, "total"), total);
    cr_expect_eq(number(id, account, "sent") + number(id, account, "failed") +
                     number(id, account, "skipped") + number(id, account, "in_doubt"),
                 total);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM deliveries"), total);
}

static int64_t send_to(const char *channel)
{
    char options[128];
    int64_t id;

    (void)snprintf(options, sizeof(options), "--title A --text 'Tin thử lỗi' --channels %s",
                   channel);
    id = rig_message(&r, options);
    RIG_WAIT(&r, rig_run_done(&r, id, channel));
    return id;
}

Test(faults, zalo_token_that_expires_in_the_middle_is_renewed_once, .init = start, .fini = end)
{
    int64_t id;

    rig_followers(&r, "zalo", N);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"delay\",\"platform\":\"zalo\",\"ms\":30}");
    id = rig_message(&r, "--title A --text 'Tin' --channels zalo");
    RIG_WAIT(&r, rig_stat(&r, "zalo", "accepted") > 5);
    rig_do(&r, "{\"op\":\"expire_token\",\"platform\":\"zalo\"}");
    RIG_WAIT(&r, rig_run_done(&r, id, "zalo"));
    cr_expect_eq(number(id, "zalo", "sent"), N);
    cr_expect_eq(rig_stat(&r, "zalo", "unique"), N);
    cr_expect_eq(rig_stat(&r, "zalo", "duplicates"), 0);
    /* The pair in the store is the newest one: a restart works without a new consent. */
    cr_expect_eq(rig_stop(&r), 0);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"expire_token\",\"platform\":\"zalo\"}");
    id = rig_message(&r, "--title B --text 'Tin nữa' --channels zalo");
    RIG_WAIT(&r, rig_run_done(&r, id, "zalo"));
    cr_expect_eq(number(id, "zalo", "sent"), N);
}

Test(faults, used_refresh_token_pauses_that_account_alone, .init = start, .fini = end)
{
    int64_t id;

    rig_followers(&r, "zalo", 5);
    rig_followers(&r, "viber", 5);
    rig_do(&r, "{\"op\":\"revoke_refresh\",\"platform\":\"zalo\"}");
    rig_serve(&r, "");
    id = rig_message(&r, "--title A --text 'Tin' --channels zalo,viber");
    RIG_WAIT(&r, rig_run_done(&r, id, "viber"));
    cr_expect_eq(number(id, "viber", "sent"), 5);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM accounts WHERE state = 'paused'") == 1);
    rig_must(&r, "account list");
    cr_expect(strstr(rig_output(), "tạm dừng") != NULL, "%s", rig_output());
    cr_expect_eq(number(id, "zalo", "sent"), 0);
}

/* A new consent, as staff would put it in while the server runs. */
static void put_in_new_token(void)
{
    cJSON *answer = rig_order(&r, "{\"op\":\"consent\",\"platform\":\"zalo\"}");
    const char *token =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "refresh_token"));
    char command[600];

    cr_assert_not_null(token);
    (void)snprintf(command, sizeof(command),
                   "cd %s && { sed -n 's/^ZALO_APP_SECRET=/app_secret=/p;"
                   "s/^ZALO_OA_SECRET=/webhook_secret=/p' .env; echo refresh_token=%s; } > new",
                   r.dir, token);
    cr_assert_eq(system(command), 0);
    rig_must(&r,
             "account add zalo --channel zalo --remote-id \"$(sed -n s/^ZALO_OA_ID=//p .env)\" "
             "--app-id \"$(sed -n s/^ZALO_APP_ID=//p .env)\" --api-base %s --oauth-base %s "
             "--secrets new --user an",
             r.sandbox, r.sandbox);
    cJSON_Delete(answer);
}

Test(faults, new_token_is_taken_up_without_a_restart, .init = start, .fini = end)
{
    int64_t id;

    rig_followers(&r, "zalo", 5);
    rig_do(&r, "{\"op\":\"revoke_refresh\",\"platform\":\"zalo\"}");
    rig_serve(&r, "");
    id = rig_message(&r, "--title A --text 'Tin' --channels zalo");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM accounts WHERE state = 'paused'") == 1);
    put_in_new_token();
    rig_must(&r, "account resume zalo --user an");
    RIG_WAIT(&r, rig_run_done(&r, id, "zalo"));
    cr_expect_eq(number(id, "zalo", "sent"), 5);
}

Test(faults, server_errors_and_limits_are_waited_out, .init = start, .fini = end)
{
    static const char *const platforms[] = {"zalo", "viber", "facebook"};

    for (size_t i = 0; i < 3; i++)
        rig_followers(&r, platforms[i], N);
    rig_serve(&r, "");
    rig_do(
        &r,
        "[{\"op\":\"fail\",\"platform\":\"zalo\",\"kind\":\"http\",\"status\":500,\"count\":3},"
        "{\"op\":\"fail\",\"platform\":\"zalo\",\"kind\":\"error\",\"code\":-32,\"count\":2},"
        "{\"op\":\"fail\",\"platform\":\"viber\",\"kind\":\"http\",\"status\":503,\"count\":2},"
        "{\"op\":\"fail\",\"platform\":\"facebook\",\"kind\":\"http\",\"status\":429,\"count\":3,"
        "\"path\":\"messages\"},"
        "{\"op\":\"fail\",\"platform\":\"facebook\",\"kind\":\"error\",\"code\":2,\"http\":500,"
        "\"count\":3,\"path\":\"messages\",\"is_transient\":true}]");
    for (size_t i = 0; i < 3; i++) {
        int64_t id = send_to(platforms[i]);

        cr_expect_eq(number(id, platforms[i], "sent"), N, "%s", platforms[i]);
        cr_expect_eq(rig_stat(&r, platforms[i], "unique"), N, "%s", platforms[i]);
        cr_expect_eq(rig_stat(&r, platforms[i], "duplicates"), 0, "%s", platforms[i]);
    }
}

Test(faults, dropped_before_acceptance_is_in_doubt_and_never_doubled, .init = start, .fini = end)
{
    int64_t id;

    rig_followers(&r, "viber", 900);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"fail\",\"platform\":\"viber\",\"kind\":\"drop_before\",\"count\":1}");
    id = send_to("viber");
    adds_up(id, "viber", 900);
    cr_expect_eq(rig_stat(&r, "viber", "duplicates"), 0);
    cr_expect_eq(number(id, "viber", "in_doubt"), 300);
    cr_expect_eq(number(id, "viber", "sent"), 600);
}

Test(faults, accepted_then_dropped_is_settled_by_the_receipts, .init = start, .fini = end)
{
    static const char *const platforms[] = {"zalo", "viber", "facebook"};

    for (size_t i = 0; i < 3; i++)
        rig_followers(&r, platforms[i], N);
    rig_serve(&r, "");
    rig_do(&r, "[{\"op\":\"fail\",\"platform\":\"zalo\",\"kind\":\"drop_after\",\"count\":3},"
               "{\"op\":\"fail\",\"platform\":\"viber\",\"kind\":\"drop_after\",\"count\":1},"
               "{\"op\":\"fail\",\"platform\":\"facebook\",\"kind\":\"drop_after\",\"count\":3,"
               "\"path\":\"messages\"}]");
    for (size_t i = 0; i < 3; i++) {
        int64_t id = send_to(platforms[i]);

        RIG_WAIT(&r, number(id, platforms[i], "sent") == N);
        cr_expect_eq(number(id, platforms[i], "in_doubt"), 0, "%s", platforms[i]);
        cr_expect_eq(rig_stat(&r, platforms[i], "duplicates"), 0, "%s", platforms[i]);
        cr_expect_eq(rig_stat(&r, platforms[i], "unique"), N, "%s", platforms[i]);
    }
}

/* Where the platform tells of every message, silence proves that one never went: nobody is missed
 * and nobody gets it twice. */
Test(faults, lost_requests_are_sent_again_where_echoes_prove_it, .init = start, .fini = end)
{
    int64_t id;

    rig_followers(&r, "facebook", N);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"fail\",\"platform\":\"facebook\",\"kind\":\"drop_before\",\"count\":4,"
               "\"skip\":2,\"path\":\"messages\"}");
    id = send_to("facebook");
    adds_up(id, "facebook", N);
    (void)fprintf(stderr,
                  "faults: facebook, 4 requests lost: sent %lld, in doubt %lld, duplicates "
                  "%lld\n",
                  (long long)number(id, "facebook", "sent"),
                  (long long)number(id, "facebook", "in_doubt"),
                  (long long)rig_stat(&r, "facebook", "duplicates"));
    cr_expect_eq(rig_stat(&r, "facebook", "duplicates"), 0);
    cr_expect_eq(rig_stat(&r, "facebook", "unique") + number(id, "facebook", "in_doubt"), N);
}

/* A platform that tells late tells of older messages meanwhile. That is no proof about the one
 * whose answer was lost: word of it waits behind them. */
static void start_slowly(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "LOA_DOUBT_WAIT=2\nFACEBOOK_RATE=600\n");
    rig_start(&r, "");
}

Test(faults, word_of_older_messages_is_no_proof_about_later_ones, .init = start_slowly, .fini = end)
{
    int64_t id;

    rig_followers(&r, "facebook", 100);
    rig_serve(&r, "");
    rig_do(&r, "[{\"op\":\"webhooks\",\"platform\":\"facebook\",\"delay_ms\":8000},"
               "{\"op\":\"fail\",\"platform\":\"facebook\",\"kind\":\"drop_after\",\"count\":1,"
               "\"skip\":60,\"path\":\"messages\"}]");
    id = send_to("facebook");
    RIG_WAIT(&r, number(id, "facebook", "sent") == 100);
    cr_expect_eq(number(id, "facebook", "in_doubt"), 0);
    cr_expect_eq(rig_stat(&r, "facebook", "unique"), 100);
    cr_expect_eq(rig_stat(&r, "facebook", "duplicates"), 0);
}

Test(faults, refused_people_are_learnt_from, .init = start, .fini = end)
{
    int64_t id;

    rig_followers(&r, "facebook", 10);
    rig_followers(&r, "viber", 10);
    rig_do(&r, "[{\"op\":\"user\",\"platform\":\"facebook\",\"user\":\"#1\",\"blocked\":true},"
               "{\"op\":\"user\",\"platform\":\"viber\",\"user\":\"#1\",\"follows\":false}]");
    rig_serve(&r, "");
    id = send_to("facebook");
    cr_expect_eq(number(id, "facebook", "failed"), 1);
    cr_expect_eq(number(id, "facebook", "sent"), 9);
    id = send_to("facebook");
    cr_expect_eq(number(id, "facebook", "skipped"), 1, "not tried again");
    id = send_to("viber");
    cr_expect_eq(number(id, "viber", "failed"), 1);
    cr_expect_eq(number(id, "viber", "sent"), 9);
}

Test(faults, window_of_the_platform_is_kept, .init = start, .fini = end)
{
    int64_t id;

    rig_followers(&r, "zalo", 4);
    (void)rig_sql(&r, "UPDATE contacts SET last_seen_ms = last_seen_ms - 8 * 86400000 "
                      "WHERE id <= 2 RETURNING 1");
    rig_serve(&r, "");
    id = send_to("zalo");
    cr_expect_eq(number(id, "zalo", "sent") + number(id, "zalo", "skipped"), 4);
    cr_expect_geq(number(id, "zalo", "skipped"), 1);
    cr_expect_eq(number(id, "zalo", "failed"), 0);
}
