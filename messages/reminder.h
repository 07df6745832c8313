/* SPDX-License-Identifier: Apache-2.0 */
/* reminder.h - who wants to be reminded of which event, when it is due, and who must hear that it
 * was cancelled or moved. Each is done by one statement that only one process can win, in the
 * transaction that stores what is sent. Knows nothing of channels. Store thread; what writes wants
 * a transaction. */
#ifndef LOA_MESSAGES_REMINDER_H
#define LOA_MESSAGES_REMINDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/catalog.h"
#include "messages/event_change.h"
#include "messages/store/db.h"

enum msg_reminder_step { MSG_REMINDER_DAY = 1, MSG_REMINDER_HOUR = 2 };
enum { MSG_REMINDER_STEPS = 2, MSG_REMINDERS_MAX = 50 /* of one person at a time */ };

enum msg_due_state {
    MSG_DUE_WAITS,
    MSG_DUE_SENT,     /* handed on; the outcome is in the replies */
    MSG_DUE_WINDOW,   /* the platform does not let us write to the person now */
    MSG_DUE_LATE,     /* the event had begun, or the later reminder said it */
    MSG_DUE_UNWANTED, /* taken back, or the event is cancelled */
};

/* When to remind; 0: not at all. */
struct msg_reminder_times {
    int64_t ms[MSG_REMINDER_STEPS]; /* of the step + 1 */
};

/* The person asks for it, in these words; asking again sets the times anew. LOA_ELIMIT: he has
 * MSG_REMINDERS_MAX of events to come. */
LOA_MUST_USE enum loa_err msg_reminder_put(struct db *db, int64_t account, int64_t contact,
                                           const struct msg_event *e,
                                           const struct msg_reminder_times *times,
                                           const char *wording, int64_t now);
/* Takes one back, or (event NULL) all. *n: how many were wanted. wording NULL: not his own words,
 * nothing is noted as consent. */
LOA_MUST_USE enum loa_err msg_reminder_stop(struct db *db, int64_t account, int64_t contact,
                                            const char *event, const char *wording, int64_t now,
                                            int64_t *n);
/* Ids of the wanted ones of events that are not over, by their start. Caller releases *out. */
LOA_MUST_USE enum loa_err msg_reminder_list(struct db *db, int64_t account, int64_t contact,
                                            int64_t now, struct msg_list *out);

/* ---- what is due ------------------------------------------------------------------------ */

struct msg_reminder_due {
    int64_t account, contact;
    char *event, *channel;
    enum msg_reminder_step step;
    int64_t due_ms, last_seen_ms;
};
/* Those whose time has come, at most `max`, oldest first. Caller ends it with
 * msg_reminder_dues_free(). */
LOA_MUST_USE enum loa_err msg_reminder_due(struct db *db, int64_t now, size_t max,
                                           struct msg_reminder_due **out, size_t *n);
void msg_reminder_dues_free(struct msg_reminder_due *d, size_t n);
/* What becomes of it. *mine false: another did it. */
LOA_MUST_USE enum loa_err msg_reminder_settle(struct db *db, const struct msg_reminder_due *d,
                                              enum msg_due_state state, int64_t now, bool *mine);

/* ---- what changed ------------------------------------------------------------------------ */

struct msg_change {
    char *event, *was_place;
    char *was_data; /* of an event that is gone, its JSON; otherwise NULL */
    int64_t sequence, was_start_ms;
    enum msg_event_change_kind kind;
};
/* Changes that are not told to everybody yet, oldest first; of one event only the newest (the
 * others are settled: people are told how things are now, once). Caller ends it with
 * msg_changes_free(). */
LOA_MUST_USE enum loa_err msg_change_open(struct db *db, size_t max, struct msg_change **out,
                                          size_t *n);
void msg_changes_free(struct msg_change *c, size_t n);
/* People who asked for the event before and have not been told, at most `max` (step and due_ms are
 * not set). */
LOA_MUST_USE enum loa_err msg_change_people(struct db *db, const struct msg_change *c, size_t max,
                                            struct msg_reminder_due **out, size_t *n);
/* This person knows now (`reached`), or cannot be told; his reminders get the new times (NULL:
 * there are none any more). *mine false: another did it. */
LOA_MUST_USE enum loa_err msg_change_tell(struct db *db, const struct msg_change *c,
                                          const struct msg_reminder_due *who, bool reached,
                                          const struct msg_reminder_times *times, int64_t now,
                                          bool *mine);
/* The event of a change: as it is now, or as it was. LOA_ENOENT: neither is known. Caller ends *out
 * with msg_event_release(). */
LOA_MUST_USE enum loa_err msg_change_event(struct db *db, const struct msg_change *c,
                                           struct msg_event *out);
/* Everybody was told. Of what is gone nobody wants to be reminded any more. */
LOA_MUST_USE enum loa_err msg_change_done(struct db *db, const struct msg_change *c);
/* Is there anything to do: one look at two indexes. */
LOA_MUST_USE enum loa_err msg_reminder_any(struct db *db, int64_t now, bool *any);

#endif
