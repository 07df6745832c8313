/* SPDX-License-Identifier: Apache-2.0 */
/* Staff's caps: recipients a minute for a broadcast, and for all broadcasts of an account. They
 * slow down what the platform's pace would let through, and never anything else: replies go on. */
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "scheduler/engine_impl.h"

enum { MINUTE_US = 60 * 1000000, SLACK_US = 100 * 1000 };

static void set_cap(struct rate_cap *c, int64_t per_minute)
{
    if (c->per_minute == per_minute)
        return;
    c->per_minute = per_minute;
    c->free_us = 0; /* a debt at the old rate is no debt at the new one */
}

void rate_take(struct sched_engine *e, const struct msg_rate *rates, size_t n)
{
    for (struct account *a = e->accounts; a; a = a->next)
        set_cap(&a->cap, msg_rate_find(rates, n, -1, a->data.id));
    for (struct run *r = e->runs; r; r = r->next) {
        int64_t cap = msg_rate_find(rates, n, r->data.message_id, r->data.account_id);

        if (cap != r->cap.per_minute)
            LOA_LOG(LOA_LOG_INFO, "rate of a run", F("run", r->data.id), F("per_minute", cap));
        set_cap(&r->cap, cap);
    }
}

static int64_t wait_of(const struct rate_cap *c, int64_t now_us)
{
    return c->per_minute && c->free_us > now_us ? c->free_us - now_us : 0;
}

int64_t rate_wait(const struct run *r, int64_t now_us)
{
    int64_t run = wait_of(&r->cap, now_us), account = wait_of(&r->account->cap, now_us);

    return run > account ? run : account;
}

/* Timers are coarse: what a tick came too late for is made up for, a tenth of a second's worth. */
static void charge(struct rate_cap *c, size_t recipients, int64_t now_us)
{
    if (!c->per_minute)
        return;
    if (c->free_us < now_us - SLACK_US)
        c->free_us = now_us - SLACK_US;
    c->free_us += (int64_t)recipients * MINUTE_US / c->per_minute;
}

void rate_charge(struct run *r, size_t recipients, int64_t now_us)
{
    charge(&r->cap, recipients, now_us);
    charge(&r->account->cap, recipients, now_us);
}

size_t rate_batch(const struct run *r, size_t max)
{
    int64_t run = r->cap.per_minute, account = r->account->cap.per_minute;
    int64_t cap = !run || (account && account < run) ? account : run;

    return cap && (size_t)cap < max ? (size_t)cap : max;
}
