/* SPDX-License-Identifier: Apache-2.0 */
/* The ends of the accounts' rights: learned from the platforms, kept in the store, told a day ahead
 * and again when they come. */
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "scheduler/engine_impl.h"

enum { LOOK_MS = 5000, HEARD_MS = LOA_HOUR_MS };

/* ---- what the platforms told ----------------------------------------------------------- */

struct right_job {
    struct sched_engine *engine;
    int64_t account, now;
    struct right_note {
        enum msg_right_kind kind;
        int64_t expires_ms;
        bool failed;
    } notes[CHANNEL_RIGHTS_MAX];
    size_t n;
    char why[CHANNEL_DETAIL_SIZE];
};

static enum loa_err note_work(struct db *db, void *arg)
{
    const struct right_job *j = arg;
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < j->n && !err; i++)
        err =
            j->notes[i].failed
                ? msg_right_failed(db, j->account, j->notes[i].kind, j->why, j->now)
                : msg_right_holds(db, j->account, j->notes[i].kind, j->notes[i].expires_ms, j->now);
    return err;
}

static void note_done(void *arg, enum loa_err result)
{
    struct right_job *j = arg;
    struct sched_engine *e = j->engine;

    if (result) /* it is only shown, and learned again */
        LOA_LOG(LOA_LOG_WARN, "an account's rights not stored", F("account", j->account),
                F("why", store_why(e->store, result)));
    free(j);
    engine_job_done(e);
}

static struct right_job *job_of(struct account *a)
{
    struct right_job *j = loa_xcalloc(1, sizeof(*j));

    *j = (struct right_job){.engine = a->engine, .account = a->data.id, .now = loa_clock_wall()};
    return j;
}

void rights_told(struct account *a, const struct channel_flow *f)
{
    struct right_job *j;

    if (!f->n_rights)
        return;
    j = job_of(a);
    for (size_t i = 0; i < f->n_rights && i < CHANNEL_RIGHTS_MAX; i++)
        j->notes[j->n++] =
            (struct right_note){.kind = f->rights[i].kind, .expires_ms = f->rights[i].expires_ms};
    engine_write(a->engine, note_work, note_done, j);
}

void rights_renewal(struct account *a, enum msg_right_kind kind, const char *failure)
{
    struct right_job *j = job_of(a);

    j->notes[j->n++] = (struct right_note){.kind = kind, .failed = failure != NULL};
    if (failure)
        memcpy(j->why, failure, strnlen(failure, sizeof(j->why) - 1));
    engine_write(a->engine, note_work, note_done, j);
}

/* ---- when a platform was heard of last ------------------------------------------------- */

struct heard_job {
    struct sched_engine *engine;
    int64_t account, at_ms;
};

static enum loa_err heard_work(struct db *db, void *arg)
{
    const struct heard_job *j = arg;

    return db_run(db,
                  "UPDATE accounts SET last_webhook_ms = $1 WHERE id = $2 AND last_webhook_ms < $1",
                  "ii", j->at_ms, j->account);
}

static void heard_done(void *arg, enum loa_err result)
{
    struct heard_job *j = arg;
    struct account *a = engine_account(j->engine, j->account);

    if (a && result)
        a->heard_stored_ms = 0; /* again with the next look */
    engine_job_done(j->engine);
    free(j);
}

/* To the hour will do: what matters is days of silence. */
static void store_heard(struct account *a)
{
    struct heard_job *j;

    if (a->heard_ms - a->heard_stored_ms < HEARD_MS)
        return;
    a->heard_stored_ms = a->heard_ms;
    j = loa_xcalloc(1, sizeof(*j));
    *j = (struct heard_job){a->engine, a->data.id, a->heard_ms};
    engine_write(a->engine, heard_work, heard_done, j);
}

void sched_engine_heard(struct sched_engine *e, int64_t account_id)
{
    struct account *a = engine_account(e, account_id);

    if (a)
        a->heard_ms = loa_clock_wall();
}

/* ---- what is told to staff ------------------------------------------------------------- */

struct look_job {
    struct sched_engine *engine;
    struct msg_right *rights;
    size_t n;
};

static enum loa_err look_work(struct db *db, void *arg)
{
    struct look_job *j = arg;

    return msg_right_load(db, &j->rights, &j->n);
}

/* Once for each end and each alarm. */
static bool is_news(struct sched_engine *e, const struct msg_right *r, enum msg_right_alarm alarm)
{
    for (size_t i = 0; i < e->n_told; i++) {
        struct told_right *t = &e->told[i];

        if (t->account_id != r->account_id || t->kind != r->kind)
            continue;
        if (t->expires_ms == r->expires_ms && t->alarm == alarm)
            return false;
        t->expires_ms = r->expires_ms;
        t->alarm = alarm;
        return true;
    }
    e->told = loa_xrealloc(e->told, (e->n_told + 1) * sizeof(*e->told));
    e->told[e->n_told++] = (struct told_right){r->account_id, r->kind, r->expires_ms, alarm};
    return true;
}

static void tell(const struct account *a, const struct msg_right *r, enum msg_right_alarm alarm)
{
    char iso[LOA_ISO_SIZE];

    (void)loa_iso_format(r->expires_ms, iso);
    switch (alarm) {
    case MSG_RIGHT_SOON:
        LOA_LOG(LOA_LOG_WARN, "token expires within a day", F("account", a->data.name),
                F("kind", msg_right_name(r->kind)), F("expires", iso),
                F("do", msg_right_advice(r->kind)));
        break;
    case MSG_RIGHT_OVER:
        LOA_LOG(LOA_LOG_ERROR, "token has expired", F("account", a->data.name),
                F("kind", msg_right_name(r->kind)), F("expires", iso),
                F("do", msg_right_advice(r->kind)));
        break;
    case MSG_RIGHT_FAILING: /* was logged as it happened */
    case MSG_RIGHT_WELL:
        break;
    }
}

/* Each account is looked after by the node that works it. */
static void alarm_staff(struct sched_engine *e)
{
    int64_t now = loa_clock_wall();

    e->alarmed_ms = now;
    for (size_t i = 0; i < e->n_rights; i++) {
        const struct msg_right *r = &e->rights[i];
        const struct account *a = engine_account(e, r->account_id);
        enum msg_right_alarm alarm = msg_right_alarm(r, now);

        if (a && account_is_ours(a) && is_news(e, r, alarm))
            tell(a, r, alarm);
    }
}

static void look_done(void *arg, enum loa_err result)
{
    struct look_job *j = arg;
    struct sched_engine *e = j->engine;

    if (!result) {
        free(e->rights);
        e->rights = j->rights;
        e->n_rights = j->n;
        alarm_staff(e);
    } else {
        free(j->rights);
    }
    free(j);
    engine_job_done(e);
}

void rights_tick(struct sched_engine *e)
{
    struct look_job *j;

    if (e->stopping || !e->started)
        return;
    if (loa_clock_wall() - e->alarmed_ms >= LOA_MINUTE_MS) /* the clock may be a fast one */
        alarm_staff(e);
    if (loa_clock_mono() < e->rights_at_mono)
        return;
    e->rights_at_mono = loa_clock_mono() + LOOK_MS;
    for (struct account *a = e->accounts; a; a = a->next)
        store_heard(a);
    j = loa_xcalloc(1, sizeof(*j));
    j->engine = e;
    engine_read(e, look_work, look_done, j);
}

void rights_free(struct sched_engine *e)
{
    free(e->rights);
    free(e->told);
}

void sched_engine_rights(struct sched_engine *e,
                         void (*each)(void *ctx, const struct sched_right *r), void *ctx)
{
    for (size_t i = 0; i < e->n_rights; i++) {
        const struct account *a = engine_account(e, e->rights[i].account_id);
        struct sched_right r = {.kind = msg_right_name(e->rights[i].kind),
                                .expires_ms = e->rights[i].expires_ms,
                                .failing = e->rights[i].failure[0] != '\0'};

        if (!a || !account_is_ours(a))
            continue;
        r.account = a->data.name;
        r.channel = a->channel->ops->name;
        each(ctx, &r);
    }
}
