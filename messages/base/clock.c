/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/base/clock.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "messages/base/mem.h"

/* Never changed and never freed once others may see it; a few in a demonstration's life. */
struct demo {
    struct demo *before;
    int64_t since_mono;
    size_t n;
    struct loa_clock_leg leg[LOA_CLOCK_LEGS_MAX];
};

static _Atomic(struct demo *) demo;

/* What to add to loa_clock_mono(); 0: nobody is followed. By how much that may be off, and when it
 * was found. */
static _Atomic int64_t followed;
static int64_t followed_off, followed_at;

/* Clocks part by a second in some hours; what a fast network and a busy machine take is always
 * good enough. */
enum { DRIFT_PARTS = 10000, GOOD_ENOUGH_MS = 25 };

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

int64_t loa_clock_boot(void)
{
    return read_us(CLOCK_BOOTTIME) / 1000;
}

int64_t loa_clock_real(void)
{
    return read_us(CLOCK_REALTIME) / 1000;
}

bool loa_clock_follow(int64_t wall_ms, int64_t asked_mono, int64_t heard_mono)
{
    int64_t off = (heard_mono - asked_mono) / 2, aged;

    aged = followed_off + (heard_mono - followed_at) / DRIFT_PARTS;
    if (atomic_load_explicit(&followed, memory_order_relaxed) && off > GOOD_ENOUGH_MS && off > aged)
        return false;
    followed_off = off;
    followed_at = heard_mono;
    atomic_store_explicit(&followed, wall_ms - (asked_mono + off), memory_order_relaxed);
    return true;
}

/* How long a leg takes, in real milliseconds. */
static double length(const struct loa_clock_leg *leg)
{
    return (double)(leg[1].at_ms - leg[0].at_ms) / leg[0].speed;
}

static int64_t read_demo(const struct demo *d)
{
    double passed = (double)(loa_clock_mono() - d->since_mono);
    size_t i = 0;

    for (; i + 1 < d->n && passed >= length(&d->leg[i]); i++)
        passed -= length(&d->leg[i]);
    return d->leg[i].at_ms + (int64_t)(passed * d->leg[i].speed);
}

int64_t loa_clock_wall(void)
{
    const struct demo *d = atomic_load_explicit(&demo, memory_order_acquire);
    int64_t ahead = atomic_load_explicit(&followed, memory_order_relaxed);

    if (d)
        return read_demo(d);
    return ahead ? loa_clock_mono() + ahead : loa_clock_real();
}

void loa_clock_set_demo(const struct loa_clock_leg *legs, size_t n)
{
    struct demo *d = loa_xcalloc(1, sizeof(*d));

    d->before = atomic_load_explicit(&demo, memory_order_acquire);
    d->since_mono = loa_clock_mono();
    d->n = n < LOA_CLOCK_LEGS_MAX ? n : LOA_CLOCK_LEGS_MAX;
    memcpy(d->leg, legs, d->n * sizeof(*legs));
    atomic_store_explicit(&demo, d, memory_order_release);
}
