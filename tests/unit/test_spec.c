/* SPDX-License-Identifier: Apache-2.0 */
/* What staff say about a message: one canonical form, and nothing that is silently lost. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/buf.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/spec.h"
#include "tests/unit/store_help.h"

static void zone(void)
{
    cr_assert_eq(loa_tz_set("Asia/Ho_Chi_Minh"), LOA_OK);
}

TestSuite(msg_spec, .timeout = 10, .init = zone);

static char *canonical(const struct msg_spec *s)
{
    cJSON *o = msg_spec_to_json(s);
    char *text = loa_json_print(o);

    cJSON_Delete(o);
    return text;
}

static enum loa_err parse(const char *json, struct loa_problem *why)
{
    cJSON *o = loa_json_parse(json, strlen(json));
    struct msg_spec s;
    enum loa_err err;

    cr_assert_not_null(o, "%s", json);
    err = msg_spec_parse(o, &s, why);
    cJSON_Delete(o);
    if (!err)
        msg_spec_release(&s);
    else
        cr_expect_null(s.title, "empty after a failure");
    return err;
}

Test(msg_spec, the_least_one_can_say_gets_every_default)
{
    struct msg_spec s =
        help_spec("{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":"
                  "[\"zalo\"]}}");

    cr_expect_eq(s.deliver, (unsigned)MSG_DELIVER_DIRECT);
    cr_expect_eq(s.late, MSG_LATE_SEND);
    cr_expect_eq(s.grace_ms, MSG_GRACE_DEFAULT_MS);
    cr_expect_eq(s.expires_minute, -1);
    cr_expect_eq(s.expires_ms, 0);
    cr_expect_not(s.urgent);
    cr_expect_not(s.resend_doubtful);
    cr_expect_not(msg_spec_has_schedule(&s));
    msg_spec_release(&s);
}

static const char *const samples[] = {
    ("{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":[\"zalo\"]}}"),
    ("{\"title\":\"T\",\"body\":{\"text\":\"{daily.text}\",\"variants\":{\"viber\":{\"text\":"
     "\"{daily.short}\"},\"facebook\":{\"deliver\":[\"post\",\"direct\"]}}},\"audience\":{"
     "\"channels\":[\"zalo\",\"viber\"],\"topics\":[\"a\",\"b\"],\"districts\":[\"Nha Trang\"]},"
     "\"schedule\":{\"rrule\":\"FREQ=DAILY\",\"dtstart\":\"2026-10-01T07:00:00+07:00\",\"until\":"
     "\"2026-10-07\",\"skip\":[\"2026-10-04\"]},\"late\":\"skip\",\"grace_minutes\":30,"
     "\"expires\":\"17:00\",\"doubt\":\"resend\",\"deliver\":[\"post\"]}"),
    ("{\"urgent\":true,\"late\":\"ask\",\"expires\":\"2026-10-02T17:00\",\"schedule\":{\"at\":"
     "\"2026-10-01T00:30:00Z\"},\"audience\":{\"channels\":[\"facebook\"]},\"body\":{\"image\":"
     "\"https://a.vn/a.jpg\"},\"title\":\"le\\u0302\\u0303\"}"),
    ("{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":[\"zalo\"],\"topics\":"
     "null},\"schedule\":null,\"late\":null,\"urgent\":null,\"expires\":null}"),
};

Test(msg_spec, the_canonical_form_reads_back_to_itself)
{
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        struct msg_spec a = help_spec(samples[i]), b;
        char *first = canonical(&a), *second;

        b = help_spec(first);
        second = canonical(&b);
        cr_expect_str_eq(first, second);
        free(first);
        free(second);
        msg_spec_release(&a);
        msg_spec_release(&b);
    }
}

Test(msg_spec, the_order_and_the_dress_of_the_input_do_not_matter)
{
    struct msg_spec a =
        help_spec("{\"title\":\"T\",\"body\":{\"text\":\"lễ\"},\"audience\":{\"channels\":["
                  "\"zalo\"]},\"schedule\":{\"at\":\"2026-10-01T07:30:00+07:00\"}}");
    struct msg_spec b =
        help_spec(" {\"schedule\" : {\"at\":\"2026-10-01 07:30\"}, \"audience\":{\"channels\":["
                  "\"zalo\"]}, \"urgent\":false, \"body\":{\"text\":\"le\\u0302\\u0303\"}, "
                  "\"title\":\"T\"}");
    char *x = canonical(&a), *y = canonical(&b);

    cr_expect_str_eq(x, y);
    free(x);
    free(y);
    msg_spec_release(&a);
    msg_spec_release(&b);
}

#define BODY "\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":[\"zalo\"]}"

Test(msg_spec, what_is_unknown_misplaced_or_of_another_type_is_refused)
{
    static const struct {
        const char *json, *field;
    } bad[] = {
        {"[]", "message"},
        {"{" BODY ",\"urgnet\":true}", "message"},
        {"{" BODY ",\"schedule\":{\"rule\":\"x\"}}", "schedule"},
        {"{" BODY ",\"schedule\":\"2026-10-01\"}", "schedule"},
        {"{" BODY ",\"schedule\":[\"at\"]}", "schedule"},
        {"{" BODY ",\"schedule\":{\"at\":\"tomorrow\"}}", "at"},
        {"{" BODY ",\"schedule\":{\"at\":5}}", "at"},
        {"{" BODY ",\"schedule\":{\"rrule\":5}}", "rrule"},
        {"{" BODY ",\"schedule\":{\"rrule\":\"FREQ=DAILY\"}}", "dtstart"},
        {"{" BODY ",\"schedule\":{\"skip\":\"2026-10-04\"}}", "skip"},
        {"{" BODY ",\"schedule\":{\"at\":\"2026-10-01\",\"rrule\":\"FREQ=DAILY\",\"dtstart\":"
         "\"2026-10-01\"}}",
         "schedule"},
        {"{" BODY ",\"late\":\"never\"}", "late"},
        {"{" BODY ",\"late\":1}", "late"},
        {"{" BODY ",\"doubt\":\"maybe\"}", "doubt"},
        {"{" BODY ",\"doubt\":true}", "doubt"},
        {"{" BODY ",\"urgent\":\"true\"}", "urgent"},
        {"{" BODY ",\"urgent\":1}", "urgent"},
        {"{" BODY ",\"grace_minutes\":-1}", "grace_minutes"},
        {"{" BODY ",\"grace_minutes\":44641}", "grace_minutes"},
        {"{" BODY ",\"grace_minutes\":\"30\"}", "grace_minutes"},
        {"{" BODY ",\"grace_minutes\":9200000000000000000}", "grace_minutes"},
        {"{" BODY ",\"grace_minutes\":9e17}", "grace_minutes"},
        {"{" BODY ",\"expires\":\"25:00\"}", "expires"},
        {"{" BODY ",\"expires\":\"17:60\"}", "expires"},
        {"{" BODY ",\"expires\":\"17:00x\"}", "expires"},
        {"{" BODY ",\"expires\":17}", "expires"},
        {"{" BODY ",\"deliver\":[]}", "deliver"},
        {"{" BODY ",\"deliver\":\"post\"}", "deliver"},
        {"{" BODY ",\"deliver\":[\"direct\",\"fax\"]}", "deliver"},
        {"{\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":[\"zalo\"]}}", "title"},
        {"{\"title\":5,\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":[\"zalo\"]}}", "title"},
        {"{\"title\":\"a\\u0001\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":[\"z\"]}}",
         "title"},
        {"{\"title\":\"T\",\"audience\":{\"channels\":[\"zalo\"]}}", "body"},
        {"{\"title\":\"T\",\"body\":{},\"audience\":{\"channels\":[\"zalo\"]}}", "text"},
        {"{\"title\":\"T\",\"body\":{\"txt\":\"x\"},\"audience\":{\"channels\":[\"zalo\"]}}",
         "body"},
        {"{\"title\":\"T\",\"body\":{\"text\":\"x\",\"imgae\":\"y\"},\"audience\":{\"channels\":["
         "\"zalo\"]}}",
         "body"},
        {"{\"title\":\"T\",\"body\":{\"text\":\"x\"}}", "channels"},
        {"{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":[\"zalo\"]}", "audience"},
        {"{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":\"zalo\"}", "audience"},
        {"{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":\"zalo\"}}",
         "channels"},
        {"{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":[\"\"]}}",
         "channels"},
        {"{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":[\"z\"],\"topics\":"
         "[\"a;b\"]}}",
         "topics"},
        {"{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":[\"z\"],\"topic\":"
         "[\"a\"]}}",
         "audience"},
        {"{\"title\":\"T\",\"body\":{\"text\":\"x\",\"variants\":[{\"text\":\"y\"}]},\"audience\":"
         "{\"channels\":[\"z\"]}}",
         "variants"},
        {"{\"title\":\"T\",\"body\":{\"text\":\"x\",\"variants\":{\"z\":{\"txt\":\"y\"}}},"
         "\"audience\":{\"channels\":[\"z\"]}}",
         "variants"},
        {"{\"title\":\"T\",\"body\":{\"text\":\"x\",\"variants\":{\"z\":{\"deliver\":[]}}},"
         "\"audience\":{\"channels\":[\"z\"]}}",
         "deliver"},
        {"{\"title\":\"T\",\"body\":{\"text\":\"x\",\"variants\":{\"a\":{},\"b\":{},\"c\":{},"
         "\"d\":{},\"e\":{}}},\"audience\":{\"channels\":[\"z\"]}}",
         "variants"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct loa_problem why = {0};

        cr_expect_neq(parse(bad[i].json, &why), LOA_OK, "%s", bad[i].json);
        cr_expect_str_eq(why.field, bad[i].field, "%s: %s", bad[i].json, why.field);
        cr_expect_neq(why.text[0], '\0');
    }
}

static char *with_title(const char *letter, int n)
{
    struct loa_buf b = {0};

    loa_buf_adds(&b, "{\"title\":\"");
    for (int i = 0; i < n; i++)
        loa_buf_adds(&b, letter);
    loa_buf_adds(&b, "\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":[\"z\"]}}");
    return loa_buf_take(&b);
}

Test(msg_spec, the_title_is_measured_in_letters_after_normalising)
{
    static const struct {
        const char *letter;
        int n;
        enum loa_err err;
    } cases[] = {{"ễ", 300, LOA_OK},
                 {"ễ", 301, LOA_EINVAL},
                 {"e\u0302\u0303", 300, LOA_OK},
                 {"\u0958", 150, LOA_OK},
                 {"\u0958", 151, LOA_EINVAL}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *text = with_title(cases[i].letter, cases[i].n);

        cr_expect_eq(parse(text, NULL), cases[i].err, "case %zu", i);
        free(text);
    }
}

Test(msg_spec, the_end_of_use_is_a_clock_time_or_a_moment)
{
    struct msg_spec s = help_spec("{" BODY ",\"expires\":\"17:05\"}");

    cr_expect_eq(s.expires_minute, 17 * 60 + 5);
    cr_expect_eq(s.expires_ms, 0);
    msg_spec_release(&s);
    s = help_spec("{" BODY ",\"expires\":\"2026-10-01T17:05\"}");
    cr_expect_eq(s.expires_minute, -1);
    cr_expect_eq(s.expires_ms, help_at("2026-10-01T17:05:00+07:00"));
    msg_spec_release(&s);
    s = help_spec("{" BODY ",\"expires\":\"00:00\"}");
    cr_expect_eq(s.expires_minute, 0);
    msg_spec_release(&s);
}

Test(msg_spec, a_channel_gets_the_body_with_its_variant_and_its_own_way)
{
    struct msg_spec s =
        help_spec("{\"title\":\"T\",\"body\":{\"text\":\"dài\",\"link\":\"https://a.vn\","
                  "\"variants\":{\"viber\":{\"text\":\"ngắn\",\"deliver\":[\"post\"]}}},"
                  "\"audience\":{\"channels\":[\"zalo\",\"viber\"]}}");
    struct msg_content c;

    msg_spec_content(&s, "viber", &c);
    cr_expect_str_eq(c.text, "ngắn");
    cr_expect_str_eq(c.link_url, "https://a.vn");
    msg_content_release(&c);
    msg_spec_content(&s, "zalo", &c);
    cr_expect_str_eq(c.text, "dài");
    msg_content_release(&c);
    cr_expect_eq(msg_spec_deliver(&s, "viber"), (unsigned)MSG_DELIVER_POST);
    cr_expect_eq(msg_spec_deliver(&s, "zalo"), (unsigned)MSG_DELIVER_DIRECT);
    msg_spec_release(&s);
}
