/* SPDX-License-Identifier: Apache-2.0 */
/* Events as iCalendar (RFC 5545, libical, which folds and escapes). What the format has no place
 * for stands in X-LOA-..., which our own importer reads. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libical/ical.h>

#include "messages/base/buf.h"
#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/export.h"
#include "messages/online.h"

static void add(icalcomponent *c, icalproperty *p)
{
    if (p)
        icalcomponent_add_property(c, p);
}

static void add_text(icalcomponent *c, icalproperty_kind kind, const char *text)
{
    icalproperty *p;

    if (!text || !*text)
        return;
    p = icalproperty_new(kind);
    icalproperty_set_value(p, icalvalue_new_text(text));
    add(c, p);
}

static void add_x(icalcomponent *c, const char *name, const char *text)
{
    icalproperty *p;

    if (!text || !*text)
        return;
    p = icalproperty_new_x(text);
    icalproperty_set_x_name(p, name);
    add(c, p);
}

static void add_x_list(icalcomponent *c, const char *name, const struct msg_list *l)
{
    for (size_t i = 0; i < l->n; i++)
        add_x(c, name, l->items[i]);
}

static struct icaltimetype utc(int64_t ms)
{
    return icaltime_from_timet_with_zone((time_t)(ms / 1000), 0, icaltimezone_get_utc_timezone());
}

static struct icaltimetype day_of(int64_t ms)
{
    struct loa_civil c = loa_tz_civil(ms);
    struct icaltimetype t = icaltime_null_date();

    t.year = c.year;
    t.month = c.month;
    t.day = c.day;
    return t;
}

/* ---- when ------------------------------------------------------------------------------ */

static void add_when(icalcomponent *c, const struct msg_event *e)
{
    int days = msg_event_days(e);

    if (msg_event_is_all_day(e)) {
        add(c, icalproperty_new_dtstart(day_of(e->start_ms)));
        add(c, icalproperty_new_dtend(day_of(loa_tz_add_days(e->end_ms, 1))));
        return;
    }
    add(c, icalproperty_new_dtstart(utc(e->start_ms)));
    if (days == 1) {
        add(c, icalproperty_new_dtend(utc(e->end_ms)));
    } else {
        char rule[48], end[LOA_ISO_SIZE];

        add(c, icalproperty_new_dtend(utc(loa_tz_add_days(e->end_ms, 1 - days))));
        (void)snprintf(rule, sizeof(rule), "FREQ=DAILY;COUNT=%d", days);
        add(c, icalproperty_new_rrule(icalrecurrencetype_from_string(rule)));
        add_x(c, "X-LOA-END", loa_iso_format(e->end_ms, end));
    }
}

/* ---- what and where -------------------------------------------------------------------- */

static void add_line(struct loa_buf *b, const char *head, const char *text)
{
    if (text && *text)
        loa_buf_addf(b, "%s%s%s", b->len ? "\n" : "", head, text);
}

/* Calendars show only this and the place, so all that people need is in it. */
static void add_description(icalcomponent *c, const struct msg_event *e)
{
    const char *service = msg_online_service(e->online_url);
    char *join = loa_xasprintf("Tham gia trực tuyến%s%s%s: ", service ? " (" : "",
                               service ? service : "", service ? ")" : "");
    struct loa_buf b = {0};

    if (e->state == MSG_EVENT_CANCELLED)
        add_line(&b, "ĐÃ HỦY. ", e->note ? e->note : " ");
    else if (e->state == MSG_EVENT_MOVED)
        add_line(&b, "Đã dời; giờ và nơi ở đây là mới. ", e->note ? e->note : " ");
    add_line(&b, "", e->summary);
    add_line(&b, join, e->online_url);
    add_line(&b, "Đăng ký: ", e->registration_url);
    add_line(&b, "Liên hệ: ", e->contact_phone);
    add_line(&b, "Đơn vị tổ chức: ", e->organizer);
    add_text(c, ICAL_DESCRIPTION_PROPERTY, loa_buf_str(&b));
    add_x(c, e->summary ? "X-LOA-SUMMARY" : "X-LOA-NO-SUMMARY", e->summary ? e->summary : "1");
    loa_buf_release(&b);
    free(join);
}

static void add_where(icalcomponent *c, const struct msg_event *e)
{
    struct loa_buf b = {0};

    loa_buf_adds(&b, e->place ? e->place : "");
    if (e->address)
        loa_buf_addf(&b, "%s%s", b.len ? ", " : "", e->address);
    add_text(c, ICAL_LOCATION_PROPERTY, loa_buf_str(&b));
    loa_buf_release(&b);
    add_x(c, "X-LOA-PLACE", e->place);
    add_x(c, "X-LOA-ADDRESS", e->address);
    add_x(c, "X-LOA-DISTRICT", e->district);
    if (e->has_geo) {
        struct icalgeotype geo = {.lat = e->lat, .lon = e->lon};

        add(c, icalproperty_new_geo(geo));
    }
}

/* ---- all ------------------------------------------------------------------------------- */

/* An id that is a calendar's UID already (from an import) stays one. */
static char *uid_of(const struct msg_export *x, const struct msg_event *e)
{
    if (strchr(e->id, '@'))
        return loa_xstrdup(e->id);
    return loa_xasprintf("%s@%s%sloa", e->id, x->host ? x->host : "", x->host ? "." : "");
}

static icalcomponent *event(const struct msg_export *x, const struct msg_event *e)
{
    icalcomponent *c = icalcomponent_new(ICAL_VEVENT_COMPONENT);
    char *uid = uid_of(x, e);

    add(c, icalproperty_new_uid(uid));
    add(c, icalproperty_new_dtstamp(utc(e->changed_ms)));
    if (e->created_ms)
        add(c, icalproperty_new_created(utc(e->created_ms)));
    if (e->changed_ms)
        add(c, icalproperty_new_lastmodified(utc(e->changed_ms)));
    add(c, icalproperty_new_sequence((int)e->sequence));
    add(c, icalproperty_new_status(e->state == MSG_EVENT_CANCELLED ? ICAL_STATUS_CANCELLED
                                                                   : ICAL_STATUS_CONFIRMED));
    add_when(c, e);
    add_text(c, ICAL_SUMMARY_PROPERTY, e->title);
    add_description(c, e);
    add_where(c, e);
    if (e->online_url)
        add(c, icalproperty_new_url(e->online_url));
    for (size_t i = 0; i < e->keywords.n; i++)
        add_text(c, ICAL_CATEGORIES_PROPERTY, e->keywords.items[i]);
    add_text(c, ICAL_CONTACT_PROPERTY, e->contact_phone);
    add_text(c, ICAL_COMMENT_PROPERTY, e->note);
    add_x(c, "X-LOA-ORGANIZER", e->organizer);
    add_x(c, "X-LOA-REGISTRATION-URL", e->registration_url);
    add_x_list(c, "X-LOA-AUDIENCE", &e->audience);
    add_x_list(c, "X-LOA-TOPIC", &e->topics);
    if (e->state == MSG_EVENT_MOVED)
        add_x(c, "X-LOA-STATE", "moved");
    free(uid);
    return c;
}

char *msg_export_ics(const struct msg_export *x)
{
    icalcomponent *root = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
    char *text, *out;

    icalerror_set_errors_are_fatal(false);
    add(root, icalproperty_new_version("2.0"));
    add(root, icalproperty_new_prodid("-//loa//loa//VI"));
    add(root, icalproperty_new_calscale("GREGORIAN"));
    add(root, icalproperty_new_method(ICAL_METHOD_PUBLISH));
    add_x(root, "X-WR-CALNAME", x->title);
    add_x(root, "X-PUBLISHED-TTL", "PT1H");
    for (size_t i = 0; i < x->n; i++)
        icalcomponent_add_component(root, event(x, x->events[i]));
    text = icalcomponent_as_ical_string_r(root);
    out = loa_xstrdup(text ? text : "");
    icalmemory_free_buffer(text);
    icalcomponent_free(root);
    return out;
}
