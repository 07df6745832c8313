/* SPDX-License-Identifier: Apache-2.0 */
/* export.h - events as files that other programs read, and that msg_import_events() reads back to
 * the same events. Pure. */
#ifndef LOA_MESSAGES_EXPORT_H
#define LOA_MESSAGES_EXPORT_H

#include <stdbool.h>

#include "messages/catalog.h"
#include "messages/import.h"

struct msg_export {
    const struct msg_event *const *events; /* borrowed; in the order wanted */
    size_t n;
    const char *title; /* of the calendar; NULL: none */
    const char *host;  /* behind the UIDs of a calendar, so that two offices' differ; NULL: none */
};

/* Caller owns the text, free(). CSV begins with a byte order mark, as Excel wants one. A calendar
 * is RFC 5545 with times in UTC: UID never changes, SEQUENCE grows with each change, an event that
 * is held on several days recurs daily. */
char *msg_export_events(const struct msg_export *x, enum msg_format format);

/* The formats. */
char *msg_export_csv(const struct msg_export *x);
char *msg_export_ics(const struct msg_export *x);

/* Does it span days, being held each day from the clock time of its start to that of its end? On
 * how many days; 1 for others. */
int msg_event_days(const struct msg_event *e);
/* From 00:00 to 23:59. */
bool msg_event_is_all_day(const struct msg_event *e);

#endif
