/* SPDX-License-Identifier: Apache-2.0 */
/* Citizens over the API: the conversations that wait for people, the questions that nobody
 * answered, and what is known of somebody. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/json.h"
#include "tests/integration/api_kit.h"
#include "tests/integration/rig_talk.h"

TestSuite(api_people, .timeout = 300);

static struct api_office o;
#define R (&o.r)

static void start(void)
{
    (void)snprintf(R->extra_env, sizeof(R->extra_env), "LOA_OFFICE_HOURS=always\n");
    api_office_start(&o);
    rig_content(R);
    rig_do(R, "{\"op\":\"demo\",\"follow\":true}");
}

static void end(void)
{
    api_office_end(&o);
}

static int count(const struct api_reply *a, const char *list)
{
    return cJSON_GetArraySize(loa_json_at(a->json, list));
}

Test(api_people, a_conversation_is_taken_answered_and_closed, .init = start, .fini = end)
{
    const struct api_reply *a;
    long long id;

    rig_say(R, "zalo", "cho tôi gặp cán bộ");
    RIG_WAIT(R, rig_heard(R, "zalo", "cán bộ sẽ trả lời tại đây") == 1);
    a = api_ask(R, &o.binh, "GET", "conversations", NULL);
    cr_assert_eq(count(a, "items"), 1, "%s", api_str(a, "detail"));
    cr_expect_str_eq(api_str(a, "items.0.state"), "waiting");
    id = (long long)api_int(a, "items.0.id");
    a = api_do(R, &o.binh, "POST", "{\"to\":\"binh\"}", "conversations/%lld/assign", id);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_str_eq(api_str(a, "assignee"), "binh");
    a = api_do(R, &o.binh, "POST", "{\"to\":\"nobody\"}", "conversations/%lld/assign", id);
    cr_expect_eq(a->status, 422);
    a = api_do(R, &o.binh, "POST", "{\"text\":\"\"}", "conversations/%lld/reply", id);
    cr_expect_eq(a->status, 422);
    a = api_do(R, &o.binh, "POST", "{\"text\":\"Chào bà con, tôi là Bình\"}",
               "conversations/%lld/reply", id);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    RIG_WAIT(R, rig_heard(R, "zalo", "tôi là Bình") == 1);
    a = api_do(R, &o.binh, "GET", NULL, "conversations/%lld?limit=10", id);
    cr_expect_geq(count(a, "messages"), 2);
    cr_expect_str_eq(api_str(a, "state"), "answered");
    a = api_do(R, &o.binh, "POST", NULL, "conversations/%lld/close", id);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_str_eq(api_str(a, "state"), "closed");
    cr_expect_eq(api_do(R, &o.binh, "POST", NULL, "conversations/%lld/close", id)->status, 409);
    cr_expect_eq(api_ask(R, &o.binh, "GET", "conversations/999999", NULL)->status, 404);
}

Test(api_people, answers_are_kept_ready, .init = start, .fini = end)
{
    static const char wish[] = "{\"title\":\"Giờ làm việc\",\"text\":\"7h30 đến 17h\"}";
    const struct api_reply *a = api_ask(R, &o.binh, "POST", "canned", wish);
    long long id;

    cr_assert_eq(a->status, 201, "%s", api_str(a, "detail"));
    id = (long long)api_int(a, "id");
    cr_expect_eq(api_ask(R, &o.chi, "POST", "canned", wish)->status, 409);
    a = api_do(R, &o.chi, "PUT", "{\"title\":\"Giờ làm việc\",\"text\":\"8h\"}", "canned/%lld", id);
    cr_expect_eq(a->status, 200, "%s", api_str(a, "detail"));
    a = api_ask(R, &o.binh, "GET", "canned", NULL);
    cr_expect_str_eq(api_str(a, "items.0.text"), "8h");
    cr_expect_eq(
        api_ask(R, &o.binh, "PUT", "canned/99", "{\"title\":\"A\",\"text\":\"B\"}")->status, 404);
    cr_expect_eq(api_do(R, &o.binh, "DELETE", NULL, "canned/%lld", id)->status, 204);
    cr_expect_eq(api_do(R, &o.binh, "DELETE", NULL, "canned/%lld", id)->status, 404);
}

Test(api_people, a_group_of_questions_becomes_an_entry, .init = start, .fini = end)
{
    const struct api_reply *a;
    long long group;

    rig_say(R, "zalo", "có cho thuê flycam không");
    rig_say(R, "viber", "co cho thue flycam ko");
    RIG_WAIT(R, rig_sql(R, "SELECT COUNT(*) FROM unanswered") == 2);
    a = api_ask(R, &o.binh, "GET", "questions", NULL);
    cr_assert_eq(count(a, "items"), 1, "%s", api_str(a, "detail"));
    cr_expect_eq(api_int(a, "items.0.count"), 2);
    group = (long long)api_int(a, "items.0.group");
    a = api_do(R, &o.binh, "GET", NULL, "questions/%lld", group);
    cr_expect_eq(count(a, "questions"), 2);
    cr_expect_eq(api_do(R, &o.binh, "POST", "{}", "questions/%lld/answer", group)->status, 422);
    a = api_do(R, &o.binh, "POST", "{\"text\":\"Không cho thuê flycam.\"}", "questions/%lld/answer",
               group);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_eq(api_int(a, "questions"), 2);
    cr_expect_eq(api_do(R, &o.binh, "POST", NULL, "questions/%lld/drop", group)->status, 404);
    /* The index is built anew beside the old one, which serves meanwhile. */
    RIG_WAIT(R, strstr(api_str(api_ask(R, &o.binh, "POST", "answer/try",
                                       "{\"text\":\"cho thuê flycam không vậy\"}"),
                               "reply.text"),
                       "Không cho thuê flycam") != NULL);
    rig_say(R, "facebook", "cho thuê flycam không vậy");
    RIG_WAIT(R, rig_heard(R, "facebook", "Không cho thuê flycam") == 1);
    cr_expect_eq(api_ask(R, &o.binh, "GET", "questions/feedback", NULL)->status, 200);
}

Test(api_people, somebody_is_found_shown_told_and_forgotten, .init = start, .fini = end)
{
    const struct api_reply *a;
    char *only_read;
    struct api_asker reader = {0};
    long long id;

    rig_say(R, "zalo", "hôm nay có gì");
    RIG_WAIT(R, rig_sql(R, "SELECT COUNT(*) FROM replies WHERE state = 2") >= 1);
    cr_expect_eq(api_ask(R, &o.binh, "GET", "contacts", NULL)->status, 400);
    a = api_ask(R, &o.binh, "GET", "contacts?account=zalo", NULL);
    cr_assert_geq(count(a, "items"), 1, "%s", api_str(a, "detail"));
    id = (long long)api_int(a, "items.0.contact");
    cr_expect_eq(count(api_ask(R, &o.binh, "GET", "contacts?account=zalo&q=%25", NULL), "items"), 0,
                 "no pattern");
    a = api_do(R, &o.binh, "GET", NULL, "contacts/%lld", id);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_geq(api_int(a, "kept.wrote"), 1);
    a = api_do(R, &o.binh, "POST", "{\"tester\":true}", "contacts/%lld/tester", id);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect(cJSON_IsTrue(loa_json_get(a->json, "tester")));
    a = api_do(R, &o.binh, "POST", NULL, "contacts/%lld/export", id);
    cr_expect_eq(a->status, 200, "%s", api_str(a, "detail"));
    only_read = api_token(R, "binh", "read");
    reader.token = only_read;
    cr_expect_eq(api_do(R, &reader, "GET", NULL, "contacts/%lld", id)->status, 403);
    cr_expect_eq(api_ask(R, &reader, "GET", "conversations", NULL)->status, 403);
    free(only_read);
    cr_expect_eq(api_do(R, &o.binh, "DELETE", NULL, "contacts/%lld", id)->status, 204);
    cr_expect_eq(api_do(R, &o.binh, "GET", NULL, "contacts/%lld", id)->status, 404);
    rig_must(R, "audit verify");
}
