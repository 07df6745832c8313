/* SPDX-License-Identifier: Apache-2.0 */
/* Events as files: what goes out comes back the same, in each format. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <libical/ical.h>

#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/export.h"
#include "messages/store/embedded.h"
#include "messages/text_file.h"

static struct msg_catalog *catalog, *back;
static const struct msg_event *list[256];
static struct loa_problem why;

static void open_it(void)
{
    cr_assert_eq(loa_tz_set("Asia/Ho_Chi_Minh"), LOA_OK);
    catalog = msg_catalog_new();
    back = msg_catalog_new();
}

static void close_it(void)
{
    msg_catalog_free(catalog);
    msg_catalog_free(back);
}

TestSuite(msg_export, .timeout = 20, .init = open_it, .fini = close_it);

static void take(const char *json)
{
    cr_assert_eq(msg_import_events(catalog, json, strlen(json), MSG_FORMAT_JSON, &why), LOA_OK,
                 "%s", why.text);
}

static void take_programme(void)
{
    for (size_t i = 0; content_files[i].name; i++) {
        if (strcmp(content_files[i].name, "events.json") == 0)
            take(content_files[i].text);
    }
    cr_assert_eq(catalog->n_events, (size_t)64);
}

static char *out(enum msg_format format)
{
    struct msg_export x = {
        .events = list, .n = catalog->n_events, .title = "Tuần lễ", .host = "a.vn"};

    for (size_t i = 0; i < catalog->n_events; i++)
        list[i] = &catalog->events[i];
    return msg_export_events(&x, format);
}

static void compare(void)
{
    cr_assert_eq(back->n_events, catalog->n_events);
    for (size_t i = 0; i < catalog->n_events; i++) {
        const struct msg_event *b = msg_catalog_event(back, catalog->events[i].id);
        cJSON *x = msg_event_to_json(&catalog->events[i]), *y;
        char *a, *c;

        cr_assert_not_null(b, "%s is missing", catalog->events[i].id);
        y = msg_event_to_json(b);
        a = loa_json_print(x);
        c = loa_json_print(y);
        cr_expect_str_eq(c, a);
        free(a);
        free(c);
        cJSON_Delete(x);
        cJSON_Delete(y);
    }
}

static void round_trip(enum msg_format format)
{
    char *text = out(format);

    cr_assert_eq(msg_import_events(back, text, strlen(text), format, &why), LOA_OK, "%s", why.text);
    compare();
    free(text);
}

Test(msg_export, the_programme_comes_back_whole_from_each_format)
{
    take_programme();
    round_trip(MSG_FORMAT_JSON);
    msg_catalog_free(back);
    back = msg_catalog_new();
    round_trip(MSG_FORMAT_CSV);
    msg_catalog_free(back);
    back = msg_catalog_new();
    round_trip(MSG_FORMAT_ICS);
}

#define ODD                                                                                                    \
    "[{\"id\":\"a\",\"title\":\"Dấu \\\" , ; \\\\n \\\\ "                                                    \
    "xong\",\"summary\":\"=1+1\\n\\n\\\"hai\\\"; "                                                             \
    "ba, bốn\",\"start\":\"2026-10-01T22:00:00+07:00\",\"end\":\"2026-10-02T01:00:00+07:00\","               \
    "\"place\":\"Nhà 1, ngõ 2; phường 3\",\"audience\":[\"học sinh\",\"mọi người\"],\"keywords\":" \
    "[\"x y\"],\"state\":\"cancelled\",\"note\":\"Mưa; bão, số 5\"},"                                     \
    "{\"id\":\"u1@lich.vn\",\"title\":\"t\",\"start\":\"2026-10-01\",\"end\":"                                 \
    "\"2026-10-02T23:59:00+07:00\",\"state\":\"moved\"}]"

Test(msg_export, odd_characters_come_back_from_each_format)
{
    take(ODD);
    round_trip(MSG_FORMAT_CSV);
    msg_catalog_free(back);
    back = msg_catalog_new();
    round_trip(MSG_FORMAT_ICS);
}

static icalcomponent *nth(icalcomponent *root, int n)
{
    icalcomponent *e = icalcomponent_get_first_component(root, ICAL_VEVENT_COMPONENT);

    while (n--)
        e = icalcomponent_get_next_component(root, ICAL_VEVENT_COMPONENT);
    return e;
}

Test(msg_export, a_calendar_says_what_changed_and_what_is_off)
{
    icalcomponent *root, *e;
    char *text;

    take(ODD);
    catalog->events[0].sequence = 3;
    catalog->events[0].changed_ms = 1790000000000;
    text = out(MSG_FORMAT_ICS);
    root = icalparser_parse_string(text);
    cr_assert_not_null(root);
    cr_expect_eq(icalcomponent_count_errors(root), 0);
    cr_expect_eq(icalcomponent_get_method(root), ICAL_METHOD_PUBLISH);
    e = nth(root, 0);
    cr_expect_str_eq(icalcomponent_get_uid(e), "a@a.vn.loa");
    cr_expect_eq(icalcomponent_get_sequence(e), 3);
    cr_expect_eq(icalcomponent_get_status(e), ICAL_STATUS_CANCELLED);
    cr_expect(icaltime_is_utc(icalcomponent_get_dtstart(e)));
    cr_expect_eq(icaltime_as_timet(icalcomponent_get_dtstamp(e)), 1790000000);
    e = nth(root, 1);
    cr_expect_str_eq(icalcomponent_get_uid(e), "u1@lich.vn");
    cr_expect(icalcomponent_get_dtstart(e).is_date);
    icalcomponent_free(root);
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        cr_expect_leq(strcspn(line, "\r\n"), (size_t)75, "RFC 5545 3.1: lines are folded");
    free(text);
}

Test(msg_export, an_event_held_each_day_recurs_in_a_calendar)
{
    icalcomponent *root;
    icalproperty *p;
    char *text;

    take("[{\"id\":\"a\",\"title\":\"t\",\"start\":\"2026-10-01T07:30:00+07:00\",\"end\":"
         "\"2026-10-07T17:00:00+07:00\"}]");
    cr_expect_eq(msg_event_days(&catalog->events[0]), 7);
    text = out(MSG_FORMAT_ICS);
    root = icalparser_parse_string(text);
    cr_assert_not_null(root);
    p = icalcomponent_get_first_property(nth(root, 0), ICAL_RRULE_PROPERTY);
    cr_assert_not_null(p);
    cr_expect_eq(icalproperty_get_rrule(p).count, 7);
    icalcomponent_free(root);
    free(text);
}

Test(msg_export, what_was_changed_in_a_calendar_counts)
{
    char *text, *at;

    take("[{\"id\":\"a\",\"title\":\"t\",\"summary\":\"ngắn\",\"place\":\"Nhà A\",\"start\":"
         "\"2026-10-01T07:30:00+07:00\",\"end\":\"2026-10-01T09:00:00+07:00\"}]");
    text = out(MSG_FORMAT_ICS);
    at = strstr(text, "LOCATION:Nhà A");
    cr_assert_not_null(at);
    at[strlen("LOCATION:Nhà ")] = 'B';
    cr_assert_eq(msg_import_events(back, text, strlen(text), MSG_FORMAT_ICS, &why), LOA_OK);
    cr_expect_str_eq(back->events[0].place, "Nhà B");
    free(text);
}

/* ---- encodings --------------------------------------------------------------------------- */

Test(msg_export, utf16_is_read_and_other_encodings_are_told_by_their_line)
{
    static const char utf16[] = "\xFF\xFE[\0]\0", broken[] = "\xFF\xFE\x00\xD8", old[] = "a\nb\xE9";
    struct msg_text_file t;

    cr_assert_eq(msg_text_file_open(utf16, sizeof(utf16) - 1, &t, &why), LOA_OK, "%s", why.text);
    cr_expect_str_eq(t.bytes, "[]");
    msg_text_file_close(&t);
    cr_expect_eq(msg_text_file_open(broken, sizeof(broken) - 1, &t, &why), LOA_EINVAL);
    cr_expect_eq(msg_text_file_open(old, sizeof(old) - 1, &t, &why), LOA_EINVAL);
    cr_expect_not_null(strstr(why.text, "Dòng 2:"), "%s", why.text);
    cr_expect_eq(msg_text_file_open("a\0b", 3, &t, &why), LOA_EINVAL);
}
