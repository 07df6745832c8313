/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/late.h"

#include <stddef.h>
#include <string.h>

static const char *const rule_names[] = {
    [SCHED_LATE_SEND] = "send",
    [SCHED_LATE_SKIP] = "skip",
    [SCHED_LATE_ASK] = "ask",
};

int64_t sched_late_grace(const struct sched_late *late)
{
    return late->grace_ms > 0 ? late->grace_ms : SCHED_GRACE_MS;
}

enum sched_verdict sched_late_decide(const struct sched_late *late, int64_t due_ms,
                                     int64_t expires_ms, int64_t now_ms)
{
    int64_t late_ms = now_ms - due_ms, grace = sched_late_grace(late);

    if (late_ms < 0)
        return SCHED_WAIT;
    if (expires_ms && now_ms >= expires_ms)
        return SCHED_EXPIRED;
    if (late_ms <= SCHED_ON_TIME_MS)
        return SCHED_SEND;
    switch (late->rule) {
    case SCHED_LATE_SEND:
        return late_ms <= grace ? SCHED_SEND : SCHED_MISSED;
    case SCHED_LATE_SKIP:
        return SCHED_MISSED;
    case SCHED_LATE_ASK:
        return late_ms <= grace || late_ms <= SCHED_ASK_MS ? SCHED_ASK : SCHED_MISSED;
    }
    return SCHED_MISSED;
}

bool sched_late_parse(const char *text, enum sched_late_rule *out)
{
    for (size_t i = 0; text && i < sizeof(rule_names) / sizeof(rule_names[0]); i++)
        if (strcmp(text, rule_names[i]) == 0) {
            *out = (enum sched_late_rule)i;
            return true;
        }
    return false;
}

const char *sched_late_name(enum sched_late_rule rule)
{
    return rule_names[rule];
}

const char *sched_verdict_name(enum sched_verdict verdict)
{
    switch (verdict) {
    case SCHED_WAIT:
        return "wait";
    case SCHED_SEND:
        return "send";
    case SCHED_ASK:
        return "ask";
    case SCHED_MISSED:
        return "missed";
    case SCHED_EXPIRED:
        return "expired";
    }
    return "unknown";
}
