/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/places.h"

enum { TALK_PART = 16 }; /* one place of so many is for replies */

static size_t at_least_one(size_t n)
{
    return n ? n : 1;
}

void sched_places_init(struct sched_places *p, size_t total, size_t platforms)
{
    size_t kept;

    *p = (struct sched_places){.platforms = platforms};
    p->for_talk = at_least_one(total / (TALK_PART * platforms));
    /* Half of the rest is shared, so that a platform that works alone is not held to a third. */
    p->own = at_least_one((total - total / TALK_PART) / (2 * platforms));
    kept = platforms * (p->own + p->for_talk);
    p->shared = total > kept ? total - kept : 0;
}

/* What stands on the platform's own places and beyond: replies that found theirs taken, too. */
static size_t weight(const struct sched_places *p, size_t i)
{
    return p->sends[i] + (p->talks[i] > p->for_talk ? p->talks[i] - p->for_talk : 0);
}

static size_t shared_used(const struct sched_places *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->platforms; i++)
        n += weight(p, i) > p->own ? weight(p, i) - p->own : 0;
    return n;
}

bool sched_places_free(const struct sched_places *p, size_t platform, bool talk)
{
    if (talk && p->talks[platform] < p->for_talk)
        return true;
    return weight(p, platform) < p->own || shared_used(p) < p->shared;
}

void sched_places_take(struct sched_places *p, size_t platform, bool talk)
{
    size_t *used = talk ? p->talks : p->sends;

    used[platform]++;
}

void sched_places_give(struct sched_places *p, size_t platform, bool talk)
{
    size_t *used = talk ? p->talks : p->sends;

    used[platform]--;
}
