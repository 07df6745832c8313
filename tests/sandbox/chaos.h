/* SPDX-License-Identifier: Apache-2.0 */
/* chaos.h - faults mixed at random. What happens to the N-th request of a platform follows from the
 * seed and from N alone, so that a seed plays the same mixture again. */
#ifndef LOA_SANDBOX_CHAOS_H
#define LOA_SANDBOX_CHAOS_H

#include "tests/sandbox/fault.h"

enum { SBX_CHAOS_FAULTS = 32 };

struct sbx_chaos {
    uint64_t seed;
    char path[128];   /* only requests whose path has this are counted; "" all */
    int64_t requests; /* after so many all is well again; 0: never */
    size_t n;
    struct sbx_chaos_fault {
        char name[64];
        int weight; /* of a thousand requests */
        int max;    /* at most so often; 0: no bound */
        struct sbx_fault fault;
    } fault[SBX_CHAOS_FAULTS];
    /* How it goes. */
    int64_t seen; /* requests counted */
    int drawn[SBX_CHAOS_FAULTS];
    signed char *done; /* for each request the fault's index, -1 none */
    size_t done_cap;
};

void sbx_chaos_set(struct sbx *s, enum sbx_platform p, const struct sbx_chaos *c); /* copied */
void sbx_chaos_clear(struct sbx *s, enum sbx_platform p); /* SBX_PLATFORMS: all */
/* The fault that hits this request, or kind NONE. */
struct sbx_fault sbx_chaos_take(struct sbx *s, enum sbx_platform p, const struct sbx_req *r);
/* {"seed":..,"requests":..,"faults":{NAME:times,..},"done":[[N,NAME],..],"plan":[[N,NAME],..]}:
 * what was done to the requests so far, and what is done to the first `plan` of them. */
void sbx_chaos_json(const struct sbx *s, enum sbx_platform p, int64_t plan, struct sbx_buf *out);

#endif
