/* SPDX-License-Identifier: Apache-2.0 */
/* People behind the bot: who is handed over, what is said at once, who answers, and when the bot is
 * back. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"
#include "tests/integration/rig_talk.h"

TestSuite(people, .timeout = 300);

static struct rig r;

static void prepare(void)
{
    rig_start(&r, "");
    rig_content(&r);
    rig_do(&r, "{\"op\":\"demo\",\"follow\":true}");
}

static void start(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "LOA_OFFICE_HOURS=always\n");
    prepare();
    rig_serve(&r, "");
}

static void start_at_night(void)
{
    prepare();
    rig_serve(&r, "--demo-clock 2026-10-02T20:00"); /* a Friday */
}

static void end(void)
{
    rig_end(&r);
}

static int64_t replies(void)
{
    return rig_sql(&r, "SELECT COUNT(*) FROM replies");
}

static long long conversation(const char *account)
{
    char sql[256];

    (void)snprintf(sql, sizeof(sql),
                   "SELECT c.id FROM contacts c JOIN accounts a ON a.id = c.account_id WHERE "
                   "a.name = '%s'",
                   account);
    return (long long)rig_sql(&r, sql);
}

Test(people, emergencies_get_their_number_at_once_and_are_first_in_line, .init = start, .fini = end)
{
    static const struct {
        const char *say, *number;
    } all[] = {{"chay nha roi cuu voi", "114"},
               {"có người bị ngất cần cấp cứu", "115"},
               {"tôi bị cướp giật điện thoại", "113"},
               {"con em bi bat nat o truong", "111"}};

    rig_say(&r, "zalo", "cho tôi gặp cán bộ");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "cán bộ sẽ trả lời tại đây") == 1);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        rig_say(&r, "viber", all[i].say);
        RIG_WAIT(&r, rig_heard(&r, "viber", all[i].number) >= 1);
    }
    RIG_WAIT(&r, rig_is_quiet(&r));
    cr_expect_eq(rig_heard(&r, "viber", "cán bộ sẽ trả lời tại đây"), 4);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM conversations WHERE urgent = 1"), 1);
    rig_must(&r, "conversation list --json");
    cr_expect_not_null(strstr(rig_output(), "\"urgent\":true"));
    cr_expect_lt(strstr(rig_output(), "\"viber\""), strstr(rig_output(), "\"zalo\""));
    rig_must(&r, "conversation list --urgent");
    cr_expect_null(strstr(rig_output(), "zalo"));
    cr_expect_not_null(strstr(rig_output(), "KHẨN"));
    cr_expect_eq(rig_metric(&r, "urgent_handovers_total"), 4);
    cr_expect(rig_log_has(&r, "somebody needs a person"));
}

static char matters[64]; /* the file, there before the server */

static void write_matters(const char *text)
{
    char fresh[80];
    FILE *f;

    (void)snprintf(fresh, sizeof(fresh), "%s.new", matters);
    f = fopen(fresh, "w");
    cr_assert_not_null(f);
    (void)fputs(text, f);
    (void)fclose(f);
    cr_assert_eq(rename(fresh, matters), 0);
}

static void start_with_matters(void)
{
    (void)snprintf(matters, sizeof(matters), "/tmp/loa-matters-%ld.txt", (long)getpid());
    write_matters("# none yet\n");
    (void)snprintf(r.extra_env, sizeof(r.extra_env),
                   "LOA_OFFICE_HOURS=always\nLOA_PEOPLE_FILE=%s\n", matters);
    prepare();
    rig_serve(&r, "");
}

static void end_with_matters(void)
{
    rig_end(&r);
    (void)unlink(matters);
}

Test(people, matters_are_changed_while_the_server_runs_and_mistakes_are_told_by_their_line,
     .init = start_with_matters, .fini = end_with_matters)
{
    write_matters(
        "[matter lost-things]\nwords: rơi mũ bảo hiểm\nsay: Nơi giữ đồ thất lạc: 0900.\n");
    RIG_WAIT(&r, rig_log_has(&r, "matters for people loaded"));
    rig_say(&r, "zalo", "tôi bị rơi mũ bảo hiểm");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "Nơi giữ đồ thất lạc: 0900.") == 1);
    write_matters("[matter lost-things]\nwords: rơi mũ bảo hiểm\nsya: Sai chính tả.\n");
    RIG_WAIT(&r, rig_log_has(&r, ".txt:3"));
    rig_say(&r, "viber", "rơi mũ bảo hiểm");
    RIG_WAIT(&r, rig_heard(&r, "viber", "Nơi giữ đồ thất lạc: 0900.") == 1);
    write_matters("[matter lost-things]\nwords: rơi mũ bảo hiểm\nsay: Số mới: 0911.\n");
    cr_assert_eq(kill(r.loa_pid, SIGHUP), 0);
    RIG_WAIT(&r, rig_log_has(&r, "told to read the data files anew"));
    RIG_WAIT(&r, (rig_say(&r, "facebook", "rơi mũ bảo hiểm"), rig_nap(),
                  rig_heard(&r, "facebook", "Số mới: 0911.") >= 1));
}

Test(people, two_misses_in_a_row_call_a_person, .init = start, .fini = end)
{
    rig_say(&r, "facebook", "asdkjh qweoiu zxcmnb");
    RIG_WAIT(&r, rig_heard(&r, "facebook", "tôi không có thông tin về việc này") == 1);
    RIG_WAIT(&r, rig_is_quiet(&r));
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM conversations WHERE wants_person = 1"), 0);
    rig_say(&r, "facebook", "bnmvcx lkjhgf poiuyt");
    RIG_WAIT(&r, rig_heard(&r, "facebook", "vẫn chưa trả lời được") == 1);
    cr_expect_eq(rig_heard(&r, "facebook", "cán bộ sẽ trả lời tại đây"), 1);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM conversations WHERE reason = 'misses'"), 1);
    /* What the bot does not know goes on to the person who is awaited. */
    RIG_WAIT(&r, rig_is_quiet(&r));
    rig_say(&r, "facebook", "zzxxc vvbbn mmnnb");
    RIG_WAIT(&r, rig_heard(&r, "facebook", "Tôi đã chuyển thêm lời này") == 1);
}

Test(people, the_bot_keeps_quiet_while_staff_answer_and_returns, .init = start, .fini = end)
{
    for (size_t p = 0; p < RIG_PLATFORMS; p++) {
        int64_t before;

        rig_say(&r, rig_platforms[p], "tôi muốn gặp người thật");
        RIG_WAIT(&r, rig_heard(&r, rig_platforms[p], "cán bộ sẽ trả lời tại đây") == 1);
        rig_must(&r, "conversation reply %lld --text 'Chào bạn, tôi là Bình.' --user binh",
                 conversation(rig_platforms[p]));
        RIG_WAIT(&r, rig_heard(&r, rig_platforms[p], "tôi là Bình") == 1);
        RIG_WAIT(&r, rig_is_quiet(&r));
        before = replies();
        rig_say(&r, rig_platforms[p], "ngày mai có gì");
        rig_say(&r, rig_platforms[p], "gặp cán bộ");
        RIG_WAIT(&r, rig_is_quiet(&r));
        cr_expect_eq(replies(), before, "%s: the bot kept quiet", rig_platforms[p]);
        rig_say(&r, rig_platforms[p], "cháy nhà rồi cứu với");
        RIG_WAIT(&r, rig_heard(&r, rig_platforms[p], "114") == 1);
        rig_say(&r, rig_platforms[p], "HỦY");
        RIG_WAIT(&r, rig_heard(&r, rig_platforms[p], "Bạn đã ngừng nhận tin") == 1);
        RIG_WAIT(&r, rig_is_quiet(&r));
        rig_must(&r, "conversation show %lld --json", conversation(rig_platforms[p]));
        cr_expect_not_null(strstr(rig_output(), "\"author\":\"binh\""));
        cr_expect_not_null(strstr(rig_output(), "ngày mai có gì"));
        cr_expect_not_null(strstr(rig_output(), "\"bot_quiet\":true"));
    }
    /* After its time it is back; after the close at once. */
    rig_sql_run(&r, "UPDATE conversations SET person_ms = person_ms - 3600000");
    rig_say(&r, "zalo", "xin chào");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "trợ lý tự động (không phải người thật)") == 1);
    rig_must(&r, "conversation close %lld --user chi", conversation("viber"));
    rig_say(&r, "viber", "xin chào");
    RIG_WAIT(&r, rig_heard(&r, "viber", "trợ lý tự động (không phải người thật)") == 1);
    rig_must(&r, "audit verify");
    rig_must(&r, "audit list --json");
    cr_expect_not_null(strstr(rig_output(), "conversation.reply"));
    cr_expect_null(strstr(rig_output(), "tôi là Bình"), "the log has nobody's words");
    cr_expect_neq(rig_loa(&r, "conversation reply %lld --text x", conversation("viber")), 0);
    cr_expect_neq(rig_loa(&r, "conversation reply 999999 --text x --user binh"), 0);
}

Test(people, an_answer_in_the_platforms_own_inbox_counts, .init = start, .fini = end)
{
    static const char *const with_inbox[] = {"zalo", "facebook"};

    for (size_t p = 0; p < 2; p++) {
        int64_t before;

        rig_say(&r, with_inbox[p], "xin chào");
        RIG_WAIT(&r, rig_heard(&r, with_inbox[p], "trợ lý tự động (không phải người thật)") == 1);
        rig_do(&r,
               "{\"op\":\"human\",\"platform\":\"%s\",\"user\":\"demo\",\"text\":\"Tôi trả lời từ "
               "hộp thư\"}",
               with_inbox[p]);
        RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM conversations WHERE person_ms > 0") ==
                         (int64_t)p + 1);
        RIG_WAIT(&r, rig_is_quiet(&r));
        before = replies();
        rig_say(&r, with_inbox[p], "ngày mai có gì");
        RIG_WAIT(&r, rig_is_quiet(&r));
        cr_expect_eq(replies(), before, "%s", with_inbox[p]);
        rig_must(&r, "conversation show %lld", conversation(with_inbox[p]));
        cr_expect_not_null(strstr(rig_output(), "Tôi trả lời từ hộp thư"));
    }
}

Test(people, outside_office_hours_it_says_so, .init = start_at_night, .fini = end)
{
    rig_say(&r, "zalo", "cho tôi gặp cán bộ");
    RIG_WAIT(&r, rig_heard(&r, "zalo",
                           "Bây giờ ngoài giờ làm việc; cán bộ có mặt trở lại lúc 07:30 thứ Hai, "
                           "05/10") == 1);
    rig_say(&r, "viber", "i want to talk to a real person");
    RIG_WAIT(&r, rig_heard(&r, "viber", "07:30 on Monday, 05/10") == 1);
}

/* Messenger lets a person answer for seven days, the bot for one; the sandbox refuses what is not
 * tagged so, and what is later. */
Test(people, on_facebook_a_person_may_answer_for_a_week, .init = start, .fini = end)
{
    long long id;

    rig_say(&r, "facebook", "gặp cán bộ");
    RIG_WAIT(&r, rig_heard(&r, "facebook", "cán bộ sẽ trả lời tại đây") == 1);
    RIG_WAIT(&r, rig_is_quiet(&r));
    id = conversation("facebook");
    rig_sql_run(&r, "UPDATE contacts SET last_seen_ms = last_seen_ms - 172800000");
    rig_do(&r, "{\"op\":\"user\",\"platform\":\"facebook\",\"user\":\"demo\","
               "\"last_interaction_age_ms\":172800000}");
    rig_must(&r, "conversation reply %lld --text 'Trả lời muộn' --user binh", id);
    RIG_WAIT(&r, rig_heard(&r, "facebook", "Trả lời muộn") == 1);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE lane = 3 AND state = 2") == 1);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE lane = 3"), 1,
                 "the bot's own are never a person's");
    rig_sql_run(&r, "UPDATE contacts SET last_seen_ms = last_seen_ms - 604800000");
    cr_expect_eq(rig_loa(&r, "conversation reply %lld --text 'Quá muộn' --user binh", id), 1);
    cr_expect_not_null(strstr(rig_output(), "7 ngày"));
}

/* A second node takes over the account; what staff write reaches the citizen from there. */
Test(people, staff_need_not_know_which_server_has_the_account, .init = start, .fini = end)
{
    long long id;

    rig_say(&r, "viber", "gặp cán bộ");
    RIG_WAIT(&r, rig_heard(&r, "viber", "cán bộ sẽ trả lời tại đây") == 1);
    RIG_WAIT(&r, rig_is_quiet(&r));
    id = conversation("viber");
    cr_assert_eq(rig_stop(&r), 0);
    rig_must(&r, "conversation reply %lld --text 'Đã nhận' --user binh", id);
    rig_must(&r, "conversation assign %lld --to chi --user an", id);
    rig_serve(&r, "");
    RIG_WAIT(&r, rig_heard(&r, "viber", "Đã nhận") == 1);
    rig_must(&r, "conversation list");
    cr_expect_not_null(strstr(rig_output(), "phụ trách chi"));
}
