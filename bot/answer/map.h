/* SPDX-License-Identifier: Apache-2.0 */
/* map.h - 64-bit key to 32-bit value, open addressing, grows; keys are never removed. */
#ifndef LOA_BOT_ANSWER_MAP_H
#define LOA_BOT_ANSWER_MAP_H

#include <stddef.h>
#include <stdint.h>

#define ANSWER_MAP_NONE UINT32_MAX

struct answer_map {
    struct answer_map_slot {
        uint64_t key;
        uint32_t value; /* ANSWER_MAP_NONE: free */
    } * slots;
    size_t n, cap; /* cap is a power of two, or 0 */
};

void answer_map_release(struct answer_map *m);
/* ANSWER_MAP_NONE when the key is not there. */
uint32_t answer_map_get(const struct answer_map *m, uint64_t key);
void answer_map_put(struct answer_map *m, uint64_t key, uint32_t value);

/* The key's value; a key that is not there is put with `value` first. */
uint32_t answer_map_intern(struct answer_map *m, uint64_t key, uint32_t value);

/* FNV-1a. */
uint64_t answer_hash(const char *s, size_t n);

#endif
