/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sandbox/citizen.h"

#include <stdlib.h>

#include "tests/sandbox/fb.h"
#include "tests/sandbox/live.h"
#include "tests/sandbox/viber.h"
#include "tests/sandbox/zalo.h"

const char *const sbx_demo_id[SBX_PLATFORMS] = {"3999000000000000001",
                                                "Q8nDi9n5aG9EZW1vVmliZQ==", "71299900000000001"};

struct receipt {
    struct sbx_account *a;
    int64_t user, seq;
    int step;
};

void sbx_demo(struct sbx *s)
{
    static const char *const name[] = {"Công dân Zalo", "Công dân Viber", "Công dân Messenger"};

    for (int p = 0; p < SBX_PLATFORMS; p++) {
        struct sbx_account *a = sbx_account_get(s, (enum sbx_platform)p, 1);
        bool fresh;

        sbx_users_add(&a->users, sbx_demo_id[p], name[p], &fresh);
    }
}

void sbx_touch(struct sbx *s, struct sbx_account *a, int64_t user)
{
    struct sbx_user *u = &a->users.u[user];
    int64_t now = sbx_now(s);
    bool last = s->sw[SW_VIBER_SESSION] == 1;

    u->last_in = now;
    u->flags |= SBX_INTERACTED;
    u->hour_sent = 0; /* any reply starts Viber's count anew */
    if (last || now - u->session >= SBX_DAY_MS || u->session > now)
        u->session = now;
    sbx_live_user(s, a, user);
}

static void step(struct sbx *s, void *arg)
{
    static const int64_t wait[] = {50, 250, 0};
    struct receipt *r = arg;
    const struct sbx_entry *e = sbx_ledger_get(s, r->seq);
    const struct sbx_hook_cfg *c = &s->hook[r->a->platform];
    bool on = r->step == 0 ? c->echo : r->step == 1 ? c->delivered : c->seen;

    if (!e || (size_t)r->user >= r->a->users.n || e->status == SBX_FAILED) {
        free(r);
        s->coming--;
        return;
    }
    if (on && r->step)
        sbx_ledger_status(s, r->seq, r->step == 1 ? SBX_DELIVERED : SBX_SEEN);
    if (on && r->a->platform == SBX_ZALO)
        zalo_receipt(s, r->a, r->user, e, r->step);
    else if (on && r->a->platform == SBX_VIBER)
        viber_receipt(s, r->a, r->user, e, r->step);
    else if (on)
        fb_receipt(s, r->a, r->user, e, r->step);
    if (r->step == 2) {
        free(r);
        s->coming--;
        return;
    }
    sbx_timer(s, wait[r->step++], step, r);
}

void sbx_receipts(struct sbx *s, struct sbx_account *a, int64_t user, int64_t seq)
{
    struct receipt *r;

    if (s->quiet)
        return;
    r = sbx_alloc(sizeof(*r));
    r->a = a;
    r->user = user;
    r->seq = seq;
    s->coming++;
    sbx_timer(s, 15, step, r);
}
