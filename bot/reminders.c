/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/reminders.h"

#include <stdlib.h>
#include <string.h>

#include "bot/reminder_text.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/contact.h"

enum { LOOK_MS = 1000, AT_ONCE = 100 };

struct bot_reminders {
    struct bot *bot;
    uv_timer_t timer;
    bool busy, stopping;
};

struct job {
    struct bot_reminders *r;
    struct sched_quiet quiet;
    int64_t now;
    bool any;
    int sent, late, closed, told; /* what this round did */
};

/* ---- one message ----------------------------------------------------------------------- */

static enum loa_err hand_on(struct db *db, const struct msg_reminder_due *who,
                            const struct msg_content *content, int64_t now)
{
    cJSON *json = msg_content_to_json(content);
    struct msg_reply r = {.account = who->account,
                          .contact = who->contact,
                          .lane = CHANNEL_LANE_UPDATE,
                          .content = loa_json_print(json)};
    enum loa_err err = msg_reply_add(db, &r, now);

    if (!err) /* the engine takes it up as it does what waited */
        err = msg_reply_set(db, r.id, MSG_REPLY_WAITING, 0, NULL, now, now);
    cJSON_Delete(json);
    msg_reply_release(&r);
    return err;
}

static bool reaches(const struct msg_reminder_due *who, int64_t now)
{
    const struct channel_ops *ops = channel_find(who->channel);

    return ops && bot_reminder_reaches(ops->limits.window_ms, who->last_seen_ms, now);
}

/* LOA_EPERM becomes "not reached". */
static enum loa_err may_reach(struct db *db, const struct msg_reminder_due *who, int64_t now,
                              bool *yes)
{
    enum loa_err err = msg_contact_may_write(db, who->account, who->contact);

    *yes = !err && reaches(who, now);
    return err == LOA_EPERM ? LOA_OK : err;
}

/* ---- reminders that are due ------------------------------------------------------------ */

/* The hour's reminder says all that the day's would. */
static bool hour_is_due(const struct msg_reminder_due *all, size_t n, size_t i)
{
    for (size_t k = 0; k < n; k++) {
        if (k != i && all[k].account == all[i].account && all[k].contact == all[i].contact &&
            all[k].step > all[i].step && strcmp(all[k].event, all[i].event) == 0)
            return true;
    }
    return false;
}

static enum msg_due_state judge(const struct msg_reminder_due *all, size_t n, size_t i,
                                const struct msg_event *e, int64_t now)
{
    if (e->state == MSG_EVENT_CANCELLED)
        return MSG_DUE_UNWANTED;
    if (e->start_ms <= now || hour_is_due(all, n, i))
        return MSG_DUE_LATE;
    return MSG_DUE_SENT;
}

static enum loa_err remind_one(struct db *db, struct job *j, const struct msg_reminder_due *all,
                               size_t n, size_t i)
{
    const struct msg_reminder_due *d = &all[i];
    struct msg_content content;
    struct msg_event e;
    bool mine = false, reached = false;
    enum msg_due_state state;
    enum loa_err err = msg_event_load(db, d->event, &e);

    if (err == LOA_ENOENT)
        return msg_reminder_settle(db, d, MSG_DUE_UNWANTED, j->now, &mine);
    if (err)
        return err;
    state = judge(all, n, i, &e, j->now);
    if (state == MSG_DUE_SENT)
        err = may_reach(db, d, j->now, &reached);
    if (state == MSG_DUE_SENT && !reached)
        state = MSG_DUE_WINDOW;
    if (!err)
        err = msg_reminder_settle(db, d, state, j->now, &mine);
    if (!err && mine && state == MSG_DUE_SENT) {
        bot_reminder_text(&e, j->now, &content);
        err = hand_on(db, d, &content, j->now);
        msg_content_release(&content);
    }
    j->sent += mine && state == MSG_DUE_SENT;
    j->closed += mine && state == MSG_DUE_WINDOW;
    j->late += mine && state == MSG_DUE_LATE;
    msg_event_release(&e);
    return err;
}

static enum loa_err remind(struct db *db, struct job *j)
{
    struct msg_reminder_due *all = NULL;
    size_t n = 0;
    enum loa_err err = msg_reminder_due(db, j->now, AT_ONCE, &all, &n);

    for (size_t i = 0; i < n && !err; i++)
        err = remind_one(db, j, all, n, i);
    msg_reminder_dues_free(all, n);
    return err;
}

/* ---- what was cancelled or moved ------------------------------------------------------- */

static enum loa_err tell_one(struct db *db, struct job *j, const struct msg_change *c,
                             const struct msg_event *e, const struct msg_reminder_due *who)
{
    struct msg_reminder_times times;
    struct msg_content content;
    bool reached, mine = false;
    bool again =
        e->state != MSG_EVENT_CANCELLED && bot_reminder_times(e, &j->quiet, j->now, &times);
    enum loa_err err = may_reach(db, who, j->now, &reached);

    if (!err)
        err = msg_change_tell(db, c, who, reached, again ? &times : NULL, j->now, &mine);
    if (err || !mine || !reached)
        return err;
    bot_change_text(e, c, &content);
    err = hand_on(db, who, &content, j->now);
    msg_content_release(&content);
    j->told += !err;
    return err;
}

static enum loa_err tell_all(struct db *db, struct job *j, const struct msg_change *c,
                             const struct msg_event *e)
{
    struct msg_reminder_due *people = NULL;
    size_t n = 0;
    enum loa_err err = msg_change_people(db, c, AT_ONCE, &people, &n);

    for (size_t i = 0; i < n && !err; i++)
        err = tell_one(db, j, c, e, &people[i]);
    msg_reminder_dues_free(people, n);
    return err || n == AT_ONCE ? err : msg_change_done(db, c);
}

/* At night only what is about to begin. */
static bool waits_for_morning(const struct job *j, const struct msg_change *c,
                              const struct msg_event *e)
{
    int64_t first = c->was_start_ms < e->start_ms ? c->was_start_ms : e->start_ms;

    return sched_quiet_is(&j->quiet, j->now) &&
           first > sched_quiet_next(&j->quiet, j->now) + 2 * LOA_HOUR_MS;
}

static enum loa_err tell(struct db *db, struct job *j)
{
    struct msg_change *all = NULL;
    size_t n = 0;
    enum loa_err err = msg_change_open(db, AT_ONCE, &all, &n);

    for (size_t i = 0; i < n && !err; i++) {
        struct msg_event e;

        err = msg_change_event(db, &all[i], &e);
        if (err == LOA_ENOENT) {
            err = msg_change_done(db, &all[i]);
        } else if (!err) {
            if (!waits_for_morning(j, &all[i], &e))
                err = tell_all(db, j, &all[i], &e);
            msg_event_release(&e);
        }
    }
    msg_changes_free(all, n);
    return err;
}

/* ---- rounds ---------------------------------------------------------------------------- */

static enum loa_err work(struct db *db, void *arg)
{
    struct job *j = arg;
    enum loa_err err;

    j->sent = j->late = j->closed = j->told = 0;
    err = tell(db, j); /* first: a reminder of the old time would be wrong */
    return err ? err : remind(db, j);
}

static void end(struct job *j)
{
    struct bot_reminders *r = j->r;

    r->busy = false;
    r->bot->jobs--;
    free(j);
}

static void work_done(void *arg, enum loa_err result)
{
    struct job *j = arg;
    struct bot *bot = j->r->bot;

    if (result)
        LOA_LOG(LOA_LOG_ERROR, "reminders not stored, trying again",
                F("why", loa_strerror(result)));
    else if (j->sent || j->told || j->closed || j->late)
        LOA_LOG(LOA_LOG_INFO, "reminders", F("sent", j->sent), F("told", j->told),
                F("out_of_reach", j->closed), F("late", j->late));
    if (!result && (j->sent || j->told) && bot->engine)
        sched_engine_wake(bot->engine);
    end(j);
}

static enum loa_err look_work(struct db *db, void *arg)
{
    struct job *j = arg;

    return msg_reminder_any(db, j->now, &j->any);
}

static void look_done(void *arg, enum loa_err result)
{
    struct job *j = arg;
    struct bot *bot = j->r->bot;

    if (result || !j->any || bot->stopping)
        end(j);
    else
        store_write(bot->store, work, work_done, j);
}

static void look(uv_timer_t *t)
{
    struct bot_reminders *r = t->data;
    struct bot *bot = r->bot;
    struct job *j;

    if (r->busy || bot->stopping || !bot->ready || !bot->engine || !sched_engine_plans(bot->engine))
        return;
    j = loa_xcalloc(1, sizeof(*j));
    *j = (struct job){.r = r, .quiet = bot->cfg->quiet, .now = loa_clock_wall()};
    r->busy = true;
    bot->jobs++;
    store_read(bot->store, look_work, look_done, j);
}

struct bot_reminders *bot_reminders_start(struct bot *bot)
{
    struct bot_reminders *r = loa_xcalloc(1, sizeof(*r));

    r->bot = bot;
    uv_timer_init(&bot->loop, &r->timer);
    r->timer.data = r;
    uv_timer_start(&r->timer, look, LOOK_MS, LOOK_MS);
    return r;
}

static void on_closed(uv_handle_t *h)
{
    free(h->data);
}

void bot_reminders_stop(struct bot_reminders *r)
{
    if (r)
        uv_close((uv_handle_t *)&r->timer, on_closed);
}
