/* SPDX-License-Identifier: Apache-2.0 */
/* The account's secrets as the store has them now: staff may have put in new ones, or a node that
 * lost the account may have stored the pair that its last renewal brought. */
#include <stdlib.h>
#include <string.h>

#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "scheduler/engine_impl.h"

struct reread_job {
    struct account *account;
    int64_t id;
    struct msg_account *data;
    size_t n;
    struct loa_problem why;
    void (*done)(struct account *a, bool changed);
};

static enum loa_err reread_work(struct db *db, void *arg)
{
    struct reread_job *j = arg;

    return msg_account_load_range(db, j->account->engine->opt.key, j->id, j->id, &j->data, &j->n,
                                  &j->why);
}

static bool same(const struct loa_secret *a, const struct loa_secret *b)
{
    if (!loa_secret_is_set(a) || !loa_secret_is_set(b))
        return loa_secret_is_set(a) == loa_secret_is_set(b);
    return loa_secret_equal(a, loa_secret_reveal(b), loa_secret_len(b));
}

static void swap(struct loa_secret **a, struct loa_secret **b)
{
    struct loa_secret *keep = *a;

    *a = *b;
    *b = keep;
}

/* Both come from one renewal, so both change together. */
static bool take_tokens(struct account *a, struct msg_account *now)
{
    bool renews = a->channel->ops->caps & CHANNEL_CAP_REFRESH;

    if (same(a->data.refresh_token, now->refresh_token) &&
        same(a->data.access_token, now->access_token))
        return false;
    swap(&a->data.refresh_token, &now->refresh_token);
    swap(&a->data.access_token, &now->access_token);
    a->data.token_expires_ms = now->token_expires_ms;
    if (a->channel->ops->set_tokens)
        a->channel->ops->set_tokens(a->channel, a->data.access_token, a->data.refresh_token);
    a->needs_refresh = renews && !loa_secret_is_set(a->data.access_token);
    return true;
}

static void reread_done(void *arg, enum loa_err result)
{
    struct reread_job *j = arg;
    struct account *a = j->account;
    struct sched_engine *e = a->engine;
    bool changed = !result && j->n == 1 && take_tokens(a, &j->data[0]);

    if (result)
        LOA_LOG(LOA_LOG_ERROR, "account not read again", F("account", a->data.name),
                F("why", store_why(e->store, result)), F("detail", j->why.text));
    if (changed)
        LOA_LOG(LOA_LOG_INFO, "token taken from the store", F("account", a->data.name));
    j->done(a, changed);
    for (size_t i = 0; i < j->n; i++)
        msg_account_release(&j->data[i]);
    free(j->data);
    free(j);
    dispatch_pump(e);
    engine_job_done(e);
}

void account_reread(struct account *a, void (*done)(struct account *a, bool changed))
{
    struct reread_job *j = loa_xcalloc(1, sizeof(*j));

    *j = (struct reread_job){.account = a, .id = a->data.id, .done = done};
    engine_read(a->engine, reread_work, reread_done, j);
}
