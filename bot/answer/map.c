/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/map.h"

#include <stdlib.h>

#include "messages/base/mem.h"

void answer_map_release(struct answer_map *m)
{
    free(m->slots);
    *m = (struct answer_map){0};
}

static uint64_t mix(uint64_t k)
{
    k ^= k >> 33;
    k *= UINT64_C(0xff51afd7ed558ccd);
    k ^= k >> 33;
    return k;
}

static struct answer_map_slot *slot_of(const struct answer_map *m, uint64_t key)
{
    size_t i = (size_t)mix(key) & (m->cap - 1);

    while (m->slots[i].value != ANSWER_MAP_NONE && m->slots[i].key != key)
        i = (i + 1) & (m->cap - 1);
    return &m->slots[i];
}

uint32_t answer_map_get(const struct answer_map *m, uint64_t key)
{
    return m->cap ? slot_of(m, key)->value : ANSWER_MAP_NONE;
}

static void grow(struct answer_map *m)
{
    struct answer_map bigger = {.cap = m->cap ? m->cap * 2 : 64, .n = m->n};

    bigger.slots = loa_xmalloc(bigger.cap * sizeof(*bigger.slots));
    for (size_t i = 0; i < bigger.cap; i++)
        bigger.slots[i] = (struct answer_map_slot){.value = ANSWER_MAP_NONE};
    for (size_t i = 0; i < m->cap; i++) {
        if (m->slots[i].value != ANSWER_MAP_NONE)
            *slot_of(&bigger, m->slots[i].key) = m->slots[i];
    }
    free(m->slots);
    *m = bigger;
}

void answer_map_put(struct answer_map *m, uint64_t key, uint32_t value)
{
    struct answer_map_slot *s;

    if (m->n * 2 >= m->cap)
        grow(m);
    s = slot_of(m, key);
    m->n += s->value == ANSWER_MAP_NONE;
    *s = (struct answer_map_slot){key, value};
}

uint32_t answer_map_intern(struct answer_map *m, uint64_t key, uint32_t value)
{
    struct answer_map_slot *s;

    if (m->n * 2 >= m->cap)
        grow(m);
    s = slot_of(m, key);
    if (s->value == ANSWER_MAP_NONE) {
        *s = (struct answer_map_slot){key, value};
        m->n++;
    }
    return s->value;
}

uint64_t answer_hash(const char *s, size_t n)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * UINT64_C(1099511628211);
    return h;
}
