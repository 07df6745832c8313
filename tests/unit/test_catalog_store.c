/* SPDX-License-Identifier: Apache-2.0 */
/* The content in the store: what an import changes, and what comes back. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/catalog_store.h"
#include "messages/import.h"
#include "messages/store/embedded.h"
#include "tests/unit/store_help.h"

static struct db *db;
static struct msg_put_counts counts;
static struct loa_problem why;

static void open_it(void)
{
    db = help_open();
    why = (struct loa_problem){"", ""};
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_catalog_store, .timeout = 10, .init = open_it, .fini = close_it);

static const char *content(const char *name)
{
    for (size_t i = 0; content_files[i].name; i++)
        if (strcmp(content_files[i].name, name) == 0)
            return content_files[i].text;
    cr_assert_fail("no %s", name);
    return "";
}

Test(msg_catalog_store, the_programme_put_twice_changes_nothing_and_comes_back_whole)
{
    const char *events = content("events.json"), *faq = content("faq.json");
    struct msg_catalog *c = msg_catalog_new(), *back = NULL;
    int64_t before = 0, after = 0;

    cr_assert_eq(msg_import_events(c, events, strlen(events), MSG_FORMAT_JSON, &why), LOA_OK);
    cr_assert_eq(msg_import_faq(c, faq, strlen(faq), &why), LOA_OK);
    cr_assert_eq(msg_catalog_put_events(db, &help_writer, 1, c, &counts), LOA_OK);
    cr_expect_eq(counts.added, 64);
    cr_assert_eq(msg_catalog_put_faqs(db, &help_writer, 1, c, &counts), LOA_OK);
    cr_expect_eq(counts.added, 46);
    cr_assert_eq(msg_catalog_version(db, &before), LOA_OK);
    cr_assert_eq(msg_catalog_put_events(db, &help_writer, 2, c, &counts), LOA_OK);
    cr_expect(counts.same == 64 && !counts.added && !counts.changed);
    cr_assert_eq(msg_catalog_version(db, &after), LOA_OK);
    cr_expect_eq(before, after);
    cr_assert_eq(msg_catalog_load(db, &back), LOA_OK);
    cr_expect(back->n_events == 64 && back->n_faqs == 46 && back->n_topics == 12);
    cr_expect(back->n_places > 0 && back->audiences.n > 0, "the built-in lists");
    cr_expect_str_eq(back->faqs[0].id, c->faqs[0].id);
    msg_catalog_free(back);
    msg_catalog_free(c);
}

Test(msg_catalog_store, a_changed_event_is_counted_and_noted)
{
    struct msg_catalog *c = msg_catalog_new();
    int64_t before = 0, after = 0;
    const char *text = content("events.json");

    cr_assert_eq(msg_import_events(c, text, strlen(text), MSG_FORMAT_JSON, &why), LOA_OK);
    cr_assert_eq(msg_catalog_put_events(db, &help_writer, 1, c, &counts), LOA_OK);
    cr_assert_eq(msg_catalog_version(db, &before), LOA_OK);
    c->events[3].start_ms -= 60000;
    cr_assert_eq(msg_catalog_put_events(db, &help_writer, 2, c, &counts), LOA_OK);
    cr_expect(counts.changed == 1 && counts.same == 63);
    cr_assert_eq(msg_catalog_version(db, &after), LOA_OK);
    cr_expect_gt(after, before);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action = 'content.import'"), 2);
    msg_catalog_free(c);
}

Test(msg_catalog_store, a_day_given_twice_is_refused)
{
    static const char text[] = "[{\"date\":\"2026-10-01\",\"title\":\"a\",\"text\":\"x\"},"
                               "{\"date\":\"2026-10-01\",\"title\":\"b\",\"text\":\"y\"}]";

    struct msg_faults faults = {0};

    cr_expect_eq(msg_daily_put(db, &help_writer, 1, text, strlen(text), false, &counts, &faults),
                 LOA_EINVAL);
    cr_assert_eq(faults.n, 1);
    cr_expect_not_null(strstr(faults.items[0].why.text, "Mục thứ 2 (2026-10-01)"));
    msg_faults_release(&faults);
}

Test(msg_catalog_store, the_right_days_are_put_if_one_asks_for_that)
{
    static const char text[] = "[{\"date\":\"2026-10-01\",\"title\":\"a\",\"text\":\"x\"},"
                               "{\"date\":\"mai\"},"
                               "{\"date\":\"2026-10-03\",\"title\":\"b\",\"text\":\"y\"}]";
    struct msg_faults faults = {0};

    cr_expect_eq(msg_daily_put(db, &help_writer, 1, text, strlen(text), true, &counts, &faults),
                 LOA_OK);
    cr_expect_eq(counts.added, 2);
    cr_expect_eq(faults.n, 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM daily"), 2);
    msg_faults_release(&faults);
}

Test(msg_catalog_store, the_text_of_a_day_is_kept_composed)
{
    static const char text[] = "[{\"date\":\"2026-10-01\",\"title\":\"a\",\"text\":\"Ho\xCC\x80"
                               "a\"}]";
    struct msg_faults faults = {0};
    char *data;

    cr_assert_eq(msg_daily_put(db, &help_writer, 1, text, strlen(text), false, &counts, &faults),
                 LOA_OK);
    data = help_text(db, "SELECT data FROM daily");
    cr_expect_not_null(strstr(data, "Hòa"), "%s", data);
    free(data);
}
