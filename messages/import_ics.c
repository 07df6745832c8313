/* SPDX-License-Identifier: Apache-2.0 */
/* Events from iCalendar (RFC 5545, libical). A recurring event becomes one event an occurrence; an
 * occurrence that was moved or changed (RECURRENCE-ID) takes the place of the original one. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libical/ical.h>

#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/import_parts.h"
#include "messages/online.h"

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

/* ---- what other programs write, and what our own export adds -------------------------------- */

/* The value of an X- property; NULL if it has none of that name. `nth` from 0. */
static const char *x_of(icalcomponent *event, const char *name, int nth)
{
    for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_X_PROPERTY); p;
         p = icalcomponent_get_next_property(event, ICAL_X_PROPERTY)) {
        icalvalue *v = icalproperty_get_value(p);

        if (strcasecmp(icalproperty_get_x_name(p), name) != 0 || nth-- > 0 || !v)
            continue;
        return icalvalue_isa(v) == ICAL_TEXT_VALUE ? icalvalue_get_text(v) : icalvalue_get_x(v);
    }
    return NULL;
}

static void add_x_text(icalcomponent *event, cJSON *o, const char *key, const char *name)
{
    add_text(o, key, x_of(event, name, 0));
}

static void add_x_list(icalcomponent *event, cJSON *o, const char *key, const char *name)
{
    cJSON *list = cJSON_CreateArray();

    for (int i = 0; x_of(event, name, i); i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(x_of(event, name, i)));
    cJSON_AddItemToObject(o, key, list);
}

/* Our export puts more into the description and the place than the event has there; what a person
 * wrote into a calendar since then counts. */
static const char *own_or_written(icalcomponent *event, icalproperty_kind kind, const char *name)
{
    const char *written = text_of(event, kind), *own = x_of(event, name, 0);

    return own && written && strstr(written, own) ? own : written;
}

/* Where calendars of the meeting services put their links. */
static char *online_link(icalcomponent *event)
{
    static const char *const names[] = {"X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL",
                                        "X-ZOOM-JOIN-URL"};
    icalproperty *p = icalcomponent_get_first_property(event, ICAL_URL_PROPERTY);
    const char *url = p ? icalproperty_get_url(p) : NULL;

    if (url && *url)
        return loa_xstrdup(url);
    p = icalcomponent_get_first_property(event, ICAL_CONFERENCE_PROPERTY);
    url = p ? icalproperty_get_conference(p) : NULL;
    for (size_t i = 0; !url && i < sizeof(names) / sizeof(names[0]); i++)
        url = x_of(event, names[i], 0);
    if (url && msg_online_is_url(url))
        return loa_xstrdup(url);
    return msg_online_find(text_of(event, ICAL_LOCATION_PROPERTY));
}

static void add_where(icalcomponent *event, cJSON *o)
{
    const char *place = own_or_written(event, ICAL_LOCATION_PROPERTY, "X-LOA-PLACE");
    char *url = online_link(event);

    add_text(o, "online_url", url);
    free(url);
    if (place && msg_online_is_url(place)) /* a meeting has its link for a place */
        place = "Trực tuyến";
    add_text(o, "place", place);
    add_x_text(event, o, "address", "X-LOA-ADDRESS");
    add_x_text(event, o, "district", "X-LOA-DISTRICT");
}

static void add_state(icalcomponent *event, cJSON *o)
{
    const char *state = x_of(event, "X-LOA-STATE", 0);

    if (icalcomponent_get_status(event) == ICAL_STATUS_CANCELLED)
        state = "cancelled";
    add_text(o, "state", state);
    add_text(o, "note", text_of(event, ICAL_COMMENT_PROPERTY));
}

static void add_extras(icalcomponent *event, cJSON *o)
{
    icalproperty *p = icalcomponent_get_first_property(event, ICAL_GEO_PROPERTY);
    cJSON *keywords = cJSON_CreateArray();

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
    add_x_list(event, o, "audience", "X-LOA-AUDIENCE");
    add_x_list(event, o, "topic", "X-LOA-TOPIC");
    add_x_text(event, o, "organizer", "X-LOA-ORGANIZER");
    add_x_text(event, o, "registration_url", "X-LOA-REGISTRATION-URL");
    add_text(o, "contact_phone", text_of(event, ICAL_CONTACT_PROPERTY));
    add_where(event, o);
    add_state(event, o);
}

/* The UIDs of our export are ids with "@HOST.loa" behind. */
static char *id_of(const char *uid)
{
    const char *at = uid ? strrchr(uid, '@') : NULL;
    size_t n = at ? strlen(at) : 0;

    if (at && at > uid && n >= 4 && strcmp(at + n - 3, "loa") == 0 && (n == 4 || at[n - 4] == '.'))
        return loa_xstrndup(uid, (size_t)(at - uid));
    return loa_xstrdup(uid ? uid : "");
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
    struct msg_faults *faults;
    enum loa_err err; /* of the event that is being read */
    size_t before;    /* how many there were when it began */
    icalcomponent *event;
    bool recurs, all_day;
    const char *lines; /* the file, read on from VEVENT to VEVENT */
    size_t line;       /* where the last one of these begins */
    char where[128];
};

/* What is wrong with the event that is being read. One fault of it is enough: the occurrences of a
 * rule would all be told. */
__attribute__((format(printf, 3, 4))) static void bad(struct reader *r, enum loa_err err,
                                                      const char *fmt, ...)
{
    struct loa_problem why;
    char text[256];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (!r->err)
        msg_faults_row(r->faults, (int64_t)r->line, 0, r->where,
                       loa_fail(&why, err, "ics", "%s", text), &why);
    r->err = err;
}

static int by_uid(const void *a, const void *b)
{
    const struct override *x = a, *y = b;
    int order = strcmp(x->uid, y->uid);

    return order ? order : (x->ms > y->ms) - (x->ms < y->ms);
}

static void note_override(struct reader *r)
{
    struct icaltimetype t = icalcomponent_get_recurrenceid(r->event);
    const char *uid = icalcomponent_get_uid(r->event);

    if (icaltime_is_null_time(t) || !uid)
        return;
    if (!(r->n_overrides & (r->n_overrides - 1))) /* doubles at powers of two */
        r->overrides = loa_xrealloc(r->overrides, (r->n_overrides ? 2 * r->n_overrides : 1) *
                                                      sizeof(*r->overrides));
    r->overrides[r->n_overrides++] = (struct override){uid, to_ms(t)};
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
    struct msg_import_place where = {.text = r->where, .line = (int64_t)r->line};
    cJSON *o = cJSON_CreateObject();
    char iso[LOA_ISO_SIZE];
    char *id = id_of(icalcomponent_get_uid(r->event));

    if (r->recurs) {
        char *uid = id;

        id = loa_xasprintf("%s/%s", uid, loa_iso_date(day, iso));
        free(uid);
    }
    add_text(o, "id", id);
    add_text(o, "title", text_of(r->event, ICAL_SUMMARY_PROPERTY));
    if (!x_of(r->event, "X-LOA-NO-SUMMARY", 0))
        add_text(o, "summary",
                 own_or_written(r->event, ICAL_DESCRIPTION_PROPERTY, "X-LOA-SUMMARY"));
    cJSON_AddStringToObject(o, "start", loa_iso_format(start, iso));
    /* A whole day ends before the next one begins. */
    cJSON_AddStringToObject(o, "end", loa_iso_format(r->all_day ? end - LOA_MINUTE_MS : end, iso));
    add_extras(r->event, o);
    if (!msg_import_add_event(r->catalog, o, &where, r->faults))
        r->err = LOA_EINVAL;
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
        bad(r, LOA_EINVAL,
            "không hiểu RRULE, hoặc lặp nhiều lần mỗi ngày; tách thành nhiều VEVENT");
        return;
    }
    while (!r->err && !icaltime_is_null_time(t = icalrecur_iterator_next(it))) {
        if (++steps <= STEPS_MAX && icalproperty_recurrence_is_excluded(r->event, &start, &t))
            continue;
        if (++n > OCCURRENCES_MAX || steps > STEPS_MAX)
            bad(r, LOA_ELIMIT, "lặp quá %d lần; hãy thêm UNTIL hoặc COUNT", OCCURRENCES_MAX);
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
            bad(r, LOA_EINVAL, "RDATE nhận ngày hoặc thời điểm (không nhận khoảng), tối đa %d",
                OCCURRENCES_MAX);
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

/* Moves on to the line where the next event begins. */
static void next_line(struct reader *r)
{
    static const char begin[] = "BEGIN:VEVENT";

    while (*r->lines) {
        bool found = strncasecmp(r->lines, begin, sizeof(begin) - 1) == 0;

        r->line++;
        r->lines += strcspn(r->lines, "\n");
        r->lines += *r->lines == '\n';
        if (found)
            return;
    }
}

/* Our export of an event that is held on several days: one event, not one a day. */
static bool add_span(struct reader *r, struct icaltimetype start)
{
    const char *text = x_of(r->event, "X-LOA-END", 0);
    int64_t end;

    if (!text || loa_iso_parse(text, &end) != LOA_OK || end < to_ms(start))
        return false;
    r->recurs = false;
    add_one(r, to_ms(start), to_ms(start), end);
    return true;
}

static void take_event(struct reader *r)
{
    struct icaltimetype start = icalcomponent_get_dtstart(r->event);
    struct icaltimetype end = icalcomponent_get_dtend(r->event);
    struct icaltimetype replaces = icalcomponent_get_recurrenceid(r->event);
    const char *uid = icalcomponent_get_uid(r->event);
    int64_t length;

    next_line(r);
    (void)snprintf(r->where, sizeof(r->where), "Dòng %zu (VEVENT %.80s)", r->line,
                   uid ? uid : "không có UID");
    if (icaltime_is_null_time(start) || !uid || !*uid) {
        bad(r, LOA_EINVAL, "cần UID, và DTSTART dạng 20261001T073000");
        return;
    }
    if (!has_known_zone(r->event, ICAL_DTSTART_PROPERTY, start) ||
        !has_known_zone(r->event, ICAL_DTEND_PROPERTY, end)) {
        bad(r, LOA_EINVAL,
            "không biết múi giờ ở TZID; dùng tên như Asia/Ho_Chi_Minh, hoặc thêm VTIMEZONE vào "
            "tệp");
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
    else if (!has(r->event, ICAL_RRULE_PROPERTY))
        add_planned(r, start, length);
    else if (!add_span(r, start))
        add_recurring(r, start, length);
    if (!r->err && icaltime_is_null_time(replaces))
        add_dates(r, start, length);
}

/* A file may hold several calendars one after the other. */
static void each_event(struct reader *r, icalcomponent *root, void (*take)(struct reader *r))
{
    icalcomponent *c;

    if (icalcomponent_isa(root) == ICAL_XROOT_COMPONENT) {
        for (c = icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT); c;
             c = icalcomponent_get_next_component(root, ICAL_VCALENDAR_COMPONENT))
            each_event(r, c, take);
        return;
    }
    for (c = icalcomponent_get_first_component(root, ICAL_VEVENT_COMPONENT); c && !r->faults->whole;
         c = icalcomponent_get_next_component(root, ICAL_VEVENT_COMPONENT)) {
        r->event = c;
        r->before = r->catalog->n_events;
        r->err = LOA_OK;
        take(r);
        if (r->err) /* none of its occurrences, rather than some */
            msg_catalog_cut_events(r->catalog, r->before);
    }
}

static enum loa_err whole(struct msg_faults *f, const char *what)
{
    struct loa_problem why;

    return msg_faults_whole(f, loa_fail(&why, LOA_EINVAL, "ics", "%s", what), &why);
}

enum loa_err msg_import_events_ics(struct msg_catalog *c, const char *bytes, size_t n,
                                   struct msg_faults *f)
{
    char *text = loa_xstrndup(bytes, n);
    struct reader r = {.catalog = c, .faults = f, .lines = text};
    icalcomponent *root;

    icalerror_set_errors_are_fatal(false);
    root = icalparser_parse_string(text);
    if (!root) {
        free(text);
        return whole(f, "Tệp không phải là lịch iCalendar; tệp .ics bắt đầu bằng BEGIN:VCALENDAR");
    }
    each_event(&r, root, note_override);
    if (r.n_overrides)
        qsort(r.overrides, r.n_overrides, sizeof(*r.overrides), by_uid);
    each_event(&r, root, take_event);
    free(r.overrides);
    icalcomponent_free(root);
    free(text);
    if (!f->n && !c->n_events)
        return whole(f, "Lịch không có VEVENT nào");
    return f->whole ? f->items[f->kept - 1].err : LOA_OK;
}
