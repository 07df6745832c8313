/* SPDX-License-Identifier: Apache-2.0 */
/* The bot learns: what it could not answer, or answered badly, becomes an entry that every server
 * answers from at once. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"
#include "tests/integration/rig_talk.h"

TestSuite(learning, .timeout = 300);

static struct rig r;

static void prepare(void)
{
    rig_start(&r, "");
    rig_content(&r);
    rig_do(&r, "{\"op\":\"demo\",\"follow\":true}");
}

static void start(void)
{
    prepare();
    rig_serve(&r, "--demo-clock 2026-10-02T09:00");
}

static void start_now(void)
{
    prepare();
    rig_serve(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

static int64_t count(const char *table)
{
    char sql[128];

    (void)snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM %s", table);
    return rig_sql(&r, sql);
}

Test(learning, a_group_of_questions_becomes_an_entry_that_is_in_force_at_once, .init = start,
     .fini = end)
{
    long long group;

    rig_say(&r, "zalo", "có cho thuê flycam không");
    rig_say(&r, "viber", "co cho thue flycam ko");
    rig_say(&r, "facebook", "cho thuê flycam không vậy, gọi 0905123456");
    RIG_WAIT(&r, count("unanswered") == 3);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM unanswered WHERE question LIKE '%0905%'"), 0);
    rig_must(&r, "questions --json");
    cr_expect_not_null(strstr(rig_output(), "\"count\":3"), "%s", rig_output());
    group = (long long)rig_sql(&r, "SELECT MIN(seq) FROM unanswered");
    rig_must(&r, "questions show %lld", group);
    cr_expect_not_null(strstr(rig_output(), "flycam"));
    cr_expect_neq(rig_loa(&r, "questions answer %lld --text x", group), 0, "who does it?");
    rig_must(&r, "questions answer %lld --text 'Ban tổ chức không cho thuê flycam.' --user binh",
             group);
    cr_expect_eq(count("unanswered"), 0);
    cr_expect_eq(rig_loa(&r, "questions answer %lld --text x --user binh", group), 1);
    for (size_t p = 0; p < RIG_PLATFORMS; p++)
        RIG_WAIT(&r, (rig_say(&r, rig_platforms[p], "cho thuê flycam không ạ"), rig_nap(),
                      rig_heard(&r, rig_platforms[p], "không cho thuê flycam") >= 1));
    rig_must(&r, "audit list --json");
    cr_expect_not_null(strstr(rig_output(), "questions.answer"));
}

/* It is ready and has all the accounts. */
static bool has_all(const char *url)
{
    long status = 0;
    const char *body = rig_http("GET", url, NULL, 0, NULL, &status);

    return status == 200 && !strstr(body, "\"here\":false") && strstr(body, "\"here\":true");
}

/* One server keeps what comes in, another one, which was there before, answers: it knows a new
 * entry and that a person is answering without a restart. */
Test(learning, the_server_that_answers_need_not_be_the_one_that_is_told, .init = start_now,
     .fini = end)
{
    char env[128], url[64];
    int port, status;
    int64_t replies;
    pid_t second;

    if (!r.database) /* a file has one server */
        return;
    port = rig_free_port();
    (void)snprintf(env, sizeof(env), "LOA_LISTEN=127.0.0.1:%d LOA_NODE=hai", port);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/readyz", port);
    second = rig_spawn_as(&r, env, "hai.log");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM nodes") == 2);
    cr_assert_eq(rig_stop(&r), 0);
    RIG_WAIT(&r, has_all(url));
    rig_serve(&r, "");
    rig_say(&r, "zalo", "có cho thuê flycam không");
    RIG_WAIT(&r, count("unanswered") == 1);
    rig_must(&r, "questions answer %lld --text 'Ban tổ chức không cho thuê flycam.' --user binh",
             (long long)rig_sql(&r, "SELECT MIN(seq) FROM unanswered"));
    RIG_WAIT(&r, (rig_say(&r, "zalo", "có cho thuê flycam không"), rig_nap(),
                  rig_heard(&r, "zalo", "không cho thuê flycam") >= 1));
    rig_say(&r, "viber", "gặp cán bộ");
    RIG_WAIT(&r, rig_heard(&r, "viber", "cán bộ sẽ trả lời tại đây") == 1);
    rig_must(&r, "conversation reply %lld --text 'Chào bạn' --user binh",
             (long long)rig_sql(&r, "SELECT v.contact_id FROM conversations v JOIN accounts a ON "
                                    "a.id = v.account_id WHERE a.name = 'viber'"));
    RIG_WAIT(&r, rig_heard(&r, "viber", "Chào bạn") == 1);
    replies = count("replies");
    rig_say(&r, "viber", "ngày mai có gì");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM inbound WHERE event LIKE '%ngày mai có gì%' AND "
                             "state = 1") == 1);
    cr_expect_eq(count("replies"), replies);
    cr_expect(has_all(url), "all of it was done by the second one");
    (void)kill(second, SIGTERM);
    (void)waitpid(second, &status, 0);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

Test(learning, answers_are_judged_by_a_button_or_in_words, .init = start, .fini = end)
{
    for (size_t p = 0; p < RIG_PLATFORMS; p++) {
        rig_say(&r, rig_platforms[p], "có mất phí không");
        RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM conversations WHERE judge_seq > 0") == 1);
        rig_say(&r, rig_platforms[p], "chưa đúng");
        RIG_WAIT(&r, rig_heard(&r, rig_platforms[p], "Cảm ơn bạn đã cho biết") == 1);
    }
    cr_expect_eq(rig_sql(&r, "SELECT SUM(n) FROM feedback_stats WHERE useful = 0"), 3);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM unanswered WHERE reason = 1"), 3);
    for (size_t p = 0; p < RIG_PLATFORMS; p++) {
        rig_say(&r, rig_platforms[p], "có mất phí không");
        RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM conversations WHERE judge_seq > 0") == 1);
        rig_do(&r, "{\"op\":\"tap\",\"platform\":\"%s\",\"user\":\"demo\",\"title\":\"Hữu ích\"}",
               rig_platforms[p]);
        RIG_WAIT(&r, rig_heard(&r, rig_platforms[p], "Cảm ơn bạn!") == 1);
    }
    cr_expect_eq(rig_sql(&r, "SELECT SUM(n) FROM feedback_stats WHERE useful = 1"), 3);
    rig_must(&r, "questions feedback");
    cr_expect_not_null(strstr(rig_output(), "hữu ích"));
    rig_must(&r, "questions");
    cr_expect_not_null(strstr(rig_output(), "3 lần bị chê"), "%s", rig_output());
    rig_must(&r, "questions drop %lld --user chi",
             (long long)rig_sql(&r, "SELECT MIN(seq) FROM unanswered"));
    cr_expect_eq(count("unanswered"), 0);
}
