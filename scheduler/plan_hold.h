/* SPDX-License-Identifier: Apache-2.0 */
/* plan_hold.h - after a restore: what a paused message had due since its backup is put to staff
 * and not sent, since it may have been sent then. Store thread, inside a writing transaction. */
#ifndef LOA_SCHEDULER_PLAN_HOLD_H
#define LOA_SCHEDULER_PLAN_HOLD_H

#include <stdint.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

/* Notes every occurrence up to `now` that the planner had not dealt with as asked, and moves the
 * message's watermark behind them. Counts them. A message whose schedule makes no sense any more is
 * left alone. */
LOA_MUST_USE enum loa_err sched_plan_hold(struct db *db, int64_t message, int64_t now,
                                          int64_t *asked);

#endif
