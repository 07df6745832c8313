/* SPDX-License-Identifier: Apache-2.0 */
/* One message by several ways: each has a run and numbers of its own, and only where the account
 * has that way. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(ways, .timeout = 300);

static struct rig r;

static void start(void)
{
    rig_start(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

static const char *str(const cJSON *o, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);

    return cJSON_IsString(item) ? item->valuestring : "";
}

/* A number of the run by one way; -1: there is no such run. */
static int64_t by_way(int64_t id, const char *account, const char *way, const char *key)
{
    cJSON *message = rig_show(&r, id);
    const cJSON *run, *n;
    int64_t v = -1;

    cJSON_ArrayForEach(run, cJSON_GetObjectItemCaseSensitive(message, "runs"))
    {
        if (strcmp(str(run, "account"), account) == 0 && strcmp(str(run, "way"), way) == 0) {
            n = cJSON_GetObjectItemCaseSensitive(run, key);
            v = cJSON_IsNumber(n) ? (int64_t)n->valuedouble : -1;
        }
    }
    cJSON_Delete(message);
    return v;
}

/* Entries of a ledger that hold `text` in one part or another; user "": public posts. */
static int told(const char *platform, const char *user, const char *text)
{
    cJSON *all = rig_ledger(&r, platform, user, "out"), *item;
    int n = 0;

    cJSON_ArrayForEach(item, all)
    {
        char *json = cJSON_PrintUnformatted(item);

        n += (*user || !*str(item, "user")) && strstr(json, text) != NULL;
        cJSON_free(json);
    }
    cJSON_Delete(all);
    return n;
}

static int posts_with(const char *platform, const char *text)
{
    return told(platform, "", text);
}

Test(ways, a_page_is_posted_on_and_its_people_are_written_to, .init = start, .fini = end)
{
    int64_t id;

    rig_followers(&r, "facebook", 5);
    rig_serve(&r, "");
    id = rig_message(&r, "--title 'Họp dân' --text 'Chào {name}, gõ {{name} để xem tên' "
                         "--channels facebook --deliver direct,post");
    RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
    cr_expect_eq(by_way(id, "facebook", "single", "sent"), 5);
    cr_expect_eq(by_way(id, "facebook", "single", "total"), 5);
    cr_expect_eq(by_way(id, "facebook", "post", "sent"), 1);
    cr_expect_eq(by_way(id, "facebook", "post", "total"), 1);
    cr_expect_eq(posts_with("facebook", "Chào bạn, gõ {name} để xem tên"), 1,
                 "a post is for nobody in particular");
    cr_expect_eq(rig_got(&r, "facebook", "#0", "gõ {name} để xem tên"), 1);
    rig_must(&r, "message show %lld", (long long)id);
    cr_expect(strstr(rig_output(), "(tin nhắn): done, tổng 5") != NULL, "%s", rig_output());
    cr_expect(strstr(rig_output(), "(bài đăng công khai): done, tổng 1") != NULL, "%s",
              rig_output());
}

/* A public post that fails says nothing of the messages beside it. */
Test(ways, a_refused_post_leaves_the_messages_alone, .init = start, .fini = end)
{
    int64_t id;

    rig_followers(&r, "facebook", 3);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"fail\",\"platform\":\"facebook\",\"kind\":\"error\",\"code\":200,"
               "\"count\":-1,\"path\":\"/feed\"}");
    id = rig_message(&r, "--title A --text 'Hai đường' --channels facebook --deliver direct,post");
    RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
    cr_expect_eq(by_way(id, "facebook", "post", "failed"), 1);
    cr_expect_eq(by_way(id, "facebook", "single", "sent"), 3);
    rig_must(&r, "account list --json");
    cr_expect(strstr(rig_output(), "paused") == NULL, "%s", rig_output());
    /* The right is missing: the next one is told so before anybody approves, until it is tried
     * again. */
    rig_must(&r, "message new --title B --text B --channels facebook --deliver post --user binh");
    cr_expect_neq(rig_loa(&r, "message submit 2 --user binh"), 0);
    cr_expect(strstr(rig_output(), "bài công khai") != NULL, "%s", rig_output());
    rig_do(&r, "{\"op\":\"fail_clear\"}");
    rig_must(&r, "account resume facebook --user an");
    id = rig_message(&r, "--title C --text 'Lại được' --channels facebook --deliver post");
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), 1);
}

static void add_viber_channel(void)
{
    cJSON *answer = rig_order(&r,
                              "{\"op\":\"add_account\",\"platform\":\"viber\","
                              "\"channel\":true,\"webhook\":\"%s/webhooks/viber/kenh\"}",
                              r.web);
    const cJSON *credentials = cJSON_GetObjectItemCaseSensitive(answer, "credentials");
    char path[128];
    FILE *f;

    (void)snprintf(path, sizeof(path), "%s/kenh.secrets", r.dir);
    f = fopen(path, "w");
    cr_assert_not_null(f);
    (void)fprintf(f, "access_token=%s\n",
                  *str(credentials, "VIBER_AUTH_TOKEN") ? str(credentials, "VIBER_AUTH_TOKEN")
                                                        : str(credentials, "token"));
    (void)fclose(f);
    rig_must(&r,
             "account add kenh --channel viber --sender-name Kênh --api-base %s "
             "--secrets kenh.secrets --user an",
             r.sandbox);
    cJSON_Delete(answer);
}

static bool ways_say(const char *text)
{
    rig_must(&r, "account ways --json");
    return strstr(rig_output(), text) != NULL;
}

Test(ways, a_viber_bot_writes_and_a_viber_channel_posts, .init = start, .fini = end)
{
    int64_t id;

    rig_followers(&r, "viber", 4);
    add_viber_channel();
    rig_serve(&r, "");
    RIG_WAIT(&r, ways_say("\"name\":\"kenh\",\"channel\":\"viber\",\"ways\":[{\"way\":\"single\","
                          "\"state\":\"closed\",\"source\":\"platform\""));
    RIG_WAIT(&r, ways_say("\"name\":\"viber\",\"channel\":\"viber\",\"ways\":[{\"way\":\"single\","
                          "\"state\":\"open\",\"source\":\"platform\""));
    id = rig_message(&r, "--title 'Tin phường' --text 'Cả bot lẫn kênh' --channels viber "
                         "--deliver direct,post");
    RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
    cr_expect_eq(by_way(id, "viber", "batch", "sent"), 4);
    cr_expect_eq(by_way(id, "viber", "post", "total"), -1, "a bot does not post");
    cr_expect_eq(by_way(id, "kenh", "post", "sent"), 1);
    cr_expect_eq(by_way(id, "kenh", "batch", "total"), -1, "a channel does not write");
    cr_expect_eq(by_way(id, "kenh", "single", "total"), -1);
    cr_expect_eq(posts_with("viber", "Cả bot lẫn kênh"), 1);
}

Test(ways, with_a_bot_alone_no_post_can_be_submitted, .init = start, .fini = end)
{
    rig_serve(&r, "");
    RIG_WAIT(&r, ways_say("\"way\":\"post\",\"state\":\"closed\",\"source\":\"platform\""));
    rig_must(&r, "message new --title A --text A --channels viber --deliver post --user binh");
    cr_expect_neq(rig_loa(&r, "message submit 1 --user binh"), 0);
    cr_expect(strstr(rig_output(), "không phải kênh") != NULL, "%s", rig_output());
}

/* Viber opens broadcasts on application: without that the same people are written to one by one,
 * and the next message does not try again. */
Test(ways, a_bot_without_batches_writes_one_by_one, .init = start, .fini = end)
{
    int64_t id;

    rig_followers(&r, "viber", 6);
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"switch\",\"name\":\"viber.broadcast\",\"value\":\"0\"}");
    id = rig_message(&r, "--title A --text 'Từng người một' --channels viber");
    RIG_WAIT(&r, rig_run_done(&r, id, "viber"));
    cr_expect_eq(rig_run(&r, id, "viber", "sent"), 6);
    cr_expect_eq(rig_got(&r, "viber", "#3", "Từng người một"), 1);
    cr_expect(ways_say("\"way\":\"batch\",\"state\":\"closed\",\"source\":\"refusal\""), "%s",
              rig_output());
    id = rig_message(&r, "--title B --text 'Lại từng người' --channels viber");
    RIG_WAIT(&r, rig_run_done(&r, id, "viber"));
    cr_expect_eq(by_way(id, "viber", "single", "sent"), 6);
    cr_expect_eq(by_way(id, "viber", "batch", "total"), -1);
}

/* Of a batch that was taken some are refused each for himself: they have their own outcome and
 * learn from it, the others are sent to. */
Test(ways, a_batch_has_an_outcome_for_each_of_its_people, .init = start, .fini = end)
{
    int64_t id;

    rig_followers(&r, "viber", 310);
    rig_do(&r, "{\"op\":\"user\",\"platform\":\"viber\",\"user\":\"#3\",\"subscribed\":false}");
    rig_do(&r, "{\"op\":\"user\",\"platform\":\"viber\",\"user\":\"#305\",\"inactive\":true}");
    rig_serve(&r, "");
    id = rig_message(&r, "--title A --text 'Theo lô' --channels viber");
    RIG_WAIT(&r, rig_run_done(&r, id, "viber"));
    cr_expect_eq(by_way(id, "viber", "batch", "sent"), 308);
    cr_expect_eq(by_way(id, "viber", "batch", "failed"), 2);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE status IN (1, 3)"), 2);
    cr_expect_eq(rig_got(&r, "viber", "#4", "Theo lô"), 1);
    cr_expect_eq(rig_got(&r, "viber", "#3", "Theo lô"), 0);
}

/* ---- every way of one message ------------------------------------------------------------ */

static const char *const platforms[] = {"zalo", "viber", "facebook"};

static int64_t announce(const char *text)
{
    char options[256];

    (void)snprintf(options, sizeof(options),
                   "--title 'Tin chung' --text '%s' --channels zalo,viber,facebook --deliver "
                   "direct,post --image https://example.vn/tin.jpg",
                   text);
    return rig_message(&r, options);
}

static void serve_with_channel(void)
{
    add_viber_channel();
    rig_serve(&r, "");
    RIG_WAIT(&r, ways_say("\"name\":\"kenh\",\"channel\":\"viber\",\"ways\":[{\"way\":\"single\","
                          "\"state\":\"closed\""));
    RIG_WAIT(&r, ways_say("\"name\":\"viber\",\"channel\":\"viber\",\"ways\":[{\"way\":\"single\","
                          "\"state\":\"open\""));
}

/* The platforms' own ledgers: one public post each, and each person once. */
static void expect_once_each(const char *text, int people)
{
    for (size_t i = 0; i < 3; i++) {
        RIG_WAIT(&r, posts_with(platforms[i], text) >= 1); /* Zalo looks at an article first */
        cr_expect_eq(posts_with(platforms[i], text), 1, "%s", platforms[i]);
        for (int k = 0; k < people; k++) {
            char user[16];

            (void)snprintf(user, sizeof(user), "#%d", k);
            cr_expect_eq(told(platforms[i], user, text), 1, "%s %s", platforms[i], user);
        }
    }
}

Test(ways, one_message_is_posted_and_written_on_every_channel, .init = start, .fini = end)
{
    enum { PEOPLE = 5 };
    int64_t id;

    for (size_t i = 0; i < 3; i++)
        rig_followers(&r, platforms[i], PEOPLE);
    serve_with_channel();
    id = announce("Lịch cắt nước tuần này");
    RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
    cr_expect_eq(by_way(id, "zalo", "single", "sent"), PEOPLE);
    cr_expect_eq(by_way(id, "zalo", "post", "sent"), 1);
    cr_expect_eq(by_way(id, "viber", "batch", "sent"), PEOPLE);
    cr_expect_eq(by_way(id, "kenh", "post", "sent"), 1);
    cr_expect_eq(by_way(id, "facebook", "single", "sent"), PEOPLE);
    cr_expect_eq(by_way(id, "facebook", "post", "sent"), 1);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM runs"), 6, "a run for each way, and no other");
    expect_once_each("Lịch cắt nước tuần này", PEOPLE);
}

/* A stop between the post and the persons, or in the middle of either, repeats nothing. */
Test(ways, an_end_in_the_middle_repeats_neither_posts_nor_messages, .init = start, .fini = end)
{
    enum { PEOPLE = 30 };
    int64_t id;

    for (size_t i = 0; i < 3; i++)
        rig_followers(&r, platforms[i], PEOPLE);
    serve_with_channel();
    id = announce("Tin đi mọi ngả");
    RIG_WAIT(&r, rig_stat(&r, "facebook", "accepted") >= 5);
    rig_stop(&r);
    rig_serve(&r, "");
    RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
    cr_expect_eq(by_way(id, "zalo", "single", "sent"), PEOPLE);
    cr_expect_eq(by_way(id, "viber", "batch", "sent"), PEOPLE);
    cr_expect_eq(by_way(id, "facebook", "single", "sent"), PEOPLE);
    expect_once_each("Tin đi mọi ngả", PEOPLE);
}
