/* SPDX-License-Identifier: Apache-2.0 */
/* control_fault.c - orders about what goes wrong: the next calls, or a mixture by a seed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/chaos.h"
#include "tests/sandbox/control.h"
#include "tests/sandbox/fault.h"

static bool fault_kind(const char *kind, struct sbx_fault *f)
{
    static const struct {
        const char *name;
        enum sbx_fault_kind kind;
    } kinds[] = {{"error", SBX_FAULT_ERROR},
                 {"http", SBX_FAULT_HTTP},
                 {"drop_before", SBX_FAULT_DROP_BEFORE},
                 {"drop_after", SBX_FAULT_DROP_AFTER},
                 {"timeout", SBX_FAULT_TIMEOUT},
                 {"delay", SBX_FAULT_DELAY},
                 {"partial", SBX_FAULT_PARTIAL},
                 {"garbage", SBX_FAULT_GARBAGE},
                 {"expire_token", SBX_FAULT_EXPIRE},
                 {"failed_list", SBX_FAULT_SOME}};

    for (size_t i = 0; kind && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (!strcmp(kinds[i].name, kind)) {
            f->kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

static const char *read_headers(const cJSON *o, struct sbx_fault *f)
{
    const cJSON *v;
    int n = 0;

    cJSON_ArrayForEach(v, sbx_get(o, "headers"))
    {
        if (n == 3 || !v->string || !cJSON_IsString(v))
            return "headers: at most three names with text values";
        snprintf(f->name[n], sizeof(f->name[n]), "%s", v->string);
        snprintf(f->value[n], sizeof(f->value[n]), "%s", v->valuestring);
        for (char *p = f->name[n]; *p; p++)
            *p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
        n++;
    }
    return NULL;
}

/* The members of one fault; what is wrong with them, or NULL. */
static const char *read_fault(const cJSON *o, enum sbx_platform p, struct sbx_fault *f)
{
    *f = (struct sbx_fault){.platform = p, .transient = -1};
    if (!fault_kind(sbx_str(o, "kind"), f))
        return "kind must be error, http, drop_before, drop_after, timeout, delay, partial, "
               "garbage, expire_token or failed_list";
    if (f->kind == SBX_FAULT_SOME && p != SBX_VIBER)
        return "only viber has a failed_list";
    if (sbx_str(o, "path"))
        snprintf(f->path, sizeof(f->path), "%s", sbx_str(o, "path"));
    if (sbx_str(o, "message"))
        snprintf(f->message, sizeof(f->message), "%s", sbx_str(o, "message"));
    f->count = (int)sbx_int(o, "count", 1);
    f->skip = (int)sbx_int(o, "skip", 0);
    f->percent = (int)sbx_int(o, "percent", 100);
    f->code = (int)sbx_int(o, "code",
                           p == SBX_ZALO               ? -200
                           : p == SBX_FB               ? 1
                           : f->kind == SBX_FAULT_SOME ? 6
                                                       : 12);
    f->subcode = (int)sbx_int(o, "subcode", 0);
    f->http = (int)sbx_int(o, f->kind == SBX_FAULT_HTTP ? "status" : "http",
                           f->kind == SBX_FAULT_HTTP ? 500 : 0);
    f->ms = sbx_int(o, "ms", 1000);
    f->after = sbx_bool(o, "after", false);
    f->reset = sbx_bool(o, "reset", false);
    if (sbx_get(o, "is_transient"))
        f->transient = sbx_bool(o, "is_transient", false);
    if (!f->count)
        return "count must not be 0 (-1 is for ever)";
    return read_headers(o, f);
}

static const char *fail(struct sbx_order *c)
{
    enum sbx_platform p = sbx_platform_of(sbx_str(c->o, "platform"));
    struct sbx_fault f;
    const char *why;

    if (p == SBX_PLATFORMS)
        return "platform must be zalo, viber or facebook";
    why = read_fault(c->o, p, &f);
    if (!why)
        sbx_fault_add(c->s, &f);
    return why;
}

static const char *fail_clear(struct sbx_order *c)
{
    enum sbx_platform p = sbx_platform_of(sbx_str(c->o, "platform"));

    sbx_faults_clear(c->s, p);
    sbx_chaos_clear(c->s, p);
    return NULL;
}

/* ---- a mixture ---- */

static const char *read_mixture(const cJSON *list, enum sbx_platform p, int scale,
                                struct sbx_chaos *c)
{
    int sum = 0;
    const cJSON *o;

    cJSON_ArrayForEach(o, list)
    {
        struct sbx_chaos_fault *f = &c->fault[c->n];
        const char *why, *name = sbx_str(o, "name");

        if (c->n == SBX_CHAOS_FAULTS)
            return "faults: too many";
        why = read_fault(o, p, &f->fault);
        if (why)
            return why;
        f->weight = scale * (int)sbx_int(o, "weight", 0);
        f->max = (int)sbx_int(o, "max", 0);
        sum += f->weight;
        if (f->weight < 1 || sum > 1000)
            return "weight: of a thousand requests, 1000 in all";
        snprintf(f->name, sizeof(f->name), "%s", name ? name : sbx_str(o, "kind"));
        c->n++;
    }
    return c->n ? NULL : "faults is missing";
}

static const char *chaos(struct sbx_order *c)
{
    enum sbx_platform p = sbx_platform_of(sbx_str(c->o, "platform"));
    struct sbx_chaos mix = {.seed = (uint64_t)sbx_int(c->o, "seed", 1),
                            .requests = sbx_int(c->o, "requests", 0)};
    const char *why;

    if (p == SBX_PLATFORMS)
        return "platform must be zalo, viber or facebook";
    if (sbx_str(c->o, "path"))
        snprintf(mix.path, sizeof(mix.path), "%s", sbx_str(c->o, "path"));
    why = read_mixture(sbx_get(c->o, "faults"), p, (int)sbx_int(c->o, "scale", 1), &mix);
    if (!why)
        sbx_chaos_set(c->s, p, &mix);
    return why;
}

const struct sbx_order_row sbx_fault_orders[] = {
    {"fail", fail}, {"fail_clear", fail_clear}, {"chaos", chaos}, {NULL, NULL}};
