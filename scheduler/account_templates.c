/* SPDX-License-Identifier: Apache-2.0 */
/* The templates of an account that its platform has to approve: listed now and then and kept in the
 * store, so that composer and forecast know which of them can be sent, and listed anew before a run
 * begins that uses one. */
#include <stdlib.h>
#include <string.h>

#include "messages/account_template.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "scheduler/engine_impl.h"
#include "scheduler/run_parts.h"

enum {
    LIST_MS = LOA_HOUR_MS,
    AGAIN_MS = 10 * LOA_MINUTE_MS,
    FRESH_MS = LOA_MINUTE_MS, /* no older than this when a run begins */
};

/* ---- kept in the store ----------------------------------------------------------------- */

struct templates_job {
    struct sched_engine *engine;
    int64_t id, now;
    struct msg_listed_template *list;
    size_t n;
};

static enum loa_err templates_work(struct db *db, void *arg)
{
    struct templates_job *j = arg;

    return msg_account_templates_put(db, j->id, j->list, j->n, j->now);
}

static void templates_done(void *arg, enum loa_err result)
{
    struct templates_job *j = arg;
    struct sched_engine *e = j->engine;

    if (result)
        LOA_LOG(LOA_LOG_ERROR, "templates not stored", F("account", j->id),
                F("why", loa_strerror(result)));
    free(j->list);
    free(j);
    engine_job_done(e);
}

static void keep(struct account *a)
{
    struct templates_job *j = loa_xcalloc(1, sizeof(*j));

    *j = (struct templates_job){
        .engine = a->engine, .id = a->data.id, .now = loa_clock_wall(), .n = a->templates.n};
    if (j->n) {
        j->list = loa_xmalloc(j->n * sizeof(*j->list));
        memcpy(j->list, a->templates.list, j->n * sizeof(*j->list));
    }
    engine_write_for(a, templates_work, templates_done, j);
}

/* ---- what it means for a run ----------------------------------------------------------- */

void run_template_close(struct run *r, const char *why)
{
    LOA_LOG(LOA_LOG_ERROR, "template refused", F("run", r->data.id),
            F("account", r->account->data.name), F("template", r->content.utility.name),
            F("why", why));
    r->has_utility = false;
    r->template_closed = true;
    channel_draft_release(&r->utility);
    free(r->data.error);
    r->data.error = loa_xstrdup(why);
}

static void open_again(struct run *r)
{
    if (!run_compose_template(r))
        return;
    r->template_closed = false;
    free(r->data.error);
    r->data.error = NULL;
}

/* Only what the list itself tells opens it again: a refusal of the platform has its own reasons. */
void run_template_look(struct run *r)
{
    const struct account_templates *t = &r->account->templates;
    struct loa_problem why = {"", ""};
    bool fits;

    if (!r->has_content || !r->content.utility.name || !t->listed)
        return;
    fits = msg_template_fits(t->list, t->n, &r->content, &why) == LOA_OK;
    if (!fits && r->has_utility)
        run_template_close(r, why.text);
    else if (fits && r->template_closed && !r->utility_streak)
        open_again(r);
}

bool run_template_waits(struct run *r)
{
    struct account_templates *t = &r->account->templates;

    if (r->template_seen || !r->has_content || !r->content.utility.name ||
        !(r->account->channel->ops->caps & CHANNEL_CAP_TEMPLATES))
        return false;
    if (t->asking)
        return true;
    if (t->asked && loa_clock_mono() - t->asked_mono < FRESH_MS) { /* or it cannot be had */
        r->template_seen = true;
        run_template_look(r);
        return false;
    }
    t->next_mono = 0;
    return true;
}

/* ---- listing --------------------------------------------------------------------------- */

void account_templates_told(struct account *a, struct channel_flow *f)
{
    struct account_templates *t = &a->templates;

    t->asking = false;
    t->asked = true;
    t->asked_mono = loa_clock_mono();
    t->next_mono = t->asked_mono + LIST_MS;
    if (f->res.verdict != CHANNEL_OK) { /* a Page without the right to them lists none, ever */
        LOA_LOG(LOA_LOG_INFO, "templates cannot be listed", F("account", a->data.name),
                F("code", f->res.code), F("why", f->res.detail));
        if (f->res.verdict == CHANNEL_RETRY)
            t->next_mono = t->asked_mono + AGAIN_MS;
        return;
    }
    free(t->list);
    t->list = f->templates;
    t->n = f->n_templates;
    t->listed = true;
    f->templates = NULL;
    f->n_templates = 0;
    keep(a);
    for (struct run *r = a->engine->runs; r; r = r->next) {
        if (r->account == a && r->data.way != CHANNEL_WAY_POST)
            run_template_look(r);
    }
}

void account_ask_templates(struct account *a)
{
    struct account_templates *t = &a->templates;

    if (!(a->channel->ops->caps & CHANNEL_CAP_TEMPLATES) || !account_ready(a) || t->asking ||
        loa_clock_mono() < t->next_mono)
        return;
    t->asking = true;
    flow_templates(a);
}

void sched_engine_noticed(struct sched_engine *e, int64_t account_id)
{
    struct account *a = engine_account(e, account_id);

    if (!a)
        return;
    a->templates.next_mono = 0;
    dispatch_account(a);
}
