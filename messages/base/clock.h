/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h - the one place that reads the time. Logic takes `now` as an argument; only the loop
 * and the commands ask here. Times are epoch milliseconds UTC in an int64_t. */
#ifndef LOA_MESSAGES_BASE_CLOCK_H
#define LOA_MESSAGES_BASE_CLOCK_H

#include <stdint.h>

enum { LOA_SECOND_MS = 1000, LOA_MINUTE_MS = 60000, LOA_HOUR_MS = 3600000, LOA_DAY_MS = 86400000 };

/* Wall clock, possibly a demonstration clock (below). May jump. */
int64_t loa_clock_wall(void);
/* Never jumps, counts from an arbitrary start; for limits, deadlines and durations. */
int64_t loa_clock_mono(void);
int64_t loa_clock_mono_us(void);
/* From now on the wall clock starts at `start_ms` and runs `speed` times as fast as the real one
 * (--demo-clock). Call before any thread starts. */
void loa_clock_set_demo(int64_t start_ms, double speed);

#endif
