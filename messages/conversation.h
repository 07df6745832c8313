/* SPDX-License-Identifier: Apache-2.0 */
/* conversation.h - the short memory of a talk with one citizen, and whether people of the staff
 * take part in it: handed over to them, first in line when it is urgent, answered, closed. A
 * conversation goes by the number of its contact, which is unique over all accounts. Store thread;
 * what writes wants a transaction. */
#ifndef LOA_MESSAGES_CONVERSATION_H
#define LOA_MESSAGES_CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

/* ---- memory ---------------------------------------------------------------------------- */

/* As JSON text; caller owns *out (NULL: none younger than max_age_ms). */
LOA_MUST_USE enum loa_err msg_conversation_get(struct db *db, int64_t account, int64_t contact,
                                               int64_t now, int64_t max_age_ms, char **out);
LOA_MUST_USE enum loa_err msg_conversation_put(struct db *db, int64_t account, int64_t contact,
                                               const char *context, int64_t now);

/* ---- people of the staff --------------------------------------------------------------- */

/* Why it was handed over. */
#define MSG_HANDOVER_ASKED "asked"
#define MSG_HANDOVER_MATTER "matter"
#define MSG_HANDOVER_MISSES "misses"
#define MSG_HANDOVER_STAFF "staff"

struct msg_handover {
    bool open;
    bool urgent;
    int64_t since_ms, asked_ms, person_ms;
};

/* Zeroed if there is no such conversation. Holds its row, if there is one. */
LOA_MUST_USE enum loa_err msg_handover_get(struct db *db, int64_t account, int64_t contact,
                                           struct msg_handover *out);
/* Does the bot keep quiet at `now`, a person having shown within quiet_ms? */
bool msg_handover_quiet(const struct msg_handover *h, int64_t now, int64_t quiet_ms);
/* Is it done: a person answered all, and the time is over in which the bot keeps quiet? */
bool msg_handover_over(const struct msg_handover *h, int64_t now, int64_t quiet_ms);

/* The citizen waits for a person. If it is open already only the urgency (and then the reason) can
 * rise. `matter` may be NULL. */
LOA_MUST_USE enum loa_err msg_handover_open(struct db *db, int64_t account, int64_t contact,
                                            const char *reason, const char *matter, bool urgent,
                                            int64_t now);
/* One more word of the citizen for the person; only if it is open. */
LOA_MUST_USE enum loa_err msg_handover_asked(struct db *db, int64_t account, int64_t contact,
                                             int64_t now);
/* A person of the staff wrote, at `at`: opens it if needed. `user` is the one who did, NULL if only
 * the platform knows. */
LOA_MUST_USE enum loa_err msg_handover_spoke(struct db *db, int64_t account, int64_t contact,
                                             const char *user, int64_t at);
/* The bot is back; nothing is said in the log, as nobody did it. */
LOA_MUST_USE enum loa_err msg_handover_end(struct db *db, int64_t account, int64_t contact);

/* ---- for staff ------------------------------------------------------------------------- */

/* One conversation as staff see it. Owns its strings; msg_conversation_release(). */
struct msg_conversation {
    int64_t id, account_id; /* id is the contact's */
    char *account, *channel, *remote_id, *name;
    int64_t last_seen_ms;
    bool opted_out, reachable;        /* not blocked, erased or gone */
    char *reason, *matter, *assignee; /* NULL: none */
    struct msg_handover handover;
};
void msg_conversation_release(struct msg_conversation *c);

/* LOA_ENOENT: nobody by that number. The person need not have a conversation. */
LOA_MUST_USE enum loa_err msg_conversation_find(struct db *db, int64_t id,
                                                struct msg_conversation *out,
                                                struct loa_problem *why);
/* Those that are open, urgent ones first, then by how long they wait; at most `max` of them; of an
 * account, or (0) of all. Caller owns *out, array of *n. */
LOA_MUST_USE enum loa_err msg_conversation_list(struct db *db, int64_t account, bool urgent_only,
                                                size_t max, struct msg_conversation **out,
                                                size_t *n);
/* `user` takes it, or (NULL) nobody has it any more. Opens it if needed; the bot keeps quiet from
 * now on. LOA_ENOENT: no such user. */
LOA_MUST_USE enum loa_err msg_conversation_assign(struct db *db, const struct msg_actor *who,
                                                  int64_t now, const struct msg_conversation *c,
                                                  const char *user, struct loa_problem *why);
/* LOA_ENOENT: it is not open. */
LOA_MUST_USE enum loa_err msg_conversation_close(struct db *db, const struct msg_actor *who,
                                                 int64_t now, const struct msg_conversation *c,
                                                 struct loa_problem *why);
/* A person's answer, as the JSON of a content: it waits for the node that has the account, which
 * sends it through `lane`. The log says that it was written, not what. */
LOA_MUST_USE enum loa_err msg_conversation_reply(struct db *db, const struct msg_actor *who,
                                                 int64_t now, const struct msg_conversation *c,
                                                 int lane, char *content, int64_t *reply_id);

/* What is waiting, for the metrics. */
LOA_MUST_USE enum loa_err msg_handover_count(struct db *db, int64_t *open, int64_t *urgent);

#endif
