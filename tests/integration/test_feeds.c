/* SPDX-License-Identifier: Apache-2.0 */
/* What portals and calendars read of the events. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>
#include <libical/ical.h>

#include "tests/integration/rig.h"
#include "tests/integration/rig_talk.h"

TestSuite(feeds, .timeout = 300);

static struct rig r;

static void start(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "LOA_QUIET_HOURS=off\n");
    rig_start(&r, "");
    rig_one_event(&r);
    rig_serve(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

static const char *read_page(const char *path, const char *header, long *status)
{
    char url[160];

    (void)snprintf(url, sizeof(url), "%s%s", r.web, path);
    return rig_http("GET", url, NULL, 0, header, status);
}

static enum icalproperty_status status_of_event(int *sequence)
{
    icalcomponent *root, *e;
    enum icalproperty_status s;
    long status = 0;

    root = icalparser_parse_string(read_page("/events.ics", NULL, &status));
    cr_assert_eq(status, 200);
    cr_assert_not_null(root);
    cr_expect_eq(icalcomponent_count_errors(root), 0);
    e = icalcomponent_get_first_component(root, ICAL_VEVENT_COMPONENT);
    cr_assert_not_null(e);
    s = icalcomponent_get_status(e);
    *sequence = icalcomponent_get_sequence(e);
    cr_expect_eq(strncmp(icalcomponent_get_uid(e), "k1@", 3), 0);
    icalcomponent_free(root);
    return s;
}

Test(feeds, calendars_and_portals_follow_the_events, .init = start, .fini = end)
{
    long status = 0;
    int sequence = -1;

    cr_expect_eq(status_of_event(&sequence), ICAL_STATUS_CONFIRMED);
    cr_expect_eq(sequence, 0);
    cr_expect_not_null(strstr(read_page("/feed.atom", NULL, &status), "<feed xmlns="));
    cr_expect_not_null(strstr(read_page("/feed.atom", NULL, &status), "Hội sách Biển xanh"));
    (void)read_page("/events.ics", "If-None-Match: *", &status);
    cr_expect_eq(status, 304);
    cr_expect_null(strstr(read_page("/events.ics?event=none", NULL, &status), "VEVENT"));
    rig_must(&r, "event cancel k1 --reason Mưa --user binh");
    RIG_WAIT(&r, status_of_event(&sequence) == ICAL_STATUS_CANCELLED);
    cr_expect_eq(sequence, 1);
    RIG_WAIT(&r, strstr(read_page("/feed.atom", NULL, &status), "Đã hủy: Hội sách") != NULL);
    (void)read_page("/events.ics", "If-None-Match: \"x\"", &status);
    cr_expect_eq(status, 200);
}
