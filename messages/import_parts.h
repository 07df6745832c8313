/* SPDX-License-Identifier: Apache-2.0 */
/* import_parts.h - between the importers of the formats. Not for others. */
#ifndef LOA_MESSAGES_IMPORT_PARTS_H
#define LOA_MESSAGES_IMPORT_PARTS_H

#include "messages/import.h"

/* Where an entry stands in its file. */
struct msg_import_place {
    const char *text; /* "Dòng 12" */
    int64_t line, entry;
};
/* Takes one event as JSON (what every format is turned into first), refusing an id that is there
 * already; what is wrong goes to `f`. False: then, or when there are too many (f->whole). */
bool msg_import_add_event(struct msg_catalog *c, const cJSON *o,
                          const struct msg_import_place *where, struct msg_faults *f);
LOA_MUST_USE enum loa_err msg_import_events_csv(struct msg_catalog *c, const char *bytes, size_t n,
                                                struct msg_faults *f);
LOA_MUST_USE enum loa_err msg_import_events_ics(struct msg_catalog *c, const char *bytes, size_t n,
                                                struct msg_faults *f);

#endif
