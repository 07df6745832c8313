/* SPDX-License-Identifier: Apache-2.0 */
/* What is in doubt: shown with its cause and evidence, settled by staff, by what the platform tells
 * or shows, and never sent twice by itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(doubt, .timeout = 400);

enum { N = 20 };

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

/* The list as JSON; caller owns. */
static cJSON *doubts(const char *options)
{
    cJSON *list;

    rig_must(&r, "doubt list %s --json", options);
    list = cJSON_Parse(rig_output());
    cr_assert_not_null(list, "%s", rig_output());
    return list;
}

static int count(const char *options)
{
    cJSON *list = doubts(options);
    int n = cJSON_GetArraySize(list);

    cJSON_Delete(list);
    return n;
}

static const char *str(const cJSON *o, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);

    return cJSON_IsString(item) ? item->valuestring : "";
}

static int64_t send_to(const char *channel, const char *more)
{
    char options[200];
    int64_t id;

    (void)snprintf(options, sizeof(options), "--title A --text 'Tin chưa rõ' --channels %s %s",
                   channel, more);
    id = rig_message(&r, options);
    RIG_WAIT(&r, rig_run_done(&r, id, channel));
    return id;
}

/* A batch of Viber that was never taken, and nobody says so. */
static int64_t lose_a_batch(void)
{
    rig_followers(&r, "viber", N);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"fail\",\"platform\":\"viber\",\"kind\":\"drop_before\",\"count\":1,"
               "\"path\":\"broadcast_message\"}");
    return send_to("viber", "");
}

Test(doubt, it_is_shown_with_its_cause_and_evidence, .init = start, .fini = end)
{
    int64_t id = lose_a_batch();
    cJSON *list, *show;
    char option[48];

    (void)snprintf(option, sizeof(option), "--message %lld", (long long)id);
    list = doubts(option);
    cr_assert_eq(cJSON_GetArraySize(list), N);
    cr_expect_str_eq(str(cJSON_GetArrayItem(list, 0), "kind"), "delivery");
    cr_expect_str_eq(str(cJSON_GetArrayItem(list, 0), "cause"), "lost");
    cr_expect_str_eq(str(cJSON_GetArrayItem(list, 0), "account"), "viber");
    cr_expect_str_eq(str(cJSON_GetArrayItem(list, 0), "state"), "open");
    cr_expect_neq(str(cJSON_GetArrayItem(list, 0), "since")[0], '\0');
    cJSON_Delete(list);
    cr_expect_eq(count("--message 999"), 0);
    show = rig_show(&r, id);
    list = cJSON_GetArrayItem(cJSON_GetObjectItem(show, "runs"), 0);
    cr_expect_eq(
        cJSON_GetNumberValue(cJSON_GetObjectItem(cJSON_GetObjectItem(list, "doubts"), "lost")), N);
    cJSON_Delete(show);
    rig_must(&r, "doubt list");
    cr_expect_not_null(strstr(rig_output(), "mất kết nối"), "%s", rig_output());
    rig_must(&r, "message show %lld", (long long)id);
    cr_expect_not_null(strstr(rig_output(), "Chưa rõ: 20"), "%s", rig_output());
}

Test(doubt, staff_send_it_again_through_the_running_server, .init = start, .fini = end)
{
    int64_t id = lose_a_batch(), run = rig_run(&r, id, "viber", "id");
    cJSON *list = doubts("");
    char first[32];

    (void)snprintf(first, sizeof(first), "%s", str(cJSON_GetArrayItem(list, 0), "id"));
    cJSON_Delete(list);
    cr_expect_eq(rig_loa(&r, "doubt resend %s", first), 2, "who does it?");
    rig_must(&r, "doubt resend %s --user binh", first);
    RIG_WAIT(&r, rig_run(&r, id, "viber", "sent") == 1);
    RIG_WAIT(&r, rig_run_done(&r, id, "viber"));
    cr_expect_eq(rig_loa(&r, "doubt resend %s --user binh", first), 1, "it is settled");
    cr_expect_not_null(strstr(rig_output(), "đã tới"), "%s", rig_output());
    rig_must(&r, "doubt sent %s --user binh", first);
    rig_must(&r, "doubt resend --run %lld --all --user binh", (long long)run);
    rig_must(&r, "doubt resend --run %lld --all --user binh", (long long)run);
    RIG_WAIT(&r, rig_run(&r, id, "viber", "sent") == N);
    RIG_WAIT(&r, rig_run_done(&r, id, "viber"));
    cr_expect_eq(rig_stat(&r, "viber", "unique"), N);
    cr_expect_eq(rig_stat(&r, "viber", "duplicates"), 0);
    cr_expect_eq(count(""), 0);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM audit WHERE action = 'doubt.resend'"), 2);
    rig_must(&r, "audit verify");
}

Test(doubt, staff_say_that_it_went_out, .init = start, .fini = end)
{
    int64_t id = lose_a_batch(), run = rig_run(&r, id, "viber", "id");

    rig_must(&r, "doubt sent --run %lld --all --user binh", (long long)run);
    cr_expect_eq(rig_run(&r, id, "viber", "sent"), N);
    cr_expect_eq(rig_run(&r, id, "viber", "in_doubt"), 0);
    rig_must(&r, "doubt sent --run %lld --all --user binh", (long long)run);
    cr_expect_eq(rig_loa(&r, "doubt sent --run 999 --all --user binh"), 1);
    cr_expect_eq(rig_stat(&r, "viber", "unique"), 0, "nothing was sent because of it");
}

/* Said while the server is away, done at its next start; a person who left meanwhile is spared. */
Test(doubt, what_staff_ask_for_is_done_at_the_next_start, .init = start, .fini = end)
{
    int64_t id = lose_a_batch(), run = rig_run(&r, id, "viber", "id");

    cr_assert_eq(rig_stop(&r), 0);
    rig_must(&r, "doubt resend --run %lld --all --user binh", (long long)run);
    (void)rig_sql(&r, "UPDATE contacts SET opted_out = 1 WHERE id = 1 RETURNING 1");
    rig_serve(&r, "");
    RIG_WAIT(&r, rig_run(&r, id, "viber", "sent") == N - 1);
    RIG_WAIT(&r, rig_run_done(&r, id, "viber"));
    cr_expect_eq(rig_run(&r, id, "viber", "in_doubt"), 1);
    cr_expect_eq(rig_stat(&r, "viber", "unique"), N - 1);
    cr_expect_eq(rig_stat(&r, "viber", "duplicates"), 0);
    cr_expect_eq(rig_loa(&r, "doubt resend d%lld-1 --user binh", (long long)run), 1);
    cr_expect_not_null(strstr(rig_output(), "hủy nhận tin"), "%s", rig_output());
}

/* Killed while it sends again what staff asked for: that was the one attempt, and it is in doubt
 * as such. */
Test(doubt, killed_while_sending_again_it_does_not_do_so_a_third_time, .init = start, .fini = end)
{
    int64_t id = lose_a_batch(), run = rig_run(&r, id, "viber", "id");

    rig_do(&r, "{\"op\":\"webhooks\",\"platform\":\"viber\",\"enabled\":false}");
    rig_do(&r, "{\"op\":\"fail\",\"platform\":\"viber\",\"kind\":\"delay\",\"ms\":60000,"
               "\"count\":1,\"path\":\"broadcast_message\"}");
    rig_must(&r, "doubt resend --run %lld --all --user binh", (long long)run);
    RIG_WAIT(&r, rig_stat(&r, "viber", "unique") == N); /* taken, and not yet answered */
    rig_kill(&r);
    rig_serve(&r, "");
    RIG_WAIT(&r, rig_run_done(&r, id, "viber"));
    cr_expect_eq(rig_run(&r, id, "viber", "in_doubt"), N);
    cr_expect_eq(rig_stat(&r, "viber", "duplicates"), 0);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM doubts WHERE cause = 1 AND sending = 0"), N);
}

/* A reply whose request was lost before the platform took it. */
Test(doubt, a_reply_in_doubt_is_sent_again_by_staff, .init = start, .fini = end)
{
    rig_followers(&r, "viber", 1);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"fail\",\"platform\":\"viber\",\"kind\":\"drop_before\",\"count\":1,"
               "\"path\":\"send_message\"}");
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"viber\",\"user\":\"#0\",\"text\":\"xin chào\"}");
    RIG_WAIT(&r, count("") == 1);
    cr_expect_eq(rig_stat(&r, "viber", "accepted"), 0);
    rig_must(&r, "doubt list");
    cr_expect_not_null(strstr(rig_output(), "trả lời"), "%s", rig_output());
    rig_must(&r, "doubt resend r1 --user binh");
    RIG_WAIT(&r, rig_stat(&r, "viber", "accepted") == 1);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state = 2") == 1);
    cr_expect_eq(count(""), 0);
}

/* The Page took the post, and its feed cannot be read: staff look for themselves. */
Test(doubt, a_post_in_doubt_is_looked_for_before_it_is_made_again, .init = start, .fini = end)
{
    int64_t id, run;

    rig_serve(&r, "");
    rig_do(&r, "[{\"op\":\"fail\",\"platform\":\"facebook\",\"kind\":\"drop_after\",\"count\":1,"
               "\"skip\":1,\"path\":\"/feed\"},"
               "{\"op\":\"fail\",\"platform\":\"facebook\",\"kind\":\"error\",\"code\":100,"
               "\"count\":1,\"skip\":1,\"path\":\"/feed\"}]");
    id = send_to("facebook", "--deliver post");
    run = rig_run(&r, id, "facebook", "id");
    cr_assert_eq(rig_run(&r, id, "facebook", "in_doubt"), 1);
    rig_must(&r, "doubt list");
    cr_expect_not_null(strstr(rig_output(), "bài đăng công khai"), "%s", rig_output());
    rig_must(&r, "doubt resend p%lld --user binh", (long long)run);
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), 1, "the feed shows it now");
    cr_expect_eq(rig_stat(&r, "facebook", "posts"), 1, "so it is not made twice");
}

Test(doubt, a_post_that_is_nowhere_is_made_again_once, .init = start, .fini = end)
{
    int64_t id, run;

    rig_serve(&r, "");
    rig_do(&r, "[{\"op\":\"fail\",\"platform\":\"facebook\",\"kind\":\"drop_before\",\"count\":1,"
               "\"skip\":1,\"path\":\"/feed\"},"
               "{\"op\":\"fail\",\"platform\":\"facebook\",\"kind\":\"error\",\"code\":100,"
               "\"count\":1,\"skip\":1,\"path\":\"/feed\"}]");
    id = send_to("facebook", "--deliver post");
    run = rig_run(&r, id, "facebook", "id");
    cr_assert_eq(rig_run(&r, id, "facebook", "in_doubt"), 1);
    cr_assert_eq(rig_stop(&r), 0);
    rig_must(&r, "doubt resend --run %lld --all --user binh", (long long)run);
    rig_serve(&r, "");
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), 1);
    cr_expect_eq(rig_stat(&r, "facebook", "posts"), 1);
    rig_must(&r, "audit verify");
}
