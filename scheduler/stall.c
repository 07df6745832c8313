/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/stall.h"

bool sched_stall_look(struct sched_stall *s, bool may_move, uint64_t moves, int64_t now_ms)
{
    bool same = may_move && s->watched && s->moves == moves;

    if (same && now_ms - s->since_ms < SCHED_STALL_MS)
        return false;
    *s = (struct sched_stall){.watched = may_move, .moves = moves, .since_ms = now_ms};
    return same;
}
