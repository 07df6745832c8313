/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sandbox/chaos.h"

#include <stdlib.h>
#include <string.h>

void sbx_chaos_clear(struct sbx *s, enum sbx_platform p)
{
    for (int i = 0; i < SBX_PLATFORMS; i++) {
        if (p != SBX_PLATFORMS && (int)p != i)
            continue;
        if (s->chaos[i])
            free(s->chaos[i]->done);
        free(s->chaos[i]);
        s->chaos[i] = NULL;
    }
}

void sbx_chaos_set(struct sbx *s, enum sbx_platform p, const struct sbx_chaos *c)
{
    sbx_chaos_clear(s, p);
    s->chaos[p] = sbx_alloc(sizeof(*c));
    *s->chaos[p] = *c;
}

/* The fault of request number `at`, -1 none. Called for 1, 2, 3 ...: `drawn` counts along. */
static int draw(const struct sbx_chaos *c, enum sbx_platform p, int64_t at,
                int drawn[SBX_CHAOS_FAULTS])
{
    uint64_t state = c->seed;
    int dice;

    if (c->requests && at > c->requests)
        return -1;
    state = (sbx_random(&state) ^ (uint64_t)p) + (uint64_t)at * 0x9e3779b97f4a7c15u;
    dice = (int)(sbx_random(&state) % 1000);
    for (size_t i = 0; i < c->n; i++) {
        dice -= c->fault[i].weight;
        if (dice >= 0)
            continue;
        if (c->fault[i].max && drawn[i] >= c->fault[i].max)
            return -1;
        drawn[i]++;
        return (int)i;
    }
    return -1;
}

struct sbx_fault sbx_chaos_take(struct sbx *s, enum sbx_platform p, const struct sbx_req *r)
{
    struct sbx_chaos *c = s->chaos[p];
    int hit;

    if (!c || (c->path[0] && !strstr(r->path, c->path)))
        return (struct sbx_fault){.kind = SBX_FAULT_NONE};
    if ((size_t)c->seen == c->done_cap) {
        c->done_cap = c->done_cap ? c->done_cap * 2 : 1024;
        c->done = sbx_grow(c->done, c->done_cap);
    }
    c->seen++;
    hit = draw(c, p, c->seen, c->drawn);
    c->done[c->seen - 1] = (signed char)hit;
    if (hit < 0)
        return (struct sbx_fault){.kind = SBX_FAULT_NONE};
    s->count[p].faults++;
    return c->fault[hit].fault;
}

static void put_hit(const struct sbx_chaos *c, int64_t at, int hit, struct sbx_buf *out)
{
    if (hit >= 0)
        sbx_put(out, "[%l,%q],", at, c->fault[hit].name);
}

void sbx_chaos_json(const struct sbx *s, enum sbx_platform p, int64_t plan, struct sbx_buf *out)
{
    const struct sbx_chaos *c = s->chaos[p];
    int drawn[SBX_CHAOS_FAULTS] = {0};

    if (!c) {
        sbx_buf_str(out, "{}");
        return;
    }
    sbx_put(out, "{'seed':%l,'requests':%l,'faults':{", (int64_t)c->seed, c->seen);
    for (size_t i = 0; i < c->n; i++)
        sbx_put(out, "%q:%d,", c->fault[i].name, c->drawn[i]);
    sbx_buf_uncomma(out);
    sbx_buf_str(out, "},\"done\":[");
    for (int64_t i = 0; i < c->seen; i++)
        put_hit(c, i + 1, c->done[i], out);
    sbx_buf_uncomma(out);
    sbx_buf_str(out, "],\"plan\":[");
    for (int64_t i = 1; i <= plan; i++)
        put_hit(c, i, draw(c, p, i, drawn), out);
    sbx_buf_uncomma(out);
    sbx_buf_str(out, "]}");
}
