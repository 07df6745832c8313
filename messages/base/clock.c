/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/base/clock.h"

#include <stdbool.h>
#include <time.h>

static struct {
    bool on;
    int64_t start_ms, since_mono;
    double speed;
} demo;

static int64_t read_us(clockid_t id)
{
    struct timespec ts;

    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t loa_clock_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

int64_t loa_clock_mono(void)
{
    return loa_clock_mono_us() / 1000;
}

int64_t loa_clock_wall(void)
{
    if (demo.on)
        return demo.start_ms + (int64_t)((double)(loa_clock_mono() - demo.since_mono) * demo.speed);
    return read_us(CLOCK_REALTIME) / 1000;
}

void loa_clock_set_demo(int64_t start_ms, double speed)
{
    demo.start_ms = start_ms;
    demo.speed = speed;
    demo.since_mono = loa_clock_mono();
    demo.on = true;
}
