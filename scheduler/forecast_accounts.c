/* SPDX-License-Identifier: Apache-2.0 */
/* The accounts that a message goes out on: what holds for each by the platform's rules and the
 * office's agreement, and until when it may send at all. */
#include <stdlib.h>

#include "messages/base/mem.h"
#include "scheduler/forecast_impl.h"
#include "scheduler/post_cap.h"

static void set_pace(const struct sched_forecast_work *w, struct sched_forecast_account *a)
{
    const struct channel_limits *l = &a->ops->limits;
    const double per_s[3] = {l->singles_per_s, l->batches_per_s, l->posts_per_s};
    double given = w->opt.pace_of ? w->opt.pace_of(w->opt.ctx, a->ops->name) : 0;

    if (given <= 0)
        given = a->deal.calls_minute;
    for (int way = 0; way < 3; way++)
        a->per_s[way] = given > 0 ? given / 60 : per_s[way];
}

static void add_account(struct sched_forecast_work *w, const struct msg_account *from,
                        const struct channel_ops *ops)
{
    struct sched_forecast *f = w->f;
    struct channel_terms terms = {0};
    struct sched_forecast_account *a;

    f->accounts = loa_xrealloc(f->accounts, (f->n_accounts + 1) * sizeof(*f->accounts));
    a = &f->accounts[f->n_accounts++];
    if (w->opt.terms_of)
        terms = w->opt.terms_of(w->opt.ctx, ops->name);
    *a = (struct sched_forecast_account){.id = from->id,
                                         .name = loa_xstrdup(from->name),
                                         .pause_reason = loa_xstrdup(from->pause_reason),
                                         .ops = ops,
                                         .rules = channel_rules_at(ops, f->now_ms),
                                         .paused = from->paused};
    a->deal = channel_deal_of(a->rules, &terms, from);
    set_pace(w, a);
}

static enum loa_err look_at_account(struct db *db, struct sched_forecast_account *a, int64_t now)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT CASE WHEN access_token IS NULL THEN 0 ELSE 1 END, "
                                "CASE WHEN refresh_token IS NULL THEN 0 ELSE 1 END "
                                "FROM accounts WHERE id = $1",
                                "i", a->id);

    while (!err && db_next(st, &err)) {
        a->can_refresh = db_int(st, 1) && a->ops->caps & CHANNEL_CAP_REFRESH;
        a->has_token = db_int(st, 0) || a->can_refresh;
    }
    if (!err)
        err = db_get_int(
            db, &a->free_used,
            "SELECT CAST(COALESCE(SUM(charged), 0) AS BIGINT) FROM runs WHERE account_id = $1 AND "
            "created_ms >= $2",
            "ii", a->id, sched_month_start(now));
    return err;
}

static void ends(struct sched_forecast_account *a, enum msg_right_kind kind, int64_t at_ms)
{
    if (!at_ms || (a->right_ends_ms && a->right_ends_ms <= at_ms))
        return;
    a->right_ends_ms = at_ms;
    a->right = kind;
}

/* An access token that we renew ends nothing: what it is renewed with does. Where its end was never
 * noted, it counts from the pair that it came with. */
static void set_rights(struct sched_forecast_account *a, const struct msg_right *rights, size_t n)
{
    int64_t access = 0, refresh = 0;

    for (size_t i = 0; i < n; i++) {
        if (rights[i].account_id != a->id)
            continue;
        switch (rights[i].kind) {
        case MSG_RIGHT_ACCESS:
            access = rights[i].expires_ms;
            break;
        case MSG_RIGHT_REFRESH:
            refresh = rights[i].expires_ms;
            break;
        case MSG_RIGHT_PAGE:
            ends(a, MSG_RIGHT_PAGE, rights[i].expires_ms);
            break;
        case MSG_RIGHT_DATA: /* posting and writing go on without these */
        case MSG_RIGHT_SETUP:
            break;
        }
    }
    if (!a->can_refresh)
        ends(a, MSG_RIGHT_ACCESS, access);
    else if (refresh)
        ends(a, MSG_RIGHT_REFRESH, refresh);
    else if (access)
        ends(a, MSG_RIGHT_REFRESH, access - a->rules->access_life_ms + a->rules->refresh_life_ms);
}

static enum loa_err load_rights(struct db *db, struct sched_forecast *f)
{
    struct msg_right *rights = NULL;
    size_t n = 0;
    enum loa_err err = msg_right_load(db, &rights, &n);

    for (size_t i = 0; i < f->n_accounts && !err; i++)
        set_rights(&f->accounts[i], rights, n);
    free(rights);
    return err;
}

enum loa_err forecast_accounts(struct db *db, struct sched_forecast_work *w,
                               struct loa_problem *why)
{
    const struct msg_list *channels = &w->messages[0]->spec.channels;
    struct msg_account *all = NULL;
    size_t n = 0;
    enum loa_err err = msg_account_load(db, NULL, &all, &n, why);

    for (size_t i = 0; i < n && !err; i++) {
        const struct channel_ops *ops = channel_find(all[i].channel);

        if (ops && forecast_in_list(channels, all[i].channel))
            add_account(w, &all[i], ops);
    }
    for (size_t i = 0; i < n; i++)
        msg_account_release(&all[i]);
    free(all);
    for (size_t i = 0; i < w->f->n_accounts && !err; i++)
        err = look_at_account(db, &w->f->accounts[i], w->f->now_ms);
    return err ? err : load_rights(db, w->f);
}
