/* SPDX-License-Identifier: Apache-2.0 */
/* privacy.h - what is kept about one person, told to him in his own chat or to staff who answer a
 * request for it; and its erasure, on record without saying whose. Store thread. */
#ifndef LOA_MESSAGES_PRIVACY_H
#define LOA_MESSAGES_PRIVACY_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

/* Owns its strings; msg_person_release(). NULL strings are not known. */
struct msg_person {
    char *remote_id, *name, *topics, *district; /* topics "a, b" */
    bool follows, opted_out, tester, waits;     /* waits for a person of the staff */
    int64_t last_seen_ms;
    int64_t wrote, replies, broadcasts, consents, reminders; /* how many are kept */
};
/* LOA_ENOENT: nobody by that number, or erased. */
LOA_MUST_USE enum loa_err msg_person_read(struct db *db, int64_t account, int64_t contact,
                                          struct msg_person *out);
void msg_person_release(struct msg_person *p);
/* How long what is kept, days. */
struct msg_keep_days {
    int64_t inbound, replies, deliveries;
};
/* For himself. Caller owns, free(). */
char *msg_person_text(const struct msg_person *p, const struct msg_keep_days *keep, bool english);

/* Everything, with his words and ours, for staff who answer a request of his. Noted in the log.
 * Caller owns *out. */
LOA_MUST_USE enum loa_err msg_person_export(struct db *db, const struct msg_actor *who, int64_t now,
                                            int64_t account, int64_t contact, cJSON **out);
/* msg_contact_erase(), noted in the log by our own number. */
LOA_MUST_USE enum loa_err msg_person_erase(struct db *db, const struct msg_actor *who, int64_t now,
                                           int64_t account, int64_t contact);

#endif
