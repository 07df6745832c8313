/* SPDX-License-Identifier: Apache-2.0 */
/* user.h - the staff: who may write, approve, administer. */
#ifndef LOA_MESSAGES_USER_H
#define LOA_MESSAGES_USER_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

enum msg_role { MSG_ROLE_WRITER, MSG_ROLE_APPROVER, MSG_ROLE_ADMIN };

const char *msg_role_name(enum msg_role role);
/* LOA_EINVAL for an unknown word. */
LOA_MUST_USE enum loa_err msg_role_parse(const char *word, enum msg_role *out);

/* 1..64 letters without diacritics, digits, dot, dash, underscore: the names of users and accounts,
 * which stand in addresses, metrics and the audit log. */
bool msg_is_name(const char *s);
/* LOA_EEXIST when the name is taken. LOA_EINVAL for "loa" and "root", by which the audit log means
 * the program and the machine's owner. Names are 1..64 letters, digits, dot, dash, underscore. */
LOA_MUST_USE enum loa_err msg_user_add(struct db *db, const struct msg_actor *who, int64_t now,
                                       const char *name, enum msg_role role,
                                       struct loa_problem *why);
/* LOA_ENOENT when there is no such (enabled) user. */
LOA_MUST_USE enum loa_err msg_user_role(struct db *db, const char *name, enum msg_role *out,
                                        struct loa_problem *why);

#endif
