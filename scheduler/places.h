/* SPDX-License-Identifier: Apache-2.0 */
/* places.h - who may have a request under way. The HTTP client takes so many requests at once, for
 * all platforms together; one that answers after half a minute would fill it and leave the others
 * nothing. So each platform has places of its own that no other can take, a common rest goes to
 * whoever comes first, and some places are for replies alone. Plain data, no clock. */
#ifndef LOA_SCHEDULER_PLACES_H
#define LOA_SCHEDULER_PLACES_H

#include <stdbool.h>
#include <stddef.h>

enum { SCHED_PLATFORMS_MAX = 16 };

struct sched_places {
    size_t platforms;
    size_t own;      /* of each platform, for any request */
    size_t for_talk; /* of each platform besides, for replies only */
    size_t shared;
    size_t sends[SCHED_PLATFORMS_MAX], talks[SCHED_PLATFORMS_MAX]; /* under way */
};

/* `total` requests at once for `platforms` platforms (at most SCHED_PLATFORMS_MAX). */
void sched_places_init(struct sched_places *p, size_t total, size_t platforms);
/* `talk`: a reply, or what a reply depends on (a token's renewal). */
bool sched_places_free(const struct sched_places *p, size_t platform, bool talk);
void sched_places_take(struct sched_places *p, size_t platform, bool talk);
void sched_places_give(struct sched_places *p, size_t platform, bool talk);

#endif
