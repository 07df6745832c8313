/* SPDX-License-Identifier: Apache-2.0 */
/* The main job: content in, a message approved, sent once to everyone on three platforms; people
 * ask and get their answer. */
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(main_job, .timeout = 300);

static struct rig r;

static void start(void)
{
    rig_start(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

static void import_content(void)
{
    static const char *const nouns[] = {"events", "faq", "daily"};
    char cwd[2048];

    cr_assert_not_null(getcwd(cwd, sizeof(cwd)));
    for (size_t i = 0; i < 3; i++)
        rig_must(&r, "%s import %s/content/%s.json --user binh", nouns[i], cwd, nouns[i]);
}

Test(main_job, message_reaches_everyone_once_on_three_platforms, .init = start, .fini = end)
{
    static const char *const platforms[] = {"zalo", "viber", "facebook"};
    int64_t id;

    for (size_t i = 0; i < 3; i++)
        rig_followers(&r, platforms[i], 40);
    rig_serve(&r, "");
    id = rig_message(&r, "--title Tin --text 'Mời bà con dự khai mạc.' "
                         "--channels zalo,viber,facebook");
    for (size_t i = 0; i < 3; i++) {
        RIG_WAIT(&r, rig_run_done(&r, id, platforms[i]));
        cr_expect_eq(rig_run(&r, id, platforms[i], "sent"), 40, "%s", platforms[i]);
        cr_expect_eq(rig_run(&r, id, platforms[i], "total"), 40, "%s", platforms[i]);
        cr_expect_eq(rig_stat(&r, platforms[i], "unique"), 40, "%s", platforms[i]);
        cr_expect_eq(rig_stat(&r, platforms[i], "duplicates"), 0, "%s", platforms[i]);
    }
    RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
    for (size_t i = 0; i < 3; i++)
        RIG_WAIT(&r, rig_run(&r, id, platforms[i], "delivered") == 40);
    rig_must(&r, "audit verify");
}

Test(main_job, approval_is_by_another_and_bound_to_the_content, .init = start, .fini = end)
{
    rig_must(&r, "message new --user chi --title A --text B --channels zalo");
    rig_must(&r, "message submit 1 --user chi");
    cr_expect_eq(rig_loa(&r, "message approve 1 --user chi"), 1);
    cr_expect_eq(rig_loa(&r, "message approve 1 --user binh"), 1);
    rig_must(&r, "message approve 1 --user dung");
    cr_expect(rig_state_is(&r, 1, "approved"));
    rig_must(&r, "message edit 1 --user binh --text C");
    cr_expect(rig_state_is(&r, 1, "draft"));
    cr_expect_eq(rig_loa(&r, "message schedule 1 --user binh"), 1);
    rig_must(&r, "message new --user binh --title K --text Khẩn --channels zalo --urgent");
    rig_must(&r, "message submit 2 --user binh");
    rig_must(&r, "message approve 2 --user chi");
    cr_expect(rig_state_is(&r, 2, "submitted"));
    cr_expect_eq(rig_loa(&r, "message approve 2 --user chi"), 1);
    rig_must(&r, "message approve 2 --user dung");
    cr_expect(rig_state_is(&r, 2, "approved"));
    rig_must(&r, "audit verify");
}

Test(main_job, limits_of_a_channel_are_told_before_submission, .init = start, .fini = end)
{
    rig_must(&r, "message new --user binh --title A --channels zalo "
                 "--text \"$(head -c 2100 /dev/zero | tr '\\0' a)\"");
    cr_expect(strstr(rig_output(), "2.000") != NULL, "%s", rig_output());
    cr_expect_eq(rig_loa(&r, "message submit 1 --user binh"), 1);
    cr_expect(rig_state_is(&r, 1, "draft"));
}

Test(main_job, people_ask_on_each_platform_and_get_the_event, .init = start, .fini = end)
{
    import_content();
    rig_do(&r, "{\"op\":\"demo\",\"follow\":true}");
    rig_serve(&r, "--demo-clock 2026-10-01T07:25");
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"zalo\",\"user\":\"demo\",\"text\":\"le khai mac o "
               "nha trang may gio\"}");
    RIG_WAIT(&r, rig_got(&r, "zalo", "demo", "46 Trần Phú") ||
                     rig_got(&r, "zalo", "demo", "Trung tâm Hội nghị tỉnh"));
    rig_do(&r,
           "{\"op\":\"say\",\"platform\":\"viber\",\"user\":\"demo\",\"text\":\"khai mạc ở Phan "
           "Rang lúc nào\"}");
    RIG_WAIT(&r, rig_got(&r, "viber", "demo", "Quảng trường 16 Tháng 4"));
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"facebook\",\"user\":\"demo\",\"text\":\"có mất phí "
               "không\"}");
    RIG_WAIT(&r, rig_got(&r, "facebook", "demo", "miễn phí"));
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"zalo\",\"user\":\"demo\",\"text\":\"asdkjh qweoiu "
               "zxcmnb\"}");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM unanswered") == 1);
    RIG_WAIT(&r, rig_metric(&r, "unanswered_total") == 1);
}

Test(main_job, viber_welcome_goes_back_in_the_response, .init = start, .fini = end)
{
    import_content();
    rig_do(&r, "{\"op\":\"demo\"}");
    rig_serve(&r, "--demo-clock 2026-10-01T07:25");
    rig_do(&r, "{\"op\":\"open_chat\",\"platform\":\"viber\",\"user\":\"demo\"}");
    RIG_WAIT(&r, rig_got(&r, "viber", "demo", "trợ lý tự động"));
}

Test(main_job, stop_is_lasting_and_subscribing_again_works, .init = start, .fini = end)
{
    int64_t id;

    import_content();
    rig_do(&r, "{\"op\":\"demo\"}");
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"follow\",\"platform\":\"zalo\",\"user\":\"demo\"}");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE status = 0") == 1);
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"zalo\",\"user\":\"demo\",\"text\":\"HỦY\"}");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE opted_out = 1") == 1);
    RIG_WAIT(&r, rig_got(&r, "zalo", "demo", "ngừng nhận") == 1);
    id = rig_message(&r, "--title A --text 'Tin thứ nhất' --channels zalo");
    RIG_WAIT(&r, rig_run_done(&r, id, "zalo"));
    cr_expect_eq(rig_run(&r, id, "zalo", "skipped"), 1);
    cr_expect_eq(rig_got(&r, "zalo", "demo", "Tin thứ nhất"), 0);
    rig_must(&r, "contacts list --account zalo --json");
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"zalo\",\"user\":\"demo\",\"text\":\"đăng ký nhận "
               "tin\"}");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE opted_out = 0") == 1);
    id = rig_message(&r, "--title B --text 'Tin thứ hai' --channels zalo");
    RIG_WAIT(&r, rig_run_done(&r, id, "zalo"));
    RIG_WAIT(&r, rig_got(&r, "zalo", "demo", "Tin thứ hai") == 1);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM consents"), 3);
}

Test(main_job, public_posts_go_out_on_each_platform, .init = start, .fini = end)
{
    int64_t id;

    rig_serve(&r, "");
    id =
        rig_message(&r, "--title A --text 'Bài đăng công khai' --channels facebook --deliver post");
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), 1);
    cr_expect_eq(rig_stat(&r, "facebook", "posts"), 1);
    id = rig_message(&r, "--title 'Bài viết' --text 'Bài đăng trên Zalo' --channels zalo "
                         "--deliver post --image https://example.vn/anh.jpg");
    RIG_WAIT(&r, rig_run_done(&r, id, "zalo"));
    cr_expect_eq(rig_run(&r, id, "zalo", "sent"), 1);
    /* The platform looks at an article for half an hour before it spreads it. */
    rig_do(&r, "{\"op\":\"clock\",\"advance_ms\":3600000}");
    RIG_WAIT(&r, rig_stat(&r, "zalo", "posts") >= 1);
}

Test(main_job, test_message_goes_to_one_person, .init = start, .fini = end)
{
    rig_followers(&r, "viber", 3);
    rig_serve(&r, "");
    rig_must(&r, "message new --user binh --title A --text 'Thử một người' --channels viber");
    rig_must(&r, "contacts tester add \"$(sed -n 2p contacts.csv | cut -d, -f1)\" "
                 "--account viber --user an");
    rig_must(&r, "message test 1 --account viber --to \"$(sed -n 2p contacts.csv | cut -d, -f1)\" "
                 "--user binh");
    RIG_WAIT(&r, rig_got(&r, "viber", "#0", "Thử một người") == 1);
    cr_expect_eq(rig_stat(&r, "viber", "accepted"), 1);
}
