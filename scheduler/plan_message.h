/* SPDX-License-Identifier: Apache-2.0 */
/* plan_message.h - the plan (plan.h) of a message as staff wrote it (messages/spec.h). */
#ifndef LOA_SCHEDULER_PLAN_MESSAGE_H
#define LOA_SCHEDULER_PLAN_MESSAGE_H

#include <stdint.h>

#include "messages/base/err.h"
#include "messages/spec.h"
#include "scheduler/plan.h"

/* How long an occurrence that never expires is still worth sending. */
enum { SCHED_DEADLINE_MS = 2 * LOA_DAY_MS };

/* `scheduled_ms` is when it was put on the schedule: the moment it is due if it names no time of
 * its own. LOA_OK: caller owns *out, sched_plan_free(). LOA_EINVAL: `why` says what to mend. */
LOA_MUST_USE enum loa_err sched_message_plan(const struct msg_spec *s, int64_t scheduled_ms,
                                             struct sched_plan **out, struct loa_problem *why);

#endif
