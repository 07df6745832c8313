/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sandbox/user.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/text.h"

#define ZALO_FIRST 3000000000000000001u
#define ZALO_STEP 100000000000000u /* ids of two accounts never meet */
#define FB_FIRST 71234500000000001u
#define FB_STEP 10000000000u
#define VIBER_ODD 0x9e3779b97f4a7c15u
#define VIBER_INVERSE 0xf1de83e19937733du /* VIBER_ODD * VIBER_INVERSE == 1 mod 2^64 */

const char *sbx_platform_name(enum sbx_platform p)
{
    static const char *const names[] = {"zalo", "viber", "facebook", "none"};

    return names[p];
}

enum sbx_platform sbx_platform_of(const char *name)
{
    if (name && !strcmp(name, "fb"))
        return SBX_FB;
    for (int p = 0; name && p < SBX_PLATFORMS; p++)
        if (!strcmp(name, sbx_platform_name((enum sbx_platform)p)))
            return (enum sbx_platform)p;
    return SBX_PLATFORMS;
}

void sbx_users_init(struct sbx_users *us, enum sbx_platform platform, unsigned account)
{
    memset(us, 0, sizeof(*us));
    us->platform = platform;
    us->account = account;
}

void sbx_users_clear(struct sbx_users *us)
{
    for (size_t i = 0; i < us->extra_n; i++) {
        free(us->extra[i].id);
        free(us->extra[i].name);
        free(us->extra[i].tags);
        free(us->extra[i].tracking);
        free(us->extra[i].notify_token);
    }
    free(us->extra);
    free(us->table);
    free(us->u);
    sbx_users_init(us, us->platform, us->account);
}

void sbx_users_reserve(struct sbx_users *us, size_t more)
{
    if (us->n + more <= us->cap)
        return;
    us->cap = us->n + more > us->cap * 2 ? us->n + more : us->cap * 2;
    us->u = sbx_grow(us->u, us->cap * sizeof(*us->u));
}

static void viber_bytes(const struct sbx_users *us, uint32_t i, unsigned char raw[16])
{
    uint64_t plain = ((uint64_t)us->account << 40) | i;
    uint64_t a = (plain + 1) * VIBER_ODD, b = sbx_mix(a ^ 0x5649424552u);

    memcpy(raw, &a, 8);
    memcpy(raw + 8, &b, 8);
}

void sbx_user_id(const struct sbx_users *us, uint32_t i, char out[SBX_ID_MAX])
{
    uint64_t k = us->account - 1;
    const struct sbx_extra *x = sbx_user_peek(us, i);
    unsigned char raw[16];

    if (x && x->id) {
        snprintf(out, SBX_ID_MAX, "%s", x->id);
    } else if (us->platform == SBX_VIBER) {
        viber_bytes(us, i, raw);
        sodium_bin2base64(out, SBX_ID_MAX, raw, 16, sodium_base64_VARIANT_ORIGINAL);
    } else if (us->platform == SBX_ZALO) {
        snprintf(out, SBX_ID_MAX, "%" PRIu64, ZALO_FIRST + k * ZALO_STEP + i);
    } else {
        snprintf(out, SBX_ID_MAX, "%" PRIu64, FB_FIRST + k * FB_STEP + i);
    }
}

void sbx_user_name(const struct sbx_users *us, uint32_t i, char *out, size_t size)
{
    static const char *const label[] = {"Zalo", "Viber", "Messenger"};
    const struct sbx_extra *x = sbx_user_peek(us, i);

    if (x && x->name)
        snprintf(out, size, "%s", x->name);
    else
        snprintf(out, size, "Công dân %s %u", label[us->platform], i + 1);
}

const struct sbx_extra *sbx_user_peek(const struct sbx_users *us, uint32_t i)
{
    return us->u[i].extra ? &us->extra[us->u[i].extra - 1] : NULL;
}

struct sbx_extra *sbx_user_extra(struct sbx_users *us, uint32_t i)
{
    if (!us->u[i].extra) {
        if (us->extra_n == us->extra_cap) {
            us->extra_cap = us->extra_cap ? us->extra_cap * 2 : 64;
            us->extra = sbx_grow(us->extra, us->extra_cap * sizeof(*us->extra));
        }
        memset(&us->extra[us->extra_n], 0, sizeof(*us->extra));
        us->extra[us->extra_n].user = i;
        us->u[i].extra = (uint32_t)++us->extra_n;
    }
    return &us->extra[us->u[i].extra - 1];
}

static uint32_t *slot_of(uint32_t *table, size_t cap, const struct sbx_users *us, const char *id)
{
    size_t at = (size_t)sbx_hash(id, strlen(id), 1) & (cap - 1);

    while (table[at] && strcmp(us->extra[table[at] - 1].id, id) != 0)
        at = (at + 1) & (cap - 1);
    return &table[at];
}

static void remember_id(struct sbx_users *us, uint32_t i, const char *id)
{
    struct sbx_extra *x = sbx_user_extra(us, i);

    x->id = sbx_strdup(id);
    us->own_ids++;
    if (us->own_ids * 2 > us->table_cap) {
        size_t cap = us->table_cap ? us->table_cap * 2 : 256;
        uint32_t *bigger = sbx_alloc(cap * sizeof(*bigger));

        for (size_t k = 0; k < us->extra_n; k++)
            if (us->extra[k].id)
                *slot_of(bigger, cap, us, us->extra[k].id) = (uint32_t)k + 1;
        free(us->table);
        us->table = bigger;
        us->table_cap = cap;
    }
    *slot_of(us->table, us->table_cap, us, id) = us->u[i].extra;
}

/* The number that a generated id stands for, or -1. */
static int64_t generated(const struct sbx_users *us, const char *id)
{
    uint64_t k = us->account - 1, v, first;
    unsigned char raw[16], again[16];
    char *end;
    size_t n;

    if (us->platform == SBX_VIBER) {
        if (sodium_base642bin(raw, sizeof(raw), id, strlen(id), NULL, &n, NULL,
                              sodium_base64_VARIANT_ORIGINAL) ||
            n != 16)
            return -1;
        memcpy(&v, raw, 8);
        v = (v * VIBER_INVERSE) - 1;
        if (v >> 40 != us->account || (v & 0xffffffffffu) >= us->n)
            return -1;
        viber_bytes(us, (uint32_t)v, again);
        return memcmp(raw, again, 16) ? -1 : (int64_t)(v & 0xffffffffu);
    }
    if (id[0] < '1' || id[0] > '9')
        return -1;
    v = strtoull(id, &end, 10);
    first = us->platform == SBX_ZALO ? ZALO_FIRST + k * ZALO_STEP : FB_FIRST + k * FB_STEP;
    return *end || v < first || v - first >= us->n ? -1 : (int64_t)(v - first);
}

int64_t sbx_users_find(const struct sbx_users *us, const char *id)
{
    int64_t i;

    if (!id || !*id)
        return -1;
    if (us->table_cap) {
        uint32_t at = *slot_of(us->table, us->table_cap, us, id);

        if (at)
            return us->extra[at - 1].user;
    }
    i = generated(us, id);
    if (i >= 0) { /* a user with an id of its own does not also answer to a computed one */
        const struct sbx_extra *x = sbx_user_peek(us, (uint32_t)i);

        if (x && x->id)
            return -1;
    }
    return i;
}

uint32_t sbx_users_add(struct sbx_users *us, const char *id, const char *name, bool *fresh)
{
    int64_t old = id ? sbx_users_find(us, id) : -1;
    uint32_t i;

    *fresh = old < 0;
    if (old >= 0) {
        i = (uint32_t)old;
    } else {
        sbx_users_reserve(us, 1);
        i = (uint32_t)us->n++;
        memset(&us->u[i], 0, sizeof(us->u[i]));
        if (id)
            remember_id(us, i, id);
    }
    if (name) {
        struct sbx_extra *x = sbx_user_extra(us, i);

        free(x->name);
        x->name = sbx_strdup(name);
    }
    return i;
}

bool sbx_id_shape_ok(enum sbx_platform p, const char *id)
{
    size_t n = strlen(id);
    unsigned char raw[64];
    size_t raw_n;

    if (p != SBX_VIBER)
        return n > 0 && n <= 20 && strspn(id, "0123456789") == n;
    return n == 24 &&
           !sodium_base642bin(raw, sizeof(raw), id, n, NULL, &raw_n, NULL,
                              sodium_base64_VARIANT_ORIGINAL) &&
           raw_n == 16;
}
