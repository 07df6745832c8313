/* SPDX-License-Identifier: Apache-2.0 */
/* A channel is down, a person posts by hand: whatever comes afterwards, the server does not post it
 * again; and never both at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(handpost, .timeout = 300);

static struct rig r;

static void start(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "LOA_DOUBT_WAIT=2\nFACEBOOK_RATE=60000\n");
    rig_start(&r, "");
    rig_do(&r, "{\"op\":\"limits\",\"on\":false}");
}

static void end(void)
{
    rig_end(&r);
}

static int64_t posts(void)
{
    return rig_stat(&r, "facebook", "posts");
}

static bool says(const char *text)
{
    return strstr(rig_output(), text) != NULL;
}

Test(handpost, post_of_a_paused_account_is_put_out_by_hand_and_not_again, .init = start,
     .fini = end)
{
    int64_t id;

    rig_serve(&r, "");
    rig_must(&r, "account pause facebook --reason 'hết hạn mã' --user an");
    id = rig_message(&r, "--title 'Lịch tuần' --text 'Sáng mai họp phường' --channels facebook "
                         "--deliver post --link https://khanhhoa.gov.vn/lich "
                         "--button 'Xem lịch=https://khanhhoa.gov.vn/lich'");
    RIG_WAIT(&r, rig_state_is(&r, id, "sending"));
    rig_must(&r, "message show %lld", (long long)id);
    cr_expect(says("hết hạn mã") && says("loa handpost"), "%s", rig_output());

    rig_must(&r, "handpost %lld", (long long)id);
    cr_expect(says("Sáng mai họp phường") && says("Xem lịch: https://khanhhoa.gov.vn/lich"), "%s",
              rig_output());
    cr_expect(says("https://www.facebook.com/") && says("hết hạn mã") && says("handpost done"));
    rig_must(&r, "handpost %lld --html phieu.html && grep -q 'Sáng mai họp phường' phieu.html",
             (long long)id);
    rig_must(&r,
             "handpost done %lld --account facebook --url https://www.facebook.com/1/posts/2 "
             "--note 'đăng bằng điện thoại' --user binh",
             (long long)id);
    RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
    rig_must(&r, "account resume facebook --user an");
    (void)rig_message(&r, "--title B --text 'Bài sau' --channels facebook --deliver post");
    RIG_WAIT(&r, rig_run_done(&r, id + 1, "facebook"));
    cr_expect_eq(posts(), 1, "the next one only");
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), 1);
    rig_must(&r, "message show %lld", (long long)id);
    cr_expect(says("Đã đăng tay: binh") && says("posts/2"), "%s", rig_output());
    cr_expect_eq(rig_loa(&r, "handpost done %lld --account facebook --user binh", (long long)id),
                 1);
    cr_expect(says("đã được đánh dấu"), "%s", rig_output());
    cr_expect_eq(
        rig_loa(&r, "handpost done %lld --account facebook --user binh", (long long)(id + 1)), 1);
    cr_expect(says("máy đã đăng"), "%s", rig_output());
}

/* Ticked off ahead of time, over a crash, and taken back. */
Test(handpost, tick_outlives_a_crash_and_can_be_taken_back, .init = start, .fini = end)
{
    int64_t id;

    rig_serve(&r, "");
    rig_must(&r, "account pause facebook --user an");
    id = rig_message(&r, "--title A --text 'Bài một' --channels facebook --deliver post");
    RIG_WAIT(&r, rig_state_is(&r, id, "sending"));
    rig_must(&r, "handpost done %lld --account facebook --user binh", (long long)id);
    rig_kill(&r);
    rig_must(&r, "account resume facebook --user an");
    rig_serve(&r, "");
    RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
    cr_expect_eq(posts(), 0);
    rig_must(&r, "handpost done %lld --account facebook --undo --user binh", (long long)id);
    RIG_WAIT(&r, posts() == 1);
    RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
    cr_expect_eq(
        rig_loa(&r, "handpost done %lld --account facebook --undo --user binh", (long long)id), 1);
}

static const char *in_seconds(int s, char text[40])
{
    time_t at = time(NULL) + s;
    struct tm tm;

    gmtime_r(&at, &tm);
    (void)strftime(text, 40, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return text;
}

Test(handpost, tick_before_the_hour_keeps_the_server_from_posting, .init = start, .fini = end)
{
    char options[256], when[40];
    int64_t id;

    rig_serve(&r, "");
    (void)snprintf(options, sizeof(options),
                   "--title A --text 'Bài hẹn giờ' --channels facebook --deliver post --at %s",
                   in_seconds(6, when));
    id = rig_message(&r, options);
    rig_must(&r, "handpost done %lld --account facebook --user binh", (long long)id);
    RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
    cr_expect_eq(posts(), 0);
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), 1);
}

/* The tick comes at any moment of a post's way: either it is taken and nothing is posted, or it is
 * refused and the server posts. Never both, never neither. */
Test(handpost, tick_and_server_never_both_win, .init = start, .fini = end)
{
    enum { ROUNDS = 16 };
    int ticked = 0;

    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"delay\",\"platform\":\"facebook\",\"ms\":40}");
    for (int i = 0; i < ROUNDS; i++) {
        char options[160];
        int64_t id, before = posts();
        bool taken;

        (void)snprintf(options, sizeof(options),
                       "--title A --text 'Bài số %d' --channels facebook --deliver post", i);
        id = rig_message(&r, options);
        for (int k = 0; k < i; k++)
            rig_nap();
        taken =
            rig_loa(&r, "handpost done %lld --account facebook --user binh", (long long)id) == 0;
        RIG_WAIT(&r, rig_state_is(&r, id, "sent"));
        cr_expect_eq(posts() - before, taken ? 0 : 1, "round %d: ticked %d, posted %lld", i, taken,
                     (long long)(posts() - before));
        ticked += taken;
    }
    (void)fprintf(stderr, "handpost: %d of %d ticks came first\n", ticked, ROUNDS);
}

Test(handpost, direct_messages_have_no_sheet, .init = start, .fini = end)
{
    int64_t id;

    rig_followers(&r, "viber", 2);
    id = rig_message(&r, "--title A --text 'Tin riêng' --channels viber");
    cr_expect_eq(rig_loa(&r, "handpost %lld", (long long)id), 1);
    cr_expect(says("không đăng tay được") && says("--deliver post"), "%s", rig_output());
    cr_expect_eq(rig_loa(&r, "handpost done %lld --account viber --user binh", (long long)id), 1);
    cr_expect_eq(
        rig_loa(&r, "handpost done %lld --account viber --way direct --user binh", (long long)id),
        2);
    rig_must(&r, "message new --title B --text 'Nháp' --channels facebook --deliver post "
                 "--user binh");
    cr_expect_eq(rig_loa(&r, "handpost %lld", (long long)(id + 1)), 1);
    cr_expect(says("chưa được duyệt"), "%s", rig_output());
}
