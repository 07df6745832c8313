/* SPDX-License-Identifier: Apache-2.0 */
/* trial.h - a message on trial: sent to a few named people before its broadcast. What nobody has
 * approved goes only to members of the staff who were named as testers, and to few of them. Store
 * thread, inside a writing transaction. */
#ifndef LOA_MESSAGES_TRIAL_H
#define LOA_MESSAGES_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/message.h"
#include "messages/store/db.h"

/* In an hour, of one message: while it is not approved, and once it is. */
enum { MSG_TRIAL_DRAFT_MAX = 5, MSG_TRIAL_MAX = 20 };
/* What a text that nobody approved begins with. */
#define MSG_TRIAL_MARK "[THỬ] "

/* Naming the same contact twice changes nothing. */
LOA_MUST_USE enum loa_err msg_tester_add(struct db *db, const struct msg_actor *who, int64_t now,
                                         int64_t account, int64_t contact);
/* LOA_ENOENT: is none. */
LOA_MUST_USE enum loa_err msg_tester_remove(struct db *db, const struct msg_actor *who, int64_t now,
                                            int64_t account, int64_t contact,
                                            struct loa_problem *why);

/* Is what the message says approved as it stands? */
LOA_MUST_USE enum loa_err msg_trial_approved(struct db *db, const struct msg_message *m,
                                             bool approvals, bool *yes);
/* Counts one trial of the message to a contact and notes it in the audit log. LOA_EPERM: the
 * contact refused messages, or is no tester and the text is not approved. LOA_ELIMIT: enough of
 * them within this hour. */
LOA_MUST_USE enum loa_err msg_trial_note(struct db *db, const struct msg_actor *who, int64_t now,
                                         const struct msg_message *m, bool approved,
                                         int64_t account, int64_t contact, struct loa_problem *why);
/* Marks the content as a trial of a text that is not approved. */
void msg_trial_mark(struct msg_content *c);

#endif
