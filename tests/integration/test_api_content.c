/* SPDX-License-Identifier: Apache-2.0 */
/* Content over the API: events, questions, daily entries by themselves and as files, and the box in
 * which staff try what the bot would answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/json.h"
#include "tests/integration/api_kit.h"

TestSuite(api_content, .timeout = 300);

static struct api_office o;
#define R (&o.r)

static void start(void)
{
    api_office_start(&o);
}

static void end(void)
{
    api_office_end(&o);
}

static int count(const struct api_reply *a, const char *list)
{
    return cJSON_GetArraySize(loa_json_at(a->json, list));
}

static char match_of(const struct api_reply *a, char out[100])
{
    (void)snprintf(out, 100, "If-Match: %s", a->etag);
    return out[0];
}

#define EVENT(id, title)                                                                           \
    "{\"id\":\"" id "\",\"title\":\"" title "\",\"start\":\"2030-10-02T08:00:00+07:00\","          \
    "\"end\":\"2030-10-02T10:00:00+07:00\",\"place\":\"Nhà văn hóa\"}"

Test(api_content, an_event_is_written_changed_by_one_at_a_time_and_taken_away, .init = start,
     .fini = end)
{
    const struct api_reply *a = api_ask(R, &o.binh, "POST", "events", EVENT("hop", "Họp"));
    char match[100];

    cr_assert_eq(a->status, 201, "%s", api_str(a, "detail"));
    cr_expect_eq(api_ask(R, &o.binh, "POST", "events", EVENT("hop", "Họp"))->status, 409);
    cr_expect_eq(api_ask(R, &o.binh, "POST", "events", "{\"id\":\"x\"}")->status, 422);
    a = api_ask(R, &o.binh, "GET", "events/hop", NULL);
    cr_expect_str_eq(api_str(a, "title"), "Họp");
    cr_expect_eq(api_int(a, "reminders"), 0);
    (void)match_of(a, match);
    cr_expect_eq(api_ask(R, &o.chi, "PUT", "events/hop", EVENT("hop", "Khác"))->status, 428);
    a = api_ask_with(R, &o.chi, "PUT", "events/hop", EVENT("hop", "Họp dân"), match);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_str_eq(api_str(a, "title"), "Họp dân");
    a = api_ask_with(R, &o.binh, "PUT", "events/hop", EVENT("hop", "Mất"), match);
    cr_expect_eq(a->status, 412, "somebody was faster");
    a = api_ask(R, &o.binh, "POST", "events/hop/move", "{\"reason\":\"Mưa\"}");
    cr_expect_eq(a->status, 422, "where to?");
    a = api_ask(R, &o.binh, "POST", "events/hop/move",
                "{\"start\":\"2030-10-03T08:00\",\"reason\":\"Mưa\"}");
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_not_null(strstr(api_str(a, "start"), "2030-10-03T08:00"));
    a = api_ask(R, &o.binh, "POST", "events/hop/cancel", "{}");
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    (void)match_of(a, match);
    cr_expect_eq(api_ask(R, &o.binh, "GET", "calendar?from=2030-10-01&to=2030-10-08", NULL)->status,
                 200);
    cr_expect_eq(api_ask(R, &o.binh, "DELETE", "events/hop", NULL)->status, 428);
    cr_expect_eq(api_ask_with(R, &o.binh, "DELETE", "events/hop", NULL, match)->status, 204);
    cr_expect_eq(api_ask(R, &o.binh, "GET", "events/hop", NULL)->status, 404);
    a = api_ask(R, &o.binh, "PUT", "events/moi", EVENT("moi", "Mới"));
    cr_expect_eq(a->status, 201, "made");
}

Test(api_content, a_file_of_events_is_looked_at_first_and_told_row_by_row, .init = start,
     .fini = end)
{
    static const char csv[] = "Content-Type: text/csv";
    static const char good[] = "id,title,start,end\na,Một,2030-10-02T08:00,2030-10-02T09:00\n"
                               "b,Hai,2030-10-03T08:00,2030-10-03T09:00\n";
    static const char bad[] = "id,title,start,end\na,Một,2030-10-02T08:00,2030-10-02T09:00\n"
                              "b,Hai,hôm nào,2030-10-03T09:00\nc,Ba,2030-10-04T08:00,2030-10-04T"
                              "09:00\n";
    const struct api_reply *a =
        api_ask_with(R, &o.binh, "POST", "events:import?dry_run=1", good, csv);

    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_eq(count(a, "changes.added"), 2);
    cr_expect_eq(rig_sql(R, "SELECT COUNT(*) FROM events"), 0, "only looked at");
    a = api_ask_with(R, &o.binh, "POST", "events:import", bad, csv);
    cr_assert_eq(a->status, 422);
    cr_expect_eq(api_int(a, "rows_total"), 1);
    cr_expect_eq(api_int(a, "rows.0.line"), 3);
    cr_expect_eq(rig_sql(R, "SELECT COUNT(*) FROM events"), 0, "all or nothing");
    a = api_ask_with(R, &o.binh, "POST", "events:import?skip_bad=1", bad, csv);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_eq(api_int(a, "added"), 2);
    a = api_ask_with(R, &o.binh, "POST", "events:import", good, csv);
    cr_assert_eq(a->status, 200);
    cr_expect_eq(api_int(a, "added"), 1);
    cr_expect_eq(api_int(a, "same"), 1);
    a = api_ask(R, &o.binh, "GET", "events?limit=2", NULL);
    cr_expect_eq(count(a, "items"), 2);
    a = api_do(R, &o.binh, "GET", NULL, "events?limit=2&cursor=%s", api_str(a, "next"));
    cr_expect_eq(count(a, "items"), 1);
    cr_expect_str_eq(api_str(a, "items.0.id"), "c");
    cr_expect_not_null(strstr(api_stream(R, &o.binh, "events:export?format=ics"), "BEGIN:VEVENT"));
    cr_expect_not_null(strstr(api_stream(R, &o.binh, "events:export?format=csv"), "Hai"));
    a = api_ask_with(R, &o.binh, "POST", "events:import", good, "Content-Type: text/plain");
    cr_expect_eq(a->status, 415, "what a foreign form could send");
    cr_expect_eq(api_ask_with(R, &o.binh, "POST", "faqs:import?dry_run=1", "[]",
                              "Content-Type: application/json")
                     ->status,
                 400);
}

Test(api_content, questions_and_daily_entries_are_edited_and_tried, .init = start, .fini = end)
{
    const struct api_reply *a =
        api_ask(R, &o.binh, "POST", "faqs",
                "{\"id\":\"gui-xe\",\"group\":\"Chung\",\"questions\":[\"Gửi xe ở đâu?\",\"bãi gửi "
                "xe chỗ nào\"],\"answer\":\"Gửi xe ở cổng số 2.\"}");
    char match[100];

    cr_assert_eq(a->status, 201, "%s", api_str(a, "detail"));
    (void)match_of(a, match);
    RIG_WAIT(R, strstr(api_str(api_ask(R, &o.binh, "POST", "answer/try",
                                       "{\"text\":\"gửi xe ở đâu vậy\"}"),
                               "reply.text"),
                       "cổng số 2") != NULL);
    a = api_ask(R, &o.binh, "POST", "answer/try", "{\"text\":\"gửi xe ở đâu vậy\"}");
    cr_expect_str_eq(api_str(a, "faq"), "gui-xe");
    cr_expect_neq(strlen(api_str(a, "explain")), (size_t)0);
    cr_expect_eq(api_ask(R, &o.binh, "POST", "answer/try", "{}")->status, 422);
    cr_expect_eq(count(api_ask(R, &o.binh, "GET", "faqs", NULL), "items"), 1);
    cr_expect_eq(api_ask_with(R, &o.binh, "DELETE", "faqs/gui-xe", NULL, match)->status, 204);
    cr_expect_eq(api_ask(R, &o.binh, "GET", "faqs/gui-xe", NULL)->status, 404);

    a = api_ask(R, &o.binh, "PUT", "daily/2030-10-01",
                "{\"title\":\"Ngày một\",\"text\":\"Sáng họp\"}");
    cr_assert_eq(a->status, 201, "%s", api_str(a, "detail"));
    cr_expect_str_eq(api_str(a, "date"), "2030-10-01");
    cr_expect_eq(
        api_ask(R, &o.binh, "PUT", "daily/2030-13-01", "{\"title\":\"A\",\"text\":\"B\"}")->status,
        422);
    a = api_ask_with(
        R, &o.binh, "POST", "daily:import",
        "[{\"date\":\"2030-10-02\",\"title\":\"Hai\",\"text\":\"B\"},{\"date\":\"x\"}]",
        "Content-Type: application/json");
    cr_assert_eq(a->status, 422);
    cr_expect_eq(api_int(a, "rows.0.entry"), 2);
    cr_expect_eq(rig_sql(R, "SELECT COUNT(*) FROM daily"), 1);
    cr_expect_eq(
        count(api_ask(R, &o.binh, "GET", "daily?from=2030-10-01&to=2030-10-08", NULL), "items"), 1);
    cr_expect_gt(count(api_ask(R, &o.binh, "GET", "topics", NULL), "items"), 0);
    cr_expect_gt(count(api_ask(R, &o.binh, "GET", "places", NULL), "items"), 0);
}
