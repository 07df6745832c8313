/* SPDX-License-Identifier: Apache-2.0 */
/* What should have gone out and did not, found within a minute though nothing else noticed: windows
 * and replies that nobody works on, messages and runs that stand where they should not, runs at work that do not go on. What may
 * have been sent is put in doubt, where staff see it; the rest goes on. Counted, and logged. */
#include <stdlib.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/inbound.h"
#include "messages/lease.h"
#include "messages/opt_out.h"
#include "messages/stray.h"
#include "scheduler/engine_impl.h"

enum {
    EVERY_MS = 15 * 1000,
    WINDOW_AGE_MS = 20 * 1000,
    REPLY_AGE_MS = 40 * 1000, /* longer than any request takes */
    OPT_OUT_DAYS = 2,
};

static void note(struct sched_engine *e, enum sched_reconciled kind, int64_t n, int64_t id)
{
    static const char *const names[] = {"window", "reply", "message", "run", "stall"};

    if (n <= 0)
        return;
    e->reconciled[kind] += (uint64_t)n;
    LOA_LOG(LOA_LOG_WARN, "reconciled", F("kind", names[kind]), F("count", n), F("id", id));
}

/* ---- one that nobody works on ----------------------------------------------------------- */

struct mend_job {
    struct sched_engine *engine;
    struct msg_stray stray;
    enum sched_reconciled kind;
    int64_t now, changed;
};

static enum loa_err mend_work(struct db *db, void *arg)
{
    struct mend_job *j = arg;

    if (j->kind == SCHED_RECONCILED_REPLY)
        return msg_stray_reply(db, j->stray.id, j->now, &j->changed);
    return msg_run_recover_window(db, j->stray.id, j->stray.first_id, j->now, &j->changed);
}

static void mend_done(void *arg, enum loa_err result)
{
    struct mend_job *j = arg;

    if (!result)
        note(j->engine, j->kind, j->changed, j->stray.id);
    engine_job_done(j->engine);
    free(j);
}

static void mend(struct account *a, enum sched_reconciled kind, const struct msg_stray *s)
{
    struct mend_job *j = loa_xcalloc(1, sizeof(*j));

    *j = (struct mend_job){.engine = a->engine, .stray = *s, .kind = kind, .now = loa_clock_wall()};
    engine_write_for(a, mend_work, mend_done, j);
}

static bool has_window(const struct sched_engine *e, const struct msg_stray *s)
{
    for (const struct run *r = e->runs; r; r = r->next) {
        if (r->data.id != s->id || r->lost)
            continue;
        if (r->claiming || r->flushing || r->batch.n_windows)
            return true; /* or may have; the next round tells */
        if (s->first_id > r->data.cursor_id)
            return true; /* its claim seemed to fail and is taken up again */
        for (const struct window *w = r->windows; w; w = w->next) {
            if (w->listed && w->targets.first_id == s->first_id)
                return true;
        }
    }
    return false;
}

/* ---- the round -------------------------------------------------------------------------- */

struct round_job {
    struct sched_engine *engine;
    int64_t now, session, in_doubt;
    struct msg_strays windows, replies;
};

static enum loa_err round_work(struct db *db, void *arg)
{
    struct round_job *j = arg;
    enum loa_err err = msg_stray_windows(db, j->session, j->now - WINDOW_AGE_MS, &j->windows);

    if (!err)
        err = msg_stray_replies(db, j->session, j->now - REPLY_AGE_MS, &j->replies);
    if (!err)
        err = db_get_int(db, &j->in_doubt, "SELECT COUNT(*) FROM doubts", "");
    return err;
}

static struct account *worked(struct sched_engine *e, int64_t id)
{
    struct account *a = engine_account(e, id);

    return a && account_is_ours(a) && !a->taking ? a : NULL;
}

static void round_done(void *arg, enum loa_err result)
{
    struct round_job *j = arg;
    struct sched_engine *e = j->engine;

    e->reconciling = false;
    if (!result)
        e->in_doubt = j->in_doubt;
    for (size_t i = 0; !result && !e->stopping && i < j->windows.n; i++) {
        struct account *a = worked(e, j->windows.items[i].account);

        if (a && !has_window(e, &j->windows.items[i]))
            mend(a, SCHED_RECONCILED_WINDOW, &j->windows.items[i]);
    }
    for (size_t i = 0; !result && !e->stopping && i < j->replies.n; i++) {
        struct account *a = worked(e, j->replies.items[i].account);

        if (a && !a->jobs && !reply_is_here(a, j->replies.items[i].id))
            mend(a, SCHED_RECONCILED_REPLY, &j->replies.items[i]);
    }
    free(j->windows.items);
    free(j->replies.items);
    free(j);
    engine_job_done(e);
}

/* ---- the planner's ---------------------------------------------------------------------- */

struct plan_job {
    struct sched_engine *engine;
    int64_t now, fence;
    int64_t messages, over, runs;
};

static enum loa_err plan_work(struct db *db, void *arg)
{
    struct plan_job *j = arg;
    enum loa_err err = msg_lease_check(db, MSG_LEASE_PLANNER, j->fence);

    if (!err)
        err = msg_stray_messages(db, j->now, &j->messages, &j->over);
    if (!err && j->over)
        err = planner_close(db, j->now);
    if (!err)
        err = msg_stray_runs(db, j->now, &j->runs);
    return err ? err : msg_opt_outs_forget(db, j->now - (int64_t)OPT_OUT_DAYS * LOA_DAY_MS);
}

static void plan_done(void *arg, enum loa_err result)
{
    struct plan_job *j = arg;
    struct sched_engine *e = j->engine;

    if (!result) {
        note(e, SCHED_RECONCILED_MESSAGE, j->messages + j->over, 0);
        note(e, SCHED_RECONCILED_RUN, j->runs, 0);
    }
    free(j);
    engine_job_done(e);
}

void reconcile_tick(struct sched_engine *e)
{
    struct round_job *j;

    if (!e->started || e->reconciling || loa_clock_mono() < e->reconcile_at_mono)
        return;
    e->reconcile_at_mono = loa_clock_mono() + EVERY_MS;
    e->reconciling = true;
    note(e, SCHED_RECONCILED_STALL, (int64_t)run_stall_look(e), 0);
    j = loa_xcalloc(1, sizeof(*j));
    *j = (struct round_job){.engine = e, .now = loa_clock_wall(), .session = e->session};
    engine_read(e, round_work, round_done, j);
    if (lease_is_valid(&e->planner)) {
        struct plan_job *p = loa_xcalloc(1, sizeof(*p));

        *p = (struct plan_job){.engine = e, .now = loa_clock_wall(), .fence = e->planner.fence};
        engine_write(e, plan_work, plan_done, p);
    }
}

uint64_t sched_engine_reconciled(const struct sched_engine *e, enum sched_reconciled kind)
{
    return e->reconciled[kind];
}

int64_t sched_engine_in_doubt(const struct sched_engine *e)
{
    return e->in_doubt;
}
