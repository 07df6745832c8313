/* SPDX-License-Identifier: Apache-2.0 */
/* tz.h - civil time in the installation's zone (LOA_TIMEZONE) and ISO 8601 text.
 * The zone is one a process, set at start; it is the C library's (tzset), so the rules are the
 * system's tzdata. */
#ifndef LOA_MESSAGES_BASE_TZ_H
#define LOA_MESSAGES_BASE_TZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"

struct loa_civil {
    int year, month, day;     /* month 1..12 */
    int hour, minute, second; /* 0..23, 0..59, 0..59 */
    int weekday;              /* 0 Monday .. 6 Sunday; ignored on input */
};

enum { LOA_ISO_SIZE = 32 };

/* LOA_EINVAL when the zone is not in the system's tzdata. Call before any thread starts. */
LOA_MUST_USE enum loa_err loa_tz_set(const char *name);
struct loa_civil loa_tz_civil(int64_t ms);
/* A wall time that a clock change skips moves forward by the change; one that occurs twice is the
 * first. Out-of-range fields are carried (day 32 is next month's first). */
int64_t loa_tz_ms(const struct loa_civil *c);
int64_t loa_tz_day_start(int64_t ms);       /* 00:00 of that day */
int64_t loa_tz_add_days(int64_t ms, int n); /* same wall time n days on */

/* "2026-10-01T07:30:00+07:00", seconds and offset optional ("T" may be a space; a date alone is
 * 00:00; no offset means the installation's zone; "Z" is UTC). LOA_EINVAL for anything else, also
 * for days that do not exist and for the outermost days of the years 1 and 9999. */
LOA_MUST_USE enum loa_err loa_iso_parse(const char *text, int64_t *ms);
/* With the zone's offset; returns out. */
const char *loa_iso_format(int64_t ms, char out[LOA_ISO_SIZE]);
const char *loa_iso_date(int64_t ms, char out[LOA_ISO_SIZE]); /* "2026-10-01" */

#endif
