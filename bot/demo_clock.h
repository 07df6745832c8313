/* SPDX-License-Identifier: Apache-2.0 */
/* demo_clock.h - `loa serve --demo-clock`: the time that the scheduler and the answers see.
 *   2026-10-01T07:25                      from then on, at the real pace
 *   2026-10-01T07:25:60                   sixty times as fast
 *   2026-09-30T23:00:3600,2026-10-01T06:59:1    fast through the night, slowly from 6:59 on
 *   @FILE                                 the first line of a file, taken up anew when it changes
 * Where seconds are wanted, a star stands before the pace: 2026-10-01T06:59:30*60. */
#ifndef LOA_BOT_DEMO_CLOCK_H
#define LOA_BOT_DEMO_CLOCK_H

#include <stdbool.h>

#include <uv.h>

#include "messages/base/clock.h"
#include "messages/base/err.h"

/* LOA_EINVAL with the words for staff: nothing is written to the outputs. */
LOA_MUST_USE enum loa_err bot_demo_clock_parse(const char *text,
                                               struct loa_clock_leg out[LOA_CLOCK_LEGS_MAX],
                                               size_t *n, struct loa_problem *why);
/* Sets the clock; with "@FILE" as the file says at this moment. */
LOA_MUST_USE enum loa_err bot_demo_clock_set(const char *text, struct loa_problem *why);

struct bot_demo_clock {
    uv_fs_poll_t poll;
    const char *file;
    bool follows;
};
/* Follows the file of "@FILE"; anything else (also NULL) is fine and does nothing. `text` must stay
 * until the end. Loop thread. */
void bot_demo_clock_follow(struct bot_demo_clock *d, uv_loop_t *loop, const char *text);
void bot_demo_clock_end(struct bot_demo_clock *d); /* closes its handle, if there is one */

#endif
