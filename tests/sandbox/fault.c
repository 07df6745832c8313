/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sandbox/fault.h"

#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/chaos.h"
#include "tests/sandbox/fb.h"
#include "tests/sandbox/viber.h"
#include "tests/sandbox/zalo.h"

void sbx_fault_add(struct sbx *s, const struct sbx_fault *f)
{
    struct sbx_fault **end = &s->faults, *copy = sbx_alloc(sizeof(*copy));

    *copy = *f;
    copy->next = NULL;
    while (*end)
        end = &(*end)->next;
    *end = copy;
}

void sbx_faults_clear(struct sbx *s, enum sbx_platform p)
{
    for (struct sbx_fault **at = &s->faults; *at;) {
        struct sbx_fault *f = *at;

        if (p != SBX_PLATFORMS && f->platform != p) {
            at = &f->next;
            continue;
        }
        *at = f->next;
        free(f);
    }
}

struct sbx_fault sbx_fault_take(struct sbx *s, enum sbx_platform p, const struct sbx_req *r)
{
    for (struct sbx_fault **at = &s->faults; *at; at = &(*at)->next) {
        struct sbx_fault *f = *at, hit;

        if (f->platform != p || (f->path[0] && !strstr(r->path, f->path)))
            continue;
        if (f->skip > 0) {
            f->skip--;
            continue;
        }
        if (f->kind != SBX_FAULT_SOME && f->percent < 100 &&
            sbx_random(&s->random) % 100 >= (uint64_t)f->percent)
            continue;
        hit = *f;
        if (f->count > 0 && --f->count == 0) {
            *at = f->next;
            free(f);
        }
        s->count[p].faults++;
        return hit;
    }
    return sbx_chaos_take(s, p, r);
}

bool sbx_fault_some(const struct sbx_req *r, const char *recipient)
{
    const struct sbx_fault *f = r->fault;

    return f && f->kind == SBX_FAULT_SOME &&
           sbx_hash(recipient, strlen(recipient), r->s->seed) % 100 < (uint64_t)f->percent;
}

void sbx_fault_headers(struct sbx_res *res, const struct sbx_fault *f)
{
    for (int i = 0; i < 3 && f->name[i][0]; i++)
        sbx_res_header(res, f->name[i], f->value[i]);
}

int sbx_faults_left(const struct sbx *s)
{
    int n = 0;

    for (const struct sbx_fault *f = s->faults; f; f = f->next)
        n += f->count > 0 ? f->count : 0;
    return n;
}

void sbx_fault_answer(struct sbx_req *r, struct sbx_res *res, enum sbx_platform p,
                      const struct sbx_fault *f)
{
    const char *message = f->message[0] ? f->message : NULL;

    if (p == SBX_ZALO && !strncmp(r->path, "/v4/", 4))
        zalo_oauth_error(res, f->code, message);
    else if (p == SBX_ZALO)
        zalo_error(res, f->code, message);
    else if (p == SBX_VIBER)
        viber_error(r->s, res, f->code, message);
    else
        fb_error_with(r->s, res, f->code, f->subcode, message, f->transient);
    if (f->http)
        res->status = f->http;
}
