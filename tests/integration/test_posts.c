/* SPDX-License-Identifier: Apache-2.0 */
/* Public posts, and the approved template that reaches people outside the reply window. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(posts, .timeout = 300);

static struct rig r;

static void start(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "LOA_DOUBT_WAIT=2\n");
    rig_start(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

/* Public entries of a platform's ledger that hold `text`, newest kept in *last (caller owns). */
static int published(const char *platform, const char *text, cJSON **last)
{
    cJSON *all = rig_ledger(&r, platform, "", "out"), *item;
    int n = 0;

    *last = NULL;
    cJSON_ArrayForEach(item, all)
    {
        char *json = cJSON_PrintUnformatted(item);

        if (strstr(json, text)) {
            n++;
            cJSON_Delete(*last);
            *last = cJSON_Duplicate(item, true);
        }
        cJSON_free(json);
    }
    cJSON_Delete(all);
    return n;
}

static const char *str(const cJSON *o, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);

    return cJSON_IsString(item) ? item->valuestring : "";
}

Test(posts, picture_post_goes_to_the_page_once, .init = start, .fini = end)
{
    cJSON *post;
    int64_t id;

    rig_serve(&r, "");
    id = rig_message(&r, "--title A --text 'Ảnh khai mạc' --channels facebook --deliver post "
                         "--image https://example.vn/khai-mac.jpg");
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), 1);
    cr_expect_eq(published("facebook", "Ảnh khai mạc", &post), 1);
    cr_expect_str_eq(str(post, "image"), "https://example.vn/khai-mac.jpg");
    cJSON_Delete(post);
    rig_must(&r, "audit verify");
}

/* The answer to the post was lost. The Page itself is asked whether the post is there: it is
 * neither doubled nor forgotten. */
Test(posts, post_whose_answer_was_lost_is_looked_for, .init = start, .fini = end)
{
    cJSON *post;
    int64_t id;

    rig_serve(&r, "");
    rig_do(
        &r,
        "{\"op\":\"fail\",\"platform\":\"facebook\",\"kind\":\"drop_after\",\"count\":1,\"skip\":1,"
        "\"path\":\"/feed\"}"); /* after the look at the feed */
    id = rig_message(&r, "--title A --text 'Bài có trả lời bị mất' --channels facebook "
                         "--deliver post");
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(published("facebook", "Bài có trả lời bị mất", &post), 1);
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), 1);
    cJSON_Delete(post);
}

Test(posts, killed_while_posting_it_does_not_post_twice, .init = start, .fini = end)
{
    cJSON *post = NULL;
    int64_t id;

    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"fail\",\"platform\":\"facebook\",\"kind\":\"delay\",\"ms\":60000,"
               "\"count\":1,\"skip\":1,\"path\":\"/feed\"}"); /* after the look at the feed */
    id = rig_message(&r, "--title A --text 'Bài giữa chừng' --channels facebook --deliver post");
    RIG_WAIT(&r, rig_stat(&r, "facebook", "posts") == 1); /* taken, and not yet answered */
    rig_kill(&r);
    rig_serve(&r, "");
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(published("facebook", "Bài giữa chừng", &post), 1);
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), 1, "it was found");
    cr_expect_eq(rig_run(&r, id, "facebook", "failed"), 0);
    cJSON_Delete(post);
}

/* A channel is an account of its own on Viber, added beside the bot. */
Test(posts, viber_channel_takes_a_post, .init = start, .fini = end)
{
    cJSON *answer = rig_order(&r,
                              "{\"op\":\"add_account\",\"platform\":\"viber\","
                              "\"channel\":true,\"webhook\":\"%s/webhooks/viber/kenh\"}",
                              r.web);
    const cJSON *credentials = cJSON_GetObjectItemCaseSensitive(answer, "credentials");
    char path[128], *printed = cJSON_PrintUnformatted(answer);
    const char *token = str(credentials, "VIBER_AUTH_TOKEN");
    cJSON *post;
    int64_t id;
    FILE *f;

    if (!*token)
        token = str(credentials, "token");
    cr_assert(*token, "%s", printed);
    (void)snprintf(path, sizeof(path), "%s/kenh.secrets", r.dir);
    f = fopen(path, "w");
    cr_assert_not_null(f);
    (void)fprintf(f, "access_token=%s\n", token);
    (void)fclose(f);
    rig_must(&r,
             "account add kenh --channel viber --sender-name Kênh --api-base %s "
             "--secrets kenh.secrets --user an",
             r.sandbox);
    rig_serve(&r, "");
    id = rig_message(&r, "--title 'Tin phường' --text 'Bài trên kênh Viber' --channels viber "
                         "--deliver post");
    RIG_WAIT(&r, rig_run_done(&r, id, "kenh"));
    cr_expect_eq(rig_run(&r, id, "kenh", "sent"), 1);
    cr_expect_eq(published("viber", "Bài trên kênh Viber", &post), 1);
    cJSON_free(printed);
    cJSON_Delete(post);
    cJSON_Delete(answer);
}

static void make_template(void)
{
    char command[4096];

    (void)snprintf(
        command, sizeof(command),
        "cd %s && . ./.env && "
        "proof=$(printf %%s \"$FACEBOOK_PAGE_TOKEN\" | openssl dgst -sha256 -hmac "
        "\"$FACEBOOK_APP_SECRET\" | sed 's/.*= *//') && "
        "printf '{\"name\":\"ban_tin\",\"language\":\"vi\",\"category\":\"UTILITY\","
        "\"parameter_format\":\"POSITIONAL\",\"appsecret_proof\":\"%%s\",\"components\":"
        "[{\"type\":\"BODY\",\"text\":\"Tin: {{1}}.\",\"example\":{\"body_text\":[[\"A\"]]}}]}' "
        "\"$proof\" > t.json && curl -sf -X POST %s/v25.0/$FACEBOOK_PAGE_ID/message_templates "
        "-H \"Authorization: Bearer $FACEBOOK_PAGE_TOKEN\" -H 'Content-Type: application/json' "
        "-d @t.json >/dev/null",
        r.dir, r.sandbox);
    cr_assert_eq(system(command), 0);
}

Test(posts, template_reaches_those_outside_the_window, .init = start, .fini = end)
{
    char path[128];
    int64_t id;
    FILE *f;

    make_template();
    rig_followers(&r, "facebook", 6);
    (void)rig_sql(&r, "UPDATE contacts SET last_seen_ms = last_seen_ms - 2 * 86400000 "
                      "WHERE id % 2 = 0 RETURNING 1");
    for (int i = 1; i < 6; i += 2)
        rig_do(&r,
               "{\"op\":\"user\",\"platform\":\"facebook\",\"user\":\"#%d\","
               "\"last_interaction_age_ms\":172800000}",
               i);
    (void)snprintf(path, sizeof(path), "%s/m.json", r.dir);
    f = fopen(path, "w");
    cr_assert_not_null(f);
    (void)fprintf(f,
                  "{\"title\":\"A\",\"body\":{\"text\":\"Bản thường\",\"variants\":{\"facebook\":"
                  "{\"utility\":{\"name\":\"ban_tin\",\"language\":\"vi\",\"params\":[\"họp "
                  "phường\"]}}}},\"audience\":{\"channels\":[\"facebook\"]}}");
    (void)fclose(f);
    rig_serve(&r, "");
    id = rig_message(&r, "--file m.json");
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), 6);
    cr_expect_eq(rig_run(&r, id, "facebook", "failed"), 0);
    for (int i = 0; i < 6; i++) {
        char user[16];

        (void)snprintf(user, sizeof(user), "#%d", i);
        cr_expect_eq(rig_got(&r, "facebook", user, i % 2 ? "họp phường" : "Bản thường"), 1, "%s",
                     user);
    }
    /* Without a template the same people are left out, with the reason. */
    id = rig_message(&r, "--title B --text 'Không có mẫu' --channels facebook");
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), 3);
    cr_expect_eq(rig_run(&r, id, "facebook", "skipped"), 3);
}

static bool templates_are_listed(int64_t n)
{
    return rig_sql(&r, "SELECT COUNT(*) FROM account_templates WHERE name <> ''") == n &&
           rig_sql(&r, "SELECT COUNT(*) FROM account_templates WHERE name = ''") == 1;
}

static void put_message(const char *template, const char *params)
{
    char path[128];
    FILE *f;

    (void)snprintf(path, sizeof(path), "%s/m.json", r.dir);
    f = fopen(path, "w");
    cr_assert_not_null(f);
    (void)fprintf(f,
                  "{\"title\":\"A\",\"body\":{\"text\":\"Bản thường\",\"variants\":{\"facebook\":"
                  "{\"utility\":{\"name\":\"%s\",\"language\":\"vi\",\"params\":[%s]}}}},"
                  "\"audience\":{\"channels\":[\"facebook\"]}}",
                  template, params);
    (void)fclose(f);
}

Test(posts, a_template_that_is_not_approved_is_told_at_submission, .init = start, .fini = end)
{
    make_template();
    rig_serve(&r, "");
    RIG_WAIT(&r, templates_are_listed(1));
    put_message("mau_la", "\"a\"");
    rig_must(&r, "message new --file m.json --user binh");
    cr_expect_neq(rig_loa(&r, "message submit 1 --user binh"), 0);
    cr_expect(strstr(rig_output(), "mau_la") != NULL, "%s", rig_output());
    put_message("ban_tin", "\"a\",\"b\"");
    rig_must(&r, "message new --file m.json --user binh");
    cr_expect_neq(rig_loa(&r, "message submit 2 --user binh"), 0);
    put_message("ban_tin", "\"a\"");
    rig_must(&r, "message new --file m.json --user binh");
    rig_must(&r, "message submit 3 --user binh");
}

static void expect_told(const char *command, const char *words)
{
    rig_must(&r, "%s", command);
    cr_expect(strstr(rig_output(), words) != NULL, "%s", rig_output());
}

static bool is_stored_as(const char *status)
{
    char sql[128];

    (void)snprintf(sql, sizeof(sql),
                   "SELECT COUNT(*) FROM account_templates WHERE name = 'ban_tin' AND status = "
                   "'%s'",
                   status);
    return rig_sql(&r, sql) == 1;
}

static void review(const char *state)
{
    rig_do(&r,
           "{\"op\":\"review\",\"platform\":\"facebook\",\"name\":\"ban_tin\",\"state\":\"%s\"}",
           state);
}

enum { PEOPLE = 40 };

/* Half of them wrote two days ago. */
static void have_people(void)
{
    rig_followers(&r, "facebook", PEOPLE);
    (void)rig_sql(&r, "UPDATE contacts SET last_seen_ms = last_seen_ms - 2 * 86400000 "
                      "WHERE id % 2 = 0 RETURNING 1");
    for (int i = 1; i < PEOPLE; i += 2)
        rig_do(&r,
               "{\"op\":\"user\",\"platform\":\"facebook\",\"user\":\"#%d\","
               "\"last_interaction_age_ms\":172800000}",
               i);
}

/* The platform tells that something about a template has changed: the list is read anew, and staff
 * are told before they decide. */
Test(posts, staff_see_what_the_platform_says_of_a_template, .init = start, .fini = end)
{
    make_template();
    have_people();
    rig_serve(&r, "");
    RIG_WAIT(&r, templates_are_listed(1));
    expect_told("account ways", "ban_tin (vi): đã được duyệt, 1 chỗ điền");
    put_message("ban_tin", "\"a\"");
    rig_must(&r, "message new --file m.json --user binh");
    expect_told("message forecast 1", "20 bằng mẫu được duyệt");
    review("PENDING");
    RIG_WAIT(&r, is_stored_as("PENDING"));
    expect_told("account ways", "đang chờ nền tảng duyệt");
    expect_told("message forecast 1", "20 ngoài cửa sổ trả lời, mẫu tin chưa dùng được");
    expect_told("message forecast 1", "20 người ngoài cửa sổ trả lời sẽ không nhận được");
    cr_expect_neq(rig_loa(&r, "message submit 1 --user binh"), 0);
    cr_expect(strstr(rig_output(), "đang chờ nền tảng duyệt") != NULL, "%s", rig_output());
    review("APPROVED");
    RIG_WAIT(&r, is_stored_as("APPROVED"));
    rig_must(&r, "message submit 1 --user binh");
    review("REJECTED");
    RIG_WAIT(&r, is_stored_as("REJECTED"));
    expect_told("message approve 1 --user chi", "bị nền tảng từ chối");
}

/* Approved when it was submitted, and no more when it is to go: it is looked at again before the
 * first is sent, and those inside the window are written to all the same. */
Test(posts, a_template_is_looked_at_again_before_it_is_sent, .init = start, .fini = end)
{
    int64_t id;

    make_template();
    have_people();
    rig_serve(&r, "");
    RIG_WAIT(&r, templates_are_listed(1));
    rig_stop(&r);
    put_message("ban_tin", "\"a\"");
    id = rig_message(&r, "--file m.json");
    review("PAUSED"); /* nobody listens */
    rig_serve(&r, "");
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), PEOPLE / 2);
    cr_expect_eq(rig_run(&r, id, "facebook", "failed"), 0, "none was tried");
    cr_expect_eq(rig_run(&r, id, "facebook", "skipped"), PEOPLE / 2);
    rig_must(&r, "message show %lld", (long long)id);
    cr_expect(strstr(rig_output(), "bị nền tảng tạm dừng") != NULL, "%s", rig_output());
}

/* The list cannot be had, and the platform refuses what is sent. */
Test(posts, a_template_that_is_refused_costs_only_those_it_was_for, .init = start, .fini = end)
{
    int64_t id;

    make_template();
    have_people();
    review("PAUSED");
    rig_do(&r, "{\"op\":\"fail\",\"platform\":\"facebook\",\"kind\":\"error\",\"code\":2,\"count\":1000,"
               "\"path\":\"/message_templates\"}");
    rig_serve(&r, "");
    put_message("ban_tin", "\"a\"");
    id = rig_message(&r, "--file m.json");
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), PEOPLE / 2);
    cr_expect_geq(rig_run(&r, id, "facebook", "failed"), 5, "some have found out");
    cr_expect_eq(rig_run(&r, id, "facebook", "failed") + rig_run(&r, id, "facebook", "skipped"),
                 PEOPLE / 2);
    rig_must(&r, "message show %lld", (long long)id);
    cr_expect(strstr(rig_output(), "ban_tin") != NULL, "%s", rig_output());
}
