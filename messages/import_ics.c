/* SPDX-License-Identifier: Apache-2.0 */
/* Events from iCalendar (RFC 5545, libical). A recurring event becomes one event an occurrence. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libical/ical.h>

#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"
#include "messages/import_parts.h"

enum { OCCURRENCES_MAX = 366, STEPS_MAX = 2000 };

static const char *text_of(icalcomponent *event, icalproperty_kind kind)
{
    icalproperty *p = icalcomponent_get_first_property(event, kind);
    icalvalue *v = p ? icalproperty_get_value(p) : NULL;

    return v && icalvalue_isa(v) == ICAL_TEXT_VALUE ? icalvalue_get_text(v) : NULL;
}

static void add_text(cJSON *o, const char *key, const char *v)
{
    if (v && *v)
        cJSON_AddStringToObject(o, key, v);
}

/* The moment of a time: its own zone, UTC, or floating in the installation's zone. */
static int64_t to_ms(struct icaltimetype t)
{
    if (t.zone && !t.is_date)
        return (int64_t)icaltime_as_timet_with_zone(t, t.zone) * 1000;
    {
        struct loa_civil c = {.year = t.year,
                              .month = t.month,
                              .day = t.day,
                              .hour = t.hour,
                              .minute = t.minute,
                              .second = t.second};

        return loa_tz_ms(&c);
    }
}

static void add_extras(icalcomponent *event, cJSON *o)
{
    icalproperty *p = icalcomponent_get_first_property(event, ICAL_URL_PROPERTY);
    cJSON *keywords = cJSON_CreateArray();

    if (p)
        add_text(o, "online_url", icalproperty_get_url(p));
    p = icalcomponent_get_first_property(event, ICAL_GEO_PROPERTY);
    if (p) {
        cJSON_AddNumberToObject(o, "lat", icalproperty_get_geo(p).lat);
        cJSON_AddNumberToObject(o, "lon", icalproperty_get_geo(p).lon);
    }
    for (p = icalcomponent_get_first_property(event, ICAL_CATEGORIES_PROPERTY); p;
         p = icalcomponent_get_next_property(event, ICAL_CATEGORIES_PROPERTY)) {
        if (icalproperty_get_categories(p))
            cJSON_AddItemToArray(keywords, cJSON_CreateString(icalproperty_get_categories(p)));
    }
    cJSON_AddItemToObject(o, "keywords", keywords);
    if (icalcomponent_get_status(event) == ICAL_STATUS_CANCELLED)
        cJSON_AddStringToObject(o, "state", "cancelled");
}

struct reader {
    struct msg_catalog *catalog;
    struct loa_problem *why;
    enum loa_err err;
    icalcomponent *event;
    bool recurs, all_day;
    char where[96];
};

static void add_one(struct reader *r, int64_t start, int64_t end)
{
    const char *uid = icalcomponent_get_uid(r->event);
    cJSON *o = cJSON_CreateObject();
    char iso[LOA_ISO_SIZE];
    char *id = r->recurs ? loa_xasprintf("%s/%s", uid ? uid : "", loa_iso_date(start, iso))
                         : loa_xstrdup(uid ? uid : "");

    add_text(o, "id", id);
    add_text(o, "title", text_of(r->event, ICAL_SUMMARY_PROPERTY));
    add_text(o, "summary", text_of(r->event, ICAL_DESCRIPTION_PROPERTY));
    add_text(o, "place", text_of(r->event, ICAL_LOCATION_PROPERTY));
    cJSON_AddStringToObject(o, "start", loa_iso_format(start, iso));
    /* A whole day ends before the next one begins. */
    cJSON_AddStringToObject(o, "end", loa_iso_format(r->all_day ? end - 60000 : end, iso));
    add_extras(r->event, o);
    r->err = msg_import_add_event(r->catalog, o, r->where, r->why);
    cJSON_Delete(o);
    free(id);
}

static bool is_several(const short *list)
{
    return list[0] != ICAL_RECURRENCE_ARRAY_MAX && list[1] != ICAL_RECURRENCE_ARRAY_MAX;
}

/* Once a day at most: the day is part of an occurrence's id, and to find no 30 February by seconds
 * takes libical hours. */
static bool is_sound(const struct icalrecurrencetype *rule)
{
    return rule->freq >= ICAL_DAILY_RECURRENCE && rule->freq <= ICAL_YEARLY_RECURRENCE &&
           !is_several(rule->by_hour) && !is_several(rule->by_minute) &&
           !is_several(rule->by_second);
}

/* Every occurrence of a rule, in the zone of its start; what EXDATE takes out is left out. */
static void add_recurring(struct reader *r, struct icaltimetype start, int64_t length)
{
    icalproperty *p = icalcomponent_get_first_property(r->event, ICAL_RRULE_PROPERTY);
    struct icalrecurrencetype rule = icalproperty_get_rrule(p);
    icalrecur_iterator *it = is_sound(&rule) ? icalrecur_iterator_new(rule, start) : NULL;
    struct icaltimetype t;
    int n = 0, steps = 0;

    if (!it) {
        r->err = loa_fail(r->why, LOA_EINVAL, "ics",
                          "%s: không hiểu RRULE, hoặc lặp nhiều lần mỗi ngày", r->where);
        return;
    }
    while (!r->err && !icaltime_is_null_time(t = icalrecur_iterator_next(it))) {
        if (++steps <= STEPS_MAX && icalproperty_recurrence_is_excluded(r->event, &start, &t))
            continue;
        if (++n > OCCURRENCES_MAX || steps > STEPS_MAX)
            r->err =
                loa_fail(r->why, LOA_ELIMIT, "ics", "%s: lặp quá %d lần; hãy thêm UNTIL hoặc COUNT",
                         r->where, OCCURRENCES_MAX);
        else
            add_one(r, to_ms(t), to_ms(t) + length);
    }
    icalrecur_iterator_free(it);
}

static void take_event(struct reader *r)
{
    struct icaltimetype start = icalcomponent_get_dtstart(r->event);
    const char *uid = icalcomponent_get_uid(r->event);
    int64_t length;

    (void)snprintf(r->where, sizeof(r->where), "VEVENT %.80s", uid ? uid : "(không có UID)");
    if (icaltime_is_null_time(start) || !uid || !*uid) {
        r->err = loa_fail(r->why, LOA_EINVAL, "ics", "%s: cần UID và DTSTART", r->where);
        return;
    }
    length = to_ms(icalcomponent_get_dtend(r->event)) - to_ms(start);
    r->all_day = start.is_date;
    r->recurs = icalcomponent_get_first_property(r->event, ICAL_RRULE_PROPERTY) != NULL;
    if (r->recurs)
        add_recurring(r, start, length);
    else
        add_one(r, to_ms(start), to_ms(start) + length);
}

enum loa_err msg_import_events_ics(struct msg_catalog *c, const char *bytes, size_t n,
                                   struct loa_problem *why)
{
    struct reader r = {.catalog = c, .why = why};
    char *text = loa_xstrndup(bytes, n);
    icalcomponent *root = NULL;

    icalerror_set_errors_are_fatal(false);
    if (strlen(text) == n && loa_utf8_valid(text, n))
        root = icalparser_parse_string(text);
    if (!root) {
        free(text);
        return loa_fail(why, LOA_EINVAL, "ics", "Tệp không phải là lịch iCalendar (UTF-8)");
    }
    for (r.event = icalcomponent_get_first_component(root, ICAL_VEVENT_COMPONENT);
         r.event && !r.err; r.event = icalcomponent_get_next_component(root, ICAL_VEVENT_COMPONENT))
        take_event(&r);
    if (!r.err && !c->n_events)
        r.err = loa_fail(why, LOA_EINVAL, "ics", "Lịch không có VEVENT nào");
    icalcomponent_free(root);
    free(text);
    return r.err;
}
