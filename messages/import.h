/* SPDX-License-Identifier: Apache-2.0 */
/* import.h - reads content files into a catalogue: events (JSON, CSV, ICS), questions, topics,
 * places (JSON). Each wrong entry is told with its place and what to do. Knows nothing of the
 * store. */
#ifndef LOA_MESSAGES_IMPORT_H
#define LOA_MESSAGES_IMPORT_H

#include <stddef.h>

#include <cjson/cJSON.h>

#include "messages/base/err.h"
#include "messages/catalog.h"
#include "messages/faults.h"

enum msg_format { MSG_FORMAT_JSON, MSG_FORMAT_CSV, MSG_FORMAT_ICS };

enum { MSG_IMPORT_MAX = 20 << 20, MSG_EVENTS_MAX = 20000, MSG_FAQS_MAX = 5000 };

/* By the name's ending; anything else is taken for JSON. */
enum msg_format msg_format_of(const char *file_name);
/* "json", "csv", "ics". LOA_EINVAL: none of these. */
LOA_MUST_USE enum loa_err msg_format_named(const char *name, enum msg_format *out);
/* "planned", "cancelled", "moved" */
const char *msg_event_state_name(enum msg_event_state state);

/* What a file holds. */
enum msg_import_kind {
    MSG_IMPORT_EVENTS,
    MSG_IMPORT_FAQ,
    MSG_IMPORT_TOPICS, /* {"topics":[...],"audiences":[...]} */
    MSG_IMPORT_PLACES,
};

/* Adds what is right to `c` and notes all that is not in `f` (starts empty or goes on). Texts
 * become NFC. All but events are JSON. Not LOA_OK: the file as a whole cannot be used, which is
 * noted too, and `c` may hold a part. LOA_ELIMIT: too large, too many. */
LOA_MUST_USE enum loa_err msg_import_rows(struct msg_catalog *c, enum msg_import_kind kind,
                                          const char *bytes, size_t n, enum msg_format format,
                                          struct msg_faults *f);

/* All or nothing: on an error `c` may hold a part and should be thrown away; `why` is the first
 * one. LOA_EINVAL: which entry and what to mend; LOA_ELIMIT: too many. */
LOA_MUST_USE enum loa_err msg_import_events(struct msg_catalog *c, const char *bytes, size_t n,
                                            enum msg_format format, struct loa_problem *why);
LOA_MUST_USE enum loa_err msg_import_faq(struct msg_catalog *c, const char *bytes, size_t n,
                                         struct loa_problem *why);
LOA_MUST_USE enum loa_err msg_import_topics(struct msg_catalog *c, const char *bytes, size_t n,
                                            struct loa_problem *why);
LOA_MUST_USE enum loa_err msg_import_places(struct msg_catalog *c, const char *bytes, size_t n,
                                            struct loa_problem *why);

/* A JSON array, or an object that holds one under `member`; *list NULL: neither, which is noted.
 * Borrowed from the result, which is the caller's, cJSON_Delete(). */
cJSON *msg_import_list(const char *bytes, size_t n, const char *member, const cJSON **list,
                       struct msg_faults *f);

/* One entry each, as the files have them; also how the store keeps them. The JSON is the caller's,
 * cJSON_Delete(). Reading fills *out only on LOA_OK. */
cJSON *msg_event_to_json(const struct msg_event *e);
LOA_MUST_USE enum loa_err msg_event_from_json(const cJSON *o, struct msg_event *out,
                                              struct loa_problem *why);
cJSON *msg_faq_to_json(const struct msg_faq *f);
LOA_MUST_USE enum loa_err msg_faq_from_json(const cJSON *o, struct msg_faq *out,
                                            struct loa_problem *why);
cJSON *msg_topic_to_json(const struct msg_topic *t);
LOA_MUST_USE enum loa_err msg_topic_from_json(const cJSON *o, struct msg_topic *out,
                                              struct loa_problem *why);
cJSON *msg_place_to_json(const struct msg_place *p);
LOA_MUST_USE enum loa_err msg_place_from_json(const cJSON *o, struct msg_place *out,
                                              struct loa_problem *why);

#endif
