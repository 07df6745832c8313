/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/store/store.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/store/lock.h"
#include "messages/store/mark.h"

/* How long a worker sleeps at most, with its connection and without. */
static const uint64_t LOOK_NS = UINT64_C(500000000), LOST_LOOK_NS = UINT64_C(20000000);

struct job {
    struct job *next;
    store_work_cb work;
    store_done_cb done;
    void *arg;
    enum loa_err result;
    char *why; /* the database's words, when it failed */
};

struct queue {
    struct job *head, **tail;
};

/* A thread with its connection, its queue in and the shared queue out. */
struct worker {
    struct store *store;
    struct db *db;
    bool writes;
    uv_thread_t thread;
    uv_mutex_t lock;
    uv_cond_t wake;
    struct queue in;
    struct queue turn; /* loop thread only: submitted in this turn of the loop */
    bool stopping;
    bool alive;          /* under done_lock */
    uint64_t reconnects; /* under done_lock */
};

struct store {
    struct worker writer, reader;
    uv_mutex_t done_lock;
    struct queue done;
    uv_async_t async;
    uv_idle_t idle; /* active while jobs are to be handed over: the loop does not sleep on them */
    unsigned handles;
    int lock_fd;
    size_t backlog;           /* loop thread only */
    const char *why;          /* of the job that is being completed; loop thread only */
    struct store_stats stats; /* under done_lock */
    int64_t slowest_us;       /* under done_lock */
    void (*closed)(void *ctx);
    void *closed_ctx;
};

static void queue_init(struct queue *q)
{
    q->head = NULL;
    q->tail = &q->head;
}

static void queue_push(struct queue *q, struct job *j)
{
    j->next = NULL;
    *q->tail = j;
    q->tail = &j->next;
}

/* Puts all of `from` behind what is in `q`. */
static void queue_append(struct queue *q, struct queue *from)
{
    *q->tail = from->head;
    q->tail = from->tail;
    queue_init(from);
}

static struct job *queue_take(struct queue *q)
{
    struct job *all = q->head;

    queue_init(q);
    return all;
}

/* As long as they are fresh. LOA_EIO and LOA_EINVAL are the database's; others are what the job
 * itself found. */
static void keep_words(struct worker *w, struct job *j, enum loa_err err)
{
    const char *words = db_message(w->db);

    if ((err == LOA_EIO || err == LOA_EINVAL) && !j->why && *words &&
        strcmp(words, "not an error") != 0) /* SQLite's, when the job failed for its own reasons */
        j->why = loa_xstrdup(words);
}

/* One job inside the open transaction; its failure is undone alone. *dead: the transaction is gone
 * (a full disk can make the database roll all of it back), and what follows must not run. */
static enum loa_err run_job(struct worker *w, struct job *j, bool alone, bool *dead)
{
    enum loa_err err;

    if (alone)
        return j->work(w->db, j->arg);
    err = db_savepoint(w->db);
    if (err) {
        *dead = true;
        return err;
    }
    err = j->work(w->db, j->arg);
    if (!err)
        err = db_settle(w->db); /* a failure that is still under way is this job's */
    keep_words(w, j, err);
    if (err)
        db_rollback_to(w->db);
    if (db_release(w->db) != LOA_OK) {
        *dead = true;
        err = err ? err : LOA_EIO;
    }
    return err;
}

static void fail_all(struct worker *w, struct job *jobs)
{
    for (struct job *j = jobs; j; j = j->next) {
        if (!j->result)
            j->result = LOA_EIO;
        keep_words(w, j, j->result);
    }
}

static void run_transaction(struct worker *w, struct job *jobs)
{
    int64_t before = loa_clock_mono_us(), took;
    bool alone = !jobs->next, dead = false;
    uint64_t n = 0;
    enum loa_err err = db_begin(w->db);

    for (struct job *j = jobs; j; j = j->next, n++) {
        j->result = err ? err : run_job(w, j, alone, &dead);
        keep_words(w, j, j->result);
        err = dead ? LOA_EIO : err;
    }
    if (!err && alone && jobs->result)
        db_rollback(w->db);
    else if (!err)
        err = db_commit(w->db);
    if (err) {
        LOA_LOG(LOA_LOG_ERROR, "store commit failed", F("why", db_message(w->db)));
        fail_all(w, jobs);
        db_rollback(w->db);
    }
    took = loa_clock_mono_us() - before;
    uv_mutex_lock(&w->store->done_lock);
    w->store->stats.commits++;
    w->store->stats.jobs += n;
    w->store->stats.failures += err != LOA_OK;
    w->store->stats.last_commit_us = took;
    if (took > w->store->slowest_us)
        w->store->slowest_us = took;
    uv_mutex_unlock(&w->store->done_lock);
}

/* An answer now is better than one later: the platforms send again, and what waits is memory. */
static void fail_at_once(struct job *jobs)
{
    for (struct job *j = jobs; j; j = j->next) {
        j->result = LOA_EIO;
        j->why = loa_xstrdup("the connection to the database is lost");
    }
}

static void run_reads(struct worker *w, struct job *jobs)
{
    for (struct job *j = jobs; j; j = j->next) {
        j->result = j->work(w->db, j->arg);
        keep_words(w, j, j->result);
    }
}

static void post_done(struct store *s, struct job *jobs)
{
    uv_mutex_lock(&s->done_lock);
    while (jobs) {
        struct job *next = jobs->next;

        queue_push(&s->done, jobs);
        jobs = next;
    }
    uv_mutex_unlock(&s->done_lock);
    uv_async_send(&s->async);
}

/* Notices an end of the connection while nothing is asked, and carries the reconnecting on. */
static bool look_at_connection(struct worker *w)
{
    bool alive = db_alive(w->db);

    uv_mutex_lock(&w->store->done_lock);
    w->alive = alive;
    w->reconnects = db_reconnects(w->db);
    uv_mutex_unlock(&w->store->done_lock);
    return alive;
}

static void worker_main(void *arg)
{
    struct worker *w = arg;
    bool alive = true;

    for (;;) {
        struct job *jobs;

        uv_mutex_lock(&w->lock);
        if (!w->in.head && !w->stopping)
            (void)uv_cond_timedwait(&w->wake, &w->lock, alive ? LOOK_NS : LOST_LOOK_NS);
        jobs = queue_take(&w->in);
        uv_mutex_unlock(&w->lock);
        alive = look_at_connection(w);
        if (!jobs && w->stopping)
            break;
        if (!alive)
            fail_at_once(jobs);
        else if (w->writes && jobs)
            run_transaction(w, jobs);
        else
            run_reads(w, jobs);
        if (jobs)
            post_done(w->store, jobs);
    }
}

static void on_async(uv_async_t *async)
{
    struct store *s = async->data;
    struct job *jobs;

    uv_mutex_lock(&s->done_lock);
    jobs = queue_take(&s->done);
    uv_mutex_unlock(&s->done_lock);
    while (jobs) {
        struct job *next = jobs->next;

        if (jobs->work)
            s->backlog--;
        s->why = jobs->why;
        if (jobs->done)
            jobs->done(jobs->arg, jobs->result);
        s->why = NULL;
        free(jobs->why);
        free(jobs);
        jobs = next;
    }
}

/* ---- handing over ---------------------------------------------------------------------- */

static void hand_over(struct worker *w)
{
    if (!w->turn.head)
        return;
    uv_mutex_lock(&w->lock);
    queue_append(&w->in, &w->turn);
    uv_cond_signal(&w->wake);
    uv_mutex_unlock(&w->lock);
}

/* Once a turn, so that what one turn submits is one commit and one wake-up: a worker that starts
 * on the first job would commit it alone. */
static void on_idle(uv_idle_t *idle)
{
    struct store *s = idle->data;

    uv_idle_stop(idle);
    hand_over(&s->writer);
    hand_over(&s->reader);
}

static enum loa_err worker_start(struct worker *w, struct store *s, struct db *db, bool writes)
{
    w->store = s;
    w->db = db;
    w->writes = writes;
    w->alive = true;
    queue_init(&w->in);
    queue_init(&w->turn);
    uv_mutex_init(&w->lock);
    uv_cond_init(&w->wake);
    return uv_thread_create(&w->thread, worker_main, w) == 0 ? LOA_OK : LOA_EIO;
}

static void worker_stop(struct worker *w)
{
    uv_mutex_lock(&w->lock);
    w->stopping = true;
    uv_cond_signal(&w->wake);
    uv_mutex_unlock(&w->lock);
    uv_thread_join(&w->thread);
    uv_mutex_destroy(&w->lock);
    uv_cond_destroy(&w->wake);
    db_close(w->db);
}

enum loa_err store_open(uv_loop_t *loop, const char *url, struct store **out,
                        struct loa_problem *why)
{
    struct store *s = loa_xcalloc(1, sizeof(*s));
    struct db *rw = NULL, *ro = NULL;
    enum loa_err err = store_lock(url, &s->lock_fd, why);

    if (!err)
        err = db_open(url, DB_CREATE | DB_PROMPT, &rw, why);
    if (!err)
        err = store_refuse_backup(rw, why);
    if (!err)
        err = db_migrate(rw, NULL, why);
    if (!err)
        err = db_open(url, DB_READONLY, &ro, why);
    if (err)
        goto out;
    queue_init(&s->done);
    uv_mutex_init(&s->done_lock);
    uv_async_init(loop, &s->async, on_async);
    uv_idle_init(loop, &s->idle);
    s->async.data = s->idle.data = s;
    s->handles = 2;
    /* A process that cannot start a thread at its start cannot do anything else either. */
    if (worker_start(&s->writer, s, rw, true) || worker_start(&s->reader, s, ro, false))
        abort();
    *out = s;
    return LOA_OK;
out:
    db_close(rw);
    db_close(ro);
    store_unlock(s->lock_fd);
    free(s);
    return err;
}

static void on_closed(uv_handle_t *handle)
{
    struct store *s = handle->data;
    void (*closed)(void *ctx) = s->closed;
    void *ctx = s->closed_ctx;

    if (--s->handles)
        return;
    uv_mutex_destroy(&s->done_lock);
    store_unlock(s->lock_fd);
    free(s);
    if (closed)
        closed(ctx);
}

void store_close(struct store *s, void (*closed)(void *ctx), void *ctx)
{
    s->closed = closed;
    s->closed_ctx = ctx;
    /* A completion may submit again, so run them until nothing is left. */
    while (s->backlog) {
        on_idle(&s->idle);
        on_async(&s->async);
        if (s->backlog)
            usleep(200);
    }
    worker_stop(&s->writer);
    worker_stop(&s->reader);
    uv_close((uv_handle_t *)&s->async, on_closed);
    uv_close((uv_handle_t *)&s->idle, on_closed);
}

static void submit(struct store *s, struct worker *w, store_work_cb work, store_done_cb done,
                   void *arg)
{
    struct job *j = loa_xmalloc(sizeof(*j));

    *j = (struct job){.work = work, .done = done, .arg = arg};
    s->backlog++;
    queue_push(&w->turn, j);
    if (!uv_is_active((uv_handle_t *)&s->idle))
        uv_idle_start(&s->idle, on_idle);
}

void store_write(struct store *s, store_work_cb work, store_done_cb done, void *arg)
{
    submit(s, &s->writer, work, done, arg);
}

void store_read(struct store *s, store_work_cb work, store_done_cb done, void *arg)
{
    submit(s, &s->reader, work, done, arg);
}

size_t store_backlog(const struct store *s)
{
    return s->backlog;
}

const char *store_why(const struct store *s, enum loa_err result)
{
    return s->why ? s->why : loa_strerror(result);
}

void store_stats(struct store *s, struct store_stats *out)
{
    uv_mutex_lock(&s->done_lock);
    *out = s->stats;
    uv_mutex_unlock(&s->done_lock);
}

int64_t store_slowest_commit_us(struct store *s)
{
    int64_t us;

    uv_mutex_lock(&s->done_lock);
    us = s->slowest_us;
    s->slowest_us = 0;
    uv_mutex_unlock(&s->done_lock);
    return us;
}

bool store_connected(struct store *s)
{
    bool both;

    uv_mutex_lock(&s->done_lock);
    both = s->writer.alive && s->reader.alive;
    uv_mutex_unlock(&s->done_lock);
    return both;
}

uint64_t store_reconnects(struct store *s)
{
    uint64_t n;

    uv_mutex_lock(&s->done_lock);
    n = s->writer.reconnects + s->reader.reconnects;
    uv_mutex_unlock(&s->done_lock);
    return n;
}
