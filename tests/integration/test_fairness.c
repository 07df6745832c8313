/* SPDX-License-Identifier: Apache-2.0 */
/* Who goes first and who waits for whom: read from the order of the platform's ledger, not from
 * the clock. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(fairness, .timeout = 300);

static struct rig r;

static void start_with(const char *env)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "%s", env);
    rig_start(&r, "");
}

/* Twenty messages a second: slow enough that most of a broadcast is still to come. */
static void start_slowly(void)
{
    start_with("FACEBOOK_RATE=1200\n");
}

/* As fast as it goes, with few places to share. */
static void start_crowded(void)
{
    start_with("FACEBOOK_RATE=1000000\nVIBER_RATE=1000000\nZALO_RATE=1000000\n"
               "LOA_CONNECTIONS=48\n");
}

static void end(void)
{
    rig_end(&r);
}

/* ---- the ledger in order --------------------------------------------------------------- */

struct line {
    int account;
    char text[32];
};

/* Everything that a platform took for its people, in order. */
static size_t read_ledger(const char *platform, struct line *lines, size_t max)
{
    char url[256];
    const cJSON *item;
    size_t n = 0;
    cJSON *all;

    (void)snprintf(url, sizeof(url), "%s/_control/ledger?platform=%s&dir=out&limit=%zu", r.sandbox,
                   platform, max);
    all = cJSON_Parse(rig_http("GET", url, NULL, 0, NULL, NULL));
    cr_assert_not_null(all);
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(all, "messages"))
    {
        const cJSON *text = cJSON_GetObjectItemCaseSensitive(item, "text");

        if (n == max)
            break;
        lines[n].account = cJSON_GetObjectItemCaseSensitive(item, "account")->valueint;
        (void)snprintf(lines[n].text, sizeof(lines[n].text), "%s",
                       cJSON_IsString(text) ? text->valuestring : "");
        n++;
    }
    cJSON_Delete(all);
    return n;
}

enum { LINES = 1500 };
static struct line lines[LINES];

static bool begins(const struct line *l, const char *text)
{
    return strncmp(l->text, text, strlen(text)) == 0;
}

static int64_t sent(int64_t id, const char *account)
{
    return rig_run(&r, id, account, "sent");
}

/* ---- within an account ----------------------------------------------------------------- */

Test(fairness, a_reply_goes_before_the_rest_of_a_broadcast, .init = start_slowly, .fini = end)
{
    enum { PEOPLE = 500 };
    size_t n, asked = 0, between = 0;
    int64_t id;

    rig_do(&r, "{\"op\":\"demo\"}");
    rig_followers(&r, "facebook", PEOPLE);
    rig_serve(&r, "");
    id = rig_message(&r, "--title A --text 'Bản tin' --channels facebook");
    RIG_WAIT(&r, rig_stat(&r, "facebook", "accepted") >= 20);
    asked = read_ledger("facebook", lines, LINES);
    rig_do(&r,
           "{\"op\":\"say\",\"platform\":\"facebook\",\"user\":\"demo\",\"text\":\"xin chào\"}");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state = 2") == 1);
    n = read_ledger("facebook", lines, LINES);
    for (size_t i = asked; i < n && begins(&lines[i], "Bản tin"); i++)
        between++;
    cr_expect_lt(between, 60, "%zu of the broadcast went first", between);
    cr_expect_lt(sent(id, "facebook"), PEOPLE / 2, "most of the broadcast is still to come");
    rig_must(&r, "message cancel %lld --user an", (long long)id);
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
}

Test(fairness, an_urgent_message_overtakes_the_one_under_way, .init = start_slowly, .fini = end)
{
    enum { PEOPLE = 200 };
    size_t n, first = LINES, last = 0, between = 0;
    int64_t slow, urgent;

    rig_followers(&r, "facebook", PEOPLE);
    rig_serve(&r, "");
    slow = rig_message(&r, "--title A --text 'Thường' --channels facebook");
    RIG_WAIT(&r, rig_stat(&r, "facebook", "accepted") >= 10);
    urgent = rig_message(&r, "--title B --text 'Khẩn' --channels facebook --urgent");
    RIG_WAIT(&r, rig_run_done(&r, urgent, "facebook"));
    cr_expect_eq(sent(urgent, "facebook"), PEOPLE);
    cr_expect_lt(sent(slow, "facebook"), PEOPLE, "the other is not over");
    n = read_ledger("facebook", lines, LINES);
    for (size_t i = 0; i < n; i++) {
        if (!begins(&lines[i], "Khẩn"))
            continue;
        first = i < first ? i : first;
        last = i;
    }
    for (size_t i = first; i < last; i++)
        between += begins(&lines[i], "Thường");
    cr_expect_lt(between, 20, "%zu of the normal one went between", between);
    RIG_WAIT(&r, rig_run_done(&r, slow, "facebook")); /* and it is finished afterwards */
    cr_expect_eq(sent(slow, "facebook"), PEOPLE);
}

Test(fairness, of_two_broadcasts_the_earlier_one_goes_first, .init = start_slowly, .fini = end)
{
    enum { PEOPLE = 100 };
    size_t n, early = 0, late = 0;
    int64_t a, b;

    rig_followers(&r, "facebook", PEOPLE);
    rig_serve(&r, "");
    a = rig_message(&r, "--title A --text 'Trước' --channels facebook");
    RIG_WAIT(&r, rig_stat(&r, "facebook", "accepted") >= 5);
    b = rig_message(&r, "--title B --text 'Sau' --channels facebook");
    RIG_WAIT(&r, rig_run_done(&r, a, "facebook") && rig_run_done(&r, b, "facebook"));
    cr_expect_eq(sent(a, "facebook") + sent(b, "facebook"), 2 * PEOPLE);
    n = read_ledger("facebook", lines, LINES);
    for (size_t i = 0; i < n && early < PEOPLE; i++) {
        early += begins(&lines[i], "Trước");
        late += begins(&lines[i], "Sau");
    }
    cr_expect_lt(late, PEOPLE / 4, "%zu of the later one before the last of the earlier", late);
}

/* ---- between accounts ------------------------------------------------------------------ */

/* A second Page with as many followers. */
static void add_page(int people)
{
    cJSON *answer = rig_order(&r,
                              "{\"op\":\"add_account\",\"platform\":\"facebook\",\"webhook\":"
                              "\"%s/webhooks/facebook/hai\"}",
                              r.web),
          *more;
    const cJSON *c = cJSON_GetObjectItemCaseSensitive(answer, "credentials"), *id;
    char path[128], now[64];
    time_t t = time(NULL);
    struct tm tm;
    FILE *f;

    gmtime_r(&t, &tm);
    (void)strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ", &tm);
    (void)snprintf(path, sizeof(path), "%s/hai.secrets", r.dir);
    f = fopen(path, "w");
    cr_assert_not_null(f);
    (void)fprintf(f, "access_token=%s\napp_secret=%s\nverify_token=%s\n",
                  cJSON_GetObjectItemCaseSensitive(c, "token")->valuestring,
                  cJSON_GetObjectItemCaseSensitive(c, "app_secret")->valuestring,
                  cJSON_GetObjectItemCaseSensitive(c, "verify_token")->valuestring);
    (void)fclose(f);
    rig_must(&r,
             "account add hai --channel facebook --remote-id %s --app-id %s --api-base %s "
             "--secrets hai.secrets --user an",
             cJSON_GetObjectItemCaseSensitive(c, "id")->valuestring,
             cJSON_GetObjectItemCaseSensitive(c, "app_id")->valuestring, r.sandbox);
    more = rig_order(&r,
                     "{\"op\":\"add_followers\",\"platform\":\"facebook\",\"account\":2,"
                     "\"count\":%d,\"ids\":true}",
                     people);
    (void)snprintf(path, sizeof(path), "%s/hai.csv", r.dir);
    f = fopen(path, "w");
    cr_assert_not_null(f);
    (void)fprintf(f, "id,subscribed,last_seen\n");
    cJSON_ArrayForEach(id, cJSON_GetObjectItemCaseSensitive(more, "ids"))(void)
        fprintf(f, "%s,1,%s\n", id->valuestring, now);
    (void)fclose(f);
    rig_must(&r, "contacts import hai.csv --account hai --user binh");
    cJSON_Delete(answer);
    cJSON_Delete(more);
}

/* How many of the other account's had gone when an account's last one did. */
static size_t beside(int account)
{
    size_t n = read_ledger("facebook", lines, LINES), last = 0, other = 0;

    for (size_t i = 0; i < n; i++)
        last = lines[i].account == account ? i : last;
    for (size_t i = 0; i < last; i++)
        other += lines[i].account != account;
    return other;
}

static int64_t to_both_pages(int people)
{
    rig_followers(&r, "facebook", people);
    add_page(people);
    rig_serve(&r, "");
    return rig_message(&r, "--title A --text 'Hai trang' --channels facebook");
}

static bool both_done(int64_t id)
{
    return rig_run_done(&r, id, "facebook") && rig_run_done(&r, id, "hai");
}

Test(fairness, two_accounts_go_on_side_by_side, .init = start_slowly, .fini = end)
{
    enum { PEOPLE = 100 };
    int64_t id = to_both_pages(PEOPLE);

    RIG_WAIT(&r, both_done(id));
    cr_expect_eq(sent(id, "facebook"), PEOPLE);
    cr_expect_eq(sent(id, "hai"), PEOPLE);
    cr_expect_gt(beside(1), PEOPLE / 2);
    cr_expect_gt(beside(2), PEOPLE / 2);
}

/* With more to send than the client has places for, they take turns: neither keeps what it gets. */
Test(fairness, accounts_that_compete_for_places_take_turns, .init = start_crowded, .fini = end)
{
    enum { PEOPLE = 600 };
    int64_t id;

    rig_do(&r, "[{\"op\":\"limits\",\"on\":false},{\"op\":\"delay\",\"platform\":\"facebook\","
               "\"ms\":20}]");
    id = to_both_pages(PEOPLE);
    RIG_WAIT(&r, both_done(id));
    cr_expect_eq(sent(id, "facebook") + sent(id, "hai"), 2 * PEOPLE);
    cr_expect_gt(beside(1), PEOPLE / 2, "%zu", beside(1));
    cr_expect_gt(beside(2), PEOPLE / 2, "%zu", beside(2));
}

/* ---- between platforms ----------------------------------------------------------------- */

/* A platform that keeps every request for a quarter of a minute would fill the client; the other
 * platforms finish meanwhile, and somebody who writes there is answered. */
Test(fairness, a_slow_platform_does_not_hold_up_another, .init = start_crowded, .fini = end)
{
    enum { SLOW = 120, FAST = 400 };
    int64_t slow, fast;

    rig_do(&r, "{\"op\":\"demo\"}");
    rig_followers(&r, "zalo", SLOW);
    rig_followers(&r, "facebook", FAST);
    rig_serve(&r, "");
    rig_do(&r, "[{\"op\":\"limits\",\"on\":false},{\"op\":\"delay\",\"platform\":\"zalo\",\"ms\":"
               "15000}]");
    slow = rig_message(&r, "--title A --text 'Chậm' --channels zalo");
    RIG_WAIT(&r, rig_stat(&r, "zalo", "accepted") >= 20); /* taken, and not answered yet */
    fast = rig_message(&r, "--title B --text 'Nhanh' --channels facebook");
    rig_do(&r,
           "{\"op\":\"say\",\"platform\":\"facebook\",\"user\":\"demo\",\"text\":\"xin chào\"}");
    RIG_WAIT(&r, rig_run_done(&r, fast, "facebook"));
    cr_expect_eq(sent(fast, "facebook"), FAST);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state = 2") == 1);
    cr_expect_lt(rig_stat(&r, "zalo", "accepted"), SLOW, "the slow one has not come far");
    rig_do(&r, "{\"op\":\"delay\",\"platform\":\"zalo\",\"ms\":0}");
    RIG_WAIT(&r, rig_run_done(&r, slow, "zalo"));
    cr_expect_eq(sent(slow, "zalo"), SLOW);
}
