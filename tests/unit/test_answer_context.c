/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered of a conversation, and buttons that come back. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "answer_kit.h"
#include "bot/answer/query.h"

TestSuite(answer_context, .timeout = 20);

Test(answer_context, it_survives_being_written_and_read)
{
    struct answer_context a = {.at_ms = 1790814600000, .english = true, .misses = 2}, b;
    char *json;

    a.query = (struct answer_query){.intent = ANSWER_EVENT_BY_TOPIC,
                                    .has_date = true,
                                    .day_from = 20729,
                                    .day_to = 20730,
                                    .tod = ANSWER_TOD_EVENING};
    memcpy(a.query.place, "Nha Trang", sizeof("Nha Trang"));
    memcpy(a.query.subjects[0], "sách", sizeof("sách"));
    memcpy(a.query.event, "e19", 4);
    json = answer_context_to_json(&a);
    cr_assert_eq(answer_context_from_json(json, &b), LOA_OK, "%s", json);
    cr_expect_eq(memcmp(&a.query, &b.query, sizeof(a.query)), 0, "%s", json);
    cr_expect_eq(b.at_ms, a.at_ms);
    cr_expect_eq(b.misses, 2);
    cr_expect(b.english);
    free(json);
}

Test(answer_context, other_json_gives_an_empty_one)
{
    static const char *const bad[] = {"",
                                      "[]",
                                      "{\"at\":-1}",
                                      "{\"at\":1,\"query\":\"x=1\"}",
                                      "{\"at\":1,\"query\":\"i=nothing\"}",
                                      "nonsense"};
    struct answer_context c;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        c.at_ms = 7;
        cr_expect_eq(answer_context_from_json(bad[i], &c), LOA_EINVAL, "%s", bad[i]);
        cr_expect_eq(c.at_ms, 0);
    }
    cr_expect_eq(answer_context_from_json("{}", &c), LOA_OK);
}

Test(answer_context, days_of_a_query_are_bounded)
{
    struct answer_query q;

    cr_expect(answer_query_parse("i=event_by_date;d=5-4", &q) && !q.has_date);
    cr_expect(answer_query_parse("i=event_by_date;d=0-99999999999", &q) && !q.has_date);
    cr_expect(answer_query_parse("i=event_by_date;d=-5--4;h=9;zz;q=1", &q) && !q.has_date);
    cr_expect(answer_query_parse("i=event_by_date;d=20729-20730", &q) && q.has_date);
    cr_expect_not(answer_query_parse("d=1-2", &q));
}

Test(answer_context, the_context_is_forgotten_after_its_time, .init = answer_kit_open,
     .fini = answer_kit_close)
{
    int64_t now = answer_kit_time("2026-10-02T08:00:00+07:00");
    struct answer_context ctx = {0};
    struct answer_result r;

    answer_ask(answer_kit_index(), "đăng ký lớp robot cho bé", now, &ctx, &r);
    answer_result_release(&r);
    answer_ask(answer_kit_index(), "mấy giờ?", now + 60000, &ctx, &r);
    cr_expect(r.follow_up);
    cr_expect_str_eq(answer_kit_events(&r), "e22");
    answer_result_release(&r);
    answer_ask(answer_kit_index(), "mấy giờ?", now + 60000 + ANSWER_CONTEXT_LIFE_MS + 1, &ctx, &r);
    cr_expect_not(r.follow_up);
    answer_result_release(&r);
}

Test(answer_context, buttons_are_understood_and_forgeries_are_plain_text, .init = answer_kit_open,
     .fini = answer_kit_close)
{
    int64_t now = answer_kit_time("2026-10-02T08:00:00+07:00");
    static const struct {
        const char *text;
        enum answer_intent intent;
        const char *events;
    } rows[] = {
        {"#event:e05", ANSWER_EVENT_DETAIL, "e05"},
        {"#reg:e22", ANSWER_REGISTRATION, "e22"},
        {"#sub", ANSWER_SUBSCRIBE, ""},
        {"#unsub", ANSWER_UNSUBSCRIBE, ""},
        {"#help", ANSWER_HELP, ""},
        {"#human", ANSWER_HUMAN, ""},
        {"#more:0;i=event_by_place;p=Cam Ranh", ANSWER_EVENT_BY_PLACE, "e24 e64 e41 e62"},
        {"#event:nothing", ANSWER_OUT_OF_SCOPE, ""},
        {"#more:x;i=greeting", ANSWER_OUT_OF_SCOPE, ""},
        {"#more:5", ANSWER_OUT_OF_SCOPE, ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct answer_result r;

        answer_ask(answer_kit_index(), rows[i].text, now, NULL, &r);
        if (rows[i].intent != ANSWER_OUT_OF_SCOPE) {
            cr_expect_eq(r.intent, rows[i].intent, "%s: %s", rows[i].text,
                         answer_intent_name(r.intent));
            cr_expect_str_eq(answer_kit_events(&r), rows[i].events, "%s: %s", rows[i].text,
                             answer_kit_events(&r));
        }
        answer_result_release(&r);
    }
}
