/* SPDX-License-Identifier: Apache-2.0 */
/* A citizen asks what is known of him, has it erased, and is not written to again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"
#include "tests/integration/rig_talk.h"

TestSuite(privacy, .timeout = 300);

static struct rig r;

static void start(void)
{
    rig_start(&r, "");
    rig_content(&r);
    rig_do(&r, "{\"op\":\"demo\",\"follow\":true}");
    rig_serve(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

static int64_t erased(void)
{
    return rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE status = 4");
}

Test(privacy, a_citizen_is_told_what_is_kept, .init = start, .fini = end)
{
    for (size_t p = 0; p < RIG_PLATFORMS; p++) {
        rig_say(&r, rig_platforms[p], "bạn biết gì về tôi");
        RIG_WAIT(&r, rig_heard(&r, rig_platforms[p], "Những gì tôi lưu về bạn") == 1);
        cr_expect_eq(rig_heard(&r, rig_platforms[p], "30 ngày"), 1);
    }
    rig_say(&r, "zalo", "what do you know about me");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "This is what I keep about you") == 1);
}

Test(privacy, erasure_is_confirmed_once_done_whole_and_lasts, .init = start, .fini = end)
{
    int64_t id;

    for (size_t p = 0; p < RIG_PLATFORMS; p++) {
        rig_say(&r, rig_platforms[p], "xin chào bí mật");
        RIG_WAIT(&r, rig_is_quiet(&r));
        rig_say(&r, rig_platforms[p], "xóa dữ liệu của tôi");
        RIG_WAIT(&r, rig_heard(&r, rig_platforms[p], "gõ XÓA để xác nhận") == 1);
        cr_expect_eq(erased(), (int64_t)p, "not before it is confirmed");
        if (p == 1)
            rig_do(&r, "{\"op\":\"tap\",\"platform\":\"viber\",\"user\":\"demo\",\"index\":0}");
        else
            rig_say(&r, rig_platforms[p], "xóa");
        RIG_WAIT(&r, rig_heard(&r, rig_platforms[p], "Đã xóa mọi điều tôi lưu về bạn") == 1);
        RIG_WAIT(&r, rig_is_quiet(&r));
        cr_expect_eq(erased(), (int64_t)p + 1);
    }
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM replies"), 0);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM conversations"), 0);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM inbound WHERE event LIKE '%bí mật%'"), 0);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE remote_id NOT LIKE 'erased:%'"),
                 0);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM audit WHERE action = 'contact.erase'"), 3);
    /* They come back with a question: it is answered, and broadcasts still leave them out. */
    for (size_t p = 0; p < RIG_PLATFORMS; p++) {
        rig_say(&r, rig_platforms[p], "xin chào");
        RIG_WAIT(&r, rig_is_quiet(&r));
    }
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE status <> 4"), 3);
    id = rig_message(&r, "--title A --text 'Tin sau khi xóa' --channels zalo,viber,facebook");
    for (size_t p = 0; p < RIG_PLATFORMS; p++) {
        RIG_WAIT(&r, rig_run_done(&r, id, rig_platforms[p]));
        cr_expect_eq(rig_heard(&r, rig_platforms[p], "Tin sau khi xóa"), 0, "%s", rig_platforms[p]);
    }
}

Test(privacy, who_says_no_keeps_everything_and_a_late_yes_means_nothing, .init = start, .fini = end)
{
    rig_say(&r, "zalo", "xóa dữ liệu của tôi");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "gõ XÓA để xác nhận") == 1);
    rig_say(&r, "zalo", "không");
    RIG_WAIT(&r, rig_heard(&r, "zalo", "tôi không xóa gì cả") == 1);
    rig_say(&r, "zalo", "xóa");
    RIG_WAIT(&r, rig_is_quiet(&r));
    cr_expect_eq(erased(), 0);
    rig_say(&r, "viber", "xóa dữ liệu của tôi");
    RIG_WAIT(&r, rig_heard(&r, "viber", "gõ XÓA để xác nhận") == 1);
    rig_sql_run(&r, "UPDATE conversations SET erase_ms = erase_ms - 3600000 WHERE erase_ms > 0");
    rig_do(&r, "{\"op\":\"tap\",\"platform\":\"viber\",\"user\":\"demo\",\"index\":0}");
    RIG_WAIT(&r, rig_heard(&r, "viber", "gõ XÓA để xác nhận") == 2);
    cr_expect_eq(erased(), 0, "asked anew");
}

Test(privacy, staff_export_and_erase_one_person, .init = start, .fini = end)
{
    long long person;

    rig_say(&r, "facebook", "xin chào");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM contacts") == 1);
    RIG_WAIT(&r, rig_is_quiet(&r));
    person = (long long)rig_sql(&r, "SELECT CAST(remote_id AS BIGINT) FROM contacts");
    rig_must(&r, "contacts export %lld --account facebook --user chi", person);
    cr_expect_not_null(strstr(rig_output(), "xin chào"));
    cr_expect_neq(rig_loa(&r, "contacts erase %lld --account facebook", person), 0);
    rig_must(&r, "contacts erase %lld --account facebook --user an", person);
    cr_expect_eq(erased(), 1);
    cr_expect_eq(rig_loa(&r, "contacts erase %lld --account facebook --user an", person), 1);
    rig_must(&r, "audit verify");
    rig_must(&r, "audit list --json");
    cr_expect_not_null(strstr(rig_output(), "contact.erase"));
    cr_expect_null(strstr(rig_output(), "xin chào"));
}
