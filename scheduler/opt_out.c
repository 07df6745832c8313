/* SPDX-License-Identifier: Apache-2.0 */
/* Who says stop between claim and send is spared, whoever stored the word: at each look into the
 * store those who are claimed here, or have an unasked message in the queue, are looked up among
 * those who said so lately. Costs one probe while nobody has. */
#include <stdlib.h>

#include "messages/base/mem.h"
#include "scheduler/opt_out.h"

static void add(struct opt_out_look *l, int64_t account, int64_t first, int64_t last)
{
    if ((l->n & (l->n - 1)) == 0)
        l->ranges = loa_xrealloc(l->ranges, (l->n ? 2 * l->n : 1) * sizeof(*l->ranges));
    l->ranges[l->n++] = (struct opt_out_range){account, first, last};
}

void opt_out_ask(struct sched_engine *e, struct opt_out_look *l)
{
    *l = (struct opt_out_look){0};
    for (const struct run *r = e->runs; r; r = r->next) {
        for (const struct window *w = r->windows; w; w = w->next) {
            if (!w->done && w->last_id)
                add(l, r->data.account_id, w->first_id, w->last_id);
        }
    }
    for (const struct account *a = e->accounts; a; a = a->next) {
        int64_t first = 0, last = 0;

        if (reply_range(a, &first, &last))
            add(l, a->data.id, first, last);
    }
}

enum loa_err opt_out_read(struct db *db, struct opt_out_look *l)
{
    bool any = false;
    enum loa_err err = l->n ? msg_opt_outs_any(db, &any) : LOA_OK;

    for (size_t i = 0; i < l->n && any && !err; i++)
        err = msg_opt_outs_within(db, l->ranges[i].account, l->ranges[i].first, l->ranges[i].last,
                                  &l->found);
    return err;
}

static void spare(struct sched_engine *e, const struct msg_opt_out *o)
{
    struct account *a = engine_account(e, o->account);

    for (struct run *r = e->runs; r; r = r->next) {
        if (r->data.account_id == o->account)
            broadcast_opt_out(r, o->contact);
    }
    if (a)
        reply_opt_out(a, o->contact, o->erased);
}

void opt_out_end(struct sched_engine *e, struct opt_out_look *l)
{
    for (size_t i = 0; i < l->found.n; i++)
        spare(e, &l->found.items[i]);
    free(l->found.items);
    free(l->ranges);
}

void sched_engine_opt_out(struct sched_engine *e, int64_t account_id, int64_t contact_id)
{
    const struct msg_opt_out o = {account_id, contact_id, false};

    spare(e, &o);
}
