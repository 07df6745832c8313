/* SPDX-License-Identifier: Apache-2.0 */
/* import_parts.h - between the importers of the formats. Not for others. */
#ifndef LOA_MESSAGES_IMPORT_PARTS_H
#define LOA_MESSAGES_IMPORT_PARTS_H

#include "messages/import.h"

/* Takes one event as JSON (what every format is turned into first) under the name of its place in
 * the file ("dòng 12"), refusing an id that is there already. */
LOA_MUST_USE enum loa_err msg_import_add_event(struct msg_catalog *c, const cJSON *o,
                                               const char *where, struct loa_problem *why);
LOA_MUST_USE enum loa_err msg_import_events_csv(struct msg_catalog *c, const char *bytes, size_t n,
                                                struct loa_problem *why);
LOA_MUST_USE enum loa_err msg_import_events_ics(struct msg_catalog *c, const char *bytes, size_t n,
                                                struct loa_problem *why);

#endif
