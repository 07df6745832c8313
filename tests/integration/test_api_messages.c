/* SPDX-License-Identifier: Apache-2.0 */
/* What staff do about a message beside its steps, over the API: looked at before approval, talked
 * about, tried, slowed, sent again, put out by hand, settled, seen on the calendar. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "tests/integration/api_kit.h"

TestSuite(api_messages, .timeout = 300);

static struct api_office o;
#define R (&o.r)

static void start(void)
{
    (void)snprintf(R->extra_env, sizeof(R->extra_env),
                   "LOA_QUIET_HOURS=off\nLOA_DOUBT_WAIT=2\nFACEBOOK_RATE=60000\n");
    api_office_start(&o);
}

static void end(void)
{
    api_office_end(&o);
}

static int64_t new_message(const char *text, const char *channel, const char *more)
{
    char *body = loa_xasprintf("{\"title\":\"Họp\",\"body\":{\"text\":\"%s\"},\"audience\":"
                               "{\"channels\":[\"%s\"]}%s}",
                               text, channel, more);
    const struct api_reply *a = api_ask(R, &o.binh, "POST", "messages", body);

    free(body);
    cr_assert_eq(a->status, 201, "%s", api_str(a, "detail"));
    return api_int(a, "id");
}

static void approve(int64_t id)
{
    cr_assert_eq(api_do(R, &o.binh, "POST", NULL, "messages/%lld/submit", (long long)id)->status,
                 200);
    cr_assert_eq(api_do(R, &o.chi, "POST", NULL, "messages/%lld/approve", (long long)id)->status,
                 200);
}

static void put_on_schedule(int64_t id)
{
    const struct api_reply *a;

    approve(id);
    a = api_do(R, &o.binh, "POST", NULL, "messages/%lld/schedule", (long long)id);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
}

static int count(const struct api_reply *a, const char *list)
{
    return cJSON_GetArraySize(loa_json_at(a->json, list));
}

/* ---- before approval ------------------------------------------------------------------- */

Test(api_messages, the_preview_is_what_each_channel_shows_with_what_it_would_refuse, .init = start,
     .fini = end)
{
    const struct api_reply *a = api_ask(
        R, &o.binh, "POST", "messages/preview",
        "{\"title\":\"Họp\",\"body\":{\"text\":\"Chào {name}, họp {date}\",\"variants\":{\"viber\":"
        "{\"text\":\"Riêng cho Viber\"}}},\"audience\":{\"channels\":[\"zalo\",\"viber\","
        "\"facebook\"]},\"schedule\":{\"at\":\"2030-10-01T07:30:00+07:00\"},"
        "\"deliver\":[\"direct\",\"post\"]}");
    int64_t id;
    char first[80];

    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_str_eq(api_str(a, "due"), "2030-10-01T07:30:00+07:00");
    cr_expect_str_eq(api_str(a, "items.0.channel"), "zalo");
    cr_expect_str_eq(api_str(a, "items.0.way"), "direct");
    cr_expect_not_null(strstr(api_str(a, "items.0.content.text"), "Chào bạn, họp"), "%s",
                       api_str(a, "items.0.content.text"));
    cr_expect_str_eq(api_str(a, "items.1.way"), "post");
    cr_expect_str_eq(api_str(a, "items.2.content.text"), "Riêng cho Viber");
    cr_expect_gt(api_int(a, "items.0.max"), 0);
    cr_expect_eq(rig_sql(R, "SELECT COUNT(*) FROM messages"), 0, "nothing is stored");

    id = new_message("Tin {daily.text}", "zalo", ",\"schedule\":{\"at\":\"2030-10-01T07:30\"}");
    a = api_do(R, &o.chi, "GET", NULL, "messages/%lld/preview", (long long)id);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_str_eq(api_str(a, "items.0.problem.field"), "daily", "no entry for that day");
    id = new_message("Tin chung", "zalo", "");
    approve(id);
    a = api_do(R, &o.chi, "GET", NULL, "messages/%lld/preview", (long long)id);
    cr_expect_eq(strlen(api_str(a, "items.0.sha256")), (size_t)64);
    cr_expect(cJSON_IsTrue(loa_json_get(a->json, "sealed")));
    (void)snprintf(first, sizeof(first), "%s", api_str(a, "items.0.sha256"));
    a = api_do(R, &o.chi, "GET", NULL, "messages/%lld/preview", (long long)id);
    cr_expect_str_eq(api_str(a, "items.0.sha256"), first);
}

Test(api_messages, the_difference_is_against_what_was_approved_last, .init = start, .fini = end)
{
    int64_t id = new_message("Bản một", "zalo", ",\"schedule\":{\"at\":\"2030-10-01T07:30\"}");
    const struct api_reply *a;
    char match[100];

    a = api_do(R, &o.chi, "GET", NULL, "messages/%lld/diff", (long long)id);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect(cJSON_IsNull(loa_json_get(a->json, "from")), "nothing was approved yet");
    approve(id);
    a = api_do(R, &o.binh, "GET", NULL, "messages/%lld", (long long)id);
    (void)snprintf(match, sizeof(match), "If-Match: %s", a->etag);
    a = api_ask_with(R, &o.binh, "PUT", "messages/1",
                     "{\"title\":\"Họp\",\"body\":{\"text\":\"Bản hai\"},\"audience\":{"
                     "\"channels\":[\"zalo\",\"viber\"]},\"schedule\":{\"at\":\"2030-10-01T07:30\"}"
                     "}",
                     match);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    a = api_do(R, &o.chi, "GET", NULL, "messages/%lld/diff", (long long)id);
    cr_expect_eq(api_int(a, "from.version"), 1);
    cr_expect_eq(api_int(a, "to.version"), 2);
    cr_assert_eq(count(a, "changes"), 2);
    cr_expect_str_eq(api_str(a, "changes.0.path"), "body.text");
    cr_expect_str_eq(api_str(a, "changes.0.from"), "Bản một");
    cr_expect_str_eq(api_str(a, "changes.1.path"), "audience.channels");
    a = api_do(R, &o.chi, "GET", NULL, "messages/%lld/versions", (long long)id);
    cr_expect_eq(count(a, "items"), 2);
    cr_expect_str_eq(api_str(a, "items.1.approved_by.0"), "chi");
    cr_expect_eq(
        api_do(R, &o.chi, "GET", NULL, "messages/%lld/diff?version=9", (long long)id)->status, 404);
}

Test(api_messages, staff_talk_about_it_and_a_draft_goes_with_what_was_said, .init = start,
     .fini = end)
{
    int64_t id = new_message("Nháp", "zalo", "");
    const struct api_reply *a;
    char match[100];

    a = api_do(R, &o.chi, "POST", "{\"text\":\"Thiếu <b>giờ</b>\"}", "messages/%lld/comments",
               (long long)id);
    cr_assert_eq(a->status, 201, "%s", api_str(a, "detail"));
    a = api_do(R, &o.chi, "POST", "{\"text\":\" \"}", "messages/%lld/comments", (long long)id);
    cr_expect_eq(a->status, 422);
    cr_expect_eq(api_ask(R, &o.chi, "POST", "messages/99/comments", "{\"text\":\"A\"}")->status,
                 404);
    a = api_do(R, &o.binh, "GET", NULL, "messages/%lld/comments", (long long)id);
    cr_expect_str_eq(api_str(a, "items.0.text"), "Thiếu <b>giờ</b>");
    cr_expect_str_eq(api_str(a, "items.0.user"), "chi");
    a = api_do(R, &o.binh, "GET", NULL, "messages/%lld", (long long)id);
    (void)snprintf(match, sizeof(match), "If-Match: %s", a->etag);
    cr_expect_eq(api_ask(R, &o.binh, "DELETE", "messages/1", NULL)->status, 428);
    cr_expect_eq(api_ask_with(R, &o.binh, "DELETE", "messages/1", NULL, match)->status, 204);
    cr_expect_eq(api_ask(R, &o.binh, "GET", "messages/1", NULL)->status, 404);
    cr_expect_eq(rig_sql(R, "SELECT COUNT(*) FROM message_comments"), 0);

    id = new_message("Đã trình", "zalo", "");
    approve(id);
    a = api_do(R, &o.binh, "GET", NULL, "messages/%lld", (long long)id);
    (void)snprintf(match, sizeof(match), "If-Match: %s", a->etag);
    cr_expect_eq(api_ask_with(R, &o.binh, "DELETE", "messages/2", NULL, match)->status, 409);
    rig_must(R, "audit verify");
}

/* ---- sending --------------------------------------------------------------------------- */

Test(api_messages, a_draft_is_tried_on_the_testers_of_an_account, .init = start, .fini = end)
{
    int64_t id;
    const struct api_reply *a;

    rig_followers(R, "viber", 3);
    id = new_message("Mai họp tổ", "viber", "");
    a = api_do(R, &o.binh, "POST", "{\"account\":\"viber\"}", "messages/%lld/test", (long long)id);
    cr_expect_eq(a->status, 422, "nobody is one");
    rig_must(R, "contacts list --account viber --json | sed 's/.*\"id\":\"\\([^\"]*\\)\".*/\\1/' | "
                "sed -n 1p > who");
    rig_must(R, "contacts tester add \"$(cat who)\" --account viber --user an");
    a = api_do(R, &o.binh, "POST", "{\"account\":\"viber\"}", "messages/%lld/test", (long long)id);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_eq(api_int(a, "sent"), 1);
    RIG_WAIT(R, rig_got(R, "viber", "#0", "[THỬ] Mai họp tổ") == 1);
    a = api_do(R, &o.binh, "POST", "{\"account\":\"viber\",\"to\":[\"nobody\"]}",
               "messages/%lld/test", (long long)id);
    cr_expect_eq(a->status, 422);
    cr_expect_str_eq(api_str(a, "errors.0.field"), "to");
}

Test(api_messages, it_is_slowed_and_sent_again_to_those_for_whom_it_failed, .init = start,
     .fini = end)
{
    int64_t id;
    const struct api_reply *a;

    rig_followers(R, "zalo", 6);
    rig_do(R, "{\"op\":\"fail\",\"platform\":\"zalo\",\"path\":\"/message/cs\",\"kind\":"
              "\"error\",\"code\":-240,\"count\":2,\"skip\":1}");
    id = new_message("Tin", "zalo", "");
    a = api_do(R, &o.binh, "POST", "{\"per_minute\":30}", "messages/%lld/rate", (long long)id);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_eq(rig_sql(R, "SELECT per_minute FROM rate_caps"), 30);
    a = api_do(R, &o.binh, "POST", "{\"per_minute\":900000000}", "messages/%lld/rate",
               (long long)id);
    cr_expect_eq(a->status, 422, "faster than the platform");
    a = api_do(R, &o.binh, "POST", "{\"per_minute\":-1}", "messages/%lld/rate", (long long)id);
    cr_expect_eq(a->status, 422);
    a = api_do(R, &o.binh, "POST", "{\"per_minute\":0}", "messages/%lld/rate", (long long)id);
    cr_expect_eq(a->status, 200);
    put_on_schedule(id);
    RIG_WAIT(R, rig_state_is(R, id, "sent"));
    a = api_do(R, &o.binh, "POST", "{\"codes\":\"7\"}", "messages/%lld/retry", (long long)id);
    cr_expect_eq(a->status, 409, "nobody failed with that: %ld", a->status);
    a = api_do(R, &o.binh, "POST", NULL, "messages/%lld/retry", (long long)id);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_str_eq(api_str(a, "items.0.account"), "zalo");
    cr_expect_eq(api_int(a, "items.0.recipients"), 2);
    cr_expect_eq(api_int(a, "items.0.attempt"), 2);
    RIG_WAIT(R, rig_stat(R, "zalo", "unique") == 6);
}

Test(api_messages, what_is_in_doubt_is_shown_and_settled, .init = start, .fini = end)
{
    int64_t id;
    const struct api_reply *a;
    char body[120];

    rig_followers(R, "viber", 4);
    rig_do(R, "{\"op\":\"fail\",\"platform\":\"viber\",\"kind\":\"drop_before\",\"count\":1,"
              "\"path\":\"broadcast_message\"}");
    id = new_message("Tin chưa rõ", "viber", "");
    put_on_schedule(id);
    RIG_WAIT(R, rig_run_done(R, id, "viber"));
    a = api_do(R, &o.binh, "GET", NULL, "doubts?message=%lld&limit=3", (long long)id);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_eq(count(a, "items"), 3);
    cr_expect_eq(api_int(a, "total"), 4);
    cr_expect_str_eq(api_str(a, "items.0.cause"), "lost");
    (void)snprintf(body, sizeof(body), "{\"ids\":[\"%s\"]}", api_str(a, "items.0.id"));
    a = api_ask(R, &o.binh, "POST", "doubts/resend", body);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_eq(api_int(a, "changed"), 1);
    RIG_WAIT(R, rig_run(R, id, "viber", "sent") == 1);
    (void)snprintf(body, sizeof(body), "{\"run\":%lld}", (long long)rig_run(R, id, "viber", "id"));
    a = api_ask(R, &o.binh, "POST", "doubts/sent", body);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_eq(api_int(a, "changed"), 3);
    cr_expect_eq(rig_run(R, id, "viber", "in_doubt"), 0);
    cr_expect_eq(api_ask(R, &o.binh, "POST", "doubts/sent", "{\"ids\":[\"x\"]}")->status, 422);
    cr_expect_eq(api_ask(R, &o.binh, "POST", "doubts/sent", "{}")->status, 422);
    a = api_ask(R, &o.binh, "GET", "held", NULL);
    cr_expect_eq(a->status, 200);
    cr_expect_eq(count(a, "items"), 0);
    cr_expect_eq(api_ask(R, &o.chi, "POST", "held/send", "{\"key\":\"run:99\"}")->status, 404);
    cr_expect_eq(api_ask(R, &o.binh, "POST", "held/send", "{\"key\":\"run:99\"}")->status, 403);
}

Test(api_messages, a_post_is_put_out_by_hand_when_its_account_is_paused, .init = start, .fini = end)
{
    int64_t id;
    const struct api_reply *a;

    rig_do(R, "{\"op\":\"limits\",\"on\":false}");
    rig_must(R, "account pause facebook --reason 'hết hạn mã' --user an");
    id = new_message("Sáng mai họp phường", "facebook", ",\"deliver\":[\"post\"]");
    a = api_do(R, &o.binh, "GET", NULL, "messages/%lld/handpost", (long long)id);
    cr_expect_eq(a->status, 409, "not approved");
    put_on_schedule(id);
    RIG_WAIT(R, rig_state_is(R, id, "sending"));
    a = api_do(R, &o.binh, "GET", NULL, "messages/%lld/handpost", (long long)id);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_not_null(strstr(api_str(a, "posts.0.text"), "Sáng mai họp phường"));
    cr_expect_str_eq(api_str(a, "posts.0.account_paused"), "hết hạn mã");
    a = api_do(R, &o.binh, "POST", "{\"account\":\"facebook\",\"url\":\"javascript:alert(1)\"}",
               "messages/%lld/handpost", (long long)id);
    cr_expect_eq(a->status, 422);
    a = api_do(R, &o.binh, "POST",
               "{\"account\":\"facebook\",\"url\":\"https://www.facebook.com/1/posts/2\"}",
               "messages/%lld/handpost", (long long)id);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    RIG_WAIT(R, rig_state_is(R, id, "sent"));
    a = api_do(R, &o.binh, "POST", "{\"account\":\"facebook\"}", "messages/%lld/handpost",
               (long long)id);
    cr_expect_eq(a->status, 409, "it is out");
}

/* ---- the calendar ---------------------------------------------------------------------- */

Test(api_messages, the_calendar_has_what_was_and_what_is_to_come, .init = start, .fini = end)
{
    const struct api_reply *a;
    int64_t id;

    rig_followers(R, "viber", 2);
    id = new_message("Tin nay", "viber", "");
    put_on_schedule(id);
    RIG_WAIT(R, rig_run_done(R, id, "viber"));
    id = new_message("Mỗi ngày", "viber",
                     ",\"schedule\":{\"rrule\":\"FREQ=DAILY;COUNT=3\",\"dtstart\":"
                     "\"2030-10-01T07:30\"}");
    a = api_ask(R, &o.binh, "GET", "calendar?from=2030-10-01&to=2030-10-03", NULL);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_assert_eq(count(a, "items"), 2);
    cr_expect_str_eq(api_str(a, "items.0.at"), "2030-10-01T07:30:00+07:00");
    cr_expect_str_eq(api_str(a, "items.0.outcome"), "planned");
    cr_expect_eq(api_int(a, "items.0.id"), id);
    a = api_ask(R, &o.binh, "GET", "calendar", NULL);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_assert_geq(count(a, "items"), 1);
    cr_expect_str_eq(api_str(a, "items.0.outcome"), "started");
    cr_expect_eq(api_int(a, "items.0.sent"), 2);
    cr_expect_eq(api_ask(R, &o.binh, "GET", "calendar?from=2030-10-03&to=2030-10-01", NULL)->status,
                 400);
    cr_expect_eq(api_ask(R, &o.binh, "GET", "calendar?from=yesterday", NULL)->status, 400);
    a = api_ask(R, &o.binh, "GET", "schedule?days=30", NULL);
    cr_expect_eq(a->status, 200);
    cr_expect_eq(api_ask(R, &o.binh, "GET", "schedule?days=367", NULL)->status, 400);
}
