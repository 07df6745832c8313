/* SPDX-License-Identifier: Apache-2.0 */
/* Replies that wait in the store: those whose time has come are taken up again, doubts are settled
 * by silence or left to staff, and what came too late, or to somebody who said stop meanwhile, is
 * not sent. */
#include <stdlib.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/lease.h"
#include "scheduler/engine_impl.h"

enum { LOOK_MAX = 100, DOUBT_NEVER_H = 365 * 24 };

/* An answer that comes later than this is none; platforms close their reply windows then, too. */
static const int64_t life_ms = MSG_DOUBT_REPLY_LIFE_MS;

struct look_job {
    struct sched_engine *engine;
    int64_t now, session, doubt_wait_ms, deaf_ms;
    bool alone;
    /* What the store thread needs to know of the accounts that are ours. */
    struct ours {
        int64_t id, fence;
        bool can_echo, local, checked;
    } * accounts;
    size_t n_accounts;
    struct msg_reply *items;
    size_t n;
};

static struct ours *find_ours(const struct look_job *j, int64_t account)
{
    for (size_t i = 0; i < j->n_accounts; i++) {
        if (j->accounts[i].id == account)
            return &j->accounts[i];
    }
    return NULL;
}

/* When an echo can no longer be on its way (see messages/doubt.h). */
static enum loa_err ripe_at(struct db *db, int64_t reply, int64_t wait_ms, int64_t *since,
                            int64_t *noted, int64_t *ripe)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st, "SELECT since_ms, noted_ms FROM doubts WHERE kind = 2 AND item = $1", "i", reply);

    *since = *noted = *ripe = 0;
    while (!err && db_next(st, &err)) {
        int64_t deaf = 3 * (db_int(st, 1) - db_int(st, 0));

        *since = db_int(st, 0);
        *noted = db_int(st, 1);
        *ripe = *noted + (deaf > wait_ms ? deaf : wait_ms);
    }
    return err;
}

/* A doubt whose time is over: sent again if silence proves that it never went (see run_settle.c),
 * else left as it is for good. */
static enum loa_err settle_doubt(struct db *db, const struct look_job *j, bool can_echo,
                                 struct msg_reply *r)
{
    int64_t last_echo = 0, since, noted, ripe, deaf = 0;
    bool heard = false;
    enum loa_err err = db_get_int(db, &last_echo, "SELECT last_echo_ms FROM accounts WHERE id = $1",
                                  "i", r->account);

    if (!err)
        err = ripe_at(db, r->id, j->doubt_wait_ms, &since, &noted, &ripe);
    if (!err)
        err = msg_lease_deaf(db, &deaf);
    if (!err && noted)
        err = msg_reply_hear(db, r, since, j->now, &heard);
    if (err)
        return err;
    if (deaf < j->deaf_ms)
        deaf = j->deaf_ms;
    if (can_echo && ripe < deaf + j->doubt_wait_ms)
        ripe = deaf + j->doubt_wait_ms;
    if (heard) {
        msg_reply_release(r);
        return LOA_OK;
    }
    if (ripe <= j->now && can_echo && last_echo > noted && j->now - r->created_ms <= life_ms)
        return msg_reply_set(db, r->id, MSG_REPLY_HANDED, 0, NULL, 0, j->now);
    if (ripe <= j->now)
        ripe = j->now + (int64_t)DOUBT_NEVER_H * LOA_HOUR_MS;
    err = msg_reply_postpone(db, r->id, ripe);
    msg_reply_release(r);
    return err;
}

static enum loa_err expire(struct db *db, const struct look_job *j, struct msg_reply *r)
{
    enum loa_err err = msg_reply_set(db, r->id, MSG_REPLY_FAILED, 0, NULL, 0, j->now);

    LOA_LOG(LOA_LOG_WARN, "reply is too late", F("reply", r->id), F("account", r->account));
    msg_reply_release(r);
    return err;
}

/* He said stop while it waited. */
static enum loa_err refuse(struct db *db, const struct look_job *j, struct msg_reply *r)
{
    enum loa_err err = msg_reply_leave_out(db, r->id, j->now);

    LOA_LOG(LOA_LOG_INFO, "reply left out", F("reply", r->id), F("account", r->account));
    msg_reply_release(r);
    return err;
}

/* One of an account that is ours is taken up, or found to be over. */
static enum loa_err take_up(struct db *db, const struct look_job *j, struct ours *a,
                            struct msg_reply *r)
{
    enum loa_err err = LOA_OK;

    if (!a->checked && !j->alone)
        err = msg_lease_check(db, a->id, a->fence);
    if (err)
        return err;
    a->checked = true;
    if (!msg_reply_is_asked(r->lane))
        err = msg_contact_may_write(db, r->account, r->contact);
    if (err == LOA_EPERM)
        return refuse(db, j, r);
    if (err)
        return err;
    /* A local one in doubt was not delivered: that is one transaction with its being sent. */
    if (r->state == MSG_REPLY_DOUBT && !a->local)
        err = settle_doubt(db, j, a->can_echo, r);
    else if (j->now - r->created_ms > life_ms)
        err = expire(db, j, r);
    else
        err = msg_reply_set(db, r->id, MSG_REPLY_HANDED, 0, NULL, 0, j->now);
    r->attempts++;
    return err;
}

static enum loa_err look_work(struct db *db, void *arg)
{
    struct look_job *j = arg;
    enum loa_err err = msg_reply_open(db, j->session, j->now, LOOK_MAX, &j->items, &j->n);

    for (size_t i = 0; i < j->n && !err; i++) {
        struct ours *a = find_ours(j, j->items[i].account);

        if (a)
            err = take_up(db, j, a, &j->items[i]);
        else
            msg_reply_release(&j->items[i]);
    }
    return err;
}

static void look_done(void *arg, enum loa_err result)
{
    struct look_job *j = arg;

    for (size_t i = 0; i < j->n; i++) {
        if (result || !j->items[i].remote)
            msg_reply_release(&j->items[i]);
        else
            sched_engine_reply(j->engine, &j->items[i]);
    }
    free(j->items);
    free(j->accounts);
    engine_job_done(j->engine);
    free(j);
}

static void list_ours(struct look_job *j)
{
    for (const struct account *a = j->engine->accounts; a; a = a->next) {
        if (!account_is_ours(a))
            continue;
        j->accounts = loa_xrealloc(j->accounts, (j->n_accounts + 1) * sizeof(*j->accounts));
        j->accounts[j->n_accounts++] =
            (struct ours){.id = a->data.id,
                          .fence = a->lease.fence,
                          .can_echo = a->channel->ops->caps & CHANNEL_CAP_ECHO,
                          .local = a->channel->ops->caps & CHANNEL_CAP_LOCAL};
    }
}

void reply_look(struct sched_engine *e)
{
    struct look_job *j = loa_xcalloc(1, sizeof(*j));

    *j = (struct look_job){.engine = e,
                           .now = loa_clock_wall(),
                           .session = e->session,
                           .alone = e->opt.alone,
                           .doubt_wait_ms = e->opt.doubt_wait_ms,
                           .deaf_ms = e->deaf_ms};
    list_ours(j);
    engine_write(e, look_work, look_done, j);
}
