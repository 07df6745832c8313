/* SPDX-License-Identifier: Apache-2.0 */
/* What is ahead: the message that was asked about, and all others that share its accounts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/account_template.h"
#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/rate.h"
#include "scheduler/forecast_impl.h"
#include "scheduler/plan_message.h"
#include "scheduler/post_cap.h"
#include "scheduler/ways.h"

/* ---- messages of the plan -------------------------------------------------------------- */

bool forecast_in_list(const struct msg_list *l, const char *s)
{
    for (size_t i = 0; i < l->n; i++) {
        if (strcmp(l->items[i], s) == 0)
            return true;
    }
    return false;
}

static bool shares_channel(const struct msg_spec *a, const struct msg_spec *b)
{
    for (size_t i = 0; i < a->channels.n; i++) {
        if (forecast_in_list(&b->channels, a->channels.items[i]))
            return true;
    }
    return false;
}

static enum loa_err load_others(struct db *db, struct sched_forecast_work *w)
{
    int64_t ids[FORECAST_MESSAGES];
    struct db_stmt *st;
    size_t n = 0;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT id FROM messages WHERE state IN ('submitted', 'approved', 'scheduled', "
                 "'sending', 'paused') AND id <> $1 ORDER BY urgent DESC, id LIMIT $2",
                 "ii", w->messages[0]->id, (int64_t)FORECAST_MESSAGES - 1);

    while (!err && db_next(st, &err))
        ids[n++] = db_int(st, 0);
    w->f->cut = n == FORECAST_MESSAGES - 1;
    for (size_t i = 0; i < n && !err; i++) {
        struct msg_message *m = NULL;

        err = msg_message_get(db, ids[i], &m, NULL);
        if (!err && shares_channel(&m->spec, &w->messages[0]->spec))
            w->messages[w->n_messages++] = m;
        else
            msg_message_free(m);
        if (err == LOA_ENOENT) /* went meanwhile */
            err = LOA_OK;
    }
    return err;
}

static bool same_list(const struct msg_list *a, const struct msg_list *b)
{
    for (size_t i = 0; i < a->n; i++) {
        if (!forecast_in_list(b, a->items[i]))
            return false;
    }
    return a->n == b->n;
}

/* The index of a message's audience among those that are counted. */
static size_t want_of(struct sched_forecast_work *w, const struct msg_spec *s)
{
    for (size_t i = 0; i < w->n_wants; i++) {
        if (same_list(&w->wants[i].topics, &s->topics) &&
            same_list(&w->wants[i].districts, &s->districts))
            return i;
    }
    if (w->n_wants == FORECAST_WANTS)
        return FORECAST_WANTS - 1; /* everybody: see forecast_gather() */
    w->wants[w->n_wants] = (struct msg_audience){s->topics, s->districts};
    return w->n_wants++;
}

/* Does the message have a template for those outside the window, and may this account use it? */
static enum loa_err look_at_template(struct db *db, const struct msg_spec *s,
                                     struct sched_forecast_account *a,
                                     struct sched_forecast_item *i)
{
    struct loa_problem why = {"", ""};
    struct msg_content c;
    enum loa_err err = LOA_OK;

    i->has_template = i->template_closed = false;
    msg_spec_content(s, a->ops->name, &c);
    if (c.utility.name && a->ops->caps & CHANNEL_CAP_UTILITY) {
        err = msg_account_template_check(db, a->id, &c, &why);
        i->has_template = err == LOA_OK;
        i->template_closed = err == LOA_EINVAL;
    }
    if (i->template_closed && i->mine)
        (void)snprintf(a->why_not_template, sizeof(a->why_not_template), "%s", why.text);
    msg_content_release(&c);
    return err == LOA_EINVAL ? LOA_OK : err;
}

/* ---- occurrences ----------------------------------------------------------------------- */

static void add_item(struct sched_forecast *f, const struct sched_forecast_item *i)
{
    if (f->n_items == FORECAST_ITEMS) {
        f->cut = true;
        return;
    }
    if (!(f->n_items & (f->n_items - 1)))
        f->items = loa_xrealloc(f->items, (f->n_items ? 2 * f->n_items : 1) * sizeof(*f->items));
    f->items[f->n_items++] = *i;
}

/* Recipients a second of one broadcast: the platform's pace, and staff's cap. */
static enum loa_err set_speed(struct db *db, const struct sched_forecast_account *a,
                              struct sched_forecast_item *i)
{
    int64_t cap = 0;
    enum loa_err err = msg_rate_of(db, i->message_id, a->id, &cap);
    double batch = i->way == CHANNEL_WAY_BATCH ? (double)a->ops->limits.batch : 1;

    i->per_s = a->per_s[i->way] * batch;
    if (cap && (double)cap / 60 < i->per_s)
        i->per_s = (double)cap / 60;
    return err;
}

static enum loa_err add_direct(struct db *db, struct sched_forecast_work *w, bool may,
                               enum channel_way way, struct sched_forecast_item *base)
{
    struct sched_forecast_account *a = &w->f->accounts[base->account];
    enum loa_err err;

    base->way = way;
    base->no_right = !may;
    if (base->mine) {
        a->direct = may;
        a->has_template = base->has_template;
    }
    err = set_speed(db, a, base);
    if (!err)
        add_item(w->f, base);
    base->no_right = false;
    return err;
}

static void add_post(struct sched_forecast_work *w, struct sched_forecast_item *base)
{
    const struct sched_forecast_account *a = &w->f->accounts[base->account];

    base->way = CHANNEL_WAY_POST;
    base->per_s = 0;
    base->public_post = !a->rules->posts_reach_followers;
    add_item(w->f, base);
    base->public_post = false;
}

/* The runs that an occurrence will have; as planner.c makes them. Whom a closed way would have
 * reached is counted, too. */
static enum loa_err add_runs(struct db *db, struct sched_forecast_work *w,
                             const struct msg_message *m, struct sched_forecast_item *base)
{
    struct sched_forecast *f = w->f;
    enum loa_err err = LOA_OK;

    for (size_t k = 0; k < f->n_accounts && !err; k++) {
        struct sched_forecast_account *a = &f->accounts[k];
        unsigned deliver = msg_spec_deliver(&m->spec, a->ops->name);
        struct sched_ways ways;

        if (!forecast_in_list(&m->spec.channels, a->ops->name))
            continue;
        err = sched_ways_of(db, a->ops, a->id, deliver, f->now_ms, &ways);
        base->account = k;
        if (!err && deliver & MSG_DELIVER_DIRECT) {
            err = look_at_template(db, &m->spec, a, base);
            if (!err)
                err = add_direct(db, w, ways.direct, ways.by, base);
        }
        if (!err && ways.post)
            add_post(w, base);
        if (!err && base->mine) {
            (void)snprintf(a->why_not_direct, sizeof(a->why_not_direct), "%s", ways.why_not_direct);
            (void)snprintf(a->why_not_post, sizeof(a->why_not_post), "%s", ways.why_not_post);
        }
    }
    return err;
}

static void warn_occurrence(struct sched_forecast *f, const char *code, int64_t at,
                            const char *text)
{
    char day[64];
    struct loa_civil c = loa_tz_civil(at);

    (void)snprintf(day, sizeof(day), "%02d:%02d ngày %02d/%02d/%d", c.hour, c.minute, c.day,
                   c.month, c.year);
    forecast_warn(f, code, SCHED_WARNING, NULL, at, "Kỳ %s %s", day, text);
}

/* What has become of its time; true if it will be sent, from *from on. */
static bool will_go(struct sched_forecast *f, const struct msg_message *m,
                    const struct sched_quiet *quiet, int64_t due, int64_t expires, bool mine,
                    int64_t *from)
{
    struct sched_late late = {.rule = (enum sched_late_rule)m->spec.late,
                              .grace_ms = m->spec.grace_ms};
    int64_t ready = sched_quiet_next(quiet, due);

    *from = sched_quiet_next(quiet, ready > f->now_ms ? ready : f->now_ms);
    if (expires && *from >= expires) {
        if (mine)
            warn_occurrence(f, "expired", due,
                            "không được gửi: đến giờ gửi được thì tin đã hết hạn dùng");
        return false;
    }
    switch (sched_late_decide(&late, ready, expires, *from)) {
    case SCHED_WAIT:
    case SCHED_SEND:
        return true;
    case SCHED_ASK:
        if (mine)
            warn_occurrence(f, "late", due, "đã trễ giờ: cán bộ phải quyết định có gửi nữa không");
        return false;
    case SCHED_MISSED:
    case SCHED_EXPIRED:
        if (mine)
            warn_occurrence(f, "missed", due, "đã trễ quá thời gian cho phép nên không được gửi");
        return false;
    }
    return false;
}

/* A month from the first occurrence that is ahead, or from now. */
static void set_horizon(struct sched_forecast_work *w)
{
    struct sched_forecast *f = w->f;
    const struct msg_message *m = w->messages[0];
    struct sched_occurrence o = {.ms = f->now_ms};
    struct sched_plan *plan = NULL;

    if (sched_message_plan(&m->spec, m->scheduled_ms ? m->scheduled_ms : f->now_ms, &plan, NULL) ==
        LOA_OK) {
        int64_t after = m->spec.rrule ? sched_key(f->now_ms) : 0;

        (void)sched_plan_next(plan, m->last_key > after ? m->last_key : after, &o);
    }
    sched_plan_free(plan);
    f->until_ms = loa_tz_add_days(o.ms > f->now_ms ? o.ms : f->now_ms, SCHED_FORECAST_DAYS);
}

static enum loa_err add_message(struct db *db, struct sched_forecast_work *w,
                                const struct msg_message *m)
{
    struct sched_forecast *f = w->f;
    const struct sched_quiet *quiet = m->spec.urgent ? NULL : &w->opt.quiet;
    struct sched_forecast_item base = {.message_id = m->id,
                                       .mine = m == w->messages[0],
                                       .urgent = m->spec.urgent,
                                       .share = 1,
                                       .want = want_of(w, &m->spec)};
    int64_t begun = m->scheduled_ms ? m->scheduled_ms : f->now_ms;
    struct sched_occurrence o = {.key = m->last_key};
    struct sched_plan *plan = NULL;
    enum loa_err err = sched_message_plan(&m->spec, begun, &plan, NULL);

    if (err) /* its author hears of it elsewhere */
        return LOA_OK;
    if (m->state == MSG_SENT || m->state == MSG_CANCELLED)
        o.key = INT64_MAX;
    if (!o.key && m->spec.rrule)
        o.key = sched_key(f->now_ms - SCHED_GRACE_MS - LOA_SECOND_MS);
    for (int n = 0; !err && sched_plan_next(plan, o.key, &o) && o.ms < f->until_ms; n++) {
        int64_t expires = sched_plan_expires(plan, &o);

        if (n == FORECAST_OCCURRENCES) {
            f->cut = true;
            break;
        }
        if (!will_go(f, m, quiet, o.ms, expires, base.mine, &base.from_ms))
            continue;
        base.due_ms = o.ms;
        base.deadline_ms = expires ? expires : sched_quiet_next(quiet, o.ms) + SCHED_DEADLINE_MS;
        err = add_runs(db, w, m, &base);
    }
    sched_plan_free(plan);
    return err;
}

/* ---- runs that are under way ----------------------------------------------------------- */

static const struct msg_message *message_of(const struct sched_forecast_work *w, int64_t id)
{
    for (size_t i = 0; i < w->n_messages; i++) {
        if (w->messages[i]->id == id)
            return w->messages[i];
    }
    return NULL;
}

static enum loa_err add_open_runs(struct db *db, struct sched_forecast_work *w)
{
    struct sched_forecast *f = w->f;
    size_t first = f->n_items;
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT message_id, due_ms, account_id, way, urgent, deadline_ms, "
                                "cursor_id, last_id, sent + in_doubt FROM runs WHERE "
                                "finished_ms = 0 AND retry_of = 0 ORDER BY due_ms, id",
                                "");

    while (!err && db_next(st, &err)) {
        const struct msg_message *m = message_of(w, db_int(st, 0));
        struct sched_forecast_item i = {.message_id = db_int(st, 0),
                                        .due_ms = db_int(st, 1),
                                        .way = (enum channel_way)db_int(st, 3),
                                        .urgent = db_int(st, 4) != 0,
                                        .from_ms = f->now_ms,
                                        .deadline_ms = db_int(st, 5),
                                        .open = true,
                                        .share = 1};
        int64_t cursor = db_int(st, 6), last = db_int(st, 7);

        if (!m || (i.way == CHANNEL_WAY_POST && db_int(st, 8)))
            continue; /* of another channel; or it is out, and only its end is left */
        i.mine = m == w->messages[0];
        i.want = want_of(w, &m->spec);
        if (last > 0 && i.way != CHANNEL_WAY_POST)
            i.share = cursor < last ? (double)(last - cursor) / (double)last : 0;
        for (size_t k = 0; k < f->n_accounts; k++) {
            if (f->accounts[k].id != db_int(st, 2))
                continue;
            i.account = k;
            i.public_post =
                i.way == CHANNEL_WAY_POST && !f->accounts[k].rules->posts_reach_followers;
            add_item(f, &i);
        }
    }
    for (size_t k = first; k < f->n_items && !err; k++) {
        struct sched_forecast_item *i = &f->items[k];

        if (i->way == CHANNEL_WAY_POST)
            continue;
        err =
            look_at_template(db, &message_of(w, i->message_id)->spec, &f->accounts[i->account], i);
        if (!err)
            err = set_speed(db, &f->accounts[i->account], i);
    }
    return err;
}

/* ---- all of it ------------------------------------------------------------------------- */

static int by_account(const void *a, const void *b)
{
    const struct sched_forecast_item *x = a, *y = b;

    if (x->account != y->account)
        return x->account < y->account ? -1 : 1;
    if (x->from_ms != y->from_ms)
        return x->from_ms < y->from_ms ? -1 : 1;
    if (x->urgent != y->urgent)
        return x->urgent ? -1 : 1;
    if (x->due_ms != y->due_ms)
        return x->due_ms < y->due_ms ? -1 : 1;
    if (x->message_id != y->message_id)
        return x->message_id < y->message_id ? -1 : 1;
    return (int)x->way - (int)y->way;
}

enum loa_err forecast_gather(struct db *db, struct sched_forecast_work *w, int64_t id,
                             struct loa_problem *why)
{
    struct sched_forecast *f = w->f;
    enum loa_err err;

    w->messages = loa_xcalloc(FORECAST_MESSAGES, sizeof(struct msg_message *));
    err = msg_message_get(db, id, &w->messages[0], why);
    if (err)
        return err;
    w->n_messages = 1;
    f->title = loa_xstrdup(w->messages[0]->spec.title);
    f->state = loa_xstrdup(msg_state_name(w->messages[0]->state));
    f->urgent = w->messages[0]->spec.urgent;
    f->timed = msg_spec_has_schedule(&w->messages[0]->spec);
    (void)want_of(w, &w->messages[0]->spec);
    set_horizon(w);
    err = forecast_accounts(db, w, why);
    if (!err)
        err = load_others(db, w);
    for (size_t i = 0; i < w->n_messages && !err; i++)
        err = add_message(db, w, w->messages[i]);
    if (!err)
        err = add_open_runs(db, w);
    if (w->n_wants == FORECAST_WANTS) /* the last one stands for all that had no place */
        w->wants[FORECAST_WANTS - 1] = (struct msg_audience){0};
    if (!err && f->n_items)
        qsort(f->items, f->n_items, sizeof(*f->items), by_account);
    if (!err)
        return LOA_OK;
    return why && why->text[0]
               ? err
               : loa_fail(why, err, "", "Không đọc được kho dữ liệu: %s", db_message(db));
}
