/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a run, or what keeps it from being one: what waited for later and what stayed in doubt
 * long enough is taken out of the store again; when nothing is left the run is over. */
#include <stdlib.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "scheduler/run_parts.h"

enum { UNSETTLED_MAX = 300 };

struct finish_job {
    struct run *run;
    bool cancelled, can_echo;
    int64_t now, doubt_wait_ms;
    char *error;
    struct msg_targets targets; /* out: work that came due */
    bool doubtful;              /* out: it may have been sent already */
    int64_t check_at_ms;        /* out: look again then; 0: the run is over */
};

static enum loa_err drop_waiting(struct db *db, int64_t run_id)
{
    enum loa_err err = db_run(db,
                              "UPDATE runs SET skipped = skipped + (SELECT COUNT(*) FROM "
                              "deliveries WHERE run_id = $1 AND state IN (4, 7) AND state = 7) "
                              "WHERE id = $1",
                              "i", run_id);

    if (err)
        return err;
    return db_run(db,
                  "UPDATE deliveries SET state = 3, code = $1 WHERE run_id = $2 AND "
                  "state IN (4, 7) AND state = 7",
                  "ii", (int64_t)MSG_SKIP_CANCELLED, run_id);
}

/* When the earliest row of a state was noted (or is due); LOA_ENOENT: there is none. */
static enum loa_err earliest(struct db *db, int64_t run_id, enum msg_delivery_state state,
                             int64_t *at_ms)
{
    int64_t n = 0;
    enum loa_err err = msg_run_count(db, run_id, state, &n);

    if (err || !n)
        return err ? err : LOA_ENOENT;
    return db_get_int(db, at_ms,
                      "SELECT MIN(at_ms) FROM deliveries WHERE run_id = $1 AND state IN (4, 7) AND "
                      "state = $2",
                      "ii", run_id, (int64_t)state);
}

/* Of what is in doubt since before a time, what may be sent again? All if the message says so;
 * otherwise what was noted before the last echo, if the platform tells of every message: it has
 * told of others since, so silence means that this one never went. Lowers *before. */
static enum loa_err may_resend(struct db *db, const struct finish_job *j, int64_t *before)
{
    int64_t last_echo = 0;
    enum loa_err err = db_get_int(db, &last_echo, "SELECT last_echo_ms FROM accounts WHERE id = $1",
                                  "i", j->run->data.account_id);

    if (!j->run->resend_doubtful && (!j->can_echo || last_echo <= *before))
        *before = j->can_echo ? last_echo - 1 : 0;
    return err;
}

static enum loa_err look_at_waiting(struct db *db, struct finish_job *j)
{
    int64_t at;
    enum loa_err err = earliest(db, j->run->data.id, MSG_DELIVERY_LATER, &at);

    if (err)
        return err == LOA_ENOENT ? LOA_OK : err;
    if (at > j->now) {
        j->check_at_ms = at;
        return LOA_OK;
    }
    err = msg_run_take(db, &j->run->data, MSG_DELIVERY_LATER, j->now, UNSETTLED_MAX, j->now,
                       &j->targets);
    j->check_at_ms = j->targets.n ? j->now : 0;
    return err;
}

/* The run is not over while an echo may still be on its way. */
static enum loa_err look_at_newest_doubt(struct db *db, struct finish_job *j, int64_t ripe)
{
    int64_t newest = 0;
    enum loa_err err = db_get_int(db, &newest,
                                  "SELECT MAX(at_ms) FROM deliveries WHERE run_id = $1 AND "
                                  "state IN (4, 7) AND state = 4",
                                  "i", j->run->data.id);

    if (!err && newest > ripe)
        j->check_at_ms = newest + j->doubt_wait_ms;
    return err;
}

static enum loa_err look_at_doubts(struct db *db, struct finish_job *j)
{
    int64_t at, ripe = j->now - j->doubt_wait_ms, before = ripe;
    enum loa_err err = earliest(db, j->run->data.id, MSG_DELIVERY_DOUBT, &at);

    if (err)
        return err == LOA_ENOENT ? LOA_OK : err;
    if (at > ripe) {
        j->check_at_ms = at + j->doubt_wait_ms;
        return LOA_OK;
    }
    err = may_resend(db, j, &before);
    if (!err && (at > before || j->now >= j->run->data.deadline_ms))
        return look_at_newest_doubt(db, j, ripe); /* staff see it; a late echo still settles it */
    if (err)
        return err;
    err = msg_run_take(db, &j->run->data, MSG_DELIVERY_DOUBT, before, UNSETTLED_MAX, j->now,
                       &j->targets);
    if (!err && !j->targets.n) /* settled meanwhile, or a post, which nobody sends again */
        return look_at_newest_doubt(db, j, ripe);
    j->doubtful = true;
    j->check_at_ms = j->now;
    return err;
}

static enum loa_err finish_work(struct db *db, void *arg)
{
    struct finish_job *j = arg;
    int64_t id = j->run->data.id;
    enum loa_err err = LOA_OK;

    if (j->cancelled)
        err = drop_waiting(db, id);
    else
        err = look_at_waiting(db, j);
    if (!err && !j->cancelled && !j->check_at_ms)
        err = look_at_doubts(db, j);
    if (!err && !j->check_at_ms)
        err = msg_run_state_set(db, id, j->cancelled ? MSG_RUN_CANCELLED : MSG_RUN_DONE, j->error,
                                j->now);
    if (!err && !j->check_at_ms)
        err = planner_close(db, j->now);
    return err;
}

static void run_over(struct run *r)
{
    struct run **at = &r->engine->runs;

    while (*at != r)
        at = &(*at)->next;
    *at = r->next;
    engine_run_ended(r->engine, r->data.id);
    LOA_LOG(LOA_LOG_INFO, "run is over", F("run", r->data.id), F("message", r->data.message_id),
            F("account", r->account ? r->account->data.name : NULL), F("cancelled", r->cancelled));
    broadcast_free(r);
}

/* A post that was put out by hand is over in the store, and this engine did not do it. */
void run_let_go(struct sched_engine *e)
{
    for (struct run *r = e->runs, *next; r; r = next) {
        bool gone = !r->seen && !r->windows && !r->retries && broadcast_idle(r);

        next = r->next;
        r->seen = false;
        if (gone)
            run_over(r);
    }
}

static void finish_done(void *arg, enum loa_err result)
{
    struct finish_job *j = arg;
    struct run *r = j->run;
    struct sched_engine *e = r->engine;

    r->finishing = false;
    r->check_at_ms = result ? loa_clock_wall() + 1000 : j->check_at_ms;
    if (!result && j->targets.n) {
        struct window *w = loa_xcalloc(1, sizeof(*w));

        w->targets = j->targets;
        w->replaces = true;
        w->doubtful = j->doubtful;
        run_skipped_first(&w->targets);
        run_add_window(r, w);
        r->check_at_ms = 0;
    } else if (result) {
        msg_targets_release(&j->targets);
        LOA_LOG(LOA_LOG_ERROR, "run not closed", F("run", r->data.id),
                F("why", loa_strerror(result)));
    } else if (!j->check_at_ms) {
        run_over(r);
    }
    free(j->error);
    free(j);
    engine_job_done(e);
    if (!result) /* else the next tick is soon enough */
        sched_engine_wake(e);
}

void run_finish_if_over(struct run *r)
{
    struct finish_job *j;

    run_sweep(r);
    if (!(r->at_end || r->cancelled) || r->windows || r->retries || !broadcast_idle(r) ||
        r->check_at_ms > loa_clock_wall())
        return;
    j = loa_xcalloc(1, sizeof(*j));
    *j = (struct finish_job){.run = r,
                             .cancelled = r->cancelled,
                             .can_echo = r->account->channel->ops->caps & CHANNEL_CAP_ECHO,
                             .now = loa_clock_wall(),
                             .doubt_wait_ms = r->engine->opt.doubt_wait_ms,
                             .error = loa_xstrdup(r->data.error)};
    r->finishing = true;
    engine_write_for(r->account, finish_work, finish_done, j);
}
