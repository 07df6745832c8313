/* SPDX-License-Identifier: Apache-2.0 */
/* post_cap.h - how many posts one follower may get, and whom another one would still reach. Pure
 * but for sched_post_room(); the zone of days and months is the installation's, as no platform
 * names one. */
#ifndef LOA_SCHEDULER_POST_CAP_H
#define LOA_SCHEDULER_POST_CAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channels/rules.h"
#include "messages/post_history.h"

/* The first moment of the calendar month of `ms`, and of the one after. */
int64_t sched_month_start(int64_t ms);
int64_t sched_month_end(int64_t ms);

enum sched_room { SCHED_ROOM_ALL, SCHED_ROOM_SOME, SCHED_ROOM_DAY_FULL, SCHED_ROOM_MONTH_FULL };

/* Whom a post at `at_ms` reaches after `posts` (of its month, newest line first, whatever the
 * order of time): followers above *line (-1: all). `newest` is the highest contact id there is: who
 * got a post with that line is everybody. */
enum sched_room sched_post_line(const struct channel_deal *deal, const struct msg_post *posts,
                                size_t n, int64_t at_ms, int64_t newest, int64_t *line);

/* The same for a run of an account that is about to post, from the store. A follower who is not
 * known yet counts as nobody. */
LOA_MUST_USE enum loa_err sched_post_room(struct db *db, const struct channel_deal *deal,
                                          int64_t account_id, int64_t run_id, int64_t now,
                                          enum sched_room *out);

#endif
