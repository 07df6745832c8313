/* SPDX-License-Identifier: Apache-2.0 */
/* event_change.h - one event in the store, and what happens to it: cancelled, moved, on again after
 * all. Such changes are noted for those who asked to be reminded. Store thread. */
#ifndef LOA_MESSAGES_EVENT_CHANGE_H
#define LOA_MESSAGES_EVENT_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/catalog.h"
#include "messages/store/db.h"

enum msg_event_change_kind {
    MSG_EVENT_CHANGE_NONE,
    MSG_EVENT_CHANGE_CANCELLED,
    MSG_EVENT_CHANGE_MOVED, /* another time, place or link */
    MSG_EVENT_CHANGE_BACK,  /* was cancelled, and is held after all */
    MSG_EVENT_CHANGE_GONE,  /* deleted */
};

/* LOA_ENOENT: no such event. Caller ends *out with msg_event_release(). */
LOA_MUST_USE enum loa_err msg_event_load(struct db *db, const char *id, struct msg_event *out);
/* Reads a row of "data, created_ms, changed_ms, sequence". LOA_EINVAL: not such data. */
LOA_MUST_USE enum loa_err msg_event_read(const struct db_stmt *st, struct msg_event *out);

/* What people who go there must know of: nothing but another wording is NONE. */
enum msg_event_change_kind msg_event_change_of(const struct msg_event *was,
                                               const struct msg_event *is);
/* Notes it for them, unless it is over. Inside a writing transaction, after the event was put. */
LOA_MUST_USE enum loa_err msg_event_change_note(struct db *db, int64_t now,
                                                const struct msg_event *was,
                                                const struct msg_event *is);
/* How many people asked to be reminded of it. */
LOA_MUST_USE enum loa_err msg_event_asked(struct db *db, const char *id, int64_t *n);

/* What staff do to one event. Members that are NULL or 0 stay as they are. */
struct msg_event_edit {
    const char *id;
    enum msg_event_state state;
    int64_t start_ms, end_ms; /* end 0 with a start: as long as it was */
    const char *place, *district, *address, *online_url;
    const char *note; /* why */
};
/* Inside a writing transaction; noted in the audit log and, in the next moments, for those who
 * asked. LOA_ENOENT, LOA_EINVAL with `why`. *asked: how many that are. */
LOA_MUST_USE enum loa_err msg_event_edit(struct db *db, const struct msg_actor *who, int64_t now,
                                         const struct msg_event_edit *edit, int64_t *asked,
                                         struct loa_problem *why);

/* Takes an event that should never have been there out of the store; one that people know of is
 * rather cancelled. Audited; who asked to be reminded is told in the next moments. LOA_ENOENT;
 * LOA_EPERM: a message draws on it, `why` says which. *asked as above. */
LOA_MUST_USE enum loa_err msg_event_delete(struct db *db, const struct msg_actor *who, int64_t now,
                                           const char *id, const char *note, int64_t *asked,
                                           struct loa_problem *why);

#endif
