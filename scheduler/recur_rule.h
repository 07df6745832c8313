/* SPDX-License-Identifier: Apache-2.0 */
/* recur_rule.h - RRULE text to libical's structure, refusing what libical reads wrongly.
 * For recur.c only; knows nothing of zones and of iteration. */
#ifndef LOA_SCHEDULER_RECUR_RULE_H
#define LOA_SCHEDULER_RECUR_RULE_H

#include <libical/ical.h>

#include "messages/base/err.h"

/* LOA_OK: *out is complete, holds no memory of its own, and its lists of hours, minutes and
 * seconds are in order. LOA_EINVAL: `problem` says in Vietnamese what to mend. */
LOA_MUST_USE enum loa_err sched_recur_rule_parse(const char *text, struct icalrecurrencetype *out,
                                                 struct loa_problem *problem);

#endif
