/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h - the one place that reads the time. Logic takes `now` as an argument; only the loop
 * and the commands ask here. Times are epoch milliseconds UTC in an int64_t. */
#ifndef LOA_MESSAGES_BASE_CLOCK_H
#define LOA_MESSAGES_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOA_SECOND_MS = 1000, LOA_MINUTE_MS = 60000, LOA_HOUR_MS = 3600000, LOA_DAY_MS = 86400000 };

/* Wall clock, possibly a demonstration clock (below). May jump. */
int64_t loa_clock_wall(void);
/* Never jumps, counts from an arbitrary start; for limits, deadlines and durations. */
int64_t loa_clock_mono(void);
int64_t loa_clock_mono_us(void);
/* This machine's wall clock as it is, never a demonstration. */
int64_t loa_clock_real(void);
/* Like loa_clock_mono(), but counts on while the machine sleeps: for leases. */
int64_t loa_clock_boot(void);
/* The wall clock follows another one (the database's), which was asked when loa_clock_mono() was
 * `asked_mono` and had answered `wall_ms` by `heard_mono`: it showed that somewhere in between, the
 * middle is taken. An answer that was long on its way says less than an earlier, faster one and is
 * left alone until that one has aged. False: left alone. A demonstration clock follows nobody. One
 * thread at a time; read by all. */
bool loa_clock_follow(int64_t wall_ms, int64_t asked_mono, int64_t heard_mono);

/* From `at_ms` on the clock runs `speed` times as fast as the real one. */
struct loa_clock_leg {
    int64_t at_ms;
    double speed;
};
enum { LOA_CLOCK_LEGS_MAX = 16 };
/* From now on the wall clock is a demonstration clock (--demo-clock): it stands at the first leg's
 * time and takes up each later leg when it comes to that leg's time, so that nights may pass fast
 * and mornings slowly. 1 <= n <= LOA_CLOCK_LEGS_MAX, times rising, speeds above 0; copied. Any
 * thread may read the clock meanwhile, one thread at a time may set it. */
void loa_clock_set_demo(const struct loa_clock_leg *legs, size_t n);

#endif
