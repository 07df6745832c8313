/* SPDX-License-Identifier: Apache-2.0 */
/* Events from iCalendar (RFC 5545, libical). A recurring event becomes one event an occurrence; an
 * occurrence that was moved or changed (RECURRENCE-ID) takes the place of the original one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libical/ical.h>

#include "messages/base/clock.h"
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

/* An occurrence that another VEVENT of the same UID speaks for. */
struct override {
    const char *uid; /* borrowed from the calendar */
    int64_t ms;
};

struct reader {
    struct override *overrides; /* sorted */
    size_t n_overrides;
    struct msg_catalog *catalog;
    struct loa_problem *why;
    enum loa_err err;
    icalcomponent *event;
    bool recurs, all_day;
    char where[96];
};

static int by_uid(const void *a, const void *b)
{
    const struct override *x = a, *y = b;
    int order = strcmp(x->uid, y->uid);

    return order ? order : (x->ms > y->ms) - (x->ms < y->ms);
}

static void find_overrides(struct reader *r, icalcomponent *root)
{
    for (icalcomponent *e = icalcomponent_get_first_component(root, ICAL_VEVENT_COMPONENT); e;
         e = icalcomponent_get_next_component(root, ICAL_VEVENT_COMPONENT)) {
        struct icaltimetype t = icalcomponent_get_recurrenceid(e);
        const char *uid = icalcomponent_get_uid(e);

        if (icaltime_is_null_time(t) || !uid)
            continue;
        if (!(r->n_overrides & (r->n_overrides - 1))) /* doubles at powers of two */
            r->overrides = loa_xrealloc(r->overrides, (r->n_overrides ? 2 * r->n_overrides : 1) *
                                                          sizeof(*r->overrides));
        r->overrides[r->n_overrides++] = (struct override){uid, to_ms(t)};
    }
    if (r->n_overrides)
        qsort(r->overrides, r->n_overrides, sizeof(*r->overrides), by_uid);
}

static bool is_overridden(const struct reader *r, int64_t ms)
{
    struct override key = {icalcomponent_get_uid(r->event), ms};

    return r->n_overrides &&
           bsearch(&key, r->overrides, r->n_overrides, sizeof(key), by_uid) != NULL;
}

/* `day` is the day that the id of an occurrence names: the one it was planned for. */
static void add_one(struct reader *r, int64_t day, int64_t start, int64_t end)
{
    const char *uid = icalcomponent_get_uid(r->event);
    cJSON *o = cJSON_CreateObject();
    char iso[LOA_ISO_SIZE];
    char *id = r->recurs ? loa_xasprintf("%s/%s", uid ? uid : "", loa_iso_date(day, iso))
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

/* libical ends a rule at the first minute of its UNTIL date, before that day's occurrence. */
static struct icalrecurrencetype with_last_day(struct icalrecurrencetype rule,
                                               struct icaltimetype start)
{
    if (start.is_date || !rule.until.is_date || icaltime_is_null_time(rule.until))
        return rule;
    rule.until.is_date = 0;
    rule.until.hour = 23;
    rule.until.minute = rule.until.second = 59;
    rule.until.zone = start.zone;
    return rule;
}

static void add_planned(struct reader *r, struct icaltimetype t, int64_t length)
{
    int64_t ms = to_ms(t);

    if (!is_overridden(r, ms))
        add_one(r, ms, ms, ms + length);
}

/* Every occurrence of a rule, in the zone of its start; what EXDATE takes out is left out. */
static void add_recurring(struct reader *r, struct icaltimetype start, int64_t length)
{
    icalproperty *p = icalcomponent_get_first_property(r->event, ICAL_RRULE_PROPERTY);
    struct icalrecurrencetype rule = with_last_day(icalproperty_get_rrule(p), start);
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
            add_planned(r, t, length);
    }
    icalrecur_iterator_free(it);
}

/* Single further days. They are gathered first, as reading another property moves libical's place
 * in the component. */
static void add_dates(struct reader *r, struct icaltimetype start, int64_t length)
{
    struct icaltimetype days[OCCURRENCES_MAX];
    int n = 0;

    for (icalproperty *p = icalcomponent_get_first_property(r->event, ICAL_RDATE_PROPERTY); p;
         p = icalcomponent_get_next_property(r->event, ICAL_RDATE_PROPERTY)) {
        struct icaltimetype t = icalproperty_get_rdate(p).time;

        if (icaltime_is_null_time(t) || n == OCCURRENCES_MAX) {
            r->err = loa_fail(r->why, LOA_EINVAL, "ics",
                              "%s: RDATE nhận ngày hoặc thời điểm (không nhận khoảng), tối đa %d",
                              r->where, OCCURRENCES_MAX);
            return;
        }
        if (!t.zone)
            t.zone = start.zone;
        days[n++] = t;
    }
    for (int i = 0; i < n && !r->err; i++)
        add_planned(r, days[i], length);
}

/* A zone that the file does not describe and the system does not have would be taken for ours, and
 * the event for one at another hour. */
static bool has_known_zone(icalcomponent *event, icalproperty_kind kind, struct icaltimetype t)
{
    icalproperty *p = icalcomponent_get_first_property(event, kind);
    icalparameter *tzid = p ? icalproperty_get_first_parameter(p, ICAL_TZID_PARAMETER) : NULL;
    const char *name = tzid ? icalparameter_get_tzid(tzid) : NULL;

    return !name || t.is_date || t.zone || strcmp(name, "SE Asia Standard Time") == 0;
}

static bool has(icalcomponent *event, icalproperty_kind kind)
{
    return icalcomponent_get_first_property(event, kind) != NULL;
}

static void take_event(struct reader *r)
{
    struct icaltimetype start = icalcomponent_get_dtstart(r->event);
    struct icaltimetype end = icalcomponent_get_dtend(r->event);
    struct icaltimetype replaces = icalcomponent_get_recurrenceid(r->event);
    const char *uid = icalcomponent_get_uid(r->event);
    int64_t length;

    (void)snprintf(r->where, sizeof(r->where), "VEVENT %.80s", uid ? uid : "(không có UID)");
    if (icaltime_is_null_time(start) || !uid || !*uid) {
        r->err = loa_fail(r->why, LOA_EINVAL, "ics", "%s: cần UID và DTSTART", r->where);
        return;
    }
    if (!has_known_zone(r->event, ICAL_DTSTART_PROPERTY, start) ||
        !has_known_zone(r->event, ICAL_DTEND_PROPERTY, end)) {
        r->err = loa_fail(r->why, LOA_EINVAL, "ics",
                          "%s: không biết múi giờ ở TZID; dùng tên như Asia/Ho_Chi_Minh, hoặc thêm "
                          "VTIMEZONE vào tệp",
                          r->where);
        return;
    }
    r->all_day = start.is_date;
    length = to_ms(end) - to_ms(start);
    if (r->all_day && length == 0)
        length = LOA_DAY_MS; /* many write the last day itself as the end */
    r->recurs = has(r->event, ICAL_RRULE_PROPERTY) || has(r->event, ICAL_RDATE_PROPERTY) ||
                !icaltime_is_null_time(replaces);
    if (!icaltime_is_null_time(replaces))
        add_one(r, to_ms(replaces), to_ms(start), to_ms(start) + length);
    else if (has(r->event, ICAL_RRULE_PROPERTY))
        add_recurring(r, start, length);
    else
        add_planned(r, start, length);
    if (!r->err && icaltime_is_null_time(replaces))
        add_dates(r, start, length);
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
    find_overrides(&r, root);
    for (r.event = icalcomponent_get_first_component(root, ICAL_VEVENT_COMPONENT);
         r.event && !r.err; r.event = icalcomponent_get_next_component(root, ICAL_VEVENT_COMPONENT))
        take_event(&r);
    if (!r.err && !c->n_events)
        r.err = loa_fail(why, LOA_EINVAL, "ics", "Lịch không có VEVENT nào");
    free(r.overrides);
    icalcomponent_free(root);
    free(text);
    return r.err;
}
