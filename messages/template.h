/* SPDX-License-Identifier: Apache-2.0 */
/* template.h - fills the placeholders of a message for one occurrence:
 *   {date} {weekday}                      the occurrence's day
 *   {daily.title} {daily.text} {daily.short}   that day's entry of the daily list
 *   {events}                              that day's events, one a line
 *   {event:ID.title|time|date|place|address|link|phone}
 *   {name}                                becomes MSG_NAME_SLOT, for the channel to fill for each
 *                                         recipient; refused where no person reads it (addresses)
 *   {{                                    a brace
 * Reads the store; store thread. */
#ifndef LOA_MESSAGES_TEMPLATE_H
#define LOA_MESSAGES_TEMPLATE_H

#include <stdint.h>

#include "messages/base/buf.h"
#include "messages/base/err.h"
#include "messages/content.h"
#include "messages/store/db.h"

/* Replaces the strings of `c` in place. LOA_EINVAL: an unknown placeholder; LOA_ENOENT: the day
 * has no daily entry, or an event is gone (the text says which). */
LOA_MUST_USE enum loa_err msg_template_fill(struct db *db, int64_t due_ms, struct msg_content *c,
                                            struct loa_problem *why);
/* Adds to `out` everything in the store that the template `json` (a whole spec as text) can draw
 * on between two days, so that an approval covers it as well. */
LOA_MUST_USE enum loa_err msg_template_sources(struct db *db, const char *json, int64_t from_ms,
                                               int64_t to_ms, struct loa_buf *out);

#endif
