/* SPDX-License-Identifier: Apache-2.0 */
/* Takes the next window of contacts for a run out of the store. */
#include <stdlib.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "scheduler/run_parts.h"

void run_add_window(struct run *r, struct window *w)
{
    struct window **tail = &r->windows;

    w->left = w->targets.n;
    for (size_t i = 0; i < w->targets.n; i++) {
        int64_t id = w->targets.items[i].contact_id;

        w->first_id = !w->first_id || id < w->first_id ? id : w->first_id;
        w->last_id = id > w->last_id ? id : w->last_id;
    }
    while (*tail)
        tail = &(*tail)->next;
    *tail = w;
}

void run_skipped_first(struct msg_targets *t)
{
    for (size_t i = 0, to = 0; i < t->n; i++) {
        if (t->items[i].skip) {
            struct msg_target swap = t->items[to];

            t->items[to++] = t->items[i];
            t->items[i] = swap;
        }
    }
}

struct claim_job {
    struct run *run;
    int64_t after, now;
    size_t max;
    struct msg_targets targets;
};

static enum loa_err claim_work(struct db *db, void *arg)
{
    struct claim_job *j = arg;
    const struct msg_run *r = &j->run->data; /* its audience and ids never change */

    return msg_run_claim(db, r->id, r->account_id, &r->audience, j->after, j->max, j->now,
                         &j->targets);
}

static void take_window(struct run *r, struct msg_targets *targets)
{
    struct window *w;

    r->moves++;
    if (!targets->last_id) {
        r->at_end = true;
        return;
    }
    r->data.cursor_id = targets->last_id;
    if (!targets->n) /* none of them is in the audience */
        return;
    w = loa_xcalloc(1, sizeof(*w));
    w->targets = *targets;
    w->listed = true;
    run_skipped_first(&w->targets);
    run_add_window(r, w);
}

static void claim_done(void *arg, enum loa_err result)
{
    struct claim_job *j = arg;
    struct run *r = j->run;
    struct sched_engine *e = r->engine;

    r->claiming = false;
    if (result) {
        LOA_LOG(LOA_LOG_ERROR, "window not claimed", F("run", r->data.id),
                F("why", store_why(e->store, result)));
        msg_targets_release(&j->targets);
    } else {
        take_window(r, &j->targets);
    }
    free(j);
    engine_job_done(e);
    if (!result)
        dispatch_account(r->account);
    else
        dispatch_later(e, 500 * 1000);
}

void run_claim(struct run *r, size_t max)
{
    struct claim_job *j = loa_xcalloc(1, sizeof(*j));

    *j = (struct claim_job){
        .run = r, .after = r->data.cursor_id, .max = max, .now = loa_clock_wall()};
    r->claiming = true;
    engine_write_for(r->account, claim_work, claim_done, j);
}
