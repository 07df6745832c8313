/* SPDX-License-Identifier: Apache-2.0 */
/* A citizen and the bot, on each platform alike: what is written, what is tapped, and the word that
 * ends it all. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"
#include "tests/integration/rig_talk.h"

TestSuite(conversation, .timeout = 300);

static struct rig r;

static void start(void)
{
    rig_start(&r, "");
    rig_content(&r);
    rig_do(&r, "{\"op\":\"demo\",\"follow\":true}");
}

static void start_in_the_week(void)
{
    start();
    rig_serve(&r, "--demo-clock 2026-10-02T09:00");
}

static void start_now(void)
{
    start();
    rig_serve(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

static int64_t opted_out(void)
{
    return rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE opted_out = 1");
}

Test(conversation, each_platform_greets_helps_and_tells_what_comes_next, .init = start_in_the_week,
     .fini = end)
{
    static const struct {
        const char *say, *answer;
    } talks[] = {
        {"xin chào", "trợ lý tự động (không phải người thật)"},
        {"giúp tôi với", "Bạn có thể hỏi"},
        {"sự kiện tiếp theo là gì", "🕒"},
        {"asdkjh qweoiu zxcmnb", "tôi không có thông tin về việc này"},
        {"tôi muốn gặp cán bộ", "cán bộ sẽ trả lời tại đây"},
    };

    for (size_t p = 0; p < RIG_PLATFORMS; p++) {
        for (size_t i = 0; i < sizeof(talks) / sizeof(talks[0]); i++) {
            rig_say(&r, rig_platforms[p], talks[i].say);
            RIG_WAIT(&r, rig_heard(&r, rig_platforms[p], talks[i].answer) == 1);
        }
    }
    RIG_WAIT(&r, rig_is_quiet(&r));
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM replies"), 15);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM conversations WHERE wants_person = 1"), 3);
    cr_expect_eq(rig_metric(&r, "unanswered_total"), 3);
}

/* "And in Cam Ranh?" is understood by what was asked before, also over a restart. */
Test(conversation, follow_up_question_is_understood_after_a_restart, .init = start_in_the_week,
     .fini = end)
{
    rig_say(&r, "zalo", "ngày mai ở Nha Trang có gì");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "Nha Trang") >= 1);
    RIG_WAIT(&r, rig_is_quiet(&r));
    cr_assert_eq(rig_stop(&r), 0);
    rig_serve(&r, "--demo-clock 2026-10-02T09:05");
    rig_say(&r, "zalo", "còn ở Cam Ranh?");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "Cam Ranh") >= 1);
    cr_expect_eq(rig_heard(&r, "zalo", "không có thông tin"), 0);
}

Test(conversation, buttons_under_an_answer_work_when_tapped, .init = start_in_the_week, .fini = end)
{
    for (size_t p = 0; p < RIG_PLATFORMS; p++) {
        rig_say(&r, rig_platforms[p], "xin chào");
        RIG_WAIT(&r,
                 rig_heard(&r, rig_platforms[p], "trợ lý tự động (không phải người thật)") == 1);
        rig_do(&r, "{\"op\":\"tap\",\"platform\":\"%s\",\"user\":\"demo\",\"index\":0}",
               rig_platforms[p]);
        RIG_WAIT(&r, rig_heard(&r, rig_platforms[p], "🕒") == 1); /* what is on today */
    }
}

Test(conversation, word_that_ends_it_is_lasting_everywhere, .init = start_now, .fini = end)
{
    static const char *const words[] = {"HỦY", "huy", "STOP"};
    int64_t id;

    for (size_t p = 0; p < RIG_PLATFORMS; p++) {
        rig_say(&r, rig_platforms[p], words[p]);
        RIG_WAIT(&r, opted_out() == (int64_t)p + 1);
        RIG_WAIT(&r, rig_heard(&r, rig_platforms[p], "Bạn đã ngừng nhận tin") +
                             rig_heard(&r, rig_platforms[p], "You will get no more") ==
                         1);
    }
    id = rig_message(&r, "--title A --text 'Tin sau khi hủy' --channels zalo,viber,facebook");
    for (size_t p = 0; p < RIG_PLATFORMS; p++) {
        RIG_WAIT(&r, rig_run_done(&r, id, rig_platforms[p]));
        cr_expect_eq(rig_run(&r, id, rig_platforms[p], "skipped"), 1, "%s", rig_platforms[p]);
        cr_expect_eq(rig_heard(&r, rig_platforms[p], "Tin sau khi hủy"), 0, "%s", rig_platforms[p]);
    }
    /* A question later is answered and does not bring the subscription back. */
    rig_say(&r, "viber", "khai mạc ở đâu");
    RIG_WAIT(&r, rig_is_quiet(&r));
    cr_expect_eq(opted_out(), 3);
}

Test(conversation, leaving_by_the_platforms_own_means_counts_too, .init = start_now, .fini = end)
{
    int64_t id;

    for (size_t p = 0; p < RIG_PLATFORMS; p++) /* so that there is a contact */
        rig_say(&r, rig_platforms[p], "xin chào");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM contacts") == 3);
    RIG_WAIT(&r, rig_is_quiet(&r));
    rig_do(&r, "[{\"op\":\"unfollow\",\"platform\":\"zalo\",\"user\":\"demo\"},"
               "{\"op\":\"unfollow\",\"platform\":\"viber\",\"user\":\"demo\"},"
               "{\"op\":\"opt_in\",\"platform\":\"facebook\",\"user\":\"demo\"},"
               "{\"op\":\"opt_out\",\"platform\":\"facebook\",\"user\":\"demo\"}]");
    RIG_WAIT(&r, opted_out() == 3);
    id = rig_message(&r, "--title A --text 'Tin' --channels zalo,viber,facebook");
    for (size_t p = 0; p < RIG_PLATFORMS; p++) {
        RIG_WAIT(&r, rig_run_done(&r, id, rig_platforms[p]));
        cr_expect_eq(rig_run(&r, id, rig_platforms[p], "skipped"), 1, "%s", rig_platforms[p]);
    }
}

/* Who takes back his consent on Zalo is forgotten, and an old list does not bring him back. */
Test(conversation, who_asks_to_be_forgotten_is, .init = start_in_the_week, .fini = end)
{
    char path[128];
    int64_t id;
    FILE *f;

    rig_say(&r, "zalo", "xin chào");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM contacts") == 1);
    RIG_WAIT(&r, rig_is_quiet(&r));
    id = rig_sql(&r, "SELECT CAST(remote_id AS BIGINT) FROM contacts");
    (void)snprintf(path, sizeof(path), "%s/old.csv", r.dir);
    f = fopen(path, "w");
    cr_assert_not_null(f);
    (void)fprintf(f, "id,subscribed\n%lld,1\n", (long long)id);
    (void)fclose(f);
    rig_do(&r, "{\"op\":\"withdraw\",\"platform\":\"zalo\",\"user\":\"demo\"}");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE status = 4") == 1);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM replies"), 0);
    rig_must(&r, "contacts import old.csv --account zalo --user binh");
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE status = 0 AND opted_out = 0"),
                 0);
}

Test(conversation, picture_gets_a_word_and_a_tapped_link_none, .init = start_in_the_week,
     .fini = end)
{
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"facebook\",\"user\":\"demo\",\"attachment\":"
               "{\"type\":\"image\",\"url\":\"https://example.vn/a.jpg\"}}");
    RIG_WAIT(&r, rig_heard(&r, "facebook", "chưa xem được ảnh") == 1);
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"viber\",\"user\":\"demo\",\"silent\":true,"
               "\"text\":\"https://example.vn/ban-do\"}");
    RIG_WAIT(&r, rig_is_quiet(&r));
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM replies"), 1);
}

static void start_slow(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "ZALO_RATE=120\nLOA_DOUBT_WAIT=2\n");
    start_now();
}

/* Answers that wait for their turn, and questions that are just being stored, survive the stop. */
Test(conversation, told_to_stop_it_answers_the_rest_after_the_next_start, .init = start_slow,
     .fini = end)
{
    enum { QUESTIONS = 10 };

    for (int i = 1; i <= QUESTIONS; i++) {
        rig_do(&r,
               "{\"op\":\"say\",\"platform\":\"zalo\",\"user\":\"demo\",\"text\":\"xin chào lần "
               "%d\"}",
               i);
        if (i % 4 == 0) {
            RIG_WAIT(&r, rig_heard(&r, "zalo", "trợ lý tự động") > 0);
            cr_assert_eq(rig_stop(&r), 0);
            cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state = 1"), 0,
                         "none is left between handed over and answered");
            rig_serve(&r, "");
        }
    }
    RIG_WAIT(&r, rig_heard(&r, "zalo", "trợ lý tự động") == QUESTIONS);
    RIG_WAIT(&r, rig_is_quiet(&r));
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state = 2"), QUESTIONS);
    cr_expect_eq(rig_stat(&r, "zalo", "accepted"), QUESTIONS);
}

static char words_dir[] = "/tmp/loa-words-XXXXXX";

static void write_words(const char *text)
{
    char path[128], fresh[128];
    FILE *f;

    (void)snprintf(fresh, sizeof(fresh), "%s/ours.new", words_dir);
    (void)snprintf(path, sizeof(path), "%s/ours.txt", words_dir);
    f = fopen(fresh, "w");
    cr_assert_not_null(f, "%s", fresh);
    (void)fputs(text, f);
    (void)fclose(f);
    cr_assert_eq(rename(fresh, path), 0);
}

/* The folder must be there before the rig's first command. */
static void start_with_words(void)
{
    cr_assert_not_null(mkdtemp(words_dir));
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "LOA_WORDS_DIR=%s\n", words_dir);
    start();
    rig_serve(&r, "--demo-clock 2026-10-02T09:00");
}

static void end_with_words(void)
{
    char path[128];

    end();
    (void)snprintf(path, sizeof(path), "%s/ours.txt", words_dir);
    (void)unlink(path);
    (void)rmdir(words_dir);
}

Test(conversation, changed_word_lists_take_effect_without_a_restart, .init = start_with_words,
     .fini = end_with_words)
{
    rig_say(&r, "zalo", "xứ trầm có gì");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "không có thông tin") == 1);
    write_words("[alias]\nxứ trầm = Vạn Ninh\n");
    RIG_WAIT(&r, rig_log_has(&r, "content and word lists loaded"));
    rig_say(&r, "zalo", "xứ trầm có gì");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "ở Vạn Ninh") == 1);
    /* A mistake changes nothing and is named. */
    write_words("[alias]\n\nno equals sign\n");
    RIG_WAIT(&r, rig_log_has(&r, "ours.txt:3"));
    rig_say(&r, "zalo", "xứ trầm có gì");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "ở Vạn Ninh") == 2);
}
