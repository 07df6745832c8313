/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a run, or what keeps it from being one: what waited for later and what stayed in doubt
 * long enough is taken out of the store again; when nothing is left the run is over. */
#include <stdlib.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/lease.h"
#include "scheduler/run_parts.h"

enum { UNSETTLED_MAX = 300 };

struct finish_job {
    struct run *run;
    bool asked; /* just what staff want sent again; the run goes on */
    bool cancelled, can_echo;
    int64_t now, doubt_wait_ms;
    int64_t deaf_ms; /* then webhooks were still sent away, or nobody was there to take them */
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

/* When the first one that waits is due; LOA_ENOENT: there is none. */
static enum loa_err earliest(struct db *db, int64_t run_id, int64_t *at_ms)
{
    int64_t n = 0;
    enum loa_err err = msg_run_count(db, run_id, MSG_DELIVERY_LATER, &n);

    if (err || !n)
        return err ? err : LOA_ENOENT;
    return db_get_int(db, at_ms,
                      "SELECT MIN(at_ms) FROM deliveries WHERE run_id = $1 AND state IN (4, 7) AND "
                      "state = 7",
                      "i", run_id);
}

static enum loa_err look_at_waiting(struct db *db, struct finish_job *j)
{
    int64_t at = 0;
    /* What is due comes first: all that wait are looked through only when nothing is. */
    enum loa_err err = msg_run_take_later(db, &j->run->data, UNSETTLED_MAX, j->now, &j->targets);

    if (!err && j->targets.n) {
        j->check_at_ms = j->now;
        return LOA_OK;
    }
    if (!err)
        err = earliest(db, j->run->data.id, &at);
    if (!err && at > j->now) /* else whom it waited for is gone */
        j->check_at_ms = at;
    return err == LOA_ENOENT ? LOA_OK : err;
}

/* When all that was sent away has come again, or at least as much time has passed. */
static int64_t hears_from(const struct finish_job *j)
{
    return j->can_echo ? j->deaf_ms + j->doubt_wait_ms : 0;
}

/* Silence since a doubt is proof that its request was lost where the platform tells of every
 * message and has told of others since; not while what met a closed door may come again. */
static enum loa_err rules_of(struct db *db, const struct finish_job *j, struct msg_doubt_rules *out)
{
    *out = (struct msg_doubt_rules){
        .now = j->now, .wait_ms = j->doubt_wait_ms, .resend = j->run->resend_doubtful};
    if (!j->can_echo || j->now < hears_from(j))
        return LOA_OK;
    return db_get_int(db, &out->last_echo_ms, "SELECT last_echo_ms FROM accounts WHERE id = $1",
                      "i", j->run->data.account_id);
}

static enum loa_err take_doubts(struct db *db, struct finish_job *j)
{
    struct msg_doubt_rules rules;
    enum loa_err err = rules_of(db, j, &rules);

    if (!err)
        err = msg_doubt_take(db, &j->run->data, &rules, UNSETTLED_MAX, &j->targets);
    j->doubtful = j->targets.n > 0;
    return err;
}

/* What came meanwhile, and whether all there is can have come: other nodes may have been deaf. */
static enum loa_err hear(struct db *db, struct finish_job *j)
{
    int64_t deaf = 0;
    enum loa_err err = msg_lease_deaf(db, &deaf);

    j->deaf_ms = deaf > j->deaf_ms ? deaf : j->deaf_ms;
    return err ? err : msg_doubt_hear(db, &j->run->data, j->now);
}

static enum loa_err wait_to_hear(struct db *db, const struct finish_job *j, int64_t *next_ms)
{
    int64_t n = 0;
    enum loa_err err = db_get_int(db, &n,
                                  "SELECT COUNT(*) FROM doubts WHERE kind = 1 AND item = $1 AND "
                                  "sending = 0",
                                  "i", j->run->data.id);

    if (!err && n)
        *next_ms = hears_from(j);
    return err;
}

/* The run is not over while an echo may still be on its way; what stays in doubt then is for staff
 * to see, and a late echo still settles it. */
static enum loa_err look_at_doubts(struct db *db, struct finish_job *j)
{
    int64_t next = 0;
    enum loa_err err = hear(db, j);

    if (!err)
        err = take_doubts(db, j);
    if (!err && j->targets.n)
        j->check_at_ms = j->now;
    if (err || j->targets.n)
        return err;
    err = msg_doubt_ripe(db, j->run->data.id, j->doubt_wait_ms, j->now, &next);
    if (!err && next < hears_from(j) && j->now < hears_from(j))
        err = wait_to_hear(db, j, &next);
    /* After long silence of ours it may take long; nothing is sent after the deadline anyway. */
    if (!err && next)
        j->check_at_ms = next < j->run->data.deadline_ms ? next : j->run->data.deadline_ms;
    if (!err && j->check_at_ms <= j->now)
        j->check_at_ms = 0;
    return err;
}

/* Staff want its post made again: the next look into the store takes that up. */
static enum loa_err look_at_post(struct db *db, struct finish_job *j)
{
    int64_t again = 0;
    enum loa_err err =
        db_get_int(db, &again, "SELECT post_again FROM runs WHERE id = $1", "i", j->run->data.id);

    if (!err && again && j->now < j->run->data.deadline_ms)
        j->check_at_ms = j->now + LOA_SECOND_MS;
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
    if (!err && !j->cancelled && !j->check_at_ms)
        err = look_at_post(db, j);
    if (!err && !j->check_at_ms)
        err = msg_run_state_set(db, id, j->cancelled ? MSG_RUN_CANCELLED : MSG_RUN_DONE, j->error,
                                j->now);
    if (!err && !j->check_at_ms)
        err = planner_close(db, j->now);
    return err;
}

/* Staff want some sent again, and do not wait for the end of the run. */
static enum loa_err asked_work(struct db *db, void *arg)
{
    struct finish_job *j = arg;
    enum loa_err err = hear(db, j);

    return err ? err : take_doubts(db, j);
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

/* What was taken is sent as a window of its own. */
static void add_taken(struct run *r, struct finish_job *j)
{
    struct window *w = loa_xcalloc(1, sizeof(*w));

    w->targets = j->targets;
    w->replaces = true;
    w->doubtful = j->doubtful;
    run_skipped_first(&w->targets);
    run_add_window(r, w);
    r->check_at_ms = 0;
}

static void finish_done(void *arg, enum loa_err result)
{
    struct finish_job *j = arg;
    struct run *r = j->run;
    struct sched_engine *e = r->engine;

    r->finishing = false;
    r->moves += !result;
    if (!j->asked)
        r->check_at_ms = result ? loa_clock_wall() + 1000 : j->check_at_ms;
    if (result) {
        msg_targets_release(&j->targets);
        LOA_LOG(LOA_LOG_ERROR, "run not closed", F("run", r->data.id),
                F("why", store_why(e->store, result)));
    } else if (j->targets.n) {
        add_taken(r, j);
    } else if (!j->asked && !j->check_at_ms) {
        run_over(r);
    }
    free(j->error);
    free(j);
    engine_job_done(e);
    if (!result) /* else the next tick is soon enough */
        sched_engine_wake(e);
}

static void submit(struct run *r, store_work_cb work, bool asked)
{
    struct finish_job *j = loa_xcalloc(1, sizeof(*j));

    *j = (struct finish_job){.run = r,
                             .asked = asked,
                             .cancelled = r->cancelled,
                             .can_echo = r->account->channel->ops->caps & CHANNEL_CAP_ECHO,
                             .now = loa_clock_wall(),
                             .doubt_wait_ms = r->engine->opt.doubt_wait_ms,
                             .deaf_ms = r->engine->deaf_ms,
                             .error = loa_xstrdup(r->data.error)};
    r->finishing = true;
    engine_write_for(r->account, work, finish_done, j);
}

void run_finish_if_over(struct run *r)
{
    run_sweep(r);
    if ((r->at_end || r->cancelled) && !r->windows && !r->retries && broadcast_idle(r) &&
        r->check_at_ms <= loa_clock_wall())
        submit(r, finish_work, false);
}

void run_take_asked(struct run *r)
{
    if (!r->asked || r->finishing || r->cancelled)
        return;
    r->asked = false; /* until the next look into the store */
    submit(r, asked_work, true);
}
