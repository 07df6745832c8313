/* SPDX-License-Identifier: Apache-2.0 */
/* catalog_edit.h - single entries of the content, edited by people who may get in each other's way:
 * each has a tag that changes with it. Store thread. */
#ifndef LOA_MESSAGES_CATALOG_EDIT_H
#define LOA_MESSAGES_CATALOG_EDIT_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/catalog_store.h"
#include "messages/store/db.h"

enum msg_entry { MSG_ENTRY_EVENT, MSG_ENTRY_FAQ, MSG_ENTRY_DAILY };
enum { MSG_ENTRY_TAG = 48 };

/* The entry as it is kept, and its tag; `hold`: nobody else changes it until the transaction ends.
 * LOA_ENOENT: there is none, `why` says so. Caller owns *out (may be NULL: not wanted). */
LOA_MUST_USE enum loa_err msg_entry_get(struct db *db, enum msg_entry kind, const char *id,
                                        bool hold, cJSON **out, char tag[MSG_ENTRY_TAG],
                                        struct loa_problem *why);
/* Puts one entry as its file would have it, with `id` as its own. LOA_EINVAL: what is wrong with
 * it. */
LOA_MUST_USE enum loa_err msg_entry_put(struct db *db, const struct msg_actor *who, int64_t now,
                                        enum msg_entry kind, const char *id, const cJSON *entry,
                                        struct loa_problem *why);
/* Not of events: msg_event_delete(). LOA_ENOENT. */
LOA_MUST_USE enum loa_err msg_entry_delete(struct db *db, const struct msg_actor *who, int64_t now,
                                           enum msg_entry kind, const char *id,
                                           struct loa_problem *why);

#endif
