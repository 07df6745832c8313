/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to an event in the store: told before, noted after. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/json.h"
#include "messages/catalog_store.h"
#include "messages/event_change.h"
#include "messages/event_diff.h"
#include "messages/import.h"
#include "messages/reminder.h"
#include "tests/unit/store_help.h"

static struct db *db;
static struct loa_problem why;
static int64_t now;

static void put(const char *json, int64_t at)
{
    struct msg_catalog *c = msg_catalog_new();
    struct msg_put_counts counts;

    cr_assert_eq(msg_import_events(c, json, strlen(json), MSG_FORMAT_JSON, &why), LOA_OK, "%s",
                 why.text);
    cr_assert_eq(msg_catalog_put_events(db, &help_writer, at, c, &counts), LOA_OK);
    msg_catalog_free(c);
}

#define EVENT(title, start, place)                                                                 \
    "[{\"id\":\"e1\",\"title\":\"" title "\",\"start\":\"2026-10-01T" start ":00+07:00\",\"end\":" \
    "\"2026-10-01T11:00:00+07:00\",\"place\":\"" place "\"}]"

static void open_it(void)
{
    db = help_open();
    now = help_at("2026-09-20T08:00");
    put(EVENT("t", "08:00", "A"), now);
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_event_change, .timeout = 10, .init = open_it, .fini = close_it);

Test(msg_event_change, another_time_or_place_is_noted_another_wording_is_not)
{
    put(EVENT("t mới", "08:00", "A"), now + 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM event_changes"), 0);
    cr_expect_eq(help_int(db, "SELECT sequence FROM events"), 1, "calendars are told of it");
    put(EVENT("t mới", "09:00", "A"), now + 2);
    put(EVENT("t mới", "09:00", "B"), now + 3);
    put(EVENT("t mới", "09:00", "B"), now + 4);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM event_changes WHERE kind = 2"), 2);
    cr_expect_eq(help_int(db, "SELECT sequence FROM events"), 3);
    cr_expect_eq(help_int(db, "SELECT changed_ms FROM events"), now + 3);
    cr_expect_eq(help_int(db, "SELECT created_ms FROM events"), now);
}

Test(msg_event_change, staff_cancel_move_and_restore)
{
    struct msg_event_edit edit = {.id = "e1", .state = MSG_EVENT_CANCELLED, .note = "Mưa"};
    struct msg_event e;
    int64_t asked = -1;

    cr_assert_eq(msg_event_edit(db, &help_writer, now, &edit, &asked, &why), LOA_OK);
    cr_expect_eq(asked, 0);
    edit = (struct msg_event_edit){.id = "e1", .state = MSG_EVENT_PLANNED};
    cr_assert_eq(msg_event_edit(db, &help_writer, now, &edit, &asked, &why), LOA_OK);
    edit = (struct msg_event_edit){.id = "e1",
                                   .state = MSG_EVENT_MOVED,
                                   .start_ms = help_at("2026-10-02T14:00"),
                                   .place = "Nhà B"};
    cr_assert_eq(msg_event_edit(db, &help_writer, now, &edit, &asked, &why), LOA_OK);
    cr_assert_eq(msg_event_load(db, "e1", &e), LOA_OK);
    cr_expect_eq(e.end_ms, help_at("2026-10-02T17:00"), "as long as it was");
    cr_expect_str_eq(e.place, "Nhà B");
    cr_expect_null(e.note);
    cr_expect_eq(e.sequence, 3);
    msg_event_release(&e);
    cr_expect_eq(help_int(db, "SELECT SUM(kind) FROM event_changes"), 1 + 3 + 2);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action LIKE 'event.%'"), 3);
}

Test(msg_event_change, an_edit_is_checked_like_a_new_event)
{
    struct msg_event_edit edit = {
        .id = "e1", .state = MSG_EVENT_MOVED, .end_ms = help_at("2026-09-30T08:00")};
    int64_t asked;

    cr_expect_eq(msg_event_edit(db, &help_writer, now, &edit, &asked, &why), LOA_EINVAL);
    edit = (struct msg_event_edit){.id = "e1", .state = MSG_EVENT_MOVED, .online_url = "zoom.us"};
    cr_expect_eq(msg_event_edit(db, &help_writer, now, &edit, &asked, &why), LOA_EINVAL);
    edit.id = "none";
    cr_expect_eq(msg_event_edit(db, &help_writer, now, &edit, &asked, &why), LOA_ENOENT);
    cr_expect_eq(help_int(db, "SELECT sequence FROM events"), 0);
}

Test(msg_event_change, a_dry_run_tells_each_field_and_writes_nothing)
{
    static const char text[] =
        "[{\"id\":\"e1\",\"title\":\"t\",\"start\":\"2026-10-01T08:00:00+07:00\",\"end\":"
        "\"2026-10-01T11:00:00+07:00\",\"place\":\"B\",\"note\":\"n\"},{\"id\":\"e2\",\"title\":"
        "\"u\","
        "\"start\":\"2026-10-01T08:00:00+07:00\",\"end\":\"2026-10-01T11:00:00+07:00\"}]";
    struct msg_catalog *c = msg_catalog_new();
    cJSON *diff = NULL;
    const cJSON *changed;

    cr_assert_eq(msg_import_events(c, text, strlen(text), MSG_FORMAT_JSON, &why), LOA_OK);
    cr_assert_eq(msg_event_diff(db, now, c, &diff), LOA_OK);
    cr_expect_eq(cJSON_GetArraySize(loa_json_get(diff, "added")), 1);
    changed = loa_json_at(diff, "changed.0.fields");
    cr_assert_eq(cJSON_GetArraySize(changed), 2);
    cr_expect_str_eq(loa_json_str(loa_json_at(changed, "0"), "field"), "place");
    cr_expect_str_eq(loa_json_str(loa_json_at(changed, "0"), "from"), "A");
    cr_expect_str_eq(loa_json_str(loa_json_at(changed, "0"), "to"), "B");
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM events"), 1);
    cJSON_Delete(diff);
    msg_catalog_free(c);
}

static void exec(const char *sql)
{
    cr_assert_eq(db_exec(db, sql), LOA_OK, "%s", db_message(db));
}

static int64_t asking(void)
{
    struct msg_reminder_times times = {{help_at("2026-09-30T08:00"), help_at("2026-10-01T07:00")}};
    int64_t account = help_account(db, "zalo"), person = help_contact(db, account, "p", NULL, NULL);
    struct msg_event e;

    cr_assert_eq(msg_event_load(db, "e1", &e), LOA_OK);
    cr_assert_eq(msg_reminder_put(db, account, person, &e, &times, "nhắc tôi", now), LOA_OK);
    msg_event_release(&e);
    return person;
}

Test(msg_event_change, a_deleted_event_goes_and_who_asked_can_still_be_told)
{
    struct msg_change *changes = NULL;
    struct msg_reminder_due *people = NULL;
    struct msg_event e;
    int64_t asked = 0, before, after;
    size_t n = 0;
    bool mine;

    (void)asking();
    cr_assert_eq(msg_catalog_version(db, &before), LOA_OK);
    cr_assert_eq(msg_event_delete(db, &help_writer, now, "e1", "Nhập nhầm", &asked, &why), LOA_OK,
                 "%s", why.text);
    cr_expect_eq(asked, 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM events"), 0);
    cr_assert_eq(msg_catalog_version(db, &after), LOA_OK);
    cr_expect_gt(after, before);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action = 'event.delete' AND "
                              "target = 'event e1' AND detail = 't: Nhập nhầm'"),
                 1);
    cr_assert_eq(msg_change_open(db, 10, &changes, &n), LOA_OK);
    cr_assert_eq(n, (size_t)1);
    cr_assert_eq(msg_change_event(db, &changes[0], &e), LOA_OK);
    cr_expect_str_eq(e.title, "t");
    cr_expect_str_eq(e.note, "Nhập nhầm");
    cr_expect_eq(e.state, MSG_EVENT_CANCELLED);
    msg_event_release(&e);
    cr_assert_eq(msg_change_people(db, &changes[0], 10, &people, &n), LOA_OK);
    cr_assert_eq(n, (size_t)1);
    cr_assert_eq(msg_change_tell(db, &changes[0], &people[0], true, NULL, now, &mine), LOA_OK);
    cr_assert_eq(msg_change_done(db, &changes[0]), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM reminders WHERE wanted = 1"), 0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM reminder_dues WHERE state = 0"), 0);
    msg_reminder_dues_free(people, n);
    msg_changes_free(changes, 1);
    put(EVENT("t", "08:00", "A"), now + 1);
    cr_expect_eq(help_int(db, "SELECT sequence FROM events"), 2, "not a number of before");
    cr_expect_eq(msg_event_delete(db, &help_writer, now, "e9", "", &asked, &why), LOA_ENOENT);
}

Test(msg_event_change, an_event_that_a_message_names_is_not_deleted)
{
    int64_t asked;

    exec("INSERT INTO messages (id, title, state, author, version, content, sha256, "
         "created_ms, updated_ms) VALUES (7, 'Khai mạc', 'scheduled', 'an', 1, "
         "'{\"text\":\"Mời dự {event:e1.title}\"}', '', 0, 0)");
    cr_expect_eq(msg_event_delete(db, &help_writer, now, "e1", "", &asked, &why), LOA_EPERM);
    cr_expect_not_null(strstr(why.text, "7 (Khai mạc)"), "%s", why.text);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM events"), 1);
    exec("UPDATE messages SET state = 'sent' WHERE id = 7");
    cr_expect_eq(msg_event_delete(db, &help_writer, now, "e1", "", &asked, &why), LOA_OK);
}
