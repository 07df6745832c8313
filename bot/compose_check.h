/* SPDX-License-Identifier: Apache-2.0 */
/* compose_check.h - what the platforms would refuse, told before a message is submitted. Store
 * thread or command line. */
#ifndef LOA_BOT_COMPOSE_CHECK_H
#define LOA_BOT_COMPOSE_CHECK_H

#include <stdint.h>

#include "messages/base/err.h"
#include "messages/spec.h"
#include "messages/store/db.h"

/* Opens the schedule, fills the template for its first occurrences and asks each adapter about
 * each way that would be used. LOA_OK: it could be sent as it is. */
LOA_MUST_USE enum loa_err bot_compose_check(struct db *db, const struct msg_spec *spec, int64_t now,
                                            struct loa_problem *why);

#endif
